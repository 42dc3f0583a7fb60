"""The Performance: what hands do on top of the Show, as one frozen value. It is played, not saved with the Show."""

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
MOST_LAUNCHES = 8
"""Launches whose glides a deck can have on the way at once."""


@dataclass(frozen=True, slots=True)
class Ramp:
    """From *start* to *end* with no jerk, over *seconds* of song time from *t0* on; None is ever since."""

    start: float = 0.0
    end: float = 0.0
    t0: float | None = None
    seconds: float = 0.0
    lap: float | None = None
    """Where it waits for a loop to come round: from this time on it is still before its beginning."""

    def at(self, t: float) -> float:
        """Its value at *t* seconds: exactly *start* before, exactly *end* from the end on."""
        if self.t0 is None or self.over(t):
            return self.end
        if t <= self.t0 or not self.begun(t):
            return self.start
        u = (t - self.t0) / self.seconds
        return self.start + (self.end - self.start) * u * u * (3.0 - 2.0 * u)

    def over(self, t: float) -> bool:
        """Whether nothing changes any more from *t* seconds on."""
        return self.t0 is None or (self.begun(t) and t >= self.t0 + self.seconds)

    def begun(self, t: float) -> bool:
        """Whether *t* seconds is not before it."""
        return self.t0 is None or (t >= self.t0 and (self.lap is None or t < self.lap))


@dataclass(frozen=True, eq=False, slots=True)
class Goto:
    """A glide away from the path, begun at *t0*: from *origin* (None: the path) to *target* (None: back to it)."""

    origin: Array | None
    target: Array | None
    t0: float
    glide: float

    def ws_at(self, t: float, on_path: Array) -> Array:
        """``(num_ws, w_dim)`` at *t*, given where the path is."""
        origin = on_path if self.origin is None else self.origin
        target = on_path if self.target is None else self.target
        u = Ramp(0.0, 1.0, self.t0, self.glide).at(t)
        if u >= 1.0:
            return target
        return (np.float32(1.0 - u) * origin + np.float32(u) * target).astype(np.float32, copy=False)

    def fits(self, shape: tuple[int, ...]) -> bool:
        """Whether its places are of a network whose ``ws`` have this *shape*."""
        return all(place is None or place.shape == shape for place in (self.origin, self.target))


@dataclass(frozen=True, slots=True)
class Launch:
    """The Scene at *row* on a deck: it comes in over *seconds* from *t0* on, and what was there before goes."""

    row: int
    t0: float | None = None
    seconds: float = 0.0
    offset: float = 0.0
    """Seconds along its path that it is ahead of where it would be by itself."""
    goto: Goto | None = None
    calm: Ramp | None = None
    """How much of what sound does to it is let through; None is all."""
    lap: float | None = None

    @property
    def ramp(self) -> Ramp:
        """How much of it is there."""
        return Ramp(0.0, 1.0, self.t0, self.seconds, self.lap)

    @property
    def settled(self) -> "Launch":
        """As it is when it has come in."""
        return self if self.t0 is None else replace(self, t0=None, seconds=0.0, lap=None)


BY_ITSELF = Launch(0)
"""A Scene with no hands on it."""

Deck = tuple[Launch, ...]
"""What plays on a deck, the newest last; () is an empty one."""


@dataclass(frozen=True, slots=True)
class Performance:
    """Deck *a*, deck *b* where it is used, and the *fader* between them: 0 is A alone, 1 is B alone."""

    a: Deck = (Launch(0),)
    b: Deck = ()
    fader: Ramp = Ramp()

    @property
    def front(self) -> str:
        """The deck that is seen, or will be when the fader has come to its end: ``a`` or ``b``."""
        return "b" if self.b and self.fader.end > 0.5 else "a"

    def deck(self, name: str) -> Deck:
        """What plays on deck ``a`` or ``b``."""
        return self.b if name == "b" else self.a

    def with_deck(self, name: str, deck: Deck) -> "Performance":
        """This Performance with another deck *name*."""
        return replace(self, b=deck) if name == "b" else replace(self, a=deck)

    def playing(self, t: float) -> Launch:
        """What is played at *t* seconds: the newest Launch of the front deck that has begun."""
        deck = self.deck(self.front)
        return next((one for one in reversed(deck) if one.ramp.begun(t)), deck[0])

    def pending(self, t: float) -> Launch | None:
        """The Launch of the front deck that has not begun at *t* seconds."""
        newest = self.deck(self.front)[-1]
        return None if newest.ramp.begun(t) else newest

    def with_playing(self, t: float, **changes: Any) -> "Performance":
        """This Performance with what is played at *t* seconds changed."""
        playing = self.playing(t)
        changed = replace(playing, **changes)
        return self.with_deck(self.front, tuple(changed if one is playing else one for one in self.deck(self.front)))

    @property
    def rows(self) -> tuple[int, ...]:
        """The rows of all Scenes that are on a deck, each once."""
        return tuple(dict.fromkeys(one.row for one in (*self.a, *self.b)))

    def launched(self, launch: Launch, t: float, deck: str = "") -> "Performance":
        """*launch* comes onto *deck* (the front one); what had not begun at *t* seconds does not come."""
        name = deck or self.front
        begun = settled_deck(tuple(one for one in self.deck(name) if one.ramp.begun(t)), t)
        return self.with_deck(name, (*_fewer(begun, t), launch))

    def unqueued(self, t: float) -> "Performance":
        """Without what has not begun at *t* seconds."""
        a, b = (tuple(one for one in deck if one.ramp.begun(t)) for deck in (self.a, self.b))
        return replace(self, a=a or self.a[:1], b=b)

    def settled(self, t: float) -> "Performance":
        """Without what is over at *t* seconds, so that it is over at every time: after a seek, and in a loop."""
        fader = Ramp(self.fader.end, self.fader.end) if self.fader.over(t) else self.fader
        return replace(self, a=settled_deck(self.a, t), b=settled_deck(self.b, t), fader=fader)

    def ended(self, t: float) -> "Performance":
        """All that has begun at *t* seconds is over: time has jumped."""
        return self.unqueued(t).settled(math.inf)

    def moved_rows(self, rows: dict[int, int]) -> "Performance":
        """Where each Scene has gone in a Show that was rearranged; those that are gone leave their deck."""
        a, b = (tuple(replace(one, row=rows[one.row]) for one in d if one.row in rows) for d in (self.a, self.b))
        return Performance(a or (Launch(0),), b, self.fader if b else Ramp())


def _fewer(deck: Deck, t: float) -> Deck:
    """*deck* with room for one more: what is seen least at *t* seconds goes, and nobody sees it go."""
    if len(deck) < MOST_LAUNCHES:
        return deck
    left, shares = 1.0, []
    for one in reversed(deck[1:]):
        shares.append(left * one.ramp.at(t))
        left -= shares[-1]
    shares.append(left)
    least = len(deck) - 1 - shares.index(min(shares))
    kept = deck[:least] + deck[least + 1 :]
    return kept if least else (kept[0].settled, *kept[1:])


def settled_deck(deck: Deck, t: float) -> Deck:
    """*deck* from the newest Launch on that is wholly there at *t* seconds."""
    there = [i for i, one in enumerate(deck) if one.ramp.over(t)]
    if not there:
        return deck
    first = there[-1]
    return (deck[first].settled, *deck[first + 1 :])
