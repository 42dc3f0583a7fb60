"""Taps: what a hand in time says, and what it does not spoil."""

import numpy as np
import pytest

from app.control.taps import ENOUGH, Tapped, Taps


def tap_all(times) -> list[Tapped | None]:
    taps = Taps()
    return [taps.tap(float(t)) for t in times]


def test_three_taps_are_no_tempo_and_four_are():
    said = tap_all([10.0, 10.5, 11.0, 11.5])
    assert said[:3] == [None] * 3
    assert said[3].bpm == pytest.approx(120.0)
    assert said[3].t == pytest.approx(11.5)
    assert ENOUGH == 4


@pytest.mark.parametrize("wobble", [(0, 8, -8, 8), (0, -8, 8, 0), (4, -8, 8, -4), (8, 0, 0, 8), (-8, 8, 0, -8)])
def test_taps_8_ms_beside_the_beat_are_120_after_four(wobble):
    """Four such taps can say 119.4 as well: these are ways in which they do not, and more taps say it surely."""
    said = tap_all(10.0 + 0.5 * np.arange(4) + 0.001 * np.array(wobble))[-1]
    assert said.bpm == pytest.approx(120.0, abs=0.5)


def test_eight_taps_8_ms_beside_the_beat_are_120_surely():
    rng = np.random.default_rng(0)
    good = 0
    for _ in range(300):
        said = tap_all(3.0 + 0.5 * np.arange(8) + rng.uniform(-0.008, 0.008, 8))[-1]
        good += abs(said.bpm - 120.0) <= 0.5 and abs(said.t - 6.5) <= 0.008
    assert good >= 295


def test_one_stray_tap_does_not_spoil_the_rest():
    times = 2.0 + 0.5 * np.arange(8)
    times[5] += 0.14
    said = tap_all(times)[-1]
    assert said.bpm == pytest.approx(120.0, abs=0.3)
    assert said.t == pytest.approx(5.5, abs=0.005)


def test_a_tap_left_out_is_no_slower_beat():
    said = tap_all([0.0, 0.5, 1.0, 2.0, 2.5, 3.0])[-1]
    assert said.bpm == pytest.approx(120.0)


def test_after_a_pause_the_taps_begin_anew():
    taps = Taps()
    for t in (0.0, 0.5, 1.0, 1.5):
        taps.tap(t)
    assert [taps.tap(t) for t in (9.0, 9.4, 9.8)] == [None] * 3
    assert taps.tap(10.2).bpm == pytest.approx(150.0)


def test_time_that_went_back_begins_anew():
    taps = Taps()
    for t in (20.0, 20.5, 21.0, 1.0):
        said = taps.tap(t)
    assert said is None
    assert len(taps) == 1


def test_what_no_tempo_can_be_says_nothing():
    assert tap_all(0.1 * np.arange(6))[-1] is None


@pytest.mark.parametrize(
    "times",
    [
        (0.03, 0.821, 1.121, 1.624, 2.124, 2.154, 2.184, 2.185),
        (0.005, 0.305, 0.763, 0.863, 1.363, 1.663, 1.668, 1.669, 1.674),
    ],
)
def test_a_pad_that_bounces_is_no_error(times):
    taps = Taps()
    said = [taps.tap(t) for t in times]
    assert all(one is None or 20.0 <= one.bpm <= 300.0 for one in said)
