"""The foot of the window: the engine, the sound and the file, each in a chip; nothing important is hidden."""

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from pytestqt.qtbot import QtBot

from app.engine.render.engine import EngineState
from app.ui.exporting import ExportState
from app.ui.status_bar import BottomRow
from app.ui.theme import STAGE
from tests.ui.fakes import FakeStudio, make_document


class Stage:
    """A bottom row with its studio."""

    def __init__(self, qtbot: QtBot) -> None:
        self.document = make_document()
        self.studio = FakeStudio(self.document)
        self.hud = QAction("hud")
        self.row = BottomRow(self.document, self.studio, None, {"hud": self.hud})
        qtbot.addWidget(self.row)
        self.row.resize(1440, 28)
        self.row.show()

    def engine(self, *state: object, **more: object) -> None:
        self.studio.engine = EngineState(*state, **more)  # type: ignore[arg-type]
        self.studio.engine_changed.emit()


@pytest.fixture
def stage(qtbot: QtBot) -> Iterator[Stage]:
    made = Stage(qtbot)
    yield made
    made.studio.close()


def test_rate_and_drops(stage: Stage) -> None:
    assert (stage.row.fps.strong, stage.row.fps.text()) == ("31.4 fps", "0 dropped")
    assert stage.row.fps.lamp == STAGE.ok
    stage.engine("running", "cpu", "float32", 256, 256, "", 9.0, 110.0)
    assert stage.row.fps.lamp == STAGE.warn


def test_what_the_ladder_gives_up_is_said(stage: Stage) -> None:
    stage.studio.engine = EngineState(
        "running", "cpu", "float32", 512, 512, "", 29.9, 31.0, given_up="256 × 256, held at 20 fps"
    )
    stage.studio.engine_changed.emit()
    assert stage.row.fps.text() == "256 × 256, held at 20 fps · 0 dropped"
    assert stage.row.fps.lamp == STAGE.warn
    assert "Films are always whole" in stage.row.fps.toolTip()
    stage.engine("running", "cpu", "float32", 512, 512, "", 31.0, 31.0)
    assert (stage.row.fps.text(), stage.row.fps.lamp) == ("0 dropped", STAGE.ok)


def test_a_film_that_is_made_is_said_where_the_rate_stands(stage: Stage) -> None:
    stage.studio._exporting._set(ExportState("running", Path("a.mp4"), 30, 120))
    assert (stage.row.fps.strong, stage.row.fps.text()) == ("Making a film", "25 %")
    stage.studio._exporting._set(ExportState("done", Path("a.mp4"), 120, 120))
    assert stage.row.fps.strong == "31.4 fps"


def test_an_engine_on_its_way_says_so(stage: Stage) -> None:
    stage.engine()
    assert stage.row.fps.strong == "Starting engine"
    assert stage.row.device.text() == "No device yet"


def test_device_size_and_precision(stage: Stage) -> None:
    stage.engine("running", "cuda:0", "fp16", 512, 512, "", 59.9, 9.4)
    assert stage.row.device.text() == "CUDA:0"
    assert stage.row.size_chip.text() == "512² · fp16"
    stage.engine("running", "cuda:0", "fp16", 448, 256, "", 59.9, 9.4)
    assert stage.row.size_chip.text() == "448 × 256 · fp16"


def test_how_many_threads_draw_is_said_of_a_processor(stage: Stage) -> None:
    stage.engine("running", "cpu", "bf16", 256, 256, threads=8)
    assert stage.row.device.toolTip() == "What makes the pictures: cpu. Threads that draw one: 8"
    stage.engine("running", "cuda:0", "fp16", 256, 256, threads=8)
    assert stage.row.device.toolTip() == "What makes the pictures: cuda:0"


def test_a_fallback_is_never_silent(stage: Stage) -> None:
    assert not stage.row.note.isVisible()
    stage.engine("running", "cpu", "float32", 256, 256, "bf16 was not exact", 30.0, 30.0)
    assert stage.row.note.isVisible()
    assert stage.row.note.text() == "bf16 was not exact"
    assert stage.row.note.state == "degraded"


def test_without_a_sound_card_a_chip_says_so(stage: Stage) -> None:
    assert stage.row.sound.text() == "No sound card · clock runs"
    assert stage.row.sound.state == "degraded"
    stage.studio.player.clock = "sound card"
    stage.studio.playing_changed.emit(True)
    assert (stage.row.sound.text(), stage.row.sound.state) == ("Sound card", "plain")


def test_a_file_says_when_it_was_written_not_when_it_was_opened(stage: Stage, tmp_path: Path) -> None:
    file, night = tmp_path / "mine.anthesis", datetime.now().replace(hour=0, minute=1).timestamp()
    file.touch()
    os.utime(file, (night, night))
    stage.document.saved_as(file)
    assert stage.row.saved.text() == "Saved 00:01"
    os.utime(file, (86400.0 * 365, 86400.0 * 365))
    stage.document.saved_as(file)
    assert stage.row.saved.text().startswith("Saved 197")


def test_the_file(stage: Stage, tmp_path: Path) -> None:
    assert stage.row.saved.text() == "Not saved yet"
    file = tmp_path / "mine.anthesis"
    file.touch()
    stage.document.saved_as(file)
    assert stage.row.saved.text().startswith("Saved ")
    stage.document.set_param("react.bass", 2.5)
    assert stage.row.saved.text() == "Edited"
    stage.document.undo_stack.undo()
    assert stage.row.saved.text().startswith("Saved ")


def test_listening_shows_how_far_it_is(stage: Stage) -> None:
    assert not stage.row.listening.isVisible()
    stage.studio.song = replace(stage.studio.song, progress=0.64)
    stage.studio.song_changed.emit()
    assert stage.row.listening.isVisible()
    assert stage.row.listening.text() == "Listening 64 %"


def test_a_latched_stage_is_said_again(stage: Stage) -> None:
    stage.studio.set_frozen(True)
    assert (stage.row.latch.isVisible(), stage.row.latch.word) == (True, "FREEZE")
    stage.studio.set_blackout(True)
    assert stage.row.latch.word == "BLACKOUT"
    stage.studio.set_blackout(False)
    stage.studio.set_frozen(False)
    assert not stage.row.latch.isVisible()


def test_in_the_smallest_window_the_rate_stays(stage: Stage) -> None:
    stage.engine("running", "cpu", "float32", 256, 256, "bf16 was not exact: float32 instead", 30.0, 30.0)
    stage.studio.set_blackout(True)
    stage.row.output_lost("BEAMER")
    stage.row.resize(1024, 28)
    shown = stage.row.shown()
    assert stage.row.fps in shown
    assert stage.row.latch in shown
    assert stage.row.size_chip not in shown
    assert min(chip.x() for chip in shown) >= stage.row.workspaces.geometry().right()
    stage.studio.set_blackout(False)


def test_every_chip_has_a_name_and_a_reason(stage: Stage) -> None:
    for chip in stage.row.shown():
        if chip is not stage.row.latch:
            assert chip.accessibleName()
            assert chip.toolTip()


def test_a_chip_is_pressed_only_where_it_does_something(stage: Stage, qtbot: QtBot) -> None:
    with qtbot.waitSignal(stage.hud.triggered):
        qtbot.mouseClick(stage.row.fps, Qt.MouseButton.LeftButton)
    assert stage.row.device.focusPolicy() == Qt.FocusPolicy.NoFocus


def test_the_workspaces(stage: Stage, qtbot: QtBot) -> None:
    tabs = stage.row.workspaces.tabs
    assert tabs["create"].isChecked()
    with qtbot.waitSignal(stage.row.workspace_chosen) as chosen:
        qtbot.mouseClick(tabs["export"], Qt.MouseButton.LeftButton)
    assert chosen.args == ["export"]
    stage.row.show_workspace("create")
    assert (tabs["create"].isChecked(), tabs["export"].isChecked()) == (True, False)
