"""The routes that the simple settings own, where other routes move those settings while the music plays."""

from collections.abc import Sequence

import numpy as np

from app.engine.show.chain import LOUDEST, Held, Signal
from app.engine.show.mixing import Mixing
from app.engine.show.routes import SETTINGS, Route, owned_routes
from app.engine.show.show import Scene

_BANDS = {"bass": "bass", "mid": "mid", "high": "treble"}
"""First word of an owned route's source -> the setting that is its gain."""
_ENDS = (*SETTINGS, "energy")


class Moved:
    """Owns how *owned* of *routes* act while *movers* move their settings: gains, the gate, and how slowly they let go.

    The gate, the gains and the poles of the envelopes are others at each step; all else is as in a Chain.
    """

    def __init__(self, scene: Scene, routes: Sequence[Route]) -> None:
        own = owned_routes(scene.react)
        self.owned = list(range(len(own))) if tuple(routes[: len(own)]) == own else []  # not while others are solo
        self.movers = [i for i, route in enumerate(routes) if route.destination in _ENDS]
        self._mixing = Mixing(scene, [routes[i] for i in self.movers], _ENDS)
        self._gains = [_ENDS.index(_BANDS[routes[i].source.split("_")[0]]) for i in self.owned]

    def run(self, x: Signal, y: Signal, held: Held) -> tuple[Signal, Held]:
        """``(owned, steps)`` before depth, of their sources *x* and what the movers gave, *y*; and where they stand."""
        settings = self._mixing.columns(y)
        gate, smooth = settings[_ENDS.index("gate")], settings[_ENDS.index("smoothness")].astype(np.float64)
        wanted = np.minimum(np.maximum((x - gate) / np.maximum(1.0 - gate, 1e-6), 0.0), 1.0) * settings[self._gains]
        # release_time() and a tenth of it, as poles at 100 steps a second
        down, up = (1.0 - smooth**0.25).tolist(), (1.0 - smooth**2.5).tolist()
        rows = [_followed(row.tolist(), up, down, stood) for row, stood in zip(wanted, held.tolist(), strict=True)]
        found = np.array(rows, np.float64).reshape(wanted.shape)
        return np.minimum(found, LOUDEST).astype(np.float32), found[:, -1]


def moved(scene: Scene, routes: Sequence[Route]) -> Moved | None:
    """How *routes* of *scene* move the settings; None where none does, or nothing is owned by them."""
    if not any(route.destination in SETTINGS for route in routes):
        return None
    found = Moved(scene, routes)
    return found if found.owned else None


def _followed(row: list[float], up: list[float], down: list[float], held: float) -> list[float]:
    stands = []
    for target, rise, fall in zip(row, up, down, strict=True):
        held += (rise if target > held else fall) * (target - held)
        stands.append(held)
    return stands
