"""Check 9 of ux.md: FREEZE, BLACKOUT, ON AIR, the output and PANIC act whatever has the focus, wherever it may be."""

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QWidget
from shiboken6 import isValid

from app.control.actions import EMERGENCY
from app.ui.main_window import MainWindow
from app.ui.panel import Panel
from app.ui.sections_lane import SectionsLane
from app.ui.tempo_face import BpmField
from app.ui.workspaces import NAMES
from tests.ui.windows import opened

KEYS = {"freeze": "F7", "blackout": "F8", "blackout_cut": "Shift+F8", "on_air": "F9", "output": "F11",
        "panic": "Shift+Esc"}  # fmt: skip
OVER = ("controllers", "shortcuts", "flash_guard", "outputs", "palette", "choose_output", "get_more", "calibrate",
        "keys", "about", "map_mode", "key_map")  # fmt: skip
"""Actions that open something over the window."""


@pytest.fixture
def window(qtbot, studio) -> Iterator[MainWindow]:
    made = opened(qtbot, studio)
    yield made
    studio.on_air.set(False)
    made.close()


@pytest.fixture
def counted(window) -> dict[str, int]:
    """How often each action of emergency was asked for; here they do nothing more, so that many can be tried."""
    found = dict.fromkeys(EMERGENCY, 0)

    def count(name: str) -> None:
        found[name] += 1

    for name in EMERGENCY:
        action = window.actions_by_id[name]
        action.triggered.disconnect()
        action.triggered.connect(lambda _on=False, name=name: count(name))
    return found


def press(key: str) -> None:
    """*key* comes from the keyboard: to the popup that is open, else to what has the focus."""
    to = QApplication.activePopupWidget() or QApplication.focusWidget() or QApplication.activeWindow()
    pressed = QKeySequence(key)[0]
    QTest.keyClick(to, pressed.key(), pressed.keyboardModifiers())


def deaf(counted: dict[str, int]) -> list[str]:
    """The keys that do not do what they are for while the focus is where it is."""
    before = dict(counted)
    for key in KEYS.values():
        press(key)
    return [f"{key} came {counted[name] - before[name]} times" for name, key in KEYS.items()
            if counted[name] != before[name] + 1]  # fmt: skip


def reachable(root: QWidget) -> list[QWidget]:
    """What on *root* can have the focus now."""
    return [
        widget
        for widget in (root, *root.findChildren(QWidget))
        if widget.focusPolicy() != Qt.FocusPolicy.NoFocus and widget.isVisible() and widget.isEnabled()
    ]


def places(window: MainWindow, name: str) -> list[QWidget | None]:
    """The pages of the columns beside the picture in Create; nothing to choose elsewhere."""
    return [*window.left.pages(), *window.right.pages()] if name == "create" else [None]


def go(window: MainWindow, name: str, page: QWidget | None) -> None:
    window.show_workspace(name)
    for side in (window.left, window.right):
        if page in side.pages():
            side.show_page(page)


def of(widget: QWidget) -> str:
    return f"{type(widget).__name__} {widget.objectName()} {widget.accessibleName()}"


def test_the_table_has_these_keys(window):
    assert set(KEYS) == set(EMERGENCY)
    for name, key in KEYS.items():
        assert QKeySequence(key) in window.actions_by_id[name].shortcuts()


@pytest.mark.parametrize("name", NAMES)
def test_from_everything_in_a_workspace_that_can_have_the_focus(window, counted, name):
    tried = set()
    for page in places(window, name):
        go(window, name, page)
        for widget in reachable(window):
            if widget not in tried:
                tried.add(widget)
                widget.setFocus()
                assert deaf(counted) == [], of(widget)
    assert len(tried) > 30


@pytest.mark.usefixtures("nothing_chosen")
@pytest.mark.parametrize("name", NAMES)
def test_from_every_menu_and_popup_that_a_button_opens(window, counted, name):
    opened = set()
    for page in places(window, name):
        go(window, name, page)
        for button in window.findChildren(QAbstractButton):
            if not (isValid(button) and button.isVisible() and button.isEnabled()) or button in opened:
                continue
            QTest.mouseClick(button, Qt.MouseButton.LeftButton)
            while (popup := QApplication.activePopupWidget()) is not None:
                opened.add(button)
                assert deaf(counted) == [], f"{of(popup)} under {of(button)}"
                popup.close()
            go(window, name, page)
    assert len(opened) >= 3


def test_from_every_menu_of_the_window(window, counted):
    for action in window.menuBar().actions():
        action.menu().popup(window.mapToGlobal(QPoint(20, 30)))
        assert deaf(counted) == [], action.text()
        action.menu().close()


@pytest.mark.parametrize("page", OVER)
def test_from_everything_on_what_stands_over_the_window(window, counted, page):
    action = window.actions_by_id[page]
    action.trigger()
    over = next((panel for panel in window.findChildren(Panel) if panel.isVisible()), None)
    assert deaf(counted) == [], page
    for widget in reachable(over) if over is not None else ():
        if not over.isVisible():
            action.trigger()
        widget.setFocus()
        assert deaf(counted) == [], of(widget)


def test_from_the_map_while_the_picture_is_away_from_its_path(window, counted, studio):
    """There Esc alone means: back onto the path."""
    go(window, "create", window.map)
    view = window.map.findChild(QWidget, "atlasView")
    view.setFocus()
    studio.go(studio.atlas.lattice[5, 5], cut=True)
    assert studio.going
    assert deaf(counted) == []
    assert studio.going
    press("Esc")
    assert not studio.going


@pytest.mark.parametrize(
    ("name", "where"),
    [("create", lambda w: w.timeline.findChild(SectionsLane)), ("create", lambda w: w.scenes.grid),
     ("perform", lambda w: w.perform.pads.grid), ("perform", lambda w: w.perform.macros.knobs[1])],
    ids=["section", "scene", "pad", "macro"],
)  # fmt: skip
def test_from_a_name_that_is_typed(window, counted, name, where):
    window.show_workspace(name)
    widget = where(window)
    widget.setFocus()
    press("F2")
    assert isinstance(QApplication.focusWidget(), QLineEdit)
    QTest.keyClicks(QApplication.focusWidget(), "Dusk")
    assert deaf(counted) == []
    assert isinstance(QApplication.focusWidget(), QLineEdit), "it is typed on"


def test_on_air_they_act_while_a_key_is_caught_for_a_shortcut(window, counted, studio):
    """Off air they are caught like any other key, or they could not be given to something else."""
    page = window.hands.shortcuts
    page.toggle()
    page.select("dice")
    page.change.click()
    assert page.catcher.catching
    studio.on_air.set(True)
    assert deaf(counted) == []
    assert page.catcher.catching, "the next key is still waited for"
    press("J")
    assert window.hands.keys.map.keys("dice") == ("J",)
    studio.on_air.set(False)
    page.change.click()
    press("Shift+Esc")
    assert counted["panic"] == 1
    assert page.keep.isVisible(), "it is asked whether panic is to lose its key"


def test_on_air_they_act_while_key_map_mode_catches_a_key(window, counted, studio):
    window.actions_by_id["key_map"].trigger()
    maps = window.hands.maps
    spot = next(spot for spot in maps.spots if spot.target == "do:loop")
    QTest.mouseClick(maps, Qt.MouseButton.LeftButton, pos=spot.box.center())
    studio.on_air.set(True)
    assert deaf(counted) == []
    assert maps.waits == "do:loop"
    press("J")
    assert "J" in window.hands.keys.map.keys("loop")


def test_black_within_300_ms_and_back_from_each_place_of_the_row(window, studio):
    """A line of text, the tempo, a list, the map, a popup: the mean luminance of what the audience sees."""
    window.actions_by_id["output"].trigger()
    window.output._hide_hint()
    studio.give_frame(shade=200)
    view = window.map.findChild(QWidget, "atlasView")
    for focus in (window.scenes.findChild(QLineEdit), window.findChild(BpmField), window.scenes.grid, view, None):
        if focus is None:
            window.transport._open_menu()
        else:
            focus.setFocus()
            assert QApplication.focusWidget() is focus
        for black in (True, False):
            press("F8")
            assert studio.blackout == black
            window.outputs.audience.shade.setCurrentTime(300 if black else 0)
            assert (luminance(window.output) < 0.01) == black
    assert window.outputs.audience.shade.duration() <= 300


def luminance(window: QWidget) -> float:
    """The mean of what *window* shows, 0 to 1."""
    image = window.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return float(pixels[:, : image.width()].mean() / 255)
