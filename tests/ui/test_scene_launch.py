"""What a Scene says about its own launch: chosen in the menus of both lists, one step of undo each, seen on its pad."""

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QMenu

from app.engine.show.show import Path
from app.ui.listing import Role
from app.ui.perform_scenes import ScenePads
from app.ui.scene_launch import BARS, add_launch_menus, launch_facts
from app.ui.scenes import ScenesPage

BEAT = 0.5  # 120 bpm


@pytest.fixture
def many(studio):
    scene = studio.document.show.scene
    scenes = tuple(replace(scene, name=f"Scene {i + 1}", path=Path(7 * i + 3)) for i in range(4))
    studio.document.open(replace(studio.document.show, scenes=scenes))
    studio.document.undo_stack.clear()
    return studio


@pytest.fixture(params=[ScenePads, ScenesPage])
def page(request, qtbot, many):
    made = request.param(many.document, many)
    qtbot.addWidget(made)
    made.resize(650, 616)
    made.show()
    qtbot.waitExposed(made)
    return made


def choices(page, row, name):
    """The lines of the submenu *name* for Scene *row*; the menu is kept, for its lines go with it."""
    page.kept = page.menu(row)
    return {act.text(): act for act in page.kept.findChild(QMenu, name).actions() if act.text()}


def test_a_scene_has_a_quantum_of_its_own(page, many):
    many.performing.set_quantum("4")
    assert next(iter(choices(page, 1, "launchMenu"))) == "As the others (4 bars)"
    assert choices(page, 1, "launchMenu")["As the others (4 bars)"].isChecked()
    choices(page, 1, "launchMenu")["1/4 bar"].trigger()
    chosen = [text for text, act in choices(page, 1, "launchMenu").items() if act.isChecked()]
    assert chosen == ["1/4 bar"]
    assert [scene.quantum for scene in many.document.show.scenes] == ["", "1/4", "", ""]
    many.player.playing = True
    many.at(0.1)
    many.performing.launch(2)
    assert many.performing.queued.due == pytest.approx(16 * BEAT)
    many.performing.launch(1)
    assert many.performing.queued.due == pytest.approx(BEAT)
    many.document.undo_stack.undo()
    assert many.document.show.scenes[1].quantum == ""


def test_another_scene_follows_after_so_many_bars(page, many):
    assert [t for t, act in choices(page, 0, "thenMenu").items() if act.isChecked()] == ["Nothing of its own"]
    choices(page, 0, "thenMenu")["After 2 bars"].trigger()
    assert (many.document.show.scenes[0].then, many.document.show.scenes[0].then_bars) == ("next", 2)
    choices(page, 0, "thenMenu")["Any other scene"].trigger()
    checked = [text for text, act in choices(page, 0, "thenMenu").items() if act.isChecked()]
    assert checked == ["Any other scene", "After 2 bars"]
    choices(page, 0, "thenMenu")["The first scene"].trigger()
    choices(page, 0, "thenMenu")["The first scene"].trigger()
    stack = many.document.undo_stack
    steps = [stack.text(i) for i in range(stack.count())]
    assert steps == ["What follows the scene"] * 3, "what is chosen already is no step"
    choices(page, 0, "thenMenu")["Nothing of its own"].trigger()
    assert many.document.show.scenes[0].then == ""
    while many.document.undo_stack.canUndo():
        many.document.undo_stack.undo()
    assert many.document.show.scenes[0].then == ""


def test_what_follows_comes_by_itself(page, many):
    choices(page, 0, "thenMenu")["After 1 bar"].trigger()
    many.player.playing = True
    for step in range(24):
        many.at(step * 0.1)
    assert many.performing.playing == 1


def test_a_pad_shows_and_says_it(qtbot, many):
    pads = ScenePads(many.document, many)
    qtbot.addWidget(pads)
    pads.resize(650, 616)
    pads.show()
    place = pads.grid.table.place(1)

    def seen():
        return pads.grid.grab(pads.grid.cell_of(1)).toImage()

    looks = [seen()]
    for changes in ({"quantum": "section"}, {"then": "random", "then_bars": 8}, {"then": "next"}, {"quantum": ""}):
        show = many.document.show
        scenes = (show.scenes[0], replace(show.scenes[1], **changes), *show.scenes[2:])
        many.document.edit("Launch", replace(show, scenes=scenes))
        looks.append(seen())
    assert all(one != other for i, one in enumerate(looks) for other in looks[:i])
    assert place.data(Role.AccessibleTextRole).endswith("then the next scene after 8 bars")
    assert launch_facts(many.document.show.scenes[0]) == ()


def test_every_length_and_quantum_is_on_offer(many, qtbot):
    menu = QMenu()
    qtbot.addWidget(menu)
    add_launch_menus(menu, many.document, 0, all_wait="off")
    then = [act.text() for act in menu.findChild(QMenu, "thenMenu").actions() if act.text().startswith("After")]
    assert then == [f"After {bars} bar{'s' * (bars > 1)}" for bars in BARS]
    assert len([a for a in menu.findChild(QMenu, "launchMenu").actions() if a.text()]) == 9
