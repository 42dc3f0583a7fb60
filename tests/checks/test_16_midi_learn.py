"""Check 16 of ux.md: a macro learns CC 7 by right click, follows it, waits after a change of scene, and keeps it."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from app.control import midi
from app.control.mapping import Mapping
from app.engine.show.generators import MACROS
from app.engine.show.show import Show
from app.ui.main_window import MainWindow
from app.ui.settings import Settings
from tests.control.fake_midi import FakeMidi

PORT = "Knobs 20:0"


@pytest.fixture
def desk(qtbot, studio, monkeypatch) -> Iterator["Desk"]:
    monkeypatch.setattr(midi, "LOOK_EVERY", 0.01)
    made = Desk(qtbot, studio)
    yield made
    made.window.close()


class Desk:
    """Perform, and a controller with one knob that sends CC 7."""

    def __init__(self, qtbot, studio) -> None:
        self.qtbot, self.studio = qtbot, studio
        show: Show = studio.document.show
        first = replace(show.scene, macros=tuple(replace(m, value=0.0) for m in MACROS))
        second = replace(first, name="Second", macros=tuple(replace(m, value=0.25) for m in MACROS))
        studio.document.open(replace(show, scenes=(first, second)))
        self.start()

    def start(self) -> None:
        self.window = MainWindow(self.studio.document, self.studio, Settings())
        self.qtbot.addWidget(self.window)
        self.knobs = FakeMidi(PORT)
        self.controllers = self.window.hands.controllers
        self.controllers.open_midi = lambda: self.knobs
        self.window.resize(1440, 900)
        self.window.show()
        self.window.show_workspace("perform")

    def restart(self) -> None:
        """Quit, and start again."""
        self.window.close()
        self.start()
        self.controllers.start()
        self.plugged_in()

    def plugged_in(self) -> None:
        self.qtbot.waitUntil(lambda: self.controllers.devices == ("Knobs",) and PORT in self.knobs.open)

    def learn(self) -> None:
        knob = self.window.findChild(QWidget, "param:macro.1")
        middle = knob.rect().center()
        event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, middle, knob.mapToGlobal(middle))
        QApplication.sendEvent(knob, event)
        menu = self.window.findChildren(QMenu, "controlMenu")[-1]
        next(act for act in menu.actions() if act.text() == "Learn MIDI").trigger()
        menu.close()
        self.plugged_in()
        self.turn(0)
        self.qtbot.waitUntil(lambda: not self.controllers.learning)

    def turn(self, raw: int) -> None:
        self.knobs.send(PORT, "control_change", control=7, value=raw)

    @property
    def value(self) -> float:
        return self.studio.document.params.value("macro.1")

    def reaches(self, value: float) -> None:
        self.qtbot.waitUntil(lambda: self.value == pytest.approx(value, abs=0.005))


def test_learnt_moved_picked_up_and_kept(desk):
    desk.learn()
    assert desk.controllers.surface.mappings == (Mapping("Knobs", 1, "cc", 7, "macro.1"),)
    desk.window.actions_by_id["controllers"].trigger()
    assert [row.accessibleName() for row in desk.window.hands.page.rows] == ["Macro 1 by CC 7 · channel 1"]
    desk.window.hands.page.hide()

    for raw in range(128):
        desk.turn(raw)
    desk.reaches(1.0)
    desk.turn(64)
    desk.reaches(64 / 127)
    desk.turn(127)
    desk.reaches(1.0)

    desk.studio.performing.launch(1, now=True)
    assert desk.studio.document.show.scene.name == "Second"
    assert desk.value == 0.25, "the knob stands at 1"
    moved: list[float] = []
    desk.studio.document.params.listen(lambda name, value, _origin: moved.append(value) if name == "macro.1" else None)
    for raw in (127, 100, 60):
        desk.turn(raw)
        desk.qtbot.waitUntil(lambda: desk.window.bottom.midi.text() == "Macro 1 waits at 25 %")
    desk.turn(20)  # past it
    desk.reaches(20 / 127)
    assert all(value <= 0.25 for value in moved), "nothing before that"

    desk.restart()
    assert desk.controllers.surface.mappings == (Mapping("Knobs", 1, "cc", 7, "macro.1"),)
    desk.turn(127)
    desk.turn(0)
    desk.reaches(0.0)
    desk.turn(127)
    desk.reaches(1.0)
