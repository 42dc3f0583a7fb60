"""Whether the engine thread is well, seen from outside: what it is at, since when, and how often it failed in a row."""

import time
from collections.abc import Callable
from dataclasses import dataclass

STALLED = 0.75
"""Seconds that a picture may take before it is said to hold; more where this machine is always slow.

Whoever looks every quarter of a second knows within one.
"""
SLOW_TIMES = 4.0
"""Times as long as pictures took of late that one may take."""
FIRST = 10.0
"""Seconds for the first picture of a network: graphs are captured, kernels chosen."""
RESTS = (0.1, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
"""Seconds before the next try, by how often it failed in a row."""


@dataclass(frozen=True, slots=True)
class _Drawing:
    since: float
    limit: float


class Pulse:
    """Owns one reference, which the engine thread sets and any thread reads: the picture it is drawing, if any."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._drawing: _Drawing | None = None

    def draws(self, usual: float | None) -> None:
        """A picture is begun; they take *usual* seconds, None: nobody knows yet."""
        limit = FIRST if usual is None else max(STALLED, SLOW_TIMES * usual)
        self._drawing = _Drawing(self._clock(), limit)

    def rests(self) -> None:
        """It is there, or something else is done that may take its time."""
        self._drawing = None

    def stalled(self) -> float:
        """Seconds for which one picture has been drawn, where that is too long; 0 while all is well."""
        drawing = self._drawing
        if drawing is None:
            return 0.0
        spent = self._clock() - drawing.since
        return spent if spent > drawing.limit else 0.0


class Failures:
    """Owns how often drawing failed in a row, and what is given up for it. Engine thread only."""

    def __init__(self) -> None:
        self.count = 0
        self._rungs = 0
        self._told = ""

    def failed(self, sentence: str, rung: int | None) -> bool:
        """It failed while on this *rung* of the ladder (None: nothing was drawn yet). Whether to tell it: once."""
        self.count += 1
        if rung is not None and self.count == 1:
            self._rungs = rung + 1
        told, self._told = self._told, sentence
        return told != sentence

    @property
    def rungs(self) -> int:
        """Rungs of the ladder that the next try goes without: one more than the first that failed in a row."""
        return self._rungs

    def drew(self) -> bool:
        """A picture was drawn. Whether that ends a row of failures."""
        ended, self.count, self._rungs, self._told = self.count > 0, 0, 0, ""
        return ended

    @property
    def rest(self) -> float:
        """Seconds until the next try."""
        return RESTS[min(self.count, len(RESTS)) - 1]
