"""The timeline: time under the pixel, edits that undo, a playhead that is where the sound is."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QWheelEvent
from PySide6.QtWidgets import QLineEdit

from app.engine.show.show import React
from app.ui.theme import STAGE
from app.ui.time_axis import TimeAxis
from app.ui.timeline import TimelineView
from app.ui.wave_bands import painted, wave_bands
from tests.ui.fakes import FakeStudio, make_document, make_song

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def studio(qtbot):
    studio = FakeStudio(make_document())
    yield studio
    studio.close()


@pytest.fixture
def timeline(qtbot, studio):
    view = TimelineView(studio.document, studio)
    qtbot.addWidget(view)
    view.resize(1440, 232)
    view.show()
    qtbot.waitExposed(view)
    return view


def spot(lane, t, y=None) -> QPoint:
    return QPoint(round(lane.x(t)), lane.height() // 2 if y is None else y)


def drag(qtbot, lane, a: QPoint, b: QPoint, modifier=Qt.KeyboardModifier.NoModifier) -> None:
    qtbot.mousePress(lane, LEFT, modifier, a)
    for i in range(1, 6):
        at = a + (b - a) * i / 5
        qtbot.mouseMove(lane, at)
        send_move(lane, at, modifier)
    qtbot.mouseRelease(lane, LEFT, modifier, b)


def send_move(lane, at: QPoint, modifier) -> None:
    """A move with the button held: what the offscreen platform does not send by itself."""
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QMouseEvent
    from PySide6.QtWidgets import QApplication

    where = QPointF(at)
    event = QMouseEvent(QEvent.Type.MouseMove, where, lane.mapToGlobal(where), Qt.MouseButton.NoButton, LEFT, modifier)
    QApplication.sendEvent(lane, event)


def test_zoom_keeps_the_time_under_the_pointer():
    axis = TimeAxis()
    axis.set_duration(60.0)
    before = axis.t_of(300, 1000)
    axis.zoom(before, 0.5)
    assert axis.t_of(300, 1000) == pytest.approx(before) and axis.span == pytest.approx(30.0)


def test_the_view_stays_in_the_song():
    axis = TimeAxis()
    axis.set_duration(60.0)
    axis.show(50, 90)
    assert (axis.start, axis.end) == (20.0, 60.0)
    axis.show(-5, 5)
    assert (axis.start, axis.end) == (0.0, 10.0)
    axis.zoom(5, 1e-9)
    assert axis.span == 1.0


def test_a_page_turns_when_the_playhead_leaves_it_unless_somebody_scrolled():
    axis = TimeAxis()
    axis.set_duration(200.0)
    axis.keep_in_view(40.0)
    assert axis.start == 40.0
    axis.scroll(-20.0)
    axis.keep_in_view(150.0)
    assert axis.start == 20.0


def test_a_click_on_the_wave_seeks(qtbot, studio, timeline):
    qtbot.mouseClick(timeline.wave, LEFT, pos=spot(timeline.wave, 12.0))
    assert studio.now() == pytest.approx(12.0, abs=0.05)


def test_the_playhead_is_painted_where_the_time_is(qtbot, studio, timeline):
    for t in (3.0, 17.25):
        studio.at(t)
        shot = timeline.grab().toImage()
        x = timeline.head_width + round(timeline.axis.x_of(t, timeline.wave.width()))
        assert shot.pixelColor(x, 120) == QColor(STAGE.text_hi)
        assert shot.pixelColor(x + 12, 75) != QColor(STAGE.text_hi)


def test_the_wave_shows_three_bands_and_the_past_is_dim(qtbot, studio, timeline):
    studio.at(16.0)
    shot = timeline.wave.grab().toImage()
    colours = {shot.pixelColor(x, y).rgb() for x in range(700, 1300, 3) for y in range(10, 90, 4)}
    assert {STAGE.bass.rgb(), STAGE.mid.rgb(), STAGE.high.rgb()} & colours >= {STAGE.bass.rgb()}
    past = [shot.pixelColor(x, 48).lightness() for x in range(50, 600, 7)]
    future = [shot.pixelColor(x, 48).lightness() for x in range(720, 1300, 7)]
    assert np.mean(past) < 0.8 * np.mean(future)


def test_heights_follow_the_sound():
    bands = wave_bands(make_song().peaks)
    columns = bands.columns(0.0, 4.0, 400)
    beat = columns.reshape(8, 50, 3).mean(axis=0)
    assert beat[:10, 0].mean() > 2 * beat[35:45, 0].mean()
    assert bands.columns(-2.0, -1.0, 50).max() == 0.0
    assert bands.columns(0.0, 32.0, 200).shape == (200, 3)
    near = bands.columns(1.0, 1.05, 500)
    assert near.max() > 0 and np.isfinite(near).all()


def test_low_stands_in_front_of_mid_and_high():
    picture = painted(np.array([[0.2, 0.5, 0.9]], np.float32), 100, (1, 2, 3))
    column = picture[:, 0]
    assert column[50] == 1 and column[70] == 2 and column[90] == 3 and column[99] == 0


def test_wheel_zooms_and_shift_wheel_scrolls(qtbot, timeline):
    def wheel(dy, modifier=Qt.KeyboardModifier.NoModifier):
        at = QPointF(600, 40)
        timeline.wave.wheelEvent(QWheelEvent(at, at, QPoint(), QPoint(0, dy), Qt.MouseButton.NoButton, modifier,
                                             Qt.ScrollPhase.NoScrollPhase, False))  # fmt: skip

    under = timeline.wave.t(600)
    wheel(240)
    assert timeline.axis.span < 32 * 0.7 and timeline.wave.t(600) == pytest.approx(under, abs=0.01)
    start = timeline.axis.start
    wheel(-120, Qt.KeyboardModifier.ShiftModifier)
    assert timeline.axis.start > start


def test_a_drag_in_the_ruler_makes_a_loop_on_bars(qtbot, studio, timeline):
    ruler = timeline.lanes["ruler"]
    drag(qtbot, ruler, spot(ruler, 4.05, 3), spot(ruler, 8.04, 3))
    assert studio.loop == (4.0, 8.0)
    assert studio.document.undo_stack.count() == 1
    studio.document.undo_stack.undo()
    assert studio.loop is None


def test_a_border_snaps_to_a_downbeat_and_is_one_undo(qtbot, studio, timeline):
    lane = timeline.lanes["sections"]
    drag(qtbot, lane, spot(lane, 8.0), spot(lane, 10.1))
    sections = studio.document.show.sections
    assert sections[0].end == sections[1].start == 10.0
    assert studio.document.undo_stack.count() == 1


def test_alt_moves_a_border_freely(qtbot, studio, timeline):
    lane = timeline.lanes["sections"]
    drag(qtbot, lane, spot(lane, 8.0), spot(lane, 10.1), Qt.KeyboardModifier.AltModifier)
    assert studio.document.show.sections[0].end == pytest.approx(10.1, abs=0.03)


def test_split_merge_and_rename(qtbot, studio, timeline):
    lane = timeline.lanes["sections"]
    lane.split(4.0)
    assert [s.label for s in lane.sections] == ["A", "D", "B", "A", "C"]
    lane.merge(0)
    assert lane.sections[0].end == 8.0 and len(lane.sections) == 4
    qtbot.mouseDClick(lane, LEFT, pos=spot(lane, 12.0))
    field = lane.findChild(QLineEdit)
    field.setText("Drop")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert lane.sections[1].name == "Drop"


def test_the_path_shows_the_sessions_points_and_the_first_edit_makes_them_the_scenes(qtbot, studio, timeline):
    studio.document.edit_scene("points", react=React(follow_sections=False, point_amount=4, loop_video=False))
    lane = timeline.lanes["path"]
    assert len(lane.points) == 4 and studio.document.show.scene.path.points == ()
    before = lane.points
    drag(qtbot, lane, spot(lane, before[1].t), spot(lane, before[1].t + 2.0), Qt.KeyboardModifier.NoModifier)
    after = studio.document.show.scene.path.points
    assert len(after) == 4 and after[1].t == pytest.approx(before[1].t + 2.0, abs=0.3) and after[1].w == before[1].w
    studio.document.undo_stack.undo()
    assert studio.document.show.scene.path.points == ()


def test_a_point_is_selected_removed_and_found_by_double_click(qtbot, studio, timeline):
    studio.document.edit_scene("points", react=React(follow_sections=False, point_amount=4, loop_video=False))
    lane = timeline.lanes["path"]
    t = lane.points[2].t
    qtbot.mouseClick(lane, LEFT, pos=spot(lane, t))
    assert studio.document.selected == 2
    qtbot.mouseDClick(lane, LEFT, pos=spot(lane, t))
    assert studio.now() == pytest.approx(t)
    qtbot.keyClick(lane, Qt.Key.Key_Delete)
    assert len(lane.points) == 3
    while len(lane.points) > 1:
        lane.remove(0)
    lane.remove(0)
    assert len(lane.points) == 1


def test_the_curve_lane_shows_what_the_routes_make(studio, timeline):
    lane = timeline.lanes["curve"]
    assert np.ptp(lane.heights(1300)) > 0.3
    lane.show_destination("hue")
    assert np.ptp(lane.heights(1300)) == 0.0


def test_export_mode_moves_the_films_range(qtbot, studio, timeline):
    timeline.set_mode("export")
    assert not timeline.lanes["path"].isVisible()
    wave = timeline.wave
    drag(qtbot, wave, spot(wave, 32.0, 20) - QPoint(1, 0), spot(wave, 20.0, 20))
    drag(qtbot, wave, spot(wave, 0.0, 20) + QPoint(1, 0), spot(wave, 8.0, 20))
    film = studio.document.show.film
    assert film.start == pytest.approx(8.0, abs=0.1) and film.end == pytest.approx(20.0, abs=0.1)
    assert studio.document.undo_stack.count() == 2


def test_the_overview_seeks_and_moves_the_view(qtbot, studio, timeline):
    overview = timeline.lanes["overview"]
    timeline.axis.show(0.0, 8.0)
    qtbot.mouseClick(overview, LEFT, pos=QPoint(overview.width() * 3 // 4, 10))
    assert studio.now() == pytest.approx(24.0, abs=0.1)
    assert timeline.axis.start <= 24.0 <= timeline.axis.end


def test_a_small_timeline_keeps_overview_and_wave(qtbot, timeline):
    timeline.resize(1024, 120)
    shown = [name for name, lane in timeline.lanes.items() if lane.isVisible()]
    assert shown == ["overview", "wave"]


def test_moving_the_playhead_draws_no_lane_again(qtbot, studio, timeline, monkeypatch):
    studio.at(1.0)
    timeline.grab()
    drawn = []
    for name, lane in timeline.lanes.items():
        monkeypatch.setattr(lane, "draw", lambda painter, name=name: drawn.append(name))
    for i in range(20):
        studio.at(1.0 + i / 60)
        timeline.grab()
    assert drawn == []


def test_no_song_is_calm(qtbot):
    from app.ui.opening import Song

    studio = FakeStudio(make_document())
    studio.song, studio.session = Song(), None
    view = TimelineView(studio.document, studio)
    qtbot.addWidget(view)
    view.resize(1024, 232)
    view.grab()
    studio.close()
