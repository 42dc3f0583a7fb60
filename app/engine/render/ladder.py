"""The quality ladder: what the live picture gives up while a machine is too slow, one rung at a time and never twice.

First the picture's size, where the network has exits that look right, then its rate, by whole divisors. Films are
never on the ladder.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

FASTEST = 60.0
FLUENT = 30.0
"""Frames a second below which a rate that is left free counts as too slow."""
DIVISORS = (2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60)
JUDGED = 3.0
"""Seconds of frames that a step down is judged by; half as long will do where it is far too slow."""
PATIENCE, MOST_PATIENCE = 5.0, 320.0
"""Seconds of ease before a step up; doubled each time a step up had to be taken back."""
TAKEN_BACK = 30.0
"""A step down this many seconds after a step up takes it back."""
EASE = 0.85
"""Share of a frame's time that the rung above may be expected to fill."""
FITS = 0.95
"""Share of a frame's time that pictures fill at most when a rate is chosen for them."""
LOOK_EVERY = 0.25
HELD, FREE = 0.95, 0.75
"""Share of frames that must keep within their time: a rate that was asked for is to be even, a free one is not."""


@dataclass(frozen=True, slots=True)
class Rung:
    """How live pictures are drawn. exit_at: the block to stop at, None for the whole picture. rate: frames a second."""

    exit_at: int | None
    rate: float
    budget: float
    """Seconds one frame may take here."""


def rungs(exits: Sequence[int], target: float | None = None) -> tuple[Rung, ...]:
    """All rungs, best first. *target*: frames a second to hold; None leaves the rate free between 30 and 60."""
    rate = target or FASTEST
    budget = 1.0 / (target or FLUENT)
    sizes: list[int | None] = [None, *sorted(exits, reverse=True)]
    paced = [Rung(sizes[-1], rate / k, k / rate) for k in DIVISORS if k / rate > budget]
    return (*(Rung(size, rate, budget) for size in sizes), *paced)


class Ladder:
    """Owns the rung that a network's live pictures are on, and what frames cost lately. Engine thread only.

    Time comes from the caller, so that a test may keep its own.
    """

    def __init__(self, exits: Sequence[int] = (), target: float | None = None, at: int = 0) -> None:
        """*at*: the rung to begin on, where those above are known to be no good."""
        self._rungs = rungs(exits, target)
        self._share = HELD if target else FREE
        self._at = min(at, len(self._rungs) - 1)
        self._costs: deque[tuple[float, float]] = deque()
        self._since: float | None = None
        self._look = 0.0
        self._left: tuple[int, float] | None = None
        self._more: dict[int, float] = {}
        """How many times as much a picture on one rung costs as on the one below."""
        self._climbed: float | None = None
        self._patience = PATIENCE if self._at == 0 else MOST_PATIENCE / 4

    @property
    def at(self) -> int:
        """Which rung that is, 0 the best."""
        return self._at

    @property
    def rung(self) -> Rung:
        """The rung the next live picture is drawn on."""
        return self._rungs[self._at]

    @property
    def whole(self) -> bool:
        """Whether nothing is given up."""
        return self._at == 0

    @property
    def paced(self) -> bool:
        """Whether the rate was given up too."""
        return self.rung.rate < self._rungs[0].rate

    def spent(self, seconds: float, now: float) -> bool:
        """A live frame, finished *now*, took so many *seconds* to draw. Whether the rung changed."""
        if self._since is None:
            self._since, self._look = now - seconds, now
        self._costs.append((now, seconds))
        while now - self._costs[0][0] > JUDGED:
            self._costs.popleft()
        if now < self._look:
            return False
        self._look = now + LOOK_EVERY
        costs, judged = sorted(cost for _, cost in self._costs), now - self._since
        typical, late = median(costs), costs[min(len(costs) - 1, int(self._share * len(costs)))]
        if self._left is not None and judged >= JUDGED / 2:
            self._compare(typical)
        # Once the rate is given up, a late frame now and then costs less than an even slower rate.
        if (typical if self.paced else late) > self.rung.budget:
            far = typical > 2 * self.rung.budget
            if judged < (JUDGED / 2 if far else JUDGED) or self._at == len(self._rungs) - 1:
                return False
            self._step_down(typical, now)
            return True
        above = self._easy(typical, late)
        if above is None or judged < self._patience:
            return False
        self._climbed = now
        self._step(above)
        return True

    def rest(self) -> None:
        """Nothing plays: what frames cost until now says nothing about the next ones."""
        self._costs.clear()
        self._since = None

    def _step(self, to: int) -> None:
        self._at = to
        self.rest()

    def _step_down(self, typical: float, now: float) -> None:
        if self._climbed is not None and now - self._climbed < TAKEN_BACK:
            self._patience = min(2 * self._patience, MOST_PATIENCE)
        self._climbed = None
        below = self._at + 1
        if self._rungs[below].exit_at == self.rung.exit_at:
            paced = range(below, len(self._rungs))
            self._step(next((i for i in paced if FITS * self._rungs[i].budget >= typical), paced[-1]))
        else:  # what another size costs is known once it was tried
            if self._left is not None:
                self._compare(typical)
            self._left = (self._at, typical)
            self._step(below)

    def _easy(self, typical: float, late: float) -> int | None:
        """The best rung that what is known says would be easy: any rate of this size, or the next larger one."""
        for i, rung in enumerate(self._rungs[: self._at]):
            if rung.exit_at == self.rung.exit_at:
                if (typical if i and self._rungs[i - 1].exit_at == rung.exit_at else late) <= EASE * rung.budget:
                    return i
            elif i == self._at - 1 and late * self._more.get(i, 1.0) <= EASE * rung.budget:
                return i
        return None

    def _compare(self, typical: float) -> None:
        """Frames here are seen to cost *typical* seconds: so much more did they cost on the rung above."""
        assert self._left is not None
        above, cost = self._left
        self._more[above], self._left = max(1.0, cost / typical), None
