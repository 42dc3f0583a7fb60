"""Other things to drag: the wide Energy bar, a band's slider in front of its sound, a depth, a range."""

import math

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui import theme
from app.ui.theme import STAGE
from app.ui.widgets import paint
from app.ui.widgets.sliders import KEY_STEPS, Slider


class EnergyBar(Slider):
    """The one big macro: a bar whose bright edge is the value."""

    def __init__(self, default: float = 0.6, tall: int = 32, parent: QWidget | None = None) -> None:
        super().__init__(0.0, 1.0, default, parent)
        self.tall = tall
        self.setFixedHeight(tall)

    def sizeHint(self) -> QSize:
        return QSize(200, self.tall)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect())
        paint.fill(painter, box, paint.hover(STAGE.bg3, self.underMouse()), 4)
        edge = 4 + self._share(self.amount) * (self.width() - 4)
        rounded = QPainterPath()
        rounded.addRoundedRect(box, 4, 4)
        painter.setClipPath(rounded)
        painter.fillRect(QRectF(0, 0, edge - 4, self.height()), STAGE.energy)
        painter.fillRect(QRectF(edge - 4, 0, 4, self.height()), STAGE.accent)
        painter.setClipping(False)
        if self.property("aimed"):
            paint.outline(painter, box, STAGE.mark, 4, 2)
        if self.ringed():
            paint.focus_ring(painter, box)

    def x_of(self, amount: float) -> float:
        return 2 + self._share(amount) * (self.width() - 4)


class TraceSlider(Slider):
    """A band's influence in front of the band's own sound: the trace grows with it, the dashed line is the gate."""

    def __init__(self, lo: float, hi: float, default: float, color: QColor, parent: QWidget | None = None) -> None:
        super().__init__(lo, hi, default, parent)
        self.color = color
        self.gate = 0.0
        self._trace: tuple[float, ...] = ()
        self.setFixedHeight(40)

    def sizeHint(self) -> QSize:
        return QSize(240, 40)

    def set_trace(self, trace: tuple[float, ...], gate: float) -> None:
        """*trace*: what the band does around now, 0..1 each, old to new; *gate* on the same scale."""
        if trace != self._trace or gate != self.gate:
            self._trace, self.gate = trace, gate
            self.update()

    def height_of(self, loudness: float) -> float:
        """Pixels over the floor for a loudness of the band under the present influence."""
        return min(1.0, loudness * (0.25 + 0.65 * self.amount / 1.4)) * 34.0

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box, x, able = QRectF(self.rect()), round(self.x_of(self.amount)), self.isEnabled()
        floor = self.height() - 4
        rounded = QPainterPath()
        rounded.addRoundedRect(box, 4, 4)
        painter.setClipPath(rounded)
        painter.fillRect(box, paint.hover(STAGE.bg0, self.underMouse()))
        self._paint_trace(painter, floor)
        color = self.color if able else STAGE.text_dis
        painter.fillRect(QRectF(0, floor, self.width(), 4), STAGE.track)
        painter.fillRect(QRectF(0, floor, x - 4, 4), color)
        mark = round(self.x_of(self.default))
        painter.fillRect(QRectF(mark, floor - 4, 1, 4), STAGE.border_strong)
        painter.fillRect(QRectF(x - 4, 8, 8, 32), STAGE.bg0)
        paint.upright(painter, x, 8, 32, self._thumb_color())
        painter.setClipping(False)
        if self.ringed():
            paint.focus_ring(painter, box)

    def _paint_trace(self, painter: QPainter, floor: float) -> None:
        if len(self._trace) > 1:
            step = self.width() / (len(self._trace) - 1)
            points = [QPointF(i * step, floor - self.height_of(v)) for i, v in enumerate(self._trace)]
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.fade(self.color, 0.26))
            painter.drawPolygon(QPolygonF([QPointF(0, floor), *points, QPointF(self.width(), floor)]))
            painter.setPen(QPen(theme.fade(self.color, 0.72), 1.0))
            painter.drawPolyline(QPolygonF(points))
        y = floor - round(self.height_of(self.gate)) - 0.5
        if self.gate > 0:
            pen = QPen(STAGE.text2, 1.0)
            pen.setDashPattern([4, 3])
            painter.setPen(pen)
            painter.drawLine(QPointF(0, y), QPointF(self.width(), y))


class DepthBar(Slider):
    """How far a route pushes, -100 % to 100 %, from the middle; in the colour of its source."""

    def __init__(self, color: QColor, parent: QWidget | None = None) -> None:
        super().__init__(-1.0, 1.0, 0.0, parent)
        self.color = color
        self.default = 0.3

    def sizeHint(self) -> QSize:
        return QSize(84, 24)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        y, middle, x = round(self.height() / 2), self.width() / 2, round(self.x_of(self.amount))
        paint.fill(painter, QRectF(0, y - 3, self.width(), 6), paint.hover(STAGE.track, self.underMouse()), 3)
        a, b = sorted((middle, float(x)))
        painter.fillRect(QRectF(a, y - 3, b - a, 6), self.color if self.isEnabled() else STAGE.text_dis)
        painter.fillRect(QRectF(math.floor(middle), y - 6, 1, 12), STAGE.border_strong)
        painter.fillRect(QRectF(x - 1, y - 5, 2, 10), self._thumb_color())
        if self.ringed():
            paint.focus_ring(painter, self.rect(), 3)


class RangeSlider(paint.KeyFocus, QWidget):
    """Two thumbs on one line: *lo* and *hi* between 0 and 1. Arrows move the nearer thumb. Main thread."""

    moved = Signal(float, float)
    released = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ends = (0.0, 1.0)
        self.color = STAGE.accent
        self._held = 0
        self._drag = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(140, 24)

    minimumSizeHint = sizeHint

    def set_ends(self, lo: float, hi: float) -> None:
        """Show a range without telling anybody."""
        if (lo, hi) != self.ends:
            self.ends = (lo, hi)
            self.setAccessibleDescription(f"{lo:.2f} – {hi:.2f}")
            self.update()

    def x_of(self, at: float) -> float:
        """Where the thumb of *at* stands."""
        return 2 + at * (self.width() - 4)

    def _move(self, to: float) -> None:
        lo, hi = self.ends
        to = min(max(to, 0.0), 1.0)
        new = (min(to, hi - 0.01), hi) if self._held == 0 else (lo, max(to, lo + 0.01))
        if new != self.ends:
            self.set_ends(*new)
            self.moved.emit(*new)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        x = event.position().x()
        gaps = [abs(x - self.x_of(e)) for e in self.ends]
        self._held = 0 if gaps[0] < gaps[1] or (gaps[0] == gaps[1] and x < self.x_of(self.ends[0])) else 1
        self._drag = True
        self.released.emit()
        self._move((x - 2) / max(1, self.width() - 4))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._drag:
            self._move((event.position().x() - 2) / max(1, self.width() - 4))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._drag = False
        self.released.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in KEY_STEPS:
            self._move(self.ends[self._held] + KEY_STEPS[Qt.Key(event.key())] / 100)
        elif event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._held = 0 if event.key() == Qt.Key.Key_Home else 1
            self._move(float(self._held))
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.set_ends(0.0, 1.0)
            self.moved.emit(0.0, 1.0)
        else:
            event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if not event.isAutoRepeat():
            self.released.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        y = round(self.height() / 2) - 2
        a, b = (round(self.x_of(e)) for e in self.ends)
        if a > 4:
            paint.fill(painter, QRectF(0, y, a - 4, 4), STAGE.track, 2)
        if b < self.width() - 4:
            paint.fill(painter, QRectF(b + 4, y, self.width() - b - 4, 4), STAGE.track, 2)
        painter.fillRect(QRectF(a + 4, y, max(0, b - a - 8), 4), self.color if self.isEnabled() else STAGE.text_dis)
        for x in (a, b):
            paint.upright(painter, x, y - 6, 16, STAGE.text_hi if self.isEnabled() else STAGE.text_dis)
        if self.ringed():
            paint.focus_ring(painter, self.rect())
