"""Sources that count turns: clocks, LFOs, rows of steps and noise walks, side by side in one pass."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from app.engine.audio.grid import BARS_PER_PHRASE
from app.engine.show.generators import Lfo, Sequencer, Walk

Times = NDArray[np.float64]

SECONDS, BEATS, BARS = range(3)
"""What turns are counted in: rows of the counts that Turnings are given."""
SMOOTH, SUDDEN = ("saw", "fall", "triangle", "sine", "walk"), ("pulse", "square", "random", "steps")
_PLACES = 1 << 16
"""Places of a noise walk before it comes round."""
_JUST = 1e-6  # turns within which a count stands on its mark already
_CLOCKS = {"beat": (BEATS, 1.0), "bar": (BARS, 1.0), "phrase": (BARS, float(BARS_PER_PHRASE))}
_WIDTHS = {"pulse": 0.25, "square": 0.5}


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


class Turnings:
    """Owns the numbers of some Turnings: *names* says in which order their rows come."""

    def __init__(self, found: Mapping[str, Turning]) -> None:
        ranks = {shape: rank for rank, shape in enumerate((*SMOOTH, *SUDDEN))}
        self.names = tuple(sorted(found, key=lambda name: ranks[found[name].shape]))
        rows = [found[name] for name in self.names]
        self._count = np.array([row.count for row in rows], np.intp)
        self._over, self._times, self._phase = (
            np.array([getattr(row, what) for row in rows])[:, None] for what in ("over", "times", "phase")
        )
        self._smooth = sum(row.shape in SMOOTH for row in rows)
        shapes = [row.shape for row in rows]
        self._at = {shape: slice(shapes.index(shape), shapes.index(shape) + shapes.count(shape))
                    for shape in dict.fromkeys(shapes)}  # fmt: skip
        steps = [row.levels for row in rows if row.shape == "steps"]
        self._levels = np.array([level for levels in steps for level in levels])
        self._long = np.array([len(levels) for levels in steps])[:, None]
        self._first = np.cumsum(self._long, axis=0) - self._long
        self._widths = np.array([_WIDTHS[shape] for shape in shapes if shape in _WIDTHS])[:, None]
        self._salts = [row.salt for row in rows if row.shape == "random"]
        self._seeds = tuple(row.salt for row in rows if row.shape == "walk")
        self._drawn: tuple[bytes, Times] | None = None

    def values(self, counts: Times) -> Times:
        """``(names, steps)`` in 0..1 from *counts* ``(3, steps)``: seconds, beats and bars."""
        turns = counts[self._count]
        turns /= self._over
        turns *= self._times
        turns += self._phase
        if self._smooth:
            self._go_smoothly(turns[: self._smooth])
        if self._smooth < len(turns):
            self._jump(turns[self._smooth :])
        return turns

    def _go_smoothly(self, turns: Times) -> None:
        """Saws, falls, triangles, sines and walks, where their turns stood."""
        whole = np.floor(turns)
        turns -= whole
        for shape, at in self._at.items():
            if shape == "fall":
                np.subtract(1.0, turns[at], out=turns[at])
            elif shape == "triangle":
                turns[at] = 1.0 - np.abs(2.0 * turns[at] - 1.0)
            elif shape == "sine":
                turns[at] = 0.5 - 0.5 * np.cos(2.0 * np.pi * turns[at])
            elif shape == "walk":
                places = _places(self._seeds)
                left = (whole[at] % (_PLACES - 1)).astype(np.intp)
                left += np.arange(len(left))[:, None] * _PLACES
                here = places[left]
                turns[at] = here + (places[left + 1] - here) * turns[at]

    def _jump(self, turns: Times) -> None:
        """Pulses, squares, chance and steps, where their turns stood."""
        turns += _JUST
        whole, ahead = np.floor(turns), self._smooth
        narrow = len(self._widths)
        if narrow:
            turns[:narrow] = turns[:narrow] - whole[:narrow] < self._widths
        for shape, at in self._at.items():
            here = slice(at.start - ahead, at.stop - ahead)
            if shape == "random":
                turns[here] = self._chances(whole[here])
            elif shape == "steps":
                turns[here] = self._levels[self._first + (whole[here] % self._long).astype(np.intp)]

    def _chances(self, whole: Times) -> Times:
        """Chance is drawn anew only where a count has gone on."""
        key = whole.tobytes()
        if self._drawn is None or self._drawn[0] != key:
            drawn = [chance(row.astype(np.int64), salt) for row, salt in zip(whole, self._salts, strict=True)]
            self._drawn = key, np.stack(drawn)
        return self._drawn[1]


@lru_cache(maxsize=8)
def _places(seeds: tuple[int, ...]) -> Times:
    return np.concatenate([np.random.default_rng(seed).random(_PLACES) for seed in seeds])


def chance(numbers: NDArray[np.int64], salt: int) -> Times:
    """``(n,)`` in 0..1: always the same for the same whole number and *salt*, and as good as random (SplitMix64)."""
    with np.errstate(over="ignore"):
        z = numbers.astype(np.uint64) * np.uint64(2) + np.uint64(1) + np.uint64(salt) * np.uint64(0x9E3779B97F4A7C15)
        z = (z + np.uint64(0x9E3779B97F4A7C15)) & np.uint64(0xFFFFFFFFFFFFFFFF)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    return (z >> np.uint64(11)).astype(np.float64) / float(1 << 53)
