"""Edits that go to the cue: what plays stays as it is until the prepared scene is taken."""

from dataclasses import replace

import numpy as np
import pytest

from app.control.addresses import state_of
from app.engine.errors import ShowError
from app.engine.render.plan import plan
from app.engine.render.playback import Playback
from app.engine.show.performance import Launch
from app.engine.show.show import Path, React, Scene
from app.engine.show.take_file import document_of, take_from
from app.ui.scene_edits import SceneEdits


@pytest.fixture
def playing(studio):
    """A studio that plays the first of three scenes."""
    scene = studio.document.show.scene
    scenes = tuple(replace(scene, name=name, path=Path(i + 1), react=React(truncation=0.9 - 0.2 * i))
                   for i, name in enumerate("abc"))  # fmt: skip
    studio.document.open(replace(studio.document.show, scenes=scenes))
    studio.player.playing = True
    studio.at(1.0)
    return studio


def names(studio) -> list[str]:
    """The scenes of the show."""
    return [scene.name for scene in studio.document.show.scenes]


def picture(studio, t: float = 1.0):
    """What the engine would draw at *t* seconds."""
    return plan(t, studio.fake_engine.sessions[-1])


def same(one, other) -> bool:
    """Whether two requests are one picture."""
    return np.array_equal(one.ws, other.ws) and one.look == other.look


def test_edits_of_the_cue_do_not_reach_what_plays_until_it_is_taken(playing):
    performing, document = playing.performing, playing.document
    performing.set_cue(2)
    performing.edits.set(True)
    before = picture(playing)
    assert (performing.playing, document.show.scene.name) == (0, "c")
    document.set_param("react.truncation", 0.15)
    document.set_param("finish.contrast", 1.7)
    assert same(picture(playing), before), "what plays is as it was"
    assert document.show.scenes[2].react.truncation == 0.15
    assert playing.session.scene == document.show.scene, "the window shows what is edited"
    assert playing.program.scene == document.show.scenes[0]
    performing.take()
    assert (performing.playing, performing.edits.on, performing.cue) == (2, False, None)
    assert picture(playing).look.psi == pytest.approx(0.15)
    assert playing.program is playing.session
    document.set_param("react.truncation", 0.3)
    assert picture(playing).look.psi == pytest.approx(0.3), "and edits reach it again"


def test_the_cue_is_taken_in_time_and_over_the_glide(playing):
    performing, document = playing.performing, playing.document
    performing.set_quantum("1")
    performing.set_glide(4)
    performing.set_cue(1)
    performing.edits.set(True)
    before = picture(playing, 1.9)
    performing.take()
    assert (performing.queued.due, performing.edits.on, performing.cue) == (2.0, True, 1)
    document.set_param("react.truncation", 0.1)
    assert same(picture(playing, 1.9), before), "it waits, and what plays is as it was"
    playing.at(2.1)
    assert (performing.playing, performing.edits.on) == (1, False)
    assert 0.1 < picture(playing, 3.0).look.psi < 0.9
    playing.at(4.5)
    assert picture(playing, 4.5).look.psi == pytest.approx(0.1)


def test_with_nothing_in_the_cue_a_copy_of_what_plays_is_edited(playing):
    performing, document = playing.performing, playing.document
    before = picture(playing)
    performing.edits.set(True)
    assert names(playing) == ["a", "b", "c", "a 2"], "no pad moves"
    assert (performing.playing, performing.cue, document.show.active) == (0, 3, 3)
    document.set_param("react.truncation", 0.2)
    assert same(picture(playing), before)
    performing.edits.set(False)
    assert (document.show.active, performing.playing, performing.cue) == (0, 0, 3), "it is kept, and still in the cue"
    assert document.show.scenes[3].react.truncation == 0.2
    assert same(picture(playing), before)


def test_a_copy_that_nobody_touched_goes_again(playing):
    steps = playing.document.undo_stack.index()
    playing.performing.edits.set(True)
    playing.performing.edits.set(False)
    assert names(playing) == ["a", "b", "c"]
    assert playing.document.undo_stack.index() == steps
    assert (playing.performing.playing, playing.performing.cue, playing.document.show.active) == (0, None, 0)


def test_a_scene_on_the_other_deck_is_copied_as_it_may_be_seen(playing):
    performing = playing.performing
    performing.load("B", 1)
    performing.set_cue(1)
    performing.edits.set(True)
    assert (performing.cue, playing.document.show.scene.name) == (3, "b 2")


def test_undo_takes_edits_back_and_never_changes_what_plays(playing):
    performing, document = playing.performing, playing.document
    performing.edits.set(True)
    before = picture(playing)
    document.set_param("react.truncation", 0.2)
    document.undo_stack.undo()
    assert (performing.playing, performing.edits.on, document.show.scene.name) == (0, True, "a 2")
    assert same(picture(playing), before)
    document.undo_stack.undo()
    assert names(playing) == ["a", "b", "c"]
    assert (performing.playing, performing.edits.on, performing.cue, document.show.active) == (0, False, None, 0)
    assert same(picture(playing), before)
    document.undo_stack.redo()
    document.undo_stack.redo()
    assert (performing.playing, document.show.active) == (0, 0)
    assert same(picture(playing), before)


def test_undo_after_the_take_leaves_what_plays_playing(playing):
    performing, document = playing.performing, playing.document
    performing.edits.set(True)
    document.set_param("react.truncation", 0.2)
    performing.take()
    document.undo_stack.undo()
    assert performing.playing == document.show.active == 3
    assert picture(playing).look.psi == pytest.approx(0.9), "the edit is taken back, the scene plays on"


def test_pads_launch_meanwhile_and_edits_still_go_to_the_cue(playing):
    performing, document = playing.performing, playing.document
    performing.set_cue(2)
    performing.edits.set(True)
    performing.launch(1)
    assert (performing.playing, document.show.active, performing.edits.on) == (1, 2, True)
    before = picture(playing)
    document.set_param("react.truncation", 0.15)
    assert same(picture(playing), before)
    performing.launch(2)
    assert (performing.playing, performing.edits.on, performing.cue) == (2, False, None), "it plays: they are one again"


def test_another_scene_comes_into_the_cue_and_what_plays_leaves_it(playing):
    performing, document = playing.performing, playing.document
    performing.edits.set(True)
    performing.set_cue(2)  # and the untouched copy goes
    assert (document.show.scene.name, performing.edits.on, performing.playing) == ("c", True, 0)
    assert names(playing) == ["a", "b", "c"]
    performing.set_cue(None)
    assert (document.show.active, performing.edits.on, performing.cue) == (0, False, None)


def test_scenes_that_move_take_both_along(playing):
    performing, document = playing.performing, playing.document
    performing.set_cue(2)
    performing.edits.set(True)
    show = document.show
    document.edit("Move", replace(show, scenes=(show.scenes[2], *show.scenes[:2]), active=0))
    assert (performing.playing, performing.cue, performing.edits.on) == (1, 0, True)
    document.edit("Delete", replace(document.show, scenes=document.show.scenes[1:], active=0))
    assert (performing.playing, performing.edits.on, document.show.scene.name) == (0, False, "a")


def test_another_show_ends_it(playing):
    performing, document = playing.performing, playing.document
    performing.edits.set(True)
    document.open(replace(document.show, scenes=(Scene("x", document.show.scene.style),), active=0))
    assert (performing.playing, performing.edits.on, performing.cue) == (0, False, None)
    assert playing.program.scene.name == "x"
    assert performing.performance.a == (Launch(0),)


def test_a_saved_show_begins_with_what_plays_and_a_film_is_of_it(playing):
    performing, document = playing.performing, playing.document
    assert document.kept is document.show
    performing.set_cue(2)
    performing.edits.set(True)
    document.set_param("react.truncation", 0.15)
    assert (document.kept.scene.name, document.kept.scenes) == ("a", document.show.scenes)
    assert playing.program.scene == document.kept.scene


def test_what_is_edited_never_comes_by_itself(playing):
    performing = playing.performing
    performing.launch(2, now=True)
    performing.set_auto_cycle(1)
    performing.edits.set(True)
    for t in (1.2, 1.9, 2.1, 3.9, 4.1):
        playing.at(t)
    assert (performing.playing, performing.queued, performing.edits.on) == (2, None, True), "the copy is the next one"
    performing.edits.set(False)
    playing.at(5.9)
    assert performing.queued.row == 0


def test_controllers_are_told_what_plays_and_pads_store_it(playing):
    performing, document = playing.performing, playing.document
    performing.set_cue(2)
    performing.edits.set(True)
    told = state_of(document.show, document.params, document.kept.active)
    assert (told["scene/launch"], told["scene/1/launch"], told["scene/3/launch"]) == ("a", 1, 0)
    SceneEdits(document).store(-1)
    assert document.show.scenes[-1].path == document.show.scenes[0].path
    assert (performing.playing, performing.edits.on, document.show.scene.name) == (0, True, "c")


def test_panic_ends_it_and_touches_only_what_plays(playing):
    performing, document = playing.performing, playing.document
    performing.set_cue(2)
    performing.edits.set(True)
    document.set_param("macro.1", 0.9)
    performing.panic()
    assert (performing.edits.on, performing.playing, document.show.active) == (False, 0, 0)
    assert document.params.value("macro.1") != 0.9
    assert document.show.scenes[2].macros[0].value == 0.9


def test_the_look_before_comes_back_and_the_edits_stay(playing):
    performing, document = playing.performing, playing.document
    performing.launch(1)
    performing.set_cue(2)
    performing.edits.set(True)
    performing.looks.throw()
    thrown = document.show.scenes[2]
    performing.look_back()
    performing.look_back()
    assert (performing.playing, performing.edits.on, document.show.scenes[2]) == (0, True, thrown)


def test_the_map_of_the_cue_takes_what_plays_nowhere(playing):
    performing = playing.performing
    performing.edits.set(True)
    before, said = picture(playing), []
    playing.told.connect(lambda *what: said.append(what[1]))
    playing.go(playing.atlas.lattice[0, 0])
    assert same(picture(playing), before)
    assert said == ["The map shows the cue"]


def test_the_picture_of_the_cue_shows_its_edits_with_its_finish(playing):
    performing, cueing = playing.performing, playing.performing.cueing
    performing.set_cue(2)
    performing.edits.set(True)
    playing.document.set_param("finish.contrast", 1.7)
    cueing.ask()
    assert playing.fake_engine.seen.look.contrast == pytest.approx(1.7)
    assert picture(playing).look.contrast != pytest.approx(1.7)


def test_a_take_shows_again_what_was_seen(playing, qtbot):
    performing, document, wall = playing.performing, playing.document, [0.0]
    playing.taking.clock = lambda: wall[0]
    seen = []

    def go_on(seconds: float) -> None:
        for _ in range(round(seconds * 20)):
            wall[0] += 0.05
            playing.at(playing.now() + 0.05)
            seen.append((playing.taking.seconds, picture(playing, playing.now())))

    playing.at(playing.now())
    playing.taking.set_recording(True)
    performing.set_glide(2)
    performing.edits.set(True)
    go_on(0.3)
    document.set_param("react.truncation", 0.2)
    go_on(0.5)
    performing.take()
    go_on(0.5)
    document.set_param("react.truncation", 0.4)
    go_on(1.5)
    playing.taking.set_recording(False)
    qtbot.waitUntil(lambda: len(playing.taking.takes) > 0)
    take = take_from(document_of(playing.taking.newest), "a.take")
    playback = Playback(take, playing.song.features, lambda _style: playing.atlas)
    assert [seen[0][1].look.psi, seen[-1][1].look.psi] == pytest.approx([0.9, 0.4])
    gestures = {6, 16, 26}  # what was seen then was before them
    for p, one in (one for at, one in enumerate(seen[:-1], 1) if at not in gestures):
        assert np.allclose(playback.request(p).ws, one.ws, atol=1e-5), p
        assert playback.request(p).look.psi == pytest.approx(one.look.psi)


def test_what_cannot_be_played_yet_cannot_be_edited_there(playing):
    style = replace(playing.styles[0], name="other", sha256="1" * 64)
    playing.shelf.library.put(style)
    show = playing.document.show
    scenes = (*show.scenes[:2], replace(show.scenes[2], style=style.ref))
    playing.document.edit("Style", replace(show, scenes=scenes))
    playing.performing.set_cue(2)
    with pytest.raises(ShowError, match="not ready yet"):
        playing.performing.edits.set(True)
    assert not playing.performing.edits.on
