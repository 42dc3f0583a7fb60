"""How many threads draw a picture on a processor: measured once for each shape of network, then remembered.

Pictures depend a little on it: torch's libraries split sums by the number of threads, and by what is left over where it
is no power of two. So the count that follows from the hardware is the usual one, and time decides freely only among
those whose picture is the same to the bit; another is taken where it is much faster, and only if that is remembered.
"""

import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from itertools import count as counting
from statistics import median
from typing import Any

import torch
from torch import Tensor

import app
from app.engine.cores import Cores
from app.engine.remembered import recalled, remember
from app.engine.stopwatch import Load
from app.engine.stylegan.cards import AnyCard
from app.engine.stylegan.ways import Way, processor

KIND, VERSION = "threads", 1
SECONDS = 2.0
TIE = 1.1
"""Fewer threads are taken where more would save less than this: they leave cores for everything else."""
FASTER = 1.15
"""How much faster a count must be whose pictures differ in their last bits."""
SLOW = 1.5
"""Who takes so many times as long as the fastest is out of the race."""
ROUNDS = 30
BUSY = 0.75
"""Cores that are busy with other things, from which on nothing is measured."""

Draw = Callable[[int], Tensor]
"""Draws a place; no two numbers are the same place."""


@dataclass(frozen=True, slots=True, eq=False)
class Race:
    """Seconds a picture, for each count that there was time for; *same*: those that draw what the usual one does."""

    seconds: dict[int, float]
    same: frozenset[int]

    def winner(self, *, kept: bool) -> int:
        """kept: it will be known at the next start."""
        safe, bold = self._fewest(self.same), self._fewest(frozenset(self.seconds))
        much_faster = min(self.seconds[count] for count in self.same) >= FASTER * self.seconds[bold]
        return bold if kept and much_faster else safe

    def _fewest(self, among: frozenset[int]) -> int:
        best = min(self.seconds[count] for count in among)
        return min(count for count in among if self.seconds[count] <= TIE * best)


@contextmanager
def threads(count: int) -> Iterator[None]:
    """Torch works with *count* threads for the calling one, then with as many as before."""
    before = torch.get_num_threads()
    if count == before:
        yield
        return
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def race(cores: Cores, draw: Draw, *, seconds: float = SECONDS, now: Callable[[], float] = time.perf_counter) -> Race:
    """All counts of *cores* in turns, for *seconds* at most; those that would take too long are not begun."""
    end, places, usual = now() + seconds, counting(1), cores.usual
    times: dict[int, list[float]] = {}
    pictures: dict[int, Tensor] = {}

    def timed(count: int, place: int) -> Tensor:
        with threads(count):
            began = now()
            picture = draw(place)
            times.setdefault(count, []).append(now() - began)
        return picture

    for count in sorted(cores.counts, key=lambda count: (count != usual, -count)):
        if times and 2 * times[usual][-1] * max(1.0, usual / count) > end - now():
            continue
        with threads(count):
            draw(next(places))  # threads begin, and libraries choose how to divide the work
        pictures[count] = timed(count, 0).clone()
    left = set(times)
    for _ in range(ROUNDS):
        best = min(median(times[count]) for count in left)
        left = {count for count in left if median(times[count]) <= SLOW * best}
        if len(left) == 1:
            break
        for count in sorted(left):
            if now() < end:
                timed(count, next(places))
    same = (count for count in times if torch.equal(pictures[count], pictures[usual]))
    return Race({count: median(taken) for count, taken in times.items()}, frozenset(same))


def circumstances(card: AnyCard, way: Way, cores: Cores) -> dict[str, Any]:
    """All that the best count depends on; the weights' values are none of it."""
    shape = replace(card, name="", licence="", origin="", layers="")
    versions = f"{VERSION} {app.__version__} torch {torch.__version__}"
    return {"versions": versions, "processor": processor(), "cores": asdict(cores), "network": asdict(shape),
            "kind": card.kind, "precision": way.precision}  # fmt: skip


def known(under: dict[str, Any]) -> int | None:
    """The count that was taken under the same circumstances before."""
    said = recalled(KIND, _name(under))
    count = said.get("threads") if isinstance(said, dict) and said.get("under") == under else None
    return count if isinstance(count, int) and count in Cores(**under["cores"]).counts else None


def chosen(card: AnyCard, way: Way, cores: Cores, draw: Draw | None, *, load: Load | None = None) -> int:
    """How many threads are to draw *card* in *way* on the CPU, by *draw*; None: nothing is measured.

    Nor where other things disturb: then it is the usual count, and the next opening tries again.
    """
    if len(cores.counts) == 1:
        return cores.usual
    under = circumstances(card, way, cores)
    if (count := known(under)) is not None:
        return count
    load = load or Load()
    if draw is None or load.at_rest() > BUSY:
        return cores.usual
    raced = race(cores, draw)
    if load.others() <= BUSY:
        remember(KIND, _name(under), {"under": under, "threads": raced.winner(kept=True)})
    return known(under) or raced.winner(kept=False)


def _name(under: dict[str, Any]) -> str:
    return hashlib.sha256(repr(sorted(under.items())).encode()).hexdigest()
