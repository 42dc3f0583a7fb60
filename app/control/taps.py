"""Taps: a tempo and a phase out of presses in time with the music."""

from dataclasses import dataclass
from itertools import combinations, pairwise
from statistics import median

from app.engine.audio.grid import BPM_RANGE

ENOUGH = 4
"""Taps that make a tempo."""

_MOST = 16
_PAUSE = 3.1  # seconds, more than a beat of the slowest tempo: then the taps begin anew
_LATE = 2.5  # intervals after which they begin anew as well
_STRAY = 0.15  # intervals beside the line: such a tap is none


@dataclass(frozen=True, slots=True)
class Tapped:
    """What was tapped: *bpm*, and a beat at *t* seconds."""

    bpm: float
    t: float


class Taps:
    """Owns the presses of one go. One thread."""

    def __init__(self) -> None:
        self._times: list[float] = []

    def __len__(self) -> int:
        return len(self._times)

    def clear(self) -> None:
        """The next tap is the first."""
        self._times.clear()

    def tap(self, t: float) -> Tapped | None:
        """A press at *t* seconds; what all of this go say, once there are enough. One stray tap does not spoil them."""
        times = self._times
        if times and self._anew(t - times[-1]):
            times.clear()
        times.append(t)
        del times[:-_MOST]
        return _line(times) if len(times) >= ENOUGH else None

    def _anew(self, since: float) -> bool:
        if not 0 < since < _PAUSE:
            return True
        usual = [b - a for a, b in pairwise(self._times)]
        return bool(usual) and since > _LATE * median(usual)


def _line(times: list[float]) -> Tapped | None:
    """The straight line through *times* by beat number, without those that stray from it."""
    usual = median(b - a for a, b in pairwise(times))
    numbered = [(round((t - times[0]) / usual), t) for t in times]
    slope = median((t - s) / (j - i) for (i, s), (j, t) in combinations(numbered, 2) if i != j)
    first = median(t - i * slope for i, t in numbered)
    near = [(i, t) for i, t in numbered if abs(t - first - i * slope) < _STRAY * slope]
    if len(near) >= ENOUGH and near[0][0] < near[-1][0]:  # else they are all of one beat
        slope, first = _fitted(near)
    bpm = 60.0 / slope
    return Tapped(bpm, first + numbered[-1][0] * slope) if BPM_RANGE[0] <= bpm <= BPM_RANGE[1] else None


def _fitted(points: list[tuple[int, float]]) -> tuple[float, float]:
    """Slope and start of the least squares line."""
    count = len(points)
    middle, mean = sum(i for i, _ in points) / count, sum(t for _, t in points) / count
    slope = sum((i - middle) * (t - mean) for i, t in points) / sum((i - middle) ** 2 for i, _ in points)
    return slope, mean - middle * slope
