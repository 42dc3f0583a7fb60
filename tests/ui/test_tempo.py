"""The tempo of what plays: corrected in the Show for a song, beside it for what is live; peers; one owner for all."""

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.control.addresses import ControlError
from app.engine.audio.grid import UNKNOWN, Grid
from app.engine.show.correction import FOUND
from app.ui.document import Document
from app.ui.opening import Song
from app.ui.peers import Peers
from app.ui.settings import Settings
from app.ui.tempo import StudioTempo
from app.ui.tempo_commands import TempoCommands
from tests.ui.fakes import FakeStudio, make_document


class Hands:
    """A studio whose song plays when a test says so, and a wall clock by hand."""

    def __init__(self) -> None:
        self.document: Document = make_document()
        self.studio = FakeStudio(self.document)
        self.t = 100.0
        self.tempo: StudioTempo = self.studio.tempo
        self.tempo._wall = lambda: self.t

    def play_to(self, t: float) -> None:
        self.studio.player.playing = True
        self.t += t - self.studio.player.t
        self.studio.at(t)

    def tap_at(self, *times: float) -> None:
        for t in times:
            self.play_to(t)
            self.tempo.tap()

    def live(self, t: float) -> None:
        """An input is what plays, and stands at *t*."""
        if not self.studio.song.live:
            self.studio.song = Song("Desk", live=True)
            self.studio.song_changed.emit()
        self.studio.player.t = t


@pytest.fixture
def hands(qtbot: QtBot) -> Iterator[Hands]:
    made = Hands()
    yield made
    made.studio.close()


def test_the_songs_own_beats_count_until_a_hand_decides(hands: Hands) -> None:
    assert hands.tempo.source == "song"
    assert hands.tempo.grid.bpm_at(10.0) == pytest.approx(120.0)
    assert not hands.tempo.locked
    assert not hands.tempo.held


def test_four_taps_500_ms_apart_are_120_and_a_comma_is_10_ms_earlier(hands: Hands) -> None:
    """Acceptance check 12, on the road that a hand takes."""
    hands.tap_at(10.0 + 0.1, 10.508 + 0.1, 10.992 + 0.1, 11.5 + 0.1)
    assert hands.tempo.bpm == pytest.approx(120.0, abs=0.5)
    before = hands.tempo.grid.time_of(20)
    hands.tempo.press_nudge(-0.010)
    assert hands.tempo.grid.time_of(20) - before == pytest.approx(-0.010, abs=0.001)
    assert hands.tempo.bpm == pytest.approx(120.0, abs=0.5)


def test_taps_at_another_tempo_are_heard_everywhere_and_undone_at_once(hands: Hands) -> None:
    seen = []
    hands.studio.song_changed.connect(lambda: seen.append(hands.studio.song.features.bpm))
    hands.tap_at(*(10.03 + 0.6 * k for k in range(6)))
    assert hands.tempo.bpm == pytest.approx(100.0)
    assert hands.studio.song.features.bpm == pytest.approx(100.0)
    assert seen
    assert hands.tempo.locked
    assert hands.document.undo_stack.undoText() == "Tap the tempo"
    hands.document.undo_stack.undo()
    assert hands.document.show.grid == FOUND
    assert hands.studio.song.features.bpm == 120.0
    assert hands.studio.song.features.found is None


def test_the_picture_follows_the_corrected_beats(hands: Hands) -> None:
    before = hands.studio.song.features
    hands.tempo.nudge(0.05)
    assert hands.studio.song.features.beats[3] == pytest.approx(before.beats[3] + 0.05)
    assert hands.studio.session.show.grid.offset == pytest.approx(0.05)


def test_a_held_nudge_bends_by_2_percent_of_the_time(hands: Hands) -> None:
    hands.play_to(10.0)
    before = hands.tempo.grid.time_of(20)
    hands.tempo.press_nudge(-0.010)
    for _ in range(50):
        hands.t += 0.04
        hands.tempo.press_nudge(-0.010)
    assert hands.tempo.grid.time_of(20) - before == pytest.approx(-0.010 - 0.02 * 2.0, abs=0.002)
    assert hands.document.undo_stack.count() == 1


def test_resync_half_and_double_and_lock_are_undone_one_by_one(hands: Hands) -> None:
    hands.play_to(10.6)
    hands.tempo.resync()
    assert hands.tempo.grid.beat_at(10.5) % 4 == pytest.approx(0.0, abs=0.05)
    hands.tempo.multiply(0.5)
    assert hands.tempo.bpm == pytest.approx(60.0)
    hands.tempo.multiply(2.0)
    hands.tempo.set_locked(False)
    assert hands.document.show.grid == FOUND
    assert hands.document.undo_stack.count() == 4


def test_taps_while_nothing_plays_set_the_tempo_alone(hands: Hands) -> None:
    hands.studio.at(10.25)
    for _ in range(6):
        hands.t += 0.6
        hands.tempo.tap()
    assert hands.tempo.bpm == pytest.approx(100.0)
    assert hands.tempo.grid.beat_at(10.25) % 1 == pytest.approx(0.5, abs=0.05)


def test_another_song_begins_uncorrected(hands: Hands) -> None:
    hands.tempo.nudge(0.05)
    song = hands.studio.song
    other = Song("other", hands.studio.song.track.path.with_name("b.wav"), song.duration, song.track)
    hands.studio.desk.loaded(other)
    assert hands.document.show.grid == FOUND


def test_live_hands_change_no_show(hands: Hands) -> None:
    hands.live(5.0)
    show = hands.document.show
    for k in range(6):
        hands.live(5.0 + 0.6 * k)
        hands.tempo.tap()
    assert (hands.tempo.source, hands.tempo.locked) == ("tap", True)
    assert hands.tempo.bpm == pytest.approx(100.0)
    hands.tempo.nudge(-0.010)
    assert hands.tempo.grid.beat_at(5.0 - 0.010) % 1 == pytest.approx(0.0, abs=1e-6)
    hands.tempo.set_locked(False)
    assert hands.tempo.grid is UNKNOWN
    assert hands.document.show is show


class FakePeer:
    """A Link session with others in it."""

    def __init__(self) -> None:
        self.peers, self.beat, self.closed = 2, 7.0, False

    def now(self) -> tuple[float, float] | None:
        return (self.beat, 126.0) if self.peers else None

    def close(self) -> None:
        self.closed = True


def test_link_is_followed_live_and_left_at_the_end(hands: Hands) -> None:
    peers: Peers = hands.tempo.peers
    peer = FakePeer()
    peers.open_link = lambda: peer
    hands.live(3.0)
    peers.set_link(True)
    assert (peers.link, peers.count, hands.tempo.source) == (True, 2, "link")
    assert hands.tempo.grid.beat_at(3.0) == pytest.approx(7.0)
    peer.peers = 0
    peers.look()
    assert hands.tempo.source == "none"
    peers.set_link(False)
    assert peer.closed


def test_link_that_is_missing_is_told_and_stays_off(hands: Hands) -> None:
    def missing() -> None:
        raise ControlError("not here")

    hands.tempo.peers.open_link = missing
    with pytest.raises(ControlError):
        hands.tempo.peers.set_link(True)
    assert not hands.tempo.peers.link


def test_link_is_joined_again_at_the_next_start(hands: Hands, qtbot: QtBot) -> None:
    window, settings = QWidget(), Settings()
    qtbot.addWidget(window)
    actions = {key: QAction(key, window, checkable=True) for key in ("tempo_lock", "link")}
    peers = hands.tempo.peers
    peers.open_link = FakePeer
    commands = TempoCommands(hands.studio, actions, settings, window)
    commands.start()
    assert not peers.link
    commands.table()["link"](True)
    peers.close()
    assert not peers.link
    TempoCommands(hands.studio, actions, Settings(), window).start()
    assert peers.link
    commands.table()["link"](False)
    TempoCommands(hands.studio, actions, Settings(), window).start()
    assert not peers.link


def test_link_that_is_gone_at_the_next_start_is_told_once(hands: Hands, qtbot: QtBot) -> None:
    def missing() -> None:
        raise ControlError("not here")

    window, settings = QWidget(), Settings()
    qtbot.addWidget(window)
    settings.link = True
    told: list[tuple[str, ...]] = []
    hands.studio.told.connect(lambda *words: told.append(words))
    hands.tempo.peers.open_link = missing
    actions = {key: QAction(key, window, checkable=True) for key in ("tempo_lock", "link")}
    TempoCommands(hands.studio, actions, settings, window).start()
    assert told == [("info", "Ableton Link is off", "not here")]
    assert not actions["link"].isChecked()
    assert settings.link, "it may be there again next time"


def test_a_midi_clock_counts_below_link_and_above_the_ear(hands: Hands) -> None:
    peers = hands.tempo.peers
    peers._wall = lambda: 52.0
    hands.live(3.0)
    hands.tempo.live.tell("heard", Grid(0.0, 99.0))
    for k in range(96):
        peers.clock.hear("Drums", "clock", 52.0 - (96 - k) * 0.5 / 24)
    peers.look()
    assert hands.tempo.source == "midi"
    assert hands.tempo.bpm == pytest.approx(120.0)
    peers._wall = lambda: 60.0
    peers.look()
    assert hands.tempo.source == "heard"


def test_nothing_of_a_song_is_told_to_by_peers(hands: Hands) -> None:
    peers = hands.tempo.peers
    peers.open_link = FakePeer
    peers.set_link(True)
    assert hands.tempo.source == "song"
    assert np.isclose(hands.tempo.bpm, 120.0)
