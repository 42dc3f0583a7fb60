"""The beats of a song after hands have corrected them: a FeatureTrack with other beats, and all else as it was."""

import math
from dataclasses import replace

import numpy as np

from app.engine.audio.features import FeatureTrack
from app.engine.audio.grid import BEATS_PER_BAR, Beats, Grid, Times, song_grid
from app.engine.show.correction import FOUND, Correction


def corrected(features: FeatureTrack, correction: Correction) -> FeatureTrack:
    """*features* on the grid that *correction* makes of what was found; always from what was found, so never twice."""
    if features.correction == correction:
        return features
    found = features.found or features
    if _changes_nothing(correction) or (correction.bpm <= 0 and len(found.beats) < 2):
        return found if correction == FOUND else replace(found, correction=correction, found=found)
    bpm = round((correction.bpm or found.bpm) * correction.factor, 2)
    beats, downbeats = _marks(found, correction, bpm)
    return replace(found, beats=beats, downbeats=downbeats, bpm=bpm, correction=correction, found=found)


def _changes_nothing(correction: Correction) -> bool:
    return replace(correction, locked=False) == FOUND


def _marks(found: FeatureTrack, correction: Correction, bpm: float) -> tuple[Times, Times]:
    """Beats and downbeats in seconds, inside the song and half a beat before it."""
    steady = correction.bpm > 0
    grid: Beats = Grid(correction.anchor, correction.bpm) if steady else song_grid(found.beats, found.downbeats)
    first, last = (0.0, found.duration) if steady else (float(found.beats[0]), float(found.beats[-1]))
    factor = correction.factor
    numbers = np.arange(
        math.ceil(grid.beat_at(first) * factor - 1e-6), math.floor(grid.beat_at(last) * factor + 1e-6) + 1
    )
    times = np.array([grid.time_of(number / factor) for number in numbers]) + correction.offset
    inside = (times > -30.0 / bpm) & (times <= found.duration)  # a first 1 that was nudged out of the song still counts
    ones = (numbers - correction.shift) % BEATS_PER_BAR == 0
    return times[inside], times[inside & ones]
