"""Mappings: which knob, pad or encoder moves what, how far, and from where it may take over."""

import json
import math
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Literal, get_args

from app.control.addresses import Act, ControlError, Turn, is_target, now_called
from app.control.params import PARAMS, Param
from app.engine.errors import ShowError

Kind = Literal["cc", "note", "pitch", "program", "nrpn", "pressure"]
Mode = Literal["absolute", "two's complement", "sign bit", "offset", "toggle"]
Curve = Literal["linear", "slow start", "fast start"]

VERSION = 1
NEAR = 2.5 / 127
"""A knob that stands so near to the value has picked it up."""

_BEND: dict[Curve, float] = {"linear": 1.0, "slow start": 2.0, "fast start": 0.5}
_KINDS: dict[Kind, str] = {
    "cc": "CC", "note": "Note", "pitch": "Pitch bend", "program": "Program", "nrpn": "NRPN", "pressure": "Pressure",
}  # fmt: skip
FADERS: tuple[Kind, ...] = ("cc", "pitch", "nrpn", "pressure")
_STEPS: dict[Mode, Callable[[int], int]] = {
    "two's complement": lambda n: n if n < 64 else n - 128,
    "sign bit": lambda n: n if n < 64 else 64 - n,
    "offset": lambda n: n - 64,
}


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

    *lo* above *hi* inverts; a pad whose *lo* is its *hi* puts the parameter there.
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
    pickup: bool = True

    @property
    def source(self) -> tuple[str, int, Kind, int]:
        """Which knob or pad it is."""
        return self.device, self.channel, self.kind, self.number

    @property
    def source_words(self) -> str:
        """``CC 3 · channel 1``."""
        number = "" if self.kind in ("pitch", "pressure") else f" {self.number}"
        return f"{_KINDS[self.kind]}{number} · {f'channel {self.channel}' if self.channel else 'any channel'}"

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


@dataclass(slots=True)
class _Hand:
    """What is remembered of one mapping between two messages."""

    last: float | None = None
    wrote: Any = None


class Surface:
    """Owns the mappings and what each knob did last (one thread). Turns touches into gestures."""

    def __init__(self, mappings: tuple[Mapping, ...] = ()) -> None:
        self.mappings = mappings
        self._hands: dict[Mapping, _Hand] = {}
        self.waits: tuple[str, float] | None = None
        """What the knob that was touched last has not met yet, and where the knob would have to stand, 0..1."""

    def learn(self, touch: Touch, target: str) -> Mapping:
        """Let this knob or pad move *target*, which no other of its kind does from now on."""
        made = Mapping(*touch.source, target)
        self.forget(target)
        self.mappings = (*self.mappings, made)
        return made

    def forget(self, target: str) -> None:
        """Nothing moves *target* any more."""
        self.mappings = tuple(m for m in self.mappings if m.target != target)

    def change(self, at: int, **changes: Any) -> None:
        """Change fields of the mapping at *at*."""
        made = replace(self.mappings[at], **changes)
        self.mappings = (*self.mappings[:at], made, *self.mappings[at + 1 :])

    def remove(self, at: int) -> None:
        """Take the mapping at *at* away."""
        self.mappings = (*self.mappings[:at], *self.mappings[at + 1 :])

    def of(self, target: str) -> Mapping | None:
        """What moves *target*."""
        return next((m for m in self.mappings if m.target == target), None)

    def also(self, mapping: Mapping) -> tuple[str, ...]:
        """What else the same knob moves."""
        return tuple({m.target: m for m in self.mappings if m.source == mapping.source and m != mapping})

    def hear(self, touch: Touch, value: Callable[[str], Any]) -> tuple[Turn | Act, ...]:
        """What *touch* means while each parameter has its *value*; a route that is not there is not moved."""
        found: list[Turn | Act] = []
        self.waits = None
        for mapping in self.mappings:
            if not mapping.hears(touch):
                continue
            hand = self._hands.setdefault(mapping, _Hand())
            meant: Turn | Act | None = None
            if mapping.target.startswith("do:"):
                meant = _pressed(mapping, touch, hand)
            else:
                with suppress(ShowError):
                    meant = self._met(mapping, touch, hand, value(mapping.target))
            hand.last = touch.value
            if meant is not None:
                found.append(meant)
        return tuple(found)

    def standing(self, value: Callable[[str], Any]) -> dict[str, float]:
        """Where knobs stand that have not met the *value* of what they move: the target -> 0..1 of its reach."""
        found = {}
        for mapping, hand in self._hands.items():
            if hand.last is not None and not mapping.target.startswith("do:") and mapping in self.mappings:
                touch = Touch(*mapping.source, hand.last)
                with suppress(ShowError):
                    if _not_met(mapping, touch, _Hand(wrote=hand.wrote), value(mapping.target)) is not None:
                        found[mapping.target] = mapping.reach(hand.last)
        return found

    def _met(self, mapping: Mapping, touch: Touch, hand: _Hand, now: Any) -> Turn | None:
        """Where the parameter goes from *now*, once the knob has met it."""
        place = _not_met(mapping, touch, hand, now)
        if place is None:
            return _moved(mapping, touch, hand, now)
        self.waits = mapping.target, place
        return None


def _pressed(mapping: Mapping, touch: Touch, hand: _Hand) -> Act | None:
    """An action, once a press: a note that begins, a program, a knob or pedal that passes its middle."""
    if not _down(touch, hand):
        return None
    verb, _, number = mapping.target[3:].partition(":")
    return Act(verb, (int(number),) if number else ())


def _down(touch: Touch, hand: _Hand) -> bool:
    if touch.kind in FADERS:
        return touch.value >= 0.5 and not (hand.last is not None and hand.last >= 0.5)
    return touch.value > 0.0


def _moved(mapping: Mapping, touch: Touch, hand: _Hand, now: Any) -> Turn | None:
    p = PARAMS[mapping.target]
    if touch.kind in ("note", "program"):
        value = _keyed(mapping, p, touch, now)
    elif mapping.mode == "toggle":
        value = _next(p, now) if _down(touch, hand) else None
    elif mapping.mode != "absolute" and touch.kind == "cc":
        steps = _STEPS[mapping.mode](touch.raw) * (1 if mapping.lo <= mapping.hi else -1)
        value = p.from_unit(_held(mapping, p.to_unit(now) + steps * _step(p))) if steps else None
    else:
        value = p.from_unit(mapping.reach(touch.value))
    if value is None:
        return None
    hand.wrote = value
    return Turn(p.id, value)


def _step(p: Param) -> float:
    """One click of an encoder: a 127th of the way, or the next choice or whole number."""
    if p.kind in ("choice", "flag"):
        return 1.0 / max(1, len(p.choices) - 1)
    return max(1.0 / 127, 1.0 / (p.hi - p.lo)) if p.kind == "integer" else 1.0 / 127


def _held(mapping: Mapping, u: float) -> float:
    return min(max(u, min(mapping.lo, mapping.hi)), max(mapping.lo, mapping.hi))


def _keyed(mapping: Mapping, p: Param, touch: Touch, now: Any) -> Any:
    """A pad on a parameter: on and off for a flag, the next choice, and high or low on a fader."""
    if mapping.lo == mapping.hi:
        return p.from_unit(mapping.hi) if touch.value > 0.0 else None
    if p.kind not in ("flag", "choice"):
        return p.from_unit(mapping.hi if touch.value > 0.0 else mapping.lo)
    return _next(p, now) if touch.value > 0.0 else None


def _next(p: Param, now: Any) -> Any:
    """On for off, the next choice, and a number's other end."""
    if p.kind == "flag":
        return not now
    if p.kind == "choice":
        return p.choices[(p.choices.index(now) + 1) % len(p.choices)]
    return p.from_unit(0.0 if p.to_unit(now) >= 0.5 else 1.0)


def _not_met(mapping: Mapping, touch: Touch, hand: _Hand, now: Any) -> float | None:
    """Soft takeover: where the value stands that a knob has not met yet; None when it may move it.

    A knob moves a value only from where it met it, so that nothing jumps, and until something else moves the value.
    """
    p = PARAMS[mapping.target]
    fader = touch.kind in FADERS and mapping.mode == "absolute" and p.kind in ("number", "integer")
    if not fader or not mapping.pickup or (hand.wrote is not None and math.isclose(now, hand.wrote, abs_tol=1e-6)):
        return None
    place = mapping.place(p.to_unit(now))
    met = abs(touch.value - place) <= NEAR
    passed = hand.last is not None and (hand.last - place) * (touch.value - place) < 0.0
    return None if met or passed else place


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
    if isinstance(given["target"], str):
        given["target"] = now_called(given["target"])
    whole, chosen = ("channel", "number"), {"kind": Kind, "mode": Mode, "curve": Curve}
    if not all(type(given[name]) is int for name in whole) or type(given["pickup"]) is not bool:
        raise ValueError("not a mapping")
    if not all(given[name] in get_args(of) for name, of in chosen.items()):
        raise ValueError("not a mapping")
    if not isinstance(given["device"], str) or not isinstance(given["target"], str) or not is_target(given["target"]):
        raise ValueError("not a mapping")
    if not 0.0 <= given["lo"] <= 1.0 or not 0.0 <= given["hi"] <= 1.0:
        raise ValueError("not a range")
    return Mapping(**given)
