"""Knobs: the numbers of sources and of routes themselves that routes may move, so that what moves can be moved."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, get_args

from app.engine.show.generators import Shape, Unit
from app.engine.show.routes import Curve, Mode

if TYPE_CHECKING:
    from app.engine.show.show import Scene

ROUTES = 32
"""Routes that a scene may have of its own."""
_OCTAVES = 3.0
"""How far a route of depth 1 moves a rate: eight times as much, or an eighth."""


@dataclass(frozen=True, slots=True)
class Knob:
    """Number *field* of row *row*, from 1, of the Scene's *held*; *owner* is the source that it belongs to, or none.

    *lo*, *hi* and *reach* (how far a route of depth 1 moves it) are in octaves of a rate, and in places of *choices*.
    """

    held: str
    row: int
    field: str
    label: str
    lo: float = 0.0
    hi: float = 1.0
    reach: float = 1.0
    octaves: bool = False
    choices: tuple[Any, ...] = ()
    owner: str = ""

    def rest(self, scene: "Scene") -> float:
        """Where it stands in *scene* without routes, as it is reckoned with."""
        value = getattr(getattr(scene, self.held)[self.row - 1], self.field)
        if self.choices:
            return float(self.choices.index(value))
        return math.log2(value) if self.octaves else float(value)

    def shown(self, number: float) -> Any:
        """What the field would hold at *number*."""
        if self.choices:
            return self.choices[min(max(math.floor(number + 0.5), 0), len(self.choices) - 1)]
        return 2.0**number if self.octaves else number

    def there(self, scene: "Scene") -> bool:
        """Is there such a row in *scene*?"""
        return self.row <= len(getattr(scene, self.held))


def _rate(label: str, least: float, most: float) -> dict[str, Any]:
    return {"label": label, "lo": math.log2(least), "hi": math.log2(most), "reach": _OCTAVES, "octaves": True}


def _choice(label: str, choices: tuple[Any, ...] = (False, True)) -> dict[str, Any]:
    return {"label": label, "choices": choices, "hi": len(choices) - 1.0, "reach": len(choices) - 1.0}


_VALUE = {"value": {"label": ""}}
_SCOPES: dict[str, tuple[str, str, int, dict[str, dict[str, Any]]]] = {
    "lfo": ("lfos", "lfo", 4, {
        "shape": _choice("shape", get_args(Shape)), "rate": _rate("rate", 0.01, 256.0),
        "unit": _choice("unit", get_args(Unit)), "phase": {"label": "phase", "lo": -1.0, "hi": 2.0},
    }),
    "follower": ("followers", "follow", 2, {
        "attack": {"label": "attack", "hi": 10.0}, "release": {"label": "release", "hi": 10.0, "reach": 2.0},
        "gain": {"label": "gain", "hi": 8.0, "reach": 4.0},
    }),
    "walk": ("walks", "walk", 2, {"rate": _rate("rate", 0.01, 20.0)}),
    "sequencer": ("sequencers", "steps", 2, {"per_beat": _rate("a beat", 0.0625, 16.0)}),
    "macro": ("macros", "macro", 8, _VALUE),
    "input": ("inputs", "input", 8, _VALUE),
    "route": ("routes", "", ROUTES, {
        "on": _choice("on"), "depth": {"label": "depth", "lo": -1.0},
        "lo": {"label": "from"}, "hi": {"label": "to"}, "gain": {"label": "gain", "hi": 4.0, "reach": 2.0},
        "attack": {"label": "attack", "hi": 2.0, "reach": 0.5}, "release": {"label": "release", "hi": 4.0},
        "curve": _choice("curve", get_args(Curve)), "invert": _choice("invert"),
        "mode": _choice("mode", get_args(Mode)),
    }),
}  # fmt: skip
"""Scope of a parameter -> the field of Scene, the kind of source, how many there are, and what of each can be moved."""


def _knobs() -> Iterator[tuple[str, Knob]]:
    for scope, (held, kind, count, numbers) in _SCOPES.items():
        for row in range(1, count + 1):
            for field, meta in numbers.items():
                name = f"{scope}_{row}" + ("" if field == "value" else f"_{field}")
                yield name, Knob(held, row, field, owner=f"{kind}_{row}" if kind else "", **meta)


KNOBS: Mapping[str, Knob] = MappingProxyType(dict(_knobs()))
"""Destination -> the knob that it is: the id of the parameter with ``_`` for each dot."""


def of_source(source: str) -> dict[str, str]:
    """Field of what a Scene says about *source* -> the destination that moves it."""
    return _OF.get(source, {})


def of_route(index: int) -> dict[str, str]:
    """Field of the scene's route *index*, from 0 -> the destination that moves it."""
    return _OF.get(index, {})


def _by_owner() -> dict[str | int, dict[str, str]]:
    found: dict[str | int, dict[str, str]] = {}
    for name, knob in KNOBS.items():
        found.setdefault(knob.owner or knob.row - 1, {})[knob.field] = name
    return found


_OF = _by_owner()
