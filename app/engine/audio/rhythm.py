"""Rhythm: beats, tempo and downbeats from an onset curve."""

import numpy as np
from numpy.typing import NDArray

from app.engine.audio.spectra import Floats
from app.engine.show.routes import CONTROL_RATE

Times = NDArray[np.float64]

_STEADY = 0.020  # seconds: beats that stray less than this from a line are a machine's
_TEMPO_WINDOW = 800  # steps: repeats are looked for in stretches of 8 s
_TIGHTNESS = 100.0  # how much an uneven beat costs beside a missed onset


def find_beats(onset: Floats, duration: float) -> tuple[Times, float]:
    """Beat times in seconds and the tempo in bpm; nothing and 0 where there is no rhythm.

    Where the song keeps machine time, the beats are an exact grid over its whole length.
    """
    if len(onset) < 2 * CONTROL_RATE or not onset.max(initial=0) > 0:
        return np.zeros(0), 0.0
    beats = _tracked(onset, _period(onset)) / CONTROL_RATE
    if len(beats) < 4:
        return np.zeros(0), 0.0
    period = float(np.median(np.diff(beats)))
    index = np.concatenate([[0], np.cumsum(np.maximum(1, np.rint(np.diff(beats) / period)))])
    slope, first = np.polyfit(index, beats, 1)
    if np.median(np.abs(beats - (first + slope * index))) < _STEADY and slope > 0.1:
        first, slope = _tightened(onset, first, slope, int(index[-1]))
        whole = 60 / max(1, round(60 / slope))
        if abs(whole - slope) * index[-1] < _STEADY:  # over the whole song no ear could tell
            first, slope = first + (slope - whole) * index[-1] / 2, whole
        count = int((duration - first) / slope + 1e-6)
        beats = first + slope * np.arange(-int(first / slope + 1e-6), count + 1)
        return beats[(beats >= -1e-3) & (beats <= duration)].clip(0), round(60 / slope, 2)
    return beats, round(60 / float(np.mean(np.sort(np.diff(beats))[len(beats) // 4 : -len(beats) // 4])), 2)


def _period(onset: Floats) -> float:
    """Steps from one beat to the next: the distance at which onsets repeat most, with a liking for 120 bpm."""
    size = min(len(onset), _TEMPO_WINDOW)
    window = np.hanning(size)
    lags = np.arange(20, min(size // 2, 200))  # 300 down to 30 bpm
    repeats = np.zeros(len(lags))
    for first in range(0, len(onset) - size + 1, size // 8):
        spectrum = np.fft.rfft(onset[first : first + size] * window, 2 * size)
        likeness = np.fft.irfft(np.abs(spectrum) ** 2)
        if likeness[0] > 0:
            repeats += likeness[lags] / likeness[0]
    liking = -0.5 * np.log2(60 * CONTROL_RATE / lags / 120) ** 2
    return float(lags[np.argmax(np.log(np.maximum(repeats, 1e-9)) + liking)])


def _tracked(onset: Floats, period: float) -> Times:
    """Steps of the beats: the chain that meets the strongest onsets at nearly even distances, by dynamic programming.

    Ellis, "Beat tracking by dynamic programming", 2007. librosa has the same, but compiles for 20 s at its first call.
    """
    reach = np.arange(-int(period), int(period) + 1)
    bell = np.exp(-0.5 * (32 * reach / period) ** 2)
    local = np.convolve(onset / max(float(onset.std()), 1e-9), bell)[len(reach) // 2 :][: len(onset)]
    back = np.arange(-round(2 * period), -round(period / 2) + 1)
    uneven = -_TIGHTNESS * np.log(-back / period) ** 2
    room = -int(back[0])  # before the song, where chains may begin
    totals, origins = np.zeros(room + len(local)), np.full(len(local), -1)
    audible = int(np.argmax(local >= 0.01 * local.max()))
    for step, score in enumerate(local):
        chains = totals[step : step + len(back)] + uneven
        best = int(np.argmax(chains))
        totals[room + step] = score + chains[best]
        if step >= audible:
            origins[step] = step + back[best]
    beats = [_last(totals[room:])]
    while (before := int(origins[beats[-1]])) >= 0:
        beats.append(before)
    return np.array(beats[::-1], np.float64)


def _last(totals: Times) -> int:
    """Where the best chain ends: the last peak that is no less than half of the usual one."""
    peaks = np.flatnonzero((totals[1:-1] >= totals[:-2]) & (totals[1:-1] > totals[2:])) + 1
    if not len(peaks):
        return int(np.argmax(totals))
    return int(peaks[totals[peaks] >= 0.5 * np.median(totals[peaks])][-1])


def _tightened(onset: Floats, first: float, slope: float, count: int) -> tuple[float, float]:
    """The grid near ``first + slope * k`` (k = 0..count) that hits the onsets hardest, both its ends moved in turn."""
    shifts = np.arange(-0.05, 0.0501, 0.0025)
    starts, ends = np.meshgrid(first + shifts, first + slope * count + shifts, indexing="ij")
    steps = np.arange(len(onset)) / CONTROL_RATE
    score = np.zeros_like(starts)
    for k in range(count + 1):
        score += np.interp(starts + (ends - starts) * (k / count), steps, onset)
    best = np.unravel_index(np.argmax(score), score.shape)
    return float(starts[best]), float(ends[best] - starts[best]) / count


def find_downbeats(beats: Times, kick: Floats, snare: Floats, change: Floats) -> Times:
    """Every fourth beat, in the phase that has most kick, most change of harmony, and no snare."""
    if len(beats) < 8:
        return beats[::4]
    at = np.rint(beats * CONTROL_RATE).astype(int)

    def strength(curve: Floats) -> NDArray[np.float64]:
        near = [curve[np.clip(at + shift, 0, len(curve) - 1)] for shift in range(-3, 6)]
        strongest: NDArray[np.float64] = np.max(near, axis=0).astype(np.float64)
        return strongest

    score = strength(kick) - strength(snare) + 2 * strength(change)
    phase = int(np.argmax([score[k::4].mean() for k in range(4)]))
    return beats[phase::4]
