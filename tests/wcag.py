"""Flashes counted straight from the words of WCAG 2.3.1, pixel by pixel and slowly: what the flash guard is judged by.

A transition is the change between adjacent peaks and valleys of relative luminance over time, of 0.10 or more with the
darker state below 0.80; a flash is two opposing ones. For red, of (R - G - B) x 320 by more than 20, to or from a state
in which R / (R + G + B) is 0.8 or more. Nothing here is shared with the app.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np

Signal = list[tuple[float, bool]]
"""How light (or red) a pixel is, picture by picture, and whether a transition from or to there may count at all."""


def linear(image: np.ndarray) -> np.ndarray:
    """Light of 0..1 for each channel of an sRGB picture."""
    c = np.asarray(image, np.float64) / 255
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def luminance(image: np.ndarray) -> np.ndarray:
    return linear(image) @ np.array([0.2126, 0.7152, 0.0722])


def general(pixel: np.ndarray) -> Signal:
    return [(float(value), True) for value in luminance(pixel)]


def red(pixel: np.ndarray) -> Signal:
    found = []
    for r, g, b in linear(pixel):
        total = r + g + b
        found.append((max(0.0, r - g - b) * 320, total > 0 and r / total >= 0.8))
    return found


def peaks(signal: Signal, swing: float) -> list[int]:
    """Where the signal turns: the pictures of its adjacent peaks and valleys that are *swing* apart or more."""
    turning = [0]
    for i, (value, _) in enumerate(signal):
        last = signal[turning[-1]][0]
        if len(turning) == 1:
            first = min(range(i + 1), key=lambda k: signal[k][0]), max(range(i + 1), key=lambda k: signal[k][0])
            if abs(signal[first[0]][0] - signal[first[1]][0]) >= swing:
                turning = sorted(first)
            continue
        rising = last > signal[turning[-2]][0]
        if (value > last) if rising else (value < last):
            turning[-1] = i  # the peak is still growing
        elif abs(value - last) >= swing:
            turning.append(i)
    return turning if len(turning) > 1 else []


def transitions(signal: Signal, swing: float, ceiling: float) -> list[int]:
    """The picture at which each transition became one: far enough apart, and the darker dark enough."""
    turning, found = peaks(signal, swing), []
    for a, b in pairwise(turning):
        (start, one), (end, other) = signal[a], signal[b]
        if min(start, end) < ceiling and (one or other):
            far = (i for i in range(a + 1, b + 1) if abs(signal[i][0] - start) >= swing)
            found.append(next(i for i in far if min(start, signal[i][0]) < ceiling))
    return found


def flashes_in_a_second(pictures: Sequence[np.ndarray], times: Sequence[float]) -> int:
    """The most flashes, general or red, that a quarter of the picture has in any one second."""
    film = np.stack(pictures)
    film = (film[:, :1, :1] if not np.ptp(film, axis=(1, 2)).any() else film).reshape(len(pictures), -1, 3)
    series, weights = np.unique(film.transpose(1, 0, 2), axis=0, return_counts=True)
    kinds: tuple[tuple[Callable[[np.ndarray], Signal], float, float], ...] = ((general, 0.1, 0.8), (red, 20.0, 1e9))
    worst = 0
    for signal_of, swing, ceiling in kinds:
        found = [transitions(signal_of(pixel), swing, ceiling) for pixel in series]
        for start in sorted({times[i] for turns in found for i in turns}):
            flashes = [sum(start <= times[i] < start + 1 - 1e-6 for i in turns) // 2 for turns in found]
            for count in sorted(set(flashes), reverse=True):
                area = sum(w for w, f in zip(weights, flashes, strict=True) if f >= count)
                if area >= 0.25 * weights.sum():
                    worst = max(worst, count)
                    break
    return worst
