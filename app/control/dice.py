"""The dice: another look by chance, a little or a lot, except for what is locked."""

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any

import numpy as np

from app.control.params import PARAMS, Param
from app.engine.show.show import Path, Scene

GROUPS = ("path", "react", "finish", "routes")
"""What can be locked, and what the dice change of each: the seed, the settings, the finish, depths of routes."""
SMALL, BIG = 0.3, 1.0
"""How far the dice throw at full amount: a share of a value, or of its whole range."""
_REACT = {"bass": (0.0, 3.0), "mid": (0.0, 3.0), "treble": (0.0, 3.0), "pulse": (0.1, 2.0), "randomness": (0.0, 1.0)}
_CALM = ("brightness", "contrast", "saturation", "hue")
"""Of the Finish only what cannot spoil a picture."""


class Dice:
    """Owns the padlocks and the amount. No thread of its own."""

    def __init__(self, seed: int | None = None) -> None:
        self._rng = np.random.default_rng(seed)
        self.locked: frozenset[str] = frozenset(("finish", "routes"))
        self.amount = 1.0

    def lock(self, group: str, *, on: bool) -> None:
        """Let the dice leave *group* alone, or not."""
        self.locked = self.locked | {group} if on else self.locked - {group}

    def thrown(self, scene: Scene, *, big: bool = False) -> Scene:
        """*scene* after a throw: another path, and settings to the side of where they are; *big*: anywhere."""
        changes: dict[str, Any] = {}
        reach = self.amount * (BIG if big else SMALL)
        if "path" not in self.locked:
            changes["path"] = Path(int(self._rng.integers(1, 100_000)))
        if "react" not in self.locked:
            near: dict[str, Any] = {
                name: self._near(getattr(scene.react, name), lo, hi, reach, big) for name, (lo, hi) in _REACT.items()
            }
            changes["react"] = replace(scene.react, **near)
        if "finish" not in self.locked:
            ranges = {f.name: (f.metadata["lo"], f.metadata["hi"]) for f in fields(scene.finish) if f.name in _CALM}
            near = {name: self._near(getattr(scene.finish, name), lo, hi, 0.4 * reach, big)
                    for name, (lo, hi) in ranges.items()}  # fmt: skip
            changes["finish"] = replace(scene.finish, **near)
        if "routes" not in self.locked:
            changes["routes"] = tuple(
                replace(r, depth=self._near(r.depth, -1.0, 1.0, reach, big)) for r in scene.routes
            )
        return replace(scene, **changes)

    def thrown_part(self, scene: Scene, group: str, *, big: bool = False) -> Scene:
        """*scene* after a throw of *group* alone; as it is where that is locked."""
        after = self.thrown(scene, big=big)
        return replace(scene, **{group: getattr(after, group)})

    def thrown_some(self, scene: Scene, names: Sequence[str], *, big: bool = False) -> Scene:
        """*scene* after a throw of the settings *names* alone, such as ``react.bass``; what is locked stays."""
        for name in names:
            scope, _, field = name.partition(".")
            if scope not in self.locked:
                held = getattr(scene, scope)
                value = self._other(PARAMS[name], getattr(held, field), big, 0.4 if scope == "finish" else 1.0)
                scene = replace(scene, **{scope: replace(held, **{field: value})})
        return scene

    def _other(self, p: Param, value: Any, big: bool, gently: float) -> Any:
        """Another value of *p*, near *value* or, *big*, anywhere; of choices and switches another one or the same."""
        reach = gently * self.amount * (BIG if big else SMALL)
        if p.kind in ("choice", "flag"):
            choices = p.choices if p.kind == "choice" else (False, True)
            return choices[self._rng.integers(len(choices))] if self._rng.random() < reach else value
        if p.kind == "integer" and not big:
            reach = max(reach, self.amount * 1.0 / max(abs(value), 0.1 * (p.hi - p.lo)))  # a whole step at least
        return p.valid(self._near(value, p.lo, p.hi, reach, big))

    def _near(self, value: float, lo: float, hi: float, reach: float, big: bool) -> float:
        by = reach * (hi - lo) if big else reach * max(abs(value), 0.1 * (hi - lo))
        return float(np.clip(value + self._rng.uniform(-by, by), lo, hi))
