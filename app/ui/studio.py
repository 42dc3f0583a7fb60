"""The Studio: the open song, Style and Show turned into the Session that the engine plays."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QImage

from app.engine.audio.inputs import Input
from app.engine.audio.track import AudioTrack
from app.engine.errors import AppError
from app.engine.latent.atlas import Atlas
from app.engine.render.engine import Clock, Engine, EngineState
from app.engine.render.frame import Frame, RenderRequest
from app.engine.render.playback import Playback
from app.engine.render.session import Session, rows
from app.engine.show.performance import BY_ITSELF
from app.engine.show.show import Film, Show
from app.engine.stylegan.library import Style
from app.ui.bridge import Bridge
from app.ui.detour import Detour
from app.ui.document import Document
from app.ui.exporting import Exporting, ExportState
from app.ui.live_in import LiveIn
from app.ui.looking import Parts
from app.ui.luts import Luts
from app.ui.on_air import OnAir
from app.ui.opening import Song
from app.ui.performing import Performing
from app.ui.pictures import qimage
from app.ui.replaying import Replaying
from app.ui.shelf import Shelf
from app.ui.song_desk import SongDesk, file_of
from app.ui.song_player import SongPlayer
from app.ui.staging import Staging
from app.ui.taking import Taking
from app.ui.tempo import StudioTempo
from app.ui.watch import Watch

PAINT_RATE_MS = 16
PASSED_S = 0.03
"""Seconds of song between two times that figures and marks are told: two turns of the above, less what one is late."""


class Studio(QObject):
    """Owns what is open (main thread): player, engine, song, Styles. Widgets read it and ask it; it asks the engine."""

    song_changed = Signal()
    session_changed = Signal()
    styles_changed = Signal()
    played = Signal(float)
    passed = Signal(float)
    """The same at half its rate, for what is read and not followed; time that jumps or rests is told at once."""
    playing_changed = Signal(bool)
    frame_ready = Signal()
    still_ready = Signal(str, QImage)
    engine_changed = Signal()
    export_changed = Signal()
    stage_changed = Signal()
    told = Signal(str, str, str)

    def __init__(
        self,
        document: Document,
        player: SongPlayer,
        open_engine: Callable[[Clock, Bridge], Engine],
        styles: tuple[Style, ...],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.document, self.player = document, player
        self.song, self.engine = Song(), EngineState()
        self.session: Session | None = None
        self._beside: Session | None = None
        self.sessions = Parts(None, self)
        self.frozen = self.blackout = self.going = False
        self._bridge = Bridge(self)
        self.live = LiveIn(player, self)
        self.tempo, self._engine = StudioTempo(self), open_engine(self.live.pictures, self._bridge)
        self._shelf = Shelf(document, self._bridge, self._engine, styles)
        self._maps = self._shelf.maps
        self.desk = SongDesk(self, self._bridge)
        self._exporting = Exporting(self._bridge, self)
        self.staging = Staging(self, self._bridge)
        self._was_playing, self._last_drawn, self._last_passed = False, -1.0, -1.0
        self._timer = QTimer(self, interval=PAINT_RATE_MS, timerType=Qt.TimerType.PreciseTimer)
        self._detour, self.on_air, self.watch = Detour(self), OnAir(self), Watch(self._engine, self)
        self.replaying, self.luts = Replaying(self), Luts(self, self._bridge)
        self.performing = Performing(self)
        self.taking = Taking(self)
        self._wire()

    def _wire(self) -> None:
        bridge = self._bridge
        bridge.frame_ready.connect(self.frame_ready)
        bridge.still.connect(lambda key, image: self.still_ready.emit(key, qimage(image)))
        bridge.style.connect(self._shelf.opened)
        bridge.refused.connect(self._shelf.refused)
        bridge.state.connect(self._engine_told)
        bridge.error.connect(lambda error: self.told.emit("error", "The picture holds", str(error)))
        self._shelf.changed.connect(self.styles_changed)
        self._shelf.mapped.connect(self._bake)
        self._shelf.told.connect(self.told)
        self._exporting.changed.connect(self.export_changed)
        self.document.changed.connect(self._show_changed)
        self.live.changed.connect(self.song_changed)
        self.live.told.connect(self.told)
        self._timer.timeout.connect(self._turn)

    # what widgets read

    @property
    def duration(self) -> float:
        """Seconds of the open song."""
        return self.song.duration

    @property
    def program(self) -> Session | None:
        """What the engine plays; ``session`` is what the window asks about, another one while edits go to the cue."""
        return self._beside or self.session

    @property
    def playing(self) -> bool:
        """Whether time moves."""
        return self.live.playing

    @property
    def loop(self) -> tuple[float, float] | None:
        """The looped range in seconds."""
        return self.document.show.loop

    @property
    def clock(self) -> str:
        """``sound card``, ``wall clock`` or ``input``."""
        return self.live.clock

    @property
    def volume(self) -> float:
        """0..1."""
        return self.player.volume

    @property
    def export(self) -> ExportState:
        """How the film is getting on."""
        return self._exporting.state

    @property
    def style(self) -> Style | None:
        """The Style of the playing Scene."""
        return self._shelf.find(self.document.show.scene.style)

    @property
    def shelf(self) -> Shelf:
        """The list of Styles, with those that are being read or are missing."""
        return self._shelf

    @property
    def styles(self) -> tuple[Style, ...]:
        """The Styles there are."""
        return self._shelf.styles

    @property
    def atlas(self) -> Atlas | None:
        """The playing Style's latent space, once it is known."""
        shown = self._shelf.map_of(self.document.show.scene.style)
        return None if shown is None else shown.atlas

    @property
    def sheet(self) -> QImage | None:
        """The atlas's thumbnails as one picture."""
        shown = self._shelf.map_of(self.document.show.scene.style)
        return None if shown is None else shown.sheet

    @property
    def dropped(self) -> int:
        """Frames the window had no time for."""
        return self._bridge.mailbox.dropped

    def now(self) -> float:
        """Song time in seconds; live, the time since listening began."""
        return self.live.now()

    def take_frame(self) -> Frame | None:
        """The newest frame, once."""
        return self._bridge.mailbox.take()

    # what widgets ask for

    def start(self) -> None:
        """Begin: the engine thread and the paint timer."""
        self._engine.start()
        self.watch.start()
        self._timer.start()

    def play(self) -> None:
        if (self.song.live or self.song.track is not None) and not self.playing:
            self.live.play()
            self._turn()

    def pause(self) -> None:
        self.live.pause()
        self._turn()

    def toggle(self) -> None:
        """Play or pause."""
        (self.pause if self.playing else self.play)()

    def seek(self, t: float) -> None:
        """Go to *t* seconds of the song; what is live cannot be gone back to."""
        if self.song.live:
            return
        self.player.seek(min(max(t, 0.0), self.duration))
        self._last_drawn = -1.0
        self._turn()
        self._engine.poke()

    def set_volume(self, volume: float) -> None:
        self.player.volume = min(max(volume, 0.0), 1.0)

    def set_rate(self, target: float | None) -> None:
        """Hold *target* frames a second live; None leaves the rate free."""
        self._engine.set_rate(target)

    def set_loop(self, loop: tuple[float, float] | None) -> None:
        """Loop a range of seconds, or nothing; undoable."""
        if loop is not None:
            a, b = sorted(min(max(x, 0.0), self.duration) for x in loop)
            loop = (a, b) if b - a >= 0.05 else None
        self.document.edit("Loop" if loop else "No loop", replace(self.document.show, loop=loop), merge="loop")

    def set_frozen(self, frozen: bool) -> None:
        """Hold the picture that is seen; the engine goes on underneath."""
        self.frozen = frozen
        self.stage_changed.emit()

    def set_blackout(self, blackout: bool) -> None:
        """Show black on the output; sound and engine go on."""
        self.blackout = blackout
        self.stage_changed.emit()

    def expect(self, song: Song) -> None:
        """Show *song* while it is being decoded."""
        self.desk.expect(song)

    def listen(self, source: Input) -> None:
        """Let *source* move the picture in place of the song, which stays the Show's."""
        self.desk.rest()
        self.song = Song(source.words, live=True)
        self.live.listen(source)
        self._bake()

    def leave_live(self) -> None:
        """Back to the song of the Show, where it was; it plays if time moves."""
        wanted = file_of(self.document.show)
        if self.song.live and wanted is not None:
            self.open_song(wanted, play=self.playing)

    def open_song(self, file: Path, prepared: Song | None = None, *, play: bool = True) -> None:
        """Bring in *file* and play it; what plays goes on until the new song is decoded, and stays if it cannot be."""
        self.desk.open(file, prepared, play=play)

    def add_style(self, file: Path) -> None:
        """Add the weights *file* to the Styles and use it; a bad one is told and changes nothing."""
        self._shelf.add(file)

    def use_style(self, style: Style) -> None:
        """Let the playing Scene use *style*; the engine builds it first, and what plays goes on until then."""
        self._shelf.use(style)

    def request_still(self, key: str, ws: NDArray[np.float32], size: int, seen: RenderRequest | None = None) -> None:
        """Ask for a small picture of *ws*; it comes with ``still_ready`` under *key* when the engine has time."""
        session, program = self.session, self.program
        if session is None or program is None or session.scene.style.network != program.scene.style.network:
            return
        self._engine.request_still(key, rows(ws, session.atlas.num_ws), size, seen=seen)

    def go(self, w: NDArray[np.float32] | None, *, cut: bool = False, beats: float = 1.0) -> None:
        """Glide over *beats* to *w* (or *cut*) and stay there; None glides back onto the path."""
        if self.session is None or (w is None and not self.going):
            return
        self._detour.go(self.session, w, beats=0.0 if cut else beats)

    def start_export(
        self, path: Path, *, session: Session | None = None, track: AudioTrack | None = None, film: Film | None = None,
        playback: Playback | None = None,
    ) -> None:  # fmt: skip
        """Make a film of the Show as it is now, or of what was ordered earlier; what hands do is only in a Take's."""
        ordered = session or self.program
        if ordered is not None and not self._exporting.running:
            sound, shape = track or self.song.track, film or self.document.show.film
            self._exporting.start(self._engine, ordered.launched(BY_ITSELF), sound, path, shape, playback=playback)

    def run(
        self, work: Callable[[], Any], done: Callable[[Any], None], title: str, failed: Callable[[], None] | None = None
    ) -> None:
        """Run *work* on a worker, then *done* with what it made; what goes wrong is told under *title*."""

        def told(error: AppError) -> None:
            self.told.emit("error", title, str(error))
            if failed is not None:
                failed()

        self._bridge.run(work, done, told)

    def cancel_export(self) -> None:
        self._exporting.cancel()

    def close(self) -> None:
        """Shut down in order: export, engine, player, workers."""
        for looking in (self._timer, self._detour, self.watch, self.performing.cueing):
            looking.stop()
        self._exporting.cancel()
        self.desk.opening.stop()
        self._engine.stop()
        self.live.leave()
        self.tempo.close()
        self.player.close()
        self._bridge.close()

    # what happens

    def _turn(self) -> None:
        """60 times a second: tell the widgets the time, if it moved; every other time those that are read."""
        playing, t = self.playing, self.now()
        if playing != self._was_playing:
            self._was_playing = playing
            self.playing_changed.emit(playing)
            self._engine.poke()
        if t != self._last_drawn:
            self._last_drawn = t
            self.played.emit(t)
            if not playing or abs(t - self._last_passed) >= PASSED_S:
                self._last_passed = t
                self.passed.emit(t)

    def _show_changed(self, show: Show) -> None:
        self.desk.follow(show)
        self._shelf.need(show.scene.style)
        self._bake()

    def _engine_told(self, state: EngineState) -> None:
        self.engine = state
        self.engine_changed.emit()

    def _bake(self) -> None:
        """Make a Session of the newest Show on a worker."""
        self.staging.ask()

    def set_session(self, session: Session) -> None:
        """Play *session* from the next frame on; who shows its Scene hears of it where that has changed."""
        before, self.session = self.session, self.performing.edits.shown(session)
        self._beside = None if self.session is session else session
        self.going = session.goto is not None and session.goto.target is not None
        self.live.follow(session)
        self._engine.set_session(session)
        self.taking.note()  # before others hear of it, which takes a while
        self.sessions.put(self.session)
        if before is None or not self.session.shows_as(before):
            self.session_changed.emit()
