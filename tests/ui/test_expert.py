"""React, Expert: every route can be seen, opened, changed and undone; every setting has Bloompipe's name."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QWidget

from app.control.params import PARAMS, get
from app.engine.show.knobs import KNOBS, of_route
from app.engine.show.modulation import MOST_ROUTES
from app.engine.show.routes import DESTINATIONS, Route
from app.engine.show.sources import GROUPS, SOURCES
from app.engine.show.ways import Way
from app.ui.expert import Expert, SettingRow
from app.ui.expert_places import FILTERS, ORDERS, grouped, places
from app.ui.expert_places import GROUPS as DESTINATION_GROUPS
from app.ui.menus import destination_menu
from app.ui.scope import Scopes
from app.ui.theme import STAGE
from tests.ui.fakes import make_document

BLOOMPIPE = {
    "videoStart", "videoEnd", "fps", "gateThreshold", "freqLow", "freqMid", "freqHigh", "pulsePerc", "sectionAmount",
    "loopVideo", "visualizeSections", "sectionSimilarity", "pointAmount", "interpolationType", "pulseReact",
    "videoSmoothness", "motionRandomness", "truncation",
}  # fmt: skip
ROUTES = (Route("bass", "coarse", 0.35), Route("hat", "brightness", 0.12), Route("onset", "speed", 0.28, on=False))


@pytest.fixture
def show():
    return make_document().show.with_scene(routes=ROUTES)


@pytest.fixture
def expert(qtbot, studio):
    page = Expert(studio.document, studio)
    qtbot.addWidget(page)
    page.resize(420, 700)
    page.show()
    return page


def _line(expert, source, destination):
    return next(x for x in expert.lines if (x.place.route.source, x.place.route.destination) == (source, destination))


def test_every_bloompipe_parameter_is_listed_by_its_own_name(expert):
    shown = {row.label.text() for row in expert.findChildren(SettingRow)}
    assert shown >= BLOOMPIPE


def test_a_setting_here_is_the_same_setting(expert, studio):
    slider = expert.findChild(QWidget, "expert:react.bass")
    QTest.keyClick(slider, Qt.Key.Key_End)
    assert studio.document.show.scene.react.bass == 3.0
    fps = next(r for r in expert.findChildren(SettingRow) if r.name == "film.fps")
    fps.field.setText("60")
    fps.field.returnPressed.emit()
    assert get(studio.document.show, "film.fps") == 60
    assert isinstance(get(studio.document.show, "film.fps"), int)


def test_routes_stand_by_destination_with_the_owned_ones(expert):
    order = [x.place.route.destination for x in expert.lines]
    assert order == ["speed", "pulse", "pulse", "pulse", "coarse", "brightness"]
    owned = [x for x in expert.lines if x.place.owned]
    assert len(owned) == 3
    assert "Pulse reactivity" in owned[0].toolTip()
    assert "Bass" in owned[0].toolTip()


def test_owned_routes_follow_their_sliders_and_cannot_be_taken_away(expert, studio):
    studio.document.set_param("react.pulse", 1.5)
    line = _line(expert, "bass_drums", "pulse")
    assert line.place.route.depth == 1.5
    before = studio.document.show
    QTest.keyClick(line, Qt.Key.Key_Delete)
    QTest.keyClick(line, Qt.Key.Key_Return)
    QTest.mouseClick(line.bar, Qt.MouseButton.LeftButton, pos=QPoint(3, 10))
    assert studio.document.show == before
    assert expert.detail is None


def test_other_filters_and_orders(expert):
    expert.arrange("_filter", FILTERS[1])
    assert not any(x.place.owned for x in expert.lines)
    assert len(expert.lines) == 3
    expert.arrange("_order", ORDERS[1])
    assert [x.place.route.source for x in expert.lines] == ["bass", "hat", "onset"]


def test_the_lamp_mutes_a_route_in_one_step(expert, studio):
    stack = studio.document.undo_stack
    _line(expert, "hat", "brightness").lamp.click()
    assert not studio.document.show.scene.routes[1].on
    stack.undo()
    assert studio.document.show.scene.routes == ROUTES


def test_depth_is_dragged_in_one_step(expert, studio):
    bar, stack = _line(expert, "bass", "coarse").bar, studio.document.undo_stack
    QTest.mousePress(bar, Qt.MouseButton.LeftButton, pos=QPoint(10, 12))
    for x in range(10, 40, 5):
        QTest.mouseMove(bar, QPoint(x, 12))
    QTest.mouseRelease(bar, Qt.MouseButton.LeftButton, pos=QPoint(40, 12))
    assert stack.count() == 1
    assert studio.document.show.scene.routes[0].depth < 0
    stack.undo()
    assert studio.document.show.scene.routes == ROUTES


def test_an_open_route_shows_and_changes_everything(expert, studio):
    document = studio.document
    _line(expert, "bass", "coarse").opened.emit()
    detail = expert.detail
    assert detail is not None
    for control in (detail.gain, detail.attack, detail.release):
        QTest.keyClick(control, Qt.Key.Key_Home)
        QTest.keyClick(control, Qt.Key.Key_Right)
    detail.range.moved.emit(0.1, 0.95)
    detail.invert.click()
    detail.changed.emit("curve", "s", False)
    detail.changed.emit("mode", "multiply", False)
    route = document.show.scene.routes[0]
    assert (route.lo, route.hi, route.invert, route.curve, route.mode) == (0.1, 0.95, True, "s", "multiply")
    assert 0 < route.gain < 0.1
    assert 0 <= route.attack < 0.01
    assert 0 <= route.release < 0.01
    assert expert.detail is detail  # still open after every edit
    assert detail.figures["Range"].text() == ".10 – .95"
    assert detail.curve.text() == "S curve"
    assert detail.mode.text() == "Multiply"
    while document.undo_stack.canUndo():
        document.undo_stack.undo()
    assert document.show.scene.routes == ROUTES


def test_open_again_closes(expert):
    line = _line(expert, "bass", "coarse")
    line.opened.emit()
    assert expert.detail is not None
    _line(expert, "bass", "coarse").opened.emit()
    assert expert.detail is None


def test_delete_removes_and_undo_brings_back(expert, studio):
    QTest.keyClick(_line(expert, "hat", "brightness"), Qt.Key.Key_Delete)
    assert studio.document.show.scene.routes == (ROUTES[0], ROUTES[2])
    assert len(expert.lines) == 5
    studio.document.undo_stack.undo()
    assert studio.document.show.scene.routes == ROUTES
    assert len(expert.lines) == 6


def test_every_source_can_be_led_to_every_destination(expert, studio):
    menu = expert.route_menu()
    assert [a.text() for a in menu.actions()] == list(GROUPS)
    assert sorted(s for group in GROUPS.values() for s in group) == sorted(SOURCES)
    kick = next(a for g in menu.actions() for a in g.menu().actions() if a.text() == "Kick").menu()
    kick.aboutToShow.emit()
    ends = {group.text(): group.menu().actions() for group in kick.actions()}
    assert list(ends) == list(DESTINATION_GROUPS)
    assert [a.text() for a in ends["Directions"]] == [f"Direction {n}" for n in range(1, 9)]
    own = sum(len(of_route(i)) for i in range(len(ROUTES)))
    of_routes = [act for route in ends.pop("Routes") for act in route.menu().actions()]
    assert len(of_routes) == own
    every = [*DESTINATIONS, *KNOBS]  # but for directions that nobody keeps, and for routes that are not there
    assert sum(map(len, ends.values())) == len(every) - 8 - sum(knob.held == "routes" for knob in KNOBS.values())
    assert sorted(name for names in DESTINATION_GROUPS.values() for name in names) == sorted(every)
    assert ends["Place"][-1].text() == "Turn (StyleGAN3 only)"
    next(a for a in ends["Finish"] if a.text() == "Hue").trigger()
    assert studio.document.show.scene.routes[-1] == Route("kick", "hue", 0.3)
    assert expert.detail is not None
    assert expert.open_index == 3
    studio.document.undo_stack.undo()
    assert studio.document.show.scene.routes == ROUTES
    assert expert.detail is None


def test_a_kept_direction_goes_by_its_name_and_another_networks_says_so(expert, studio):
    style = replace(studio.document.show.scene.style, sha256="ab" * 32)
    ways = (Way("Petal width", (1.0,) * 16, style.name, style.sha256), Way("Warmth", (1.0,) * 16, "Cells", "cd" * 32))
    routes = tuple(Route("kick", f"direction_{n}") for n in (1, 9, 10, 11))
    studio.document.edit_scene("x", style=style, ways=ways, routes=routes)
    assert list(grouped(studio.document.show, FILTERS[0], ORDERS[0])) == ["Path", "Directions"]
    lines = [line for line in expert.lines if not line.place.owned]
    assert [line.target for line in lines] == ["Direction 1", "Petal width", "Warmth", "Direction 11"]
    assert [line.trouble for line in lines] == ["", "", "moves a direction of Cells, without effect here",
                                                "moves nothing, as no direction is kept there"]  # fmt: skip
    assert expert.complaint() == "Kick moves a direction of Cells, without effect here"
    expert.toggle(1)
    assert expert.detail.more.target.text() == "Petal width"
    menu = QMenu()
    destination_menu(menu, studio.document.show.scene, lambda name: None)
    directions = next(a.menu() for a in menu.actions() if a.text() == "Directions")
    assert [a.text() for a in directions.actions()][-2:] == ["Petal width", "Warmth"]


def test_no_more_than_thirty_two(expert, studio):
    studio.document.edit_scene("Many", routes=tuple(Route("bass", "hue", i / 100) for i in range(MOST_ROUTES)))
    assert not expert.add.isEnabled()
    expert.add_route("kick", "hue")
    assert len(studio.document.show.scene.routes) == MOST_ROUTES


def test_scopes_draw_the_sound_of_now(expert, studio):
    studio.at(4.02)
    line = _line(expert, "bass", "coarse")
    assert line.trace[-1] == pytest.approx(float(studio.song.features.curves["bass"][402]))
    image = line.grab().toImage()
    box = line._scope_box().toRect()
    colors = {
        image.pixelColor(x, y).name() for x in range(box.left(), box.right()) for y in range(box.top(), box.bottom())
    }
    assert STAGE.bass.name() in colors


def test_scopes_know_made_up_sources_too(studio):
    scopes = Scopes(studio)
    for source in SOURCES:
        values = scopes.named(source, 8.0, 2.0, 20)
        assert len(values) == 20, source
        assert all(0.0 <= v <= 1.0 for v in values), source


def test_what_is_wrong_with_a_range_is_said(studio):
    scopes = Scopes(studio)
    assert "saturated" in scopes.complaint(Route("mid", "hue", hi=0.2))
    assert "gate" in scopes.complaint(Route("mid", "hue", lo=0.9))
    assert scopes.complaint(Route("macro_1", "hue")) == "", "a macro at 0 is no mistake"
    assert scopes.complaint(Route("bass", "hue")) == ""
    assert scopes.complaint(replace(Route("mid", "hue", hi=0.2), on=False)) == ""


def test_keys_alone_are_enough(expert, studio):
    line = _line(expert, "bass", "coarse")
    line.setFocus()
    QTest.keyClick(line, Qt.Key.Key_Right)
    assert studio.document.show.scene.routes[0].depth > 0.35
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert expert.detail is not None
    for control in (expert.detail.range, expert.detail.gain, expert.detail.attack, expert.detail.release):
        assert control.accessibleName()


def test_show_destination_goes_there(expert):
    expert.show_destination("brightness")
    assert expert.lines[-1].place.route.destination == "brightness"


def test_places_name_their_owners(studio):
    found = places(studio.document.show)
    assert [p.owned for p in found] == [True] * 3 + [False] * 3
    assert found[2].owner.startswith("Treble")


def test_settings_are_all_real_parameters(expert):
    assert all(row.name in PARAMS for row in expert.findChildren(SettingRow))


def test_the_dot_of_a_source_s_setting_leads_to_its_route(expert, studio, qtbot):
    studio.document.edit_scene("Route", routes=(*ROUTES, Route("lfo_2", "lfo_1.rate")))
    expert.sources.click()
    expert.shelf.choose("lfo_1")
    rate = next(row for row in expert.shelf.settings.rows if row.name == "lfo.1.rate")
    line = _line(expert, "lfo_2", "lfo_1.rate")
    qtbot.waitUntil(line.isVisible)
    rate.expert_wanted.emit("lfo_1.rate")
    assert expert.focusWidget() is line


def test_what_is_wrong_with_an_expression_stands_under_it_above_the_buttons(expert):
    expert.toggle(0)
    more = expert.detail.more
    more.expression.setFocus()
    QTest.keyClicks(more.expression, "x * (2")
    expert.grab()
    assert "bracket" in more.trouble.text()
    assert more.expression.geometry().bottom() < more.trouble.y() < more.learn.y()


def test_a_made_up_source_is_called_one_thing_everywhere():
    for source, param in (("walk_1", "walk.1.rate"), ("steps_2", "sequencer.2.per_beat"), ("lfo_3", "lfo.3.rate")):
        assert PARAMS[param].label.startswith(SOURCES[source])
