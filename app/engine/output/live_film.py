"""A film of what the audience sees, recorded while it is seen: one more live output, whose device is a file."""

import contextlib
import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from app.engine.errors import FilmError, OutputError
from app.engine.output.heard import LAG, Heard, HeardTrack
from app.engine.output.live_output import Picture
from app.engine.output.target import RESERVE, Target, free_name, reason

if TYPE_CHECKING:
    from app.engine.output.film_file import FilmFile

LOOKED = 1.0
"""Seconds from one look at what room the disk has to the next."""
_STEADY = 8
"""Pictures over which it is found how long one takes."""
MOST_AGAIN = 10.0
"""Seconds for which one picture is written again and again; where more are missing the last one just lasts."""


def free_room(folder: Path) -> int:
    """Bytes that the disk of *folder* has left."""
    return shutil.disk_usage(folder).free


def new_file(path: Path) -> BinaryIO:
    """*path*, which nothing stands under yet."""
    return path.open("xb")


class LiveFilm:
    """Owns the file while it grows, as ``.partial``, and gives it its name. ``send`` and ``close`` on one thread.

    A picture belongs to the beat of *fps* it comes at, by *clock*; a beat without one has the picture before it.
    heard: what is heard at this instant, asked on that thread. seconds, dropped, kept: for any thread.
    """

    def __init__(
        self, path: Path, fps: int, heard: Callable[[], Heard], *, said: Mapping[str, str] | None = None,
        clock: Callable[[], float] = time.monotonic, room: Callable[[Path], int] = free_room,
        opened: Callable[[Path], BinaryIO] = new_file,
    ) -> None:  # fmt: skip
        self.path, self.fps = path, fps
        self.dropped = 0
        """Beats whose own picture came too late or not at all."""
        self.kept: Path | None = None
        """The film, once it is whole or as far as it has come."""
        self._heard, self._said, self._clock, self._room, self._opened = heard, said or {}, clock, room, opened
        self._target, self._file = Target(free_name(path)), None  # type: tuple[Target, FilmFile | None]
        self._sound = HeardTrack()
        self._began = self._took = 0.0
        self._looked = -LOOKED
        self._count = 0

    @property
    def seconds(self) -> float:
        """How long it is by now."""
        return self._count / self.fps

    def send(self, picture: Picture) -> None:
        """Write *picture*, and the sound until now; raises OutputError when the disk is full."""
        with self._failing():
            file = self._file or self._open(picture)
            now = self._clock()
            number = round((now - self._began) * self.fps)
            if number < self._count:
                return  # it comes before its beat
            self._again(file, number)
            begun = self._clock()
            file.picture(picture, number)
            self._took += (self._clock() - begun - self._took) / _STEADY
            self._count = number + 1
            self._sound.note(now - self._began, self._heard())
            file.sound(self._sound.until(max(0.0, now - self._began - LAG)))
            self._look(now)

    def receivers(self) -> str:
        """Nobody watches a file."""
        return ""

    def close(self) -> None:
        """End the film and give it its name; what there is of it is kept."""
        file, self._file = self._file, None
        if file is None:
            return
        with contextlib.suppress(OSError, FilmError):
            file.sound(self._sound.until(self.seconds), last=True)
        file.close()
        self._target.path = free_name(self.path)  # what came there meanwhile stays
        try:
            self._target.commit()
            self.kept = self._target.path
        except FilmError:
            self.kept = self._target.partial  # nobody may have lost a film for its name

    def _open(self, picture: Picture) -> "FilmFile":
        from app.engine.output.film_file import FilmFile

        height, width = picture.shape[:2]
        threads = (os.cpu_count() or 1) // 2
        grows = self._opened(self._target.partial)
        try:
            self._file = file = FilmFile(grows, (width, height), self.fps, threads, said=self._said)
        except (OSError, FilmError):
            grows.close()
            self._target.discard()
            raise
        self._began = self._clock()
        return file

    def _again(self, file: "FilmFile", number: int) -> None:
        """Fill the beats before *number*; one that cannot keep up leaves them out, and the last picture lasts."""
        missing = number - self._count
        self.dropped += missing
        if missing <= MOST_AGAIN * self.fps and self._took < 0.5 / self.fps:
            for late in range(self._count, number):
                file.again(late)

    def _look(self, now: float) -> None:
        if now - self._looked >= LOOKED:
            self._looked = now
            if self._room(self._target.partial.parent) < RESERVE:
                raise OutputError("The disk is full, so the recording ended. The film is kept as far as it came.")

    @contextlib.contextmanager
    def _failing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise OutputError(f"The recording ended, for {reason(error)}. What there is of it is kept.") from error
        except FilmError as error:
            raise OutputError(f"The recording ended, for {error}. What there is of it is kept.") from error
