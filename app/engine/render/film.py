"""From a Session to a film on disk: when its frames are, how far it is, and the loop that makes it."""

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.engine.audio.track import AudioTrack
from app.engine.errors import FilmError
from app.engine.output.credits import credits_of, guard_credits
from app.engine.output.guarded import GuardedSink
from app.engine.output.target import Target
from app.engine.render.builder import StyleRenderer
from app.engine.render.frame import Drawn, Frame, RenderRequest
from app.engine.render.plan import frames
from app.engine.render.playback import Playback, played
from app.engine.render.session import Session
from app.engine.show.show import Film
from app.engine.stylegan.library import Style

if TYPE_CHECKING:
    from app.engine.output.finished import FinishedSink
    from app.engine.output.video import VideoSink

SMALLEST, LARGEST = 16, 8192
_QUEUE_BYTES = 256 * 2**20
_BYTES_A_PIXEL = {"mp4": 0.06, "png": 2.0}
_SOUND_BYTES_A_SECOND = 32_000
_LOOK_AT_DISK_EVERY = 2.0
_PACE_SECONDS = 5.0
_FIRST_ETA_AFTER = 2.0
_TOLD_EVERY = 0.05


class FilmCancelled(FilmError):
    """The film was cancelled, and nothing of it is left."""


@dataclass(frozen=True, eq=False)
class ExportJob:
    """One film to make: *session* is fixed from here on. *track* None makes a silent film.

    *style*: what is known of the Style, for the film to say.
    """

    session: Session
    track: AudioTrack | None
    path: Path
    film: Film
    overwrite: bool = False
    style: Style | None = None
    playback: Playback | None = None
    """A Take to film in place of the Session, which is that of its first moment."""

    @property
    def duration(self) -> float:
        """Seconds that can be filmed."""
        return self.session.duration if self.playback is None else self.playback.take.length

    def pictures(self, renderer: StyleRenderer, size: tuple[int, int]) -> Iterator[Drawn | Frame]:
        """Every picture, in order, for the film's thread to finish."""
        times, unfinished = ticks(self.film, self.duration), _Unfinished(renderer)
        if self.playback is not None:
            return played(self.playback, times, unfinished, size=size, fit=self.film.fit)
        return frames(((t, self.session) for t in times), unfinished, size=size, fit=self.film.fit)


@dataclass(frozen=True, slots=True)
class _Unfinished:
    """A Renderer that leaves its pictures as the network drew them."""

    renderer: StyleRenderer

    def render(self, request: RenderRequest) -> Drawn | Frame:
        return self.renderer.draw(request)


@dataclass(frozen=True, eq=False)
class Progress:
    """How far a film is; *eta* in seconds, None until it can be told.

    *frame*: the newest that was written, up to a second behind *done*; None before the first.
    """

    done: int
    total: int
    frames_per_second: float
    eta: float | None
    frame: Frame | None


def now_and_then(
    tell: Callable[[Progress], None], clock: Callable[[], float] = time.monotonic
) -> Callable[[Progress], None]:
    """Hears of every frame, and tells 20 times a second and of the last: showing it takes time from making it."""
    told = -math.inf

    def hear(progress: Progress) -> None:
        nonlocal told
        now = clock()
        if now - told >= _TOLD_EVERY or progress.done == progress.total:
            told = now
            tell(progress)

    return hear


class Pace:
    """Frames a second as of late: an average that forgets over about five seconds. Owned by the export loop."""

    def __init__(self, now: float) -> None:
        self._began = self._last = now
        self._frames = self._seconds = 0.0

    def frame_done(self, now: float) -> None:
        """Count one frame, finished at *now*."""
        spent, self._last = now - self._last, now
        kept = math.exp(-spent / _PACE_SECONDS)
        self._frames = self._frames * kept + 1.0
        self._seconds = self._seconds * kept + spent

    @property
    def frames_per_second(self) -> float:
        """0 before the first frame."""
        return self._frames / self._seconds if self._seconds > 0 else 0.0

    def eta(self, left: int) -> float | None:
        """Seconds that *left* frames will take; None in the first two seconds, when nobody can know."""
        if self._last - self._began < _FIRST_ETA_AFTER or self._seconds <= 0:
            return None
        return left / self.frames_per_second


def film_range(film: Film, duration: float) -> tuple[float, float]:
    """Start and end of *film* in seconds, within a song of *duration*; raises FilmError when nothing is left."""
    end = min(film.end, duration) if film.end > 0 else duration
    if film.start >= end:
        raise FilmError(f"The film would end ({end:g} s) before it begins ({film.start:g} s); choose another range.")
    return film.start, end


def film_size(film: Film, own: tuple[int, int]) -> tuple[int, int]:
    """Width and height of *film* in pixels: the Style's *own* where both are 0; one that is 0 keeps its shape."""
    width, height = film.width, film.height
    if not width and not height:
        return own
    return width or _side(height * own[0] / own[1]), height or _side(width * own[1] / own[0])


def _side(pixels: float) -> int:
    return min(max(round(pixels), SMALLEST), LARGEST)


def check_size(width: int, height: int) -> None:
    """Raise FilmError where a side is smaller or larger than films are; 0 is not known yet."""
    if not all(side == 0 or SMALLEST <= side <= LARGEST for side in (width, height)):
        raise FilmError(f"A film is {SMALLEST} to {LARGEST} pixels wide and high, not {width}x{height}.")


def ticks(film: Film, duration: float) -> Iterator[float]:
    """The song time of every frame: frame i at start + i / fps, so that films of 30 and 60 fps share theirs."""
    start, _ = film_range(film, duration)
    return (start + i / film.fps for i in range(frame_count(film, duration)))


def frame_count(film: Film, duration: float) -> int:
    """How many frames *film* has, at least one."""
    start, end = film_range(film, duration)
    return max(1, math.floor((end - start) * film.fps + 0.5))


def estimated_bytes(film: Film, duration: float, own: tuple[int, int]) -> int:
    """About how large *film* of a Style whose *own* size is this will be on disk."""
    width, height = film_size(film, own)
    count = frame_count(film, duration)
    sound = _SOUND_BYTES_A_SECOND * count / film.fps if film.audio and film.format == "mp4" else 0
    return int(width * height * count * _BYTES_A_PIXEL[film.format] + sound)


def export(
    job: ExportJob,
    renderer: StyleRenderer,
    *,
    progress: Callable[[Progress], None],
    cancelled: Callable[[], bool],
    clock: Callable[[], float] = time.monotonic,
) -> Path:
    """Make the film of *job* on this thread, the engine's; its path when it is whole.

    Raises FilmCancelled soon after *cancelled* says so, FilmError when the film cannot be written, or another device
    had to take over. Whatever goes wrong, nothing is left under its name or beside it.
    """
    duration, own = job.duration, (job.session.atlas.width, job.session.atlas.height)
    size, total = film_size(job.film, own), frame_count(job.film, duration)
    check_size(*size)
    target = Target(job.path, overwrite=job.overwrite)
    target.need(estimated_bytes(job.film, duration, own))
    try:
        film, sink = _open_sink(job, target, size)
    except FilmError:
        target.discard()
        raise
    looked, pace, drawn_by = clock(), Pace(clock()), ""
    try:
        for done, picture in enumerate(job.pictures(renderer, size), start=1):
            if cancelled():
                raise FilmCancelled(f"{job.path.name} was cancelled.")
            if drawn_by not in ("", picture.drawn_by):
                raise _mixed(done, renderer)
            drawn_by = picture.drawn_by
            sink.write(picture)
            now = clock()
            pace.frame_done(now)
            if now - looked > _LOOK_AT_DISK_EVERY:
                looked = now
                target.need(0)
            progress(Progress(done, total, pace.frames_per_second, pace.eta(total - done), film.shown))
        sink.finish()
    except BaseException:
        sink.abandon()
        raise
    return job.path


def _mixed(number: int, renderer: StyleRenderer) -> FilmError:
    """Why no film is made of what two devices drew: pictures differ by a little, and a film would jump there."""
    return FilmError(
        f"The film stopped at frame {number}: {renderer.note}. "
        f"Make it again, and {renderer.device} draws all of it, in {renderer.precision}."
    )


def _open_sink(job: ExportJob, target: Target, size: tuple[int, int]) -> "tuple[GuardedSink, FinishedSink]":
    """What writes the film behind its guard, and the thread that does both."""
    # Here, because the window reads this module for sizes and estimates and must not wait for FFmpeg and torch.
    from app.engine.output.finished import FinishedSink
    from app.engine.output.png import PngSink
    from app.engine.output.video import Mp4Sink

    film = job.film
    said = {**credits_of(job.session.scene, job.style), **guard_credits(job.session.show)}
    sink: VideoSink
    if film.format == "png":
        sink = PngSink(target, said=said)
    else:
        start, end = film_range(film, job.duration)
        sound = (job.track, start, end) if film.audio and job.track is not None else None
        sink = Mp4Sink(target, size, film.fps, sound, said=said)
    guarded = GuardedSink(sink, on=job.session.show.guarded)
    return guarded, FinishedSink(guarded, waiting=_frames_in_a_second(size, film.fps))


def _frames_in_a_second(size: tuple[int, int], fps: int) -> int:
    """How many frames of *size* may wait for the encoder: a second of them, less where they are large."""
    return max(1, min(fps, _QUEUE_BYTES // (size[0] * size[1] * 3)))
