"""The song on the desk: what is being opened becomes what the Studio plays, and what the Show speaks of."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from app.engine.errors import AppError
from app.engine.show.correction import FOUND
from app.engine.show.show import Show, SongRef
from app.ui.bridge import Bridge
from app.ui.opening import Opening, Song

if TYPE_CHECKING:
    from app.ui.studio import Studio


def file_of(show: Show) -> Path | None:
    """Where the song of *show* lies."""
    return Path(show.song.file) if show.song is not None else None


class SongDesk:
    """Owns what is being opened (main thread)."""

    def __init__(self, studio: "Studio", bridge: Bridge) -> None:
        self._studio, self._document = studio, studio.document
        self.opening = Opening(bridge, studio)
        self._autoplay = True
        self.asked = file_of(studio.document.show)
        self._rests: tuple[Path | None, float] = None, 0.0  # the song that an input took the place of, and where it was
        self.opening.loaded.connect(self.loaded)
        self.opening.grew.connect(self.grew)
        self.opening.failed.connect(self.failed)
        self.opening.progressed.connect(self.progressed)

    @property
    def owned(self) -> bool:
        """Whether the Show speaks of the open song; else its loop, sections and beats mean another."""
        return file_of(self._document.show) == self._studio.song.file

    def open(self, file: Path, prepared: Song | None, *, play: bool) -> None:
        """Bring in *file*; what plays goes on until the new song is decoded, and stays if it cannot be."""
        self._autoplay = play
        self.opening.open(file, prepared)

    def rest(self) -> None:
        """An input takes the song's place; it goes on from where it is now, once it is back."""
        self.opening.stop()
        if not self._studio.song.live:
            self._rests = self._studio.song.file, self._studio.player.now()

    def expect(self, song: Song) -> None:
        """Show *song* while it is being decoded."""
        self._studio.song = self._studio.tempo.of(song)
        self.opening.keep(song)
        self._studio.song_changed.emit()
        self._studio.staging.ask()

    def follow(self, show: Show) -> None:
        """Open the song that *show* speaks of, where that is another."""
        studio, wanted = self._studio, file_of(show)
        studio.player.set_loop(show.loop if self.owned else None)
        studio.tempo.follow_show()
        if wanted == self.asked:  # once for each change: what cannot be opened is not tried again at every edit
            return
        self.asked = wanted
        if wanted is None or wanted == studio.song.file:
            return
        if wanted.is_file():
            studio.open_song(wanted, play=studio.playing)
        else:
            sentence = f"{wanted} was moved. Drop the song to use it."
            studio.told.emit("info", "The song of this show is not here", sentence)

    def loaded(self, song: Song) -> None:
        """*song* is decoded: it plays from now on."""
        studio = self._studio
        assert song.track is not None
        assert song.file is not None
        studio.song = studio.tempo.of(song)
        studio.live.leave()
        studio.player.load(song.track)
        rested, t = self._rests
        self._rests = None, 0.0
        if rested == song.file:
            studio.player.seek(t)
        show = self._document.show
        if not self.owned:
            after = replace(show, song=SongRef(str(song.file), song.track.sha256))
            if show.song is None or show.song.sha256 != song.track.sha256:  # else the same song in another place
                film = replace(show.film, start=0.0, end=0.0)
                after = replace(after, sections=(), loop=None, film=film, grid=FOUND)
            self._document.edit(f"Open {song.name}", after)
        studio.player.set_loop(self._document.show.loop)
        studio.song_changed.emit()
        studio.staging.ask()
        if self._autoplay:
            studio.play()

    def grew(self, song: Song) -> None:
        """More is known of *song*."""
        studio = self._studio
        if song.track is not studio.song.track:
            return
        studio.song = studio.tempo.of(song)
        studio.song_changed.emit()
        if song.features is not None:
            studio.staging.ask()

    def progressed(self, done: float) -> None:
        """So much of it is decoded."""
        self._studio.song = replace(self._studio.song, progress=done)
        self._studio.song_changed.emit()

    def failed(self, file: Path, error: AppError) -> None:
        """It cannot be opened: what played plays on."""
        studio = self._studio
        studio.song = replace(studio.song, progress=None)
        studio.song_changed.emit()
        studio.told.emit("error", f"{file.name} was not opened", str(error))
        shown = studio.song.file
        if studio.song.track is None and shown not in (None, file):
            self.opening.open(shown)  # what was to be the first song is none: the one that is seen plays
