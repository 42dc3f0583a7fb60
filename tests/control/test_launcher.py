"""When launches begin: on the grid, at parts of the song, when a loop comes round; and what follows by itself."""

import random

import numpy as np
import pytest

from app.control.launcher import Launcher, Queued, Time, offset_of
from app.engine.audio.grid import Grid, SongGrid
from app.engine.show.show import Scene, Section

STEADY = Grid(anchor=0.0, bpm=120.0)
PARTS = (Section(0.0, 9.0, "A"), Section(9.0, 21.0, "B"))
AT = 2.3 * 0.5
"""Beat 2.3."""


@pytest.mark.parametrize(
    ("quantum", "due"),
    [("off", AT), ("1/4", 1.5), ("1/2", 2.0), ("1", 2.0), ("2", 4.0), ("4", 8.0), ("8", 16.0), ("section", 9.0)],
)
def test_a_launch_at_beat_2_3_begins_where_its_quantum_says(quantum, due):
    launcher = Launcher()
    launcher.quantum = quantum
    assert launcher.due(Scene(), Time(AT, STEADY, PARTS)) == pytest.approx(due)


def test_a_scene_may_have_a_quantum_of_its_own():
    launcher = Launcher()
    launcher.quantum = "8"
    assert launcher.due(Scene(quantum="1"), Time(AT, STEADY)) == pytest.approx(2.0)
    assert launcher.due(Scene(quantum="off"), Time(AT, STEADY)) == AT


def test_after_the_last_part_the_next_bar_serves():
    launcher = Launcher()
    launcher.quantum = "section"
    assert launcher.due(Scene(), Time(10.1, STEADY, PARTS)) == pytest.approx(12.0)


def test_a_song_that_breathes_is_followed_beat_by_beat():
    beats = np.cumsum(np.r_[0.3, np.full(20, 0.5), np.full(20, 0.6)])
    launcher, grid = Launcher(), SongGrid(beats, first=1)
    launcher.quantum = "1"
    due = launcher.due(Scene(), Time(float(beats[22]) + 0.1, grid))
    assert due == pytest.approx(beats[25])


def test_what_is_due_behind_the_loops_end_begins_at_its_start():
    launcher = Launcher()
    launcher.quantum = "4"
    assert launcher.due(Scene(), Time(5.0, STEADY, loop=(2.0, 6.0))) == 2.0
    assert launcher.due(Scene(), Time(5.0, STEADY, loop=(2.0, 12.0))) == 8.0
    assert launcher.due(Scene(), Time(7.0, STEADY, loop=(2.0, 6.0))) == 8.0, "outside the loop"


def test_a_glide_lasts_its_beats_wherever_the_tempo_goes():
    launcher = Launcher()
    assert launcher.glide_seconds(2.0, Time(AT, STEADY)) == 0.0
    launcher.glide = 4.0
    assert launcher.glide_seconds(2.0, Time(AT, STEADY)) == pytest.approx(2.0)
    grid = SongGrid(np.array([0.0, 0.5, 1.0, 1.6, 2.2, 2.8]))
    assert launcher.glide_seconds(0.5, Time(0.2, grid)) == pytest.approx(2.3)


SCENES = (Scene("a"), Scene("b"), Scene("c"))


def test_the_cycle_comes_every_so_many_bars_and_hold_stops_it():
    launcher = Launcher()
    assert launcher.follower(SCENES, 0, 0.0, Time(7.5, STEADY)) is None
    launcher.auto_cycle = 4
    assert launcher.follower(SCENES, 0, 0.0, Time(6.0, STEADY)) is None, "not yet"
    assert launcher.follower(SCENES, 0, 0.0, Time(7.5, STEADY)) == Queued(1, 7.5, 8.0)
    assert launcher.follower(SCENES, 2, 0.0, Time(7.5, STEADY)) == Queued(0, 7.5, 8.0)
    launcher.hold = True
    assert launcher.follower(SCENES, 0, 0.0, Time(7.5, STEADY)) is None


def test_a_scene_says_what_follows_and_counts_its_own_bars():
    launcher = Launcher(random.Random(1))
    scenes = (Scene("a", then="first", then_bars=2), Scene("b", then="first", then_bars=2), Scene("c", then="random"))
    assert launcher.follower(scenes, 1, 2.0, Time(5.5, STEADY)) == Queued(0, 5.5, 6.0)
    assert launcher.follower(scenes, 1, 1.9, Time(5.5, STEADY)) == Queued(0, 5.5, 6.0), "begun just before its bar"
    assert launcher.follower(scenes, 1, 2.0, Time(7.0, STEADY)) is None
    assert launcher.follower(scenes, 0, 2.0, Time(5.5, STEADY)) is None, "it is the first"
    rows = {launcher.follower(scenes, 2, 0.0, Time(15.5, STEADY)).row for _ in range(20)}
    assert rows == {0, 1}
    assert launcher.follower(scenes[:1], 0, 0.0, Time(3.9, STEADY)) is None


def test_the_share_of_the_way_is_kept():
    assert offset_of((3.0, 0.0, 12.0), (3.0, 2.0, 6.0)) == pytest.approx(0.0)
    assert offset_of((9.0, 0.0, 12.0), (1.0, 0.0, 4.0)) == pytest.approx(2.0)
    assert offset_of((9.0, 9.0, 9.0), (1.0, 0.5, 4.0)) == pytest.approx(-0.5)
