"""What a Scene's routes and generators must be to count: checked when a file is opened and when a hand types."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from app.engine.errors import ShowError
from app.engine.show import generators, ways
from app.engine.show.chain import LOUDEST
from app.engine.show.ends import is_end
from app.engine.show.expression import parsed
from app.engine.show.generators import MOST_STEPS, Follower, Sequencer
from app.engine.show.routes import Route
from app.engine.show.show import Scene
from app.engine.show.sources import HEARD, SOURCES
from app.engine.show.ways import DIRECTIONS, KEPT, Way

MOST_ROUTES, MANY_ROUTES = 32, 24
"""Routes that a scene may have of its own, and from how many on it is said that they are many."""
_REACH = {"depth": (-1.0, 1.0), "lo": (0.0, 1.0), "hi": (0.0, 1.0), "gain": (0.0, 4.0),
          "attack": (0.0, 2.0), "release": (0.0, 4.0)}  # fmt: skip
"""Number of a route -> from where to where it may be set."""
_KINDS = ("macros", "inputs", "lfos", "followers", "walks", "sequencers")


def problems(part: Any) -> Iterator[str]:
    """What is wrong with *part* of a Show, each as half a sentence."""
    if isinstance(part, Scene) and len(part.routes) > MOST_ROUTES:
        yield f"a scene has {len(part.routes)} routes, and room for {MOST_ROUTES}"
    elif isinstance(part, Route):
        yield from _route_problems(part)
    elif isinstance(part, Follower) and part.source not in HEARD:
        yield f"a follower follows “{part.source}”, which does not exist"
    elif isinstance(part, Way):
        yield from ways.problems(part)
    elif isinstance(part, Sequencer):
        if not 0 < len(part.levels) <= MOST_STEPS:
            yield f"a row of steps has {len(part.levels)} of them, not 1 to {MOST_STEPS}"
        elif not all(0.0 <= level <= 1.0 for level in part.levels):
            yield "a step is not between 0 and 1"


def _route_problems(route: Route) -> Iterator[str]:
    if route.source not in SOURCES or not is_end(route.destination):
        yield f"a route leads from “{route.source}” to “{route.destination}”, which do not exist"
    for name, (least, most) in _REACH.items():
        if not least <= getattr(route, name) <= most:
            yield f"the {name} of a route is {getattr(route, name):g}, outside {least:g} to {most:g}"
    if route.frozen is not None and not abs(route.frozen) <= LOUDEST**2:
        yield f"a route is frozen at {route.frozen:g}, which no route gives"
    if route.expression:
        try:
            parsed(route.expression)
        except ShowError as error:
            yield f"the expression “{route.expression[:60]}” cannot be read: {str(error).removesuffix('.')}"


def whole(scene: Scene) -> Scene:
    """*scene* with as many macros and generators as there are, whatever a file left out or added."""
    made: dict[str, Any] = {}
    for kind in _KINDS:
        usual, own = getattr(generators, kind.upper()), getattr(scene, kind)
        made[kind] = (*own, *usual[len(own) :])[: len(usual)]
    made["directions"] = (*scene.directions, *DIRECTIONS[len(scene.directions) :])[: len(DIRECTIONS)]
    return replace(scene, **made, ways=scene.ways[:KEPT])
