"""The live beat: what it makes of onsets of known tempo, one step at a time."""

import numpy as np
import pytest

from app.engine.audio.beat_tracker import HELD, BeatTracker
from app.engine.audio.features import CURVES
from app.engine.audio.grid import Grid

ONSET, KICK, SNARE = (CURVES.index(name) for name in ("onset", "kick", "snare"))


def rows(beats: np.ndarray, seconds: float, *, between: float = 0.0, backbeat: bool = False) -> np.ndarray:
    """What LiveFeatures say of a strike on each beat, a fainter one between, and drums on the beats of a bar."""
    table = np.zeros((int(seconds * 100), len(CURVES)), np.float32)
    steps = np.arange(len(table)) / 100
    marks = [(beats, 0.9, ONSET)]
    if between:
        marks.append(((beats[1:] + beats[:-1]) / 2, between, ONSET))
    for times, height, column in marks:
        for t in times:
            table[:, column] += height * np.exp(-0.5 * ((steps - t) / 0.01) ** 2)
    if backbeat:
        for column, which in ((KICK, beats[::4]), (SNARE, beats[1::2])):
            for t in which:
                since = steps - t
                table[:, column] += np.where(since >= 0, np.exp(-np.maximum(since, 0) / 0.1), 0)
    return np.clip(table, 0, 1)


def run(tracker: BeatTracker, table: np.ndarray) -> list[Grid]:
    return [tracker.push(table[i : i + 1]) for i in range(len(table))]


def phases(grids: list[Grid]) -> np.ndarray:
    return np.array([grid.beat_at(i / 100) for i, grid in enumerate(grids)])


@pytest.mark.parametrize("bpm", [74.0, 90.0, 128.0, 174.0])
def test_tempo_and_phase_of_a_steady_beat(bpm):
    beats = np.arange(0.4, 20, 60 / bpm)
    grids = run(BeatTracker(), rows(beats, 20, between=0.2))
    last = grids[-1]
    assert last.bpm == pytest.approx(bpm, rel=0.006)
    assert last.confidence > 0.8
    off = np.array([last.beat_at(t) for t in beats[-8:]])
    assert np.abs(off - np.round(off)).max() * 60 / bpm < 0.015


def test_beats_fall_on_the_beat_as_they_come_and_never_jump():
    beats = np.concatenate([np.arange(0.4, 14, 0.5), np.arange(14.0, 30, 60 / 132)])
    grids = run(BeatTracker(), rows(beats, 30))
    count = phases(grids)
    settled = count[600:]
    assert np.diff(settled).min() > 0.5 * 100 / 6000
    assert np.diff(settled).max() < 1.6 * 140 / 6000
    assert grids[-1].bpm == pytest.approx(132, rel=0.005)
    at_18 = grids[1800].bpm
    assert at_18 == pytest.approx(132, rel=0.02)


def test_through_a_break_the_grid_is_held_and_still_right():
    beats = np.arange(0.4, 30, 60 / 126)
    sounding = beats[(beats < 14) | (beats > 22)]
    tracker = BeatTracker()
    grids = run(tracker, rows(sounding, 30))
    held = grids[2100]
    assert held.confidence < HELD
    assert held.bpm == pytest.approx(126, rel=0.005)
    off = np.array([held.beat_at(t) for t in beats[(beats > 20) & (beats < 22)]])
    assert np.abs(off - np.round(off)).max() < 0.1
    assert grids[-1].confidence > 0.8


def test_silence_and_chance_are_not_trusted():
    assert run(BeatTracker(), np.zeros((800, len(CURVES)), np.float32))[-1].confidence < 0.05
    rng = np.random.default_rng(3)
    chance = run(BeatTracker(), rows(np.sort(rng.uniform(0, 40, 90)), 40))
    assert np.median([grid.confidence for grid in chance[1000:]]) < HELD


def test_the_kick_is_the_1_and_the_snare_is_not():
    beats = np.arange(0.4, 24, 0.5)
    last = run(BeatTracker(), rows(beats[1:], 24, backbeat=True))[-1]  # its own count begins elsewhere
    place = last.beat_at(float(beats[41])) % 4
    assert min(place, 4 - place) < 0.1


def test_blocks_of_any_size_give_the_same():
    table = rows(np.arange(0.4, 12, 0.47), 12, between=0.3)
    one, many = BeatTracker(), BeatTracker()
    run(one, table)
    for first in range(0, len(table), 7):
        many.push(table[first : first + 7])
    assert one.grid == many.grid


def test_time_may_begin_anywhere():
    beats = np.arange(0.4, 14, 0.5)
    late = BeatTracker(first=500)
    run(late, rows(beats, 14))
    off = late.grid.beat_at(5 + float(beats[-1]))
    assert abs(off - round(off)) < 0.05
