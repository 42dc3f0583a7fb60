"""An address as a QR code: dark on light with its quiet zone, so that every camera reads it."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.theme import STAGE, font
from app.ui.widgets import paint

SIDE, QUIET = 232, 4
"""Pixels; modules of light round the code, as its standard wants them."""
_DARK, _LIGHT = QColor("#0B0D10"), QColor("#FFFFFF")


def code_of(text: str) -> QImage:
    """*text* as an image of one pixel a module, with its quiet zone."""
    import segno

    rows = segno.make(text, error="m", micro=False).matrix
    side = len(rows) + 2 * QUIET
    image = QImage(side, side, QImage.Format.Format_RGB32)
    image.fill(_LIGHT)
    for y, row in enumerate(rows, QUIET):
        for x, dark in enumerate(row, QUIET):
            if dark:
                image.setPixelColor(x, y, _DARK)
    return image


class RemoteCode(QWidget):
    """Shows the code of one text, or that there is none (main thread)."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("remoteCode")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFixedSize(QSize(SIDE, SIDE))
        self._text, self._image = "", QImage()

    @property
    def text(self) -> str:
        """What is shown."""
        return self._text

    def show_text(self, text: str, spoken: str) -> None:
        """The code of *text*, which is *spoken* as that; nothing for nothing."""
        self.setAccessibleName(spoken)
        if text != self._text:
            self._text, self._image = text, code_of(text) if text else QImage()
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        box = QRectF(self.rect())
        if self._image.isNull():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            paint.fill(painter, box, STAGE.lane, 8)
            paint.outline(painter, box, STAGE.line, 8)
            painter.setFont(font(12))
            painter.setPen(STAGE.text3)
            wraps = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(
                box.adjusted(28, 0, -28, 0),
                wraps,
                self.tr("The code for a phone's camera stands here once phones may come in."),
            )
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setBrush(_LIGHT)
            painter.drawRoundedRect(box, 8, 8)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            ratio = self.devicePixelRatioF()
            module = max(1, int(SIDE * ratio) // self._image.width()) / ratio  # whole pixels: edges stay sharp
            side = module * self._image.width()
            painter.drawImage(QRectF((SIDE - side) / 2, (SIDE - side) / 2, side, side), self._image)
        painter.end()
