"""A row for each parameter: its name, something to drag, its value, and the dot that says which sound moves it."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from app.control.params import PARAMS, Param, get
from app.engine.show.routes import DESTINATIONS, Look, Route, owned_routes
from app.engine.show.show import Finish, Scene, Show, field_meta
from app.engine.show.sources import GROUPS, SOURCES
from app.ui import theme
from app.ui.document import Document
from app.ui.theme import STAGE
from app.ui.widgets import CheckBox, LinkDot, NumberField, Picker, Slider, Stepper, words
from app.ui.widgets.fields import tint

MOVED: dict[str, str] = {
    "react.pulse": "pulse", "react.randomness": "wander", "react.truncation": "psi",
    **{f"finish.{name}": name for name in field_meta(Finish) if name in DESTINATIONS},
}  # fmt: skip
"""Parameter -> the destination of the Look that routes move it by."""

MOST_ROUTES = 32
"""Routes a scene may have of its own."""


def pushed_value(name: str, base: float, look: Look) -> float:
    """Where sound has pushed parameter *name* at this instant, in its own unit; *base* is where it rests."""
    moved: float = getattr(look, MOVED[name])
    return base + moved if MOVED[name] == "pulse" else moved


def movers(scene: Scene, destination: str) -> tuple[str, ...]:
    """Sources that move *destination*; of the routes that the simple settings own only the strongest is named."""
    own = [r for r in owned_routes(scene.react) if r.destination == destination and r.gain * abs(r.depth) > 0]
    strongest = [max(own, key=lambda r: r.gain).source] if own else []
    routed = [r.source for r in scene.routes if r.destination == destination and r.on and r.depth]
    return tuple(strongest + routed)


def add_route(document: Document, source: str, destination: str, depth: float = 0.3) -> None:
    """One step of undo: *source* moves *destination* in the playing scene."""
    routes = document.show.scene.routes
    if len(routes) < MOST_ROUTES:
        text = f"Route {SOURCES[source]} to {DESTINATIONS[destination].metadata['label']}"
        document.edit_scene(text, routes=(*routes, Route(source, destination, depth)))


def source_menu(menu: QMenu, chosen: Callable[[str], None]) -> None:
    """Fill *menu* with every source, by kind; *chosen* is called with its id."""
    for group, sources in GROUPS.items():
        sub = menu.addMenu(group)
        for source, name in sources.items():
            color = theme.source_badge(source)[1]
            sub.addAction(theme.icon("circle-dot", color, 16), name, partial(chosen, source))


class ParamRow(QWidget):
    """One parameter of the document on one line. Main thread.

    It shows what the document says and tells the document what hands do; a drag is one step of undo. The part that
    takes the keys is called ``param:<id>``.
    """

    expert_wanted = Signal(str)

    def __init__(
        self,
        document: Document,
        name: str,
        parent: QWidget | None = None,
        *,
        label_wide: int = 128,
        control: Any = None,
    ) -> None:
        super().__init__(parent)
        self.document, self.name = document, name
        self.param: Param = PARAMS[name]
        self.destination = MOVED.get(name, "")
        self.setObjectName(f"row:{name}")
        self.setFixedHeight(28)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(12, 0, 12, 0)
        self._row.setSpacing(0)
        self.label = words(self.param.label)
        self.label.setFixedWidth(label_wide)
        self._row.addWidget(self.label)
        self.field: NumberField | None = None
        self.dot: LinkDot | None = None
        self.control: Any = control if control is not None else self._make_control()
        self._build()
        self.setToolTip(self._help())
        document.changed.connect(self.show_value)
        self.show_value(document.show)

    # --- parts

    def _make_control(self) -> QWidget:
        p = self.param
        if p.kind == "flag":
            return CheckBox()
        if p.kind == "choice":
            return Picker(tall=24)
        if p.kind == "integer" and p.hi - p.lo <= 64:
            return Stepper(int(p.lo), int(p.hi), p.default)
        slider = Slider(p.lo, p.hi, p.default)
        slider.whole = p.kind == "integer"
        return slider

    def _build(self) -> None:
        p, control = self.param, self.control
        control.setObjectName(f"param:{p.id}")
        control.setAccessibleName(p.label)
        control.setAccessibleDescription(p.doc)
        self.label.setBuddy(control)
        if isinstance(control, CheckBox):
            control.clicked.connect(lambda on: self._set(bool(on), merge=False))
            self._row.addWidget(control)
            self._row.addStretch(1)
        elif isinstance(control, Picker):
            control.clicked.connect(self._open_choices)
            self._row.addWidget(control)
            self._row.addStretch(1)
        elif isinstance(control, Stepper):
            control.name(p.label)
            control.moved.connect(lambda v: self._set(v, merge=False))
            self._row.addStretch(1)
            self._row.addWidget(control)
        else:
            self._build_slider(control)

    def _build_slider(self, slider: Slider) -> None:
        p = self.param
        scale = 360.0 if p.unit == "turns" else 1.0
        self.field = NumberField(lambda v: self._figure(v / scale))
        self.field.setAccessibleName(f"{p.label}, number")
        self.field.setFixedWidth(52 if p.unit in ("", "turns") else 64)
        self.field.scale = scale
        self.field.entered.connect(lambda v: self._set(v / scale, merge=False))
        slider.moved.connect(lambda v: self._set(v, merge=True))
        slider.released.connect(self.document.end_merge)
        field = self.field
        slider.typed.connect(lambda first: field.begin(first, slider))
        self._row.addWidget(slider, 1)
        self._row.addWidget(self.field)
        if self.destination:
            self.dot = LinkDot()
            self.dot.setFixedSize(24, 28)
            self.dot.setObjectName(f"link:{p.id}")
            self.dot.clicked.connect(self._open_links)
            self._row.addWidget(self.dot)
        else:
            self._row.addSpacing(24)

    def _figure(self, value: float) -> str:
        p = self.param
        if p.unit == "turns":
            shown = f"{value * 360:.0f}°"
        else:
            shown = f"{value:g} {p.unit}" if p.unit else p.text(p.valid(value))
        return shown.replace("-", "−")

    def add(self, part: QWidget, gap: int = 0) -> None:
        """Another part at the right end."""
        self._row.addWidget(part)
        self._row.addSpacing(gap)

    def note(self, part: QWidget) -> None:
        """A remark between the label and the rest."""
        self._row.insertWidget(1, part)

    def _help(self) -> str:
        p = self.param
        own = f"\nBloompipe: {p.bloompipe}" if p.bloompipe else ""
        keys = "\nDouble click or Delete: default" if isinstance(self.control, Slider) else ""
        return f"{p.doc}.{own}{keys}"

    # --- document to screen

    def show_value(self, show: Show) -> None:
        """Show what *show* says."""
        value = get(show, self.name)
        if isinstance(self.control, CheckBox):
            self.control.setChecked(value)
        elif isinstance(self.control, Picker):
            self.control.setText(str(value))
        else:
            self.control.set_amount(value)
        if self.field is not None:
            self.field.set_amount(value * self.field.scale)
        if self.dot is not None:
            self.dot.set_sources(movers(show.scene, self.destination))

    def show_push(self, look: Look) -> None:
        """Draw where sound has pushed it in *look*."""
        if self.destination and isinstance(self.control, Slider) and self.dot is not None:
            sources = self.dot.sources
            color = theme.source_badge(sources[0])[1] if sources else STAGE.text
            self.control.push_to(pushed_value(self.name, get(self.document.show, self.name), look), color)

    def set_live(self, live: bool) -> None:
        """Grey the row out, label and all, where it does nothing."""
        self.setEnabled(live)
        tint(self.label, STAGE.text2)

    # --- hands to document

    def _set(self, value: Any, *, merge: bool) -> None:
        self.document.set_param(self.name, value, merge)

    def _open_choices(self) -> None:
        menu = QMenu(self)
        for choice in self.param.choices:
            act = menu.addAction(str(choice))
            act.setCheckable(True)
            act.setChecked(choice == get(self.document.show, self.name))
            act.triggered.connect(lambda _=False, c=choice: self._set(c, merge=False))
        pop_under(menu, self.control)

    def _open_links(self) -> None:
        if self.dot is not None:
            pop_under(self.link_menu(), self.dot)

    def link_menu(self) -> QMenu:
        """What moves this parameter, to mute or remove it, and every sound that could."""
        menu, scene = QMenu(self), self.document.show.scene
        for i, route in enumerate(scene.routes):
            if route.destination == self.destination:
                sub = menu.addMenu(f"{SOURCES.get(route.source, route.source)}, {route.depth:.0%}")
                sub.addAction("Unmute" if not route.on else "Mute", partial(self._mute, i))
                sub.addAction("Remove", partial(self._remove, i))
        source_menu(menu.addMenu("Link a sound"), lambda s: add_route(self.document, s, self.destination))
        menu.addSeparator()
        menu.addAction("More in Expert", lambda: self.expert_wanted.emit(self.destination))
        return menu

    def _mute(self, at: int) -> None:
        routes = self.document.show.scene.routes
        changed = replace(routes[at], on=not routes[at].on)
        self.document.edit_scene("Mute route", routes=(*routes[:at], changed, *routes[at + 1 :]))

    def _remove(self, at: int) -> None:
        routes = self.document.show.scene.routes
        self.document.edit_scene("Remove route", routes=(*routes[:at], *routes[at + 1 :]))


def pop_under(menu: QMenu, widget: QWidget) -> None:
    """Open *menu* below *widget*; it goes when it closes."""
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.popup(widget.mapToGlobal(QPoint(0, widget.height() + 2)))
