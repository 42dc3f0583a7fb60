"""Hands from another program: an OSC packet moves Bass in the real window, the picture follows, undo takes it back."""

import subprocess
import sys

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.ui import gestures, theme
from app.ui.window import Options, build

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]

PLAYER = """
import sys
from pythonosc.udp_client import SimpleUDPClient
client = SimpleUDPClient("127.0.0.1", int(sys.argv[1]))
for step in range(61):
    client.send_message("/anthesis/react/bass", step / 20)
client.send_message("/anthesis/react/bass", 2.5)
"""


@pytest.fixture
def opened(qtbot, qapp, monkeypatch):
    monkeypatch.setattr(gestures, "SWEEP_MS", 100_000)  # a loaded machine is no pause
    theme.apply(qapp)
    window, studio = build(Options(silent=True, size=(1440, 900)))
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(lambda: window.picture.number > 0)
    yield window, studio
    window.close()
    studio.close()


def test_another_program_plays_the_bass(opened, qtbot):
    window, studio = opened
    window.hands.controllers.set_osc(True, port=0)
    port = window.hands.controllers.osc_port.port
    before = window.document.show
    window.right.show_page(window.react)
    subprocess.run([sys.executable, "-c", PLAYER, str(port)], check=True, timeout=60)
    qtbot.waitUntil(lambda: window.document.show.scene.react.bass == 2.5)
    assert window.react.findChild(QWidget, "param:react.bass").amount == 2.5
    qtbot.waitUntil(lambda: studio.session.scene.react.bass == 2.5)
    number = window.picture.number
    qtbot.waitUntil(lambda: window.picture.number > number + 3)
    assert window.document.undo_stack.undoText() == "Move Bass by OSC"
    window.actions_by_id["undo"].trigger()
    assert window.document.show == before
    assert window.bottom.osc.isVisible()
    qtbot.mouseClick(window.bottom.osc, Qt.MouseButton.LeftButton)
    assert window.hands.page.isVisible()
