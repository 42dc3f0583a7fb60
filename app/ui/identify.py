"""Identify: the name of each display, in large letters on it, for three seconds; only ever when somebody asks."""

from PySide6.QtCore import QRect, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent, QScreen
from PySide6.QtWidgets import QWidget

from app.ui.displays import display_of
from app.ui.theme import STAGE, font
from app.ui.widgets import paint

SHOWN_MS = 3000
_FLAGS = (
    Qt.WindowType.Tool
    | Qt.WindowType.FramelessWindowHint
    | Qt.WindowType.WindowDoesNotAcceptFocus
    | Qt.WindowType.WindowStaysOnTopHint
    | Qt.WindowType.WindowTransparentForInput
)


class NameCard(QWidget):
    """The name and size of *screen* in its middle (main thread)."""

    def __init__(self, screen: QScreen, parent: QWidget) -> None:
        super().__init__(parent, _FLAGS)
        self.display = display_of(screen)
        self.setObjectName("nameCard")
        self.setAccessibleName(self.display.words)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        whole = screen.geometry()
        place = QRect(0, 0, min(640, whole.width() - 32), 200)
        place.moveCenter(whole.center())
        self.setScreen(screen)
        self.setGeometry(place)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), STAGE.bg0)
        paint.outline(painter, self.rect(), STAGE.accent, 0, 3)
        upper, lower = self.rect().adjusted(24, 40, -24, -80), self.rect().adjusted(24, 116, -24, -40)
        name, face = self.display.name, font(20, 600)
        face.setPixelSize(56)
        painter.setFont(face)
        painter.setPen(STAGE.text_hi)
        short = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, upper.width())
        painter.drawText(upper, Qt.AlignmentFlag.AlignCenter, short)
        painter.setFont(font(20))
        painter.setPen(STAGE.text2)
        size = f"{self.display.width} × {self.display.height}"
        painter.drawText(lower, Qt.AlignmentFlag.AlignCenter, " · ".join(filter(None, (self.display.model, size))))
        painter.end()


class Identify:
    """Owns the cards while they are shown (main thread)."""

    def __init__(self, window: QWidget) -> None:
        self._window = window
        self.cards: list[NameCard] = []
        self._timer = QTimer(window, singleShot=True, interval=SHOWN_MS)
        self._timer.timeout.connect(self.hide)

    def show(self) -> None:
        """Name every display that is plugged in."""
        self.hide()
        for screen in QGuiApplication.screens():
            card = NameCard(screen, self._window)
            self.cards.append(card)
            card.show()
            card.raise_()
        self._timer.start()

    def hide(self) -> None:
        """Take the names away."""
        self._timer.stop()
        for card in self.cards:
            card.hide()
            card.deleteLater()
        self.cards = []
