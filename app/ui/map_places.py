"""Where things stand on the map: the path's Points, the way between them, and the point that plays.

Finding the cell nearest to any w jumps from cell to cell half-way between two Points, where W is far from every cell.
So only Points are looked up; on the way between two of them the map shows the same share of the way.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.engine.latent.atlas import Atlas
from app.engine.latent.directions import bend
from app.engine.latent.w import broadcast, smoothstep, truncate
from app.engine.render.plan import own_ws
from app.engine.render.session import Session
from app.engine.show.performance import Goto
from app.engine.show.show import Point

Array = NDArray[np.float32]
Place = tuple[float, float]
WAY_STEPS = 18
APART = 0.05
"""Cells between places that a way is drawn between."""
BOW = 0.45
FURTHEST_PUSH = 1.5
"""Cells by which sound may push the live point; harder pushes come ever closer to it."""


@dataclass(frozen=True)
class Spot:
    """The live point at *t*: its place in cells, and how far off the map it is (1 = as far as a cell from the mean)."""

    t: float
    x: float
    y: float
    off: float


class Places:
    """Remembers where each w of one Atlas was found (main thread), so that a drag looks up one Point and not all."""

    def __init__(self, atlas: Atlas) -> None:
        self.atlas = atlas
        self._known: dict[tuple[tuple[float, ...], ...], tuple[float, float, float]] = {}

    def of_point(self, point: Point) -> Place:
        """The cell place of *point*."""
        if point.w not in self._known:
            if len(self._known) > 512:
                self._known.clear()
            fits = all(len(row) == len(self.atlas.w_avg) for row in point.w)
            w = np.asarray(point.w, np.float32).mean(axis=0) if fits else self.atlas.w_avg
            self._known[point.w] = self.atlas.locate(w)
        x, y, _off = self._known[point.w]
        return x, y


class Chart:
    """The path on the map: places of its Points and a smooth way between neighbours. Frozen once made."""

    def __init__(self, places: Places, points: Sequence[Point]) -> None:
        self.points = tuple(points)
        self.places = [places.of_point(p) for p in self.points]
        order = sorted(range(len(self.points)), key=lambda i: self.points[i].t)
        self._times = np.array([self.points[i].t for i in order]) + 1e-6 * np.arange(len(order))
        self._xy = np.array([self.places[i] for i in order], np.float64).reshape(-1, 2)
        num_ws, width = places.atlas.num_ws, len(places.atlas.w_avg)
        rows = [np.asarray(self.points[i].w, np.float32) for i in order]
        fits = all(r.shape in ((1, width), (num_ws, width)) for r in rows)
        self._w = np.stack([broadcast(r, num_ws).mean(axis=0) for r in rows]) if rows and fits else None
        self._leave, self._arrive = self._tangents()

    def _tangents(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Directions at both ends of each way: Catmull-Rom through places that differ, a light bow where it turns back.

        The bow lies to the left, so that the way there and the way back are two lines.
        """
        steps = np.diff(self._xy, axis=0)
        leave, arrive = steps.copy(), steps.copy()
        lengths = np.linalg.norm(steps, axis=1)
        far = np.flatnonzero(lengths > APART)
        for before, after in itertools.pairwise(far.tolist()):
            through = 0.5 * (steps[before] + steps[after])
            arrive[before] = through * min(1.0, lengths[before] / max(float(np.linalg.norm(through)), 1e-9))
            leave[after] = through * min(1.0, lengths[after] / max(float(np.linalg.norm(through)), 1e-9))
        for tangents, side in ((leave, 1.0), (arrive, -1.0)):
            slack = np.linalg.norm(tangents, axis=1) < 0.5 * lengths
            bow = steps + side * BOW * np.stack([steps[:, 1], -steps[:, 0]], axis=1)
            tangents[slack] = bow[slack]
        if len(far):
            for tangents, leg, side in ((leave, far[0], 1.0), (arrive, far[-1], -1.0)):
                tangents[leg] = steps[leg] + side * BOW * np.array([steps[leg, 1], -steps[leg, 0]])
        return leave, arrive

    def between(self, leg: int, u: float | NDArray[np.float64]) -> NDArray[np.float64]:
        """Places on the way *leg* (0 = from the first Point) at shares *u* of it."""
        u = np.asarray(u, np.float64)[..., None]
        a, b, da, db = self._xy[leg], self._xy[leg + 1], self._leave[leg], self._arrive[leg]
        return np.asarray(
            (2 * u**3 - 3 * u**2 + 1) * a + (u**3 - 2 * u**2 + u) * da
            + (3 * u**2 - 2 * u**3) * b + (u**3 - u**2) * db
        )  # fmt: skip

    def legs(self) -> list[NDArray[np.float64]]:
        """Each way that leads somewhere else, as ``(WAY_STEPS, 2)`` places."""
        shares = np.linspace(0.0, 1.0, WAY_STEPS)
        far = np.linalg.norm(np.diff(self._xy, axis=0), axis=1) > APART
        return [self.between(leg, shares) for leg in np.flatnonzero(far).tolist()]

    def at(self, position: float, w: Array) -> Place:
        """The place at *position* seconds of the path, where it is at *w* ``(w_dim,)``."""
        leg = int(np.searchsorted(self._times, position, side="right")) - 1
        if leg < 0 or leg >= len(self._times) - 1 or self._w is None:
            x, y = self._xy[min(max(leg, 0), len(self._xy) - 1)]
            return float(x), float(y)
        way = self._w[leg + 1] - self._w[leg]
        length = float(way @ way)
        u = float((w - self._w[leg]) @ way) / length if length > 1e-9 else 0.0
        x, y = self.between(leg, min(max(u, 0.0), 1.0))
        return float(x), float(y)


class LivePoint:
    """Where the playing w is on the map, for any time; knows one Session's path and detour (main thread)."""

    def __init__(self, places: Places, session: Session, chart: Chart | None = None) -> None:
        self.session, self._places = session, places
        self.chart = chart if chart is not None and chart.points == session.points else Chart(places, session.points)
        goto = session.goto
        self._origin = self._locate(goto.origin) if goto is not None and goto.origin is not None else None
        self._target = self._locate(goto.target) if goto is not None and goto.target is not None else None

    def _locate(self, ws: Array) -> Place:
        x, y, _off = self._places.atlas.locate(ws.mean(axis=0))
        return x, y

    def at(self, t: float) -> Spot:
        """The point at *t* seconds: where the path rests, moved as far as sound pushes it along the map."""
        session, atlas = self.session, self._places.atlas
        look = session.look_at(t)
        on_path = session.on_path(look)
        rest = on_path.mean(axis=0)
        x, y = self.chart.at(look.position, rest)
        ws = on_path
        if session.goto is not None:
            x, y = self._detour(session.goto, t, (x, y))
            ws = session.goto.ws_at(t, on_path)
            rest = ws.mean(axis=0)
        if session.crossing is None:  # nothing is worked out twice: this runs thirty times a second
            given = bend(truncate(ws, atlas.w_avg, look.psi), look, session.directions.at(t, look.wander))
        else:
            given = own_ws(t, session)
        w = given.mean(axis=0)
        dx, dy = self._push(x, y, w - truncate(rest, atlas.w_avg, look.psi))
        x, y = min(max(x + dx, 0.0), atlas.cols - 1.0), min(max(y + dy, 0.0), atlas.rows - 1.0)
        miss = w - truncate(atlas.w_at(x, y), atlas.w_avg, look.psi)
        return Spot(t, x, y, float(np.sqrt(miss @ miss)) / atlas.sigma)

    def _detour(self, goto: Goto, t: float, on_path: Place) -> Place:
        origin, target = self._origin or on_path, self._target or on_path
        u = smoothstep((t - goto.t0) / goto.glide) if goto.glide > 0 else 1.0
        return origin[0] + u * (target[0] - origin[0]), origin[1] + u * (target[1] - origin[1])

    def _ways(self, x: float, y: float) -> Array:
        """``(2, w_dim)``: how w changes over the cell around ``(x, y)`` to the right and downwards."""
        lattice = self._places.atlas.lattice
        rows, cols = lattice.shape[:2]
        (top, high), (left, wide) = _around(y, rows), _around(x, cols)
        across, down = _hats(x, left, wide, cols), _hats(y, top, high, rows)
        right = [(b - a) * v for v in down[1] for a, b in zip(across[0], across[2], strict=True)]
        lower = [(b - a) * u for a, b in zip(down[0], down[2], strict=True) for u in across[1]]
        nodes = lattice[top : top + high, left : left + wide].reshape(high * wide, -1)
        return np.asarray(np.array((right, lower), np.float32) @ nodes)

    def _push(self, x: float, y: float, change: Array) -> Place:
        """Cells to go from ``(x, y)`` so that the map changes as nearly as it can by *change*: least squares."""
        ways = self._ways(x, y)
        (rr, rd), (_, dd) = (ways @ ways.T).tolist()
        r, d = (ways @ change).tolist()
        det = rr * dd - rd * rd
        if det < 1e-9:
            return 0.0, 0.0
        dx, dy = (r * dd - d * rd) / det, (d * rr - r * rd) / det
        far = float(np.hypot(dx, dy))
        keep = np.tanh(far / FURTHEST_PUSH) * FURTHEST_PUSH / far if far > 1e-9 else 1.0
        return dx * keep, dy * keep


def _around(place: float, count: int) -> tuple[int, int]:
    """The first node, and how many, between which half a cell before and after *place* lie."""
    many = min(3, count)
    return min(max(int(place - 0.5), 0), count - many), many


def _hats(place: float, first: int, many: int, count: int) -> list[list[float]]:
    """What each node counts half a cell before *place*, there, and half a cell after it, clamped to the map."""
    places = (min(max(place + step, 0.0), count - 1.0) for step in (-0.5, 0.0, 0.5))
    return [[max(0.0, 1.0 - abs(at - node)) for node in range(first, first + many)] for at in places]
