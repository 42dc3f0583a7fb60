"""One route on one line, and all that can be set about it when it is open."""

from dataclasses import dataclass
from typing import get_args

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QAbstractButton, QWidget

from app.engine.show.routes import DESTINATIONS, Curve, Mode, Route
from app.engine.show.sources import SOURCES
from app.ui import theme
from app.ui.theme import STAGE
from app.ui.widgets import DepthBar, paint

ROW = 28
NARROW = 380
"""Below this width only what is needed to set a route stands in its row."""
SCOPE_SECONDS, SCOPE_POINTS = 2.0, 23
CURVES: dict[str, str] = dict(
    zip(get_args(Curve), ("Linear", "Exponential", "Logarithmic", "S curve"), strict=True),
)
MODES: dict[str, str] = dict(zip(get_args(Mode), ("Add", "Multiply", "Replace"), strict=True))
GLYPHS = {"add": "+", "multiply": "×", "replace": "↦"}


@dataclass(frozen=True)
class Place:
    """Where a route stands: *index* in the scene's own routes, or -1 for one that the simple settings own."""

    index: int
    route: Route
    owner: str = ""

    @property
    def owned(self) -> bool:
        """Whether a slider of Simple owns it."""
        return self.index < 0


class Lamp(QAbstractButton):
    """Route on or off: a filled dot or a ring."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setGeometry(4, 0, 24, ROW)
        self.setAccessibleName("Route on")

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.isChecked():
            color = paint.hover(STAGE.accent if self.isEnabled() else STAGE.text_dis, self.underMouse())
            paint.dot(painter, QPointF(12, ROW / 2), 4, color)
        else:
            edge = STAGE.text if self.underMouse() else STAGE.border_strong
            paint.outline(painter, QRectF(8, ROW / 2 - 4, 8, 8), edge, 4, 1.5)


class RouteLine(paint.KeyFocus, QWidget):
    """A route as it stands in the list: on, source, its sound, destination, depth, mode. Main thread.

    ``changed`` tells (field, value, whether it goes on). Enter opens it, Delete removes it, arrows change its depth.
    """

    changed = Signal(str, object, bool)
    released = Signal()
    opened = Signal()
    removed = Signal()

    def __init__(self, place: Place, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.place, self.is_open = place, False
        self.trace: tuple[float, ...] = ()
        self.setFixedHeight(ROW)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.lamp, self.bar = Lamp(self), DepthBar(STAGE.text, self)
        self.lamp.clicked.connect(lambda on: self.changed.emit("on", bool(on), False))
        self.bar.moved.connect(lambda v: self.changed.emit("depth", round(v, 3), True))
        self.bar.released.connect(self.released)
        self.show_place(place)

    def show_place(self, place: Place) -> None:
        """Show *place* as it is now."""
        self.place = place
        route = place.route
        self.letter, self.color = theme.source_badge(route.source)
        self.source = SOURCES.get(route.source, route.source)
        self.target = DESTINATIONS[route.destination].metadata["label"] if route.destination in DESTINATIONS else "?"
        self.bar.color = self.color
        self.bar.hi = max(1.0, abs(route.depth))
        self.bar.lo = -self.bar.hi
        self.bar.set_amount(route.depth)
        self.lamp.setChecked(route.on)
        self.lamp.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, place.owned)
        self.bar.setEnabled(route.on)
        self.bar.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, place.owned)
        self.bar.setFocusPolicy(Qt.FocusPolicy.NoFocus if place.owned else Qt.FocusPolicy.StrongFocus)
        name = f"{self.source} to {self.target}"
        self.setAccessibleName(name)
        self.setAccessibleDescription(f"{route.depth:.0%}{', owned by ' + place.owner if place.owned else ''}")
        self.bar.setAccessibleName(f"Depth, {name}")
        self.setToolTip(f"Owned by {place.owner} in Simple" if place.owned else "Click to open, Delete to remove")
        self.update()

    def show_trace(self, trace: tuple[float, ...]) -> None:
        """Draw what the source did just now."""
        if trace != self.trace:
            self.trace = trace
            self.update(self._scope_box().toRect())

    def _scope_box(self) -> QRectF:
        return QRectF(120, 5, 44, 18)

    def resizeEvent(self, event: object) -> None:
        left = 268 if self.width() >= NARROW else 184
        self.bar.setGeometry(left, 2, max(24, self.width() - left - 78), ROW - 4)

    def sizeHint(self) -> QSize:
        return QSize(420, ROW)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and not self.place.owned:
            self.opened.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not self.place.owned:
            self.opened.emit()
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and not self.place.owned:
            self.removed.emit()
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and not self.place.owned:
            self.bar.keyPressEvent(event)
        else:
            event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        on, tall = self.place.route.on, float(ROW)
        ground = STAGE.bg2 if self.is_open or self.underMouse() else STAGE.bg1
        painter.fillRect(self.rect(), ground)
        color = self.color if on else STAGE.text_dis
        paint.badge(painter, QRectF(28, 6, 16, 16), self.letter, color)
        bright, quiet = (STAGE.text_hi, STAGE.text) if on else (STAGE.text_dis, STAGE.text_dis)
        face = theme.font(12)
        paint.write(
            painter, QRectF(50, 0, 66 if self.width() >= NARROW else 48, tall), self.source.split(",")[0], face, quiet
        )
        right, roomy = self.width(), self.width() >= NARROW
        if roomy:
            self._paint_scope(painter, color)
        arrow = theme.pixmap("arrow-right", STAGE.text3 if on else STAGE.text_dis, 14, self.devicePixelRatioF())
        painter.drawPixmap(QPointF(172 if roomy else 100, 7), arrow)
        paint.write(painter, QRectF(191 if roomy else 116, 0, 74 if roomy else 64, tall), self.target, face, bright)
        share = f"{self.place.route.depth * 100:.0f} %".replace("-", "−")
        grey = STAGE.text2 if on else STAGE.text_dis
        paint.write(painter, QRectF(right - 74, 0, 44, tall), share, face, grey, paint.RIGHT)
        if self.place.owned:
            lock = theme.pixmap("lock", STAGE.text3, 12, self.devicePixelRatioF())
            painter.drawPixmap(QPointF(right - 21, 8), lock)
        else:
            paint.write(
                painter, QRectF(right - 28, 0, 26, tall), GLYPHS[self.place.route.mode], face, STAGE.text3, paint.CENTER
            )
        if self.is_open:
            painter.fillRect(QRectF(0, 0, 2, tall), STAGE.accent)
        else:
            painter.fillRect(QRectF(0, tall - 1, right, 1), theme.blend(STAGE.bg1, STAGE.line, 0.45))
        if self.ringed():
            paint.focus_ring(painter, self.rect(), 2)

    def _paint_scope(self, painter: QPainter, color: QColor) -> None:
        box = self._scope_box()
        painter.fillRect(box, STAGE.bg0)
        if len(self.trace) > 1:
            step = box.width() / (len(self.trace) - 1)
            low, tall = box.bottom() - 2, box.height() - 4
            points = [QPointF(box.x() + i * step, low - v * tall) for i, v in enumerate(self.trace)]
            painter.setPen(QPen(color, 1.1))
            painter.drawPolyline(QPolygonF(points))
