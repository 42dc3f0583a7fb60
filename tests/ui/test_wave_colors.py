"""The waveform's colours: three bands, one colour or a mixture, in every theme; chosen once, kept, and painted once."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.ui import theme, waveform
from app.ui.appearance import Appearance
from app.ui.main_window import MainWindow
from app.ui.overview import OverviewLane
from app.ui.settings import Settings
from app.ui.theme import STAGE
from app.ui.time_axis import TimeAxis
from app.ui.timeline_heads import Heads
from app.ui.wave_bands import wave_bands
from app.ui.wave_colors import FIRST, WAVES, legend, mixed, wave_picture
from app.ui.waveform import Tiles, WaveformLane
from tests.ui.fakes import make_song

LOUD = np.array([[0.9, 0.1, 0.1], [0.1, 0.9, 0.1], [0.1, 0.1, 0.9], [0.5, 0.5, 0.5]], np.float32)
THEMES = ("stage", "dim", "contrast")


@pytest.fixture(params=THEMES)
def worn(request):
    STAGE.wear(request.param)
    yield
    STAGE.wear("stage")


@pytest.fixture
def window(qtbot, qapp, studio):
    if not qapp.styleSheet():
        theme.apply(qapp)
    made = MainWindow(studio.document, studio, Settings())
    qtbot.addWidget(made)
    made.resize(1440, 900)
    made.show()
    yield made
    made.close()
    studio.document.close()


def _middle(picture, column):
    return picture[len(picture) // 2, column, 2::-1].astype(int)


def _rgb(color):
    return np.array([color.red(), color.green(), color.blue()])


def test_each_band_leads_with_its_own_colour(worn):
    blended = mixed(LOUD)[:, ::-1]
    for row, token in enumerate((STAGE.bass, STAGE.mid, STAGE.high)):
        assert np.abs(blended[row] - _rgb(token)).max() < 16
    assert np.abs(blended[3] - np.mean([_rgb(STAGE.bass), _rgb(STAGE.mid), _rgb(STAGE.high)], axis=0)).max() < 2


def test_one_colour_is_one_whatever_sounds(worn):
    picture = wave_picture(LOUD, 40, 18.0, "mono")
    assert {tuple(_middle(picture, column)) for column in range(4)} == {tuple(_middle(picture, 0))}
    assert np.abs(_middle(picture, 0) - 0.92 * _rgb(STAGE.text2)).max() <= 2


@pytest.mark.parametrize("how", WAVES)
def test_the_outline_is_the_same_in_all(how):
    tall = (wave_picture(LOUD, 40, 18.0, how)[..., 3] > 127).sum(axis=0)
    assert np.abs(tall - 36 * LOUD.max(axis=1)).max() <= 1.5


def test_silence_is_drawn_as_nothing():
    for how in WAVES:
        picture = wave_picture(np.zeros((4, 3), np.float32), 40, 18.0, how)
        assert np.isfinite(mixed(np.zeros((4, 3), np.float32))).all()
        assert picture[:18].max() == 0


def test_the_legend_says_what_the_colours_mean():
    assert [words for words, _color in legend("bands")] == ["High", "Mid", "Bass"] == [w for w, _c in legend("rgb")]
    assert legend("mono") == (("Loudness", STAGE.text2),)


def test_a_piece_is_painted_once_for_each_way(monkeypatch):
    drawn = []
    monkeypatch.setattr(waveform, "wave_picture", lambda *a: drawn.append(a[-1]) or wave_picture(*a))
    tiles = Tiles(wave_bands(make_song().peaks))
    for _again in range(2):
        for how in WAVES:
            tiles.tile(0, 0.01, 96, 1.0, how)
    assert drawn == list(WAVES)


@pytest.fixture(params=[WaveformLane, OverviewLane])
def lane(request, qtbot, studio):
    axis = TimeAxis()
    axis.set_duration(studio.duration)
    lane = request.param(studio.document, studio, axis)
    qtbot.addWidget(lane)
    lane.resize(1312, 96)
    lane.show()
    return lane


def test_a_lane_follows_and_is_drawn_no_more_often(lane):
    seen = []
    for how in WAVES:
        lane.set_colors(how)
        seen.append(lane.grab().toImage())
        kept = lane._drawn
        lane.set_colors(how)
        lane.move_playhead(1.0)
        lane.grab()
        assert lane._drawn is kept
    assert seen[0] != seen[1] != seen[2] != seen[0]


def test_a_choice_reaches_all_that_is_sound_and_the_next_start(window):
    window.actions_by_id["wave_rgb"].trigger()
    parts = (window.timeline.wave, window.timeline.overview, window.timeline.live, window.perform.song.wave,
             window.perform.song.live, window.timeline.findChild(Heads))  # fmt: skip
    assert [part.colors for part in parts] == ["rgb"] * 6
    assert Settings().waves == "rgb"


def test_one_way_is_checked_and_stays_so_when_it_is_asked_for_again(window):
    for how in ("mono", "mono", "bands", "rgb", "bands"):
        window.actions_by_id[f"wave_{how}"].trigger()
        assert [name for name in WAVES if window.actions_by_id[f"wave_{name}"].isChecked()] == [how]


def test_the_page_of_preferences_has_it_too(window):
    page = window.appearance.page
    page.waves.chosen.emit(1)
    assert window.timeline.wave.colors == "mono"
    window.actions_by_id["wave_rgb"].trigger()
    assert page.waves.index == 2


def test_a_right_click_offers_the_three(window):
    for lane in (window.timeline.wave, window.timeline.overview):
        assert lane.contextMenuPolicy() == Qt.ContextMenuPolicy.ActionsContextMenu
        assert [action.objectName() for action in lane.actions()] == [f"action:wave_{how}" for how in WAVES]


def test_what_nobody_offers_is_the_first(qtbot):
    Settings().waves = "plaid"
    window = QWidget()
    qtbot.addWidget(window)
    assert Appearance(Settings(), {}, window).waves == FIRST
