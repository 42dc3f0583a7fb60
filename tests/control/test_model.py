"""The ParamModel: one way to every value, told once to who listens, with whose doing it was."""

from dataclasses import replace

import pytest

from app.control.model import ParamModel
from app.control.params import PARAMS, get, with_value
from app.engine.errors import ShowError
from app.engine.show.routes import Route
from app.engine.show.show import Scene, Show


class Stage:
    """A Show with edits, a fader, and what was told."""

    def __init__(self) -> None:
        self.show, self.edits, self.told, self.fader = Show(), [], [], 0.25
        self.params = ParamModel(lambda: self.show, self.edit)
        self.params.keep("perform.fader", lambda: self.fader, self.put)
        self.params.listen(lambda *change: self.told.append(change))

    def edit(self, text, after, merge) -> None:
        self.show = after
        self.edits.append((text, merge))
        self.params.look()

    def put(self, value) -> None:
        self.fader = value


def test_a_change_is_told_once_with_its_origin():
    stage = Stage()
    stage.params.set("react.bass", 2.0, "OSC", merge="sweep")
    stage.params.set("react.bass", 2.0, "MIDI")
    assert stage.told == [("react.bass", 2.0, "OSC")]
    assert stage.edits == [("Change bass", "sweep")]


def test_what_is_performed_is_no_edit():
    stage = Stage()
    stage.params.set("perform.fader", 7.0, "MIDI")
    assert stage.params.value("perform.fader") == 1.0
    assert (stage.told, stage.edits) == ([("perform.fader", 1.0, "MIDI")], [])


def test_an_edit_by_another_way_is_told_too():
    stage = Stage()
    with stage.params.by("undo"):
        stage.edit("Undo", with_value(stage.show, "finish.hue", 0.25), "")
    stage.edit("Something", with_value(stage.show, "finish.hue", 0.5), "")
    assert stage.told == [("finish.hue", 0.25, "undo"), ("finish.hue", 0.5, "hand")]


def test_many_are_one_edit_and_one_that_is_wrong_spoils_all():
    stage = Stage()
    stage.params.set_all({"react.bass": 1.0, "macro.2": 0.5, "perform.fader": 0.75}, "take", text="Take")
    assert stage.edits == [("Take", "")]
    assert {name: value for name, value, _by in stage.told} == {
        "react.bass": 1.0, "macro.2": 0.5, "perform.fader": 0.75}  # fmt: skip
    before = stage.show
    with pytest.raises(ShowError):
        stage.params.set_all({"perform.fader": 0.0, "react.bass": 3.0, "route.9.depth": 1.0})
    assert (stage.show, stage.fader) == (before, 0.75)


def test_a_route_that_comes_brings_its_parameters():
    stage = Stage()
    assert not stage.params.has("route.1.depth")
    stage.edit("Add", Show(scenes=(Scene(routes=(Route("bass", "hue"),)),)), "")
    assert stage.params.has("route.1.depth")
    assert ("route.1.depth", 0.3, "hand") in stage.told


def test_who_stops_listening_hears_nothing_more():
    stage, heard = Stage(), []
    stop = stage.params.listen(lambda *change: heard.append(change))
    stop()
    stage.params.set("react.bass", 2.0)
    assert heard == []


def test_a_listener_may_set_another():
    stage = Stage()

    def follow(name, value, origin) -> None:
        if name == "react.bass":
            stage.params.set("react.mid", value, "take")

    stage.params.listen(follow)
    stage.params.set("react.bass", 2.5, "hand")
    assert get(stage.show, "react.mid") == 2.5
    assert stage.told.count(("react.mid", 2.5, "take")) == 1


def test_all_that_is_settable_has_a_value_where_it_stands():
    stage = Stage()
    names = stage.params.names()
    assert "perform.fader" in names
    assert "perform.glide" not in names, "nobody keeps it here"
    assert [name for name in names if not PARAMS[name].in_show] == ["perform.fader"]
    assert all(PARAMS[name].valid(stage.params.value(name)) == stage.params.value(name) for name in names)


def test_what_is_performed_may_edit_the_show_itself():
    """As the tempo of a song does."""
    stage = Stage()

    def put(bpm) -> None:
        stage.edit("Tempo", replace(stage.show, grid=replace(stage.show.grid, bpm=bpm)), "bpm")

    stage.params.keep("tempo.bpm", lambda: stage.show.grid.bpm, put)
    stage.params.set_all({"tempo.bpm": 113.0, "react.bass": 1.0}, "OSC")
    assert (stage.params.value("tempo.bpm"), stage.params.value("react.bass")) == (113.0, 1.0)
    assert len(stage.edits) == 2
