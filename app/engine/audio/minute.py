"""The last minute of an input, as it came in: what can be kept after the fact."""

import threading

import numpy as np

from app.engine.audio.ring import Samples

SECONDS = 60.0
MOST = 3_000_000
"""Frames of two channels, 24 MB: a minute up to 50 kHz, 31 seconds at 96 kHz."""


class Minute:
    """Owns the sound of one rate, before gain. The ear's thread adds, any thread reads; neither is the sound card's.

    ``heard`` counts all frames since listening began, also those that are forgotten.
    """

    def __init__(self, sr: int, t: float = 0.0) -> None:
        self.sr = sr
        self.heard = 0
        self._mark = (t, 0)
        self._frames = np.zeros((min(round(SECONDS * sr), MOST), 2), np.float32)
        self._lock = threading.Lock()

    def add(self, samples: Samples) -> None:
        """``(n, 2)`` go on from the last."""
        size = len(self._frames)
        with self._lock:
            kept = samples[-size:]
            at = (self.heard + len(samples) - len(kept)) % size
            first = min(len(kept), size - at)
            self._frames[at : at + first] = kept[:first]
            self._frames[: len(kept) - first] = kept[first:]
            self.heard += len(samples)

    def rest(self, seconds: float) -> None:
        """So long of silence: the input is gone, and time goes on."""
        self.add(np.zeros((round(seconds * self.sr), 2), np.float32))

    def mark(self, t: float, ahead: int) -> None:
        """At *t* seconds of the ear's time the sound stands *ahead* frames before the newest one."""
        self._mark = (t, self.heard - ahead)

    def frame_at(self, t: float) -> int:
        """The frame that sounds at *t* seconds of the ear's time."""
        since, frame = self._mark
        return frame + round((t - since) * self.sr)

    @property
    def oldest(self) -> float:
        """The ear's time from which on all is remembered, and will be for a second more."""
        since, frame = self._mark
        first = self.heard - len(self._frames) + self.sr if self.heard > len(self._frames) - self.sr else 0
        return since + (first - frame) / self.sr

    def until(self, end: int, start: int = 0) -> Samples:
        """``(n, 2)`` from frame *start* to *end*, counted as ``heard`` does: all of it that is still remembered."""
        size = len(self._frames)
        with self._lock:
            end = min(end, self.heard)
            count = max(0, end - max(start, self.heard - size, 0))
            at = (end - count) % size
            first = min(count, size - at)
            return np.concatenate([self._frames[at : at + first], self._frames[: count - first]])
