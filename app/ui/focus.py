"""The Space rule: Space plays, unless a button was reached by the Tab key (ux.md 0.3). Enter takes the cue likewise."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QApplication, QLineEdit

_BY_KEY = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
_HEARD = frozenset((QFocusEvent, QKeyEvent, QMouseEvent))
_TYPED = (QLineEdit, QAbstractSpinBox)


class SpaceRule(QObject):
    """One event filter for the whole application (main thread); remembers how the focus came to where it is.

    Without it a click on any button would make Space press that button again in the middle of a show.
    """

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._by_key = self._mouse = False
        app.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if type(event) not in _HEARD:  # first of all: everything that is painted comes by here
            return False
        kind = event.type()
        if kind == QEvent.Type.FocusIn and isinstance(event, QFocusEvent):
            self._focus_came(event)
        elif kind == QEvent.Type.MouseButtonPress:
            self._by_key = False  # a click on the button that Tab had reached takes it back into the mouse's hands
            self._mouse = True
        elif kind == QEvent.Type.KeyPress:
            self._mouse = False
        elif kind == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            self._mouse = False
            return self._keeps(event)
        return False

    def _focus_came(self, event: QFocusEvent) -> None:
        # Leaving a popup or another window gives the focus back: the way it first came still counts.
        if event.reason() not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
            # What a click hides hands the focus on as if by Tab.
            self._by_key = event.reason() in _BY_KEY and not self._mouse

    def _keeps(self, event: QKeyEvent) -> bool:
        """True when what has the focus keeps this Space or Enter for itself, so that no shortcut gets it."""
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier or not (enter or event.key() == Qt.Key.Key_Space):
            return False
        focused = QApplication.focusWidget()
        typed = enter and isinstance(focused, _TYPED)  # what is typed is ended by it
        if not typed and not (self._by_key and isinstance(focused, QAbstractButton)):
            return False
        event.accept()
        return True
