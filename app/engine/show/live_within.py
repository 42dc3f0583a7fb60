"""What happens within the modulation as an input is heard: the same as in a song, step by step, and remembered."""

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
        self._board = self._given()
        self._values = np.zeros((span, len(inner.names)), np.float32)
        self._drifts: dict[str, Any] = {}
        self._columns = {name: at for at, name in enumerate(inner.names)}

    def begin(self, counts: Counts, heard: Signal, steps: tuple[int, int], previous: "LiveWithin | None") -> None:
        """Go on from *previous*: what turns at a rate that is moved stands, after these *steps*, where it stood."""
        first, last = steps
        span = len(self._values)
        stood = {} if previous is None else {name: float(ring[(last - 1) % span])
                                             for name, ring in previous._drifts.items()}  # fmt: skip
        trial = within(self._scene)
        if stood and trial is not None and last > first:
            trial.run(counts, self._named(self._given().run(counts, heard)))
            self.inner.drifts = {name: stood[name] - gone for name, gone in trial.drifts.items() if name in stood}

    def met(self, y: Signal, counts: Counts, heard: Signal, first: int) -> Signal:
        """``(routes, steps)`` of all that meet in the picture, *y* among them, from step *first* on."""
        steps, inner = y.shape[1], self.inner
        found = inner.run(counts, self._named(self._board.run(counts, heard)))
        self._keep(found, np.arange(first, first + steps) % len(self._values))
        every = np.empty((len(inner.routes), steps), np.float32)
        every[inner.plain], every[inner.reached] = y, found.rows
        return every

    def at(self, name: str, step: int) -> float | None:
        """Where the knob or source *name* stood at *step*; None where nothing moves it."""
        column = self._columns.get(name)
        return None if column is None else float(self._values[step % len(self._values), column])

    def _given(self) -> Board:
        return Board(self._scene, [Route(name, "pulse") for name in self.inner.needs])

    def _named(self, x: Signal) -> dict[str, Any]:
        rows = x[:, 0].tolist() if x.shape[1] == 1 else x.astype(np.float64)
        return dict(zip(self.inner.needs, rows, strict=True))

    def _keep(self, found: Found, where: Any) -> None:
        for name, column in self._columns.items():
            self._values[where, column] = found.inside[name]
        for name, drift in found.drifts.items():
            ring = self._drifts.setdefault(name, np.zeros(len(self._values)))
            ring[where] = drift
