"""The name a film will have: nothing stands under it until the film is whole."""

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.engine.errors import FilmError

RESERVE = 64 * 2**20
"""Bytes of disk we leave free: a full disk hurts more than a missing film."""

_REASONS = {
    errno.ENOSPC: "the disk is full; free some space or choose another one",
    errno.EDQUOT: "the disk is full; free some space or choose another one",
    errno.EFBIG: "the disk takes no file this large; choose another one",
    errno.EACCES: "this folder may not be written to; choose another one",
    errno.EPERM: "this folder may not be written to; choose another one",
    errno.EROFS: "this disk may not be written to; choose another one",
    errno.ENOENT: "its folder does not exist; choose another one",
    errno.ENOTDIR: "what should be its folder is a file; choose another one",
    errno.EISDIR: "a folder of that name is in the way; choose another name",
    errno.ENAMETOOLONG: "its name is too long; choose a shorter one",
}


class Target:
    """Owns a film's final *path* and the *partial* it grows under, beside it. Any one thread at a time."""

    def __init__(self, path: Path, *, overwrite: bool = False) -> None:
        self.path = path
        self.partial = path.with_name(f"{path.stem}.partial{path.suffix}")
        with self.failing():
            exists = path.exists()
        if exists and not overwrite:
            raise FilmError(f"{path.name} is already there; choose another name, or allow to overwrite it.")

    @contextmanager
    def failing(self) -> Iterator[None]:
        """Turn an OSError into one sentence about this film."""
        try:
            yield
        except OSError as error:
            raise FilmError(f"{self.path.name} cannot be written: {reason(error)}.") from error

    def need(self, size: int) -> None:
        """Raise FilmError unless about *size* bytes fit on the disk, and some to spare."""
        with self.failing():
            free = shutil.disk_usage(self.path.parent).free
        if free < size + RESERVE:
            raise FilmError(
                f"{self.path.name} cannot be written: it needs about {in_words(size + RESERVE)}, and the disk has "
                f"{in_words(free)} left; free some space or choose another disk."
            )

    def commit(self) -> None:
        """Give the finished film its name, in one step."""
        with self.failing():
            os.replace(self.partial, self.path)

    def discard(self) -> None:
        """Take away what there is of the film."""
        try:
            if self.partial.is_dir():
                shutil.rmtree(self.partial)
            else:
                self.partial.unlink(missing_ok=True)
        except OSError:
            return  # Windows keeps an open file; whoever holds it calls again, and a left-over is written over


def reason(error: OSError) -> str:
    """Why a file cannot be written, and what to do."""
    return _REASONS.get(error.errno or 0) or error.strerror or "the disk refuses it"


def free_name(path: Path) -> Path:
    """*path*, or the first of "name 2", "name 3" ... that nothing stands under yet."""
    candidate, number = path, 2
    while candidate.exists():
        candidate, number = path.with_stem(f"{path.stem} {number}"), number + 1
    return candidate


def in_words(size: int) -> str:
    """*size* bytes as people say it: 84 MB, 1.2 GB."""
    if size < 999_500:
        return f"{max(1, round(size / 1000))} kB"
    if size < 999_500_000:
        return f"{round(size / 1_000_000)} MB"
    return f"{size / 1_000_000_000:.1f} GB"
