"""Keys can be changed, found and clicked; those of emergency act whatever has the focus (ux.md checks 9 and 10)."""

import json
import math
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu

from app.control import midi
from app.control.actions import ACTIONS, EMERGENCY
from app.control.addresses import Act
from app.control.keymap import Keymap
from app.control.params import PARAMS
from app.ui.keys import Keys, key_of
from app.ui.main_window import MainWindow
from app.ui.palette import typed_value
from app.ui.settings import Settings
from tests.control.fake_midi import FakeMidi

KEY, HELD = Qt.Key, Qt.KeyboardModifier


@pytest.fixture
def window(qtbot, studio, monkeypatch):
    monkeypatch.setattr(midi, "LOOK_EVERY", 0.01)
    made = MainWindow(studio.document, studio, Settings())
    qtbot.addWidget(made)
    made.resize(1440, 900)
    made.right.show_page(made.react)
    made.knobs = FakeMidi("Knobs 20:0")
    made.hands.controllers.open_midi = lambda: made.knobs
    made.show()
    qtbot.waitActive(made)
    yield made
    made.close()
    studio.document.close()


@pytest.fixture
def page(window):
    window.actions_by_id["shortcuts"].trigger()
    return window.hands.shortcuts


def shortcuts(window, name) -> list[str]:
    return [key.toString(QKeySequence.SequenceFormat.PortableText) for key in window.actions_by_id[name].shortcuts()]


# keys of the window


@pytest.mark.parametrize(
    ("key", "held", "said"),
    [
        (KEY.Key_B, HELD.NoModifier, "B"), (KEY.Key_B, HELD.ControlModifier | HELD.ShiftModifier, "Ctrl+Shift+B"),
        (KEY.Key_Question, HELD.ShiftModifier, "?"), (KEY.Key_F7, HELD.ShiftModifier, "Shift+F7"),
        (KEY.Key_5, HELD.KeypadModifier, "5"), (KEY.Key_Shift, HELD.ShiftModifier, ""),
        (KEY.Key_Space, HELD.ShiftModifier, "Shift+Space"),
    ],
)  # fmt: skip
def test_what_was_pressed_has_one_name(qapp, key, held, said):
    assert key_of(QKeyEvent(QKeyEvent.Type.KeyPress, key, held)) == said


def test_changed_keys_are_there_at_the_next_start(window, studio):
    window.hands.keys.put(Keymap().given("freeze", "J"))
    assert shortcuts(window, "freeze") == ["F7", "J"]
    again = Keys(window.actions_by_id, Settings())
    assert again.map.keys("freeze") == ("F7", "J")


def test_spoilt_keys_are_those_of_the_table(window):
    settings = Settings()
    settings.keymap = "{"
    again = Keys(window.actions_by_id, settings)
    assert again.map == Keymap()
    assert again.problem == "The keys could not be read."


def test_keys_of_a_workspace_count_there_alone(window):
    name = next(name for name, action in ACTIONS.items() if action.workspace == "perform" and action.keys)
    window.hands.keys.in_workspace("create")
    assert shortcuts(window, name) == []
    window.hands.keys.in_workspace("perform")
    assert shortcuts(window, name) == list(ACTIONS[name].keys)


@pytest.mark.parametrize(
    ("key", "done"),
    [
        ("Ctrl+=", lambda window, studio: window.timeline.axis.span < 32.0),
        ("N", lambda window, studio: not window.timeline.axis.snaps),
        ("]", lambda window, studio: studio.going),
        ("[", lambda window, studio: studio.going),
        ("F5", lambda window, studio: len(studio.performing.looks.history) == 1),
        ("Shift+F8", lambda window, studio: studio.blackout and window.outputs.audience.black == 1.0),
    ],
)
def test_a_key_acts_from_wherever_the_focus_is(window, studio, key, done):
    window.scenes.grid.setFocus()
    assert not done(window, studio)
    pressed = QKeySequence(key)[0]
    QTest.keyClick(window, pressed.key(), pressed.keyboardModifiers())
    assert done(window, studio)


# emergency


def focuses(window) -> dict:
    """Where the focus may be, and who gets the key there."""
    window.left.show_page(window.scenes)
    line = window.scenes.findChild(QLineEdit)
    menu = QMenu(window)
    menu.addAction("Something")
    found = {"text": line, "number": window.transport.findChild(QLineEdit) or line, "list": window.scenes.grid}
    return found | {"map": window.map, "menu": menu}


@pytest.mark.parametrize("where", ["text", "number", "list", "map", "menu", "palette"])
def test_emergency_keys_act_from_any_focus(window, qtbot, where):
    if where == "palette":
        window.actions_by_id["palette"].trigger()
        focus = window.hands.palette.field
    else:
        focus = focuses(window)[where]
    if where == "menu":
        focus.popup(window.mapToGlobal(QPoint(300, 300)))
        qtbot.waitUntil(focus.isVisible)
    else:
        focus.setFocus()
    for name in EMERGENCY:
        action, pressed = window.actions_by_id[name], []
        action.triggered.connect(lambda *_on, pressed=pressed: pressed.append(1))
        key = action.shortcuts()[0][0]
        QTest.keyClick(focus, key.key(), key.keyboardModifiers())
        assert len(pressed) == 1, name
        if action.isChecked():
            action.trigger()
    if where == "menu":
        focus.close()


# the Shortcuts page


def test_the_page_lists_every_key_and_finds_it(page):
    assert page.isVisible()
    page.search.setText("blackout")
    assert page.action == "blackout"
    page.search.setText("")
    page.select("dice")
    assert page.chosen.text() == "Roll the dice"
    listed = [page.model.item(g).child(r, 0).text() for g in range(page.model.rowCount())
              for r in range(page.model.item(g).rowCount())]  # fmt: skip
    assert sorted(listed) == sorted(action.label for action in ACTIONS.values() if action.button)


def test_a_free_key_is_given_by_pressing_it(window, page):
    page.select("dice")
    page.change.click()
    QTest.keyClick(page.catcher, KEY.Key_J)
    assert shortcuts(window, "dice") == ["J"]
    assert window.hands.sheet.groups() != []
    assert any("J" in keys for _title, lines in window.hands.sheet.groups() for keys, what in lines if "dice" in what)


def test_a_key_that_is_taken_is_replaced_or_kept(window, page):
    page.select("dice")
    page.change.click()
    QTest.keyClick(page.catcher, KEY.Key_B)
    assert page.catcher.text() == "B is the key of Blackout."
    page.keep.click()
    assert (shortcuts(window, "dice"), shortcuts(window, "blackout")) == (["D"], ["F8", "B"])
    page.change.click()
    QTest.keyClick(page.catcher, KEY.Key_B)
    page.replace.click()
    assert (shortcuts(window, "dice"), shortcuts(window, "blackout")) == (["B"], ["F8"])
    page.reset.click()
    assert shortcuts(window, "dice") == ["D"]
    page.all.click()
    assert shortcuts(window, "blackout") == ["F8", "B"]


def test_escape_lets_go_and_then_closes(window, page):
    page.select("dice")
    page.change.click()
    QTest.keyClick(page.catcher, KEY.Key_Escape)
    assert page.isVisible()
    assert not page.catcher.catching
    QTest.keyClick(page.tree, KEY.Key_Escape)
    assert not page.isVisible()


def test_keys_go_to_a_file_and_come_back(window, page, tmp_path):
    window.hands.keys.put(Keymap().given("freeze", "J"))
    page._write(tmp_path / "keys.json")
    page.all.click()
    page.import_file(tmp_path / "keys.json")
    assert shortcuts(window, "freeze") == ["F7", "J"]
    told = []
    window.hands.keys.told.connect(lambda *words: told.append(words))
    (tmp_path / "spoilt.json").write_text(json.dumps({"version": 1, "keys": {"dice": ["B"]}}))
    for name in ("spoilt.json", "none.json"):
        page.import_file(tmp_path / name)
    assert [title for _kind, title, _words in told] == ["spoilt.json was not imported", "none.json was not imported"]
    assert shortcuts(window, "freeze") == ["F7", "J"]


def test_the_sheet_is_saved_for_paper(page, tmp_path):
    page.print_to(tmp_path / "keys.pdf")
    assert (tmp_path / "keys.pdf").read_bytes().startswith(b"%PDF")


# the palette


@pytest.fixture
def palette(window):
    window.actions_by_id["palette"].trigger()
    return window.hands.palette


def test_the_palette_runs_an_action(window, palette, studio):
    QTest.keyClicks(palette.field, "frz")
    assert palette.rows.rows[0].name == "do:freeze"
    QTest.keyClick(palette.field, KEY.Key_Return)
    assert studio.frozen
    assert not palette.isVisible()


def test_the_palette_sets_a_value(window, palette, studio):
    heard = []
    studio.document.params.listen(lambda *change: heard.append(change))
    QTest.keyClicks(palette.field, "bass 1.2")
    assert palette.rows.rows[0].right == "1.40 → 1.20"
    QTest.keyClick(palette.field, KEY.Key_Return)
    assert heard == [("react.bass", 1.2, "key")]
    studio.document.undo_stack.undo()
    assert studio.document.show.scene.react.bass == 1.4


def test_a_setting_without_a_value_waits_for_one(palette, studio):
    QTest.keyClicks(palette.field, "interpol")
    QTest.keyClick(palette.field, KEY.Key_Return)
    assert palette.isVisible()
    assert palette.field.text() == "Interpolation "
    QTest.keyClicks(palette.field, "linear")
    QTest.keyClick(palette.field, KEY.Key_Return)
    assert studio.document.show.scene.react.interpolation == "linear"


def test_the_palette_offers_first_what_was_used_last(window, palette):
    QTest.keyClicks(palette.field, "frame times")
    QTest.keyClick(palette.field, KEY.Key_Return)
    palette.toggle()
    assert palette.rows.rows[0].name == "do:hud"
    QTest.keyClick(palette.field, KEY.Key_Down)
    assert palette.list.currentIndex().row() == 1
    QTest.keyClick(palette.field, KEY.Key_Escape)
    assert not palette.isVisible()


@pytest.mark.parametrize(
    ("asked", "first"),
    [("bl", "do:blackout"), ("fr", "do:freeze"), ("on", "do:on_air"), ("pan", "do:panic"), ("bloo", "finish.bloom"),
     ("bass", "react.bass"), ("opening", "song"), ("preset calm", "preset:Calm"), ("dusk", "scene:Dusk:Scene 2")],
)  # fmt: skip
def test_what_ends_trouble_is_found_first_and_files_last(palette, studio, asked, first):
    show = studio.document.show
    scenes = [replace(show.scene, name=name) for name in ("Bl", "Dusk", "Freeze", "On air", "Panic")]
    studio.document.edit("Scenes", replace(show, scenes=tuple(scenes), active=0))
    QTest.keyClicks(palette.field, asked)
    assert palette.rows.rows[0].name.startswith(first)


def test_scenes_styles_presets_and_songs_are_found_by_name(window, palette, studio):
    opened, told = [], []
    studio.open_song = opened.append
    studio.told.connect(lambda *words: told.append(words))
    window.actions_by_id["add_scene"].trigger()
    assert studio.document.show.active == 1
    for asked, done in (
        ("scene peony", lambda: studio.document.show.active == 0),
        ("calm", lambda: studio.document.show.scene.preset == "Calm"),
        ("song opening", lambda: [file.stem for file in opened] == ["opening"]),
        ("style bloom", lambda: studio.shelf.chosen.name == "Bloom"),
    ):
        if not palette.isVisible():
            palette.toggle()
        QTest.keyClicks(palette.field, asked)
        QTest.keyClick(palette.field, KEY.Key_Return)
        assert not palette.isVisible()
        assert done(), asked
    assert told == []
    window.hands.controllers.do(Act("song", (999,)))
    assert told[0][:2] == ("error", "Nothing was changed")
    assert len(opened) == 1


@pytest.mark.parametrize("key", ["Ctrl+Shift+P", "Ctrl+F", "F3"])
def test_each_key_of_the_table_finds(window, key):
    pressed = QKeySequence(key)[0]
    QTest.keyClick(window, pressed.key(), pressed.keyboardModifiers())
    assert window.hands.palette.isVisible()


def test_a_click_beside_the_palette_closes_it(window, palette):
    QTest.mouseClick(window.preview, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    assert not palette.isVisible()


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [("react.bass", "1,5", 1.5), ("react.bass", "99", 3.0), ("react.bass", "x", None), ("react.drums", "off", False),
     ("react.drums", "2", None), ("react.interpolation", "cubic", "cubic"), ("react.interpolation", "wavy", None),
     ("film.fps", "nan", None)],
)  # fmt: skip
def test_typed_values(name, text, value):
    found = typed_value(PARAMS[name], text)
    assert found == value or (isinstance(found, float) and math.isnan(found))


# map modes


def spot(window, target):
    return next(s for s in window.hands.maps.spots if s.target == target)


def click(window, target, button=Qt.MouseButton.LeftButton):
    QTest.mouseClick(window.hands.maps, button, pos=spot(window, target).box.center())


def test_map_mode_learns_what_is_clicked(window, qtbot, studio):
    window.actions_by_id["map_mode"].trigger()
    maps = window.hands.maps
    assert maps.isVisible()
    assert {"react.bass", "do:freeze", "do:scene:1"} <= {s.target for s in maps.spots}
    qtbot.waitUntil(lambda: window.hands.controllers.devices == ("Knobs",))
    click(window, "react.bass")
    assert window.hands.controllers.learning == "react.bass"
    window.knobs.send("Knobs 20:0", "control_change", control=3, value=64)
    qtbot.waitUntil(lambda: not window.hands.controllers.learning)
    assert maps.words("react.bass") == "CC 3 · 1"
    assert maps.isVisible()
    click(window, "react.bass", Qt.MouseButton.RightButton)
    assert maps.words("react.bass") == ""
    QTest.keyClick(maps, KEY.Key_Escape)
    assert not maps.isVisible()
    assert not window.actions_by_id["map_mode"].isChecked()


def test_escape_in_map_mode_first_lets_go_of_what_was_clicked(window, qtbot):
    window.actions_by_id["map_mode"].trigger()
    click(window, "react.bass")
    QTest.keyClick(window.hands.maps, KEY.Key_Escape)
    assert window.hands.controllers.learning == ""
    assert window.hands.maps.isVisible()


def test_key_map_gives_the_pressed_key_to_the_clicked_button(window):
    window.actions_by_id["key_map"].trigger()
    maps = window.hands.maps
    assert "react.bass" not in {s.target for s in maps.spots}
    click(window, "do:freeze")
    QTest.keyClick(maps, KEY.Key_J)
    assert shortcuts(window, "freeze") == ["F7", "J"]
    click(window, "do:freeze")
    QTest.keyClick(maps, KEY.Key_B)
    assert maps.banner == "B is the key of Blackout. Enter: replace. Esc: keep."
    QTest.keyClick(maps, KEY.Key_Return)
    assert shortcuts(window, "blackout") == ["F8"]
    click(window, "do:blackout", Qt.MouseButton.RightButton)
    assert shortcuts(window, "blackout") == []
    window.actions_by_id["key_map"].trigger()
    assert not maps.isVisible()


def test_map_mode_follows_the_window(window, qtbot):
    window.actions_by_id["map_mode"].trigger()
    window.resize(1200, 800)
    assert window.hands.maps.size() == window.size()
    QApplication.processEvents()


def test_map_mode_paints_no_more_than_what_moved_below(window, monkeypatch):
    window.actions_by_id["map_mode"].trigger()
    maps, written = window.hands.maps, []
    QApplication.processEvents()
    assert len(maps.spots) > 8
    monkeypatch.setattr(maps, "_pill", lambda _painter, spot, _words: written.append(spot))
    maps.repaint()
    assert set(written) == set(maps.spots)
    written.clear()
    maps.repaint(maps.spots[0].box)
    assert maps.spots[0] in written
    assert len(written) < len(maps.spots)


def test_a_page_that_closes_gives_the_keys_back_to_where_they_were(window):
    window.preview.setFocus()
    window.actions_by_id["shortcuts"].trigger()
    assert window.hands.shortcuts.isAncestorOf(QApplication.focusWidget())
    QTest.keyClick(QApplication.focusWidget(), KEY.Key_Escape)
    assert window.hands.shortcuts.isHidden()
    assert QApplication.focusWidget() is window.preview
