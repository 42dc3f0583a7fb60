"""Recordings: what was heard, as a file that is a song."""

import io
import os
from itertools import count
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.engine import paths
from app.engine.audio.ring import Samples
from app.engine.errors import SongError

SUFFIX = ".wav"
_FULL = 1 << 23
"""1.0 in 24 bits."""


def save_recording(samples: Samples, sr: int, name: str, folder: Path | None = None) -> Path:
    """Write *samples* ``(n, 2)`` as a wav of 24 bits called *name*, whole or not at all; raises SongError.

    A file that is there already stays: the new one gets a number. Without a *folder* it goes to the user's recordings.
    """
    sound = _wav(samples, sr)
    try:
        folder = folder or paths.recordings()
        numbered = (folder / f"{name}{f' {n}' if n > 1 else ''}{SUFFIX}" for n in count(1))
        return next(file for file in numbered if _written(sound, file))
    except OSError as error:
        why = error.strerror or error
        raise SongError(f"{name}{SUFFIX} could not be written: {why}. Make room and keep it again.") from error


def _wav(samples: Samples, sr: int) -> bytes:
    """The file, in memory: a full disk is then met by one writer that says so."""
    import soundfile

    same = bool((samples[:, 0] == samples[:, 1]).all())  # one microphone fills both
    sound = io.BytesIO()
    soundfile.write(sound, steps_of_24_bits(samples[:, :1] if same else samples), sr, "PCM_24", format="WAV")
    return sound.getvalue()


def steps_of_24_bits(samples: Samples) -> NDArray[np.int32]:
    """*samples* as a wav of 24 bits has them, in the upper ones of 32."""
    return np.clip(np.rint(samples * np.float32(_FULL)), -_FULL, _FULL - 1).astype(np.int32) << 8


def _written(sound: bytes, file: Path) -> bool:
    """Whether *sound* is *file* now; False where the name is taken."""
    partial = file.with_name(f".{file.name}.partial")
    try:
        part = partial.open("xb")  # only one may write under this name
    except FileExistsError:
        return False
    try:
        with part:
            taken = file.exists()
            if not taken:
                part.write(sound)
        if not taken:
            os.replace(partial, file)
    finally:
        partial.unlink(missing_ok=True)
    return not taken
