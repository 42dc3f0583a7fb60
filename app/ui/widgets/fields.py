"""Words and figures: labels, lines, a number to type, plus and minus, a search box, the link dot."""

import html
from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QLabel, QLineEdit, QSizePolicy, QWidget

from app.ui import theme
from app.ui.theme import STAGE
from app.ui.widgets import paint
from app.ui.widgets.buttons import Btn
from app.ui.widgets.colored import tint


def words(text: str, size: int = 12, weight: int = 400, color: QColor = STAGE.text2, mono: bool = False) -> QLabel:
    """A line of text that is only read; what comes from a file is never taken for HTML."""
    made = QLabel(text, textFormat=Qt.TextFormat.PlainText)
    made.setFont(theme.font(size, weight, mono))
    tint(made, color)
    return made


def label_of(text: str, control: QWidget, size: int = 12, weight: int = 400, color: QColor = STAGE.text2) -> QLabel:
    """The name of *control* in a form: Alt and the letter after its ``&`` give *control* the keys."""
    made = words(text, size, weight, color)
    made.setBuddy(control)
    return made


class NameField(QLineEdit):
    """Stands in place of a name (main thread): Enter or leaving keeps what is typed, Escape does not."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.setModified(False)
            self.clearFocus()
        else:
            super().keyPressEvent(event)


class FittingLine(QLabel):
    """A line of text of which as much is shown as fits; its tool tip has the rest. Main thread."""

    def __init__(self, size: int, weight: int, color: QColor) -> None:
        super().__init__(textFormat=Qt.TextFormat.PlainText)
        self.setFont(theme.font(size, weight))
        tint(self, color)

    def minimumSizeHint(self) -> QSize:
        return QSize(24, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        whole = self.text()
        fitting = self.fontMetrics().elidedText(whole, Qt.TextElideMode.ElideRight, self.width())
        self.setToolTip("" if fitting == whole else plain(whole))
        paint.write(QPainter(self), self.rect(), fitting, self.font(), self.palette().windowText().color())


def plain(text: str) -> str:
    """*text* as a tool tip that shows every sign of it: Qt would draw a name such as ``<img src=x>`` as HTML."""
    if "<" not in text:  # what Qt takes for HTML begins with a tag
        return text
    return "<qt>" + html.escape(text).replace("\n", "<br>") + "</qt>"


class NumberField(QLineEdit):
    """A figure that turns into a box when clicked. Enter sets it, Esc leaves; both give the focus back. Main thread."""

    entered = Signal(float)

    def __init__(self, text: Callable[[float], str] = "{:.2f}".format, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = text
        self._amount = 0.0
        self.scale = 1.0
        self._back: QWidget | None = None
        self.resort: QWidget | None = None
        """Who has the focus when nobody gave it."""
        self._entering = False
        self.setFont(theme.font(12))
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setFixedSize(52, 24)
        self.setTextMargins(0, 0, -3, 0)
        self.returnPressed.connect(self._enter)

    def set_amount(self, amount: float) -> None:
        """Show *amount*, unless somebody is typing."""
        self._amount = amount
        shown = self._text(amount)
        if not self.hasFocus() and shown != self.text():
            self.setText(shown)

    def begin(self, first: str, back: QWidget) -> None:
        """Start to type with *first*; the focus goes to *back* afterwards."""
        self._back = back
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.setText(first)

    def _enter(self) -> None:
        figures = "".join(c for c in self.text().replace(",", ".").replace("−", "-") if c in "0123456789.-")
        try:
            amount = float(figures)
        except ValueError:
            amount = self._amount
        self._leave()
        if amount != self._amount:
            self.entered.emit(amount)

    def _leave(self) -> None:
        back, self._back = self._back or self.resort, None
        if back is not None:
            back.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.clearFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._leave()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._entering = event.reason() == Qt.FocusReason.MouseFocusReason

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        if self._entering:  # after the press, which would put the cursor into the figure instead
            self._entering = False
            self.selectAll()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.setText(self._text(self._amount))


class Stepper(QWidget):
    """Minus, a whole number, plus. Main thread."""

    moved = Signal(float)

    def __init__(self, lo: int, hi: int, default: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lo, self.hi, self.default, self.amount = lo, hi, default, default
        self.step = 1
        self.minus, self.plus = Btn(icon="minus"), Btn(icon="plus")
        self.figure = NumberField(lambda n: str(round(n)))
        self.figure.setFixedWidth(32)
        self.figure.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.figure.setTextMargins(0, 0, 0, 0)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for button, way in ((self.minus, -1), (self.plus, 1)):
            button.tall = 24
            button.setAutoRepeat(True)
            button.clicked.connect(lambda _=False, way=way: self._move(self.amount + way * self.step))
        for part in (self.minus, self.figure, self.plus):
            row.addWidget(part)
        self.figure.entered.connect(lambda n: self._move(round(n)))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_amount(default)

    def name(self, spoken: str) -> None:
        """Tell screen readers what is counted."""
        self.setAccessibleName(spoken)
        self.minus.setAccessibleName(f"{spoken}: one less")
        self.plus.setAccessibleName(f"{spoken}: one more")
        self.figure.setAccessibleName(spoken)

    def set_amount(self, amount: float) -> None:
        """Show *amount* without telling anybody."""
        self.amount = round(amount)
        self.figure.set_amount(self.amount)
        self.minus.setEnabled(self.amount > self.lo)
        self.plus.setEnabled(self.amount < self.hi)

    def _move(self, to: int) -> None:
        held = min(max(to, self.lo), self.hi)
        if held != self.amount:
            self.set_amount(held)
            self.moved.emit(float(held))


class SearchField(QLineEdit):
    """Find in a list; Esc empties it. Main thread."""

    def __init__(self, hint: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(hint)
        self.setAccessibleName(hint)
        self.setFixedHeight(28)
        self.setFont(theme.font(12))
        self.setTextMargins(17, 0, 0, 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.drawPixmap(8, 7, theme.pixmap("search", STAGE.text3, 14, self.devicePixelRatioF()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() != Qt.Key.Key_Escape:
            super().keyPressEvent(event)
            return
        event.setAccepted(bool(self.text()))  # empty, it leaves Esc to the page it stands on
        self.clear()
        self.clearFocus()


class LinkDot(paint.KeyFocus, QAbstractButton):
    """What moves a parameter: a ring when nothing does, else the letter and colour of each source. Main thread.

    Round the letter an arc is as long as what moves it is strong just now.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sources: tuple[str, ...] = ()
        self.colors: tuple[QColor, ...] = ()
        self.amount = 0.0
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setFixedSize(20, 24)
        self._name(())

    def set_sources(self, sources: tuple[str, ...], names: tuple[str, ...] = ()) -> None:
        """Show which *sources* move it; *names* is what people call them."""
        if sources != self.sources:
            self.sources = sources
            self.update()
        self._name(names or sources)

    def set_colors(self, colors: tuple[QColor, ...]) -> None:
        """Draw the sources in *colors*, and no longer in those of their kinds."""
        if colors != self.colors:
            self.colors = colors
            self.update()

    def _color(self, at: int) -> QColor:
        return self.colors[at] if at < len(self.colors) else theme.source_badge(self.sources[at])[1]

    def _name(self, names: tuple[str, ...]) -> None:
        words = f"Moved by {', '.join(names)}" if names else "Nothing linked"
        if words != self.accessibleName():
            self.setAccessibleName(words)
            self.setToolTip(f"{words}. Click to {'see or change it' if names else 'let a sound or a macro move it'}")

    def show_amount(self, amount: float) -> None:
        """Draw how far it is moved now, 0 to 1."""
        held = round(min(max(amount, 0.0), 1.0), 2)
        if held != self.amount:
            self.amount = held
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(20, 24)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left = self.width() - 19 if self.width() < 44 else (self.width() - 16) / 2  # a finger's is in the middle
        box = QRectF(left, (self.height() - 16) / 2, 16, 16)
        if not self.sources:
            over = self.underMouse() and self.isEnabled()
            paint.outline(painter, box, STAGE.border_strong if over else STAGE.border, 8, 1.5)
        else:
            if len(self.sources) > 1:
                paint.dot(painter, box.center() - QPointF(4, 0), 8, self._color(1))
                paint.dot(painter, box.center(), 9, STAGE.bg1)
            letter, color = theme.source_badge(self.sources[0])[0], self._color(0)
            paint.badge(painter, box, letter, color if self.isEnabled() else STAGE.text_dis)
            if self.amount > 0.02 and self.isEnabled():
                painter.setPen(QPen(color, 1.5))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawArc(box.adjusted(-2, -2, 2, 2), 90 * 16, -round(self.amount * 360 * 16))
        if self.ringed():
            paint.outline(painter, box.adjusted(-2, -2, 2, 2), STAGE.ring, 10, 2)
