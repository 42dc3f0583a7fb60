"""The keys of the window: the table's, as a person has changed them, and as the workspace that is shown has them."""

from collections.abc import Mapping

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence

from app.control.actions import ACTIONS, EMERGENCY
from app.control.addresses import ControlError
from app.control.keymap import Keymap, from_json
from app.ui.actions import set_keys
from app.ui.settings import Settings

_ALONE = (Qt.Key.Key_Control, Qt.Key.Key_Shift, Qt.Key.Key_Alt, Qt.Key.Key_AltGr, Qt.Key.Key_Meta, Qt.Key.Key_unknown)
_LETTERS_AND_FIGURES = range(ord("0"), ord("Z") + 1)
_LAST_SIGN = 0xFF


def native(key: str) -> str:
    """*key* as this system writes it."""
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)


def key_of(event: QKeyEvent) -> str:
    """What was pressed, in portable form; nothing while only Ctrl, Shift or the like are down."""
    key, held = event.key(), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    if key in _ALONE:
        return ""
    sign = key <= _LAST_SIGN and not (key in _LETTERS_AND_FIGURES and chr(key).isalnum())
    if sign and key != Qt.Key.Key_Space:
        held &= ~Qt.KeyboardModifier.ShiftModifier  # Shift is how some layouts write it
    return QKeySequence(held.value | key).toString(QKeySequence.SequenceFormat.PortableText)


class Keys(QObject):
    """Owns the key map, and puts it on the actions (main thread). Keys of emergency act whatever has the focus."""

    changed = Signal()
    told = Signal(str, str, str)

    def __init__(self, actions: Mapping[str, QAction], settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._actions, self._settings = actions, settings
        self._workspace = "create"
        self.map = Keymap()
        self.problem = ""
        try:
            self.map = from_json(settings.keymap, own=True) if settings.keymap else Keymap()
        except ControlError as error:
            self.problem = str(error)
        for name in EMERGENCY:
            if name in actions:
                actions[name].setShortcutContext(Qt.ShortcutContext.ApplicationShortcut)
        self._apply()

    def put(self, keymap: Keymap) -> None:
        """Let *keymap* count from now on."""
        if keymap != self.map:
            self.map = keymap
            self._settings.keymap = keymap.to_json() if keymap.changed else ""
            self._apply()
            self.changed.emit()

    def in_workspace(self, workspace: str) -> None:
        """Keys of one workspace press nothing in another."""
        self._workspace = workspace
        self._apply()

    def is_emergency(self, event: QKeyEvent) -> bool:
        """Is it a key that acts whatever has the focus?"""
        key = key_of(event)
        return any(key in self.map.keys(name) for name in EMERGENCY)

    def words(self, name: str) -> str:
        """The keys of action *name* as a person reads them."""
        return " · ".join(native(key) for key in self.map.keys(name))

    def _apply(self) -> None:
        for name, action in self._actions.items():
            here = ACTIONS[name].workspace in ("", self._workspace)
            set_keys(action, self.map.keys(name) if here else ())
