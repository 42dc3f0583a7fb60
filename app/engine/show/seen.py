"""What was seen of an input: the Looks that live Scores gave, kept to the bit before they are forgotten."""

import math
from bisect import bisect_right
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.engine.show.live_score import LiveScore, between_steps
from app.engine.show.routes import CONTROL_RATE, Look

_AT_ONCE = int(CONTROL_RATE)
"""Steps after which a Strip copies what has come."""


@dataclass(frozen=True, eq=False)
class Seen:
    """A LiveScore as it was from step *first* on: *position* ``(n,)`` float64, *looks* ``(n, len(NAMES) - 1)`` float32.

    Read by time like it, and within these steps to the bit the same.
    """

    first: int
    position: NDArray[np.float64]
    looks: NDArray[np.float32]

    def at(self, t: float) -> Look:
        """Every destination at *t* seconds, linear between steps; the ends hold."""
        last = self.first + len(self.position) - 1
        left, part = between_steps(min(max(t * CONTROL_RATE, float(self.first)), float(last)))
        row = left - self.first
        right = min(row + 1, len(self.position) - 1)
        position = self.position[row] * (1.0 - part) + self.position[right] * part
        looks = self.looks[row].astype(np.float64) * (1.0 - part) + self.looks[right].astype(np.float64) * part
        return Look(float(position), *looks.tolist())

    def inside_at(self, _name: str, _t: float) -> None:
        """What happened within the modulation was not seen."""

    def between(self, start: float, end: float) -> "Seen":
        """What is needed from *start* to *end* seconds."""
        last = len(self.position) - 1
        a = min(max(math.floor(start * CONTROL_RATE) - self.first, 0), last)
        b = min(max(math.ceil(end * CONTROL_RATE) - self.first, a), last) + 1
        return Seen(self.first + a, self.position[a:b], self.looks[a:b])


class Strip:
    """Owns what *score* gives from *t* seconds on, copied before the score forgets it. One thread."""

    def __init__(self, score: LiveScore, t: float) -> None:
        self.score: LiveScore | None = score
        self._next = max(math.floor(t * CONTROL_RATE), score.first)
        self._parts: deque[Seen] = deque()

    def follow(self, *, closely: bool = False) -> None:
        """Copy what has come since; *closely*, even where it is little."""
        score = self.score
        if score is not None and score.steps - self._next >= (1 if closely else _AT_ONCE):
            self._next = max(self._next, score.first)
            values = score.values(self._next, score.steps)
            self._parts.append(Seen(self._next, values[:, 0].copy(), values[:, 1:].astype(np.float32)))
            self._next += len(values)

    def close(self) -> None:
        """It is not seen any more."""
        self.follow(closely=True)
        self.score = None

    def forget(self, t: float) -> None:
        """What is older than *t* seconds goes."""
        while len(self._parts) > 1 and self._parts[1].first <= t * CONTROL_RATE:
            self._parts.popleft()

    def held(self, start: float, end: float) -> tuple[Seen, ...]:
        """The parts of *start* to *end* seconds, to be ``joined``, on any thread; none where nothing was heard yet."""
        self.follow(closely=True)
        parts = tuple(self._parts)
        first = bisect_right(parts, start * CONTROL_RATE, key=lambda part: part.first) - 1
        return parts[max(first, 0) : max(bisect_right(parts, end * CONTROL_RATE, key=lambda part: part.first), 1)]


def joined(parts: Sequence[Seen]) -> Seen:
    """Parts that go on from one another; where steps are missing, what was before them holds."""
    first, ends = parts[0].first, [part.first for part in list(parts)[1:]]
    ends.append(parts[-1].first + len(parts[-1].position))
    counts = [np.minimum(np.arange(end - part.first), len(part.position) - 1)
              for part, end in zip(parts, ends, strict=True)]  # fmt: skip
    position = np.concatenate([part.position[n] for part, n in zip(parts, counts, strict=True)])
    return Seen(first, position, np.concatenate([part.looks[n] for part, n in zip(parts, counts, strict=True)]))
