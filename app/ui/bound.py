"""Buttons that stand for an action: one source for the key, the tip, and whether it can be pressed."""

from PySide6.QtCore import QPointF, QSignalBlocker, QSize
from PySide6.QtGui import QAction, QColor, QKeySequence, QPainter
from PySide6.QtWidgets import QAbstractButton, QWidget

from app.ui.theme import pixmap
from app.ui.widgets.buttons import Btn


def tip(action: QAction) -> str:
    """The action's words with its first key: ``Play  (Space)``."""
    words = action.toolTip() or action.text().replace("&", "")
    key = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
    return f"{words}  ({key})" if key and f"({key})" not in words else words


def bind(button: QAbstractButton, action: QAction) -> None:
    """Let *button* trigger *action* and look like it from now on."""

    def follow() -> None:
        with QSignalBlocker(button):
            button.setEnabled(action.isEnabled())
            if action.isCheckable():
                button.setCheckable(True)
                button.setChecked(action.isChecked())
        button.setToolTip(tip(action))
        button.update()

    def press() -> None:
        action.trigger()
        follow()

    button.setProperty("action", action.objectName())
    button.clicked.connect(press)
    action.changed.connect(follow)
    if not button.accessibleName():
        button.setAccessibleName(button.text() or action.text().replace("&", "").rstrip("…."))
    follow()


def show_playing(button: Btn, playing: bool) -> None:
    """Let a play button say what a press would do: play, or pause."""
    button.setCheckable(True)
    button.setChecked(playing)
    button.set_mark("pause-fill" if playing else "play-fill")
    button.setAccessibleName(button.tr("Pause") if playing else button.tr("Play"))
    button.update()


class IconBtn(Btn):
    """A button of a given size with an icon of a given size and no fill at rest (main thread)."""

    def __init__(self, icon: str, name: str, side: int = 18, parent: QWidget | None = None) -> None:
        super().__init__(icon=icon, look="flat", parent=parent)
        self.side, self.room = side, QSize(32, 32)
        self.setAccessibleName(name)
        self.setToolTip(name)

    def sizeHint(self) -> QSize:
        return self.room

    minimumSizeHint = sizeHint

    def _contents(self, painter: QPainter, ink: QColor) -> None:
        at = QPointF((self.width() - self.side) / 2, (self.height() - self.side) / 2)
        painter.drawPixmap(at, pixmap(self.mark, ink, self.side, self.devicePixelRatioF()))
