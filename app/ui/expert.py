"""React, Expert: every route by itself, and every setting by the name that Bloompipe gives it."""

from functools import partial
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from app.control.params import PARAMS
from app.engine.errors import AppError
from app.engine.show.circles import aim, circling
from app.engine.show.ends import is_there
from app.engine.show.modulation import MANY_ROUTES, MOST_ROUTES
from app.engine.show.show import Show
from app.engine.show.sources import GROUPS as SOURCE_GROUPS
from app.engine.show.sources import source_words
from app.engine.show.ways import misfit, number_of
from app.ui import theme
from app.ui.document import Document
from app.ui.expert_detail import RouteDetail
from app.ui.expert_places import FILTERS, ORDERS, Place, grouped, places
from app.ui.expert_route import NARROW, SCOPE_POINTS, SCOPE_SECONDS, RouteLine
from app.ui.macro_colors import source_color
from app.ui.menus import destination_menu, pop_under
from app.ui.params import ParamRow
from app.ui.route_dots import route_dots
from app.ui.route_edits import RouteEdits, add_route, remove_route, rivals
from app.ui.scope import Scopes
from app.ui.sound_page import SoundPage
from app.ui.source_shelf import SourceShelf
from app.ui.studio import Studio
from app.ui.theme import STAGE
from app.ui.widgets import Btn, Picker, Scroller, paint

DRAW_EVERY = 1 / 20
SETTINGS = tuple(p for p in PARAMS.values() if p.bloompipe)


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


class Expert(SoundPage):
    """Owns the list of routes and settings (main thread). Rows are made anew only when routes come or go."""

    def __init__(self, document: Document, studio: Studio) -> None:
        super().__init__(studio, DRAW_EVERY)
        self.setObjectName("expertPage")
        self.document, self.scopes = document, Scopes(studio)
        self.edits = RouteEdits(document, self.scopes, studio.now)
        self.open_index = -1
        self._filter, self._order = FILTERS[0], ORDERS[0]
        self._shape: object = None
        self.lines: list[RouteLine] = []
        self.detail: RouteDetail | None = None
        self._lay_out()
        document.watch(self.show_value, "scene")
        document.glow.changed.connect(self._show_glow)
        document.refused.connect(partial(studio.told.emit, "error", "Nothing was changed"))
        self.show_value(document.show)

    def _lay_out(self) -> None:
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        self._list = QWidget()
        self._list.setMinimumWidth(280)
        self._column = QVBoxLayout(self._list)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self.shelf = SourceShelf(self.document, self.scopes)
        self.shelf.height_changed.connect(self._fit_shelf)
        self.shelf.expert_wanted.connect(self.show_destination)
        self.shelf_area = Scroller(self.shelf)
        self.shelf_area.hide()
        self.area = Scroller(self._list)
        for part, stretch in ((self._bar(), 0), (self.shelf_area, 0), (self.area, 1)):
            outer.addWidget(part, stretch)

    def _bar(self) -> QWidget:
        bar = QWidget()
        bar.setFixedHeight(37)
        row = QHBoxLayout(bar)
        row.setContentsMargins(12, 7, 12, 6)
        row.setSpacing(8)
        self.filter, self.order = Picker(24), Picker(24)
        self.add, self.sources = Btn("Route", "plus"), Btn("", "sliders-horizontal")
        self.add.tall = self.sources.tall = 24
        self.add.setObjectName("addRoute")
        self.sources.setObjectName("showSources")
        self.sources.setCheckable(True)
        self.sources.setToolTip("Sources: drag them onto what they shall move; set LFOs, steps and macros")
        for part, name in ((self.filter, "Which routes"), (self.order, "Order"), (self.add, "Add a route"),
                           (self.sources, "Sources")):  # fmt: skip
            part.setAccessibleName(name)
        self.filter.clicked.connect(lambda: self._choose(self.filter, FILTERS, "_filter"))
        self.order.clicked.connect(lambda: self._choose(self.order, ORDERS, "_order"))
        self.add.clicked.connect(lambda: pop_under(self.route_menu(), self.add))
        self.sources.toggled.connect(self._show_sources)
        row.addWidget(self.filter)
        row.addWidget(self.order)
        row.addStretch(1)
        row.addWidget(self.sources)
        row.addWidget(self.add)
        return bar

    def _choose(self, picker: Picker, choices: tuple[str, ...], attribute: str) -> None:
        menu = QMenu(self)
        for text in choices:
            menu.addAction(text, partial(self.arrange, attribute, text))
        pop_under(menu, picker)

    def _show_sources(self, shown: bool) -> None:
        self.shelf_area.setVisible(shown)
        self._fit()
        self.redraw()

    def arrange(self, attribute: str, text: str) -> None:
        """Show other routes, or in another order."""
        setattr(self, attribute, text)
        self.show_value(self.document.show)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """In a narrow column the order gives way, and the long word; the shelf takes three fifths of the height."""
        self.shelf_area.setFixedHeight(min(self.shelf.sizeHint().height(), max(120, self.height() * 3 // 5)))
        roomy = self.width() >= NARROW
        self.order.setVisible(roomy)
        self.filter.setText(self._filter if roomy else self._filter.split(" ")[0])
        self.filter.updateGeometry()

    def _fit_shelf(self) -> None:
        self._fit()
        if self.shelf.settings is not None:
            self.shelf_area.ensureWidgetVisible(self.shelf.settings, 0, 0)

    # --- the list

    def show_value(self, show: Show) -> None:
        """Show *show*'s routes."""
        if self.open_index >= len(show.scene.routes):
            self.open_index = -1
        groups = grouped(show, self._filter, self._order)
        shape = (self.open_index, [(g, [(p.index, p.route.source, p.route.destination) for p in found])
                                   for g, found in groups.items()])  # fmt: skip
        if shape != self._shape:
            self._shape = shape
            self._rebuild(groups)
        flat = [p for found in groups.values() for p in found]
        for line, place in zip(self.lines, flat, strict=True):
            line.show_place(place)
            line.show_color(source_color(show.scene, place.route.source))
            line.show_trouble(self.trouble(place))
        if self.detail is not None:
            place = next(p for p in places(show) if p.index == self.open_index)
            self.detail.show_route(place.route, show.scene, self.trouble(place))
        self.order.setText(self._order)
        self._fit()
        self.add.setEnabled(len(show.scene.routes) < MOST_ROUTES)
        self.redraw()

    def _rebuild(self, groups: dict[str, list[Place]]) -> None:
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
        self.document.glow.point()  # what was pointed at has gone
        for group, found in groups.items():
            self._column.insertWidget(at, GroupHead(group))
            at += 1
            for place in found:
                at = self._insert(at, place)
        if 0 <= focused < len(self.lines):
            self.lines[focused].setFocus(Qt.FocusReason.OtherFocusReason)

    def _heads(self) -> list[GroupHead]:
        return [h for h in self.findChildren(GroupHead) if not h.text.startswith("Settings")]

    def _insert(self, at: int, place: Place) -> int:
        line = RouteLine(place)
        line.is_open = place.index == self.open_index and not place.owned
        self._wire(line, place.index)
        line.opened.connect(partial(self.toggle, place.index))
        line.hovered.connect(self._point)
        line.drop.dropped.connect(partial(self._dropped, line))
        self._column.insertWidget(at, line)
        self.lines.append(line)
        if not line.is_open:
            return at + 1
        self.detail = RouteDetail(self.scopes)
        self.detail.name_parts(place.index)
        self.detail.link(route_dots(self.document, place.index, self.show_destination))
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
        self._reach_soon()

    def _reach_soon(self) -> None:
        if self.detail is not None:
            QTimer.singleShot(0, self.detail, self._reach_detail)  # when it has its height

    def _reach_detail(self) -> None:
        if self.detail is not None:
            self.area.ensureWidgetVisible(self.detail, 0, 8)
            opened = next((line for line in self.lines if line.is_open), self.detail)
            self.area.ensureWidgetVisible(opened, 0, 0)  # its own line is never left above the edge

    def show_destination(self, destination: str) -> None:
        """Scroll to the first route that moves *destination*."""
        line = next((x for x in self.lines if x.place.route.destination == destination), None)
        if line is not None:
            self.area.ensureWidgetVisible(line, 0, 60)
            line.setFocus(Qt.FocusReason.OtherFocusReason)

    def _point(self, source: str, destination: str) -> None:
        self.document.glow.point((source,) if source else (), destination)

    def _show_glow(self) -> None:
        """Let the routes stand out whose source or destination is pointed at."""
        for line in self.lines:
            line.show_glow(self.document.glow.touches(line.place.route))

    # --- edits

    def _edit(self, index: int, field: str, value: Any, goes_on: bool) -> None:
        try:
            self.edits.set(index, field, value, goes_on)
        except AppError as error:
            self.studio.told.emit("error", "Nothing was changed", str(error))

    def remove(self, index: int) -> None:
        """Take the scene's route *index* away; one step of undo."""
        self.open_index = -1
        remove_route(self.document, index)

    def route_menu(self) -> QMenu:
        """Every source, and under each every destination; filled when it opens."""
        menu, scene = QMenu(self), self.document.show.scene
        for group, sources in SOURCE_GROUPS.items():
            sub = menu.addMenu(group)
            for source in sources:
                icon = theme.icon("circle-dot", source_color(scene, source), 16)
                targets = sub.addMenu(icon, source_words(scene, source))
                targets.aboutToShow.connect(partial(self._fill, targets, source))
        return menu

    def _fill(self, menu: QMenu, source: str) -> None:
        if menu.isEmpty():
            destination_menu(menu, self.document.show.scene, partial(self.add_route, source))

    def add_route(self, source: str, destination: str) -> None:
        """A new route at 30 %, open; one step of undo."""
        self.open_index = len(self.document.show.scene.routes)
        add_route(self.document, source, destination)
        self._reach_soon()

    def _dropped(self, line: RouteLine, source: str) -> None:
        self.add_route(source, line.place.route.destination)

    # --- sound

    def trouble(self, place: Place) -> str:
        """What is wrong with a route, in a few words; empty when nothing is."""
        scene, number = self.document.show.scene, number_of(place.route.destination)
        if number and (why := misfit(scene, number)):
            return f"moves {why}"
        if aim(place.route) is not None and place.index in circling(scene.routes):
            return "moves what moves it, in a circle, and does not count"
        if not is_there(place.route.destination, scene):
            return "moves a route that is not there"
        if not place.owned and rivals(scene.routes, place.index):
            return "another route replaces the same destination"
        return self.scopes.complaint(place.route)

    def complaint(self) -> str:
        """The first thing that is wrong with a route, or that there are many; or nothing."""
        for place in places(self.document.show):
            if trouble := self.trouble(place):
                return f"{place.words} {trouble}"
        count = len(self.document.show.scene.routes)
        return f"{count} of {MOST_ROUTES} routes: few can be told apart" if count >= MANY_ROUTES else ""

    def draw_sound(self, t: float) -> None:
        for line in self.lines:
            line.show_trace(self.scopes.around(line.place.route, t, SCOPE_SECONDS, SCOPE_POINTS))
            if line.is_open and self.detail is not None:
                self.detail.show_now(line.trace[-1] if line.trace else None, self.scopes.pushed(t)[1])
        if self.shelf.isVisible():
            self.shelf.draw_sound(t)
