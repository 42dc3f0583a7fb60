"""The address table: every parameter and every action that OSC, MIDI and later the web page can reach, by name."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from app.control.packets import Argument
from app.control.params import PARAMS, Param, get, with_value
from app.engine.errors import AppError
from app.engine.show.show import Show

ROOT = "/anthesis"
STATE = f"{ROOT}/out/state"
"""What changed is told under here, with the same tail."""

OUT = f"{ROOT}/out"
HEARD = ("level", "bass", "mid", "high", "onset", "centroid")
"""Curves of the sound that are told under ``out/audio``."""

LETTERS = {"i": "whole number", "f": "number", "s": "text", "b": "blob"}


class ControlError(AppError):
    """What a controller or a network peer asked for makes no sense here."""


@dataclass(frozen=True, slots=True)
class Verb:
    """Something to do. *takes*: the arguments it may come with, a letter each; *key*: may a MIDI key do it?

    ``{n}`` in an address is a number from 1, which stands before the arguments.
    """

    address: str
    takes: tuple[str, ...]
    doc: str
    label: str = ""
    key: bool = False
    holds: bool = False
    """Has it a state that 1 and 0 set, and that changes where neither is said?"""


FLAG = ("", "i")
"""1 is a press; 0 lets go."""

VERBS: Mapping[str, Verb] = MappingProxyType({
    "play": Verb("transport/play", FLAG, "Play; 0 pauses"),
    "stop": Verb("transport/stop", FLAG, "Pause and go to the start", "Stop", True),
    "toggle": Verb("transport/toggle", FLAG, "Play or pause", "Play or pause", True),
    "seek": Verb("transport/seek", ("f",), "Go to this second of the song"),
    "loop": Verb("transport/loop", FLAG, "Loop the part that plays, or the whole song", "Loop", True, True),
    "loop_range": Verb("transport/loop/range", ("ff",), "Loop from one second to another"),
    "scene": Verb("scene/{n}/launch", FLAG, "Play the scene of this number", "Play scene"),
    "scene_named": Verb("scene/launch", ("s",), "Play the scene of this name"),
    "next_scene": Verb("scene/next", FLAG, "Play the next scene", "Next scene", True),
    "previous_scene": Verb("scene/previous", FLAG, "Play the scene before", "Previous scene", True),
    "dice": Verb("scene/dice", FLAG, "Another path and other settings, by chance", "Roll the dice", True),
    "xy": Verb("latent/xy", ("ff",), "Go to a place on the map: across and down, 0 to 1 each"),
    "point": Verb("latent/goto", ("i", "s"), "Go to a point of the path, by number from 1 or by name"),
    "w": Verb("latent/w", ("b",), "Go to this w: as many float32 as the Style has, big-endian"),
    "seed": Verb("latent/seed", ("i",), "Place the path from this seed"),
    "back": Verb("latent/back", FLAG, "Glide back onto the path", "Back onto the path", True),
    "style": Verb("style/load", ("s", "i"), "Use a Style of the list, by name or by number from 1"),
    "preset": Verb("preset/load", ("s",), "React as this Preset does"),
    "freeze": Verb("output/freeze", FLAG, "Hold the picture", "Freeze", True, True),
    "blackout": Verb("output/blackout", FLAG, "Black on the output", "Blackout", True, True),
    "output": Verb("output/fullscreen", FLAG, "The output window", "Output window", True, True),
    "sync": Verb("sync/all", FLAG, "Everything that can be asked for, told to who asks"),
})  # fmt: skip
"""Action -> how it is reached. Those that are keys of the window as well have the same name there."""


@dataclass(frozen=True, slots=True)
class Turn:
    """Parameter *name* goes to *value*, or by *value* where *step* is ``+``, ``-`` or ``*``."""

    name: str
    value: Argument
    step: str = ""


@dataclass(frozen=True, slots=True)
class Act:
    """Do *verb* with *args*."""

    verb: str
    args: tuple[Argument, ...] = ()


@dataclass(frozen=True, slots=True)
class Ask:
    """Tell what stands at *tail*."""

    tail: str


Gesture = Turn | Act | Ask
"""What hands did, whichever hands."""


def address_of(target: str) -> str:
    """The whole address of a parameter or of an action such as ``do:freeze`` or ``do:scene:3``."""
    if not target.startswith("do:"):
        return f"{ROOT}/{target.replace('.', '/')}"
    verb, _, number = target[3:].partition(":")
    return f"{ROOT}/{VERBS[verb].address.replace('{n}', number)}"


def label_of(target: str) -> str:
    """What a person calls *target*: ``Bass``, ``Freeze``, ``Play scene 3``."""
    if target.startswith("do:"):
        verb, _, number = target[3:].partition(":")
        return f"{VERBS[verb].label} {number}".strip()
    return PARAMS[target].label


def is_target(target: str) -> bool:
    """Can a controller be given to *target*?"""
    if not target.startswith("do:"):
        return target in PARAMS
    verb, _, number = target[3:].partition(":")
    if verb == "scene":
        return bool(re.fullmatch(r"[1-9][0-9]?", number))
    return not number and verb in VERBS and VERBS[verb].key


def gesture(address: str, args: tuple[Argument, ...]) -> Gesture:
    """What a message means; raises ControlError in one sentence when it means nothing."""
    if not address.startswith(f"{ROOT}/"):
        raise ControlError(f"There is nothing at {address}.")
    tail = address.removeprefix(f"{ROOT}/")
    name = tail.replace("/", ".")
    verb, number = _verb(tail)
    if name not in PARAMS and verb is None:
        raise ControlError(f"There is nothing at {address}.")
    if args == ("?",):
        return Ask(tail)
    if verb is None:
        return _turn(PARAMS[name], args)
    for takes in VERBS[verb].takes:
        if _fits(takes, args):
            return Act(verb, (*number, *args))
    raise ControlError(f"{address} takes {takes_words(VERBS[verb])}.")


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


def _verb(tail: str) -> tuple[str | None, tuple[int, ...]]:
    numbered = re.fullmatch(r"scene/([1-9][0-9]?)/launch", tail)
    if numbered:
        return "scene", (int(numbered[1]),)
    return next((name for name, verb in VERBS.items() if verb.address == tail), None), ()


def _fits(takes: str, args: tuple[Argument, ...]) -> bool:
    return len(takes) == len(args) and all(_fit(letter, arg) for letter, arg in zip(takes, args, strict=True))


def _fit(letter: str, arg: Argument) -> bool:
    if letter in "sb":
        return isinstance(arg, str if letter == "s" else bytes)
    if not isinstance(arg, int | float) or not math.isfinite(arg):
        return False
    return letter == "f" or float(arg).is_integer()


def takes_words(verb: Verb) -> str:
    """The arguments of *verb* as a person reads them."""
    if verb.takes is FLAG:
        return "nothing, 1 or 0"
    return " or ".join(", ".join(LETTERS[letter] for letter in some) for some in verb.takes)


def range_words(p: Param) -> str:
    """The values of *p* as a person reads them."""
    if p.kind == "choice":
        return f"one of {', '.join(map(str, p.choices))}"
    return "0 or 1" if p.kind == "flag" else f"a number from {p.lo:g} to {p.hi:g}"


def turned(show: Show, turn: Turn) -> Show:
    """*show* after *turn*, held within the parameter's range; raises ShowError when it makes no sense."""
    p, value = PARAMS[turn.name], turn.value
    if turn.step:
        assert isinstance(value, int | float)  # seen to where it was read
        now = float(get(show, p.id))
        value = now * value if turn.step == "*" else now + (value if turn.step == "+" else -value)
    return with_value(show, p.id, value)


def state_of(show: Show) -> dict[str, Argument]:
    """Everything in *show* that can be asked for: the tail of its address -> its value."""
    told: dict[str, Argument] = {}
    for p in PARAMS.values():
        value = get(show, p.id)
        told[p.id.replace(".", "/")] = int(value) if isinstance(value, bool) else value
    told["scene/launch"] = show.scene.name
    for i in range(len(show.scenes)):
        told[f"scene/{i + 1}/launch"] = int(i == show.active)
    told["transport/loop"] = int(show.loop is not None)
    told["style/load"] = show.scene.style.name
    told["preset/load"] = show.scene.preset
    told["latent/seed"] = show.scene.path.seed
    return told
