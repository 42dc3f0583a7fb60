"""The test card: what a projector is set up with, in the pixels of the device, so that every line is one of them."""

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPen

from app.ui.theme import font

CELLS = 9
"""Cells along the short side; they are square, and one is in the middle."""
_LINE, _RING, _INK = QColor("#4A525E"), QColor("#D5DAE2"), QColor("#F2F4F7")
_BARS = ("#C0C0C0", "#C0C000", "#00C0C0", "#00C000", "#C000C0", "#C00000", "#0000C0")
_GREYS = 11


def draw_card(painter: QPainter, size: QSize, name: str) -> None:
    """Fill *size* device pixels, from the origin on, with the card of the screen or output called *name*."""
    room = QRect(QPoint(), size)
    painter.fillRect(room, Qt.GlobalColor.black)
    cell = max(min(size.width(), size.height()) / CELLS, 4.0)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    _grid(painter, room, cell)
    _bars(painter, room, cell)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    _circles(painter, room, cell)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    _words(painter, room, cell, name)
    painter.setPen(QPen(Qt.GlobalColor.white, 1))
    painter.drawRect(room.adjusted(0, 0, -1, -1))  # the outermost pixels: what of them is not seen is cut off


def _grid(painter: QPainter, room: QRect, cell: float) -> None:
    """Lines of one pixel, from the middle outwards."""
    painter.setPen(QPen(_LINE, 1))
    middle = QPointF(room.width() / 2, room.height() / 2)
    for i in range(int(room.width() / cell / 2) + 2):
        for x in {round(middle.x() + (i + 0.5) * cell), round(middle.x() - (i + 0.5) * cell)}:
            painter.drawLine(x, 0, x, room.height() - 1)
    for i in range(int(room.height() / cell / 2) + 2):
        for y in {round(middle.y() + (i + 0.5) * cell), round(middle.y() - (i + 0.5) * cell)}:
            painter.drawLine(0, y, room.width() - 1, y)


def _bars(painter: QPainter, room: QRect, cell: float) -> None:
    """Colours above the middle, greys below it, and a ramp in which no step should be seen."""
    wide, left = 7 * cell, room.width() / 2 - 3.5 * cell
    top = room.height() / 2 - 2.5 * cell
    for i, colour in enumerate(_BARS):
        painter.fillRect(_whole(left + i * wide / 7, top, wide / 7, cell), QColor(colour))
    for i in range(_GREYS):
        shade = round(255 * i / (_GREYS - 1))
        box = _whole(left + i * wide / _GREYS, top + 4 * cell, wide / _GREYS, cell * 0.5)
        painter.fillRect(box, QColor(shade, shade, shade))
    ramp = _whole(left, top + 4.5 * cell, wide, cell * 0.5)
    grey = QLinearGradient(ramp.left(), 0, ramp.right(), 0)
    grey.setColorAt(0, Qt.GlobalColor.black)
    grey.setColorAt(1, Qt.GlobalColor.white)
    painter.fillRect(ramp, grey)


def _circles(painter: QPainter, room: QRect, cell: float) -> None:
    """One as high as the screen and one in each corner: where a circle is none, the shape is wrong."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(_RING, max(cell / 40, 1.0)))
    middle = QPointF(room.width() / 2, room.height() / 2)
    radius = min(room.width(), room.height()) / 2 - 1.5
    painter.drawEllipse(middle, radius, radius)
    for x in (cell, room.width() - cell):
        for y in (cell, room.height() - cell):
            painter.drawEllipse(QPointF(x, y), cell * 0.75, cell * 0.75)


def _words(painter: QPainter, room: QRect, cell: float, name: str) -> None:
    """The name and the size, over the lines."""
    left, middle = room.width() / 2 - 3.5 * cell, room.height() / 2
    painter.fillRect(_whole(left, middle - 1.5 * cell, 7 * cell, 3 * cell), Qt.GlobalColor.black)
    box = _whole(left, middle - 0.8 * cell, 7 * cell, 1.6 * cell)
    painter.setPen(_INK)
    size = f"{room.width()} × {room.height()}"
    for words, pixels, weight, share in ((name, cell * 0.62, 700, (0.0, 0.6)), (size, cell * 0.36, 400, (0.58, 0.42))):
        face = font(12, weight)
        face.setPixelSize(max(round(pixels), 6))
        painter.setFont(face)
        line = QRectF(box.left(), box.top() + box.height() * share[0], box.width(), box.height() * share[1])
        short = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideMiddle, box.width())
        painter.drawText(line, Qt.AlignmentFlag.AlignCenter, short)


def _whole(x: float, y: float, wide: float, tall: float) -> QRect:
    """On whole pixels; neighbours share their edge."""
    return QRect(QPoint(round(x), round(y)), QPoint(round(x + wide) - 1, round(y + tall) - 1))
