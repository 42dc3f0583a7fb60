"""The map's ground: the sheet of small pictures, drawn once for a scale and then only copied."""

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPixmap, QPolygonF

from app.ui.map_places import Chart
from app.ui.map_port import Port
from app.ui.theme import STAGE, fade

DIM = 0.4
"""Share of black over pictures that are not under the pointer."""
MARGIN = 0.35
"""How much more than the view is drawn on each side, as a share of the view: room to pan in."""
_HALO = QColor(0, 0, 0, 150)


class Ground:
    """Owns the sheet in three sizes and the piece of it around the view, path included (main thread)."""

    def __init__(self) -> None:
        self._levels: list[QPixmap] = []
        self._sheet_key = 0
        self._piece = QPixmap()
        self._piece_at = QPointF()
        self._piece_key: tuple[object, ...] = ()
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
        self._levels, self._piece_key, self._view = [], (), ()
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
        if view != self._view:
            self._offset, self._bare = self._look(port, chart, dpr)
            self._view = view
        if self._bare:
            painter.fillRect(QRectF(0, 0, port.width, port.height), STAGE.bg0)
        painter.drawPixmap(self._offset, self._piece)

    def _look(self, port: Port, chart: Chart | None, dpr: float) -> tuple[QPoint, bool]:
        """Where in the view the piece lies, drawn anew where it does not reach; whether it leaves some of it bare."""
        key = (port.scale, port.width, port.height, dpr, chart, STAGE.name)
        corner = QPointF(port.x * port.scale - port.width / 2, port.y * port.scale - port.height / 2)
        offset = self._piece_at - corner
        spare = QRectF(offset, QSizeF(self._piece.size()) / max(self._piece.devicePixelRatio(), 1.0))
        whole = QRectF(-0.5 * port.scale - corner.x(), -0.5 * port.scale - corner.y(),
                       port.cols * port.scale, port.rows * port.scale)  # fmt: skip
        needed = QRectF(0, 0, port.width, port.height) & whole
        if key != self._piece_key or not spare.adjusted(-1, -1, 1, 1).contains(needed):
            self._make_piece(port, chart, dpr)
            self._piece_key = key
            offset = self._piece_at - corner
            spare = QRectF(offset, QSizeF(self._piece.size()) / max(self._piece.devicePixelRatio(), 1.0))
        return offset.toPoint(), not spare.contains(QRectF(0, 0, port.width, port.height))

    def _make_piece(self, port: Port, chart: Chart | None, dpr: float) -> None:
        """Draw the view and a margin round it, no further than the sheet goes."""
        scale, more = port.scale, MARGIN if port.zoom > 1.01 else 0.0
        wide, tall = port.width * (1 + 2 * more), port.height * (1 + 2 * more)
        wanted = QRectF(port.x * scale - wide / 2, port.y * scale - tall / 2, wide, tall)
        box = wanted & QRectF(-0.5 * scale, -0.5 * scale, port.cols * scale, port.rows * scale)
        piece = QPixmap((box.size() * dpr).toSize())
        piece.setDevicePixelRatio(dpr)
        piece.fill(STAGE.bg0)
        painter = QPainter(piece)
        level = self._level(port, dpr)
        cell = level.width() / port.cols
        source = QRectF((box.x() / scale + 0.5) * cell, (box.y() / scale + 0.5) * cell,
                        box.width() / scale * cell, box.height() / scale * cell)  # fmt: skip
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawPixmap(QRectF(QPointF(), box.size()), level, source)
        painter.fillRect(QRectF(QPointF(), box.size()), fade(QColor(0, 0, 0), DIM))
        if chart is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.translate(-box.topLeft())
            draw_path(painter, chart, scale, box)
        painter.end()
        self._piece, self._piece_at = piece, box.topLeft()

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


def draw_path(painter: QPainter, chart: Chart, scale: float, seen: QRectF) -> None:
    """The ways between Points that touch *seen*, white on a dark edge, with a chevron in the middle of each.

    Each way is a line of its own: outlining all of them as one shape takes twice as long.
    """
    lines, marks = [], []
    for way in chart.legs():
        dots = way * scale
        (left, top), (right, bottom) = dots.min(axis=0).tolist(), dots.max(axis=0).tolist()
        if right < seen.left() - 8 or left > seen.right() + 8 or bottom < seen.top() - 8 or top > seen.bottom() + 8:
            continue
        lines.append(QPolygonF([QPointF(x, y) for x, y in dots.tolist()]))
        if np.abs(np.diff(dots, axis=0)).sum() > 64:
            middle = len(dots) // 2
            marks.append(_chevron(dots[middle].tolist(), (dots[middle] - dots[middle - 1]).tolist()))
    cap, join = Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.MiterJoin
    for color, more in ((_HALO, 2.0), (STAGE.mark, 0.0)):
        painter.setPen(QPen(color, 2.0 + more, Qt.PenStyle.SolidLine, cap, Qt.PenJoinStyle.RoundJoin))
        for line in lines:
            painter.drawPolyline(line)
        painter.setPen(QPen(color, 2.2 + more, Qt.PenStyle.SolidLine, Qt.PenCapStyle.SquareCap, join))
        for mark in marks:
            painter.drawPolyline(mark)


def _chevron(tip: list[float], way: list[float]) -> QPolygonF:
    (x, y), (dx, dy) = tip, way
    length = max((dx**2 + dy**2) ** 0.5, 1e-6)
    ux, uy = dx / length * 6.5, dy / length * 6.5
    corners = (
        (x - ux * 0.75 - uy * 0.9, y - uy * 0.75 + ux * 0.9),
        (x + ux * 0.3, y + uy * 0.3),
        (x - ux * 0.75 + uy * 0.9, y - uy * 0.75 - ux * 0.9),
    )
    return QPolygonF([QPointF(*corner) for corner in corners])
