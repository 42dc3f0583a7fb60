"""News that does not stop the show: at most two cards at the top right, gone after four seconds."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.ui import theme
from app.ui.theme import STAGE
from app.ui.widgets import paint
from app.ui.widgets.buttons import Btn
from app.ui.widgets.fields import words

WIDE = 400
EDGE, UNDER = 12, 52
"""From the right edge; from the top of what they lie over, below what is written in its corner."""
_STAY_MS = 4000
_SHOWN = 2
_MOVES = (QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide)


class Toast(QWidget):
    """One card: what happened, and what that means. Stays while the mouse is on it. Main thread."""

    gone = Signal()
    grown = Signal()
    """Its words have less room, and take more lines."""

    def __init__(self, kind: str, title: str, sentence: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.kind, self.title, self.sentence = kind, title, sentence
        self.setFixedWidth(WIDE)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setAccessibleName(f"{title}. {sentence}")
        self.setObjectName("toast")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(38, 11, 10, 11)
        self._row.setSpacing(8)
        lines = QVBoxLayout()
        lines.setSpacing(1)
        head, tail = words(title, 13, 600, STAGE.text_hi), words(sentence, 12, 400, STAGE.text2)
        for line in (head, tail):
            line.setWordWrap(True)
            line.setTextFormat(Qt.TextFormat.PlainText)
            lines.addWidget(line)
        tail.setVisible(bool(sentence))
        self._row.addLayout(lines, 1)
        close = Btn(icon="x", look="flat")
        close.setAccessibleName("Close")
        close.clicked.connect(self.gone)
        self._row.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        self._timer = QTimer(self, singleShot=True, interval=_STAY_MS)
        self._timer.timeout.connect(self.gone)
        self._timer.start()

    def offer(self, text: str, run: Callable[[], None]) -> None:
        """A button beside the words."""
        button = Btn(text)
        button.tall = 24
        button.clicked.connect(run)
        button.clicked.connect(self.gone)
        self._row.insertWidget(1, button)
        button.show()
        self._row.activate()
        self.grown.emit()

    def enterEvent(self, event: QEvent) -> None:
        self._timer.stop()

    def leaveEvent(self, event: QEvent) -> None:
        self._timer.start()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        color, mark = (STAGE.live, "triangle-alert") if self.kind == "error" else (STAGE.text3, "info")
        paint.fill(painter, self.rect(), STAGE.bg2, 4)
        paint.outline(painter, self.rect(), STAGE.border)
        painter.setClipRect(0, 0, 3, self.height())
        paint.fill(painter, QRectF(0, 0, 10, self.height()), color, 4)
        painter.setClipping(False)
        painter.drawPixmap(13, 14, theme.pixmap(mark, color, 16, self.devicePixelRatioF()))


class ToastHost(QObject):
    """Puts toasts over *window*, newest on top, under *below* pixels of bars. Main thread.

    While *over* is seen they lie over that instead, and cover nothing that is pressed.
    """

    def __init__(self, window: QWidget, below: int = 82, over: QWidget | None = None) -> None:
        super().__init__(window)
        self._window, self._below, self._over = window, below, over
        self.toasts: list[Toast] = []

    def tell(self, kind: str, title: str, sentence: str) -> Toast:
        """Tell of *title* and *sentence*; the same news twice is told once."""
        for old in self.toasts:
            if (old.kind, old.title, old.sentence) == (kind, title, sentence):
                return old
        made = Toast(kind, title, sentence, self._window)
        made.gone.connect(lambda: self._remove(made))
        made.grown.connect(self._arrange)
        self.toasts.insert(0, made)
        for watched in self._watched():
            watched.installEventFilter(self)
        for old in self.toasts[_SHOWN:]:
            self._remove(old)
        made.show()
        self._arrange()
        QAccessible.updateAccessibility(QAccessibleEvent(made, QAccessible.Event.Alert))
        return made

    def _remove(self, toast: Toast) -> None:
        if toast in self.toasts:
            self.toasts.remove(toast)
            toast.hide()
            toast.deleteLater()
            self._arrange()
        if not self.toasts:
            for watched in self._watched():
                watched.removeEventFilter(self)

    def _watched(self) -> list[QWidget]:
        return [self._window] if self._over is None else [self._window, self._over]

    def _arrange(self) -> None:
        right, y, wide = self._window.width() - EDGE, self._below, WIDE
        if self._over is not None and self._over.isVisible():
            corner = self._over.mapTo(self._window, self._over.rect().topRight())
            right, y, wide = corner.x() + 1 - EDGE, corner.y() + UNDER, min(WIDE, self._over.width() - 2 * EDGE)
        for toast in self.toasts:
            toast.setFixedWidth(wide)
            toast.resize(wide, toast.sizeHint().height())
            if toast.hasHeightForWidth():
                toast.resize(wide, toast.heightForWidth(wide))
            toast.move(right - wide, y)
            toast.raise_()
            y += toast.height() + 9

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _MOVES:
            self._arrange()
        return False
