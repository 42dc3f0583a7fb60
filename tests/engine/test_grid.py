"""Grids: where beats lie, and that counting and timing are each other's inverse."""

import numpy as np
import pytest

from app.engine.audio.grid import UNKNOWN, Grid, SongGrid, song_grid


def _song() -> SongGrid:
    """120 bpm from 0.25 s on, the first 1 on the third beat, slower towards the end."""
    steady = 0.25 + 0.5 * np.arange(32)
    return SongGrid(np.concatenate([steady, steady[-1] + 0.6 * np.arange(1, 17)]), first=2)


@pytest.mark.parametrize("grid", [Grid(0.37, 93.5), _song()], ids=["steady", "song"])
def test_counting_and_timing_are_inverse(grid):
    for t in np.linspace(-7.3, 41.7, 97):
        assert grid.time_of(grid.beat_at(t)) == pytest.approx(t, abs=1e-9)


@pytest.mark.parametrize("grid", [Grid(0.37, 93.5), _song()], ids=["steady", "song"])
@pytest.mark.parametrize("beats", [0.25, 0.5, 1, 2, 4, 32])
def test_the_next_mark_is_after_and_on_the_grid(grid, beats):
    for t in np.linspace(-7.3, 41.7, 97):
        due = grid.next(t, beats)
        place = grid.beat_at(due) / beats
        assert due > t
        assert place == pytest.approx(round(place), abs=1e-6)
        assert place - grid.beat_at(t) / beats <= 1 + 1e-6


def test_on_a_mark_the_next_is_the_one_after():
    assert Grid(0.0, 120.0).next(1.0, 1) == pytest.approx(1.5)
    assert Grid(0.1, 120.0).next(Grid(0.1, 120.0).time_of(3), 1) == pytest.approx(2.1)


def test_a_song_counts_from_its_first_1():
    grid = _song()
    assert grid.beat_at(1.25) == pytest.approx(0.0)
    assert grid.beat_at(0.25) == pytest.approx(-2.0)
    assert grid.bpm_at(5.0) == pytest.approx(120.0)
    assert grid.bpm_at(24.0) == pytest.approx(100.0)
    assert grid.beat_at(float(grid.beats[-1]) + 1.2) - grid.beat_at(float(grid.beats[-1])) == pytest.approx(2.0)


def test_another_tempo_goes_on_from_the_same_beat():
    grid = Grid(0.3, 120.0)
    faster = grid.at_tempo(125.0, 7.7)
    assert faster.beat_at(7.7) == pytest.approx(grid.beat_at(7.7))
    assert grid.at_tempo(1000.0, 7.7).bpm == 300.0


def test_what_has_no_beats_is_not_trusted():
    assert song_grid(np.zeros(0), np.zeros(0)) is UNKNOWN
    assert UNKNOWN.bpm == 120.0
    assert UNKNOWN.confidence == 0.0
