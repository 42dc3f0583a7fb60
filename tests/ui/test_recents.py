"""What was open last: twelve of each kind, the kept ones on top, those that are gone not to be pressed."""

from dataclasses import replace

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow, QMenu

from app.engine.stylegan.library import bundled_styles
from app.ui.recents import Recents
from app.ui.settings import RECENT, Settings


@pytest.fixture
def opened() -> list:
    return []


@pytest.fixture
def recents(qtbot, studio, opened):
    window = QMainWindow()
    qtbot.addWidget(window)
    files = window.menuBar().addMenu("File")
    files.setObjectName("menu:File")
    save = files.addAction("Save")
    made = Recents(studio, Settings(), opened.append, window.menuBar())
    made.stand_before(save)
    yield made
    window.close()


def files_of(folder, count: int) -> list:
    made = [folder / f"{n}.wav" for n in range(count)]
    for file in made:
        file.touch()
        Settings().remember("songs", file)
    return made


def rows(recents, kind: str) -> list[QAction]:
    recents.menus[kind].aboutToShow.emit()
    return [row for row in recents.menus[kind].actions() if row.menu() is None and not row.isSeparator()]


def on_top(recents, kind: str) -> list[QAction]:
    recents.menus[kind].aboutToShow.emit()
    return recents.on_top[kind].actions()


def test_it_stands_in_the_menu_of_files_with_three_kinds(recents):
    files = recents.menu.parent().findChild(QMenu, "menu:File")
    assert [row.text() for row in files.actions()] == ["Recent", "Save"]
    assert [row.text() for row in recents.menu.actions()] == ["Songs", "Shows", "Styles"]


def test_the_newest_twelve_are_listed_with_their_places(recents, tmp_path):
    made = files_of(tmp_path, RECENT + 3)
    listed = rows(recents, "songs")
    assert [row.text() for row in listed] == [file.name for file in reversed(made)][:RECENT]
    assert listed[0].toolTip() == str(made[-1])
    assert recents.menus["songs"].toolTipsVisible()


def test_one_that_is_gone_cannot_be_pressed_and_says_so(recents, tmp_path):
    made = files_of(tmp_path, 2)
    made[1].unlink()
    gone, there = rows(recents, "songs")
    assert (gone.isEnabled(), there.isEnabled()) == (False, True)
    assert gone.toolTip() == f"{made[1]} is not there"


def test_one_that_is_kept_stays_on_top_whatever_is_opened_later(recents, opened, tmp_path):
    made = files_of(tmp_path, 2)
    next(row for row in on_top(recents, "songs") if row.text() == "0.wav").trigger()
    (tmp_path / "more").mkdir()
    files_of(tmp_path / "more", RECENT)
    listed = rows(recents, "songs")
    assert listed[0].text() == "0.wav"
    assert not listed[0].icon().isNull()
    assert listed[1].icon().isNull()
    assert len(listed) == RECENT
    listed[0].trigger()
    assert opened == [made[0]]
    assert on_top(recents, "songs")[0].isChecked()
    on_top(recents, "songs")[0].trigger()
    assert "0.wav" not in [row.toolTip() for row in rows(recents, "songs")]
    assert Settings().pinned("songs") == []


def test_a_style_that_plays_is_listed_and_used_again_without_being_added(recents, opened, studio):
    style = bundled_styles()[1] if len(bundled_styles()) > 1 else bundled_styles()[0]
    first = bundled_styles()[0]
    studio.document.edit_scene("Style", style=replace(first.ref, name="Other", sha256="f" * 64))
    studio.document.edit_scene("Style", style=style.ref)
    used = []
    studio.use_style = used.append
    row = rows(recents, "styles")[0]
    assert row.toolTip() == str(style.path)
    row.trigger()
    assert (used, opened) == ([style], [])


def test_where_nothing_was_opened_it_says_so(recents):
    (row,) = rows(recents, "shows")
    assert (row.text(), row.isEnabled()) == ("Nothing yet", False)
