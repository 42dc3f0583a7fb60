"""A surface: all knobs, pads and encoders there are, and what is meant by what they send."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from typing import Any

from app.control.actions import ACTIONS
from app.control.addresses import LAYERS, Act, Turn
from app.control.fine import Fine, Halves
from app.control.layers import Layers
from app.control.mapping import FADERS, Mapping, Mode, Touch
from app.control.params import PARAMS, Param
from app.control.takeover import Hand, is_fader, not_met, scaled
from app.engine.errors import ShowError

PRESSES: tuple[Mode, ...] = ("toggle", "momentary", "trigger", "step")
EIGHTH = 0.125
"""How far a press goes that steps through a number."""

_STEPS: dict[Mode, Callable[[int], int]] = {
    "two's complement": lambda n: n if n < 64 else n - 128,
    "sign bit": lambda n: n if n < 64 else 64 - n,
    "offset": lambda n: n - 64,
}


class Surface:
    """Owns the mappings and what each knob did last (one thread). Turns touches into gestures."""

    def __init__(self, mappings: tuple[Mapping, ...] = ()) -> None:
        self.mappings = mappings
        self._hands: dict[Mapping, Hand] = {}
        self._fine = Fine()
        self.layers = Layers()
        self._learnt: tuple[Mapping, Halves] | None = None
        self.waits: tuple[str, float] | None = None
        """What the knob that was touched last has not met yet, and where the knob would have to stand, 0..1."""
        self.touched: tuple[Mapping, ...] = ()
        """All that the last touch is mapped to."""

    def learn(self, touch: Touch, target: str) -> Mapping:
        """Let this knob or pad move *target*, which no other of its kind does from now on.

        It does so on the layer that is in front. Each device has its own button for its layers.
        """
        if target in LAYERS:
            made = Mapping(*touch.source, target)
            self.mappings = tuple(m for m in self.mappings if (m.device, m.target) != (touch.device, target))
        else:
            made = Mapping(*touch.source, target, layer=self.layers.of(touch))
            self.forget(target)
        self.mappings = (*self.mappings, made)
        self._learnt = made, Halves(touch)
        return made

    def grown(self, touch: Touch) -> Mapping | None:
        """What was learnt last, where *touch* makes it sure that it has 14 bits: from now on both halves move it."""
        if self._learnt is None:
            return None
        learnt, halves = self._learnt
        sure = halves.heard(touch)
        if halves.over:
            self._learnt = None
        if not sure or learnt not in self.mappings:
            return None
        whole = replace(learnt, kind="cc14", number=halves.number)
        self.mappings = tuple(whole if mapping == learnt else mapping for mapping in self.mappings)
        return whole

    def forget(self, target: str) -> None:
        """Nothing moves *target* any more."""
        self.mappings = tuple(m for m in self.mappings if m.target != target)

    def change(self, at: int, **changes: Any) -> None:
        """Change fields of the mapping at *at*."""
        made = replace(self.mappings[at], **changes)
        self._hands.pop(self.mappings[at], None)  # its range may be dragged for minutes
        self.mappings = (*self.mappings[:at], made, *self.mappings[at + 1 :])

    def remove(self, at: int) -> None:
        """Take the mapping at *at* away."""
        self.mappings = (*self.mappings[:at], *self.mappings[at + 1 :])

    def of(self, target: str) -> Mapping | None:
        """What moves *target*."""
        return next((m for m in self.mappings if m.target == target), None)

    def also(self, mapping: Mapping) -> tuple[str, ...]:
        """What else the same knob moves."""
        same = mapping.source, mapping.layer
        return tuple({m.target: m for m in self.mappings if (m.source, m.layer) == same and m != mapping})

    def turns_layers(self, touch: Touch) -> bool:
        """Is *touch* of a button that puts another layer in front?"""
        return any(m.target in LAYERS and m.hears(touch) for m in self.mappings)

    def settle(self, devices: Iterable[str]) -> None:
        """*devices* are there: others, and those without a button for it, have their first layer in front."""
        able = {m.device for m in self.mappings if m.target in LAYERS}
        self.layers.keep(able & set(devices))

    def hear(self, touch: Touch, value: Callable[[str], Any]) -> tuple[Turn | Act, ...]:
        """What *touch* means while each parameter has its *value*; a route that is not there is not moved."""
        found: list[Turn | Act] = []
        self.waits = None
        mapped = self._mapped(touch)
        self.touched = tuple(mapping for mapping, _heard in mapped)
        for mapping, heard in mapped:
            hand = self._hands.setdefault(mapping, Hand())
            meant: Turn | Act | None = None
            if mapping.target in LAYERS:
                self._turn_layer(mapping, heard, hand)
            elif mapping.target.startswith("do:"):
                meant = _pressed(mapping, heard, hand)
            else:
                with suppress(ShowError):
                    meant = self._met(mapping, heard, hand, value(mapping.target))
            hand.last = heard.value
            if meant is not None:
                found.append(meant)
        return tuple(found)

    def _mapped(self, touch: Touch) -> list[tuple[Mapping, Touch]]:
        """What *touch* moves on the layer in front, else on the first; with where a control of 14 bits stands."""
        whole, layer = self._fine.touch(touch), self.layers.of(touch)
        found = [
            (mapping, one)
            for mapping in self.mappings
            if (one := next((one for one in (touch, whole) if one and mapping.hears(one)), None))
        ]
        return [pair for pair in found if pair[0].layer == layer] or [pair for pair in found if not pair[0].layer]

    def _turn_layer(self, mapping: Mapping, touch: Touch, hand: Hand) -> None:
        """Another layer comes to the front: what is on both has to be picked up again, for it may have been moved."""
        down = _down(touch, hand)
        if (down or _up(touch, hand)) and self.layers.press(mapping.target, touch.device, down):
            both = {m.source for m in self.mappings if m.layer and m.device == touch.device}
            self._hands = {m: known for m, known in self._hands.items() if m.source not in both}

    def leads(self, mapping: Mapping, value: Any) -> bool:
        """Does the knob of *mapping* stand at *value*, because it put it there?"""
        hand = self._hands.get(mapping)
        return hand is not None and hand.leads(value) and mapping.mode == "absolute" and mapping.takeover != "scale"

    def standing(self, value: Callable[[str], Any]) -> dict[str, float]:
        """Where knobs stand that have not met the *value* of what they move: the target -> 0..1 of its reach."""
        found, there = {}, set(map(id, self.mappings))  # the very same nearly always: to compare all fields takes long
        for mapping, hand in self._hands.items():
            here = id(mapping) in there or mapping in self.mappings
            if hand.last is not None and mapping.target in PARAMS and here:
                touch = Touch(*mapping.source, hand.last)
                with suppress(ShowError):
                    if not_met(mapping, touch, Hand(wrote=hand.wrote), value(mapping.target)) is not None:
                        found[mapping.target] = mapping.reach(hand.last)
        return found

    def _met(self, mapping: Mapping, touch: Touch, hand: Hand, now: Any) -> Turn | None:
        """Where the parameter goes from *now*, once the knob has met it."""
        place = not_met(mapping, touch, hand, now)
        if place is None:
            return _moved(mapping, touch, hand, now)
        self.waits = mapping.target, place
        return None


def _pressed(mapping: Mapping, touch: Touch, hand: Hand) -> Act | None:
    """An action, once a press: a note that begins, a program, a knob or pedal that passes its middle.

    One that has a state may last as long as the press.
    """
    verb, _, number = mapping.target[3:].partition(":")
    if mapping.mode == "momentary" and ACTIONS[verb].holds:
        return Act(verb, (1,)) if _down(touch, hand) else Act(verb, (0,)) if _up(touch, hand) else None
    return Act(verb, (int(number),) if number else ()) if _down(touch, hand) else None


def _down(touch: Touch, hand: Hand) -> bool:
    if touch.kind in FADERS:
        return touch.value >= 0.5 and not (hand.last is not None and hand.last >= 0.5)
    return touch.value > 0.0


def _up(touch: Touch, hand: Hand) -> bool:
    if touch.kind in FADERS:
        return touch.value < 0.5 and hand.last is not None and hand.last >= 0.5
    return touch.value == 0.0


def _moved(mapping: Mapping, touch: Touch, hand: Hand, now: Any) -> Turn | None:
    p = PARAMS[mapping.target]
    if touch.kind in ("note", "program") or mapping.mode in PRESSES:
        value = _keyed(mapping, touch, hand, now)
    elif mapping.mode in _STEPS and touch.kind == "cc":
        steps = _STEPS[mapping.mode](touch.raw) * (1 if mapping.lo <= mapping.hi else -1)
        value = p.from_unit(_held(mapping, p.to_unit(now) + steps * _step(p))) if steps else None
    else:
        scales = mapping.takeover == "scale" and is_fader(mapping)
        place = scaled(mapping, touch, hand, now) if scales else touch.value
        value = None if place is None else p.from_unit(mapping.reach(place))
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


def _keyed(mapping: Mapping, touch: Touch, hand: Hand, now: Any) -> Any:
    """A press on a parameter. As it suits: a switch goes over, the next choice comes, a number is high meanwhile."""
    p, mode = PARAMS[mapping.target], mapping.mode
    if mode == "absolute":
        switches = p.kind in ("flag", "choice")
        mode = "trigger" if mapping.lo == mapping.hi else "toggle" if switches else "momentary"
    if _up(touch, hand):
        return p.from_unit(mapping.lo) if mode == "momentary" else None
    if not _down(touch, hand):
        return None
    if mode == "toggle":
        return _over(mapping, p, now)
    return _onward(mapping, p, now) if mode == "step" else p.from_unit(mapping.hi)


def _over(mapping: Mapping, p: Param, now: Any) -> Any:
    """On for off, the next choice, and a number's other end."""
    if p.kind in ("flag", "choice"):
        return _onward(mapping, p, now)
    nearer_hi = abs(p.to_unit(now) - mapping.hi) <= abs(p.to_unit(now) - mapping.lo)
    return p.from_unit(mapping.lo if nearer_hi else mapping.hi)


def _onward(mapping: Mapping, p: Param, now: Any) -> Any:
    """What comes next, and after the last the first: a choice, a whole number, an eighth of the way."""
    if p.kind == "flag":
        return not now
    if p.kind == "choice":
        return p.choices[(p.choices.index(now) + 1) % len(p.choices)]
    step = _step(p) if p.kind == "integer" else EIGHTH
    at = p.to_unit(now) + (step if mapping.lo <= mapping.hi else -step)
    return p.from_unit(mapping.lo if at != _held(mapping, at) and abs(at - mapping.hi) > 1e-6 else at)
