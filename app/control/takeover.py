"""Takeover: what a knob does to a value that it does not stand at, so that nothing jumps."""

import math
from dataclasses import dataclass
from typing import Any

from app.control.mapping import FADERS, Mapping, Touch
from app.control.params import PARAMS

NEAR = 2.5 / 127
"""A knob that stands so near to the value has picked it up."""


@dataclass(slots=True)
class Hand:
    """What is remembered of one mapping between two messages: where the knob stood, and what it made of the value.

    *place* is where the value stands on the knob's way, finer than a whole number is kept.
    """

    last: float | None = None
    wrote: Any = None
    place: float = 0.0

    def leads(self, now: Any) -> bool:
        """Is the value *now* what this knob made it?"""
        if self.wrote is None or isinstance(now, str):
            return bool(now == self.wrote)
        return math.isclose(now, self.wrote, abs_tol=1e-6)


def is_fader(mapping: Mapping) -> bool:
    """Does *mapping* put a number where its knob stands?"""
    numbers = PARAMS[mapping.target].kind in ("number", "integer")
    return numbers and mapping.kind in FADERS and mapping.mode == "absolute"


def not_met(mapping: Mapping, touch: Touch, hand: Hand, now: Any) -> float | None:
    """Where the value stands that a knob has not met yet; None when it may move it.

    A knob moves a value only from where it met it, and until something else moves the value.
    """
    if not is_fader(mapping) or mapping.takeover != "pick up" or hand.leads(now):
        return None
    place = mapping.place(PARAMS[mapping.target].to_unit(now))
    met = abs(touch.value - place) <= NEAR
    passed = hand.last is not None and (hand.last - place) * (touch.value - place) < 0.0
    return None if met or passed else place


def scaled(mapping: Mapping, touch: Touch, hand: Hand, now: Any) -> float | None:
    """Where on its way a knob puts the value that moves it by its share of what is left on either side.

    Both come to an end together, and from there on they are one. The first touch only says where the knob stands.
    """
    if hand.last is None:
        return None
    place = hand.place if hand.leads(now) else mapping.place(PARAMS[mapping.target].to_unit(now))
    moved = touch.value - hand.last
    room, way = (1.0 - place, 1.0 - hand.last) if moved > 0.0 else (place, hand.last)
    hand.place = min(max(place + moved * room / way if way > 0.0 else place, 0.0), 1.0)
    return hand.place
