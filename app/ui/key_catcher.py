"""Takes the next key that is pressed, to give it to an action."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel

from app.ui.keys import key_of
from app.ui.theme import STAGE, font
from app.ui.widgets import paint


class KeyCatcher(QLabel):
    """Takes the next key for itself, whatever it would press else (main thread)."""

    caught = Signal(str)
    let_go = Signal()
    catching = False

    def __init__(self) -> None:
        super().__init__()
        self.spares: Callable[[QKeyEvent], bool] = lambda _event: False
        """Which keys are never caught now."""
        self.setObjectName("keyCatcher")
        self.setAccessibleName("The next key that is pressed")
        self.setFont(font(12))
        self.setFixedHeight(28)
        self.setContentsMargins(8, 0, 8, 0)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)

    def ask(self, label: str) -> None:
        """The next key is for the action called *label*."""
        self.catching = True
        self.setText(f"Press a key for {label}. Esc: never mind.")
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.update()

    def say(self, text: str) -> None:
        """Catch nothing, and say *text*."""
        self.catching = False
        self.setText(text)
        self.update()

    def event(self, event: QEvent) -> bool:
        if self.catching and event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if self.spares(event):
                return False  # it is a shortcut, and the next key is still waited for
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self.catching:
            super().keyPressEvent(event)
            return
        key = key_of(event)
        if key == "Esc":
            self.say("")
            self.let_go.emit()
        elif key:
            self.say("")
            self.caught.emit(key)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        if self.catching:
            self.say("")
        super().focusOutEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.catching:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            paint.outline(painter, self.rect(), STAGE.learn, 4, 2)
            painter.end()
        super().paintEvent(event)
