"""What part of the map is seen: its middle and its scale."""

from PySide6.QtCore import QPointF, QRectF

ACROSS = 13
"""Cells across the map when it opens."""
MOST_ZOOM = 16.0


class Port:
    """Owns the middle ``(x, y)`` in cells and the scale in pixels a cell (main thread); never looks past the edge."""

    def __init__(self) -> None:
        self.cols = self.rows = 32
        self.width, self.height = 404.0, 368.0
        self.x = self.y = 15.5
        self.scale = self.width / ACROSS

    @property
    def fit_scale(self) -> float:
        """Pixels a cell when all of the map is seen."""
        return min(self.width / self.cols, self.height / self.rows)

    @property
    def zoom(self) -> float:
        """1 shows everything, 16 the closest look."""
        return self.scale / self.fit_scale

    def set_size(self, width: float, height: float) -> None:
        """The view has another size; as many cells across as before."""
        across = self.width / self.scale
        self.width, self.height = max(width, 1.0), max(height, 1.0)
        self.scale = self.width / across
        self._keep_inside()

    def set_cells(self, cols: int, rows: int) -> None:
        """Another map is shown."""
        self.cols, self.rows = cols, rows
        self._keep_inside()

    def to_pixels(self, x: float, y: float) -> QPointF:
        """Where the cell place ``(x, y)`` is in the view; whole numbers are the middles of cells."""
        return QPointF((x - self.x) * self.scale + self.width / 2, (y - self.y) * self.scale + self.height / 2)

    def to_cells(self, at: QPointF) -> tuple[float, float]:
        """The cell place under the pixel *at*, inside the map."""
        x = (at.x() - self.width / 2) / self.scale + self.x
        y = (at.y() - self.height / 2) / self.scale + self.y
        return min(max(x, 0.0), self.cols - 1.0), min(max(y, 0.0), self.rows - 1.0)

    def zoom_about(self, at: QPointF, factor: float) -> None:
        """Closer (*factor* > 1) or further away; what is under *at* stays there."""
        before = self.scale
        self.scale = min(max(before * factor, self.fit_scale), self.fit_scale * MOST_ZOOM)
        share = 1.0 / before - 1.0 / self.scale
        self.x += (at.x() - self.width / 2) * share
        self.y += (at.y() - self.height / 2) * share
        self._keep_inside()

    def pan(self, dx: float, dy: float) -> None:
        """Move what is seen by pixels."""
        self.x -= dx / self.scale
        self.y -= dy / self.scale
        self._keep_inside()

    def centre(self, x: float, y: float) -> None:
        """Bring the cell place to the middle, as far as the map's edge allows."""
        self.x, self.y = x, y
        self._keep_inside()

    def fit(self) -> None:
        """See all of it."""
        self.scale = self.fit_scale
        self._keep_inside()

    def follow(self, x: float, y: float, share: float = 0.6) -> bool:
        """Move just enough that the place stays in the middle *share* of the view; whether that was needed."""
        at, old = self.to_pixels(x, y), (self.x, self.y)
        wide, tall = self.width * share / 2, self.height * share / 2
        dx, dy = at.x() - self.width / 2, at.y() - self.height / 2
        self.x += (dx - min(max(dx, -wide), wide)) / self.scale
        self.y += (dy - min(max(dy, -tall), tall)) / self.scale
        self._keep_inside()
        return (self.x, self.y) != old

    def seen(self) -> QRectF:
        """The part of the map that is seen, as shares of its sides."""
        wide, tall = self.width / self.scale, self.height / self.scale
        box = QRectF((self.x + 0.5 - wide / 2) / self.cols, (self.y + 0.5 - tall / 2) / self.rows,
                     wide / self.cols, tall / self.rows)  # fmt: skip
        return box & QRectF(0, 0, 1, 1)

    def _keep_inside(self) -> None:
        self.scale = min(max(self.scale, self.fit_scale), self.fit_scale * MOST_ZOOM)
        self.x = _inside(self.x, self.width / self.scale, self.cols)
        self.y = _inside(self.y, self.height / self.scale, self.rows)


def _inside(middle: float, seen: float, cells: int) -> float:
    if seen >= cells:
        return (cells - 1) / 2
    return min(max(middle, seen / 2 - 0.5), cells - 0.5 - seen / 2)
