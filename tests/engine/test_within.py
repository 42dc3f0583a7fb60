"""Sources and routes that other routes move: in the song as live, in the order of who moves whom, never in a circle."""

import json
from dataclasses import asdict, replace

import numpy as np
import pytest

from app.engine.errors import ShowError
from app.engine.show.circles import circling, refuse_circles, without
from app.engine.show.generators import Follower, Lfo, Macro, Sequencer, Walk
from app.engine.show.knobs import KNOBS
from app.engine.show.live_score import LiveScore
from app.engine.show.mixing import playing_routes
from app.engine.show.routes import Route
from app.engine.show.saved import load_show
from app.engine.show.score import NAMES, Before, bake
from app.engine.show.show import React, Scene, Show
from app.engine.show.within import within
from tests.engine.test_live_score import Growing
from tests.heard import Heard

STOPS = np.array([0.0])
STILL = React(bass=0, mid=0, treble=0, gate=0)
RIGHT = {"attack": 0.0, "release": 0.0}

EVERYTHING = (
    Route("bass", "lfo_1_rate", 0.5, attack=0.05, release=0.3), Route("lfo_1", "hue", 0.8),
    Route("mid", "route_2_depth", -0.9), Route("lfo_2", "macro_1", 0.7), Route("macro_1", "contrast", 0.5),
    Route("macro_1", "walk_1_rate", 0.5), Route("walk_1", "saturation", 0.6), Route("lfo_3", "route_7_on", 1.0),
    Route("hat", "route_5_mode", 1.0, mode="replace"), Route("lfo_4", "lfo_1_shape", 1.0), Route("bass", "bass", 0.3),
    Route("beat", "route_11_depth", 0.4), Route("level", "route_11_invert", 0.9),
    Route("lfo_2", "sequencer_1_per_beat", 0.3), Route("steps_1", "noise", 0.4),
    Route("phrase", "follower_1_release", 0.5), Route("follow_1", "fine", 0.9), Route("bar", "lfo_2_phase", 1.0),
    Route("bar", "route_15_curve", 1.0), Route("onset", "route_3_attack", 0.3), Route("bass", "follower_1_gain", 0.5),
    Route("hat", "brightness", 0.4, expression="x * lfo_1"), Route("bar", "input_2", 1.0),
    Route("input_2", "gamma", 0.5, mode="replace"), Route("beat", "route_24_on", 1.0),
    Route("bar", "lfo_4_unit", 1.0), Route("lfo_4", "vignette", 0.5), Route("hat", "route_27_lo", 0.9),
    Route("beat", "route_27_hi", -0.5), Route("beat", "route_17_release", 0.5), Route("bar", "route_17_gain", 0.5),
    Route("bar_pulse", "route_21_depth", 0.2, mode="multiply"),
)  # fmt: skip
"""Each kind of knob, and what moves what is moved."""


def baked(*routes: Route, **changes: object):
    return bake(Scene(react=STILL, routes=routes, **changes), Heard(), (), STOPS)


def stands(field: str, route: Route, at: float = 3.0, **changes: object) -> float:
    """What *route* makes of a destination where *changes* say how its source is made."""
    return float(getattr(baked(route, **changes).at(at), field))


def held(value: float, destination: str) -> tuple[tuple[Macro, ...], Route]:
    """A macro that holds *destination* at *value*, as it is reckoned with."""
    knob = KNOBS[destination]
    return (Macro("", (value - 0.0) / knob.reach),), Route("macro_1", destination, 1.0, mode="replace")


@pytest.mark.parametrize("steps", [[1600], [1] * 1600, [1, 2, 7] * 160])
def test_live_finds_what_the_song_does_whatever_comes_at_once(steps) -> None:
    scene = Scene(routes=EVERYTHING)
    whole, heard = bake(scene, Heard(), (), STOPS), Growing()
    score = LiveScore(scene, heard)
    for step in steps:
        heard.steps += step
        score.extend()
    for i in range(0, 1600, 11):
        now, then = score.at(i / 100), whole.at(i / 100)
        for name in NAMES[1:]:
            assert getattr(now, name) == pytest.approx(getattr(then, name), abs=1e-5), (name, i)
    inner = within(scene)
    assert inner is not None
    assert len(inner.names) > 20
    for name in inner.names:
        assert score.inside_at(name, 9.0) == pytest.approx(whole.inside_at(name, 9.0), abs=1e-5), name
    assert score.inside_at("lfo_3_rate", 9.0) is whole.inside_at("lfo_3_rate", 9.0) is None


@pytest.mark.parametrize(
    ("source", "destination", "number", "set_to"),
    [
        ("lfo_1", "lfo_1_rate", 1.0, {"lfos": (Lfo("sine", 2.0),)}),
        ("lfo_1", "lfo_1_phase", 0.3, {"lfos": (Lfo("sine", 16.0, "beats", 0.3),)}),
        ("lfo_1", "lfo_1_shape", 2.0, {"lfos": (Lfo("saw"),)}),
        ("lfo_1", "lfo_1_unit", 1.0, {"lfos": (Lfo("sine", 16.0, "Hz"),)}),
        ("walk_1", "walk_1_rate", 2.0, {"walks": (Walk(4.0),)}),
        ("steps_1", "sequencer_1_per_beat", 2.0, {"sequencers": (replace(Sequencer(), per_beat=4.0),)}),
        ("follow_1", "follower_1_attack", 0.4, {"followers": (Follower("bass", 0.4),)}),
        ("follow_1", "follower_1_release", 1.5, {"followers": (Follower("bass", 0.01, 1.5),)}),
        ("follow_1", "follower_1_gain", 3.0, {"followers": (Follower("bass", 0.01, 0.5, 3.0),)}),
        ("input_3", "input_3", 0.7, {"inputs": (*(Macro(),) * 2, Macro("", 0.7))}),
    ],
)
def test_a_source_that_is_held_by_a_route_is_as_one_that_is_set(source, destination, number, set_to) -> None:
    """From its first step on, so that what counts turns has none behind it."""
    macros, holds = held(number, destination)
    way = Route(source, "hue", 0.5, **RIGHT)
    rest = {"followers": (Follower("bass"),)} if source == "follow_1" else {}
    moved = baked(way, holds, macros=macros, **rest).curve("hue")
    assert moved == pytest.approx(baked(way, **set_to).curve("hue"), abs=2e-3)
    assert np.abs(moved - baked(way, **rest).curve("hue")).max() > 0.05


@pytest.mark.parametrize(
    ("field", "number", "value"),
    [
        ("depth", -0.4, -0.4), ("lo", 0.5, 0.5), ("hi", 0.4, 0.4), ("gain", 2.0, 2.0), ("attack", 0.4, 0.4),
        ("release", 0.9, 0.9), ("curve", 1.0, "exponential"), ("curve", 4.0, "steps"), ("invert", 1.0, True),
        ("mode", 1.0, "multiply"), ("mode", 2.0, "replace"), ("on", 0.0, False),
    ],
)  # fmt: skip
def test_a_route_that_is_held_by_another_is_as_one_that_is_set(field, number, value) -> None:
    way = Route("bass", "psi", 0.6, attack=0.01, release=0.2)
    macros, holds = held(abs(number), f"route_1_{field}")
    holds = replace(holds, depth=-1.0) if number < 0 else holds
    moved = baked(way, holds, macros=macros).curve("psi")
    assert moved == pytest.approx(baked(replace(way, **{field: value})).curve("psi"), abs=1e-5)
    assert np.abs(moved - baked(way).curve("psi")).max() > 0.02


def test_a_route_that_is_off_is_woken_and_one_that_replaces_lets_go() -> None:
    way = Route("level", "contrast", 0.5, gain=2.0, mode="replace", on=False, **RIGHT)
    score = baked(way, Route("beat_pulse", "route_1_on", 1.0, **RIGHT))
    assert score.at(3.05).contrast == pytest.approx(0.5 * 0.6)
    assert score.at(3.3).contrast == pytest.approx(1.0)


def test_a_macro_that_an_lfo_moves_moves_all_that_is_its_own() -> None:
    score = baked(
        Route("lfo_3", "macro_2", 1.0, **RIGHT), Route("macro_2", "hue", 0.5), Route("macro_2", "noise", -0.5)
    )
    assert score.at(3.25).hue == pytest.approx(0.5 * 0.5 * 0.5)
    assert score.at(3.25).noise == pytest.approx(1.0 - 2.0 * 0.5 * 0.5)
    assert score.inside_at("macro_2", 3.25) == pytest.approx(0.5, abs=0.02)
    assert np.ptp(score.curve("macro_2")) > 0.9
    assert not score.curve("macro_3").any()


def test_a_rate_is_moved_in_octaves_and_multiplied_as_it_is_written() -> None:
    macros, rest = (Macro("", 1.0),), np.log2(16.0)
    for mode, expected in (("add", rest + 1.0), ("multiply", rest + 1.0), ("replace", 1.0)):
        score = baked(Route("macro_1", "lfo_1_rate", 1 / 3, mode=mode), macros=macros)
        assert score.inside_at("lfo_1_rate", 3.0) == pytest.approx(expected), mode
    halved = baked(Route("macro_1", "lfo_1_rate", -1 / 6, mode="multiply"), macros=macros)
    assert halved.inside_at("lfo_1_rate", 3.0) == pytest.approx(rest - 1.0)


def test_energy_scales_what_moves_the_picture_and_not_what_moves_that() -> None:
    routes = Route("lfo_3", "macro_2", 1.0, **RIGHT), Route("macro_2", "hue", 0.2)
    for energy in (0.3, 0.9):
        score = bake(Scene(react=replace(STILL, energy=energy), routes=routes), Heard(), (), STOPS)
        assert score.inside_at("macro_2", 3.25) == pytest.approx(0.5, abs=0.02)
        assert score.at(3.25).hue == pytest.approx(0.5 * 0.2 * 0.5 * energy / 0.6)


def test_solo_and_mute_reach_the_picture_only() -> None:
    inner = Route("lfo_3", "macro_2", 1.0, **RIGHT)
    seen, other = Route("macro_2", "hue", 0.2, solo=True), Route("bass", "noise", 0.5)
    scene = Scene(react=STILL, routes=(inner, other, seen))
    assert playing_routes(scene) == (inner, seen)
    assert bake(scene, Heard(), (), STOPS).at(3.25).hue > 0.02
    assert playing_routes(replace(scene, muted=True)) == ()


CIRCLES = (
    (Route("macro_1", "macro_1"),),
    (Route("bass", "route_1_depth"),),
    (Route("lfo_1", "macro_1"), Route("macro_1", "lfo_1_rate")),
    (Route("bass", "route_2_depth"), Route("hat", "route_1_gain")),
    (Route("bass", "macro_1", expression="x * lfo_2"), Route("macro_1", "lfo_2_phase")),
    (Route("lfo_1", "route_2_depth"), Route("mid", "macro_3"), Route("macro_3", "lfo_1_rate")),
)


@pytest.mark.parametrize("routes", CIRCLES)
def test_a_circle_is_refused_with_the_way_it_goes(routes) -> None:
    scene = Scene(routes=routes[:-1])
    with pytest.raises(ShowError, match=r"round in a circle: .* → .*Nothing can move what moves it"):
        refuse_circles(scene, routes, len(routes) - 1)
    assert circling(routes) == set(range(len(routes)))


@pytest.mark.parametrize("routes", CIRCLES)
def test_a_circle_that_a_file_brings_counts_for_nothing(routes, tmp_path) -> None:
    """A preset and the macros of a scene may meet in one; the scene opens, and what is in no circle acts."""
    file = tmp_path / "round.anthesis"
    show = Show(scenes=(Scene(react=STILL, routes=(*routes, Route("bass", "hue", 0.5))),))
    file.write_text(json.dumps({"anthesis": "show", **asdict(show)}))
    scene = load_show(file).scene
    assert scene.routes == show.scene.routes
    assert playing_routes(scene)[-1] == scene.routes[-1]
    assert bake(scene, Heard(), (), STOPS).curve("hue") == pytest.approx(baked(scene.routes[-1]).curve("hue"))


def test_what_is_in_no_circle_is_not_refused() -> None:
    for index in range(len(EVERYTHING)):
        refuse_circles(Scene(routes=EVERYTHING), EVERYTHING, index)
    assert circling(EVERYTHING) == frozenset()


def test_a_route_that_goes_takes_along_what_moved_it_and_the_others_are_found_again() -> None:
    bass, hat, beat = Route("bass", "hue"), Route("hat", "noise"), Route("beat", "fine")
    routes = (bass, Route("mid", "route_1_depth"), hat, Route("bar", "route_2_depth"), Route("sub", "route_3_on"), beat)
    assert without(routes, 0) == (hat, Route("sub", "route_1_on"), beat)
    assert without(routes, 5) == routes[:5]
    assert without(routes, 1) == (bass, hat, Route("sub", "route_2_on"), beat)


def test_a_route_that_is_not_there_is_moved_by_nobody() -> None:
    alone = Route("bass", "hue", 0.5)
    assert playing_routes(Scene(routes=(alone, Route("mid", "route_9_depth"))))[-1] == alone


EDITS = {
    "its depth": lambda r: (replace(r[0], depth=0.1), *r[1:]),
    "what it moves": lambda r: (replace(r[0], destination="lfo_1_phase"), *r[1:]),
    "another": lambda r: (*r[:-1], replace(r[-1], depth=-0.3)),
    "none": lambda r: r[1:],
}


@pytest.mark.parametrize("what", EDITS)
def test_what_was_baked_again_is_as_what_was_baked_anew(what) -> None:
    routes = (Route("bass", "lfo_1_rate", 0.5), Route("lfo_1", "hue", 0.4), Route("hat", "noise", 0.3))
    first = baked(*routes)
    after = Scene(react=STILL, routes=EDITS[what](routes))
    heard = first.kept.heard
    again = bake(after, heard, (), STOPS, Before(score=first))
    anew = bake(after, heard, (), STOPS)
    assert np.array_equal(again.values, anew.values)
    assert set(again.inside) == set(anew.inside)
    if what == "another":
        assert again.kept.within is first.kept.within  # and nothing of it was computed again


def test_a_live_lfo_whose_rate_is_moved_stands_after_an_edit_where_it_stood() -> None:
    heard = Growing()
    heard.curves = {"bass": np.full(1601, 0.7, np.float32)}
    scene = Scene(react=STILL, routes=(Route("bass", "lfo_1_rate", -0.9), Route("lfo_1", "hue", 0.4)))
    first = LiveScore(scene, heard)
    for _ in range(1500):
        heard.steps += 1
        first.extend()
    for depth in (-0.2, 0.6):
        other = replace(scene, routes=(replace(scene.routes[0], depth=depth), scene.routes[1]))
        second = LiveScore(other, heard, first)
        assert second.inside_at("lfo_1", 14.99) == pytest.approx(first.inside_at("lfo_1", 14.99), abs=0.01)
        assert LiveScore(other, heard).inside_at("lfo_1", 14.99) != pytest.approx(
            first.inside_at("lfo_1", 14.99), abs=0.1
        )


def test_a_whole_number_of_seconds_is_a_number_of_seconds() -> None:
    routes = (Route("bass", "psi", 0.6, attack=2, release=0.2), Route("mid", "route_1_release", 0.5),
              Route("mid", "follower_1_release", 0.5), Route("follow_1", "fine", 0.5))  # fmt: skip
    whole = baked(*routes, followers=(Follower("bass", 1),))
    as_floats = baked(replace(routes[0], attack=2.0), *routes[1:], followers=(Follower("bass", 1.0),))
    assert np.array_equal(whole.values, as_floats.values)
