"""When a Scene that was launched begins, how long it glides, and which one comes after it by itself."""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass

from app.engine.audio.grid import Beats
from app.engine.show.show import Scene, Section

QUANTA = ("off", "1/4", "1/2", "1", "2", "4", "8", "section")
"""What a launch waits for: nothing, a part of a bar, so many bars, or the next part of the song."""
LONGEST_GLIDE = 32.0
"""Beats."""
LONGEST_CYCLE = 64
"""Bars."""
_AHEAD = 2.0
"""Beats before its time that what comes by itself is queued, so that hands can still say otherwise."""


@dataclass(frozen=True, slots=True)
class Queued:
    """A Scene that waits for its time: *asked_at* and *due* in seconds of the song."""

    row: int
    asked_at: float
    due: float


@dataclass(frozen=True, slots=True)
class Time:
    """Where the music stands: *t* seconds, the beats, the parts of the song and the range that is looped."""

    t: float
    grid: Beats
    sections: Sequence[Section] = ()
    loop: tuple[float, float] | None = None

    def bars(self, count: float) -> float:
        """*count* bars in beats."""
        return count * self.grid.beats_per_bar

    def next(self, beats: float) -> float:
        """The next time that is a multiple of *beats*; where the loop ends before it, the loop's start comes first."""
        return self._looped(self.grid.next(self.t, beats))

    def next_section(self) -> float:
        """Where the next part of the song begins; the next bar where no part comes any more."""
        starts = [s.start for s in self.sections if s.start > self.t]
        return self._looped(min(starts)) if starts else self.next(self.bars(1))

    def _looped(self, due: float) -> float:
        inside = self.loop is not None and self.loop[0] <= self.t < self.loop[1]
        return self.loop[0] if self.loop is not None and inside and due >= self.loop[1] else due


class Launcher:
    """Owns how launches are timed. No thread of its own: it is asked."""

    def __init__(self, chance: random.Random | None = None) -> None:
        self.quantum, self.glide, self.keep_position = "off", 0.0, False
        self.auto_cycle, self.hold = 0, False
        self._chance = chance or random.Random()

    def due(self, scene: Scene, time: Time) -> float:
        """When *scene* begins that is launched now."""
        quantum = scene.quantum or self.quantum
        if quantum == "off":
            return time.t
        if quantum == "section":
            return time.next_section()
        return time.next(time.bars({"1/4": 0.25, "1/2": 0.5}.get(quantum) or float(quantum)))

    def glide_seconds(self, due: float, time: Time) -> float:
        """How long what begins at *due* takes to come in."""
        return time.grid.time_of(time.grid.beat_at(due) + self.glide) - due if self.glide else 0.0

    def follower(self, scenes: Sequence[Scene], playing: int, since: float, time: Time) -> Queued | None:
        """What comes after the Scene *playing* by itself, when its time is near; it plays *since* that second."""
        scene = scenes[playing]
        then, bars = (scene.then, scene.then_bars) if scene.then else ("next", self.auto_cycle)
        if self.hold or bars <= 0 or len(scenes) < 2:
            return None
        row = self._row(then, len(scenes), playing)
        due = self._follows(bars, since, time, by_scene=bool(scene.then))
        near = time.grid.beat_at(due) - time.grid.beat_at(time.t) <= _AHEAD
        return Queued(row, time.t, due) if near and row != playing else None

    def _follows(self, bars: int, since: float, time: Time, *, by_scene: bool) -> float:
        """The end of the *bars* that it plays: counted from its own first bar, or from the start of the song."""
        grid, length = time.grid, time.bars(bars)
        if not by_scene:
            return grid.next(time.t, length)
        bar = time.bars(1)
        began = math.floor(grid.beat_at(since) / bar + 0.5) * bar
        gone = math.floor((grid.beat_at(time.t) - began) / length + 1e-6)
        return grid.time_of(began + length * (max(0, gone) + 1))

    def _row(self, then: str, count: int, playing: int) -> int:
        if then == "first":
            return 0
        if then == "random":
            return (playing + self._chance.randrange(1, count)) % count
        return (playing + 1) % count


def offset_of(before: tuple[float, float, float], after: tuple[float, float, float]) -> float:
    """How far ahead the next path begins where it keeps the place of the one *before*.

    Each is (where it stands, its first time, its last time) in seconds along it: the share of the way is kept.
    """
    at, first, last = before
    share = (at - first) / (last - first) if last > first else 0.0
    stands, start, end = after
    return start + share * (end - start) - stands
