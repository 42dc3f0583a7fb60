"""The neighbour strip and the layer lanes: what is next to here, and what sound did to each band."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.engine.latent.w import truncate
from app.ui.layer_lanes import LayerLanes
from app.ui.map_tab import MapTab
from app.ui.neighbour_strip import STEPS, NeighbourStrip

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def strip(qtbot, studio):
    strip = NeighbourStrip(studio.document, studio)
    qtbot.addWidget(strip)
    strip.resize(404, 86)
    strip.show()
    return strip


@pytest.fixture
def lanes(qtbot, studio):
    lanes = LayerLanes(studio.document, studio)
    qtbot.addWidget(lanes)
    lanes.resize(404, 54)
    lanes.show()
    return lanes


def _asked(studio):
    return {k: v for k, v in studio.fake_engine.stills.items() if k.startswith("strip:")}


def test_seven_pictures_along_the_direction_are_asked_for(strip, studio):
    session = studio.session
    asked, base = _asked(studio), session.ws_at(0.0)
    assert sorted(asked) == [f"strip:{i}" for i in range(7)]
    for i, deviations in enumerate(STEPS):
        ws = base + deviations * session.atlas.components[0]
        assert np.allclose(asked[f"strip:{i}"][0], truncate(ws, session.atlas.w_avg, 0.9), atol=1e-5)


def test_the_map_lends_its_pictures_until_the_exact_ones_come(strip, studio):
    assert all(p is not None and not p.isNull() for p in strip.row.pictures)
    red = QImage(96, 96, QImage.Format.Format_RGB32)
    red.fill(QColor("#FF0000"))
    studio.still_ready.emit("strip:5", red)
    assert strip.grab().toImage().pixelColor(strip.row.box(5).center().toPoint() + QPoint(0, 32)) == QColor("#FF0000")
    assert strip._missing == {0, 1, 2, 3, 4, 6}


def test_while_music_plays_it_asks_seldom(strip, studio, monkeypatch):
    clock = [100.0]
    monkeypatch.setattr("app.ui.neighbour_strip.time.monotonic", lambda: clock[0])
    strip._asked_at = 100.0
    studio.fake_engine.stills.clear()
    studio.player.playing = True
    studio.player.t = 7.5
    strip.refresh()
    assert not _asked(studio)  # too soon
    clock[0] += 2.0
    strip.refresh()
    assert not _asked(studio)  # the last ones have not come
    for i in range(7):
        studio.still_ready.emit(f"strip:{i}", QImage(96, 96, QImage.Format.Format_RGB32))
    strip.refresh()
    assert len(_asked(studio)) == 7
    studio.player.playing = False


def test_a_pause_refreshes_at_once_and_only_when_something_moved(strip, studio):
    studio.fake_engine.stills.clear()
    strip.refresh()
    assert not _asked(studio)
    studio.player.t = 7.5
    strip.refresh()
    assert len(_asked(studio)) == 7


def test_a_click_goes_there(strip, studio):
    QTest.mouseClick(strip.row, LEFT, Qt.KeyboardModifier.NoModifier, strip.row.box(5).center().toPoint())
    assert studio.going
    expected = studio.session.path.ws_at(0.0) + 2 * studio.session.atlas.components[0]
    assert np.allclose(studio.session.goto.target, expected, atol=1e-5)


def test_the_step_keys_go_one_deviation(qtbot, studio):
    tab = MapTab(studio.document, studio)
    qtbot.addWidget(tab)
    tab.resize(420, 531)
    tab.show()
    with qtbot.waitExposed(tab):
        tab.activateWindow()
    tab.atlas.setFocus()
    QTest.keyClick(tab.atlas, Qt.Key.Key_BracketRight)
    expected = studio.session.path.ws_at(0.0) + studio.session.atlas.components[0]
    assert np.allclose(studio.session.goto.target, expected, atol=1e-5)


def test_the_wheel_turns_to_another_direction(strip, studio):
    at = QPointF(100, 20)
    for delta, expected in ((-120, 1), (120, 0), (120, 7)):
        wheel = QWheelEvent(at, strip.row.mapToGlobal(at), QPoint(), QPoint(0, delta), Qt.MouseButton.NoButton,
                            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False)  # fmt: skip
        QApplication.sendEvent(strip.row, wheel)
        assert strip.direction == expected
    assert strip.title.text() == "Direction 8"
    assert strip.pick.text() == "PC 8"
    along = _asked(studio)["strip:6"][0] - _asked(studio)["strip:3"][0]
    assert np.allclose(along, 0.9 * 3 * studio.session.atlas.components[7], atol=1e-4)


def test_starred_directions_come_first_to_the_wheel(strip, qtbot):
    strip.set_direction(2)
    qtbot.mouseClick(strip.star, LEFT)
    strip.set_direction(5)
    qtbot.mouseClick(strip.star, LEFT)
    strip.turn(1)
    assert strip.direction == 2
    assert strip.star.isChecked()
    assert [a.text() for a in strip.menu().actions() if "★" in a.text()] == ["PC 3  ★", "PC 6  ★"]
    strip.menu().actions()[7].trigger()
    assert strip.direction == 7
    assert not strip.star.isChecked()


def test_the_keyboard_chooses_too(strip, studio):
    strip.row.setFocus()
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_Return):
        QTest.keyClick(strip.row, key)
    expected = studio.session.path.ws_at(0.0) - 2 * studio.session.atlas.components[0]
    assert np.allclose(studio.session.goto.target, expected, atol=1e-5)


def test_lanes_show_a_column_for_each_beat(lanes, studio):
    studio.player.t = 3.1
    for _ in range(8):
        lanes.refresh()
    assert lanes._history == [0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0]
    assert all(len(lanes._known[beat]) == 3 for beat in lanes._history)
    image = lanes.grab().toImage()
    newest = lanes._live_x() - 4 - 8
    assert max(image.pixelColor(newest, y).lightness() for y in range(2, 16)) > 40
    assert image.pixelColor(lanes._live_x() - 4 - 10 * 17, 8).lightness() < 24  # before the song


def test_lanes_look_up_little_at_a_time(lanes, studio):
    studio.player.t = 12.0
    lanes._known.clear()
    lanes.refresh()
    assert len(lanes._known) == 2
    lanes.refresh()
    assert len(lanes._known) == 4


def test_lanes_without_beats_count_half_seconds(lanes, studio):
    studio.song = replace(studio.song, features=None)
    assert lanes.beats(1.2) == [0.0, 0.5, 1.0]
    assert len(lanes.beats(30.0)) == lanes.room
