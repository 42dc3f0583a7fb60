"""Films of chosen scenes: ticked in the form, one each in the queue, named after them, and the scene alone is in it."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.engine.render.plan import plan
from app.engine.show.performance import BY_ITSELF
from app.engine.show.show import Path as Way
from app.ui.main_window import MainWindow
from app.ui.settings import Settings

NAMES = ("Peony Burst", "Slow Lotus", "Wheel")


@pytest.fixture
def window(qtbot, studio, tmp_path):
    made = MainWindow(studio.document, studio, Settings())
    qtbot.addWidget(made)
    made.show()
    show = studio.document.show
    scenes = tuple(replace(show.scene, name=name, path=Way(seed)) for seed, name in enumerate(NAMES))
    studio.document.edit("Scenes", replace(show, scenes=scenes))
    made.show_workspace("export")
    made.export.form.folder = tmp_path
    yield made
    made.close()
    studio.document.close()


@pytest.fixture
def form(window):
    return window.export.form


def films(window, qtbot, count):
    qtbot.waitUntil(lambda: len(window.export.queue.jobs) == count)
    return window.export.queue.jobs


def test_ticks_choose_scenes_and_the_field_says_which(form, qtbot):
    assert form.scenes.text() == "What plays"
    ticks = form.scenes.list()
    qtbot.addWidget(ticks)
    assert [tick.accessibleName() for tick in ticks.ticks] == list(NAMES)
    ticks.ticks[1].click()
    assert (form.scenes.rows, form.scenes.text()) == ((1,), NAMES[1])
    ticks.ticks[0].click()
    assert (form.scenes.rows, form.scenes.text()) == ((0, 1), "2 scenes, one each")
    QTest.mouseClick(ticks.all, Qt.MouseButton.LeftButton)
    assert form.scenes.rows == tuple(range(3))
    QTest.mouseClick(ticks.none, Qt.MouseButton.LeftButton)
    assert (form.scenes.rows, form.scenes.text()) == ((), "What plays")


def test_a_scene_that_is_called_otherwise_is_chosen_no_longer(form, studio):
    form.scenes.pick((0, 1))
    scenes = studio.document.show.scenes
    renamed = (replace(scenes[0], name="Another"), *scenes[1:])
    studio.document.edit("x", replace(studio.document.show, scenes=renamed))
    assert form.scenes.rows == (1,)
    assert form.scenes.text() == scenes[1].name


def test_each_scene_that_is_ticked_becomes_a_film_of_its_own(window, form, studio, qtbot, tmp_path):
    show = studio.document.show
    assert show.active == 0
    form.set_film("x", start=1.0, end=2.0)
    form.scenes.pick((0, 2))
    taken = form.path(row=2)
    taken.touch()
    window.export.export_now()
    first, second = films(window, qtbot, 2)
    assert [job.session.scene.name for job in (first, second)] == [show.scenes[0].name, show.scenes[2].name]
    assert [job.session.show.active for job in (first, second)] == [0, 2]
    assert first.playback is second.playback is None
    assert first.title.startswith(f"{show.scenes[0].name}, ")
    assert (first.film.start, first.film.end, first.seconds) == (1.0, 2.0, 1.0)
    assert show.scenes[0].name.replace(" ", "-") in first.path.stem
    assert second.path == taken.with_name(f"{taken.stem}-2{taken.suffix}"), "never over what is there"
    assert studio.document.show.active == 0, "what plays goes on"


def test_the_film_of_the_scene_that_plays_is_what_plays(studio, window, qtbot):
    qtbot.waitUntil(lambda: studio.program is not None and studio.program.scene == studio.document.show.scene)
    alone, played = studio.replaying.alone(0).at(0.0)[1].launched(BY_ITSELF), studio.program.launched(BY_ITSELF)
    for t in (0.0, 0.7, 1.9):
        one, other = plan(t, alone), plan(t, played)
        assert np.array_equal(one.ws, other.ws)
        assert alone.look_at(t) == played.look_at(t)


def test_two_scenes_of_one_name_do_not_write_one_file(window, form, studio, qtbot):
    scenes = studio.document.show.scenes
    same = (scenes[0], replace(scenes[0]), *scenes[2:])
    studio.document.edit("x", replace(studio.document.show, scenes=same))
    form.scenes.pick((0, 1))
    window.export.export_now()
    first, second = films(window, qtbot, 2)
    assert second.path == first.path.with_name(f"{first.path.stem}-2{first.path.suffix}")
    assert first.title == second.title


def test_without_ticks_the_film_is_of_what_plays(window, form, studio):
    before = form.path()
    window.export.export_now()
    (job,) = window.export.queue.jobs
    assert job.path == before
    assert job.session is studio.program


def test_the_menu_of_a_pad_makes_its_film_ready(window, form, studio):
    window.show_workspace("perform")
    menu = window.perform.pads.menu(1)
    next(action for action in menu.actions() if action.text() == "Film of this scene…").trigger()
    assert form.scenes.rows == (1,)
    assert form.isVisible()
    assert window.export.queue.jobs == ()
