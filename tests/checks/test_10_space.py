"""Check 10 of ux.md: whatever the mouse clicked, Space plays; on a button that Tab reached it presses that button."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QWidget
from shiboken6 import isValid

from app.ui.focus import SpaceRule
from app.ui.main_window import MainWindow
from app.ui.panel import Panel
from app.ui.workspaces import NAMES
from tests.ui.windows import opened


@pytest.fixture
def window(qtbot, qapp, studio, nothing_chosen) -> Iterator[MainWindow]:
    rule = SpaceRule(qapp)
    made = opened(qtbot, studio, (1600, 900))
    yield made
    made.close()
    qapp.removeEventFilter(rule)
    rule.deleteLater()


class Count:
    """How often a signal came."""

    def __init__(self, signal) -> None:
        self.times = 0
        signal.connect(self._came)

    def _came(self, *_args) -> None:
        self.times += 1


@pytest.fixture
def played(window) -> Count:
    """How often Space's action was triggered; no action of the window does anything meanwhile."""
    for action in window.actions_by_id.values():
        if action.objectName() != "action:play" and action.receivers("2triggered(bool)"):
            action.triggered.disconnect()
    window.actions_by_id["play"].triggered.disconnect()
    return Count(window.actions_by_id["play"].triggered)


def buttons(root: QWidget) -> list[QAbstractButton]:
    return [b for b in root.findChildren(QAbstractButton) if isValid(b) and b.isVisible() and b.isEnabled()]


def space() -> None:
    QTest.keyClick(QApplication.focusWidget() or QApplication.activeWindow(), Qt.Key.Key_Space)


def shut(window: MainWindow) -> None:
    """Close what a button has opened."""
    while (popup := QApplication.activePopupWidget()) is not None:
        popup.close()
    for panel in window.findChildren(Panel):
        panel.hide()


@pytest.mark.parametrize("name", NAMES)
def test_after_a_click_on_any_button_space_plays_and_the_button_does_not(window, played, name):
    window.show_workspace(name)
    tried = 0
    for button in buttons(window):
        if not (isValid(button) and button.isVisible() and button.isEnabled()):
            continue
        clicked = Count(button.clicked)
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        if not clicked.times:
            continue
        shut(window)
        if not (isValid(button) and button.isVisible()):
            window.show_workspace(name)
            continue
        pressed, before = clicked.times, played.times
        space()
        said = f"{type(button).__name__} {button.objectName()} {button.text()} {button.accessibleName()}"
        assert played.times == before + 1, said
        assert clicked.times == pressed, said
        tried += 1
    assert tried > 20


@pytest.mark.parametrize("name", NAMES)
def test_on_each_button_that_tab_reaches_space_presses_it_and_does_not_play(window, played, name):
    window.show_workspace(name)
    (window.perform.pads.grid if name == "perform" else window.centralWidget()).setFocus()
    tried: set[QWidget] = set()
    for _ in range(400):
        QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Tab)
        button = QApplication.focusWidget()
        if button in tried:
            break
        if not isinstance(button, QAbstractButton):
            continue
        tried.add(button)
        clicked, before = Count(button.clicked), played.times
        own = button.property("action") == "action:play"
        space()
        said = f"{type(button).__name__} {button.objectName()} {button.text()} {button.accessibleName()}"
        assert clicked.times == 1, said
        assert played.times == before + own, said
        shut(window)
        window.show_workspace(name)
        button.setFocus(Qt.FocusReason.TabFocusReason)
    assert len(tried) > 5


@pytest.mark.parametrize("name", NAMES)
def test_in_a_line_of_text_space_is_typed(window, played, name):
    window.show_workspace(name)
    lines = [line for line in window.findChildren(QLineEdit) if line.isVisible() and line.isEnabled()]
    typed = 0
    for line in lines:
        line.setFocus(Qt.FocusReason.MouseFocusReason)
        line.clear()
        QTest.keyClicks(line, "a b")
        typed += line.text() == "a b"  # a field of numbers takes none of it
    assert typed or name == "perform"
    assert lines
    assert played.times == 0
