"""What live features make of sounds whose truth is known: `python -m benchmarks.live_road`.

A sine that rises from 30 Hz to 12 kHz: is the band that is loudest the one it is in? Clicks at 90, 128 and 174 bpm, and
bursts in pink noise 12 dB and 18 dB below them: which are heard as onsets, which are not there, and how late. Beats and
tempo of the same, and of songs: ``benchmarks.tempo``.
"""

import numpy as np
from numpy.typing import NDArray

from app.engine.audio.features import CURVES
from app.engine.audio.live_features import HALF_WINDOW, LiveFeatures
from app.engine.show.routes import CONTROL_RATE

SR, BLOCK, SECONDS = 48_000, 512, 40.0
EDGES = {"sub": (30, 60), "bass": (60, 200), "mid": (200, 2500), "high": (2500, 6000), "presence": (6000, 12_000)}
LOUD, NEAR, FROM = 0.4, 0.05, 5.0
Array = NDArray[np.float64]


def heard(y: Array) -> NDArray[np.float32]:
    """``(steps, len(CURVES))``: *y* through the live road, block by block."""
    live = LiveFeatures(SR)
    sound = y.astype(np.float32)
    return np.concatenate([live.push(sound[i : i + BLOCK]) for i in range(0, len(sound), BLOCK)])


def sweep() -> tuple[float, float]:
    """The share of time in which the right band is the loudest, and in which the centroid is in its bright half."""
    t = np.arange(round(SECONDS * SR)) / SR
    octaves = np.log2(12_000 / 30)
    hz = 30 * 2 ** (octaves * t / SECONDS)
    rows = heard(0.3 * np.sin(2 * np.pi * np.cumsum(hz) / SR))
    step = np.arange(len(rows)) / CONTROL_RATE
    at = 30 * 2 ** (octaves * step / SECONDS)
    right, counted = 0, 0
    for i in np.flatnonzero(step > FROM):
        if min(abs(np.log2(at[i] / edge)) for pair in EDGES.values() for edge in pair) < 0.2:
            continue  # between two bands
        truth = next(name for name, (lo, hi) in EDGES.items() if lo <= at[i] < hi)
        shared = {"sub": ("sub", "bass"), "presence": ("presence", "high")}.get(truth, (truth,))
        loudest = max(EDGES, key=lambda name: rows[i, CURVES.index(name)])
        counted += 1
        right += loudest in shared
    bright = rows[step > FROM, CURVES.index("centroid")] > 0.5
    return right / counted, float(bright.mean())


def onsets(y: Array, truth: Array) -> tuple[float, float, float]:
    """Of *truth* (seconds): the share that is heard, the share of what is heard that is true, and ms late (median).

    Heard is a peak of the onset curve, at the time at which it is known.
    """
    onset = heard(y)[:, CURVES.index("onset")]
    peaks = np.flatnonzero((onset[1:-1] >= onset[:-2]) & (onset[1:-1] > onset[2:]) & (onset[1:-1] > LOUD)) + 1
    times = peaks / CONTROL_RATE
    times, truth = times[times > FROM], truth[truth > FROM]
    late = [times[np.abs(times - at).argmin()] - at for at in truth]
    found = [x for x in late if abs(x) <= NEAR]
    true = [np.abs(truth - at).min() <= NEAR for at in times]
    return len(found) / len(truth), float(np.mean(true)), 1000 * (float(np.median(found)) + HALF_WINDOW)


def strokes(times: Array, seconds: float, ground: float) -> Array:
    """60 ms of dying noise at each of *times*, over pink noise of the RMS *ground*."""
    dice = np.random.default_rng(5)
    count = round(seconds * SR)
    spectrum = np.fft.rfft(dice.standard_normal(count))
    spectrum[1:] /= np.sqrt(np.arange(1, len(spectrum)))
    spectrum[0] = 0
    pink = np.fft.irfft(spectrum, count)
    y: Array = ground * pink / np.sqrt(np.mean(pink**2))
    t = np.arange(round(0.06 * SR)) / SR
    for at in times:
        first = round(at * SR)
        burst = 0.5 * dice.standard_normal(len(t)) * np.exp(-t / 0.015)
        y[first : first + len(burst)] += burst[: len(y) - first]
    return y


def main() -> None:
    """Print the table."""
    right, bright = sweep()
    print(
        f"rising sine: the right band is loudest {100 * right:.0f} % of the time, centroid bright {100 * bright:.0f} %"
    )
    for bpm in (90, 128, 174):
        times = np.arange(0.5, SECONDS - 1, 60 / bpm)
        print(f"clicks at {bpm} bpm: " + _words(*onsets(strokes(times, SECONDS, 0.0), times)))
    irregular = np.cumsum(np.random.default_rng(6).uniform(0.25, 1.2, 50)) + 1
    irregular = irregular[irregular < SECONDS - 1]
    for below in (18, 12):
        ground = 0.5 / np.sqrt(2 * 60 / 15) * 10 ** (-below / 20)  # of the burst's own RMS over its 60 ms
        print(f"bursts {below} dB above pink noise: " + _words(*onsets(strokes(irregular, SECONDS, ground), irregular)))


def _words(hit: float, true: float, late: float) -> str:
    return f"{100 * hit:.0f} % heard, {100 * true:.0f} % of what is heard is there, known {late:.0f} ms later (median)"


if __name__ == "__main__":
    main()
