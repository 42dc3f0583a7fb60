"""A group of rows under a title that folds them away."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget

from app.ui import theme
from app.ui.theme import STAGE
from app.ui.widgets import paint

TALL = 32


class FoldHead(paint.KeyFocus, QAbstractButton):
    """The title of a Fold: a press opens or closes it. Main thread."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.setText(title)
        self.setCheckable(True)
        self.setFixedHeight(TALL)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.note = ""
        self.extra: QWidget | None = None

    def hold(self, extra: QWidget) -> None:
        """Let *extra* stand at the right end while the rows are seen."""
        self.extra = extra
        extra.setParent(self)
        extra.setVisible(self.isChecked())
        self.toggled.connect(extra.setVisible)

    def resizeEvent(self, event: QResizeEvent) -> None:
        if self.extra is not None:
            size = self.extra.sizeHint()
            self.extra.setGeometry(QRect(QPoint(self.width() - 8 - size.width(), (TALL - size.height()) // 2), size))

    def set_note(self, note: str) -> None:
        """A remark at the right end."""
        if note != self.note:
            self.note = note
            self.setAccessibleDescription(note)
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(120, TALL)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        turns = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Left if self.isChecked() else Qt.Key.Key_Right)
        if event.key() in turns:
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.underMouse():
            painter.fillRect(self.rect(), STAGE.bg2)
        mark = "chevron-down" if self.isChecked() else "chevron-right"
        painter.drawPixmap(QPointF(8, 9), theme.pixmap(mark, STAGE.text3, 14, self.devicePixelRatioF()))
        title = QRectF(28, 0, self.width() - 40, self.height())
        paint.write(painter, title, self.text(), theme.font(12, 600), STAGE.text_hi)
        title.setRight(title.right() - (30 if self.extra is not None and self.isChecked() else 0))
        paint.write(painter, title, self.note, theme.font(11), STAGE.text3, paint.RIGHT)
        if self.ringed():
            paint.focus_ring(painter, self.rect().adjusted(2, 2, -2, -2))


class Fold(QWidget):
    """Owns *rows* under *title*, and whether they are seen. Main thread."""

    def __init__(self, title: str, rows: Sequence[QWidget]) -> None:
        super().__init__()
        self.setObjectName(f"fold:{title}")
        self.rows = tuple(rows)
        self.head, self.body = FoldHead(title), QWidget()
        inside = QVBoxLayout(self.body)
        inside.setContentsMargins(0, 0, 0, 8)
        inside.setSpacing(0)
        for row in self.rows:
            inside.addWidget(row)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(self.body)
        self.body.hide()
        self.head.toggled.connect(self.body.setVisible)

    @property
    def is_open(self) -> bool:
        """Whether its rows are seen."""
        return self.head.isChecked()

    def open(self, on: bool = True) -> None:
        """Show the rows, or fold them away."""
        self.head.setChecked(on)
