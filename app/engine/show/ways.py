"""Directions in W that hands and routes push the picture along: those of every network, and those kept by name."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from app.engine.show.show import Scene, StyleRef

PRINCIPAL, KEPT = 8, 8
"""Directions that each network has of itself, in which W varies most; and those of a scene's own that come after."""
REACH, FARTHEST = 3.0, 6.0
"""Deviations that a hand, or a route of depth 1, goes; and what all of them together may."""
_LONGEST, _MOST_NUMBERS, _LONGEST_NAME = 1e6, 1 << 14, 64

Layers = Literal["all", "coarse", "middle", "fine"]


@dataclass(frozen=True, slots=True)
class Direction:
    """How far the picture stands along a direction at rest, in deviations, and which layers it moves."""

    value: float = field(default=0.0, metadata={"label": "Value", "lo": -REACH, "hi": REACH, "unit": "σ",
                                                "doc": "How far the picture is pushed along it"})  # fmt: skip
    layers: Layers = field(default="all", metadata={"label": "Layers", "doc": "Which layers it moves"})


@dataclass(frozen=True, slots=True)
class Way:
    """A direction of W that was kept under a *name*: *w* is one deviation long.

    It means something in one network alone: *style* is its name, *sha256* its file. An empty *w* is a free place.
    """

    name: str = ""
    w: tuple[float, ...] = ()
    style: str = ""
    sha256: str = ""

    def fits(self, style: "StyleRef") -> bool:
        """Does it mean something in *style*? One that is known by its name alone is taken at it."""
        return bool(self.w) and (self.sha256 == style.sha256 if style.sha256 else self.style == style.name)


DIRECTIONS = (Direction(),) * (PRINCIPAL + KEPT)


def number_of(destination: str) -> int:
    """Which direction a destination is, from 1; 0 for one that is none."""
    kind, _, number = destination.partition("_")
    return int(number) if kind == "direction" and number.isdigit() else 0


def way_of(scene: "Scene", number: int) -> Way | None:
    """What *scene* keeps as direction *number*; None for a network's own, and where nothing is kept."""
    at = number - PRINCIPAL - 1
    return scene.ways[at] if 0 <= at < len(scene.ways) and scene.ways[at].w else None


def there(scene: "Scene", number: int) -> bool:
    """Is there a direction *number* in *scene*, whether it fits its Style or not?"""
    return 0 < number <= PRINCIPAL or way_of(scene, number) is not None


def direction_words(scene: "Scene", number: int) -> str:
    """What a person calls direction *number* of *scene*."""
    way = way_of(scene, number)
    return (way.name if way is not None else "") or f"Direction {number}"


def misfit(scene: "Scene", number: int) -> str:
    """Why direction *number* moves nothing in *scene*, in a few words; empty where it does."""
    if not there(scene, number):
        return "nothing, as no direction is kept there"
    way = way_of(scene, number)
    return "" if way is None or way.fits(scene.style) else f"a direction of {way.style}, without effect here"


def problems(way: Way) -> Iterator[str]:
    """What is wrong with *way*, as half a sentence."""
    if len(way.w) > _MOST_NUMBERS or not all(abs(x) <= _LONGEST for x in way.w):
        yield "a direction is not a number, or is out of reach"
    if len(way.name) > _LONGEST_NAME:
        yield "the name of a direction is too long"
