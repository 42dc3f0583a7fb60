"""Routes become curves: range, gate, envelopes, and a position that meets every Point at its time."""

from dataclasses import replace

import numpy as np
import pytest

from app.engine.show.chain import route_signal
from app.engine.show.routes import Route, owned_routes, release_time
from app.engine.show.score import bake, song_stretch
from app.engine.show.show import React, Scene, Section
from app.engine.show.stretch import Sources
from tests.heard import Heard

SECTIONS = (Section(0, 8, "A"), Section(8, 16, "B"))
STOPS = np.array([0.0, 6.0, 16.0])
STILL = React(bass=0, mid=0, treble=0, gate=0)


def baked(*routes: Route, react: React = STILL):
    return bake(Scene(react=react, routes=routes), Heard(), SECTIONS, STOPS)


def source_signal(source: str, heard: Heard, sections: tuple[Section, ...], steps: int) -> np.ndarray:
    y = Sources(Scene(), song_stretch(heard, sections), {}).named(source)
    assert len(y) == steps
    return y


def step_curve() -> np.ndarray:
    return np.r_[np.zeros(100), np.ones(100), np.zeros(200)].astype(np.float32)


def test_what_is_below_the_gate_does_not_pass():
    y = route_signal(Route("bass", "pulse", lo=0.5, attack=0, release=0), np.array([0.2, 0.5, 0.75, 1.0], np.float32))
    assert y.tolist() == pytest.approx([0, 0, 0.5, 1.0])


def test_gain_scales_and_invert_turns_round():
    x = np.array([0.0, 0.5], np.float32)
    assert route_signal(Route("bass", "pulse", gain=2, attack=0, release=0), x).tolist() == [0, 1]
    assert route_signal(Route("bass", "pulse", invert=True, attack=0, release=0), x).tolist() == [1, 0.5]


@pytest.mark.parametrize(
    ("curve", "half"), [("linear", 0.5), ("exponential", 0.25), ("logarithmic", 0.70711), ("s", 0.5), ("steps", 0.5)]
)
def test_curves_bend_the_middle_and_keep_the_ends(curve, half):
    y = route_signal(Route("bass", "pulse", curve=curve, attack=0, release=0), np.array([0, 0.5, 1], np.float32))
    assert y.tolist() == pytest.approx([0, half, 1], abs=1e-4)


def test_attack_and_release_are_time_constants_in_seconds():
    y = route_signal(Route("bass", "pulse", attack=0.1, release=0.3), step_curve())
    assert y[109] == pytest.approx(1 - np.exp(-1), abs=0.01)
    top = y[199]
    assert y[229] == pytest.approx(top * np.exp(-1), abs=0.01)


def test_smoothness_is_bloompipes_time_constant():
    assert release_time(0.75) == pytest.approx(0.139, abs=0.001)
    assert release_time(0.9) == pytest.approx(0.380, abs=0.001)
    assert release_time(0.0) == 0.0


@pytest.mark.parametrize(
    ("mode", "expected"), [("add", 1.0 + 0.5 * 0.5), ("multiply", 1.0 * (1 + 0.5 * 0.5)), ("replace", 0.25)]
)
def test_a_route_adds_multiplies_or_replaces(mode, expected):
    heard = Heard()
    route = Route("level", "contrast", depth=0.5, lo=0, hi=0.6, attack=0, release=0, mode=mode)
    look = bake(Scene(react=STILL, routes=(route,)), heard, SECTIONS, STOPS).at(3.0)
    assert look.contrast == pytest.approx(expected, abs=1e-5)


def test_a_route_that_is_off_does_nothing():
    route = Route("bass", "hue", depth=1.0)
    assert baked(replace(route, on=False)).curve("hue").max() == 0.0
    assert baked(route).curve("hue").max() > 0.1


def test_energy_scales_every_route():
    loud, rest, off = (
        baked(Route("bass", "hue"), react=replace(STILL, energy=e)).curve("hue").max() for e in (0.9, 0.6, 0)
    )
    assert loud == pytest.approx(1.5 * rest)
    assert off == 0.0


def test_destinations_stay_within_their_range():
    score = baked(Route("bass", "psi", depth=1.0, gain=4.0), react=replace(STILL, truncation=1.0))
    assert score.curve("psi").max() <= 1.5


def test_the_simple_settings_own_three_routes():
    routes = owned_routes(React(drums=False, gate=0.2, pulse=0.9, bass=2.0))
    assert [r.source for r in routes] == ["bass_melody", "mid_melody", "high_melody"]
    assert {r.lo for r in routes} == {0.2}
    assert {r.depth for r in routes} == {0.9}
    assert routes[0].gain == 2.0


def test_speed_moves_the_picture_between_points_never_the_points():
    fast_at_first = Route("section", "speed", depth=-0.9, attack=0, release=0)
    steady, moved = baked(), baked(fast_at_first, Route("bass", "speed", depth=1.0))
    for stop in STOPS:
        assert steady.at(stop).position == pytest.approx(stop, abs=0.02)
        assert moved.at(stop).position == pytest.approx(stop, abs=0.02)
    assert abs(moved.at(12.0).position - 12.0) > 0.05
    assert (np.diff(moved.curve("position")) >= 0).all()


def test_any_frame_rate_sees_the_same_song():
    score = baked(Route("bass", "pulse", depth=0.7))
    films = {fps: {round(i / fps, 6): score.at(i / fps) for i in range(fps * 4)} for fps in (24, 30, 60)}
    assert all(films[30][t] == films[60][t] for t in films[30])
    common = films[24].keys() & films[60].keys()
    assert len(common) > 40
    assert all(films[24][t] == films[60][t] for t in common)


def test_beats_bars_and_phrases_follow_the_grid():
    heard = Heard()
    beat = source_signal("beat", heard, SECTIONS, 1601)
    assert beat[0] == pytest.approx(1.0)
    assert beat[25] == pytest.approx(0.5, abs=0.02)
    assert beat[50] == pytest.approx(1.0)
    bar = source_signal("bar", heard, SECTIONS, 1601)
    assert bar[100] == pytest.approx(0.5, abs=0.01)
    assert source_signal("section", heard, SECTIONS, 1601)[[100, 1200]].tolist() == [0.0, 1.0]


@pytest.mark.parametrize(
    "source", ["beat", "bar", "phrase", "lfo_1", "walk_1", "expression", "section", "bass", "no such thing"]
)
def test_a_song_without_beats_still_has_every_source(source):
    heard = Heard(beats=np.array([]), downbeats=np.array([]))
    y = source_signal(source, heard, (), 1601)
    assert len(y) == 1601
    assert np.isfinite(y).all()
    assert y.min() >= 0
    assert y.max() <= 1


def test_times_outside_the_song_hold_its_ends():
    score = baked()
    assert score.at(-5) == score.at(0)
    assert score.at(99) == score.at(16)
