"""The knob of Perform: a macro to turn by hand, key and wheel, with what sound and hardware do to it round the ring."""

import math

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.theme import STAGE, blend, font
from app.ui.widgets import Slider, paint
from app.ui.widgets.sliders import KEY_STEPS

SIDE, RING = 70, 6
TRAVEL = 200.0
"""Pixels of an upward drag from one end to the other."""
AT_REST = 0.3
"""How much of its colour the ring has where the value does not reach."""
_FROM, _ROUND = 225.0, -270.0  # degrees: lower left, clockwise to lower right
_PAGES = (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


class Knob(Slider):
    """A number from 0 to 1 as a ring (main thread). The wheel needs Ctrl, so that nothing turns by accident."""

    renamed = Signal()

    def __init__(self, default: float = 0.0, parent: QWidget | None = None) -> None:
        super().__init__(0.0, 1.0, default, parent)
        self.side = SIDE
        self.name = ""
        self.mapped = False
        self.color = STAGE.accent
        self.ghost: float | None = None
        self._grip: tuple[float, float] | None = None
        self.setOrientation(Qt.Orientation.Vertical)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_side(SIDE)

    def set_side(self, side: int) -> None:
        """Let the ring be *side* pixels across."""
        self.side = side
        self.setFixedSize(self.sizeHint())

    def sizeHint(self) -> QSize:
        return QSize(max(self.side + 44, 104), self.side + 15)

    minimumSizeHint = sizeHint

    def set_name(self, name: str, mapped: bool) -> None:
        """What it is called, and whether hardware moves it."""
        if (name, mapped) != (self.name, self.mapped):
            self.name, self.mapped = name, mapped
            self.setAccessibleName(name)
            self.update()

    def set_color(self, color: QColor) -> None:
        """In which token of the theme its value is drawn."""
        if color is not self.color:
            self.color = color
            self.update()

    def set_ghost(self, at: float | None) -> None:
        """Where the hardware stands that has not met the value yet; None when it has, or there is none."""
        if at != self.ghost:
            self.ghost = at
            self.update()

    # --- hands

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        self.released.emit()
        self._grip = event.position().y(), self.amount

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grip is None:
            return
        y, amount = self._grip
        fine = 0.1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1.0
        self._move(amount + fine * (y - event.position().y()) / TRAVEL)
        if fine < 1.0 or not 0.0 < self.amount < 1.0:  # no dead way back from an end, no jump when Shift is let go
            self._grip = event.position().y(), self.amount

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._grip is not None:
            self._grip = None
            self.released.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._grip = None
        super().mouseDoubleClickEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            event.accept()  # nor may it scroll what is around
            return
        self._nudge(event.angleDelta().y() / 120)
        self._wheel.start()
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_F2:
            self.renamed.emit()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Reached by Tab, its keys are not the window's."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self.ringed():
            steps = event.key() in KEY_STEPS and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            if steps or event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End):
                event.accept()
                return True
        return super().event(event)

    # --- picture

    def ring(self) -> QRectF:
        """The square that the ring fills."""
        return QRectF((self.width() - self.side) / 2, 0, self.side, self.side)

    def point(self, at: float, radius: float) -> QPointF:
        """The place of *at* (0..1) on a circle round the middle."""
        angle = math.radians(_FROM + _ROUND * at)
        return self.ring().center() + QPointF(math.cos(angle) * radius, -math.sin(angle) * radius)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ring, able = self.ring(), self.isEnabled()
        over = self.underMouse() or self._grip is not None
        paint.dot(painter, ring.center(), self.side * 0.3, paint.hover(STAGE.bg2, over))
        outer = ring.adjusted(RING / 2, RING / 2, -RING / 2, -RING / 2)
        rest = blend(STAGE.track, self.color, AT_REST) if able else STAGE.track
        self._arc(painter, outer, 0.0, 1.0, QPen(rest, RING))
        self._arc(painter, outer, 0.0, self.amount, QPen(self.color if able else STAGE.text_dis, RING))
        if self.pushed is not None and able:
            inner = ring.adjusted(9, 9, -9, -9)
            a, b = sorted((self.amount, self.pushed))
            self._arc(painter, inner, a, b, QPen(self.pushed_color, 2.5))
        if self.ghost is not None:
            painter.setPen(QPen(STAGE.text_hi, 2))
            painter.setBrush(STAGE.bg1)
            painter.drawEllipse(self.point(self.ghost, (self.side - RING) / 2), 4, 4)
        ink = STAGE.text_hi if able else STAGE.text_dis
        face = font(14 if self.side < 80 else 20, 600)
        paint.write(painter, ring, f"{self.amount * 100:.0f}", face, ink, paint.CENTER)
        self._paint_name(painter, STAGE.text2 if able else STAGE.text_dis)
        if self.ringed():
            paint.outline(painter, ring.adjusted(-1, -1, 1, 1), STAGE.mark, self.side / 2 + 1, 2)
        painter.end()

    def _arc(self, painter: QPainter, box: QRectF, a: float, b: float, pen: QPen) -> None:
        if b - a > 1e-4:
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawArc(box, round((_FROM + _ROUND * a) * 16), round(_ROUND * (b - a) * 16))

    def _paint_name(self, painter: QPainter, ink: QColor) -> None:
        """The name under the ring, with a diamond before it where hardware moves it."""
        box, face = QRectF(0, self.side - 3, self.width(), 18), font(12)
        if not self.mapped:
            paint.write(painter, box, self.name, face, ink, paint.CENTER)
            return
        painter.setFont(face)
        wide = min(painter.fontMetrics().horizontalAdvance(self.name), round(self.width() - 16))
        left = (self.width() - wide - 14) / 2
        middle = QPointF(left + 4, box.center().y())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(STAGE.text_dis)
        painter.drawPolygon([middle + QPointF(*d) for d in ((0, -4.5), (4.5, 0), (0, 4.5), (-4.5, 0))])
        paint.write(painter, box.adjusted(left + 14, 0, 0, 0), self.name, face, ink)
