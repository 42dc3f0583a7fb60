"""The layout: kept with a version until the next start, and put back as a fresh profile has it."""

import json

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

from app.ui import theme
from app.ui.layout import VERSION, Layout, Part
from app.ui.main_window import MainWindow
from app.ui.settings import Settings


@pytest.fixture
def make(qtbot, qapp, studio):
    if not qapp.styleSheet():
        theme.apply(qapp)
    made = []

    def make(size=(1440, 900)):
        window = MainWindow(studio.document, studio, Settings())
        qtbot.addWidget(window)
        window.resize(*size)
        made.append(window)
        return window

    yield make
    studio.on_air.set(False)
    for window in made:
        window.close()
    studio.document.close()


def _stand_otherwise(window):
    window.resize(1300, 800)
    window.left.bring("Songs")
    window.right.bring("React")
    window.react.show_level(1)
    window.finish.open_only(["Light"])
    window.map.show_table()
    window.actions_by_id["hud"].trigger()


def _stand(window):
    parts = window.finish.opened(), window.map.tabled, window.actions_by_id["hud"].isChecked()
    return window.size().toTuple(), window.left.front(), window.right.front(), window.react.level, *parts


FRESH = ((1440, 900), "Scenes", "Map", 0, ["Picture", "Feedback and trails"], False, False)


def test_a_fresh_profile_has_nothing_to_restore(make):
    window = make()
    assert not window.standing.restore()
    assert _stand(window) == FRESH


def test_the_window_stands_as_it_was_left(make, monkeypatch):
    window, sizes = make(), []
    window.show()
    _stand_otherwise(window)
    window.standing.keep()
    monkeypatch.setattr(MainWindow, "restoreGeometry", lambda _window, kept: sizes.append(kept))  # the display is small
    again = make()
    assert again.standing.restore()
    again.show()
    assert _stand(again)[1:] == _stand(window)[1:] == ("Songs", "React", 1, ["Light"], True, True)
    assert sizes == [window.saveGeometry()]


@pytest.mark.parametrize("change", [{"version": VERSION + 1}, {"version": None}, {"parts": 3}, {"geometry": "é"}])
def test_what_another_version_kept_is_ignored_without_a_word(make, studio, change):
    window = make()
    window.show()
    _stand_otherwise(window)
    window.standing.keep()
    settings = Settings()
    settings.layout = json.dumps({**json.loads(settings.layout), **change})
    told = []
    studio.told.connect(lambda *words: told.append(words))
    again = make()
    assert not again.standing.restore()
    assert _stand(again) == FRESH
    assert told == []


@pytest.mark.parametrize("text", ["{", "7", "null", '"a"'])
def test_a_broken_file_is_no_layout(qtbot, text):
    settings, window = Settings(), QWidget()
    qtbot.addWidget(window)
    settings.layout = text
    assert not Layout(window, settings, {}).restore()


def test_what_is_not_of_its_kind_changes_nothing():
    put = []
    part = Part(lambda: 0, put.append, 0)
    part.bring("one")
    part.bring(None)
    part.bring(1)
    assert put == [1]


def test_reset_brings_back_what_a_fresh_profile_shows(make, studio):
    window = make()
    window.show()
    _stand_otherwise(window)
    window.show_workspace("export")
    window.timeline.axis.show(4.0, 8.0)
    window.actions_by_id["preferences"].trigger()
    window.actions_by_id["reset_layout"].trigger()
    assert _stand(window) == FRESH
    assert window.workspaces.name == "create"
    assert (window.timeline.axis.start, window.timeline.axis.end) == (0.0, studio.duration)
    assert not window.appearance.page.isVisible()


def test_reset_leaves_the_full_screen(make):
    window = make()
    window.show()
    window.actions_by_id["fullscreen"].trigger()
    window.actions_by_id["reset_layout"].trigger()
    assert not window.isFullScreen()
    assert not window.actions_by_id["fullscreen"].isChecked()


def test_reset_leaves_what_the_audience_sees(make, studio):
    window = make()
    window.show()
    window.actions_by_id["output"].trigger()
    studio.on_air.set(True)
    before = window.output.geometry(), window.output.isVisible(), window.output.screen()
    window.actions_by_id["reset_layout"].trigger()
    assert (window.output.geometry(), window.output.isVisible(), window.output.screen()) == before
    assert studio.on_air.on


def test_reset_is_no_edit(make, studio):
    window = make()
    window.show()
    show, steps = studio.document.show, studio.document.undo_stack.count()
    window.actions_by_id["reset_layout"].trigger()
    assert (studio.document.show, studio.document.undo_stack.count()) == (show, steps)


def test_on_stage_the_layout_is_locked(make):
    window = make()
    window.show()
    window.show_workspace("perform")
    assert not window.actions_by_id["reset_layout"].isEnabled()
    window.show_workspace("create")
    assert window.actions_by_id["reset_layout"].isEnabled()


def test_where_both_share_one_column_what_was_in_front_stays(make):
    window = make()
    window.show()
    window.left.bring("Points")
    window.resize(QSize(1100, 700))
    assert (window.left.front(), window.right.front()) == ("", "Points")
    window.resize(QSize(1440, 900))
    assert (window.left.front(), window.right.front()) == ("Points", "Map")
