"""Scenes that come with parts of the song: each is handed over ahead of time, so that it begins with its part."""

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from app.control.launcher import Queued
from app.engine.show.calls import Calls, called_at, calls_of, moved, performance_at
from app.engine.show.performance import Launch
from app.engine.show.show import Show

if TYPE_CHECKING:
    from app.ui.performing import Performing
    from app.ui.studio import Studio

_AHEAD = 2.0
"""Beats before its part that a Scene is queued, so that hands can still say otherwise."""
Place = tuple[float | None, int] | None


class SectionCalls:
    """Owns which part has called for a Scene, and what comes next (main thread); Performing asks it as time moves.

    What hands launch plays until the next part that calls for a Scene. Where the song is taken into another part, that
    one's Scene plays, as far as it would have come in by then.
    """

    def __init__(self, studio: "Studio", performing: "Performing") -> None:
        self._studio, self._performing = studio, performing
        self._show = studio.document.show
        self._place: Place = None
        self._declined: Place = None
        self._lost, self._lapped = True, False
        self.coming: int | None = None
        """The row that is called for next, to be ready by then."""
        self._waiting: Queued | None = None
        studio.document.changed.connect(self._show_changed)

    def decline(self) -> None:
        """What waits is taken back by hand: if a part has called for it, it does not ask again."""
        if self._waits:
            pending = self._performing.performance.pending(self._studio.now())
            self._declined = _place(pending)

    def jumped(self, last: float) -> None:
        """Time went back from *last*: what a part had called for is called for no more, unless a loop came round."""
        performing, pending = self._performing, self._performing.performance.pending(last)
        self._declined = None
        self._lapped = self._waits and pending is not None and pending.lap is not None
        if self._waits and not self._lapped:
            performing.queued = None
            performing.performance = performing.performance.unqueued(last)

    def follow(self, t: float, *, back: bool = False) -> None:
        """Time is at *t* seconds, *back* from where it was: play what is called for, and queue what comes next."""
        calls, held = self._called(), self._performing.hold
        here = called_at(calls, t)
        before, self._place = self._place, _place(here)
        lost, self._lost = self._lost, not calls
        lapped, self._lapped = self._lapped, False
        if held or not calls:
            self._expect(None)
            return
        if here is not None and self._performing.queued is None and not self._performing.edits.of(here.row):
            came = self._place not in (before, self._declined) and (back or not self._is_newer(here))
            self._go(calls, here, t, anyway=lost or came, smooth=back and not lapped)
        self._queue(calls, t)

    @property
    def _waits(self) -> bool:
        """Whether what waits was called for by a part."""
        return self._waiting is not None and self._performing.queued is self._waiting

    def _called(self) -> Calls:
        """What the parts call for while their song plays."""
        studio = self._studio
        if studio.song.live or not studio.desk.owned:
            return ()
        return calls_of(studio.document.show, studio.tempo.grid)

    def _is_newer(self, here: Launch) -> bool:
        """Whether what plays was launched since the part began."""
        return here.t0 is not None and self._performing.since >= here.t0 - 1e-6

    def _go(self, calls: Calls, here: Launch, t: float, *, anyway: bool, smooth: bool) -> None:
        """Play what is called for at *t* seconds; *smooth*: its glide is gone into again."""
        performing = self._performing
        as_called = performance_at(calls, self._studio.document.kept.active, t)
        other = performing.performance.playing(t).row != here.row
        if (other and anyway) or (not other and smooth and len(as_called.a) > 1):
            performing.restore(performing.performance.with_deck(performing.performance.front, as_called.a))

    def _queue(self, calls: Calls, t: float) -> None:
        """Hand over what comes next when its time is near."""
        performing, grid = self._performing, self._studio.tempo.grid
        found = self._next(calls, t)
        self._expect(None if found is None else found[0].row)
        if found is None or performing.queued is not None or not self._studio.playing:
            return
        launch, due, end = found
        near = grid.beat_at(end) - grid.beat_at(t) <= _AHEAD
        if near and _place(launch) != self._declined and not performing.edits.of(launch.row):
            self._waiting = Queued(launch.row, t, due)
            performing.hand_over(self._waiting, launch, t, performing.performance.front)

    def _next(self, calls: Calls, t: float) -> tuple[Launch, float, float] | None:
        """What is called for next, when it begins, and how far time goes on until then: a loop ends first."""
        loop = self._studio.loop
        launch = next((call for call in calls if call.t0 is not None and call.t0 > t), None)
        due = end = 0.0 if launch is None or launch.t0 is None else launch.t0
        if loop is not None and loop[0] <= t < loop[1] and (launch is None or due >= loop[1]):
            launch, (due, end) = called_at(calls, loop[0]), loop
            if launch is None or _place(launch) == self._place:
                return None
            launch = replace(launch, lap=t)
        if launch is None or launch.row == self._performing.performance.playing(t).row:
            return None
        return launch, due, end

    def _expect(self, row: int | None) -> None:
        if row != self.coming:
            self.coming = row
            if row is not None:
                self._studio.shelf.prepare(self._studio.document.show.scenes[row].style)
                self._studio.staging.ask()

    def _show_changed(self, show: Show) -> None:
        """Parts may call for other Scenes, which then play at once; and pads may have been moved."""
        before, self._show = self._show, show
        if show.sections == before.sections:
            return
        here = _place(called_at(self._called(), self._studio.now()))
        if show.sections == moved(before.sections, before.scenes, show.scenes):
            self._place = here
        elif here != self._place:
            self._lost = True
            QTimer.singleShot(0, self._performing, self._edited)  # when all have heard of the edit

    def _edited(self) -> None:
        if not self._studio.replaying.on:
            self.follow(self._studio.now())


def _place(launch: Launch | None) -> Place:
    return None if launch is None else (launch.t0, launch.row)
