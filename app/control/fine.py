"""Controls of 14 bits: CC n says the coarse half of where they stand, CC n + 32 the fine half."""

from app.control.mapping import FINE, Touch

_WHOLE = 0x3FFF
_HALVES = 2 * FINE
SURE = 2
"""Times that both halves have come by turns, until a control is taken for one of 14 bits."""

Place = tuple[str, int, int]


class Fine:
    """Owns the halves that came last (one thread), and puts them together."""

    def __init__(self) -> None:
        self._halves: dict[Place, tuple[int | None, int | None]] = {}

    def touch(self, touch: Touch) -> Touch | None:
        """Where the control stands as a whole, once both of its halves are known.

        The coarse half comes first. Until the fine one has come as well, the nearest place on the way there stands.
        """
        if touch.kind != "cc" or touch.number >= _HALVES:
            return None
        number = touch.number % FINE
        coarse, fine = self._halves.get((touch.device, touch.channel, number), (None, None))
        if touch.number >= FINE:
            fine = touch.raw
        else:
            if coarse is not None and fine is not None and coarse != touch.raw:
                fine = 0 if touch.raw > coarse else 127
            coarse = touch.raw
        self._halves[touch.device, touch.channel, number] = coarse, fine
        if coarse is None or fine is None:
            return None
        return Touch(touch.device, touch.channel, "cc14", number, (coarse << 7 | fine) / _WHOLE, coarse)


class Halves:
    """Looks at what a control sends that was learnt just now: both halves by turns, or one CC alone (one thread)."""

    def __init__(self, learnt: Touch) -> None:
        self._learnt, self._last, self._turns = learnt, learnt.number, 0
        self.over = learnt.kind != "cc" or learnt.number >= _HALVES

    @property
    def number(self) -> int:
        """The number of its coarse half."""
        return self._learnt.number % FINE

    def heard(self, touch: Touch) -> bool:
        """Is it sure by now that the control has 14 bits? Anything but the other half ends the question."""
        if self.over:
            return False
        same = (touch.device, touch.channel, touch.kind) == (self._learnt.device, self._learnt.channel, "cc")
        if not same or abs(touch.number - self._last) != FINE or touch.number >= _HALVES:
            self.over = True
            return False
        self._last = touch.number
        self._turns += touch.number != self._learnt.number
        self.over = self._turns >= SURE
        return self.over
