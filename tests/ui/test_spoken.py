"""What is drawn, in words: the same as is seen, before the keys, and only while somebody listens."""

import pytest
from PySide6.QtWidgets import QWidget

from app.ui.spoken import EVERY_MS
from tests.ui.windows import opened


@pytest.fixture
def window(qtbot, studio):
    made = opened(qtbot, studio)
    made.spoken.listened = lambda: True
    yield made
    made.close()
    studio.document.close()


def said(window, name: str) -> str:
    window.spoken.look()
    return window.findChild(QWidget, name).accessibleDescription()


def test_every_canvas_with_words_is_there(window):
    for name in window.spoken.words:
        assert window.findChild(QWidget, name) is not None, name
        assert window.findChild(QWidget, name).accessibleName(), name


def test_no_more_than_four_times_a_second(window):
    assert EVERY_MS >= 250
    assert window.spoken._timer.interval() == EVERY_MS


def test_nothing_is_put_into_words_while_nobody_listens(window, studio):
    window.spoken.listened = lambda: False
    before = said(window, "waveformView")
    studio.at(9.0)
    assert said(window, "waveformView") == before


def test_the_wave_says_where_the_song_is_and_then_what_its_keys_do(window, studio):
    studio.at(9.0)
    told = said(window, "waveformView")
    assert told.startswith(f"{studio.song.name} rests at 0:09 of 0:32. Click to go there")
    studio.play()
    studio.at(10.0)
    told = said(window, "waveformView")
    assert "plays at 0:10" in told
    assert told.count("Click to go there") == 1
    assert said(window, "sectionsView").startswith("Section ")


def test_the_ruler_the_path_and_the_map_say_what_is_on_them(window, studio):
    assert said(window, "rulerView") == "No loop"
    studio.set_loop((2.0, 6.0))
    assert said(window, "rulerView") == "Loop from 0:02 to 0:06"
    count = len(studio.session.points)
    studio.document.select(1)
    assert said(window, "pathView").startswith(f"{count} points, point 2 at ")
    window.map.grab()
    assert said(window, "atlasView").startswith("The picture is at ")


def test_the_picture_says_what_plays_and_that_it_is_black(window, studio):
    scene = studio.document.show.scene
    assert said(window, "previewView") == f"{scene.name}, {scene.style.name}"
    studio.set_blackout(True)
    assert said(window, "previewView").endswith("black")


def test_the_meter_says_how_loud_it_is(window, studio, monkeypatch):
    monkeypatch.setattr(type(studio.live), "levels", lambda _live: (0.1, 0.5))
    assert said(window, "masterMeter") == "−6 dB"
    monkeypatch.setattr(type(studio.live), "levels", lambda _live: (0.0, 0.0))
    assert said(window, "masterMeter") == "Silent"


def test_what_is_not_seen_says_nothing(window, studio, qtbot):
    assert said(window, "partsLane") == "Click to go there"
    window.show_workspace("perform")
    qtbot.waitUntil(window.perform.song.parts.isVisible)
    assert said(window, "partsLane").startswith("Section ")
