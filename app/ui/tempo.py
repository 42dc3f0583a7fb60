"""The tempo of what plays, and the hands on it: the song's own beats, corrected in the Show, or what counts live."""

import math
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.control import song_tempo
from app.control.taps import Taps
from app.control.tempo import Tempo
from app.engine.audio.beat_tracker import HELD
from app.engine.audio.corrected import corrected
from app.engine.audio.grid import UNKNOWN, Beats
from app.engine.show.correction import FOUND, Correction
from app.ui.peers import Peers

if TYPE_CHECKING:
    from app.engine.audio.features import FeatureTrack
    from app.ui.opening import Song
    from app.ui.studio import Studio

NUDGE = 0.010
"""Seconds of one press."""
BEND = 0.02
"""Share of the time that a held key shifts the beat by."""
_HELD_KEY = 0.08  # seconds: keys that come faster repeat by themselves


class StudioTempo(QObject):
    """Owns the Tempo of the Studio (main thread); *grid* may be read from any."""

    changed = Signal()

    def __init__(self, studio: "Studio", *, wall: Callable[[], float] = time.perf_counter) -> None:
        super().__init__(studio)
        self._studio, self._wall = studio, wall
        self.live = Tempo()
        self._song: tuple[FeatureTrack | None, Beats] = None, UNKNOWN
        self.taps = Taps()
        self._pressed = -1.0, 0.0  # when a nudge was pressed last, and which
        self.peers = Peers(studio)
        self.peers.changed.connect(self.changed)
        studio.live.timing = self.live
        studio.song_changed.connect(self.changed)

    # what is read

    @property
    def grid(self) -> Beats:
        """The grid that counts now: the song's, or live that of the strongest source."""
        song = self._studio.song
        if song.live:
            return self.live.grid
        known, grid = self._song
        if song.features is not known:
            grid = song_tempo.grid_of(song.features)
            self._song = song.features, grid
        return grid

    @property
    def bpm(self) -> float:
        """Beats a minute at this moment."""
        return self.grid.bpm_at(self._studio.now())

    @property
    def held(self) -> bool:
        """Whether the grid runs on by itself, as nobody is sure enough of the beat."""
        return self.grid.confidence < HELD

    @property
    def locked(self) -> bool:
        """Whether a hand has decided."""
        return self.live.locked if self._studio.song.live else self._studio.document.show.grid.locked

    @property
    def source(self) -> str:
        """``tap``, ``link``, ``midi``, ``heard``, ``song`` or ``none``: who decides."""
        if self._studio.song.live:
            return self.live.grid.source
        by_hand = self._studio.document.show.grid.bpm > 0
        return "none" if self.grid is UNKNOWN else "tap" if by_hand else "song"

    # what hands do

    def tap(self) -> None:
        """A press in time with the music."""
        if self._studio.song.live:
            self.live.tap(self._studio.live.sounding())
            self.changed.emit()
            return
        features, playing = self._studio.song.features, self._studio.playing
        taps = self.taps.tap(self._studio.now() if playing else self._wall())
        if taps is None or features is None:
            return
        now = self._studio.now()
        correct = song_tempo.tapped(features, taps) if playing else song_tempo.retimed(features, taps.bpm, now)
        self._correct("Tap the tempo", correct, merge="tap")

    def resync(self) -> None:
        """This is the 1."""
        self._do("Resync the beat", song_tempo.resynced, self.live.resync)

    def nudge(self, seconds: float) -> None:
        """Each beat *seconds* later; the tempo stays."""
        self._do(
            "Nudge the beat", lambda f, _t: song_tempo.nudged(f, seconds),
            lambda _t: self.live.nudge(seconds), merge="nudge",
        )  # fmt: skip

    def press_nudge(self, seconds: float) -> None:
        """A key that nudges by *seconds*: held, it bends the tempo by BEND as long as it repeats."""
        (before, which), now = self._pressed, self._wall()
        self._pressed = now, seconds
        since = now - before
        held = which == seconds and since < _HELD_KEY
        self.nudge(math.copysign(BEND * since, seconds) if held else seconds)

    def multiply(self, factor: float) -> None:
        """*factor* times as many beats a minute."""
        self._do(
            "Half the tempo" if factor < 1 else "Double the tempo",
            lambda f, _t: song_tempo.multiplied(f, factor), lambda t: self.live.multiply(factor, t),
        )  # fmt: skip

    def set_bpm(self, bpm: float) -> None:
        """This tempo by hand, from the beat on that is now."""
        self._do(
            "Set the tempo", lambda f, t: song_tempo.retimed(f, bpm, t), lambda t: self.live.set_bpm(bpm, t), "bpm"
        )

    def set_locked(self, locked: bool) -> None:
        """Keep the tempo as it is; or let the music, or a peer, decide again."""
        text = "Keep the tempo" if locked else "Tempo as it was found"
        self._do(text, lambda f, _t: song_tempo.locked(f, locked), lambda _t: self.live.set_locked(locked))

    def _do(
        self,
        text: str,
        song: "Callable[[FeatureTrack, float], Correction]",
        live: Callable[[float], None],
        merge: str = "",
    ) -> None:
        if self._studio.song.live:
            live(self._studio.live.sounding())
            self.changed.emit()
        elif self._studio.song.features is not None:
            self._correct(text, song(self._studio.song.features, self._studio.now()), merge)

    def _correct(self, text: str, correction: Correction, merge: str = "") -> None:
        document = self._studio.document
        document.edit(text, replace(document.show, grid=correction), f"grid:{merge}" if merge else "")

    def close(self) -> None:
        """Leave the peers."""
        self.peers.close()

    # the song

    def of(self, song: "Song") -> "Song":
        """*song* on the grid of the Show, if it is the Show's."""
        show = self._studio.document.show
        own = show.song is not None and song.file is not None and str(song.file) == show.song.file
        if song.features is None:
            return song
        features = corrected(song.features, show.grid if own else FOUND)
        return song if features is song.features else replace(song, features=features)

    def follow_show(self) -> None:
        """Let the open song have the beats that the Show gives it."""
        song = self.of(self._studio.song)
        if song is not self._studio.song:
            self._studio.song = song
            self._studio.song_changed.emit()
