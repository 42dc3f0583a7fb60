"""The map: where things stand, every gesture on it, its table, and the tab that holds them together."""

import itertools
import json
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.engine.render.session import Goto
from app.engine.show.show import Path, Point
from app.ui.map_live import levels_at
from app.ui.map_marks import Stop, stops
from app.ui.map_places import Chart, LivePoint, Places, Spot
from app.ui.map_port import Port
from app.ui.map_tab import MapTab
from app.ui.map_trail import Trail
from app.ui.tables import seconds
from app.ui.theme import STAGE
from tests.ui.fakes import FakeStudio, make_document, make_features

NODES = ((16.0, 16.0), (20.0, 13.0), (12.0, 13.0), (18.0, 20.0))
LEFT, SHIFT, ALT = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier
PLAIN = Qt.KeyboardModifier.NoModifier


def _rows(w):
    return (tuple(map(float, w)),)


@pytest.fixture
def studio(qtbot):
    """A song whose path has four Points at known cells of the map."""
    studio = FakeStudio(make_document())
    atlas, document = studio.session.atlas, studio.document
    points = tuple(Point(8.0 * i, _rows(atlas.w_at(x, y)), "") for i, (x, y) in enumerate(NODES))
    scene = replace(document.show.scene, path=Path(0, points), routes=())
    scene = replace(scene, react=replace(scene.react, energy=0.0, truncation=1.0, interpolation="linear"))
    document.open(replace(document.show, scenes=(scene,)))
    document.undo_stack.clear()
    yield studio
    studio.close()


@pytest.fixture
def tab(qtbot, studio):
    tab = MapTab(studio.document, studio)
    qtbot.addWidget(tab)
    tab.resize(420, 531)
    tab.show()
    tab.atlas.setFocus()
    studio.at(0.0)
    return tab


@pytest.fixture
def view(tab):
    return tab.atlas


def _at(view, x, y):
    return view.port.to_pixels(x, y).toPoint()


def _mouse(view, kind, at, keys=PLAIN, button=LEFT):
    """One mouse event; QTest's own moves carry no buttons."""
    held = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseButtonRelease else button
    pressed = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else button
    event = QMouseEvent(kind, QPointF(at), QPointF(view.mapToGlobal(at)), pressed, held, keys)
    QApplication.sendEvent(view, event)


def _drag(view, start, end, keys=PLAIN, button=LEFT, steps=4):
    _mouse(view, QEvent.Type.MouseButtonPress, start, keys, button)
    for i in range(1, steps + 1):
        _mouse(view, QEvent.Type.MouseMove, start + (end - start) * i / steps, keys, button)
    _mouse(view, QEvent.Type.MouseButtonRelease, end, keys, button)


def _place(studio):
    """Where the present detour leads, in cells."""
    x, y, _off = studio.session.atlas.locate(studio.session.goto.target.mean(axis=0))
    return pytest.approx((x, y), abs=0.06)


# --- where things stand


def test_points_stand_where_their_w_is(studio):
    chart = Chart(Places(studio.session.atlas), studio.session.points)
    assert np.allclose(chart.places, NODES, atol=0.02)


def test_the_way_between_points_does_not_jump(studio):
    live = LivePoint(Places(studio.session.atlas), studio.session)
    spots = [live.at(t) for t in np.arange(0.0, 24.0, 0.05)]
    steps = [np.hypot(b.x - a.x, b.y - a.y) for a, b in itertools.pairwise(spots)]
    assert max(steps) < 0.2
    for i, (x, y) in enumerate(NODES):
        spot = live.at(8.0 * i)
        assert (spot.x, spot.y) == pytest.approx((x, y), abs=0.05)
        assert spot.off < 0.02
    assert live.at(4.0).off > 0.02  # half-way in W is not on the map, and the halo says so


def test_sound_pushes_the_live_point_along_the_map(studio):
    document = studio.document
    document.edit_scene("Loud", react=replace(document.show.scene.react, energy=1.0, pulse=2.0, bass=3.0))
    live = LivePoint(Places(studio.session.atlas), studio.session)
    rest = NODES[0]
    spots = [live.at(0.02 * i) for i in range(30)]
    assert max(np.hypot(s.x - rest[0], s.y - rest[1]) for s in spots) > 0.05
    assert max(s.off for s in spots) > 0.05


def test_a_detour_glides_and_then_stays(studio):
    target = studio.session.atlas.w_at(25.0, 8.0)
    going = studio.session.going(Goto(None, np.tile(target, (14, 1)), 1.0, 0.5))
    live = LivePoint(Places(studio.session.atlas), going)
    assert (live.at(0.9).x, live.at(0.9).y) == pytest.approx(NODES[0], abs=0.6)
    between, after = live.at(1.25), live.at(9.0)
    assert 17 < between.x < 24
    assert (after.x, after.y) == pytest.approx((25.0, 8.0), abs=0.05)


def test_a_way_back_is_another_line(studio):
    atlas = studio.session.atlas
    there = [Point(float(t), _rows(atlas.w_at(*NODES[t % 2]))) for t in range(3)]
    first, second = Chart(Places(atlas), there).legs()
    middle = len(first) // 2
    assert np.linalg.norm(first[middle] - second[-middle - 1]) > 0.3


def test_points_that_cover_one_another_share_a_stop():
    tints = [STAGE.tints[0]] * 4
    places = [(1.0, 1.0), (1.1, 1.0), (9.0, 9.0), (1.0, 1.0)]
    assert [s.indices for s in stops(places, tints, 30.0)] == [(0, 1, 3), (2,)]
    assert [s.indices for s in stops(places, tints, 300.0)] == [(0, 3), (1,), (2,)]
    assert Stop((0, 3), 0, 0, tints[0]).label == "1·4"
    assert Stop((0, 1, 2, 3, 4), 0, 0, tints[0]).label == "1·2·+3"


def test_levels_are_those_of_the_song_now():
    features = make_features()
    bass, mid, high = levels_at(features, 4.0)
    assert bass > 0.9
    assert mid == pytest.approx(0.3)
    assert high < 0.1
    assert levels_at(None, 4.0) == (0.0, 0.0, 0.0)
    assert levels_at(features, 1e6) == levels_at(features, features.duration)


def test_the_trail_keeps_four_seconds_and_forgets_at_a_jump():
    trail = Trail()
    for i in range(100):
        trail.add(Spot(0.1 * i, 0.0, 0.0, 0.0))
    assert trail.spots[0].t == pytest.approx(5.9)
    trail.add(Spot(30.0, 0.0, 0.0, 0.0))
    assert len(trail.spots) == 1
    trail.add(Spot(2.0, 0.0, 0.0, 0.0))
    assert len(trail.spots) == 1


# --- the port


def test_the_port_opens_thirteen_across_and_keeps_what_is_under_the_pointer():
    port = Port()
    assert port.width / port.scale == pytest.approx(13)
    at = QPointF(100, 50)
    before = port.to_cells(at)
    port.zoom_about(at, 1.7)
    assert port.to_cells(at) == pytest.approx(before)
    assert port.to_pixels(*before) == at


def test_the_port_never_looks_past_the_edge():
    port = Port()
    port.pan(1e5, 1e5)
    assert port.to_pixels(-0.5, -0.5) == QPointF(0, 0)
    port.zoom_about(QPointF(0, 0), 1e-3)
    assert port.zoom == pytest.approx(1)
    port.zoom_about(QPointF(0, 0), 1e6)
    assert port.zoom == pytest.approx(16)
    port.fit()
    assert port.seen().width() == pytest.approx(1)


def test_follow_moves_no_more_than_needed():
    port = Port()
    assert not port.follow(17.0, 15.0)
    assert port.follow(25.0, 15.5)
    assert port.to_pixels(25.0, 15.5).x() == pytest.approx(404 * 0.8)


# --- gestures


def test_a_click_goes_there_and_escape_comes_back(view, studio):
    view.set_follow(False)
    _drag(view, _at(view, 14.0, 17.0), _at(view, 14.0, 17.0), steps=0)
    assert studio.going
    assert _place(studio) == (14.0, 17.0)
    assert view.chips.back.isVisible()
    QTest.keyClick(view, Qt.Key.Key_Escape)
    assert not studio.going
    assert not view.chips.back.isVisible()


def test_the_chip_comes_back_too(view, studio, qtbot):
    view.go(14.0, 17.0)
    qtbot.mouseClick(view.chips.back, LEFT)
    assert not studio.going


def test_a_drag_from_the_live_point_scrubs(view, studio):
    view.port.centre(*NODES[0])
    live = view.live_pixel().toPoint()
    _drag(view, live, live + QPoint(80, 60))
    assert _place(studio) == view.port.to_cells(QPointF(live + QPoint(80, 60)))
    assert not studio.document.undo_stack.count()


def test_a_drag_on_the_ground_pans_and_ends_following(view, studio):
    start = _at(view, 14.5, 17.5)
    x = view.port.x
    _drag(view, start, start + QPoint(62, 0))
    assert view.port.x == pytest.approx(x - 62 / view.port.scale)
    assert not view.follow
    assert not view.chips.follow.isChecked()
    assert not studio.going


@pytest.mark.parametrize("hand", [False, True])
def test_the_middle_button_and_h_pan(view, studio, hand):
    y, start = view.port.y, _at(view, 14.5, 17.5)
    if hand:
        QTest.keyPress(view, Qt.Key.Key_H)
    _drag(view, start, start + QPoint(0, -31), button=LEFT if hand else Qt.MouseButton.MiddleButton)
    assert view.port.y == pytest.approx(y + 31 / view.port.scale)
    QTest.keyRelease(view, Qt.Key.Key_H)
    assert not view._hand


def test_shift_click_adds_a_point_at_the_present_time(view, studio):
    studio.at(10.0)
    document = studio.document
    QTest.mouseClick(view, LEFT, SHIFT, _at(view, 15.0, 17.0))
    points = document.show.scene.path.points
    assert [p.t for p in points] == [0.0, 8.0, 10.0, 16.0, 24.0]
    assert np.allclose(points[2].w, view.places.atlas.w_at(*view.port.to_cells(QPointF(_at(view, 15.0, 17.0)))))
    assert document.selected == 2
    assert not studio.going
    QTest.mouseClick(view, LEFT, SHIFT, _at(view, 14.0, 18.0))
    assert [p.t for p in document.show.scene.path.points] == [0.0, 8.0, 10.0, 13.0, 16.0, 24.0]
    document.undo_stack.undo()
    document.undo_stack.undo()
    assert len(document.show.scene.path.points) == 4


def test_a_point_is_dragged_in_one_step_of_undo(view, studio):
    document = studio.document
    before = document.show
    start, end = _at(view, *NODES[1]), _at(view, 19.0, 17.0)
    _drag(view, start, end, steps=6)
    points = document.show.scene.path.points
    assert np.allclose(points[1].w, view.places.atlas.w_at(*view.port.to_cells(QPointF(end))))
    assert points[1].t == 8.0
    assert points[0] == before.scene.path.points[0]
    assert document.selected == 1
    assert document.undo_stack.count() == 1
    _drag(view, end, start)
    assert document.undo_stack.count() == 2
    document.undo_stack.undo()
    document.undo_stack.undo()
    assert document.show == before


def test_alt_drag_doubles_a_point_in_one_step(view, studio):
    document = studio.document
    _drag(view, _at(view, *NODES[1]), _at(view, 19.0, 17.0), ALT)
    points = document.show.scene.path.points
    assert [p.t for p in points] == [0.0, 8.0, 12.0, 16.0, 24.0]
    assert view.places.of_point(points[1]) == pytest.approx(NODES[1], abs=0.02)
    assert view.places.of_point(points[2]) == pytest.approx((19.0, 17.0), abs=0.1)
    assert document.undo_stack.count() == 1


def test_delete_takes_the_selected_point_but_never_the_last(view, studio):
    document = studio.document
    document.select(2)
    QTest.keyClick(view, Qt.Key.Key_Delete)
    assert [p.t for p in document.show.scene.path.points] == [0.0, 8.0, 24.0]
    assert document.selected == 2
    for _ in range(5):
        QTest.keyClick(view, Qt.Key.Key_Delete)
    assert len(document.show.scene.path.points) == 1


def test_a_click_selects_and_a_double_click_goes_to_the_time(view, studio):
    view.port.centre(16.0, 16.0)
    QTest.mouseClick(view, LEFT, PLAIN, _at(view, *NODES[2]))
    assert studio.document.selected == 2
    assert studio.now() == 0.0
    QTest.mouseDClick(view, LEFT, PLAIN, _at(view, *NODES[2]))
    assert studio.now() == 16.0
    assert not studio.going


def test_a_place_visited_twice_moves_as_one_and_is_clicked_through(view, studio):
    document = studio.document
    points = document.show.scene.path.points
    again = replace(points[1], t=30.0)
    document.edit_scene("Again", path=Path(0, (*points, again)))
    at = _at(view, *NODES[1])
    QTest.mouseClick(view, LEFT, PLAIN, at)
    assert document.selected == 1
    QTest.mouseClick(view, LEFT, PLAIN, at)
    assert document.selected == 4
    _drag(view, at, _at(view, 19.0, 17.0))
    moved = document.show.scene.path.points
    assert moved[1].w == moved[4].w != points[1].w


def test_the_first_edit_of_a_placed_path_keeps_all_its_points(qtbot):
    studio = FakeStudio(make_document())
    tab = MapTab(studio.document, studio)
    qtbot.addWidget(tab)
    tab.resize(420, 531)
    placed = studio.session.points
    assert not studio.document.show.scene.path.points
    studio.at(3.0)
    tab.atlas.add_point(3.0, 4.0)
    written = studio.document.show.scene.path.points
    assert len(written) == len(placed) + 1
    assert set(placed) < set(written)
    studio.close()


def test_hover_enlarges_after_a_moment_and_leaving_ends_it(view, studio, qtbot):
    _mouse(view, QEvent.Type.MouseMove, _at(view, 14.5, 17.5), button=Qt.MouseButton.NoButton)
    assert not view.enlarged
    qtbot.waitUntil(lambda: view.enlarged, timeout=2000)
    assert view._enlarged_picture()[1] == "14.5 · 17.5"
    small = view.grab().toImage()
    QApplication.sendEvent(view, QEvent(QEvent.Type.Leave))
    assert not view.enlarged
    assert view.grab().toImage() != small


def test_the_cell_under_the_pointer_is_brighter(view):
    at = _at(view, 14.0, 18.0)
    dim = view.grab().toImage().pixelColor(at).lightnessF()
    _mouse(view, QEvent.Type.MouseMove, at, button=Qt.MouseButton.NoButton)
    assert view.grab().toImage().pixelColor(at).lightnessF() > dim * 1.3


def test_the_small_map_is_a_way_to_get_around(view):
    box = view.mini_box()
    QTest.mouseClick(view, LEFT, PLAIN, box.topLeft() + QPoint(box.width() // 2, box.height() // 4))
    assert view.port.x == pytest.approx(15.5, abs=0.5)
    assert view.port.y == pytest.approx(7.5, abs=0.5)
    assert not view.follow


def test_the_wheel_zooms_about_the_pointer(view):
    at = QPointF(_at(view, 14.0, 18.0))
    before, scale = view.port.to_cells(at), view.port.scale
    wheel = QWheelEvent(at, view.mapToGlobal(at), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton, PLAIN,
                        Qt.ScrollPhase.NoScrollPhase, False)  # fmt: skip
    QApplication.sendEvent(view, wheel)
    assert view.port.scale > scale * 1.1
    assert view.port.to_cells(at) == pytest.approx(before)


# --- keys


def test_arrows_and_enter_go_without_a_mouse(view, studio):
    for _ in range(4):
        QTest.keyClick(view, Qt.Key.Key_Right)
    QTest.keyClick(view, Qt.Key.Key_Up, SHIFT)
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert _place(studio) == (NODES[0][0] + 1.0, NODES[0][1] - 1.0)


def test_w_adds_a_point_where_the_keys_are(view, studio):
    studio.at(5.0)
    QTest.keyClick(view, Qt.Key.Key_Left)
    here = view.keyed
    QTest.keyClick(view, Qt.Key.Key_W)
    assert view.chart.places[1] == pytest.approx(here, abs=0.02)
    assert studio.document.show.scene.path.points[1].t == 5.0


def test_tab_goes_from_point_to_point_and_then_on(view, studio):
    for i in range(4):
        assert view.focusNextPrevChild(True)
        assert studio.document.selected == i
    view.focusNextPrevChild(True)
    assert studio.document.selected == 3
    view.setFocus()
    assert view.focusNextPrevChild(False)
    assert studio.document.selected == 2


def test_keys_look_closer_and_further(view):
    scale = view.port.scale
    QTest.keyClick(view, Qt.Key.Key_Plus)
    assert view.port.scale == pytest.approx(scale * 1.25)
    QTest.keyClick(view, Qt.Key.Key_Minus)
    assert view.port.scale == pytest.approx(scale)
    QTest.keyClick(view, Qt.Key.Key_0)
    assert view.port.zoom == pytest.approx(1)
    QTest.keyClick(view, Qt.Key.Key_Plus)
    QTest.keyClick(view, Qt.Key.Key_Plus)
    view.port.centre(5.0, 25.0)
    QTest.keyClick(view, Qt.Key.Key_Home)
    assert (view.port.x, view.port.y) == pytest.approx(NODES[0], abs=0.05)


# --- the menu


def test_the_menu_does_what_gestures_do(view, studio):
    at = view.port.to_pixels(14.0, 18.0)
    actions = {a.text(): a for a in view.menu(at).actions()}
    actions["Copy w"].trigger()
    copied = json.loads(QGuiApplication.clipboard().text())
    assert np.allclose(copied, view.places.atlas.w_at(14.0, 18.0), atol=1e-4)
    assert "Remove point" not in actions
    assert "Back to the path" not in actions
    actions["Go here"].trigger()
    assert _place(studio) == (14.0, 18.0)
    on_point = {a.text(): a for a in view.menu(view.port.to_pixels(*NODES[1])).actions()}
    on_point["Go to its time"].trigger()
    assert studio.now() == 8.0
    on_point["Back to the path"].trigger()
    assert not studio.going
    on_point["Double point"].trigger()
    assert len(studio.document.show.scene.path.points) == 5
    on_point["Remove point"].trigger()
    assert len(studio.document.show.scene.path.points) == 4


def test_the_context_menu_key_opens_it(view, qtbot):
    at = _at(view, 14.0, 18.0)
    QApplication.sendEvent(view, QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, at, view.mapToGlobal(at)))
    popup = QApplication.activePopupWidget()
    assert popup is not None
    popup.close()


def test_styles_are_chosen_on_the_map(view, studio):
    menu = view.chips.menu()
    assert [a.text() for a in menu.actions()] == [s.name for s in studio.styles]
    assert view.chips.style.text() == studio.document.show.scene.style.name


# --- what is drawn


def test_it_repaints_only_what_moved(view, studio, monkeypatch):
    view.set_follow(False)
    asked = []
    monkeypatch.setattr(view, "update", lambda *area: asked.append(area))
    features = replace(studio.song.features, curves={n: c * 0 for n, c in studio.song.features.curves.items()})
    studio.song = replace(studio.song, features=features)
    studio.at(0.001)
    asked.clear()
    studio.at(0.004)
    assert asked == []
    studio.at(6.0)
    assert asked
    assert all(area and area[0].width() < view.width() for area in asked)


def test_arcs_and_selection_are_seen(view, studio):
    studio.at(4.0)  # on a kick, between two Points
    at = view.live_pixel()
    image = view.grab().toImage()
    top = image.pixelColor(round(at.x()), round(at.y() - 41))
    assert abs(top.hue() - STAGE.bass.hue()) < 12
    assert image.pixelColor(at.toPoint()).lightness() > 240
    edge = _at(view, *NODES[1]) + QPoint(0, 16)
    assert image.pixelColor(edge).saturation() > 30
    studio.document.select(1)
    assert view.grab().toImage().pixelColor(edge).saturation() < 10


def test_the_live_point_is_accent_away_from_the_path(view, studio):
    view.go(14.0, 17.0)
    studio.at(20.0)
    colour = view.grab().toImage().pixelColor(view.live_pixel().toPoint())
    assert abs(colour.hue() - STAGE.accent.hue()) < 6


def test_follow_keeps_the_live_point_in_the_middle(view, studio):
    view.port.centre(2.0, 2.0)
    studio.at(9.0)
    at = view.live_pixel()
    assert view.width() * 0.2 - 1 <= at.x() <= view.width() * 0.8 + 1
    assert view.height() * 0.2 - 1 <= at.y() <= view.height() * 0.8 + 1


def test_without_a_map_it_says_so_calmly(qtbot):
    studio = FakeStudio(make_document())
    studio._maps.clear()
    studio.session = None
    tab = MapTab(studio.document, studio)
    qtbot.addWidget(tab)
    tab.resize(420, 531)
    tab.show()
    tab.grab()
    assert tab.atlas._wait.isActive()
    QTest.mouseClick(tab.atlas, LEFT, PLAIN, QPoint(200, 200))
    QTest.keyClick(tab.atlas, Qt.Key.Key_W)
    tab.strip.step(1)
    assert studio.document.undo_stack.count() == 0
    other = FakeStudio(make_document())
    studio.shelf.set_map(studio.document.show.scene.style, other.atlas, other.sheet)
    tab.grab()
    assert not tab.atlas._wait.isActive()
    assert tab.atlas.spot is not None
    studio.close()
    other.close()


# --- the table


def test_the_table_shows_and_edits_the_same_points(tab, studio):
    tab.more.setParent(tab)
    {a.text(): a for a in tab.menu().actions()}["Points as a table"].trigger()
    model, document = tab.table.model, studio.document
    assert tab.table.isVisible()
    texts = [model.data(model.index(1, c)) for c in range(4)]
    assert texts == ["Point 2", "0:08.00", "20.00", "13.00"]
    assert model.setData(model.index(1, 2), "21.5")
    assert model.place(1) == pytest.approx((21.5, 13.0), abs=0.05)
    tab.show_map()  # which waited behind the table
    assert tab.atlas.chart.places[1] == pytest.approx((21.5, 13.0), abs=0.05)
    tab.show_table()
    assert model.setData(model.index(1, 1), "0:20")
    assert [p.t for p in document.show.scene.path.points] == [0.0, 16.0, 20.0, 24.0]
    assert model.setData(model.index(0, 0), "Dawn")
    assert document.show.scene.path.points[0].name == "Dawn"
    for column, text in ((1, "soon"), (1, "nan"), (2, "nan"), (3, "inf")):
        assert not model.setData(model.index(0, column), text)
    assert document.undo_stack.count() == 3


def test_the_table_shares_the_selection_and_has_every_operation(tab, studio, qtbot):
    tab.show_table()
    document, table = studio.document, tab.table
    document.select(2)
    assert table.table.currentIndex().row() == 2
    table.table.setCurrentIndex(table.model.index(1, 0))
    assert document.selected == 1
    table.go(1)
    assert studio.now() == 8.0
    table.double()
    assert len(table.model.points) == 5
    QTest.keyClick(table.table, Qt.Key.Key_Delete)
    assert len(table.model.points) == 4
    table.add()
    assert len(table.model.points) == 5
    table.closed.emit()
    assert tab.atlas.isVisible()


def test_seconds_are_read_as_people_write_them():
    assert seconds("1:02.5") == 62.5
    assert seconds(" 8 ") == 8.0
    with pytest.raises(ValueError, match="could not convert"):
        seconds("soon")


# --- the live point stays in sight


def test_follow_works_while_the_song_stands_still(view, studio):
    """No time passes, so only the new Session tells that the live point has gone elsewhere."""
    studio.go(studio.session.atlas.w_at(27.0, 27.0))
    at = view.live_pixel()
    assert view.width() * 0.2 - 1 <= at.x() <= view.width() * 0.8 + 1
    assert view.height() * 0.2 - 1 <= at.y() <= view.height() * 0.8 + 1


def test_the_map_does_not_slide_away_under_a_drag(view, studio):
    middle = view.port.x, view.port.y
    live = view.live_pixel().toPoint()
    _drag(view, live, QPoint(view.width() - 10, live.y()))
    assert (view.port.x, view.port.y) == middle
    assert studio.session.goto is not None


def test_the_small_map_steps_out_of_the_way_of_the_live_point(view, studio):
    view.set_follow(False)
    above = view.mini_box()
    assert above.center().y() < view.height() / 2
    view.port.centre(16.0, 16.0)
    x, y = view.port.to_cells(QPointF(above.center()))
    view.go(x, y)
    assert above.contains(view.live_pixel().toPoint())
    assert not view.mini_box().intersects(above)
    studio.at(0.5)
    assert not view.mini_box().intersects(above), "it does not come back while the point is there"
    below = view.mini_box()
    view.go(*view.port.to_cells(QPointF(below.center())))
    assert view.mini_box() == above
