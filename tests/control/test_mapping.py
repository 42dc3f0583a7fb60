"""Mappings: ranges, curves, encoders, pads, and a knob that waits until it meets the value."""

import json

import pytest

from app.control.addresses import Act, ControlError, turned
from app.control.mapping import Mapping, Touch, from_json, to_json
from app.control.params import MOST_ROUTES, PARAMS, get, with_value
from app.control.surface import Surface
from app.engine.show.routes import Route
from app.engine.show.show import Scene, Show

KNOB = ("nanoKONTROL2", 1, "cc", 3)
PAD = ("nanoKONTROL2", 1, "note", 36)


class Player:
    """Hands on a surface, and the Show they move."""

    def __init__(self, *mappings: Mapping) -> None:
        self.surface, self.show = Surface(mappings), Show()

    def touch(self, source, raw: int):
        return self.surface.hear(Touch(*source, raw / 127, raw), lambda name: get(self.show, name))

    def turn(self, source, raw: int) -> bool:
        """Did anything move?"""
        moved = self.touch(source, raw)
        for turn in moved:
            self.show = with_value(self.show, turn.name, turned(get(self.show, turn.name), turn))
        return bool(moved)

    @property
    def bass(self) -> float:
        return self.show.scene.react.bass


def knob(target="react.bass", **how) -> Mapping:
    return Mapping(*KNOB, target, **how)


def test_a_knob_moves_nothing_until_it_meets_the_value():
    player = Player(knob())
    at = round(player.bass / 3 * 127)
    assert not player.turn(KNOB, 0)
    assert not player.turn(KNOB, at - 10)
    assert player.surface.waits == ("react.bass", pytest.approx(1.4 / 3))
    assert player.bass == 1.4
    assert player.turn(KNOB, at + 10)  # past it
    assert player.surface.waits is None
    assert player.bass == pytest.approx((at + 10) / 127 * 3)
    assert player.turn(KNOB, 127)
    assert player.turn(KNOB, 0)
    assert player.bass == 0.0


def test_a_knob_waits_again_when_something_else_moved_the_value():
    player = Player(knob())
    player.turn(KNOB, 59)
    assert player.turn(KNOB, 60)
    player.show = with_value(player.show, "react.bass", 3.0)
    assert not player.turn(KNOB, 61)
    assert not player.turn(KNOB, 100)
    assert player.bass == 3.0
    assert player.turn(KNOB, 126)


def test_a_knob_that_does_not_wait_jumps():
    player = Player(knob(takeover="jump"))
    assert player.turn(KNOB, 127)
    assert player.bass == 3.0


def test_another_knob_moves_nothing():
    player = Player(knob(takeover="jump"))
    for other in (("x", 1, "cc", 3), ("nanoKONTROL2", 2, "cc", 3), ("nanoKONTROL2", 1, "cc", 4), PAD):
        assert not player.turn(other, 127)


def test_the_range_is_kept_and_turned_round():
    player = Player(knob(lo=0.75, hi=0.25, takeover="jump"))
    player.turn(KNOB, 0)
    assert player.bass == pytest.approx(2.25)
    player.turn(KNOB, 127)
    assert player.bass == pytest.approx(0.75)


@pytest.mark.parametrize(("curve", "middle"), [("linear", 0.5), ("slow start", 0.25), ("fast start", 0.7071)])
def test_curves_bend_the_way_and_know_it_back(curve, middle):
    bent = knob(curve=curve)
    assert bent.reach(0.5) == pytest.approx(middle, abs=1e-4)
    for u in (0.0, 0.2, 0.5, 1.0):
        assert bent.reach(bent.place(u)) == pytest.approx(u)


@pytest.mark.parametrize(
    ("mode", "up", "down"), [("two's complement", 1, 127), ("sign bit", 1, 65), ("offset", 65, 63)]
)
def test_an_encoder_goes_on_from_where_the_value_is(mode, up, down):
    player = Player(knob(mode=mode))
    player.turn(KNOB, up)
    assert player.bass == pytest.approx(1.4 + 3 / 127)
    player.turn(KNOB, down)
    player.turn(KNOB, down)
    assert player.bass == pytest.approx(1.4 - 3 / 127)
    for _ in range(200):
        player.turn(KNOB, down)
    assert player.bass == 0.0


def test_an_encoder_is_turned_round_and_held_within_its_range():
    player = Player(knob(mode="offset", lo=0.5, hi=0.25))
    player.turn(KNOB, 65)
    assert player.bass == pytest.approx(1.4 - 3 / 127)
    player.turn(KNOB, 64 - 60)
    assert player.bass == pytest.approx(1.5)


def test_an_encoder_at_rest_says_nothing():
    assert not Player(knob(mode="offset")).turn(KNOB, 64)
    assert not Player(knob(mode="sign bit")).turn(KNOB, 64)


def test_an_encoder_steps_through_whole_numbers_and_choices():
    player = Player(knob("react.point_amount", mode="two's complement"))
    player.turn(KNOB, 2)
    assert player.show.scene.react.point_amount == 8
    player = Player(knob("react.interpolation", mode="two's complement"))
    player.turn(KNOB, 126)
    assert player.show.scene.react.interpolation == "linear"


def test_a_knob_divides_choices_and_flips_flags_at_the_middle():
    player = Player(knob("react.interpolation"))
    player.turn(KNOB, 0)
    assert player.show.scene.react.interpolation == "nearest"
    player = Player(knob("react.drums"))
    player.turn(KNOB, 63)
    assert player.show.scene.react.drums is False
    player.turn(KNOB, 64)
    assert player.show.scene.react.drums is True


def test_a_pad_flips_a_flag_and_holds_a_fader():
    player = Player(Mapping(*PAD, "react.drums"), Mapping(*PAD, "react.bass", hi=0.5))
    player.turn(PAD, 100)
    assert (player.show.scene.react.drums, player.bass) == (False, 1.5)
    player.turn(PAD, 0)
    assert (player.show.scene.react.drums, player.bass) == (False, 0.0)


def test_a_pad_acts_once_a_press_and_a_pedal_once_past_its_middle():
    player = Player(Mapping(*PAD, "do:scene:3"), Mapping(*KNOB, "do:freeze"))
    assert player.touch(PAD, 100) == (Act("scene", (3,)),)
    assert player.touch(PAD, 0) == ()
    assert [len(player.touch(KNOB, raw)) for raw in (10, 70, 127, 80, 20, 127)] == [0, 1, 0, 0, 0, 1]


def test_learning_gives_one_knob_to_a_target_and_says_what_else_it_moves():
    surface = Surface()
    surface.learn(Touch(*KNOB, 0.5), "react.bass")
    surface.learn(Touch(*PAD, 0.5), "react.mid")
    made = surface.learn(Touch(*KNOB, 0.5), "react.mid")
    assert surface.mappings == (knob(), made)
    assert surface.also(made) == ("react.bass",)
    surface.change(0, hi=0.5)
    assert surface.of("react.bass") == knob(hi=0.5)
    surface.remove(0)
    surface.forget("react.mid")
    assert surface.mappings == ()


def test_a_range_that_is_dragged_leaves_nothing_behind():
    surface = Surface((knob(takeover="jump"),))
    for i in range(100):
        surface.change(0, hi=0.5 + i / 250)
        surface.hear(Touch(*surface.mappings[0].source, i / 127), lambda _name: 1.0)
    assert list(surface._hands) == list(surface.mappings)


def test_a_profile_comes_back_as_it_was():
    kept = (knob(lo=0.1, mode="offset"), Mapping(*PAD, "do:scene:3", takeover="jump"))
    assert from_json(to_json(kept)) == kept


@pytest.mark.parametrize(
    "spoilt",
    [
        "", "[]", "{}", '{"version": 1}', '{"version": 2, "mappings": []}', '{"version": 1, "mappings": [7]}',
        '{"version": 1, "mappings": [{}]}',
        *(json.dumps({"version": 1, "mappings": [{"device": "x", "channel": 1, "kind": "cc", "number": 3,
                                                  "target": "react.bass"} | wrong]})
          for wrong in ({"target": "react.loudness"}, {"target": 3}, {"kind": "sysex"}, {"mode": "x"}, {"lo": 2},
                        {"lo": "a"}, {"channel": "1"}, {"takeover": "x"}, {"device": None}, {"curve": []})),
    ],
)  # fmt: skip
def test_a_spoilt_profile_is_refused_in_one_sentence(spoilt):
    with pytest.raises(ControlError):
        from_json(spoilt)


def test_every_parameter_can_be_mapped():
    routes = (Route("bass", "hue"),) * MOST_ROUTES
    for name, p in PARAMS.items():
        if not p.in_show:
            continue
        player = Player(knob(name, takeover="jump"))
        player.show = Show(scenes=(Scene(routes=routes),))
        for raw in (0, 127):
            player.turn(KNOB, raw)
        assert get(player.show, name) == p.from_unit(1.0)


def test_a_knob_on_a_route_that_is_not_there_moves_nothing():
    player = Player(knob("route.1.depth", takeover="jump"))
    assert not player.turn(KNOB, 127)


# takeover by share


def test_a_knob_that_scales_moves_the_value_by_its_share_and_both_end_together():
    player = Player(knob(takeover="scale"))
    player.show = with_value(player.show, "react.bass", 0.6)  # at 0.2 of its way
    assert not player.turn(KNOB, 64), "where the knob stands is known now, and nothing moved"
    assert player.surface.waits is None
    assert player.turn(KNOB, 95)
    share = (95 - 64) / (127 - 64)
    assert player.bass == pytest.approx(3 * (0.2 + share * 0.8))
    player.turn(KNOB, 127)
    assert player.bass == 3.0
    player.turn(KNOB, 60)
    assert player.bass == pytest.approx(3 * 60 / 127), "they have met, and are one"
    player.turn(KNOB, 0)
    assert player.bass == 0.0


def test_a_knob_that_scales_does_not_stick_at_whole_numbers():
    player = Player(knob("react.point_amount", takeover="scale"))
    player.show = with_value(player.show, "react.point_amount", 32)
    for raw in range(100, -1, -1):
        player.turn(KNOB, raw)
    assert player.show.scene.react.point_amount == 1


def test_a_knob_that_scales_goes_on_from_what_something_else_did():
    player = Player(knob(takeover="scale"))
    player.turn(KNOB, 0)
    player.turn(KNOB, 64)
    player.show = with_value(player.show, "react.bass", 3.0)
    player.turn(KNOB, 32)
    assert player.bass == pytest.approx(1.5)


# how a press is read


@pytest.mark.parametrize("source", [PAD, KNOB])
@pytest.mark.parametrize(
    ("mode", "target", "after"),
    [
        ("momentary", "react.drums", [True, False, True, False]),
        ("momentary", "react.bass", [3.0, 0.0, 3.0, 0.0]),
        ("trigger", "react.bass", [3.0, 3.0, 3.0, 3.0]),
        ("toggle", "react.bass", [3.0, 3.0, 0.0, 0.0]),
        ("toggle", "react.drums", [False, False, True, True]),
        ("step", "react.interpolation", ["nearest", "nearest", "linear", "linear"]),
        ("step", "react.bass", [1.775, 1.775, 2.15, 2.15]),
        ("step", "react.point_amount", [7, 7, 8, 8]),
    ],
)
def test_a_press_is_read_as_it_was_said(source, mode, target, after):
    player, seen = Player(Mapping(*source, target, mode=mode)), []
    for raw in (127, 0, 127, 0):
        player.turn(source, raw)
        seen.append(get(player.show, target))
    assert seen == [pytest.approx(one) if isinstance(one, float) else one for one in after]


def test_a_press_that_steps_begins_again_behind_the_end():
    player = Player(Mapping(*PAD, "react.bass", mode="step"))
    player.show = with_value(player.show, "react.bass", 2.625)
    for expected in (3.0, 0.0):
        player.turn(PAD, 100)
        player.turn(PAD, 0)
        assert player.bass == expected


def test_what_has_a_state_may_last_as_long_as_the_press():
    player = Player(Mapping(*PAD, "do:blackout", mode="momentary"), Mapping(*KNOB, "do:tap", mode="momentary"))
    assert [player.touch(PAD, raw) for raw in (100, 0)] == [(Act("blackout", (1,)),), (Act("blackout", (0,)),)]
    assert [player.touch(KNOB, raw) for raw in (127, 0)] == [(Act("tap"),), ()]


def test_choices_share_the_way_evenly():
    player, seen = Player(knob("react.interpolation")), []
    for raw in range(128):
        player.turn(KNOB, raw)
        seen.append(player.show.scene.react.interpolation)
    assert [seen.count(choice) for choice in ("nearest", "linear", "quadratic", "cubic")] == [32, 32, 32, 32]


# 14 bits


def halves(value: int) -> tuple:
    """What a control of 14 bits sends for *value*."""
    return ((("K", 1, "cc", 3), value >> 7), (("K", 1, "cc", 35), value & 127))


def test_a_control_of_14_bits_is_recognised_as_it_is_learnt_and_moves_finely():
    player = Player()
    first, second = halves(8000), halves(8200)
    made = player.surface.learn(Touch(*first[0][0], 62 / 127, 62), "react.bass")
    assert made.kind == "cc"
    grown = [player.surface.grown(Touch(*source, raw / 127, raw)) for source, raw in (first[1], *second)]
    assert grown[:2] == [None, None]
    assert grown[2] == Mapping("K", 1, "cc14", 3, "react.bass") == player.surface.of("react.bass")
    assert grown[2].source_words == "CC 3 and 35 · channel 1"
    player.surface.change(0, takeover="jump")
    for value in (5000, 5001, 9000, 8999, 16383, 0):
        for source, raw in halves(value):
            player.turn(source, raw)
        assert player.bass == pytest.approx(3 * value / 16383, abs=1e-9)


def test_between_its_halves_a_control_of_14_bits_goes_no_way_back():
    player, seen = Player(Mapping("K", 1, "cc14", 3, "react.bass", takeover="jump")), []
    for value in (*range(5000, 5400, 60), *range(5400, 5000, -60)):
        for source, raw in halves(value):
            player.turn(source, raw)
            seen.append(player.bass)
    seen.pop(0)  # of one half alone nothing is known
    top = seen.index(max(seen))
    assert seen[: top + 1] == sorted(seen[: top + 1])
    assert seen[top:] == sorted(seen[top:], reverse=True)


@pytest.mark.parametrize(
    "then",
    [[(3, 64), (3, 65)], [(35, 127), (35, 0)], [(35, 127), (7, 0), (3, 1), (35, 2)], [(4, 0), (35, 1)]],
    ids=["one CC alone", "a button of that number", "another between", "another first"],
)
def test_a_control_of_7_bits_stays_one(then):
    surface = Surface()
    made = surface.learn(Touch("K", 1, "cc", 3, 0.5, 63), "react.bass")
    assert [surface.grown(Touch("K", 1, "cc", number, raw / 127, raw)) for number, raw in then] == [None] * len(then)
    assert surface.of("react.bass") == made


def test_mappings_that_an_older_window_kept_wait_or_jump_as_they_did():
    kept = {"device": "x", "channel": 1, "kind": "cc", "number": 3, "target": "react.bass"}
    old = json.dumps({"version": 1, "mappings": [kept | {"pickup": True}, kept | {"pickup": False}]})
    assert [mapping.takeover for mapping in from_json(old)] == ["pick up", "jump"]
