"""Mappings: which knob, pad or encoder moves what, how far, how it is read, and how it takes over."""

import json
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, get_args

from app.control.addresses import ControlError, is_target, now_called

Kind = Literal["cc", "cc14", "note", "pitch", "program", "nrpn", "pressure"]
Mode = Literal["absolute", "two's complement", "sign bit", "offset", "toggle", "momentary", "trigger", "step"]
"""How what comes is read. Beside a knob with two ends and three kinds of encoders: a press that changes over, one that
counts while it is held, one that puts it there, and one that goes on to the next."""
Curve = Literal["linear", "slow start", "fast start"]
Takeover = Literal["pick up", "scale", "jump"]
"""What a knob does that does not stand where the value is: wait until it meets it, move it by its share, or jump."""

VERSION = 1

_BEND: dict[Curve, float] = {"linear": 1.0, "slow start": 2.0, "fast start": 0.5}
_KINDS: dict[Kind, str] = {
    "cc": "CC", "cc14": "CC", "note": "Note", "pitch": "Pitch bend", "program": "Program", "nrpn": "NRPN",
    "pressure": "Pressure",
}  # fmt: skip
FADERS: tuple[Kind, ...] = ("cc", "cc14", "pitch", "nrpn", "pressure")
FINE = 32
"""A control of 14 bits is two CCs: this many numbers above the one that says the coarse half is the fine half."""


@dataclass(frozen=True, slots=True)
class Touch:
    """One MIDI message of a device: *value* 0..1 of its reach; *raw* as it came."""

    device: str
    channel: int
    kind: Kind
    number: int
    value: float
    raw: int = 0

    @property
    def source(self) -> tuple[str, int, Kind, int]:
        """Which knob or pad it was."""
        return self.device, self.channel, self.kind, self.number


@dataclass(frozen=True, slots=True)
class Mapping:
    """One knob or pad and what it moves; channel 0 is any. *lo* and *hi* are 0..1 of the parameter's reach.

    *lo* above *hi* inverts; a pad whose *lo* is its *hi* puts the parameter there. *layer* 1 counts with Shift alone.
    """

    device: str
    channel: int
    kind: Kind
    number: int
    target: str
    lo: float = 0.0
    hi: float = 1.0
    mode: Mode = "absolute"
    curve: Curve = "linear"
    takeover: Takeover = "pick up"
    layer: int = 0

    @property
    def source(self) -> tuple[str, int, Kind, int]:
        """Which knob or pad it is."""
        return self.device, self.channel, self.kind, self.number

    @property
    def source_words(self) -> str:
        """``CC 3 · channel 1``, or ``CC 3 and 35`` of one that sends both; ``Shift + CC 3`` on layer 1."""
        number = "" if self.kind in ("pitch", "pressure") else f" {self.number}"
        if self.kind == "cc14":
            number += f" and {self.number + FINE}"
        shift = "Shift + " if self.layer else ""
        return f"{shift}{_KINDS[self.kind]}{number} · {f'channel {self.channel}' if self.channel else 'any channel'}"

    def hears(self, touch: Touch) -> bool:
        """Is *touch* of this knob or pad?"""
        return self.source == touch.source or (
            self.channel == 0 and (self.device, self.kind, self.number) == (touch.device, touch.kind, touch.number)
        )

    def reach(self, value: float) -> float:
        """Where the knob at *value* puts the parameter, 0..1."""
        return self.lo + (self.hi - self.lo) * value ** _BEND[self.curve]

    def place(self, u: float) -> float:
        """Where the knob would have to stand for the parameter to stand at *u*."""
        share = (u - self.lo) / ((self.hi - self.lo) or 1.0)
        return float(min(max(share, 0.0), 1.0) ** (1 / _BEND[self.curve]))


def to_json(mappings: tuple[Mapping, ...]) -> str:
    """The profile as text."""
    return json.dumps({"version": VERSION, "mappings": [asdict(m) for m in mappings]})


def from_json(text: str) -> tuple[Mapping, ...]:
    """The mappings in a profile; raises ControlError when it is not one."""
    try:
        profile = json.loads(text)
        if profile["version"] != VERSION:
            raise ControlError("The MIDI mappings were kept by a newer Anthesis.")
        return tuple(_mapping(kept) for kept in profile["mappings"])
    except (ValueError, TypeError, KeyError, AttributeError) as err:
        raise ControlError("The MIDI mappings could not be read.") from err


def _mapping(kept: dict[str, Any]) -> Mapping:
    """One mapping, with every field as it may be; raises ValueError or TypeError."""
    given = {f.name: kept.get(f.name, f.default) for f in fields(Mapping)}
    if kept.get("pickup") is False:  # as it was kept when a knob could only wait or jump
        given["takeover"] = "jump"
    if isinstance(given["target"], str):
        given["target"] = now_called(given["target"])
    whole, chosen = ("channel", "number", "layer"), {"kind": Kind, "mode": Mode, "curve": Curve, "takeover": Takeover}
    if not all(type(given[name]) is int for name in whole):
        raise ValueError("not a mapping")
    if not all(given[name] in get_args(of) for name, of in chosen.items()):
        raise ValueError("not a mapping")
    if not isinstance(given["device"], str) or not isinstance(given["target"], str) or not is_target(given["target"]):
        raise ValueError("not a mapping")
    if not 0.0 <= given["lo"] <= 1.0 or not 0.0 <= given["hi"] <= 1.0:
        raise ValueError("not a range")
    if given["layer"] not in (0, 1):
        raise ValueError("not a layer")
    return Mapping(**given)
