"""Playing the Show: launches on the beat, queue, glides, decks and fader, loops and seeks, what comes by itself."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtGui import QImage

from app.engine.errors import ShowError
from app.engine.render.decks import ONE_AT_A_TIME
from app.engine.render.plan import plan
from app.engine.show.performance import Launch
from app.engine.show.show import Path, React, Scene, StyleRef
from app.ui.cueing import PATIENCE

BEAT = 0.5
"""The song of the tests has 120 bpm, with its first 1 at 0."""
FRAME = 1 / 60


@pytest.fixture
def playing(studio):
    """A studio that plays a show of four scenes, at beat 2.3."""
    scene = studio.document.show.scene
    scenes = tuple(replace(scene, name=name, path=Path(i + 1), react=React(truncation=0.9 - 0.2 * i))
                   for i, name in enumerate("abcd"))  # fmt: skip
    studio.document.open(replace(studio.document.show, scenes=scenes))
    studio.player.playing = True
    studio.at(2.3 * BEAT)
    return studio


def seen(studio, t: float) -> int:
    """The row of the scene that alone is seen at *t* seconds."""
    picture = plan(t, studio.session)
    rows = [row for row in range(4) if (one := studio.staging.of_row(row)) is not None
            and np.array_equal(plan(t, one).ws, picture.ws)]  # fmt: skip
    assert len(rows) == 1
    return rows[0]


def with_another_style(studio) -> StyleRef:
    """Gives the last scene a style that is in the list and not yet open."""
    style = replace(studio.styles[0], name="other", sha256="1" * 64)
    studio.shelf.library.put(style)
    show = studio.document.show
    studio.document.edit("Style", replace(show, scenes=(*show.scenes[:3], replace(show.scenes[3], style=style.ref))))
    return style.ref


def test_without_a_quantum_a_launch_begins_at_once_and_is_no_step_of_undo(playing):
    steps = playing.document.undo_stack.count()
    playing.performing.launch(1)
    assert (playing.performing.playing, playing.performing.queued) == (1, None)
    assert seen(playing, playing.now()) == 1
    assert playing.document.undo_stack.count() == steps


def test_a_launch_at_beat_2_3_begins_at_the_next_downbeat_exactly(playing):
    performing = playing.performing
    performing.set_quantum("1")
    performing.launch(1)
    assert (performing.queued.row, performing.queued.due) == (1, 2.0)
    assert performing.playing == 0
    handed = playing.fake_engine.sessions[-1]
    for _ in range(60):  # what the engine was given ahead of time is all it needs
        at = playing.now()
        assert seen(playing, at) == (0 if at < 2.0 else 1)
        playing.at(at + FRAME)
        assert np.array_equal(plan(playing.now(), handed).ws, plan(playing.now(), playing.session).ws)
    assert (performing.playing, performing.queued) == (1, None)
    assert playing.document.show.scene.name == "b"


def test_what_waits_is_taken_back_or_launched_now(playing):
    performing = playing.performing
    performing.set_quantum("1")
    performing.launch(1)
    performing.unqueue()
    assert performing.queued is None
    playing.at(3.0)
    assert (performing.playing, seen(playing, 3.0)) == (0, 0)
    performing.launch(2)
    performing.launch(3)
    assert performing.queued.row == 3, "the newest wish counts"
    performing.launch(3)
    assert (performing.queued, performing.playing, seen(playing, 3.0)) == (None, 3, 3)
    performing.launch(1)
    performing.launch(3)
    assert performing.queued is None, "what plays plays on"
    performing.launch(0, now=True)
    assert performing.playing == 0


def test_a_glide_lasts_its_beats_and_edits_change_the_scene_that_comes(playing):
    performing = playing.performing
    performing.set_glide(4)
    performing.launch(1)
    t = playing.now()
    assert seen(playing, t) == 0
    between = plan(t + 1.0, playing.session).look.psi
    assert between == pytest.approx((0.9 + 0.7) / 2, abs=0.02)
    playing.document.set_param("react.truncation", 0.1)
    assert playing.document.show.scenes[1].react.truncation == 0.1
    assert plan(t + 1.0, playing.session).look.psi == pytest.approx((0.9 + 0.1) / 2, abs=0.02)
    playing.at(t + 2.0)
    assert seen(playing, t + 2.0) == 1
    assert performing.performance.a == (Launch(1),)


def test_paused_a_launch_is_there_at_once(playing):
    playing.player.playing = False
    playing.performing.set_quantum("4")
    playing.performing.set_glide(8)
    playing.performing.launch(2)
    assert seen(playing, playing.now()) == 2


def test_a_loop_comes_round_and_the_launch_begins_with_it(playing):
    playing.set_loop((0.0, 4.0))
    performing = playing.performing
    performing.set_quantum("4")
    playing.at(3.0)
    performing.launch(1)
    handed = playing.session
    assert performing.queued.due == 0.0
    for t in (3.0, 3.5, 3.99):
        playing.at(t)
        assert seen(playing, t) == 0
    assert np.array_equal(plan(0.01, handed).ws, plan(0.01, playing.staging.of_row(1)).ws), "before anyone noticed"
    playing.at(0.01)
    assert performing.playing == 1
    for t in (1.0, 3.5, 0.2):
        playing.at(t)
        assert seen(playing, t) == 1


def test_after_a_jump_back_what_had_begun_is_over_and_what_waits_waits_anew(playing):
    performing = playing.performing
    performing.set_glide(8)
    performing.launch(1)
    playing.at(2.0)
    performing.set_quantum("1")
    performing.launch(2)
    assert performing.queued.due == 4.0
    playing.seek(0.1)
    assert seen(playing, 0.1) == 1
    assert performing.queued.due == 2.0
    playing.at(30.0)
    assert performing.playing == 2
    assert seen(playing, 31.0) == 2


def test_the_place_on_the_path_is_kept(playing):
    performing = playing.performing
    at = playing.now()
    show = playing.document.show
    own = replace(show.scenes[1], path=Path(5, tuple(replace(p, t=p.t / 2) for p in playing.session.points)))
    playing.document.edit("Points", replace(show, scenes=(show.scenes[0], own, *show.scenes[2:])))
    performing.load("B", 1)
    performing.set_keep_position(True)
    performing.launch(1)
    before, after = playing.staging.of_row(0), playing.session
    share = before.look_at(at).position / before.path.times[-1]
    assert after.look_at(at).position / after.path.times[-1] == pytest.approx(share, abs=1e-3)
    assert after.launch.offset != 0.0


def test_decks_fader_and_cuts(playing):
    performing = playing.performing
    performing.load("B", 2)
    assert (performing.deck_a, performing.deck_b, performing.playing, performing.mode) == (0, 2, 0, "morph")
    t = playing.now()
    performing.set_fader(0.25)
    assert performing.fader == 0.25
    assert plan(t, playing.session).look.psi == pytest.approx(0.75 * 0.9 + 0.25 * 0.5)
    assert performing.playing == 0
    performing.cut("B")
    assert (seen(playing, t), performing.playing) == (2, 2), "edits change what is seen"
    performing.launch(3)
    assert (performing.deck_a, performing.deck_b) == (0, 3)
    performing.launch(1, deck="A")
    assert (performing.deck_a, performing.playing) == (1, 3)
    performing.set_glide(2)
    performing.auto_fade()
    assert performing.playing == 1
    assert plan(t + 0.5, playing.session).look.psi == pytest.approx((0.3 + 0.7) / 2, abs=0.01)
    playing.at(t + 1.0)
    assert (performing.fader, seen(playing, t + 1.0)) == (0.0, 1)
    with pytest.raises(ShowError, match="A and B"):
        performing.cut("C")


def test_a_fader_move_bakes_nothing_and_stirs_no_widget(playing, qtbot):
    playing.performing.load("B", 1)
    asked = []
    playing.staging.ask = lambda: asked.append(1)
    with qtbot.assertNotEmitted(playing.session_changed):
        for x in (0.1, 0.2, 0.3):
            playing.performing.set_fader(x)
    assert not asked
    assert plan(1.0, playing.fake_engine.sessions[-1]).look.psi == pytest.approx(0.7 * 0.9 + 0.3 * 0.7)


def test_two_styles_are_mixed_once_the_other_is_there(playing):
    other = with_another_style(playing)
    performing = playing.performing
    performing.load("B", 3)
    assert performing.mode == "mix"
    assert playing.fake_engine.opened == [other]
    performing.set_fader(0.4)
    assert not plan(1.0, playing.session).beside
    playing._maps[other.map_key] = playing._maps_of(playing.session.atlas)
    playing.shelf.mapped.emit()
    ((share, picture),) = plan(1.0, playing.session).beside
    assert (share, picture.network) == (pytest.approx(0.4), other)
    told = []
    performing.changed.connect(lambda: told.append(performing.mode_words))
    for given_up in ("", f"128 × 128, {ONE_AT_A_TIME}"):
        playing._engine_told(replace(playing.engine, given_up=given_up))
    assert len(told) == 1
    assert "too slow" in told[0]


def test_a_launch_on_the_deck_that_is_not_seen_queues_nothing(playing):
    playing.performing.set_quantum("1")
    playing.performing.launch(1, deck="B")
    assert playing.performing.queued is None
    assert playing.performing.deck_b == 1


def test_a_scene_whose_style_is_not_there_comes_when_it_is(playing):
    other = with_another_style(playing)
    performing = playing.performing
    performing.set_quantum("1")
    performing.launch(3)
    assert performing.playing == 3
    assert seen(playing, 1.2) == 0, "what plays plays on"
    playing._maps[other.map_key] = playing._maps_of(playing.session.atlas)
    playing.shelf.mapped.emit()
    assert playing.session.scene.name == "d"


def test_the_cycle_queues_the_next_scene_in_time(playing):
    performing = playing.performing
    performing.set_auto_cycle(1)
    playing.at(1.5)
    assert (performing.queued.row, performing.queued.due) == (1, 2.0)
    for t in (1.9, 2.01):
        playing.at(t)
    assert performing.playing == 1
    performing.set_hold(True)
    playing.at(3.9)
    assert performing.queued is None


def test_scenes_that_move_keep_their_decks_and_their_queue(playing):
    performing = playing.performing
    performing.load("B", 2)
    performing.set_quantum("1")
    performing.launch(1)
    a, b, c, d = playing.document.show.scenes
    playing.document.edit("Move", replace(playing.document.show, scenes=(b, a, c, d), active=1))
    assert (performing.deck_a, performing.deck_b, performing.queued.row, performing.playing) == (0, 2, 0, 1)
    playing.at(2.1)
    assert playing.document.show.scene == b
    playing.document.edit("Remove", replace(playing.document.show, scenes=(b, a, d), active=0))
    assert (performing.deck_b, performing.playing) == (None, 0)
    playing.document.open(replace(playing.document.show, scenes=(Scene("new", c.style),), active=0))
    assert (performing.playing, performing.performance.a) == (0, (Launch(0),))


def test_a_detour_belongs_to_its_scene(playing):
    playing.go(playing.atlas.lattice[5, 5], cut=True)
    assert playing.going
    playing.performing.launch(1)
    assert not playing.going
    playing.performing.launch(0)
    assert not playing.going
    playing.go(playing.atlas.lattice[5, 5], cut=True)
    playing.document.edit_scene("Dice", path=Path(77))
    assert not playing.going


def test_settings_are_held_within_their_range(playing):
    performing = playing.performing
    with pytest.raises(ShowError, match="waits for one of"):
        performing.set_quantum("3")
    performing.set_glide(99.0)
    performing.set_auto_cycle(-3)
    performing.set_fader(7.0)
    assert (performing.glide, performing.auto_cycle, performing.performance.fader.end) == (32.0, 0, 1.0)
    performing.launch(99)
    performing.load("B", 99)
    performing.set_cue(99)
    assert (performing.playing, performing.deck_b, performing.cue) == (0, None, None)


def test_undo_of_an_edit_in_another_scene_does_not_disturb_a_glide(playing):
    playing.document.set_param("react.truncation", 0.2)
    playing.performing.set_glide(4)
    playing.performing.launch(1)
    before = playing.performing.performance
    playing.document.undo_stack.undo()
    assert playing.performing.performance == before
    assert playing.performing.playing == 1
    assert plan(playing.now(), playing.session).look.psi == pytest.approx(0.9)


def test_the_look_before_comes_back_over_the_glide(playing):
    performing = playing.performing
    told = []
    playing.told.connect(lambda *words: told.append(words[1]))
    performing.look_back()
    assert told == ["This is the first look"]
    playing.go(playing.atlas.lattice[5, 5], cut=True)
    performing.launch(1)
    performing.launch(2)
    performing.set_glide(2)
    performing.look_back()
    t = playing.now()
    assert performing.playing == 1
    assert seen(playing, t) == 2
    assert seen(playing, t + 1.01) == 1
    performing.look_back()
    assert (performing.playing, playing.going) == (0, True), "where it was on the map"
    performing.look_back()
    assert not playing.going
    assert not playing.document.undo_stack.canUndo() or playing.document.undo_stack.undoText() == "Open show"


def test_a_fader_drag_is_one_look_and_decks_come_back_as_they_were(playing):
    performing = playing.performing
    performing.load("B", 2)
    for x in np.linspace(0, 1, 20):
        performing.set_fader(float(x))
    performing.look_back()
    assert (performing.fader, performing.playing, performing.deck_b) == (0.0, 0, 2)


def test_the_dice_are_taken_back_by_undo_and_by_the_look_before(playing):
    document, looks = playing.document, playing.performing.looks
    before = document.show.scene
    looks.throw()
    assert document.show.scene.path != before.path
    assert document.show.scene.finish == before.finish, "locked"
    playing.performing.look_back()
    assert document.show.scene == before
    looks.throw(big=True)
    document.undo_stack.undo()
    assert document.show.scene == before


def test_panic_stills_the_picture_and_twice_the_scene_begins_anew(playing):
    performing = playing.performing
    playing.document.edit_scene("Energy", react=replace(playing.document.show.scene.react, energy=1.0))
    playing.document.set_param("macro.1", 0.75)
    performing.launch(1)
    playing.document.set_param("macro.1", 0.5)
    performing.set_quantum("4")
    performing.launch(2)
    playing.set_frozen(True)
    playing.set_blackout(True)
    performing.panic()
    t = playing.now()
    assert (performing.queued, performing.playing, playing.frozen, playing.blackout) == (None, 1, False, True)
    assert playing.document.show.scene.macros[0].value == 0.0
    assert plan(t, playing.session).look.pulse != 0.0
    assert plan(t + 0.3, playing.session).look.pulse == 0.0
    performing.panic()
    assert plan(t + 0.3, playing.session).look.pulse != 0.0
    performing.look_back()
    performing.look_back()
    assert playing.document.show.scene.macros[0].value == 0.5
    assert performing.playing == 1


def test_what_waited_never_comes_after_panic(playing):
    performing = playing.performing
    performing.set_quantum("1")
    performing.launch(2)
    due = performing.queued.due
    performing.panic()
    assert all(launch.row == 0 for launch in performing.performance.a), "the engine has it no more"
    playing.at(due + 0.5)
    assert performing.playing == 0


def test_the_cue_is_drawn_small_when_the_engine_has_time(playing, qtbot):
    performing, cueing, asked = playing.performing, playing.performing.cueing, playing.fake_engine.stills
    performing.set_cue(2)
    cueing.ask()
    ws, side = asked["the cue"]
    assert np.array_equal(ws, plan(playing.now(), playing.staging.of_row(2)).ws)
    assert side == 160
    asked.clear()
    cueing.ask()
    assert not asked, "the last one has not come"
    playing.still_ready.emit("the cue", QImage(160, 160, QImage.Format.Format_RGB32))
    assert cueing.image.width() == 160
    cueing.ask()
    assert asked
    assert seen(playing, playing.now()) == 0
    performing.take()
    assert (performing.playing, performing.cue, cueing.image) == (2, None, None)
    playing.still_ready.emit("the cue", QImage(160, 160, QImage.Format.Format_RGB32))
    assert cueing.image is None


def test_a_picture_of_the_cue_that_never_comes_is_asked_for_again(playing):
    performing, cueing, asked = playing.performing, playing.performing.cueing, playing.fake_engine.stills
    performing.set_cue(2)
    cueing.ask()
    assert asked.pop("the cue") is not None, "and dropped: another network was opened"
    for _ in range(PATIENCE - 1):
        cueing.ask()
    assert "the cue" not in asked, "the engine may be slow"
    cueing.ask()
    assert "the cue" in asked
