"""The timeline: every lane's hands, edits that undo as one step, a playhead that is where the sound is."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QContextMenuEvent, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu

from app.engine.show.show import React
from app.ui.lane import WHITE
from app.ui.opening import Song
from app.ui.theme import STAGE
from app.ui.timeline import TimelineView
from tests.ui.fakes import FakeStudio, make_document
from tests.ui.lanes import LEFT, NONE, drag, spot

ALT, SHIFT = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ShiftModifier
EVEN = React(follow_sections=False, point_amount=4, loop_video=False)


@pytest.fixture
def timeline(qtbot, studio):
    view = TimelineView(studio.document, studio)
    qtbot.addWidget(view)
    view.resize(1440, 232)
    view.show()
    qtbot.waitExposed(view)
    return view


@pytest.fixture
def path(studio, timeline):
    """The path lane with four Points spread over the song, none of them the scene's own."""
    studio.document.edit_scene("points", react=EVEN)
    studio.document.undo_stack.clear()
    return timeline.lanes["path"]


def _steps(studio) -> list[str]:
    stack = studio.document.undo_stack
    return [stack.text(i) for i in range(stack.index())]


def _wheel(lane, x, dy, modifier=NONE) -> None:
    at, none = QPointF(x, 8), Qt.MouseButton.NoButton
    event = QWheelEvent(at, at, QPoint(), QPoint(0, dy), none, modifier, Qt.ScrollPhase.NoScrollPhase, False)
    QApplication.sendEvent(lane, event)


# --- composition


@pytest.mark.parametrize(
    ("width", "height", "mode", "rows"),
    [
        (1440, 232, "create", {"overview": 30, "ruler": 20, "sections": 22, "wave": 96, "path": 42, "curve": 22}),
        (1920, 292, "create", {"overview": 36, "ruler": 22, "sections": 26, "wave": 132, "path": 52, "curve": 24}),
        (1024, 120, "create", {"overview": 26, "wave": 94}),
        (1440, 142, "export", {"overview": 30, "ruler": 20, "sections": 22, "wave": 70}),
        (1024, 120, "export", {"overview": 26, "wave": 94}),
    ],
)
def test_rows_are_those_of_the_design(timeline, width, height, mode, rows):
    timeline.resize(width, height)
    timeline.set_mode(mode)
    shown = {name: lane.height() for name, lane in timeline.lanes.items() if lane.isVisible()}
    assert shown == rows
    assert sum(rows.values()) == height
    assert all(lane.x() == timeline.head_width + 1 for lane in timeline.lanes.values() if lane.isVisible())


@pytest.mark.parametrize("t", [3.0, 17.25])
def test_the_playhead_is_painted_where_the_time_is(studio, timeline, t):
    studio.at(t)
    shot = timeline.grab().toImage()
    x = timeline.wave.x() + round(timeline.axis.x_of(t, timeline.wave.width()))
    assert all(shot.pixelColor(x, y) == WHITE for y in (48, 60, 120, 180, 225))
    assert all(shot.pixelColor(x + dx, 100) != WHITE for dx in (-1, 1))
    whole = timeline.overview.x() + round(timeline.overview.x_of(t))
    assert shot.pixelColor(whole, 15) == WHITE


def test_moving_the_playhead_draws_no_lane_again(studio, timeline, monkeypatch):
    studio.at(1.0)
    timeline.grab()
    drawn = []
    for name, lane in timeline.lanes.items():
        monkeypatch.setattr(lane, "draw", lambda painter, name=name: drawn.append(name))
    for i in range(20):
        studio.at(1.0 + i / 60)
        timeline.grab()
    assert drawn == []


def test_moving_the_playhead_repaints_two_strips_only(studio, timeline, monkeypatch):
    studio.at(2.0)
    asked = []
    monkeypatch.setattr(timeline._playhead, "update", lambda *rect: asked.extend(rect))
    studio.at(2.02)
    studio.at(20.0)
    assert len(asked) == 3
    assert all(rect.width() < 20 for rect in asked)


def test_an_edit_that_no_lane_shows_draws_none_again(studio, timeline, monkeypatch):
    timeline.grab()
    drawn = []
    for name, lane in timeline.lanes.items():
        monkeypatch.setattr(lane, "draw", lambda painter, name=name: drawn.append(name))
    studio.document.set_param("film.fps", 25)
    timeline.grab()
    assert drawn in ([], ["curve"])  # a new Session has a new Score


def test_no_song_is_calm(qtbot):
    studio = FakeStudio(make_document())
    studio.document.show = replace(studio.document.show, sections=())
    studio.song, studio.session = Song(), None
    view = TimelineView(studio.document, studio)
    qtbot.addWidget(view)
    view.resize(1440, 232)
    shot = view.grab().toImage()
    colours = {shot.pixelColor(x, y).rgb() for x in range(140, 1430, 2) for y in range(0, 232, 2) if not 110 < y < 130}
    assert colours <= {STAGE.bg0.rgb(), STAGE.lane.rgb()}
    studio.close()


# --- the axis


def test_wheel_zooms_about_the_pointer_and_shift_wheel_scrolls(timeline):
    for lane in (timeline.wave, timeline.lanes["path"]):
        timeline.axis.fit()
        under = lane.t_of(600)
        _wheel(lane, 600, 240)
        assert timeline.axis.span < 32 * 0.7
        assert lane.t_of(600) == pytest.approx(under, abs=0.01)
        start = timeline.axis.start
        _wheel(lane, 600, -120, SHIFT)
        assert timeline.axis.start > start


def test_actions_zoom_fit_and_follow(studio, timeline):
    act = timeline.table()
    studio.at(16.0)
    act["zoom_in"]()
    assert timeline.axis.span == pytest.approx(32 * 0.7)
    act["zoom_out"]()
    act["whole_song"]()
    assert timeline.axis.span == 32.0
    timeline.axis.show(0.0, 4.0)
    timeline.axis.scroll(1.0)
    studio.at(17.0)
    assert timeline.axis.start == 1.0
    act["follow"]()
    assert timeline.axis.start == 17.0


def test_without_snap_a_loop_begins_where_the_hand_is(studio, timeline):
    ruler = timeline.lanes["ruler"]
    event = QMouseEvent(QEvent.Type.MouseMove, QPointF(0, 0), QPointF(0, 0), Qt.MouseButton.NoButton,
                        Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)  # fmt: skip
    assert ruler.snapped(8.05, event, bars=True) == pytest.approx(8.0)
    timeline.table()["snap"](False)
    assert ruler.snapped(8.05, event, bars=True) == 8.05


def test_playing_follows_again(studio, timeline):
    timeline.axis.show(0.0, 4.0)
    timeline.axis.scroll(1.0)
    studio.playing_changed.emit(False)
    assert not timeline.axis.follow
    studio.playing_changed.emit(True)
    assert timeline.axis.follow


def test_another_song_shows_its_beginning(studio, timeline):
    timeline.axis.show(10.0, 12.0)
    studio.song = replace(studio.song, duration=200.0)
    studio.song_changed.emit()
    assert (timeline.axis.start, timeline.axis.end) == (0.0, 64.0)
    timeline.axis.show(10.0, 12.0)
    studio.song_changed.emit()  # only the features came
    assert timeline.axis.start == 10.0


# --- overview


def test_the_overview_seeks_outside_its_frame_and_drags_it_inside(qtbot, studio, timeline):
    overview = timeline.overview
    timeline.axis.show(0.0, 8.0)
    qtbot.mouseClick(overview, LEFT, pos=QPoint(overview.width() * 3 // 4, 10))
    assert studio.now() == pytest.approx(24.0, abs=0.1)
    assert timeline.axis.start <= 24.0 <= timeline.axis.end
    before, t = timeline.axis.start, studio.now()
    drag(qtbot, overview, spot(overview, 25.0), spot(overview, 15.0))
    assert timeline.axis.start == pytest.approx(before - 10.0, abs=0.1)
    assert studio.now() == t


def test_the_overview_has_the_colours_of_the_sections(studio, timeline):
    studio.at(0.0)
    shot = timeline.overview.grab().toImage()
    hue = [shot.pixelColor(round(timeline.overview.x_of(t)), 1).hue() for t in (4.0, 12.0, 20.0, 28.0)]
    assert hue[0] == pytest.approx(hue[2], abs=4)
    assert abs(hue[0] - hue[1]) > 40
    assert abs(hue[0] - hue[3]) > 25


# --- ruler and loop


def test_a_click_in_the_ruler_seeks_and_a_drag_scrubs(qtbot, studio, timeline):
    ruler = timeline.lanes["ruler"]
    for y in (3, 16):
        qtbot.mouseClick(ruler, LEFT, pos=spot(ruler, 4.0 + y, y))
        assert studio.now() == pytest.approx(4.0 + y, abs=0.05)
    drag(qtbot, ruler, spot(ruler, 4.0, 16), spot(ruler, 9.0, 16))
    assert studio.now() == pytest.approx(9.0, abs=0.05)
    assert studio.loop is None


def test_dragging_the_ruler_up_and_down_zooms_and_never_seeks(qtbot, studio, timeline):
    ruler = timeline.lanes["ruler"]
    studio.at(2.0)
    drag(qtbot, ruler, spot(ruler, 16.0, 15), spot(ruler, 16.0, 75))
    near = timeline.axis.span
    assert near < 20.0
    assert ruler.t_of(spot(ruler, 16.0).x()) == pytest.approx(16.0, abs=0.05)
    drag(qtbot, ruler, spot(ruler, 16.0, 15), spot(ruler, 16.0, -15))
    assert timeline.axis.span > near
    assert studio.now() == 2.0


@pytest.mark.parametrize(("y", "modifier"), [(3, NONE), (16, SHIFT)])
def test_a_drag_makes_a_loop_on_bars_as_one_step(qtbot, studio, timeline, y, modifier):
    ruler = timeline.lanes["ruler"]
    drag(qtbot, ruler, spot(ruler, 4.05, y), spot(ruler, 8.04, y), modifier)
    assert studio.loop == (4.0, 8.0)
    assert _steps(studio) == ["Loop"]
    drag(qtbot, ruler, spot(ruler, 8.0, 3), spot(ruler, 12.04, 3))  # its end
    assert studio.loop == (4.0, 12.0)
    studio.document.undo_stack.undo()
    assert studio.loop == (4.0, 8.0)
    studio.document.undo_stack.undo()
    assert studio.loop is None


def test_the_loop_is_green(studio, timeline):
    studio.set_loop((4.0, 8.0))
    ruler = timeline.lanes["ruler"]
    shot = ruler.grab().toImage()
    assert shot.pixelColor(round(ruler.x_of(6.0)), 0) == STAGE.loop
    assert shot.pixelColor(round(ruler.x_of(9.0)), 0) != STAGE.loop


# --- sections


def test_a_border_snaps_to_a_downbeat_and_is_one_step(qtbot, studio, timeline):
    lane = timeline.lanes["sections"]
    drag(qtbot, lane, spot(lane, 8.0), spot(lane, 10.1))
    sections = studio.document.show.sections
    assert sections[0].end == sections[1].start == 10.0
    assert _steps(studio) == ["Move section"]


def test_alt_moves_a_border_freely_but_never_over_its_neighbours(qtbot, studio, timeline):
    lane = timeline.lanes["sections"]
    drag(qtbot, lane, spot(lane, 8.0), spot(lane, 10.1), ALT)
    assert studio.document.show.sections[0].end == pytest.approx(10.1, abs=0.03)
    drag(qtbot, lane, spot(lane, 10.1), spot(lane, 25.0), ALT)
    assert studio.document.show.sections[0].end == pytest.approx(15.5)


def test_split_and_merge_by_key(studio, timeline):
    lane = timeline.lanes["sections"]
    lane.setFocus()
    studio.at(4.0)
    QTest.keyClick(lane, Qt.Key.Key_S)
    assert [s.label for s in lane.sections] == ["A", "D", "B", "A", "C"]
    QTest.keyClick(lane, Qt.Key.Key_S)  # nothing is left to cut there
    assert len(lane.sections) == 5
    lane.choose(0)
    QTest.keyClick(lane, Qt.Key.Key_M)
    assert lane.sections[0].end == 8.0
    assert len(lane.sections) == 4
    assert _steps(studio) == ["Split section", "Merge sections"]


def test_the_first_edit_makes_what_was_heard_the_shows_own(studio, timeline):
    studio.document.edit("heard", replace(studio.document.show, sections=()))
    lane = timeline.lanes["sections"]
    heard = lane.sections
    assert heard == studio.session.sections
    lane.split(4.0)
    assert len(studio.document.show.sections) == len(heard) + 1
    studio.document.undo_stack.undo()
    assert studio.document.show.sections == ()
    assert lane.sections == heard


@pytest.mark.parametrize(("key", "name"), [(Qt.Key.Key_Return, "Drop"), (Qt.Key.Key_Escape, ""), (None, "Drop")])
def test_a_name_is_typed_in_place(qtbot, studio, timeline, key, name):
    lane = timeline.lanes["sections"]
    timeline.activateWindow()
    qtbot.mouseDClick(lane, LEFT, pos=spot(lane, 12.0))
    field = lane.findChild(QLineEdit)
    assert lane.x_of(8.0) - 2 <= field.x() <= lane.x_of(16.0)
    QTest.keyClicks(field, "Drop")
    if key is None:
        timeline.wave.setFocus()
    else:
        QTest.keyClick(field, key)
    assert lane.sections[1].name == name
    assert _steps(studio) == (["Rename section"] if name else [])


def test_the_menu_of_a_section(qtbot, studio, timeline):
    lane = timeline.lanes["sections"]
    menu = lane.menu(12.0)
    qtbot.addWidget(menu)
    actions = {action.text(): action for action in menu.actions()}
    actions["Loop this section"].trigger()
    assert studio.loop == (8.0, 16.0)
    looks = {action.text(): action for action in actions["Looks like"].menu().actions()}
    assert looks["B"].isChecked()
    assert set(looks) == {"A", "B", "C", "D"}
    looks["C"].trigger()
    assert [s.label for s in lane.sections] == list("ACAC")
    actions["As heard"].trigger()
    assert studio.document.show.sections == ()
    last = lane.menu(31.0)
    qtbot.addWidget(last)
    assert not next(a for a in last.actions() if a.text() == "Merge with the next").isEnabled()


def test_a_right_click_opens_it(qtbot, timeline):
    lane = timeline.lanes["sections"]
    at = spot(lane, 12.0)
    QApplication.sendEvent(lane, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, lane.mapToGlobal(at)))
    menu = lane.findChild(QMenu)
    assert menu.isVisible()
    menu.close()


# --- path


def test_the_first_drag_makes_placed_points_the_scenes_own(qtbot, studio, path):
    before = path.points
    assert len(before) == 4
    assert studio.document.show.scene.path.points == ()
    drag(qtbot, path, spot(path, before[1].t), spot(path, 13.05))
    after = studio.document.show.scene.path.points
    assert [p.w for p in after] == [p.w for p in before]
    assert after[1].t == 13.0  # a beat
    assert _steps(studio) == ["Move point"]
    studio.document.undo_stack.undo()
    assert studio.document.show.scene.path.points == ()


def test_alt_drag_doubles_freely_as_one_step(qtbot, studio, path):
    before = path.points
    drag(qtbot, path, spot(path, before[1].t), spot(path, 13.13), ALT)
    after = path.points
    assert len(after) == 5
    assert after[1].w == after[2].w == before[1].w
    assert after[1].t == before[1].t
    assert after[2].t == pytest.approx(13.13, abs=0.03)
    assert studio.document.selected == 2
    assert _steps(studio) == ["Double point"]


def test_alt_click_alone_doubles_nothing(qtbot, studio, path):
    qtbot.mouseClick(path, LEFT, ALT, spot(path, path.points[1].t))
    assert _steps(studio) == []


def test_a_point_dragged_past_another_changes_places_with_it(qtbot, studio, path):
    names = [p.name for p in path.points]
    drag(qtbot, path, spot(path, path.points[1].t), spot(path, path.points[2].t + 3.0))
    assert [p.name for p in path.points] == [names[i] for i in (0, 2, 1, 3)]
    assert studio.document.selected == 2
    assert [p.t for p in path.points] == sorted(p.t for p in path.points)


def test_select_seek_and_remove(qtbot, studio, path):
    t = path.points[2].t
    qtbot.mouseClick(path, LEFT, pos=spot(path, t))
    assert studio.document.selected == 2
    assert studio.now() == 0.0
    shot = path.grab().toImage()
    edge = path.boxes()[2].toRect()
    assert shot.pixelColor(edge.center().x() + 4, edge.top()).lightness() > 200
    qtbot.mouseDClick(path, LEFT, pos=spot(path, t))
    assert studio.now() == pytest.approx(t)
    QTest.keyClick(path, Qt.Key.Key_Delete)
    assert len(path.points) == 3
    assert t not in [p.t for p in path.points]
    for _ in range(5):
        path.remove_point(0)
    assert len(path.points) == 1


def test_a_click_beside_the_points_seeks_and_selects_none(qtbot, studio, path):
    studio.document.select(1)
    qtbot.mouseClick(path, LEFT, pos=spot(path, 5.0))
    assert studio.document.selected == -1
    assert studio.now() == pytest.approx(5.0, abs=0.05)


@pytest.mark.parametrize(
    ("how", "quarter"), [("nearest", 0.0), ("linear", 0.25), ("quadratic", 0.125), ("cubic", 0.15625)]
)
def test_the_curve_bends_as_the_interpolation(studio, path, how, quarter):
    studio.document.set_param("react.interpolation", how)
    a, b = path.points[1], path.points[2]
    ys = path.curve(path.width())

    def height(t):
        return ys[round(path.x_of(t))]

    low, high = height(a.t), height(b.t - 1e-3)
    assert abs(high - low) > 2.0
    assert (height(a.t + (b.t - a.t) / 4) - low) / (high - low) == pytest.approx(quarter, abs=0.02)


def test_thumbs_are_asked_of_the_engine_and_shown_when_they_come(studio, path):
    path.grab()
    assert len(studio.fake_engine.stills) == len({p.w for p in path.points})
    key = next(iter(studio.fake_engine.stills))
    red = np.zeros((144, 144, 3), np.uint8)
    red[..., 0] = 255
    studio._bridge.still.emit(key, red)
    shot = path.grab().toImage()
    middles = [box.center().toPoint() for box in path.boxes()]
    assert any(shot.pixelColor(at) == QColor(255, 0, 0) for at in middles)


@pytest.mark.parametrize(("name", "at", "text"), [("sections", 8.0, "Move section"), ("path", None, "Move point")])
def test_two_drags_are_two_steps(qtbot, studio, timeline, path, name, at, text):
    lane = timeline.lanes[name]
    t = lane.points[1].t if at is None else at
    for _ in range(2):
        drag(qtbot, lane, spot(lane, t), spot(lane, t + 1.3), ALT if at else NONE)
        t = lane.points[1].t if at is None else lane.sections[0].end
    assert _steps(studio) == [text, text]


# --- curve


def test_the_curve_lane_shows_what_the_routes_make(studio, timeline):
    lane = timeline.curve
    heights = lane.heights(1280)
    assert heights.shape == (1280,)
    assert heights.min() >= 0.0
    assert heights.max() == pytest.approx(1.0)
    beat = heights.reshape(-1, 20).mean(axis=0)  # 20 pixels each, with a kick at its start
    assert beat[:8].mean() > beat[14:].mean() + 0.1
    lane.show_destination("hue")
    assert np.ptp(lane.heights(1300)) == 0.0


@pytest.mark.parametrize("span", [1.3, 5.3, 31.3])
def test_the_last_pixel_knows_only_its_own_stretch(timeline, span):
    curve = timeline.studio.session.score.curve("pulse")
    timeline.axis.show(0.0, span)
    heights = timeline.curve.heights(1000)
    scaled = (curve - curve.min()) / (curve.max() - curve.min())
    here = scaled[int(0.999 * span * 100) - 2 : int(span * 100) + 3]
    assert here.min() - 1e-5 <= heights[-1] <= here.max() + 1e-5


# --- heads


def test_follow_sections_is_a_setting_of_the_show(qtbot, studio, timeline):
    box = timeline.heads.follow
    assert box.isChecked()
    qtbot.mouseClick(box, LEFT, pos=QPoint(5, 11))
    assert not studio.document.show.scene.react.follow_sections
    studio.document.undo_stack.undo()
    assert box.isChecked()
    timeline.set_mode("export")
    assert not box.isVisible()


def test_heads_choose_interpolation_and_curve(qtbot, studio, timeline):
    heads = timeline.heads
    menu = heads.path_menu()
    qtbot.addWidget(menu)
    rows = {action.text(): action for action in menu.actions()}
    assert rows["Cubic"].isChecked()
    assert len(rows) == 4
    rows["Linear"].trigger()
    assert studio.document.show.scene.react.interpolation == "linear"
    menu = heads.curve_menu()
    qtbot.addWidget(menu)
    rows = {action.text(): action for group in menu.actions() for action in group.menu().actions()}
    rows["Speed"].trigger()
    assert timeline.curve.destination == heads.destination == "speed"
    assert timeline.curve.accessibleName() == "Speed over time"


def test_a_click_on_a_head_opens_its_menu(qtbot, timeline):
    qtbot.mouseClick(timeline.heads, LEFT, pos=QPoint(60, 30 + 20 + 22 + 96 + 20))
    menu = timeline.heads.findChild(QMenu)
    assert menu.isVisible()
    assert menu.actions()[0].text() == "Nearest"
    menu.close()


def test_every_lane_can_be_named_aloud(timeline):
    for lane in timeline.lanes.values():
        assert lane.accessibleName()
        assert lane.objectName()
