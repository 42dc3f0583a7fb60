"""Corrections of a song's beats: what each does, that none is done twice, and that a Show keeps them."""

from dataclasses import replace

import numpy as np
import pytest

from app.engine.audio.corrected import corrected
from app.engine.audio.features import FeatureTrack
from app.engine.audio.grid import song_grid
from app.engine.errors import ShowError
from app.engine.show.correction import FOUND, Correction
from app.engine.show.saved import load_show, save_show
from app.engine.show.show import Show


@pytest.fixture
def song() -> FeatureTrack:
    """20 s at 120 bpm from 0.3 s on, the first 1 on the second beat."""
    beats = np.arange(0.3, 20, 0.5)
    return replace(FeatureTrack.silent(20.0), beats=beats, downbeats=beats[1::4], bpm=120.0)


def test_nothing_to_correct_is_the_same_song(song):
    assert corrected(song, FOUND) is song


def test_a_nudge_moves_every_beat(song):
    moved = corrected(song, Correction(offset=-0.01))
    assert np.allclose(moved.beats, song.beats - 0.01)
    assert np.allclose(moved.downbeats, song.downbeats - 0.01)
    assert moved.bpm == 120.0


def test_a_nudge_out_of_the_song_does_not_count_the_bars_anew():
    beats = np.arange(0.0, 20, 0.5)
    song = replace(FeatureTrack.silent(20.0), beats=beats, downbeats=beats[::4], bpm=120.0)
    moved = corrected(song, Correction(offset=-0.05))
    assert song_grid(moved.beats, moved.downbeats).beat_at(9.95) == pytest.approx(20.0)


def test_twice_as_many_beats_and_half_as_many(song):
    double, half = corrected(song, Correction(factor=2.0)), corrected(song, Correction(factor=0.5))
    assert (double.bpm, half.bpm) == (240.0, 60.0)
    assert np.allclose(np.diff(double.beats), 0.25)
    assert np.allclose(np.diff(half.beats), 1.0)
    assert song.downbeats[0] in double.downbeats
    assert song.downbeats[0] == pytest.approx(half.downbeats[0])


def test_another_beat_is_the_1(song):
    moved = corrected(song, Correction(shift=2))
    assert np.allclose(moved.beats, song.beats)
    assert song_grid(moved.beats, moved.downbeats).beat_at(float(song.beats[3])) % 4 == pytest.approx(0.0)


def test_a_tempo_by_hand_takes_the_place_of_what_was_found(song):
    steady = corrected(song, Correction(bpm=90.0, anchor=7.0))
    assert steady.bpm == 90.0
    assert np.allclose(np.diff(steady.beats), 60 / 90)
    assert np.abs(steady.downbeats - 7.0).min() < 1e-9
    assert steady.beats[0] < 60 / 90
    silent = corrected(FeatureTrack.silent(20.0), Correction(bpm=90.0, anchor=7.0))
    assert np.allclose(silent.beats, steady.beats)


def test_a_correction_is_of_what_was_found_and_never_of_the_last(song):
    twice = corrected(corrected(song, Correction(offset=0.1)), Correction(offset=0.1, shift=1))
    once = corrected(song, Correction(offset=0.1, shift=1))
    assert np.allclose(twice.beats, once.beats)
    assert corrected(twice, Correction(offset=0.1, shift=1)) is twice
    assert corrected(twice, FOUND) is song


def test_a_lock_alone_changes_no_beat(song):
    locked = corrected(song, Correction(locked=True))
    assert np.array_equal(locked.beats, song.beats)
    assert corrected(locked, FOUND) is song


def test_a_show_keeps_its_correction(tmp_path):
    show = Show(grid=Correction(120.5, 1.25, 2.0, -0.01, 3, True))
    save_show(show, tmp_path / "a.anthesis")
    assert load_show(tmp_path / "a.anthesis").grid == show.grid
    save_show(Show(), tmp_path / "b.anthesis")
    text = (tmp_path / "a.anthesis").read_text()
    for good, bad in (("120.5", "9e9"), ('"factor": 2.0', '"factor": 3.0'), ('"shift": 3', '"shift": 4')):
        assert good in text
        (tmp_path / "c.anthesis").write_text(text.replace(good, bad))
        with pytest.raises(ShowError):
            load_show(tmp_path / "c.anthesis")
