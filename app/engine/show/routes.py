"""Routes: which sound moves what, and by how much. Together they are the modulation matrix."""

import math
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Literal

from app.engine.show.ways import FARTHEST, REACH

if TYPE_CHECKING:
    from app.engine.show.show import React

Curve = Literal["linear", "exponential", "logarithmic", "s", "steps"]
Mode = Literal["add", "multiply", "replace"]

CONTROL_RATE = 100.0
"""Steps a second at which everything that moves is computed; pictures interpolate between steps."""


MIRRORS = ("off", "left-right", "quad")
INTERPOLATIONS = ("nearest", "linear", "quadratic", "cubic")
_ANGLE = {"lo": -1.0, "hi": 1.0, "reach": 0.5}
_WAY = {"lo": -FARTHEST, "hi": FARTHEST, "reach": REACH}
_MOVES = {"lo": -1.0, "hi": 1.0, "reach": 0.25, "needs": "StyleGAN3"}


def _stepped(choices: tuple[str, ...]) -> dict[str, Any]:
    """A destination that goes by steps: a route of depth 1 leads from the first of *choices* to the last."""
    return {"lo": 0.0, "hi": len(choices) - 1.0, "reach": len(choices) - 1.0, "choices": choices}


def chosen_at(name: str, place: float, rest: str) -> str:
    """The choice of destination *name* that is nearest to *place*; *rest* where that is no number, as nobody saw it."""
    if math.isnan(place):
        return rest
    choices: tuple[str, ...] = DESTINATIONS[name].metadata["choices"]
    return choices[min(max(math.floor(place + 0.5), 0), len(choices) - 1)]


@dataclass(frozen=True, slots=True)
class Look:
    """Every destination's value at one instant. The metadata is its range, and how far a route of depth 1 pushes it.

    Three move the picture in widths of it and turn it anticlockwise in turns, where the network can. Sixteen push
    it along directions of W, in deviations. Five are settings of the routes that the simple settings own. Mirror and
    interpolation are places among choices, and the crossfader is how far it is pushed from where a hand has put it.
    """

    position: float = field(default=0.0, metadata={"label": "Position", "lo": 0.0, "hi": 1e9, "reach": 0.0})
    speed: float = field(default=1.0, metadata={"label": "Speed", "lo": 0.05, "hi": 8.0, "reach": 4.0})
    psi: float = field(default=1.0, metadata={"label": "Variety", "lo": 0.0, "hi": 1.5, "reach": 0.5})
    pulse: float = field(default=0.0, metadata={"label": "Pulse", "lo": -3.0, "hi": 3.0, "reach": 1.0})
    coarse: float = field(default=0.0, metadata={"label": "Coarse push", "lo": -3.0, "hi": 3.0, "reach": 1.0})
    middle: float = field(default=0.0, metadata={"label": "Middle push", "lo": -3.0, "hi": 3.0, "reach": 1.0})
    fine: float = field(default=0.0, metadata={"label": "Fine push", "lo": -3.0, "hi": 3.0, "reach": 1.0})
    wander: float = field(default=0.5, metadata={"label": "Wander", "lo": 0.0, "hi": 1.0, "reach": 1.0})
    noise: float = field(default=1.0, metadata={"label": "Noise", "lo": 0.0, "hi": 4.0, "reach": 2.0})
    brightness: float = field(default=0.0, metadata={"label": "Brightness", "lo": -1.0, "hi": 1.0, "reach": 0.5})
    contrast: float = field(default=1.0, metadata={"label": "Contrast", "lo": 0.0, "hi": 3.0, "reach": 1.0})
    saturation: float = field(default=1.0, metadata={"label": "Saturation", "lo": 0.0, "hi": 3.0, "reach": 1.0})
    hue: float = field(default=0.0, metadata={"label": "Hue", "lo": -1.0, "hi": 1.0, "reach": 0.5})
    black: float = field(default=0.0, metadata={"label": "Black point", "lo": 0.0, "hi": 0.9, "reach": 0.5})
    white: float = field(default=1.0, metadata={"label": "White point", "lo": 0.1, "hi": 1.0, "reach": 0.5})
    gamma: float = field(default=1.0, metadata={"label": "Gamma", "lo": 0.2, "hi": 5.0, "reach": 2.0})
    feedback: float = field(default=0.0, metadata={"label": "Feedback", "lo": 0.0, "hi": 0.9, "reach": 0.9})
    feedback_zoom: float = field(default=0.0, metadata={"label": "Feedback zoom", "lo": -4.0, "hi": 4.0, "reach": 4.0})
    feedback_turn: float = field(default=0.0, metadata={"label": "Feedback turn", "lo": -1.0, "hi": 1.0, "reach": 1.0})
    trails: float = field(default=0.0, metadata={"label": "Trails", "lo": 0.0, "hi": 1.0, "reach": 1.0})
    kaleidoscope: float = field(default=1.0, metadata={"label": "Kaleidoscope", "lo": 1.0, "hi": 16.0, "reach": 8.0})
    kaleidoscope_angle: float = field(default=0.0, metadata={"label": "Kaleidoscope angle"} | _ANGLE)
    glitch: float = field(default=0.0, metadata={"label": "Glitch", "lo": 0.0, "hi": 1.0, "reach": 1.0})
    bloom: float = field(default=0.0, metadata={"label": "Bloom", "lo": 0.0, "hi": 1.0, "reach": 1.0})
    bloom_from: float = field(default=0.6, metadata={"label": "Bloom from", "lo": 0.0, "hi": 1.0, "reach": 0.5})
    vignette: float = field(default=0.0, metadata={"label": "Vignette", "lo": 0.0, "hi": 1.0, "reach": 1.0})
    lut_amount: float = field(default=1.0, metadata={"label": "LUT amount", "lo": 0.0, "hi": 1.0, "reach": 1.0})
    energy: float = field(default=0.6, metadata={"label": "Energy", "lo": 0.0, "hi": 1.0, "reach": 1.0})
    shift: float = field(default=0.0, metadata={"label": "Position", "lo": -60.0, "hi": 60.0, "reach": 4.0})
    translate_x: float = field(default=0.0, metadata={"label": "Move right"} | _MOVES)
    translate_y: float = field(default=0.0, metadata={"label": "Move down"} | _MOVES)
    rotate: float = field(default=0.0, metadata={"label": "Turn"} | _MOVES)
    direction_1: float = field(default=0.0, metadata={"label": "Direction 1"} | _WAY)
    direction_2: float = field(default=0.0, metadata={"label": "Direction 2"} | _WAY)
    direction_3: float = field(default=0.0, metadata={"label": "Direction 3"} | _WAY)
    direction_4: float = field(default=0.0, metadata={"label": "Direction 4"} | _WAY)
    direction_5: float = field(default=0.0, metadata={"label": "Direction 5"} | _WAY)
    direction_6: float = field(default=0.0, metadata={"label": "Direction 6"} | _WAY)
    direction_7: float = field(default=0.0, metadata={"label": "Direction 7"} | _WAY)
    direction_8: float = field(default=0.0, metadata={"label": "Direction 8"} | _WAY)
    direction_9: float = field(default=0.0, metadata={"label": "Direction 9"} | _WAY)
    direction_10: float = field(default=0.0, metadata={"label": "Direction 10"} | _WAY)
    direction_11: float = field(default=0.0, metadata={"label": "Direction 11"} | _WAY)
    direction_12: float = field(default=0.0, metadata={"label": "Direction 12"} | _WAY)
    direction_13: float = field(default=0.0, metadata={"label": "Direction 13"} | _WAY)
    direction_14: float = field(default=0.0, metadata={"label": "Direction 14"} | _WAY)
    direction_15: float = field(default=0.0, metadata={"label": "Direction 15"} | _WAY)
    direction_16: float = field(default=0.0, metadata={"label": "Direction 16"} | _WAY)
    bass: float = field(default=1.4, metadata={"label": "Bass", "lo": 0.0, "hi": 3.0, "reach": 1.5})
    mid: float = field(default=0.8, metadata={"label": "Mid", "lo": 0.0, "hi": 3.0, "reach": 1.5})
    treble: float = field(default=0.6, metadata={"label": "Treble", "lo": 0.0, "hi": 3.0, "reach": 1.5})
    gate: float = field(default=0.1, metadata={"label": "Gate", "lo": 0.0, "hi": 1.0, "reach": 0.5})
    smoothness: float = field(default=0.7, metadata={"label": "Smoothness", "lo": 0.0, "hi": 0.9, "reach": 0.45})
    mirror: float = field(default=0.0, metadata={"label": "Mirror"} | _stepped(MIRRORS))
    interpolation: float = field(default=3.0, metadata={"label": "Interpolation"} | _stepped(INTERPOLATIONS))
    fader: float = field(default=0.0, metadata={"label": "Crossfader", "lo": -1.0, "hi": 1.0, "reach": 1.0})


DESTINATIONS = {f.name: f for f in fields(Look) if f.name != "position"}
"""Every field of Look that a route may move; the position follows from the speed."""
SETTINGS = ("bass", "mid", "treble", "gate", "smoothness")
"""Destinations that are settings of the routes that the simple settings own."""


@dataclass(frozen=True, slots=True)
class Route:
    """One source -> destination.

    In order: the source in 0..1 is mapped from *lo*..*hi* to 0..1 (below *lo* nothing passes: the gate), times *gain*,
    smoothed with *attack* and *release* (time constants in seconds), bent by *curve*, turned round by *invert*, times
    *depth* (-1..1, 1 = the destination's whole reach), and added to, multiplied with or put in place of the base value.
    An *expression* makes something of the source first. *frozen* holds what the route gave before depth. Where a scene
    has routes that are *solo*, only they count.
    """

    source: str
    destination: str
    depth: float = 0.3
    lo: float = 0.0
    hi: float = 1.0
    gain: float = 1.0
    attack: float = 0.015
    release: float = 0.18
    curve: Curve = "linear"
    invert: bool = False
    mode: Mode = "add"
    on: bool = True
    expression: str = ""
    frozen: float | None = None
    solo: bool = False


def release_time(smoothness: float) -> float:
    """Bloompipe's videoSmoothness as a time constant in seconds; it smoothed at 25 fps: ``-1 / (25 ln s)``."""
    return -1.0 / (25.0 * math.log(smoothness)) if smoothness > 0.0 else 0.0


def owned_routes(react: "React") -> tuple[Route, ...]:
    """The routes that the simple settings stand for: three bands of the drums or the melody into one pulse."""
    part = "drums" if react.drums else "melody"
    release = release_time(react.smoothness)
    gains = {"bass": react.bass, "mid": react.mid, "high": react.treble}
    return tuple(
        Route(f"{band}_{part}", "pulse", react.pulse, lo=react.gate, gain=gain, attack=0.1 * release, release=release)
        for band, gain in gains.items()
    )
