"""Films as files: what a sink is, the H.264 one, and the thread that lets synthesis go on while a sink writes."""

import contextlib
import errno
import os
import platform
from collections import deque
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from fractions import Fraction
from typing import Generic, Protocol, TypeVar

import av
import numpy as np
from av.video.reformatter import ColorRange, Colorspace, VideoReformatter
from numpy.typing import NDArray

from app.engine.audio.track import AudioTrack
from app.engine.errors import FilmError
from app.engine.output.credits import for_film, say_softened
from app.engine.output.sound_track import SoundTrack
from app.engine.output.target import Target
from app.engine.render.frame import Frame

Picture = NDArray[np.uint8]
SAME_EVERY_TIME = {"x264-params": "asm=AVX2"} if platform.machine().lower() in ("x86_64", "amd64") else {}
"""With AVX-512, x264 reads memory nobody wrote unless a picture is a multiple of 128 px wide: other films each time."""
MOST_THREADS = 8
_BT709 = 1  # the number of BT.709 in H.273, for primaries, transfer and matrix alike


Given = TypeVar("Given", contravariant=True)


class Sink(Protocol[Given]):
    """Where pictures go, in order. After ``finish`` the film stands under its name; after ``abandon`` nothing does."""

    def write(self, picture: Given, /) -> None: ...
    def finish(self) -> None: ...
    def abandon(self) -> None: ...


VideoSink = Sink[Frame]


class Mp4Sink:
    """H.264 (x264 medium, CRF 17, yuv420p, tagged BT.709) with the song as AAC. Owns the open file; any one thread.

    An odd width or height grows by one pixel, a copy of the edge: 4:2:0 colour comes in pairs. said: what the film says
    of itself, from ``credits``.
    """

    def __init__(
        self,
        target: Target,
        size: tuple[int, int],
        fps: int,
        sound: tuple[AudioTrack, float, float] | None = None,
        *,
        said: Mapping[str, str] | None = None,
    ) -> None:
        self._target = target
        self._fps = fps
        self._size = size
        self._count = 0
        self._softened = False
        self._sound = SoundTrack(*sound) if sound else None
        self._reformat = VideoReformatter()
        with self._failing():
            if target.path.is_dir():
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
            self._container = av.open(os.fspath(target.partial), "w", format="mp4", options={"movflags": "+faststart"})
            self._container.metadata.update(for_film(said or {}))
            self._video = self._add_video()
            self._audio = self._add_audio(self._sound) if self._sound else None
            # The header is written now, so that a file that cannot be made is known before the first picture.
            self._container.start_encoding()

    def write(self, frame: Frame) -> None:
        """Encode *frame*, and the sound that belongs to it."""
        width, height = self._size
        if frame.image.shape != (height, width, 3):
            raise ValueError(f"a film of {width}x{height} was given {frame!r}")
        with self._failing():
            picture = av.VideoFrame.from_ndarray(_even(frame.image), "rgb24")
            picture = self._reformat.reformat(
                picture,
                format="yuv420p",
                src_colorspace=Colorspace.ITU709,
                dst_colorspace=Colorspace.ITU709,
                interpolation="AREA",
                src_color_range=ColorRange.JPEG,
                dst_color_range=ColorRange.MPEG,
            )
            self._softened |= frame.guarded
            picture.pts = self._count
            picture.time_base = Fraction(1, self._fps)
            self._count += 1
            self._container.mux(self._video.encode(picture))
            self._write_sound(self._count / self._fps)

    def finish(self) -> None:
        """Write what is still in the encoders, close the file and give it its name."""
        with self._failing():
            if self._sound is not None:
                self._write_sound(max(self._count / self._fps, self._sound.seconds), last=True)
            self._container.mux(self._video.encode(None))
            if self._audio is not None:
                self._container.mux(self._audio.encode(None))
            self._container.close()
            if self._softened:
                say_softened(self._target.partial)
        self._target.commit()

    def abandon(self) -> None:
        """Close the file and take it away."""
        self._target.discard()  # before closing: there is nothing then for faststart to move
        with contextlib.suppress(av.error.FFmpegError, OSError):
            self._container.close()
        self._target.discard()

    def _add_video(self) -> av.VideoStream:
        options = {"preset": "medium", "crf": "17"} | SAME_EVERY_TIME
        stream = self._container.add_stream("libx264", rate=self._fps, options=options)
        width, height = self._size
        stream.width, stream.height = width + width % 2, height + height % 2
        stream.pix_fmt = "yuv420p"
        context = stream.codec_context
        context.color_range = ColorRange.MPEG
        context.color_primaries = context.color_trc = context.colorspace = _BT709
        context.gop_size = 2 * self._fps
        context.thread_count = threads()
        return stream

    def _add_audio(self, sound: SoundTrack) -> av.AudioStream:
        stream = self._container.add_stream("aac", rate=sound.sr)
        stream.layout = sound.layout
        stream.bit_rate = sound.bit_rate
        return stream

    def _write_sound(self, seconds: float, *, last: bool = False) -> None:
        if self._sound is None or self._audio is None:
            return
        for chunk in self._sound.until(seconds, last=last):
            self._container.mux(self._audio.encode(chunk))

    @contextlib.contextmanager
    def _failing(self) -> Iterator[None]:
        with self._target.failing():
            try:
                yield
            except av.error.FFmpegError as error:
                if isinstance(error, OSError):
                    raise
                raise FilmError(f"{self._target.path.name} cannot be encoded: {error.strerror}.") from error


def threads() -> int:
    """How many threads x264 gets: one core stays with the network. Not a question of load, for films hang on it."""
    return max(1, min(MOST_THREADS, (os.cpu_count() or 1) - 1))


def _even(image: Picture) -> Picture:
    """*image* with an odd edge doubled."""
    height, width = image.shape[:2]
    if height % 2 or width % 2:
        return np.pad(image, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")
    return image


class BackgroundSink(Generic[Given]):
    """Lets *sink* write on a thread of its own, at most *waiting* frames behind; then the giver waits.

    Owns that thread. What fails there is raised by the next ``write`` or by ``finish``.
    """

    def __init__(self, sink: Sink[Given], *, waiting: int) -> None:
        self._sink = sink
        self._waiting = waiting
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="film")
        self._pending: deque[Future[None]] = deque()

    @property
    def behind(self) -> int:
        """How many frames are not written yet."""
        return sum(not waiting.done() for waiting in self._pending)

    def write(self, frame: Given) -> None:
        """Hand *frame* over; waits while too many are ahead of it."""
        while self._pending and (self._pending[0].done() or len(self._pending) >= self._waiting):
            self._pending.popleft().result()
        self._pending.append(self._thread.submit(self._sink.write, frame))

    def finish(self) -> None:
        """Wait for the last frame, then finish the film here."""
        while self._pending:
            self._pending.popleft().result()
        self._thread.shutdown()
        self._sink.finish()

    def abandon(self) -> None:
        """Drop what waits, then take the film away."""
        self._thread.shutdown(cancel_futures=True)
        self._sink.abandon()
