"""Times of several contenders taken in turns, so that whatever else the machine does meets them all alike."""

import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

Turn = Callable[[int], object]
"""What is timed; hears which turn it is, and returns when it is done."""

Sample = tuple[float, float, float]
"""Share of the machine that others used, seconds, and seconds that cores worked for us, of one turn."""

QUIET = 0.04
"""Share of the machine that others may use while a clean sample is taken."""


@dataclass(slots=True)
class Times:
    """The seconds of one contender's turns, those its cores worked, and the share of the machine others used (0..1)."""

    seconds: list[float] = field(default_factory=list)
    worked: list[float] = field(default_factory=list)
    others: list[float] = field(default_factory=list)

    @property
    def ms(self) -> float:
        """The median in milliseconds."""
        return 1000.0 * median(self.seconds)

    @property
    def cpu_ms(self) -> float:
        """The median of the milliseconds that cores worked for us: with one thread, what an idle machine would take."""
        return 1000.0 * median(self.worked)

    @property
    def clean(self) -> int:
        """How many samples were taken while the machine was ours."""
        return sum(share <= QUIET for share in self.others)


def in_turns(
    contenders: Mapping[str, Turn], *, rounds: int, seconds: float = float("inf"), warm: bool = False
) -> dict[str, Times]:
    """Every contender once a round, two rounds at least, then while time is left. One turn before, unless *warm*.

    Some contender is much slower than another: the fast ones are not repeated within a round.
    """
    times = {name: Times() for name in contenders}
    if not warm:
        for turn in contenders.values():
            turn(0)
    end = time.perf_counter() + seconds
    for i in range(1, rounds + 1):
        if i > 2 and time.perf_counter() > end:
            break
        for name, turn in contenders.items():
            _note(times[name], _sample(turn, i, 1))
    return times


def undisturbed(
    contenders: Mapping[str, Turn], *, rounds: int, tries: int = 4, shortest: float = 0.2
) -> dict[str, Times]:
    """As ``in_turns``, each sample of *shortest* seconds or more, repeated while others used the machine.

    Up to *tries* times; then the sample with the least of others is kept, and counts as not clean.
    """
    times = {name: Times() for name in contenders}
    repeats = {name: max(1, round(shortest / _second(turn))) for name, turn in contenders.items()}
    for i in range(1, rounds + 1):
        for name, turn in contenders.items():
            _note(times[name], min(_samples(turn, i * repeats[name], repeats[name], tries)))
    return times


def _samples(turn: Turn, first: int, repeats: int, tries: int) -> Iterator[Sample]:
    """Samples until one is clean."""
    for _ in range(tries):
        sample = _sample(turn, first, repeats)
        yield sample
        if sample[0] <= QUIET:
            return


def _sample(turn: Turn, first: int, repeats: int) -> Sample:
    busy, worked, began = _busy(), time.process_time(), time.perf_counter()
    for i in range(first, first + repeats):
        turn(i)
    spent, mine = time.perf_counter() - began, time.process_time() - worked
    others = max(0.0, _busy() - busy - mine)
    cores = os.cpu_count() or 1
    return others / (cores * spent), spent / repeats, mine / repeats


def _note(times: Times, sample: Sample) -> None:
    for kept, value in zip((times.others, times.seconds, times.worked), sample, strict=True):
        kept.append(value)


def _second(turn: Turn) -> float:
    """How long a turn takes when everything is warm."""
    turn(0)
    return max(1e-6, _sample(turn, 0, 1)[1])


class Load:
    """Owns the moment it was made in: how many cores worked since, and for whom. One thread."""

    def __init__(self) -> None:
        self._began, self._busy, self._worked = time.perf_counter(), _busy(), time.process_time()

    def at_rest(self, seconds: float = 0.1) -> float:
        """Cores that are busy while this thread sleeps, with this program's other threads or with other programs."""
        time.sleep(seconds)
        spent, busy, worked = self._since()
        return max(busy, worked) / spent

    def others(self) -> float:
        """Cores that other programs kept busy; 0 where the system does not tell."""
        spent, busy, worked = self._since()
        return max(0.0, busy - worked) / spent

    def _since(self) -> tuple[float, float, float]:
        return time.perf_counter() - self._began, _busy() - self._busy, time.process_time() - self._worked


_STAT = Path("/proc/stat")
_JIFFY = 0.01


def _busy() -> float:
    """Seconds that all cores together have worked since the start, for us or another machine; 0 where unknown."""
    if not _STAT.is_file():
        return 0.0
    user, nice, system, _idle, _wait, irq, soft, steal = map(int, _STAT.read_text().split(maxsplit=9)[1:9])
    return (user + nice + system + irq + soft + steal) * _JIFFY
