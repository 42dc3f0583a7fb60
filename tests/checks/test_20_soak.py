"""Check 20 of ux.md, short: hands on the real window lose no reference to None and pile nothing up.

Ten minutes of it, with live sound, an unplugged device and the event loop's beat: ``python -m benchmarks.stage``.
"""

import sys
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from app.ui import theme
from app.ui.window import Options, build
from benchmarks.live import memory
from tests.control.fake_midi import FakeMidi

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]


@pytest.fixture
def opened(qtbot, qapp) -> Iterator[tuple]:
    theme.apply(qapp)
    window, studio = build(Options(silent=True, size=(1440, 900)))
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(lambda: window.picture.number > 0, timeout=60_000)
    yield window, studio
    window.close()
    studio.close()


def perform(window, studio, qtbot, turns: int) -> None:
    """Launch, scrub the map, look at what is mapped, resize, fade; pictures come meanwhile."""
    actions, view = window.actions_by_id, window.map.findChild(QWidget, "atlasView")
    for turn in range(turns):
        window.show_workspace("perform")
        studio.performing.launch(turn % len(studio.document.show.scenes), now=True)
        studio.performing.set_fader((turn % 5) / 4)
        window.resize(1440 - 140 * (turn % 2), 900 - 60 * (turn % 3))
        actions["map_mode"].trigger()
        actions["map_mode"].trigger()
        window.show_workspace("create")
        window.right.show_page(window.map)
        QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(60, 60))
        for step in range(12):
            QTest.mouseMove(view, QPoint(60 + 9 * step, 60 + 7 * step))
        QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(170, 150))
        number = window.picture.number
        qtbot.waitUntil(lambda number=number: window.picture.number > number + 3, timeout=60_000)


def test_hands_lose_no_reference_to_none_and_pile_nothing_up(opened, qtbot):
    window, studio = opened
    window.hands.controllers.open_midi = lambda: FakeMidi("Knobs 20:0")
    perform(window, studio, qtbot, 6)  # what a show takes is taken
    nones, before, number = sys.getrefcount(None), memory(), window.picture.number
    perform(window, studio, qtbot, 18)
    assert sys.getrefcount(None) - nones > -50
    assert memory() - before < 50.0
    assert window.picture.number > number + 50
