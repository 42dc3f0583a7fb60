"""What a request over the web means: the same parameters and actions that keys, MIDI and OSC reach, said in JSON."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from app.control.actions import ACTIONS
from app.control.addresses import ALSO, ROOT, Act, ControlError, Gesture, Turn, address_of, gesture, tail_of
from app.control.packets import Argument
from app.control.params import PARAMS, Param

LONGEST_GLIDE = 64.0
"""Beats that a setting may take to its new value."""
_SAFE = 2**53
"""Whole numbers up to here are the same in JSON's floats and in Python."""
_TAILS = {action.address.replace("/{n}", ""): action for action in ACTIONS.values() if action.numbered}
SETTABLE = frozenset(map(tail_of, PARAMS)) | ALSO.keys()
"""The ends of the addresses of all settings."""
_SPOKEN = {action.address: action for action in ACTIONS.values() if action.address and not action.numbered}


@dataclass(frozen=True, slots=True)
class Tell:
    """Tell what stands under *what*: ``state``, ``params``, ``scenes``, ``styles`` or ``films``."""

    what: str


@dataclass(frozen=True, slots=True)
class Glide:
    """Do *turn* over so many *beats*."""

    turn: Turn
    beats: float


@dataclass(frozen=True, slots=True)
class LaunchOn:
    """Launch the Scene of this *number* when *quantum* says, whatever launches wait for otherwise."""

    number: int
    quantum: str


@dataclass(frozen=True, slots=True)
class Order:
    """Make a film in the shape of *preset*, of this *span*: ``song``, ``loop``, from and to in seconds, or as set."""

    preset: str
    span: str | tuple[float, float]


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Stop the film of this *number*, or take it off the list."""

    number: int


Meant = Turn | Act | Tell | Glide | LaunchOn | Order | Withdraw
"""What a client of the web may ask of the window."""


def read_json(body: bytes | str) -> dict[str, Any]:
    """The object in *body*, ``{}`` where nothing was said; raises ControlError."""
    if not body.strip():
        return {}
    try:
        found = json.loads(body, parse_constant=_no_number, parse_int=_whole)
        json.dumps(found, ensure_ascii=False).encode()  # half a character could be neither told nor saved
    except (ValueError, RecursionError) as err:
        raise ControlError("What was sent is not JSON.") from err
    if not isinstance(found, dict):
        raise ControlError("What was sent is JSON, but no object such as {}.")
    return found


def _no_number(_word: str) -> NoReturn:
    raise ValueError("JSON has no such number")


def _whole(digits: str) -> int:
    number = int(digits) if len(digits) <= 17 else _SAFE + 1
    if abs(number) > _SAFE:
        raise ValueError("a whole number that no setting has")
    return number


def turn_of(name: str, value: object) -> Turn:
    """Parameter *name*, by its id or by the end of its address, goes to *value*; raises ControlError."""
    tail = tail_of(name) if name in PARAMS else name.strip("/")
    if value == "?":
        raise ControlError("Ask with GET; ? is no value.")
    meant = _meant(tail, (value,)) if tail in SETTABLE else None
    if not isinstance(meant, Turn):
        raise ControlError(f"There is no setting called “{name}”.")
    return meant


def glide_of(turn: Turn, beats: object) -> Turn | Glide:
    """*turn* over so many *beats*: at once where none are said, or where there is nothing between two values."""
    if beats is None or beats == 0:
        return turn
    beats = number_in(beats, "glide", 0.0, LONGEST_GLIDE)
    return Glide(turn, beats) if PARAMS[turn.name].kind in ("number", "integer") else turn


def act_of(name: str, n: object = None, args: tuple[object, ...] = ()) -> Act:
    """The action *name*, by its id or by its address with dots, with *n* where it is numbered; raises ControlError."""
    action = ACTIONS.get(name)
    if action is None or not action.address:
        tail = name.replace(".", "/").strip("/")
        action = (_TAILS if n is not None else _SPOKEN).get(tail)
    if action is None or action.id == "sync":
        raise ControlError(f"There is no action called “{name}”.")
    if action.numbered != (n is not None):
        wants = "needs n, which one" if action.numbered else "takes no n"
        raise ControlError(f"“{name}” {wants}.")
    if n is not None and (isinstance(n, bool) or not isinstance(n, int)):
        raise ControlError("n is a whole number from 1.")
    meant = _meant(action.address.replace("{n}", str(n)), args)
    if not isinstance(meant, Act):
        raise ControlError(f"There is no action called “{name}”.")
    return meant


def _meant(tail: str, args: tuple[object, ...]) -> Gesture:
    try:
        return gesture(f"{ROOT}/{tail}", tuple(map(_argument, args)))
    except ControlError as error:
        raise ControlError(str(error).replace(f"{ROOT}/", "")) from error


def number_in(value: object, name: str, lo: float, hi: float) -> float:
    """*value* as a number from *lo* to *hi*; raises ControlError."""
    fits = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    if not fits or not lo <= float(value) <= hi:  # type: ignore[arg-type]
        raise ControlError(f"{name} is a number from {lo:g} to {hi:g}.")
    return float(value)  # type: ignore[arg-type]


def _argument(value: object) -> Argument:
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise ControlError("A value is a number, a text, true or false.")


def order_of(said: Mapping[str, Any]) -> Order:
    """The film that ``{"preset": ..., "range": ...}`` asks for; raises ControlError."""
    preset, span = said.get("preset", ""), said.get("range", "")
    if not isinstance(preset, str):
        raise ControlError("preset is the name of a film preset.")
    if isinstance(span, list) and len(span) == 2:
        start, end = (number_in(second, "range", 0.0, 86_400.0) for second in span)
        if end > start:
            return Order(preset, (start, end))
    elif span in ("", "song", "loop"):
        return Order(preset, span)
    raise ControlError('range is "song", "loop", or [from, to] in seconds.')


def param_facts(p: Param, value: Argument, midi: str) -> dict[str, Any]:
    """What a client needs to draw parameter *p* at *value*; *midi*: the knob that moves it."""
    facts: dict[str, Any] = {"id": p.id, "label": p.label, "type": p.kind, "default": p.default, "value": value}
    if p.kind in ("number", "integer"):
        facts |= {"min": p.lo, "max": p.hi, "unit": p.unit}
    elif p.kind == "choice":
        facts["choices"] = list(p.choices)
    return facts | {"osc": address_of(p.id), "midi": midi, "doc": p.doc}
