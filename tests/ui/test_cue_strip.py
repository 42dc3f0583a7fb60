"""What says that edits go to the cue: the strip over the panels, the toggles, the list of scenes, Esc."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from app.ui.cue_strip import AmberBtn, CueStrip
from app.ui.scenes import ScenesPage
from app.ui.theme import STAGE


@pytest.fixture
def strip(qtbot, studio):
    above = QWidget()
    qtbot.addWidget(above)
    above.resize(300, 200)
    made = CueStrip(studio, above)
    made.resize(300, made.height())
    above.show()
    yield made
    above.hide()


def test_the_strip_is_there_while_edits_go_to_the_cue(strip, studio):
    assert strip.isHidden()
    studio.performing.edits.set(True)
    playing, edited = studio.document.show.scenes[studio.performing.playing].name, studio.document.show.scene.name
    assert strip.isVisible()
    assert strip.scene.text() == f"{edited} is edited · {playing} plays"
    assert strip.grab().toImage().pixelColor(290, 4) == STAGE.warn
    QTest.mouseClick(strip.back, Qt.MouseButton.LeftButton)
    assert strip.isHidden()
    assert not studio.performing.edits.on


def test_its_take_takes(strip, studio):
    studio.performing.edits.set(True)
    studio.document.set_param("react.truncation", 0.2)
    edited = studio.document.show.active
    QTest.mouseClick(strip.take, Qt.MouseButton.LeftButton)
    assert studio.performing.playing == edited
    assert strip.isHidden()
    assert isinstance(strip.take, AmberBtn)


def test_the_list_shows_which_plays_and_which_is_edited(qtbot, studio):
    page = ScenesPage(studio.document, studio)
    qtbot.addWidget(page)
    page.show()
    studio.performing.edits.set(True)
    pads = page.rows.rows
    assert [(pad.playing, pad.edited) for pad in pads][:2] == [(True, False), (False, True)]
    assert page.state.text() == "in the cue"
    studio.performing.take()
    assert [(pad.playing, pad.edited) for pad in page.rows.rows][:2] == [(False, False), (True, False)]
    assert page.state.text() == "playing"


def test_escape_takes_back_what_waits_first(studio):
    performing = studio.performing
    studio.player.playing = True
    studio.at(1.1)
    performing.edits.set(True)
    performing.set_quantum("4")
    performing.take()
    assert performing.queued is not None
    performing.edits.escape()
    assert (performing.queued, performing.edits.on) == (None, True)
    performing.edits.escape()
    assert not performing.edits.on
