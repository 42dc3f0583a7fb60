"""Spectra: a song as band powers a hundred times a second, split into what rings and what strikes."""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from app.engine.show.routes import CONTROL_RATE

SR = 24_000
HOP = int(SR / CONTROL_RATE)
N_FFT = 1024
EDGES_HZ = (60.0, 120.0, 150.0, 200.0, 400.0, 1500.0, 2500.0, 4000.0, 6000.0, 7000.0)
"""Frequencies at which a band always ends, so that a range between two of them is an exact sum of bands."""

_CHROMA_N_FFT = 4096
_CHROMA_STEPS = 4
_BATCH = 3000  # steps at once: 30 s of song, 12 MB of spectra
_TAPS, _TAP_GAP = 11, 3  # the median over time sees 11 steps out of 0.31 s
_NEIGHBOURS = 6  # the median over frequency sees this many bands on each side

Floats = NDArray[np.float32]
Tell = Callable[[float], None]


def band_edges() -> NDArray[np.int64]:
    """FFT bins where bands begin, and the last one's end: single bins in the bass, a seventh of an octave above."""
    hz = SR / N_FFT
    fixed = [int(np.ceil(edge / hz)) for edge in EDGES_HZ]
    grid = [*range(1, fixed[3])]
    edge = float(fixed[3])
    while edge < N_FFT // 2:
        grid.append(round(edge))
        edge *= 2 ** (1 / 7)
    return np.unique(np.array([*grid, *fixed, N_FFT // 2 + 1]))


def band_range(lo: float, hi: float) -> slice:
    """The columns of band_powers between two of EDGES_HZ (or 0, or SR / 2)."""
    first, last = np.searchsorted(band_edges(), [np.ceil(lo * N_FFT / SR), np.ceil(hi * N_FFT / SR)])
    return slice(int(first), int(last))


def band_centres() -> Floats:
    """Hz at the middle of every band."""
    edges = band_edges()
    return ((edges[:-1] + edges[1:] - 1) / 2 * SR / N_FFT).astype(np.float32)


def band_powers(y: Floats, steps: int, tell: Tell = lambda part: None) -> Floats:
    """``(steps, bands)``: mean square of *y* (mono, at SR) in every band; step *i* is centred on ``i * HOP``."""
    from scipy.fft import rfft

    edges = band_edges()
    window = np.hanning(N_FFT + 1)[:-1].astype(np.float32)
    scale = np.float32(2 / (N_FFT * float((window**2).sum())))
    powers = np.empty((steps, len(edges) - 1), np.float32)
    for first, rows in _windows(y, steps, N_FFT, HOP):
        spectra = rfft(rows * window, axis=1)
        squares = spectra.real**2 + spectra.imag**2
        powers[first : first + len(rows)] = np.add.reduceat(squares[:, : edges[-1]], edges[:-1], axis=1) * scale
        tell((first + len(rows)) / steps)
    return powers


def chroma_powers(y: Floats, steps: int) -> Floats:
    """``(steps, 12)``: strength of each pitch class, C first; slow by nature, so computed every fourth step."""
    from scipy.fft import rfft

    filters = _pitch_classes()
    window = np.hanning(_CHROMA_N_FFT + 1)[:-1].astype(np.float32)
    coarse_steps = -(-steps // _CHROMA_STEPS) + 1
    coarse = np.empty((coarse_steps, 12), np.float32)
    for first, rows in _windows(y, coarse_steps, _CHROMA_N_FFT, HOP * _CHROMA_STEPS):
        spectra = rfft(rows * window, axis=1)
        squares = spectra.real**2 + spectra.imag**2
        coarse[first : first + len(rows)] = np.sqrt(squares @ filters) * np.float32(2 / window.sum())
    at = np.arange(steps) / _CHROMA_STEPS
    grid = np.arange(coarse_steps)
    return np.stack([np.interp(at, grid, column) for column in coarse.T], axis=1).astype(np.float32)


def _pitch_classes() -> Floats:
    """``(fft bins, 12)``: how much each frequency speaks for C, C# ... B; most around 400 Hz, little octaves away."""
    hz = np.fft.rfftfreq(_CHROMA_N_FFT, 1 / SR)[1:]
    pitch = 12 * np.log2(hz / 440) + 9  # semitones above a C
    width = np.maximum(12 * np.log2(1 + SR / _CHROMA_N_FFT / hz), 0.5)  # an FFT bin in semitones; half a tone at least
    distance = (pitch[:, None] - np.arange(12) + 6) % 12 - 6
    weights = np.exp(-0.5 * (2 * distance / width[:, None]) ** 2)
    weights /= np.linalg.norm(weights, axis=1, keepdims=True)
    weights *= np.exp(-0.5 * ((np.log2(hz / 440) + 0.25) / 2) ** 2)[:, None]
    return np.vstack([np.zeros(12), weights]).astype(np.float32)


def split(powers: Floats, tell: Tell = lambda part: None) -> tuple[Floats, Floats]:
    """Harmonic and percussive powers, which add up to *powers* (median filtering after Fitzgerald, on bands).

    Below 200 Hz a note is narrower than a neighbourhood of bands, so there the part above what rings is the strike.
    """
    percussive = np.empty_like(powers)
    reach = _TAPS // 2 * _TAP_GAP
    amplitudes = np.pad(np.sqrt(powers), ((reach, reach), (0, 0)))
    low = band_range(0, 200)
    for first in range(0, len(powers), _BATCH):
        last = min(first + _BATCH, len(powers))
        around = amplitudes[first : last + 2 * reach]
        here = around[reach:-reach]
        ringing = _median(np.stack([around[k * _TAP_GAP : k * _TAP_GAP + len(here)] for k in range(_TAPS)], axis=-1))
        sides = np.pad(here, ((0, 0), (_NEIGHBOURS, _NEIGHBOURS)), mode="reflect")
        striking = _median(sliding_window_view(sides, 2 * _NEIGHBOURS + 1, axis=1))
        striking[:, low] = np.maximum(here[:, low] - ringing[:, low], 0)
        share = striking**2 / (striking**2 + ringing**2 + np.float32(1e-20))
        percussive[first:last] = powers[first:last] * share
        tell(last / len(powers))
    return powers - percussive, percussive


def _median(rows: NDArray[np.float32]) -> Floats:
    middle = rows.shape[-1] // 2
    result: Floats = np.partition(rows, middle, axis=-1)[..., middle]
    return result


def _windows(y: Floats, steps: int, n_fft: int, hop: int) -> Iterator[tuple[int, Floats]]:
    """Batches ``(first step, (n, n_fft) view)`` of windows centred on every *hop*-th sample, silence around them."""
    for first in range(0, steps, _BATCH):
        last = min(first + _BATCH, steps)
        start, end = first * hop - n_fft // 2, (last - 1) * hop + n_fft // 2
        part = np.pad(y[max(start, 0) : max(end, 0)], (max(-start, 0), 0))
        part = np.pad(part, (0, end - start - len(part)))
        yield first, sliding_window_view(part, n_fft)[::hop]
