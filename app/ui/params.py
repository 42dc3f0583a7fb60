"""A row for each parameter: its name, something to drag, its value, and the dot that says which sound moves it."""

from typing import Any

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QEnterEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from app.control.params import PARAMS, Param, get
from app.engine.show.routes import Look
from app.engine.show.show import Show
from app.engine.show.sources import source_words
from app.ui import theme
from app.ui.depth_drag import HINT, DepthDrag
from app.ui.document import Document
from app.ui.link_popover import LinkPopover
from app.ui.linked import MOVED, Inside, movers, nowhere, pushed
from app.ui.macro_colors import source_color
from app.ui.menus import pop_under as pop_under
from app.ui.route_edits import add_route
from app.ui.source_chips import SourceDrop
from app.ui.theme import STAGE
from app.ui.widgets import CheckBox, LinkDot, NumberField, Picker, Slider, Stepper, paint, words
from app.ui.widgets.colored import tint


def part_of(param: Param) -> str:
    """Which part of the Show says what *param* is."""
    if param.row:
        return "scene"
    return param.id if param.scope == "film" else f"scene.{param.id}"


class ParamRow(QWidget):
    """One parameter of the document on one line. Main thread.

    It shows what the document says and tells the document what hands do; a drag is one step of undo. The part that
    takes the keys is called ``param:<id>``.
    """

    expert_wanted = Signal(str)
    field: NumberField | None = None
    dot: LinkDot | None = None

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
        self._glows = ""
        self.control: Any = control if control is not None else self._make_control()
        self._build()
        self.setToolTip(self._help())
        document.watch(self.show_value, part_of(self.param))
        self.show_value(document.show)
        document.glow.changed.connect(self._show_glow)
        if self.dot is not None:
            document.watch(self.show_movers, "scene.react", "scene.routes", "scene.macros", "scene.inputs")
            self.show_movers(document.show)

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
            return
        self._add_dot()

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
            DepthDrag(self.document, slider, self.destination).said.connect(self._say_depth)
            self._add_dot()
        else:
            self._row.addSpacing(24)

    def _add_dot(self) -> None:
        """What moves it, at the right end, where routes can."""
        if self.destination:
            self.dot = LinkDot()
            self.dot.setFixedSize(24, 28)
            self.dot.setObjectName(f"link:{self.name}")
            self.dot.clicked.connect(self._open_links)
            SourceDrop(self).dropped.connect(self._link)
            self._row.addWidget(self.dot)

    def _figure(self, value: float) -> str:
        p = self.param
        if p.unit == "turns":
            shown = f"{value * 360:.0f}°"
        else:
            shown = f"{round(value, 2):g} {p.unit}" if p.unit else p.text(p.valid(value))
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
        keys += f"\n{HINT}" if self.dot is not None and isinstance(self.control, Slider) else ""
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

    def show_movers(self, show: Show) -> None:
        """Let the dot say what moves it, by the names that people gave."""
        if self.dot is not None:
            moved_by = movers(show.scene, self.destination)
            self.dot.set_sources(moved_by, tuple(source_words(show.scene, source) for source in moved_by))
            self.dot.set_colors(tuple(source_color(show.scene, source) for source in moved_by))

    def show_push(self, look: Look, inside: Inside = nowhere) -> None:
        """Draw where sound has pushed it in *look*, or *inside* the modulation."""
        if self.dot is None:
            return
        sources, show = self.dot.sources, self.document.show
        value, share = pushed(self.param, show.scene, get(show, self.name), look, inside)
        if isinstance(self.control, Slider):
            self.control.push_to(value, source_color(show.scene, sources[0]) if sources else STAGE.text)
        self.dot.show_amount(share if sources else 0.0)

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
            popover = LinkPopover(self.document, self.destination, self.param.label, self)
            popover.expert_wanted.connect(self.expert_wanted)
            popover.open_at(self.dot)

    def _link(self, source: str) -> None:
        """A source was dropped on the row."""
        add_route(self.document, source, self.destination)

    def _say_depth(self, words: str) -> None:
        """In place of the name, while a route's depth is dragged."""
        self.label.setText(words or self.param.label)

    # --- what is pointed at

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        if self.destination:
            self.document.glow.point(destination=self.destination)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.document.glow.point()

    def glowing(self) -> str:
        """The source that is pointed at and moves it; nothing where none does."""
        return self.document.glow.moves(self.document.show.scene, self.destination) if self.destination else ""

    def _show_glow(self) -> None:
        source = self.glowing()
        if source != self._glows:
            self._glows = source
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._glows:
            painter = QPainter(self)
            color = source_color(self.document.show.scene, self._glows)
            paint.fill(painter, self.rect().adjusted(4, 0, -4, 0), theme.fade(color, 0.2), 4)
            painter.end()
        if self.property("aimed"):
            painter = QPainter(self)
            paint.fill(painter, self.rect().adjusted(4, 0, -4, 0), STAGE.sel, 4)
            paint.outline(painter, self.rect().adjusted(4, 0, -4, 0), STAGE.accent, 4, 1.5)
