"""The window's thread holds Python's lock while it works: what is hidden rests, and what costs much is spread."""

from dataclasses import replace

import pytest
from PySide6.QtCore import SIGNAL, QEvent, QObject, QRect, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QWidget

from app.engine.latent.atlas import Atlas
from app.engine.latent.path import WPath
from app.engine.show.show import Path, Point, React
from app.ui import path_lane
from app.ui.air_rules import RedEdge
from app.ui.map_places import Places
from app.ui.panel import Panel
from app.ui.preview import PreviewView
from app.ui.react_simple import Simple
from app.ui.spread import Spread
from app.ui.timeline import TimelineView
from app.ui.transport import TransportBar
from app.ui.widgets.toast import ToastHost
from tests.ui.fakes import FakeStudio, make_document


@pytest.fixture
def studio(qtbot):
    studio = FakeStudio(make_document())
    yield studio
    studio.close()


# --- spread


def _steps(done, count):
    for i in range(count):
        done.append(i)
        yield


def test_work_is_done_a_step_a_turn_where_time_is_short(qtbot, monkeypatch):
    monkeypatch.setattr("app.ui.spread.SHARE_MS", 0.0)
    spread, done = Spread(), []
    spread.begin(_steps(done, 3))
    assert done == [], "nothing at once"
    QApplication.processEvents()
    assert done == [0]
    with qtbot.waitSignal(spread.done):
        pass
    assert done == [0, 1, 2]
    assert not spread.busy


def test_several_steps_share_a_turn_and_what_is_dropped_is_left(qtbot, monkeypatch):
    monkeypatch.setattr("app.ui.spread.SHARE_MS", 1e6)
    spread, first, second = Spread(), [], []
    with qtbot.waitSignal(spread.done):
        spread.begin(_steps(first, 50))
    assert len(first) == 50
    spread.begin(_steps(first, 50))
    spread.begin(_steps(second, 2))
    with qtbot.waitSignal(spread.done):
        pass
    assert len(first) == 50
    assert second == [0, 1]
    spread.begin(_steps(first, 1))
    spread.drop()
    QApplication.processEvents()
    assert len(first) == 50


# --- a new Session


def test_what_is_asked_of_a_new_session_first_is_asked_where_it_is_baked(studio, monkeypatch):
    studio.bake_on_worker()
    seed = replace(studio.document.show.scene, path=Path(77), react=replace(React(), interpolation="cubic"))
    studio.document.show = replace(studio.document.show, scenes=(seed,))
    made = studio.staging.order()()
    session = made[0].session
    looked_up = []
    monkeypatch.setattr(Atlas, "_locate", lambda *of: looked_up.append(of))
    monkeypatch.setattr(WPath, "_slopes", property(lambda _self: pytest.fail("slopes were not known")))
    assert "_slopes" in vars(session.path)
    for point in session.points:
        Places(session.atlas).of_point(point)
    assert looked_up == []


# --- the path lane


def test_the_pictures_of_a_new_path_are_drawn_a_few_at_a_time(qtbot, studio, monkeypatch):
    timeline = TimelineView(studio.document, studio)
    qtbot.addWidget(timeline)
    timeline.resize(1440, 232)
    timeline.show()
    lane, drawn, curves = timeline.lanes["path"], [], []
    sprite, curve = path_lane._point_sprite, lane.curve
    monkeypatch.setattr(path_lane, "_point_sprite", lambda *of: (drawn.append(1), sprite(*of))[1])
    monkeypatch.setattr(lane, "curve", lambda width: (curves.append(1), curve(width))[1])
    atlas = studio.session.atlas
    points = [Point(2.0 * i, (tuple(map(float, atlas.w_at(i, 3))),), "") for i in range(path_lane.FRESH + 5)]
    studio.document.edit_scene("Many", path=Path(0, tuple(points)))
    lane.grab()
    assert 0 < len(drawn) <= path_lane.FRESH
    qtbot.waitUntil(lambda: not lane._more.isActive() and lane._drawn is not None and len(drawn) >= len(points))
    before, known = len(drawn), len(curves)
    lane.refresh()
    lane.grab()
    assert len(drawn) == before
    assert len(curves) == known, "the curve is the same"
    timeline.axis.zoom(4.0, 0.5)
    lane.grab()
    assert len(curves) == known + 1


# --- what is hidden


def test_a_hidden_page_hears_of_no_time(qtbot, studio):
    page = Simple(studio.document, studio)
    qtbot.addWidget(page)
    told = SIGNAL("played(double)")
    rest = studio.receivers(told)
    page.show()
    assert studio.receivers(told) == rest + 1
    page.hide()
    assert studio.receivers(told) == rest
    page.show()
    assert studio.receivers(told) == rest + 1


def test_a_hidden_preview_works_nothing_out(qtbot, studio, monkeypatch):
    view = PreviewView(studio.document, studio)
    qtbot.addWidget(view)
    view.resize(600, 400)
    asked = []
    monkeypatch.setattr(view, "update", lambda *area: asked.append(area))
    studio.give_frame()
    QApplication.processEvents()
    assert asked == []
    view.show()
    studio.give_frame()
    QApplication.processEvents()
    assert asked


def test_a_picture_of_another_shape_that_came_unseen_stands_where_it_should(qtbot, studio):
    view = PreviewView(studio.document, studio)
    qtbot.addWidget(view)
    view.resize(600, 400)
    studio.give_frame()
    QApplication.processEvents()
    square = view.picture_rect()
    studio.give_frame(size=256, height=128)
    QApplication.processEvents()
    view.show()
    assert view.picture_rect() != square
    assert view.picture_rect().width() == pytest.approx(2 * view.picture_rect().height(), abs=2)


class _Counting(QObject):
    """Counts what a widget is told."""

    def __init__(self, watched, kind):
        super().__init__(watched)
        self.kind, self.count = kind, 0
        watched.installEventFilter(self)

    def eventFilter(self, watched, event):
        self.count += event.type() == self.kind
        return False


def test_the_time_is_painted_without_what_is_behind_it(qtbot, studio):
    bar = TransportBar(studio.document, studio, {})
    qtbot.addWidget(bar)
    bar.show()
    studio.at(1.11)
    QApplication.processEvents()
    behind, time = _Counting(bar, QEvent.Type.Paint), _Counting(bar.time, QEvent.Type.Paint)
    studio.at(1.23)  # on the same beat
    QApplication.processEvents()
    assert time.count == 1
    assert behind.count == 0


class _Sheet(Panel):
    heard = 0

    def place(self, room):
        return QRect(10, 10, room.width() // 2, 40)

    def eventFilter(self, watched, event):
        self.heard += event.type() == QEvent.Type.Resize
        return super().eventFilter(watched, event)


def test_what_stands_over_the_window_listens_to_it_only_while_it_is_there(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(400, 300)
    window.show()
    sheet = _Sheet(window)

    def tell(wide):
        window.resize(wide, 300)
        QApplication.sendEvent(window, QResizeEvent(QSize(wide, 300), QSize(400, 300)))

    tell(420)
    assert sheet.heard == 0
    sheet.toggle()
    tell(500)
    assert sheet.heard
    assert sheet.width() == 250
    sheet.toggle()
    before = sheet.heard
    tell(440)
    assert sheet.heard == before


def test_toasts_and_the_red_edge_follow_the_window_while_they_are_there(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(600, 400)
    window.show()
    host, edge = ToastHost(window), RedEdge(window)
    toast = host.tell("info", "A title", "A sentence")
    edge.show(True)
    window.resize(800, 400)
    assert toast.geometry().right() > 600
    assert edge.strips[3].x() == 798
