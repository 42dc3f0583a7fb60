"""A page that stands over its window, below what plays and stops the show."""

from PySide6.QtCore import QEvent, QObject, QRect, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.ui.theme import STAGE, fade
from app.ui.widgets import Btn, paint, words

MARGIN, TRANSPORT, STATUS = 24, 82, 40


class OverPage(QWidget):
    """Has a title and a cross, and closes by Esc (main thread). What is below goes on."""

    def __init__(self, title: str, about: str, wide: int, tall: int, window: QWidget) -> None:
        super().__init__(window)
        self._window, self._wide, self._tall = window, wide, tall
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
        self.column.addWidget(self.about)
        window.installEventFilter(self)
        self.hide()

    def toggle(self) -> None:
        """Show or hide."""
        if self.isVisible():
            self.hide()
            return
        self.about_to_show()
        self._place()
        self.show()
        self.raise_()
        self.first_field().setFocus(Qt.FocusReason.OtherFocusReason)

    def about_to_show(self) -> None:
        """Fill it."""

    def first_field(self) -> QWidget:
        """What has the keys when it opens."""
        return self.close_button

    def _place(self) -> None:
        """In the middle, below what plays and stops the show."""
        room = self._window.rect().adjusted(MARGIN, TRANSPORT, -MARGIN, -STATUS)
        place = QRect(0, 0, min(self._wide, room.width()), min(self._tall, room.height()))
        place.moveCenter(room.center())
        self.setGeometry(place)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            event.setAccepted(event.key() == Qt.Key.Key_Escape)  # it means what is nearest, before any shortcut
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint.fill(painter, self.rect(), STAGE.bg0)
        paint.fill(painter, self.rect(), STAGE.bg1, 8)
        paint.outline(painter, self.rect(), fade(QColor(STAGE.border), 1.0), 8)
