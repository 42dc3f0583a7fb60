"""A Take: a recorded performance, every gesture at its own time, which can be played and filmed again."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from app.engine.show.performance import Performance
from app.engine.show.seen import Seen, Strip
from app.engine.show.show import Show

BLACK_SECONDS = 0.15
"""How long blackout takes to come and to go."""


Scores = tuple[tuple[int, Seen | Strip], ...]
"""What an input made of the Scenes on the decks, by their rows."""


@dataclass(frozen=True, eq=False, slots=True)
class Moment:
    """How all stood from *p* seconds after the start on, where the song stood at *t* and went on from there.

    Where an input was heard, *scores* is what was seen of it: Strips while it is remembered, Seen in a Take.
    """

    p: float
    t: float
    show: Show
    performance: Performance
    frozen: bool = False
    blackout: bool = False
    scores: Scores = ()


@dataclass(frozen=True, eq=False, slots=True)
class Instant:
    """What is seen at one instant: *moment* at *t* seconds of the song, and how *black* the stage is, 0..1."""

    t: float
    moment: Moment
    black: float = 0.0


@dataclass(frozen=True, eq=False)
class Take:
    """*length* seconds of performance; the first Moment is at 0, the others rise.

    The clock of the Moments is *ahead* of their song's by so many seconds: an input is heard before its sound is kept.
    """

    name: str
    length: float
    moments: tuple[Moment, ...]
    ahead: float = 0.0

    @cached_property
    def _starts(self) -> list[float]:
        return [moment.p for moment in self.moments]

    def index(self, p: float) -> int:
        """Which Moment *p* seconds after the start belongs to."""
        return max(0, bisect_right(self._starts, p) - 1)

    def song_time(self, p: float) -> float:
        """Where the song stands *p* seconds after the start."""
        return self._time(p) - self.ahead

    def _time(self, p: float) -> float:
        moment = self.moments[self.index(p)]
        return p if moment.t == moment.p else moment.t + (p - moment.p)  # to the bit, where both are one

    def at(self, p: float) -> Instant:
        """What is seen *p* seconds after the start: while the picture is frozen, what was seen when that began."""
        i = self.index(p)
        moment, began = self.moments[i], i
        while began and self.moments[began - 1].frozen:
            began -= 1
        if not moment.frozen:
            return Instant(self._time(p), moment, self._black(p, i))
        held = self.moments[began]
        of = self.moments[began - 1] if began else held
        return Instant(of.t + (held.p - of.p), replace(of, frozen=True), self._black(p, i))

    def _black(self, p: float, i: int) -> float:
        """Blackout comes and goes in BLACK_SECONDS, fast at first."""
        moment, began = self.moments[i], i
        while began and self.moments[began - 1].blackout == moment.blackout:
            began -= 1
        if not began:
            return float(moment.blackout)
        left = max(0.0, 1.0 - (p - self.moments[began].p) / BLACK_SECONDS) ** 2
        return 1.0 - left if moment.blackout else left

    @cached_property
    def pieces(self) -> tuple[tuple[float, float], ...]:
        """The parts of the song that are heard, in order: from and to, in seconds."""
        found: list[tuple[float, float]] = []
        ends = [*self._starts[1:], self.length]
        for moment, end in zip(self.moments, ends, strict=True):
            to = moment.t + (end - moment.p)
            if found and abs(found[-1][1] - moment.t) < 1e-3:
                found[-1] = (found[-1][0], to)
            elif to > moment.t:
                found.append((moment.t, to))
        return tuple((start - self.ahead, end - self.ahead) for start, end in found)

    def cut(self, start: float, end: float) -> "Take":
        """The part from *start* to *end*."""
        first = self.moments[self.index(start)]
        rest = tuple(self._moved(start, end))
        return Take(self.name, end - start, (replace(first, p=0.0, t=self._time(start)), *rest), self.ahead)

    def _moved(self, start: float, end: float) -> Iterator[Moment]:
        for moment in self.moments:
            if start < moment.p < end:
                yield replace(moment, p=moment.p - start)
