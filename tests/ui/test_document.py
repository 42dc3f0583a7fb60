"""The document: one undo step an edit, one a drag, and undoing everything gives the start again."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtGui import QUndoStack

from app.control.params import PARAMS
from app.engine.errors import ShowError
from app.engine.show.factory import new_show
from app.engine.show.routes import Route
from app.engine.show.show import Path, Point, Scene, Section, Show, StyleRef
from app.ui.document import Document


@pytest.fixture
def document(qtbot) -> Document:
    return Document(new_show(StyleRef("Bloom", "ab" * 32)))


def test_an_edit_is_one_step_and_comes_back(document, qtbot):
    before = document.show
    with qtbot.waitSignal(document.changed):
        document.set_param("react.bass", 2.5)
    assert document.show.scene.react.bass == 2.5
    document.undo_stack.undo()
    assert document.show == before
    document.undo_stack.redo()
    assert document.show.scene.react.bass == 2.5


def test_a_drag_of_a_hundred_steps_is_one_undo(document):
    for i in range(100):
        document.set_param("react.pulse", i / 100)
    document.end_merge()
    document.set_param("react.pulse", 0.5)
    assert document.undo_stack.count() == 2
    document.undo_stack.undo()
    assert document.show.scene.react.pulse == pytest.approx(0.99)


def test_a_drag_that_comes_back_leaves_nothing_to_undo(document):
    start = document.show.scene.react.bass
    for value in (start + 0.1, start + 0.2, start):
        document.set_param("react.bass", value)
    assert document.undo_stack.count() == 0


def test_different_parameters_never_fold(document):
    document.set_param("react.bass", 1.0)
    document.set_param("react.mid", 1.0)
    assert document.undo_stack.count() == 2


def test_nonsense_changes_nothing(document):
    before = document.show
    for name, value in (("react.bass", float("nan")), ("react.bass", "loud"), ("react.interpolation", "wavy")):
        with pytest.raises(ShowError):
            document.set_param(name, value)
    assert document.show is before
    assert document.undo_stack.count() == 0


def test_an_edit_to_the_same_value_is_no_edit(document):
    document.edit("nothing", document.show)
    assert document.undo_stack.count() == 0


def test_two_hundred_edits_of_everything_undo_and_redo(document):
    """ux.md check 14: the state is the start after undoing all, and the end after redoing all."""
    rng = np.random.default_rng(8)
    start = document.show
    for _ in range(200):
        random_edit(document, rng)
        if rng.random() < 0.3:
            document.end_merge()
    end, steps = document.show, document.undo_stack.count()
    assert steps > 100
    assert end != start
    while document.undo_stack.canUndo():
        document.undo_stack.undo()
    assert document.show == start
    while document.undo_stack.canRedo():
        document.undo_stack.redo()
    assert document.show == end
    assert isinstance(document.undo_stack, QUndoStack)


def random_edit(document: Document, rng: np.random.Generator) -> None:
    """A parameter, a section, a waypoint, a route or a scene, changed as the widgets change them."""
    show, kind = document.show, int(rng.integers(0, 6))
    if kind <= 1:
        param = PARAMS[str(rng.choice(document.params.names()))]
        document.set_param(param.id, param.from_unit(float(rng.random())))
    elif kind == 2:
        cut = float(rng.uniform(1, 9))
        document.edit(
            "Move section", replace(show, sections=(Section(0, cut, "A"), Section(cut, 10, "B"))), "section:0"
        )
    elif kind == 3:
        point = Point(float(rng.uniform(0, 9)), (tuple(rng.standard_normal(4)),))
        document.edit_scene("Move point", path=Path(1, (*show.scene.path.points, point)[-5:]))
    elif kind == 4:
        route = Route("bass", "hue", depth=float(rng.uniform(-1, 1)))
        document.edit_scene("Route", merge="route:0", routes=(*show.scene.routes[:3], route))
    else:
        document.edit("Play", replace(show, active=int(rng.integers(0, len(show.scenes)))))


def test_undo_is_told_as_undo_and_a_launch_as_another_scene(document):
    told = []
    document.params.listen(lambda *change: told.append(change))
    was = document.show.scene.react.bass
    document.set_param("react.bass", 2.5)
    document.undo_stack.undo()
    document.undo_stack.redo()
    assert told == [("react.bass", 2.5, "hand"), ("react.bass", was, "undo"), ("react.bass", 2.5, "undo")]
    told.clear()
    document.play(1)
    assert told
    assert {by for _name, _value, by in told} == {"scene"}


def test_opening_a_show_is_saved_work_and_what_stood_there_comes_back(document, tmp_path, qtbot):
    document.saved_as(tmp_path / "mine.anthesis")
    document.set_param("react.bass", 1.0)
    mine = document.show
    document.select(1)
    with qtbot.waitSignal(document.file_changed):
        document.open(new_show(StyleRef()), tmp_path / "other.anthesis")
    assert document.undo_stack.isClean()
    assert document.selected == -1
    assert document.file == tmp_path / "other.anthesis"
    document.undo_stack.undo()
    assert document.show == mine
    assert document.file == tmp_path / "mine.anthesis"
    assert not document.undo_stack.isClean()
    document.undo_stack.redo()
    assert document.file == tmp_path / "other.anthesis"
    assert document.undo_stack.isClean()


def test_an_undone_edit_leaves_the_file_it_was_saved_to(document, tmp_path):
    document.set_param("react.bass", 1.0)
    document.saved_as(tmp_path / "mine.anthesis")
    document.undo_stack.undo()
    assert document.file == tmp_path / "mine.anthesis"


@pytest.fixture
def three(document):
    """A document of three scenes, of which the first plays."""
    document.open(Show(scenes=(Scene("a"), Scene("b"), Scene("c"))))
    return document


def test_undo_never_switches_the_scene_that_plays(three):
    three.set_param("react.bass", 2.0)
    three.play(1)
    three.set_param("react.bass", 3.0)
    three.undo_stack.undo()
    assert (three.show.active, three.show.scene.react.bass) == (1, Scene().react.bass)
    three.undo_stack.undo()
    assert (three.show.active, three.show.scenes[0].react.bass) == (1, Scene().react.bass)
    three.play(2)
    three.undo_stack.redo()
    assert (three.show.active, three.show.scenes[0].react.bass) == (2, 2.0)


def test_a_launch_ends_a_drag_and_leaves_a_saved_show_saved(three, tmp_path):
    three.saved_as(tmp_path / "mine.anthesis")
    three.play(1)
    assert three.undo_stack.isClean()
    for value in (1.0, 1.1):
        three.set_param("react.bass", value)
    three.play(0)
    three.play(1)
    three.set_param("react.bass", 1.2)
    three.undo_stack.undo()
    assert three.show.scene.react.bass == 1.1


def test_scenes_that_come_go_and_move_leave_the_one_that_plays_playing(three):
    a, b, c = three.show.scenes
    three.edit("Move scene", replace(three.show, scenes=(b, a, c), active=1))
    three.play(0)
    three.undo_stack.undo()
    assert three.show.scene == b
    three.edit("Remove scene", replace(three.show, scenes=(b, c), active=0))
    three.play(1)
    three.undo_stack.undo()
    assert three.show.scene == c
    assert len(three.show.scenes) == 3


def test_where_the_scene_that_plays_is_gone_the_one_before_plays(three):
    a, b, c = three.show.scenes
    three.edit("Add scene", replace(three.show, scenes=(a, b, c, Scene("d")), active=3))
    three.play(0)
    three.play(3)
    three.set_param("react.bass", 2.0)
    three.play(2)
    three.play(3)
    three.undo_stack.undo()
    three.undo_stack.undo()
    assert three.show.active == 0


def test_selecting_tells_once(document, qtbot):
    with qtbot.waitSignal(document.selected_changed) as told:
        document.select(2)
    assert told.args == [2]
    with qtbot.assertNotEmitted(document.selected_changed):
        document.select(2)
