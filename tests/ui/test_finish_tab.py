"""The Finish tab: groups that fold, every setting in one of them, tables of colours by button and by drop."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QWidget

from app.control.params import PARAMS, get
from app.engine.render.lut import read_lut
from app.engine.show.show import Finish, LutRef
from app.ui.drop_overlay import TARGETS, drop_kind
from app.ui.finish_tab import GROUPS, OPEN, FinishTab
from app.ui.learning import target_of
from app.ui.widgets import Segmented, Slider, Stepper

CUBE = "LUT_1D_SIZE 2\n0 0 0\n1 0.5 1\n"
MINE = [name for name in PARAMS if name.startswith("finish.")]


@pytest.fixture
def tab(qtbot, studio):
    tab = FinishTab(studio.document, studio)
    qtbot.addWidget(tab)
    tab.resize(420, 720)
    tab.show()
    return tab


@pytest.fixture
def cube(tmp_path):
    path = tmp_path / "warm.cube"
    path.write_text(CUBE)
    return path


def _control(tab, name):
    found = tab.findChild(QWidget, f"param:{name}")
    assert found is not None, name
    return found


def test_every_setting_stands_in_one_group():
    assert sorted(f"finish.{n}" for names in GROUPS.values() for n in names) == sorted(MINE)


@pytest.mark.parametrize("name", MINE)
def test_every_setting_can_be_set_reset_learnt_and_read_aloud(tab, studio, name):
    control, document = _control(tab, name), studio.document
    before = document.show
    assert control.accessibleName()
    assert target_of(control)[0] == name
    if isinstance(control, Slider):
        QTest.keyClick(control, Qt.Key.Key_Home if get(before, name) > control.lo else Qt.Key.Key_End)
    elif isinstance(control, Segmented):
        QTest.keyClick(control, Qt.Key.Key_Right)
    else:
        assert isinstance(control, Stepper)
        control.plus.click()
    assert [n for n in MINE if get(document.show, n) != get(before, n)] == [name]
    if isinstance(control, Slider):
        QTest.mouseDClick(control, Qt.MouseButton.LeftButton)
        assert document.show == before
    document.undo_stack.setIndex(0)
    assert document.show == before


@pytest.mark.parametrize("width", [296, 420, 520])
def test_nothing_is_cut_off(tab, qtbot, width):
    for fold in tab.folds.values():
        fold.open()
    tab.resize(width, 900)
    qtbot.waitUntil(lambda: tab.rows[0].width() <= width)
    for row in tab.rows:
        assert row.label.width() >= row.label.fontMetrics().horizontalAdvance(row.label.text()), row.name
        if isinstance(row.control, Slider):
            assert row.control.width() >= 40
        assert row.mapTo(tab, row.rect().topRight()).x() <= width


def test_groups_fold_by_mouse_and_by_key_and_say_what_is_set(tab, studio):
    assert [title for title, fold in tab.folds.items() if fold.is_open] == list(OPEN)
    glitch = tab.folds["Glitch"]
    assert not glitch.body.isVisible()
    glitch.head.click()
    assert glitch.body.isVisible()
    QTest.keyClick(glitch.head, Qt.Key.Key_Left)
    assert not glitch.body.isVisible()
    QTest.keyClick(glitch.head, Qt.Key.Key_Left)
    assert not glitch.is_open
    QTest.keyClick(glitch.head, Qt.Key.Key_Return)
    assert glitch.is_open
    studio.document.set_param("finish.glitch", 0.5)
    assert glitch.head.note == "1 changed"
    assert tab.note.text() == "1 changed"
    studio.document.set_param("finish.black", 0.2)
    assert tab.folds["Levels"].head.note == "1 changed"
    assert tab.note.text() == "2 changed"


def test_a_group_with_something_set_is_open_from_the_start(qtbot, studio):
    studio.document.edit_scene("Finish", finish=replace(Finish(), vignette=0.4, lut=LutRef("gone.cube")))
    tab = FinishTab(studio.document, studio)
    qtbot.addWidget(tab)
    assert [title for title, fold in tab.folds.items() if fold.is_open] == [*OPEN, "Light", "Table of colours"]


def test_a_table_is_chosen_shown_and_left(tab, studio, cube, qtbot, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_a, **_k: (str(cube), ""))
    before = studio.document.show
    tab.table.choose.click()
    qtbot.waitUntil(lambda: studio.document.show.scene.finish.lut is not None)
    assert studio.document.show.scene.finish.lut == LutRef(str(cube), read_lut(cube).sha256)
    assert tab.table.choose.text() == "warm.cube"
    assert studio.session.lut is read_lut(cube)
    assert tab.folds["Table of colours"].head.note == "1 changed"
    tab.table.leave.click()
    assert studio.document.show == before
    assert tab.table.choose.text() == "Choose…"
    studio.document.undo_stack.undo()
    assert studio.document.show.scene.finish.lut is not None


def test_a_file_that_is_none_changes_nothing_and_is_told(tab, studio, tmp_path, qtbot):
    path = tmp_path / "poem.cube"
    path.write_text("roses are red")
    told, before = [], studio.document.show
    studio.told.connect(lambda *words: told.append(words))
    studio.luts.choose(path)
    qtbot.waitUntil(lambda: bool(told))
    assert told == [("error", "poem.cube was not used", "poem.cube is not a table of colours: it says neither "
                     "LUT_1D_SIZE nor LUT_3D_SIZE.")]  # fmt: skip
    assert studio.document.show == before


def test_a_missing_table_is_told_once_and_shown(tab, studio, tmp_path):
    told = []
    studio.told.connect(lambda *words: told.append(words))
    tab.folds["Table of colours"].open()
    studio.document.edit_scene("Finish", finish=replace(Finish(), lut=LutRef(str(tmp_path / "gone.cube"))))
    assert "gone.cube is not where it was" in tab.table.trouble.text()
    assert tab.table.trouble.isVisible()
    studio.document.set_param("finish.hue", 0.2)
    assert [words[:2] for words in told] == [("error", "The table of colours is left out")]
    tab.table.leave.click()
    assert not tab.table.trouble.isVisible()


def test_on_air_no_file_is_asked_for(tab, studio, monkeypatch):
    asked = []
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *a, **_k: asked.append(a) or ("", ""))
    studio.on_air.set(True)
    tab.table.choose.click()
    assert asked == []


def test_a_cube_held_over_the_window_is_a_table_of_colours():
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(Path("a") / "Teal and Orange.CUBE"))])
    assert drop_kind(mime) == "lut"
    assert TARGETS["lut"].title == "Use as table of colours"


def test_where_sound_has_pushed_a_setting_is_drawn(tab, studio):
    row = next(row for row in tab.rows if row.name == "finish.bloom")
    assert row.destination == "bloom"
    assert row.dot is not None
