"""From peaks to what is drawn: how tall each band stands at each pixel. NumPy only."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.engine.audio.peaks import Peaks

Heights = NDArray[np.float32]
CONTRAST, MEAN_SECONDS = 1.45, 3.0
LOUD = 99.6
"""The percentile of a band's RMS that stands at full height."""
_SCALE = np.array([0.84, 0.62, 1.0], np.float32)
_POWER = np.array([0.92, 1.0, 0.86], np.float32)
"""Low, mid, high: bass broad in front, mid calm, highs spiky behind. The design has 0.96 for bass with filters that
pass less: our low band is read off short spectra and stands a seventh higher.
"""


@dataclass(frozen=True, eq=False)
class WaveBands:
    """What any zoom is drawn from. Frozen and shared.

    power: ``(bins + 1, 3)`` float64, the running sum of (RMS against loud)² of low, mid, high.
    mean: ``(bins, 3)`` float32, the local mean about which contrast is raised: the same at every zoom.
    seconds: what one bin spans.
    """

    power: NDArray[np.float64]
    mean: Heights
    seconds: float

    def columns(self, start: float, end: float, width: int) -> Heights:
        """``(width, 3)`` in 0..1: shaped RMS of each pixel's stretch of *start*..*end* seconds; 0 outside the song."""
        bins = len(self.mean)
        pixel = (end - start) / width / self.seconds
        middle = start / self.seconds + (np.arange(width) + 0.5) * pixel
        reach = max(pixel, 1.0) / 2  # closer than one bin a pixel: from bin to bin in proportion
        left, right = np.clip(middle - reach, 0, bins), np.clip(middle + reach, 0, bins)
        length = np.maximum(right - left, 1e-9)[:, None]
        level = np.sqrt((self._until(right) - self._until(left)) / length).astype(np.float32)
        mean = self.mean[np.clip(middle.astype(np.int64), 0, bins - 1)]
        level = np.clip(mean + CONTRAST * (level - mean), 0.0, 1.0)
        return _SCALE * level**_POWER

    def _until(self, bins: NDArray[np.float64]) -> NDArray[np.float64]:
        """Power from the start to *bins*, between two bins in proportion."""
        whole = np.minimum(bins.astype(np.int64), len(self.mean) - 1)
        below, above = self.power[whole], self.power[whole + 1]
        return below + (above - below) * (bins - whole)[:, None]


def wave_bands(peaks: Peaks) -> WaveBands:
    """What the waveform of *peaks* is drawn from: RMS a band against its loud moments, and its local mean."""
    rms = peaks.levels[0][:, 3:6].astype(np.float32) / 255.0
    level = rms / np.maximum(np.percentile(rms, LOUD, axis=0), 1e-3).astype(np.float32)
    power = np.zeros((len(level) + 1, 3))
    np.cumsum(level * level, axis=0, out=power[1:])
    seconds = peaks.hop / peaks.sr
    return WaveBands(power, _running_mean(level, max(1, round(MEAN_SECONDS / seconds))), seconds)


def _running_mean(x: Heights, width: int) -> Heights:
    """Mean of *width* neighbours down the first axis, the ends over what there is."""
    total = np.concatenate([np.zeros((1, x.shape[1])), np.cumsum(x, axis=0, dtype=np.float64)])
    at = np.arange(len(x))
    low, high = np.maximum(at - width // 2, 0), np.minimum(at + width // 2 + 1, len(x))
    return ((total[high] - total[low]) / (high - low)[:, None]).astype(np.float32)
