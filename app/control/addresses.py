"""Addresses: how OSC, MIDI and later the web page reach every parameter and every action, and what they mean by it."""

import math
import re
from dataclasses import dataclass
from typing import Any

from app.control.actions import ACTIONS, FLAG, FORMER_IDS, Action
from app.control.model import ParamModel
from app.control.packets import Argument
from app.control.params import PARAMS, Param
from app.engine.errors import AppError
from app.engine.show.show import Show

ROOT = "/anthesis"
STATE = f"{ROOT}/out/state"
"""What changed is told under here, with the same tail."""

OUT = f"{ROOT}/out"
HEARD = ("level", "bass", "mid", "high", "onset", "centroid")
"""Curves of the sound that are told under ``out/audio``."""

_NUMBER = "[1-9][0-9]?"
_ADDRESSED = {action.address: action for action in ACTIONS.values() if action.address}

_SETTABLE = {p.tail or p.id.replace(".", "/"): p for p in PARAMS.values()}

LETTERS = {"i": "whole number", "f": "number", "s": "text", "b": "blob"}


class ControlError(AppError):
    """What a controller or a network peer asked for makes no sense here."""


@dataclass(frozen=True, slots=True)
class Turn:
    """Parameter *name* goes to *value*, or by *value* where *step* is ``+``, ``-`` or ``*``."""

    name: str
    value: Argument
    step: str = ""


@dataclass(frozen=True, slots=True)
class Act:
    """Do the action *verb* with *args*."""

    verb: str
    args: tuple[Argument, ...] = ()


@dataclass(frozen=True, slots=True)
class Ask:
    """Tell what stands at *tail*."""

    tail: str


Gesture = Turn | Act | Ask
"""What hands did, whichever hands."""


def tail_of(name: str) -> str:
    """The end of the address of parameter *name*."""
    return PARAMS[name].tail or name.replace(".", "/")


def is_fader(address: str) -> bool:
    """Does *address* name a parameter?"""
    return address.removeprefix(f"{ROOT}/") in _SETTABLE


def address_of(target: str) -> str:
    """The whole address of a parameter or of an action such as ``do:freeze`` or ``do:scene:3``."""
    if not target.startswith("do:"):
        return f"{ROOT}/{tail_of(target)}"
    verb, _, number = target[3:].partition(":")
    return f"{ROOT}/{ACTIONS[verb].address.replace('{n}', number)}"


def label_of(target: str) -> str:
    """What a person calls *target*: ``Bass``, ``Freeze``, ``Play scene 3``."""
    if target.startswith("do:"):
        verb, _, number = target[3:].partition(":")
        return f"{ACTIONS[verb].label} {number}".strip()
    return PARAMS[target].label


def is_target(target: str) -> bool:
    """Can a controller be given to *target*?"""
    if not target.startswith("do:"):
        return target in PARAMS
    verb, _, number = target[3:].partition(":")
    action = ACTIONS.get(verb)
    if action is None or not action.key:
        return False
    return bool(re.fullmatch(_NUMBER, number)) if action.numbered else not number


def now_called(target: str) -> str:
    """*target* as it was kept by an older window, by the name it has now."""
    verb = target.removeprefix("do:")
    return f"do:{FORMER_IDS[verb]}" if target.startswith("do:") and verb in FORMER_IDS else target


def gesture(address: str, args: tuple[Argument, ...]) -> Gesture:
    """What a message means; raises ControlError in one sentence when it means nothing."""
    if not address.startswith(f"{ROOT}/"):
        raise ControlError(f"There is nothing at {address}.")
    tail = address.removeprefix(f"{ROOT}/")
    p = _SETTABLE.get(tail)
    action, number = _action(tail)
    if p is None and action is None:
        raise ControlError(f"There is nothing at {address}.")
    if args == ("?",):
        return Ask(tail)
    if p is not None:
        return _turn(p, args)
    assert action is not None
    for takes in action.takes:
        if _fits(takes, args):
            return Act(action.id, (*number, *args))
    raise ControlError(f"{address} takes {takes_words(action)}.")


def _turn(p: Param, args: tuple[Argument, ...]) -> Turn:
    if len(args) == 2 and args[0] in ("+", "-", "*") and p.kind in ("number", "integer") and _fits("f", args[1:]):
        return Turn(p.id, args[1], str(args[0]))
    value = args[0] if len(args) == 1 else None
    if p.kind == "choice" and isinstance(value, int) and not isinstance(value, bool) and 0 <= value < len(p.choices):
        value = p.choices[value]  # by its place in the list
    if p.kind == "choice":
        fits = value in p.choices
    else:
        fits = _fits("f", (value,)) and (p.kind == "flag" or not isinstance(value, bool))
    if not fits:
        raise ControlError(f"{p.label} takes {range_words(p)}.")
    return Turn(p.id, value)


def _action(tail: str) -> tuple[Action | None, tuple[int, ...]]:
    """What stands at *tail*, and the number in it."""
    if tail in _ADDRESSED:
        return _ADDRESSED[tail], ()
    parts = tail.split("/")
    for at, part in enumerate(parts):
        pattern = "/".join((*parts[:at], "{n}", *parts[at + 1 :]))
        if re.fullmatch(_NUMBER, part) and pattern in _ADDRESSED:
            return _ADDRESSED[pattern], (int(part),)
    return None, ()


def _fits(takes: str, args: tuple[Argument, ...]) -> bool:
    return len(takes) == len(args) and all(_fit(letter, arg) for letter, arg in zip(takes, args, strict=True))


def _fit(letter: str, arg: Argument) -> bool:
    if letter in "sb":
        return isinstance(arg, str if letter == "s" else bytes)
    if not isinstance(arg, int | float) or not math.isfinite(arg):
        return False
    return letter == "f" or float(arg).is_integer()


def takes_words(action: Action) -> str:
    """The arguments of *action* as a person reads them."""
    if action.takes is FLAG:
        return "nothing, 1 or 0"
    return " or ".join(", ".join(LETTERS[letter] for letter in some) for some in action.takes)


def range_words(p: Param) -> str:
    """The values of *p* as a person reads them."""
    if p.kind == "choice":
        return f"one of {', '.join(map(str, p.choices))}"
    return "0 or 1" if p.kind == "flag" else f"a number from {p.lo:g} to {p.hi:g}"


def turned(now: Any, turn: Turn) -> Any:
    """The value that *turn* makes of *now*, held within the range; raises ShowError when it makes no sense."""
    p, value = PARAMS[turn.name], turn.value
    if turn.step:
        assert isinstance(value, int | float)  # seen to where it was read
        value = float(now) * value if turn.step == "*" else float(now) + (value if turn.step == "+" else -value)
    return p.valid(value)


def state_of(show: Show, params: ParamModel) -> dict[str, Argument]:
    """What can be asked for of the Show and of its parameters: the tail of its address -> its value."""
    told: dict[str, Argument] = {}
    for name, value in params.values().items():
        told[tail_of(name)] = int(value) if isinstance(value, bool) else value
    told["scene/launch"] = show.scene.name
    for i in range(len(show.scenes)):
        told[f"scene/{i + 1}/launch"] = int(i == show.active)
    told["transport/loop"] = int(show.loop is not None)
    told["style/load"] = show.scene.style.name
    told["preset/load"] = show.scene.preset
    told["latent/seed"] = show.scene.path.seed
    return told
