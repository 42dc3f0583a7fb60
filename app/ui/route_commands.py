"""What the actions on routes do, and what else of routes can be reached from anywhere in the window."""

from collections.abc import Callable, Iterable, Mapping

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from app.engine.show.modulation import MOST_ROUTES
from app.engine.show.show import Show
from app.engine.show.sources import GROUPS, source_words
from app.ui.document import Document
from app.ui.linked import MOVED
from app.ui.macro_colors import offer_colors
from app.ui.params import ParamRow
from app.ui.route_edits import add_route, set_muted


class RouteCommands(QObject):
    """Runs *mute_routes*, keeps it as the Show is, and offers macros to every control that routes can move."""

    def __init__(self, document: Document, actions: Mapping[str, QAction], parent: QObject) -> None:
        super().__init__(parent)
        self._document, self._action = document, actions["mute_routes"]
        document.watch(self._show, "scene.muted")
        self._show(document.show)

    def table(self) -> dict[str, Callable[..., object]]:
        """Action id -> what it does."""
        return {"mute_routes": lambda on: set_muted(self._document, on)}

    def _show(self, show: Show) -> None:
        self._action.setChecked(show.scene.muted)

    def offer(self, menu: QMenu, target: str) -> None:
        """Put the macros that could move *target* into *menu*, those that do checked; of a macro its colours, too."""
        offer_colors(self._document, menu, target)
        destination = MOVED.get(target)
        if destination is None:
            return
        scene = self._document.show.scene
        taken = {r.source for r in scene.routes if r.destination == destination}
        sub = menu.addMenu("Assign to macro")
        sub.setEnabled(len(scene.routes) < MOST_ROUTES)
        for source in GROUPS["Macros"]:
            action = sub.addAction(source_words(scene, source))
            action.setCheckable(True)
            action.setChecked(source in taken)
            action.setEnabled(source not in taken and source != destination)
            action.triggered.connect(lambda _on=False, s=source: add_route(self._document, s, destination, 1.0))

    def lead(self, rows: Iterable[ParamRow], show: Callable[[str], None]) -> None:
        """Let *show* hear which of *rows* wants to be seen in Expert."""
        for row in rows:
            row.expert_wanted.connect(show)
