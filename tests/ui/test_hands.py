"""Hands: knobs are picked up, lamps say what plays, and devices that were never seen are offered a map."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from app.control import midi
from app.control.mapping import Mapping
from app.ui import gestures, lights
from app.ui.main_window import MainWindow
from app.ui.settings import Settings
from tests.control.fake_midi import FakeMidi

KNOBS = "Knobs 20:0"


@pytest.fixture
def window(qtbot, studio, monkeypatch):
    monkeypatch.setattr(midi, "LOOK_EVERY", 0.01)
    monkeypatch.setattr(lights, "SOON_MS", 1)
    monkeypatch.setattr(gestures, "SWEEP_MS", 100_000)
    made = MainWindow(studio.document, studio, Settings())
    qtbot.addWidget(made)
    made.show()
    made.knobs = FakeMidi(KNOBS)
    made.hands.controllers.open_midi = lambda: made.knobs
    yield made
    made.close()
    studio.document.close()


@pytest.fixture
def plugged(window, qtbot):
    """A device of which nothing is mapped is there."""
    window.hands.controllers.set_midi(True)
    qtbot.waitUntil(lambda: window.hands.controllers.devices == ("Knobs",))
    return window


def right_click(window, name, offered):
    """Take what a right click on the control called *name* offers."""
    QApplication.processEvents()  # what was shown just now is laid out
    control = window.findChild(QWidget, name)
    middle = control.rect().center()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, middle, control.mapToGlobal(middle))
    QApplication.sendEvent(control, event)
    menu = window.findChildren(QMenu, "controlMenu")[-1]
    next(act for act in menu.actions() if act.text() == offered).trigger()
    menu.close()


def cc(window, control, value):
    window.knobs.send(KNOBS, "control_change", control=control, value=value)


# check 16: learn and pick-up


def test_a_macro_learns_a_knob_picks_up_and_is_there_at_the_next_start(window, studio, qtbot):
    window.actions_by_id["add_scene"].trigger()
    window.actions_by_id["perform"].trigger()
    macro = lambda: studio.document.params.value("macro.1")  # noqa: E731
    right_click(window, "param:macro.1", "Learn MIDI")
    qtbot.waitUntil(lambda: window.hands.controllers.devices == ("Knobs",))
    cc(window, 7, 0)
    qtbot.waitUntil(lambda: not window.hands.controllers.learning)
    window.actions_by_id["controllers"].trigger()
    assert [row.accessibleName() for row in window.hands.page.rows] == ["Macro 1 by CC 7 · channel 1"]
    for value in (*range(0, 127, 14), 127):
        cc(window, 7, value)
        qtbot.waitUntil(lambda value=value: macro() == pytest.approx(value / 127))
    other = replace(studio.document.show.scenes[0].macros[0], value=0.5)
    show = studio.document.show
    scenes = (replace(show.scenes[0], macros=(other, *show.scenes[0].macros[1:])), *show.scenes[1:])
    studio.document.edit("Elsewhere", replace(show, scenes=scenes))
    studio.performing.launch(0, now=True)
    assert macro() == 0.5
    cc(window, 7, 126)
    qtbot.waitUntil(lambda: window.hands.controllers.waiting == "Macro 1 waits at 50 %")
    assert macro() == 0.5
    cc(window, 7, 60)  # past it
    qtbot.waitUntil(lambda: macro() == pytest.approx(60 / 127))
    again = MainWindow(studio.document, studio, Settings())
    qtbot.addWidget(again)
    again.knobs = FakeMidi(KNOBS)
    again.hands.controllers.open_midi = lambda: again.knobs
    again.hands.start()
    assert again.hands.controllers.surface.of("macro.1") == Mapping("Knobs", 1, "cc", 7, "macro.1")
    qtbot.waitUntil(lambda: again.hands.controllers.devices == ("Knobs",))
    for value in (0, 127):  # the knob is met anew
        cc(again, 7, value)
    qtbot.waitUntil(lambda: macro() == 1.0)
    again.close()


def test_a_change_is_told_with_whose_doing_it_was(plugged, studio, qtbot):
    told = []
    studio.document.params.listen(lambda *change: told.append(change))
    plugged.hands.controllers.learn("macro.2")
    cc(plugged, 1, 0)
    qtbot.waitUntil(lambda: not plugged.hands.controllers.learning)
    cc(plugged, 1, 0)
    cc(plugged, 1, 127)
    qtbot.waitUntil(lambda: told == [("macro.2", 1.0, "MIDI")])


# devices that were never seen


def test_a_new_device_is_offered_the_generic_profile_without_a_dialog(plugged, studio, qtbot):
    assert plugged.bottom.midi.text() == "Knobs found"
    plugged.actions_by_id["controllers"].trigger()
    row = plugged.hands.page.found
    assert row.isVisible()
    assert (row.said.text(), row.use.text()) == ("Knobs found", "Use generic")
    row.use.click()
    assert not row.isVisible()
    assert plugged.bottom.midi.text() == "Knobs"
    cc(plugged, 1, 0)
    cc(plugged, 1, 127)
    qtbot.waitUntil(lambda: studio.document.params.value("macro.1") == 1.0)


def test_map_from_the_page_opens_map_mode(plugged):
    plugged.actions_by_id["controllers"].trigger()
    plugged.hands.page.found.map.click()
    assert not plugged.hands.page.isVisible()
    assert plugged.hands.maps.kind == "midi"


def test_a_new_device_may_be_left_alone(plugged):
    plugged.actions_by_id["controllers"].trigger()
    QTest.mouseClick(plugged.hands.page.found.leave, Qt.MouseButton.LeftButton)
    assert plugged.bottom.midi.text() == "Knobs"
    assert not plugged.hands.page.findChild(QWidget, "foundRow").isVisible()


def test_an_input_learns_a_knob_on_the_page(plugged, studio, qtbot):
    plugged.actions_by_id["controllers"].trigger()
    plugged.hands.page.inputs.click()
    menu = plugged.hands.page.findChild(QMenu)
    offered = [act.text() for act in menu.actions() if not act.isSeparator()]
    assert offered == [*(f"Learn Input {n}" for n in range(1, 9)), "Learn Map, across", "Learn Map, down",
                       "Learn Shift", "Learn Mode"]  # fmt: skip
    menu.actions()[2].trigger()
    cc(plugged, 20, 0)
    qtbot.waitUntil(lambda: not plugged.hands.controllers.learning)
    for value in (0, 127):
        cc(plugged, 20, value)
    qtbot.waitUntil(lambda: studio.document.show.scene.inputs[2].value == 1.0)


def test_two_knobs_walk_over_the_map(plugged, studio, qtbot):
    controllers, atlas = plugged.hands.controllers, studio.atlas
    for number, target in ((1, "map.x"), (2, "map.y")):
        controllers.learn(target)
        cc(plugged, number, 64)
        qtbot.waitUntil(lambda: not controllers.learning)
    for number, end in ((1, 127), (2, 0)):
        for value in (64, end):
            cc(plugged, number, value)
    there = atlas.w_at(atlas.cols - 1, 0)
    qtbot.waitUntil(lambda: studio.going and bool(np.allclose(studio.session.goto.target, there)))
    assert (studio.document.params.value("map.x"), studio.document.params.value("map.y")) == (1.0, 0.0)
    assert studio.document.undo_stack.count() == 0, "walking is no edit"


# lamps


def test_lamps_follow_scenes_and_buttons(window, studio, qtbot):
    plugged, controllers = window, window.hands.controllers
    window.knobs.names = ["APC MINI 20:0"]
    controllers.set_midi(True)
    qtbot.waitUntil(lambda: controllers.devices == ("APC MINI",))
    profile = next(p for p in controllers.profiles if p.name == "APC mini")
    lit = lambda number: [m.velocity for _n, m in plugged.knobs.lit if m.note == number]  # noqa: E731
    plugged.actions_by_id["add_scene"].trigger()
    controllers.use_profile("APC MINI", profile)
    first, second, many = 56, 57, 7  # pads of scenes 1, 2 and 64
    lamps = profile.lamps
    qtbot.waitUntil(lambda: lit(many) == [lamps["empty"][1]])
    assert studio.document.show.active == 1
    qtbot.waitUntil(lambda: lit(second) == [lamps["playing"][1]])
    assert lit(first) == [lamps["loaded"][1]]
    studio.performing.launch(0, now=True)
    qtbot.waitUntil(lambda: lit(first)[-1] == lamps["playing"][1])
    assert lit(second)[-1] == lamps["loaded"][1]
    assert lit(many) == [0], "only changes go out"
    freeze = 68
    plugged.actions_by_id["freeze"].trigger()
    qtbot.waitUntil(lambda: lit(freeze)[-1] == lamps["playing"][1])


def lit(window, kind: str, number: int) -> list[int]:
    """What the lamp of *number* was told, in order."""
    fields = {"note": ("note", "velocity"), "cc": ("control", "value")}[kind]
    sent = [m for _name, m in window.knobs.lit if hasattr(m, fields[1]) and getattr(m, fields[0], None) == number]
    return [getattr(m, fields[1]) for m in sent if m.type.startswith({"note": "note", "cc": "control"}[kind])]


def controllers_words(window, target: str) -> str:
    return window.hands.controllers.knob_words(target)


def played_by(window, qtbot, port: str, name: str):
    """The device at *port* plays by the profile *name*."""
    controllers, device = window.hands.controllers, port.rpartition(" ")[0]
    window.knobs.names = [port]
    controllers.set_midi(True)
    qtbot.waitUntil(lambda: controllers.devices == (device,))
    controllers.use_profile(device, next(p for p in controllers.profiles if p.name == name))


def test_mode_of_the_launchpad_shows_the_macros_as_columns_of_light(window, studio, qtbot):
    port = "Launchpad X 20:0"
    played_by(window, qtbot, port, "Launchpad")
    studio.document.set_param("macro.3", 3 / 7)
    qtbot.waitUntil(lambda: lit(window, "note", 81)[-1:] == [21])
    assert lit(window, "cc", 91) == [1]
    window.knobs.send(port, "control_change", control=91, value=127)
    qtbot.waitUntil(lambda: lit(window, "cc", 91) == [1, 45])
    column = lambda: [lit(window, "note", 10 * row + 3)[-1] for row in range(1, 9)]  # noqa: E731
    assert column() == [45] * 4 + [0] * 4
    window.knobs.send(port, "note_on", note=63, velocity=100)
    qtbot.waitUntil(lambda: studio.document.params.value("macro.3") == pytest.approx(5 / 7, abs=1e-5))
    qtbot.waitUntil(lambda: column() == [45] * 6 + [0] * 2)
    window.knobs.send(port, "control_change", control=91, value=0)
    window.knobs.send(port, "control_change", control=91, value=127)
    qtbot.waitUntil(lambda: lit(window, "note", 81)[-1:] == [21])


def test_shift_and_a_pad_of_the_apc_overwrites_and_a_page_turns_the_pads_with_it(window, studio, qtbot):
    port = "APC MINI 20:0"
    played_by(window, qtbot, port, "APC mini")
    show = studio.document.show
    many = tuple(replace(show.scene, name=f"Scene {n}") for n in range(1, 51))
    studio.document.edit("Many", replace(show, scenes=many, active=1))
    studio.document.set_param("react.bass", 2.5)
    qtbot.waitUntil(lambda: lit(window, "note", 57)[-1:] == [1])
    assert lit(window, "note", 56)[-1] == 5
    window.knobs.send(port, "note_on", note=98, velocity=127)
    window.knobs.send(port, "note_on", note=56, velocity=127)
    qtbot.waitUntil(lambda: studio.document.show.scenes[0].react.bass == 2.5)
    assert studio.document.show.scenes[0].name == "Scene 1"
    assert studio.document.undo_stack.undoText() == "Overwrite scene"
    window.knobs.send(port, "note_off", note=56)
    window.knobs.send(port, "note_on", note=83, velocity=127)
    qtbot.waitUntil(lambda: window.perform.pads.page == 1)
    assert controllers_words(window, "do:scene:49") == "Note 56 · channel 1", "its pad on this page"
    assert controllers_words(window, "do:scene:1") == ""
    window.knobs.send(port, "note_off", note=98)
    qtbot.waitUntil(lambda: lit(window, "note", 58)[-1:] == [0])
    assert lit(window, "note", 57)[-1] == 5, "pad 2 of this page is scene 50"
    window.knobs.send(port, "note_on", note=57, velocity=127)
    qtbot.waitUntil(lambda: studio.document.show.active == 49)
    window.hands.controllers.forget("do:scene:49")
    assert controllers_words(window, "do:scene:49") == ""


def test_shift_is_no_answer_to_what_is_learnt_but_says_on_which_layer(plugged, qtbot):
    controllers = plugged.hands.controllers
    for target, number in (("layer:held", 30), ("macro.1", 31)):
        controllers.learn(target)
        plugged.knobs.send(KNOBS, "note_on", note=number, velocity=100)
        qtbot.waitUntil(lambda: not controllers.learning)
    controllers.learn("macro.1")
    plugged.knobs.send(KNOBS, "note_on", note=30, velocity=100)
    plugged.knobs.send(KNOBS, "note_on", note=31, velocity=100)
    qtbot.waitUntil(lambda: not controllers.learning)
    assert controllers.surface.of("macro.1").layer == 1
    assert controllers.surface.of("layer:held").number == 30
    plugged.actions_by_id["controllers"].trigger()
    said = [row.accessibleName() for row in plugged.hands.page.rows]
    assert said == ["Shift by Note 30 · channel 1", "Macro 1 by Shift + Note 31 · channel 1"]


def test_a_ring_follows_the_tempo_and_the_brightness(plugged, studio, qtbot):
    controllers, params = plugged.hands.controllers, studio.document.params
    for target, number in (("output.brightness", 7), ("tempo.bpm", 8)):
        controllers.learn(target)
        cc(plugged, number, 0)
        qtbot.waitUntil(lambda: not controllers.learning)
    controllers.set_returns("Knobs", True)
    qtbot.waitUntil(lambda: lit(plugged, "cc", 7) == [127])
    plugged.outputs.page.findChild(QWidget, "param:output.brightness").moved.emit(0.5)
    qtbot.waitUntil(lambda: lit(plugged, "cc", 7) == [127, 64])
    before = lit(plugged, "cc", 8)
    studio.tempo.multiply(0.5)
    qtbot.waitUntil(lambda: lit(plugged, "cc", 8) == [*before, round((studio.tempo.bpm - 20) / 280 * 127)])
    assert params.value("output.brightness") == 0.5
    params.keep("tempo.bpm", lambda: 90.0, lambda _bpm: None, flows=True)
    studio.tempo.changed.emit()  # as an input's beat is found: no edit, and nobody's hand
    qtbot.waitUntil(lambda: lit(plugged, "cc", 8)[-1] == round(70 / 280 * 127))


def test_rings_and_motor_faders_are_sent_what_something_else_moved(plugged, studio, qtbot):
    controllers, params = plugged.hands.controllers, studio.document.params
    controllers.learn("macro.1")
    cc(plugged, 7, 0)
    qtbot.waitUntil(lambda: not controllers.learning)
    sent = lambda: [(m.control, m.value) for _name, m in plugged.knobs.lit]  # noqa: E731
    params.set("macro.1", 0.25)
    plugged.actions_by_id["controllers"].trigger()
    plugged.hands.page.profile.click()
    menus = plugged.hands.page.findChildren(QMenu)
    back = next(act for menu in menus for act in menu.actions() if act.text() == "Send the values back")
    assert sent() == [], "nobody asked for it yet"
    back.trigger()
    qtbot.waitUntil(lambda: sent() == [(7, 32)])
    params.set("macro.1", 1.0)
    qtbot.waitUntil(lambda: sent() == [(7, 32), (7, 127)])
    for value in (127, 60):
        cc(plugged, 7, value)
    qtbot.waitUntil(lambda: params.value("macro.1") == pytest.approx(60 / 127))
    params.set("macro.1", 0.0)
    qtbot.waitUntil(lambda: sent()[-1] == (7, 0))
    assert sent() == [(7, 32), (7, 127), (7, 0)], "a knob is not told what it said itself"
    assert Settings().controllers.returns == "Knobs"


def test_a_missing_style_and_a_queue_have_lamps_of_their_own(plugged, studio):
    found = plugged.hands.controllers._lights
    show = studio.document.show
    gone = replace(show.scene, style=replace(show.scene.style, sha256="ff" * 32, name="Gone", file=""))
    studio.document.edit("Gone", replace(show, scenes=(show.scene, gone)))
    assert (found.state("do:scene:2"), found.state("do:scene:3")) == ("error", "empty")
    assert found.state("do:tap") == "loaded"
    assert found.state("react.bass") is None
