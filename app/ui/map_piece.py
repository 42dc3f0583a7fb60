"""A piece of the map's ground with the path on it, drawn step by step: it is the most that is drawn at one time."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap, QPolygonF

from app.ui.map_places import Chart
from app.ui.theme import STAGE, fade

DIM = 0.4
"""Share of black over pictures that are not under the pointer."""
AT_ONCE = 3
"""Lines that one step draws."""
_HALO = QColor(0, 0, 0, 150)
Lines = list[QPolygonF]


@dataclass(frozen=True, eq=False)
class Piece:
    """What lies in *box*, in pixels from the middle of the first cell at *scale* pixels a cell (main thread).

    There is nothing to be seen in *picture* before all ``steps`` were gone.
    """

    picture: QPixmap
    box: QRectF
    scale: float
    chart: Chart | None

    @classmethod
    def of(cls, box: QRectF, scale: float, dpr: float, chart: Chart | None) -> "Piece":
        """An empty one."""
        picture = QPixmap((box.size() * dpr).toSize())
        picture.setDevicePixelRatio(dpr)
        return cls(picture, QRectF(box.topLeft(), QSizeF(picture.size()) / dpr), scale, chart)

    def steps(self, sheet: QPixmap, cell: float) -> Iterator[None]:
        """Draw it from *sheet*, on which a cell is *cell* pixels wide."""
        self._draw_ground(sheet, cell)
        yield
        if self.chart is None:
            return
        ways, chevrons = _path(self.chart, self.scale, self.box)
        yield
        for color, more in ((_HALO, 2.0), (STAGE.mark, 0.0)):
            pen = QPen(color, 2.0 + more, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
            yield from self._draw_lines(ways, pen)
            mark = QPen(color, 2.2 + more, Qt.PenStyle.SolidLine, Qt.PenCapStyle.SquareCap, Qt.PenJoinStyle.MiterJoin)
            yield from self._draw_lines(chevrons, mark)

    def _draw_ground(self, sheet: QPixmap, cell: float) -> None:
        self.picture.fill(STAGE.bg0)
        painter, box, scale = QPainter(self.picture), self.box, self.scale
        source = QRectF((box.x() / scale + 0.5) * cell, (box.y() / scale + 0.5) * cell,
                        box.width() / scale * cell, box.height() / scale * cell)  # fmt: skip
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawPixmap(QRectF(QPointF(), box.size()), sheet, source)
        painter.fillRect(QRectF(QPointF(), box.size()), fade(QColor(0, 0, 0), DIM))
        painter.end()

    def _draw_lines(self, lines: Lines, pen: QPen) -> Iterator[None]:
        for first in range(0, len(lines), AT_ONCE):
            painter = QPainter(self.picture)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.translate(-self.box.topLeft())
            painter.setPen(pen)
            for line in lines[first : first + AT_ONCE]:
                painter.drawPolyline(line)
            painter.end()
            yield


def _path(chart: Chart, scale: float, seen: QRectF) -> tuple[Lines, Lines]:
    """The ways between Points that touch *seen*, and a chevron in the middle of each that is long enough.

    Each way is a line of its own: to outline all of them as one shape takes twice as long.
    """
    ways, chevrons = [], []
    for way in chart.legs():
        dots = way * scale
        (left, top), (right, bottom) = dots.min(axis=0).tolist(), dots.max(axis=0).tolist()
        if right < seen.left() - 8 or left > seen.right() + 8 or bottom < seen.top() - 8 or top > seen.bottom() + 8:
            continue
        ways.append(QPolygonF([QPointF(x, y) for x, y in dots.tolist()]))
        if np.abs(np.diff(dots, axis=0)).sum() > 64:
            middle = len(dots) // 2
            chevrons.append(_chevron(dots[middle].tolist(), (dots[middle] - dots[middle - 1]).tolist()))
    return ways, chevrons


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
