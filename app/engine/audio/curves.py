"""Curves: band powers become the named sources of the modulation matrix, each in 0..1."""

import numpy as np
from numpy.typing import NDArray

from app.engine.audio.spectra import HOP, SR, Floats, Spectra, band_centres, band_range
from app.engine.show.routes import CONTROL_RATE

ONSET_LEAST = 0.02
FLOOR = 10 ** (-55 / 20)  # of a full-scale sine: what stays below it all song long stays near 0
_SHARE = 0.01  # of the song's own level: a band that never reaches it is leakage, not music
_TOP = 12_000.0
DECAY = {"kick": 0.10, "snare": 0.10, "hat": 0.05}  # seconds to fall to 1 / e
_BANDS = {"sub": (0, 60), "bass": (0, 200), "mid": (200, 2500), "high": (2500, _TOP), "presence": (4000, 6000)}


def curves_of(heard: Spectra, onset: Floats) -> dict[str, Floats]:
    """Every source up to chroma_11; *onset* is what onset_strength gives for the powers *heard*."""
    level = heard.level
    least = least_of(level)
    raw = loudness_of(heard)
    raw["flux"] = _flux(heard.powers)
    curves = {name: normal(curve, least) for name, curve in raw.items()}
    curves["onset"] = normal(onset, ONSET_LEAST)
    for name, hits in _hits(heard.percussive).items():
        curves[name] = normal(_falling(hits, DECAY[name]), least)
    curves["centroid"] = _centroid(heard.powers, level, least)
    strongest = max(float(top(heard.chroma.max(axis=1))), least)
    curves |= {f"chroma_{i}": np.clip(heard.chroma[:, i] / strongest, 0, 1).astype(np.float32) for i in range(12)}
    return curves


def loudness_of(heard: Spectra) -> dict[str, Floats]:
    """RMS of all, of each band, of what rings and of what strikes; not yet in 0..1."""
    harmonic, percussive = heard.harmonic, heard.percussive
    raw = {name: _amplitude(heard.powers, *hz) for name, hz in _BANDS.items()}
    raw["level"] = heard.level
    raw |= {"harmonic": _amplitude(harmonic, 0, _TOP), "percussive": _amplitude(percussive, 0, _TOP)}
    for name in ("bass", "mid", "high"):
        raw[f"{name}_drums"] = _amplitude(percussive, *_BANDS[name])
        raw[f"{name}_melody"] = _amplitude(harmonic, *_BANDS[name])
    return raw


def least_of(level: Floats) -> float:
    """What a band has to reach to count as music, in a song as loud as *level*."""
    return max(FLOOR, _SHARE * float(top(level)))


def normal(curve: Floats, least: float) -> Floats:
    """0..1 between the curve's own quiet and loud; what never gets louder than *least* stays small, silence is 0."""
    low, high = (float(end) for end in limits(curve, least))
    result: Floats = np.clip((curve - low) / (high - low), 0, 1).astype(np.float32)
    return result


def limits(curves: Floats, least: NDArray[np.float64] | float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The quiet and the loud end of *curves* ``(steps, ...)``, each of its own."""
    high: NDArray[np.float64] = np.maximum(top(curves), least)
    low: NDArray[np.float64] = np.minimum(np.percentile(curves, 1, axis=0), high / 4)
    return low, high


def top(curves: Floats) -> NDArray[np.float64]:
    """The loud end: a few stray peaks do not set it, and rare hits do not vanish from it."""
    loud: NDArray[np.float64] = np.maximum(np.percentile(curves, 99.5, axis=0), 0.3 * curves.max(axis=0, initial=0))
    return loud


def onset_strength(powers: Floats) -> Floats:
    """``(steps,)``: how much rises at once over all bands, as the ear hears it; a strike at *t* peaks at *t*."""
    scale = max(float(top(np.sqrt(powers.sum(axis=1)))), FLOOR)
    loudness = np.log1p(np.sqrt(powers.T) * np.float32(100 / scale))
    # Over two steps, half the window, against the loudest of three bands: a note that bends is not a new one.
    return _rise(loudness, max_size=3).astype(np.float32)


def _flux(powers: Floats) -> Floats:
    """``(steps,)``: how much amplitude is new, in all bands together."""
    return _rise(np.sqrt(powers.T)) * np.float32(powers.shape[1])


def _rise(table: Floats, max_size: int = 1) -> Floats:
    """``(steps,)``: mean growth of ``(bands, steps)`` over two steps, half the window: largest where the strike is."""
    import librosa.onset

    silence = np.pad(table, ((0, 0), (2, 0)))  # before the song, so that its first sound is new too
    rise: Floats = librosa.onset.onset_strength(
        S=silence, sr=SR, hop_length=HOP, lag=2, max_size=max_size, center=False
    )
    return rise[2:]


def _amplitude(powers: Floats, lo: float, hi: float) -> Floats:
    """RMS between two frequencies, a full-scale sine being 1."""
    result: Floats = np.sqrt(2 * powers[:, band_range(lo, hi)].sum(axis=1))
    return result


def _hits(percussive: Floats) -> dict[str, Floats]:
    return hits_of(np.pad(percussive, ((1, 1), (0, 0))))


def hits_of(percussive: Floats) -> dict[str, Floats]:
    """Strikes of a drum kit: the low thump, body and rattle at once, the top alone; without the first and last step."""

    def strikes(lo: float, hi: float) -> Floats:
        around = _amplitude(percussive, lo, hi)
        result: Floats = np.maximum(around[2:] - around[:-2], 0)
        return result

    return {
        "kick": strikes(0, 120),
        "snare": np.sqrt(strikes(150, 400) * strikes(1500, 6000)),
        "hat": strikes(7000, _TOP),
    }


def _falling(hits: Floats, seconds: float) -> Floats:
    """Each hit falls off exponentially; a louder one takes over: running maximum of ``hit * exp(-age / seconds)``."""
    slope = np.arange(len(hits)) / (CONTROL_RATE * seconds)
    with np.errstate(divide="ignore"):
        heights = np.log(hits.astype(np.float64)) + slope
    return np.exp(np.maximum.accumulate(heights) - slope).astype(np.float32)


def _centroid(powers: Floats, level: Floats, least: float) -> Floats:
    """Brightness: the mean frequency on a scale of octaves, over the range this song uses; 0 in silence."""
    import librosa.feature

    hz = librosa.feature.spectral_centroid(S=np.sqrt(powers.T), sr=SR, freq=band_centres())[0]
    octaves = np.log2(np.maximum(hz, 60) / 60)
    sounding = level > least
    if not sounding.any():
        return np.zeros(len(powers), np.float32)
    low, high = np.percentile(octaves[sounding], [2, 98])
    low, high = min(low, high - 2), max(high, low + 2)
    return np.where(sounding, np.clip((octaves - low) / (high - low), 0, 1), 0).astype(np.float32)
