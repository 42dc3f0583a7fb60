"""A finger that rests opens the menu of what it rests on, and does not press it; others do as ever."""

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QWidget

from app.ui import long_press
from app.ui.long_press import LongPress


@pytest.fixture(scope="module")
def finger(qapp):
    return QTest.createTouchDevice()


@pytest.fixture
def pad(qtbot, monkeypatch):
    """A button on a window, its menu counted."""
    monkeypatch.setattr(long_press, "PRESS_MS", 30)
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(300, 200)
    button = QPushButton("Pad", window)
    button.setGeometry(20, 20, 200, 100)
    button.menus, button.clicks = [], []
    button.contextMenuEvent = lambda event: button.menus.append(event.pos())
    button.clicked.connect(lambda: button.clicks.append(1))
    button.long_press = LongPress(window)
    window.show()
    qtbot.waitExposed(window)
    return button


def touch(pad, finger):
    return QTest.touchEvent(pad.window(), finger, True)


def test_a_finger_that_rests_opens_the_menu_and_presses_nothing(pad, finger, qtbot):
    touch(pad, finger).press(0, QPoint(60, 50)).commit()
    qtbot.waitUntil(lambda: len(pad.menus) == 1)
    assert (pad.menus[0] - QPoint(40, 30)).manhattanLength() < 8  # the frame of a window moves it a little
    touch(pad, finger).release(0, QPoint(60, 50)).commit()
    assert pad.clicks == []
    assert not pad.isDown()


def test_a_tap_presses_and_opens_nothing(pad, finger, qtbot):
    touch(pad, finger).press(0, QPoint(60, 50)).commit()
    touch(pad, finger).release(0, QPoint(60, 50)).commit()
    assert len(pad.clicks) == 1
    assert not pad.long_press._rest.isActive()
    assert pad.menus == []


def test_a_finger_that_moves_opens_nothing(pad, finger, qtbot):
    rest = pad.long_press._rest
    touch(pad, finger).press(0, QPoint(60, 50)).commit()
    assert rest.isActive()
    touch(pad, finger).move(0, QPoint(65, 50)).commit()
    assert rest.isActive()
    touch(pad, finger).move(0, QPoint(90, 50)).commit()
    assert not rest.isActive()
    touch(pad, finger).release(0, QPoint(90, 50)).commit()
    assert pad.menus == []
