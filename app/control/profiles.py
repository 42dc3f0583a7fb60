"""Profiles: what each knob, fader and pad of a known controller moves, and how its lamps say what plays."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, get_args

from app.control.addresses import ControlError, is_target
from app.control.mapping import Kind, Mode
from app.control.mapping import Mapping as Knob
from app.engine import paths

VERSION = 1
State = Literal["empty", "loaded", "queued", "playing", "error"]
"""What a lamp may say of a pad: no scene, a scene or a button, one that waits, what plays or is on, a missing Style."""

_PER_KIND = 128
_SCENES = ("do:scene:", "do:pad:", "do:overwrite:")


@dataclass(frozen=True)
class Profile:
    """One kind of controller: *devices* are parts of its port's name; *lamps* state -> (channel, value).

    *button_lamps*: those of what is no scene, where they are other ones.
    """

    name: str
    devices: tuple[str, ...]
    note: str
    knobs: tuple[Knob, ...]
    lamps: Mapping[State, tuple[int, int]]
    button_lamps: Mapping[State, tuple[int, int]]

    def lamps_of(self, target: str) -> Mapping[State, tuple[int, int]]:
        """The lamps of what moves *target*."""
        return self.lamps if target.startswith(_SCENES) else self.button_lamps

    def suits(self, device: str) -> bool:
        """Is it for the controller called *device*?"""
        return any(part.lower() in device.lower() for part in self.devices)

    def mappings(self, device: str) -> tuple[Knob, ...]:
        """Its mappings for the controller called *device*."""
        return tuple(replace(knob, device=device) for knob in self.knobs)


def read_profile(text: str) -> Profile:
    """The profile in *text*; raises ControlError when it is none."""
    try:
        kept = json.loads(text)
        if kept["version"] != VERSION:
            raise ControlError("The profile is of a newer Anthesis.")
        knobs = tuple(knob for control in kept["controls"] for knob in _knobs(control, kept.get("channel", 1)))
        lamps, buttons = _lamps(kept.get("lamps", {})), _lamps(kept.get("button_lamps", {}))
        name, devices, note = str(kept["name"]), tuple(map(str, kept["devices"])), str(kept.get("note", ""))
    except (ValueError, TypeError, KeyError, AttributeError) as err:
        raise ControlError("The profile could not be read.") from err
    if not {*lamps, *buttons} <= set(get_args(State)):
        raise ControlError("The profile names a state that lamps do not have.")
    return Profile(name, devices, note, knobs, MappingProxyType(lamps), MappingProxyType(buttons or lamps))


def _lamps(kept: dict[State, Any]) -> dict[State, tuple[int, int]]:
    return {state: _lamp(value) for state, value in kept.items()}


def _lamp(value: Any) -> tuple[int, int]:
    channel, shown = value
    if not (1 <= channel <= 16 and 0 <= shown < _PER_KIND):
        raise ValueError("not a lamp")
    return int(channel), int(shown)


def _knobs(control: dict[str, Any], channel: int) -> Iterator[Knob]:
    """The knobs of one line: ``{"cc": 0, "to": 7, "target": "macro.{n}"}`` is eight; *first* is what {n} begins with.

    *at* lets a pad put a setting there, between 0 and 1; a line with *layer* 1 counts while Shift is down.
    """
    kind: Kind = "cc" if "cc" in control else "note"
    number, first = int(control[kind]), int(control.get("first", 1))
    mode: Mode = control.get("mode", "absolute")
    layer = int(control.get("layer", 0))
    lo, hi = (float(control["at"]),) * 2 if "at" in control else (0.0, 1.0)
    if mode not in get_args(Mode) or not 0.0 <= lo <= 1.0 or not 0 <= channel <= 16 or layer not in (0, 1):
        raise ValueError("not a control")
    for i in range(int(control.get("to", number)) - number + 1):
        target = str(control["target"]).replace("{n}", str(first + i))
        if not is_target(target) or not 0 <= number + i < _PER_KIND:
            raise ControlError(f"The profile names {target}, which is nothing here.")
        yield Knob("", channel, kind, number + i, target, lo, hi, mode, layer=layer)


def shipped() -> tuple[Profile, ...]:
    """The profiles that Anthesis ships with, the generic one last."""
    found = [read_profile(file.read_text(encoding="utf-8")) for file in _files()]
    return tuple(sorted(found, key=lambda profile: (not profile.devices, profile.name)))


def _files() -> list[Path]:
    return sorted((paths.resources() / "midi").glob("*.json"))


def profile_for(device: str, known: tuple[Profile, ...]) -> Profile:
    """The one of *known* that suits *device*; the last, which is generic, suits any."""
    return next((profile for profile in known if profile.suits(device)), known[-1])
