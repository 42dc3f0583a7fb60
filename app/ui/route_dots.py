"""Link dots that stand beside no row of their own: in an open route for each of its numbers, and at the crossfader."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QWidget

from app.engine.show.ends import destination_name
from app.engine.show.knobs import KNOBS, of_route
from app.engine.show.show import Show
from app.engine.show.sources import source_words
from app.ui.document import Document
from app.ui.link_popover import LinkPopover
from app.ui.linked import Inside, movers
from app.ui.macro_colors import source_color
from app.ui.menus import pop_under
from app.ui.route_edits import add_route
from app.ui.source_chips import SourceDrop
from app.ui.widgets import LinkDot

ROWS = {"Range": ("lo", "hi"), "Gain": ("gain",), "Attack": ("attack",), "Release": ("release",)}
"""Row of an open route -> the fields on it."""
REST = ("depth", "on", "curve", "invert", "mode")
"""What has no row of its own."""


class EndsDot(LinkDot):
    """What moves the destinations *ends* of the playing scene, found by the parameter *name* (main thread).

    A single one opens at once, of several one is chosen; a source dropped on it moves the first.
    """

    expert_wanted = Signal(str)

    def __init__(self, document: Document, ends: tuple[str, ...], name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedSize(24, 24)
        self.document, self.ends = document, ends
        self.setObjectName(f"link:{name}")
        self.clicked.connect(self._choose)
        SourceDrop(self).dropped.connect(lambda source: add_route(document, source, self.ends[0]))
        document.watch(self.show_value, "scene.routes", "scene.macros", "scene.inputs")
        self.show_value(document.show)

    def show_value(self, show: Show) -> None:
        """Say what moves it."""
        found = tuple(source for end in self.ends for source in movers(show.scene, end))
        self.set_sources(found, tuple(source_words(show.scene, source) for source in found))
        self.set_colors(tuple(source_color(show.scene, source) for source in found))

    def show_now(self, inside: Inside) -> None:
        """Draw how far it is moved."""
        scene, share = self.document.show.scene, 0.0
        for end in self.ends:
            number, knob = inside(end), KNOBS.get(end)
            if number is not None and knob is not None and knob.there(scene):
                share = max(share, abs(number - knob.rest(scene)) / knob.reach)
        self.show_amount(share)

    def menu(self) -> QMenu:
        """Which of its numbers is to be moved; behind each what moves it."""
        menu, scene = QMenu(self), self.document.show.scene
        for end in self.ends:
            by = ", ".join(source_words(scene, source) for source in movers(scene, end))
            label = KNOBS[end].label.capitalize() if end in KNOBS else destination_name(end, scene)
            menu.addAction(f"{label}: {by}" if by else label, partial(self.open, end))
        return menu

    def open(self, end: str) -> None:
        """What moves *end*, to be seen and changed."""
        popover = LinkPopover(self.document, end, destination_name(end, self.document.show.scene), self)
        popover.expert_wanted.connect(self.expert_wanted)
        popover.open_at(self)

    def _choose(self) -> None:
        if len(self.ends) == 1:
            self.open(self.ends[0])
        else:
            pop_under(self.menu(), self)


def route_dots(document: Document, index: int, see: Callable[[str], None]) -> dict[str, EndsDot]:
    """A dot for each row of an open route, and one, named nothing, for what has none; *see* opens Expert there."""
    knobs, dots = of_route(index), {}
    for row, fields in {**ROWS, "": REST}.items():
        dots[row] = EndsDot(document, tuple(knobs[field] for field in fields), f"route.{index + 1}.{fields[0]}")
    for dot in dots.values():
        dot.expert_wanted.connect(see)
    return dots
