"""What routes make of their sources before depth: range and gate, gain, attack and release, curve, inversion."""

import math
from collections.abc import Sequence
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from app.engine.show.routes import CONTROL_RATE, Curve, Route
from app.engine.show.sources import HANDS
from app.engine.show.sums import bent

Signal = NDArray[np.float32]
Held = NDArray[np.float64]
LOUDEST = 4.0
"""The most that a route gives before it is bent; bent, its square."""
_NONE, _ALL, _MOST = np.float32(0.0), np.float32(1.0), np.float32(LOUDEST)


class Envelopes:
    """The poles of some envelopes, side by side: up with *attack* and down with *release*, in seconds."""

    def __init__(self, times: Sequence[tuple[float, float]]) -> None:
        self._up = np.array([_pole(attack) for attack, _ in times])
        self._down = np.array([_pole(release) for _, release in times])
        self._slow = np.flatnonzero((self._up < 1.0) | (self._down < 1.0))

    def follow(self, y: Signal, held: Held) -> Held:
        """Smooths *y* where it stands, from where envelopes *held*, and says where they are then.

        Step by step for a few steps of many, else one by one: the same.
        """
        slow = self._slow
        if not len(slow):
            return held
        if 2 * y.shape[1] >= len(slow):
            held = held.copy()
            for row in slow.tolist():
                y[row], held[row] = _one_pole(y[row], self._up[row], self._down[row], held[row])
            return held
        for i in range(y.shape[1]):
            ahead = y[:, i] - held  # float64, as *held* is
            held = held + np.where(ahead > 0.0, self._up, self._down) * ahead
            y[:, i] = held
        return held


class Chain:
    """The numbers of some routes, side by side, so that one step of all of them costs little more than of one."""

    def __init__(self, routes: Sequence[Route]) -> None:
        self._lo = _column([r.lo for r in routes])
        self._span = _column([max(r.hi - r.lo, 1e-6) for r in routes])
        self._gain = _column([r.gain for r in routes])
        self._envelopes = Envelopes([(0.0, 0.0) if r.source in HANDS else (r.attack, r.release) for r in routes])
        self._bends = [(c, found) for c in get_args(Curve)[1:]
                       if len(found := _where([r.curve == c for r in routes]))]  # fmt: skip
        self._inverted = _where([r.invert for r in routes])
        self._frozen = _where([r.frozen is not None for r in routes])
        self._stands = _column([r.frozen for r in routes if r.frozen is not None])

    def run(self, x: Signal, held: Held) -> tuple[Signal, Held]:
        """``(routes, steps)`` of sources to the same of routes; *held* is where their envelopes stood, then stand."""
        y, held = self.follow(x, held)
        return self.bend(y), held

    def follow(self, x: Signal, held: Held) -> tuple[Signal, Held]:
        """The first half: range and gate, gain, attack and release."""
        y = x - self._lo
        y /= self._span
        np.minimum(np.maximum(y, _NONE, out=y), _ALL, out=y)
        y *= self._gain
        return y, self._envelopes.follow(y, held)

    def bend(self, y: Signal) -> Signal:
        """The second half, of what *follow* gave: curve and inversion, or where it is frozen. *y* is written over."""
        np.minimum(np.maximum(y, _NONE, out=y), _MOST, out=y)
        for curve, rows in self._bends:
            y[rows] = bent(curve, y.take(rows, axis=0))
        if len(self._inverted):
            y[self._inverted] = _ALL - y[self._inverted]
        if len(self._frozen):
            y[self._frozen] = self._stands
        return y


def route_signal(route: Route, x: Signal) -> Signal:
    """What *route* makes of its source *x* ``(steps,)`` before depth."""
    return Chain([route]).run(x[None], np.zeros(1))[0][0]


def followed(x: Signal, attack: float, release: float, held: float) -> tuple[Signal, float]:
    """*x* with one pole of time constant *attack* on the way up, *release* on the way down, in seconds; and its end."""
    up, down = _pole(attack), _pole(release)
    if up == down == 1.0:
        return x, held
    return _one_pole(x, up, down, held)


def _one_pole(x: Signal, up: float, down: float, held: float) -> tuple[Signal, float]:
    y, up, down, held = [], float(up), float(down), float(held)
    for target in x.tolist():
        held += (up if target > held else down) * (target - held)
        y.append(held)
    return np.asarray(y, np.float32), held


def _pole(seconds: float) -> float:
    return 1.0 - math.exp(-1.0 / (CONTROL_RATE * seconds)) if seconds > 1e-4 else 1.0


def _column(numbers: Sequence[float]) -> Signal:
    return np.array(numbers, np.float32)[:, None]


def _where(flags: Sequence[bool]) -> NDArray[np.intp]:
    return np.flatnonzero(np.array(flags, bool))
