"""Live in: the source button, what the window shows of an input, and the way back to the song."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PySide6.QtGui import QAction, QImage
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.engine.audio.features import CURVES
from app.engine.audio.grid import Grid
from app.engine.audio.inputs import Input
from app.engine.audio.live_heard import LiveHeard
from app.engine.audio.live_input import Hearing
from app.engine.audio.stamps import Stamp, Stamps
from app.engine.render.plan import plan
from app.engine.show.live_score import LiveScore
from app.engine.show.show import Path as Way
from app.ui import transport
from app.ui.export_progress import ActionBar
from app.ui.input_panel import InputPanel
from app.ui.live_in import Growth
from app.ui.live_lane import LiveLane
from app.ui.timeline import TimelineView
from app.ui.transport import TransportBar
from tests.ui.fakes import FakeStudio, make_document

DESK, SYSTEM = Input("Desk"), Input(system=True)


class FakeEar:
    """Listens when a test says so."""

    def __init__(self, source: Input, hearing: Hearing) -> None:
        self.source, self.hearing, self.heard = source, hearing, LiveHeard()
        self.listening, self.playing, self.dropouts, self.started, self.closed = False, True, 0, 0, 0
        self.t, self.score = 0.0, None
        self.stamps, self.card, self.minute, self.channels = Stamps(), 0.011, None, 2

    def start(self) -> None:
        self.started += 1

    def close(self) -> None:
        self.closed += 1

    def switch(self, source: Input) -> None:
        self.source = source

    def play(self) -> None:
        self.playing = True

    def pause(self) -> None:
        self.playing = False

    def now(self) -> float:
        return self.t

    def sounding(self) -> float:
        return self.t + 0.03

    def levels(self) -> tuple[float, float]:
        return (0.3, 0.2)

    def follow(self, score: Any) -> None:
        self.score = score

    def hear(self, seconds: float, loudness: float = 0.5) -> None:
        """So long of every curve at *loudness*."""
        self.heard.append(np.full((round(100 * seconds), len(CURVES)), loudness, np.float32))
        self.t, self.listening = (self.heard.steps - 1) / 100, True
        if self.score is not None:
            self.score.extend()


class Stage:
    """A studio whose inputs are faked, and the real way of baking."""

    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot, self.document = qtbot, make_document()
        self.studio = FakeStudio(self.document)
        self.studio.live._listen = FakeEar  # type: ignore[assignment]
        self.studio.staging.ask = self.studio.bake_on_worker  # type: ignore[method-assign]
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.told: list[tuple[str, str, str]] = []
        self.studio.told.connect(lambda *words: self.told.append(words))

    @property
    def ear(self) -> FakeEar:
        ear = self.studio.live._ear
        assert isinstance(ear, FakeEar)
        return ear

    def listen(self, source: Input = DESK) -> None:
        self.studio.listen(source)
        self.until(lambda: self.studio.session is not None and self.studio.session.live)

    def until(self, there: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(there)


@pytest.fixture
def stage(qtbot: QtBot) -> Iterator[Stage]:
    made = Stage(qtbot)
    yield made
    made.studio.close()


def test_an_input_takes_the_songs_place_and_the_picture_follows_it(stage: Stage) -> None:
    stage.studio.play()
    stage.listen()
    studio = stage.studio
    assert not studio.player.playing
    assert (studio.song.live, studio.song.name, studio.duration) == (True, "Desk", 0.0)
    assert (studio.clock, studio.playing) == ("input", True)
    stage.ear.hear(2.0)
    assert studio.now() == pytest.approx(1.99)
    assert studio.session is not None
    assert studio.session.score.at(1.9).pulse > 0
    assert studio.fake_engine.sessions[-1] is studio.session


def test_time_rests_in_a_pause_and_cannot_be_sought(stage: Stage) -> None:
    stage.listen()
    stage.ear.hear(3.0)
    stage.studio.toggle()
    assert not stage.ear.playing
    stage.studio.toggle()
    assert stage.ear.playing
    stage.studio.seek(1.0)
    assert stage.studio.now() == pytest.approx(2.99)
    assert stage.studio.player.now() == 0.0


def test_an_edit_while_live_makes_a_live_session_that_goes_on(stage: Stage) -> None:
    stage.listen()
    stage.ear.hear(5.0)
    first = stage.studio.session
    assert first is not None
    stage.document.set_param("react.energy", 0.9)
    stage.until(lambda: stage.studio.session is not first)
    session = stage.studio.session
    assert session is not None
    assert session.live
    assert session.score.at(4.99).position == pytest.approx(first.score.at(4.99).position)
    assert stage.ear.score == Growth((session.score,))


def test_a_session_that_was_long_in_the_making_knows_what_was_heard_meanwhile(stage: Stage) -> None:
    stage.listen()
    stage.ear.hear(2.0)
    stage.document.set_param("react.energy", 0.9)
    bake = stage.studio.staging.order()
    baked = bake()
    stage.ear.hear(0.7)
    stage.studio.staging.baked(baked)
    session = stage.studio.session
    assert session is not None
    assert isinstance(session.score, LiveScore)
    assert session.score.steps == stage.ear.heard.steps == 270


def test_another_input_goes_on_in_the_same_ear(stage: Stage) -> None:
    stage.listen()
    ear = stage.ear
    stage.listen(SYSTEM)
    assert stage.ear is ear
    assert (ear.source, stage.studio.song.name, ear.started, ear.closed) == (SYSTEM, "System sound", 1, 0)


def test_both_scenes_of_a_glide_grow_with_what_is_heard(stage: Stage) -> None:
    show = stage.document.show
    stage.document.edit("Add", replace(show, scenes=(show.scene, replace(show.scene, name="other"))))
    stage.listen()
    stage.ear.hear(2.0)
    stage.studio.performing.set_glide(16)
    stage.studio.performing.launch(1)
    stage.until(lambda: stage.studio.session is not None and stage.studio.session.crossing is not None)
    stage.ear.hear(1.0)
    session = stage.studio.session
    assert session is not None
    grown = {leaf.scene.name: leaf.score.steps for leaf in session.leaves() if isinstance(leaf.score, LiveScore)}
    assert grown == dict.fromkeys((show.scene.name, "other"), 300)


def test_the_cue_is_seen_live_as_it_would_be_now(stage: Stage) -> None:
    show = stage.document.show
    stage.document.edit("Add", replace(show, scenes=(show.scene, replace(show.scene, name="other", path=Way(5)))))
    stage.listen()
    performing, asked = stage.studio.performing, stage.studio.fake_engine.stills
    performing.set_cue(1)
    stage.until(lambda: stage.studio.staging.of_row(1) is not None)
    for _ in range(2):
        stage.ear.hear(1.0)
        performing.cueing.ask()
        session = stage.studio.staging.of_row(1)
        assert session is not None
        assert session.score.steps == stage.ear.heard.steps
        ws, _side = asked.pop("the cue")
        assert np.array_equal(ws, plan(stage.studio.now(), session).ws)
        stage.studio.still_ready.emit("the cue", QImage(160, 160, QImage.Format.Format_RGB32))


def test_opening_a_song_ends_the_input(stage: Stage) -> None:
    before = stage.studio.song
    stage.listen()
    ear = stage.ear
    stage.studio.desk.loaded(before)
    assert ear.closed == 1
    assert stage.studio.live.source is None
    stage.until(lambda: stage.studio.session is not None and not stage.studio.session.live)
    assert stage.studio.clock == "wall clock"


def test_a_session_of_the_other_source_is_not_played(stage: Stage) -> None:
    bake = stage.studio.staging.order()
    stage.listen()
    stage.studio.staging.baked(bake())
    assert stage.studio.session is not None
    assert stage.studio.session.live


def test_an_input_that_goes_is_told_once_and_its_return_shows(stage: Stage) -> None:
    stage.listen()
    changes: list[bool] = []
    stage.studio.song_changed.connect(lambda: changes.append(stage.studio.live.listening))
    stage.studio.live.look()
    assert (changes, stage.told) == ([], [])
    stage.ear.hear(1.0)
    stage.studio.live.look()
    stage.ear.listening = False
    stage.studio.live.look()
    stage.studio.live.look()
    assert changes == [True, False]
    assert [words[1] for words in stage.told] == ["Desk is gone"]
    stage.ear.listening = True
    stage.studio.live.look()
    assert changes == [True, False, True]


def test_closing_the_window_closes_the_input(stage: Stage) -> None:
    stage.listen()
    ear = stage.ear
    stage.studio.close()
    assert ear.closed == 1


# what the window shows


@pytest.fixture
def bar(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> TransportBar:
    monkeypatch.setattr(transport, "inputs", lambda: (Input(), DESK))
    monkeypatch.setattr(transport, "no_system_sound", lambda: "")
    ids = ("play", "stop", "to_start", "loop", "freeze", "blackout", "output", "open")
    actions = {key: QAction(key, stage.window) for key in ids}
    made = TransportBar(stage.document, stage.studio, actions, stage.window)
    made.resize(1440, 48)
    return made


def row(menu: Any, *words: str) -> QAction:
    """The row of *menu* with these words, one for each level."""
    for word in words[:-1]:
        menu = next(a for a in menu.actions() if a.text() == word).menu()
    return next(a for a in menu.actions() if a.text() == words[-1])


def test_the_source_button_offers_song_devices_and_system_sound(stage: Stage, bar: TransportBar) -> None:
    menu = bar.menu()
    assert row(menu, "Song").isChecked()
    row(menu, "Live in", "Desk").trigger()
    assert stage.studio.live.source == DESK
    assert bar.source.text() == "Live in"
    menu = bar.menu()
    assert row(menu, "Live in", "Desk").isChecked()
    assert not row(menu, "Song").isChecked()
    row(menu, "System sound").trigger()
    assert stage.studio.live.source == SYSTEM
    assert bar.source.text() == "System sound"


def test_song_brings_the_shows_song_back(stage: Stage, bar: TransportBar, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, bool]] = []
    monkeypatch.setattr(stage.studio, "open_song", lambda file, play: asked.append((file.name, play)))
    row(bar.menu(), "Song").trigger()
    assert asked == []
    stage.listen()
    row(bar.menu(), "Song").trigger()
    assert asked == [("song.wav", True)]
    stage.studio.pause()
    row(bar.menu(), "Song").trigger()
    assert asked[1:] == [("song.wav", False)], "where time rested it rests"


@pytest.mark.parametrize("moves", [True, False])
def test_the_song_goes_on_from_where_an_input_took_its_place(stage: Stage, moves: bool) -> None:
    studio = stage.studio
    studio.desk.opening.keep(studio.song)
    studio.seek(7.25)
    stage.listen()
    stage.listen(SYSTEM)
    stage.ear.hear(2.0)
    if not moves:
        studio.pause()
    studio.leave_live()
    assert (studio.song.live, studio.now(), studio.playing) == (False, 7.25, moves)
    studio.desk.loaded(studio.song)
    assert studio.now() == 0.0, "once: opened again it begins at its start"


def test_where_there_is_no_input_the_menu_says_so(
    stage: Stage, bar: TransportBar, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "inputs", tuple)
    monkeypatch.setattr(transport, "no_system_sound", lambda: "no server")
    menu = bar.menu()
    assert not row(menu, "Live in", "No input was found").isEnabled()
    assert not row(menu, "System sound (no server)").isEnabled()


def test_live_there_is_no_start_to_go_to_and_nothing_to_loop(stage: Stage, bar: TransportBar) -> None:
    stage.listen()
    stage.ear.hear(75.0)
    stage.studio._turn()
    assert not bar.to_start.isEnabled()
    assert not bar.loop.isEnabled()
    assert bar.play.isEnabled()
    assert bar.time.text() == "1:14.99"
    assert bar.time._length() == ""
    stage.studio.desk.loaded(stage.studio.song.__class__("song", stage.studio.desk.asked, 1.0, _track()))
    assert bar.loop.isEnabled()


def _track() -> Any:
    from tests.songs import silence, track

    return track(silence(1.0))


def test_the_meter_shows_the_input_whatever_the_loudness_of_the_song(stage: Stage, bar: TransportBar) -> None:
    stage.studio.set_volume(0.0)
    bar.meter.turn()
    assert max(bar.meter.shown) == 0
    stage.listen()
    stage.studio.pause()
    bar.meter.turn()
    bar.meter.turn()
    assert bar.meter._timer.isActive()
    assert bar.meter.shown[0] > bar.meter.shown[1] > 0
    assert bar.meter.accessibleName() == "Input level"


def test_the_panel_sets_how_the_input_is_heard(stage: Stage) -> None:
    stage.listen()
    panel = InputPanel(stage.studio.live, stage.window)
    panel.gain.moved.emit(6.0)
    panel.auto.setChecked(False)
    panel.channel.chosen.emit(2)
    panel.delay.moved.emit(0.12)
    assert stage.ear.hearing == Hearing(6.0, False, "right", 0.12)
    assert [label.text() for label in panel._figures] == ["+6 dB", "120 ms"]
    stage.listen(SYSTEM)
    assert stage.ear.hearing == stage.studio.live.hearing


def test_the_last_seconds_stand_where_the_timeline_was(stage: Stage) -> None:
    timeline = TimelineView(stage.document, stage.studio, stage.window)
    timeline.resize(1000, 232)
    stage.window.resize(1000, 232)
    stage.window.show()
    assert timeline.live.isHidden()
    stage.listen()
    assert timeline.live.isVisible()
    assert not timeline.wave.isEnabled()
    stage.ear.hear(3.0, 0.8)
    stage.studio._turn()
    lane = timeline.live
    columns = lane.columns(120)
    assert columns[-20:-1].min() == pytest.approx(0.8)
    assert not columns[:80].any()
    picture = lane.grab().toImage()
    assert _colourful(picture, 950) > 50
    assert _colourful(picture, 100) == 0


def _colourful(picture: QImage, x: int) -> int:
    """How many pixels of a column are not dark."""
    dpr = picture.devicePixelRatioF()
    return sum(picture.pixelColor(round(x * dpr), y).value() > 120 for y in range(40, picture.height()))


def test_what_was_drawn_of_an_input_moves_on_and_is_what_it_would_be_anew(stage: Stage) -> None:
    stage.listen()
    lane, dice = LiveLane(stage.studio, stage.window), np.random.default_rng(3)
    lane.resize(1200, 84)
    for seconds in (3.0, 0.07, 0.005, 0.31, 0.017, 15.0, 0.07):
        rows = dice.random((round(seconds * 100), len(CURVES)), np.float32)
        stage.ear.heard.append(rows)
        stage.ear.t = stage.ear.heard.steps / 100 - 0.01
        lane.grab()
        anew = LiveLane(stage.studio, stage.window)
        anew.resize(1200, 84)
        assert lane.grab().toImage() == anew.grab().toImage()
    before = lane.grab().toImage()
    lane.set_colors("mono")
    assert lane.grab().toImage() != before
    stage.studio.live.leave()


def test_a_lane_of_nothing_is_empty(stage: Stage) -> None:
    assert not LiveLane(stage.studio, stage.window).columns(10).any()


def test_what_is_live_is_not_exported_and_says_why(stage: Stage) -> None:
    bar = SimpleNamespace(_studio=stage.studio, _document=stage.document, tr=str)
    assert ActionBar.able(bar)  # type: ignore[arg-type]
    stage.listen()
    assert not ActionBar.able(bar)  # type: ignore[arg-type]
    assert "live" in ActionBar.why_not(bar)  # type: ignore[arg-type]


# how late the picture is, and the beat


def test_a_painted_picture_tells_how_late_it_is_and_the_panel_shows_it(stage: Stage) -> None:
    stage.listen()
    stage.ear.hear(2.0)
    stage.ear.stamps.put(Stamp(200, 9.996, 10.0))
    panel = InputPanel(stage.studio.live, stage.window)
    panel.look()
    low = panel.height()
    stage.studio.live.painted((1.99, 10.002, 10.022))
    panel.look()
    way = stage.studio.live.latency.way
    assert (way.card, way.hearing, way.waiting, way.drawing) == pytest.approx((0.011, 0.004, 0.002, 0.020))
    assert panel.height() > low
    assert "Sound to picture" in panel.accessibleDescription()
    stage.studio.live.leave()
    assert stage.studio.live.latency.way is None


def test_beats_stand_under_what_was_heard_where_they_were_told(stage: Stage) -> None:
    stage.listen()
    lane = LiveLane(stage.studio, stage.window)
    stage.ear.heard.append(np.zeros((400, len(CURVES)), np.float32), Grid(0.5, 60.0, 0.9, "heard"))
    stage.ear.t = 4.0
    assert lane.beats(1200) == []
    stage.studio.tempo.live.tell("heard", Grid(0.5, 60.0, 0.9))
    marks = lane.beats(1200)
    assert [x for x, _one in marks] == pytest.approx([850, 950, 1050, 1150], abs=2)
    assert [one for _x, one in marks] == [True, False, False, False]
    stage.studio.live.leave()


def test_the_ear_asks_the_studios_tempo(stage: Stage) -> None:
    stage.listen()
    assert stage.ear.timing is stage.studio.tempo.live
    stage.studio.live.leave()
