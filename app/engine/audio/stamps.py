"""Stamps: when the sound of each live step came in, and when it was known; they tell how late a picture is."""

from bisect import bisect_right
from collections import deque
from typing import NamedTuple

_KEPT = 1024  # looks of the ear: more than five seconds


class Stamp(NamedTuple):
    """Wall times of one look: when the newest sound had come in, and when the steps up to *steps* were known."""

    steps: int
    arrived: float
    known: float


class Stamps:
    """Owns the last of them. The ear writes, any thread reads."""

    def __init__(self) -> None:
        self._kept: deque[Stamp] = deque(maxlen=_KEPT)

    def put(self, stamp: Stamp) -> None:
        """*stamp* comes after all others."""
        self._kept.append(stamp)

    def of(self, step: int) -> Stamp | None:
        """The look at which *step* became known; None where it is too old, or not known yet."""
        kept = list(self._kept)
        at = bisect_right(kept, step, key=lambda stamp: stamp.steps)
        return kept[at] if kept and at < len(kept) and (at or step >= kept[0].steps - 1) else None
