"""The fields of the export form: pixels to type, choices that come and go, the colour of a section."""

from typing import Any

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QIntValidator, QKeyEvent, QPainter, QPixmap
from PySide6.QtWidgets import QLineEdit

from app.engine.show.show import Section
from app.ui.theme import font, section_tint
from app.ui.widgets import Segmented
from app.ui.widgets.paint import fill

ROW = 28
_LARGEST, _SMALLEST = 8192, 16


class SizeField(QLineEdit):
    """Pixels; empty is the Style's own size. Enter and Esc give the focus back (main thread)."""

    entered = Signal(int)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setFixedSize(64, ROW)
        self.setAccessibleName(name)
        self.setToolTip(f"{name} in pixels. Empty: the Style's own")
        self.setFont(font(12))
        self.setValidator(QIntValidator(0, _LARGEST, self))
        self._pixels = 0
        self.editingFinished.connect(self._enter)

    def set_pixels(self, pixels: int, own: int) -> None:
        """Show *pixels*; 0 shows the Style's *own* in grey."""
        self._pixels = pixels
        self.setPlaceholderText(str(own))
        shown = str(pixels) if pixels else ""
        if not self.hasFocus() and shown != self.text():
            self.setText(shown)

    def _enter(self) -> None:
        pixels = int(self.text() or 0)
        pixels = 0 if pixels < _SMALLEST else pixels
        if pixels != self._pixels:
            self.entered.emit(pixels)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.setText(str(self._pixels) if self._pixels else "")
            self.clearFocus()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.clearFocus()
        else:
            super().keyPressEvent(event)


class Choice(Segmented):
    """A Segmented whose options come and go; nothing is chosen where the Show says something else (main thread)."""

    def __init__(self, name: str, options: tuple[tuple[str, Any], ...]) -> None:
        super().__init__((), tall=ROW)
        self.setAccessibleName(name)
        self.keys: tuple[Any, ...] = ()
        self.offer(options)

    def offer(self, options: tuple[tuple[str, Any], ...]) -> None:
        """Let one choose among these words."""
        keys = tuple(key for _word, key in options)
        if keys != self.keys:
            self.keys, self.words = keys, tuple(word for word, _key in options)
            self.options = tuple((word, "") for word in self.words)
            self.setFixedSize(self.sizeHint())
            self.update()

    def show_key(self, key: Any) -> None:
        """Show which is chosen."""
        index = self.keys.index(key) if key in self.keys else -1
        if index >= 0:
            self.set_index(index)
        elif self.index != -1:
            self.index = -1
            self.update()


def section_mark(part: Section) -> QPixmap:
    """A small square in the colour of *part*, in a 20 x 20 field."""
    made = QPixmap(20, 20)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    fill(painter, QRectF(6, 6, 8, 8), section_tint(part.label), 2)
    painter.end()
    return made
