"""The quality ladder against a clock and a machine of the test's own: it finds its rung, holds it, and comes back."""

from collections.abc import Callable, Mapping

import pytest

from app.engine.render.ladder import LOOK_EVERY, Ladder, rungs

Cost = Callable[[float, int | None], float]


class Machine:
    """Plays frames on a ladder; *cost* says how many seconds one takes at a time and size."""

    def __init__(self, ladder: Ladder, cost: Cost) -> None:
        self.ladder, self.cost, self.now = ladder, cost, 100.0
        self.steps: list[tuple[float, int | None, float]] = []
        self.began = self.now

    def play(self, seconds: float) -> "Machine":
        end = self.now + seconds
        while self.now < end:
            rung = self.ladder.rung
            taken = self.cost(self.now - self.began, rung.exit_at)
            self.now += max(taken, 1 / rung.rate)
            if self.ladder.spent(taken, self.now):
                self.steps.append((self.now - self.began, self.ladder.rung.exit_at, self.ladder.rung.rate))
        return self


def steady(costs: Mapping[int | None, float]) -> Cost:
    return lambda _t, size: costs[size]


def test_a_machine_that_is_fast_enough_gives_up_nothing() -> None:
    at = Machine(Ladder((128, 64)), steady({None: 0.025})).play(60)
    assert at.steps == []
    assert at.ladder.whole


def test_size_goes_first_and_only_as_far_as_needed() -> None:
    at = Machine(Ladder((128, 64)), steady({None: 0.04, 128: 0.02, 64: 0.01})).play(60)
    assert at.ladder.rung.exit_at == 128
    assert at.ladder.rung.rate == 60
    assert at.steps[0][0] >= 3.0  # three seconds are judged, not one late frame


def test_without_exits_the_rate_goes_by_whole_divisors() -> None:
    at = Machine(Ladder(), steady({None: 0.23})).play(60)
    assert at.ladder.rung.exit_at is None
    assert at.ladder.rung.rate == pytest.approx(4)  # 60 / 15: 250 ms hold 230
    assert len(at.steps) == 1  # at once, not rung by rung


def test_rate_is_the_last_thing_given_up() -> None:
    at = Machine(Ladder((128, 64)), steady({None: 0.5, 128: 0.2, 64: 0.045})).play(60)
    assert at.ladder.rung.exit_at == 64
    assert at.ladder.rung.rate == pytest.approx(20)


def test_a_rate_that_was_asked_for_is_held() -> None:
    at = Machine(Ladder((128,), target=50), steady({None: 0.022, 128: 0.012})).play(30)
    assert (at.ladder.rung.exit_at, at.ladder.rung.rate) == (128, 50)
    free = Machine(Ladder((128,)), steady({None: 0.022, 128: 0.012})).play(30)
    assert free.ladder.whole


def test_single_late_frames_change_nothing() -> None:
    frame = iter(range(10**6))
    at = Machine(Ladder((128,)), lambda _t, _s: 0.3 if next(frame) % 40 == 0 else 0.015).play(60)
    assert at.steps == []


@pytest.mark.parametrize(("target", "whole"), [(None, True), (30, False)])
def test_one_late_frame_in_eight_is_too_many_only_where_a_rate_is_held(target: float | None, whole: bool) -> None:
    frame = iter(range(10**6))
    at = Machine(Ladder((128,), target), lambda _t, _s: 0.05 if next(frame) % 8 == 0 else 0.02).play(30)
    assert at.ladder.whole is whole or at.steps[0][1] == 128
    assert bool(at.steps) is not whole


def test_it_comes_back_when_the_load_is_gone() -> None:
    def cost(t: float, size: int | None) -> float:
        return {None: 0.02, 128: 0.012}[size] * (3.0 if t < 20 else 1.0)

    at = Machine(Ladder((128,)), cost).play(19)
    assert not at.ladder.whole
    at.play(60)
    assert at.ladder.whole
    assert len(at.steps) <= 4


def test_it_comes_back_from_the_rate_too() -> None:
    at = Machine(Ladder(), lambda t, _s: 0.09 if t < 20 else 0.01).play(19)
    assert at.ladder.rung.rate == pytest.approx(10)
    at.play(60)
    assert at.ladder.whole


def test_stalls_now_and_then_do_not_slow_what_is_slow_already() -> None:
    frame = iter(range(10**6))
    at = Machine(Ladder(), lambda _t, _s: 0.6 if next(frame) % 10 == 0 else 0.06).play(60)
    assert at.ladder.rung.rate == pytest.approx(15)  # 60 / 4: 67 ms hold 60


def test_back_from_far_below_in_few_steps() -> None:
    at = Machine(Ladder((64,)), lambda t, _s: 0.4 if t < 20 else 0.01).play(19)
    assert at.ladder.rung.rate <= 2
    at.play(20)
    assert at.ladder.whole
    assert len(at.steps) <= 5


def test_no_step_up_that_would_have_to_be_taken_back() -> None:
    at = Machine(Ladder((128, 64)), steady({None: 0.036, 128: 0.012, 64: 0.006})).play(600)
    assert len(at.steps) == 1


def test_never_flaps() -> None:
    """A load that comes and goes faster than it can be followed: each step up taken back doubles the patience."""

    def cost(t: float, size: int | None) -> float:
        return {None: 0.02, 128: 0.01}[size] * (3.0 if t % 24 < 12 else 1.0)

    at = Machine(Ladder((128,)), cost).play(1200)
    assert len(at.steps) < 20
    assert len([step for step in at.steps if step[0] > 600]) <= 4


def test_resting_forgets() -> None:
    at = Machine(Ladder((128,)), steady({None: 0.05, 128: 0.01}))
    for _ in range(20):
        at.play(2.9)
        at.ladder.rest()
    assert at.steps == []


def test_far_too_slow_does_not_wait_so_long() -> None:
    at = Machine(Ladder((512, 256)), steady({None: 0.4, 512: 0.2, 256: 0.02})).play(10)
    assert [step[1] for step in at.steps] == [512, 256]
    assert at.steps[1][0] < 3.0 + 2 * (LOOK_EVERY + 0.4)


def test_the_bottom_is_held() -> None:
    at = Machine(Ladder(), steady({None: 3.0})).play(120)
    assert at.ladder.rung.rate == 1
    assert len(at.steps) == 1


def test_rungs_are_ordered_by_what_they_give_up() -> None:
    every = rungs((64, 128))
    assert [rung.exit_at for rung in every[:3]] == [None, 128, 64]
    rates = [rung.rate for rung in every[2:]]
    assert rates == sorted(rates, reverse=True)
    assert all(60 % rate == 0 or (60 / rate).is_integer() for rate in rates)
