"""The playlist: songs that were dropped together play one after another."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction

from app.control.addresses import ControlError
from app.ui.settings import ENDS, Settings
from app.ui.studio import Studio

_END = 0.05
"""Seconds before its end at which a song that rests has ended."""


class Playlist(QObject):
    """Owns which song comes next, and what comes where one has ended (main thread).

    The window remembers both; they are no part of the Show.
    """

    changed = Signal()

    def __init__(
        self, studio: Studio, settings: Settings, actions: Mapping[str, QAction], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._studio, self._settings, self._actions = studio, settings, actions
        self._asked: Path | None = None
        self._step = 1
        studio.desk.opening.failed.connect(self._failed)
        studio.song_changed.connect(self._song_changed)
        studio.playing_changed.connect(self._playing_changed, Qt.ConnectionType.QueuedConnection)
        self._tell()
        self.choose_end(settings.at_end)

    def table(self) -> dict[str, Callable[..., object]]:
        """Action id -> what it does."""
        return {
            "next_song": lambda: self.go(1), "previous_song": lambda: self.go(-1),
            "clear_playlist": lambda: self._keep(()),
            **{f"end_{end}": lambda _on, end=end: self.choose_end(end) for end in ENDS},
        }  # fmt: skip

    @property
    def files(self) -> list[Path]:
        """The songs in their order."""
        return self._settings.playlist

    def take(self, files: Sequence[Path]) -> None:
        """Let *files* be the list, and play the first."""
        self._keep(tuple(file.absolute() for file in files))
        self._asked = None
        self._open(self.files[0], 1)

    def go(self, step: int) -> None:
        """Play the next song, or the one before; raises ControlError where there is none."""
        if not self.files:
            raise ControlError("There is no playlist. Drop several songs at once to make one.")
        file = self._beside(self._asked or self._studio.song.file, step)
        if file is None:
            raise ControlError(f"This is the {'last' if step > 0 else 'first'} song of the playlist.")
        self._open(file, step)

    def _beside(self, file: Path | None, step: int) -> Path | None:
        files = self.files
        at = files.index(file) if file in files else -1 if step > 0 else len(files)
        return files[at + step] if 0 <= at + step < len(files) else None

    def _open(self, file: Path, step: int) -> None:
        self._asked, self._step = file, step
        self._studio.open_song(file)

    def _keep(self, files: Sequence[Path]) -> None:
        self._settings.playlist = list(dict.fromkeys(files))
        self._tell()

    def _tell(self) -> None:
        self._actions["clear_playlist"].setEnabled(bool(self.files))
        self.changed.emit()

    def choose_end(self, end: str) -> None:
        """Let *end*, one of ENDS, come where a song has ended, and check it in the menu."""
        self._settings.at_end = end
        for name in ENDS:
            self._actions[f"end_{name}"].setChecked(name == end)

    # what happens

    def _song_changed(self) -> None:
        song = self._studio.song
        if self._asked is not None and song.file == self._asked and song.track is not None:
            self._asked = None

    def _failed(self, file: Path, _error: object) -> None:
        """The song that was asked for cannot be opened, which has been told: the one behind it comes."""
        if file != self._asked:
            return
        after = self._beside(file, self._step)
        self._asked = None
        if after is not None:
            self._open(after, self._step)

    def _playing_changed(self, playing: bool) -> None:
        """Where the song has ended, and not been stopped, what was chosen comes."""
        studio, end = self._studio, self._settings.at_end
        ended = not playing and not studio.playing and studio.duration > 0 and studio.now() >= studio.duration - _END
        if not ended or studio.song.live or self._asked is not None or studio.replaying.on:
            return
        if end == "repeat":
            self._again()
        elif end != "stop" and studio.song.file in self.files and not studio.taking.recording:  # a take has one song
            after = self._beside(studio.song.file, 1) or (self.files[0] if end == "round" else None)
            if after == studio.song.file:
                self._again()
            elif after is not None:
                self._open(after, 1)

    def _again(self) -> None:
        self._studio.seek(0.0)
        self._studio.play()
