"""What hands do on top of the Show: which Scene plays and which is next, the decks and the fader between them."""

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from app.control.launcher import LONGEST_CYCLE, LONGEST_GLIDE, QUANTA, Queued, Time, offset_of
from app.engine.errors import ShowError
from app.engine.render.decks import ONE_AT_A_TIME
from app.engine.show.calls import rearranged
from app.engine.show.performance import Goto, Launch, Performance, Ramp
from app.engine.show.show import Show
from app.ui.cue_edits import CueEdits
from app.ui.cueing import Cueing
from app.ui.looks import OtherLooks
from app.ui.on_stage import OnStage
from app.ui.performed import keep_performed
from app.ui.section_calls import SectionCalls

if TYPE_CHECKING:
    from app.ui.studio import Studio

_DECKS = {"A": "a", "B": "b"}
_BACK = 0.02
"""Seconds by which time goes back when it has jumped, and not just been read a little late."""


class Performing(OnStage):
    """Owns how the Show is played (main thread). Nothing of it is an edit: it is neither saved nor undone."""

    def __init__(self, studio: "Studio") -> None:
        super().__init__(studio)
        self._scenes, self._source = studio.document.show.scenes, (studio.song.live, studio.song.file)
        self.edits, self.looks, self.cueing = CueEdits(studio, self), OtherLooks(studio, self), Cueing(studio, self)
        self._t = self._since = 0.0
        studio.document.changed.connect(self._show_changed)
        studio.song_changed.connect(self._song_changed)
        studio.passed.connect(self._turn)
        studio.engine_changed.connect(self._engine_changed)
        self.calls = SectionCalls(studio, self)
        keep_performed(self, studio.document.params)

    # launching

    def launch(self, row: int, *, now: bool = False, deck: str | None = None) -> None:
        """Play the Scene at *row* when its time has come; a second call for one that waits is *now*."""
        show, time = self._document.show, self._time()
        if not 0 <= row < len(show.scenes):
            return
        name, asked = self._deck(deck), self.queued is not None and self.queued.row == row
        if name == self.performance.front:
            if row == self.playing:
                self.unqueue()
                return
            if self._studio.shelf.map_of(show.scenes[row].style) is None:  # it comes when its Style is there
                self.edits.set(False)
                self._document.play(row)
                return
        moves = self._studio.playing
        due = time.t if now or asked or not moves else self.launcher.due(show.scenes[row], time)
        self._launch(Queued(row, time.t, due), time, name)

    def _launch(self, queued: Queued, time: Time, deck: str) -> None:
        launch = Launch(queued.row)
        if self._studio.playing:
            seconds = self.launcher.glide_seconds(queued.due, time)
            lap = time.t if queued.due < time.t else None
            launch = replace(launch, t0=queued.due, seconds=seconds, lap=lap)
            if self.keep_position:
                launch = replace(launch, offset=self._kept(queued))
        self.hand_over(queued, launch, time.t, deck)

    def hand_over(self, queued: Queued, launch: Launch, t: float, deck: str) -> None:
        """Give *launch* ahead of time, which is *t* now, so that it begins exactly when it is due."""
        self.looks.leave(f"launch {queued.row} {deck} {queued.due}")
        performance = self.performance.settled(t).launched(launch, t, deck)
        begun = launch.ramp.begun(t)
        if deck == self.performance.front:
            self.queued = None if begun else queued
        self._put(performance)
        if begun:
            self._begun(t)

    def _kept(self, queued: Queued) -> float:
        """How far ahead the path begins that goes on from where the present one has come to."""
        before, after = (
            self._studio.staging.of_row(row) for row in (self.performance.playing(queued.asked_at).row, queued.row)
        )
        if before is None or after is None:
            return 0.0
        before = before.launched(self.performance.playing(queued.asked_at))
        stands = [
            (s.look_at(queued.due).position, float(s.path.times[0]), float(s.path.times[-1])) for s in (before, after)
        ]
        return offset_of(stands[0], stands[1])

    def unqueue(self) -> None:
        """What waits does not come."""
        if self.queued is not None:
            self.calls.decline()
            self.queued = None
            self._put(self.performance.unqueued(self._studio.now()))

    def set_quantum(self, quantum: str) -> None:
        """Launches wait for *quantum* from now on."""
        if quantum not in QUANTA:
            raise ShowError(f"A launch waits for one of {', '.join(QUANTA)}, not {quantum!r}.")
        self.launcher.quantum = quantum
        self.changed.emit()

    def set_glide(self, beats: float) -> None:
        """How long the way from one Scene to the next takes, in beats."""
        self.launcher.glide = min(max(beats, 0.0), LONGEST_GLIDE)
        self.changed.emit()

    def set_keep_position(self, keep: bool) -> None:
        """Let the path of the next Scene go on from where the present one has come to."""
        self.launcher.keep_position = keep
        self.changed.emit()

    def set_auto_cycle(self, bars: int) -> None:
        """Launch the next Scene every so many *bars*; 0 launches none."""
        self.launcher.auto_cycle = min(max(bars, 0), LONGEST_CYCLE)
        self.changed.emit()

    def set_hold(self, hold: bool) -> None:
        """Let nothing launch by itself."""
        self.launcher.hold = hold
        self.changed.emit()

    # the decks

    def set_fader(self, x: float) -> None:
        """Put the fader at *x*: 0 is deck A alone, 1 is deck B alone."""
        x = min(max(x, 0.0), 1.0)
        self._fade(Ramp(x, x))

    def cut(self, deck: str) -> None:
        """Show *deck* alone, at once."""
        self.set_fader(1.0 if self._deck(deck) == "b" else 0.0)

    def auto_fade(self) -> None:
        """Let the fader go to the other end over the glide."""
        time, at = self._time(), self.fader
        end = 0.0 if self.performance.fader.end > 0.5 else 1.0
        seconds = self.glide_seconds() if self._studio.playing else 0.0
        self._fade(Ramp(at, end, time.t, seconds) if seconds else Ramp(end, end))

    def load(self, deck: str, row: int) -> None:
        """Put the Scene at *row* on *deck*: unseen where the fader is at the other end, else it is launched."""
        name = self._deck(deck)
        if name == self.performance.front:
            self.launch(row)
        elif 0 <= row < len(self._document.show.scenes):
            self._studio.shelf.prepare(self._document.show.scenes[row].style)
            self._put(self.performance.with_deck(name, (Launch(row),)))

    def _fade(self, fader: Ramp) -> None:
        self.looks.leave("fader")
        self._put(replace(self.performance, fader=fader))
        self._begun(self._studio.now())

    def _deck(self, deck: str | None) -> str:
        if deck is not None and deck not in _DECKS:
            raise ShowError(f"There are the decks A and B, and no deck {deck}.")
        return self.performance.front if deck is None else _DECKS[deck]

    # cue, take, and back

    def set_cue(self, row: int | None) -> None:
        """Prepare the Scene at *row*; None prepares none."""
        on = self.edits.on
        if on and row != self._document.show.active:
            row = self.edits.cue(row)
        self.cue = row if row is not None and 0 <= row < len(self._document.show.scenes) else None
        if self.cue is not None:
            self._studio.shelf.prepare(self._document.show.scenes[self.cue].style)
            self._studio.staging.ask()
            if on and self._studio.shelf.map_of(self._document.show.scenes[self.cue].style) is not None:
                self.edits.set(True)
        self.changed.emit()

    def take(self) -> None:
        """Launch what was prepared; edits go to it until it plays."""
        row = self.cue
        if not self.edits.on:
            self.cue = None
        if row is not None:
            self.launch(row)
        self.changed.emit()

    def look_back(self) -> None:
        """Go back to what was performed before."""
        self.looks.back()

    def panic(self) -> None:
        """Back to a sane state: nothing waits, nothing shakes."""
        self.looks.panic()

    def restore(self, performance: Performance) -> None:
        """Play *performance* in place of the present one, with nothing that waits."""
        self.queued = None
        self._put(performance)
        self._begun(self._studio.now())

    def glide_seconds(self) -> float:
        """How long what is launched now takes to come in."""
        time = self._time()
        return self.launcher.glide_seconds(time.t, time)

    def detour(self, goto: Goto | None, *, gesture: bool = True) -> None:
        """Leave the path of the Scene that plays, or come back onto it; no *gesture*: it has only arrived."""
        if gesture:
            self.looks.leave("detour")
        self._put(self.performance.with_playing(self._studio.now(), goto=goto))

    def come_back(self) -> None:
        """A Take has ended: what was performed before it plays on."""
        self._t = self._studio.now()
        self._put(self.performance.ended(math.inf))

    @property
    def since(self) -> float:
        """The second at which what plays began."""
        return self._since

    # what happens

    def _put(self, performance: Performance) -> None:
        """Play *performance*: at once where its Scenes are ready."""
        self.performance = performance
        if all(self._studio.staging.of_row(row) is not None for row in performance.rows):
            self._studio.staging.play()
        else:
            self._studio.staging.ask()
        self.changed.emit()

    def _begun(self, t: float) -> None:
        """What plays at *t* seconds is what the window edits, unless edits go to the cue."""
        playing = self.performance.playing(t)
        if playing.row != self.playing:
            self.macros = self._document.show.scenes[playing.row].macros
            self._since = t if playing.t0 is None else playing.t0
            if self.edits.on:
                self.edits.plays(playing.row)
            else:
                self._document.play(playing.row)

    def _turn(self, t: float) -> None:
        """Time moves, or was moved."""
        last, self._t = self._t, t
        if self._studio.replaying.on:
            return
        back = t < last - _BACK
        if back:
            self.calls.jumped(last)
            self._went_back(last, t)
        if self.queued is not None and self.performance.pending(t) is None:
            self.queued = None
            self._put(self.performance)
            self._begun(t)
        settled = self.performance.settled(t)
        if settled != self.performance:
            self._put(settled)
        self.calls.follow(t, back=back)
        if self.queued is None and self._studio.playing:
            time = self._time()
            follower = self.launcher.follower(self._document.show.scenes, self.playing, self._since, time)
            if follower is not None and not self.edits.of(follower.row):  # what is edited never comes by itself
                self._launch(follower, time, self.performance.front)

    def _went_back(self, last: float, t: float) -> None:
        """Time jumped back to *t*: what had begun is over, what waits begins where it is due from here."""
        pending, queued = self.performance.pending(last), self.queued
        self.performance = self.performance.ended(last)
        self._since = min(self._since, t)
        if pending is None or queued is None:
            self._put(self.performance)
        elif pending.lap is not None:
            self._put(self.performance.launched(replace(pending, lap=None), t))
        else:
            time = self._time()
            due = self.launcher.due(self._document.show.scenes[queued.row], time)
            self._launch(Queued(queued.row, t, due), time, self.performance.front)

    def _show_changed(self, show: Show) -> None:
        """Scenes may have come, gone or moved, and another may be the one that plays."""
        before, self._scenes = self._scenes, show.scenes
        stood = self.performance, self.cue, self.queued, self.macros
        rows = rearranged(before, show.scenes)
        if rows is not None:
            self._studio.staging.moved_rows(rows)
            self.performance = self.performance.moved_rows(rows)
            self.looks.history.moved_rows(rows)
            self.cue = None if self.cue is None else rows.get(self.cue)
            waiting = None if self.queued is None else rows.get(self.queued.row)
            self.queued = None if self.queued is None or waiting is None else replace(self.queued, row=waiting)
        self.edits.rearranged(rows, show)
        t, plays = self._studio.now(), self.playing
        if self.performance.playing(t).row != plays:  # by an edit, or another Show: it is there at once
            self.queued, self._since, self.macros = None, t, show.scenes[plays].macros
            self.performance = self.performance.unqueued(t).with_deck(self.performance.front, (Launch(plays),))
        elif rows is None and before[plays].path.seed != show.scenes[plays].path.seed:  # another path has other places
            self.performance = self.performance.with_playing(t, goto=None)
        if stood != (self.performance, self.cue, self.queued, self.macros):
            self.changed.emit()

    def _song_changed(self) -> None:
        """Another source has another time, and other places to go to."""
        source = (self._studio.song.live, self._studio.song.file)
        if source != self._source:
            self._source = source
            self.queued = None
            performance = self.performance.ended(self._t)
            self.performance = performance.with_playing(self._t, goto=None, offset=0.0)
            self._t = self._since = self._studio.now()

    def _engine_changed(self) -> None:
        alone, self._alone = self._alone, ONE_AT_A_TIME in self._studio.engine.given_up
        if alone != self._alone:
            self.changed.emit()

    def _time(self) -> Time:
        studio = self._studio
        sections = studio.program.sections if studio.program is not None else ()
        return Time(studio.now(), studio.tempo.grid, sections, None if studio.song.live else studio.loop)
