"""Calibration: what taps in time with a click say of how late it is heard."""

import numpy as np
import pytest

from app.control.calibration import ENOUGH, UNEVEN, Calibration


def taps(late: float, *, spacing: float = 0.8, jitter: float = 0.02, seed: int = 0) -> Calibration:
    """A hand that taps *late* after each mark, unevenly, and finds the beat only with the third tap."""
    rng, made = np.random.default_rng(seed), Calibration(spacing)
    for k in range(ENOUGH):
        t = k * spacing + late + rng.normal(0, jitter) + (0.15 if k < 2 else 0.0)
        made.tap(t - round(t / spacing) * spacing)
    return made


@pytest.mark.parametrize("seed", range(10))
def test_an_artificial_120_ms_are_found_within_10(seed):
    found = taps(0.120, jitter=0.012, seed=seed)
    assert found.offset == pytest.approx(0.120, abs=0.010)
    assert found.spread < UNEVEN


@pytest.mark.parametrize("late", [-0.1, 0.0, 0.05, 0.35, 0.41, 0.55])
def test_whatever_side_of_its_mark_a_tap_seems_to_be_on(late):
    assert taps(late).offset == pytest.approx(late, abs=0.02)


def test_two_stray_taps_do_not_count():
    made = Calibration(0.8)
    for k in range(ENOUGH):
        made.tap(0.3 if k in (5, 9) else 0.05)
    assert made.offset == pytest.approx(0.05)


def test_before_there_are_enough_it_says_nothing():
    made = Calibration(0.8)
    for _ in range(ENOUGH - 1):
        made.tap(0.1)
    assert (made.offset, made.done, len(made)) == (None, False, ENOUGH - 1)


def test_a_hand_that_does_not_hear_it_is_uneven():
    assert taps(0.1, jitter=0.3, seed=4).spread > UNEVEN
    assert Calibration(0.8).spread == 0.0
