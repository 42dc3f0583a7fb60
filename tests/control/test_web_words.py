"""What is asked over the web: the same settings and actions as elsewhere, and nonsense in one sentence."""

import json

import pytest

from app.control.actions import ACTIONS
from app.control.addresses import Act, ControlError, Turn, tail_of
from app.control.params import PARAMS
from app.control.web_words import (
    LONGEST_GLIDE,
    Glide,
    Order,
    act_of,
    glide_of,
    order_of,
    param_facts,
    read_json,
    turn_of,
)


@pytest.mark.parametrize("name", ["react.bass", "react/bass", "/react/bass"])
def test_a_setting_has_its_id_and_its_address(name):
    assert turn_of(name, 1.5) == Turn("react.bass", 1.5)


def test_every_setting_can_be_reached_both_ways():
    value = {"number": 0.0, "integer": 1, "flag": True}
    for p in PARAMS.values():
        wanted = value.get(p.kind, p.choices[0] if p.choices else None)
        assert turn_of(p.id, wanted).name == turn_of(tail_of(p.id), wanted).name == p.id


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("react.loudness", 1, "There is no setting called “react.loudness”."),
        ("output/freeze", 1, "There is no setting called “output/freeze”."),
        ("react.bass", "loud", "Bass takes a number from 0 to 3."),
        ("react.bass", None, "Bass takes a number from 0 to 3."),
        ("react.bass", True, "Bass takes a number from 0 to 3."),
        ("react.bass", "?", "Ask with GET; ? is no value."),
        ("react.bass", [1], "A value is a number, a text, true or false."),
    ],
)
def test_a_value_that_makes_no_sense_is_refused_in_one_sentence(name, value, sentence):
    with pytest.raises(ControlError) as error:
        turn_of(name, value)
    assert str(error.value) == sentence


def test_an_action_has_its_id_and_its_address_with_dots():
    assert act_of("freeze") == act_of("output.freeze") == Act("freeze", ())
    assert act_of("scene", 3) == act_of("scene.launch", 3) == Act("scene", (3,))
    assert act_of("scene.launch", args=("Wheel",)) == Act("scene_named", ("Wheel",))
    assert act_of("xy", args=(0.5, 0.25)) == Act("xy", (0.5, 0.25))


def test_every_action_that_osc_reaches_is_reached():
    reached = {act_of(action.id, 1 if action.numbered else None, _some(action.takes)).verb
               for action in ACTIONS.values() if action.address and action.id not in ("sync", "w")}  # fmt: skip
    assert reached == {action.id for action in ACTIONS.values() if action.address} - {"sync", "w"}


def _some(takes):
    return tuple({"s": "x", "i": 1, "f": 0.5}[letter] for letter in takes[0])


@pytest.mark.parametrize(
    ("name", "n", "args"),
    [("quit", None, ()), ("open", None, ()), ("sync", None, ()), ("nothing", None, ()), ("scene", None, ()),
     ("freeze", 3, ()), ("scene", 0, ()), ("scene", 100, ()), ("scene", True, ()), ("scene", "3", ()),
     ("xy", None, (0.5,)), ("freeze", None, ("on",)), ("seed", None, (1.5,)), ("xy", None, ({}, 1))],
)  # fmt: skip
def test_what_is_no_action_for_the_web_is_refused(name, n, args):
    with pytest.raises(ControlError, match=r"\.$"):
        act_of(name, n, args)


@pytest.mark.parametrize(
    "text",
    ["{", "nope", "[1]", "3", '{"a": NaN}', '{"a": Infinity}', '{"a": 123456789012345678901}', "[" * 50_000,
     '{"a": 9007199254740993}', b"\xff\xfe{}\x00"],
)  # fmt: skip
def test_what_is_no_json_is_refused(text):
    with pytest.raises(ControlError, match=r"^What was sent"):
        read_json(text)


def test_nothing_said_is_an_empty_object():
    assert read_json(b"") == read_json(" \n") == {}
    assert read_json('{"value": -9007199254740992}') == {"value": -(2**53)}


def test_a_glide_is_for_numbers_and_has_an_end():
    bass = Turn("react.bass", 1.0)
    assert glide_of(bass, None) == glide_of(bass, 0) == bass
    assert glide_of(bass, 4) == Glide(bass, 4.0)
    switch = Turn("perform.hold", True)
    assert glide_of(switch, 4) == switch
    for wrong in (-1, LONGEST_GLIDE + 1, "4", True, float("nan")):
        with pytest.raises(ControlError, match="glide is a number"):
            glide_of(bass, wrong)


def test_a_film_is_of_the_song_the_loop_or_some_seconds():
    assert order_of({}) == Order("", "")
    assert order_of({"preset": "Square 1080", "range": "loop"}) == Order("Square 1080", "loop")
    assert order_of({"range": [1, 2.5]}) == Order("", (1.0, 2.5))
    for wrong in ([2, 1], [1], [1, 2, 3], "whole", 5, ["a", "b"], [0, 1e9], None):
        with pytest.raises(ControlError, match="range is"):
            order_of({"range": wrong})
    with pytest.raises(ControlError, match="preset is"):
        order_of({"preset": 3})


def test_what_a_client_learns_of_a_setting_is_json():
    for p in PARAMS.values():
        facts = json.loads(json.dumps(param_facts(p, p.default, "CC 3"), allow_nan=False))
        assert facts["id"] == p.id
        assert facts["osc"].startswith("/anthesis/")
        assert ("choices" in facts) == (p.kind == "choice")
        assert ("min" in facts) == (p.kind in ("number", "integer"))
