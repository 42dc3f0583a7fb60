"""Directions in W: where sound pushes the picture, as a function of time and nothing else."""

from dataclasses import dataclass
from operator import attrgetter
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from app.engine.latent.atlas import Atlas
from app.engine.latent.w import bands, smoothstep
from app.engine.show.routes import Look
from app.engine.show.show import Scene
from app.engine.show.ways import KEPT, PRINCIPAL, Layers

Array = NDArray[np.float32]
KNOT = 0.5
"""Seconds between the random walk's turns."""
REACH = 0.5
"""How far a push of 1 goes, in typical distances from the average picture."""
PUSHES = 4
"""One push for all layers, one each for coarse, middle and fine."""
_AMOUNTS = attrgetter(*(f"direction_{n}" for n in range(1, PRINCIPAL + KEPT + 1)))
_BANDS = get_args(Layers)


@dataclass(frozen=True, eq=False)
class Directions:
    """*fixed* ``(PUSHES, k)`` and *walk* ``(knots, PUSHES, k)`` are mixtures of *components* ``(k, w_dim)``.

    The walk was drawn for a song that *lasts* so many seconds.
    """

    fixed: Array
    walk: Array
    components: Array
    length: float
    lasts: float = 0.0

    def at(self, t: float, wander: float) -> Array:
        """``(PUSHES, w_dim)``: one way at *wander* 0, a smooth random walk at 1, each of the same length."""
        x = max(t, 0.0) / KNOT
        i = int(x) % len(self.walk)
        u = np.float32(smoothstep(x - int(x)))
        walk = (1 - u) * self.walk[i] + u * self.walk[(i + 1) % len(self.walk)]
        mixed = np.float32(1.0 - wander) * self.fixed + np.float32(wander) * walk
        ways = mixed @ self.components
        norms = np.sqrt((ways * ways).sum(axis=1, keepdims=True))
        return np.asarray(ways * (self.length / np.maximum(norms, 1e-6)), np.float32)


def directions(atlas: Atlas, seed: int, duration: float) -> Directions:
    """The pushes of one path, drawn from its *seed* along the principal components of W (GANSpace, Haerkoenen 2020)."""
    rng = np.random.default_rng([seed, 7])
    k = len(atlas.components)
    knots = max(2, int(duration / KNOT) + 2)
    fixed = rng.standard_normal((PUSHES, k)).astype(np.float32)
    walk = rng.standard_normal((knots, PUSHES, k)).astype(np.float32)
    return Directions(fixed, walk, atlas.components, REACH * atlas.sigma, duration)


@dataclass(frozen=True, eq=False)
class Ways:
    """The directions of a Scene: *vectors* ``(16, w_dim)``, 0 where there is none, and which *layers* each moves."""

    vectors: Array
    layers: tuple[Layers, ...]

    def pushed(self, ws: Array, look: Look) -> Array:
        """*ws* ``(num_ws, w_dim)`` as far along each direction as *look* says."""
        amounts = _AMOUNTS(look)
        if not any(amounts):
            return ws
        found = ws.copy()
        for layers, band in zip(_BANDS, (slice(None), *bands(len(ws))), strict=True):
            some = [i for i, amount in enumerate(amounts) if amount and self.layers[i] == layers]
            if some:
                found[band] += np.array([amounts[i] for i in some], np.float32) @ self.vectors[some]
        return found


def ways_of(scene: Scene, atlas: Atlas) -> Ways:
    """The directions of *scene* in the W of *atlas*: its principal ones, and those kept of the same network."""
    vectors = np.zeros((PRINCIPAL + KEPT, len(atlas.w_avg)), np.float32)
    own = min(PRINCIPAL, len(atlas.components))
    vectors[:own] = atlas.components[:own]
    for row, way in enumerate(scene.ways[:KEPT], PRINCIPAL):
        if way.fits(scene.style) and len(way.w) == len(atlas.w_avg):
            vectors[row] = way.w
    return Ways(vectors, tuple(direction.layers for direction in scene.directions))


def bend(ws: Array, look: Look, ways: Array) -> Array:
    """Push *ws* ``(num_ws, w_dim)``: ``look.pulse`` on all layers, coarse, middle and fine on their own bands."""
    bent = ws + np.float32(look.pulse) * ways[0]
    for band, depth, way in zip(bands(len(ws)), (look.coarse, look.middle, look.fine), ways[1:], strict=True):
        if depth:
            bent[band] += np.float32(depth) * way
    return bent
