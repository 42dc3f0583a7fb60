"""The transport bar: time, beat, loudness, and buttons that are actions."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.engine.audio.grid import Grid, song_grid
from app.ui.beats import BeatPlace, beat_place, place_on
from app.ui.document import Document
from app.ui.meter import loudness
from app.ui.opening import Song
from app.ui.readouts import clock_time
from app.ui.transport import TransportBar
from tests.ui.fakes import FakeStudio, make_document

IDS = ("play", "stop", "to_start", "loop", "freeze", "blackout", "output", "on_air", "open")


class Stage:
    """A transport bar with everything it stands on."""

    def __init__(self, qtbot: QtBot) -> None:
        self.document: Document = make_document()
        self.studio = FakeStudio(self.document)
        self.window = QWidget()
        checkable = ("loop", "freeze", "blackout", "output", "on_air")
        self.actions = {key: QAction(key, self.window, checkable=key in checkable) for key in IDS}
        self.ran: list[str] = []
        for key, action in self.actions.items():
            action.triggered.connect(lambda _on=False, key=key: self.ran.append(key))
        self.actions["freeze"].triggered.connect(self.studio.set_frozen)
        self.bar = TransportBar(self.document, self.studio, self.actions, self.window)
        qtbot.addWidget(self.window)
        self.bar.resize(1440, 48)
        self.window.show()


@pytest.fixture
def stage(qtbot: QtBot) -> Iterator[Stage]:
    made = Stage(qtbot)
    yield made
    made.studio.close()


def test_every_button_triggers_its_action(stage: Stage, qtbot: QtBot) -> None:
    for key, button in stage.bar._buttons().items():
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        assert stage.ran[-1] == key
    assert len(stage.ran) == 8


def test_a_button_is_as_enabled_as_its_action(stage: Stage) -> None:
    stage.actions["stop"].setEnabled(False)
    assert not stage.bar.stop.isEnabled()


def test_freeze_looks_latched_by_whatever_latched_it(stage: Stage, qtbot: QtBot) -> None:
    qtbot.mouseClick(stage.bar.freeze, Qt.MouseButton.LeftButton)
    assert stage.studio.frozen
    assert stage.bar.freeze.isChecked()
    stage.studio.set_frozen(False)
    assert not stage.bar.freeze.isChecked()


def test_play_becomes_pause_while_it_plays(stage: Stage) -> None:
    assert stage.bar.play.accessibleName() == "Play"
    stage.studio.play()
    assert (stage.bar.play.accessibleName(), stage.bar.play.isChecked()) == ("Pause", True)
    stage.studio.pause()
    assert (stage.bar.play.accessibleName(), stage.bar.play.isChecked()) == ("Play", False)


def test_loop_is_lit_while_the_show_loops(stage: Stage) -> None:
    assert not stage.bar.loop.isChecked()
    stage.studio.set_loop((1.0, 2.0))
    assert stage.bar.loop.isChecked()
    stage.document.undo_stack.undo()
    assert not stage.bar.loop.isChecked()


def test_time_runs_and_a_click_shows_what_remains(stage: Stage, qtbot: QtBot) -> None:
    stage.studio.at(12.34)
    assert stage.bar.time.text() == "0:12.34"
    qtbot.mouseClick(stage.bar.time, Qt.MouseButton.LeftButton, pos=QPoint(5, 20))
    assert stage.bar.time.text() == "−0:19.66"


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.0, "0:00.00"), (72.48, "1:12.48"), (59.999, "0:59.99"), (3723.5, "1:02:03.50")]
)
def test_clock_time_never_rounds_up(seconds: float, text: str) -> None:
    assert clock_time(seconds) == text


def test_tempo_and_place_come_from_the_song(stage: Stage) -> None:
    assert stage.bar.tempo.bpm.text() == "120.00"
    stage.studio.at(2.0 * 9 + 0.5 + 0.01)
    assert stage.bar.tempo.counter.text() == "10.2"
    assert stage.bar.tempo.leds.accessibleDescription() == "10.2"


def test_a_song_that_begins_with_a_1_stands_on_it_from_the_start() -> None:
    lead_in = song_grid(np.arange(0.3, 20, 0.5), np.arange(0.3, 20, 2.0))
    assert [str(place_on(lead_in, t)) for t in (0.0, 0.29, 0.31, 0.85)] == ["1.1", "1.1", "1.1", "1.2"]
    upbeat = song_grid(np.arange(0.3, 20, 0.5), np.arange(0.8, 20, 2.0))
    assert [str(place_on(upbeat, t)) for t in (0.31, 0.81)] == ["0.4", "1.1"]
    assert str(place_on(song_grid(np.arange(3.0, 20, 0.5), np.arange(3.0, 20, 2.0)), 0.0)) == "0.3", "an intro"
    assert str(place_on(Grid(0.3, 120.0), 0.0)) == "0.4", "what is live has no start"


def test_without_a_beat_it_says_so(stage: Stage) -> None:
    stage.studio.song = replace(stage.studio.song, features=None)
    stage.studio.song_changed.emit()
    assert stage.bar.tempo.bpm.text() == "–"
    assert stage.bar.tempo.counter.text() == "–"


def test_the_beat_of_a_time() -> None:
    beats, downbeats = np.arange(0.25, 20, 0.5), np.arange(1.25, 20, 2.0)
    assert beat_place(0.1, beats, downbeats) is None
    assert beat_place(0.25, beats, downbeats) == BeatPlace(0, 3)
    assert beat_place(1.24, beats, downbeats) == BeatPlace(0, 4)
    assert beat_place(1.25, beats, downbeats) == BeatPlace(1, 1)
    assert beat_place(3.2, beats, downbeats) == BeatPlace(1, 4)
    assert beat_place(1.25 + 2.0 * 8, beats, downbeats) == BeatPlace(9, 1)
    assert BeatPlace(9, 1).phrase_bar == 0


def test_a_song_without_downbeats_counts_no_bars() -> None:
    assert beat_place(2.0, np.arange(0.0, 4.0), np.zeros(0)) == BeatPlace(0, 4)
    assert beat_place(2.0, np.zeros(0), np.zeros(0)) is None


def test_the_songs_to_choose_from(stage: Stage, tmp_path: Path) -> None:
    here, gone = tmp_path / "here.wav", tmp_path / "gone.wav"
    here.touch()
    stage.bar.set_recent((here, gone))
    chosen: list[Path] = []
    stage.bar.song_chosen.connect(chosen.append)
    menu = stage.bar.menu()
    rows = {action.text(): action for action in menu.actions()}
    assert not rows["gone"].isEnabled()
    rows["here"].trigger()
    assert chosen == [here]


def test_loudness_of_silence_and_of_full_scale() -> None:
    assert loudness(0.0) == 0.0
    assert loudness(1.0) == 1.0
    assert loudness(0.5) == pytest.approx(1 - 6.02 / 36, abs=1e-3)


def test_the_meter_rises_at_once_and_falls_slowly(stage: Stage) -> None:
    meter = stage.bar.meter
    stage.studio.player.volume = 1.0
    stage.studio.player.playing = True
    meter.turn()
    assert meter.shown[0] == pytest.approx(loudness(0.5))
    stage.studio.player.playing = False
    meter.turn()
    assert 0.0 < meter.shown[0] <= loudness(0.5)
    assert meter.peaks[0] == pytest.approx(loudness(0.5))


def test_the_slider_sets_the_loudness(stage: Stage, qtbot: QtBot) -> None:
    qtbot.mouseClick(stage.bar.meter, Qt.MouseButton.LeftButton)
    popup = stage.bar.meter._popup
    assert popup is not None
    assert popup.slider.amount == pytest.approx(0.8)
    qtbot.keyClick(popup.slider, Qt.Key.Key_Home)
    assert stage.studio.volume == 0.0
    qtbot.keyClick(popup, Qt.Key.Key_Escape)
    assert not popup.isVisible()


def test_every_button_has_a_name(stage: Stage) -> None:
    for button in (*stage.bar._buttons().values(), stage.bar.source, stage.bar.meter):
        assert button.accessibleName() or button.text()


def test_the_smallest_window_keeps_what_matters(stage: Stage) -> None:
    stage.bar.resize(1024, 48)
    stage.bar.layout().activate()
    assert stage.bar.layout().minimumSize().width() <= 1024
    for kept in (stage.bar.play, stage.bar.freeze, stage.bar.blackout, stage.bar.out, stage.bar.tempo.counter):
        assert kept.isVisible()
        assert kept.geometry().right() < 1024
    assert not stage.bar.loop.isVisible()
    stage.bar.resize(1440, 48)
    assert stage.bar.loop.isVisible()


# the tempo


def test_the_tempo_is_typed_turned_and_comes_back(stage: Stage, qtbot: QtBot) -> None:
    field = stage.bar.tempo.bpm
    qtbot.mouseClick(field, Qt.MouseButton.LeftButton)
    qtbot.keyClicks(field, "97.5")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert stage.document.show.grid.bpm == 97.5
    assert (field.text(), field.hasFocus()) == ("97.50", False)
    for up, shift, text in ((True, False, "97.60"), (True, True, "98.60"), (False, False, "98.50")):
        key = Qt.Key.Key_Up if up else Qt.Key.Key_Down
        qtbot.keyClick(field, key, Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier)
        assert field.text() == text
    stage.document.undo_stack.undo()
    assert field.text() == "120.00"


def test_a_tempo_out_of_range_is_brought_into_it(stage: Stage, qtbot: QtBot) -> None:
    field = stage.bar.tempo.bpm
    field.entered.emit(1000.0)
    assert field.text() == "300.00"
    field.entered.emit(1.0)
    assert field.text() == "20.00"


def test_who_says_the_tempo_and_how_sure(stage: Stage) -> None:
    bar, tempo = stage.bar.tempo, stage.studio.tempo
    assert (bar.tag.word, bar.tag.confidence) == ("Song", 1.0)
    tempo.set_bpm(97.0)
    assert bar.tag.word == "Tap"
    stage.studio.song = Song("Desk", live=True)
    stage.studio.song_changed.emit()
    assert (bar.tag.word, bar.bpm.text(), bar.counter.text()) == ("", "–", "–")
    tempo.live.tell("heard", Grid(0.0, 126.04, 0.31))
    bar.look()
    assert (bar.tag.word, bar.bpm.text(), bar.counter.text()) == ("Heard", "126.0", "1.1")
    assert "held" in bar.tag.toolTip()
    assert bar.leds._held
    tempo.live.tell("heard", Grid(0.0, 126.04, 0.91))
    bar.look()
    assert not bar.leds._held


def test_hollow_dots_look_hollow(stage: Stage) -> None:
    leds = stage.bar.tempo.leds
    leds.set_place(BeatPlace(1, 2))
    full = leds.grab().toImage()
    leds.set_held(True)
    hollow = leds.grab().toImage()
    between = full.pixelColor(13, 5)
    assert full.pixelColor(21, 5) != between
    assert hollow.pixelColor(21, 5) == between


def test_the_menu_says_who_else_keeps_time(stage: Stage) -> None:
    words = [action.text() for action in stage.bar.tempo.menu().actions()]
    assert "No MIDI clock" in words
