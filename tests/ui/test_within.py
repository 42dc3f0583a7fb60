"""What moves sources and routes, on the screen: dots, menus, refusals, the crossfader, and the mouse as a source."""

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QAction, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.engine.show.generators import Macro
from app.engine.show.presets import PRESETS, with_preset
from app.engine.show.routes import Look, Route
from app.engine.show.show import Scene
from app.ui.depth_drag import DepthDrag
from app.ui.expert import Expert
from app.ui.finish_tab import MirrorRow
from app.ui.linked import depth_of, pushed_to
from app.ui.mouse_input import MouseInput
from app.ui.params import ParamRow
from app.ui.perform_fader import DeckRow
from app.ui.perform_macros import MacroColumn
from app.ui.route_dots import EndsDot
from app.ui.route_edits import add_route, edit_route, remove_route
from app.ui.scope import Scopes
from app.ui.source_settings import SourceSettings
from tests.ui.fakes import make_document

ROUTES = (Route("lfo_1", "hue", 0.4), Route("bass", "lfo_1_rate", -0.5), Route("macro_2", "route_1_depth", 0.8))


@pytest.fixture
def show():
    return make_document().show.with_scene(routes=ROUTES)


@pytest.fixture
def routes(studio):
    return lambda: studio.document.show.scene.routes


@pytest.fixture
def expert(qtbot, studio):
    page = Expert(studio.document, studio)
    qtbot.addWidget(page)
    page.resize(420, 700)
    page.show()
    return page


@pytest.fixture
def refused(studio):
    told = []
    studio.document.refused.connect(told.append)
    return told


def test_a_circle_is_told_and_nothing_is_changed(expert, studio, routes, refused):
    told = []
    studio.told.connect(lambda *words: told.append(words))
    assert not add_route(studio.document, "lfo_1", "route_2_gain")
    assert routes() == ROUTES
    assert refused == ["That would go round in a circle: route 4 (LFO 1) → route 2 (Bass) → LFO 1 → route 4 (LFO 1). "
                       "Nothing can move what moves it."]  # fmt: skip
    assert told == [("error", "Nothing was changed", refused[0])]
    edit_route(studio.document, 1, "Route source", source="lfo_1")
    assert routes() == ROUTES
    assert len(refused) == 2
    edit_route(studio.document, 1, "Route depth", depth=0.2)
    assert routes()[1].depth == 0.2


def test_a_route_that_is_removed_takes_what_moved_it_along_and_undo_brings_both_back(studio, routes):
    remove_route(studio.document, 0)
    assert routes() == (ROUTES[1],)
    studio.document.undo_stack.undo()
    assert routes() == ROUTES
    remove_route(studio.document, 1)
    assert routes() == (ROUTES[0], ROUTES[2])


def test_another_preset_keeps_what_hands_move_of_each_other():
    by_hand = (Route("macro_1", "bloom", 0.8), Route("macro_2", "route_1_depth", 0.5), Route("macro_3", "route_4_on"))
    scene = with_preset(Scene(routes=(*by_hand, Route("bass", "hue"))), PRESETS[3])
    count = len(PRESETS[3].routes)
    assert scene.routes[count:] == (by_hand[0], Route("macro_2", f"route_{count + 1}_depth", 0.5))


def test_every_number_of_an_open_route_has_its_dot(expert, studio, qtbot):
    expert.toggle(0)
    dots = {dot.objectName(): dot for dot in expert.detail.findChildren(EndsDot)}
    assert set(dots) == {f"link:route.1.{field}" for field in ("lo", "gain", "attack", "release", "depth")}
    rest = dots["link:route.1.depth"]
    assert rest.sources == ("macro_2",)
    labels = [act.text() for act in rest.menu().actions()]
    assert labels == ["Depth: Macro 2", "On", "Curve", "Invert", "Mode"]
    gain = dots["link:route.1.gain"]
    assert (gain.sources, gain.accessibleName()) == ((), "Nothing linked")
    add_route(studio.document, "kick", "route_1_gain")
    dots = {dot.objectName(): dot for dot in expert.detail.findChildren(EndsDot)}
    assert dots["link:route.1.gain"].sources == ("kick",)


def test_the_list_names_routes_by_number_and_says_what_is_wrong(expert, studio):
    lines = {line.target: line for line in expert.lines}
    assert {"LFO 1 rate", "#1 depth", "Hue"} <= set(lines)
    assert "Route 3: Macro 2 to #1 depth" in lines["#1 depth"].toolTip()
    studio.document.edit_scene("x", routes=(Route("bass", "route_1_depth"), Route("mid", "route_9_on")))
    lines = {line.target: line for line in expert.lines}
    assert lines["#1 depth"].trouble == "moves what moves it, in a circle, and does not count"
    assert lines["#9 on"].trouble == "moves a route that is not there"


def test_the_settings_of_a_source_show_what_moves_them_and_how_far(qtbot, studio):
    panel = SourceSettings(studio.document, "lfo_1")
    qtbot.addWidget(panel)
    rows = {row.name: row for row in panel.findChildren(ParamRow)}
    assert rows["lfo.1.rate"].dot.sources == ("bass",)
    assert all(rows[f"lfo.1.{field}"].dot.sources == () for field in ("shape", "unit", "phase"))
    panel.show_push(Look(), {"lfo_1_rate": 2.0}.get)
    assert rows["lfo.1.rate"].control.pushed == pytest.approx(4.0)
    assert rows["lfo.1.rate"].dot.amount == pytest.approx(2 / 3, abs=0.01)
    panel.show_push(Look(), {}.get)
    assert rows["lfo.1.rate"].control.pushed is None


def test_what_is_drawn_of_a_moved_source_is_what_it_does(qtbot, studio):
    moved = Scopes(studio).curve(Route("lfo_1", "hue"))
    assert moved is studio.session.score.inside["lfo_1"]
    look, inside = Scopes(studio).pushed(1.0)
    assert look == studio.session.score.at(1.0)
    assert inside("lfo_1_rate") == studio.session.score.inside_at("lfo_1_rate", 1.0)
    assert inside("lfo_2_rate") is None


def test_a_rate_is_dragged_in_octaves_and_times_in_milliseconds():
    assert pushed_to("lfo_1_rate", 4.0, -1.0) == pytest.approx(0.5)
    assert pushed_to("route_1_attack", 15.0, 1.0) == pytest.approx(515.0)
    assert depth_of("route_1_attack", 500.0) == pytest.approx(1.0)
    assert depth_of("macro_1", 0.25) == pytest.approx(0.25)


def test_a_choice_has_its_dot_and_no_line(qtbot, studio, routes):
    row = MirrorRow(studio.document)
    qtbot.addWidget(row)
    assert not row.findChildren(DepthDrag)
    add_route(studio.document, "bar", "mirror", 1.0)
    assert row.dot.sources == ("bar",)
    row.show_push(Look(mirror=1.2))
    assert row.dot.amount == pytest.approx(0.5)
    row.show_push(Look(mirror=float("nan")))
    assert row.dot.amount == 0.0


def test_the_crossfader_has_its_dot(qtbot, studio, routes):
    row = DeckRow(studio.document, studio, {})
    qtbot.addWidget(row)
    assert row.dot.sources == ()
    add_route(studio.document, "bar", "fader")
    assert row.dot.sources == ("bar",)
    assert [act.text() for act in row.dot.menu().actions()] == ["Crossfader: Bar"]


def test_a_macro_of_perform_shows_where_it_is_pushed(qtbot, studio):
    column = MacroColumn(studio.document, studio)
    qtbot.addWidget(column)
    add_route(studio.document, "lfo_2", "macro_1", 1.0)
    column.draw_sound(1.1)
    assert column.knobs[0].pushed == pytest.approx(studio.session.score.inside_at("macro_1", 1.1))
    assert column.knobs[0].pushed > 0.1
    assert column.knobs[1].pushed is None
    remove_route(studio.document, 3)
    column.draw_sound(1.1)
    assert column.knobs[0].pushed is None


# --- the mouse


@pytest.fixture
def mouse(qtbot, studio):
    view, action = QWidget(), QAction(checkable=True)
    qtbot.addWidget(view)
    view.resize(201, 101)
    view.show()
    MouseInput(studio.document, view, action)
    yield view, action
    action.setChecked(False)


def move(view: QWidget, x: float, y: float) -> None:
    none = Qt.MouseButton.NoButton
    at = QPointF(x, y)
    event = QMouseEvent(QEvent.Type.MouseMove, at, at, none, none, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(view, event)


def test_the_mouse_over_the_picture_sets_two_inputs_while_it_is_wanted(mouse, studio, qtbot):
    view, action = mouse
    places = lambda: tuple(m.value for m in studio.document.show.scene.inputs[4:6])  # noqa: E731
    move(view, 150, 25)
    assert not view.hasMouseTracking()
    assert places() == (0.0, 0.0)
    action.setChecked(True)
    assert view.hasMouseTracking()
    move(view, 20, 20)
    move(view, 150, 25)
    qtbot.waitUntil(lambda: places() == (0.75, 0.75))
    move(view, 0, 100)
    qtbot.waitUntil(lambda: places() == (0.0, 0.0))
    move(view, 200, 0)
    qtbot.waitUntil(lambda: places() == (1.0, 1.0))
    action.setChecked(False)
    move(view, 50, 50)
    assert places() == (1.0, 1.0)
    studio.document.undo_stack.undo()
    assert studio.document.show.scene.inputs == (Macro(),) * 8


def test_the_toggle_is_an_action_beside_the_picture(qtbot, studio):
    from app.control.actions import ACTIONS
    from app.ui.preview import PreviewView

    actions = {"mouse_input": QAction(ACTIONS["mouse_input"].text, checkable=ACTIONS["mouse_input"].checkable)}
    view = PreviewView(studio.document, studio, None, actions)
    qtbot.addWidget(view)
    view.resize(754, 564)
    view.show()
    QTest.mouseClick(view.mouse, Qt.MouseButton.LeftButton)
    assert actions["mouse_input"].isChecked()
    assert view.hasMouseTracking()
    view.hide()
    view.hud.hide()
