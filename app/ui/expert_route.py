"""One route on one line, and all that can be set about it when it is open."""

from typing import get_args

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from app.engine.show.routes import Curve, Mode
from app.ui import theme
from app.ui.expert_places import Place, depth_words
from app.ui.source_chips import SourceDrop, drag_source
from app.ui.theme import STAGE
from app.ui.widgets import DepthBar, paint

ROW = 28
NARROW = 380
"""Below this width only what is needed to set a route stands in its row."""
SCOPE_SECONDS, SCOPE_POINTS = 2.0, 23
CURVES: dict[str, str] = dict(
    zip(get_args(Curve), ("Linear", "Exponential", "Logarithmic", "S curve", "Steps"), strict=True),
)
MODES: dict[str, str] = dict(zip(get_args(Mode), ("Add", "Multiply", "Replace"), strict=True))
_MARK = QRectF(26, 0, 22, ROW)
GLYPHS = {"add": "+", "multiply": "×", "replace": "↦"}


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
    Its mark can be dragged onto what else the source shall move, and a source dropped on it moves the same.
    """

    changed = Signal(str, object, bool)
    released = Signal()
    opened = Signal()
    removed = Signal()
    hovered = Signal(str, str)

    def __init__(self, place: Place, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.place, self.is_open = place, False
        self.trace: tuple[float, ...] = ()
        self.trouble, self._glows = "", False
        self._pressed: QPointF | None = None
        self._over = ""
        self.drop = SourceDrop(self)
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
        self.source, self.target = place.words, place.target
        self.bar.color = self.color
        self.bar.hi = max(1.0, abs(route.depth))
        self.bar.lo = -self.bar.hi
        self.bar.set_amount(route.depth)
        self.lamp.setChecked(route.on)
        self.lamp.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, place.owned)
        self.bar.setEnabled(route.on)
        self.bar.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, place.owned)
        self.bar.setFocusPolicy(Qt.FocusPolicy.NoFocus if place.owned else Qt.FocusPolicy.StrongFocus)
        if not place.owned:
            self.bar.setObjectName(f"param:route.{place.index + 1}.depth")
            self.lamp.setObjectName(f"param:route.{place.index + 1}.on")
        name = f"{self.source} to {self.target}"
        self.setAccessibleName(name)
        self.bar.setAccessibleName(f"Depth, {name}")
        self._say()
        self.update()

    def _say(self) -> None:
        place, route = self.place, self.place.route
        states = [f"owned by {place.owner}"] if place.owned else []
        states += [word for word, is_so in (("solo", route.solo), ("frozen", route.frozen is not None),
                                            (f"x = {route.expression}", route.expression)) if is_so]  # fmt: skip
        states += [self.trouble] if self.trouble else []
        self.setAccessibleDescription(", ".join([f"{route.depth:.0%}", *states]))
        tip = f"Owned by {place.owner} in Simple"
        if not place.owned:
            tip = f"Route {place.index + 1}: {self.source} to {self.target}.\nClick to open, Delete to remove"
        self.setToolTip("\n".join([*([self.trouble.capitalize()] if self.trouble else []), tip]))

    def show_color(self, color: QColor) -> None:
        """Draw its source in *color*, a macro's own for instance."""
        if color is not self.color:
            self.color = self.bar.color = color
            self.bar.update()
            self.update()

    def show_trouble(self, trouble: str) -> None:
        """Say what is wrong with it, or nothing."""
        if trouble != self.trouble:
            self.trouble = trouble
            self._say()
            self.update()

    def show_glow(self, glows: bool) -> None:
        """Let it stand out, as its source or what it moves is pointed at."""
        if glows != self._glows:
            self._glows = glows
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
        if event.button() != Qt.MouseButton.LeftButton:
            return
        if _MARK.contains(event.position()):  # it may be dragged away: what a click does waits for the release
            self._pressed = event.position()
        elif not self.place.owned:
            self.opened.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        pressed = self._pressed
        if pressed is not None and (event.position() - pressed).manhattanLength() >= QApplication.startDragDistance():
            self._pressed = None
            drag_source(self, self.place.route.source, self.color)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._pressed = self._pressed, None
        if pressed is not None and not self.place.owned:
            self.opened.emit()

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.HoverMove, QEvent.Type.HoverEnter, QEvent.Type.HoverLeave):
            left = event.type() == QEvent.Type.HoverLeave
            over = "" if left else self._end_at(event.position().x())  # type: ignore[attr-defined]
            if over != self._over:
                self._over, route = over, self.place.route
                pointed = {"source": (route.source, ""), "target": ("", route.destination)}
                self.hovered.emit(*pointed.get(over, ("", "")))
        return super().event(event)

    def _end_at(self, x: float) -> str:
        """Which end of the route is named at *x*."""
        arrow = 168 if self.width() >= NARROW else 98
        return "source" if _MARK.left() <= x < arrow else "target" if arrow + 16 <= x < self.bar.x() else ""

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
        on, tall, right, roomy = self.place.counts, float(ROW), self.width(), self.width() >= NARROW
        ground = STAGE.bg2 if self.is_open or self.underMouse() else STAGE.bg1
        painter.fillRect(self.rect(), ground)
        color = self.color if on else STAGE.text_dis
        if self._glows:
            painter.fillRect(self.rect(), theme.fade(color, 0.16))
        paint.badge(painter, QRectF(28, 6, 16, 16), self.letter, color)
        bright, quiet = (STAGE.text_hi, STAGE.text) if on else (STAGE.text_dis, STAGE.text_dis)
        face = theme.font(12)
        paint.write(painter, QRectF(50, 0, 66 if roomy else 48, tall), self.source.split(",")[0], face, quiet)
        if roomy:
            self._paint_scope(painter, color)
        arrow = theme.pixmap("arrow-right", STAGE.text3 if on else STAGE.text_dis, 14, self.devicePixelRatioF())
        painter.drawPixmap(QPointF(172 if roomy else 100, 7), arrow)
        paint.write(painter, QRectF(191 if roomy else 116, 0, 74 if roomy else 64, tall), self.target, face, bright)
        grey = STAGE.text2 if on else STAGE.text_dis
        paint.write(painter, QRectF(right - 74, 0, 44, tall), depth_words(self.place.route), face, grey, paint.RIGHT)
        self._paint_mode(painter, QRectF(right - 28, 0, 26, tall))
        if self.is_open:
            painter.fillRect(QRectF(0, 0, 2, tall), STAGE.accent)
        else:
            painter.fillRect(QRectF(0, tall - 1, right, 1), theme.blend(STAGE.bg1, STAGE.line, 0.45))
        if self.property("aimed"):
            paint.outline(painter, self.rect(), STAGE.accent, 2, 2)
        if self.ringed():
            paint.focus_ring(painter, self.rect(), 2)

    def _paint_mode(self, painter: QPainter, box: QRectF) -> None:
        """What is most worth knowing about it: a warning, a lock, frozen, solo, an expression, or how it is mixed."""
        route = self.place.route
        icon, ink = "", STAGE.text3
        if self.trouble:
            icon, ink = "triangle-alert", STAGE.warn
        elif self.place.owned:
            icon = "lock"
        elif route.frozen is not None:
            icon, ink = "snowflake", STAGE.accent
        if icon:
            mark = theme.pixmap(icon, ink, 12, self.devicePixelRatioF())
            painter.drawPixmap(QPointF(box.center().x() - 6, 8), mark)
            return
        word = "S" if route.solo else "ƒ" if route.expression else GLYPHS[route.mode]
        paint.write(painter, box, word, theme.font(12, 600 if route.solo else 400),
                    STAGE.warn if route.solo else STAGE.text3, paint.CENTER)  # fmt: skip

    def _paint_scope(self, painter: QPainter, color: QColor) -> None:
        box = self._scope_box()
        painter.fillRect(box, STAGE.bg0)
        if len(self.trace) > 1:
            step = box.width() / (len(self.trace) - 1)
            low, tall = box.bottom() - 2, box.height() - 4
            points = [QPointF(box.x() + i * step, low - v * tall) for i, v in enumerate(self.trace)]
            painter.setPen(QPen(color, 1.1))
            painter.drawPolyline(QPolygonF(points))
