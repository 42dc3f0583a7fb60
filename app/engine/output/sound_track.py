"""The song under a film: exactly the samples of its range, in frames an AAC encoder takes."""

from collections.abc import Iterator
from fractions import Fraction

import av
import numpy as np
import soxr
from numpy.typing import NDArray

from app.engine.audio.track import AudioTrack

_AAC_RATES = (48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000)
_BLOCK = 1024
"""What AAC encodes at a time; FFmpeg cuts other lengths itself, and the bytes then differ from run to run."""


class SoundTrack:
    """Owns its place in the song from *start* to *end* seconds; silence where the song has ended. Encoding thread."""

    def __init__(self, track: AudioTrack, start: float, end: float) -> None:
        self.sr, self._samples = _at_aac_rate(track, start, end)
        self.layout = "mono" if self._samples.shape[1] == 1 else "stereo"
        self._at = 0

    @property
    def bit_rate(self) -> int:
        """256 kbit/s, or what AAC allows at this rate."""
        return min(256_000, 5 * self.sr * self._samples.shape[1])

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return len(self._samples) / self.sr

    def until(self, seconds: float, *, last: bool = False) -> Iterator[av.AudioFrame]:
        """Whole blocks of what has not been given yet before *seconds* into the film; with *last* the rest as well.

        After the end of the range there is silence.
        """
        goal = round(seconds * self.sr)
        while self._at + _BLOCK <= goal or (last and self._at < goal):
            chunk = np.zeros((min(_BLOCK, goal - self._at), self._samples.shape[1]), np.float32)
            heard = self._samples[self._at : self._at + len(chunk)]
            chunk[: len(heard)] = heard
            frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(chunk.T), "fltp", self.layout)
            frame.sample_rate = self.sr
            frame.time_base = Fraction(1, self.sr)
            frame.pts = self._at
            self._at += len(chunk)
            yield frame


def _at_aac_rate(track: AudioTrack, start: float, end: float) -> tuple[int, NDArray[np.float32]]:
    """The rate and ``(n, channels)`` samples of *start*..*end*, resampled where AAC does not know the rate."""
    samples = track.samples[round(start * track.sr) : round(end * track.sr)]
    if track.sr in _AAC_RATES:
        return track.sr, samples
    return _AAC_RATES[0], np.asarray(soxr.resample(samples, track.sr, _AAC_RATES[0]), np.float32)
