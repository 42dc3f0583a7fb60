"""The LiveScore: every destination of a Scene, baked step by step as an input is heard."""

import threading
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from app.engine import pages
from app.engine.show.board import Board, Counts
from app.engine.show.chain import Chain, Signal
from app.engine.show.live_within import LiveWithin
from app.engine.show.mixing import Mixing, playing_routes
from app.engine.show.moved import moved
from app.engine.show.routes import CONTROL_RATE, Look
from app.engine.show.score import NAMES, followed_by
from app.engine.show.show import Scene
from app.engine.show.within import within

SPAN = int(60 * CONTROL_RATE)
"""Steps that are kept."""
AGAIN = int(10 * CONTROL_RATE)
"""Steps that another Scene or a turned knob computes again: more than any envelope or memory reaches back, and no more
than a hand that turns for minutes can be given."""
_SAFE = SPAN - int(5 * CONTROL_RATE)
_ON_STEP = 1e-9
_SPEED, _SHIFT = NAMES.index("speed") - 1, NAMES.index("shift") - 1


class Listening(Protocol):
    """What a LiveScore needs of LiveHeard."""

    @property
    def steps(self) -> int: ...
    @property
    def first(self) -> int: ...
    def table(self, first: int, last: int) -> Signal: ...
    def counts(self, first: int, last: int) -> NDArray[np.float64]: ...


def between_steps(place: float) -> tuple[int, float]:
    """The step before *place*, and how far it is on the way to the next. A time that is a step's is on it exactly.

    Else the newest step, which the clock rests on, would be read otherwise once there is a next one.
    """
    left = int(place + _ON_STEP)
    part = place - left
    return left, part if part > _ON_STEP else 0.0


class LiveScore:
    """Owns what *scene* made of *heard*; read by time like a Score. One thread at a time extends it, any thread reads.

    What was read once at a time is never changed; only after the newest step the newest holds. One Scene after another
    reads the same *heard*: a new LiveScore begins with what is still known, and goes on along the path from where
    *previous* stands.
    """

    def __init__(self, scene: Scene, heard: Listening, previous: "LiveScore | None" = None) -> None:
        self._heard = heard
        self._values = pages.zeros((SPAN, len(NAMES)))
        self._start = self.steps = max(heard.first, heard.steps - AGAIN)
        inner = within(scene)
        self._within = None if inner is None else LiveWithin(scene, inner, SPAN)
        meet = playing_routes(scene) if inner is None else inner.routes
        self._routes = meet if inner is None else tuple(meet[i] for i in inner.plain)
        self._board = Board(scene, (*self._routes, *(() if self._within is None else self._within.given)))
        self._chain, self._mixing = Chain(self._routes), Mixing(scene, meet)
        self._met = len(meet)
        self._held = np.zeros(len(self._routes))
        self._moved = moved(scene, meet)
        self._moved_held = np.zeros(0 if self._moved is None else len(self._moved.owned))
        self._smoothed = pages.zeros((SPAN, len(self._routes)), np.float32)
        self._known = [followed_by(route, scene) for route in self._routes]
        self._position = 0.0
        self._growing = threading.Lock()  # one that comes back onto a deck may still be in the ear's hands
        newest = heard.steps if previous is None else min(heard.steps, previous.steps)
        self._extend_to(newest, previous)
        if previous is not None and newest:
            t = (newest - 1) / CONTROL_RATE
            by = previous.at(t).position - self.at(t).position
            self._values[np.arange(self._start, self.steps) % SPAN, 0] += by
            self._position += by

    def extend(self) -> None:
        """Goes on to the newest step that was heard."""
        with self._growing:
            self._extend_to(self._heard.steps)

    def at(self, t: float) -> Look:
        """Every destination at *t* seconds, linear between steps; held at both ends of what is kept."""
        last = self.steps - 1
        if last < self._start:
            rest = self._mixing.columns(np.zeros((self._met, 1), np.float32))
            return Look(self._position, *rest[:, 0].tolist())
        left, part = between_steps(min(max(t * CONTROL_RATE, float(self._start), float(last - _SAFE)), float(last)))
        values = self._values
        row = values[left % SPAN] * (1.0 - part) + values[min(left + 1, last) % SPAN] * part
        return Look(*row.tolist())

    def inside_at(self, name: str, t: float) -> float | None:
        """Where the knob or source *name* stood at *t* seconds; None where nothing moves it."""
        step = min(max(round(t * CONTROL_RATE), self._start), self.steps - 1)
        return None if self._within is None or step < self._start else self._within.at(name, step)

    @property
    def first(self) -> int:
        """The oldest step that may be read."""
        return max(self._start, self.steps - 1 - _SAFE)

    def values(self, first: int, last: int) -> NDArray[np.float64]:
        """``(n, len(NAMES))``: every destination from step *first* up to, not with, *last*."""
        return self._values[np.arange(first, last) % SPAN]

    def _extend_to(self, steps: int, previous: "LiveScore | None" = None) -> None:
        if steps <= self.steps:
            return
        first = max(self.steps, self._heard.first)
        self._start = self._start if first == self.steps else first
        counts, heard = self._counts(first, steps), self._heard.table(first, steps)
        every = self._board.run(counts, heard)
        x, given = every[: len(self._routes)], every[len(self._routes) :]
        if previous is not None and previous.first <= first:
            y = self._followed(x, first, previous)
        else:
            y, self._held = self._chain.follow(x, self._held)
        where = first % SPAN if steps - first == 1 else np.arange(first, steps) % SPAN
        self._smoothed[where] = y[:, 0] if steps - first == 1 else y.T
        y, found = self._chain.bend(y), self._moved
        if self._within is not None:
            if previous is not None:
                self._within.begin(counts, heard, (first, steps), previous._within)
            y = self._within.met(y, counts, given, first)
        if found is not None:
            y[found.owned], self._moved_held = found.run(x[found.owned], y[found.movers], self._moved_held)
        self._keep(first, self._mixing.columns(y))
        self.steps = steps

    def _followed(self, x: Signal, first: int, previous: "LiveScore") -> Signal:
        """What the chain follows of *x* from step *first* on; routes that *previous* has followed need not be again."""
        y = np.empty_like(x)
        known = {key: row for row, key in enumerate(previous._known)}
        old = [(row, known[key]) for row, key in enumerate(self._known) if key in known]
        where = np.arange(first, first + x.shape[1]) % SPAN
        for row, there in old:
            y[row] = previous._smoothed[where, there]
            self._held[row] = y[row, -1]
        new = sorted(set(range(len(x))) - {row for row, _ in old})
        if new:
            y[new], self._held[new] = Chain([self._routes[row] for row in new]).follow(x[new], self._held[new])
        return y

    def _counts(self, first: int, last: int) -> Counts:
        """Seconds, beats and bars: ``(3, steps)``, or three numbers for a single step, which cost less."""
        counted = self._heard.counts(first, last)
        if last - first == 1:
            return [first / CONTROL_RATE, *counted[0].tolist()]
        return np.concatenate([np.arange(first, last)[None] / CONTROL_RATE, counted.T])

    def _keep(self, first: int, values: Signal) -> None:
        """Write *values* ``(destinations, steps)`` down from step *first* on, and how far the speed has led."""
        at, steps = first % SPAN, values.shape[1]
        if steps == 1:
            self._position += float(values[_SPEED, 0]) / CONTROL_RATE
            row = self._values[at]
            row[0], row[1:] = self._position + float(values[_SHIFT, 0]), values[:, 0]
            return
        gone = self._position + np.cumsum(values[_SPEED], dtype=np.float64) / CONTROL_RATE
        self._position = float(gone[-1])
        where = np.arange(first, first + steps) % SPAN
        self._values[where, 0] = gone + values[_SHIFT]
        self._values[where, 1:] = values.T
