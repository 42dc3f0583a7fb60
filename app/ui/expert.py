"""React, Expert: every route by itself, and every setting by the name that Bloompipe gives it."""

from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from app.control.params import PARAMS
from app.engine.show.routes import DESTINATIONS, Route, destination_words, owned_routes
from app.engine.show.show import Show
from app.engine.show.sources import GROUPS as SOURCE_GROUPS
from app.engine.show.sources import SOURCES
from app.ui import theme
from app.ui.document import Document
from app.ui.expert_detail import RouteDetail
from app.ui.expert_route import NARROW, SCOPE_POINTS, SCOPE_SECONDS, Place, RouteLine
from app.ui.params import MOST_ROUTES, ParamRow, add_route, pop_under
from app.ui.scope import Scopes
from app.ui.sound_page import SoundPage
from app.ui.studio import Studio
from app.ui.theme import STAGE
from app.ui.widgets import Btn, Picker, Scroller, paint

DRAW_EVERY = 1 / 20
GROUPS = {
    "Path": ("speed", "pulse", "wander"),
    "Variety and layers": ("psi", "coarse", "middle", "fine", "noise"),
    "Finish": ("brightness", "contrast", "saturation", "hue", "black", "white", "gamma", "lut_amount"),
    "Effects": (
        "feedback", "feedback_zoom", "feedback_turn", "trails", "kaleidoscope", "kaleidoscope_angle",
        "glitch", "bloom", "bloom_from", "vignette",
    ),
    "Place": ("translate_x", "translate_y", "rotate"),
}  # fmt: skip
FILTERS = ("Active in this scene", "Added routes only")
ORDERS = ("By destination", "By source")
SETTINGS = tuple(p for p in PARAMS.values() if p.bloompipe)
_OWNERS = {"bass": "Bass", "mid": "Mid", "high": "Treble"}


class GroupHead(QWidget):
    """The title of a group of rows."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text
        self.setFixedHeight(25)
        self.setAccessibleName(text)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), STAGE.pad)
        paint.write(painter, self.rect().adjusted(12, 0, 0, 0), self.text, theme.font(12, 600), STAGE.text2)


class SettingRow(ParamRow):
    """A parameter under the name that Bloompipe gives it."""

    def __init__(self, document: Document, name: str) -> None:
        super().__init__(document, name, label_wide=136)
        self.label.setText(self.param.bloompipe)
        self.label.setFont(theme.font(12, mono=True))
        self.control.setObjectName(f"expert:{name}")
        self.control.setAccessibleName(self.param.bloompipe)


def places(show: Show) -> list[Place]:
    """Every route of the playing scene: first those that the simple settings own."""
    react = show.scene.react
    owned = [Place(-1, r, f"{_OWNERS[r.source.split('_')[0]]}, Gate, Pulse reactivity and Smoothness")
             for r in owned_routes(react)]  # fmt: skip
    return owned + [Place(i, r) for i, r in enumerate(show.scene.routes)]


class Expert(SoundPage):
    """Owns the list of routes and settings (main thread). Rows are made anew only when routes come or go."""

    def __init__(self, document: Document, studio: Studio) -> None:
        super().__init__(studio, DRAW_EVERY)
        self.setObjectName("expertPage")
        self.document, self.scopes = document, Scopes(studio)
        self.open_index = -1
        self._filter, self._order = FILTERS[0], ORDERS[0]
        self._shape: object = None
        self.lines: list[RouteLine] = []
        self.detail: RouteDetail | None = None
        self._lay_out()
        document.changed.connect(self.show_value)
        self.show_value(document.show)

    def _lay_out(self) -> None:
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        bar = QWidget()
        bar.setFixedHeight(37)
        row = QHBoxLayout(bar)
        row.setContentsMargins(12, 7, 12, 6)
        row.setSpacing(8)
        self.filter, self.order, self.add = Picker(24), Picker(24), Btn("Route", "plus")
        self.add.tall = 24
        self.add.setObjectName("addRoute")
        self.filter.setAccessibleName("Which routes")
        self.order.setAccessibleName("Order")
        self.add.setAccessibleName("Add a route")
        self.filter.clicked.connect(lambda: self._choose(self.filter, FILTERS, "_filter"))
        self.order.clicked.connect(lambda: self._choose(self.order, ORDERS, "_order"))
        self.add.clicked.connect(lambda: pop_under(self.route_menu(), self.add))
        row.addWidget(self.filter)
        row.addWidget(self.order)
        row.addStretch(1)
        row.addWidget(self.add)
        self._list = QWidget()
        self._list.setMinimumWidth(280)
        self._column = QVBoxLayout(self._list)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self.area = Scroller(self._list)
        outer.addWidget(bar)
        outer.addWidget(self.area, 1)

    def _choose(self, picker: Picker, choices: tuple[str, ...], attribute: str) -> None:
        menu = QMenu(self)
        for text in choices:
            menu.addAction(text, partial(self.arrange, attribute, text))
        pop_under(menu, picker)

    def arrange(self, attribute: str, text: str) -> None:
        """Show other routes, or in another order."""
        setattr(self, attribute, text)
        self.show_value(self.document.show)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """In a narrow column the order gives way, and the long word."""
        roomy = self.width() >= NARROW
        self.order.setVisible(roomy)
        self.filter.setText(self._filter if roomy else self._filter.split(" ")[0])
        self.filter.updateGeometry()

    # --- the list

    def _grouped(self, show: Show) -> dict[str, list[Place]]:
        shown = [p for p in places(show) if self._filter == FILTERS[0] or not p.owned]
        if self._order == ORDERS[1]:
            names = dict.fromkeys(SOURCES.get(p.route.source, p.route.source) for p in shown)
            return {n: [p for p in shown if SOURCES.get(p.route.source, p.route.source) == n] for n in names}
        rank = [d for group in GROUPS.values() for d in group]
        shown.sort(key=lambda p: rank.index(p.route.destination) if p.route.destination in rank else 99)
        return {group: found for group, ends in GROUPS.items()
                if (found := [p for p in shown if p.route.destination in ends])}  # fmt: skip

    def show_value(self, show: Show) -> None:
        """Show *show*'s routes."""
        if self.open_index >= len(show.scene.routes):
            self.open_index = -1
        grouped = self._grouped(show)
        shape = (self.open_index, [(g, [(p.index, p.route.source, p.route.destination) for p in found])
                                   for g, found in grouped.items()])  # fmt: skip
        if shape != self._shape:
            self._shape = shape
            self._rebuild(grouped)
        flat = [p for found in grouped.values() for p in found]
        for line, place in zip(self.lines, flat, strict=True):
            line.show_place(place)
        if self.detail is not None:
            self.detail.show_route(show.scene.routes[self.open_index])
        self.order.setText(self._order)
        self._fit()
        self.add.setEnabled(len(show.scene.routes) < MOST_ROUTES)
        self.redraw()

    def _rebuild(self, grouped: dict[str, list[Place]]) -> None:
        if not self.findChildren(SettingRow):
            self._column.addWidget(GroupHead("Settings, by Bloompipe's names"))
            for p in SETTINGS:
                self._column.addWidget(SettingRow(self.document, p.id))
            self._column.addStretch(1)
        focused = next((i for i, line in enumerate(self.lines) if line.hasFocus()), -1)
        for old in [*self.findChildren(RouteLine), *self.findChildren(RouteDetail), *self._heads()]:
            self._column.removeWidget(old)
            old.hide()
            old.deleteLater()
        self.lines, self.detail, at = [], None, 0
        for group, found in grouped.items():
            self._column.insertWidget(at, GroupHead(group))
            at += 1
            for place in found:
                at = self._insert(at, place)
        if 0 <= focused < len(self.lines):
            self.lines[focused].setFocus(Qt.FocusReason.OtherFocusReason)

    def _heads(self) -> list[GroupHead]:
        return self.findChildren(GroupHead)[1:] if self._shape is None else [
            h for h in self.findChildren(GroupHead) if not h.text.startswith("Settings")]  # fmt: skip

    def _insert(self, at: int, place: Place) -> int:
        line = RouteLine(place)
        line.is_open = place.index == self.open_index and not place.owned
        self._wire(line, place.index)
        line.opened.connect(partial(self.toggle, place.index))
        self._column.insertWidget(at, line)
        self.lines.append(line)
        if not line.is_open:
            return at + 1
        self.detail = RouteDetail(self.scopes)
        self._wire(self.detail, place.index)
        self._column.insertWidget(at + 1, self.detail)
        return at + 2

    def _wire(self, part: Any, index: int) -> None:
        part.changed.connect(partial(self._edit, index))
        part.released.connect(self.document.end_merge)
        part.removed.connect(partial(self.remove, index))

    def toggle(self, index: int) -> None:
        """Open the scene's route *index*, or close it."""
        self.open_index = -1 if index == self.open_index else index
        self.show_value(self.document.show)

    def show_destination(self, destination: str) -> None:
        """Scroll to the first route that moves *destination*."""
        line = next((x for x in self.lines if x.place.route.destination == destination), None)
        if line is not None:
            self.area.ensureWidgetVisible(line, 0, 60)
            line.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- edits

    def _edit(self, index: int, field: str, value: Any, goes_on: bool) -> None:
        routes = self.document.show.scene.routes
        if not 0 <= index < len(routes):
            return
        changes = {"lo": value[0], "hi": value[1]} if field == "range" else {field: value}
        after: Route = replace(routes[index], **changes)
        merge = f"route.{index}.{field}" if goes_on else ""
        self.document.edit_scene(f"Route {field}", merge, routes=(*routes[:index], after, *routes[index + 1 :]))

    def remove(self, index: int) -> None:
        """Take the scene's route *index* away; one step of undo."""
        routes = self.document.show.scene.routes
        self.open_index = -1
        self.document.edit_scene("Remove route", routes=(*routes[:index], *routes[index + 1 :]))

    def route_menu(self) -> QMenu:
        """Every source, and under each every destination; filled when it opens."""
        menu = QMenu(self)
        for group, sources in SOURCE_GROUPS.items():
            sub = menu.addMenu(group)
            for source in sources:
                targets = sub.addMenu(theme.icon("circle-dot", theme.source_badge(source)[1], 16), SOURCES[source])
                targets.aboutToShow.connect(partial(self._fill, targets, source))
        return menu

    def _fill(self, menu: QMenu, source: str) -> None:
        if menu.isEmpty():
            for name in DESTINATIONS:
                menu.addAction(destination_words(name), partial(self.add_route, source, name))

    def add_route(self, source: str, destination: str) -> None:
        """A new route at 30 %, open; one step of undo."""
        self.open_index = len(self.document.show.scene.routes)
        add_route(self.document, source, destination)

    # --- sound

    def complaint(self) -> str:
        """The first thing that is wrong with a route, or nothing."""
        for place in places(self.document.show):
            if trouble := self.scopes.complaint(place.route):
                return f"{SOURCES.get(place.route.source, place.route.source)} {trouble}"
        return ""

    def draw_sound(self, t: float) -> None:
        for line in self.lines:
            line.show_trace(self.scopes.around(line.place.route.source, t, SCOPE_SECONDS, SCOPE_POINTS))
            if line.is_open and self.detail is not None:
                self.detail.show_now(line.trace[-1] if line.trace else None)
