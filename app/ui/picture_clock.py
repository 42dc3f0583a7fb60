"""The clock by which pictures are drawn: the window's, but for Takes of an input, whose Moments keep the input's."""

from typing import Protocol


class _Time(Protocol):
    @property
    def playing(self) -> bool: ...
    def now(self) -> float: ...


class PictureClock:
    """Owns how far ahead of the window's time the engine's is (the main thread sets it); read from any."""

    def __init__(self, time: _Time) -> None:
        self._time = time
        self.ahead = 0.0

    @property
    def playing(self) -> bool:
        """Whether time moves."""
        return self._time.playing

    def now(self) -> float:
        """Seconds on the clock of what is drawn."""
        return self._time.now() + self.ahead
