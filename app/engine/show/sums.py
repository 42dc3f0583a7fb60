"""Arithmetic for a number or for ``(steps,)`` of them, one formula for both: clamping, envelopes, curves, choices."""

import math
from collections.abc import Callable, Sequence
from itertools import repeat
from typing import Any

import numpy as np

from app.engine.show.routes import CONTROL_RATE

Value = Any
"""A float, or ``(steps,)`` float64."""
_SHORTEST = 1e-4
"""Seconds below which an envelope acts at once."""
_STEPS = 5.0
"""Levels, 0 and 1 among them, of the curve of that name."""


def between(x: Value, lo: Value, hi: Value) -> Value:
    """*x*, held between *lo* and *hi*."""
    if isinstance(x, float) and isinstance(lo, float) and isinstance(hi, float):
        return min(max(x, lo), hi)
    return np.minimum(np.maximum(x, lo), hi)


def pole(seconds: Value) -> Value:
    """How much of the way an envelope of time constant *seconds* goes in a step."""
    if isinstance(seconds, float):
        return 1.0 - math.exp(-1.0 / (CONTROL_RATE * seconds)) if seconds > _SHORTEST else 1.0
    slow = 1.0 - np.exp(-1.0 / (CONTROL_RATE * np.maximum(seconds, _SHORTEST)))
    return np.where(seconds > _SHORTEST, slow, 1.0)


def enveloped(y: Value, up: Value, down: Value, held: float) -> tuple[Value, float]:
    """*y* with a pole *up* on the way up and one *down* on the way down, from where it *held*; and where it stands."""
    if isinstance(y, float):
        held += (up if y > held else down) * (y - held)
        return held, held
    if isinstance(up, float) and isinstance(down, float) and up == down == 1.0:
        return y, float(y[-1])
    stands = []
    rises, falls = (repeat(p) if isinstance(p, float) else p.tolist() for p in (up, down))
    for target, rise, fall in zip(y.tolist(), rises, falls, strict=False):
        held += (rise if target > held else fall) * (target - held)
        stands.append(held)
    return np.array(stands), held


def summed(y: Value, held: float) -> tuple[Value, float]:
    """*y* summed up from *held* on, and where that ends."""
    if isinstance(y, float):
        return held + y, held + y
    total = y.copy()
    total[0] += held
    np.cumsum(total, out=total)
    return total, float(total[-1])


def bent(curve: str, y: Value) -> Value:
    """*y* on a curve of that name."""
    if curve == "linear":
        return y
    if curve == "exponential":
        return y * y
    many = not isinstance(y, float)
    if curve == "logarithmic":
        return np.sqrt(y) if many else math.sqrt(y)
    y = np.minimum(y, 1.0) if many else min(y, 1.0)
    if curve == "steps":
        step = np.floor(y * _STEPS) if many else float(math.floor(y * _STEPS))
        return between(step, 0.0, _STEPS - 1.0) / (_STEPS - 1.0)
    return y * y * (3.0 - 2.0 * y)


def log2(x: Value) -> Value:
    """The logarithm to base 2."""
    return math.log2(x) if isinstance(x, float) else np.log2(x)


def chosen(place: Value, choices: Sequence[Any], make: Callable[[Any], Value]) -> Value:
    """What *make* makes of the one of *choices* at *place*, which may be another at each step."""
    if isinstance(place, float):
        return make(choices[int(place)])
    places = place.astype(np.int64)
    there = np.unique(places).tolist()
    found = make(choices[there[0]])
    for one in there[1:]:
        found = np.where(places == one, make(choices[one]), found)
    return found


def either(flag: Value, yes: Value, no: Value) -> Value:
    """*yes* where *flag* is 1, else *no*."""
    if isinstance(flag, float):
        return yes if flag else no
    return np.where(flag > 0.0, yes, no)


def stepped(x: Value) -> Value:
    """*x* at the nearest whole number."""
    return float(math.floor(x + 0.5)) if isinstance(x, float) else np.floor(x + 0.5)
