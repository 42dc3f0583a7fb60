"""What was heard of an input, kept after the fact as a song."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.engine.audio.recording import save_recording
from app.engine.errors import SongError
from app.ui.settings import Settings
from app.ui.studio import Studio


class Capturing(QObject):
    """Writes the last minute of the input that is listened to (main thread; a worker copies and writes)."""

    kept = Signal(object)
    """The file: it is one of the recent songs now."""

    def __init__(
        self, studio: Studio, settings: Settings, parent: QObject, now: Callable[[], datetime] = datetime.now
    ) -> None:
        super().__init__(parent)
        self._studio, self._settings, self._now = studio, settings, now
        studio.taking.sounded.connect(self._remember)

    def table(self) -> dict[str, Callable[..., object]]:
        """Action id -> what it does."""
        return {"capture": self.capture}

    def capture(self) -> None:
        """Keep what was heard up to now; the input goes on."""
        studio = self._studio
        if not studio.song.live:
            raise SongError("A song plays, which is a file already. Only what comes in live can be kept as one.")
        minute = studio.live.minute
        if minute is None or not minute.heard:
            raise SongError("Nothing was heard yet that could be kept. Let some music come in first.")
        sound, end, name = minute, minute.heard, f"Heard {self._now():%Y-%m-%d %H.%M.%S}"

        def write() -> tuple[Path, float]:
            samples = sound.until(end)
            return save_recording(samples, sound.sr, name), len(samples) / sound.sr

        def written(made: tuple[Path, float]) -> None:
            file, seconds = made
            self._remember(file)
            studio.told.emit("info", f"{file.name} is kept: {seconds:.0f} s", "It stands among the recent songs.")

        studio.run(write, written, "What was heard was not kept")

    def _remember(self, file: Path) -> None:
        self._settings.remember("songs", file)
        self.kept.emit(file)
