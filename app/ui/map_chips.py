"""Small buttons that lie on the map."""

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.ui import theme
from app.ui.theme import STAGE, fade
from app.ui.widgets import Btn, paint


class MapChip(Btn):
    """A word on a dark ground, with an icon before it or a chevron after it; accent while it is on. Main thread."""

    def __init__(self, text: str, icon: str = "", *, opens: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(text, icon, "flat", parent)
        self.opens = opens
        self.tall = 22
        self.face = theme.font(12)

    def sizeHint(self) -> QSize:
        words = QFontMetrics(self.face).horizontalAdvance(self.text())
        return QSize(words + 14 + (18 if self.mark else 0) + (20 if self.opens else 0), self.tall)

    minimumSizeHint = sizeHint

    def say(self, text: str) -> None:
        """Show another word."""
        if text != self.text():
            self.setText(text)
            self.resize(self.sizeHint())

    def _ink(self) -> QColor:
        lit = self.isChecked() if self.isCheckable() else bool(self.mark)
        ink = STAGE.accent if lit else STAGE.text if self.opens else STAGE.text2
        return paint.hover(ink, self.underMouse(), self.isDown())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        face = STAGE.bg3 if self.underMouse() else STAGE.bg0
        paint.fill(painter, self.rect(), fade(face, 0.9), 4)
        ink, dpr, x = self._ink(), self.devicePixelRatioF(), 7.0
        if self.mark:
            painter.drawPixmap(QPointF(x, (self.height() - 13) / 2), theme.pixmap(self.mark, ink, 13, dpr))
            x += 18
        paint.write(painter, QRectF(x, 0, self.width() - x, self.height()), self.text(), self.face, ink)
        if self.opens:
            arrow = theme.pixmap("chevron-down", STAGE.text3, 13, dpr)
            painter.drawPixmap(QPointF(self.width() - 19, (self.height() - 13) / 2), arrow)
        if self.ringed():
            paint.focus_ring(painter, self.rect())
