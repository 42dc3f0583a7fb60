"""All that can be set about an open route, and the picture of what it makes of its sound."""

from functools import partial

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QMenu, QVBoxLayout, QWidget

from app.engine.show.routes import Route
from app.engine.show.show import Scene
from app.engine.show.sources import HANDS
from app.ui import theme
from app.ui.expert_more import RouteMore
from app.ui.expert_route import CURVES, MODES, NARROW
from app.ui.link_popover import LETTERS, range_words, seconds_words
from app.ui.linked import Inside, nowhere
from app.ui.macro_colors import source_color
from app.ui.menus import pop_under
from app.ui.route_dots import EndsDot
from app.ui.scope import Scopes
from app.ui.theme import STAGE
from app.ui.widgets import Btn, CheckBox, Picker, RangeSlider, Slider, label_of, paint, words


class CurvePicture(QWidget):
    """What the route makes of its source: gate, range, gain and curve, with the sound on it. Main thread."""

    pressed = Signal()

    def __init__(self, scopes: Scopes) -> None:
        super().__init__()
        self._scopes = scopes
        self.route: Route | None = None
        self.color = STAGE.text
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
        color = self.color
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
        self.invert, self.remove = CheckBox("Invert"), Btn(icon="trash-2", look="flat")
        self.more = RouteMore()
        self.dots: tuple[EndsDot, ...] = ()
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
            label = label_of(LETTERS[name], control)
            figure = words("", 12, 400, STAGE.text_hi)
            figure.setAlignment(paint.RIGHT)
            figure.setFixedWidth(72)
            control.setAccessibleName(name)
            grid.setRowMinimumHeight(i, 26)
            grid.addWidget(label, i, 0)
            grid.addWidget(control, i, 1)
            grid.addWidget(figure, i, 2)
            self.figures[name] = figure
        grid.setColumnMinimumWidth(0, 64)
        grid.setColumnStretch(1, 1)
        self._grid, self._foot = grid, QHBoxLayout()
        top.addLayout(grid, 1)
        foot = self._foot
        foot.setSpacing(8)
        self.remove.tall = 24
        self.remove.setAccessibleName("Remove route")
        self.remove.setToolTip("Remove route")
        self.curve.setAccessibleName("Curve")
        self.mode.setAccessibleName("Mode")
        for part in (self.curve, self.mode, self.invert):
            foot.addWidget(part)
        foot.addStretch(1)
        foot.addWidget(self.remove)
        outer.addLayout(top)
        outer.addLayout(foot)
        outer.addWidget(self.more)

    def name_parts(self, index: int) -> None:
        """Let a controller find the parameters of the scene's route *index* here."""
        found = {"lo": self.range, "gain": self.gain, "attack": self.attack, "release": self.release,
                 "curve": self.curve, "mode": self.mode, "invert": self.invert, "solo": self.more.solo}  # fmt: skip
        for field, part in found.items():
            part.setObjectName(f"param:route.{index + 1}.{field}")

    def link(self, dots: dict[str, EndsDot]) -> None:
        """Let *dots* say what moves its numbers, each at its own row; the last stands before the bin."""
        self.dots = tuple(dots.values())
        for at, name in enumerate(self._controls()):
            self._grid.addWidget(dots[name], at, 3)
        self._foot.insertWidget(self._foot.count() - 1, dots[""])

    def _controls(self) -> dict[str, QWidget]:
        return {"Range": self.range, "Gain": self.gain, "Attack": self.attack, "Release": self.release}

    def _wire(self) -> None:
        self.range.moved.connect(lambda lo, hi: self.changed.emit("range", (round(lo, 3), round(hi, 3)), True))
        self.range.released.connect(self.released)
        for name in ("gain", "attack", "release"):
            slider: Slider = getattr(self, name)
            slider.moved.connect(partial(self._moved, name))
            slider.released.connect(self.released)
        self.curve.clicked.connect(partial(self._choose, "curve", CURVES, self.curve))
        self.picture.pressed.connect(partial(self._choose, "curve", CURVES, self.picture))
        self.mode.clicked.connect(partial(self._choose, "mode", MODES, self.mode))
        self.invert.clicked.connect(lambda on: self.changed.emit("invert", bool(on), False))
        self.remove.clicked.connect(self.removed)
        self.more.changed.connect(self.changed)

    def _moved(self, name: str, value: float) -> None:
        self.changed.emit(name, round(value, 4), True)

    def _choose(self, name: str, choices: dict[str, str], below: QWidget, _checked: bool = False) -> None:
        menu = QMenu(self)
        for key, text in choices.items():
            act = menu.addAction(text, partial(self.changed.emit, name, key, False))
            act.setCheckable(True)
            act.setChecked(key == getattr(self._route, name))
        pop_under(menu, below)

    def show_route(self, route: Route, scene: Scene, trouble: str = "") -> None:
        """Show *route* of *scene* as it is now; *trouble* is what is wrong with it."""
        self.more.show_route(route, scene, trouble)
        self._route = self.picture.route = route
        self.picture.color = source_color(scene, route.source)
        self.range.set_ends(route.lo, route.hi)
        self.range.color = self.gain.color = STAGE.accent
        self.gain.set_amount(route.gain)
        self.attack.set_amount(route.attack)
        self.release.set_amount(route.release)
        self.invert.setChecked(route.invert)
        self.curve.setText(CURVES[route.curve])
        self.mode.setText(MODES[route.mode])
        self.curve.updateGeometry()
        self.figures["Range"].setText(range_words(route))
        self.figures["Gain"].setText(f"× {route.gain:.1f}")
        self.figures["Attack"].setText(seconds_words(route.attack))
        self.figures["Release"].setText(seconds_words(route.release))
        for control in (self.attack, self.release):
            control.setEnabled(route.source not in HANDS)  # what hands set acts at once
        self.picture.update()

    def show_now(self, loudness: float | None, inside: Inside = nowhere) -> None:
        """Let the dot stand where the sound is, and say how far its own numbers are moved *inside* the modulation."""
        for dot in self.dots:
            dot.show_now(inside)
        if loudness != self.picture.now:
            self.picture.now = loudness
            self.picture.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.picture.setVisible(self.width() >= NARROW)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), STAGE.bg2)
        painter.fillRect(0, 0, 2, self.height(), STAGE.accent)
        painter.fillRect(0, self.height() - 1, self.width(), 1, STAGE.line)
