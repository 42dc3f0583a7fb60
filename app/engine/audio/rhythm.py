"""Rhythm: beats and tempo by librosa from an onset curve, straightened where a machine played, and downbeats."""

import numpy as np
from numpy.typing import NDArray

from app.engine.audio.spectra import HOP, SR, Floats
from app.engine.show.routes import CONTROL_RATE

Times = NDArray[np.float64]

_STEADY = 0.020  # seconds: beats that stray less than this from a line are a machine's
_TEMPO_WINDOW = 800  # steps: repeats are looked for in windows of 8 s, as librosa does
_BATCH = 6000  # steps at once: the tempogram of a whole long song would be gigabytes


def find_beats(onset: Floats, duration: float) -> tuple[Times, float]:
    """Beat times in seconds and the tempo in bpm; nothing and 0 where there is no rhythm.

    Where the song keeps machine time, the beats are an exact grid over its whole length.
    """
    if len(onset) < 2 * CONTROL_RATE or not onset.max(initial=0) > 0:
        return np.zeros(0), 0.0
    beats = tracked(onset) / CONTROL_RATE
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


def tracked(onset: Floats) -> Times:
    """Steps of the beats, as librosa hears them."""
    import librosa.beat

    _, steps = librosa.beat.beat_track(onset_envelope=onset, sr=SR, hop_length=HOP, trim=False, bpm=_tempo(onset))
    return np.asarray(steps, np.float64)


def _tempo(onset: Floats) -> float:
    """The bpm at which onsets repeat most, with librosa's liking for 120."""
    import librosa.feature

    repeats = np.zeros(_TEMPO_WINDOW)
    for first in range(0, len(onset), _BATCH):
        tempogram = librosa.feature.tempogram(
            onset_envelope=onset[first : first + _BATCH], sr=SR, hop_length=HOP, win_length=_TEMPO_WINDOW
        )
        repeats += tempogram.sum(axis=1) / len(onset)
    return float(librosa.feature.tempo(tg=repeats[:, None], sr=SR, hop_length=HOP)[0])


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
