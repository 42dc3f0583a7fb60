"""Check 12 of ux.md: four taps 500 ms apart, 8 ms beside it, are 120; a comma is 10 ms earlier and no other tempo."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.engine.audio.features import FeatureTrack
from app.ui.main_window import MainWindow
from app.ui.opening import Song
from app.ui.settings import Settings
from tests.ui.fakes import DURATION, FakeStudio

WOBBLES = ((8, -8, 8), (-8, 8, -8), (8, 0, -8))
"""Milliseconds by which each tap comes late after the one before it. Where all three are late it is another tempo."""


class Hands:
    """T and the comma, pressed on the window while time goes on."""

    def __init__(self, window: MainWindow, studio: FakeStudio) -> None:
        self.window, self.studio = window, studio
        self.wall = 100.0
        studio.tempo._wall = lambda: self.wall
        studio.player.playing = True

    def to(self, t: float) -> None:
        self.wall += t - self.studio.player.t
        self.studio.at(t)

    def tap_from(self, t: float, wobble: tuple[int, ...]) -> None:
        for later in np.cumsum([0.0, *(0.5 + 0.001 * w for w in wobble)]):
            self.to(t + float(later))
            QTest.keyClick(self.window, Qt.Key.Key_T)


@pytest.fixture
def hands(qtbot, studio) -> Iterator[Hands]:
    window = MainWindow(studio.document, studio, Settings())
    qtbot.addWidget(window)
    window.show()
    qtbot.waitActive(window)
    yield Hands(window, studio)
    window.close()


@pytest.mark.parametrize("wobble", WOBBLES)
@pytest.mark.parametrize("known", ["nothing", "the song", "an input"])
def test_four_taps_are_120_and_a_comma_moves_the_phase_alone(hands, studio, wobble, known):
    if known == "nothing":  # so that the taps alone decide
        studio.desk.grew(replace(studio.song, features=FeatureTrack.silent(DURATION)))
    elif known == "an input":
        studio.song = Song("Desk", live=True)
        studio.song_changed.emit()
    hands.tap_from(10.1, wobble)
    assert studio.tempo.bpm == pytest.approx(120.0, abs=0.5)
    bpm, beat = studio.tempo.bpm, studio.tempo.grid.time_of(40)
    QTest.keyClick(hands.window, Qt.Key.Key_Comma)
    assert studio.tempo.grid.time_of(40) - beat == pytest.approx(-0.010, abs=0.001)
    assert studio.tempo.bpm == bpm
    QTest.keyClick(hands.window, Qt.Key.Key_Period)
    assert studio.tempo.grid.time_of(40) == pytest.approx(beat, abs=1e-6)


def test_three_taps_change_nothing(hands, studio):
    before = studio.tempo.grid
    hands.tap_from(10.1, (8, -8))
    assert studio.tempo.grid == before
