"""Opens a song: any sound file, or the sound of a film, becomes samples in memory."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.engine.errors import SongError

Samples = NDArray[np.float32]
Progress = Callable[[float], None]

_SOUNDS = (".wav", ".flac", ".ogg", ".oga", ".opus", ".mp3", ".aif", ".aiff", ".au", ".caf", ".m4a", ".m4b", ".aac")
_FILMS = (".mp4", ".m4v", ".mov", ".mkv", ".webm", ".wma")
SONG_SUFFIXES = frozenset((*_SOUNDS, *_FILMS))
MAX_MINUTES = 100
MAX_RATE = 48_000
MAX_CHANNELS = 8
_BLOCK = 1 << 16
_HALF = float(np.sqrt(0.5))
# How much of each channel reaches the left and the right, in WAV order (L R C LFE Ls Rs ...), after ITU-R BS.775.
_FOLDS: dict[int, tuple[tuple[float, ...], tuple[float, ...]]] = {
    3: ((1, 0, _HALF), (0, 1, _HALF)),
    4: ((1, 0, _HALF, 0), (0, 1, 0, _HALF)),
    5: ((1, 0, _HALF, _HALF, 0), (0, 1, _HALF, 0, _HALF)),
    6: ((1, 0, _HALF, 0, _HALF, 0), (0, 1, _HALF, 0, 0, _HALF)),
    7: ((1, 0, _HALF, 0, 0.5, _HALF, 0), (0, 1, _HALF, 0, 0.5, 0, _HALF)),
    8: ((1, 0, _HALF, 0, _HALF, 0, _HALF, 0), (0, 1, _HALF, 0, 0, _HALF, 0, _HALF)),
}


@dataclass(frozen=True, eq=False)
class AudioTrack:
    """A song in memory: *samples* is ``(n, 1 or 2)`` float32, read-only, at *sr* Hz; safe to share between threads."""

    path: Path
    samples: Samples
    sr: int
    sha256: str

    def __post_init__(self) -> None:
        self.samples.setflags(write=False)

    def __repr__(self) -> str:
        return f"AudioTrack({self.path.name!r}, {self.duration:.2f} s, {self.sr} Hz, {self.samples.shape[1]} ch)"

    @property
    def duration(self) -> float:
        """Seconds."""
        return len(self.samples) / self.sr

    def mono(self) -> Samples:
        """``(n,)``: the mean of the channels."""
        if self.samples.shape[1] == 1:
            return self.samples[:, 0]
        mix: Samples = (self.samples[:, 0] + self.samples[:, 1]) * np.float32(0.5)
        return mix


@dataclass(frozen=True)
class _Source:
    """An opened file: its rate, its length in frames as far as the header knows, and its blocks ``(n, channels)``."""

    sr: int
    frames: int
    blocks: Iterator[Samples]


def load_track(path: Path | str, *, progress: Progress | None = None) -> AudioTrack:
    """The song at *path*, decoded, at 48 kHz or less, mono or stereo, every sample finite.

    Raises SongError with a sentence for whatever is not a song. *progress* hears 0..1 on the calling thread.
    """
    path = Path(path)
    _check_file(path)
    tell = progress or (lambda part: None)
    tell(0.0)
    source = _open_soundfile(path) or _open_av(path)
    samples, sr = _read(path, source, tell)
    if not len(samples):
        raise SongError(f"“{path.name}” holds no sound: it is empty.")
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    tell(1.0)
    return AudioTrack(path, samples, sr, sha256)


def _check_file(path: Path) -> None:
    if path.is_dir():
        raise SongError(f"“{path.name}” is a folder; open one of the songs inside it.")
    if not path.is_file():
        raise SongError(f"There is no file “{path}”; it may have been moved or renamed.")
    try:
        with path.open("rb") as file:
            if not file.read(1):
                raise SongError(f"“{path.name}” holds no sound: it is empty.")
    except OSError as error:
        raise SongError(f"“{path.name}” cannot be read: {error.strerror}.") from error


def _check_length(path: Path, seconds: float) -> None:
    if seconds > MAX_MINUTES * 60:
        raise SongError(
            f"“{path.name}” is {seconds / 60:.0f} minutes long; "
            f"Anthesis opens songs of up to {MAX_MINUTES} minutes. Cut out the part you want to see."
        )


def _open_soundfile(path: Path) -> _Source | None:
    """The file by libsndfile, or None where PyAV has to try: m4a, films, and surround Ogg, whose order PyAV knows."""
    import soundfile

    try:
        file = soundfile.SoundFile(path)
    except (soundfile.SoundFileError, OSError):
        return None
    if file.channels > 2 and file.format == "OGG":
        file.close()
        return None
    if file.channels > MAX_CHANNELS:
        file.close()
        raise SongError(f"“{path.name}” has {file.channels} channels; Anthesis opens up to {MAX_CHANNELS}.")

    def blocks() -> Iterator[Samples]:
        with file:
            try:
                while len(block := file.read(_BLOCK, dtype="float32", always_2d=True)):
                    yield _folded(block)
            except soundfile.SoundFileError as error:
                raise SongError(f"“{path.name}” is damaged and cannot be decoded.") from error

    try:
        _check_length(path, file.frames / file.samplerate)
    except SongError:
        file.close()
        raise
    return _Source(file.samplerate, file.frames, blocks())


def _folded(block: Samples) -> Samples:
    """Surround as stereo; never louder than full scale, so nothing clips."""
    if block.shape[1] <= 2:
        return block
    weights = np.array(_FOLDS[block.shape[1]], np.float32)
    folded: Samples = block @ (weights / weights.sum(axis=1, keepdims=True)).T
    return folded


def _open_av(path: Path) -> _Source:
    import av

    try:
        container = av.open(str(path), metadata_errors="ignore")
    except (av.FFmpegError, OSError, ValueError) as error:
        raise SongError(f"“{path.name}” is not a sound file Anthesis can read.") from error
    try:
        stream = next((stream for stream in container.streams.audio if stream.rate), None)
        if stream is None:
            what = "is a film without sound" if container.streams.video else "is not a sound file Anthesis can read"
            raise SongError(f"“{path.name}” {what}.")
        seconds = float(stream.duration * stream.time_base) if stream.duration and stream.time_base else 0.0
        seconds = seconds or (container.duration or 0) / 1e6
        _check_length(path, seconds)
    except SongError:
        container.close()
        raise
    return _Source(stream.rate, int(seconds * stream.rate), _av_blocks(path, container, stream))


def _av_blocks(path: Path, container: Any, stream: Any) -> Iterator[Samples]:
    """Stereo or mono blocks from time 0 of the file on: what an encoder puts before it (AAC priming) is left out."""
    import av

    layout = "mono" if stream.channels == 1 else "stereo"
    resampler = av.AudioResampler(format="flt", layout=layout, rate=stream.rate)
    channels = 1 if layout == "mono" else 2
    position: int | None = None
    try:
        for frame in container.decode(stream):
            if position is None and frame.pts is not None:
                position = round(float(frame.pts * frame.time_base) * stream.rate)
                if position > 0:
                    yield np.zeros((min(position, MAX_MINUTES * 60 * stream.rate), channels), np.float32)
            for out in resampler.resample(frame):
                block = out.to_ndarray().reshape(-1, channels).astype(np.float32, copy=False)
                skip = min(max(0, -(position or 0)), len(block))
                position = (position or 0) + len(block)
                yield block[skip:]
    except (av.FFmpegError, ValueError) as error:
        if position is None:
            raise SongError(f"“{path.name}” is damaged and cannot be decoded.") from error
    finally:
        container.close()


def _read(path: Path, source: _Source, tell: Progress) -> tuple[Samples, int]:
    """Every block of *source*, cleaned, at no more than MAX_RATE; the memory used is that of the result."""
    resample: Callable[[Samples, bool], Samples] | None = None
    blocks: list[Samples] = []
    done = 0
    for block in source.blocks:
        done += len(block)
        _check_length(path, done / source.sr)
        block = np.nan_to_num(block, nan=0.0, posinf=0.0, neginf=0.0)
        if source.sr > MAX_RATE:
            resample = resample or _resampler(source.sr, block.shape[1])
            block = resample(block, False)
        blocks.append(block)
        tell(min(0.99, done / source.frames) if source.frames else 0.5)
    if not done:
        return np.zeros((0, 1), np.float32), source.sr
    if resample:
        blocks.append(resample(np.zeros((0, blocks[0].shape[1]), np.float32), True))
    samples = np.concatenate(blocks)
    peak = float(max(samples.max(initial=0), -samples.min(initial=0)))
    if peak > 8:  # a float file in another scale, such as that of 16-bit integers
        samples /= np.float32(peak)
    return np.ascontiguousarray(samples, np.float32), min(source.sr, MAX_RATE)


def _resampler(sr: int, channels: int) -> Callable[[Samples, bool], Samples]:
    import soxr

    stream = soxr.ResampleStream(sr, MAX_RATE, channels, dtype="float32")

    def resample(block: Samples, last: bool) -> Samples:
        out: Samples = stream.resample_chunk(block, last=last).reshape(-1, channels)
        return out

    return resample
