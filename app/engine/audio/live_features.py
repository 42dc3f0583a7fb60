"""LiveFeatures: what sounds now, as the same curves as a song's, a hundred times a second and without a future."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.engine.audio import spectra
from app.engine.audio.curves import DECAY, FLOOR, ONSET_LEAST, hits_of, least_of, limits, loudness_of, top
from app.engine.audio.features import CURVES
from app.engine.audio.spectra import Floats
from app.engine.show.routes import CONTROL_RATE

WINDOW = int(5 * CONTROL_RATE)
"""Steps that the curves are set in proportion to: after five seconds whatever came before is forgotten."""
HALF_WINDOW = spectra.N_FFT / 2 / spectra.SR
"""Seconds after the middle of a step until it is known."""
_LIMITS_EVERY = 5
_OCTAVES = 2.0  # the least range that the centroid is spread over
_RAW = (
    "level", "sub", "bass", "mid", "high", "presence", "harmonic", "percussive", "bass_drums", "bass_melody",
    "mid_drums", "mid_melody", "high_drums", "high_melody", "flux", "kick", "snare", "hat", "onset",
)  # fmt: skip
_LEVEL, _ONSET = _RAW.index("level"), _RAW.index("onset")
_NEW = int(2 * CONTROL_RATE)
"""Steps for which sound is new: what is loud in it is not known yet."""
_ROOM = np.array([0.0 if name in ("kick", "snare", "hat", "onset") else 1.5 for name in _RAW])
"""How much louder each may still become when the first sound comes, as a share; a strike is what it is."""


@dataclass(frozen=True, eq=False)
class _Scale:
    """What the last seconds make of the next steps: quiet and loud ends of ``_RAW``, and those of the rest."""

    low: NDArray[np.float64]
    high: NDArray[np.float64]
    least: float = FLOOR
    loudness: float = FLOOR
    chroma: float = FLOOR
    octaves: tuple[float, float] = (0.0, _OCTAVES)


class LiveFeatures:
    """Owns the last seconds of one input at *sr*. One thread at a time.

    Step *i* speaks of the sound around ``i / 100`` seconds as a FeatureTrack does, and is there as soon as the window
    round it is over (21 ms later). What rings is told from what strikes by the third of a second before, not round it;
    strikes come a step late; chroma up to 0.1 s late.
    """

    def __init__(self, sr: int) -> None:
        self.sr = sr
        self.steps = 0
        self._sounded = 0  # steps since the first sound
        self._frame, self._long = (round(n * sr / spectra.SR) for n in (spectra.N_FFT, spectra.CHROMA_N_FFT))
        self._hann = {n: _hann(n) for n in (self._frame, self._long)}
        self._pitches = pitch_classes()
        self._octaves = np.log2(np.maximum(spectra.band_centres(), 60.0) / 60)
        self._y = np.zeros(self._long, np.float32)  # the sound so far; its end is sample number self._end
        self._end = 0
        bands = len(spectra.band_centres())
        self._amplitudes = np.zeros((spectra.RINGING, bands), np.float32)  # the newest last
        beside = np.pad(np.arange(bands), spectra.STRIKING // 2, mode="symmetric")
        self._around = np.lib.stride_tricks.sliding_window_view(beside, spectra.STRIKING)  # of each band
        self._percussive = np.zeros((3, bands), np.float32)
        self._falling = dict.fromkeys(DECAY, 0.0)
        self._chroma = np.zeros(12, np.float32)
        self._raw = np.zeros((WINDOW, len(_RAW)), np.float32)  # step i in row i % WINDOW
        self._sums = np.zeros((WINDOW, 3), np.float32)  # amplitude of all bands, strongest pitch class, octave
        self._scale = _Scale(np.zeros(len(_RAW)), np.full(len(_RAW), FLOOR))

    def push(self, samples: Floats) -> Floats:
        """*samples* (mono) go on from the last; ``(steps, len(CURVES))`` in 0..1 for each step that became known."""
        new = np.nan_to_num(samples, nan=0.0, posinf=0.0, neginf=0.0)
        self._y = np.concatenate([self._y[max(0, len(self._y) - self._kept) :], new])
        self._end += len(new)
        rows = []
        while (end := self._sample(self.steps) + self._frame - self._frame // 2) <= self._end:
            rows.append(self._step(len(self._y) - (self._end - end)))
            self.steps += 1
        return np.stack(rows) if rows else np.zeros((0, len(CURVES)), np.float32)

    @property
    def ahead(self) -> int:
        """Samples that came in since the middle of the next step."""
        return self._end - self._sample(self.steps)

    @property
    def _kept(self) -> int:
        """Samples that the next step may still look at."""
        return self._long + self.sr // int(CONTROL_RATE)

    def _sample(self, step: int) -> int:
        return round(step * self.sr / CONTROL_RATE)

    def _step(self, end: int) -> Floats:
        powers = spectra.band_sums(self._magnitudes(self._frame, spectra.N_FFT, end)[:, None])
        amplitudes = np.sqrt(powers[0])
        before = self._amplitudes[-2]
        self._amplitudes = np.concatenate([self._amplitudes[1:], amplitudes[None]])
        percussive = powers * self._striking()
        self._percussive = np.concatenate([self._percussive[1:], percussive])
        if self.steps % spectra.CHROMA_STEPS == 0:
            self._chroma = self._pitch_classes(end)
        level = np.sqrt(2 * powers.sum(axis=1))
        raw = loudness_of(spectra.Spectra(level, powers, powers - percussive, percussive, self._chroma[None]))
        raw["flux"] = np.maximum(amplitudes - before, 0).sum(keepdims=True)
        self._fall(raw)
        row = self.steps % WINDOW
        self._raw[row] = [0.0 if name == "onset" else raw[name][0] for name in _RAW]
        octave = float(self._octaves @ amplitudes) / max(float(amplitudes.sum()), 1e-12)
        self._sums[row] = np.sqrt(powers.sum()), self._chroma.max(), octave
        self._raw[row, _ONSET] = self._onset(amplitudes, before)
        self._sounded += self._sounded > 0 or float(level[0]) > FLOOR
        if self.steps % _LIMITS_EVERY == 0 or 0 < self._sounded <= _LIMITS_EVERY:
            self._scale = self._look_back()
        return self._scaled(self._raw[row], octave)

    def _magnitudes(self, size: int, n_fft: int, end: int) -> Floats:
        """``(n_fft // 2 + 1,)``: the spectrum of *size* samples before *end*, as *n_fft* of a song's would be."""
        part, rows = self._y[max(0, end - size) : end], n_fft // 2 + 1
        if len(part) < size:
            part = np.pad(part, (size - len(part), 0))
        spectrum = np.abs(np.fft.rfft(part * self._hann[size])[:rows]).astype(np.float32) * np.float32(n_fft / size)
        spectrum[0] = 0  # no ear hears an offset
        return spectrum if len(spectrum) == rows else np.pad(spectrum, (0, rows - len(spectrum)))

    def _striking(self) -> Floats:
        """``(bands,)`` in 0..1: how much of each band strikes, as spectra.split has it, from what was."""
        now, half, reach = self._amplitudes[-1], spectra.RINGING // 2, spectra.STRIKING // 2
        # medians of odd numbers of them; np.median asks so much first that it takes three times as long
        ringing = np.partition(self._amplitudes, half, axis=0)[half]
        striking = np.partition(now[self._around], reach, axis=1)[:, reach]
        low = spectra.band_range(0, 200)
        striking[low] = np.maximum(now[low] - ringing[low], 0)
        share: Floats = striking**2 / (striking**2 + ringing**2 + np.float32(1e-20))
        return share

    def _pitch_classes(self, end: int) -> Floats:
        spectrum = self._magnitudes(self._long, spectra.CHROMA_N_FFT, end)
        strength: Floats = np.sqrt(self._pitches @ spectrum**2) * np.float32(4 / spectra.CHROMA_N_FFT)
        return strength

    def _fall(self, raw: dict[str, Floats]) -> None:
        """Puts the drums into *raw*: each hit falls off exponentially, a louder one takes over."""
        for name, hit in hits_of(self._percussive).items():
            fallen = self._falling[name] * np.exp(-1 / (CONTROL_RATE * DECAY[name]))
            self._falling[name] = max(float(hit[0]), fallen)
            raw[name] = np.array([self._falling[name]], np.float32)

    def _onset(self, now: Floats, before: Floats) -> float:
        """How much rises at once over all bands, against the loudest of three bands two steps ago."""
        size = np.float32(100 / self._scale.loudness)
        around = np.concatenate([before[:1], before, before[-1:]])
        before = np.maximum(np.maximum(around[:-2], around[2:]), before)
        return float(np.maximum(np.log1p(now * size) - np.log1p(before * size), 0).mean())

    def _look_back(self) -> _Scale:
        known = min(self.steps + 1, WINDOW)
        raw, sums = self._raw[:known], self._sums[:known]
        least = least_of(raw[:, _LEVEL])
        floors = np.full(len(_RAW), least)
        floors[_ONSET] = ONSET_LEAST
        low, high = limits(raw, floors)
        high = high * (1.0 + _ROOM * max(0.0, 1.0 - self._sounded / _NEW))
        tops = np.maximum(top(sums[:, :2]), np.array([FLOOR, least]))
        sounding = sums[raw[:, _LEVEL] > least, 2]
        octaves = self._scale.octaves
        if len(sounding):
            darkest, brightest = np.percentile(sounding, [2, 98])
            octaves = min(darkest, brightest - _OCTAVES), max(brightest, darkest + _OCTAVES)
        return _Scale(low, high, least, float(tops[0]), float(tops[1]), octaves)

    def _scaled(self, raw: Floats, octave: float) -> Floats:
        scale = self._scale
        curves = dict(zip(_RAW, np.clip((raw - scale.low) / (scale.high - scale.low), 0, 1), strict=True))
        darkest, brightest = scale.octaves
        sounding = raw[_LEVEL] > scale.least
        curves["centroid"] = min(max((octave - darkest) / (brightest - darkest), 0.0), 1.0) if sounding else 0.0
        curves |= {f"chroma_{i}": min(float(x) / scale.chroma, 1.0) for i, x in enumerate(self._chroma)}
        return np.array([curves[name] for name in CURVES], np.float32)


def pitch_classes() -> Floats:
    """``(12, CHROMA_N_FFT // 2 + 1)``: librosa.filters.chroma with spectra.CHROMA, every second row.

    Here because librosa takes seconds to come, and a live input must not wait for it.
    """
    count, centre = spectra.CHROMA["n_chroma"], spectra.CHROMA["ctroct"]
    hz = np.arange(1, spectra.CHROMA_N_FFT) * (spectra.SR / spectra.CHROMA_N_FFT)
    rows = count * np.log2(hz / 27.5)  # of the A at 27.5 Hz
    rows = np.concatenate([[rows[0] - 1.5 * count], rows])
    widths = np.append(np.maximum(np.diff(rows), 1.0), 1.0)
    away = np.remainder(rows - np.arange(count)[:, None] + 10.5 * count, count) - count / 2
    weights = np.exp(-0.5 * (2 * away / widths) ** 2)
    weights /= np.linalg.norm(weights, axis=0)
    weights *= np.exp(-0.5 * ((rows / count - centre) / 2) ** 2)
    from_c = np.roll(weights, -3 * (count // 12), axis=0)
    return from_c[::2, : spectra.CHROMA_N_FFT // 2 + 1].astype(np.float32)


def _hann(size: int) -> Floats:
    return (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(size) / size)).astype(np.float32)
