"""What the sources of a Scene do in a stretch of time: a function of that time, of the grid and of what was heard."""

import math
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from app.engine.audio.grid import Beats
from app.engine.show.chain import Signal, followed
from app.engine.show.expression import parsed
from app.engine.show.generators import Follower, Lfo, Macro, Sequencer, Walk
from app.engine.show.routes import CONTROL_RATE, Route
from app.engine.show.show import Scene, Section
from app.engine.show.turning import Times, turned, turning

_GENERATORS = {"lfo": "lfos", "follow": "followers", "walk": "walks", "steps": "sequencers", "macro": "macros",
               "input": "inputs"}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Stretch:
    """Steps in a row: *t* in seconds, *beats* and *bars* counted from the first 1, and the *curves* that were heard."""

    t: Times
    beats: Times
    bars: Times
    curves: Mapping[str, Signal]
    sections: Sequence[Section] = ()

    @cached_property
    def counts(self) -> Times:
        """``(3, steps)``: seconds, beats and bars."""
        return np.array((self.t, self.beats, self.bars))


Maker = Callable[[Stretch], NDArray[np.floating]]


def whole_song(curves: Mapping[str, Signal], sections: Sequence[Section], grid: Beats, steps: int) -> Stretch:
    """The first *steps* of a song on *grid*; curves that are shorter hold their end."""
    t = np.arange(steps) / CONTROL_RATE
    numbers = np.arange(math.floor(grid.beat_at(0.0)), math.ceil(grid.beat_at(float(t[-1]))) + 1)
    beats = np.interp(t, [grid.time_of(float(n)) for n in numbers], numbers)
    long = {name: _fitted(np.asarray(curve, np.float32), steps) for name, curve in curves.items()}
    return Stretch(t, beats, beats / grid.beats_per_bar, long, sections)


def setting(scene: Scene, source: str) -> Lfo | Follower | Walk | Sequencer | Macro | None:
    """What *scene* says about *source*; None for one that it says nothing about."""
    kind, _, number = source.partition("_")
    settings: tuple[Lfo | Follower | Walk | Sequencer | Macro, ...] = getattr(scene, _GENERATORS.get(kind, ""), ())
    return settings[int(number) - 1] if number.isdigit() and 0 < int(number) <= len(settings) else None


def begins_with(scene: Scene, route: Route) -> Hashable:
    """All in *scene* that the source of *route* depends on, beside what was heard and the time."""
    names = [route.source, *sorted(parsed(route.expression).names if route.expression else ())]
    return tuple(setting(scene, name) for name in names)


class Sources:
    """Owns what the sources of *scene* do in one *stretch*, each computed once; *held* is where followers stand.

    After it was asked for a follower, *held* says where that one stands at the end of the stretch.
    """

    def __init__(self, scene: Scene, stretch: Stretch, held: dict[str, float]) -> None:
        self._scene, self._stretch, self._held = scene, stretch, held
        self._made: dict[str, Signal] = {}
        self._makers: dict[str, Maker] = {}

    def go_on(self, stretch: Stretch) -> None:
        """The steps that come after those before."""
        self._stretch = stretch
        self._made.clear()

    def of(self, route: Route) -> Signal:
        """``(steps,)`` in 0..1: what *route* begins with, its expression reckoned in."""
        x = self.named(route.source)
        if not route.expression:
            return x
        stretch = self._stretch
        counted = {"x": x, "t": stretch.t, "beats": stretch.beats, "bars": stretch.bars}
        return parsed(route.expression).values(
            lambda name: np.asarray(counted[name] if name in counted else self.named(name), np.float64), len(x)
        )

    def named(self, source: str) -> Signal:
        """``(steps,)`` in 0..1 of *source*; an unknown one is silent."""
        heard = self._stretch.curves.get(source)
        if heard is not None:
            return heard
        made = self._made.get(source)
        if made is None:
            if source not in self._makers:
                self._makers[source] = self._maker(source)
            made = self._made[source] = np.asarray(self._makers[source](self._stretch), np.float32)
        return made

    def _maker(self, source: str) -> Maker:
        """How *source* is made of a stretch."""
        found = setting(self._scene, source)
        if (turns := turning(source, found)) is not None:
            return lambda stretch: turned(turns, stretch.counts[turns.count])
        match found:
            case Follower() as follower:
                return lambda stretch: self._follower(source, follower, stretch)
            case Macro(value=value):
                return lambda stretch: np.full(len(stretch.t), value)
        return _section if source == "section" else lambda stretch: np.zeros(len(stretch.t), np.float32)

    def _follower(self, source: str, follower: Follower, stretch: Stretch) -> Signal:
        loud = stretch.curves.get(follower.source)
        if loud is None:
            return np.zeros(len(stretch.t), np.float32)
        loud = np.clip(loud * np.float32(follower.gain), 0.0, 1.0)
        y, self._held[source] = followed(loud, follower.attack, follower.release, self._held.get(source, 0.0))
        return y


def _fitted(curve: Signal, steps: int) -> Signal:
    if not len(curve):
        return np.zeros(steps, np.float32)
    return curve[:steps] if len(curve) >= steps else np.pad(curve, (0, steps - len(curve)), mode="edge")


def _section(stretch: Stretch) -> Times:
    if not stretch.sections:
        return np.zeros(len(stretch.t))
    labels = sorted({s.label for s in stretch.sections})
    levels = np.array([labels.index(s.label) / max(1, len(labels) - 1) for s in stretch.sections])
    at = np.searchsorted([s.start for s in stretch.sections], stretch.t, side="right") - 1
    return np.asarray(levels[np.clip(at, 0, len(levels) - 1)])
