"""What moves a parameter, at the parameter itself: source, range, attack, release and depth of each route."""

from functools import partial
from typing import Any

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QMenu, QVBoxLayout, QWidget

from app.engine.show.routes import Route, owned_routes
from app.engine.show.show import Show
from app.engine.show.sources import HANDS, source_words
from app.ui import theme
from app.ui.document import Document
from app.ui.macro_colors import source_color
from app.ui.menus import macro_menu, pop_under, source_menu
from app.ui.route_edits import add_route, edit_route, remove_route
from app.ui.theme import STAGE
from app.ui.widgets import Btn, CheckBox, DepthBar, Picker, RangeSlider, Scroller, Slider, label_of, paint, words

_WIDE, _TALLEST = 300, 380
LETTERS = {"Depth": "&Depth", "Range": "Ra&nge", "Gain": "&Gain", "Attack": "&Attack", "Release": "&Release"}
"""What stands before each field of a route, with the letter that leads to it."""


def seconds_words(value: float) -> str:
    """A time constant as it stands beside its slider."""
    return f"{value * 1000:.0f} ms" if value < 1 else f"{value:.2f} s"


def range_words(route: Route) -> str:
    """The range of *route* as it stands beside its slider."""
    return f"{route.lo:.2f} – {route.hi:.2f}".replace("0.", ".")


class LinkBlock(QWidget):
    """One route of the playing scene with its five numbers (main thread)."""

    def __init__(self, document: Document, index: int) -> None:
        super().__init__()
        self.document, self.index = document, index
        self.on, self.source = CheckBox(), Picker(24)
        self.remove = Btn(icon="trash-2", look="flat")
        self.bar, self.range = DepthBar(STAGE.text), RangeSlider()
        self.attack, self.release = Slider(0.0, 2.0, 0.015, curve=4.0), Slider(0.0, 4.0, 0.18, curve=3.0)
        self.figures: dict[str, QLabel] = {}
        self._lay_out()
        self._wire()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 4, 12, 4)
        column.setSpacing(2)
        head, grid = QHBoxLayout(), QGridLayout()
        head.setSpacing(6)
        self.remove.tall = 24
        for button, name in ((self.on, "Route on"), (self.source, "Source"), (self.remove, "Remove route")):
            button.setAccessibleName(name)
            button.setToolTip(name)
        head.addWidget(self.on)
        head.addWidget(self.source)
        head.addStretch(1)
        head.addWidget(self.remove)
        grid.setVerticalSpacing(0)
        grid.setHorizontalSpacing(0)
        for field, named in {"on": self.on, "depth": self.bar, "lo": self.range, "attack": self.attack,
                            "release": self.release}.items():  # fmt: skip
            named.setObjectName(f"param:route.{self.index + 1}.{field}")
        controls: dict[str, QWidget] = {
            "Depth": self.bar,
            "Range": self.range,
            "Attack": self.attack,
            "Release": self.release,
        }
        for i, (name, control) in enumerate(controls.items()):
            label, figure = label_of(LETTERS[name], control), words("", 12, 400, STAGE.text_hi)
            control.setAccessibleName(name)
            figure.setAlignment(paint.RIGHT)
            figure.setFixedWidth(72)
            grid.setRowMinimumHeight(i, 26)
            for at, part in enumerate((label, control, figure)):
                grid.addWidget(part, i, at)
            self.figures[name] = figure
        grid.setColumnMinimumWidth(0, 60)
        grid.setColumnStretch(1, 1)
        column.addLayout(head)
        column.addLayout(grid)

    def _wire(self) -> None:
        self.on.clicked.connect(lambda on: self._set(on=bool(on)))
        self.source.clicked.connect(self._choose)
        self.remove.clicked.connect(lambda: remove_route(self.document, self.index))
        self.bar.moved.connect(lambda v: self._set("depth", depth=round(v, 3)))
        self.range.moved.connect(lambda lo, hi: self._set("range", lo=round(lo, 3), hi=round(hi, 3)))
        self.attack.moved.connect(lambda v: self._set("attack", attack=round(v, 4)))
        self.release.moved.connect(lambda v: self._set("release", release=round(v, 4)))
        for control in (self.bar, self.range, self.attack, self.release):
            control.released.connect(self.document.end_merge)

    def _set(self, goes_on: str = "", **changes: Any) -> None:
        merge = f"route.{self.index}.{goes_on}" if goes_on else ""
        edit_route(self.document, self.index, f"Route {next(iter(changes))}", merge, **changes)

    def _choose(self) -> None:
        menu = QMenu(self)
        source_menu(menu, self.document.show.scene, lambda source: self._set(source=source))
        pop_under(menu, self.source)

    def show_route(self, route: Route, source: str) -> None:
        """Show *route* as it is now; *source* is what its source is called."""
        self.on.setChecked(route.on)
        self.source.setText(source)
        self.source.updateGeometry()
        self.bar.color = source_color(self.document.show.scene, route.source)
        self.bar.set_amount(route.depth)
        self.range.set_ends(route.lo, route.hi)
        self.attack.set_amount(route.attack)
        self.release.set_amount(route.release)
        told = {"Depth": f"{route.depth * 100:.0f} %".replace("-", "−"), "Range": range_words(route),
                "Attack": seconds_words(route.attack), "Release": seconds_words(route.release)}  # fmt: skip
        for name, text in told.items():
            self.figures[name].setText(text)
        for control in (self.attack, self.release):
            control.setEnabled(route.source not in HANDS)  # what hands set acts at once


class LinkPopover(QFrame):
    """Owns a block for each route that moves *destination* (main thread); it closes when anything else is pressed."""

    expert_wanted = Signal(str)

    def __init__(self, document: Document, destination: str, title: str, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("linkPopover")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName(f"What moves {title}")
        self.document, self.destination = document, destination
        self.blocks: list[LinkBlock] = []
        self.owned = words("", 11, 400, STAGE.text3)
        self.owned.setContentsMargins(12, 0, 12, 0)
        self.link, self.macro = Btn("Link a sound", "plus"), Btn("Macro")
        self.more = Btn("More in Expert", look="link")
        self._list = QWidget()
        self._column = QVBoxLayout(self._list)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._area = Scroller(self._list)
        self._lay_out(title)
        self.setFixedWidth(_WIDE)
        document.watch(self.show_value, "scene.routes", "scene.react", "scene.macros", "scene.inputs")
        self.show_value(document.show)

    def _lay_out(self, title: str) -> None:
        column, foot, heading = QVBoxLayout(self), QHBoxLayout(), words(title, 12, 600, STAGE.text_hi)
        column.setContentsMargins(1, 8, 1, 8)
        column.setSpacing(4)
        heading.setContentsMargins(12, 0, 12, 0)
        foot.setContentsMargins(12, 4, 4, 0)
        foot.setSpacing(6)
        self.macro.setAccessibleName("Assign to a macro")
        self.macro.setToolTip("Let a macro move it")
        self.more.face = theme.font(11)
        for button in (self.link, self.macro):
            button.tall = 24
            foot.addWidget(button)
        foot.addStretch(1)
        foot.addWidget(self.more)
        for part in (heading, self.owned, self._area):
            column.addWidget(part)
        column.addLayout(foot)
        self.link.clicked.connect(lambda: pop_under(self.source_menu(), self.link))
        self.macro.clicked.connect(lambda: pop_under(self.macro_menu(), self.macro))
        self.more.clicked.connect(self._see_more)

    def source_menu(self) -> QMenu:
        """Every source that could move it."""
        menu = QMenu(self)
        source_menu(menu, self.document.show.scene, self.add)
        return menu

    def macro_menu(self) -> QMenu:
        """Every macro that could move it."""
        menu = QMenu(self)
        macro_menu(menu, self.document.show.scene, partial(self.add, depth=1.0))
        return menu

    def add(self, source: str, depth: float = 0.3) -> None:
        """Let *source* move it too."""
        add_route(self.document, source, self.destination, depth)

    def _see_more(self) -> None:
        self.expert_wanted.emit(self.destination)
        self.close()

    def show_value(self, show: Show) -> None:
        """Show every route of the playing scene that moves it."""
        routes = {i: r for i, r in enumerate(show.scene.routes) if r.destination == self.destination}
        if [block.index for block in self.blocks] != list(routes):
            for old in self.blocks:
                self._column.removeWidget(old)
                old.hide()
                old.deleteLater()
            self.blocks = [LinkBlock(self.document, i) for i in routes]
            for block in self.blocks:
                self._column.addWidget(block)
        for block in self.blocks:
            route = routes[block.index]
            block.show_route(route, source_words(show.scene, route.source))
        own = [r for r in owned_routes(show.scene.react) if r.destination == self.destination]
        self.owned.setText(
            "Bass, Mid and Treble of Simple move it" if own else "" if routes else "Nothing moves it yet"
        )
        self.owned.setVisible(bool(self.owned.text()))
        tall = min(self._column.sizeHint().height(), _TALLEST)
        self._area.setVisible(bool(self.blocks))
        self._area.setFixedHeight(max(tall, 1))
        self.adjustSize()

    def open_at(self, widget: QWidget) -> None:
        """Open beside *widget*, on its screen."""
        right = widget.mapToGlobal(QPoint(widget.width(), widget.height() + 2))
        room = widget.screen().availableGeometry()
        x = min(max(right.x() - self.width(), room.left()), room.right() - self.width())
        y = right.y() if right.y() + self.height() <= room.bottom() else max(room.top(), room.bottom() - self.height())
        self.move(x, y)
        self.show()
        self.link.setFocus(Qt.FocusReason.OtherFocusReason)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), STAGE.bg1)
        paint.outline(painter, self.rect(), STAGE.border_strong, 0)
