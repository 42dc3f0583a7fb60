"""Grids: where the beats lie, in seconds of song time or of what is heard, before, between and after those known."""

import math
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Times = NDArray[np.float64]

BPM_RANGE = (20.0, 300.0)
BEATS_PER_BAR = 4
BARS_PER_PHRASE = 8
_NEAR = 8
"""Spacings at an end of a song that say how its grid goes on there."""
_UNKNOWN_BAR = 2.0
_JUST = 1e-6
"""Beats within which a time counts as being on a mark already."""


class Beats(Protocol):
    """What a grid can be asked. Beats are counted from 0 at the first 1, in fractions, negative before it."""

    @property
    def confidence(self) -> float: ...
    @property
    def source(self) -> str: ...
    @property
    def beats_per_bar(self) -> int: ...
    @property
    def resynced(self) -> int: ...
    def bpm_at(self, t: float) -> float: ...
    def beat_at(self, t: float) -> float: ...
    def time_of(self, beat: float) -> float: ...
    def next(self, t: float, beats: float) -> float: ...


@dataclass(frozen=True, slots=True)
class Grid:
    """A steady tempo: beat 0, a 1, is at *anchor* seconds. *source* says who found it, *confidence* how sure it is.

    *resynced* is how many times a hand has said where the bars are counted from.
    """

    anchor: float = 0.0
    bpm: float = 120.0
    confidence: float = 1.0
    source: str = "none"
    beats_per_bar: int = BEATS_PER_BAR
    resynced: int = 0

    def bpm_at(self, t: float) -> float:
        """Beats a minute at *t* seconds: always the same."""
        return self.bpm

    def beat_at(self, t: float) -> float:
        """Beats since the anchor at *t* seconds."""
        return (t - self.anchor) * self.bpm / 60.0

    def time_of(self, beat: float) -> float:
        """Seconds at which *beat* is."""
        return self.anchor + beat * 60.0 / self.bpm

    def next(self, t: float, beats: float) -> float:
        """The next time strictly after *t* that is a multiple of *beats* (4 is a bar, 0.5 half a beat)."""
        return _next(self, t, beats)

    def moved(self, seconds: float) -> "Grid":
        """The same tempo, each beat *seconds* later."""
        return replace(self, anchor=self.anchor + seconds)

    def at_tempo(self, bpm: float, t: float) -> "Grid":
        """Another tempo from *t* seconds on, where the beat goes on without a jump."""
        bpm = min(max(bpm, BPM_RANGE[0]), BPM_RANGE[1])
        return replace(self, bpm=bpm, anchor=t - self.beat_at(t) * 60.0 / bpm)


@dataclass(frozen=True, eq=False)
class SongGrid:
    """The beats of a song at *beats* seconds (rising, at least two); its first 1 is at beat number *first*.

    Before the first beat and after the last the spacing found near that end goes on.
    """

    beats: Times
    first: int = 0
    confidence: float = 1.0
    source: str = "song"
    beats_per_bar: int = BEATS_PER_BAR
    resynced: int = 0

    def bpm_at(self, t: float) -> float:
        """Beats a minute round *t* seconds, over a bar to each side."""
        middle = int(np.searchsorted(self.beats, t))
        near = self.beats[max(0, middle - self.beats_per_bar) : middle + self.beats_per_bar + 1]
        near = near if len(near) > 1 else self.beats[-2:] if middle else self.beats[:2]
        return 60.0 * (len(near) - 1) / float(near[-1] - near[0])

    def beat_at(self, t: float) -> float:
        """Beats since the first 1 at *t* seconds."""
        beats, last = self.beats, len(self.beats) - 1
        if t <= beats[0]:
            number = (t - float(beats[0])) / self._spacing(0, _NEAR)
        elif t >= beats[-1]:
            number = last + (t - float(beats[-1])) / self._spacing(-_NEAR, None)
        else:
            number = float(np.interp(t, beats, np.arange(len(beats))))
        return number - self.first

    def time_of(self, beat: float) -> float:
        """Seconds at which *beat*, counted from the first 1, is."""
        number, last = beat + self.first, len(self.beats) - 1
        if number <= 0:
            return float(self.beats[0]) + number * self._spacing(0, _NEAR)
        if number >= last:
            return float(self.beats[-1]) + (number - last) * self._spacing(-_NEAR, None)
        return float(np.interp(number, np.arange(len(self.beats)), self.beats))

    def next(self, t: float, beats: float) -> float:
        """The next time strictly after *t* that is a multiple of *beats* (4 is a bar, 0.5 half a beat)."""
        return _next(self, t, beats)

    def _spacing(self, first: int, last: int | None) -> float:
        return float(np.median(np.diff(self.beats)[first:last]))


UNKNOWN = Grid(confidence=0.0)
"""What counts where nobody knows the tempo: 120 beats a minute from the start."""


def song_grid(beats: Times, downbeats: Times, confidence: float = 1.0) -> SongGrid | Grid:
    """The grid of a FeatureTrack's beats and downbeats; UNKNOWN where it has none."""
    if len(beats) < 2:
        return UNKNOWN
    first = int(np.searchsorted(beats, downbeats[0] - 1e-3)) if len(downbeats) else 0
    return SongGrid(beats, first, confidence)


def bar_lines(downbeats: Times, end: float) -> Times:
    """Where bars begin in a song that ends at *end* seconds: those known, and on as far apart before and after them.

    Two seconds each where none are known.
    """
    known = downbeats if len(downbeats) > 1 else np.array([0.0, _UNKNOWN_BAR])
    bar = float(np.median(np.diff(known)))
    before, after = np.arange(known[0] - bar, 0.0, -bar)[::-1], np.arange(known[-1] + bar, end, bar)
    return np.concatenate([before, known, after])


def _next(grid: Beats, t: float, beats: float) -> float:
    number = math.floor(grid.beat_at(t) / beats + _JUST) + 1
    due = grid.time_of(number * beats)
    return due if due > t else grid.time_of((number + 1) * beats)
