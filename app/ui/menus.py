"""Menus that open under what was pressed, and the menu of all sources."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QMenu, QWidget

from app.engine.show.ends import destination_name, destination_words, destinations_of, is_end
from app.engine.show.knobs import KNOBS, of_route
from app.engine.show.show import Scene
from app.engine.show.sources import GROUPS, source_words
from app.ui import theme
from app.ui.expert_places import GROUPS as DESTINATION_GROUPS
from app.ui.macro_colors import source_color


def pop_under(menu: QMenu, widget: QWidget) -> None:
    """Open *menu* below *widget*; it goes when it closes."""
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.popup(widget.mapToGlobal(QPoint(0, widget.height() + 2)))


def source_menu(menu: QMenu, scene: Scene, chosen: Callable[[str], None]) -> None:
    """Fill *menu* with every source of *scene*, by kind; *chosen* is called with its id."""
    for group, sources in GROUPS.items():
        sub = menu.addMenu(group)
        for source in sources:
            sub.addAction(_mark(scene, source), source_words(scene, source), partial(chosen, source))


def destination_menu(menu: QMenu, scene: Scene, chosen: Callable[[str], None]) -> None:
    """Fill *menu* with every destination of *scene*, by kind; *chosen* is called with its id."""
    there = destinations_of(scene)
    for group, names in DESTINATION_GROUPS.items():
        sub = menu.addMenu(group)
        if group == "Routes":
            _route_menus(sub, scene, chosen)
            continue
        for name in names:
            if name in there:
                sub.addAction(destination_words(name, scene), partial(chosen, name))


def _route_menus(menu: QMenu, scene: Scene, chosen: Callable[[str], None]) -> None:
    """What can be moved of each route of *scene*."""
    menu.setEnabled(bool(scene.routes))
    for index, route in enumerate(scene.routes):
        to = destination_name(route.destination, scene) if is_end(route.destination) else "?"
        sub = menu.addMenu(f"{index + 1}  {source_words(scene, route.source)} → {to}")
        for name in of_route(index).values():
            sub.addAction(KNOBS[name].label.capitalize(), partial(chosen, name))


def macro_menu(menu: QMenu, scene: Scene, chosen: Callable[[str], None]) -> None:
    """Fill *menu* with the macros of *scene*; *chosen* is called with the id of the source."""
    for source in GROUPS["Macros"]:
        menu.addAction(_mark(scene, source), source_words(scene, source), partial(chosen, source))


def _mark(scene: Scene, source: str) -> QIcon:
    """*source* in its colour."""
    return theme.icon("circle-dot", source_color(scene, source), 16)
