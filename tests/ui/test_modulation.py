"""Routes beyond the list: at the parameter, dragged, by macros; learnt, frozen, solo, muted; the shelf of sources."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent, QEnterEvent, QHoverEvent, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from app.control.params import PARAMS
from app.engine.audio.features import CURVES
from app.engine.audio.grid import Grid
from app.engine.audio.live_heard import LiveHeard
from app.engine.show.generators import Macro
from app.engine.show.modulation import MANY_ROUTES, MOST_ROUTES
from app.engine.show.routes import Route
from app.engine.show.sources import GROUPS, SOURCES
from app.ui.expert import Expert
from app.ui.expert_places import ORDERS, grouped, places
from app.ui.link_popover import LinkPopover
from app.ui.map_spots import own_target
from app.ui.params import ParamRow
from app.ui.react_simple import BandRow, Simple
from app.ui.route_commands import RouteCommands
from app.ui.route_edits import RouteEdits, add_route, rivals
from app.ui.scope import Scopes
from app.ui.source_chips import MIME, SourceChip, SourceDrop, dragged_source
from app.ui.source_settings import KINDS, SourceSettings
from app.ui.step_bars import StepBars
from app.ui.theme import STAGE
from tests.ui.fakes import make_document

ROUTES = (Route("bass", "coarse", 0.35), Route("hat", "brightness", 0.12), Route("onset", "bloom", 0.28, on=False))


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


@pytest.fixture
def scene(studio):
    return lambda: studio.document.show.scene


def drop(widget: QWidget, source: str) -> bool:
    """Drop *source* on *widget* as a hand would; whether it was taken."""
    mime = QMimeData()
    mime.setData(MIME, source.encode())
    at, left, none = QPoint(5, 5), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    copy = Qt.DropAction.CopyAction
    filters = widget.findChildren(SourceDrop)
    if not any(f.eventFilter(widget, QDragEnterEvent(at, copy, mime, left, none)) for f in filters):
        return False
    assert widget.property("aimed")
    return any(f.eventFilter(widget, QDropEvent(QPointF(at), copy, mime, left, none)) for f in filters)


# --- what hands can do to a route


def test_a_range_is_learnt_from_four_bars_round_the_playhead(studio, scene):
    studio.at(8.0)
    edits = RouteEdits(studio.document, Scopes(studio), studio.now)
    edits.set(0, "learn", True)
    part = studio.song.features.curves["bass"][400:1200]
    assert (scene().routes[0].lo, scene().routes[0].hi) == pytest.approx((part.min(), part.max()), abs=0.002)
    studio.document.undo_stack.undo()
    assert scene().routes == ROUTES


def test_what_stands_still_is_learnt_as_a_range_that_is_one(studio, scene):
    studio.document.edit_scene("x", routes=(Route("macro_1", "hue"),))
    RouteEdits(studio.document, Scopes(studio), studio.now).learn_range(0)
    assert scene().routes[0].lo < scene().routes[0].hi


def test_live_a_range_is_learnt_from_what_was_heard_last(studio, scene, monkeypatch):
    heard = LiveHeard()
    rows = np.zeros((1000, len(CURVES)), np.float32)
    rows[:, CURVES.index("bass")] = np.r_[np.full(150, 0.9), np.linspace(0.2, 0.6, 850)]
    heard.append(rows, Grid(0.0, 120.0))
    monkeypatch.setattr(type(studio.live), "heard", property(lambda _self: heard))
    scopes = Scopes(studio)
    RouteEdits(studio.document, scopes, studio.now).learn_range(0)
    assert (scene().routes[0].lo, scene().routes[0].hi) == pytest.approx((0.2, 0.6), abs=0.03)
    assert scopes.named("beat_saw", 9.9, 1.0, 5)[0] == pytest.approx(0.8, abs=0.05)
    assert scopes.value(replace(ROUTES[0], attack=0.0, release=0.0), 9.99) == pytest.approx(0.6, abs=0.01)


def test_a_range_is_not_learnt_from_nothing(expert, studio, scene):
    studio.song = replace(studio.song, features=None)
    told = []
    studio.told.connect(lambda *words: told.append(words))
    expert._edit(0, "learn", True, False)
    assert "something to hear" in told[0][2]
    assert scene().routes == ROUTES


def test_an_expression_of_its_own_says_when_it_is_empty(studio):
    scopes = Scopes(studio)
    assert scopes.complaint(Route("expression", "hue")) == "says nothing yet"
    assert scopes.complaint(Route("expression", "hue", expression="t % 1")) == ""


def test_a_route_is_frozen_where_it_is_and_let_go(studio, scene):
    studio.at(4.02)
    edits = RouteEdits(studio.document, Scopes(studio), studio.now)
    edits.freeze(0)
    held = scene().routes[0].frozen
    assert held is not None
    assert held > 0.3
    assert studio.session.score.curve("coarse").std() == pytest.approx(0.0, abs=1e-6)
    edits.freeze(0)
    assert scene().routes[0].frozen is None


def test_two_that_replace_one_destination_are_told(expert, studio):
    two = (Route("bass", "hue", mode="replace"), Route("hat", "hue", mode="replace"), Route("mid", "hue"))
    assert [rivals(two, i) for i in range(3)] == [True, True, False]
    assert not rivals((replace(two[0], on=False), *two[1:]), 1)
    studio.document.edit_scene("x", routes=two)
    line = next(x for x in expert.lines if x.place.index == 0)
    assert "replaces the same destination" in line.toolTip()
    assert "replaces the same destination" in line.accessibleDescription()
    assert expert.complaint().startswith("Bass another route replaces")


def test_many_routes_are_told_before_they_are_too_many(expert, studio):
    assert "of 32" not in expert.complaint()
    studio.document.edit_scene("x", routes=tuple(Route("bass", "hue", i / 100) for i in range(MANY_ROUTES)))
    assert expert.complaint().startswith("24 of 32 routes")
    studio.document.edit_scene("x", routes=tuple(Route("bass", "hue", i / 100) for i in range(MOST_ROUTES)))
    assert not add_route(studio.document, "kick", "hue")


def test_solo_and_mute_grey_out_what_does_not_count(expert, studio, scene):
    counting = [p.counts for p in places(studio.document.show)]
    assert counting == [True] * 5 + [False]
    expert.toggle(0)
    QTest.mouseClick(expert.detail.more.solo, Qt.MouseButton.LeftButton)
    assert scene().routes[0].solo
    assert [p.counts for p in places(studio.document.show)] == [False] * 3 + [True, False, False]
    studio.document.edit_scene("x", muted=True)
    assert not any(p.counts for p in places(studio.document.show))
    assert studio.session.score.curve("coarse").max() == 0.0


def test_orders_hold_every_route(studio):
    routes = tuple(Route("bass", name) for name in ("shift", "energy", "rotate", "vignette", "psi"))
    studio.document.edit_scene("x", routes=routes)
    for order in ORDERS:
        found = [p.index for rows in grouped(studio.document.show, "Added routes only", order).values() for p in rows]
        assert sorted(found) == list(range(5)), order
    assert grouped(studio.document.show, "Active in this scene", ORDERS[2])["Routes"][3].index == 0


# --- an open route


def test_an_open_route_changes_its_ends_and_reckons(expert, studio, scene, qtbot):
    expert.toggle(0)
    more = expert.detail.more
    more.changed.emit("source", "lfo_2", False)
    assert scene().routes[0].source == "lfo_2"
    more = expert.detail.more
    assert more.source.text() == "LFO 2"
    more.expression.setFocus()
    QTest.keyClicks(more.expression, "x * 0.5 +")
    assert "breaks off" in more.trouble.text()
    assert more.trouble.isVisibleTo(more)
    QTest.keyClicks(more.expression, " 0.2")
    assert not more.trouble.isVisibleTo(more)
    QTest.keyClick(more.expression, Qt.Key.Key_Return)
    assert scene().routes[0].expression == "x * 0.5 + 0.2"
    more.expression.clear()
    QTest.keyClick(more.expression, Qt.Key.Key_Return)
    assert scene().routes[0].expression == ""
    more.changed.emit("destination", "bloom", False)
    assert scene().routes[0].destination == "bloom"


def test_a_bad_expression_changes_nothing(expert, studio, scene):
    expert.toggle(0)
    more = expert.detail.more
    more.expression.setText("__import__('os')")
    more.expression.editingFinished.emit()
    assert scene().routes == ROUTES
    assert "at sign" in more.trouble.text()
    told = []
    studio.told.connect(lambda *words: told.append(words))
    expert._edit(0, "expression", "x +", False)
    assert told[0][0] == "error"
    assert scene().routes == ROUTES


def test_every_part_of_an_open_route_has_a_name(expert):
    expert.toggle(0)
    for part in (p for p in expert.detail.findChildren(QWidget) if p.focusPolicy() != Qt.FocusPolicy.NoFocus):
        assert part.accessibleName() or part.text(), part


def test_every_number_of_a_route_can_be_learnt(expert, qtbot, studio):
    expert.toggle(1)
    fields = {"on", "depth", "lo", "gain", "attack", "release", "curve", "mode", "invert", "solo"}
    found = {own_target(widget) for widget in expert.findChildren(QWidget)}
    assert {f"route.2.{field}" for field in fields} <= found
    assert "route.1.depth" in found
    popover = LinkPopover(studio.document, "brightness", "Brightness", expert)
    found = {own_target(widget) for widget in popover.findChildren(QWidget)}
    assert {f"route.2.{field}" for field in ("on", "depth", "lo", "attack", "release")} <= found
    popover.close()


# --- dragging


def test_a_source_dropped_on_a_row_moves_it(qtbot, studio, scene):
    row = ParamRow(studio.document, "finish.hue")
    qtbot.addWidget(row)
    row.show()
    assert drop(row, "kick")
    assert scene().routes[-1] == Route("kick", "hue", 0.3)
    assert row.dot.sources == ("kick",)
    assert not drop(row, "no such thing")
    assert not row.property("aimed")


def test_a_source_dropped_on_a_route_moves_the_same(expert, scene):
    line = next(x for x in expert.lines if x.place.route.destination == "brightness")
    assert drop(line, "lfo_3")
    assert scene().routes[-1] == Route("lfo_3", "brightness", 0.3)
    assert expert.open_index == 3


def test_files_and_words_are_no_sources():
    mime = QMimeData()
    mime.setText("bass")
    assert dragged_source(mime) == ""
    mime.setData(MIME, b"\xff\x00bass")
    assert dragged_source(mime) == ""


def test_the_mark_of_a_route_opens_it_when_it_was_not_dragged(expert):
    line = next(x for x in expert.lines if x.place.index == 0)
    QTest.mouseClick(line, Qt.MouseButton.LeftButton, pos=QPoint(36, 14))
    assert expert.open_index == 0


def hover(line, x):
    at = QPointF(x, 14)
    QApplication.sendEvent(line, QHoverEvent(QEvent.Type.HoverMove, at, line.mapToGlobal(at), at))


def leave(line):
    at = QPointF(-1, -1)
    QApplication.sendEvent(line, QHoverEvent(QEvent.Type.HoverLeave, at, line.mapToGlobal(at), at))


def glowing(expert):
    return [line._glows for line in expert.lines if not line.place.owned]


def test_what_a_source_moves_glows_and_what_moves_a_destination(expert, studio):
    routes = (Route("bass", "coarse"), Route("hat", "brightness"), Route("hat", "hue"), Route("kick", "hue"))
    studio.document.edit_scene("x", routes=routes)
    lines = {line.place.index: line for line in expert.lines}
    order = [line.place.index for line in expert.lines if not line.place.owned]
    QApplication.processEvents()  # the new lines get their places
    hover(lines[1], 36)  # the mark of the hat
    assert dict(zip(order, glowing(expert), strict=True)) == {0: False, 1: True, 2: True, 3: False}
    hover(lines[2], 210)  # the word Hue
    assert dict(zip(order, glowing(expert), strict=True)) == {0: False, 1: False, 2: True, 3: True}
    hover(lines[2], 175)  # the arrow
    assert not any(glowing(expert))
    hover(lines[1], 36)
    leave(lines[1])
    assert not any(glowing(expert))
    hover(lines[1], 36)
    studio.document.undo_stack.undo()  # the line under the mouse goes
    assert not any(line._glows for line in expert.lines)


def test_the_shelf_and_the_rows_glow_with_them(expert, studio, qtbot):
    routes = (Route("lfo_1", "brightness"), Route("bass", "pulse", on=False), Route("bass", "psi"))
    studio.document.edit_scene("x", routes=routes)
    bright, pulse, psi = (
        ParamRow(studio.document, n) for n in ("finish.brightness", "react.pulse", "react.truncation")
    )
    band = BandRow(studio.document, "react.bass", "bass")
    for row in (bright, pulse, psi, band):
        qtbot.addWidget(row)
    chips = {chip.source: chip for chip in expert.shelf.flow.chips}
    enter = QEnterEvent(QPointF(1, 1), QPointF(1, 1), QPointF(1, 1))
    QApplication.sendEvent(bright, enter)
    assert [source for source, chip in chips.items() if chip._glows] == ["lfo_1"]
    QApplication.sendEvent(bright, QEvent(QEvent.Type.Leave))
    assert not chips["lfo_1"]._glows
    QApplication.sendEvent(chips["lfo_1"], enter)
    assert (bright._glows, pulse._glows) == ("lfo_1", "")
    QApplication.sendEvent(chips["lfo_1"], QEvent(QEvent.Type.Leave))
    QApplication.sendEvent(band, enter)  # its own route to the pulse counts, and the scene's to psi
    assert (bright._glows, bool(pulse._glows), psi._glows) == ("", True, "bass")
    QApplication.sendEvent(band, QEvent(QEvent.Type.Leave))
    QApplication.sendEvent(pulse, enter)
    assert band._glows == "bass"


@pytest.mark.parametrize("name", ["bass", "mid", "treble", "gate", "smoothness"])
def test_every_slider_of_what_it_hears_can_be_moved(qtbot, studio, scene, name):
    bands = {"bass": "bass", "mid": "mid", "treble": "high"}
    param = f"react.{name}"
    row = BandRow(studio.document, param, bands[name]) if name in bands else ParamRow(studio.document, param)
    qtbot.addWidget(row)
    row.show()
    mark = row.badge if name in bands else row.dot
    assert mark.isVisible()
    before = mark.sources
    assert drop(row, "lfo_1")
    assert scene().routes[-1] == Route("lfo_1", name, 0.3)
    assert mark.sources == (*before, "lfo_1")
    assert row.dot.isVisible() == (name not in bands)
    pulse = studio.session.score.curve("pulse")
    studio.document.undo_stack.undo()
    assert np.abs(studio.session.score.curve("pulse") - pulse).max() > 0.001
    assert mark.sources == before


# --- the pad, and Energy


def test_the_pad_sets_two_inputs_in_one_step_of_undo(expert, studio, scene):
    shelf = expert.shelf
    expert.sources.click()
    assert not shelf.pad.isVisible()
    shelf.show_group("Inputs")
    assert shelf.pad.isVisible()
    pad, count = shelf.pad, studio.document.undo_stack.count()
    wide, tall = pad.width() - 12, pad.height() - 12
    for kind, x, y in ((QEvent.Type.MouseButtonPress, 0.0, 0.0), (QEvent.Type.MouseMove, 0.5, 0.2),
                       (QEvent.Type.MouseMove, 0.75, 0.75), (QEvent.Type.MouseButtonRelease, 0.75, 0.75)):  # fmt: skip
        left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        at = QPointF(6 + x * wide, 6 + (1 - y) * tall)
        QApplication.sendEvent(pad, QMouseEvent(kind, at, at, left, left, none))
    assert [m.value for m in scene().inputs[6:]] == pytest.approx([0.75, 0.75])
    assert studio.document.undo_stack.count() == count + 1
    QTest.keyClick(pad, Qt.Key.Key_Left)
    QTest.keyClick(pad, Qt.Key.Key_Up)
    assert [m.value for m in scene().inputs[6:]] == pytest.approx([0.73, 0.77])
    assert pad.accessibleDescription() == "73% across, 77% up"
    pad._go(QPointF(-50, 900))
    assert pad.place == (0.0, 0.0)
    studio.document.undo_stack.undo()
    studio.document.set_param("input.7", 0.25)
    assert pad.place[0] == 0.25


def test_a_source_dropped_on_energy_moves_it(qtbot, studio, scene):
    page = Simple(studio.document, studio)
    qtbot.addWidget(page)
    assert drop(page.energy, "lfo_1")
    assert scene().routes[-1] == Route("lfo_1", "energy", 0.3)


def test_a_pulse_above_one_is_amber(qtbot, studio):
    page = Simple(studio.document, studio)
    qtbot.addWidget(page)
    page.show()
    for value, color in ((1.2, STAGE.warn), (0.9, STAGE.accent)):
        studio.document.set_param("react.pulse", value, False)
        assert page.pulse.control.color == color


# --- Alt and drag


def press(slider, kind, x, modifiers=Qt.KeyboardModifier.AltModifier):
    left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    at = QPointF(x, 12)
    button = none if kind == QEvent.Type.MouseMove else left
    QApplication.sendEvent(slider, QMouseEvent(kind, at, slider.mapToGlobal(at), button, left, modifiers))


@pytest.fixture
def contrast(qtbot, studio):
    row = ParamRow(studio.document, "finish.contrast")
    qtbot.addWidget(row)
    row.resize(400, 28)
    row.show()
    return row


def test_alt_and_drag_on_a_parameter_sets_how_far_its_route_pushes(contrast, studio, scene):
    studio.document.edit_scene("x", routes=(*ROUTES, Route("bass", "contrast", 0.2), Route("hat", "contrast", 0.5)))
    slider, count = contrast.control, studio.document.undo_stack.count()
    rest = scene().finish.contrast
    press(slider, QEvent.Type.MouseButtonPress, 20)
    assert contrast.label.text() == "Bass 20 %"
    assert slider.reach == pytest.approx(rest + 0.2)
    for x in (40, 20 + (slider.width() - 4) / 4):  # a quarter of the way from 0 to 2
        press(slider, QEvent.Type.MouseMove, x)
    assert scene().routes[-2].depth == pytest.approx(0.7, abs=0.001)
    assert contrast.label.text() == "Bass 70 %"
    press(slider, QEvent.Type.MouseMove, 20 + (slider.width() - 4) / 4 + 100, Qt.KeyboardModifier.ShiftModifier)
    assert scene().routes[-2].depth < 0.8
    press(slider, QEvent.Type.MouseMove, -4000)
    assert scene().routes[-2].depth == -1.0
    press(slider, QEvent.Type.MouseButtonRelease, -4000)
    assert (contrast.label.text(), slider.reach) == ("Contrast", None)
    assert (scene().finish.contrast, scene().routes[-1].depth) == (rest, 0.5)
    assert studio.document.undo_stack.count() == count + 1
    studio.document.undo_stack.undo()
    assert scene().routes[-2].depth == 0.2


def test_alt_and_drag_where_the_slider_is_the_depth_says_so(qtbot, studio, scene):
    row = ParamRow(studio.document, "react.pulse")
    qtbot.addWidget(row)
    row.resize(400, 28)
    row.show()
    press(row.control, QEvent.Type.MouseButtonPress, 20)
    assert row.label.text() == "Drag without Alt", "the dot beside it says that Bass moves it"
    press(row.control, QEvent.Type.MouseButtonRelease, 20)


def test_alt_and_drag_where_nothing_moves_it_says_so(contrast, studio, scene):
    before = scene()
    press(contrast.control, QEvent.Type.MouseButtonPress, 20)
    press(contrast.control, QEvent.Type.MouseMove, 80)
    assert contrast.label.text() == "Nothing moves it"
    press(contrast.control, QEvent.Type.MouseButtonRelease, 80)
    assert contrast.label.text() == "Contrast"
    assert scene() == before
    press(contrast.control, QEvent.Type.MouseButtonPress, 60, Qt.KeyboardModifier.NoModifier)
    assert scene().finish.contrast != before.finish.contrast


# --- at the parameter


@pytest.fixture
def popover(qtbot, studio):
    owner = QWidget()
    qtbot.addWidget(owner)
    owner.show()
    made = LinkPopover(studio.document, "brightness", "Brightness", owner)
    made.open_at(owner)
    yield made
    owner.hide()


def test_the_popover_holds_the_five_numbers_of_each_route(popover, scene):
    assert len(popover.blocks) == 1
    block = popover.blocks[0]
    QTest.keyClick(block.bar, Qt.Key.Key_End)
    QTest.keyClick(block.attack, Qt.Key.Key_Home)
    QTest.keyClick(block.release, Qt.Key.Key_Home)
    block.range.moved.emit(0.25, 0.75)
    QTest.mouseClick(block.on, Qt.MouseButton.LeftButton)
    after = Route("hat", "brightness", 1.0, lo=0.25, hi=0.75, attack=0.0, release=0.0, on=False)
    assert scene().routes[1] == after
    assert block.figures["Range"].text() == ".25 – .75"
    popover.add("lfo_1")
    assert [b.index for b in popover.blocks] == [1, 3]
    QTest.mouseClick(popover.blocks[0].remove, Qt.MouseButton.LeftButton)
    assert [b.index for b in popover.blocks] == [2]
    for part in (p for p in popover.findChildren(QWidget) if p.focusPolicy() != Qt.FocusPolicy.NoFocus):
        assert part.accessibleName() or part.text(), part


def test_the_popover_assigns_a_macro_by_its_name(popover, studio, scene):
    studio.document.edit_scene("x", macros=(Macro("Swirl"), *scene().macros[1:]))
    menu = popover.macro_menu()
    assert menu.actions()[0].text() == "Swirl"
    menu.actions()[0].trigger()
    assert scene().routes[-1] == Route("macro_1", "brightness", 1.0)
    assert popover.blocks[-1].source.text() == "Swirl"
    groups = {a.text() for a in popover.source_menu().actions()}
    assert groups == set(GROUPS)


def test_the_popover_shows_the_way_to_expert(popover, qtbot):
    with qtbot.waitSignal(popover.expert_wanted) as wanted:
        popover.more.click()
    assert wanted.args == ["brightness"]


def test_the_dot_shows_how_far_it_is_moved(qtbot, studio):
    row = ParamRow(studio.document, "finish.brightness")
    qtbot.addWidget(row)
    row.show_push(replace(studio.session.score.at(1.0), brightness=0.25))
    assert row.dot.amount == pytest.approx(0.5)


# --- the shelf of sources


def test_the_shelf_shows_every_source_and_what_it_does(expert, studio):
    expert.sources.click()
    assert expert.shelf.isVisible()
    for group, sources in GROUPS.items():
        expert.shelf.show_group(group)
        assert [c.source for c in expert.shelf.flow.chips] == list(sources)
    expert.shelf.show_group("Tempo and song")
    studio.at(4.02)
    beat = next(c for c in expert.shelf.flow.chips if c.source == "beat")
    assert beat.trace[-1] == pytest.approx(0.96, abs=0.01)
    assert all(chip.accessibleName() for chip in expert.shelf.flow.chips)
    expert.sources.click()
    assert not expert.shelf.isVisible()


def test_a_chip_that_can_be_set_opens_its_settings(expert):
    expert.sources.click()
    lfo = next(c for c in expert.shelf.flow.chips if c.source == "lfo_2")
    lfo.click()
    assert isinstance(expert.shelf.settings, SourceSettings)
    lfo.click()
    assert expert.shelf.settings is None
    expert.shelf.show_group("Bands")
    chip: SourceChip = expert.shelf.flow.chips[0]
    chip.click()
    assert not chip.isChecked()
    assert expert.shelf.settings is None


@pytest.mark.parametrize("source", [s for s in SOURCES if s.partition("_")[0] in KINDS])
def test_settings_are_learnable_and_have_names(qtbot, studio, source):
    panel = SourceSettings(studio.document, source)
    qtbot.addWidget(panel)
    rows = panel.findChildren(ParamRow)
    assert rows or panel.picker
    for row in rows:
        assert row.name in PARAMS
        assert row.control.objectName() == f"param:{row.name}"
    for part in (p for p in panel.findChildren(QWidget) if p.focusPolicy() != Qt.FocusPolicy.NoFocus):
        assert part.accessibleName(), part


def test_settings_change_the_scene_in_steps_of_undo(qtbot, studio, scene):
    panel = SourceSettings(studio.document, "lfo_2")
    qtbot.addWidget(panel)
    before = scene()
    rate = next(r for r in panel.findChildren(ParamRow) if r.name == "lfo.2.rate")
    QTest.keyClick(rate.control, Qt.Key.Key_End)
    assert scene().lfos[1].rate == 256.0
    follower = SourceSettings(studio.document, "follow_1")
    qtbot.addWidget(follower)
    follower._edit("What is followed", source="hat")
    assert scene().followers[0].source == "hat"
    assert follower.picker.text() == "Hat"
    macro = SourceSettings(studio.document, "macro_3")
    qtbot.addWidget(macro)
    macro.name_field.setText("  Swirl ")
    macro.name_field.editingFinished.emit()
    assert scene().macros[2].name == "Swirl"
    while studio.document.undo_stack.canUndo():
        studio.document.undo_stack.undo()
    assert scene() == before


def test_the_step_of_now_is_marked(expert, studio):
    expert.sources.click()
    next(c for c in expert.shelf.flow.chips if c.source == "steps_1").click()
    studio.at(4.02)
    assert expert.shelf.settings.bars.now == int(4.02 * 2 * 2) % 8
    studio.at(4.52)
    assert expert.shelf.settings.bars.now == int(4.52 * 2 * 2) % 8


def test_steps_are_drawn_by_mouse_and_keys(qtbot, studio, scene):
    panel = SourceSettings(studio.document, "steps_1")
    qtbot.addWidget(panel)
    panel.resize(400, 160)
    panel.show()
    bars: StepBars = panel.bars
    wide = bars.width() / 8
    QTest.mousePress(bars, Qt.MouseButton.LeftButton, pos=QPoint(int(wide * 1.5), 2))
    QTest.mouseRelease(bars, Qt.MouseButton.LeftButton, pos=QPoint(int(wide * 1.5), 2))
    assert scene().sequencers[0].levels[1] == 1.0
    bars.setFocus()
    QTest.keyClick(bars, Qt.Key.Key_Right)
    QTest.keyClick(bars, Qt.Key.Key_Home)
    assert scene().sequencers[0].levels[2] == 0.0
    QTest.keyClick(bars, Qt.Key.Key_Up)
    assert scene().sequencers[0].levels[2] == pytest.approx(0.05)
    assert bars.accessibleDescription() == "Step 3 of 8: 5%"
    panel.steps.moved.emit(16.0)
    assert len(scene().sequencers[0].levels) == 16
    panel.steps.moved.emit(1.0)
    assert scene().sequencers[0].levels == (1.0,)
    assert bars.chosen == 0


# --- from anywhere


@pytest.fixture
def routing(qtbot, studio):
    window = QWidget()
    qtbot.addWidget(window)
    actions = {"mute_routes": QAction("Mute", window, checkable=True)}
    yield RouteCommands(studio.document, actions, window), actions["mute_routes"]
    window.hide()


def test_mute_all_is_undone_and_leaves_each_route_as_it_was(routing, studio, scene):
    commands, action = routing
    commands.table()["mute_routes"](True)
    assert scene().muted
    assert scene().routes == ROUTES
    assert action.isChecked()
    assert studio.session.score.curve("pulse").max() == 0.0
    studio.document.undo_stack.undo()
    assert not action.isChecked()


def test_a_control_is_assigned_to_a_macro_from_its_menu(routing, studio, scene):
    commands, _action = routing
    menu = QMenu()
    commands.offer(menu, "finish.hue")
    macros = menu.actions()[0].menu().actions()
    assert len(macros) == 8
    macros[1].trigger()
    assert scene().routes[-1] == Route("macro_2", "hue", 1.0)
    again = QMenu()
    commands.offer(again, "finish.hue")
    assert again.actions()[0].menu().actions()[1].isChecked()
    nothing = QMenu()
    commands.offer(nothing, "film.fps")
    assert nothing.isEmpty()
