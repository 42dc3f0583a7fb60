"""The Score: every destination baked over the whole song at control rate, so that any time can be asked for first."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from app.engine.show.routes import CONTROL_RATE, DESTINATIONS, Look, Route, owned_routes
from app.engine.show.show import Scene, Section

Signal = NDArray[np.float32]
NAMES = tuple(f.name for f in fields(Look))
BARS = {"bar": 1, "phrase": 8, "lfo": 4}
"""How many bars a turn of each lasts."""
RESTING_ENERGY = 0.6
"""The Energy at which depths act as they are written; more or less scales all of them."""


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
class Score:
    """*values* ``(steps, len(NAMES))`` float32, step i at i / 100 s."""

    values: Signal

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


def bake(scene: Scene, heard: Heard, sections: Sequence[Section], stops: NDArray[np.float64]) -> Score:
    """Bake *scene*'s routes over the song; *stops* are the times of the path's Points.

    Speed moves the picture between Points, never the Points: the way between two of them is shared out by speed, so
    that each is reached at its own time.
    """
    steps = math.ceil(heard.duration * CONTROL_RATE) + 1
    columns = columns_of(
        scene, steps, lambda route: route_signal(route, source_signal(route.source, heard, sections, steps))
    )
    columns["position"] = _position(columns["speed"], stops)
    values = np.stack([columns[name] for name in NAMES], axis=1).astype(np.float32)
    values.setflags(write=False)
    return Score(values)


def columns_of(scene: Scene, steps: int, signal: Callable[[Route], Signal]) -> dict[str, Signal]:
    """``(steps,)`` of every destination of *scene*; *signal* is what a route makes of its source before depth."""
    resting = {
        "psi": scene.react.truncation, "wander": scene.react.randomness,
        **{f.name: getattr(scene.finish, f.name) for f in fields(scene.finish) if f.name in DESTINATIONS},
    }  # fmt: skip
    columns = {n: np.full(steps, resting.get(n, d.default), np.float32) for n, d in DESTINATIONS.items()}
    energy = scene.react.energy / RESTING_ENERGY
    for route in (*owned_routes(scene.react), *scene.routes):
        if route.on and route.destination in columns:
            columns[route.destination] = _apply(route, columns[route.destination], signal(route), energy)
    for name, column in columns.items():
        meta = DESTINATIONS[name].metadata
        np.clip(column, meta["lo"], meta["hi"], out=column)
    return columns


def source_signal(source: str, heard: Heard, sections: Sequence[Section], steps: int) -> Signal:
    """``(steps,)`` in 0..1 of the source called *source*; an unknown one is silent."""
    if source in heard.curves:
        curve = np.asarray(heard.curves[source], np.float32)
        return (
            np.pad(curve[:steps], (0, max(0, steps - len(curve))), mode="edge")
            if len(curve)
            else np.zeros(steps, np.float32)
        )
    t = np.arange(steps) / CONTROL_RATE
    if source == "beat":
        return (
            np.asarray(1.0 - _phase(t, heard.beats), np.float32)
            if len(heard.beats) > 1
            else np.zeros(steps, np.float32)
        )
    if source in BARS:
        return bar_signal(source, t, heard.downbeats)
    if source == "section" and sections:
        labels = sorted({s.label for s in sections})
        levels = [labels.index(s.label) / max(1, len(labels) - 1) for s in sections]
        at = np.searchsorted([s.start for s in sections], t, side="right") - 1
        return np.asarray(levels, np.float32)[np.clip(at, 0, len(sections) - 1)]
    if source == "walk":
        knots = np.random.default_rng(1).random(int(steps / CONTROL_RATE) + 3)
        return np.asarray(np.interp(t, np.arange(len(knots)), knots), np.float32)
    return np.zeros(steps, np.float32)


def bar_signal(source: str, t: NDArray[np.float64], downbeats: NDArray[np.float64]) -> Signal:
    """bar, phrase or lfo at the times *t*; bars of two seconds where none are known."""
    bars = BARS[source]
    phase = _phase(t, downbeats[::bars]) if len(downbeats) > 1 else (t / (2.0 * bars)) % 1.0
    return np.asarray(0.5 - 0.5 * np.cos(2 * np.pi * phase) if source == "lfo" else phase, np.float32)


def _phase(t: NDArray[np.float64], marks: NDArray[np.float64]) -> NDArray[np.float64]:
    """0..1 between neighbouring *marks*; outside them the first and last spacing goes on."""
    if len(marks) < 2:
        return np.zeros_like(t)
    first, last = marks[1] - marks[0], marks[-1] - marks[-2]
    before = max(0, math.ceil(marks[0] / first)) if first > 0 else 0
    after = max(0, math.ceil((t[-1] - marks[-1]) / last)) + 1 if last > 0 else 1
    grid = np.concatenate(
        [marks[0] - first * np.arange(before, 0, -1), marks, marks[-1] + last * np.arange(1, after + 1)]
    )
    return np.asarray(np.interp(t, grid, np.arange(len(grid))) % 1.0)


def route_signal(route: Route, x: Signal) -> Signal:
    """What *route* makes of its source before depth: range and gate, gain, attack and release, curve, inversion."""
    return followed_signal(route, x, 0.0)[0]


def followed_signal(route: Route, x: Signal, held: float) -> tuple[Signal, float]:
    """As route_signal, for a stretch before which the envelope stood at *held*; and where it stands now."""
    span = max(route.hi - route.lo, 1e-6)
    y = np.clip((x - np.float32(route.lo)) / np.float32(span), 0.0, 1.0) * np.float32(route.gain)
    y, held = _follow(y, route.attack, route.release, held)
    y = np.clip(y, 0.0, 4.0)
    if route.curve == "exponential":
        y = y * y
    elif route.curve == "logarithmic":
        y = np.sqrt(y)
    elif route.curve == "s":
        y = np.clip(y, 0.0, 1.0)
        y = y * y * (3.0 - 2.0 * y)
    return np.asarray(1.0 - y if route.invert else y, np.float32), held


def _follow(x: Signal, attack: float, release: float, held: float) -> tuple[Signal, float]:
    """An envelope follower: one pole of time constant *attack* on the way up, *release* on the way down, in seconds."""
    up, down = (1.0 - math.exp(-1.0 / (CONTROL_RATE * tau)) if tau > 1e-4 else 1.0 for tau in (attack, release))
    if up == down == 1.0:
        return x, held
    y = []
    for target in x.tolist():
        held += (up if target > held else down) * (target - held)
        y.append(held)
    return np.asarray(y, np.float32), held


def _apply(route: Route, base: Signal, x: Signal, energy: float) -> Signal:
    reach = np.float32(DESTINATIONS[route.destination].metadata["reach"] * route.depth * energy)
    if route.mode == "multiply":
        return base * (1.0 + x * reach)
    if route.mode == "replace":
        return np.asarray(x * reach, np.float32)
    return base + x * reach


def _position(speed: Signal, stops: NDArray[np.float64]) -> Signal:
    """Seconds along the path: the integral of *speed*, stretched so that every stop is reached at its own time."""
    t = np.arange(len(speed)) / CONTROL_RATE
    gone = np.concatenate([[0.0], np.cumsum(speed[1:].astype(np.float64) / CONTROL_RATE)])
    knots = np.unique(np.clip(np.concatenate([[0.0], stops, [t[-1]]]), 0.0, t[-1]))
    if len(knots) < 2:
        return np.asarray(t, np.float32)
    return np.asarray(np.interp(gone, np.interp(knots, t, gone), knots), np.float32)
