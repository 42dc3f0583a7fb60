"""The address table: every parameter has an address, every message means one thing or is refused in one sentence."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.control.actions import ACTIONS
from app.control.addresses import (
    ALSO,
    Act,
    Ask,
    ControlError,
    Turn,
    address_of,
    gesture,
    is_target,
    label_of,
    state_of,
    streams,
    tail_of,
    turned,
)
from app.control.model import ParamModel
from app.control.params import MOST_ROUTES, PARAMS
from app.control.settable import PERFORMED
from app.engine.show.factory import new_show
from app.engine.show.routes import Route
from app.engine.show.show import Scene, Show, StyleRef

VERBS = [f"/anthesis/{action.address}" for action in ACTIONS.values() if action.address]


def full(show: Show | None = None) -> ParamModel:
    """Every parameter there is, over a scene with all its routes."""
    show = show or Show(scenes=(Scene(routes=(Route("bass", "hue"),) * MOST_ROUTES),))
    params = ParamModel(lambda: show, lambda *_edit: None)
    for p in PERFORMED:
        params.keep(p.id, lambda p=p: p.default, lambda _value: None)
    return params


def test_every_parameter_is_set_and_asked_by_its_address():
    params = full()
    told = state_of(Show(), params)
    for p in PARAMS.values():
        other = {"number": p.hi, "integer": int(p.hi), "flag": not p.default, "choice": p.choices and p.choices[0]}[
            p.kind
        ]
        meant = gesture(address_of(p.id), (other,))
        assert isinstance(meant, Turn)
        assert turned(params.value(p.id), meant) == other, p.id
        assert gesture(address_of(p.id), ("?",)) == Ask(tail_of(p.id), p.id)
        assert tail_of(p.id) in told


def test_addresses_are_one_each():
    known = [address_of(name) for name in PARAMS] + VERBS
    assert len(set(known)) == len(known)


@pytest.mark.parametrize(
    ("address", "args", "meant"),
    [
        ("react/bass", (2,), Turn("react.bass", 2)),
        ("react/bass", ("+", 0.25), Turn("react.bass", 0.25, "+")),
        ("react/bass", ("*", 2), Turn("react.bass", 2, "*")),
        ("react/drums", (0,), Turn("react.drums", 0)),
        ("react/drums", (True,), Turn("react.drums", True)),
        ("react/interpolation", ("linear",), Turn("react.interpolation", "linear")),
        ("react/interpolation", (1,), Turn("react.interpolation", "linear")),
        ("scene/3/launch", (), Act("scene", (3,))),
        ("scene/3/launch", (1.0,), Act("scene", (3, 1.0))),
        ("scene/launch", ("Opening",), Act("scene_named", ("Opening",))),
        ("transport/loop/range", (1, 2.5), Act("loop_range", (1, 2.5))),
        ("output/freeze", (1,), Act("freeze", (1,))),
        ("output/brightness", (0.5,), Turn("output.brightness", 0.5)),
        ("scene/quant", (3,), Turn("perform.quantum", "1")),
        ("scene/quant", (3.0,), Turn("perform.quantum", "1")),  # as TouchOSC says it
        ("scene/quant", ("+", 1), Turn("perform.quantum", 1, "+")),
        ("react/smooth", (0.5,), Turn("react.smoothness", 0.5)),
        ("react/interp", ("cubic",), Turn("react.interpolation", "cubic")),
        ("react/loop", (0,), Turn("react.loop_video", 0)),
        ("react/sectionsim", ("+", 0.1), Turn("react.section_similarity", 0.1, "+")),
        ("react/smooth", ("?",), Ask("react/smoothness", "react.smoothness")),
        ("fx/feedback/zoom", (2.0,), Turn("finish.feedback_zoom", 2.0)),
        ("fx/kaleidoscope/amount", (6,), Turn("finish.kaleidoscope", 6)),
        ("transport/seek", ("+", 4.0), Act("seek", ("+", 4.0))),
        ("transport/seek/beat", ("-", 8), Act("seek_beat", ("-", 8))),
        ("latent/goto", (2, 4.0), Act("point", (2, 4.0))),
        ("latent/goto", ("Dusk", 4.0), Act("point", ("Dusk", 4.0))),
        ("latent/waypoint/add", (), Act("add_point")),
        ("latent/waypoint/add", (3.5,), Act("add_point", (3.5,))),
        ("layer/coarse/xy", (0.2, 0.8), Act("xy_coarse", (0.2, 0.8))),
        ("song/load", ("Molten",), Act("song", ("Molten",))),
    ],
)
def test_what_a_message_means(address, args, meant):
    assert gesture(f"/anthesis/{address}", args) == meant


@pytest.mark.parametrize(
    ("address", "args", "sentence"),
    [
        ("/elsewhere/react/bass", (1.0,), "There is nothing at /elsewhere/react/bass."),
        ("/anthesis/react/loudness", (1.0,), "There is nothing at"),
        ("/anthesis/scene/0/launch", (), "There is nothing at"),
        ("/anthesis/scene/100/launch", (), "There is nothing at"),
        ("/anthesis/react/bass", (), "Bass takes a number from 0 to 3."),
        ("/anthesis/react/bass", ("loud",), "Bass takes a number from 0 to 3."),
        ("/anthesis/react/bass", (math.nan,), "Bass takes a number from 0 to 3."),
        ("/anthesis/react/bass", (1.0, 2.0), "Bass takes a number from 0 to 3."),
        ("/anthesis/react/bass", ("/", 2.0), "Bass takes a number from 0 to 3."),
        ("/anthesis/react/drums", ("on",), "Pulse from takes 0 or 1."),
        ("/anthesis/react/interpolation", ("wavy",), "Interpolation takes one of nearest, linear, quadratic, cubic."),
        ("/anthesis/react/interpolation", (9,), "Interpolation takes one of"),
        ("/anthesis/latent/xy", (0.5,), "/anthesis/latent/xy takes number, number."),
        ("/anthesis/latent/seed", (1.5,), "/anthesis/latent/seed takes whole number."),
        ("/anthesis/style/load", (b"",), "/anthesis/style/load takes text or whole number."),
        ("/anthesis/scene/quant", ("*", 2), "Launch takes one of off, 1/4"),
        ("/anthesis/scene/quant", ("+", 0.5), "Launch takes one of off, 1/4"),
        ("/anthesis/react/drums", ("+", 1), "Pulse from takes 0 or 1."),
        ("/anthesis/tempo/nudge", ("+", 1.0), "/anthesis/tempo/nudge takes number."),
        ("/anthesis/transport/seek", ("+",), "/anthesis/transport/seek takes number."),
        ("/anthesis/latent/waypoint/add", ("now",), "/anthesis/latent/waypoint/add takes nothing or number."),
        ("/anthesis/layer/middle/xy", (0.5, 0.5), "There is nothing at"),
        ("/anthesis/layer/mid/xy", (0.5,), "/anthesis/layer/mid/xy takes number, number."),
    ],
)
def test_what_makes_no_sense_is_said(address, args, sentence):
    with pytest.raises(ControlError, match=sentence.replace(".", r"\.")):
        gesture(address, args)


ARGUMENT = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.binary())
ADDRESS = st.one_of(
    st.sampled_from([address_of(name) for name in PARAMS] + VERBS),
    st.text(),
)


@given(ADDRESS, st.lists(ARGUMENT, max_size=3).map(tuple))
def test_any_message_means_something_or_is_refused(address, args):
    try:
        meant = gesture(address, args)
    except ControlError:
        return
    if isinstance(meant, Turn):
        assert turned(PARAMS[meant.name].default, meant) is not None


def test_steps_are_held_within_the_range():
    assert turned(1.4, Turn("react.bass", 0.5, "+")) == pytest.approx(1.9)
    assert turned(1.4, Turn("react.bass", 2, "*")) == pytest.approx(2.8)
    assert turned(1.4, Turn("react.bass", 10, "*")) == 3.0
    assert turned(1.4, Turn("react.bass", 10, "-")) == 0.0
    assert turned("1", Turn("perform.quantum", 1, "+")) == "2"
    assert turned("1", Turn("perform.quantum", 99, "+")) == "section"
    assert turned("1", Turn("perform.quantum", 99, "-")) == "off"


def test_other_names_are_those_of_one_setting_each_and_of_nothing_else():
    assert set(ALSO.values()) <= set(PARAMS)
    assert not {f"/anthesis/{tail}" for tail in ALSO} & {*VERBS, *map(address_of, PARAMS)}
    for p in PARAMS.values():
        if p.scope == "finish":
            assert p.id in ALSO.values()


@pytest.mark.parametrize(
    ("tail", "args", "newest"),
    [
        ("react/bass", (1.0,), True), ("fx/bloom/from", (0.1,), True), ("latent/xy", (0.1, 0.2), True),
        ("layer/mid/xy", (0.1, 0.2), True), ("latent/w", (b"",), True),
        ("react/bass", ("?",), False), ("react/bass", ("+", 1.0), False), ("scene/2/launch", (1,), False),
        ("nowhere", (1,), False), ("latent/waypoint/add", (1.0,), False), ("transport/seek", (1.0,), False),
    ],
)  # fmt: skip
def test_only_of_what_streams_the_newest_is_enough(tail, args, newest):
    assert streams(f"/anthesis/{tail}", args) is newest


def test_targets_are_parameters_and_keys():
    assert is_target("react.bass")
    assert is_target("do:freeze")
    assert is_target("do:scene:12")
    assert [is_target(no) for no in ("do:seek", "do:scene", "do:scene:0", "do:freeze:1", "react.loudness", "do:x")] == [
        False
    ] * 6
    assert (label_of("react.bass"), label_of("do:scene:3")) == ("Bass", "Play scene 3")
    assert address_of("do:scene:3") == "/anthesis/scene/3/launch"


def test_the_state_names_what_plays():
    show = new_show(StyleRef("Bloom"))
    told = state_of(show, full(show))
    assert told["scene/launch"] == show.scene.name
    assert told["scene/1/launch"] == 1
    assert told["style/load"] == "Bloom"
    assert not any(isinstance(value, bool) for value in told.values())
