"""What stands over the pads: ticks, the padlock, and the chip of the keys."""

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.ui.theme import STAGE, font, pixmap
from app.ui.widgets import Btn, CheckBox, paint

HEAD = 44


class Tick(CheckBox):
    """A tick with a word, and with all the height of its row to be hit (main thread)."""

    def sizeHint(self) -> QSize:
        return QSize(QFontMetrics(font(12)).horizontalAdvance(self.text()) + 24, HEAD)

    minimumSizeHint = sizeHint


class HoldBtn(Btn):
    """The padlock: nothing launches by itself while it is shut (main thread)."""

    def __init__(self, text: str) -> None:
        super().__init__(text, "lock-open", "flat")
        self.setCheckable(True)
        self.face = font(12)

    def sizeHint(self) -> QSize:
        return QSize(QFontMetrics(self.face).horizontalAdvance(self.text()) + 34, HEAD)

    minimumSizeHint = sizeHint

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, on = QPainter(self), self.isChecked()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ink = STAGE.accent if on else STAGE.text_hi if self.underMouse() else STAGE.text2
        mark = pixmap("lock" if on else "lock-open", ink, 15, self.devicePixelRatioF())
        painter.drawPixmap(QPointF(4, (self.height() - 15) / 2), mark)
        box = QRectF(24, 0, self.width() - 24, self.height())
        paint.write(painter, box, self.text(), font(12, 600 if on else 400), ink if on else STAGE.text)
        if self.ringed():
            paint.focus_ring(painter, self.rect().adjusted(0, 6, 0, -6))
        painter.end()


class KeysChip(QWidget):
    """KEYS = PADS, while the letters launch (main thread)."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("keysChip")
        self.setAccessibleName(self.tr("Keys launch pads. The key left of 1 ends it"))
        self.setToolTip(self.tr("Letters and digits launch pads. The key left of 1 ends it"))
        self._words = "KEYS = PADS"
        self.setFixedSize(QFontMetrics(font(11, 700)).horizontalAdvance(self._words) + 16, 20)
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint.fill(painter, self.rect(), STAGE.accent, 4)
        paint.write(painter, self.rect(), self._words, font(11, 700), STAGE.on_accent, paint.CENTER)
        painter.end()
