"""How a picture of one shape stands in a room of another, and how its size is written."""

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QImage, QPainter

if TYPE_CHECKING:
    from app.ui.studio import Studio

UNKNOWN = (256, 256)


def picture_size(studio: "Studio") -> tuple[int, int]:
    """Width and height of the playing Style's own pictures."""
    known, engine = studio.style, studio.engine
    if known is not None and known.width:
        return known.width, known.height
    return (engine.width, engine.height) if engine.width else UNKNOWN


def in_short(width: int, height: int) -> str:
    """``256²``, or ``448 × 256`` where it is not square."""
    return f"{width}²" if width == height else f"{width} × {height}"


def same_shape(a: tuple[int, int], b: tuple[int, int]) -> bool:
    """Whether one is the other made larger or smaller, to a pixel: then there is nothing to crop or to fill."""
    return abs(a[0] * b[1] - b[0] * a[1]) < max(*a, *b)


def fitted(image: QSizeF, room: QRectF) -> QRectF:
    """*image* as large as it goes in *room*, centred, with its own shape."""
    return _centred(image.scaled(room.size(), Qt.AspectRatioMode.KeepAspectRatio), room)


def placed(image: QSizeF, room: QRectF, fit: str) -> QRectF:
    """Where *image* stands in *room*: beyond it with "crop", over all of it with "stretch", else within it.

    With "pixels" as large as it is, on whole pixels.
    """
    if fit == "pixels":
        place = _centred(image, room)
        return place.translated(round(place.x()) - place.x(), round(place.y()) - place.y())
    if fit == "stretch":
        return QRectF(room)
    if fit == "crop":
        return _centred(image.scaled(room.size(), Qt.AspectRatioMode.KeepAspectRatioByExpanding), room)
    return fitted(image, room)


def draw(painter: QPainter, image: QImage, room: QRectF, fit: str) -> None:
    """Paint *image* into *room* as a film with *fit* has it; what "fit" leaves open stays as it was."""
    place = placed(QSizeF(image.size()), room, fit)
    painter.save()
    painter.setClipRect(room, Qt.ClipOperation.IntersectClip)
    if fit == "mirror":
        _draw_mirrored(painter, image, place, room)
    else:
        painter.drawImage(place, image)
    painter.restore()


def _draw_mirrored(painter: QPainter, image: QImage, place: QRectF, room: QRectF) -> None:
    """*image* at *place* and, beyond each edge, reflected there, until *room* is full."""
    across = math.ceil((place.left() - room.left()) / place.width() - 1e-6)
    down = math.ceil((place.top() - room.top()) / place.height() - 1e-6)
    for column in range(-across, across + 1):
        for row in range(-down, down + 1):
            # Edges on whole pixels, those of neighbours the same, so that no ground shows between them.
            left, right = (round(place.left() + i * place.width()) for i in (column, column + 1))
            top, bottom = (round(place.top() + i * place.height()) for i in (row, row + 1))
            tile = QRectF(left, top, right - left, bottom - top)
            painter.save()
            painter.translate(tile.center())
            painter.scale(-1 if column % 2 else 1, -1 if row % 2 else 1)
            painter.drawImage(tile.translated(QPointF() - tile.center()), image)
            painter.restore()


def _centred(size: QSizeF, room: QRectF) -> QRectF:
    place = QRectF(0, 0, size.width(), size.height())
    place.moveCenter(room.center())
    return place
