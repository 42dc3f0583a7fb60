"""A field that stands in place of a name on the timeline."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from app.ui.theme import font

LONGEST_NAME = 60


class NameField(QLineEdit):
    """Stands in place of a name (main thread): Enter or leaving keeps what is typed, Escape does not."""

    named = Signal(str)

    def __init__(self, name: str, what: str, parent: QWidget) -> None:
        super().__init__(name, parent)
        self.setFont(font(11))
        self.setAccessibleName(what)
        self.setMaxLength(LONGEST_NAME)
        self.setStyleSheet("QLineEdit { padding: 0 4px; min-height: 0; border-radius: 3px; }")
        self._open = True

    def event(self, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Escape
            and not event.modifiers()  # with Shift it is panic
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._close(None)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._close(self.text())
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self._close(self.text())

    def _close(self, name: str | None) -> None:
        if not self._open:
            return
        self._open = False
        if name is not None:
            self.named.emit(name.strip())
        self.hide()
        self.deleteLater()
