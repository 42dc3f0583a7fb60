"""Parameters that no setting of the Show describes: what hands perform, and the fields of a route."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, get_args

from app.engine.show.routes import Curve, Mode

QUANTA = ("off", "1/4", "1/2", "1", "2", "4", "8", "section")
"""What a launch waits for: nothing, a part of a bar, bars, or the next part of the song."""


@dataclass(frozen=True, slots=True)
class Performed:
    """One thing that hands set while they play; *tail*: the end of its address."""

    id: str
    label: str
    default: Any
    tail: str
    doc: str
    lo: float = 0.0
    hi: float = 1.0
    choices: tuple[Any, ...] = ()
    unit: str = ""


PERFORMED = (
    Performed("perform.fader", "Crossfader", 0.0, "mix/crossfade", "0 is deck A alone, 1 is deck B alone"),
    Performed("perform.quantum", "Launch", "off", "scene/quant", "What a launch waits for", choices=QUANTA),
    Performed("perform.glide", "Scene glide", 0.0, "scene/glide", "How long the way to the next scene takes",
              hi=32.0, unit="beats"),
    Performed("perform.keep_position", "Keep position", False, "scene/keep",
              "Let the next scene's path go on from where this one has come to"),
    Performed("perform.auto_cycle", "Auto-cycle", 0, "scene/cycle", "Launch the next scene every so many bars; 0 none",
              hi=64, unit="bars"),
    Performed("perform.hold", "Hold scene", False, "scene/hold", "Let nothing launch by itself"),
    Performed("map.x", "Map, across", 0.5, "latent/x", "How far across the map hands have sent the picture: 0 is left"),
    Performed("map.y", "Map, down", 0.5, "latent/y", "How far down the map hands have sent the picture: 0 is above"),
    Performed("output.brightness", "Output brightness", 1.0, "output/brightness",
              "How bright the audience's picture is, wherever it is sent; no film is darker for it"),
    Performed("tempo.bpm", "Tempo", 120.0, "tempo/bpm", "Beats a minute", lo=20.0, hi=300.0, unit="bpm"),
)  # fmt: skip

ROUTE: Mapping[str, Mapping[str, Any]] = MappingProxyType({
    "on": {"label": "On", "doc": "Whether it moves anything"},
    "depth": {"label": "Depth", "lo": -1, "hi": 1, "doc": "How far it pushes; 1 is the destination's whole reach"},
    "lo": {"label": "From", "doc": "Sound below this does not pass"},
    "hi": {"label": "To", "doc": "Sound above this counts as this"},
    "gain": {"label": "Gain", "hi": 4, "doc": "Times this, before it is smoothed"},
    "attack": {"label": "Attack", "hi": 2, "unit": "s", "doc": "How slowly it rises"},
    "release": {"label": "Release", "hi": 4, "unit": "s", "doc": "How slowly it falls"},
    "curve": {"label": "Curve", "choices": get_args(Curve), "doc": "How it is bent"},
    "invert": {"label": "Invert", "doc": "Loud for quiet"},
    "mode": {"label": "Mode", "choices": get_args(Mode), "doc": "Added to what rests, times it, or in its place"},
    "solo": {"label": "Solo", "doc": "Only this route counts, with others that are solo"},
})  # fmt: skip
"""Field of a Route -> what a setting's metadata would say."""
