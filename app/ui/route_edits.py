"""Everything that hands can do to the routes of the playing Scene, each one step of undo."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from app.engine.errors import ShowError
from app.engine.show.circles import refuse_circles, without
from app.engine.show.ends import destination_name
from app.engine.show.expression import parsed
from app.engine.show.modulation import MOST_ROUTES
from app.engine.show.routes import Route
from app.engine.show.sources import source_words
from app.ui.document import Document

if TYPE_CHECKING:
    from app.ui.scope import Scopes


_ENDS = frozenset({"source", "destination", "expression"})
"""What of a route says who moves whom."""


def add_route(document: Document, source: str, destination: str, depth: float = 0.3) -> bool:
    """*source* moves *destination* from now on; False where there is no room, or it would go round in a circle."""
    scene = document.show.scene
    if len(scene.routes) >= MOST_ROUTES:
        return False
    routes = (*scene.routes, Route(source, destination, depth))
    if _goes_round(document, routes, len(scene.routes)):
        return False
    text = f"Route {source_words(scene, source)} to {destination_name(destination, scene)}"
    document.edit_scene(text, routes=routes)
    return True


def _goes_round(document: Document, routes: tuple[Route, ...], index: int) -> bool:
    """Would *routes* lead from route *index* back to it? Then the document tells so."""
    try:
        refuse_circles(document.show.scene, routes, index)
    except ShowError as error:
        document.refused.emit(str(error))
        return True
    return False


def edit_route(document: Document, index: int, text: str, merge: str = "", **changes: Any) -> None:
    """Change fields of the scene's route *index*; one that is gone is left alone, and what would move itself too."""
    routes = document.show.scene.routes
    if 0 <= index < len(routes):
        after = (*routes[:index], replace(routes[index], **changes), *routes[index + 1 :])
        if _ENDS.isdisjoint(changes) or not _goes_round(document, after, index):
            document.edit_scene(text, merge, routes=after)


def remove_route(document: Document, index: int) -> None:
    """Take the scene's route *index* away, and with it what moved it."""
    document.edit_scene("Remove route", routes=without(document.show.scene.routes, index))


def set_muted(document: Document, muted: bool) -> None:
    """Silence every route of the playing scene, or let them act again as they were."""
    document.edit_scene("Mute all routes" if muted else "Unmute all routes", muted=muted)


class RouteEdits:
    """What can be done to a route in the list (main thread); *now* tells the song time, *tell* what could not be."""

    def __init__(self, document: Document, scopes: "Scopes", now: Callable[[], float]) -> None:
        self.document, self._scopes, self._now = document, scopes, now

    def set(self, index: int, field: str, value: Any, goes_on: bool = False) -> None:
        """What a control of route *index* says: a field, a range as a pair, or something to do."""
        route = self._route(index)
        if route is None:
            return
        merge = f"route.{index}.{field}" if goes_on else ""
        if field == "range":
            edit_route(self.document, index, "Route range", merge, lo=value[0], hi=value[1])
        elif field == "expression":
            if value:
                parsed(value)  # raises a sentence
            edit_route(self.document, index, "Route expression", expression=value)
        elif field == "learn":
            self.learn_range(index)
        elif field == "freeze":
            self.freeze(index)
        else:
            edit_route(self.document, index, f"Route {field}", merge, **{field: value})

    def learn_range(self, index: int) -> None:
        """Let the range be what the source did in four bars; raises ShowError where that is not known yet."""
        route = self._route(index)
        found = self._scopes.learnt(route, self._now()) if route is not None else None
        if found is None:
            raise ShowError("A range can be learnt when there is something to hear.")
        edit_route(self.document, index, "Learn range", lo=round(found[0], 3), hi=round(found[1], 3))

    def freeze(self, index: int) -> None:
        """Hold what the route gives now, or let it move again."""
        route = self._route(index)
        if route is None:
            return
        held = None if route.frozen is not None else self._scopes.value(route, self._now())
        edit_route(self.document, index, "Let route move" if held is None else "Freeze route", frozen=held)

    def _route(self, index: int) -> Route | None:
        routes = self.document.show.scene.routes
        return routes[index] if 0 <= index < len(routes) else None


def rivals(routes: tuple[Route, ...], index: int) -> bool:
    """Whether the route *index* and another of *routes* replace the same destination: only the later one counts."""
    mine = routes[index]
    return (
        mine.mode == "replace"
        and mine.on
        and any(
            r.on and r.mode == "replace" and r.destination == mine.destination
            for i, r in enumerate(routes)
            if i != index
        )
    )
