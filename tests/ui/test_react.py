"""React, Simple: every control is one field of the Show, both ways, in one step of undo."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QMenu, QScrollBar, QWidget

from app.control.params import PARAMS, get, there
from app.engine.show.presets import PRESETS, preset
from app.engine.show.show import React, Route
from app.ui.finish_tab import FinishTab
from app.ui.params import ParamRow, movers
from app.ui.points import PointsPage
from app.ui.preset_popover import PresetPopover
from app.ui.react import ReactTab
from app.ui.route_edits import add_route, remove_route
from app.ui.scenes import ScenesPage
from app.ui.songs import SongsPage
from app.ui.styles_list import StylesPage
from app.ui.widgets import CheckBox, Segmented, Slider, Stepper

SIMPLE = [name for name in PARAMS if name.startswith("react.") and name != "react.glide"]


@pytest.fixture
def tab(qtbot, studio):
    tab = ReactTab(studio.document, studio)
    qtbot.addWidget(tab)
    tab.resize(420, 720)
    tab.show()
    return tab


def _control(tab, name):
    found = tab.findChild(QWidget, f"param:{name}")
    assert found is not None, name
    return found


@pytest.mark.parametrize("name", SIMPLE)
def test_every_setting_is_on_the_page_with_a_name_for_screen_readers(tab, name):
    control = _control(tab, name)
    assert control.accessibleName()
    assert control.focusPolicy() & Qt.FocusPolicy.TabFocus or isinstance(control, Stepper)


def test_every_control_changes_its_field_and_only_that(tab, studio):
    document = studio.document
    document.set_param("react.follow_sections", True, merge=False)
    for name in SIMPLE:
        control, before = _control(tab, name), document.show
        if not control.isEnabled():
            continue
        if isinstance(control, Slider):
            QTest.keyClick(control, Qt.Key.Key_Home if get(before, name) > control.lo else Qt.Key.Key_End)
        elif isinstance(control, Segmented):
            QTest.keyClick(control, Qt.Key.Key_Right if control.index == 0 else Qt.Key.Key_Left)
        elif isinstance(control, CheckBox):
            control.click()
        else:
            control.plus.click()
        after = document.show
        assert get(after, name) != get(before, name), name
        assert [n for n in PARAMS if there(before, n) and get(after, n) != get(before, n)] == [name]
        document.undo_stack.undo()
        assert document.show == before


def test_the_page_shows_what_the_document_says(tab, studio):
    document = studio.document
    document.edit_scene("Other", react=React(energy=0.25, bass=2.0, drums=False, loop_video=False, section_amount=5))
    assert _control(tab, "react.energy").amount == 0.25
    assert _control(tab, "react.bass").amount == 2.0
    assert _control(tab, "react.drums").index == 1
    assert not _control(tab, "react.loop_video").isChecked()
    assert _control(tab, "react.section_amount").amount == 5
    assert tab.simple.figure.text() == "0.25"


def test_a_drag_is_one_step_of_undo_and_the_next_drag_another(tab, studio):
    bass, stack = _control(tab, "react.bass"), studio.document.undo_stack
    count = stack.count()
    for start in (60, 160):
        QTest.mousePress(bass, Qt.MouseButton.LeftButton, pos=QPoint(start, 20))
        for x in range(start, start + 60, 6):
            QTest.mouseMove(bass, QPoint(x, 20))
        QTest.mouseRelease(bass, Qt.MouseButton.LeftButton, pos=QPoint(start + 60, 20))
    assert stack.count() == count + 2
    stack.undo()
    stack.undo()
    assert studio.document.show.scene.react.bass == 1.4


def test_points_are_grey_while_sections_place_them(tab, studio):
    assert not _control(tab, "react.point_amount").isEnabled()
    studio.document.set_param("react.follow_sections", False, merge=False)
    assert _control(tab, "react.point_amount").isEnabled()
    assert not _control(tab, "react.section_similarity").isEnabled()


def test_the_dice_are_one_step_and_leave_alone_what_is_locked(tab, studio):
    document, before, header = studio.document, studio.document.show, tab.header
    locks = studio.performing.looks.locks
    assert "Locked: Finish, Routes" in header.dice.toolTip()
    header.dice.click()
    thrown = document.show.scene
    assert thrown.react != before.scene.react
    assert thrown.path != before.scene.path
    assert (thrown.finish, thrown.routes) == (before.scene.finish, before.scene.routes)
    document.undo_stack.undo()
    assert document.show == before
    locks.lock("path", True)
    assert "Locked: Path, Finish, Routes" in header.dice.toolTip()
    assert header.dice.accessibleDescription() == "Locked: Path, Finish, Routes"
    header.dice.click()
    assert document.show.scene.path == before.scene.path


def test_the_dice_popover_sets_locks_and_amount_and_throws(tab, studio):
    document, before, dice = studio.document, studio.document.show, studio.performing.looks.dice
    tab.header.dice_more.click()
    popover = tab.header.findChild(QWidget, "dicePopover")
    assert popover.isVisible()
    assert popover.accessibleName()
    assert {group: button.isChecked() for group, button in popover.locks.items()} == {
        "path": False, "react": False, "finish": True, "routes": True}  # fmt: skip
    for button in popover.locks.values():
        assert button.accessibleName().startswith("Lock ")
        button.click()
    assert dice.locked == {"path", "react"}
    popover.amount.setFocus()
    QTest.keyClick(popover.amount, Qt.Key.Key_Home)
    assert dice.amount == 0.0
    assert popover.figure.text() == "0 %"
    assert tab.header.dice.toolTip().endswith("Amount 0 %")
    QTest.keyClick(popover.amount, Qt.Key.Key_End)
    assert document.show == before, "the dice are no part of the show"
    popover.far.click()
    assert document.show.scene.finish != before.scene.finish
    assert document.show.scene.path == before.scene.path
    popover.close()
    tab.header.dice_more.click()
    again = next(w for w in tab.header.findChildren(QWidget, "dicePopover") if w.isVisible())
    assert [again.locks[group].isChecked() for group in ("path", "finish")] == [True, False], "remembered"
    again.close()


def test_the_menu_of_the_dice_does_the_same(tab, studio):
    locks, menu = studio.performing.looks.locks, QMenu(tab)
    locks.fill(menu)
    lines = {action.text(): action for action in menu.actions()}
    checked = [text for text, action in lines.items() if action.isChecked()]
    assert checked == ["Lock Finish", "Lock Routes", "Amount 100 %"]
    lines["Lock React"].trigger()
    lines["Lock Finish"].trigger()
    lines["Amount 25 %"].trigger()
    assert locks.dice.locked == {"react", "routes"}
    assert locks.dice.amount == 0.25
    locks.fill(menu)
    checked = [action.text() for action in menu.actions() if action.isChecked()]
    assert checked == ["Lock React", "Lock Routes", "Amount 25 %"]


def test_every_preset_can_be_chosen_and_undone(tab, studio):
    document, before = studio.document, studio.document.show
    menu = tab.header.preset_menu()
    names = [*(p.name for p in PRESETS), "", "Save as preset…"]
    assert [a.text().split("\t")[0] for a in menu.actions()] == names
    next(a for a in menu.actions() if a.text().startswith("Bounce")).trigger()
    scene = document.show.scene
    assert scene.preset == "Bounce"
    assert scene.routes == preset("Bounce").routes
    assert scene.react.bass == 2.0
    assert tab.header.preset_picker.text() == "Bounce"
    document.undo_stack.undo()
    assert document.show == before


def test_the_style_menu_lets_the_scene_use_a_style(tab, studio):
    used = []
    studio.use_style = used.append
    menu = tab.header.style_menu()
    assert len(menu.actions()) == len(studio.styles)
    for action, style in zip(menu.actions(), studio.styles, strict=True):
        action.trigger()
        assert used[-1] == style


def test_the_foot_counts_routes_and_notices_changes(tab, studio):
    tab.header.use_preset("Pulse")
    owned = 3 + len(preset("Pulse").routes)
    assert tab.tally.text() == f"Pulse owns {owned} routes"
    studio.document.set_param("react.bass", 0.1)
    assert "changed" in tab.tally.text()
    tab.see.click()
    assert tab.level_switch.index == 1
    assert tab.expert.isVisible()


def test_the_switch_changes_the_level(tab):
    QTest.keyClick(tab.level_switch, Qt.Key.Key_Right)
    assert tab.expert.isVisible()
    assert not tab.simple.isVisible()


def test_bands_stand_in_front_of_their_own_sound(tab, studio):
    studio.at(4.02)
    bass = _control(tab, "react.bass")
    assert len(bass._trace) > 50
    assert max(bass._trace) > 0.8
    features = studio.song.features
    assert bass._trace[-1] == pytest.approx(float(features.curves["bass_drums"][402]))
    assert bass.gate == studio.document.show.scene.react.gate


def test_the_melody_has_a_trace_of_its_own(tab, studio):
    features = studio.song.features
    curves = {**features.curves, "bass_melody": np.full_like(features.curves["bass_melody"], 0.25)}
    studio.song = replace(studio.song, features=replace(features, curves=curves))
    studio.at(4.02)
    assert max(_control(tab, "react.bass")._trace) > 0.8
    studio.document.set_param("react.drums", False, merge=False)
    assert max(_control(tab, "react.bass")._trace) == pytest.approx(0.25)


def test_sound_before_the_song_is_silence(tab, studio):
    studio.at(1.0)
    assert _control(tab, "react.bass")._trace[0] == 0.0


def test_sound_pushes_the_line_under_pulse(tab, studio):
    studio.at(4.05)
    row = next(r for r in tab.simple.rows() if r.name == "react.pulse")
    look = studio.session.score.at(4.05)
    assert look.pulse > 0.1
    assert row.control.pushed == pytest.approx(studio.document.show.scene.react.pulse + look.pulse)


def test_a_dot_links_a_sound_to_what_it_stands_for(tab, studio):
    document = studio.document
    row = next(r for r in tab.simple.rows() if r.name == "react.truncation")
    assert row.dot.sources == ()
    add_route(document, "hat", "psi")
    assert document.show.scene.routes[-1] == Route("hat", "psi", 0.3)
    assert row.dot.sources == ("hat",)
    remove_route(document, len(document.show.scene.routes) - 1)
    assert row.dot.sources == ()


def test_the_pulse_names_its_strongest_band(studio):
    scene = studio.document.show.scene
    assert movers(scene, "pulse")[0] == "bass_drums"


def test_a_typed_number_lands_in_the_document(tab, studio):
    row = next(r for r in tab.simple.rows() if r.name == "react.smoothness")
    row.field.setText("0.33")
    row.field.returnPressed.emit()
    assert studio.document.show.scene.react.smoothness == pytest.approx(0.33)


@pytest.mark.parametrize("page", [ReactTab, FinishTab, ScenesPage, StylesPage, PointsPage, SongsPage])
def test_a_page_that_is_gone_hears_nothing(qtbot, studio, page):
    made = page(studio.document, studio)
    made.show()
    made.deleteLater()
    del made
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    studio.document.set_param("react.bass", 2.0)
    studio.document.select(1)
    studio.at(3.0)
    studio.song_changed.emit()
    studio.styles_changed.emit()
    studio.still_ready.emit("key", QImage(8, 8, QImage.Format.Format_RGB32))


@pytest.mark.parametrize("wide", [296, 420, 520])
@pytest.mark.parametrize("level", [0, 1])
def test_nothing_sticks_out_at_the_columns_widths(tab, studio, wide, level):
    studio.document.edit_scene("Routes", routes=preset("Pulse").routes)
    tab.resize(wide, 560)
    tab.show_level(level)
    tab.expert.toggle(0)
    QCoreApplication.processEvents()
    assert tab.width() == wide
    for child in tab.findChildren(QWidget):
        if child.isVisible() and not isinstance(child, QScrollBar):
            right = child.mapTo(tab, child.rect().topRight()).x()
            assert right < wide, (type(child).__name__, child.objectName(), right)


def test_everything_that_takes_the_keys_has_a_name(tab, studio):
    studio.document.edit_scene("Routes", routes=preset("Pulse").routes)
    tab.expert.toggle(0)
    for level in (0, 1):
        tab.show_level(level)
        for child in tab.findChildren(QWidget):
            if child.isVisible() and child.focusPolicy() != Qt.FocusPolicy.NoFocus:
                text = child.text() if isinstance(child, QAbstractButton) else ""
                assert child.accessibleName() or text, (type(child).__name__, child.objectName())


def test_rows_name_bloompipe_in_their_help(tab):
    row = next(r for r in tab.findChildren(ParamRow) if r.name == "react.smoothness")
    assert "videoSmoothness" in row.toolTip()


def test_how_a_scene_reacts_is_saved_under_a_name_and_chosen_again(tab, studio, qtbot):
    document = studio.document
    document.set_param("react.pulse", 1.7, False)
    assert ", changed" in tab.tally.text()
    tab.header.ask_name()
    popover = tab.findChild(PresetPopover)
    assert not popover.save.isEnabled()
    QTest.keyClicks(popover.name, "Pulse")
    QTest.keyClick(popover.name, Qt.Key.Key_Return)
    assert "preset of the factory" in popover.trouble.text()
    popover.name.setText("Deep end")
    qtbot.mouseClick(popover.save, Qt.MouseButton.LeftButton)
    assert document.show.scene.preset == tab.header.preset_picker.text() == "Deep end"
    assert ", changed" not in tab.tally.text()
    document.set_param("lfo.2.rate", 3.0, False)
    assert ", changed" in tab.tally.text(), "how its sources are made is part of it"
    document.undo_stack.undo()
    tab.header.use_preset("Calm")
    mine = next(a for a in tab.header.preset_menu().actions() if a.text().startswith("Deep end"))
    mine.trigger()
    assert (document.show.scene.react.pulse, document.show.scene.preset) == (1.7, "Deep end")
    next(a for a in tab.header.more_menu().actions() if a.text() == "Delete preset Deep end").trigger()
    assert not any(a.text().startswith("Deep end") for a in tab.header.preset_menu().actions())
    assert ", changed" in tab.tally.text()
    told = []
    studio.told.connect(lambda *words: told.append(words))
    tab.header.use_preset("Deep end")
    assert told[0][2].startswith("There is no preset called")
