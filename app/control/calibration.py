"""Calibration: how late a sound is heard, from taps in time with it."""

import cmath
import math
from statistics import median

ENOUGH = 12
"""Taps that say how late; the first two are not counted, as a hand has to find the beat."""
_SETTLING = 2
_EARLIEST = -0.25  # of the spacing: what seems earlier than this is late by almost a whole one
UNEVEN = 0.06
"""Seconds that taps may stray by and still say something."""


class Calibration:
    """Owns taps on marks that are *spacing* seconds apart."""

    def __init__(self, spacing: float) -> None:
        self.spacing = spacing
        self._aways: list[float] = []

    def __len__(self) -> int:
        return len(self._aways)

    def tap(self, away: float) -> None:
        """A tap *away* seconds after a mark, whichever."""
        self._aways.append(away)

    @property
    def done(self) -> bool:
        """Whether there are taps enough."""
        return len(self._aways) >= ENOUGH

    @property
    def offset(self) -> float | None:
        """Seconds that the sound is heard later than its marks: the median; None before there are taps enough."""
        if not self.done:
            return None
        late = median(self._unwrapped())
        return late + self.spacing if late < _EARLIEST * self.spacing else late

    @property
    def spread(self) -> float:
        """Seconds by which half of the taps stray from the median at the most."""
        aways = self._unwrapped()
        middle = median(aways) if aways else 0.0
        return median(abs(away - middle) for away in aways) if aways else 0.0

    def _unwrapped(self) -> list[float]:
        """The taps that count, all on the same side of their marks."""
        turn = 2 * math.pi / self.spacing
        aways = self._aways[_SETTLING:]
        mean = cmath.phase(sum((cmath.exp(1j * turn * away) for away in aways), 0j)) / turn
        half = self.spacing / 2
        return [mean + (away - mean + half) % self.spacing - half for away in aways]
