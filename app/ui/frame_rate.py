"""How many pictures a second a screen shows, counted where they are painted."""

import time
from collections import deque
from collections.abc import Callable

SPAN = 1.0
"""Seconds that are counted."""


class FrameRate:
    """Owns when the last pictures were painted (main thread). The same picture painted twice is one."""

    def __init__(self, wall: Callable[[], float] = time.perf_counter) -> None:
        self._wall, self._number = wall, -1
        self._at: deque[float] = deque()

    def painted(self, number: int) -> None:
        """The picture of this *number* is on the screen."""
        if number != self._number:
            self._number = number
            self._at.append(self._wall())
            self._forget()

    @property
    def fps(self) -> float:
        """Of the last second; 0 where nothing was painted in it."""
        self._forget()
        took = self._at[-1] - self._at[0] if len(self._at) > 1 else 0.0
        return (len(self._at) - 1) / took if took > 0 else 0.0

    def _forget(self) -> None:
        last = self._wall() - SPAN
        while self._at and self._at[0] < last:
            self._at.popleft()
