"""What happens within the modulation as an input is heard: the same as in a song, step by step, and remembered."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from app.engine.show.board import Board, Counts
from app.engine.show.chain import Signal
from app.engine.show.routes import Route
from app.engine.show.show import Scene
from app.engine.show.within import Found, Within, within


class LiveWithin:
    """Owns what *inner* of *scene* found in the last *span* steps. One thread at a time goes on, any thread reads."""

    def __init__(self, scene: Scene, inner: Within, span: int) -> None:
        self._scene, self.inner = scene, inner
        self.given = tuple(Route(name, "pulse") for name in inner.needs)
        """Routes that stand for the sources that it is given."""
        self._values = np.zeros((span, len(inner.names)), np.float32)
        self._drifts = np.zeros((span, len(inner.turns)))
        self._columns = {name: at for at, name in enumerate(inner.names)}

    def begin(self, counts: Counts, heard: Signal, steps: tuple[int, int], previous: "LiveWithin | None") -> None:
        """Go on from *previous*: what turns at a rate that is moved stands, after these *steps*, where it stood."""
        first, last = steps
        span = len(self._values)
        stood = {} if previous is None else dict(zip(previous.inner.turns, previous._drifts[(last - 1) % span].tolist(),
                                                     strict=True))  # fmt: skip
        trial = within(self._scene)
        if stood and trial is not None and last > first:
            trial.run(counts, self._named(Board(self._scene, self.given).run(counts, heard)))
            self.inner.drifts = {name: stood[name] - gone for name, gone in trial.drifts.items() if name in stood}

    def met(self, y: Signal, counts: Counts, x: Signal, first: int) -> Signal:
        """``(routes, steps)`` of all that meet in the picture, *y* among them, from step *first* on.

        *x* is what stands for *given*.
        """
        steps, inner = y.shape[1], self.inner
        found = inner.run(counts, self._named(x))
        self._keep(found, first, steps)
        every = np.empty((len(inner.routes), steps), np.float32)
        every[inner.plain], every[inner.reached] = y, found.rows
        return every

    def at(self, name: str, step: int) -> float | None:
        """Where the knob or source *name* stood at *step*; None where nothing moves it."""
        column = self._columns.get(name)
        return None if column is None else float(self._values[step % len(self._values), column])

    def _named(self, x: Signal) -> dict[str, Any]:
        rows = x[:, 0].tolist() if x.shape[1] == 1 else x.astype(np.float64)
        return dict(zip(self.inner.needs, rows, strict=True))

    def _keep(self, found: Found, first: int, steps: int) -> None:
        span = len(self._values)
        where: Any = first % span if steps == 1 else np.arange(first, first + steps) % span
        self._values[where] = _table(found.inside, steps)
        if self.inner.turns:
            self._drifts[where] = _table(found.drifts, steps)


def _table(found: Mapping[str, Any], steps: int) -> Any:
    """A row of numbers, or ``(steps, names)``."""
    return list(found.values()) if steps == 1 else np.stack(list(found.values()), axis=1)
