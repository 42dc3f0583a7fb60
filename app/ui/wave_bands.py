"""From peaks to what is drawn: how tall each band stands at each pixel. NumPy only."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.engine.audio.peaks import Peaks

Heights = NDArray[np.float32]
CONTRAST, MEAN_SECONDS = 1.45, 3.0
_SHAPES = ((0.96, 0.92), (0.62, 1.0), (1.0, 0.86))
"""(scale, power) of low, mid and high: bass tallest in front, mid calm, highs spiky behind."""


@dataclass(frozen=True, eq=False)
class WaveBands:
    """*levels*: level k is ``(bins, 3)`` float32 in 0..1, low, mid, high; one bin spans *seconds* * 2**k."""

    levels: tuple[Heights, ...]
    seconds: float

    def columns(self, start: float, end: float, width: int) -> Heights:
        """``(width, 3)``: the tallest of each pixel's stretch of *start*..*end* seconds; 0 outside the song."""
        per_pixel = (end - start) / width / self.seconds
        k = min(max(int(np.log2(max(per_pixel, 1.0))), 0), len(self.levels) - 1)
        level, scale = self.levels[k], self.seconds * 2**k
        edges = (start + (end - start) * np.arange(width + 1) / width) / scale
        first = np.floor(edges[:-1]).astype(np.int64)
        inside = (first >= 0) & (first < len(level))
        columns = np.zeros((width, 3), np.float32)
        if per_pixel / 2**k < 1.0:  # closer than one bin a pixel: between bins in proportion
            at = np.clip(edges[:-1] - 0.5, 0, len(level) - 1)
            left = at.astype(np.int64)
            share = (at - left)[:, None].astype(np.float32)
            smooth = level[left] * (1 - share) + level[np.minimum(left + 1, len(level) - 1)] * share
            columns[inside] = smooth[inside]
            return columns
        second = np.clip(np.ceil(edges[1:]).astype(np.int64) - 1, 0, len(level) - 1)
        found = np.maximum(level[np.clip(first, 0, len(level) - 1)], level[second])
        columns[inside] = found[inside]
        return columns


def wave_bands(peaks: Peaks) -> WaveBands:
    """Heights of every level of *peaks*: RMS a band against its 99.6th percentile, contrast about the local mean."""
    rms = peaks.levels[0][:, 3:6].astype(np.float32) / 255.0
    seconds = peaks.hop / peaks.sr
    loud = np.maximum(np.percentile(rms, 99.6, axis=0), 1e-3) if len(rms) else np.ones(3)
    level = (rms / loud).astype(np.float32)
    mean = _running_mean(level, max(1, round(MEAN_SECONDS / seconds)))
    level = np.clip(mean + CONTRAST * (level - mean), 0.0, 1.0)
    for band, (scale, power) in enumerate(_SHAPES):
        level[:, band] = scale * level[:, band] ** power
    levels = [level.astype(np.float32)]
    while len(levels[-1]) > 64:
        last = levels[-1]
        pairs = last[: len(last) // 2 * 2].reshape(-1, 2, 3)
        # Between the mean and the tallest: hits stay visible, and the far view does not fill up to a slab.
        pooled = 0.35 * pairs.max(axis=1) + 0.65 * pairs.mean(axis=1)
        if len(last) % 2:
            pooled = np.concatenate([pooled, last[-1:]])
        levels.append(pooled.astype(np.float32))
    return WaveBands(tuple(levels), seconds)


def _running_mean(x: Heights, width: int) -> Heights:
    """Mean of *width* neighbours down the first axis, the ends over what there is."""
    total = np.concatenate([np.zeros((1, x.shape[1])), np.cumsum(x, axis=0, dtype=np.float64)])
    at = np.arange(len(x))
    low, high = np.maximum(at - width // 2, 0), np.minimum(at + width // 2 + 1, len(x))
    return ((total[high] - total[low]) / (high - low)[:, None]).astype(np.float32)


def painted(columns: Heights, height: int, colors: tuple[int, int, int]) -> NDArray[np.uint32]:
    """``(height, width)`` ARGB: three mirrored bands, high behind and low in front; *colors* low, mid, high."""
    middle = (height - 1) / 2.0
    reach = np.abs(np.arange(height) - middle)[:, None] / (height / 2.0)
    picture = np.zeros((height, len(columns)), np.uint32)
    for band in (2, 1, 0):
        picture[reach < columns[None, :, band]] = colors[band]
    return picture
