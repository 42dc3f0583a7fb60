"""The tempo of a song by hand: what each gesture makes of the beats."""

from dataclasses import replace

import numpy as np
import pytest

from app.control import song_tempo
from app.control.taps import Tapped
from app.engine.audio.corrected import corrected
from app.engine.audio.features import FeatureTrack
from app.engine.show.correction import FOUND


@pytest.fixture
def song() -> FeatureTrack:
    """40 s at 120 bpm from 0.3 s on, the first 1 on the second beat."""
    beats = np.arange(0.3, 40, 0.5)
    return replace(FeatureTrack.silent(40.0), beats=beats, downbeats=beats[1::4], bpm=120.0)


def test_taps_on_the_beat_change_nothing_but_decide(song):
    after = corrected(song, song_tempo.tapped(song, Tapped(119.1, 10.31)))
    assert np.allclose(after.beats, song.beats)
    assert after.correction.locked


def test_taps_off_the_beat_move_it(song):
    after = corrected(song, song_tempo.tapped(song, Tapped(120.0, 10.5)))
    assert np.abs(after.beats - 10.5).min() < 1e-6
    assert after.bpm == 120.0


def test_taps_at_half_the_tempo_mean_half(song):
    after = corrected(song, song_tempo.tapped(song, Tapped(60.3, 10.8)))
    assert after.bpm == 60.0
    assert np.abs(after.beats - 10.8).min() < 1e-6


def test_taps_at_another_tempo_set_it(song):
    after = corrected(song, song_tempo.tapped(song, Tapped(97.0, 10.8)))
    assert after.bpm == 97.0
    assert np.abs(after.beats - 10.8).min() < 1e-5
    assert np.allclose(np.diff(after.beats), 60 / 97, atol=1e-5)


def test_a_typed_tempo_keeps_the_place_in_the_beat(song):
    after = corrected(song, song_tempo.retimed(song, 100.0, 10.05))
    assert after.bpm == 100.0
    assert song_tempo.grid_of(after).beat_at(10.05) % 1 == pytest.approx(0.5, abs=1e-4)


def test_resync_makes_the_nearest_beat_a_1_again_and_again(song):
    for t in (10.35, 12.7, 13.26):
        song = corrected(song, song_tempo.resynced(song, t))
        beat = float(song.beats[np.abs(song.beats - t).argmin()])
        assert song_tempo.grid_of(song).beat_at(beat) % 4 == pytest.approx(0.0, abs=1e-6)
    assert np.allclose(np.diff(song.beats), 0.5)


def test_nudges_add_up(song):
    for _ in range(3):
        song = corrected(song, song_tempo.nudged(song, -0.010))
    assert song.beats[5] == pytest.approx(2.8 - 0.03)
    assert song.bpm == 120.0


def test_half_and_double_come_back_to_the_same(song):
    double = corrected(song, song_tempo.multiplied(song, 2.0))
    assert double.bpm == 240.0
    assert corrected(double, song_tempo.multiplied(double, 2.0)).bpm == 240.0
    back = corrected(double, song_tempo.multiplied(double, 0.5))
    assert np.allclose(back.beats, song.beats)


def test_letting_go_is_the_beat_as_it_was_found(song):
    moved = corrected(song, song_tempo.nudged(song, -0.010))
    assert song_tempo.locked(moved, on=True) == replace(moved.correction, locked=True)
    assert song_tempo.locked(moved, on=False) == FOUND


def test_a_song_without_beats_can_be_given_some():
    silent = FeatureTrack.silent(20.0)
    tapped = corrected(silent, song_tempo.tapped(silent, Tapped(97.0, 10.8)))
    assert tapped.bpm == 97.0
    assert np.abs(tapped.beats - 10.8).min() < 1e-5
    assert corrected(silent, song_tempo.resynced(silent, 3.3)).downbeats[0] % 2 == pytest.approx(1.3)
    assert len(corrected(silent, song_tempo.nudged(silent, 0.01)).beats) == 0
