"""Where routes meet: what all of them together make of every destination, step by step or a song at once."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.engine.show.chain import Signal
from app.engine.show.circles import circling
from app.engine.show.knobs import KNOBS
from app.engine.show.routes import DESTINATIONS, INTERPOLATIONS, MIRRORS, SETTINGS, Route, owned_routes
from app.engine.show.show import Scene

RESTING_ENERGY = 0.6
"""The Energy at which depths act as they are written; more or less scales all of them."""
ALL = tuple(DESTINATIONS)
_NONE, _ALL, _SCALE = np.float32(0.0), np.float32(1.0), np.float32(1.0 / RESTING_ENERGY)
_FEW = 16
"""Steps up to which it is cheaper to let a layer pass over every destination."""


def playing_routes(scene: Scene) -> tuple[Route, ...]:
    """The routes of *scene* that count now, those that the simple settings own first."""
    return tuple(route for _row, route in counting(scene))


def counting(scene: Scene) -> list[tuple[int, Route]]:
    """The same, each with its place among the scene's own, from 0; -1 for those that it does not have itself.

    Those that move sources and other routes count whoever is solo; they wake a route whose *on* they move.
    """
    if scene.muted:
        return []
    own = list(enumerate(scene.routes))
    inner = {i: r for i, r in own if r.destination in KNOBS and KNOBS[r.destination].there(scene)}
    for i in circling(scene.routes) if inner else ():
        inner.pop(i, None)
    knobs = [KNOBS[r.destination] for r in inner.values() if r.on]
    awake = {knob.row - 1 for knob in knobs if knob.field == "on"}
    inner = {i: r for i, r in inner.items() if r.on or i in awake}
    every = [*((-1, r) for r in owned_routes(scene.react)), *own]
    picture = [(i, r) for i, r in every if r.destination in DESTINATIONS and (r.on or i in awake)]
    picture = [(i, r) for i, r in picture if r.solo] or picture
    return sorted([*picture, *inner.items()], key=lambda one: one[0]) if inner else picture


def resting(scene: Scene) -> dict[str, float]:
    """Where every destination stands without routes."""
    react, finish = scene.react, scene.finish
    own: dict[str, Any] = {"psi": react.truncation, "wander": react.randomness, "energy": react.energy,
           **{name: getattr(react, name) for name in SETTINGS},
           **{f.name: getattr(finish, f.name) for f in fields(finish)},
           **{f"direction_{n}": direction.value for n, direction in enumerate(scene.directions, 1)}}  # fmt: skip
    own |= {"interpolation": INTERPOLATIONS.index(react.interpolation), "mirror": MIRRORS.index(finish.mirror)}
    return {name: float(own.get(name, end.default)) for name, end in DESTINATIONS.items()}


class Mixing:
    """Owns the numbers by which *routes* act on destinations of *scene*: on *ends*, Energy among them.

    Routes act on one destination in their order, and on different ones at once: layer by layer.
    """

    def __init__(self, scene: Scene, routes: Sequence[Route], ends: Sequence[str] = ALL) -> None:
        rest = resting(scene)
        self._rest = np.array([rest[end] for end in ends], np.float32)[:, None]
        self._least, self._most = (np.array([DESTINATIONS[end].metadata[side] for end in ends], np.float32)[:, None]
                                   for side in ("lo", "hi"))  # fmt: skip
        self._energy = ends.index("energy")
        self._reach = np.array([DESTINATIONS[r.destination].metadata["reach"] * r.depth for r in routes] + [0.0],
                               np.float32)[:, None]  # fmt: skip
        scales = [i for i, r in enumerate(routes) if r.destination == "energy"]
        self._scaling = _layers(routes, scales, ends)
        self._layers = _layers(routes, [i for i in range(len(routes)) if i not in scales], ends)
        self._others = np.array([r.destination != "energy" for r in routes] + [True], bool)[:, None]
        self._every = np.array([layer.every for layer in self._layers], np.intp).reshape(-1, len(ends))
        if not scales:  # what every depth is scaled by stands still
            self._reach *= _scale(self._rest[self._energy])

    def columns(self, y: Signal) -> Signal:
        """``(ends, steps)`` from ``(routes, steps)``: what the routes gave before depth."""
        steps = y.shape[1]
        values = self._rest.copy() if steps == 1 else np.repeat(self._rest, steps, axis=1)
        amount = np.empty((len(y) + 1, steps), np.float32)
        amount[:-1], amount[-1] = y, 0.0  # the last row is none
        amount *= self._reach
        if self._scaling:
            _act(self._scaling, values, amount)
            np.multiply(amount, _scale(values[self._energy]), out=amount, where=self._others)
        if steps <= _FEW:
            _act_on_all(self._layers, values, amount.take(self._every, axis=0))
        else:
            _act(self._layers, values, amount)
        np.maximum(values, self._least, out=values)
        return np.minimum(values, self._most, out=values)


def _scale(energy: Signal) -> Signal:
    """By how much *energy* scales every depth."""
    return np.asarray(np.minimum(np.maximum(energy, _NONE), _ALL) * _SCALE)


@dataclass(frozen=True, eq=False)
class _Layer:
    """Routes that act in one *mode* on *ends*, no destination twice; *every* says for each of all, which or none."""

    mode: str
    ends: NDArray[np.intp]
    rows: NDArray[np.intp]
    every: NDArray[np.intp]
    touched: NDArray[np.bool_]


def _layers(routes: Sequence[Route], which: Sequence[int], ends: Sequence[str]) -> list[_Layer]:
    """The layers in the order in which they act."""
    seen: dict[str, int] = {}
    found: dict[tuple[int, str], dict[int, int]] = {}
    for i in which:
        route = routes[i]
        rank = seen[route.destination] = seen.get(route.destination, -1) + 1
        found.setdefault((rank, route.mode), {})[ends.index(route.destination)] = i
    layers = []
    for rank, mode in sorted(found):
        acts = found[rank, mode]
        every = np.array([acts.get(end, len(routes)) for end in range(len(ends))], np.intp)
        touched, rows = (np.array(list(some), np.intp) for some in (acts, acts.values()))
        layers.append(_Layer(mode, touched, rows, every, (every < len(routes))[:, None]))
    return layers


def _act(layers: Sequence[_Layer], values: Signal, amount: Signal) -> None:
    """Layer by layer, only what is touched."""
    for layer in layers:
        ends, acts = layer.ends, amount.take(layer.rows, axis=0)
        if layer.mode == "add":
            values[ends] += acts
        elif layer.mode == "multiply":
            values[ends] *= _ALL + acts
        else:
            values[ends] = np.where(np.isnan(acts), values[ends], acts)  # one that is no number does not act now


def _act_on_all(layers: Sequence[_Layer], values: Signal, amounts: Signal) -> None:
    """The same for a few steps: each layer in one pass over all destinations, by nothing where none is touched."""
    for layer, acts in zip(layers, amounts, strict=True):
        if layer.mode == "add":
            values += acts
        elif layer.mode == "multiply":
            values *= _ALL + acts
        else:
            np.copyto(values, acts, where=layer.touched & ~np.isnan(acts))
