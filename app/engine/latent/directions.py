"""Directions in W: where sound pushes the picture, as a function of time and nothing else."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.engine.latent.atlas import Atlas
from app.engine.latent.w import bands, smoothstep
from app.engine.show.routes import Look

Array = NDArray[np.float32]
KNOT = 0.5
"""Seconds between the random walk's turns."""
REACH = 0.5
"""How far a push of 1 goes, in typical distances from the average picture."""
PUSHES = 4
"""One push for all layers, one each for coarse, middle and fine."""


@dataclass(frozen=True, eq=False)
class Directions:
    """*fixed* ``(PUSHES, k)`` and *walk* ``(knots, PUSHES, k)`` are mixtures of *components* ``(k, w_dim)``."""

    fixed: Array
    walk: Array
    components: Array
    length: float

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
    return Directions(fixed, walk, atlas.components, REACH * atlas.sigma)


def bend(ws: Array, look: Look, ways: Array) -> Array:
    """Push *ws* ``(num_ws, w_dim)``: ``look.pulse`` on all layers, coarse, middle and fine on their own bands."""
    bent = ws + np.float32(look.pulse) * ways[0]
    for band, depth, way in zip(bands(len(ws)), (look.coarse, look.middle, look.fine), ways[1:], strict=True):
        if depth:
            bent[band] += np.float32(depth) * way
    return bent
