"""Check 11 of ux.md: at 120 bpm a pad pressed at beat 2.3 plays from the next 1 on, to the frame; Esc takes it back."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.engine.render.plan import plan
from app.engine.show.show import Path, Show
from app.ui.listing import ROW_ROLE
from app.ui.main_window import MainWindow
from tests.ui.fakes import BPM, make_document
from tests.ui.windows import opened

BEAT, FRAME = 60 / BPM, 1 / 60
DOWNBEAT = 4 * BEAT


@pytest.fixture
def show() -> Show:
    show = make_document().show
    scenes = (replace(show.scene, name=f"Scene {i + 1}", path=Path(7 * i + 3)) for i in range(3))
    return replace(show, scenes=tuple(scenes))


@pytest.fixture
def window(qtbot, studio) -> Iterator[MainWindow]:
    """Perform, with a launch that waits for a bar, at beat 2.3 of a song that plays."""
    made = opened(qtbot, studio)
    made.show_workspace("perform")
    studio.performing.set_quantum("1")
    studio.player.playing = True
    studio.at(2.3 * BEAT)
    yield made
    made.close()


def pad(window, row: int) -> str:
    """How the pad of scene *row* looks."""
    shown = window.perform.pads.grid.table.place(row).data(ROW_ROLE)
    return "playing" if shown.playing else "queued" if shown.queued else "there"


def press(window, row: int) -> None:
    grid = window.perform.pads.grid
    QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=grid.cell_of(row).center())


def changes_at(studio) -> float:
    """The time of the first frame of the engine, as it was told, that is not the first scene's."""
    told, first = studio.fake_engine.sessions[-1], studio.staging.of_row(0)
    frames = np.arange(round(2.3 * BEAT / FRAME), 300) * FRAME
    return next((float(t) for t in frames if not np.array_equal(plan(t, told).ws, plan(t, first).ws)), float("inf"))


def test_it_plays_from_the_next_1_within_a_frame(window, studio):
    assert studio.tempo.bpm == pytest.approx(120.0)
    press(window, 1)
    assert (pad(window, 0), pad(window, 1)) == ("playing", "queued")
    assert abs(changes_at(studio) - DOWNBEAT) <= FRAME, "what the engine has, before the window looks again"
    for t in np.arange(2.3 * BEAT, DOWNBEAT + 3 * FRAME, FRAME):
        studio.at(float(t))
        if t < DOWNBEAT - FRAME:
            assert (pad(window, 0), pad(window, 1)) == ("playing", "queued"), t
        if t > DOWNBEAT + FRAME:
            assert (pad(window, 0), pad(window, 1)) == ("there", "playing"), t
    t = DOWNBEAT + 1.0
    assert np.array_equal(plan(t, studio.fake_engine.sessions[-1]).ws, plan(t, studio.staging.of_row(1)).ws)


def test_esc_before_that_takes_it_back(window, studio):
    press(window, 1)
    studio.at(3.9 * BEAT)
    assert pad(window, 1) == "queued"
    QTest.keyClick(window.perform.pads.grid, Qt.Key.Key_Escape)
    assert (pad(window, 0), pad(window, 1)) == ("playing", "there")
    assert changes_at(studio) == float("inf")
    studio.at(DOWNBEAT + 1.0)
    assert (pad(window, 0), pad(window, 1)) == ("playing", "there")
