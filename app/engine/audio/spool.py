"""Spool: the sound of an input while a Take of it is recorded, for longer than the minute that is remembered."""

import hashlib
import shutil
import tempfile
import threading
from itertools import count
from pathlib import Path

import numpy as np

from app.engine import paths
from app.engine.audio.minute import Minute
from app.engine.audio.recording import SUFFIX, steps_of_24_bits
from app.engine.audio.take_sound import with_file
from app.engine.errors import SongError
from app.engine.show.take import Take

_LARGEST = 4e9  # bytes that a plain wav can say the length of


class Spool:
    """Owns a file without a name, which goes with the program, and what of *minute* from frame *start* on is in it.

    Workers write, one at a time; ``catch_up`` is to be called more often than the Minute forgets.
    """

    def __init__(self, minute: Minute, start: int, *, longest: float) -> None:
        """*longest* is how many seconds there may be."""
        import soundfile

        self.minute, self._at, self._writing = minute, start, threading.Lock()
        kind = "RF64" if longest * minute.sr * 6 > _LARGEST else "WAV"
        try:
            self._file = tempfile.TemporaryFile(dir=paths.takes())  # noqa: SIM115  closed with the Spool
            self._sound = soundfile.SoundFile(self._file, "w", minute.sr, 2, "PCM_24", format=kind)
        except (OSError, RuntimeError) as error:
            raise _unwritten(error) from error

    def catch_up(self, end: int | None = None) -> None:
        """Write what was heard since, up to frame *end*; what the Minute has forgotten is silence. Raises SongError."""
        with self._writing:
            if self._file.closed:
                return
            end = self.minute.heard if end is None else end
            heard = self.minute.until(end, self._at)
            missing = max(0, end - self._at - len(heard))  # the clock must not suffer
            try:
                self._sound.write(steps_of_24_bits(np.pad(heard, ((missing, 0), (0, 0)))))
            except (OSError, RuntimeError) as error:
                raise _unwritten(error) from error
            self._at = max(self._at, end)

    def save(self, take: Take, file: Path, end: int) -> tuple[Take, Path]:
        """Write *take* to *file* with its sound, up to frame *end*, beside it; as TakeSound does."""
        try:
            self.catch_up(end)
        except SongError:
            self.drop()
            raise
        with self._writing:
            numbered = (file.with_name(f"{file.stem}{f' {n}' if n > 1 else ''}{SUFFIX}") for n in count(1))
            sound = next(free for free in numbered if not free.exists())
            partial = sound.with_name(f".{sound.name}.partial")
            try:
                self._sound.close()
                self._file.seek(0)
                with partial.open("wb") as whole:
                    shutil.copyfileobj(self._file, whole, 1 << 20)
                partial.replace(sound)
                with sound.open("rb") as whole:
                    sha256 = hashlib.file_digest(whole, "sha256").hexdigest()
            except (OSError, RuntimeError) as error:
                partial.unlink(missing_ok=True)
                raise _unwritten(error) from error
            finally:
                self._file.close()
        return with_file(take, file, sound, sha256), sound

    def drop(self) -> None:
        """Nobody wants it any more."""
        with self._writing:
            if not self._file.closed:
                self._sound.close()
                self._file.close()


def _unwritten(error: Exception) -> SongError:
    why = getattr(error, "strerror", None) or error
    return SongError(f"The sound of the take could not be written: {why}. Make room on the disk.")
