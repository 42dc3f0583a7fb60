"""The tables that stand in for what is drawn: the same Document, by keys alone, and out of the way until asked for."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QMenu, QStyleOptionViewItem, QWidget

from app.engine.show.hot_cues import HotCue
from app.engine.show.routes import Route
from app.engine.show.show import SongRef
from app.ui.main_window import MainWindow
from app.ui.settings import Settings
from tests.ui.windows import opened

Key, Role = Qt.Key, Qt.ItemDataRole


@pytest.fixture
def window(qtbot, studio):
    made = opened(qtbot, studio)
    yield made
    made.close()
    studio.document.close()


@pytest.fixture
def parts(studio):
    """Three parts and two hot cues of the open song."""
    show = studio.document.show
    song = show.song or SongRef(str(studio.song.file))
    whole = tuple(replace(studio.session.sections[0], start=t, end=t + 8.0, label=label, name="")
                  for t, label in ((0.0, "A"), (8.0, "B"), (16.0, "C")))  # fmt: skip
    name = song.sha256 or song.file
    cues = HotCue(1, 4.0, "Drop", song=name), HotCue(3, 20.0, song=name)
    studio.document.edit("Begin", replace(show, song=song, sections=whole, hot_cues=cues))


@pytest.fixture
def cues(window, parts):
    window.actions_by_id["cue_table"].trigger()
    return window.timeline.cue_table


def row_texts(model) -> list[tuple[str, ...]]:
    return [tuple(str(model.index(r, c).data()) for c in range(model.columnCount())) for r in range(model.rowCount())]


def edit(model, row, column, text) -> bool:
    return model.setData(model.index(row, column), text)


def choose(table, row) -> None:
    table.table.setCurrentIndex(table.model.index(row, 0))


def step_names(studio) -> list[str]:
    stack = studio.document.undo_stack
    return [stack.text(i) for i in range(stack.index())]


# where they are


def test_they_stand_in_one_menu_and_nobody_sees_them_at_first(window):
    menu = window.menuBar().findChild(QMenu, "menu:Tables")
    assert [act.text() for act in menu.actions()] == ["Points", "Hot cues and sections", "Routes"]
    assert [act.isChecked() for act in menu.actions()] == [False] * 3
    assert [part.tabled for part in (window.map, window.timeline, window.react)] == [False] * 3


@pytest.mark.parametrize(("name", "table"), [
    ("point_table", lambda w: w.map.table), ("cue_table", lambda w: w.timeline.cue_table),
    ("route_table", lambda w: w.react.table),
])  # fmt: skip
def test_each_comes_with_the_keys_from_any_workspace_and_goes_by_its_button(window, parts, qtbot, name, table):
    window.show_workspace("perform")
    action, shown = window.actions_by_id[name], table(window)
    action.trigger()
    assert shown.isVisible()
    assert QApplication.focusWidget() is shown.table
    assert name == "point_table" or shown.table.currentIndex().row() == 0
    assert window.workspaces.name == "create"
    back = next(b for b in shown.findChildren(QWidget) if b.objectName().endswith("Back"))
    qtbot.mouseClick(back, Qt.MouseButton.LeftButton)
    assert not shown.isVisible()
    assert not action.isChecked()
    action.trigger()
    action.trigger()
    assert not shown.isVisible()


def test_ctrl_tab_comes_to_the_table_and_not_to_the_lanes_behind_it(window, cues, parts):
    window.left.setFocus()
    reached = []
    for _ in range(8):
        QTest.keyClick(QApplication.focusWidget(), Key.Key_Tab, Qt.KeyboardModifier.ControlModifier)
        reached.append(QApplication.focusWidget())
    assert cues.table in reached
    for lane in window.timeline.lanes.values():
        assert not lane.isVisible()
    stops = [w for w in window.timeline.findChildren(QWidget) if w.focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert all(cues.isAncestorOf(w) for w in stops if w.isVisible())


def test_they_are_there_at_the_next_start(window, studio, cues, qtbot):
    window.standing.keep()
    other = MainWindow(studio.document, studio, Settings())
    qtbot.addWidget(other)
    assert other.standing.restore()
    assert other.timeline.tabled
    assert other.actions_by_id["cue_table"].isChecked()
    other.standing.reset()
    assert not other.timeline.tabled
    other.close()


# hot cues and sections


def test_cues_and_sections_are_rows_in_time(cues):
    assert row_texts(cues.model) == [
        ("Section 1", "0:00.00", "0:08.00", "A", "", ""),
        ("Hot cue 1", "0:04.00", "", "", "Drop", ""),
        ("Section 2", "0:08.00", "0:16.00", "B", "", ""),
        ("Section 3", "0:16.00", "0:24.00", "C", "", ""),
        ("Hot cue 3", "0:20.00", "", "", "", ""),
    ]


def test_typing_edits_the_same_document_a_step_each(cues, studio):
    show = studio.document
    before = len(step_names(studio))
    assert edit(cues.model, 1, 4, "Kick")
    assert edit(cues.model, 1, 1, "0:05.5")
    assert [(cue.name, cue.t) for cue in show.show.hot_cues if cue.number == 1] == [("Kick", 5.5)]
    assert edit(cues.model, 2, 1, "9")  # where the second begins, the first ends
    assert [s.end for s in show.show.sections] == [9.0, 16.0, 24.0]
    assert edit(cues.model, 2, 2, "0:17")
    assert [s.start for s in show.show.sections] == [0.0, 9.0, 17.0]
    assert edit(cues.model, 2, 3, "a")
    assert edit(cues.model, 2, 4, "Verse")
    assert (show.show.sections[1].label, show.show.sections[1].name) == ("A", "Verse")
    assert len(step_names(studio)) == before + 6
    for _ in range(6):
        show.undo_stack.undo()
    assert row_texts(cues.model)[2] == ("Section 2", "0:08.00", "0:16.00", "B", "", "")


def test_the_cell_that_f2_types_into_is_seen(cues):
    choose(cues, 0)
    before = cues.table.viewport().grab().toImage()
    QTest.keyClick(cues.table, Key.Key_Right)
    assert cues.table.currentIndex().column() == 1
    assert cues.table.viewport().grab().toImage() != before


def test_two_times_typed_into_one_cell_are_two_steps(cues, studio):
    before = len(step_names(studio))
    for text in ("5", "6"):
        assert edit(cues.model, 1, 1, text)
    assert len(step_names(studio)) == before + 2
    studio.document.undo_stack.undo()
    assert row_texts(cues.model)[1][1] == "0:05.00"


@pytest.mark.parametrize(("row", "column", "text"), [
    (1, 1, "soon"), (2, 1, "x"), (2, 3, "AB"), (2, 3, "7"), (0, 1, "1"), (3, 2, "30"), (0, 0, "Hot cue 8"), (1, 2, "5"),
    (1, 1, "nan"), (1, 1, "1:inf"), (2, 1, "nan"), (2, 1, "-inf"),
])  # fmt: skip
def test_what_makes_no_sense_changes_nothing(cues, studio, row, column, text):
    before = studio.document.show
    assert not edit(cues.model, row, column, text)
    assert studio.document.show == before


def test_keys_go_there_and_take_away(cues, studio):
    choose(cues, 2)
    QTest.keyClick(cues.table, Key.Key_Return)
    assert studio.now() == 8.0
    choose(cues, 4)
    QTest.keyClick(cues.table, Key.Key_Return)
    assert studio.now() == 20.0
    QTest.keyClick(cues.table, Key.Key_Delete)
    assert [cue.number for cue in studio.document.show.hot_cues] == [1]
    choose(cues, 0)
    QTest.keyClick(cues.table, Key.Key_Delete)
    assert [(s.start, s.end) for s in studio.document.show.sections] == [(0.0, 16.0), (16.0, 24.0)]


def test_buttons_set_split_and_loop(cues, studio, window):
    studio.at(12.0)
    cues.findChild(QWidget, "cueSplit").click()
    assert [s.start for s in studio.document.show.sections] == [0.0, 8.0, 12.0, 16.0]
    cues.findChild(QWidget, "cueSet").click()
    assert {cue.number: cue.t for cue in studio.document.show.hot_cues}[2] == 12.0
    choose(cues, 0)
    cues.findChild(QWidget, "cueLoop").click()
    assert studio.loop == (0.0, 8.0)


def test_a_ninth_hot_cue_is_told(cues, studio):
    told = []
    studio.told.connect(lambda *words: told.append(words))
    for t in range(7):
        studio.at(float(t))
        cues.set_cue()
    assert len(studio.document.show.hot_cues) == 8
    assert told == [("info", "No hot cue was set", "All 8 hot cues are set. Remove one first.")]


# routes


@pytest.fixture
def routes(window, studio):
    studio.document.edit_scene("Routes", routes=(Route("bass", "pulse", 0.3), Route("onset", "hue", -0.2)))
    window.actions_by_id["route_table"].trigger()
    return window.react.table


def own(routes) -> int:
    """The row of the scene's first own route."""
    return next(i for i, place in enumerate(routes.model.places) if not place.owned)


def test_every_route_is_a_row_with_all_its_figures(routes):
    row = own(routes)
    assert row_texts(routes.model)[row][:8] == (
        "Bass", "Pulse", "30 %", "Add", "Linear", ".00 – 1.00", "15 ms", "180 ms",
    )  # fmt: skip
    assert routes.model.index(row, 0).data(Role.CheckStateRole) == Qt.CheckState.Checked
    owned = row_texts(routes.model)[0]
    assert owned[8].startswith("owned by Simple")


def test_typing_edits_the_route(routes, studio):
    row = own(routes)
    for column, text in ((2, "−45 %"), (3, "Replace"), (4, "S curve"), (5, "0.2 - 0.8"), (6, "20 ms"), (7, "1.5 s")):
        assert edit(routes.model, row, column, text), text
    route = studio.document.show.scene.routes[0]
    assert (route.depth, route.mode, route.curve) == (-0.45, "replace", "s")
    assert (route.lo, route.hi, route.attack, route.release) == (0.2, 0.8, 0.02, 1.5)
    assert routes.model.setData(routes.model.index(row, 0), Qt.CheckState.Unchecked.value, Role.CheckStateRole)
    assert not studio.document.show.scene.routes[0].on
    assert "off" in row_texts(routes.model)[row][8]


@pytest.mark.parametrize(
    ("column", "text"), [(2, "much"), (3, "Maybe"), (5, "0.4"), (6, "nan"), (5, "0 to inf"), (8, "on"), (0, "Kick")]
)
def test_what_makes_no_sense_leaves_the_route_alone(routes, studio, column, text):
    before = studio.document.show
    assert not edit(routes.model, own(routes), column, text)
    assert not edit(routes.model, 0, 2, "10 %"), "what Simple owns is set there"
    assert studio.document.show == before


def test_a_word_that_is_one_of_a_few_is_chosen_from_a_list(routes, studio):
    row = own(routes)
    index = routes.model.index(row, 3)
    delegate = routes.table.itemDelegateForIndex(index)
    box = delegate.createEditor(routes.table.viewport(), QStyleOptionViewItem(), index)
    assert isinstance(box, QComboBox)
    delegate.setEditorData(box, index)
    assert box.currentText() == "Add"
    box.setCurrentText("Multiply")
    delegate.setModelData(box, routes.model, index)
    assert studio.document.show.scene.routes[0].mode == "multiply"


def test_keys_open_and_remove_a_route(routes, studio, window):
    choose(routes, own(routes))
    QTest.keyClick(routes.table, Key.Key_Delete)
    assert [r.source for r in studio.document.show.scene.routes] == ["onset"]
    choose(routes, 0)
    QTest.keyClick(routes.table, Key.Key_Delete)
    assert len(studio.document.show.scene.routes) == 1, "what Simple owns stays"
    choose(routes, own(routes))
    QTest.keyClick(routes.table, Key.Key_Return)
    assert not window.react.tabled
    assert window.react.expert.detail is not None
