"""The Studio: songs come in without disturbing what plays, edits become Sessions, detours glide and hold."""

import threading
from dataclasses import replace

import numpy as np
import pytest
import soundfile

from app.engine.audio.track import load_track
from app.engine.errors import ShowError, SongError
from app.engine.render import film
from app.engine.show.saved import save_show
from app.engine.show.show import SongRef, StyleRef
from app.ui.baking import Baking
from app.ui.opening import Song
from tests.ui.fakes import make_features


@pytest.fixture
def wav(tmp_path):
    file = tmp_path / "tone.wav"
    t = np.arange(2 * 22050) / 22050
    soundfile.write(file, 0.5 * np.sin(2 * np.pi * 220 * t), 22050)
    return file


def test_a_song_opens_plays_and_can_be_undone(studio, wav, qtbot):
    studio.open_song(wav)
    qtbot.waitUntil(lambda: studio.song.name == "tone")
    assert studio.playing
    assert studio.duration == pytest.approx(2.0, abs=0.01)
    assert studio.document.show.song.file == str(wav)
    assert studio.document.undo_stack.canUndo()
    qtbot.waitUntil(lambda: studio.song.features is not None, timeout=90_000)
    assert studio.song.peaks is not None
    assert studio.song.progress is None


@pytest.mark.parametrize("name", ["notes.mp3", "empty.wav"])
def test_a_bad_song_is_told_and_the_old_one_stays(studio, tmp_path, qtbot, name):
    bad = tmp_path / name
    bad.write_text("not a song" if name == "notes.mp3" else "")
    before, show = studio.song, studio.document.show
    with qtbot.waitSignal(studio.told) as told:
        studio.open_song(bad)
    kind, title, sentence = told.args
    assert kind == "error"
    assert name in title
    assert sentence
    assert "Traceback" not in sentence
    assert studio.song.track is before.track
    assert studio.document.show is show


def test_a_newer_song_makes_the_failure_of_an_older_one_silent(studio, wav, tmp_path, qtbot):
    bad = tmp_path / "old.mp3"
    bad.write_text("not a song")
    told = []
    studio.told.connect(lambda *words: told.append(words))
    studio.open_song(bad)
    studio.open_song(wav)
    qtbot.waitUntil(lambda: studio.song.name == "tone" and studio.song.features is not None, timeout=90_000)
    assert told == []


def test_an_edit_becomes_a_session(studio, qtbot):
    with qtbot.waitSignal(studio.session_changed):
        studio.document.set_param("react.truncation", 0.3)
    assert studio.session.score.at(1.0).psi == pytest.approx(0.3)
    assert studio.fake_engine.sessions[-1] is studio.session


def test_the_real_bake_runs_on_a_worker_and_the_newest_wins(studio, qtbot):
    studio.staging.ask = studio.bake_on_worker
    for value in (0.1, 0.2, 0.35):
        studio.document.set_param("react.truncation", value)
    qtbot.waitUntil(lambda: abs(studio.session.score.at(1.0).psi - 0.35) < 1e-6)


def test_time_is_told_when_it_moves_and_only_then(studio, qtbot):
    with qtbot.waitSignal(studio.played) as told:
        studio.at(3.0)
    assert told.args == [3.0]
    with qtbot.assertNotEmitted(studio.played):
        studio._turn()


def test_what_is_only_read_is_told_half_as_often_and_a_jump_at_once(studio):
    played, passed = [], []
    studio.played.connect(played.append)
    studio.passed.connect(passed.append)
    studio.player.play()
    for i in range(1, 9):
        studio.at(0.016 * i)
    assert len(played) == 8
    assert passed == pytest.approx([0.016, 0.048, 0.080, 0.112])
    studio.at(9.0)
    assert passed[-1] == 9.0, "a jump waits for nothing"
    studio.player.pause()
    studio.at(9.001)
    assert passed[-1] == 9.001, "nor does what is moved by hand"


def test_seek_stays_in_the_song_and_play_is_told(studio, qtbot):
    studio.seek(1e9)
    assert studio.now() == studio.duration
    studio.seek(-1)
    assert studio.now() == 0.0
    with qtbot.waitSignal(studio.playing_changed) as told:
        studio.toggle()
    assert told.args == [True]


def test_a_loop_is_part_of_the_show(studio):
    studio.set_loop((8.0, 4.0))
    assert studio.document.show.loop == (4.0, 8.0)
    assert studio.player.loop == (4.0, 8.0)
    studio.document.undo_stack.undo()
    assert studio.document.show.loop is None
    assert studio.player.loop is None


def test_going_holds_after_the_glide_and_comes_back(studio, qtbot):
    studio.player.playing = True
    studio.at(2.0)
    target = studio.atlas.lattice[5, 5]
    studio.go(target)
    assert studio.going
    assert not np.allclose(studio.session.ws_at(2.0)[0], target)
    assert np.allclose(studio.session.ws_at(2.6)[0], target)
    qtbot.waitUntil(lambda: np.allclose(studio.session.ws_at(0.0)[0], target))
    studio.go(None)
    assert not studio.going
    assert np.allclose(studio.session.ws_at(2.6), studio.session.going(None).ws_at(2.6))


def test_a_scrub_is_there_at_once(studio):
    studio.player.playing = True
    studio.at(2.0)
    studio.go(studio.atlas.lattice[9, 9], cut=True)
    assert np.allclose(studio.session.ws_at(2.0)[0], studio.atlas.lattice[9, 9])


def test_an_edit_keeps_the_detour(studio):
    studio.go(studio.atlas.lattice[5, 5])
    studio.document.set_param("react.bass", 0.0)
    assert studio.going
    assert studio.session.goto is not None


def test_a_bad_style_is_told_and_nothing_changes(studio, tmp_path, qtbot):
    bad = tmp_path / "bad.safetensors"
    bad.write_bytes(b"\x10\0\0\0\0\0\0\0{}")
    before = studio.styles
    with qtbot.waitSignal(studio.told) as told:
        studio.add_style(bad)
    assert "bad.safetensors" in told.args[1]
    assert studio.styles == before


def test_a_show_names_its_song_again(studio, wav, tmp_path, qtbot):
    studio.open_song(wav)
    qtbot.waitUntil(lambda: studio.song.name == "tone")
    save_show(studio.document.show, tmp_path / "a.anthesis")
    studio.document.undo_stack.undo()
    assert studio.document.show.song.file == "song.wav"


def test_export_takes_the_show_without_the_detour(studio, tmp_path, monkeypatch):
    studio.go(studio.atlas.lattice[5, 5])
    studio.start_export(tmp_path / "film.mp4")
    assert studio.export.state == "running"
    asked = {}
    monkeypatch.setattr(film, "export", lambda job, renderer, **_more: asked.update(job=job) or job.path)
    studio.fake_engine.jobs[0](None)
    assert asked["job"].session.goto is None
    assert asked["job"].session.show == studio.document.show
    assert len(studio.fake_engine.jobs) == 1
    studio.start_export(tmp_path / "second.mp4")
    assert len(studio.fake_engine.jobs) == 1


def test_stills_come_under_their_key(studio, qtbot):
    studio.request_still("a", studio.atlas.lattice[0, 0], 64)
    assert studio.fake_engine.stills["a"][0].shape == (14, 128)
    with qtbot.waitSignal(studio.still_ready) as told:
        studio._bridge.on_still("a", np.full((64, 64, 3), 200, np.uint8))
    assert told.args[0] == "a"
    assert told.args[1].pixelColor(3, 3).red() == 200


def test_frames_drop_while_the_window_is_busy(studio, qtbot):
    for shade in (10, 20, 30):
        studio.give_frame(shade)
    assert studio.dropped == 2
    assert studio.take_frame().image[0, -1, 0] == 30
    assert studio.take_frame() is None


def test_another_scene_ends_the_detour(studio):
    show = studio.document.show
    studio.document.edit("Add", replace(show, scenes=(show.scene, replace(show.scene, name="Other"))))
    studio.go(studio.atlas.lattice[5, 5])
    studio.document.edit("Play", replace(studio.document.show, active=1))
    assert not studio.going
    assert studio.session.goto is None


def test_a_song_that_is_gone_is_told_once_and_not_at_every_edit(studio, tmp_path, qtbot):
    told = []
    studio.told.connect(lambda *words: told.append(words))
    show = replace(studio.document.show, song=SongRef(str(tmp_path / "gone.wav")), loop=(4.0, 500.0))
    studio.document.open(show)
    for bass in (0.5, 1.0, 1.5):
        studio.document.set_param("react.bass", bass)
    assert [words[1] for words in told] == ["The song of this show is not here"]
    assert studio.document.show.song.file == str(tmp_path / "gone.wav")
    assert studio.player.loop is None


def test_edits_do_not_begin_the_next_song_again(studio, wav, qtbot):
    begun = []
    studio.desk.opening.open = lambda *order: begun.append(order)
    studio.document.edit("Song", replace(studio.document.show, song=SongRef(str(wav))))
    studio.document.set_param("react.bass", 0.5)
    assert len(begun) == 1


def test_a_song_that_was_moved_keeps_sections_and_loop(studio, wav, qtbot):
    content = load_track(wav).sha256
    show = replace(studio.document.show, song=SongRef("gone.wav", content), loop=(0.5, 1.0))
    studio.document.open(show)
    studio.open_song(wav)
    qtbot.waitUntil(lambda: studio.song.name == "tone")
    assert studio.document.show == replace(show, song=SongRef(str(wav), content))
    assert studio.player.loop == (0.5, 1.0)


def test_a_new_song_starts_without_the_old_ones_sections_loop_and_range(studio, wav, qtbot):
    show = studio.document.show
    studio.document.edit("Range", replace(show, loop=(8.0, 16.0), film=replace(show.film, start=8.0, end=16.0)))
    studio.open_song(wav)
    qtbot.waitUntil(lambda: studio.song.name == "tone")
    show = studio.document.show
    assert (show.sections, show.loop, show.film.start, show.film.end) == ((), None, 0.0, 0.0)


def test_a_song_written_again_is_heard_anew(studio, wav, qtbot):
    studio.open_song(wav)
    qtbot.waitUntil(lambda: studio.song.features is not None, timeout=90_000)
    first = studio.song.track
    studio.open_song(wav)
    assert studio.song.track is first
    soundfile.write(wav, np.zeros(3 * 22050), 22050)
    studio.open_song(wav)
    qtbot.waitUntil(lambda: studio.song.track is not first)
    assert studio.duration == pytest.approx(3.0, abs=0.01)


def test_a_style_that_arrives_late_changes_no_other_scene(studio):
    other = StyleRef("other", "1" * 64)
    studio._bridge.style.emit(other, studio.atlas, None)  # built for a scene that was left meanwhile
    assert studio.document.show.scene.style != other
    assert not studio.document.undo_stack.canUndo()


def test_a_style_that_was_asked_for_comes_to_the_scene_that_asked(studio):
    other = replace(studio.styles[0], name="other", sha256="1" * 64)
    studio.use_style(other)
    assert studio.fake_engine.opened == [other.ref]
    studio._bridge.style.emit(other.ref, studio.atlas, None)
    assert studio.document.show.scene.style == other.ref


def test_a_show_brings_its_own_style(studio, qtbot):
    bundled = studio.styles[0]
    studio.shelf.library.entries, studio._maps = (), studio._maps.clear()
    studio.document.edit_scene("Style", style=replace(bundled.ref, file=str(bundled.path), name="brought"))
    qtbot.waitUntil(lambda: len(studio.fake_engine.opened) == 1)
    assert [style.sha256 for style in studio.styles] == [bundled.sha256]


def test_a_show_whose_style_is_gone_says_so_once(studio, tmp_path, qtbot):
    told = []
    studio.told.connect(lambda *words: told.append(words))
    studio.document.edit_scene("Style", style=StyleRef("lost", "2" * 64, str(tmp_path / "lost.safetensors")))
    studio.document.set_param("react.bass", 0.5)
    qtbot.waitUntil(lambda: bool(told))
    qtbot.wait(50)
    assert [words[1] for words in told] == ["The style “lost” is not here"]


def test_closing_drops_work_that_has_not_begun(studio, capfd, caplog):
    gate = threading.Event()
    for _ in range(6):
        studio._bridge.run(lambda: gate.wait(5), lambda _value: None, lambda _error: None)
    threading.Timer(0.1, gate.set).start()
    studio._bridge.close()
    assert "Traceback" not in caplog.text + capfd.readouterr().err
    assert not caplog.records


def test_a_newer_song_frees_the_worker_of_the_older(studio):
    tell = studio.desk.opening._progress(studio.desk.opening._newest)
    tell(0.1)
    studio.desk.opening.stop()
    with pytest.raises(SongError):
        tell(0.2)


def test_the_song_that_was_shown_at_first_is_not_listened_to_again(studio, wav, qtbot):
    features = make_features(2.0)
    studio.expect(Song("Opening", wav, 2.0, None, None, features))
    studio.open_song(wav)
    qtbot.waitUntil(lambda: studio.song.track is not None)
    assert (studio.song.name, studio.song.features) == ("Opening", features)


@pytest.mark.parametrize("bug", [ShowError("It makes no sense."), ValueError("a bug")])
def test_a_session_that_cannot_be_made_does_not_hold_the_next(studio, qtbot, bug):
    baked, told = [], []
    baking = Baking(studio._bridge, baked.append, lambda *words: told.append(words))

    def broken():
        raise bug

    with qtbot.captureExceptions() as caught:
        baking.ask(lambda: broken)
        baking.ask(lambda: lambda: "the next")
        qtbot.waitUntil(lambda: baked == ["the next"])
    assert len(told) + len(caught) == 1
