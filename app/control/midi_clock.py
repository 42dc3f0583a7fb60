"""MIDI clock: tempo and place in the bar out of 24 messages a beat, however unevenly they come."""

from collections import deque

import numpy as np
from numpy.typing import NDArray

from app.engine.audio.grid import BPM_RANGE

KINDS = ("clock", "start", "continue", "stop", "songpos")
"""What MIDI calls the messages that are listened to."""
PER_BEAT = 24

_LONG, _SHORT = 8 * PER_BEAT, 2 * PER_BEAT  # clocks a line is drawn through; fewer where the tempo has just changed
_NEW_TEMPO = 0.004  # seconds that the last beat may stray from the line
_GONE = 1.0  # seconds without a clock after which there is none
_SIXTEENTH = 6  # clocks


class MidiClock:
    """Owns the last clocks of the one device that sends them. Ports call *hear* on their threads, the window *at*."""

    def __init__(self) -> None:
        self._clocks: deque[tuple[int, float]] = deque(maxlen=_LONG)  # number since the start, and wall time
        self._count = 0
        self._device = ""

    def hear(self, device: str, kind: str, wall: float, place: int = 0) -> None:
        """*device* said *kind* at *wall* seconds; *place* in sixteenths comes with songpos."""
        if not self._mine(device, wall):
            return
        if kind == "clock":
            self._clocks.append((self._count, wall))
            self._count += 1
        elif kind == "start":
            self._begin(0)
        elif kind == "songpos":
            self._begin(place * _SIXTEENTH)

    def at(self, wall: float) -> tuple[float, float] | None:
        """Beat and bpm at *wall* seconds; None while no clock runs."""
        clocks = list(self._clocks)
        if len(clocks) < PER_BEAT or wall - clocks[-1][1] > _GONE:
            return None
        numbers, times = np.array(clocks).T
        slope, first = _line(numbers, times)
        newest = slice(-PER_BEAT, None)
        if abs(np.mean(times[newest] - first - slope * numbers[newest])) > _NEW_TEMPO:
            slope, first = _line(numbers[-_SHORT:], times[-_SHORT:])
        bpm = 60.0 / (slope * PER_BEAT)
        return ((wall - first) / slope / PER_BEAT, bpm) if BPM_RANGE[0] <= bpm <= BPM_RANGE[1] else None

    def _begin(self, count: int) -> None:
        """The next clock is number *count*. Those before it keep their distance, so the tempo is known at once."""
        by = count - self._count
        self._clocks = deque(((number + by, wall) for number, wall in self._clocks), maxlen=_LONG)
        self._count = count

    def _mine(self, device: str, wall: float) -> bool:
        """Two devices at once would be a tempo of both: the second waits until the first has been silent."""
        last = self._clocks[-1][1] if self._clocks else -_GONE
        if device != self._device and wall - last > _GONE:
            self._device = device
            self._clocks = deque(maxlen=_LONG)
        return device == self._device


def _line(numbers: NDArray[np.float64], times: NDArray[np.float64]) -> tuple[float, float]:
    """Seconds a clock, and the time of number 0."""
    slope, first = np.polyfit(numbers - numbers[-1], times, 1)
    return float(slope), float(first - slope * numbers[-1])
