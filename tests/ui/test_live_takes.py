"""Takes of an input: its sound is written with them, and they are played again and filmed as takes of that song."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from pytestqt.qtbot import QtBot

from app.engine.audio import minute as minutes
from app.engine.audio.minute import Minute
from app.engine.audio.spool import Spool
from app.engine.audio.track import load_track
from app.engine.errors import ShowError, SongError
from app.engine.render.plan import plan
from app.engine.render.playback import Playback, heard
from app.engine.render.session import Session
from app.engine.show.routes import Look, Route
from app.engine.show.seen import Seen
from app.engine.show.show import Path as Way
from app.engine.show.show import React
from app.engine.show.take import Take
from app.engine.show.take_file import load_take
from app.ui import spooling
from app.ui.capturing import Capturing
from app.ui.settings import Settings
from tests.engine.test_recording import noise
from tests.ui.fakes import make_features
from tests.ui.test_live_in import Stage

SR = 8000


class LiveStage(Stage):
    """An input whose sound is known, sample by sample; time on the wall goes as it does."""

    def __init__(self, qtbot: QtBot) -> None:
        super().__init__(qtbot)
        scene = self.document.show.scene
        scenes = tuple(replace(scene, name=name, path=Way(i + 1), react=React(truncation=0.9 - 0.2 * i))
                       for i, name in enumerate("abc"))  # fmt: skip
        self.document.open(replace(self.document.show, scenes=scenes))
        self.wall = 0.0
        self.studio.taking.clock = lambda: self.wall
        self.sound = noise(SR * 40)
        self.listen()
        self.until(lambda: not self.studio.staging.busy)

    def go_on(self, seconds: float) -> None:
        """Hear so much of the sound."""
        ear = self.ear
        if ear.minute is None:
            ear.minute = Minute(SR)
        for _ in range(round(seconds * 20)):
            self.wall += 0.05
            at = ear.minute.heard
            ear.hear(0.05)
            ear.minute.add(self.sound[at : at + SR // 20])
            ear.minute.mark(ear.heard.steps / 100, 0)
            self.studio._turn()

    def launch(self, row: int) -> None:
        """Launch it and wait for the worker that makes it ready; time rests meanwhile."""
        self.studio.performing.launch(row, now=True)
        moments = self.studio.taking._moments
        self.until(lambda: len(moments) > 0 and moments[-1].performance.a[-1].row == row)

    def kept(self) -> tuple[Take, Path]:
        self.until(lambda: len(self.studio.taking.takes) > 0)
        return self.studio.taking.takes[-1]


@pytest.fixture
def stage(qtbot: QtBot) -> Iterator[LiveStage]:
    made = LiveStage(qtbot)
    yield made
    made.studio.close()


def test_a_take_of_an_input_is_kept_with_its_sound_on_that_files_clock(stage: LiveStage) -> None:
    capturing = Capturing(stage.studio, Settings(), stage.window)
    stage.studio.performing.set_glide(4)
    stage.go_on(2.0)
    stage.launch(1)
    launched = stage.studio.now()
    stage.go_on(1.0)
    stage.studio.taking.set_recording(True)
    began = stage.studio.now()
    stage.go_on(1.0)
    stage.launch(2)
    stage.go_on(1.0)
    stage.studio.taking.set_recording(False)
    take, file = stage.kept()
    sound = file.with_suffix(".wav")
    first = round(began * SR)
    assert np.array_equal(soundfile.read(sound, dtype="float32")[0], stage.sound[first : 5 * SR])
    assert take.length == pytest.approx(2.0)
    assert take.song_time(0.0) == 0.0
    assert take.ahead == take.moments[0].t == pytest.approx(began), "the Moments keep the clock of the input"
    assert take.moments[0].performance.a[-1].t0 == pytest.approx(launched), "it began before"
    last = take.moments[-1].performance.a[-1]
    assert (last.row, last.t0 - take.ahead) == (2, pytest.approx(1.0))
    show = take.moments[0].show
    assert show.song is not None
    assert Path(show.song.file) == sound
    assert (show.sections, show.loop) == ((), None)
    assert load_take(file).moments[-1].t == pytest.approx(take.moments[-1].t)
    assert Settings().recent("songs") == [sound]
    assert sound.name in stage.told[-1][2]
    assert capturing.parent() is stage.window


SHAKEN = (Route("bass", "pulse", 0.8), Route("lfo_1", "coarse", 0.5), Route("onset", "glitch", 0.6, release=0.4))


def picture(t: float, session: Session) -> tuple[bytes, Look, float]:
    """All that the picture at *t* seconds is made of."""
    request = plan(t, session)
    return request.ws.tobytes(), request.look, request.t


def test_a_take_of_an_input_shows_to_the_bit_what_was_seen(stage: LiveStage) -> None:
    studio, show = stage.studio, stage.document.show
    stage.document.open(replace(show, scenes=tuple(replace(scene, routes=SHAKEN) for scene in show.scenes)))
    stage.until(lambda: not studio.staging.busy)
    seen: dict[float, tuple[bytes, Look, float]] = {}

    def look(t: float) -> None:
        if studio.taking.recording and studio.session is not None:
            seen[t] = picture(t, studio.session)

    studio.played.connect(look)
    studio.performing.set_glide(2)
    stage.go_on(2.0)
    studio.taking.set_recording(True)
    stage.go_on(0.7)
    stage.launch(1)
    stage.go_on(0.4)
    for psi in np.linspace(0.9, 0.3, 12):  # a knob that is turned
        stage.document.set_param("react.truncation", float(psi))
        stage.until(lambda: not studio.staging.busy)
        stage.go_on(0.05)
    studio.performing.load("B", 2)
    stage.until(lambda: not studio.staging.busy)
    stage.go_on(0.3)
    studio.performing.set_fader(0.4)
    stage.go_on(1.2)
    studio.taking.set_recording(False)
    kept, file = stage.kept()
    maps = {kept.moments[0].show.scene.style: studio.atlas}
    for take in (kept, load_take(file)):
        playback = Playback(take, make_features(), maps.get)
        again: dict[float, tuple[bytes, Look, float]] = {}
        for t in seen.keys() - {one.t for one in take.moments}:  # there something was done, while time rested
            moment = [one for one in take.moments if one.t <= t][-1]
            again[t] = picture(t, playback.session(moment, t))
        assert again == {t: seen[t] for t in again}
        assert len(again) > 40
        assert len({one[0] for one in again.values()}) == len(again), "and no two were alike"


def test_no_more_is_kept_than_is_remembered_of_its_sound(stage: LiveStage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(minutes, "SECONDS", 4.0)
    stage.studio.taking.set_recording(True)
    stage.go_on(6.0)
    stage.launch(1)
    stage.go_on(1.0)
    stage.studio.taking.set_recording(False)
    take, file = stage.kept()
    assert take.length == pytest.approx(3.0, abs=0.02), "less a second, for the time until it is written"
    assert soundfile.info(file.with_suffix(".wav")).duration == pytest.approx(take.length, abs=0.02)
    assert [take.at(p).moment.performance.a[-1].row for p in (1.9, 2.1)] == [0, 1]


def test_moments_older_than_its_sound_are_forgotten(stage: LiveStage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.ui.taking.SECONDS", 2.0)
    for row in (1, 0, 1, 0, 1):
        stage.go_on(1.0)
        stage.launch(row)
    moments = stage.studio.taking._moments
    assert moments[0].p > 1.0
    assert moments[1].p > stage.studio.taking._played - 2.0


def test_the_last_bars_of_an_input_are_kept_after_the_fact(stage: LiveStage) -> None:
    stage.go_on(10.0)
    stage.studio.taking.keep_last(2)
    take, file = stage.kept()
    assert 4.0 < take.length < 6.0, "two bars at 120 bpm, and what is begun of a third"
    assert soundfile.info(file.with_suffix(".wav")).duration == pytest.approx(take.length, abs=0.02)


def test_it_is_played_again_and_filmed_as_a_take_of_that_song(stage: LiveStage) -> None:
    stage.go_on(2.0)
    stage.studio.taking.set_recording(True)
    stage.go_on(1.0)
    stage.launch(1)
    stage.go_on(1.0)
    stage.studio.taking.set_recording(False)
    take, file = stage.kept()
    with pytest.raises(ShowError, match="Open the song first"):
        stage.studio.replaying.play(take)
    stage.studio.open_song(file.with_suffix(".wav"), play=False)
    stage.qtbot.waitUntil(lambda: stage.studio.song.features is not None)
    stage.studio.replaying.play(take)
    assert stage.studio.replaying.on
    assert stage.studio.now() == 0.0
    stage.until(lambda: stage.studio.live.pictures.ahead > 0.0)
    assert stage.studio.live.pictures.now() == take.moments[0].t, "its pictures are drawn on the input's clock"
    assert isinstance(stage.studio.fake_engine.sessions[-1].score, Seen)
    track = stage.studio.song.track
    assert track is not None
    film = heard(take, track)
    assert np.array_equal(film.samples, track.samples[: len(film.samples)])
    stage.studio.replaying.stop()
    assert stage.studio.live.pictures.ahead == 0.0


def test_before_anything_was_heard_there_is_no_take_and_another_source_forgets(stage: LiveStage) -> None:
    stage.ear.hear(1.0)
    for _ in range(3):
        stage.wall += 0.3
        stage.ear.hear(0.3)
        stage.studio._turn()
    with pytest.raises(ShowError, match="Nothing was heard yet"):
        stage.studio.taking.keep_last()
    stage.go_on(1.0)
    stage.studio.taking.set_recording(True)
    stage.studio.live.changed.emit()  # a block that was lost is no other source
    assert stage.studio.taking.recording
    stage.studio.live.leave()
    assert not stage.studio.taking.recording
    assert not stage.studio.taking._moments


def test_a_take_that_cannot_be_written_leaves_no_sound_behind(
    stage: LiveStage, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def full(*_asked: object) -> None:
        raise ShowError("No room.")

    monkeypatch.setattr("app.engine.audio.take_sound.save_take", full)
    stage.document.saved_as(tmp_path / "evening.anthesis")
    stage.go_on(2.0)
    stage.studio.taking.set_recording(True)
    stage.go_on(1.0)
    stage.studio.taking.set_recording(False)
    stage.until(lambda: any("was not kept" in words[1] for words in stage.told))
    assert list(tmp_path.iterdir()) == []
    assert stage.studio.taking.takes == []


def test_a_recording_lasts_for_longer_than_its_sound_is_remembered(
    stage: LiveStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(minutes, "SECONDS", 4.0)
    stage.go_on(1.5)
    stage.studio.taking.set_recording(True)
    began = stage.studio.now()
    for _ in range(8):
        stage.go_on(1.0)
        stage.studio.taking._spooling.look()
        stage.until(lambda: stage.studio.taking._spooling._spool._at == stage.ear.minute.heard)
    stage.launch(1)
    stage.go_on(1.0)
    stage.studio.taking.set_recording(False)
    take, file = stage.kept()
    assert take.length == pytest.approx(9.0, abs=0.02)
    first = round(began * SR)
    heard = soundfile.read(file.with_suffix(".wav"), dtype="float32")[0]
    assert np.array_equal(heard, stage.sound[first : first + len(heard)])
    assert len(heard) / SR == pytest.approx(9.0, abs=0.02)
    assert take.moments[0].show.song.sha256 == load_track(file.with_suffix(".wav")).sha256
    scores = [score for moment in take.moments for _row, score in moment.scores]
    assert min(score.first for score in scores) / 100 == pytest.approx(began, abs=0.011), "all that was seen too"
    assert sorted(path.suffix for path in file.parent.iterdir()) == [".take", ".wav"]


@pytest.mark.parametrize("how", ["nothing was there yet", "another rate"])
def test_what_comes_while_it_is_recorded_is_kept_from_its_beginning(
    stage: LiveStage, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    monkeypatch.setattr(minutes, "SECONDS", 4.0)
    if how == "another rate":
        stage.go_on(1.0)
    stage.studio.taking.set_recording(True)
    if how == "another rate":
        stage.go_on(1.0)
        stage.ear.minute = Minute(SR, stage.ear.heard.steps / 100)
        stage.sound = noise(SR * 40, seed=2)
    for _ in range(7):
        stage.go_on(1.0)
        stage.studio.taking._spooling.look()
        stage.until(lambda: stage.studio.taking._spooling._spool._at > stage.ear.minute.heard - SR * 2)
    stage.studio.taking.set_recording(False)
    take, file = stage.kept()
    heard = soundfile.read(file.with_suffix(".wav"), dtype="float32")[0]
    assert take.length == pytest.approx(7.0, abs=0.06)
    assert len(heard) / SR == pytest.approx(take.length, abs=0.06)
    assert np.array_equal(heard[-SR:], stage.sound[: stage.ear.minute.heard][-SR:])


def test_a_recording_ends_by_itself_before_it_is_longer_than_a_song_may_be(
    stage: LiveStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.ui.spooling.LONGEST", 2.0)
    stage.go_on(1.0)
    stage.studio.taking.set_recording(True)
    stage.go_on(1.5)
    stage.studio.taking._spooling.look()
    assert stage.studio.taking.recording
    stage.go_on(1.0)
    stage.studio.taking._spooling.look()
    assert not stage.studio.taking.recording
    assert stage.kept()[0].length == pytest.approx(2.5, abs=0.02)


def test_where_the_disk_is_full_the_last_minute_is_kept(stage: LiveStage, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_asked: object) -> None:
        raise SongError("No room.")

    monkeypatch.setattr(minutes, "SECONDS", 4.0)
    stage.go_on(0.5)
    stage.studio.taking.set_recording(True)
    monkeypatch.setattr(Spool, "catch_up", full)
    stage.go_on(6.0)
    stage.studio.taking._spooling.look()
    stage.until(lambda: any("Only the last minute" in words[1] for words in stage.told))
    monkeypatch.setattr("app.ui.taking.SECONDS", 4.0)
    stage.go_on(8.0)
    (strip,) = stage.studio.taking._strips._open.values()
    assert len(strip._parts) < 8, "of what was seen no more is remembered than of its sound"
    stage.studio.taking.set_recording(False)
    assert stage.kept()[0].length == pytest.approx(3.0, abs=0.02)


def test_a_disk_that_is_full_when_another_input_comes_is_told_once(
    stage: LiveStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_asked: object, **_more: object) -> None:
        raise SongError("No room.")

    stage.go_on(1.0)
    stage.studio.taking.set_recording(True)
    stage.go_on(1.0)
    monkeypatch.setattr(spooling, "Spool", full)
    stage.ear.minute = Minute(SR, stage.ear.heard.steps / 100)  # another rate: what was before it is gone
    stage.go_on(1.0)
    spool = stage.studio.taking._spooling
    spool._timer.timeout.emit()
    assert stage.told[-1] == ("error", "Only the last minute of the take can be kept", "No room.")
    assert not spool._timer.isActive()
    stage.studio.taking.set_recording(False)
    assert stage.kept()[0].length == pytest.approx(1.0, abs=0.06)


@pytest.mark.parametrize("how", ["another input", "nothing"])
def test_a_recording_that_comes_to_nothing_leaves_nothing(stage: LiveStage, how: str) -> None:
    stage.go_on(1.0)
    stage.studio.taking.set_recording(True)
    spool = stage.studio.taking._spooling._spool
    assert spool is not None
    if how == "nothing":
        with pytest.raises(ShowError, match="Nothing was played"):
            stage.studio.taking.set_recording(False)
    else:
        stage.studio.live.leave()
    assert spool._file.closed
    spool.catch_up()
    spool.drop()
    assert stage.studio.taking._spooling._spool is None
