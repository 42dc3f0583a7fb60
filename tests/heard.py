"""A song whose features are known by formula, without librosa or files."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from app.engine.latent.atlas import Atlas
from app.engine.show.correction import FOUND, Correction


@dataclass(frozen=True, eq=False)
class Heard:
    """120 bpm: a kick on each beat, a hat between, everything else at 0.3."""

    duration: float = 16.0
    beats: np.ndarray = field(default_factory=lambda: np.arange(0.0, 16.0, 0.5))
    downbeats: np.ndarray = field(default_factory=lambda: np.arange(0.0, 16.0, 2.0))
    bpm: float = 120.0
    correction: Correction = FOUND

    @property
    def curves(self) -> Mapping[str, np.ndarray]:
        t = np.arange(int(self.duration * 100) + 1) / 100
        kick = np.exp(-8 * (t % 0.5)).astype(np.float32)
        flat = np.full(len(t), 0.3, np.float32)
        return {
            "bass_drums": kick,
            "bass": kick,
            "mid": flat,
            "mid_drums": flat,
            "high_drums": flat,
            "hat": flat,
            "level": flat,
        }


def small_atlas(w_dim: int = 16, num_ws: int = 8, side: int = 8) -> Atlas:
    """A lattice of random places in a small W."""
    rng = np.random.default_rng(5)
    lattice = rng.standard_normal((side, side, w_dim)).astype(np.float32)
    components = rng.standard_normal((8, w_dim)).astype(np.float32)
    w_avg = (0.1 * rng.standard_normal(w_dim)).astype(np.float32)
    return Atlas(lattice, w_avg, components, num_ws, 32, 32, float(np.median(np.linalg.norm(lattice - w_avg, axis=-1))))
