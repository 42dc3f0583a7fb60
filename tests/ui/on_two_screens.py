"""Run by test_two_screens.py in a process that has two screens: LAPTOP and BEAMER (ux.md section 8, checks 6 and 7)."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QToolTip, QWidget
from shiboken6 import isValid

from app.engine.errors import AppError
from app.engine.render.engine import EngineState
from app.ui.main_window import MainWindow
from app.ui.notice import Notice
from app.ui.panel import Panel
from app.ui.settings import Settings
from tests.control.fake_midi import FakeMidi

WIDE, TALL = 1920, 1080


@pytest.fixture
def window(qtbot, studio):
    made = MainWindow(studio.document, studio, Settings())
    qtbot.addWidget(made)
    made.setGeometry(QRect(20, 20, 1400, 860))
    made.show()
    made.activateWindow()
    QApplication.processEvents()
    yield made
    studio.on_air.set(False)
    made.close()
    studio.document.close()


def rgb(window) -> np.ndarray:
    """What stands on the audience's screen, ``(1080, 1920, 3)``."""
    image = window.output.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    assert (image.width(), image.height()) == (WIDE, TALL)
    return np.frombuffer(image.constBits(), np.uint8).reshape(TALL, WIDE, 4)[..., 2::-1].copy()


def letterboxed(picture: np.ndarray) -> np.ndarray:
    """*picture*, as high as the screen, between black."""
    whole = np.zeros((TALL, WIDE, 3), np.uint8)
    left = (WIDE - picture.shape[1]) // 2
    whole[:, left : left + picture.shape[1]] = picture
    return whole


def on_beamer() -> list[str]:
    """The windows that stand on the audience's screen."""
    beamer = next(s for s in QGuiApplication.screens() if s.name() == "BEAMER")
    return [
        top.objectName() or type(top).__name__
        for top in QApplication.topLevelWidgets()
        if top.isVisible() and top.geometry().intersects(beamer.geometry())
    ]


def press(window, name: str) -> None:
    window.actions_by_id[name].trigger()


def test_output_on_the_second_screen_changes_nothing_else(window, studio, qapp):
    """Check 6."""
    field = window.scenes.findChild(QWidget, "searchField") or window.transport.play
    field.setFocus()
    before, focus = window.geometry(), qapp.focusWidget()
    assert focus is not None
    press(window, "output")
    qapp.processEvents()
    output = window.output
    assert output.isVisible()
    assert output.screen().name() == "BEAMER"
    assert output.geometry().getRect() == (1440, 0, WIDE, TALL)
    assert output.cursor().shape() == Qt.CursorShape.BlankCursor
    assert qapp.focusWidget() is focus
    assert window.geometry() == before
    assert not output._hint, "the hint is for the operator's own screen alone"
    assert on_beamer() == ["outputWindow"]


STATES = {
    "nothing": lambda w, s: None,
    "an error": lambda w, s: s.told.emit("error", "It went wrong", "One sentence."),
    "news": lambda w, s: s.told.emit("info", "Still saved", "Here."),
    "HUD": lambda w, s: press(w, "hud"),
    "keys": lambda w, s: press(w, "keys"),
    "about": lambda w, s: press(w, "about"),
    "outputs": lambda w, s: press(w, "outputs"),
    "displays": lambda w, s: press(w, "choose_output"),
    "controllers": lambda w, s: press(w, "controllers"),
    "get more": lambda w, s: press(w, "get_more"),
    "palette": lambda w, s: press(w, "palette"),
    "MIDI map": lambda w, s: press(w, "map_mode"),
    "key map": lambda w, s: press(w, "key_map"),
    "shortcuts": lambda w, s: press(w, "shortcuts"),
    "perform": lambda w, s: press(w, "perform"),
    "export": lambda w, s: press(w, "export"),
    "ON AIR": lambda w, s: press(w, "on_air"),
    "frozen": lambda w, s: press(w, "freeze"),
    "a menu": lambda w, s: w.menuBar().actions()[0].menu().popup(w.mapToGlobal(QPoint(5, 30))),
    "the song menu": lambda w, s: w.transport._open_menu(),
    "a tool tip": lambda w, s: QToolTip.showText(w.mapToGlobal(QPoint(50, 50)), "A tip", w),
    "a drop": lambda w, s: w.drop.show(),
    "a notice": lambda w, s: w.preview.tell(Notice("first", "music", ("Drop a song",))),
    "a song that fails": lambda w, s: s.desk.failed(w.settings.recent("songs")[0], AppError("It is broken.")),
    "an engine error": lambda w, s: s._bridge.error.emit(AppError("No memory.")),
    "a stopped engine": lambda w, s: s._engine_told(EngineState("stopped", "cpu", note="The picture holds")),
    "a slow engine": lambda w, s: s._engine_told(EngineState("running", "cpu", "float32", 64, 64, given_up="½ size")),
    "a full screen window": lambda w, s: w.setWindowState(Qt.WindowState.WindowFullScreen),
    "a small window": lambda w, s: w.resize(1024, 640),
    "a minimised window": lambda w, s: w.setWindowState(Qt.WindowState.WindowMinimized),
    "a running output": lambda w, s: w.outputs.live.changed.emit(),
    "a control that learns": lambda w, s: w.hands.controllers.learn("react.bass"),
    "a tool tip, ON AIR": lambda w, s: (press(w, "on_air"), STATES["a tool tip"](w, s)),
    "an error, ON AIR": lambda w, s: (press(w, "on_air"), STATES["an error"](w, s)),
    "a lost controller": lambda w, s: s.told.emit("info", "The controller is gone", ""),
}


@pytest.fixture
def recent(tmp_path):
    song = tmp_path / "broken.wav"
    song.touch()
    Settings().remember("songs", song)


def leave(window, studio) -> None:
    """Out of any state again."""
    while (popup := QApplication.activePopupWidget()) is not None:
        popup.close()
    for panel in window.findChildren(Panel):
        panel.hide()
    QToolTip.hideText()
    window.hands.maps.show_mode("")
    window.hands.controllers.stop_learning()
    window.drop.hide()
    window.showNormal()
    window.show_workspace("create")
    studio.on_air.set(False)
    studio.set_frozen(False)
    window.outputs.audience.mix.setCurrentTime(200)


def test_the_output_is_pure_in_every_state(recent, window, studio, qapp):
    """Check 7: nothing but the picture, and nothing else on that screen, while each state is entered and in it."""
    rng = np.random.default_rng(5)
    window.hands.controllers.open_midi = lambda: FakeMidi("Knobs 20:0")
    press(window, "output")
    assert len(STATES) >= 30
    number = 1000

    def arrives() -> np.ndarray:
        nonlocal number
        number += 1
        image = rng.integers(0, 255, (TALL, TALL, 3), np.uint8)
        studio._bridge.on_frame(type(studio.give_frame(size=8))(studio.player.t, image, number))
        return image

    for name, enter in STATES.items():
        seen = arrives()
        enter(window, studio)
        for _ in range(2):
            qapp.processEvents()
            assert np.array_equal(rgb(window), letterboxed(seen)), name
            assert on_beamer() == ["outputWindow"], name
            seen = seen if studio.frozen else arrives()
        leave(window, studio)


@pytest.mark.parametrize("workspace", ["create", "perform"])
@pytest.mark.usefixtures("nothing_chosen")
def test_what_opens_at_the_border_of_the_screens_stays_on_the_operators(window, studio, qapp, workspace):
    """Check 7 again: menus and popups of a window that reaches the edge of its screen."""
    press(window, "output")
    window.setGeometry(QRect(40, 0, 1400, 860))
    opened = 0
    for page in window.right.pages() if workspace == "create" else (None,):
        for button in window.findChildren(QAbstractButton):
            window.show_workspace(workspace)
            if page is not None:
                window.right.show_page(page)
            if not (isValid(button) and button.isVisible() and button.isEnabled()) or button.property("action"):
                continue
            QTest.mouseClick(button, Qt.MouseButton.LeftButton)
            opened += QApplication.activePopupWidget() is not None
            assert on_beamer() == ["outputWindow"], (type(button).__name__, button.objectName(), button.text())
            while (popup := QApplication.activePopupWidget()) is not None:
                popup.close()
    assert opened > 2


ASKING = ("open", "open_show", "save_as", "add_style")
LEFT_OUT = ("quit", "on_air", "fullscreen", "output", "link")


def test_dialogs_stand_over_the_operators_window_and_on_air_there_are_none(window, studio, qapp, request):
    """Check 8: real file dialogs, looked at while they wait; then every action, ON AIR and not."""
    press(window, "output")
    found: list[tuple] = []

    def look() -> None:
        if (asked := qapp.activeModalWidget()) is not None:
            found.append((asked.screen().name(), asked.parentWidget().window() is window, on_beamer()))
            asked.reject()

    for on in (False, True):
        studio.on_air.set(on)
        for name in ASKING:
            QTimer.singleShot(0, look)
            press(window, name)
            qapp.processEvents()
        assert found == [("LAPTOP", True, ["outputWindow"])] * len(ASKING), "and no other ON AIR"
    request.getfixturevalue("nothing_chosen")
    for on in (False, True):
        studio.on_air.set(on)
        for name, action in window.actions_by_id.items():
            if name not in LEFT_OUT and not name.startswith("send_"):
                action.trigger()
            assert qapp.activeModalWidget() is None, name
            for top in qapp.topLevelWidgets():
                if isinstance(top, QDialog):
                    assert top.parentWidget() is not None, name
                    assert top.parentWidget().window() is window, name
                    assert top.screen() is window.screen(), name
                    assert not (on and top.isModal()), name
        leave(window, studio)
    assert set(on_beamer()) <= {"outputWindow"}


def test_blackout_is_black_in_every_workspace(window, studio, qapp):
    press(window, "output")
    studio.give_frame(shade=200, size=TALL)
    press(window, "blackout")
    window.outputs.audience.shade.setCurrentTime(150)
    for name in ("create", "perform", "export"):
        press(window, name)
        studio.give_frame(shade=220, size=TALL)
        qapp.processEvents()
        assert not rgb(window).any(), name


def test_the_card_fills_the_screen_to_its_last_pixel(window, studio, qapp):
    press(window, "output")
    press(window, "test_card")
    card = rgb(window)
    assert (card[0] == 255).all()
    assert (card[-1] == 255).all()
    assert (card[:, 0] == 255).all()
    assert (card[:, -1] == 255).all()
    press(window, "on_air")
    studio.give_frame(shade=9, size=TALL)
    assert (rgb(window)[5, 1400:] <= 9).all(), "the card is not for the audience"


def test_unplugged_it_waits_and_comes_back_with_the_display(window, studio, qapp):
    press(window, "output")
    beamer = window.output.screen()
    studio.give_frame(shade=200, size=TALL)
    qapp.screenRemoved.emit(beamer)
    assert not window.output.isVisible()
    assert window.output.waiting
    assert window.bottom.output.text() == "Output lost: BEAMER"
    assert window.actions_by_id["output"].isChecked(), "F11 ends it; nothing else does"
    qapp.screenAdded.emit(next(s for s in qapp.screens() if s.name() == "LAPTOP"))
    assert not window.output.isVisible(), "never on another display by itself"
    qapp.screenAdded.emit(beamer)
    assert window.output.isVisible()
    assert window.bottom.output.text() == "Output lost: "
    assert not window.bottom.output.isVisible()
    press(window, "output")
    assert not window.output.on


def test_a_display_that_is_not_there_yet_is_waited_for(window, qapp, monkeypatch):
    from app.ui import output_window

    there = output_window.displays
    monkeypatch.setattr(output_window, "displays", lambda: tuple(d for d in there() if d.name != "BEAMER"))
    window.output.wait_for("beamer")
    assert window.output.waiting
    assert window.bottom.output.text() == "Output lost: beamer"
    assert window.actions_by_id["output"].isChecked()
    monkeypatch.setattr(output_window, "displays", there)
    qapp.screenAdded.emit(next(s for s in qapp.screens() if s.name() == "BEAMER"))
    assert window.output.screen().name() == "BEAMER"
    assert window.output.isVisible()
    assert not window.bottom.output.isVisible()


def test_the_choice_is_remembered_and_can_be_the_operators_own_screen(window, qtbot, qapp):
    """By keys alone: Shift+F11, the arrows, Enter."""
    press(window, "choose_output")
    rows = {row.display.name: row for row in window.outputs.list.rows}
    assert set(rows) == {"LAPTOP", "BEAMER"}
    first = window.outputs.list.first_field()
    other = next(row for row in rows.values() if row is not first)
    qtbot.keyClick(first, Qt.Key.Key_Down)
    assert qapp.focusWidget() is other
    rows["LAPTOP"].setFocus()
    qtbot.keyClick(rows["LAPTOP"], Qt.Key.Key_Return)
    assert window.output.screen().name() == "LAPTOP"
    assert window.output._hint
    press(window, "output")
    press(window, "output")
    assert window.output.screen().name() == "LAPTOP"
    window.outputs.choose("BEAMER")
    assert Settings().output_screen == "BEAMER|"
    assert window.output.screen().name() == "BEAMER"
    assert not window.output._hint


def test_identify_puts_each_name_on_its_own_screen(window, qapp):
    press(window, "identify")
    assert {c.display.name: c.geometry().center().x() < 1440 for c in window.outputs.identify.cards} == {
        "LAPTOP": True,
        "BEAMER": False,
    }
    assert all(card.parent() is window for card in window.outputs.identify.cards)
    window.outputs.identify.hide()


def test_by_keys_alone_from_the_start_to_a_scene_on_the_output(window, studio, qtbot, qapp):
    """No mouse: play, choose the display, go to Perform, ON AIR, launch a pad, turn a knob, and out again."""
    for _ in range(3):
        press(window, "add_scene")
    studio.document.undo_stack.setClean()
    window.actions_by_id["create"].trigger()
    window.setFocus()
    plain, shift, ctrl = (getattr(Qt.KeyboardModifier, f"{m}Modifier") for m in ("No", "Shift", "Control"))

    def key(code: str, held: Qt.KeyboardModifier = plain) -> None:
        qtbot.keyClick(qapp.focusWidget() or window, getattr(Qt.Key, f"Key_{code}"), held)
        qapp.processEvents()

    was_playing = studio.playing
    key("Space")
    assert studio.playing != was_playing
    key("F11", shift)
    assert window.outputs.list.isVisible()
    rows = [row.display.name for row in window.outputs.list.rows]
    wanted, here = rows.index("BEAMER"), rows.index(qapp.focusWidget().display.name)
    for _ in range(abs(wanted - here)):
        key("Down" if wanted > here else "Up")
    key("Return")
    assert window.output.screen().name() == "BEAMER"
    assert window.output.isVisible()

    key("2", ctrl)
    perform = window.perform
    assert qapp.focusWidget() is perform.pads.grid, "pads have the keys"
    key("F9")
    assert studio.on_air.on
    key("Home")
    before = studio.performing.playing
    key("Right" if before == 0 else "Home")
    key("Return")
    assert studio.performing.playing != before
    playing = studio.document.show.scenes[studio.performing.playing].name
    assert playing in perform.pads.grid.currentIndex().data(Qt.ItemDataRole.AccessibleTextRole)
    studio.give_frame(shade=150, size=TALL)
    assert rgb(window)[540, 1200].tolist() == [150, 150, 150]

    for _ in range(3):  # from part to part: what is in cue is empty, then the macros
        key("Tab", ctrl)
        if perform.macros.isAncestorOf(qapp.focusWidget()):
            break
    knob = qapp.focusWidget()
    assert knob is perform.macros.knobs[0]
    key("PageUp")
    assert studio.document.show.scene.macros[0].value == pytest.approx(0.1)
    assert studio.performing.playing != before, "keys of the knob launch nothing"
    for _ in range(2):  # and back, past the cue's toggle
        key("Tab", ctrl | shift)
    assert qapp.focusWidget() is perform.pads.grid

    key("F8")
    assert studio.blackout
    key("F8")
    key("F9")
    key("F11")
    assert not window.output.on
