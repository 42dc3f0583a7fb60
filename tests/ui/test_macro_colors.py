"""Macros have a colour each: that of their number, or one that was chosen, wherever they are seen."""

from dataclasses import replace

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QMenu

from app.engine.errors import ShowError
from app.engine.show.generators import MACROS
from app.engine.show.routes import Route
from app.engine.show.saved import load_show, save_show, show_from
from app.ui.macro_colors import NAMES, macro_color, source_color
from app.ui.main_window import MainWindow
from app.ui.params import ParamRow
from app.ui.settings import Settings
from app.ui.source_shelf import SourceShelf
from app.ui.theme import STAGE, source_badge


@pytest.fixture
def window(qtbot, studio):
    made = MainWindow(studio.document, studio, Settings())
    qtbot.addWidget(made)
    made.show()
    made.actions_by_id["perform"].trigger()
    yield made
    made.close()
    studio.document.close()


def colors_of(window, target):
    """The menu of colours that a right click on *target* has; None where it has none."""
    menu = QMenu(window)
    window.hands.learning.offer(menu, target)
    return next((action.menu() for action in menu.actions() if action.text() == "Colour"), None)


def test_each_macro_has_the_colour_of_its_number_until_it_is_given_another(window, studio):
    knobs, document = window.perform.macros.knobs, studio.document
    assert [knob.color for knob in knobs] == list(STAGE.tints)
    menu = colors_of(window, "macro.2")
    words = [action.text() for action in menu.actions() if not action.isSeparator()]
    assert words == ["As its number", *NAMES]
    assert [action.text() for action in menu.actions() if action.isChecked()] == ["As its number"]
    before = document.undo_stack.count()
    next(action for action in menu.actions() if action.text() == "Rose").trigger()
    assert document.show.scene.macros[1].color == NAMES.index("Rose") + 1
    assert knobs[1].color is STAGE.tints[NAMES.index("Rose")]
    assert document.undo_stack.count() == before + 1
    document.undo_stack.undo()
    assert knobs[1].color is STAGE.tints[1]


def test_only_macros_have_a_menu_of_colours(window):
    assert colors_of(window, "react.energy") is None
    assert colors_of(window, "macro.8") is not None


def test_the_ring_is_drawn_in_it(window, studio):
    knob = window.perform.macros.knobs[0]
    knob.resize(knob.sizeHint())
    studio.document.set_param("macro.1", 1.0)
    seen = QColor(knob.grab().toImage().pixel(*knob.point(0.5, knob.side / 2 - 3).toPoint().toTuple()))
    assert max(abs(a - b) for a, b in zip(seen.getRgb(), STAGE.tints[0].getRgb(), strict=True)) < 12


def test_react_shows_a_macro_in_its_own_colour_and_other_sources_as_before(window, studio, qtbot):
    document = studio.document
    document.edit_scene("x", routes=(Route("macro_3", "brightness", 0.5), Route("kick", "hue", 0.5)))
    scene = document.show.scene
    assert source_color(scene, "macro_3") is STAGE.tints[2]
    assert source_color(scene, "kick") == source_badge("kick")[1]
    row = ParamRow(document, "finish.brightness")
    qtbot.addWidget(row)
    row.show()
    assert row.dot.colors == (STAGE.tints[2],)
    macros = tuple(replace(m, color=6) if n == 2 else m for n, m in enumerate(scene.macros))
    document.edit_scene("x", macros=macros)
    assert row.dot.colors == (STAGE.tints[5],)
    shelf = window.findChild(SourceShelf)
    assert shelf is not None
    shelf.show_group("Macros")
    assert shelf.flow.chips[2].color is STAGE.tints[5]
    assert shelf.flow.chips[1].color is STAGE.tints[1]


def test_a_show_keeps_the_colours_and_one_of_before_has_those_of_the_numbers(tmp_path, studio):
    show = studio.document.show
    chosen = show.with_scene(macros=(replace(MACROS[0], color=5), *show.scene.macros[1:]))
    save_show(chosen, tmp_path / "a.anthesis")
    assert load_show(tmp_path / "a.anthesis").scene.macros[0].color == 5
    before = {"anthesis": "show", "version": 1, "scenes": [{"macros": [{"name": "Old", "value": 0.5}]}]}
    old = show_from(before, "old.anthesis").scene
    assert macro_color(old, 1) is STAGE.tints[0]
    with pytest.raises(ShowError, match="color"):
        show_from({"anthesis": "show", "version": 1, "scenes": [{"macros": [{"color": 9}]}]}, "bad.anthesis")
