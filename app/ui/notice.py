"""One row of words over the lower edge of the picture: the first hint, or a Show that was recovered."""

import re
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.ui.theme import STAGE, font, pixmap
from app.ui.widgets.buttons import Btn

WIDTH, HEIGHT = 532, 36
_KEY = re.compile(r"(\[[^\]]+\])")


@dataclass(frozen=True, slots=True)
class Notice:
    """What a row says. A word in square brackets is drawn as a key; *actions* are (id, label, is the safe one)."""

    key: str
    icon: str
    texts: tuple[str, ...]
    actions: tuple[tuple[str, str, bool], ...] = ()


class NoticeRow(QWidget):
    """Owns at most one Notice (main thread). Nothing moves when it comes or goes, and it never asks for an answer."""

    chosen = Signal(str, str)
    closed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("noticeRow")
        self.setFixedHeight(HEIGHT)
        self.notice: Notice | None = None
        self._drawn = QPixmap()
        self._buttons: list[QWidget] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(12, 4, 4, 4)
        self._row.setSpacing(4)
        self._row.addStretch(1)
        self.hide()

    def tell(self, notice: Notice) -> None:
        """Show *notice* in place of the one before."""
        self.clear()
        self.notice = notice
        for key, label, safe in notice.actions:
            self._add(Btn(label, look="primary" if safe else "raised"), key)
        close = Btn(icon="x", look="flat")
        close.setAccessibleName(self.tr("Close this hint"))
        close.setToolTip(self.tr("Close"))
        self._add(close, "")
        self.setAccessibleName(". ".join(_KEY.sub(lambda m: m[1][1:-1], text) for text in notice.texts))
        self.show()
        self.raise_()

    def _add(self, button: Btn, key: str) -> None:
        button.clicked.connect(lambda: self._answer(key))
        self._row.addWidget(button)
        self._buttons.append(button)

    def _answer(self, key: str) -> None:
        assert self.notice is not None
        notice = self.notice
        self.clear()
        if key:
            self.chosen.emit(notice.key, key)
        self.closed.emit(notice.key)

    def clear(self) -> None:
        """Show nothing."""
        for button in self._buttons:
            self._row.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._buttons.clear()
        self.notice, self._drawn = None, QPixmap()
        self.hide()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:  # another theme
            self._drawn = QPixmap()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The picture beneath changes 60 times a second: draw once, copy ever after."""
        if self.notice is None:
            return
        dpr = self.devicePixelRatioF()
        size = self.size() * dpr
        if self._drawn.size() != size:
            self._drawn = QPixmap(size)
            self._drawn.setDevicePixelRatio(dpr)
            self._drawn.fill(Qt.GlobalColor.transparent)
            self._draw(QPainter(self._drawn), self.notice)
        QPainter(self).drawPixmap(0, 0, self._drawn)

    def _draw(self, painter: QPainter, notice: Notice) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(STAGE.border, 1))
        painter.setBrush(STAGE.bg0)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        icon = pixmap(notice.icon, STAGE.accent, 16, self.devicePixelRatioF())
        painter.drawPixmap(12, (self.height() - 16) // 2, icon)
        x = 36.0
        for i, text in enumerate(notice.texts):
            if i:
                x = self._word(painter, x + 8, "·", 400, STAGE.text3) + 8
            for part in filter(None, _KEY.split(text)):
                x = self._key(painter, x, part[1:-1]) if _KEY.fullmatch(part) else self._word(painter, x, part)
        painter.end()

    def _word(self, painter: QPainter, x: float, text: str, weight: int = 400, color: object = None) -> float:
        painter.setFont(font(12, weight))
        wide = QFontMetricsF(painter.font()).horizontalAdvance(text)
        painter.setPen(color if color is not None else STAGE.text)
        painter.drawText(QRectF(x, 0, wide + 2, self.height()), Qt.AlignmentFlag.AlignVCenter, text)
        return x + wide

    def _key(self, painter: QPainter, x: float, text: str) -> float:
        painter.setFont(font(11, 600))
        wide = QFontMetricsF(painter.font()).horizontalAdvance(text) + 12
        cap = QRectF(x, (self.height() - 18) / 2, wide, 18)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(STAGE.bg3)
        painter.drawRoundedRect(cap, 3, 3)
        painter.setPen(STAGE.text_hi)
        painter.drawText(cap, Qt.AlignmentFlag.AlignCenter, text)
        return x + wide
