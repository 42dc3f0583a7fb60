"""The Score: every destination baked over the whole song at control rate, so that any time can be asked for first."""

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from app.engine.audio.grid import Beats, song_grid
from app.engine.show.chain import Signal, route_signal
from app.engine.show.mixing import Mixing, playing_routes
from app.engine.show.routes import CONTROL_RATE, Look, Route
from app.engine.show.show import Scene, Section
from app.engine.show.stretch import Sources, Stretch, begins_with, whole_song

NAMES = tuple(f.name for f in fields(Look))
_AT_ONCE = 1 << 15
"""Steps that are mixed in one go, which bounds the memory that takes."""
_KEPT = 48 << 20
"""Bytes of routes that a Score keeps for the next one."""


class Heard(Protocol):
    """What a Score needs of a FeatureTrack."""

    @property
    def curves(self) -> Mapping[str, Signal]: ...
    @property
    def beats(self) -> NDArray[np.float64]: ...
    @property
    def downbeats(self) -> NDArray[np.float64]: ...
    @property
    def duration(self) -> float: ...


@dataclass(frozen=True, eq=False)
class Kept:
    """What routes made of *stretch*, by all that it depends on: an edit of one need not compute the others again."""

    heard: Heard
    grid: Beats | None
    stretch: Stretch
    signals: Mapping[Hashable, Signal]


@dataclass(frozen=True, eq=False)
class Score:
    """*values* ``(steps, len(NAMES))`` float32, step i at i / 100 s."""

    values: Signal
    kept: Kept | None = field(default=None, repr=False)

    def at(self, t: float) -> Look:
        """Every destination at *t* seconds, linear between steps; the ends hold."""
        last = len(self.values) - 1
        x = min(max(t * CONTROL_RATE, 0.0), float(last))
        i = min(int(x), max(last - 1, 0))
        u = np.float64(x - i)
        row = self.values[i] * (1.0 - u) + self.values[min(i + 1, last)] * u
        return Look(*row.tolist())

    def curve(self, name: str) -> Signal:
        """``(steps,)`` of one destination."""
        return self.values[:, NAMES.index(name)]


@dataclass(frozen=True, slots=True)
class Before:
    """What may be known already: the *grid* after hands corrected it, and a Score that was baked *before*."""

    grid: Beats | None = None
    score: object = None


def bake(
    scene: Scene, heard: Heard, sections: Sequence[Section], stops: NDArray[np.float64], before: Before | None = None
) -> Score:
    """Bake *scene*'s routes over the song; *stops* are the times of the path's Points.

    Speed moves the picture between Points, never the Points: the way between two of them is shared out by speed, so
    that each is reached at its own time.
    """
    before = before or Before()
    routes = playing_routes(scene)
    signals, kept = _signals(scene, routes, heard, tuple(sections), before)
    steps = len(kept.stretch.t)
    values, mixing = np.empty((steps, len(NAMES)), np.float32), Mixing(scene, routes)
    for first in range(0, steps, _AT_ONCE):
        last = min(first + _AT_ONCE, steps)
        y = np.stack([s[first:last] for s in signals]) if signals else np.zeros((0, last - first), np.float32)
        values[first:last, 1:] = mixing.columns(y).T
    values[:, 0] = _position(values[:, NAMES.index("speed")], stops) + values[:, NAMES.index("shift")]
    values.setflags(write=False)
    size = sum(signal.nbytes for signal in kept.signals.values())
    return Score(values, kept if size <= _KEPT else None)


def song_stretch(heard: Heard, sections: Sequence[Section], grid: Beats | None = None) -> Stretch:
    """The whole song, as sources see it."""
    steps = math.ceil(heard.duration * CONTROL_RATE) + 1
    return whole_song(heard.curves, sections, grid or song_grid(heard.beats, heard.downbeats), steps)


def _signals(
    scene: Scene, routes: Sequence[Route], heard: Heard, sections: tuple[Section, ...], before: Before
) -> tuple[list[Signal], Kept]:
    """What each route gives before depth, from *before* where nothing has changed about it."""
    old = before.score.kept if isinstance(before.score, Score) else None
    if old is not None and not (
        _same(old.heard, heard) and old.grid is before.grid and old.stretch.sections == sections
    ):
        old = None
    stretch = old.stretch if old is not None else song_stretch(heard, sections, before.grid)
    sources = Sources(scene, stretch, {})
    known: Mapping[Hashable, Signal] = old.signals if old is not None else {}
    found: dict[Hashable, Signal] = {}
    signals = []
    for route in routes:
        key = replace(route, destination="", depth=0.0, mode="add", solo=False), begins_with(scene, route)
        if key not in found:
            found[key] = known[key] if key in known else route_signal(route, sources.of(route))
        signals.append(found[key])
    return signals, Kept(heard, before.grid, stretch, found)


def _same(one: Heard, other: Heard) -> bool:
    return one is other or (
        one.curves is other.curves
        and np.array_equal(one.beats, other.beats)
        and np.array_equal(one.downbeats, other.downbeats)
    )


def _position(speed: Signal, stops: NDArray[np.float64]) -> Signal:
    """Seconds along the path: the integral of *speed*, stretched so that every stop is reached at its own time."""
    t = np.arange(len(speed)) / CONTROL_RATE
    gone = np.concatenate([[0.0], np.cumsum(speed[1:].astype(np.float64) / CONTROL_RATE)])
    knots = np.unique(np.clip(np.concatenate([[0.0], stops, [t[-1]]]), 0.0, t[-1]))
    if len(knots) < 2:
        return np.asarray(t, np.float32)
    return np.asarray(np.interp(gone, np.interp(knots, t, gone), knots), np.float32)
