"""The calibration wizard and how late the picture is: a fake clock, simulated taps, what they set."""

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.control.calibration import ENOUGH
from app.engine.audio.grid import Grid
from app.engine.audio.live_features import HALF_WINDOW
from app.engine.audio.stamps import Stamp, Stamps
from app.ui.calibrator import SPACING, Calibrator, click_track
from app.ui.latency import Latency
from app.ui.opening import Song
from tests.ui.fakes import FakePlayer, FakeStudio, make_document

LATE = 0.120


class Desk:
    """A window with the wizard in it, and a sound that is heard LATE after its clock says so."""

    def __init__(self, qtbot: QtBot) -> None:
        self.studio = FakeStudio(make_document())
        self.clicks = FakePlayer()
        self.studio.player.another = lambda: self.clicks  # type: ignore[method-assign]
        self.window = QWidget()
        self.window.resize(1024, 640)
        qtbot.addWidget(self.window)
        self.wizard = Calibrator(self.studio, self.window)
        self.window.show()
        self.qtbot, self.rng = qtbot, np.random.default_rng(1)

    def tap_along(self, first: int, count: int) -> None:
        for k in range(first, first + count):
            self.clicks.t = k * SPACING + LATE + self.rng.normal(0, 0.012)
            self.qtbot.keyClick(self.wizard.pad, Qt.Key.Key_T)


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Desk]:
    made = Desk(qtbot)
    yield made
    made.studio.close()


def test_an_artificial_120_ms_are_recovered_within_10_and_used(desk: Desk) -> None:
    desk.studio.play()
    desk.wizard.toggle()
    assert desk.clicks.playing
    assert not desk.studio.playing
    desk.tap_along(0, ENOUGH)
    assert "+1" in desk.wizard.figure.text()
    assert not desk.clicks.playing
    desk.qtbot.mouseClick(desk.wizard.use, Qt.MouseButton.LeftButton)
    assert desk.studio.player.trim == pytest.approx(LATE, abs=0.010)
    assert not desk.wizard.isVisible()
    assert desk.studio.playing


def test_leaving_changes_nothing_and_the_clicks_end(desk: Desk) -> None:
    desk.wizard.toggle()
    desk.tap_along(0, 3)
    desk.wizard.hide()
    assert desk.studio.player.trim == 0.0
    assert not desk.clicks.playing
    assert not desk.studio.playing


def test_uneven_taps_cannot_be_used_and_again_begins_anew(desk: Desk) -> None:
    desk.wizard.toggle()
    for k in range(ENOUGH):
        desk.clicks.t = k * SPACING + float(desk.rng.uniform(-0.4, 0.4))
        desk.qtbot.mousePress(desk.wizard.pad, Qt.MouseButton.LeftButton)
    assert not desk.wizard.use.isVisible()
    desk.qtbot.mouseClick(desk.wizard.again, Qt.MouseButton.LeftButton)
    assert desk.wizard.figure.text() == str(ENOUGH)
    assert desk.clicks.playing


def test_live_the_picture_waits_for_what_is_heard_late(desk: Desk) -> None:
    desk.studio.song = Song("Desk", live=True)
    desk.studio.song_changed.emit()
    desk.wizard.toggle()
    assert "no clear beat" in desk.wizard.sentence.text()
    desk.wizard.tap()
    assert desk.wizard.figure.text() == str(ENOUGH)
    desk.studio.tempo.live.tell("heard", Grid(0.3, 120.0, 0.9))
    desk.wizard._begin()
    for k in range(ENOUGH):
        desk.studio.player.t = 0.3 + 0.5 * k + LATE + float(desk.rng.normal(0, 0.012))
        desk.wizard.tap()
    desk.qtbot.mouseClick(desk.wizard.use, Qt.MouseButton.LeftButton)
    assert desk.studio.live.hearing.delay == pytest.approx(LATE, abs=0.010)


def test_clicks_are_where_they_are_said_to_be() -> None:
    track = click_track()
    loud = np.flatnonzero(np.abs(track.samples[:, 0]) > 0.3)
    times = loud[np.insert(np.diff(loud) > 1000, 0, True)] / track.sr
    assert np.abs(times - SPACING * np.arange(len(times))).max() < 0.001


def test_the_way_of_the_sound_stage_by_stage() -> None:
    stamps, latency = Stamps(), Latency()
    assert latency.way is None
    assert latency.rows() == []
    for k in range(1, 40):
        stamps.put(Stamp(2 * k, 10.0 + 0.02 * k, 10.004 + 0.02 * k))
    for k in range(10):
        latency.painted(stamps, 0.011, (0.30, 10.332 + 0.001 * k, 10.350 + 0.001 * k), 10.353 + 0.001 * k)
    way = latency.way
    assert way.card == 0.011
    assert way.window == HALF_WINDOW
    assert way.hearing == pytest.approx(0.004)
    assert way.waiting == pytest.approx(10.3365 - 10.324)
    assert way.drawing == pytest.approx(0.018)
    assert way.painting == pytest.approx(0.003)
    assert latency.rows()[-1] == ("Sound to picture", f"{1000 * sum(way):.0f} ms")


def test_what_is_not_known_any_more_or_not_yet_has_no_stamp() -> None:
    stamps = Stamps()
    assert stamps.of(3) is None
    for k in range(1, 2000):
        stamps.put(Stamp(k, float(k), float(k)))
    assert stamps.of(3) is None
    assert stamps.of(1998).steps == 1999
    assert stamps.of(1999) is None
