"""The React tab: how the picture reacts, in plain words (Simple) or route by route (Expert)."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from app.engine.own_presets import own_presets
from app.engine.show.modulation import MOST_ROUTES
from app.engine.show.presets import PRESETS, Preset
from app.engine.show.routes import owned_routes
from app.engine.show.show import Show
from app.ui.class_mix import ClassMix
from app.ui.document import Document
from app.ui.expert import Expert
from app.ui.params import ParamRow
from app.ui.react_header import ReactHeader, changed_since
from app.ui.react_simple import Simple
from app.ui.route_table import RouteTable
from app.ui.studio import Studio
from app.ui.theme import STAGE, font, pixmap
from app.ui.widgets import Btn, Scroller, Segmented, rule, tint, words

_LEVELS = (("Simple", ""), ("Expert", ""))
_SHORT_LEVELS = (("", "gauge"), ("", "waypoints"))


class ReactTab(QWidget):
    """Owns the two levels of the React tab; ``level_switch`` stands in the row of tabs. Main thread."""

    tabled_changed = Signal()

    def __init__(self, document: Document, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("reactTab")
        self.document = document
        self.level_switch = Segmented(_LEVELS)
        self.level_switch.setObjectName("levelSwitch")
        self.level_switch.setAccessibleName("Level")
        self.level_switch.setParent(self)
        self.level_switch.hide()
        self.header = ReactHeader(document, studio)
        self.header.presets_changed.connect(self._look_again)
        self._known: tuple[str, Preset | None] | None = None
        self.simple, self.expert = Simple(document, studio), Expert(document, studio)
        self._levels = QStackedWidget()
        self.scroller = Scroller(self.simple)
        self.table, self._routes = RouteTable(document, self.expert), QStackedWidget()
        self.table.closed.connect(lambda: self.put_in_front(False))
        for page in (self, self._levels, self.simple, self.expert):  # narrower than their rows would like: they adapt
            page.setMinimumWidth(280)
        self._levels.addWidget(self.scroller)
        self._levels.addWidget(self._routes)
        self._routes.addWidget(self.expert)
        self._routes.addWidget(self.table)
        self._routes.currentChanged.connect(self.tabled_changed)
        self._lay_out()
        self.level_switch.chosen.connect(self.show_level)
        for row in self.findChildren(ParamRow):
            row.expert_wanted.connect(self.show_destination)
        document.watch(self.show_value, "scene")
        self.show_value(document.show)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        foot = QWidget()
        foot.setFixedHeight(39)
        row = QHBoxLayout(foot)
        row.setContentsMargins(12, 0, 1, 0)
        self.tally = words("", 11, 400, STAGE.text3)
        self.see = Btn("", look="link")
        self.see.setObjectName("seeRoutes")
        self.see.face = font(11)
        self.see.clicked.connect(lambda: self.show_level(1 - self._levels.currentIndex()))
        self.mark = QLabel()
        self.mark.setPixmap(pixmap("triangle-alert", STAGE.warn, 14, self.devicePixelRatioF()))
        row.addWidget(self.mark)
        row.addWidget(self.tally)
        row.addStretch(1)
        row.addWidget(self.see)
        column.addWidget(self.header)
        # made here, so that Tab comes to it after the header
        self.classes = ClassMix(self.document, self.header.studio, self)
        for part in (self.classes, rule(), self._levels, rule(), foot):
            column.addWidget(part, 1 if part is self._levels else 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a narrow column the row of tabs has no room for words."""
        super().resizeEvent(event)
        roomy = self.width() >= 340
        self.level_switch.set_options(_LEVELS if roomy else _SHORT_LEVELS, 30)
        self.level_switch.setToolTip("" if roomy else "Simple or Expert")
        self.show_value(self.document.show)

    @property
    def level(self) -> int:
        """0 is Simple, 1 is Expert."""
        return self._levels.currentIndex()

    def show_level(self, level: int) -> None:
        """0 is Simple, 1 is Expert."""
        self._levels.setCurrentIndex(level)
        self.level_switch.set_index(level)
        self.show_value(self.document.show)

    @property
    def tabled(self) -> bool:
        """Whether the routes stand in a table."""
        return self._routes.currentWidget() is self.table

    def show_table(self) -> None:
        """The routes as a table, with the keys in it."""
        self.show_level(1)
        self.put_in_front(True)
        self.table.table.begin()

    def put_in_front(self, tabled: bool) -> None:
        """The table or the list, without the keys."""
        self._routes.setCurrentWidget(self.table if tabled else self.expert)

    def show_destination(self, destination: str) -> None:
        """Expert, at the routes that move *destination*."""
        self.show_level(1)
        self.put_in_front(False)
        self.expert.show_destination(destination)

    def show_value(self, show: Show) -> None:
        """Say who owns how many routes."""
        scene = show.scene
        count = len(owned_routes(scene.react)) + len(scene.routes)
        known = self._chosen(scene.preset)
        touched = ", changed" if known is None or changed_since(scene, known) else ""
        owns = (", owns" if touched else " owns") if self.width() >= 340 else ","
        tally, trouble = f"{scene.preset}{touched}{owns} {count} routes", ""
        if self._levels.currentIndex():
            trouble = self.expert.complaint()
            tally = trouble or f"{len(scene.routes)} of {MOST_ROUTES} routes added"
        self.tally.setText(tally)
        tint(self.tally, STAGE.warn if trouble else STAGE.text3)
        self.mark.setVisible(bool(trouble))
        self.see.setText("Back to Simple" if self._levels.currentIndex() else f"See what {scene.preset} does")
        self.see.updateGeometry()

    def _chosen(self, name: str) -> Preset | None:
        """The Preset called *name*; one's own are files, so they are looked up when another is chosen."""
        if self._known is None or self._known[0] != name:
            found = next((p for p in PRESETS if p.name == name), None)
            self._known = name, found or next((p for p in own_presets() if p.name == name), None)
        return self._known[1]

    def _look_again(self) -> None:
        self._known = None
        self.show_value(self.document.show)
