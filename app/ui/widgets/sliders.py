"""The slider: a number on a line, for hands, keys, the wheel and screen readers."""

import math

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QSlider, QWidget

from app.ui.theme import STAGE
from app.ui.widgets import paint

KEY_STEPS = {
    Qt.Key.Key_Left: -1, Qt.Key.Key_Down: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: 1,
    Qt.Key.Key_PageDown: -10, Qt.Key.Key_PageUp: 10,
}  # fmt: skip
"""Keys that move a value, in per cent of its range."""

_GESTURE_MS = 600
"""Turns of the wheel that follow one another this closely are one gesture, so one step of undo."""


class Slider(paint.KeyFocus, QSlider):
    """A number on a line, 4 px wide. Main thread.

    It is a QSlider to screen readers, in hundredths; *amount* is the exact number. ``moved`` tells of every change by
    hand, ``released`` when a gesture ends. Arrows 1 %, with Ctrl 0.1 %, Page keys 10 %, Home, End, Delete = default;
    Shift drags finely, a double click sets the default, the wheel turns it only while it has the focus.
    """

    moved = Signal(float)
    released = Signal()
    typed = Signal(str)

    def __init__(
        self,
        lo: float = 0.0,
        hi: float = 1.0,
        default: float = 0.0,
        parent: QWidget | None = None,
        *,
        curve: float = 1.0,
    ) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.lo, self.hi, self.default, self.curve = lo, hi, default, curve
        self.whole = False
        self.amount = default
        self.color = STAGE.accent
        self.pushed: float | None = None
        self.pushed_color = STAGE.text
        self.reach: float | None = None
        self.reach_color = STAGE.text
        self._from: tuple[float, float] | None = None
        self._wheel = QTimer(self, singleShot=True, interval=_GESTURE_MS)
        self._wheel.timeout.connect(self.released)
        self.setRange(round(lo * 100), round(hi * 100))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self._say()

    # --- the number

    def set_amount(self, amount: float) -> None:
        """Show *amount* without telling anybody."""
        if amount != self.amount:
            self.amount = amount
            self._say()
            self.update()

    def warn(self, warned: bool) -> None:
        """Amber while *warned*: it may be too much."""
        color = STAGE.warn if warned else STAGE.accent
        if color != self.color:
            self.color = color
            self.update()

    def push_to(self, amount: float | None, color: QColor) -> None:
        """Draw where sound has pushed the value just now, in the colour of that sound."""
        if amount is None or abs(amount - self.amount) < (self.hi - self.lo) * 0.004:
            amount = None
        if amount != self.pushed or color != self.pushed_color:
            self.pushed, self.pushed_color = amount, color
            self.update()

    def reach_to(self, amount: float | None, color: QColor) -> None:
        """Draw over the line how far what moves it may push it; nothing for None."""
        if amount != self.reach or color != self.reach_color:
            self.reach, self.reach_color = amount, color
            self.update()

    def _say(self) -> None:
        blocked = self.blockSignals(True)
        self.setValue(round(self.amount * 100))
        self.blockSignals(blocked)

    def _move(self, amount: float) -> None:
        held = min(max(amount, self.lo), self.hi)
        held = math.floor(held + 0.5) if self.whole else held
        if held != self.amount:
            self.set_amount(held)
            self.moved.emit(held)

    def _share(self, amount: float) -> float:
        u = (min(max(amount, self.lo), self.hi) - self.lo) / ((self.hi - self.lo) or 1.0)
        return float(u ** (1 / self.curve))

    def _amount(self, share: float) -> float:
        return float(self.lo + min(max(share, 0.0), 1.0) ** self.curve * (self.hi - self.lo))

    # --- geometry

    def span(self) -> tuple[float, float]:
        """First and last x of the track."""
        return 0.0, float(self.width())

    def x_of(self, amount: float) -> float:
        """Where *amount* stands; the thumb stays inside the track."""
        left, right = self.span()
        return left + 2 + self._share(amount) * (right - left - 4)

    def amount_at(self, x: float) -> float:
        """The number at *x*."""
        left, right = self.span()
        return self._amount((x - left - 2) / max(1.0, right - left - 4))

    def sizeHint(self) -> QSize:
        return QSize(160, 24)

    def minimumSizeHint(self) -> QSize:
        return QSize(40, 24)

    # --- hands

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        self.released.emit()
        x = event.position().x()
        if abs(x - self.x_of(self.amount)) > 6:
            self._move(self.amount_at(x))
        self._from = (x, self._share(self.amount))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._from is None:
            return
        x, share = self._from
        left, right = self.span()
        fine = 0.1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1.0
        self._move(self._amount(share + fine * (event.position().x() - x) / max(1.0, right - left - 4)))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._from is not None:
            self._from = None
            self.released.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._from = None
        self._move(self.default)
        self.released.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta().y() or event.angleDelta().x()
        if not self.hasFocus() or not turned:
            event.ignore()
            return
        self._nudge(turned / 120)
        self._wheel.start()
        event.accept()

    def _nudge(self, steps: float) -> None:
        if self.whole:
            self._move(self.amount + math.copysign(max(1, round(abs(steps) * (self.hi - self.lo) / 100)), steps))
        else:
            self._move(self._amount(self._share(self.amount) + steps / 100))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not event.isAutoRepeat():
            self.released.emit()
        fine = 0.1 if event.modifiers() & Qt.KeyboardModifier.ControlModifier else 1.0
        ends = {Qt.Key.Key_Home: self.lo, Qt.Key.Key_End: self.hi}
        if event.key() in KEY_STEPS:
            self._nudge(KEY_STEPS[Qt.Key(event.key())] * fine)
        elif event.key() in ends:
            self._move(ends[Qt.Key(event.key())])
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._move(self.default)
        elif event.text() and event.text() in "0123456789.,-":
            self.typed.emit(event.text())
        else:
            event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if not event.isAutoRepeat():
            self.released.emit()

    # --- picture

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left, right = self.span()
        x, y = round(self.x_of(self.amount)), round(self.height() / 2) - 2
        able = self.isEnabled()
        if x + 4 < right:
            paint.fill(painter, QRectF(x + 4, y, right - x - 4, 4), STAGE.track, 2)
        if self.lo < 0 < self.hi:
            self._paint_from_zero(painter, float(x), float(y))
        elif x - 4 > left:
            paint.fill(painter, QRectF(left, y, x - 4 - left, 4), self.color if able else STAGE.text_dis, 2)
        paint.upright(painter, x, y - 6, 16, self._thumb_color())
        if self.pushed is not None and able:
            to = self.x_of(self.pushed)
            a, b = (x + 4, to) if to > x else (to, x - 4)
            if b - a >= 1:
                painter.fillRect(QRectF(a, y + 7, b - a, 2), self.pushed_color)
        if self.reach is not None:
            to = round(self.x_of(self.reach))
            painter.fillRect(QRectF(min(x, to), y - 7, abs(to - x), 2), self.reach_color)
            painter.fillRect(QRectF(to - 1, y - 9, 3, 6), self.reach_color)
        if self.ringed():
            paint.focus_ring(painter, self.rect())

    def _paint_from_zero(self, painter: QPainter, x: float, y: float) -> None:
        """A range through zero is filled from there, to either side."""
        zero, color = self.x_of(0.0), self.color if self.isEnabled() else STAGE.text_dis
        if x - 4 > 0:
            paint.fill(painter, QRectF(0, y, x - 4, 4), STAGE.track, 2)
        a, b = (zero, x - 4) if x > zero else (x + 4, zero)
        if b > a:
            painter.fillRect(QRectF(a, y, b - a, 4), color)
        painter.fillRect(QRectF(round(zero), y - 3, 1, 10), STAGE.border_strong)

    def _thumb_color(self) -> QColor:
        if not self.isEnabled():
            return STAGE.text_dis
        return STAGE.mark if self.underMouse() or self._from else STAGE.text_hi
