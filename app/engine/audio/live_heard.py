"""LiveHeard: the last seconds of an input as curves, growing at the end; as much of a FeatureTrack as there is live."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.engine.audio.features import CURVES
from app.engine.audio.grid import UNKNOWN, Beats
from app.engine.audio.spectra import Floats
from app.engine.show.routes import CONTROL_RATE

SPAN = int(60 * CONTROL_RATE)
"""Steps that are kept."""
_SAFE = SPAN - int(5 * CONTROL_RATE)


class LiveHeard:
    """Owns the curves. The ear's thread appends, any thread reads: what was read once at a time stays so."""

    def __init__(self) -> None:
        self._table = np.zeros((SPAN, len(CURVES)), np.float32)
        self._counts = np.zeros((SPAN, 2))
        self._resynced = 0
        self.steps = 0

    def append(self, rows: Floats, grid: Beats = UNKNOWN) -> None:
        """``(n, len(CURVES))`` go on from the last, stamped with where *grid*, the one in force now, has come to."""
        if not len(rows):
            return
        steps = np.arange(self.steps, self.steps + len(rows))
        self._table[steps % SPAN] = rows
        self._counts[steps % SPAN] = self._counted(steps / CONTROL_RATE, grid)
        self.steps += len(rows)

    def _counted(self, t: NDArray[np.float64], grid: Beats) -> NDArray[np.float64]:
        """``(n, 2)`` beats and bars at *t*. A grid of another anchor moves both within a bar, and by no whole one.

        Unless a hand has resynced it, which says where the bars are counted from.
        """
        beats = np.array([grid.beat_at(float(at)) for at in t])
        resynced, self._resynced = grid.resynced != self._resynced, grid.resynced
        if self.steps and not resynced:
            passed = grid.bpm_at(float(t[0])) / 60.0 / CONTROL_RATE
            due = self._counts[(self.steps - 1) % SPAN, 1] + passed / grid.beats_per_bar
            bars = beats / grid.beats_per_bar
            bars += np.rint(due - bars[0])
            return np.stack([bars * grid.beats_per_bar, bars], axis=1)
        return np.stack([beats, beats / grid.beats_per_bar], axis=1)

    @property
    def first(self) -> int:
        """The oldest step that may be read."""
        return max(0, self.steps - _SAFE)

    def rows(self, first: int, last: int) -> dict[str, Floats]:
        """Every curve from step *first* up to, not with, *last*; both between ``first`` and ``steps``."""
        return dict(zip(CURVES, self._table[np.arange(first, last) % SPAN].T, strict=True))

    def table(self, first: int, last: int) -> Floats:
        """``(n, len(CURVES))`` of the same steps, to be read at once: a minute later others stand there."""
        return _between(self._table, first, last)

    def counts(self, first: int, last: int) -> NDArray[np.float64]:
        """``(n, 2)`` beats and bars since the first 1, of the same steps, to be read at once."""
        return _between(self._counts, first, last)

    def before(self, name: str, t: float, seconds: float, points: int) -> Floats:
        """``(points,)`` of the curve *name* over the *seconds* before *t*; 0 where nothing is known."""
        first, last = self.first, self.steps
        steps = np.rint(np.linspace(t - seconds, t, points) * CONTROL_RATE).astype(int)
        column = self._table[steps % SPAN, CURVES.index(name)]
        return np.where((steps >= first) & (steps < last), column, np.float32(0))

    def at(self, t: float) -> dict[str, float]:
        """Every curve at *t* seconds, between steps in proportion; held at both ends of what is kept."""
        if not self.steps:
            return dict.fromkeys(CURVES, 0.0)
        place = min(max(t * CONTROL_RATE, float(self.first)), self.steps - 1.0)
        left = int(place)
        part, right = place - left, min(left + 1, self.steps - 1)
        row = self._table[left % SPAN] * (1 - part) + self._table[right % SPAN] * part
        return dict(zip(CURVES, row.tolist(), strict=True))


def _between(table: NDArray[Any], first: int, last: int) -> NDArray[Any]:
    """Rows *first* up to *last* of a *table* that goes round."""
    at = first % SPAN
    return table[at : at + last - first] if at + last - first <= SPAN else table[np.arange(first, last) % SPAN]
