"""The ring: where the sound card's callback leaves samples, and another thread takes them."""

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]


class Ring:
    """Owns *size* frames of *channels* channels. One thread writes, one reads; neither waits for the other.

    What the reader has no time for is overwritten, and counted.
    """

    def __init__(self, size: int, channels: int) -> None:
        self._frames = np.zeros((size, channels), np.float32)
        self._written = self._read = 0
        self.lost = 0

    def write(self, block: Samples) -> None:
        """Copies *block* ``(n, channels)``; the callback's part: no allocation, no lock."""
        size = len(self._frames)
        block = block[-size:]
        at = self._written % size
        first = min(len(block), size - at)
        self._frames[at : at + first] = block[:first]
        self._frames[: len(block) - first] = block[first:]
        self._written += len(block)

    def read(self) -> Samples:
        """``(n, channels)``: all that came since the last call, oldest first."""
        size, written = len(self._frames), self._written
        half = size // 2  # the writer may go on meanwhile: what it could reach is not read
        if written - self._read > half:
            self.lost += written - half - self._read
            self._read = written - half
        at = np.arange(self._read, written) % size
        self._read = written
        return self._frames[at]
