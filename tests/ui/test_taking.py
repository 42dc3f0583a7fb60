"""Takes in the window: everything is remembered, kept with a key, played again hands off, and filmed."""

import threading
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtGui import QAction

from app.engine.errors import ShowError
from app.engine.render.plan import plan
from app.engine.show.performance import Launch, Performance
from app.engine.show.show import Path, React
from app.engine.show.take import Moment, Take
from app.engine.show.take_file import LONGEST, load_take
from app.ui import replaying, taking
from app.ui.export_queue import ExportQueue
from app.ui.status_bar import BottomRow
from tests.engine.test_decks import ONE, FlatRenderer


@pytest.fixture
def stage(studio):
    """A studio that plays a show of three scenes, whose clock on the wall goes as the song does."""
    scene = studio.document.show.scene
    scenes = tuple(replace(scene, name=name, path=Path(i + 1), react=React(truncation=0.9 - 0.2 * i))
                   for i, name in enumerate("abc"))  # fmt: skip
    studio.document.open(replace(studio.document.show, scenes=scenes))
    studio.taking.clock = lambda: wall[0]
    wall = [0.0]
    studio.player.playing = True

    def go_on(seconds: float) -> None:
        for _ in range(round(seconds * 20)):
            wall[0] += 0.05
            studio.at(studio.now() + 0.05)

    studio.go_on, studio.wall = go_on, wall
    studio.at(0.0)
    return studio


def kept(studio, qtbot):
    qtbot.waitUntil(lambda: len(studio.taking.takes) > 0)
    return studio.taking.takes[-1]


def test_every_gesture_is_in_the_take_at_its_time(stage, qtbot):
    taking, performing = stage.taking, stage.performing
    stage.go_on(1.0)
    taking.set_recording(True)
    assert taking.recording
    stage.go_on(0.5)
    performing.set_glide(2)
    performing.launch(1)
    stage.go_on(1.5)
    stage.document.set_param("react.truncation", 0.2)
    stage.go_on(0.5)
    stage.set_frozen(True)
    stage.go_on(0.5)
    stage.set_frozen(False)
    stage.set_blackout(True)
    stage.go_on(1.0)
    taking.set_recording(False)
    take, file = kept(stage, qtbot)
    assert take.length == pytest.approx(4.0)
    assert take.song_time(0.0) == pytest.approx(1.0)
    assert take.at(0.4).moment.performance.a[-1].row == 0
    assert take.at(1.0).moment.performance.a[-1].row == 1
    assert take.at(1.9).moment.show.scenes[1].react.truncation == 0.7
    assert take.at(2.1).moment.show.scenes[1].react.truncation == 0.2
    assert take.at(2.75).t == pytest.approx(3.5)
    assert take.at(3.9).black == 1.0
    assert load_take(file).length == take.length
    assert file.name.endswith("take 1.take")


def test_the_last_bars_are_kept_after_the_fact(stage, qtbot):
    stage.go_on(9.0)
    stage.performing.launch(1)
    stage.go_on(3.2)
    stage.taking.keep_last(4)
    take, _ = kept(stage, qtbot)
    assert take.song_time(0.0) == pytest.approx(4.0), "from the beginning of a bar"
    assert take.length == pytest.approx(8.2)
    assert [take.at(p).moment.performance.a[-1].row for p in (4.9, 5.1)] == [0, 1]
    with pytest.raises(ShowError, match="Nothing was played"):
        stage.taking._keep(stage.taking._played)


def test_the_key_keeps_16_bars(stage, qtbot):
    stage.tempo.multiply(2.0)
    assert stage.tempo.bpm == 240.0
    stage.go_on(20.2)
    stage.taking.keep_last()
    take, _ = kept(stage, qtbot)
    assert (take.song_time(0.0), take.length) == (pytest.approx(4.0), pytest.approx(16.2))


def test_a_loop_that_comes_round_is_played_on(stage, qtbot):
    stage.set_loop((0.0, 2.0))
    stage.taking.set_recording(True)
    for _ in range(3):
        stage.go_on(1.8)
        stage.wall[0] += 0.2
        stage.at(0.1)
    stage.taking.set_recording(False)
    take, _ = kept(stage, qtbot)
    assert take.pieces[0] == pytest.approx((0.0, 2.0))
    assert len(take.pieces) == 4
    assert take.length == pytest.approx(sum(b - a for a, b in take.pieces))


def test_pauses_are_left_out_and_a_seek_is_a_jump(stage, qtbot):
    stage.taking.set_recording(True)
    stage.go_on(1.0)
    stage.player.playing = False
    stage.at(1.0)
    stage.performing.launch(2)
    stage.seek(20.0)
    stage.player.playing = True
    stage.go_on(1.0)
    stage.taking.set_recording(False)
    take, _ = kept(stage, qtbot)
    assert take.length == pytest.approx(2.0)
    assert [p for piece in take.pieces for p in piece] == pytest.approx([0.0, 1.0, 20.0, 21.0])
    assert take.at(1.5).moment.performance.a[-1].row == 2


def test_scenes_that_move_are_remembered_when_they_are_there(stage, qtbot):
    stage.go_on(1.0)
    stage.performing.load("B", 2)
    remembered = len(stage.taking._moments)
    bake, stage.staging.ask = stage.staging.ask, lambda: None
    a, b, _ = stage.document.show.scenes
    stage.document.edit("Remove", replace(stage.document.show, scenes=(b, a), active=1))
    stage.set_frozen(True)
    assert len(stage.taking._moments) == remembered
    stage.staging.ask = bake
    bake()
    assert stage.taking._moments[-1].show.scenes == (b, a)
    assert stage.taking._moments[-1].performance.rows == (1,)
    for moment in stage.taking._moments:
        assert max(moment.performance.rows) < len(moment.show.scenes)


def test_what_is_long_ago_is_forgotten_but_not_while_recording(stage, monkeypatch):
    monkeypatch.setattr("app.ui.taking.REMEMBERED", 2.0)
    for row in (1, 2, 0, 1, 2):
        stage.go_on(1.0)
        stage.performing.launch(row)
    assert stage.taking._moments[1].p > stage.taking._played - 2.0
    forgotten = stage.taking._moments[0].p
    assert forgotten > 1.0
    stage.taking.set_recording(True)
    for row in (1, 2, 0, 1, 2):
        stage.go_on(1.0)
        stage.performing.launch(row)
    assert stage.taking._moments[1].p <= stage.taking._began + 1.0


def recorded_in_parts(stage, qtbot, seconds):
    """The takes of a recording of so long, in which a knob is never still; the last one may be what was left."""
    stage.taking.set_recording(True)
    for n in range(round(seconds / 0.05)):
        stage.document.set_param("react.bass", 0.01 * (n % 200))
        stage.go_on(0.05)
    stage.taking.set_recording(False)
    qtbot.waitUntil(lambda: sum(take.length for take, _ in stage.taking.takes) > seconds - 0.06)
    return sorted((take for take, _ in stage.taking.takes), key=lambda take: take.moments[0].t)


def test_a_recording_of_very_many_gestures_goes_on_in_another_take(stage, qtbot, monkeypatch):
    monkeypatch.setattr("app.ui.taking.MOST", 30)
    takes = recorded_in_parts(stage, qtbot, 4.0)
    assert len(takes) > 2
    assert max(len(take.moments) for take in takes) <= 31
    assert sum(take.length for take in takes) == pytest.approx(4.0)
    for one, after in pairwise(takes):
        assert one.moments[0].t + one.length == pytest.approx(after.moments[0].t), "nothing is lost between two"
    assert len({file for _, file in stage.taking.takes}) == len(takes), "each is a file of its own"
    assert len(stage.taking._moments) <= 31


def test_a_recording_of_a_day_goes_on_in_another_take(stage, qtbot, monkeypatch):
    """A take may last 24 hours: a longer one could not be opened again."""
    assert taking.LONGEST < LONGEST
    monkeypatch.setattr("app.ui.taking.LONGEST", 1.0)
    takes = recorded_in_parts(stage, qtbot, 3.5)
    assert [round(take.length, 2) for take in takes] == pytest.approx([1.0, 1.0, 1.0, 0.5], abs=0.06)


def test_only_the_newest_takes_stay_at_hand(stage, tmp_path):
    take = Take("x", 1.0, (Moment(0.0, 0.0, stage.document.show, Performance()),))
    for n in range(taking.KEPT + 3):
        stage.taking.add(replace(take, name=str(n)), tmp_path / f"{n}.take")
    assert [kept.name for kept, _ in stage.taking.takes] == [str(n) for n in range(3, taking.KEPT + 3)]


def test_another_song_ends_the_recording(stage):
    stage.taking.set_recording(True)
    stage.song = replace(stage.song, file=stage.song.file.with_name("other.wav"))
    stage.song_changed.emit()
    assert not stage.taking.recording
    assert not stage.taking._moments


@pytest.fixture
def taken(stage, qtbot):
    """A studio with a take of four seconds from second 1 on: a launch at 1.5 s of it, a knob at 2.5 s."""
    stage.go_on(1.0)
    stage.taking.set_recording(True)
    stage.go_on(1.5)
    stage.performing.launch(1)
    stage.go_on(1.0)
    stage.document.set_param("react.truncation", 0.2)
    stage.go_on(1.5)
    stage.taking.set_recording(False)
    take, _ = kept(stage, qtbot)
    stage.performing.launch(2)
    return stage, take


def test_a_take_plays_again_by_itself_and_the_hands_come_back(taken, qtbot):
    stage, take = taken
    show = stage.document.show
    stage.replaying.play(take)
    assert stage.now() == pytest.approx(1.0)
    qtbot.waitUntil(lambda: stage.session.scene.name == "a")
    seen = {}
    for _ in range(78):
        stage.go_on(0.05)
        at = stage.replaying._wanted
        qtbot.waitUntil(lambda: stage.replaying._wanted < 0)
        assert at is not None
        seen[round(stage.replaying._p, 2)] = plan(stage.now(), stage.session).look.psi
    assert (seen[1.45], seen[1.5], seen[2.45], seen[2.5]) == pytest.approx((0.9, 0.7, 0.7, 0.2))
    assert stage.document.show is show, "the show rests meanwhile"
    stage.go_on(0.3)
    assert not stage.replaying.on
    assert plan(stage.now(), stage.session).look.psi == pytest.approx(0.5)


def test_any_gesture_ends_it(taken, qtbot):
    stage, take = taken
    for act in (lambda: stage.performing.launch(0), lambda: stage.document.set_param("react.bass", 0.3)):
        stage.replaying.play(take)
        assert stage.replaying.on
        stage.go_on(0.3)
        assert stage.replaying.on, "the jump to its start is no gesture"
        act()
        assert not stage.replaying.on
    qtbot.waitUntil(lambda: stage.replaying._wanted < 0)


def test_a_take_needs_its_song_and_its_styles(taken):
    stage, take = taken
    song = stage.song
    stage.song = replace(song, track=replace(song.track, sha256="f" * 64))
    moments = tuple(replace(m, show=replace(m.show, song=replace(m.show.song, sha256="0" * 64))) for m in take.moments)
    with pytest.raises(ShowError, match="another song"):
        stage.replaying.play(replace(take, moments=moments))
    stage.song = replace(song, track=None)
    with pytest.raises(ShowError, match="needs its song"):
        stage.replaying.play(take)
    stage.song = song
    stage._maps.clear()
    with pytest.raises(ShowError, match="being opened"):
        stage.replaying.play(take)
    assert not stage.replaying.on


def test_a_film_of_a_take_is_ordered_with_its_own_sound(taken, qtbot, tmp_path, monkeypatch):
    from app.engine.render import film

    stage, take = taken
    asked = {}
    monkeypatch.setattr(film, "export", lambda job, renderer, **_more: asked.update(job=job) or job.path)
    stage.replaying.film(take, tmp_path / "take.mp4", replace(stage.document.show.film, start=0.0, end=0.0))
    qtbot.waitUntil(lambda: len(stage.fake_engine.jobs) == 1)
    stage.fake_engine.jobs[0](FlatRenderer(ONE))
    job = asked["job"]
    assert (job.duration, job.playback.take) == (take.length, take)
    assert len(job.track.samples) == round(take.length * job.track.sr)
    assert np.array_equal(job.track.samples[0], stage.song.track.samples[job.track.sr])


def test_the_sound_of_a_take_is_cut_beside_the_window(taken, qtbot, tmp_path, monkeypatch):
    stage, take = taken
    cut_on = []
    monkeypatch.setattr(replaying, "heard", lambda _take, track: cut_on.append(threading.current_thread()) or track)
    stage.replaying.film(take, tmp_path / "take.mp4", replace(stage.document.show.film, start=0.0, end=0.0))
    qtbot.waitUntil(lambda: len(stage.fake_engine.jobs) == 1)
    assert cut_on
    assert threading.main_thread() not in cut_on


def test_a_film_of_a_take_stands_in_the_queue_and_waits_for_the_end_of_the_show(taken, qtbot, tmp_path):
    stage, take = taken
    queue = ExportQueue(stage)
    queue.set_held(True)
    file = tmp_path / "song take 1.mp4"
    stage.replaying.film(take, file, replace(stage.document.show.film, start=0.0, end=0.0), queued=True)
    qtbot.waitUntil(lambda: len(queue.jobs) == 1)
    assert (queue.jobs[0].title, queue.jobs[0].kind) == ("song take 1", take.name)
    assert (queue.jobs[0].state, stage.fake_engine.jobs) == ("waiting", [])
    queue.set_held(False)
    assert (queue.jobs[0].state, len(stage.fake_engine.jobs)) == ("running", 1)


def test_the_foot_of_the_window_says_that_it_records(stage, qtbot):
    pressed = []
    action = QAction("Record")
    action.triggered.connect(lambda: pressed.append(stage.taking.set_recording(False)))
    bar = BottomRow(stage.document, stage, actions={"record": action})
    qtbot.addWidget(bar)
    bar.resize(1440, 28)
    bar.show()
    assert not bar.take.isVisible()
    stage.taking.set_recording(True)
    stage.go_on(2.5)
    assert (bar.take.text(), bar.take.isVisible()) == ("REC 0:02", True)
    bar.take.click()
    take, _ = kept(stage, qtbot)
    assert not bar.take.isVisible()
    stage.replaying.play(take)
    stage.go_on(1.2)
    assert bar.take.text() == "TAKE 0:01"
    stage.replaying.stop()
    assert not bar.take.isVisible()
    qtbot.waitUntil(lambda: stage.replaying._wanted < 0)


def drag(stage, seconds: float) -> Take:
    """A take in which a knob was turned all the time, thirty times a second."""
    show, performance = stage.document.show, Performance((Launch(0),))
    shows = [show.with_scene(react=React(truncation=0.9 - 0.005 * i)) for i in range(round(30 * seconds))]
    return Take("Drag", seconds, tuple(Moment(i / 30, 1.0 + i / 30, one, performance) for i, one in enumerate(shows)))


def test_a_turned_knob_is_made_ready_ahead_of_time_and_where_that_is_too_slow_it_catches_up(stage, monkeypatch):
    orders = []
    monkeypatch.setattr(stage, "run", lambda work, done, *_told: orders.append((work, done)))
    replaying, take = stage.replaying, drag(stage, 4.0)
    replaying.play(take)
    made = []
    while orders:
        made.append(replaying._wanted)
        work, done = orders.pop()
        done(work())
    assert made == list(range(25)), "in order, before any of them is due"
    assert plan(1.3, stage.session).look.psi == pytest.approx(0.9 - 0.005 * 9), "each at its own time"
    stage.go_on(0.5)
    assert replaying._wanted == 25
    work, done = orders.pop()
    stage.go_on(1.5)  # the worker is slow: it takes so long
    done(work())
    assert replaying._wanted == take.index(replaying._p + 0.4), "what has passed is left out, what comes is in time"
    stage.go_on(0.0)
    replaying.stop()


def test_a_worker_of_a_take_that_was_ended_says_nothing_of_the_one_that_plays_now(stage, monkeypatch):
    orders = []
    monkeypatch.setattr(stage, "run", lambda work, done, _title, failed: orders.append((work, done, failed)))
    replaying, take = stage.replaying, drag(stage, 4.0)
    for end in ("done", "failed"):
        replaying.play(take)
        replaying.stop()
        replaying.play(take)
        (work, done, failed), _newest = orders
        if end == "done":
            done(work())
        else:
            failed()
        assert replaying.on
        assert (replaying._wanted, len(orders)) == (0, 2), "one worker at a time has its Sessions"
        replaying.stop()
        orders.clear()
