"""All sources that some routes begin with, side by side, so that one step of all costs little more than of one."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from app.engine.show.chain import Envelopes, Signal
from app.engine.show.expression import parsed
from app.engine.show.generators import Follower, Macro
from app.engine.show.routes import Route
from app.engine.show.show import Scene
from app.engine.show.sources import HEARD, SOURCES
from app.engine.show.stretch import setting
from app.engine.show.turning import BARS, BEATS, SECONDS, Times, turned, turning

Counts = Times | list[float]
"""Seconds, beats and bars: ``(3, steps)``, or for one step three numbers, which cost less than arrays of one."""
_COUNTED = {"t": SECONDS, "beats": BEATS, "bars": BARS}
_NONE, _ALL = np.float32(0.0), np.float32(1.0)
_HEARD = {name: row for row, name in enumerate(HEARD)}


class Board:
    """Owns how the sources of *routes* in *scene* are made of what is heard, and where followers stand.

    The rows of its table: what is heard, what turns, what follows, what stands still. It says what Sources says.
    """

    def __init__(self, scene: Scene, routes: Sequence[Route]) -> None:
        reckoned = [parsed(route.expression) if route.expression else None for route in routes]
        named = {route.source for route in routes}.union(*(line.names for line in reckoned if line is not None))
        made = {name: setting(scene, name) for name in SOURCES if name in named and name not in _HEARD}
        turn = {name: turns for name, found in made.items() if (turns := turning(name, found)) is not None}
        follow = {name: found for name, found in made.items() if isinstance(found, Follower) and found.source in _HEARD}
        stand = {name: found.value for name, found in made.items() if isinstance(found, Macro)}
        self._turnings = tuple(turn.values())
        order = (*HEARD, *turn, *follow, *stand)
        self._rows = {name: row for row, name in enumerate(order)}
        self._turned = slice(len(HEARD), len(HEARD) + len(turn))
        self._followed = slice(self._turned.stop, self._turned.stop + len(follow))
        self._stands = np.array([*stand.values(), 0.0], np.float32)[:, None]  # the last is silence
        self._silent = len(order)
        self._begin = np.array([self._rows.get(route.source, self._silent) for route in routes], np.intp)
        self._reckoned = [(i, int(self._begin[i]), line.made, [(name, self._rows.get(name, self._silent))
                                          for name in line.names if name in SOURCES])
                          for i, line in enumerate(reckoned) if line is not None]  # fmt: skip
        self._envelopes = Envelopes([(f.attack, f.release) for f in follow.values()])
        self._gains = np.array([f.gain for f in follow.values()], np.float32)[:, None]
        self._ears = np.array([_HEARD[f.source] for f in follow.values()], np.intp)
        self._held = np.zeros(len(follow))

    def run(self, counts: Counts, heard: Signal) -> Signal:
        """``(routes, steps)`` in 0..1 from *counts* and what was *heard*, ``(steps, len(HEARD))``."""
        steps = len(heard)
        table = np.empty((self._silent + 1, steps), np.float32)
        table[: len(HEARD)] = heard.T
        if self._turnings:
            found = [turned(turning, counts[turning.count]) for turning in self._turnings]
            table[self._turned] = np.array(found).reshape(-1, steps)
        if len(self._ears):
            loud = table.take(self._ears, axis=0)
            loud *= self._gains
            np.minimum(np.maximum(loud, _NONE, out=loud), _ALL, out=loud)
            self._held = self._envelopes.follow(loud, self._held)
            table[self._followed] = loud
        table[self._followed.stop :] = self._stands
        x = table.take(self._begin, axis=0)
        if self._reckoned:
            self._reckon(x, table[:, 0].tolist() if steps == 1 else table.astype(np.float64), counts)
        return x

    def _reckon(self, x: Signal, table: Any, counts: Counts) -> None:
        """Lets the routes' expressions make something of their sources in *x*. What is no number is 0."""
        known: dict[str, Any] = {name: counts[row] for name, row in _COUNTED.items()}
        with np.errstate(all="ignore"):
            for route, begin, made, names in self._reckoned:
                known["x"] = table[begin]
                for name, row in names:
                    known[name] = table[row]
                y = made(known.__getitem__)
                if x.shape[1] == 1:
                    x[route, 0] = min(1.0, max(0.0, y))
                else:
                    x[route] = np.fmin(np.fmax(y, 0.0), 1.0)
