"""The neighbour strip and the layer lanes: what is next to here, and what sound did to each band."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.engine.latent.w import truncate
from app.engine.render.session import make_session
from app.engine.show.ways import Way
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
    tab.runs()["neighbour_on"]()
    expected = studio.session.path.ws_at(0.0) + studio.session.atlas.components[0]
    assert np.allclose(studio.session.goto.target, expected, atol=1e-5)


def test_the_wheel_turns_to_another_direction(strip, studio):
    at = QPointF(100, 20)
    for delta, expected in ((-120, 2), (120, 1), (120, 8)):
        wheel = QWheelEvent(at, strip.row.mapToGlobal(at), QPoint(), QPoint(0, delta), Qt.MouseButton.NoButton,
                            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False)  # fmt: skip
        QApplication.sendEvent(strip.row, wheel)
        assert strip.number == expected
    assert strip.head.title.text() == "Direction 8"
    assert strip.head.pick.text() == "PC 8"
    along = _asked(studio)["strip:6"][0] - _asked(studio)["strip:3"][0]
    assert np.allclose(along, 0.9 * 3 * studio.session.atlas.components[7], atol=1e-4)


def test_a_starred_direction_is_kept_under_a_name(strip, studio, qtbot):
    document, atlas = studio.document, studio.session.atlas
    strip.show_number(3)
    qtbot.mouseClick(strip.head.star, LEFT)
    assert (strip.number, strip.head.star.isChecked(), strip.head.pick.text()) == (9, True, "kept")
    way = document.show.scene.ways[0]
    assert np.allclose(way.w, atlas.components[2])
    assert (way.style, way.sha256) == (studio.style.name, studio.style.sha256)
    assert strip.head.name.isVisible()
    QTest.keyClicks(strip.head.name, "Petal width")
    QTest.keyClick(strip.head.name, Qt.Key.Key_Return)
    assert strip.head.title.text() == document.show.scene.ways[0].name == "Petal width"
    assert not strip.head.pick.hasFocus()
    assert document.undo_stack.text(document.undo_stack.count() - 1) == "Rename direction"
    assert [a.text() for a in strip.menu().actions() if "★" in a.text()] == ["Petal width  ★"]
    strip.turn(1)
    assert strip.number == 1
    strip.turn(-1)
    assert strip.number == 9
    qtbot.mouseClick(strip.head.star, LEFT)
    assert (strip.number, strip.numbers()) == (1, list(range(1, 9)))
    document.undo_stack.undo()
    assert strip.numbers() == [*range(1, 9), 9]


def test_a_long_name_takes_no_room_from_a_narrow_column(strip, studio, qtbot):
    qtbot.mouseClick(strip.head.star, LEFT)
    wide = strip.head.minimumSizeHint().width()
    QTest.keyClicks(strip.head.name, "W" * 40)
    QTest.keyClick(strip.head.name, Qt.Key.Key_Return)
    assert studio.document.show.scene.ways[0].name == "W" * 24
    strip.resize(250, 70)
    QApplication.processEvents()
    assert strip.head.minimumSizeHint().width() <= max(wide, 250)
    assert not strip.head.row.control.isVisible()
    assert strip.head.row.field.isVisible()
    strip.resize(404, 86)
    QApplication.processEvents()
    assert strip.head.row.control.isVisible()


def test_escape_leaves_the_name_as_it_was(strip, studio, qtbot):
    qtbot.mouseClick(strip.head.star, LEFT)
    QTest.keyClicks(strip.head.name, "No")
    QTest.keyClick(strip.head.name, Qt.Key.Key_Escape)
    assert not strip.head.name.isVisible()
    assert studio.document.show.scene.ways[0].name == "Direction 1"
    QTest.mouseDClick(strip.head.title, LEFT)
    assert strip.head.name.isVisible()


def test_there_is_room_for_eight_and_the_ninth_is_refused_in_words(strip, studio, qtbot):
    told = []
    studio.told.connect(lambda *words: told.append(words))
    for _ in range(9):
        strip.show_number(1)
        qtbot.mouseClick(strip.head.star, LEFT)
    assert len(studio.document.show.scene.ways) == 8
    assert told[-1][2] == "A scene keeps 8 directions. Let go of one first."
    assert not strip.head.star.isChecked()


def test_the_way_towards_a_point_can_be_kept(strip, studio, qtbot):
    session = studio.session
    strip.show_towards(1)
    assert strip.head.row is None
    target = np.asarray(session.points[1].w, np.float32).mean(axis=0)
    assert np.allclose(strip.ws_at(3.0).mean(axis=0), target, atol=1e-4)
    qtbot.mouseClick(strip.head.star, LEFT)
    assert np.allclose(np.array(studio.document.show.scene.ways[0].w) * 3, target - session.ws_at(0.0).mean(axis=0),
                       atol=1e-4)  # fmt: skip
    assert strip.head.row.name == "direction.9"


def test_the_head_sets_how_far_the_picture_stands_along_the_direction(strip, studio):
    strip.show_number(2)
    row = strip.head.row
    assert (row.name, row.control.accessibleName()) == ("direction.2", "Direction 2")
    QTest.keyClick(row.control, Qt.Key.Key_Right)
    assert studio.document.show.scene.directions[1].value == pytest.approx(0.06)
    assert row.destination == "direction_2"
    strip.menu()  # its layers stand in it
    studio.document.set_param("direction.2.layers", "fine", False)
    layers = next(a.menu() for a in strip.menu().actions() if a.text() == "Layers that it moves")
    assert [a.text() for a in layers.actions() if a.isChecked()] == ["Fine"]


def test_a_direction_of_another_network_says_so_and_does_nothing(strip, studio):
    way = Way("Warmth", tuple(map(float, studio.session.atlas.components[0])), "Cells", "cd" * 32)
    studio.document.edit_scene("x", ways=(way,), style=replace(studio.document.show.scene.style, sha256="ab" * 32))
    strip.show_number(9)
    assert strip.head.title.text() == "Warmth"
    assert strip.head.trouble.text() == "a direction of Cells, without effect here"
    assert strip.head.row is None
    assert not strip.along().any()


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


def test_the_way_towards_a_point_ends_with_its_style(strip, studio, monkeypatch):
    strip.show_towards(1)
    atlas = studio.session.atlas
    half = len(atlas.w_avg) // 2
    other = replace(atlas, w_avg=atlas.w_avg[:half], lattice=atlas.lattice[..., :half],
                    components=atlas.components[:, :half])  # fmt: skip
    scene = studio.document.show.scene
    went = []
    monkeypatch.setattr(studio, "go", lambda ws, **_how: went.append(ws.shape))
    show = studio.document.show.with_scene(style=replace(scene.style, name="Other", sha256="f" * 64))
    studio.set_session(make_session(show, studio.song.features, other))
    strip.step(1)  # a key, before the window has heard of the other Scene
    assert went == [(other.num_ws, half)]
    studio.document.edit("Style", show)
    assert (strip.number, strip.head.pick.text()) == (1, "PC 1")
    assert not strip.head.title.text().startswith("Towards")
