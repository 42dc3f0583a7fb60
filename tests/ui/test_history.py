"""The history: it names each step, marks the present one, goes where it is asked, and costs nothing while hidden."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.ui.history import History


@pytest.fixture
def history(qtbot, studio):
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(1440, 900)
    made = History(studio.document, window)
    window.show()
    for value in (0.5, 1.0, 1.5):
        studio.document.edit_scene(f"Bass {value}", react=_react(studio, value))
    return made


def _react(studio, bass):
    return replace(studio.document.show.scene.react, bass=bass)


def _bass(studio):
    return studio.document.show.scene.react.bass


def _names(history):
    model = history.steps.model()
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def _click(qtbot, history, row):
    box = history.steps.visualRect(history.steps.model().index(row, 0))
    qtbot.mouseClick(history.steps.viewport(), Qt.MouseButton.LeftButton, pos=box.center())


def test_every_step_stands_by_its_name_and_the_present_one_is_marked(history, studio):
    history.toggle()
    assert _names(history) == ["Before the first step", "Bass 0.5", "Bass 1.0", "Bass 1.5"]
    assert history.steps.currentIndex().row() == 3
    studio.document.undo_stack.undo()
    assert history.steps.currentIndex().row() == 2


def test_a_click_goes_there_and_back_again(qtbot, history, studio):
    before = studio.document.show
    history.toggle()
    _click(qtbot, history, 1)
    assert _bass(studio) == 0.5
    assert studio.document.undo_stack.index() == 1
    _click(qtbot, history, 3)
    assert studio.document.show == before


def test_however_far_it_goes_only_the_end_is_played_and_looked_at(qtbot, history, studio):
    seen, played = [], []
    studio.document.watch(lambda show: seen.append(show.scene.react.bass), "scene.react")
    studio.document.changed.connect(lambda show: played.append(show.scene.react.bass))
    history.toggle()
    seen.clear()
    _click(qtbot, history, 0)
    assert seen == played == [_bass(studio)]
    assert studio.document.undo_stack.index() == 0


def test_keys_come_to_it_and_go_step_by_step(qtbot, history, studio):
    history.toggle()
    assert history.steps.hasFocus()
    qtbot.keyClick(history.steps, Qt.Key.Key_Up)
    assert _bass(studio) == 1.0
    qtbot.keyClick(history.steps, Qt.Key.Key_Home)
    assert studio.document.undo_stack.index() == 0
    qtbot.keyClick(history.steps, Qt.Key.Key_Escape)
    assert not history.isVisible()


def test_a_letter_looks_for_no_step(qtbot, history, studio):
    history.toggle()
    qtbot.keyClick(history.steps, Qt.Key.Key_B)
    assert studio.document.undo_stack.index() == 3


def test_an_edit_after_going_back_takes_the_place_of_what_came_later(qtbot, history, studio):
    history.toggle()
    _click(qtbot, history, 1)
    studio.document.edit_scene("Bass 2.0", react=_react(studio, 2.0))
    assert _names(history)[1:] == ["Bass 0.5", "Bass 2.0"]


def test_hidden_it_follows_nothing(history, studio):
    history.toggle()
    history.toggle()
    assert history.steps.stack() is not studio.document.undo_stack
    studio.document.edit_scene("Bass 2.0", react=_react(studio, 2.0))
    assert history.steps.model().rowCount() <= 1
    history.toggle()
    assert _names(history)[-1] == "Bass 2.0"


def test_the_step_that_is_in_a_file_is_known_by_it(history, studio, tmp_path):
    history.toggle()
    assert history.steps.saved_row() == -1
    studio.document.saved_as(tmp_path / "a.anthesis")
    assert history.steps.saved_row() == 3


@pytest.mark.parametrize("size", [(1024, 640), (1440, 900), (1920, 1080)])
def test_it_leaves_what_plays_and_the_status_free(history, size):
    history.toggle()
    history.parentWidget().resize(*size)
    assert history.geometry().top() >= 72
    assert history.geometry().bottom() < size[1] - 40
