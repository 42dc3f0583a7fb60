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
    assert len({(knob.source, knob.layer) for knob in knobs}) == len(knobs) > 20
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
        assert (act.verb, act.args) == ("pad", (1,))


REACTS = ("react.bass", "react.mid", "react.treble", "react.energy", "react.smoothness", "react.randomness",
          "react.truncation", "perform.glide")  # fmt: skip


@pytest.mark.parametrize(
    ("name", "kind", "numbers", "targets"),
    [
        ("nanoKONTROL2", "cc", range(8), [f"macro.{n}" for n in range(1, 9)]),
        ("nanoKONTROL2", "cc", range(16, 24), REACTS),
        ("nanoKONTROL2", "cc", range(32, 40), [f"do:scene:{n}" for n in range(1, 9)]),
        ("nanoKONTROL2", "cc", range(48, 56), [f"route.{n}.on" for n in range(1, 9)]),
        ("nanoKONTROL2", "cc", range(64, 68), ["do:record", "do:keep_last", "do:replay", "do:record_video"]),
        ("nanoKONTROL2", "cc", (41, 42, 45, 43, 44, 46, 60, 58, 59),
         ["do:play", "do:freeze", "do:blackout", "do:page_up", "do:page_down", "do:loop", "do:add_point",
          "do:previous_style", "do:next_style"]),
        ("APC mini", "note", range(56, 64), [f"do:pad:{n}" for n in range(1, 9)]),
        ("APC mini", "note", range(8), [f"do:pad:{n}" for n in range(57, 65)]),
        ("APC mini", "cc", range(48, 57), [*(f"macro.{n}" for n in range(1, 9)), "perform.fader"]),
        ("APC mini", "note", range(82, 90), ["perform.quantum"] * 8),
        ("APC mini", "note", range(64, 72),
         ["do:tap", "do:resync", "do:nudge_back", "do:nudge_on", "do:freeze", "do:blackout", "do:deck_a", "do:deck_b"]),
        ("APC mini", "note", (98,), ["layer:held"]),
        ("Launchpad", "note", range(81, 89), [f"do:pad:{n}" for n in range(1, 9)]),
        ("Launchpad", "note", range(11, 19), [f"do:pad:{n}" for n in range(57, 65)]),
        ("Launchpad", "cc", (93, 94, 95, 96, 97, 98, 91),
         ["do:page_up", "do:page_down", "do:tap", "do:resync", "do:freeze", "do:blackout", "layer:switched"]),
        ("Launchpad", "cc", (89, 79), ["do:deck_a", "do:deck_b"]),
        ("Generic", "cc", range(1, 9), [f"macro.{n}" for n in range(1, 9)]),
        ("Generic", "note", (36, 37), ["do:scene:1", "do:scene:2"]),
    ],
)  # fmt: skip
def test_the_numbers_are_those_of_the_design(name, kind, numbers, targets):
    """Section 6.3 of ux.md, line by line."""
    found = {(k.kind, k.number): k.target for k in PROFILES[name].mappings("D") if k.layer == 0}
    assert [found[kind, number] for number in numbers] == list(targets)


def test_with_shift_a_pad_of_the_apc_overwrites_and_faders_are_others():
    surface = Surface(PROFILES["APC mini"].mappings("D"))

    def meant(kind, number, raw):
        return surface.hear(Touch("D", 1, kind, number, raw / 127, raw), lambda _name: 0.0)

    assert meant("note", 98, 127) == ()
    (act,) = meant("note", 57, 127)
    assert (act.verb, act.args) == ("overwrite", (2,))
    (turn,) = meant("cc", 56, 0)
    assert turn.name == "react.energy"
    (tap,) = meant("note", 64, 127)
    assert tap.verb == "tap", "what has nothing on the second layer stays what it is"
    assert meant("note", 98, 0) == ()
    (act,) = meant("note", 57, 127)
    assert act.verb == "pad"


def test_mode_turns_the_columns_of_the_launchpad_into_faders_and_back():
    surface = Surface(PROFILES["Launchpad"].mappings("D"))

    def press(number, kind="note"):
        return surface.hear(Touch("D", 1, kind, number, 1.0, 127), lambda _name: 0.0)

    def mode():
        press(91, "cc")
        surface.hear(Touch("D", 1, "cc", 91, 0.0, 0), lambda _name: 0.0)

    mode()
    places = []
    for row in range(1, 9):
        (turn,) = press(10 * row + 3)
        assert turn.name == "macro.3"
        places.append(turn.value)
    assert places == pytest.approx([n / 7 for n in range(8)], abs=1e-5)
    (turn,) = press(89, "cc")
    assert turn.name == "perform.quantum"
    mode()
    (act,) = press(83)
    assert (act.verb, act.args) == ("pad", (3,))


def test_lamps_of_buttons_are_dark_while_they_are_off():
    """A button of the APC mini knows off, on and blinking alone: the yellow of a pad would be on."""
    apc = PROFILES["APC mini"]
    assert apc.lamps_of("do:freeze")["loaded"] == (1, 0)
    assert apc.lamps_of("do:pad:3")["loaded"] == (1, 5)
    assert PROFILES["nanoKONTROL2"].lamps_of("do:freeze") == PROFILES["nanoKONTROL2"].lamps


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
        ({"button_lamps": {"dancing": [1, 1]}}, "state"),
        ({"controls": [{"cc": 1, "target": "macro.1", "layer": 2}]}, "be read"),
        ({"lamps": {"dancing": [1, 1]}}, "state"), ({"lamps": {"playing": [1, 200]}}, "be read"),
    ],
)  # fmt: skip
def test_a_spoilt_profile_is_refused(change, sentence):
    with pytest.raises(ControlError, match=sentence):
        read_profile(json.dumps(LINE | change))
