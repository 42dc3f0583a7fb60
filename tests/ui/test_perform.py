"""The Perform workspace in its window: sizes, keys, decks, macros, song and stage (ux.md 2.3, checks 9, 10, 11, 19)."""

from dataclasses import replace
from itertools import pairwise

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QKeySequence, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSlider, QApplication, QMainWindow, QWidget

from app.control.mapping import Mapping, Touch
from app.engine.show.show import Path
from app.ui import actions as rows
from app.ui import theme
from app.ui.focus import SpaceRule
from app.ui.keys import Keys
from app.ui.perform_knob import TRAVEL
from app.ui.perform_view import PerformView
from app.ui.settings import Settings
from app.ui.stage import StagePicture
from app.ui.workspaces import NAMES
from tests.ui.fakes import FakeStudio, make_document
from tests.ui.windows import opened

BEAT = 0.5  # 120 bpm


@pytest.fixture
def studio(qtbot):
    document = make_document()
    scene = document.show.scene
    scenes = tuple(replace(scene, name=f"Scene {i + 1}", path=Path(7 * i + 3)) for i in range(20))
    document.show = replace(document.show, scenes=scenes)
    studio = FakeStudio(document)
    studio.performing.set_quantum("1")
    yield studio
    studio.close()


@pytest.fixture
def dressed(qapp):
    """The application in its colours: put on once, for every widget there is has to be dressed again."""
    if not qapp.styleSheet():
        theme.apply(qapp)
    return qapp


@pytest.fixture
def window(qtbot, qapp, dressed, studio):
    rule = SpaceRule(qapp)
    window = opened(qtbot, studio)
    window.show_workspace("perform")
    yield window
    window.close()
    qapp.removeEventFilter(rule)
    rule.deleteLater()


@pytest.fixture
def perform(qtbot, dressed, studio):
    """The workspace without the rest of its window."""
    holder = QMainWindow()
    actions = rows.build(holder)
    Keys(actions, Settings(), holder).in_workspace("perform")
    view = PerformView(studio.document, studio, StagePicture(studio, holder), actions, holder)
    rows.connect(actions, {**view.runs(), "take_cue": studio.performing.take}, studio.told.emit)
    qtbot.addWidget(holder)
    holder.setCentralWidget(view)
    holder.resize(1440, 871)
    holder.show()
    qtbot.waitActive(holder)
    return view


def play(studio, t):
    """The song plays and stands at *t* seconds."""
    studio.player.playing = True
    studio.at(t)


def whole(widget):
    """Whether all of *widget* is seen."""
    return widget.isVisible() and widget.visibleRegion().boundingRect() == widget.rect()


# --- workspaces


def test_the_song_plays_on_while_workspaces_change(window, studio):
    play(studio, 1.0)
    told = []
    studio.playing_changed.connect(told.append)
    for name in (*NAMES, "perform", "create"):
        window.show_workspace(name)
        assert window.workspaces.name == name
        assert window.bottom.workspaces.tabs[name].isChecked()
    assert told == []
    assert studio.playing


def test_perform_hides_menus_and_timeline_and_gives_them_back(window):
    assert not window.menuBar().isVisible()
    assert not window.timeline.isVisible()
    assert not window.transport.isVisible()
    window.show_workspace("create")
    assert window.menuBar().isVisible()
    assert window.timeline.isVisible()
    assert window.transport.isVisible()
    assert not window.perform.isVisible()


def test_alt_alone_shows_the_menus(window):
    handle = window.windowHandle()
    QTest.keyPress(handle, Qt.Key.Key_Alt)
    QTest.keyRelease(handle, Qt.Key.Key_Alt)
    assert window.menuBar().isVisible()
    window.menuBar().setActiveAction(None)
    QTest.keyPress(handle, Qt.Key.Key_Alt)
    QTest.keyRelease(handle, Qt.Key.Key_Alt)
    assert not window.menuBar().isVisible()
    QTest.keyPress(handle, Qt.Key.Key_Alt)
    QTest.keyPress(handle, Qt.Key.Key_F4, Qt.KeyboardModifier.AltModifier)
    QTest.keyRelease(handle, Qt.Key.Key_Alt)
    assert not window.menuBar().isVisible(), "Alt was held for another key"


@pytest.mark.parametrize("name", NAMES)
def test_every_key_has_one_owner_in_every_workspace(window, studio, name):
    window.show_workspace(name)
    studio.performing.set_cue(3)
    play(studio, 0.3 * BEAT)
    studio.performing.launch(2)
    owners = {}
    for action in window.actions_by_id.values():
        if action.isEnabled():
            for key in action.shortcuts():
                owners.setdefault(key.toString(), []).append(action.objectName())
    assert {key: who for key, who in owners.items() if len(who) > 1} == {}
    assert owners.get("1") == {"perform": ["action:launch_1"], "create": ["action:hot_cue_1"]}.get(name)


def test_page_keys_turn_pages_in_perform_alone(window, studio):
    grid = window.perform.pads.grid
    QTest.keyClick(grid, Qt.Key.Key_PageDown)
    assert studio.performing.playing == 0
    window.show_workspace("create")
    assert [key.toString() for key in window.actions_by_id["next_scene"].shortcuts()] == ["PgDown"]


# --- keys


def test_digits_launch_and_ctrl_arrows_choose_the_line(window, studio):
    grid = window.perform.pads.grid
    QTest.keyClick(grid, Qt.Key.Key_3)
    assert studio.performing.playing == 2
    QTest.keyClick(grid, Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(grid, Qt.Key.Key_2)
    assert studio.performing.playing == 9
    window.show_workspace("create")
    QTest.keyClick(window, Qt.Key.Key_1)
    assert studio.performing.playing == 9


def test_escape_unqueues_and_is_free_otherwise(window, studio):
    play(studio, 2.3 * BEAT)
    assert not window.actions_by_id["unqueue"].isEnabled()
    QTest.keyClick(window.perform.pads.grid, Qt.Key.Key_2)
    assert studio.performing.queued is not None
    QTest.keyClick(window.perform.pads.grid, Qt.Key.Key_Escape)
    assert studio.performing.queued is None
    studio.at(4.1 * BEAT)
    assert studio.performing.playing == 0


def test_the_latch_ends_with_the_workspace(window, studio):
    grid = window.perform.pads.grid
    QTest.keyClick(grid, Qt.Key.Key_QuoteLeft)
    assert window.perform.keys.on
    QTest.keyClick(grid, Qt.Key.Key_W)
    assert studio.performing.playing == 9
    QTest.keyClick(grid, Qt.Key.Key_B)
    assert not studio.blackout, "letters are pads now"
    assert studio.performing.playing == 9, "there is no scene on that one"
    QTest.keyClick(grid, Qt.Key.Key_F8)
    assert studio.blackout
    window.show_workspace("create")
    assert not window.perform.keys.on
    QTest.keyClick(window, Qt.Key.Key_B)
    assert not studio.blackout


def test_emergency_keys_work_whatever_has_the_focus(window, studio):
    perform = window.perform
    for widget in (perform.pads.grid, perform.macros.knobs[0], perform.decks.fader, perform.macros.energy,
                   perform.song.parts, perform.bar.launch):  # fmt: skip
        widget.setFocus(Qt.FocusReason.TabFocusReason)
        for key, state in ((Qt.Key.Key_F7, "frozen"), (Qt.Key.Key_F8, "blackout")):
            QTest.keyClick(widget, key)
            assert getattr(studio, state), widget.objectName()
            QTest.keyClick(widget, key)
            assert not getattr(studio, state), widget.objectName()


def test_space_plays_after_a_click_and_presses_after_tab(window, studio):
    hold = window.perform.pads.hold
    QTest.mouseClick(hold, Qt.MouseButton.LeftButton)
    hold.setFocus(Qt.FocusReason.MouseFocusReason)
    assert studio.performing.hold
    QTest.keyClick(hold, Qt.Key.Key_Space)
    assert studio.playing
    assert studio.performing.hold
    window.perform.pads.grid.setFocus(Qt.FocusReason.TabFocusReason)
    hold.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(hold, Qt.Key.Key_Space)
    assert not studio.performing.hold


def test_by_keys_alone_from_the_start_to_a_scene_on_the_output(window, studio):
    window.show_workspace("create")
    QTest.keyClick(window, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert window.perform.isVisible()
    assert QApplication.focusWidget() is window.perform.pads.grid
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)
    assert studio.playing
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_F11)
    assert window.output.isVisible()
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Right)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    queued = studio.performing.queued
    assert queued is not None
    studio.at(queued.due + 0.01)
    assert studio.performing.playing == queued.row == 1
    QTest.keyClick(window, Qt.Key.Key_F11)
    assert not window.output.isVisible()


# --- sizes and reach


SIZES = [(1024, 640), (1100, 1000), (1280, 720), (1366, 768), (1440, 820), (1440, 860), (1440, 900), (1800, 1040),
         (1920, 1080), (2560, 1440)]  # fmt: skip


@pytest.mark.parametrize("size", SIZES)
def test_nothing_is_hidden_or_cut(window, studio, size):
    studio.performing.set_cue(4)
    window.resize(*size)
    QApplication.processEvents()
    perform = window.perform
    assert (window.width(), window.height()) == size
    for part in (perform.stage.freeze, perform.stage.blackout, perform.stage.rate, perform.bar.play, perform.bar.time,
                 perform.pads.grid, perform.cue.take, perform.decks.fader, perform.macros.energy, perform.macros.meters,
                 *perform.macros.knobs, window.bottom):  # fmt: skip
        assert whole(part), part.objectName()
    for button in (perform.stage.freeze, perform.stage.blackout, perform.stage.output, perform.stage.on_air):
        assert button.width() >= button.minimumSizeHint().width() - 1
        assert button.height() >= 44
    box = perform.pads.grid.faces.box(perform.pads.grid.cell_of(0))
    assert min(box.width(), box.height()) >= 44
    for target in (*perform.macros.knobs, perform.decks.a, perform.decks.fader, perform.macros.energy):
        assert min(target.width(), target.height()) >= 44, target.objectName()


def test_the_picture_goes_from_edge_to_edge(perform, studio):
    studio.give_frame()
    QApplication.processEvents()
    program = perform.program
    assert program.size().toTuple() == (516, 516)
    assert program.picture_rect().size().toTuple() == (516.0, 516.0)
    assert perform.macros.width() == 272
    assert perform.pads.width() == 650


def test_both_pictures_show_the_same_frame(window, studio):
    studio.give_frame(200)
    QApplication.processEvents()
    assert window.perform.program.painted_frame_id == window.picture.number
    before = window.perform.program.painted_frame_id
    window.show_workspace("create")
    studio.give_frame(90)
    QApplication.processEvents()
    assert window.perform.program.painted_frame_id == before, "what is not seen is not painted"


def test_what_is_latched_stands_on_the_picture(perform, studio):
    studio.give_frame(200)
    studio.set_blackout(True)
    QApplication.processEvents()
    image = perform.program.grab().toImage()
    assert image.pixelColor(1, 258) == theme.STAGE.live
    assert image.pixelColor(16, 16) == theme.STAGE.live


def test_one_frame_round_what_is_latched(perform, studio):
    studio.give_frame(200)
    studio.set_blackout(True)
    perform.resize(1024, 560)
    QApplication.processEvents()
    program = perform.program
    assert program.picture_rect().left() > 12, "the picture stands free on both sides"
    image, middle = program.grab().toImage(), program.height() // 2
    reds = [x for x in range(program.width()) if image.pixelColor(x, middle) == theme.STAGE.live]
    assert reds == [0, 1, 2, *range(program.width() - 3, program.width())]


def focusable(root):
    """Every widget under *root* that Tab reaches."""
    return [w for w in root.findChildren(QWidget) if w.isVisible() and w.focusPolicy() & Qt.FocusPolicy.TabFocus]


def test_tab_goes_round_and_everything_on_the_way_has_a_name(window):
    first = window.perform.pads.grid
    first.setFocus(Qt.FocusReason.TabFocusReason)
    seen = []
    for _ in range(200):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        seen.append(QApplication.focusWidget())
        if seen[-1] is first:
            break
    assert seen[-1] is first
    missed = [w for w in focusable(window.perform) if w not in seen and w.isEnabled()]
    assert [w.objectName() for w in missed] == []
    nameless = [w for w in seen if not (w.accessibleName() or getattr(w, "text", str)())]
    assert [w.objectName() for w in nameless] == []


# --- decks


def test_without_a_scene_on_b_there_is_nothing_to_fade_to(perform, studio):
    decks = perform.decks
    assert not decks.fader.isEnabled()
    assert not decks.b.isEnabled()
    studio.performing.load("B", 5)
    assert decks.fader.isEnabled()
    assert (decks.name_a.text(), decks.name_b.text()) == ("Scene 1", "Scene 6")


def test_the_fader_fades_and_its_middle_holds(perform, studio):
    studio.performing.load("B", 5)
    fader, performing = perform.decks.fader, studio.performing
    middle = fader.height() // 2
    QTest.mousePress(fader, Qt.MouseButton.LeftButton, pos=QPoint(round(fader.x_of(0.0)), middle))
    QTest.mouseMove(fader, QPoint(round(fader.x_of(0.3)), middle))
    assert performing.fader == pytest.approx(0.3, abs=0.01)
    QTest.mouseMove(fader, QPoint(round(fader.x_of(0.512)), middle))
    assert performing.fader == 0.5
    QTest.mouseRelease(fader, Qt.MouseButton.LeftButton)
    QTest.mouseDClick(fader, Qt.MouseButton.LeftButton, pos=QPoint(round(fader.x_of(0.9)), middle))
    assert performing.fader == 0.5
    QTest.keyClick(fader, Qt.Key.Key_End)
    assert performing.fader == 1.0
    assert isinstance(fader, QAbstractSlider), "screen readers know it"
    assert fader.value() == 100


def test_a_and_b_cut(perform, studio):
    studio.performing.load("B", 5)
    decks = perform.decks
    decks.b.click()
    assert studio.performing.fader == 1.0
    assert (decks.a.isChecked(), decks.b.isChecked()) == (False, True)
    decks.a.click()
    assert (decks.a.isChecked(), decks.b.isChecked()) == (True, False)


def test_the_fader_is_seen_to_fade_by_itself(perform, studio):
    studio.performing.load("B", 5)
    studio.performing.set_glide(4.0)
    play(studio, 1.0)
    studio.performing.auto_fade()
    studio.at(2.0)
    assert perform.decks.fader.amount == pytest.approx(studio.performing.fader)
    assert 0.2 < perform.decks.fader.amount < 0.8


# --- cue


def test_the_cue_is_shown_taken_and_put_away(perform, studio):
    cue = perform.cue
    assert not cue.take.isVisible()
    studio.performing.set_cue(4)
    assert cue.take.isVisible()
    assert cue.picture.accessibleName() == "Cue: Scene 5"
    cue.cancel.click()
    assert studio.performing.cue is None
    studio.performing.set_cue(4)
    cue.take.click()
    assert studio.performing.playing == 4
    assert not cue.take.isVisible()


def test_the_cue_shows_the_preset_that_undo_brings_back_at_once(perform, studio):
    """It stands in the cue and on no pad: what is told of pads alone comes too late."""
    document = studio.document
    studio.performing.set_cue(4)
    before = document.show.scenes[4].preset
    after = replace(document.show.scenes[4], preset="Strobe")
    scenes = tuple(after if i == 4 else scene for i, scene in enumerate(document.show.scenes))
    document.edit("Preset Strobe", replace(document.show, scenes=scenes))
    assert perform.cue.picture.scene.preset == "Strobe"
    document.undo_stack.undo()
    assert perform.cue.picture.scene.preset == before


# --- macros


def test_a_knob_turns_by_hand_and_a_drag_is_one_step_of_undo(perform, studio):
    knob, document = perform.macros.knobs[2], studio.document
    at = knob.ring().center().toPoint()
    QTest.mousePress(knob, Qt.MouseButton.LeftButton, pos=at)
    for dy in (10, 30, 50):
        QTest.mouseMove(knob, at - QPoint(0, dy))
    QTest.mouseRelease(knob, Qt.MouseButton.LeftButton, pos=at - QPoint(0, 50))
    assert document.show.scene.macros[2].value == pytest.approx(50 / TRAVEL, abs=0.02)
    document.undo_stack.undo()
    assert document.show.scene.macros[2].value == 0.0
    QTest.mouseDClick(knob, Qt.MouseButton.LeftButton, pos=at)
    assert document.show.scene.macros[2].value == knob.default


def wheel(widget, keys):
    at = QPointF(widget.rect().center())
    none, begin = Qt.MouseButton.NoButton, Qt.ScrollPhase.NoScrollPhase
    event = QWheelEvent(at, widget.mapToGlobal(at), QPoint(), QPoint(0, 120), none, keys, begin, False)
    QApplication.sendEvent(widget, event)


def test_the_wheel_needs_ctrl(perform, studio):
    knob = perform.macros.knobs[0]
    wheel(knob, Qt.KeyboardModifier.NoModifier)
    assert studio.document.show.scene.macros[0].value == 0.0
    wheel(knob, Qt.KeyboardModifier.ControlModifier)
    assert studio.document.show.scene.macros[0].value == pytest.approx(0.01)


def test_keys_of_a_knob_are_its_own_once_tab_has_reached_it(perform, studio):
    knob, macros = perform.macros.knobs[0], lambda: studio.document.show.scene.macros[0].value
    knob.setFocus(Qt.FocusReason.TabFocusReason)
    for key, value in ((Qt.Key.Key_Up, 0.01), (Qt.Key.Key_PageUp, 0.11), (Qt.Key.Key_End, 1.0), (Qt.Key.Key_Home, 0.0)):
        QTest.keyClick(knob, key)
        assert macros() == pytest.approx(value)
    QTest.keyClick(knob, Qt.Key.Key_3)
    assert studio.performing.playing == 2, "digits play pads"


def test_a_macro_is_named(perform, studio):
    macros = perform.macros
    knob = macros.knobs[1]
    assert knob.accessibleName() == "Macro 2"
    knob.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(knob, Qt.Key.Key_F2)
    field = QApplication.focusWidget()
    QTest.keyClicks(field, "Swirl 1")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert studio.document.show.scene.macros[1].name == "Swirl 1"
    assert knob.name == "Swirl 1"
    assert studio.performing.playing == 0, "a digit in a name launches nothing"


def test_hardware_that_has_not_met_a_macro_is_marked(window, studio):
    hands, knob = window.hands.controllers, window.perform.macros.knobs[0]
    hands.surface.mappings = (Mapping("desk", 1, "cc", 7, "macro.1"),)
    studio.document.set_param("macro.1", 0.8)
    hands._hear(Touch("desk", 1, "cc", 7, 0.25, 32))
    hands._turn()
    assert knob.mapped
    assert knob.ghost == pytest.approx(0.25)
    hands._hear(Touch("desk", 1, "cc", 7, 0.85, 108))
    hands._turn()
    assert knob.ghost is None
    assert studio.document.show.scene.macros[0].value == pytest.approx(0.85)


def test_the_meters_follow_the_sound_and_the_gate(perform, studio):
    macros = perform.macros
    studio.document.set_param("react.gate", 0.3)
    assert macros.meters.gate == 0.3
    play(studio, 4.0)
    high = macros.meters.shown[0]
    studio.at(4.3)
    assert high > 0.9
    assert macros.meters.shown[0] < high, "it falls between two hits"
    assert macros.meters.shown[0] >= high - 0.1, "slowly"


def test_energy_moves_the_scene_that_plays(perform, studio):
    energy = perform.macros.energy
    QTest.mouseClick(energy, Qt.MouseButton.LeftButton, pos=QPoint(energy.width() // 4, 20))
    assert studio.document.show.scene.react.energy == pytest.approx(0.25, abs=0.02)
    assert perform.macros.figure.text() == f"{studio.document.show.scene.react.energy:.2f}"


# --- song, figures, stage


def test_g_cuts_or_glides_as_long_as_before(perform, studio):
    studio.performing.set_glide(8.0)
    glides = []
    for _ in range(3):
        perform.bar.turn_glide()
        glides.append(studio.performing.glide)
    assert glides == [0.0, 8.0, 0.0]


def test_the_strip_goes_to_the_parts_of_the_song(perform, studio):
    song = perform.song
    QTest.mouseClick(song.parts, Qt.MouseButton.LeftButton, pos=QPoint(song.width() * 5 // 8, 10))
    assert studio.now() == pytest.approx(20.0, abs=0.1)
    studio.at(9.0)
    assert song.parts.playing == 1
    QTest.keyClick(song.parts, Qt.Key.Key_Right)
    assert studio.now() == 16.0
    before = studio.document.show.sections
    QTest.mouseDClick(song.parts, Qt.MouseButton.LeftButton, pos=QPoint(30, 10))
    assert studio.document.show.sections == before


def test_the_bar_says_what_is_to_be_known_from_afar(perform, studio):
    bar = perform.bar
    studio.at(4 * 4 * BEAT + 1.1)
    assert bar.counter.text() == "5.3"
    assert bar.bpm.text() == "120.00"
    assert bar.time.text() == "0:09.10"
    assert bar.launch.text() == "1 bar"
    next(action for action in bar.launches().actions() if action.text() == "Section").trigger()
    next(action for action in bar.glides().actions() if action.text() == "8 beats").trigger()
    assert (studio.performing.quantum, studio.performing.glide) == ("section", 8.0)
    assert (bar.launch.text(), bar.glide.text()) == ("Section", "8 beats")
    assert bar.clock.accessibleName().endswith(studio.document.show.name)


def test_the_tempo_says_who_it_is_from_and_can_be_typed(window, studio, qtbot):
    bar = window.perform.bar
    play(studio, 1.0)
    assert (bar.tag.word, bar.tag.confidence) == ("Song", 1.0)
    assert bar.tag.accessibleName() == "Tempo from: Song"
    assert bar.bpm.accessibleName()
    bar.lock.click()
    assert window.actions_by_id["tempo_lock"].isChecked()
    assert bar.lock.isChecked()
    bar.lock.click()
    bar.bpm.setFocus()
    bar.bpm.setText("97,5")
    QTest.keyClick(bar.bpm, Qt.Key.Key_Return)
    assert studio.document.show.grid.bpm == 97.5
    qtbot.waitUntil(lambda: bar.bpm.text() == "97.50")
    assert window.perform.pads.grid.hasFocus(), "arrows go over the pads again"
    menu = bar.tempo_menu()
    assert window.actions_by_id["tempo_lock"] in menu.actions()
    menu.deleteLater()


@pytest.mark.parametrize("width", [1024, 1180, 1240, 1300, 1340, 1380, 1430, 1440, 1920])
def test_nothing_in_the_bar_lies_over_another(perform, studio, width):
    studio.performing.set_quantum("section")
    studio.performing.set_glide(32)
    perform.window().resize(width, 871)
    QApplication.processEvents()
    bar = perform.bar
    assert bar.width() == width
    shown = sorted((w for w in bar.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
                    if w.isVisible()), key=QWidget.x)  # fmt: skip
    assert all(a.geometry().right() < b.x() for a, b in pairwise(shown))
    assert shown[-1].geometry().right() < width


def test_the_wheel_turns_the_tempo_with_ctrl_alone(perform, studio):
    field = perform.bar.bpm
    studio.at(1.0)

    def wheel(keys):
        at = QPointF(field.rect().center())
        event = QWheelEvent(at, at, QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton, keys,
                            Qt.ScrollPhase.NoScrollPhase, False)  # fmt: skip
        QApplication.sendEvent(field, event)

    before = studio.document.show
    wheel(Qt.KeyboardModifier.NoModifier)
    assert studio.document.show == before
    wheel(Qt.KeyboardModifier.ControlModifier)
    assert studio.document.show.grid.bpm == pytest.approx(120.1)


def test_the_rate_is_said_and_goes_amber(perform, studio):
    rate = perform.stage.rate
    rate.refresh()
    assert rate.words()[0] == "31.4"
    assert rate.accessibleName().startswith("31.4 frames a second, 0 dropped")
    assert has(rate, theme.STAGE.ok)
    studio.engine = replace(studio.engine, fps=12.0)
    rate.refresh()
    assert has(rate, theme.STAGE.warn)


def has(widget, color):
    """Whether *color* is seen somewhere on the left half of *widget*."""
    image = widget.grab().toImage()
    return any(image.pixelColor(x, y) == color for x in range(widget.width() * 2 // 3) for y in range(0, 64, 2))


def test_the_output_button_names_the_display(window, studio):
    window.picture.set_output("BEAMER")
    assert window.perform.stage.output.under == "BEAMER"
    assert window.perform.stage.output.accessibleDescription() == "BEAMER"


def test_what_a_button_says_of_its_key_is_its_key(window):
    stage = window.perform.stage
    for name, button in (("freeze", stage.freeze), ("blackout", stage.blackout), ("output", stage.output)):
        assert QKeySequence(button.hint) == window.actions_by_id[name].shortcut()


def test_a_move_of_the_mouse_over_the_stage_changes_nothing(perform, studio):
    before = studio.document.show
    for widget in focusable(perform):
        QApplication.sendEvent(widget, QEvent(QEvent.Type.Enter))
        QApplication.sendEvent(widget, QEvent(QEvent.Type.Leave))
    assert studio.document.show == before
