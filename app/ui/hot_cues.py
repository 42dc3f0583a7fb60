"""The hot cues of the open song: set, moved and named as edits of the Show; a jump to one waits as a launch does."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMenu

from app.control.addresses import ControlError
from app.control.launcher import Time
from app.engine.show.hot_cues import COUNT, HotCue, having, of_song, without
from app.engine.show.show import Scene
from app.ui.studio import Studio

_BACK, _PAST = 0.02, 1.0
"""Seconds by which time was moved back, and by which it was moved past what a jump waits for."""


@dataclass(frozen=True, slots=True)
class _Jump:
    """A jump that waits until *due*; *lap*: until the loop has begun again."""

    number: int
    due: float
    lap: bool


class HotCues(QObject):
    """Owns the jump that waits (main thread); the cues are the Show's. A jump waits for what launches wait for."""

    changed = Signal()

    def __init__(self, studio: Studio, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document, self._studio = studio.document, studio
        self._jump: _Jump | None = None
        self._last = 0.0
        self.snaps: Callable[[], bool] = lambda: True
        """Whether what is set goes to the nearest beat."""
        self.offer: Callable[[QMenu, str], None] = lambda _menu, _target: None
        """Puts into a menu what hands can be given to."""
        studio.document.watch(self._show_changed, "hot_cues", "song", hidden=True)
        studio.played.connect(self._played)
        studio.playing_changed.connect(self._playing_changed)
        studio.song_changed.connect(self._song_changed)

    def table(self) -> dict[str, Callable[..., object]]:
        """Action id -> what it does."""
        return self.jumps() | {f"set_hot_cue_{n}": partial(self.set, n) for n in range(1, COUNT + 1)}

    def jumps(self) -> dict[str, Callable[..., object]]:
        """Those that jump."""
        return {f"hot_cue_{n}": partial(self.jump, n) for n in range(1, COUNT + 1)}

    @property
    def cues(self) -> tuple[HotCue, ...]:
        """Those of the open song, by number; an input has none."""
        studio = self._studio
        return () if studio.song.live or not studio.desk.owned else of_song(self._document.show.hot_cues, self._song)

    @property
    def waiting(self) -> int:
        """The number of the one that is about to be jumped to; 0 for none."""
        return 0 if self._jump is None else self._jump.number

    @property
    def _song(self) -> str:
        song = self._document.show.song
        return "" if song is None else song.sha256 or song.file

    def of(self, number: int) -> HotCue | None:
        """The one of this *number*."""
        return next((cue for cue in self.cues if cue.number == number), None)

    # edits

    def set(self, number: int) -> None:
        """Put *number* where the song is, at the nearest beat where it snaps; one that is set already is taken away."""
        studio = self._studio
        if self.of(number) is not None:
            self.remove(number)
        elif studio.song.live or studio.duration <= 0 or not studio.desk.owned:
            raise ControlError("A hot cue is a place in a song. Open one first.")
        else:
            cue = HotCue(number, self._nearest(studio.now()), song=self._song)
            self._write(f"Set hot cue {number}", having(self._document.show.hot_cues, cue))

    def remove(self, number: int) -> None:
        """Take it away."""
        self._write(f"Remove hot cue {number}", without(self._document.show.hot_cues, self._song, number))

    def change(self, number: int, text: str, merge: str = "", **changes: Any) -> None:
        """Change fields of it, as a step named *text*."""
        cue = self.of(number)
        if cue is not None:
            self._write(text, having(self._document.show.hot_cues, replace(cue, **changes)), merge)

    def move(self, number: int, t: float) -> None:
        """Let it stand at *t* seconds; one step until the hand lets go."""
        t = min(max(t, 0.0), self._studio.duration)
        self.change(number, f"Move hot cue {number}", f"hot cue:{number}", t=t)

    def end_move(self) -> None:
        """The hand has let go."""
        self._document.end_merge()

    def _write(self, text: str, cues: tuple[HotCue, ...], merge: str = "") -> None:
        self._document.edit(text, replace(self._document.show, hot_cues=cues), merge)

    def _nearest(self, t: float) -> float:
        if self._studio.song.features is None or not self.snaps():
            return t
        grid = self._studio.tempo.grid
        return min(max(grid.time_of(round(grid.beat_at(t))), 0.0), self._studio.duration)

    # jumps

    def jump(self, number: int) -> None:
        """Go there when a launch would begin; a second call for the one that waits: now."""
        cue, studio = self.of(number), self._studio
        if cue is None:
            raise ControlError(f"There is no hot cue {number} in this song.")
        now, again = studio.now(), self.waiting == number
        sections = studio.session.sections if studio.session is not None else ()
        due = studio.performing.launcher.due(Scene(), Time(now, studio.tempo.grid, sections, studio.loop))
        if again or not studio.playing or due == now or due >= studio.duration:
            self._wait(None)
            studio.seek(cue.t)
        else:
            self._last = now
            self._wait(_Jump(number, due, due < now))

    def _wait(self, jump: _Jump | None) -> None:
        if jump != self._jump:
            self._jump = jump
            self.changed.emit()

    def _played(self, t: float) -> None:
        """Jump when its time has come, as far beyond the cue as this is late."""
        jump, back, self._last = self._jump, t < self._last - _BACK, t
        if jump is None:
            return
        if jump.lap and back:
            jump = replace(jump, lap=False)
            self._wait(jump)
        elif back or (not jump.lap and t > jump.due + _PAST):  # somebody went elsewhere
            self._wait(None)
            return
        if not jump.lap and t >= jump.due:
            cue = self.of(jump.number)
            self._wait(None)
            if cue is not None:
                self._studio.seek(cue.t + t - jump.due)

    def _playing_changed(self, playing: bool) -> None:
        if not playing:
            self._wait(None)

    def _song_changed(self) -> None:
        if self._jump is not None and self.of(self._jump.number) is None:
            self._jump = None
        self.changed.emit()

    def _show_changed(self, _show: object = None) -> None:
        self._song_changed()
