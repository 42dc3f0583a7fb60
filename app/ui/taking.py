"""Takes: everything that hands do is remembered as it happens, so that it can be kept, even after the fact."""

import math
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.engine import paths
from app.engine.audio.minute import SECONDS
from app.engine.audio.spool import Spool
from app.engine.audio.take_sound import TakeSound
from app.engine.errors import ShowError
from app.engine.show.take import Moment, Take
from app.engine.show.take_file import LONGEST as LONGEST_TAKE
from app.engine.show.take_file import SUFFIX, load_take, save_take
from app.engine.show.take_heard import seen_of
from app.ui.spooling import Spooling
from app.ui.strips import Strips

if TYPE_CHECKING:
    from app.ui.studio import Studio

REMEMBERED = 600.0
"""Seconds of a song that are remembered while nothing is recorded; of an input no more than there is of its sound."""
MOST = 60_000
"""Moments, beyond which the oldest go; a recording of so many is kept, and goes on in another Take."""
LONGEST = LONGEST_TAKE - 60.0
"""Seconds after which a recording goes on in another Take."""
KEPT = 12
"""Takes that stay at hand; the others are their files."""
BARS = 16
_STALL = 0.25
"""Seconds by which song time may run ahead of the clock on the wall before it has jumped."""


class Taking(QObject):
    """Owns what is remembered and the Takes that were kept (main thread)."""

    changed = Signal()
    sounded = Signal(object)
    """The file of what an input was heard to play, kept with a Take."""

    def __init__(self, studio: "Studio", clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(studio)
        self._studio, self.clock = studio, clock
        self._moments: list[Moment] = []
        self._played = 0.0
        self._t, self._wall = studio.now(), clock()
        self._began: float | None = None
        self._source = self._listened()
        self._strips, self._spooling = Strips(), Spooling(studio, self)
        self._promised: set[Path] = set()  # names of files that a worker is about to write
        self._spooling.full.connect(lambda: self.set_recording(False))
        self.takes: list[tuple[Take, Path]] = []
        studio.passed.connect(lambda _t: self.note())
        studio.stage_changed.connect(self.note)
        studio.song_changed.connect(self._song_changed)

    @property
    def recording(self) -> bool:
        """Whether a Take is being recorded."""
        return self._began is not None

    @property
    def seconds(self) -> float:
        """How long the Take is that is being recorded."""
        return 0.0 if self._began is None else self._played - self._began

    @property
    def newest(self) -> Take | None:
        """The Take that was kept last."""
        return self.takes[-1][0] if self.takes else None

    def set_recording(self, on: bool) -> None:
        """Begin a Take here, or end it and keep it."""
        if on and not self.recording:
            self.note()
            self._spooling.begin(self._t)
            self._began = self._played
        elif not on and self._began is not None:
            self.note()
            began, self._began = self._began, None
            self.changed.emit()  # it has ended, whether or not there is something to keep
            self._keep(began, self._spooling.end())
        self.changed.emit()

    def keep_last(self, bars: int = BARS) -> None:
        """Keep the last *bars* bars as a Take, from the beginning of a bar."""
        self.note()
        t, grid = self._studio.now(), self._studio.tempo.grid
        beats = grid.beats_per_bar
        bar = grid.beat_at(t) // beats * beats
        seconds = t - grid.time_of(bar - beats * bars)
        first = self._moments[0].p if self._moments else self._played
        self._keep(max(first, self._played - seconds))

    def note(self) -> None:
        """Time has moved, or something may be otherwise from now on: remember it, once."""
        studio = self._studio
        session, performance = studio.program, studio.performing.performance
        if session is None or session.live != studio.song.live or studio.replaying.on:
            return
        self._follow(t := studio.now())
        scenes, row = session.show.scenes, performance.playing(t).row
        if max(performance.rows) >= len(scenes) or scenes[row] != session.scene:
            return  # scenes came, went or moved, and are not there yet
        scores = self._strips.of(session, t, t - self._reach if self._whole_from is None else -math.inf)
        moment = Moment(self._played, t, session.show, performance, studio.frozen, studio.blackout, scores)
        newest = self._moments[-1] if self._moments else None
        if newest is not None and _same(newest, moment) and self._expected(newest, moment.t):
            return
        if newest is not None and newest.p == moment.p:
            self._moments.pop()
        self._moments.append(moment)
        self._go_on_in_parts()
        self._forget()

    def add(self, take: Take, file: Path) -> None:
        """A Take is there: kept just now, or opened."""
        self.takes = [*self.takes, (take, file)][-KEPT:]
        self.changed.emit()

    def open(self, file: Path) -> None:
        """Read the Take in *file*; a damaged one is told and changes nothing."""
        told = self._studio.told.emit

        def opened(take: Take) -> None:
            self.add(take, file)
            told("info", f"{file.stem} is here: {take.length:.1f} s", "Play the newest take, or make a film of it.")

        self._studio.run(lambda: load_take(file), opened, f"{file.name} was not opened")

    def _keep(self, start: float, spool: Spool | None = None) -> None:
        minute = self._studio.live.minute
        if minute is not None:  # no more than there is of its sound
            start = max(start, self._since(minute.oldest if spool is None else self._spooling.since))
        if self._studio.song.live and minute is None:
            raise ShowError("Nothing was heard yet that a take could be of. Let some music come in first.")
        if not self._moments or self._played - start < 0.1:
            if spool is not None:
                spool.drop()
            raise ShowError("Nothing was played that could be kept. Let the song play first.")
        folder, stem = self._place()
        number = 1
        while (file := folder / f"{stem} take {number}{SUFFIX}") in self._promised or file.exists():
            number += 1
        self._promised.add(file)
        remembered = Take(f"Take {number}", self._played, tuple(self._moments))
        cut = remembered.cut(start, self._played)
        made = seen_of(cut)
        end = 0 if minute is None else minute.heard
        sound = None if minute is None else TakeSound(minute, minute.frame_at(cut.moments[0].t), end)

        def write() -> tuple[Take, Path | None]:
            take = made()
            if spool is not None:
                return spool.save(take, file, end)
            if sound is not None:
                return sound.save(take, file)
            save_take(take, file)
            return take, None

        self._studio.run(write, lambda saved: self._kept(file, *saved), f"{cut.name} was not kept")

    def _since(self, t: float) -> float:
        """How much had been played when what is heard stood at *t* seconds."""
        if self._moments and t <= self._moments[0].t:
            return self._moments[0].p
        return max((one.p + (t - one.t) for one in self._moments if one.t <= t), default=self._played)

    def _kept(self, file: Path, take: Take, sound: Path | None) -> None:
        self._promised.discard(file)
        self.add(take, file)
        words = str(file)
        if sound is not None:
            self.sounded.emit(sound)
            words = f"Open {sound.name}, one of the recent songs now, to play it again."
        self._studio.told.emit("info", f"{take.name} is kept: {take.length:.1f} s", words)

    def _place(self) -> tuple[Path, str]:
        file = self._studio.document.file
        return (paths.takes(), self._studio.song.name or "Untitled") if file is None else (file.parent, file.stem)

    def _follow(self, t: float) -> None:
        """How long it has been played, and how a loop came round."""
        before, self._t = self._t, t
        wall = self.clock()
        passed, self._wall = wall - self._wall, wall
        loop = self._studio.loop
        if not self._studio.playing:
            return
        if 0.0 <= t - before <= passed + _STALL:
            self._played += t - before
        elif loop is not None and loop[0] <= t < before <= loop[1] + _STALL and self._moments:
            self._played += max(0.0, loop[1] - before)
            self._moments.append(replace(self._moments[-1], p=self._played, t=loop[0]))
            self._played += t - loop[0]

    def _expected(self, newest: Moment, t: float) -> bool:
        """Whether the song stands where it must, had it gone on from the *newest* Moment."""
        return abs(newest.t + (self._played - newest.p) - t) < 1e-3

    def _forget(self) -> None:
        """What is too long ago goes; the Moment that the rest begins in stays."""
        horizon = self._played - self._reach
        if self._whole_from is not None:
            horizon = min(horizon, self._whole_from)
        gone = 0
        while len(self._moments) - gone > 1 and (
            self._moments[gone + 1].p <= horizon or len(self._moments) - gone > MOST
        ):
            gone += 1
        del self._moments[:gone]

    def _go_on_in_parts(self) -> None:
        """What is recorded has come to as much as a Take may be: it is kept, and nothing is lost between the two."""
        began, live = self._began, self._studio.song.live
        if began is None or (live and self._studio.live.minute is None):
            return
        full = len(self._moments) >= MOST and self._moments[1].p > began
        if full or (self.seconds >= LONGEST and not live):
            self._began = self._played
            self._keep(began, self._spooling.end())
            self._spooling.begin(self._t)
            words = "What comes now is recorded in another."
            self._studio.told.emit("info", "The take is as long as a take may be", words)

    @property
    def _whole_from(self) -> float | None:
        """From when on all is remembered, for it is recorded; None where that is no more than is remembered anyway.

        That is so too of an input whose sound cannot be written to disk: its Take is of the last minute.
        """
        lost = self._studio.live.minute is not None and not self._spooling.on
        return None if lost else self._began

    @property
    def _reach(self) -> float:
        return REMEMBERED if self._studio.live.minute is None else SECONDS

    def _listened(self) -> object:
        """What time belongs to: the song's file, or what is heard of an input."""
        return self._studio.live.heard or self._studio.song.file

    def _song_changed(self) -> None:
        """Another source has another time: what was remembered belongs to the old one."""
        source = self._listened()
        if source != self._source:
            self._source, self._began = source, None
            self._moments.clear()
            self._strips = Strips()
            self._spooling.drop()
            self._t, self._wall = self._studio.now(), self.clock()
            self.changed.emit()


def _same(one: Moment, other: Moment) -> bool:
    same = (one.performance, one.frozen, one.blackout) == (other.performance, other.frozen, other.blackout)
    same = same and one.scores == other.scores
    return same and (one.show is other.show or one.show == other.show)
