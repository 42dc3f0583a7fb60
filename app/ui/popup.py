"""A small panel of its own under a button: closes by Esc, or by a press beside it."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QWidget

from app.ui.theme import STAGE
from app.ui.widgets import paint


class Popup(QFrame):
    """What is set in it counts at once, so it has no buttons to close it with (main thread)."""

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setObjectName(name)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint.fill(painter, self.rect(), STAGE.bg2)
        paint.outline(painter, self.rect(), STAGE.border, 0)
        painter.end()
