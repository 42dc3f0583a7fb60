"""Addresses: how OSC, MIDI and later the web page reach every parameter and every action, and what they mean by it."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
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


def _effect(field: str) -> str:
    """``fx/feedback/zoom`` of the setting ``feedback_zoom``, and ``fx/feedback/amount`` of the effect itself."""
    name, _, part = field.partition("_")
    return f"fx/{name}/{part or 'amount'}"


ALSO: Mapping[str, str] = MappingProxyType({
    "react/smooth": "react.smoothness", "react/random": "react.randomness", "react/points": "react.point_amount",
    "react/interp": "react.interpolation", "react/loop": "react.loop_video", "react/sections": "react.follow_sections",
    "react/sectionsim": "react.section_similarity",
    **{_effect(p.field): p.id for p in PARAMS.values() if p.scope == "finish"},
})  # fmt: skip
"""Shorter tails of addresses, and what they set. What changed is told under the setting's own name."""

_OWN = {p.tail or p.id.replace(".", "/"): p for p in PARAMS.values()}
_SETTABLE = _OWN | {tail: PARAMS[name] for tail, name in ALSO.items()}

LETTERS = {"i": "whole number", "f": "number", "s": "text", "b": "blob"}

HELD, SWITCHED = "layer:held", "layer:switched"
LAYERS: Mapping[str, str] = MappingProxyType({HELD: "Shift", SWITCHED: "Mode"})
"""What a button of a controller may be for that puts the controller's second layer in front. It has no address."""

STEPS = ("+", "-", "*")
"""Before a number: from where it is."""


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
    """Tell what stands at *tail*: the value of parameter *name*, where it is one's."""

    tail: str
    name: str = ""


Gesture = Turn | Act | Ask
"""What hands did, whichever hands."""


def tail_of(name: str) -> str:
    """The end of the address of parameter *name*."""
    return PARAMS[name].tail or name.replace(".", "/")


def is_told(address: str) -> bool:
    """Is it what another Anthesis tells, or this one itself? An answer to it would be answered for ever."""
    return address == f"{ROOT}/error" or address.startswith(f"{OUT}/")


def streams(address: str, args: tuple[Argument, ...]) -> bool:
    """Is the newest of many such messages enough: the place of a fader, or of a finger on a pad?"""
    tail = address.removeprefix(f"{ROOT}/")
    if tail in _SETTABLE:
        return len(args) == 1 and args != ("?",)
    return tail in _ADDRESSED and _ADDRESSED[tail].streams


def address_of(target: str) -> str:
    """The whole address of a parameter or of an action such as ``do:freeze`` or ``do:scene:3``; of a layer none."""
    if target in LAYERS:
        return ""
    if not target.startswith("do:"):
        return f"{ROOT}/{tail_of(target)}"
    verb, _, number = target[3:].partition(":")
    return f"{ROOT}/{ACTIONS[verb].address.replace('{n}', number)}"


def label_of(target: str) -> str:
    """What a person calls *target*: ``Bass``, ``Freeze``, ``Play scene 3``."""
    if target in LAYERS:
        return LAYERS[target]
    if target.startswith("do:"):
        verb, _, number = target[3:].partition(":")
        return f"{ACTIONS[verb].label} {number}".strip()
    return PARAMS[target].label


def is_target(target: str) -> bool:
    """Can a controller be given to *target*?"""
    if not target.startswith("do:"):
        return target in PARAMS or target in LAYERS
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
        return Ask(tail) if p is None else Ask(tail_of(p.id), p.id)
    if p is not None:
        return _turn(p, args)
    assert action is not None
    from_there = action.steps and len(args) == 2 and args[0] in STEPS
    for takes in action.takes:
        if _fits(takes, args[1:] if from_there else args):
            return Act(action.id, (*number, *args))
    raise ControlError(f"{address} takes {takes_words(action)}.")


def _turn(p: Param, args: tuple[Argument, ...]) -> Turn:
    by = {"number": "f", "integer": "f", "choice": "i"}.get(p.kind)
    if by and len(args) == 2 and args[0] in (STEPS[:2] if by == "i" else STEPS) and _fits(by, args[1:]):
        return Turn(p.id, args[1], str(args[0]))
    value = args[0] if len(args) == 1 else None
    if p.kind == "choice":
        value = _chosen(p, value)
    if p.kind == "choice":
        fits = value in p.choices
    else:
        fits = _fits("f", (value,)) and (p.kind == "flag" or not isinstance(value, bool))
    if not fits:
        raise ControlError(f"{p.label} takes {range_words(p)}.")
    return Turn(p.id, value)


def _chosen(p: Param, value: Argument) -> Argument:
    """The choice that *value* names, or counts from 0."""
    counted = isinstance(value, int | float) and not isinstance(value, bool) and float(value).is_integer()
    return p.choices[int(value)] if counted and 0 <= value < len(p.choices) else value  # type: ignore[arg-type,operator]


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
    longer = {more for more in action.takes for some in action.takes if some and more != some and more.startswith(some)}
    plain = [some for some in action.takes if some not in longer]
    words = " or ".join(", ".join(LETTERS[letter] for letter in some) or "nothing" for some in plain)
    return f"{words}, and {LETTERS[max(longer)[-1]]} where it is wanted" if longer else words


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
        if p.kind == "choice":
            at = p.choices.index(now) + int(value if turn.step == "+" else -value)
            return p.choices[min(max(at, 0), len(p.choices) - 1)]
        value = stepped(float(now), turn.step, value)
    return p.valid(value)


def stepped(now: float, step: str, by: float) -> float:
    """*now* made larger or smaller *by* that much, as *step* says."""
    return now * by if step == "*" else now + (by if step == "+" else -by)


def state_of(show: Show, params: ParamModel, playing: int | None = None) -> dict[str, Argument]:
    """What can be asked for of the Show and of its parameters: the tail of its address -> its value."""
    told: dict[str, Argument] = {}
    for name, value in params.values().items():
        told[tail_of(name)] = int(value) if isinstance(value, bool) else value
    playing = show.active if playing is None else playing  # another one may be edited
    told["scene/launch"] = show.scenes[playing].name
    for i in range(len(show.scenes)):
        told[f"scene/{i + 1}/launch"] = int(i == playing)
    told["transport/loop"] = int(show.loop is not None)
    told["style/load"] = show.scene.style.name
    told["preset/load"] = show.scene.preset
    told["latent/seed"] = show.scene.path.seed
    return told
