"""Which routes move other routes and sources, and those that would go round in a circle, which are refused."""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from app.engine.errors import ShowError
from app.engine.show.expression import parsed
from app.engine.show.knobs import KNOBS
from app.engine.show.routes import Route
from app.engine.show.show import Scene
from app.engine.show.sources import source_words

Node = str | int
"""A source by its id, or one of the scene's routes by its place, from 0."""


def names_of(route: Route) -> tuple[str, ...]:
    """The sources that *route* begins with: its own, and those of its expression."""
    return route.source, *sorted(parsed(route.expression).names if route.expression else ())


def aim(route: Route) -> Node | None:
    """What *route* moves inside the modulation; None where it moves the picture."""
    knob = KNOBS.get(route.destination)
    return None if knob is None else knob.owner or knob.row - 1


def way_round(routes: Sequence[Route], index: int) -> list[Node]:
    """The way from route *index* over what it moves back to itself; nothing where there is none."""
    ways: list[list[Node]] = [[index]]
    seen: set[Node] = set()
    while ways:
        way = ways.pop(0)
        for node in _moved_by(routes, way[-1]):
            if node == index:
                return [*way, node]
            if node not in seen:
                seen.add(node)
                ways.append([*way, node])
    return []


def _moved_by(routes: Sequence[Route], node: Node) -> list[Node]:
    if isinstance(node, str):
        return [i for i, route in enumerate(routes) if node in names_of(route)]
    target = aim(routes[node]) if node < len(routes) else None
    return [] if target is None else [target]


@lru_cache(maxsize=16)
def circling(routes: tuple[Route, ...]) -> frozenset[int]:
    """The routes that move, over others, what they begin with or themselves: these count for nothing."""
    return frozenset(i for i, route in enumerate(routes) if aim(route) is not None and way_round(routes, i))


def refuse_circles(scene: Scene, routes: Sequence[Route], index: int) -> None:
    """Raises ShowError where *routes* of *scene* would lead from route *index* back to it."""
    way = way_round(routes, index) if aim(routes[index]) is not None else []
    if way:
        names = [_words(scene, routes, node) for node in way]
        raise ShowError(f"That would go round in a circle: {' → '.join(names)}. Nothing can move what moves it.")


def _words(scene: Scene, routes: Sequence[Route], node: Node) -> str:
    if isinstance(node, int):
        return f"route {node + 1} ({source_words(scene, routes[node].source)})"
    return source_words(scene, node)


def without(routes: Sequence[Route], gone: int) -> tuple[Route, ...]:
    """*routes* without route *gone*, and without those that moved it; the others keep what they move."""
    return kept(routes, [i for i in range(len(routes)) if i != gone])


def kept(routes: Sequence[Route], rows: Sequence[int], first: int = 0) -> tuple[Route, ...]:
    """Those of *routes* at *rows*, in that order, for a place from *first* on. What moved one that goes, goes too."""
    rows = list(rows)
    while lost := [i for i in rows if isinstance(at := aim(routes[i]), int) and at not in rows and at < len(routes)]:
        rows = [i for i in rows if i not in lost]
    return tuple(_renumbered(routes[i], rows, first) for i in rows)


def _renumbered(route: Route, rows: Sequence[int], first: int) -> Route:
    target = aim(route)
    if not isinstance(target, int) or target not in rows:
        return route
    knob = KNOBS[route.destination]
    return replace(route, destination=f"route_{first + rows.index(target) + 1}_{knob.field}")
