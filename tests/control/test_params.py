"""Every setting of the document can be read and changed by its name, and never to nonsense."""

import math
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.control.params import PARAMS, get, param, there, with_value
from app.engine.errors import ShowError
from app.engine.show.routes import Route
from app.engine.show.show import Film, Finish, React, Scene, Show

BLOOMPIPE = {
    "videoStart", "videoEnd", "fps", "gateThreshold", "freqLow", "freqMid", "freqHigh", "pulsePerc", "sectionAmount",
    "loopVideo", "visualizeSections", "sectionSimilarity", "pointAmount", "interpolationType", "pulseReact",
    "videoSmoothness", "motionRandomness", "truncation", "contrast", "saturation",
}  # fmt: skip


def test_every_setting_has_a_parameter():
    names = {f"{scope}.{f.name}" for scope, cls in (("react", React), ("finish", Finish), ("film", Film))
             for f in fields(cls) if f.metadata}  # fmt: skip
    assert {name for name, p in PARAMS.items() if p.scope in ("react", "finish", "film")} == names


def test_every_bloompipe_setting_is_there_by_its_own_name():
    assert {p.bloompipe for p in PARAMS.values()} - {""} == BLOOMPIPE


def test_defaults_are_those_of_the_document():
    for name, p in PARAMS.items():
        if p.scope != "route" and p.in_show:
            assert get(Show(), name) == p.default, name
        assert p.valid(p.default) == p.default, name


def test_kinds_follow_the_types():
    assert [param(f"react.{n}").kind for n in ("bass", "drums", "section_amount", "interpolation")] == [
        "number", "flag", "integer", "choice"]  # fmt: skip


def test_setting_acts_on_the_playing_scene_only():
    show = Show(scenes=(Scene("a"), Scene("b")), active=1)
    after = with_value(show, "react.bass", 2.5)
    assert after.scenes[1].react.bass == 2.5
    assert after.scenes[0] == show.scenes[0]
    assert with_value(show, "film.fps", 60).film.fps == 60


def test_values_are_held_within_the_range():
    assert get(with_value(Show(), "react.bass", 99), "react.bass") == 3.0
    assert get(with_value(Show(), "finish.hue", -7.0), "finish.hue") == -0.5
    assert get(with_value(Show(), "react.point_amount", 0), "react.point_amount") == 1


def test_whole_numbers_stay_whole():
    value = get(with_value(Show(), "react.section_amount", 6.6), "react.section_amount")
    assert value == 7
    assert isinstance(value, int)


def test_hardware_switches_flags_with_numbers():
    assert get(with_value(Show(), "react.drums", 0.0), "react.drums") is False
    assert get(with_value(Show(), "react.drums", 1), "react.drums") is True


@pytest.mark.parametrize(
    ("name", "value"),
    [("react.bass", math.nan), ("react.bass", math.inf), ("react.bass", "loud"), ("react.bass", None),
     ("react.bass", True), ("react.interpolation", "wobbly"), ("react.drums", "yes"), ("film.fps", math.nan),
     ("react.nothing", 1.0), ("scene.name", "x")],
)  # fmt: skip
def test_nonsense_is_refused(name, value):
    with pytest.raises(ShowError):
        with_value(Show(), name, value)


@given(st.sampled_from(sorted(PARAMS)), st.floats(0, 1))
def test_unit_values_come_back(name, u):
    p = PARAMS[name]
    value = p.from_unit(u)
    assert p.valid(value) == value
    assert p.from_unit(p.to_unit(value)) == (pytest.approx(value) if p.kind == "number" else value)


def test_a_row_of_a_scene_is_set_by_its_number():
    show = Show(scenes=(Scene(routes=(Route("bass", "hue"), Route("mid", "psi"))),))
    after = with_value(with_value(show, "route.2.depth", -0.5), "macro.8", 0.25)
    assert [route.depth for route in after.scene.routes] == [0.3, -0.5]
    assert [macro.value for macro in after.scene.macros] == [0.0] * 7 + [0.25]
    assert with_value(show, "lfo.4.shape", "saw").scene.lfos[3].shape == "saw"


def test_times_of_a_route_are_told_in_milliseconds():
    show = Show(scenes=(Scene(routes=(Route("bass", "hue"),)),))
    assert (get(show, "route.1.attack"), param("route.1.attack").unit) == (15.0, "ms")
    assert with_value(show, "route.1.attack", 250).scene.routes[0].attack == 0.25


def test_a_row_that_is_not_there_is_said():
    assert not there(Show(), "route.1.depth")
    for ask in (lambda: get(Show(), "route.1.depth"), lambda: with_value(Show(), "route.1.depth", 1.0)):
        with pytest.raises(ShowError, match="There is no route 1 in this scene"):
            ask()


def test_what_is_performed_is_no_part_of_a_show():
    assert not there(Show(), "perform.fader")
    with pytest.raises(ShowError, match="performed"):
        get(Show(), "perform.fader")
