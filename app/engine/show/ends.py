"""Destinations by name, of the picture and inside the modulation: what they are called, and how far they go."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from app.engine.show.knobs import KNOBS
from app.engine.show.routes import DESTINATIONS
from app.engine.show.sources import source_words
from app.engine.show.ways import direction_words, number_of, there

if TYPE_CHECKING:
    from app.engine.show.show import Scene


def is_end(name: str) -> bool:
    """Is there a destination *name*?"""
    return name in DESTINATIONS or name in KNOBS


def is_there(name: str, scene: "Scene") -> bool:
    """Has knob *name* something to stand on in *scene*? A route may not be there; the picture always is."""
    return name not in KNOBS or KNOBS[name].there(scene)


def reach_of(name: str) -> float:
    """How far a route of depth 1 moves destination *name*."""
    return KNOBS[name].reach if name in KNOBS else float(DESTINATIONS[name].metadata["reach"])


def destination_name(name: str, scene: "Scene") -> str:
    """What a person calls a destination of *scene*: directions, macros and inputs by the names they were given."""
    knob = KNOBS.get(name)
    if knob is not None:
        owner = source_words(scene, knob.owner) if knob.owner else f"Route {knob.row}"
        return f"{owner} {knob.label}".strip()
    number = number_of(name)
    return direction_words(scene, number) if number else str(DESTINATIONS[name].metadata["label"])


def destination_words(name: str, scene: "Scene") -> str:
    """A destination in a menu: its name, and the kind of network without which it does nothing."""
    meta: Mapping[str, Any] = DESTINATIONS[name].metadata if name in DESTINATIONS else {}
    needs = meta.get("needs")
    return destination_name(name, scene) + (f" ({needs} only)" if needs else "")


def destinations_of(scene: "Scene") -> tuple[str, ...]:
    """The destinations that there are in *scene*: of directions those that it keeps, of routes those that it has."""
    picture = (name for name in DESTINATIONS if not (number := number_of(name)) or there(scene, number))
    return (*picture, *(name for name, knob in KNOBS.items() if knob.there(scene)))
