"""The tempo of a song by hand: each gesture makes another Correction out of the one there is."""

from dataclasses import replace

from app.control.taps import Tapped
from app.control.tempo import SAME_PHASE
from app.engine.audio.features import FeatureTrack
from app.engine.audio.grid import BEATS_PER_BAR, BPM_RANGE, UNKNOWN, Beats, song_grid
from app.engine.show.correction import FACTORS, FOUND, Correction

_SAME_TEMPO = 0.03  # share by which a tapped tempo may differ from the song's own, and mean it


def grid_of(features: FeatureTrack | None) -> Beats:
    """Where the beats of the song lie, after hands corrected them."""
    return song_grid(*((features.beats, features.downbeats) if features is not None else ((), ())))


def tapped(features: FeatureTrack, taps: Tapped) -> Correction:
    """Beats as they were tapped: those that were found, or the half or double of them, if they were meant."""
    found, now = features.found or features, features.correction
    factor = next((f for f in FACTORS if found.bpm and abs(taps.bpm / (found.bpm * f) - 1) < _SAME_TEMPO), None)
    if factor is None:
        return at_bpm(features, taps.bpm, taps.t)
    grid = grid_of(found)
    number = grid.beat_at(taps.t) * factor
    away = taps.t - grid.time_of(round(number) / factor)
    shift = now.shift if factor == now.factor and not now.bpm else 0
    offset = away if abs(away) >= SAME_PHASE else 0.0
    return Correction(factor=factor, offset=_small(offset), shift=shift, locked=True)


def at_bpm(features: FeatureTrack, bpm: float, t: float) -> Correction:
    """A steady tempo by hand, with a beat at *t*, counted on from the 1 before it."""
    bpm = min(max(bpm, BPM_RANGE[0]), BPM_RANGE[1])
    number = round(grid_of(features).beat_at(t)) % BEATS_PER_BAR if len(features.beats) > 1 else 0
    return Correction(bpm=round(bpm, 4), anchor=round(t - number * 60.0 / bpm, 6), locked=True)


def retimed(features: FeatureTrack, bpm: float, t: float) -> Correction:
    """A steady tempo by hand, in which *t* stays at the same part of its beat."""
    bpm = min(max(bpm, BPM_RANGE[0]), BPM_RANGE[1])
    part = grid_of(features).beat_at(t) % 1.0 if len(features.beats) > 1 else 0.0
    return at_bpm(features, bpm, t - part * 60.0 / bpm)


def resynced(features: FeatureTrack, t: float) -> Correction:
    """The beat nearest to *t* is a 1."""
    if len(features.beats) < 2:
        return at_bpm(features, UNKNOWN.bpm, t)
    now, number = features.correction, round(grid_of(features).beat_at(t))
    return replace(now, shift=(now.shift + number) % BEATS_PER_BAR, locked=True)


def nudged(features: FeatureTrack, seconds: float) -> Correction:
    """Each beat *seconds* later."""
    now = features.correction
    return replace(now, offset=_small(now.offset + seconds), locked=True)


def multiplied(features: FeatureTrack, factor: float) -> Correction:
    """*factor* times as many beats; the 1s stay, or every second of them does."""
    now = features.correction
    wanted = now.factor * factor
    in_range = BPM_RANGE[0] <= features.bpm * factor <= BPM_RANGE[1]
    if wanted not in FACTORS or not in_range:
        return now
    return replace(now, factor=wanted, shift=int(now.shift * factor) % BEATS_PER_BAR, locked=True)


def locked(features: FeatureTrack, on: bool) -> Correction:
    """Decided by hand as it is; or as it was found, without any correction."""
    return replace(features.correction, locked=True) if on else FOUND


def _small(seconds: float) -> float:
    return min(max(round(seconds, 6), -10.0), 10.0)
