"""Generators: the sources that a Scene makes up itself or that hands set, as frozen settings."""

from dataclasses import dataclass, field
from typing import Any, Literal

Shape = Literal["sine", "triangle", "saw", "square", "random"]
Unit = Literal["beats", "Hz"]
Tint = Literal[0, 1, 2, 3, 4, 5, 6, 7, 8]
"""One of eight colours; 0 is the one that the number of the macro has."""
MOST_STEPS = 16


def _number(default: float, label: str, lo: float, hi: float, unit: str = "") -> Any:
    return field(default=default, metadata={"label": label, "lo": lo, "hi": hi, "unit": unit})


@dataclass(frozen=True, slots=True)
class Lfo:
    """A wave from 0 to 1 and back: a turn in *rate* beats, or *rate* turns a second; *phase* in turns."""

    shape: Shape = field(default="sine", metadata={"label": "Shape"})
    rate: float = _number(16.0, "Rate", 0.01, 256.0)
    unit: Unit = field(default="beats", metadata={"label": "Unit"})
    phase: float = _number(0.0, "Phase", 0.0, 1.0, "turns")


@dataclass(frozen=True, slots=True)
class Follower:
    """The envelope of a curve that is heard: times *gain*, up with *attack* and down with *release*, in seconds."""

    source: str = "level"
    attack: float = _number(0.01, "Attack", 0.0, 10.0, "s")
    release: float = _number(0.5, "Release", 0.0, 10.0, "s")
    gain: float = _number(1.0, "Gain", 0.0, 8.0)


@dataclass(frozen=True, slots=True)
class Walk:
    """Chance that is the same every time: *rate* places a second, drawn from *seed*, and the way between them."""

    rate: float = _number(1.0, "Rate", 0.01, 20.0, "Hz")
    seed: int = field(default=1, metadata={"label": "Seed", "lo": 0, "hi": 999_999})


@dataclass(frozen=True, slots=True)
class Sequencer:
    """Up to 16 *levels* in turn, *per_beat* of them in a beat."""

    levels: tuple[float, ...] = (1.0, 0.0, 0.5, 0.0, 0.75, 0.0, 0.5, 0.25)
    per_beat: float = _number(2.0, "Steps a beat", 0.0625, 16.0)


@dataclass(frozen=True, slots=True)
class Macro:
    """A value that hands set, under the scene's own *name* for it and in its *color*."""

    name: str = ""
    value: float = _number(0.0, "Value", 0.0, 1.0)
    color: Tint = 0


LFOS = (Lfo(), Lfo("triangle", 4.0), Lfo("saw", 1.0), Lfo("random", 1.0))
FOLLOWERS = (Follower(), Follower("bass", 0.01, 0.25))
WALKS = (Walk(), Walk(0.25, 2))
SEQUENCERS = (Sequencer(), Sequencer((1.0, 0.0, 0.0, 0.5, 0.0, 0.0, 0.75, 0.0), 4.0))
MACROS = (Macro(),) * 8
INPUTS = (Macro(),) * 8
