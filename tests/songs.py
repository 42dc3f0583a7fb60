"""Sounds whose analysis is known beforehand, and the real songs that happen to lie beside the checkout."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from app.engine.audio.demo import demo_song
from app.engine.audio.track import SONG_SUFFIXES, AudioTrack

SR = 24_000
Mono = NDArray[np.float32]


def real_songs() -> list[Path]:
    """What lies in ``shared/music`` beside the repository; the demo song alone where nothing does."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "music"
    found = sorted(file for file in folder.glob("*") if file.suffix in SONG_SUFFIXES)
    return found or [demo_song()[0]]


def track(samples: NDArray[np.floating], sr: int = SR) -> AudioTrack:
    """Mono ``(n,)`` or ``(n, channels)`` samples as a song that never was a file."""
    table = np.array(samples, np.float32)
    return AudioTrack(Path("made.wav"), table[:, None] if table.ndim == 1 else table, sr, "0" * 64)


def silence(seconds: float, sr: int = SR) -> Mono:
    return np.zeros(round(seconds * sr), np.float32)


def sine(hz: float, seconds: float, sr: int = SR, amplitude: float = 0.5) -> Mono:
    t = np.arange(round(seconds * sr)) / sr
    return (amplitude * np.sin(2 * np.pi * hz * t)).astype(np.float32)


def clicks(times: list[float], seconds: float, sr: int = SR) -> Mono:
    """A millisecond of noise at each of *times*."""
    y = silence(seconds, sr)
    noise = np.random.default_rng(3).uniform(-0.8, 0.8, sr // 1000).astype(np.float32)
    for at in times:
        first = round(at * sr)
        y[first : first + len(noise)] = noise[: len(y) - first]
    return y


def bursts(times: list[float], seconds: float, lo: float, hi: float, sr: int = SR) -> Mono:
    """60 ms of dying noise between two frequencies at each of *times*."""
    t = np.arange(round(0.06 * sr)) / sr
    spectrum = np.fft.rfft(np.random.default_rng(4).standard_normal(len(t)))
    hz = np.fft.rfftfreq(len(t), 1 / sr)
    spectrum[(hz < lo) | (hz > hi)] = 0
    burst = np.fft.irfft(spectrum, len(t)) * np.exp(-t / 0.015)
    y = silence(seconds, sr)
    for at in times:
        first = round(at * sr)
        y[first : first + len(burst)] += (0.7 * burst / np.abs(burst).max()).astype(np.float32)
    return y


def write_av(
    path: Path, codec: str, samples: NDArray[np.float32] | None, sr: int = 44_100, video: bool = False
) -> Path:
    """*samples* ``(n, channels)`` in a file by PyAV, as m4a, mp4 or mp3; with a small film beside it if asked."""
    with av.open(str(path), "w") as container:
        if video:
            film = container.add_stream("mpeg4", rate=10)
            film.width, film.height, film.pix_fmt = 64, 64, "yuv420p"
        if samples is not None:
            stream = container.add_stream(codec, rate=sr, layout="mono" if samples.shape[1] == 1 else "stereo")
            frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), "flt", stream.layout.name)
            frame.sample_rate, frame.pts, frame.time_base = sr, 0, Fraction(1, sr)
            fifo = av.AudioResampler(stream.format.name, stream.layout.name, sr, frame_size=stream.frame_size or 1152)
            for part in (*fifo.resample(frame), *fifo.resample(None)):
                container.mux(stream.encode(part))
            container.mux(stream.encode(None))
        if video:
            for k in range(5):
                picture = av.VideoFrame.from_ndarray(np.full((64, 64, 3), 40 * k, np.uint8), "rgb24")
                picture.pts = k
                container.mux(film.encode(picture))
            container.mux(film.encode(None))
    return path
