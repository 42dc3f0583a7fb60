"""Grounds, inks and lines that a widget wears in its palette, and wears anew when the theme changes."""

from collections.abc import Iterable

from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QFrame, QWidget

from app.ui.theme import STAGE


def tint(label: QWidget, color: QColor) -> None:
    """Colour the text of *label*."""
    palette = label.palette()
    palette.setColor(QPalette.ColorRole.WindowText, color)
    palette.setColor(QPalette.ColorRole.Text, color)
    palette.setColor(QPalette.ColorGroup.Disabled, QPalette.ColorRole.WindowText, STAGE.text_dis)
    palette.setColor(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Text, STAGE.text_dis)
    label.setPalette(palette)
    label.setProperty("ink", STAGE.token_of(color))


def grounded(widget: QWidget, color: QColor) -> QWidget:
    """*widget* on a ground of *color*."""
    palette = widget.palette()
    palette.setColor(QPalette.ColorRole.Window, color)
    widget.setPalette(palette)
    widget.setAutoFillBackground(True)
    widget.setProperty("ground", STAGE.token_of(color))
    return widget


def rule() -> QFrame:
    """A line, 1 px, across a panel."""
    made = QFrame()
    made.setFixedHeight(1)
    grounded(made, STAGE.line)
    return made


class Divider(QWidget):
    """An upright line between groups of a bar, so high (main thread)."""

    def __init__(self, tall: int) -> None:
        super().__init__()
        self.setFixedSize(1, tall)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), STAGE.border)
        painter.end()


def redress(widgets: Iterable[QWidget]) -> None:
    """Put the colours of the theme that is worn now on *widgets*."""
    for widget in widgets:
        if ground := widget.property("ground"):
            grounded(widget, getattr(STAGE, ground))
        if ink := widget.property("ink"):
            tint(widget, getattr(STAGE, ink))
