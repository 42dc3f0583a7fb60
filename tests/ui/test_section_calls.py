"""Parts of the song that call for a scene: exactly on their beginning, through seeks, loops, hands and edits."""

from dataclasses import replace

import numpy as np
import pytest

from app.engine.errors import ShowError
from app.engine.render.plan import plan
from app.engine.render.playback import Playback
from app.engine.show.calls import as_take, calls_of
from app.engine.show.performance import Launch
from app.engine.show.show import Path, React
from app.engine.show.take import Take
from app.ui.cue_table import CueModel
from app.ui.export_form import ExportForm
from app.ui.export_view import ExportView
from app.ui.hot_cues import HotCues
from app.ui.scene_edits import SceneEdits
from app.ui.section_edits import SectionEdits
from app.ui.sections_lane import SectionsLane
from app.ui.theme import STAGE
from app.ui.time_axis import TimeAxis

FRAME = 1 / 60


@pytest.fixture
def playing(studio):
    """A studio that plays a show of four scenes; the second part, from 8 s, calls for b, the fourth, from 24 s, for c.

    The song has 120 bpm, and the Glide of each scene is two beats: one second.
    """
    scene = studio.document.show.scene
    scenes = tuple(replace(scene, name=name, path=Path(i + 1), react=React(truncation=0.9 - 0.2 * i, glide=2.0))
                   for i, name in enumerate("abcd"))  # fmt: skip
    show = studio.document.show
    parts = tuple(replace(part, scene={1: 1, 3: 2}.get(i)) for i, part in enumerate(show.sections))
    studio.document.open(replace(show, scenes=scenes, sections=parts))
    studio.player.playing = True
    studio.at(2.0)
    return studio


def seen(studio, t: float) -> int:
    """The row of the scene that alone is seen at *t* seconds; -1 on the way from one to another."""
    picture = plan(t, studio.session)
    rows = [row for row in range(4) if (one := studio.staging.of_row(row)) is not None
            and np.array_equal(plan(t, one).ws, picture.ws)]  # fmt: skip
    return rows[0] if len(rows) == 1 else -1


def as_filmed(studio, t: float):
    """What a film of the Show has at *t* seconds."""
    show = studio.document.show
    take = as_take(show, calls_of(show, studio.tempo.grid), studio.duration)
    return plan(*reversed(_at(Playback(take, studio.song.features, lambda _style: studio.atlas), t)))


def _at(playback, t):
    instant, session = playback.at(t)
    assert instant.t == t
    return session, instant.t


def test_the_first_that_calls_gives_the_song_a_beginning(playing):
    document, edits = playing.document, SectionEdits(playing)
    edits.write("none", tuple(replace(part, scene=None) for part in edits.sections))
    playing.performing.launch(3)
    edits.call(2, 1)
    assert [part.scene for part in edits.sections] == [3, None, 1, None]
    edits.call(3, 0)
    edits.call(0, None)
    assert [part.scene for part in edits.sections] == [None, None, 1, 0]
    document.undo_stack.undo()
    document.undo_stack.undo()
    document.undo_stack.undo()
    assert [part.scene for part in edits.sections] == [None] * 4, "one step"


def play(studio, start: float, end: float) -> None:
    """Let time go on, a frame after the other."""
    for i in range(round((end - start) / FRAME) + 1):
        studio.at(start + i * FRAME)


def test_a_scene_begins_with_its_part_and_glides_as_it_says(playing):
    performing = playing.performing
    play(playing, 6.5, 7.5)
    assert (performing.queued.row, performing.queued.due) == (1, 8.0), "two beats ahead, for hands to say otherwise"
    handed = playing.fake_engine.sessions[-1]
    assert performing.performance.a[-1] == Launch(1, 8.0, 1.0)
    for i in range(150):
        t = 7.5 + i * FRAME
        assert np.array_equal(plan(t, handed).ws, as_filmed(playing, t).ws), "the engine has all of it before"
    assert seen(playing, 8.0) == 0
    assert seen(playing, 8.0 + FRAME) == -1
    play(playing, 7.5, 9.0)
    assert (performing.queued, performing.playing, playing.document.show.scene.name) == (None, 1, "b")
    assert seen(playing, 9.0) == 1
    play(playing, 15.5, 16.5)
    assert seen(playing, 16.5) == 1, "a part that calls for nothing lets what plays go on"


def test_live_is_what_a_film_has_at_every_time_through_seeks_too(playing):
    SectionEdits(playing).call(0, 0)
    for t in (2.0, 7.2, 8.0, 8.4, 8.9, 9.5, 20.0, 23.1, 24.5, 31.0, 8.3, 24.2, 25.5, 24.7, 12.0):
        playing.seek(t)
        live, film = plan(t, playing.session), as_filmed(playing, t)
        assert np.array_equal(live.ws, film.ws), t
        assert live.look == film.look, t


def test_the_first_part_calls_at_once_and_a_glide_of_none_is_a_cut(playing):
    document = playing.document
    edits = SectionEdits(playing)
    edits.call(0, 3)
    playing.at(2.1)
    assert seen(playing, 2.1) == 3
    show = document.show
    scenes = tuple(replace(scene, react=replace(scene.react, glide=0.0)) for scene in show.scenes)
    document.edit("Glide", replace(show, scenes=scenes))
    play(playing, 7.5, 8.1)
    assert playing.performing.playing == 1
    assert [seen(playing, 8.0), np.array_equal(plan(8.0, playing.session).ws, as_filmed(playing, 8.0).ws)] == [1, True]


def test_hold_stops_it_and_what_plays_goes_on_when_hold_ends(playing):
    performing = playing.performing
    performing.set_hold(True)
    play(playing, 6.5, 10.0)
    playing.seek(26.0)
    assert (performing.playing, performing.queued, seen(playing, 26.0)) == (0, None, 0)
    performing.set_hold(False)
    play(playing, 26.0, 26.2)
    assert performing.playing == 0
    playing.seek(12.0)
    assert performing.playing == 1


def test_what_hands_launch_plays_until_the_next_part_that_calls(playing):
    performing = playing.performing
    performing.launch(3)
    assert seen(playing, 2.0) == 3
    play(playing, 7.0, 9.5)
    assert performing.playing == 1
    performing.launch(3)
    playing.seek(10.0)
    playing.seek(9.0)
    assert performing.playing == 3, "within its part a seek changes nothing"
    play(playing, 15.5, 17.0)
    assert performing.playing == 3
    play(playing, 23.0, 25.5)
    assert performing.playing == 2


def test_what_waits_by_hand_comes_first_and_escape_lets_what_plays_go_on(playing):
    performing = playing.performing
    performing.set_quantum("section")
    play(playing, 6.0, 6.5)
    performing.launch(3)
    play(playing, 6.5, 9.0)
    assert performing.playing == 3, "launched by hand for the very beginning of the part"
    play(playing, 22.8, 23.5)
    assert performing.queued.row == 2
    performing.unqueue()
    play(playing, 23.5, 26.0)
    assert (performing.playing, performing.queued) == (3, None)


def test_a_loop_that_comes_round_into_another_part_begins_it_on_the_spot(playing):
    playing.set_loop((9.5, 26.0))
    play(playing, 23.0, 25.9)
    performing = playing.performing
    assert performing.playing == 2
    assert performing.queued.row == 1
    handed = playing.session
    assert seen(playing, 25.9) == 2
    assert np.array_equal(plan(9.5, handed).ws, as_filmed(playing, 9.5).ws), "before anyone noticed"
    playing.at(9.51)
    assert (performing.playing, performing.queued, seen(playing, 9.51)) == (1, None, 1)
    playing.set_loop((9.5, 14.0))
    performing.launch(3)
    play(playing, 13.0, 13.9)
    playing.at(9.52)
    assert performing.playing == 3, "a loop within one part leaves hands alone"


def test_a_scene_that_waits_goes_with_the_seek_that_leaves_it(playing):
    play(playing, 7.0, 7.5)
    performing = playing.performing
    assert performing.queued is not None
    playing.seek(3.0)
    assert (performing.queued, performing.playing) == (None, 0)
    play(playing, 7.0, 7.5)
    playing.seek(26.0)
    assert (performing.queued, performing.playing, seen(playing, 26.0)) == (None, 2, 2)


def test_a_part_that_is_given_a_scene_plays_it_at_once_and_undo_takes_it_back(playing, qtbot):
    playing.player.playing = False
    playing.seek(18.0)
    performing, edits = playing.performing, SectionEdits(playing)
    assert performing.playing == 1
    edits.call(2, 3)
    qtbot.waitUntil(lambda: performing.playing == 3)
    assert playing.document.undo_stack.undoText() == "Scene of the section"
    playing.document.undo_stack.undo()
    assert playing.document.show.sections[2].scene is None
    qtbot.waitUntil(lambda: performing.playing == 1)


def test_parts_call_for_the_scene_wherever_its_pad_stands(playing):
    edits, document = SceneEdits(playing.document), playing.document

    def called() -> list[str | None]:
        show = document.show
        return [None if part.scene is None else show.scenes[part.scene].name for part in show.sections]

    edits.move(1, 3)
    assert called() == [None, "b", None, "c"]
    assert document.show.sections[1].scene == 3
    edits.duplicate(0)
    assert called() == [None, "b", None, "c"]
    edits.rename(4, "bright")
    assert called() == [None, "bright", None, "c"]
    edits.remove(4)
    assert called() == [None, None, None, "c"]
    play(playing, 7.0, 9.0)
    assert playing.performing.playing == 0
    document.undo_stack.undo()
    assert called() == [None, "bright", None, "c"]
    for _ in range(3):
        document.undo_stack.undo()
    assert called() == [None, "b", None, "c"]


def test_pads_that_move_leave_what_hands_launched_alone(playing):
    playing.at(10.0)
    playing.performing.launch(3)
    assert seen(playing, 10.0) == 3
    SceneEdits(playing.document).move(1, 0)
    play(playing, 10.0, 10.2)
    assert playing.document.show.scene.name == "d"
    playing.performing.set_hold(True)
    playing.at(26.0)
    playing.performing.set_hold(False)
    SceneEdits(playing.document).move(2, 0)
    play(playing, 26.0, 26.2)
    assert playing.document.show.scene.name == "d", "nor what was held"


def test_another_song_and_an_input_are_not_called_for(playing):
    playing.song = replace(playing.song, file=playing.song.file.with_name("other.wav"))
    play(playing, 7.0, 9.0)
    assert playing.performing.playing == 0


def test_what_is_edited_in_the_cue_never_comes_by_itself(playing):
    performing = playing.performing
    performing.set_cue(1)
    performing.edits.set(True)
    play(playing, 7.0, 9.5)
    assert performing.performance.playing(9.5).row == 0


def test_the_scene_that_comes_is_ready_before_its_time(playing):
    assert playing.performing.calls.coming == 1
    assert playing.staging.of_row(1) is not None
    playing.at(10.0)
    assert playing.performing.calls.coming == 2


def test_a_take_of_it_is_played_again_the_same(playing):
    playing.taking.set_recording(True)
    shown = {}
    for i in range(120):
        playing.at(7.0 + i * FRAME)
        shown[playing.now()] = plan(playing.now(), playing.session).ws
    playing.taking.note()
    moments = tuple(m for m in playing.taking._moments if m.p >= playing.taking._began)
    playing.taking.set_recording(False)
    assert any(moment.performance.a[-1] == Launch(1, 8.0, 1.0) for moment in moments)
    start = moments[0].p
    take = Take("t", 2.0, tuple(replace(m, p=m.p - start) for m in moments))
    playback = Playback(take, playing.song.features, lambda _style: playing.atlas)
    for t, ws in shown.items():
        _, session = playback.at(t - 7.0 + 1e-9)
        assert np.array_equal(plan(t, session).ws, ws)


# --- where it is set, and said


def menu_of(lane, t: float):
    menu = lane.menu(t)
    return menu, next(action.menu() for action in menu.actions() if action.text() == "Scene")


def test_the_menu_of_a_section_gives_it_a_scene_and_takes_it_away(playing, qtbot):
    lane = SectionsLane(playing.document, playing, TimeAxis(None))
    qtbot.addWidget(lane)
    menu, scenes = menu_of(lane, 17.0)
    assert [a.text() for a in scenes.actions() if a.text()][1:] == ["1  a", "2  b", "3  c", "4  d"]
    assert [a.text() for a in scenes.actions() if a.isChecked()] == ["None, what plays goes on"]
    steps = playing.document.undo_stack.index()
    next(a for a in scenes.actions() if a.text() == "4  d").trigger()
    menu.close()
    assert [part.scene for part in playing.document.show.sections] == [None, 1, 3, 2]
    menu, scenes = menu_of(lane, 17.0)
    assert [a.text() for a in scenes.actions() if a.isChecked()] == ["4  d"]
    scenes.actions()[0].trigger()
    menu.close()
    assert [part.scene for part in playing.document.show.sections] == [None, 1, None, 2]
    assert playing.document.undo_stack.index() == steps + 2


def test_the_lane_shows_what_sections_call_for_and_follows_names(playing, qtbot):
    lane = SectionsLane(playing.document, playing, TimeAxis(None))
    qtbot.addWidget(lane)
    lane.resize(800, 24)
    lane.axis.set_duration(32.0)
    lane.show()

    def mark(index: int):
        box = lane.block(index).toRect()
        return lane.grab(box).toImage()

    tint = STAGE.tints[1].rgb()
    image = mark(1)
    assert any(image.pixel(x, image.height() // 2) == tint for x in range(image.width()))
    before = mark(1)
    last, playing.staging.ask = mark(3), lambda: None  # no Session has to be made for it
    SceneEdits(playing.document).rename(2, "bright")
    assert mark(3) != last
    playing.document.undo_stack.undo()
    assert mark(3) == last
    SectionEdits(playing).call(1, None)
    assert mark(1) != before


def test_the_table_says_and_takes_the_scene_by_number_or_name(playing):
    model = CueModel(playing.document, HotCues(playing), SectionEdits(playing))
    model.refresh()

    def cell(row: int) -> str:
        model.refresh()
        return model.data(model.index(row, 5))

    assert [cell(row) for row in range(4)] == ["", "2 b", "", "3 c"]
    for typed, shown in (("4", "4 d"), ("C", "3 c"), ("2 b", "2 b"), ("", "")):
        assert model.setData(model.index(2, 5), typed)
        assert cell(2) == shown
    for wrong in ("5", "0", "-1", "nothing", "2 d"):
        assert not model.setData(model.index(2, 5), wrong)
    assert cell(2) == ""


def test_the_export_form_says_that_scenes_follow(playing, qtbot):
    form = ExportForm(playing.document, playing, None)
    qtbot.addWidget(form)
    assert form.note.text() == "Scenes follow the sections"
    edits = SectionEdits(playing)
    edits.write("none", tuple(replace(part, scene=None) for part in edits.sections))
    form.follow()
    assert form.note.text() == ""


def test_a_film_is_ordered_with_what_sections_call_for(playing, qtbot):
    view = ExportView(playing.document, playing)
    qtbot.addWidget(view)
    view.export_now()
    (job,) = view.queue.jobs
    assert [moment.performance.a[-1].row for moment in job.playback.take.moments] == [0, 1, 2]
    other = replace(playing.styles[0], name="other", sha256="1" * 64)
    playing.shelf.library.put(other)
    show, told = playing.document.show, []
    playing.told.connect(lambda *said: told.append(said))
    scenes = (*show.scenes[:2], replace(show.scenes[2], style=other.ref), show.scenes[3])
    playing.document.edit("Style", replace(show, scenes=scenes))
    view.bar.ordered.emit()
    with pytest.raises(ShowError, match="still being opened"):  # which an action or the web tells
        view.export_now()
    assert len(view.queue.jobs) == 1
    assert told[-1] == ("error", "No film was ordered",
                        "The style “other” is still being opened. Try again in a moment.")  # fmt: skip
