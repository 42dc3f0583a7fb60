"""The map's ground: the sheet of small pictures, drawn once for a scale and then only copied."""

from collections.abc import Iterator

from PySide6.QtCore import QObject, QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPixmap

from app.ui.map_piece import Piece
from app.ui.map_places import Chart
from app.ui.map_port import Port
from app.ui.spread import Spread
from app.ui.theme import STAGE

MARGIN, NEAR = 0.35, 0.1
"""How much more than the view is drawn on each side, as a share of the view: room to pan in; and how much of that
is left when the next piece is begun."""


class Ground(QObject):
    """Owns the sheet in three sizes and the piece of it around the view, path included (main thread)."""

    changed = Signal()
    """Another piece is ready to be seen."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._levels: list[QPixmap] = []
        self._sheet_key = 0
        self._piece: Piece | None = None
        self._next: Piece | None = None
        self._spread = Spread(self)
        self._spread.done.connect(self._made)
        self._key: tuple[object, ...] = ()
        self._view: tuple[object, ...] = ()
        self._offset, self._bare = QPoint(), True
        self._mini: dict[tuple[int, float], QPixmap] = {}

    @property
    def ready(self) -> bool:
        """Whether there is a sheet."""
        return bool(self._levels)

    def set_sheet(self, sheet: QImage | None) -> bool:
        """Take another sheet; whether it is another one."""
        key = sheet.cacheKey() if sheet is not None and not sheet.isNull() else 0
        if key == self._sheet_key:
            return False
        self._sheet_key = key
        self._levels, self._key, self._view = [], (), ()
        self._mini.clear()
        if sheet is not None and key:
            level = sheet.convertToFormat(QImage.Format.Format_RGB32)
            for _ in range(3):
                self._levels.append(QPixmap.fromImage(level))
                level = level.scaled(
                    level.size() / 2, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
                )
        return True

    def draw(self, painter: QPainter, port: Port, chart: Chart | None, dpr: float) -> None:
        """The seen piece, from the cache when it lies in it."""
        view = (port.x, port.y, port.scale, port.width, port.height, dpr, chart, STAGE.name)
        if view != self._view or self._piece is None:
            self._look(port, chart, dpr)
            self._view = view
        assert self._piece is not None
        if self._bare:
            painter.fillRect(QRectF(0, 0, port.width, port.height), STAGE.bg0)
        painter.drawPixmap(self._offset, self._piece.picture)

    def _look(self, port: Port, chart: Chart | None, dpr: float) -> None:
        """Find the view in the piece. One of another size is drawn at once; one that will not do for long, in time.

        With another path the piece that is there is seen until the next one is ready; where the view has jumped out of
        it, the pictures alone.
        """
        key = (port.scale, port.width, port.height, dpr, STAGE.name)
        corner = port.to_pixels(0.0, 0.0)
        whole = QRectF(-0.5 * port.scale, -0.5 * port.scale, port.cols * port.scale, port.rows * port.scale)
        view = QRectF(-corner.x(), -corner.y(), port.width, port.height)
        piece, same = self._piece, key == self._key
        if piece is None or not same or not piece.box.adjusted(-1, -1, 1, 1).contains(view & whole):
            self._spread.drop()
            piece = Piece.of(_around(port, view) & whole, port.scale, dpr, None if same else chart)
            for _step in self._steps(piece, port, dpr):
                pass
            self._piece, self._key = piece, key
        across, down = port.width * NEAR, port.height * NEAR
        ahead = view.adjusted(-across, -down, across, down) & whole
        stale = piece.chart is not chart or not piece.box.adjusted(-1, -1, 1, 1).contains(ahead)
        if stale and not self._spread.busy:
            self._next = Piece.of(_around(port, view) & whole, port.scale, dpr, chart)
            self._spread.begin(self._steps(self._next, port, dpr))
        self._offset = (piece.box.topLeft() + corner).toPoint()
        self._bare = not piece.box.contains(view)

    def _steps(self, piece: Piece, port: Port, dpr: float) -> Iterator[None]:
        level = self._level(port, dpr)
        return piece.steps(level, level.width() / port.cols)

    def _made(self) -> None:
        self._piece, self._next, self._view = self._next, None, ()
        self.changed.emit()

    def _level(self, port: Port, dpr: float) -> QPixmap:
        """The smallest sheet that is not enlarged, if there is one."""
        fitting = [level for level in self._levels if level.width() / port.cols >= 0.95 * port.scale * dpr]
        return fitting[-1] if fitting else self._levels[0]

    def cell(self, column: int, row: int, port: Port) -> tuple[QPixmap, QRectF]:
        """The sheet and where in it the picture of one cell stands."""
        side = self._levels[0].width() / port.cols
        return self._levels[0], QRectF(column * side, row * side, side, side)

    def mini(self, side: int, dpr: float) -> QPixmap:
        """The whole sheet as a square of *side* pixels."""
        if (side, dpr) not in self._mini:
            real = round(side * dpr)
            small = self._levels[-1].scaled(
                real, real, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
            )
            small.setDevicePixelRatio(dpr)
            self._mini[side, dpr] = small
        return self._mini[side, dpr]


def _around(port: Port, view: QRectF) -> QRectF:
    """The *view* and room to pan in."""
    across, down = port.width * MARGIN, port.height * MARGIN
    return view.adjusted(-across, -down, across, down)
