"""One route on one line, and all that can be set about it when it is open."""

from dataclasses import dataclass
from functools import partial
from typing import get_args

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QAbstractButton, QGridLayout, QHBoxLayout, QLabel, QMenu, QVBoxLayout, QWidget

from app.engine.show.routes import DESTINATIONS, SOURCES, Curve, Mode, Route
from app.ui import theme
from app.ui.params import pop_under
from app.ui.scope import Scopes
from app.ui.theme import STAGE
from app.ui.widgets import Btn, CheckBox, DepthBar, Picker, RangeSlider, Slider, paint, words

ROW = 28
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
        wide = max(40, self.width() - 268 - 78)
        self.bar.setGeometry(268, 2, wide, ROW - 4)

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
        paint.write(painter, QRectF(50, 0, 66, tall), self.source.split(",")[0], face, quiet)
        self._paint_scope(painter, color)
        arrow = theme.pixmap("arrow-right", STAGE.text3 if on else STAGE.text_dis, 14, self.devicePixelRatioF())
        painter.drawPixmap(QPointF(172, 7), arrow)
        paint.write(painter, QRectF(191, 0, 74, tall), self.target, face, bright)
        right = self.width()
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


class CurvePicture(QWidget):
    """What the route makes of its source: gate, range, gain and curve, with the sound on it. Main thread."""

    pressed = Signal()

    def __init__(self, scopes: Scopes) -> None:
        super().__init__()
        self._scopes = scopes
        self.route: Route | None = None
        self.now: float | None = None
        self.setFixedSize(104, 104)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName("Curve")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.pressed.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.route is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect())
        rounded = QPainterPath()
        rounded.addRoundedRect(box, 2, 2)
        painter.setClipPath(rounded)
        painter.fillRect(box, STAGE.bg0)
        for k in (26, 52, 78):
            painter.fillRect(QRectF(k, 0, 1, 104), STAGE.bg2)
            painter.fillRect(QRectF(0, k, 104, 1), STAGE.bg2)
        color = theme.source_badge(self.route.source)[1]
        painter.fillRect(QRectF(0, 0, self.route.lo * 104, 104), theme.fade(color, 0.16))
        painter.fillRect(QRectF(self.route.hi * 104, 0, 104, 104), theme.fade(color, 0.16))
        bent = np.clip(self._scopes.bent(self.route), 0.0, 1.2)
        painter.setPen(QPen(color, 1.6))
        painter.drawPolyline(QPolygonF([QPointF(i * 1.04, 100 - 96 * v) for i, v in enumerate(bent.tolist())]))
        paint.write(painter, box.adjusted(0, 0, -8, -4), CURVES[self.route.curve], theme.font(11), STAGE.text3,
                    Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom)  # fmt: skip
        if self.now is not None:
            y = 100 - 96 * float(np.interp(self.now * 100, np.arange(101), bent))
            paint.dot(painter, QPointF(self.now * 104, y), 4, STAGE.text_hi)


def _seconds(value: float) -> str:
    return f"{value * 1000:.0f} ms" if value < 1 else f"{value:.2f} s"


class RouteDetail(QWidget):
    """An open route: its curve and every number of it. Main thread."""

    changed = Signal(str, object, bool)
    released = Signal()
    removed = Signal()

    def __init__(self, scopes: Scopes, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.picture = CurvePicture(scopes)
        self.range = RangeSlider()
        self.gain = Slider(0.0, 4.0, 1.0, curve=1.6)
        self.attack = Slider(0.0, 2.0, 0.015, curve=4.0)
        self.release = Slider(0.0, 4.0, 0.18, curve=3.0)
        self.figures: dict[str, QLabel] = {}
        self.curve, self.mode = Picker(24), Picker(24)
        self.invert, self.remove = CheckBox("Invert"), Btn("Remove", "trash-2", "flat")
        self._lay_out()
        self._wire()
        self._route = Route("bass", "pulse")

    def _lay_out(self) -> None:
        outer = QVBoxLayout(self)
        outer.setContentsMargins(12, 8, 12, 8)
        outer.setSpacing(6)
        top = QHBoxLayout()
        top.setSpacing(16)
        top.addWidget(self.picture)
        grid = QGridLayout()
        grid.setHorizontalSpacing(0)
        grid.setVerticalSpacing(0)
        for i, (name, control) in enumerate(self._controls().items()):
            label = words(name)
            label.setBuddy(control)
            figure = words("", 12, 400, STAGE.text_hi)
            figure.setAlignment(paint.RIGHT)
            figure.setFixedWidth(62)
            control.setAccessibleName(name)
            control.setObjectName(f"route:{name.lower()}")
            grid.setRowMinimumHeight(i, 26)
            grid.addWidget(label, i, 0)
            grid.addWidget(control, i, 1)
            grid.addWidget(figure, i, 2)
            self.figures[name] = figure
        grid.setColumnMinimumWidth(0, 64)
        grid.setColumnStretch(1, 1)
        top.addLayout(grid, 1)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        self.remove.tall = 24
        self.curve.setAccessibleName("Curve")
        self.mode.setAccessibleName("Mode")
        for part in (self.curve, self.mode, self.invert):
            foot.addWidget(part)
        foot.addStretch(1)
        foot.addWidget(self.remove)
        outer.addLayout(top)
        outer.addLayout(foot)

    def _controls(self) -> dict[str, QWidget]:
        return {"Range": self.range, "Gain": self.gain, "Attack": self.attack, "Release": self.release}

    def _wire(self) -> None:
        self.range.moved.connect(lambda lo, hi: self.changed.emit("range", (round(lo, 3), round(hi, 3)), True))
        self.range.released.connect(self.released)
        for name in ("gain", "attack", "release"):
            slider: Slider = getattr(self, name)
            slider.ground = STAGE.bg2
            slider.moved.connect(partial(self._moved, name))
            slider.released.connect(self.released)
        self.curve.clicked.connect(partial(self._choose, "curve", CURVES, self.curve))
        self.picture.pressed.connect(partial(self._choose, "curve", CURVES, self.picture))
        self.mode.clicked.connect(partial(self._choose, "mode", MODES, self.mode))
        self.invert.clicked.connect(lambda on: self.changed.emit("invert", bool(on), False))
        self.remove.clicked.connect(self.removed)

    def _moved(self, name: str, value: float) -> None:
        self.changed.emit(name, round(value, 4), True)

    def _choose(self, name: str, choices: dict[str, str], below: QWidget, _checked: bool = False) -> None:
        menu = QMenu(self)
        for key, text in choices.items():
            act = menu.addAction(text, partial(self.changed.emit, name, key, False))
            act.setCheckable(True)
            act.setChecked(key == getattr(self._route, name))
        pop_under(menu, below)

    def show_route(self, route: Route) -> None:
        """Show *route* as it is now."""
        self._route = self.picture.route = route
        self.range.set_ends(route.lo, route.hi)
        self.range.color = self.gain.color = STAGE.accent
        self.gain.set_amount(route.gain)
        self.attack.set_amount(route.attack)
        self.release.set_amount(route.release)
        self.invert.setChecked(route.invert)
        self.curve.setText(CURVES[route.curve])
        self.mode.setText(MODES[route.mode])
        self.curve.updateGeometry()
        self.figures["Range"].setText(f"{route.lo:.2f} – {route.hi:.2f}".replace("0.", "."))
        self.figures["Gain"].setText(f"× {route.gain:.1f}")
        self.figures["Attack"].setText(_seconds(route.attack))
        self.figures["Release"].setText(_seconds(route.release))
        self.picture.update()

    def show_now(self, loudness: float | None) -> None:
        """Let the dot stand where the sound is."""
        if loudness != self.picture.now:
            self.picture.now = loudness
            self.picture.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), STAGE.bg2)
        painter.fillRect(0, 0, 2, self.height(), STAGE.accent)
        painter.fillRect(0, self.height() - 1, self.width(), 1, STAGE.line)
