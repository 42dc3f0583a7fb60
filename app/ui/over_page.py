"""A page that stands over its window, below what plays and stops the show."""

from PySide6.QtCore import QRect
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.ui.panel import Panel
from app.ui.theme import STAGE
from app.ui.widgets import Btn, words

MARGIN, TRANSPORT, STATUS = 24, 82, 40


class OverPage(Panel):
    """Has a title and a cross, and closes by Esc (main thread). What is below goes on."""

    def __init__(self, title: str, about: str, wide: int, tall: int, window: QWidget) -> None:
        super().__init__(window)
        self._wide, self._tall = wide, tall
        self.close_button = Btn(icon="x", look="flat")
        self.close_button.setAccessibleName("Close")
        self.close_button.setToolTip("Close  (Esc)")
        self.close_button.clicked.connect(self.hide)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(1, 1, 1, 1)
        self.column.setSpacing(0)
        head = QHBoxLayout()
        head.setContentsMargins(20, 16, 12, 0)
        head.addWidget(words(title, 16, 600, STAGE.text_hi), 1)
        head.addWidget(self.close_button)
        self.column.addLayout(head)
        self.about = words(about)
        self.about.setContentsMargins(20, 2, 20, 12)
        self.about.setWordWrap(True)
        self.column.addWidget(self.about)

    def first_field(self) -> QWidget:
        return self.close_button

    def place(self, room: QRect) -> QRect:
        """In the middle, below what plays and stops the show."""
        inner = room.adjusted(MARGIN, TRANSPORT, -MARGIN, -STATUS)
        wide = min(self._wide, inner.width())
        tall = max(self._tall, self.column.totalMinimumHeightForWidth(wide))  # words may be longer than the design's
        placed = QRect(0, 0, wide, min(tall, inner.height()))
        placed.moveCenter(inner.center())
        return placed
