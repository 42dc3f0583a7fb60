"""Key maps: changed, in conflict, kept as text and refused in one sentence."""

import json

import pytest

from app.control.actions import ACTIONS
from app.control.addresses import ControlError
from app.control.keymap import Keymap, from_json


def test_no_key_of_the_table_presses_two_things():
    found = {(key, name): Keymap().holders(key, name) for name, action in ACTIONS.items() for key in action.keys}
    assert {who: others for who, others in found.items() if others} == {}


def test_a_key_is_given_and_taken_from_who_had_it():
    assert Keymap().holders("B", "freeze") == ("blackout",)
    after = Keymap().given("freeze", "B")
    assert after.keys("freeze") == ("F7", "B")
    assert after.keys("blackout") == ("F8",)
    assert after.holders("B", "freeze") == ()


def test_what_is_as_in_the_table_is_not_kept():
    after = Keymap().having("freeze", ()).having("freeze", ("F7",))
    assert dict(after.changed) == {}


def test_a_map_comes_back_from_its_text():
    made = Keymap().given("dice", "Ctrl+Alt+D").given("freeze", "+")
    assert from_json(made.to_json()) == made


def test_a_key_of_ones_own_outlives_a_new_use_of_it_in_the_table():
    kept = json.dumps({"version": 1, "keys": {"dice": ["N"], "still": ["Ctrl+F", "Ctrl+P"]}})
    made = from_json(kept, own=True)
    assert (made.keys("dice"), made.keys("snap")) == (("N",), ())
    assert made.keys("palette") == ("Ctrl+Shift+P", "F3")
    with pytest.raises(ControlError, match="would press two things"):
        from_json(kept)
    twice = json.dumps({"version": 1, "keys": {"dice": ["N"], "still": ["N"]}})
    with pytest.raises(ControlError, match="would press two things"):
        from_json(twice, own=True)


def test_what_another_version_had_is_left_out():
    assert from_json(json.dumps({"version": 1, "keys": {"fly": ["F3"], "dice": ["J"]}})).keys("dice") == ("J",)


@pytest.mark.parametrize("key", ["Esc", "Tab", "", "Hyper+X", "two keys"])
def test_some_keys_cannot_be_given(key):
    with pytest.raises(ControlError, match="cannot be given"):
        Keymap().having("freeze", (key,))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "could not be read"), ("[]", "could not be read"), ("7", "could not be read"),
        ('{"version": 2, "keys": {}}', "newer"), ('{"version": 1, "keys": {"dice": "J"}}', "no keys"),
        ('{"version": 1, "keys": {"dice": ["B"]}}', "two things: Roll the dice and Blackout"),
        ('{"version": 1, "keys": {"dice": ["1", "2", "3", "4", "5"]}}', "at most 4"),
    ],
)  # fmt: skip
def test_spoilt_text_is_refused(text, sentence):
    with pytest.raises(ControlError, match=sentence):
        from_json(text)
