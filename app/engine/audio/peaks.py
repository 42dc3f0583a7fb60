"""Peaks: a song's outline and its three bands at every zoom, small enough to draw from."""

from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from app.engine.audio.track import AudioTrack
from app.engine.errors import SongError

HOP = 256
LARGEST_HOP = 65_536
LOW_HZ, HIGH_HZ = 200.0, 2500.0
_WINDOW = 1024
_BATCH = 4096  # bins at once: 16 MB of spectra
_SINE = float(np.sqrt(2))  # a full-scale sine has RMS 1 / sqrt(2)

Bins = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Peaks:
    """The outline of a song; frozen and shared.

    levels: level *k* is ``(bins, 6)`` uint8, one row for *hop* * 2**k samples. Columns: *min* and *max* of the
    channels (0 = -1, 128 = silence, 255 = +1: ``(column - 128) / 127``), then *rms*, *low* (below 200 Hz), *mid*
    and *high* (above 2500 Hz), linear, 255 being a full-scale sine.
    """

    sr: int
    hop: int
    levels: tuple[Bins, ...]

    def __post_init__(self) -> None:
        for level in self.levels:
            level.setflags(write=False)

    def save(self, path: Path) -> None:
        """One npz; only the finest level, the others follow from it."""
        np.savez_compressed(path, sr=self.sr, hop=self.hop, base=self.levels[0])

    @classmethod
    def load(cls, path: Path) -> "Peaks":
        """What save wrote; SongError where the file is not that."""
        try:
            with Path(path).open("rb") as raw, np.load(raw, allow_pickle=False) as file:
                sr, hop, base = int(file["sr"]), int(file["hop"]), file["base"]
        except (OSError, ValueError, KeyError, TypeError, EOFError, BadZipFile) as error:
            raise SongError(f"“{Path(path).name}” does not hold the outline of a song.") from error
        if base.ndim != 2 or base.shape[1] != 6 or base.dtype != np.uint8 or not len(base) or sr < 1 or hop < 1:
            raise SongError(f"“{Path(path).name}” does not hold the outline of a song.")
        return cls(sr, hop, _pyramid(base))


def build_peaks(track: AudioTrack) -> Peaks:
    """The Peaks of a whole song; deterministic, well under a second for five minutes."""
    bins = -(-len(track.samples) // HOP)
    outline = np.empty((bins, 3), np.float32)
    bands = np.empty((bins, 3), np.float32)
    mono = np.pad(track.mono(), (_WINDOW - HOP) // 2)
    for first in range(0, bins, _BATCH):
        last = min(first + _BATCH, bins)
        outline[first:last] = _outline(track.samples[first * HOP : last * HOP])
        bands[first:last] = _bands(mono[first * HOP : last * HOP + _WINDOW - HOP], last - first, track.sr)
    base = np.empty((bins, 6), np.uint8)
    base[:, :2] = np.rint(np.clip(outline[:, :2], -1, 1) * 127 + 128)
    base[:, 2] = np.rint(np.clip(outline[:, 2] * _SINE, 0, 1) * 255)
    base[:, 3:] = np.rint(np.clip(bands * _SINE, 0, 1) * 255)
    return Peaks(track.sr, HOP, _pyramid(base))


def _outline(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """``(bins, 3)``: min, max and rms over the channels; the last bin may be shorter than the others."""
    bins = -(-len(samples) // HOP)
    short = bins * HOP - len(samples)
    rows = np.pad(samples, ((0, short), (0, 0)), mode="edge").reshape(bins, -1)
    power = np.einsum("ij,ij->i", rows, rows) / rows.shape[1]
    return np.stack([rows.min(axis=1), rows.max(axis=1), np.sqrt(power)], axis=1)


def _bands(mono: NDArray[np.float32], bins: int, sr: int) -> NDArray[np.float32]:
    """``(bins, 3)``: RMS below, between and above the band edges, from one windowed spectrum a bin."""
    from scipy.fft import rfft

    padded = np.pad(mono, (0, max(0, (bins - 1) * HOP + _WINDOW - len(mono))))
    window = np.hanning(_WINDOW + 1)[:-1].astype(np.float32)
    spectra = rfft(sliding_window_view(padded, _WINDOW)[::HOP][:bins] * window, axis=1)
    power = spectra.real**2 + spectra.imag**2
    power *= 2 / (_WINDOW * float((window**2).sum()))
    edges = [min(int(np.ceil(hz * _WINDOW / sr)), power.shape[1] - 1) for hz in (LOW_HZ, HIGH_HZ)]
    sums = np.add.reduceat(power, [0, *edges], axis=1) if edges[0] < edges[1] else np.zeros((bins, 3), np.float32)
    return np.sqrt(sums).astype(np.float32)


def _pyramid(base: Bins) -> tuple[Bins, ...]:
    """*base*, and above it each level with half as many bins, up to one bin for LARGEST_HOP samples."""
    levels = [base]
    for _ in range((LARGEST_HOP // HOP).bit_length() - 1):
        fine = levels[-1]
        if len(fine) % 2:
            fine = np.concatenate([fine, fine[-1:]])
        a, b = fine[0::2], fine[1::2]
        coarse = np.empty_like(a)
        coarse[:, 0], coarse[:, 1] = np.minimum(a[:, 0], b[:, 0]), np.maximum(a[:, 1], b[:, 1])
        power = (a[:, 2:].astype(np.float32) ** 2 + b[:, 2:].astype(np.float32) ** 2) / 2
        coarse[:, 2:] = np.rint(np.sqrt(power))
        levels.append(coarse)
    return tuple(levels)
