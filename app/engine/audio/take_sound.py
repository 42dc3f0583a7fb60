"""The sound of a Take of an input, written beside it."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from app.engine.audio.minute import Minute
from app.engine.audio.recording import save_recording
from app.engine.audio.track import load_track
from app.engine.errors import AppError
from app.engine.show.show import SongRef
from app.engine.show.take import Take
from app.engine.show.take_file import save_take
from app.engine.show.take_heard import with_sound


@dataclass(frozen=True, eq=False)
class TakeSound:
    """What *minute* holds from frame *start* to *end*."""

    minute: Minute
    start: int
    end: int

    def save(self, take: Take, file: Path) -> tuple[Take, Path]:
        """Write *take* to *file* with its sound beside it; the Take as it is then, and the file of its sound."""
        heard = self.minute.until(self.end, self.start)
        missing = max(0, self.end - self.start - len(heard))  # forgotten meanwhile: the clock must not suffer
        sound = save_recording(np.pad(heard, ((missing, 0), (0, 0))), self.minute.sr, file.stem, file.parent)
        try:
            sha256 = load_track(sound).sha256
        except AppError:
            sound.unlink(missing_ok=True)
            raise
        return with_file(take, file, sound, sha256), sound


def with_file(take: Take, file: Path, sound: Path, sha256: str) -> Take:
    """Write *take* to *file* as one of *sound*, a file that goes where that fails; the Take as it is then."""
    of_sound = with_sound(take, SongRef(str(sound), sha256))
    try:
        save_take(of_sound, file)
    except AppError:
        sound.unlink(missing_ok=True)
        raise
    return of_sound
