"""Check 13 of ux.md: the playhead stands where the ear is, through a seek and the wrap of a loop."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from app.engine.audio.player import BLOCK, Player
from app.ui.timeline import TimelineView
from tests.engine.test_player import Desk, _place, _ramp
from tests.ui import fakes

TURN = 1 / 60
"""Seconds between two looks of the window at the clock."""


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def studio(qtbot, desk, monkeypatch) -> Iterator[fakes.FakeStudio]:
    """The real player on a card that a test turns; each sample of its song says where it is."""
    player = Player(opener=desk.open, wall=lambda: desk.time)
    monkeypatch.setattr(fakes, "FakePlayer", lambda: player)
    made = fakes.FakeStudio(fakes.make_document())
    made.song = replace(made.song, track=_ramp(32.0))
    player.load(made.song.track)
    player.volume, desk.active = 1.0, True  # the song before was of another rate, so its card was closed
    yield made
    made.close()
    player.close()


class Ear:
    """What is heard at the loudspeaker: the card's *latency* after it was handed over."""

    def __init__(self, desk: Desk, studio: fakes.FakeStudio) -> None:
        self._desk, self._song = desk, studio.song.track
        self._began = desk.time + BLOCK / desk.rate  # a card asks for its first block after it

    def hears(self) -> float:
        """Seconds of the song."""
        heard = round((self._desk.time - self._began - self._desk.latency) * self._desk.rate)
        return float(_place(self._desk.sound[heard : heard + 1], self._song)[0] / self._desk.rate)


def test_within_17_ms_of_the_ear_and_50_after_a_seek(studio, desk, qtbot):
    """200 looks within ten seconds, at any time between two turns of the window."""
    view = TimelineView(studio.document, studio)
    qtbot.addWidget(view)
    view.resize(1440, 232)
    ear, rng = Ear(desk, studio), np.random.default_rng(13)
    studio.play()
    away, jumped = [], False
    for turn in range(612):
        studio._turn()
        if turn == 200:
            studio.set_loop((20.0, 22.0))  # comes round twice in what is left
            studio.seek(19.0)
            jumped = abs(view.wave.playhead - 19.0) <= 0.05
        if turn < 12:  # the first sound has not come out yet
            desk.run(TURN)
            continue
        later = float(rng.uniform(0, TURN))
        desk.run(later)
        if turn % 3 == 0:
            away.append(abs(view.wave.playhead - ear.hears()))
        desk.run(TURN - later)
    assert len(away) == 200
    assert jumped
    assert np.percentile(away, 95) <= 0.017
