"""The LiveScore: every destination of a Scene, baked step by step as an input is heard."""

from collections.abc import Mapping
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from app.engine.show.routes import CONTROL_RATE, Look, Route
from app.engine.show.score import BARS, NAMES, Signal, bar_signal, columns_of, followed_signal
from app.engine.show.show import Scene

SPAN = int(60 * CONTROL_RATE)
"""Steps that are kept."""
_SAFE = SPAN - int(5 * CONTROL_RATE)
_WALK = 1 << 16  # seconds after which the noise walk comes round


class Listening(Protocol):
    """What a LiveScore needs of LiveHeard."""

    @property
    def steps(self) -> int: ...
    @property
    def first(self) -> int: ...
    def rows(self, first: int, last: int) -> Mapping[str, Signal]: ...


class LiveScore:
    """Owns what *scene* made of *heard*; read by time like a Score. One thread extends it, any thread reads.

    What was read once at a time is never changed; only after the newest step the newest holds. One Scene after another
    reads the same *heard*: a new LiveScore begins with what is still known, and goes on along the path from where
    *previous* stands.
    """

    def __init__(self, scene: Scene, heard: Listening, previous: "LiveScore | None" = None) -> None:
        self._scene, self._heard = scene, heard
        self._values = np.zeros((SPAN, len(NAMES)))
        self._start = self.steps = heard.first
        self._held: list[float] = []
        self._walk = np.random.default_rng(1).random(_WALK)
        self._position = 0.0
        newest = heard.steps
        self._extend_to(newest)
        if previous is not None and newest:
            t = (newest - 1) / CONTROL_RATE
            by = previous.at(t).position - self.at(t).position
            self._values[:, NAMES.index("position")] += by
            self._position += by

    def extend(self) -> None:
        """Goes on to the newest step that was heard."""
        self._extend_to(self._heard.steps)

    def at(self, t: float) -> Look:
        """Every destination at *t* seconds, linear between steps; held at both ends of what is kept."""
        last = self.steps - 1
        if last < self._start:
            row = np.array([c[0] for c in columns_of(self._scene, 1, lambda _route: np.zeros(1, np.float32)).values()])
            return Look(self._position, *row.tolist())
        place = min(max(t * CONTROL_RATE, float(self._start), float(last - _SAFE)), float(last))
        left = int(place)
        part = place - left
        values = self._values
        row = values[left % SPAN] * (1.0 - part) + values[min(left + 1, last) % SPAN] * part
        return Look(*row.tolist())

    def _extend_to(self, steps: int) -> None:
        if steps <= self.steps:
            return
        first = max(self.steps, self._heard.first)
        self._start = self._start if first == self.steps else first
        rows, t = self._heard.rows(first, steps), np.arange(first, steps) / CONTROL_RATE
        held, self._held = iter(self._held), []

        def signal(route: Route) -> Signal:
            made, last = followed_signal(route, self._source(route.source, rows, t), next(held, 0.0))
            self._held.append(last)
            return made

        columns = columns_of(self._scene, steps - first, signal)
        gone = self._position + np.cumsum(columns["speed"].astype(np.float64)) / CONTROL_RATE
        self._position = float(gone[-1])
        at = np.arange(first, steps) % SPAN
        self._values[at] = np.stack([gone if name == "position" else columns[name] for name in NAMES], axis=1)
        self.steps = steps

    def _source(self, source: str, rows: Mapping[str, Signal], t: NDArray[np.float64]) -> Signal:
        """``(n,)`` in 0..1; beats and parts of a song are not known live, and are silent."""
        if source in rows:
            return rows[source]
        if source in BARS:
            return bar_signal(source, t, np.zeros(0))
        if source == "walk":
            return np.asarray(np.interp(t % (_WALK - 1), np.arange(_WALK), self._walk), np.float32)
        return np.zeros(len(t), np.float32)
