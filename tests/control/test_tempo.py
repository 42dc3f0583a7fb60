"""The tempo of what is live: who counts, and what hands do to it."""

import numpy as np
import pytest

from app.control.peer import PeerGrid
from app.control.tempo import Tempo
from app.engine.audio.features import CURVES
from app.engine.audio.grid import UNKNOWN, Grid

HEARD = Grid(0.2, 124.0, 0.9, "heard")


@pytest.fixture
def tempo() -> Tempo:
    made = Tempo()
    made.tell("heard", HEARD)
    return made


def tap(tempo: Tempo, bpm: float, first: float = 10.0, count: int = 8) -> None:
    for k in range(count):
        tempo.tap(first + k * 60 / bpm)


def test_the_strongest_source_counts_and_gives_way_again(tempo):
    tempo.tell("midi", Grid(0.0, 125.0))
    tempo.tell("link", Grid(0.0, 126.0))
    assert (tempo.grid.source, tempo.grid.bpm) == ("link", 126.0)
    tap(tempo, 100.0)
    assert tempo.grid.source == "tap"
    assert tempo.grid.bpm == pytest.approx(100.0)
    tempo.set_locked(False)
    assert tempo.grid.source == "link"
    tempo.tell("link", None)
    assert tempo.grid.source == "midi"
    tempo.tell("midi", None)
    assert tempo.grid == HEARD


def test_who_says_nothing_is_120_and_not_trusted():
    assert Tempo().grid is UNKNOWN
    assert not Tempo().locked


def test_taps_set_tempo_and_phase_and_lock(tempo):
    assert not tempo.locked
    tap(tempo, 97.0, first=10.11)
    assert tempo.locked
    assert tempo.grid.bpm == pytest.approx(97.0)
    off = tempo.grid.beat_at(10.11)
    assert off == pytest.approx(round(off), abs=1e-6)
    assert tempo.grid.confidence == 1.0


def test_the_first_tap_is_the_1_where_nothing_was_known():
    tempo = Tempo()
    tap(tempo, 120.0, first=5.0, count=6)
    assert tempo.grid.beat_at(5.0) % 4 == pytest.approx(0.0, abs=1e-6)


def test_taps_that_mean_what_is_heard_take_its_exact_tempo(tempo):
    on_the_beat = HEARD.time_of(20)
    tap(tempo, 124.8, first=on_the_beat + 0.004)
    assert tempo.grid.bpm == 124.0
    assert tempo.grid.beat_at(on_the_beat) == pytest.approx(20.0)
    tempo.set_locked(False)
    tap(tempo, 124.0, first=on_the_beat + 0.2)
    assert tempo.grid.time_of(20) % (60 / 124) == pytest.approx((on_the_beat + 0.2) % (60 / 124), abs=1e-6)


def test_more_taps_make_the_tempo_better(tempo):
    tempo.tell("heard", None)
    tap(tempo, 119.3, count=4)
    assert tempo.grid.bpm == pytest.approx(119.3)
    tap(tempo, 120.0, first=30.0, count=10)
    assert tempo.grid.bpm == pytest.approx(120.0)


@pytest.mark.parametrize("locked", [False, True])
def test_a_nudge_moves_the_phase_and_leaves_the_tempo(tempo, locked):
    tempo.set_locked(locked)
    before = tempo.grid
    tempo.nudge(-0.010)
    assert tempo.grid.bpm == before.bpm
    assert tempo.grid.time_of(8) - before.time_of(8) == pytest.approx(-0.010)
    tempo.nudge(0.001)
    assert tempo.grid.time_of(8) - before.time_of(8) == pytest.approx(-0.009)


def test_resync_makes_the_next_beat_the_1_and_keeps_what_is_heard(tempo):
    t = HEARD.time_of(17) + 0.03
    tempo.resync(t)
    assert tempo.grid.beat_at(HEARD.time_of(17)) % 4 == pytest.approx(0.0, abs=1e-6)
    assert tempo.grid.source == "heard"
    tempo.tell("heard", Grid(0.2, 124.0, 0.8))
    assert tempo.grid.beat_at(HEARD.time_of(17)) % 4 == pytest.approx(0.0, abs=1e-6)


def test_resync_begins_a_phrase_and_whoever_counts_bars_hears_of_it(tempo):
    t = HEARD.time_of(4 * 11 + 2)  # in the fourth bar of the second phrase
    before = tempo.grid.resynced
    tempo.resync(t)
    assert tempo.grid.beat_at(t) == pytest.approx(0.0, abs=1e-6)
    assert tempo.grid.next(t + 0.1, 32) == pytest.approx(HEARD.time_of(4 * 11 + 2 + 32))
    assert tempo.grid.resynced == before + 1
    tempo.set_locked(True)
    assert tempo.grid.resynced == before + 1
    tempo.begin()
    assert tempo.grid is UNKNOWN


def test_a_midi_clock_that_is_started_says_where_bars_are_counted_from(tempo):
    peer, before = PeerGrid("midi"), tempo.grid.resynced
    tempo.tell("midi", peer.follow(10.0, 120.0, 5.0))
    first = tempo.grid.resynced
    assert first == before + 1
    for k in range(1, 40):
        tempo.tell("midi", peer.follow(10.0 + k / 10, 120.0, 5.0 + k / 20 + 0.004 * (k % 3)))
    assert tempo.grid.resynced == first, "a clock that trembles says nothing new"
    tempo.tell("midi", peer.follow(0.0, 120.0, 8.0))  # Start
    assert tempo.grid.resynced == first + 1
    assert tempo.grid.beat_at(8.0) == pytest.approx(0.0)
    tempo.tell("link", PeerGrid("link").follow(77.0, 120.0, 8.0))
    assert tempo.grid.resynced == first + 1, "what Link counts from is its own affair"


def test_resync_is_exact_where_a_hand_decides_or_nobody_is_sure(tempo):
    tap(tempo, 100.0)
    tempo.resync(20.1)
    assert tempo.grid.time_of(0) == 20.1
    assert tempo.grid.bpm == pytest.approx(100.0)
    doubt = Tempo()
    doubt.tell("heard", Grid(0.0, 111.0, 0.2))
    doubt.resync(7.0)
    assert (doubt.grid.time_of(0), doubt.grid.bpm, doubt.locked) == (7.0, 111.0, True)


@pytest.mark.parametrize("locked", [False, True])
def test_half_and_double_keep_a_1(tempo, locked):
    tempo.set_locked(locked)
    one = tempo.grid.time_of(8)
    tempo.multiply(2.0, one + 0.1)
    assert tempo.grid.bpm == 248.0
    assert tempo.grid.beat_at(one) % 4 == pytest.approx(0.0, abs=1e-6)
    tempo.multiply(2.0, one + 0.1)
    assert tempo.grid.bpm == 248.0
    tempo.multiply(0.5, one + 0.1)
    tempo.multiply(0.5, one + 0.1)
    assert tempo.grid.bpm == 62.0


def test_what_is_wanted_of_one_source_is_not_done_to_another(tempo):
    tempo.multiply(0.5, 4.0)
    tempo.tell("link", Grid(0.0, 130.0))
    assert tempo.grid.bpm == 130.0
    tempo.tell("link", None)
    assert tempo.grid.bpm == 62.0


def test_a_doubled_tempo_that_doubles_by_itself_is_not_doubled_again(tempo):
    tempo.tell("heard", Grid(0.0, 87.0, 0.9))
    tempo.multiply(2.0, 4.0)
    assert tempo.grid.bpm == 174.0
    tempo.tell("heard", Grid(0.0, 174.0, 0.9))
    assert tempo.grid.bpm == 174.0


def test_a_typed_tempo_goes_on_without_a_jump_and_locks(tempo):
    before = tempo.grid.beat_at(12.3)
    tempo.set_bpm(98.5, 12.3)
    assert tempo.grid.beat_at(12.3) == pytest.approx(before)
    assert (tempo.grid.bpm, tempo.locked) == (98.5, True)
    tempo.set_bpm(1e9, 12.3)
    assert tempo.grid.bpm == 300.0


def test_another_input_begins_with_nothing(tempo):
    tap(tempo, 100.0)
    tempo.begin()
    assert tempo.grid is UNKNOWN


def test_the_ear_is_heard():
    tempo = Tempo()
    rows = np.zeros((1500, len(CURVES)), np.float32)
    beats = np.arange(0.3, 15, 60 / 126)
    for t in beats:
        rows[:, CURVES.index("onset")] += 0.9 * np.exp(-0.5 * ((np.arange(1500) / 100 - t) / 0.01) ** 2)
    for first in range(0, 1500, 2):
        grid = tempo.hear(rows[first : first + 2])
    assert grid.source == "heard"
    assert grid.bpm_at(15.0) == pytest.approx(126.0, rel=0.005)
