"""The pads of Perform: played by hand and by key, each drawn only when it has changed (ux.md 2.3, check 11)."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.engine.show.show import Path, StyleRef
from app.ui import long_press
from app.ui.listing import ROW_ROLE, Role
from app.ui.perform_keys import PadKeys, pad_of, scan_places
from app.ui.perform_pads import PAGE
from app.ui.perform_scenes import ScenePads
from app.ui.theme import STAGE
from tests.ui.fakes import FakeStudio, make_document

BEAT = 0.5  # 120 bpm


def make_studio(count: int) -> FakeStudio:
    """A Studio whose Show has *count* scenes, 120 bpm and launches on the bar."""
    document = make_document()
    scene = document.show.scene
    scenes = tuple(replace(scene, name=f"Scene {i + 1}", path=Path(7 * i + 3)) for i in range(count))
    document.show = replace(document.show, scenes=scenes)
    studio = FakeStudio(document)
    studio.performing.set_quantum("1")
    return studio


@pytest.fixture
def studio(qtbot):
    studio = make_studio(20)
    yield studio
    studio.close()


@pytest.fixture
def pads(qtbot, studio):
    pads = ScenePads(studio.document, studio)
    qtbot.addWidget(pads)
    pads.resize(650, 616)
    pads.show()
    qtbot.waitExposed(pads)
    return pads


def press(pads, row, button=Qt.MouseButton.LeftButton, keys=Qt.KeyboardModifier.NoModifier):
    """Press and let go the pad of Scene *row*."""
    QTest.mouseClick(pads.grid.viewport(), button, keys, pads.grid.cell_of(row).center())


def shown(pads, row):
    """The pad of Scene *row* as it is drawn."""
    return pads.grid.table.place(row).data(ROW_ROLE)


def play(studio, t):
    """The song plays and stands at *t* seconds."""
    studio.player.playing = True
    studio.at(t)


# --- launching


def test_a_pad_launches_on_the_next_bar_and_is_seen_to_wait(pads, studio):
    play(studio, 2.3 * BEAT)
    press(pads, 1)
    assert studio.performing.queued.due == pytest.approx(4 * BEAT)
    assert shown(pads, 1).queued
    assert studio.performing.playing == 0
    studio.at(4 * BEAT + 0.01)
    assert shown(pads, 1).playing
    assert not shown(pads, 1).queued
    assert not shown(pads, 0).playing


def test_the_ring_drains_and_counts_the_beats(pads, studio):
    play(studio, 0.1 * BEAT)
    press(pads, 1)
    share, beats = pads.grid.faces.left
    assert (share, beats) == (pytest.approx(1.0), "4")
    studio.at(2.5 * BEAT)
    share, beats = pads.grid.faces.left
    assert beats == "2"
    assert share == pytest.approx(1.5 / 3.9, abs=0.02)


def test_a_second_press_is_now(pads, studio):
    play(studio, 2.3 * BEAT)
    press(pads, 1)
    press(pads, 1)
    studio.at(2.3 * BEAT + 0.02)
    assert studio.performing.playing == 1


def test_two_quick_presses_are_two(pads, studio):
    play(studio, 2.3 * BEAT)
    at = pads.grid.cell_of(1).center()
    QTest.mouseClick(pads.grid.viewport(), Qt.MouseButton.LeftButton, pos=at)
    QTest.mouseDClick(pads.grid.viewport(), Qt.MouseButton.LeftButton, pos=at)
    studio.at(2.3 * BEAT + 0.02)
    assert studio.performing.playing == 1


def test_shift_takes_hold_without_playing_and_the_right_button_does_not_play(pads, studio):
    play(studio, 2.3 * BEAT)
    press(pads, 1, keys=Qt.KeyboardModifier.ShiftModifier)
    press(pads, 2, button=Qt.MouseButton.RightButton)
    assert studio.performing.queued is None
    assert studio.performing.playing == 0


# --- looks


def test_pads_have_the_sizes_of_the_design(pads, qtbot):
    grid = pads.grid
    assert grid.faces.box(grid.cell_of(0)).size().toTuple() == (76, 90)
    pads.resize(874, 752)
    assert grid.faces.box(grid.cell_of(0)).width() == 104
    assert grid.faces.box(grid.cell_of(0)).height() >= 112
    pads.resize(424, 415)
    assert min(grid.faces.box(grid.cell_of(0)).size().toTuple()) >= 44


def test_playing_is_filled_and_queued_is_amber(pads, studio):
    play(studio, 2.3 * BEAT)
    press(pads, 1)
    studio.at(3.5 * BEAT)
    image = pads.grid.viewport().grab().toImage()
    playing, waiting = (pads.grid.faces.box(pads.grid.cell_of(row)) for row in (0, 1))
    assert image.pixelColor(playing.center().x(), playing.bottom() - 2) == STAGE.accent
    assert image.pixelColor(waiting.center().x(), waiting.top() + 1) == STAGE.warn
    assert image.pixelColor(waiting.left() + 2, waiting.bottom() - 8) == STAGE.queued


def test_what_waits_is_not_on_its_deck_yet(pads, studio):
    studio.performing.load("B", 5)
    play(studio, 2.3 * BEAT)
    press(pads, 1)
    assert [shown(pads, row).decks for row in (0, 1, 5)] == ["A", "", "B"]
    studio.at(4.1 * BEAT)
    assert [shown(pads, row).decks for row in (0, 1, 5)] == ["", "A", "B"]


def test_only_what_changed_is_drawn_again(pads, studio, qtbot):
    pads.grid.viewport().grab()
    drawn = pads.grid.faces.drawn
    pads.grid.viewport().grab()
    assert pads.grid.faces.drawn == drawn
    studio.document.set_param("react.energy", 0.9)
    pads.grid.viewport().grab()
    assert pads.grid.faces.drawn == drawn, "what a pad shows of its scene did not change"
    studio.performing.launch(1, now=True)
    pads.grid.viewport().grab()
    assert pads.grid.faces.drawn == drawn + 2


def test_a_ring_repaints_one_pad(pads, studio, qtbot):
    play(studio, 0.1)
    press(pads, 1)
    painted = []
    pads.thumbs.changed.disconnect()
    QApplication.processEvents()
    pads.grid.faces.box = lambda cell, box=pads.grid.faces.box: (painted.append(cell.x()), box(cell))[1]
    studio.at(0.4)
    QApplication.processEvents()
    assert painted == [pads.grid.cell_of(1).x()]


def test_a_style_that_is_not_here_is_told(pads, studio):
    show = studio.document.show
    lost = replace(show.scenes[2], style=StyleRef("Lost", "f" * 64))
    studio.document.edit("Lose", replace(show, scenes=(*show.scenes[:2], lost, *show.scenes[3:])))
    assert shown(pads, 2).state == "missing"
    assert "missing" in pads.grid.table.place(2).data(Role.AccessibleTextRole)
    box = pads.grid.faces.box(pads.grid.cell_of(2))
    image = pads.grid.viewport().grab().toImage()
    assert image.pixelColor(box.center().x(), box.top()).red() > 200


def test_a_screen_reader_hears_what_a_pad_does(pads, studio):
    play(studio, 2.3 * BEAT)
    press(pads, 1)
    studio.performing.set_cue(2)
    said = [pads.grid.table.place(row).data(Role.AccessibleTextRole) for row in range(3)]
    assert said == ["1, Scene 1, playing", "2, Scene 2, queued", "3, Scene 3, in cue"]
    assert pads.grid.table.index(5, 7).data(Role.AccessibleTextRole) == "Empty"


# --- edits


def test_alt_overwrites_with_what_plays_and_undo_brings_it_back(pads, studio):
    before = studio.document.show.scenes
    press(pads, 3, keys=Qt.KeyboardModifier.AltModifier)
    assert studio.document.show.scenes[3] == replace(before[0], name="Scene 4")
    assert studio.performing.playing == 0
    studio.document.undo_stack.undo()
    assert studio.document.show.scenes == before


def test_alt_on_an_empty_place_adds_a_copy(pads, studio):
    empty = pads.grid.visualRect(pads.grid.table.index(5, 7)).center()
    QTest.mouseClick(pads.grid.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.AltModifier, empty)
    assert len(studio.document.show.scenes) == 21
    assert studio.document.show.active == 0


def drag(grid, row, to):
    """Press the pad of Scene *row*, move to that of *to*, let go."""
    view = grid.viewport()
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QTest.mousePress(view, left, none, grid.cell_of(row).center())
    at = QPointF(grid.cell_of(to).center())
    move = QMouseEvent(QEvent.Type.MouseMove, at, view.mapToGlobal(at), Qt.MouseButton.NoButton, left, none)
    QApplication.sendEvent(view, move)
    QTest.mouseRelease(view, left, none, grid.cell_of(to).center())


def test_a_drag_moves_a_pad_and_launches_nothing(pads, studio):
    play(studio, 2.3 * BEAT)
    drag(pads.grid, 4, 1)
    names = [scene.name for scene in studio.document.show.scenes[:5]]
    assert names == ["Scene 1", "Scene 5", "Scene 2", "Scene 3", "Scene 4"]
    assert studio.performing.queued is None
    drag(pads.grid, 0, 2)
    assert studio.document.show.scene.name == "Scene 1", "what plays goes on playing"
    assert studio.performing.playing == 2


def test_on_air_pads_stay_where_they_are(pads, studio):
    studio.on_air.set(True)
    drag(pads.grid, 4, 1)
    assert studio.document.show.scenes[1].name == "Scene 2"
    offered = {action.text(): action.isEnabled() for action in pads.menu(2).actions()}
    assert not offered["Delete"]


def test_the_menu_does_what_it_says(pads, studio):
    def choose(row, text):
        next(action for action in pads.menu(row).actions() if action.text() == text).trigger()

    performing = studio.performing
    choose(3, "Launch now")
    assert performing.playing == 3
    choose(5, "Load on deck B")
    assert performing.deck_b == 5
    assert shown(pads, 5).decks == "B"
    assert shown(pads, 3).decks == "A"
    choose(6, "Cue")
    assert performing.cue == 6
    choose(7, "Duplicate")
    like, copy = studio.document.show.scenes[7:9]
    assert copy == replace(like, name=copy.name)
    assert copy.name not in [scene.name for scene in (*studio.document.show.scenes[:8], like)]
    choose(8, "Delete")
    assert len(studio.document.show.scenes) == 20


def test_a_name_is_changed_on_the_pad(pads, studio):
    place = pads.grid.table.place(2)
    assert pads.grid.table.setData(place, " Dawn ")
    assert not pads.grid.table.setData(place, "  ")
    assert studio.document.show.scenes[2].name == "Dawn"


# --- pages, lines, keys


def test_pages_hold_48(qtbot):
    studio = make_studio(PAGE + 3)
    pads = ScenePads(studio.document, studio)
    qtbot.addWidget(pads)
    assert pads.where.text() == "page 1 of 2"
    assert len(pads.grid.table.pads) == PAGE
    pads.step_page(1)
    assert [pad.row for pad in pads.grid.table.pads] == [48, 49, 50]
    pads.launch_place(1)
    assert studio.performing.playing == 49
    pads.launch_place(7)
    assert studio.performing.playing == 49, "an empty place launches nothing"
    pads.step_page(1)
    assert pads.page == 1
    studio.close()


def test_digits_launch_the_chosen_line(pads, studio):
    assert [shown(pads, row).key for row in (0, 7, 8)] == ["1", "8", ""]
    pads.step_line(1)
    assert [shown(pads, row).key for row in (0, 8, 15)] == ["", "1", "8"]
    pads.launch_key(3)
    assert studio.performing.playing == 10
    pads.step_line(-1)
    pads.step_line(-1)
    assert pads.line == 0


def test_arrows_and_enter_play_without_a_mouse(pads, studio):
    pads.grid.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(pads.grid, Qt.Key.Key_Right)
    QTest.keyClick(pads.grid, Qt.Key.Key_Down)
    QTest.keyClick(pads.grid, Qt.Key.Key_Return)
    assert studio.performing.playing == 9
    image = pads.grid.viewport().grab().toImage()
    cell = pads.grid.cell_of(9)
    assert image.pixelColor(cell.center().x(), cell.top() + 1) == Qt.GlobalColor.white


def scan(code, key=Qt.Key.Key_unknown, text=""):
    return QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, code, 0, 0, text)


def test_keys_count_by_where_they_lie():
    assert pad_of(scan(0x10 + 8, Qt.Key.Key_A, "a"), "linux") == 8, "A of AZERTY lies where Q does"
    assert pad_of(scan(0x10, Qt.Key.Key_Q, "q"), "win32") == 8
    assert pad_of(scan(59, Qt.Key.Key_Comma, ","), "linux") == 31
    assert pad_of(scan(0x18 + 8, Qt.Key.Key_O, "o"), "linux") == -1
    assert pad_of(scan(0, Qt.Key.Key_Z, "z"), "linux") == 24, "no code: by the letter"
    assert all(sorted(scan_places(system).values()) == list(range(32)) for system in ("linux", "win32", "darwin"))


def test_the_latch_plays_pads_and_silences_letters(qtbot, pads, studio):
    window = QWidget()
    qtbot.addWidget(window)
    pads.setParent(window)
    keys = PadKeys(window)
    keys.pressed.connect(pads.launch_place)
    keys.changed.connect(lambda: pads.set_keys(tuple(keys.names) if keys.on else ()))
    window.show()
    qtbot.waitActive(window)
    keys.set_on(True)
    assert shown(pads, 8).key == "Q"
    assert pads.chip.isVisibleTo(pads)
    QTest.keyClick(pads.grid, Qt.Key.Key_Q)
    assert studio.performing.playing == 8
    override = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_L, Qt.KeyboardModifier.NoModifier, "l")
    override.ignore()
    QApplication.sendEvent(pads.grid, override)
    assert override.isAccepted(), "L loops nothing now"
    none, ctrl = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier
    for key, held in ((Qt.Key.Key_F8, none), (Qt.Key.Key_S, ctrl)):
        free = QKeyEvent(QEvent.Type.ShortcutOverride, key, held, "")
        free.ignore()
        QApplication.sendEvent(pads.grid, free)
        assert not free.isAccepted()
    QApplication.sendEvent(pads.grid, scan(0x10 + 8, Qt.Key.Key_A, "a"))
    assert keys.names[8] == "A", "the layout is learnt as it is played"
    keys.set_on(False)
    assert shown(pads, 8).key == ""


# --- how the next one comes


def test_the_ticks_say_how_the_next_scene_comes(pads, studio):
    performing = studio.performing
    pads.keep.click()
    pads.cycle.click()
    pads.hold.click()
    assert (performing.keep_position, performing.auto_cycle, performing.hold) == (True, 16, True)
    next(action for action in pads.cycles().actions() if action.text() == "Every 4 bars").trigger()
    assert pads.cycle.text() == "Auto-cycle 4 bars"
    pads.cycle.click()
    assert performing.auto_cycle == 0
    assert pads.cycle.text() == "Auto-cycle 4 bars"


# fingers


@pytest.fixture(scope="module")
def finger(qapp):
    return QTest.createTouchDevice()


@pytest.fixture
def touched(pads, finger, monkeypatch):
    """Touches the pads in a window where a finger may rest, as long as a test says; counts what is asked for."""
    monkeypatch.setattr(long_press, "PRESS_MS", 600_000)
    pads.rest = long_press.LongPress(pads)
    pads.hide()
    pads.show()  # the window is there by now
    pads.launched, pads.menus = [], []
    pads.grid.pressed_pad.disconnect()
    pads.grid.pressed_pad.connect(pads.launched.append)
    pads.grid.menu_wanted.disconnect()
    pads.grid.menu_wanted.connect(lambda row, _at: pads.menus.append(row))

    def touch(what, row):
        at = pads.grid.viewport().mapTo(pads, pads.grid.cell_of(row).center())
        getattr(QTest.touchEvent(pads, finger, True), what)(0, at, pads).commit()

    return touch


def test_a_tap_launches_as_the_finger_is_lifted(pads, touched):
    touched("press", 3)
    assert pads.launched == [], "nobody knows yet whether it rests for the menu"
    touched("release", 3)
    assert pads.launched == [3]
    assert pads.menus == []


def test_a_finger_that_rests_opens_the_menu_once_and_launches_nothing(pads, touched):
    touched("press", 3)
    assert pads.rest._rest.isActive()
    pads.rest._rest.timeout.emit()
    touched("release", 3)
    assert (pads.menus, pads.launched) == ([3], [])


def test_a_finger_that_takes_a_pad_elsewhere_launches_nothing(pads, touched, studio):
    moved = []
    pads.grid.moved.connect(lambda row, to: moved.append((row, to)))
    touched("press", 3)
    touched("move", 5)
    touched("release", 5)
    assert pads.launched == []
    assert moved == [(3, 5)]
    studio.on_air.set(True)
    touched("press", 3)
    touched("move", 5)
    touched("release", 5)
    assert (pads.launched, len(moved)) == ([], 1), "on air pads stay where they are"
