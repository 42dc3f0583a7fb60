"""Check 10 of ux.md: Space plays, unless a button was reached by the Tab key."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.ui.focus import SpaceRule
from app.ui.widgets import Btn


class Desk:
    """A window with a Space shortcut, two buttons and a line of text."""

    def __init__(self, qtbot: QtBot) -> None:
        self.window = QWidget()
        row = QVBoxLayout(self.window)
        self.first, self.second, self.line = Btn("First"), Btn("Second"), QLineEdit()
        for widget in (self.first, self.second, self.line):
            row.addWidget(widget)
        self.played, self.pressed = 0, []
        play = QAction("Play", self.window)
        play.setShortcut(QKeySequence("Space"))
        play.triggered.connect(self._play)
        self.window.addAction(play)
        self.first.clicked.connect(lambda: self.pressed.append("first"))
        self.second.clicked.connect(lambda: self.pressed.append("second"))
        qtbot.addWidget(self.window)
        self.window.show()
        qtbot.waitActive(self.window)

    def _play(self) -> None:
        self.played += 1


@pytest.fixture
def desk(qtbot: QtBot, qapp: QApplication) -> Iterator[Desk]:
    rule = SpaceRule(qapp)
    yield Desk(qtbot)
    qapp.removeEventFilter(rule)
    rule.deleteLater()


def test_space_after_a_click_plays(desk: Desk, qtbot: QtBot) -> None:
    qtbot.mouseClick(desk.first, Qt.MouseButton.LeftButton)
    desk.first.setFocus(Qt.FocusReason.MouseFocusReason)
    qtbot.keyClick(desk.first, Qt.Key.Key_Space)
    assert desk.pressed == ["first"]
    assert desk.played == 1


def test_a_click_on_what_tab_reached_gives_space_back(desk: Desk, qtbot: QtBot) -> None:
    desk.first.setFocus(Qt.FocusReason.MouseFocusReason)
    qtbot.keyClick(desk.first, Qt.Key.Key_Tab)
    qtbot.mouseClick(desk.second, Qt.MouseButton.LeftButton)
    qtbot.keyClick(desk.second, Qt.Key.Key_Space)
    assert desk.pressed == ["second"]
    assert desk.played == 1


def test_space_after_tab_presses_the_button(desk: Desk, qtbot: QtBot) -> None:
    desk.first.setFocus(Qt.FocusReason.MouseFocusReason)
    qtbot.keyClick(desk.first, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is desk.second
    qtbot.keyClick(desk.second, Qt.Key.Key_Space)
    assert desk.pressed == ["second"]
    assert desk.played == 0


def test_space_in_a_line_types(desk: Desk, qtbot: QtBot) -> None:
    desk.line.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(desk.line, Qt.Key.Key_Space)
    assert desk.line.text() == " "
    assert desk.played == 0


def test_a_click_elsewhere_takes_the_space_back(desk: Desk, qtbot: QtBot) -> None:
    desk.first.setFocus(Qt.FocusReason.TabFocusReason)
    desk.second.setFocus(Qt.FocusReason.MouseFocusReason)
    qtbot.keyClick(desk.second, Qt.Key.Key_Space)
    assert desk.pressed == []
    assert desk.played == 1


def test_enter_presses_however_the_focus_came(desk: Desk, qtbot: QtBot) -> None:
    desk.first.setFocus(Qt.FocusReason.MouseFocusReason)
    qtbot.keyClick(desk.first, Qt.Key.Key_Return)
    assert desk.pressed == ["first"]


def test_a_click_that_hides_what_had_the_focus_does_not_give_space_to_the_next(desk: Desk, qtbot: QtBot) -> None:
    """Qt hands the focus on as if by Tab."""
    desk.first.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    desk.first.clicked.connect(desk.first.hide)
    qtbot.mouseClick(desk.first, Qt.MouseButton.LeftButton)
    assert QApplication.focusWidget() is desk.second
    qtbot.keyClick(desk.second, Qt.Key.Key_Space)
    assert desk.pressed == ["first"]
    assert desk.played == 1
