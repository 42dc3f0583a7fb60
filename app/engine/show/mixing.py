"""Where routes meet: what all of them together make of every destination, step by step or a song at once."""

from collections.abc import Sequence
from dataclasses import fields

import numpy as np

from app.engine.show.chain import Signal
from app.engine.show.routes import DESTINATIONS, Route, owned_routes
from app.engine.show.show import Scene

RESTING_ENERGY = 0.6
"""The Energy at which depths act as they are written; more or less scales all of them."""
_ENDS = {name: row for row, name in enumerate(DESTINATIONS)}


def playing_routes(scene: Scene) -> tuple[Route, ...]:
    """The routes of *scene* that count now, those that the simple settings own first."""
    if scene.muted:
        return ()
    routes = [r for r in (*owned_routes(scene.react), *scene.routes) if r.on and r.destination in DESTINATIONS]
    return tuple(r for r in routes if r.solo) or tuple(routes)


def resting(scene: Scene) -> dict[str, float]:
    """Where every destination stands without routes."""
    react, finish = scene.react, scene.finish
    own = {"psi": react.truncation, "wander": react.randomness, "energy": react.energy,
           **{f.name: getattr(finish, f.name) for f in fields(finish)}}  # fmt: skip
    return {name: float(own.get(name, end.default)) for name, end in DESTINATIONS.items()}


class Mixing:
    """Owns the numbers by which *routes* act on the destinations of *scene*.

    Routes act on one destination in their order, and on different ones at once: layer by layer.
    """

    def __init__(self, scene: Scene, routes: Sequence[Route]) -> None:
        self._rest = np.array(list(resting(scene).values()), np.float32)[:, None]
        self._lo, self._hi = (
            np.array([end.metadata[side] for end in DESTINATIONS.values()], np.float32)[:, None]
            for side in ("lo", "hi")
        )
        reach = [DESTINATIONS[r.destination].metadata["reach"] * r.depth for r in routes]
        self._reach = np.array(reach, np.float32)[:, None]
        scales = [i for i, r in enumerate(routes) if r.destination == "energy"]
        self._scaling = _layers(routes, scales)
        self._layers = _layers(routes, [i for i in range(len(routes)) if i not in scales])
        self._others = np.array([r.destination != "energy" for r in routes], bool)

    def columns(self, y: Signal) -> Signal:
        """``(destinations, steps)`` from ``(routes, steps)``: what the routes gave before depth."""
        values = np.repeat(self._rest, y.shape[1], axis=1)
        amount = y * self._reach
        _act(self._scaling, values, amount)
        energy = np.clip(values[_ENDS["energy"]], np.float32(0), np.float32(1))
        amount[self._others] *= energy * np.float32(1 / RESTING_ENERGY)
        _act(self._layers, values, amount)
        return np.clip(values, self._lo, self._hi, out=values)


_Layers = list[tuple[str, list[int], list[int]]]


def _layers(routes: Sequence[Route], which: Sequence[int]) -> _Layers:
    """(mode, destinations, routes) in the order in which they act; no destination is twice in one."""
    seen: dict[str, int] = {}
    found: dict[tuple[int, str], tuple[list[int], list[int]]] = {}
    for i in which:
        route = routes[i]
        rank = seen[route.destination] = seen.get(route.destination, -1) + 1
        ends, rows = found.setdefault((rank, route.mode), ([], []))
        ends.append(_ENDS[route.destination])
        rows.append(i)
    return [(mode, *found[rank, mode]) for rank, mode in sorted(found)]


def _act(layers: _Layers, values: Signal, amount: Signal) -> None:
    for mode, ends, rows in layers:
        if mode == "add":
            values[ends] += amount[rows]
        elif mode == "multiply":
            values[ends] *= np.float32(1) + amount[rows]
        else:
            values[ends] = amount[rows]
