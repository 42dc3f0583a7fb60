"""KEYS = PADS: four rows of eight keys, by where they lie and not by what stands on them, launch the pads."""

import sys
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QLineEdit, QPlainTextEdit, QTextEdit, QWidget

COLUMNS = 8
_NAMES = "12345678QWERTYUIASDFGHJKZXCVBNM,"
_FIRST = (0x02, 0x10, 0x1E, 0x2C)
"""Where each row begins among the scan codes of a PC keyboard; X11 and Wayland count 8 further."""
_MAC = (
    0x12, 0x13, 0x14, 0x15, 0x17, 0x16, 0x1A, 0x1C, 0x0C, 0x0D, 0x0E, 0x0F, 0x11, 0x10, 0x20, 0x22,
    0x00, 0x01, 0x02, 0x03, 0x05, 0x04, 0x26, 0x28, 0x06, 0x07, 0x08, 0x09, 0x0B, 0x2D, 0x2E, 0x2B,
)  # fmt: skip
_TYPED = (QLineEdit, QTextEdit, QPlainTextEdit, QAbstractSpinBox)
_HELD = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier


def scan_places(platform: str = sys.platform) -> dict[int, int]:
    """Native code of a key -> its pad, from 0."""
    if platform == "darwin":
        return {code: at for at, code in enumerate(_MAC)}
    off = 0 if platform.startswith(("win", "cygwin")) else 8
    return {first + off + i: line * COLUMNS + i for line, first in enumerate(_FIRST) for i in range(COLUMNS)}


def pad_of(event: QKeyEvent, platform: str = sys.platform) -> int:
    """The pad that the key of *event* launches, from 0; -1 for none. Where no code is told, by the letter."""
    known = event.nativeVirtualKey() if platform == "darwin" else event.nativeScanCode()
    if known or (platform == "darwin" and event.nativeScanCode()):
        return scan_places(platform).get(known, -1)
    key = event.key()
    return _NAMES.find(chr(key)) if 0x20 < key < 0x7F else -1


class PadKeys(QObject):
    """Owns the latch (main thread). While it is on, letters and digits launch pads and do nothing else."""

    changed = Signal()
    pressed = Signal(int)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.on = False
        self.names = list(_NAMES)
        """What stands on each key; another layout tells it as it is played."""

    def set_on(self, on: bool) -> None:
        """Let keys launch pads, or be letters again."""
        if on == self.on:
            return
        self.on = on
        app = QApplication.instance()
        assert app is not None
        (app.installEventFilter if on else app.removeEventFilter)(self)
        self.changed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind not in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress) or not isinstance(event, QKeyEvent):
            return False
        if isinstance(watched, _TYPED) or not in_window(watched, self._window):
            return False
        if event.modifiers() & _HELD or not self._is_sign(event):
            return False
        if kind == QEvent.Type.KeyPress and not event.isAutoRepeat():
            self._press(event)
        event.accept()  # an override that is accepted is no shortcut
        return True

    def _is_sign(self, event: QKeyEvent) -> bool:
        """Is it a letter, a digit, or another key of the block? The one that ends the latch is none."""
        letter = len(event.text()) == 1 and event.text().isalnum()
        return letter or pad_of(event) >= 0

    def _press(self, event: QKeyEvent) -> None:
        at = pad_of(event)
        if at < 0:
            return
        text = event.text().upper()
        if len(text) == 1 and text.isprintable() and not text.isspace() and text != self.names[at]:
            self.names[at] = text
            self.changed.emit()
        self.pressed.emit(at)


def in_window(watched: QObject, window: QWidget) -> bool:
    """Whether *watched* is *window*, or a widget in it; what it has popped up is another window."""
    return watched is window or (isinstance(watched, QWidget) and window.isAncestorOf(watched))


class AltMenu(QObject):
    """Alt, pressed and let go alone, shows the hidden menu bar, and hides it again (main thread).

    It hears the window's own keys and presses, before any widget: a filter of the whole application would be asked
    about each of five hundred events a second, and every time that the engine lets Python go.
    """

    def __init__(self, window: QWidget, toggle: Callable[[], None]) -> None:
        super().__init__(window)
        self._window, self._toggle = window, toggle
        self._alone = False

    def set_on(self, on: bool) -> None:
        """Hear them, or no more."""
        self._alone = False
        self._window.winId()  # it has a handle from here on, shown or not
        handle = self._window.windowHandle()
        (handle.installEventFilter if on else handle.removeEventFilter)(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            self._alone = event.key() == Qt.Key.Key_Alt
        elif kind == QEvent.Type.MouseButtonPress:
            self._alone = False
        elif kind == QEvent.Type.KeyRelease and self._alone and QApplication.activePopupWidget() is None:
            self._alone = False
            self._toggle()
        return False
