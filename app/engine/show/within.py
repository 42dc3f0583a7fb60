"""What happens within the modulation: sources and routes whose own numbers other routes move, one after the other."""

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, get_args

import numpy as np

from app.engine.show.chain import LOUDEST, Signal
from app.engine.show.circles import names_of
from app.engine.show.expression import parsed
from app.engine.show.generators import Follower, Macro, Sequencer, Shape, Walk
from app.engine.show.knobs import KNOBS, Knob, of_route, of_source
from app.engine.show.mixing import counting
from app.engine.show.routes import Curve, Mode, Route
from app.engine.show.show import Scene
from app.engine.show.sources import HANDS
from app.engine.show.stretch import setting
from app.engine.show.sums import Value, bent, between, chosen, either, enveloped, log2, pole, stepped, summed
from app.engine.show.turning import BEATS, SECONDS, turned, turning

_COUNTED = {"t": 0, "beats": 1, "bars": 2}
_LEAST, _MOST = 1e-6, math.inf
_MODES = get_args(Mode)
_NOT = float("nan")
"""What a route that replaces gives where it does not act."""

Node = tuple[str, Any]


@dataclass(frozen=True, eq=False)
class Found:
    """What was found of some steps: *rows* ``(reached routes, steps)``, and where each knob and moved source stood.

    *drifts*: by how many turns what turns at a moved rate is ahead of its own.
    """

    rows: Signal
    inside: Mapping[str, Value]
    drifts: Mapping[str, Value]


class Within:
    """Owns how the routes of *scene* act that others reach into, in the order of who moves whom, and where they stand.

    *routes* are those that meet in the picture, as they meet there; rows *plain* of them nothing reaches into, rows
    *reached* are its own. *needs* are the sources that it is given. A song asks it once for all steps, an input step
    by step. What moves sources and routes acts as it is written: Energy scales what moves the picture.
    """

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._counted = counting(scene)
        self._acts: dict[str, list[int]] = {}
        for k, (_row, route) in enumerate(self._counted):
            if route.destination in KNOBS:
                self._acts.setdefault(route.destination, []).append(k)
        self.needs: tuple[str, ...] = ()
        self._order: list[Node] = []
        own = [k for k in range(len(self._counted)) if self._is_reached(k)]
        for node in [*(("route", k) for k in own), *(("knob", name) for name in self._acts)]:
            self._arrange(node)
        for name in dict.fromkeys(KNOBS[name].owner for name in self._acts):
            self._arrange(("source", name))
        self._held: dict[str, float] = {}
        self.drifts: dict[str, float] = {}
        self._last: Any = None
        self._meet()
        self._reached = {k: _Reached(k, self._counted[k][1], self._turns(k)) for k in self._routes_of_order()}
        self._made: dict[str, tuple[Any, Any, dict[str, str]]] = {}
        for name in (key for kind, key in self._order if kind == "source"):
            made = setting(scene, name)
            self._made[name] = made, turning(name, made), self._moves(name)
        self._rests = {name: KNOBS[name].rest(scene) for name in self._acts}
        self.names = tuple(dict.fromkeys((*self._acts, *self._made)))
        """What *inside* tells of: the knobs, and the sources that are moved."""
        self.turns = tuple(name for name in self._made if self._drifts(name))
        """What turns at a rate that is moved."""

    # --- who moves whom

    def _moves(self, source: str) -> dict[str, str]:
        """Field -> knob of *source* that something moves."""
        return {field: name for field, name in of_source(source).items() if name in self._acts}

    def _drifts(self, source: str) -> bool:
        return not {"rate", "per_beat", "unit"}.isdisjoint(self._moves(source))

    def _turns(self, k: int) -> dict[str, str]:
        """Field -> knob of route *k* that something moves."""
        row = self._counted[k][0]
        return {f: name for f, name in of_route(row).items() if name in self._acts} if row >= 0 else {}

    def _is_reached(self, k: int) -> bool:
        route = self._counted[k][1]
        return route.destination in KNOBS or bool(self._turns(k)) or any(map(self._moves, names_of(route)))

    def _arrange(self, node: Node) -> None:
        """Put *node* behind all that it depends on."""
        if node in self._order or (node[0] == "source" and node[1] in self.needs):
            return
        for before in self._before(node):
            self._arrange(before)
        if node[0] == "source" and not self._moves(node[1]):
            self.needs = (*self.needs, node[1])
        else:
            self._order.append(node)

    def _before(self, node: Node) -> list[Node]:
        kind, key = node
        if kind == "knob":
            return [("route", k) for k in self._acts[key]]
        if kind == "source":
            made = setting(self._scene, key)
            heard = [("source", made.source)] if isinstance(made, Follower) and self._moves(key) else []
            return [*(("knob", name) for name in self._moves(key).values()), *heard]
        sources = [("source", name) for name in names_of(self._counted[key][1]) if name not in ("x", *_COUNTED)]
        return [*(("knob", name) for name in self._turns(key).values()), *sources]

    def _meet(self) -> None:
        """The routes as they meet in the picture: one whose mode is moved is there once for each."""
        routes: list[Route] = []
        self.plain: list[int] = []
        self.reached: list[int] = []
        self._own: list[tuple[int, str]] = []
        for k, (_row, route) in enumerate(self._counted):
            if route.destination in KNOBS:
                continue
            moved = self._turns(k)
            for mode in _MODES if "mode" in moved else (route.mode,):
                if self._is_reached(k):
                    self.reached.append(len(routes))
                    self._own.append((k, mode))
                else:
                    self.plain.append(len(routes))
                routes.append(replace(route, mode=mode, depth=1.0 if "depth" in moved else route.depth))
        self.routes = tuple(routes)

    def _routes_of_order(self) -> list[int]:
        return [key for kind, key in self._order if kind == "route"]

    @property
    def key(self) -> Hashable:
        """All that it depends on, beside what is heard."""
        return (tuple((k, *self._counted[k]) for k in sorted(self._routes_of_order())), tuple(self._acts),
                tuple((name, setting(self._scene, name)) for name in (*self.needs, *self._made)))  # fmt: skip

    # --- some steps

    def run(self, counts: Any, given: Mapping[str, Value]) -> Found:
        """What comes of *counts* (seconds, beats, bars) and of what sources in *needs* give, from where it stands."""
        now = _Now(counts, self._passed(counts), dict(given), {}, {}, {})
        for kind, key in self._order:
            if kind == "route":
                now.routes[key] = self._reached[key].run(now)
            elif kind == "knob":
                now.knobs[key] = self._knob(key, now)
            else:
                now.sources[key] = self._source(key, now)
        rows = np.empty((len(self._own), 1 if isinstance(counts, list) else counts.shape[1]), np.float32)
        for i, (k, mode) in enumerate(self._own):
            rows[i] = self._reached[k].row(mode, now)
        inside = {name: (now.knobs if name in self._acts else now.sources)[name] for name in self.names}
        return Found(rows, inside, {name: now.drifts[name] for name in self.turns})

    def _passed(self, counts: Any) -> Any:
        """By how much each count has gone on since the step before."""
        before, many = self._last, not isinstance(counts, list)
        self._last = counts[:, -1].tolist() if many else counts
        before = before or (counts[:, 0].tolist() if many else counts)
        if many:
            return np.diff(counts, axis=1, prepend=np.array(before)[:, None])
        return [now - then for now, then in zip(counts, before, strict=True)]

    def _source(self, name: str, now: "_Now") -> Value:
        made, turns, names = self._made[name]
        moved = {field: now.knobs[knob] for field, knob in names.items()}
        if isinstance(made, Macro):
            return moved["value"]
        if isinstance(made, Follower):
            loud = between(now.sources[made.source] * moved.get("gain", made.gain), 0.0, 1.0)
            up, down = pole(moved.get("attack", float(made.attack))), pole(moved.get("release", float(made.release)))
            y, self._held[name] = enveloped(loud, up, down, self._held.get(name, 0.0))
            return y
        ahead = moved["phase"] - made.phase if "phase" in moved else 0.0
        if "rate" in moved or "per_beat" in moved or "unit" in moved:
            drift = _gone(made, moved, now.passed) - now.passed[turns.count] / turns.over * turns.times
            drift, self.drifts[name] = summed(drift, self.drifts.get(name, 0.0))
            now.drifts[name] = drift
            ahead = ahead + drift
        count = now.counts[turns.count]
        if "shape" not in moved:
            return turned(turns, count, ahead)
        return chosen(moved["shape"], get_args(Shape), lambda one: turned(replace(turns, shape=one), count, ahead))

    def _knob(self, name: str, now: "_Now") -> Value:
        """Where the routes put knob *name*."""
        knob, value = KNOBS[name], self._rests[name]
        for k in self._acts[name]:
            value = self._reached[k].act(value, knob, now)
        value = between(value, knob.lo, knob.hi)
        return stepped(value) if knob.choices else value


@dataclass(frozen=True, eq=False, slots=True)
class _Now:
    """What is known of some steps: the *counts*, by how much they have *passed*, and what was found so far."""

    counts: Any
    passed: Any
    sources: dict[str, Value]
    routes: dict[int, Value]
    knobs: dict[str, Value]
    drifts: dict[str, Value]


class _Reached:
    """Owns how one route acts that is *turned* by others (field -> knob), or begins with what they move."""

    def __init__(self, k: int, route: Route, turned: Mapping[str, str]) -> None:
        self._k, self._route, self._turned = k, route, turned
        at_once = route.source in HANDS
        self._poles = (1.0, 1.0) if at_once else (pole(float(route.attack)), pole(float(route.release)))
        self._slow = not at_once and bool({"attack", "release"} & set(turned))
        self._line = parsed(route.expression).made if route.expression else None
        self._numbers = float(route.lo), float(route.hi), float(route.gain)
        self._held = 0.0

    def run(self, now: _Now) -> Value:
        """What it gives before depth."""
        route, turned = self._route, self._turned
        if route.frozen is not None:
            return route.frozen + 0.0 * now.counts[0]
        moved: dict[str, Value] = {field: now.knobs[knob] for field, knob in turned.items()} if turned else {}
        lo, hi, gain = self._numbers
        if turned:
            lo, hi, gain = moved.get("lo", lo), moved.get("hi", hi), moved.get("gain", gain)
        x = now.sources[route.source] if self._line is None else self._reckoned(now)
        y = between((x - lo) / between(hi - lo, _LEAST, _MOST), 0.0, 1.0) * gain
        up, down = self._poles
        if self._slow:
            up, down = pole(moved.get("attack", float(route.attack))), pole(moved.get("release", float(route.release)))
        y, self._held = enveloped(y, up, down, self._held)
        y = between(y, 0.0, LOUDEST)
        y = chosen(moved["curve"], get_args(Curve), lambda c: bent(c, y)) if "curve" in turned else bent(route.curve, y)
        if "invert" in turned:
            return either(moved["invert"], 1.0 - y, y)
        return 1.0 - y if route.invert else y

    def _reckoned(self, now: _Now) -> Value:
        x = now.sources[self._route.source]
        known = {"x": x, **{name: now.counts[row] for name, row in _COUNTED.items()}}
        assert self._line is not None
        with np.errstate(all="ignore"):
            y = self._line(lambda name: known[name] if name in known else now.sources[name])
        if isinstance(x, float):
            return float(min(1.0, max(0.0, y)))
        return np.fmin(np.fmax(y, 0.0), 1.0) + 0.0 * x

    def row(self, mode: str, now: _Now) -> Value:
        """What it brings to the picture as far as it acts in this *mode*."""
        turned, knobs, y = self._turned, now.knobs, now.routes[self._k]
        if "depth" in turned:
            y = y * knobs[turned["depth"]]
        idle = _NOT if mode == "replace" else 0.0
        if "mode" in turned:
            y = either(1.0 * (knobs[turned["mode"]] == _MODES.index(mode)), y, idle)
        return either(knobs[turned["on"]], y, idle) if "on" in turned else y

    def act(self, value: Value, knob: Knob, now: _Now) -> Value:
        """*value* of *knob* after it."""
        turned, knobs, mode = self._turned, now.knobs, self._route.mode
        depth = knobs[turned["depth"]] if "depth" in turned else self._route.depth
        amount = now.routes[self._k] * depth * knob.reach
        if "mode" in turned:
            after = chosen(knobs[turned["mode"]], _MODES, lambda m: _act(m, value, amount, knob.octaves))
        else:
            after = _act(mode, value, amount, knob.octaves)
        return either(knobs[turned["on"]], after, value) if "on" in turned else after


def _act(mode: str, value: Value, amount: Value, octaves: bool) -> Value:
    """*value* of a knob after a route that brings *amount*."""
    if mode == "replace":
        return amount
    if mode == "add":
        return value + amount
    return value + log2(between(1.0 + amount, _LEAST, _MOST)) if octaves else value * (1.0 + amount)


def _gone(made: Any, moved: Mapping[str, Value], passed: Sequence[Value]) -> Value:
    """Turns that a source whose rate is moved goes on in each step."""
    if isinstance(made, Sequencer):
        return passed[BEATS] * 2.0 ** moved["per_beat"]
    if isinstance(made, Walk):
        return passed[SECONDS] * 2.0 ** moved["rate"]
    rate = 2.0 ** moved["rate"] if "rate" in moved else made.rate
    in_beats, in_seconds = passed[BEATS] / rate, passed[SECONDS] * rate
    if "unit" in moved:
        return either(1.0 - moved["unit"], in_beats, in_seconds)
    return in_beats if made.unit == "beats" else in_seconds


def within(scene: Scene) -> Within | None:
    """What happens within the modulation of *scene*; None where no route moves a source or another route."""
    return Within(scene) if any(route.destination in KNOBS for _row, route in counting(scene)) else None
