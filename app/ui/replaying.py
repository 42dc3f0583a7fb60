"""Takes played again: live, hands off, and as films."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.engine.audio.track import AudioTrack
from app.engine.errors import ShowError
from app.engine.render.playback import Playback, heard
from app.engine.render.session import Session, crossed
from app.engine.show.calls import as_take, calls_of
from app.engine.show.performance import Launch, Performance, Ramp
from app.engine.show.show import Film, StyleRef
from app.engine.show.take import Moment, Take
from app.ui.export_presets import film_frames
from app.ui.export_queue import FilmJob

if TYPE_CHECKING:
    from app.engine.latent.atlas import Atlas
    from app.ui.studio import Studio

_AHEAD, _MOST = 4.0, 24
"""Seconds, and Moments, by which the next ones are made ready before they begin: a turned knob has thirty a second."""
_SOON = 0.4
"""Seconds by which they are handed to the engine, and that are left out where one has begun before it was ready."""
_JUMP = 1e-3


class Replaying(QObject):
    """Owns the Take that plays (main thread). While one does the Show rests; any gesture ends it."""

    changed = Signal()
    wanted = Signal(int)
    """A film of the Scene at this row."""
    ordered = Signal(object)
    """A FilmJob for the queue of films."""

    def __init__(self, studio: "Studio") -> None:
        super().__init__(studio)
        self._studio = studio
        self._playback: Playback | None = None
        self._ready: dict[int, Session] = {}
        self._wanted = -1
        self._p = self._t = 0.0
        self._at = 0
        studio.played.connect(self._turn)
        studio.document.changed.connect(lambda _show: self.stop())
        studio.song_changed.connect(self._song_changed)

    @property
    def on(self) -> bool:
        """Whether a Take plays."""
        return self._playback is not None

    @property
    def seconds(self) -> float:
        """How much of it has been played."""
        return self._p if self.on else 0.0

    def play(self, take: Take) -> None:
        """Play *take* from its start; the song goes there by itself."""
        self.stop()
        self._playback = self._made(take)
        self._at, self._p = 0, 0.0
        self._t = take.song_time(0.0)
        self._studio.seek(self._t)
        self._studio.play()
        self._make_ready()
        self.changed.emit()

    def stop(self) -> None:
        """The hands are on again: what they left plays on."""
        if self._playback is not None:
            self._playback, self._ready, self._wanted = None, {}, -1
            self._studio.live.pictures.ahead = 0.0
            self._studio.performing.come_back()
            self.changed.emit()

    def film(self, take: Take, path: Path, film: Film, *, queued: bool = False) -> None:
        """Make a film of *take*, at once or when those before it are done."""
        studio, playback = self._studio, self._made(take)
        track = studio.song.track
        assert track is not None

        def ready() -> tuple[Session, AudioTrack]:
            return playback.at(0.0)[1], heard(take, track)

        def begin(made: tuple[Session, AudioTrack]) -> None:
            session, sound = made
            if not queued:
                studio.start_export(path, session=session, track=sound, film=film, playback=playback)
                return
            self.ordered.emit(FilmJob(
                number=0, title=path.stem, kind=take.name, path=path, film=film,
                frames=film_frames(film, take.length), seconds=take.length, session=session, track=sound,
                playback=playback,
            ))  # fmt: skip
            studio.told.emit("info", f"A film of {take.name} is ordered", "It stands in the queue under Export.")

        studio.run(ready, begin, f"{path.name} was not made")

    def called(self) -> Playback | None:
        """The Show with the Scenes that parts of its song call for, ready to be filmed; None where none do."""
        session = self._studio.program
        if session is None or session.live:
            return None
        take = as_take(session.show, calls_of(session.show, self._studio.tempo.grid), session.duration)
        return None if take is None else self._made(take)

    def alone(self, row: int) -> Playback:
        """The Scene at *row* alone, through the whole song, ready to be filmed; ShowError where it cannot be."""
        session = self._studio.program
        if session is None or session.live:
            raise ShowError("A film of a scene needs a song. Choose the song as the source first.")
        show = self._studio.document.show
        first = Moment(0.0, 0.0, show, Performance((Launch(row),)))
        return self._made(Take(show.scenes[row].name, session.duration, (first,)))

    def _made(self, take: Take) -> Playback:
        """*take* ready to be played; ShowError where it cannot be."""
        song, meant = self._studio.song, take.moments[0].show.song
        if song.track is None or song.features is None or meant is None:
            raise ShowError("A take needs its song. Open the song first, and wait until it was listened to.")
        if meant.sha256 and song.track.sha256 != meant.sha256:
            raise ShowError(f"{take.name} was played to another song, {Path(meant.file).name}. Open that first.")
        atlases: dict[StyleRef, Atlas] = {}
        for moment in take.moments:
            for row in moment.performance.rows:
                style = moment.show.scenes[row].style
                if style in atlases:
                    continue
                shown = self._studio.shelf.map_of(style)
                if shown is None:
                    self._studio.shelf.prepare(style)
                    raise ShowError(f"The style “{style.name}” is still being opened. Try again in a moment.")
                atlases[style] = shown.atlas
        return Playback(take, song.features, atlases.get)

    def _turn(self, t: float) -> None:
        playback = self._playback
        if playback is None:
            return
        take = playback.take
        self._p += max(0.0, t - self._t)
        self._t = t
        if self._p >= take.length:
            self.stop()
            return
        at = take.index(self._p)
        if at != self._at:
            self._pass(take, at)
        self._show(take, at)
        self._make_ready()

    def _pass(self, take: Take, at: int) -> None:
        """Another Moment begins: latches, and a jump of the song."""
        studio, moment = self._studio, take.moments[at]
        first, self._at = self._at, at
        if moment.frozen != studio.frozen:
            studio.set_frozen(moment.frozen)
        if moment.blackout != studio.blackout:
            studio.set_blackout(moment.blackout)
        if any(_jumps(take, i) for i in range(first + 1, at + 1)):
            self._t = take.song_time(self._p)
            studio.seek(self._t)

    def _make_ready(self) -> None:
        """Bake on a worker what is played now and soon, in order; where that is too much, some is left out."""
        playback = self._playback
        if playback is None or self._wanted >= 0:
            return
        index = self._next(playback.take)
        if index is None:
            return
        self._wanted = index
        moment = playback.take.moments[index]

        def ready(session: Session) -> None:
            if self._playback is playback:  # else it was ended, and the one that plays now has a worker of its own
                self._wanted = -1
                kept = max((i for i in self._ready if i <= self._at), default=0)
                self._ready = {i: s for i, s in self._ready.items() if i >= kept} | {index: session}
                self._show(playback.take, self._at)
                self._make_ready()

        def failed() -> None:
            if self._playback is playback:
                self.stop()

        self._studio.run(lambda: playback.session(moment, moment.t), ready, "The take stopped", failed)

    def _next(self, take: Take) -> int | None:
        """The Moment to make ready next; None where all that comes soon is."""
        at = self._at
        last = min(take.index(self._p + _AHEAD), at + _MOST)
        missing = [i for i in range(at, last + 1) if i not in self._ready]
        late = at in missing and any(i < at for i in self._ready)  # what was before it is seen meanwhile
        soon = [i for i in missing if i <= take.index(self._p + _SOON)]
        return soon[-1] if late else next(iter(missing), None)

    def _show(self, take: Take, at: int) -> None:
        """Give the engine what is ready: this Moment, and the next ones, each of which begins at its own time."""
        known = sorted(i for i in self._ready if i <= at)
        if not known:
            return
        whole = self._ready[known[-1]]
        for i in range(at + 1, len(take.moments)):
            if i > max(self._ready) or _jumps(take, i) or take.moments[i].p > self._p + _SOON:
                break
            if i in self._ready:
                whole = crossed(whole, self._ready[i], Ramp(0.0, 1.0, take.moments[i].t))
        self._studio.live.pictures.ahead = take.ahead
        self._studio.set_session(whole)

    def _song_changed(self) -> None:
        playback = self._playback
        if playback is not None:
            meant = playback.take.moments[0].show.song
            if self._studio.song.live or meant is None or self._studio.song.file != Path(meant.file):
                self.stop()


def _jumps(take: Take, index: int) -> bool:
    """Whether the song was somewhere else before the Moment at *index*."""
    before, moment = take.moments[index - 1], take.moments[index]
    return abs(before.t + (moment.p - before.p) - moment.t) > _JUMP
