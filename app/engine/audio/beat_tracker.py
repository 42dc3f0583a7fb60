"""The BeatTracker: beats and bars of what is heard live, as a Grid that never jumps."""

import math

import numpy as np
from numpy.typing import NDArray

from app.engine.audio.beat_filter import LIKED, BeatFilter, Pointer
from app.engine.audio.features import CURVES
from app.engine.audio.grid import BEATS_PER_BAR, Grid
from app.engine.audio.spectra import Floats
from app.engine.show.routes import CONTROL_RATE

HELD = 0.45
"""Below this confidence the grid runs on as it was."""

_NAMES, _WEIGHT = ("onset", "kick", "snare"), np.array([0.7, 0.5, 0.3])
_COLUMNS = [CURVES.index(name) for name in _NAMES]
_PHASE_GAIN, _RATE_GAIN, _MOST = 0.03, 0.003, 0.1  # how fast the grid is drawn to what is heard, and the most of it
_FAR, _LEAP = 0.02, 0.02  # where another tempo is heard, the share of the way to it that each step goes
_LOUD, _FORGOTTEN = 0.12, 0.8  # an onset as strong as this is listened to; seconds until 1 / e is left of it
_FADE = math.exp(-1 / (_FORGOTTEN * CONTROL_RATE))
_CALM = 0.3  # seconds over which confidence is averaged
_CLOCK_GAIN, _STEADY = 0.03, 2.0  # how fast a steady clock is drawn to the pointer; seconds that tell how steady it is
_BARS = 0.94  # what each beat leaves of what was known of the bar: eight bars and more count
_ON_BEAT = 0.2  # beats to each side in which a stroke belongs to it
_HALF_BAR = BEATS_PER_BAR // 2
_SURE, _LEAST = 1.25, 0.5  # how much better another beat has to do as the 1, and how well at all


class BeatTracker:
    """Owns the beat of one input (the ear's thread). *grid* is one value, for any thread to read.

    Until a beat was *found* for the first time the grid says nothing.
    """

    def __init__(self, first: int = 0) -> None:
        self._step = first
        self._filter = BeatFilter()
        self._before = np.zeros(len(_NAMES))
        self._beat, self._rate = 0.0, LIKED / (60 * CONTROL_RATE)
        self._confidence = self._heard = self._clock = self._steady = 0.0
        self.found = self._bars_kept = False
        self._strokes = np.zeros(BEATS_PER_BAR)  # kick less snare on each beat of a bar
        self._first = 0  # which of them is the 1
        self._stroke = 0.0
        self.grid = self._newest()

    def push(self, rows: Floats) -> Grid:
        """*rows* ``(n, len(CURVES))`` of LiveFeatures go on from the last; the grid at the newest of them."""
        for row in rows[:, _COLUMNS].astype(np.float64):
            self._hear(row)
            self._step += 1
        if len(rows):
            self.grid = self._newest()
        return self.grid

    def keep_bars(self) -> None:
        """The 1 stays where it is: a hand has set it."""
        self._bars_kept = True

    def _hear(self, row: NDArray[np.float64]) -> None:
        rise = np.append(row[0], np.maximum(row[1:] - self._before[1:], 0))  # a drum falls off: where it rises counts
        self._before = row
        onset = float(min(rise @ _WEIGHT, 1.0))
        self._heard = max(onset, self._heard * _FADE)
        trust = min(self._heard / _LOUD, 1.0) ** 2
        pointer = self._filter.step(onset, trust)
        steady = self._steadiness(pointer)
        self._confidence += (pointer.certainty * trust * steady - self._confidence) / (_CALM * CONTROL_RATE)
        nearest = math.floor(self._beat + 0.5)
        self._beat += self._rate
        self.found = self.found or self._confidence >= HELD
        if self._confidence >= HELD or not self.found:
            self._follow(pointer.phase, pointer.rate)
        self._count_bar(nearest, float(rise[1] - rise[2]))

    def _steadiness(self, pointer: Pointer) -> float:
        """0..1: whether the pointer runs on as a clock does, or leaps from one reading to another."""
        self._clock += pointer.rate
        away = (pointer.phase - self._clock + 0.5) % 1.0 - 0.5
        self._clock += _CLOCK_GAIN * away
        self._steady += (math.cos(2 * math.pi * away) - self._steady) / (_STEADY * CONTROL_RATE)
        return max(self._steady, 0.0) ** 3

    def _follow(self, phase: float, rate: float) -> None:
        """Draws the grid towards what is heard, so slowly that no beat is skipped or told twice."""
        if abs(self._rate / rate - 1) > _FAR:
            self._rate += (rate - self._rate) * _LEAP
        away = (phase - self._beat + 0.5) % 1.0 - 0.5
        gain = self._confidence * away
        most = _MOST * self._rate
        self._beat += min(max(_PHASE_GAIN * gain, -most), most)
        self._rate += _RATE_GAIN * gain * self._rate

    def _count_bar(self, nearest: int, stroke: float) -> None:
        """A kick marks the 1 and a snare does not: whichever beat of four has most of it over the last bars."""
        if abs(self._beat - nearest) < _ON_BEAT and abs(stroke) > abs(self._stroke):
            self._stroke = stroke
        if math.floor(self._beat + 0.5) == nearest:
            return
        self._strokes *= _BARS
        self._strokes[nearest % BEATS_PER_BAR] += self._stroke
        self._stroke = 0.0
        best, now = int(np.argmax(self._strokes)), self._first % BEATS_PER_BAR
        if not self._bars_kept and self._strokes[best] > max(_SURE * self._strokes[now], _LEAST):
            self._first += (best - now + _HALF_BAR) % BEATS_PER_BAR - _HALF_BAR  # the shorter way

    def _newest(self) -> Grid:
        t = (self._step - 1) / CONTROL_RATE
        bpm = self._rate * 60 * CONTROL_RATE
        anchor = t - (self._beat - self._first) * 60 / bpm
        return Grid(anchor, bpm, round(self._confidence, 3), "heard")
