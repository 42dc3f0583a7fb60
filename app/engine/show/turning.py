"""Sources that count turns: clocks, LFOs, rows of steps and noise walks, each a formula of what it counts."""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.engine.audio.grid import BARS_PER_PHRASE
from app.engine.show.generators import Lfo, Sequencer, Walk

Times = NDArray[np.float64]

SECONDS, BEATS, BARS = range(3)
"""What turns are counted in: rows of the counts of a Stretch."""
_PLACES = 1 << 16
"""Places of a noise walk before it comes round."""
_JUST = 1e-6  # turns within which a count stands on its mark already
_CLOCKS = {"beat": (BEATS, 1.0), "bar": (BARS, 1.0), "phrase": (BARS, float(BARS_PER_PHRASE))}
_PULSE, _SQUARE = 0.25, 0.5
_SUDDEN = ("pulse", "square", "random", "steps")


@dataclass(frozen=True, slots=True)
class Turning:
    """What is seen of turns: *count* over *over*, times *times*, plus *phase*.

    *salt* tells one chance from another, and is the seed of a walk; *levels* are those of a row of steps.
    """

    shape: str
    count: int
    over: float = 1.0
    times: float = 1.0
    phase: float = 0.0
    salt: int = 0
    levels: tuple[float, ...] = ()


def turning(source: str, setting: object) -> Turning | None:
    """How *source* turns, as *setting* of a Scene says; None for one that does not."""
    kind, _, rest = source.partition("_")
    match setting:
        case Lfo(shape, rate, "beats", phase):
            return Turning(shape, BEATS, over=rate, phase=phase, salt=int(rest))
        case Lfo(shape, rate, _, phase):
            return Turning(shape, SECONDS, times=rate, phase=phase, salt=int(rest))
        case Walk(rate, seed):
            return Turning("walk", SECONDS, times=rate, salt=seed)
        case Sequencer(levels, per_beat) if levels:
            return Turning("steps", BEATS, times=per_beat, levels=levels)
    if kind not in _CLOCKS:
        return None
    count, over = _CLOCKS[kind]
    return Turning(rest or ("fall" if kind == "beat" else "saw"), count, over)


def turned(turning: Turning, count: Any, ahead: Any = 0.0) -> Any:
    """What is seen of *turning* at *count*, a number or ``(steps,)`` of them: in 0..1, one formula for both.

    *ahead* is by how many turns it has been moved on.
    """
    many = isinstance(count, np.ndarray)
    turns = count / turning.over * turning.times + turning.phase + ahead
    if turning.shape in _SUDDEN:
        turns += _JUST
    whole = np.floor(turns) if many else math.floor(turns)
    part = turns - whole
    match turning.shape:
        case "saw":
            return part
        case "fall":
            return 1.0 - part
        case "triangle":
            return 1.0 - abs(2.0 * part - 1.0)
        case "sine":
            return 0.5 - 0.5 * (np.cos if many else math.cos)(2.0 * math.pi * part)
        case "pulse":
            return (part < _PULSE) * 1.0
        case "square":
            return (part < _SQUARE) * 1.0
        case "random":
            return chance(whole.astype(np.int64), turning.salt) if many else _chance_of(whole, turning.salt)
    which = whole.astype(np.int64) if many else whole
    if turning.shape == "steps":
        return (_levels(turning.levels) if many else turning.levels)[which % len(turning.levels)]
    places, left = _places(turning.salt), which % (_PLACES - 1)
    return places[left] + (places[left + 1] - places[left]) * part


@lru_cache(maxsize=8)
def _places(seed: int) -> Times:
    return np.random.default_rng(seed).random(_PLACES)


@lru_cache(maxsize=8)
def _levels(levels: tuple[float, ...]) -> Times:
    return np.array(levels)


@lru_cache(maxsize=64)
def _chance_of(number: int, salt: int) -> float:
    return float(chance(np.array([number]), salt)[0])


def chance(numbers: NDArray[np.int64], salt: int) -> Times:
    """``(n,)`` in 0..1: always the same for the same whole number and *salt*, and as good as random (SplitMix64)."""
    with np.errstate(over="ignore"):
        z = numbers.astype(np.uint64) * np.uint64(2) + np.uint64(1) + np.uint64(salt) * np.uint64(0x9E3779B97F4A7C15)
        z = (z + np.uint64(0x9E3779B97F4A7C15)) & np.uint64(0xFFFFFFFFFFFFFFFF)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    return (z >> np.uint64(11)).astype(np.float64) / float(1 << 53)
