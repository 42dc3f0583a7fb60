"""Profiles of controllers: those that ship are whole, and spoilt ones are refused in one sentence."""

import json

import pytest

from app.control.addresses import ControlError
from app.control.mapping import Touch, from_json, to_json
from app.control.params import PARAMS
from app.control.profiles import profile_for, read_profile, shipped
from app.control.surface import Surface

PROFILES = {profile.name: profile for profile in shipped()}
LINE = {"version": 1, "name": "X", "devices": ["X"], "controls": [{"cc": 1, "target": "macro.1"}]}


@pytest.mark.parametrize("name", PROFILES)
def test_a_shipped_profile_moves_each_thing_by_one_control(name):
    knobs = PROFILES[name].mappings("Device")
    assert len({knob.source for knob in knobs}) == len(knobs) > 20
    assert from_json(to_json(knobs)) == knobs
    assert PROFILES[name].note


def test_the_generic_profile_is_the_last_and_hears_any_channel():
    assert shipped()[-1].name == "Generic"
    surface = Surface(shipped()[-1].mappings("Launchkey"))
    for channel in (1, 16):
        (turn,) = surface.hear(Touch("Launchkey", channel, "cc", 1, 0.0, 0), lambda _name: 0.0)
        assert turn.name == "macro.1"
    (act,) = surface.hear(Touch("Launchkey", 10, "note", 37, 0.5, 64), lambda _name: 0.0)
    assert (act.verb, act.args) == ("scene", (2,))


@pytest.mark.parametrize(
    ("device", "name"),
    [("nanoKONTROL2", "nanoKONTROL2"), ("APC MINI", "APC mini"), ("Launchpad X LPX MIDI In", "Launchpad"),
     ("Launchkey Mini", "Generic")],
)  # fmt: skip
def test_a_profile_is_found_by_the_name_of_the_port(device, name):
    assert profile_for(device, shipped()).name == name


def test_the_top_row_of_pads_is_the_first_row_of_scenes():
    for name, note in (("APC mini", 56), ("Launchpad", 81)):
        surface = Surface(PROFILES[name].mappings("D"))
        (act,) = surface.hear(Touch("D", 1, "note", note, 1.0, 127), lambda _name: 0)
        assert act.args == (1,)


def test_a_pad_puts_a_choice_where_it_says():
    surface = Surface(PROFILES["APC mini"].mappings("D"))
    choices = PARAMS["perform.quantum"].choices
    for i, choice in enumerate(choices):
        (turn,) = surface.hear(Touch("D", 1, "note", 82 + i, 1.0, 127), lambda _name: "off")
        assert turn.value == choice
        assert surface.hear(Touch("D", 1, "note", 82 + i, 0.0, 0), lambda _name: "off") == ()


def test_a_button_that_sends_a_cc_goes_over_at_each_press():
    surface = Surface(PROFILES["nanoKONTROL2"].mappings("D"))
    on = True
    for raw, then in ((127, False), (0, False), (127, True)):
        for turn in surface.hear(Touch("D", 1, "cc", 48, raw / 127, raw), lambda _name: on):  # noqa: B023
            on = turn.value
        assert on is then


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"version": 2}, "newer"), ({"controls": 7}, "could not be read"), ({"name": None, "devices": 3}, "be read"),
        ({"controls": [{"cc": 1, "target": "react.loudness"}]}, "names react.loudness"),
        ({"controls": [{"cc": 120, "to": 130, "target": "macro.1"}]}, "nothing here"),
        ({"controls": [{"cc": 1, "target": "macro.1", "mode": "wild"}]}, "be read"),
        ({"lamps": {"dancing": [1, 1]}}, "state"), ({"lamps": {"playing": [1, 200]}}, "be read"),
    ],
)  # fmt: skip
def test_a_spoilt_profile_is_refused(change, sentence):
    with pytest.raises(ControlError, match=sentence):
        read_profile(json.dumps(LINE | change))
