"""The tape: what the sound card's callback reads, sample by sample, from one frozen order to the next."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]

_FADE = 256  # samples: long enough that a jump does not click, short enough to start on the beat
_LARGEST_BLOCK = 16_384


@dataclass(frozen=True, eq=False, slots=True)
class Order:
    """What should sound; the main thread makes a new one for every change.

    samples: ``(n, 1 or 2)`` at the card's rate. A new *jump* number means: go to sample *start* now. loop: first
    sample and the one after the last, or None. gain: 0..1, linear.
    """

    samples: Samples
    start: int = 0
    jump: int = 0
    playing: bool = False
    loop: tuple[int, int] | None = None
    gain: float = 1.0

    def folded(self, sample: float, since: float) -> float:
        """Where the song is after running on from *since* to *sample*: back inside the loop if it was passed."""
        if self.loop is not None:
            first, end = self.loop
            if since < end <= sample:
                return first + (sample - first) % (end - first)
        return sample


class Tape:
    """The cursor over the samples. Owned by the audio callback: copies, fades, wraps; never waits or allocates."""

    def __init__(self, order: Order) -> None:
        self.order = order
        self.cursor = order.start
        self.floor = order.start  # where the sound before the cursor began: the last jump, or the loop's first sample
        self.wrapped_from: int | None = None
        self._old = np.zeros((_LARGEST_BLOCK, 2), np.float32)
        self._ramp = np.linspace(0, 1, _FADE, endpoint=False, dtype=np.float32)[:, None]
        self._gains = np.zeros((_LARGEST_BLOCK, 1), np.float32)
        self._rise = np.arange(1, _LARGEST_BLOCK + 1, dtype=np.float32)[:, None]

    def fill(self, out: Samples, order: Order) -> None:
        """The next ``len(out)`` samples of *order* into *out* ``(n, 1 or 2)``."""
        old, self.order = self.order, order
        if order.jump == old.jump and order.playing == old.playing:
            self._sound(out, order, old.gain)
            return
        before = self._old[: len(out), : out.shape[1]]
        self._sound(before, old, old.gain)
        if order.jump != old.jump:
            self.cursor = self.floor = order.start
            self.wrapped_from = None
        self._sound(out, order, order.gain)
        fade = min(len(out), _FADE)
        out[:fade] *= self._ramp[:fade]
        before[:fade] *= self._ramp[fade - 1 :: -1]
        out[:fade] += before[:fade]

    def _sound(self, out: Samples, order: Order, gain: float) -> None:
        if not order.playing:
            out.fill(0)
            return
        self._copy(out, order)
        if gain == order.gain:
            out *= gain
        else:
            gains = self._gains[: len(out)]
            np.multiply(self._rise[: len(out)], (order.gain - gain) / len(out), out=gains)
            gains += gain
            out *= gains

    def _copy(self, out: Samples, order: Order) -> None:
        """Moves the cursor on by ``len(out)``, beyond the end of the song as well: the clock reads it."""
        done = 0
        while done < len(out):
            inside = order.loop is not None and self.cursor < order.loop[1]
            end = order.loop[1] if order.loop is not None and inside else len(order.samples)
            count = min(len(out) - done, end - self.cursor)
            if count <= 0:
                out[done:] = 0
                self.cursor += len(out) - done
                return
            out[done : done + count] = order.samples[self.cursor : self.cursor + count]
            self.cursor += count
            done += count
            if order.loop is not None and inside and self.cursor == end:
                self.cursor, self.floor, self.wrapped_from = order.loop[0], order.loop[0], end
