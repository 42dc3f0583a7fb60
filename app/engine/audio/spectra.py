"""Spectra: a song as band powers a hundred times a second, split into what rings and what strikes, by librosa."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.engine.show.routes import CONTROL_RATE

SR = 24_000
HOP = int(SR / CONTROL_RATE)
N_FFT = 1024
LOSS = np.float32(0.375)  # a Hann window lets this much power through
EDGES_HZ = (60.0, 120.0, 150.0, 200.0, 400.0, 1500.0, 2500.0, 4000.0, 6000.0, 7000.0)
"""Frequencies at which a band always ends, so that a range between two of them is an exact sum of bands."""

CHROMA_N_FFT = 4096
CHROMA_STEPS = 4
CHROMA: dict[str, Any] = {"n_chroma": 24, "tuning": 0.0, "ctroct": 4.5}
_BATCH = 3000  # steps at once: 30 s of song, 12 MB of spectra; librosa would take a long song whole, in gigabytes
RINGING, STRIKING = 31, 13  # medians over 0.31 s and over 13 bands

Floats = NDArray[np.float32]
Tell = Callable[[float], None]


@dataclass(frozen=True, eq=False)
class Spectra:
    """What a song sounds like, step by step; every array is ``(steps, ...)``.

    level ``(steps,)``: RMS, a full-scale sine being 1. powers, harmonic, percussive ``(steps, bands)``: mean squares.
    chroma ``(steps, 12)``: strength of each pitch class, C first.
    """

    level: Floats
    powers: Floats
    harmonic: Floats
    percussive: Floats
    chroma: Floats


def listen(y: Floats, steps: int, tell: Tell = lambda part: None) -> Spectra:
    """*y* (mono, at SR) as *steps* steps; *tell* hears 0..1."""
    level, powers = band_powers(y, steps, lambda part: tell(0.3 * part))
    harmonic, percussive = split(powers, lambda part: tell(0.3 + 0.5 * part))
    return Spectra(level, powers, harmonic, percussive, chroma_powers(y, steps, lambda part: tell(0.8 + 0.2 * part)))


@cache
def band_edges() -> NDArray[np.int64]:
    """FFT bins where bands begin, and the last one's end: single bins in the bass, a seventh of an octave above."""
    hz = SR / N_FFT
    fixed = [int(np.ceil(edge / hz)) for edge in EDGES_HZ]
    grid = [*range(1, fixed[3])]
    edge = float(fixed[3])
    while edge < N_FFT // 2:
        grid.append(round(edge))
        edge *= 2 ** (1 / 7)
    edges = np.unique(np.array([*grid, *fixed, N_FFT // 2 + 1]))
    edges.setflags(write=False)
    return edges


@cache
def band_range(lo: float, hi: float) -> slice:
    """The columns of band_powers between two of EDGES_HZ (or 0, or SR / 2)."""
    first, last = np.searchsorted(band_edges(), [np.ceil(lo * N_FFT / SR), np.ceil(hi * N_FFT / SR)])
    return slice(int(first), int(last))


def band_centres() -> Floats:
    """Hz at the middle of every band."""
    edges = band_edges()
    return ((edges[:-1] + edges[1:] - 1) / 2 * SR / N_FFT).astype(np.float32)


def band_powers(y: Floats, steps: int, tell: Tell = lambda part: None) -> tuple[Floats, Floats]:
    """Level ``(steps,)`` and ``(steps, bands)`` mean square in every band; step *i* is centred on ``i * HOP``."""
    import librosa.feature

    level = np.empty(steps, np.float32)
    powers = np.empty((steps, len(band_edges()) - 1), np.float32)
    for first, last, part in _stretches(y, steps, N_FFT, HOP):
        spectra = np.abs(librosa.stft(part, n_fft=N_FFT, hop_length=HOP, center=False))
        spectra[0] = 0  # no ear hears an offset
        level[first:last] = librosa.feature.rms(S=spectra, frame_length=N_FFT)[0] * np.sqrt(2 / LOSS)
        powers[first:last] = band_sums(spectra)
        tell(last / steps)
    return level, powers


def band_sums(spectra: Floats) -> Floats:
    """``(steps, bands)`` mean squares of the magnitudes *spectra* ``(N_FFT // 2 + 1, steps)`` under a Hann window."""
    edges = band_edges()
    sums = np.add.reduceat(spectra[: edges[-1]] ** 2, edges[:-1], axis=0)
    result: Floats = sums.T * (2 / (N_FFT**2 * LOSS))
    return result


def chroma_powers(y: Floats, steps: int, tell: Tell = lambda part: None) -> Floats:
    """``(steps, 12)``: strength of each pitch class, C first; slow by nature, so computed every fourth step."""
    import librosa.feature

    coarse_steps = -(-steps // CHROMA_STEPS) + 1
    coarse = np.empty((coarse_steps, 12), np.float32)
    hop = HOP * CHROMA_STEPS
    for first, last, part in _stretches(y, coarse_steps, CHROMA_N_FFT, hop):
        halves = librosa.feature.chroma_stft(
            y=part, sr=SR, n_fft=CHROMA_N_FFT, hop_length=hop, center=False, norm=None, **CHROMA,
        )  # fmt: skip
        squares = halves[::2]  # quarter-tone classes, every second one: half as wide, neighbours stay apart
        coarse[first:last] = np.sqrt(squares.T) * np.float32(4 / CHROMA_N_FFT)  # a full-scale sine is about 1
        tell(last / coarse_steps)
    at = np.arange(steps) / CHROMA_STEPS
    grid = np.arange(coarse_steps)
    return np.stack([np.interp(at, grid, column) for column in coarse.T], axis=1).astype(np.float32)


def split(powers: Floats, tell: Tell = lambda part: None) -> tuple[Floats, Floats]:
    """Harmonic and percussive powers, which add up to *powers* (median filtering after Fitzgerald, on bands).

    Below 200 Hz a note is narrower than a neighbourhood of bands, so there the part above what rings is the strike.
    """
    import librosa.decompose
    from scipy.ndimage import median_filter

    percussive = np.empty_like(powers)
    reach = RINGING // 2
    amplitudes = np.pad(np.sqrt(powers.T), ((0, 0), (reach, reach)))
    low = band_range(0, 200)
    for first in range(0, len(powers), _BATCH):
        last = min(first + _BATCH, len(powers))
        around = amplitudes[:, first : last + 2 * reach]
        _, share = librosa.decompose.hpss(around, kernel_size=(RINGING, STRIKING), power=2.0, mask=True)
        ringing = median_filter(around[low], size=(1, RINGING))
        striking = np.maximum(around[low] - ringing, 0)
        share[low] = striking**2 / (striking**2 + ringing**2 + np.float32(1e-20))
        percussive[first:last] = powers[first:last] * share[:, reach:-reach].T
        tell(last / len(powers))
    return powers - percussive, percussive


def _stretches(y: Floats, steps: int, n_fft: int, hop: int) -> Iterator[tuple[int, int, Floats]]:
    """``(first step, last, samples)``, for windows centred on every *hop*-th sample; silence around the song."""
    for first in range(0, steps, _BATCH):
        last = min(first + _BATCH, steps)
        start, end = first * hop - n_fft // 2, (last - 1) * hop + n_fft // 2
        part = np.pad(y[max(start, 0) : max(end, 0)], (max(-start, 0), 0))
        yield first, last, np.pad(part, (0, end - start - len(part)))
