"""The second layer of a controller: held or switched, learnt, kept, and never a jump or a pad that hangs."""

import json

from app.control.addresses import HELD, SWITCHED, address_of, is_target, label_of
from app.control.mapping import Mapping, Touch, from_json, to_json
from app.control.surface import Surface

SHIFT = Mapping("D", 1, "note", 98, HELD)


def surface(*mappings: Mapping) -> Surface:
    return Surface((SHIFT, *mappings))


def note(made: Surface, number: int, down: bool, device: str = "D"):
    return made.hear(Touch(device, 1, "note", number, float(down), 127 * down), lambda _name: 0.5)


def knob(made: Surface, number: int, raw: int, now: float):
    return [turn.value for turn in made.hear(Touch("D", 1, "cc", number, raw / 127, raw), lambda _name: now)]


def test_a_layer_can_be_given_to_a_button_and_has_a_name_but_no_address():
    assert is_target(HELD)
    assert is_target(SWITCHED)
    assert (label_of(HELD), label_of(SWITCHED)) == ("Shift", "Mode")
    assert address_of(HELD) == ""


def test_a_pad_that_goes_up_after_shift_is_let_go_of_where_it_went_down():
    held = Mapping("D", 1, "note", 5, "do:blackout", mode="momentary", layer=1)
    made = surface(Mapping("D", 1, "note", 5, "do:scene:1"), held)
    note(made, 98, True)
    assert [act.args for act in note(made, 5, True)] == [(1,)]
    note(made, 98, False)
    assert [(act.verb, act.args) for act in note(made, 5, False)] == [("blackout", (0,))], "else it stays black"
    assert [act.verb for act in note(made, 5, True)] == ["scene"]


def test_the_shift_of_one_device_is_not_that_of_another():
    other = Mapping("E", 1, "note", 5, "do:scene:2")
    made = surface(other, Mapping("E", 1, "note", 5, "do:tap", layer=1))
    note(made, 98, True)
    assert [act.verb for act in note(made, 5, True, "E")] == ["scene"]


def test_a_fader_that_was_moved_with_shift_waits_again_without_it():
    made = surface(Mapping("D", 1, "cc", 7, "macro.1"), Mapping("D", 1, "cc", 7, "react.energy", layer=1))
    assert knob(made, 7, 64, 64 / 127) == [64 / 127]
    note(made, 98, True)
    assert knob(made, 7, 20, 20 / 127) == [20 / 127]
    note(made, 98, False)
    assert knob(made, 7, 10, 64 / 127) == [], "it was not there when the fader was moved: nothing jumps"
    assert made.waits == ("macro.1", 64 / 127)
    assert knob(made, 7, 90, 64 / 127) == [90 / 127]


def test_a_knob_that_has_one_layer_keeps_what_it_holds():
    made = surface(Mapping("D", 1, "cc", 8, "macro.2"))
    assert knob(made, 8, 64, 64 / 127) == [64 / 127]
    note(made, 98, True)
    assert knob(made, 8, 100, 64 / 127) == [100 / 127], "what has nothing on the second layer goes on"


def test_what_is_learnt_with_shift_is_of_the_second_layer():
    made = surface(Mapping("D", 1, "note", 5, "do:scene:1"))
    note(made, 98, True)
    learnt = made.learn(Touch("D", 1, "note", 5, 1.0, 127), "do:tap")
    assert (learnt.layer, learnt.source_words) == (1, "Shift + Note 5 · channel 1")
    assert made.also(learnt) == (), "without Shift it is another control"
    assert made.turns_layers(Touch("D", 1, "note", 98, 1.0, 127))


def test_each_device_has_a_shift_of_its_own():
    made = surface()
    made.learn(Touch("E", 1, "note", 1, 1.0, 127), HELD)
    made.learn(Touch("D", 1, "note", 2, 1.0, 127), HELD)
    assert {(m.device, m.number) for m in made.mappings} == {("E", 1), ("D", 2)}


def test_a_device_that_is_pulled_out_while_shift_is_down_comes_back_without_it():
    made = surface(Mapping("D", 1, "note", 5, "do:scene:1"), Mapping("D", 1, "note", 5, "do:tap", layer=1))
    note(made, 98, True)
    made.settle(())
    made.settle(("D",))
    assert [act.verb for act in note(made, 5, True)] == ["scene"]
    note(made, 98, True)
    made.mappings = made.mappings[1:]
    made.settle(("D",))
    assert [act.verb for act in note(made, 5, True)] == ["scene"], "nothing is left that could end it"


def test_layers_are_kept_and_older_mappings_are_of_the_first():
    kept = (SHIFT, Mapping("D", 1, "note", 5, "do:tap", layer=1))
    assert from_json(to_json(kept)) == kept
    old = json.loads(to_json(kept[1:]))
    del old["mappings"][0]["layer"]
    assert from_json(json.dumps(old))[0].layer == 0
