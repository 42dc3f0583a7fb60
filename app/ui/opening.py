"""Opening a song: decode, peaks and features on workers, each told as soon as it is there."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.engine.audio.features import FeatureTrack, analysed
from app.engine.audio.peaks import Peaks, build_peaks
from app.engine.audio.track import AudioTrack, load_track
from app.engine.errors import AppError, SongError
from app.ui.bridge import Bridge


@dataclass(frozen=True, eq=False)
class Song:
    """What is known of the open song so far; *progress* 0..1 while something is being found out, else None.

    *live* stands for an input: it has a name and no end.
    """

    name: str = ""
    file: Path | None = None
    duration: float = 0.0
    track: AudioTrack | None = None
    peaks: Peaks | None = None
    features: FeatureTrack | None = None
    progress: float | None = None
    live: bool = False


class Opening(QObject):
    """One song on its way in (main thread; the Bridge's workers do the work). A newer song makes an older one stale."""

    loaded = Signal(object)
    grew = Signal(object)
    failed = Signal(object, object)
    progressed = Signal(float)

    def __init__(self, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._newest = 0
        self._kept: dict[Path, tuple[tuple[int, int], Song]] = {}

    def open(self, file: Path, prepared: Song | None = None) -> None:
        """Bring in *file*; what *prepared* holds already is not computed again."""
        self._newest += 1
        mine = self._newest
        known = prepared or self._kept_of(file)
        if known is not None and known.track is not None:
            self.loaded.emit(known)
            return
        self._bridge.run(
            lambda: load_track(file, progress=self._progress(mine)),
            lambda track: self._has_track(mine, file, track, known),
            lambda error: self._failed(mine, file, error),
        )

    def stop(self) -> None:
        """Nobody waits for any song any more."""
        self._newest += 1

    def _progress(self, mine: int) -> Callable[[float], None]:
        shown = -1.0

        def tell(done: float) -> None:
            nonlocal shown
            if mine != self._newest:  # nobody waits for this one any more: the worker is free for others
                raise SongError("Another song was opened.")
            if done - shown >= 0.01:
                shown = done
                self._bridge.call(lambda: self.progressed.emit(done) if mine == self._newest else None)

        return tell

    def _failed(self, mine: int, file: Path, error: AppError) -> None:
        if mine == self._newest:
            self.failed.emit(file, error)

    def _has_track(self, mine: int, file: Path, track: AudioTrack, known: Song | None) -> None:
        if mine != self._newest:
            return
        song = Song(file.stem, file, track.duration, track, progress=0.0)
        if known is not None:
            song = replace(song, name=known.name, peaks=known.peaks, features=known.features, progress=None)
        self.loaded.emit(song)
        if song.peaks is None:
            self._bridge.run(lambda: build_peaks(track), lambda peaks: self._has_peaks(mine, song, peaks), _ignore)
        else:
            self.keep(song)

    def _has_peaks(self, mine: int, song: Song, peaks: Peaks) -> None:
        if mine != self._newest or song.track is None:
            return
        track, drawn = song.track, replace(song, peaks=peaks)
        self.grew.emit(drawn)
        self._bridge.run(
            lambda: analysed(track, progress=self._progress(mine)),
            lambda features: self._has_features(mine, drawn, features),
            lambda error: self._failed(mine, track.path, error),
        )

    def _has_features(self, mine: int, song: Song, features: FeatureTrack) -> None:
        if mine == self._newest:
            whole = replace(song, features=features, progress=None)
            self.keep(whole)
            self.grew.emit(whole)

    def _kept_of(self, file: Path) -> Song | None:
        """The song as it was, unless its file was written again since."""
        kept, now = self._kept.get(file), _stamp(file)
        return kept[1] if kept is not None and now in (kept[0], (0, 0)) else None

    def keep(self, song: Song) -> None:
        """Remember *song*, so that undo brings the last ones back at once."""
        assert song.file is not None
        self._kept[song.file] = (_stamp(song.file), song)
        while len(self._kept) > 3:
            self._kept.pop(next(iter(self._kept)))


def _stamp(file: Path) -> tuple[int, int]:
    """Changes when *file* is written again; zeros when it is not there."""
    try:
        found = file.stat()
    except OSError:
        return (0, 0)
    return found.st_mtime_ns, found.st_size


def _ignore(_error: AppError) -> None:
    """Peaks of a track that was decoded cannot fail in a way the user could mend."""
