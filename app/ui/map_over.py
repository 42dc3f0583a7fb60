"""What lies over the map: the small map of everything, what is under the pointer, and the wait for a map."""

from PySide6.QtCore import QPointF, QRect, QRectF
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPixmap

from app.ui.map_chips import INSET
from app.ui.map_port import Port
from app.ui.theme import STAGE, fade, font
from app.ui.thumbs import smooth
from app.ui.widgets import paint

ENLARGED, CAPTION = 128, 22
_BLACK = QColor(0, 0, 0)


def draw_mini(painter: QPainter, box: QRect, picture: QPixmap, port: Port, at: QPointF | None) -> None:
    """All of the map as *picture* in *box*, the part that *port* shows, and the live point."""
    paint.fill(painter, QRectF(box).adjusted(-1.5, -1.5, 1.5, 1.5), STAGE.bg0, 2)
    painter.drawPixmap(box.topLeft(), picture)
    painter.fillRect(box, fade(_BLACK, 0.25))
    seen = port.seen()
    view = QRectF(box.x() + seen.x() * box.width(), box.y() + seen.y() * box.height(),
                  seen.width() * box.width(), seen.height() * box.height())  # fmt: skip
    paint.outline(painter, view, STAGE.mark, 0, 1.2)
    if at is not None:
        paint.dot(painter, at, 2.0, STAGE.mark)


def enlarged_box(room: QRectF, pointer: QPointF) -> QRectF:
    """Where the enlarged picture stands: beside the *pointer*, inside *room*."""
    tall = ENLARGED + CAPTION
    x, y = pointer.x() + 16, pointer.y() + 16
    x = x if x + ENLARGED <= room.right() - INSET else pointer.x() - 16 - ENLARGED
    y = y if y + tall <= room.bottom() - INSET else pointer.y() - 16 - tall
    return QRectF(round(max(x, INSET)), round(max(y, INSET)), ENLARGED, tall)


def draw_enlarged(painter: QPainter, box: QRectF, picture: QPixmap | None, caption: str, dpr: float) -> None:
    """*picture* and its *caption*."""
    paint.fill(painter, box.adjusted(-1, -1, 1, 1), STAGE.border_strong, 5)
    paint.fill(painter, box, STAGE.bg0, 4)
    if picture is not None and not picture.isNull():
        clip = QPainterPath()
        clip.addRoundedRect(QRectF(box.x(), box.y(), ENLARGED, ENLARGED + 8), 4, 4)
        painter.setClipPath(clip)
        painter.drawPixmap(box.topLeft(), smooth(picture, ENLARGED, dpr))
        painter.setClipping(False)
    foot = QRectF(box.x(), box.bottom() - CAPTION, ENLARGED, CAPTION)
    painter.fillRect(foot.adjusted(0, 0, 0, -4), STAGE.bg0)
    paint.write(painter, foot.adjusted(8, 0, -4, 0), caption, font(11), STAGE.text)


def draw_waiting(painter: QPainter, room: QRectF, style: str, share: float) -> None:
    """That the map of *style* is being made; *share* moves to and fro."""
    painter.fillRect(room, STAGE.bg0)
    middle = room.center()
    line = QRectF(12, middle.y() - 22, room.width() - 24, 20)
    paint.write(painter, line, f"Preparing the map of {style}", font(13), STAGE.text2, paint.CENTER)
    track = QRectF(middle.x() - 60, middle.y() + 8, 120, 4)
    paint.fill(painter, track, STAGE.track, 2)
    paint.fill(painter, QRectF(track.x() + share * 80, track.y(), 40, 4), STAGE.accent, 2)
