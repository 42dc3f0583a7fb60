"""A film that is written while it is seen: it can be played however it ends, as far as it had come."""

import contextlib
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, BinaryIO

import av
import numpy as np
from av.video.reformatter import ColorRange, Colorspace, VideoReformatter
from numpy.typing import NDArray

from app.engine.errors import FilmError
from app.engine.output.credits import for_film
from app.engine.output.heard import SR, Samples

Picture = NDArray[np.uint8]
MOST_THREADS = 4
_BT709 = 1
_BLOCK = 1024
_OPTIONS = {"movflags": "+hybrid_fragmented+frag_keyframe+delay_moov+default_base_moof"}
"""Fragments, one a second, so that a film that is cut off can be played; once it is whole, an ordinary MP4."""


class FilmFile:
    """H.264 (x264 superfast, CRF 20, yuv420p, BT.709) and AAC in *file*, which it owns. Any one thread.

    *size* is of even numbers. What fails raises OSError or FilmError; after that, and at the end, ``close``.
    """

    def __init__(
        self, file: BinaryIO, size: tuple[int, int], fps: int, threads: int, *, said: Mapping[str, str] | None = None
    ) -> None:
        self._file, self._fps = file, fps
        self._reformat = VideoReformatter()
        self._last: av.VideoFrame | None = None
        self._waits, self._sounded = np.zeros((0, 2), np.float32), 0
        with _failing():
            self._container = av.open(file, "w", format="mp4", options=_OPTIONS)
            self._container.metadata.update(for_film(said or {}))
            self._video = self._container.add_stream(
                "libx264", rate=fps, options={"preset": "superfast", "crf": "20", "bf": "0"}
            )
            self._video.width, self._video.height = size
            self._video.pix_fmt = "yuv420p"
            context = self._video.codec_context
            context.color_range = ColorRange.MPEG
            context.color_primaries = context.color_trc = context.colorspace = _BT709
            context.gop_size, context.thread_count = fps, max(1, min(MOST_THREADS, threads))
            self._audio = self._container.add_stream("aac", rate=SR, layout="stereo", bit_rate=192_000)
            self._container.start_encoding()

    def picture(self, picture: Picture, number: int) -> None:
        """The BGRX *picture* as frame *number*; those left out last as long as the one before them."""
        with _failing():
            self._last = self._reformat.reformat(
                av.VideoFrame.from_ndarray(picture, "bgra"), format="yuv420p",
                src_colorspace=Colorspace.ITU709, dst_colorspace=Colorspace.ITU709,
                src_color_range=ColorRange.JPEG, dst_color_range=ColorRange.MPEG,
            )  # fmt: skip
        self.again(number)

    def again(self, number: int) -> None:
        """The last picture once more, as frame *number*."""
        frame = self._last
        if frame is None:
            return
        frame.pts, frame.time_base = number, Fraction(1, self._fps)
        self._encode(self._video.encode, frame)
        if number % self._fps == 0:
            self._file.flush()

    def sound(self, samples: Samples, *, last: bool = False) -> None:
        """``(n, 2)`` go on from the last; AAC takes 1024 at a time, and the rest only where it is the *last*."""
        self._waits = np.concatenate([self._waits, samples])
        while len(self._waits) >= _BLOCK or (last and len(self._waits)):
            block, self._waits = self._waits[:_BLOCK], self._waits[_BLOCK:]
            frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(block.T), "fltp", "stereo")
            frame.sample_rate, frame.time_base, frame.pts = SR, Fraction(1, SR), self._sounded
            self._sounded += len(block)
            self._encode(self._audio.encode, frame)

    def close(self) -> None:
        """End the film, as far as it has come; never raises."""
        with contextlib.suppress(OSError, FilmError):
            self._encode(self._video.encode, None)
            self._encode(self._audio.encode, None)
        with contextlib.suppress(OSError, FilmError), _failing():
            self._container.close()  # after an error FFmpeg writes nothing more: what is there stays as it is
        with contextlib.suppress(OSError):
            self._file.close()

    def _encode(self, encode: Callable[[Any], list[Any]], frame: Any) -> None:
        with _failing():
            self._container.mux(encode(frame))


@contextlib.contextmanager
def _failing() -> Any:
    try:
        yield
    except av.error.FFmpegError as error:
        if isinstance(error, OSError):
            raise
        raise FilmError(f"it cannot be encoded: {error.strerror}") from error
