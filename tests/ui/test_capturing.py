"""Keeping the last minute of an input as a song."""

from collections.abc import Iterator
from datetime import datetime

import numpy as np
import pytest
import soundfile
from pytestqt.qtbot import QtBot

from app.engine import paths
from app.engine.audio.minute import Minute
from app.engine.errors import SongError
from app.ui.capturing import Capturing
from app.ui.settings import Settings
from tests.engine.test_recording import noise
from tests.ui.test_live_in import Stage

SR = 8000
NAME = "Heard 2026-11-22 21.05.09.wav"


@pytest.fixture
def stage(qtbot: QtBot) -> Iterator[Stage]:
    made = Stage(qtbot)
    yield made
    made.studio.close()


@pytest.fixture
def capturing(stage: Stage) -> Capturing:
    now = datetime(2026, 11, 22, 21, 5, 9)
    return Capturing(stage.studio, Settings(), stage.window, lambda: now)


def kept(stage: Stage, capturing: Capturing, qtbot: QtBot) -> str:
    with qtbot.waitSignal(capturing.kept) as told:
        capturing.table()["capture"]()
    return str(told.args[0].name)


def test_what_was_heard_becomes_a_song_and_the_input_goes_on(stage: Stage, capturing: Capturing, qtbot: QtBot) -> None:
    stage.listen()
    stage.ear.minute, sent = Minute(SR), noise(SR * 3)
    stage.ear.minute.add(sent)
    assert kept(stage, capturing, qtbot) == NAME
    file = paths.recordings() / NAME
    assert np.array_equal(soundfile.read(file, dtype="float32")[0], sent)
    assert Settings().recent("songs")[0] == file
    assert stage.told[-1] == ("info", f"{NAME} is kept: 3 s", "It stands among the recent songs.")
    assert stage.studio.song.live
    assert stage.ear.closed == 0
    stage.ear.minute.add(sent[:SR])
    assert kept(stage, capturing, qtbot) == NAME.replace(".wav", " 2.wav")
    assert soundfile.info(paths.recordings() / NAME.replace(".wav", " 2.wav")).frames == 4 * SR
    assert soundfile.info(file).frames == 3 * SR


def test_with_a_song_or_before_anything_was_heard_a_sentence_says_so(stage: Stage, capturing: Capturing) -> None:
    with pytest.raises(SongError, match="A song plays"):
        capturing.capture()
    stage.listen()
    for nothing in (None, Minute(SR)):
        stage.ear.minute = nothing
        with pytest.raises(SongError, match="Nothing was heard yet"):
            capturing.capture()
    assert list(paths.recordings().iterdir()) == []


def test_a_disk_error_is_told_and_nothing_is_remembered(
    stage: Stage, capturing: Capturing, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_names: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("app.engine.audio.recording.os.replace", full)
    stage.listen()
    stage.ear.minute = Minute(SR)
    stage.ear.minute.add(noise(SR))
    capturing.capture()
    stage.until(lambda: len(stage.told) > 0)
    assert stage.told[-1][:2] == ("error", "What was heard was not kept")
    assert "No space left" in stage.told[-1][2]
    assert Settings().recent("songs") == []
