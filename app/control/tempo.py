"""The tempo of what is live: what hands, peers and the ear say of it, and which of them counts."""

from dataclasses import dataclass, replace

from app.control.taps import Taps
from app.engine.audio.beat_tracker import HELD, BeatTracker
from app.engine.audio.grid import BPM_RANGE, UNKNOWN, Beats, Grid
from app.engine.audio.spectra import Floats

SOURCES = ("tap", "link", "midi", "heard")
"""Who may set the tempo of what is live, the strongest first."""
SAME_TEMPO, SAME_PHASE = 0.02, 0.035
"""Share and seconds by which taps may differ from what is known more exactly, and mean the same."""


@dataclass(frozen=True, slots=True)
class Wish:
    """How hands want what a peer or the ear says: *factor* times as many beats, *offset* seconds later, the 1 *shift*
    beats later.
    """

    factor: float = 1.0
    offset: float = 0.0
    shift: int = 0

    def of(self, grid: Grid) -> Grid:
        """*grid* as it is wanted, while the tempo stays one."""
        bpm = grid.bpm * self.factor
        bpm = bpm if BPM_RANGE[0] <= bpm <= BPM_RANGE[1] else grid.bpm
        return replace(grid, bpm=bpm, anchor=grid.anchor + self.offset + self.shift * 60.0 / bpm)


class Tempo:
    """Owns the newest Grid of each source, and the ear's beat (hear is the ear's thread, all else the main one).

    Any thread may read *grid*: each part of it is one value that one thread replaces. Times are of what is live.
    """

    def __init__(self) -> None:
        self._told: dict[str, Grid] = {}  # by hands and peers: the main thread's
        self._heard: Grid | None = None  # the ear's
        self._wishes: dict[str, Wish] = {}
        self._resynced = self._placed = 0
        self._taps = Taps()
        self._tracker = BeatTracker()

    def begin(self) -> None:
        """Another clock runs, from 0: what was known of the old one says nothing of it."""
        self._told, self._heard, self._wishes, self._tracker = {}, None, {}, BeatTracker()
        self._resynced = self._placed = 0
        self._taps.clear()

    # what is said

    def hear(self, rows: Floats) -> Beats:
        """*rows* of what sounds go on from the last; the grid that counts for them."""
        grid = self._tracker.push(rows)
        if self._tracker.found:
            self.tell("heard", grid)
        return self.grid

    def tell(self, source: str, grid: Grid | None) -> None:
        """*source* says so; None when it has nothing to say any more."""
        said = None if grid is None else replace(grid, source=source)
        if source == "heard":
            self._heard = said
            return
        others = {s: g for s, g in self._told.items() if s != source}
        self._told = others if said is None else {**others, source: said}
        if source == "midi" and said is not None and said.resynced != self._placed:
            self._placed = said.resynced  # it was started, or says where in its song it is: bars are counted from there
            self._resynced += 1

    @property
    def grid(self) -> Grid:
        """The strongest source's that says anything, as hands want it; else 120 bpm, not trusted."""
        told = self._told
        grid = told["tap"] if "tap" in told else self._unlocked(told)
        return grid if grid is UNKNOWN else replace(grid, resynced=self._resynced)

    def _unlocked(self, told: dict[str, Grid]) -> Grid:
        """What would count if no hand had decided."""
        heard = self._heard
        strongest = next((told[source] for source in SOURCES[1:] if source in told), heard)
        return UNKNOWN if strongest is None else self._wishes.get(strongest.source, Wish()).of(strongest)

    @property
    def locked(self) -> bool:
        """Whether a hand decides."""
        return "tap" in self._told

    # what hands do

    def tap(self, t: float) -> bool:
        """A press at *t*; from the fourth on they set tempo and phase, and lock them. Whether they do."""
        tapped = self._taps.tap(t)
        if tapped is None:
            return False
        now, known = self.grid, self._unlocked(self._told)
        if known.confidence >= HELD and abs(tapped.bpm / known.bpm - 1) < SAME_TEMPO:
            beat = known.time_of(round(known.beat_at(tapped.t)))
            self._lock(known if abs(beat - tapped.t) < SAME_PHASE else known.moved(tapped.t - beat))
            return True
        number = round(now.beat_at(tapped.t)) if now.confidence > 0 else len(self._taps) - 1
        self._lock(Grid(tapped.t - number * 60.0 / tapped.bpm, tapped.bpm))
        return True

    def resync(self, t: float) -> None:
        """A phrase begins at *t*: exactly there where a hand decides or nobody is sure, else on the beat next to it."""
        grid = self.grid
        self._resynced += 1
        if self.locked or grid.confidence < HELD:
            self._lock(Grid(t, grid.bpm))
        else:
            wish = self._wish
            self._want(replace(wish, shift=wish.shift + round(grid.beat_at(t))))
            self._tracker.keep_bars()

    def nudge(self, seconds: float) -> None:
        """Each beat *seconds* later; the tempo stays."""
        if self.locked:
            self._lock(self.grid.moved(seconds))
        else:
            self._want(replace(self._wish, offset=self._wish.offset + seconds))

    def multiply(self, factor: float, t: float) -> None:
        """*factor* times as many beats, with the last 1 before *t* where it was."""
        grid = self.grid
        if not BPM_RANGE[0] <= grid.bpm * factor <= BPM_RANGE[1]:
            return
        if self.locked:
            bar = grid.beat_at(t) // grid.beats_per_bar * grid.beats_per_bar
            self._lock(Grid(grid.time_of(bar), grid.bpm * factor))
        else:
            wish = self._wish
            self._want(replace(wish, factor=wish.factor * factor, shift=int(wish.shift * factor)))

    def set_bpm(self, bpm: float, t: float) -> None:
        """This tempo from *t* on, by hand; the beat goes on without a jump."""
        self._lock(self.grid.at_tempo(bpm, t))

    def set_locked(self, locked: bool) -> None:
        """Keep what counts now, whatever peers and ear say; or let them decide again."""
        if locked:
            self._lock(self.grid)
        else:
            self._wishes = {}
            self._taps.clear()
            self.tell("tap", None)

    @property
    def _wish(self) -> Wish:
        return self._wishes.get(self.grid.source, Wish())

    def _want(self, wish: Wish) -> None:
        self._wishes = {**self._wishes, self.grid.source: wish}

    def _lock(self, grid: Grid) -> None:
        self.tell("tap", replace(grid, confidence=1.0))
