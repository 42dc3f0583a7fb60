"""What was heard last by MIDI and by OSC: the message, who sent it, and what it did or why it did nothing."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from app.control.actions import ACTIONS, FLAG
from app.control.addresses import LAYERS, Act, Ask, Gesture, Turn, label_of
from app.control.mapping import Mapping, Touch
from app.control.osc import Heard, Unheard
from app.control.packets import Argument
from app.control.params import PARAMS
from app.control.surface import Surface

How = Literal["done", "waits", "nothing", "wrong"]
_LONGEST = 64
"""Letters of an argument that are shown."""


@dataclass(frozen=True, slots=True)
class Line:
    """One message in words: *what* came, from *whom*, what it *did*, *how* that went, and how long ago that is."""

    what: str
    whom: str
    did: str
    how: How
    ago: str
    at: float = 0.0

    @property
    def spoken(self) -> str:
        """What a screen reader says; without the seconds, which it would say over and over."""
        return f"{self.what}, from {self.whom}: {self.did}"


@dataclass(frozen=True, slots=True)
class _Kept:
    """A message as it was kept: words are made of it when somebody looks."""

    at: float
    came: Touch | Heard
    meant: tuple[tuple[Gesture, Any], ...] = ()
    why: str = ""
    how: How = "done"


class LastHeard:
    """Owns the last message of each kind (main thread). To keep one costs nothing; words are made when asked for."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: dict[str, _Kept] = {}

    def keep(
        self,
        came: Touch | Heard,
        meant: Sequence[tuple[Gesture, Any]] = (),
        why: str = "",
        how: How = "done",
    ) -> None:
        """*came* meant this, each gesture with the value that it led to; *why* stands where nothing was done."""
        self._kept["MIDI" if isinstance(came, Touch) else "OSC"] = _Kept(self._clock(), came, tuple(meant), why, how)

    def midi(self) -> Line | None:
        """The last touch of a device; None before the first."""
        kept = self._kept.get("MIDI")
        if kept is None or not isinstance(kept.came, Touch):
            return None
        did, how = _done(kept)
        return Line(touch_words(kept.came), kept.came.device, did, how, self._ago(kept.at), kept.at)

    def osc(self, unheard: Unheard | None = None) -> Line | None:
        """The last OSC message; *unheard*, where it came later, is what the port did not let in."""
        kept = self._kept.get("OSC")
        if unheard is not None and (kept is None or unheard.at > kept.at):
            return Line(unheard.what, unheard.host, unheard.why, "wrong", self._ago(unheard.at), unheard.at)
        if kept is None or not isinstance(kept.came, Heard):
            return None
        did, how = _done(kept)
        host, port = kept.came.sender
        return Line(message_words(kept.came), f"{host}:{port}", did, how, self._ago(kept.at), kept.at)

    def _ago(self, at: float) -> str:
        seconds = max(0, int(self._clock() - at))
        if seconds < 1:
            return "now"
        return f"{seconds} s" if seconds < 60 else f"{seconds // 60} min" if seconds < 3600 else f"{seconds // 3600} h"


def idle_words(touch: Touch, surface: Surface) -> tuple[str, How]:
    """Why *touch*, which *surface* heard last, changed no value."""
    if not surface.touched:
        return "moves nothing: right-click a control to learn it", "nothing"
    layers = [m for m in surface.touched if m.target in LAYERS]
    if layers:
        front = "second" if touch.device in surface.layers.second else "first"
        return f"{label_of(layers[0].target)}: the {front} layer is in front", "done"
    if surface.waits is not None:
        name, place = surface.waits
        return f"{label_of(name)} waits at {place * 100:.0f} %: move on until you meet it", "waits"
    labels = " and ".join(label_of(m.target) for m in surface.touched)
    if all(m.target not in PARAMS for m in surface.touched) or touch.kind == "note":
        return f"{labels}: let go, that does nothing", "nothing"
    return f"{labels}: nothing to move now", "nothing"


def touch_words(touch: Touch) -> str:
    """``CC 3 · channel 1 = 64``, as the page of mappings calls it."""
    control = Mapping(*touch.source, "").source_words
    if touch.kind == "program":
        return control
    if touch.kind == "note" and not touch.value:
        return f"{control} let go"
    return (
        f"{control} = {touch.raw}"
        if touch.kind in ("cc", "note", "pressure")
        else f"{control} = {touch.value * 100:.1f} %"
    )


def message_words(heard: Heard) -> str:
    """``/anthesis/react/bass + 0.1``."""
    return " ".join((heard.message.address, *(_argument(arg) for arg in heard.message.args)))


def _argument(arg: Argument) -> str:
    if isinstance(arg, bytes):
        return f"({len(arg)} bytes)"
    if isinstance(arg, str):
        return arg if len(arg) <= _LONGEST else f"{arg[:_LONGEST]}…"
    return f"{arg:.4g}" if isinstance(arg, float) else str(arg)


def _done(kept: _Kept) -> tuple[str, How]:
    if kept.why:
        return kept.why, kept.how
    return " and ".join(_words(meant, value) for meant, value in kept.meant), kept.how


def _words(meant: Gesture, value: Any) -> str:
    if isinstance(meant, Ask):
        return "answered"
    if isinstance(meant, Turn):
        p = PARAMS[meant.name]
        return f"{p.label} {p.text(value)} {p.unit}".rstrip()
    return _act_words(meant)


def _act_words(act: Act) -> str:
    action = ACTIONS[act.verb]
    own = int(action.numbered)
    number = f":{act.args[0]!s}" if own else ""
    said = label_of(f"do:{act.verb}{number}") if action.text else action.doc
    if action.takes is not FLAG or len(act.args) <= own:
        return said
    on = bool(act.args[own])
    if action.holds or act.verb == "playing":
        return f"{said}: {'on' if on else 'off'}"
    return said if on else "let go: that does nothing"
