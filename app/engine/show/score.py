"""The Score: every destination baked over the whole song at control rate, so that any time can be asked for first."""

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from app.engine.audio.grid import Beats, song_grid
from app.engine.show.chain import Signal, route_signal
from app.engine.show.mixing import ALL, Mixing, playing_routes, resting
from app.engine.show.moved import moved
from app.engine.show.routes import CONTROL_RATE, Look, Route
from app.engine.show.show import Scene, Section
from app.engine.show.stretch import Sources, Stretch, begins_with, whole_song
from app.engine.show.within import Found, Within, within

NAMES = tuple(f.name for f in fields(Look))
Given = Mapping[int, tuple[Hashable, Signal]]
"""Row of a route -> what it depends on, and what it gives."""
_AT_ONCE = 1 << 12
"""Steps that are mixed in one go: few enough to stay in a core's cache."""
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
    """What routes made of *stretch*, and all of them of each destination, by all that it depends on.

    An edit of one need not compute the others again.
    """

    heard: Heard
    grid: Beats | None
    stretch: Stretch
    signals: Mapping[Hashable, Signal]
    made: Mapping[str, Hashable]
    stops: NDArray[np.float64]
    values: Signal
    within: tuple[Hashable, Found] | None = None


@dataclass(frozen=True, eq=False)
class Score:
    """*values* ``(steps, len(NAMES))`` float32, step i at i / 100 s.

    *inside*: where sources and routes stood that others move.
    """

    values: Signal
    kept: Kept | None = field(default=None, repr=False)
    inside: Mapping[str, Signal] = field(default_factory=dict, repr=False)

    def at(self, t: float) -> Look:
        """Every destination at *t* seconds, linear between steps; the ends hold."""
        last = len(self.values) - 1
        x = min(max(t * CONTROL_RATE, 0.0), float(last))
        i = min(int(x), max(last - 1, 0))
        u = np.float64(x - i)
        row = self.values[i] * (1.0 - u) + self.values[min(i + 1, last)] * u
        return Look(*row.tolist())

    def curve(self, name: str) -> Signal:
        """``(steps,)`` of one destination; of a knob that nothing moves, 0."""
        if name in NAMES:
            return self.values[:, NAMES.index(name)]
        return self.inside.get(name, np.zeros(len(self.values), np.float32))

    def inside_at(self, name: str, t: float) -> float | None:
        """Where the knob or source *name* stood at *t* seconds; None where nothing moves it."""
        curve = self.inside.get(name)
        return None if curve is None else float(curve[min(max(round(t * CONTROL_RATE), 0), len(curve) - 1)])


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
    inner = within(scene)
    routes = playing_routes(scene) if inner is None else inner.routes
    stretch, old = _ground(heard, tuple(sections), before)
    inside = None if inner is None else _inside(scene, inner, stretch, old)
    given: Given = {}
    if inner is not None and inside is not None:
        given = {i: ((inside[0], i), row) for i, row in zip(inner.reached, inside[1].rows, strict=True)}
    signals, keys = _signals(scene, routes, (stretch, old), given)
    made = _made_of(scene, routes, keys)
    values = np.empty((len(stretch.t), len(NAMES)), np.float32) if old is None else old.values.copy()
    ends = [end for end in ALL if old is None or old.made[end] != made[end]]
    if ends:  # a row of all is written faster than many columns
        some = sorted({*ends, "energy"}, key=ALL.index)
        _mix(scene, routes, signals, some if 2 * len(some) < len(ALL) else ALL, values)
    if old is None or not np.array_equal(old.stops, stops) or {"speed", "shift"} & set(ends):
        values[:, 0] = _position(values[:, NAMES.index("speed")], stops) + values[:, NAMES.index("shift")]
    values.setflags(write=False)
    found = dict(zip(keys, signals, strict=True))
    size = sum(signal.nbytes for signal in found.values())
    kept = Kept(heard, before.grid, stretch, found, made, stops, values, inside) if size <= _KEPT else None
    curves = {} if inside is None else inside[1].inside
    return Score(values, kept, {name: np.asarray(curve, np.float32) for name, curve in curves.items()})


def _mix(scene: Scene, routes: Sequence[Route], signals: Sequence[Signal], ends: Sequence[str], values: Signal) -> None:
    """What *signals* of *routes* make of *ends*, written where it stands in *values*."""
    acting = [(r, s) for r, s in zip(routes, signals, strict=True) if r.destination in ends]
    mixing, at = Mixing(scene, [route for route, _ in acting], ends), [NAMES.index(end) for end in ends]
    for first in range(0, len(values), _AT_ONCE):
        last = min(first + _AT_ONCE, len(values))
        y = np.stack([s[first:last] for _, s in acting]) if acting else np.zeros((0, last - first), np.float32)
        mixed = mixing.columns(y)
        if len(ends) == len(ALL):
            values[first:last, 1:] = mixed.T
            continue
        for column, row in zip(at, mixed, strict=True):
            values[first:last, column] = row


def _made_of(scene: Scene, routes: Sequence[Route], keys: Sequence[Hashable]) -> dict[str, Hashable]:
    """All that each destination depends on."""
    acts: dict[str, list[Hashable]] = {end: [] for end in ALL}
    for route, key in zip(routes, keys, strict=True):
        acts[route.destination].append((key, route.depth, route.mode))
    rest = resting(scene)
    scale = rest["energy"], tuple(acts["energy"])
    return {end: (rest[end], tuple(acts[end]), scale if acts[end] else None) for end in ALL}


def followed_by(route: Route, scene: Scene) -> Hashable:
    """All that what is smoothed of *route* in *scene* depends on, beside what is heard: the same is the same."""
    unbent = replace(
        route, destination="", depth=0.0, mode="add", solo=False, curve="linear", invert=False, frozen=None
    )
    return unbent, begins_with(scene, route)


def song_stretch(heard: Heard, sections: Sequence[Section], grid: Beats | None = None) -> Stretch:
    """The whole song, as sources see it."""
    steps = math.ceil(heard.duration * CONTROL_RATE) + 1
    return whole_song(heard.curves, sections, grid or song_grid(heard.beats, heard.downbeats), steps)


def _ground(heard: Heard, sections: tuple[Section, ...], before: Before) -> tuple[Stretch, Kept | None]:
    """What is baked over, and what is kept from *before* where it is the same."""
    old = before.score.kept if isinstance(before.score, Score) else None
    if old is None or not (_same(old.heard, heard) and old.grid is before.grid and old.stretch.sections == sections):
        return song_stretch(heard, sections, before.grid), None
    return old.stretch, old


def _inside(scene: Scene, inner: Within, stretch: Stretch, old: Kept | None) -> tuple[Hashable, Found]:
    """What happens within the modulation over the whole song, from *old* where nothing has changed about it."""
    key = inner.key
    if old is not None and old.within is not None and old.within[0] == key:
        return old.within
    sources = Sources(scene, stretch, {})
    given = {name: np.asarray(sources.named(name), np.float64) for name in inner.needs}
    return key, inner.run(stretch.counts, given)


def _signals(
    scene: Scene, routes: Sequence[Route], ground: tuple[Stretch, Kept | None], given: Given
) -> tuple[list[Signal], list[Hashable]]:
    """What each route gives before depth, from what is kept where nothing has changed about it, and what it depends on.

    Of some both are *given*.
    """
    stretch, old = ground
    sources, turned = Sources(scene, stretch, {}), moved(scene, routes)
    found: dict[Hashable, Signal] = {}
    keys: list[Hashable] = []
    for i, route in enumerate(routes):
        key: Hashable = replace(route, destination="", depth=0.0, mode="add", solo=False), begins_with(scene, route)
        if i in given:
            key = given[i][0]
            found[key] = given[i][1]
        keys.append(key)
        if key not in found and (turned is None or i not in turned.owned):
            known = old.signals.get(key) if old is not None else None
            found[key] = route_signal(route, sources.of(route)) if known is None else known
    if turned is not None:
        acts = tuple((keys[i], replace(routes[i], source="")) for i in turned.movers)
        for i in turned.owned:
            keys[i] = keys[i], scene.react, acts
        known_all = old.signals if old is not None else {}
        if any(keys[i] not in known_all for i in turned.owned):
            x = np.stack([sources.of(routes[i]) for i in turned.owned])
            y = np.stack([found[keys[i]] for i in turned.movers])
            known_all = dict(zip([keys[i] for i in turned.owned], turned.run(x, y, np.zeros(len(x)))[0], strict=True))
        found.update({keys[i]: known_all[keys[i]] for i in turned.owned})
    return [found[key] for key in keys], keys


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
