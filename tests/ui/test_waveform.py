"""The waveform: heights follow the sound at every zoom, tiles are drawn once, past is dim, the film has a frame."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest

from app.engine.audio.peaks import Peaks
from app.engine.show.show import Section
from app.ui import waveform
from app.ui.theme import STAGE
from app.ui.time_axis import TimeAxis
from app.ui.traces import bands_picture, image, line_picture, strip_picture
from app.ui.wave_bands import WaveBands, wave_bands
from app.ui.waveform import KEPT, TILE, Tiles, WaveformLane
from tests.ui.fakes import make_song
from tests.ui.lanes import drag, spot

BANDS = (QColor("#E0562B"), QColor("#F0E442"), QColor("#56B4E9"))


@pytest.fixture
def wave(qtbot, studio):
    axis = TimeAxis()
    axis.set_duration(studio.duration)
    lane = WaveformLane(studio.document, studio, axis)
    qtbot.addWidget(lane)
    lane.resize(1312, 96)
    lane.show()
    return lane


def _flat(levels, hop=256, sr=25600) -> Peaks:
    """Peaks whose low, mid and high are *levels*, a bin every hundredth of a second."""
    bins = np.zeros((len(levels), 6), np.uint8)
    bins[:, 3:] = np.asarray(levels, np.uint8)[:, None]
    return Peaks(sr, hop, (bins,))


# --- heights


def test_heights_follow_the_sound():
    bands = wave_bands(make_song().peaks)
    beat = bands.columns(0.0, 4.0, 400).reshape(8, 50, 3).mean(axis=0)
    assert beat[:10, 0].mean() > 2 * beat[35:45, 0].mean()


def test_there_is_nothing_outside_the_song():
    bands = wave_bands(_flat([200] * 100))
    columns = bands.columns(-1.0, 2.0, 300)
    assert columns[:100].max() == 0.0
    assert columns[200:].max() == 0.0
    assert columns[100:200].min() > 0.5


@pytest.mark.parametrize("seconds", [0.01, 0.5, 4.0, 32.0])
def test_every_zoom_is_finite_and_within_the_lane(seconds):
    columns = wave_bands(make_song().peaks).columns(1.0, 1.0 + seconds, 512)
    assert columns.shape == (512, 3)
    assert np.isfinite(columns).all()
    assert columns.min() >= 0.0
    assert 0.0 < columns.max() <= 1.0


def test_a_pixel_is_the_rms_of_its_stretch():
    bands = WaveBands(np.repeat(np.array([0.0, 0.0, 1.0, 1.0, 2.0])[:, None], 3, axis=1), np.full((4, 3), 0.0), 1.0)
    near, far = bands.columns(0.0, 4.0, 4)[:, 2], bands.columns(0.0, 4.0, 1)[:, 2]
    assert near == pytest.approx([0.0, 1.0, 0.0, 1.0])
    assert far == pytest.approx([1.0])  # sqrt(1/2) times the contrast about a mean of nothing, held at 1


def test_the_height_of_a_moment_depends_on_the_zoom_only_through_its_rms():
    bands = wave_bands(_flat([120] * 1000))
    assert bands.columns(2.0, 8.0, 10) == pytest.approx(bands.columns(2.0, 8.0, 3000)[:10], abs=1e-5)


def test_silence_has_no_height():
    assert wave_bands(_flat([0] * 50)).columns(0.0, 0.5, 20).max() == 0.0


# --- pictures


def test_low_stands_in_front_of_mid_and_high():
    picture = bands_picture(np.array([[0.2, 0.5, 0.9]], np.float32), 100, 50.0, BANDS)
    rgb = picture[:, 0, 2::-1].astype(int)
    for row, band in ((50, 0), (70, 1), (90, 2)):
        assert np.abs(rgb[row] - BANDS[band].getRgb()[:3]).max() < 25
    assert picture[99, 0].tolist() == [0, 0, 0, 0]
    assert (picture == picture[::-1]).all()


def test_edges_of_a_band_are_smooth():
    picture = bands_picture(np.array([[0.205, 0.0, 0.0]], np.float32), 100, 50.0, BANDS)
    alpha = picture[50:64, 0, 3].tolist()
    assert alpha[0] == round(0.92 * 255)
    assert 0 < alpha[10] < alpha[9]
    assert alpha[11] == 0


@pytest.mark.parametrize("height", [95, 96])
def test_an_odd_lane_is_mirrored_too(height):
    picture = bands_picture(np.full((3, 3), 0.4, np.float32), height, 40.0, BANDS)
    assert picture.shape == (height, 3, 4)
    assert (picture == picture[::-1]).all()


def test_a_line_is_where_it_should_be_and_as_thick():
    flat = line_picture(np.full(11, 5.5), 12, QColor(255, 255, 255), 1.0)
    assert (flat[5, :, 3] == 255).all()
    assert flat[:5].max() == 0
    assert flat[6:].max() == 0
    steep = line_picture(np.array([2.0, 10.0]), 12, QColor(255, 255, 255), 1.0)
    assert (steep[3:9, 0, 3] == 255).all()
    assert steep[0].max() == 0


def test_a_strip_has_the_colour_of_each_column():
    colors = np.array([[255, 0, 0, 255], [0, 0, 255, 255]], np.float32)
    picture = image(strip_picture(np.array([3.0, 1.0], np.float32), 10, colors))
    assert picture.pixelColor(0, 3) == QColor(0, 0, 255)
    assert picture.pixelColor(1, 5) == QColor(255, 0, 0)
    assert picture.pixelColor(1, 2).alpha() == 0


def test_tiles_are_drawn_once_and_the_unused_make_room(monkeypatch):
    drawn = []
    real = waveform.wave_picture
    monkeypatch.setattr(waveform, "wave_picture", lambda *args: drawn.append(1) or real(*args))
    tiles = Tiles(wave_bands(make_song().peaks))
    first = tiles.tile(0, 0.01, 20, 1.0)
    assert tiles.tile(0, 0.01, 20, 1.0) is first
    assert len(drawn) == 1
    for i in range(1, KEPT):
        tiles.tile(i, 0.01, 20, 1.0)
    tiles.tile(0, 0.01, 20, 1.0)  # used again: number 1 is the oldest now
    tiles.tile(KEPT, 0.01, 20, 1.0)
    assert tiles.tile(0, 0.01, 20, 1.0) is first
    assert len(drawn) == KEPT + 1
    tiles.tile(1, 0.01, 20, 1.0)
    assert len(drawn) == KEPT + 2


def test_neighbouring_tiles_meet_without_a_seam():
    bands = wave_bands(make_song().peaks)
    whole = bands.columns(0.0, 2 * TILE * 0.004, 2 * TILE)
    parts = [bands.columns(i * TILE * 0.004, (i + 1) * TILE * 0.004, TILE) for i in (0, 1)]
    assert np.concatenate(parts) == pytest.approx(whole, abs=1e-4)


# --- the lane


def test_the_wave_shows_its_colours_and_the_past_is_dim(studio, wave):
    wave.move_playhead(16.0)
    shot = wave.grab().toImage()
    past = [shot.pixelColor(x, 48).lightness() for x in range(50, 600, 7)]
    future = [shot.pixelColor(x, 48).lightness() for x in range(720, 1300, 7)]
    assert np.mean(past) < 0.7 * np.mean(future)
    hues = {shot.pixelColor(x, y).hue() // 30 for x in range(700, 1300, 3) for y in range(10, 86, 2)}
    assert {BANDS[0].hue() // 30, BANDS[1].hue() // 30, BANDS[2].hue() // 30} <= hues


def test_the_part_that_plays_is_tinted(studio, wave):
    shot = []
    for t in (2.0, 12.0):
        wave.move_playhead(t)
        shot.append(wave.grab().toImage().pixelColor(round(wave.x_of(3.3)), 12))
    assert shot[0] != STAGE.bg0
    assert shot[1] == STAGE.bg0


def test_moving_within_a_part_draws_nothing_again(wave, monkeypatch):
    wave.move_playhead(1.0)
    wave.grab()
    drawn = []
    monkeypatch.setattr(wave, "_draw", lambda painter, light: drawn.append(light))
    for i in range(60):
        wave.move_playhead(1.0 + i / 60)
        wave.grab()
    assert drawn == []
    wave.move_playhead(9.0)
    wave.grab()
    assert drawn == [1.0, 0.5]


def test_an_edit_that_is_not_drawn_draws_nothing(studio, wave, monkeypatch):
    wave.grab()
    monkeypatch.setattr(wave, "_draw", lambda painter, light: pytest.fail("drawn again"))
    studio.document.set_param("react.bass", 2.0)
    wave.grab()


def test_bars_are_marked_and_beats_only_where_they_have_room(studio, wave):
    shot = wave.grab().toImage()
    bar, beat = round(wave.x_of(2.0)), round(wave.x_of(2.5))
    assert shot.pixelColor(bar, 1).lightness() > shot.pixelColor(bar + 9, 1).lightness() + 20
    assert shot.pixelColor(beat, 94).lightness() > shot.pixelColor(beat + 6, 94).lightness() + 20
    wave.resize(300, 96)
    shot = wave.grab().toImage()
    beat = round(wave.x_of(2.5))
    assert shot.pixelColor(beat, 94) == shot.pixelColor(beat + 2, 94)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"peaks": None, "features": None, "progress": 0.42}, "Reading the song 42 %"),
        ({"features": None, "progress": 0.42}, "Listening for beats 42 %"),
        ({"progress": 0.07}, "Reading the song 7 %"),
        ({}, ""),
    ],
)
def test_progress_is_said_in_words(studio, wave, changes, words):
    studio.song = replace(studio.song, **changes)
    studio.song_changed.emit()
    wave.grab()
    assert wave._reading() == words


def test_peaks_that_arrive_later_are_drawn(studio, wave):
    song = studio.song
    studio.song = replace(song, peaks=None)
    studio.song_changed.emit()
    before = wave.grab().toImage()
    studio.song = song
    studio.song_changed.emit()
    after = wave.grab().toImage()
    assert before.pixelColor(1000, 48) == STAGE.bg0
    assert after.pixelColor(1000, 48) != STAGE.bg0


def test_a_click_seeks_and_arrows_go_by_a_beat(qtbot, studio, wave):
    qtbot.mouseClick(wave, Qt.MouseButton.LeftButton, pos=spot(wave, 12.0))
    assert studio.now() == pytest.approx(12.0, abs=0.05)
    QTest.keyClick(wave, Qt.Key.Key_Right)
    assert studio.now() == pytest.approx(12.5, abs=0.05)
    QTest.keyClick(wave, Qt.Key.Key_Home)
    QTest.keyClick(wave, Qt.Key.Key_Left)
    assert studio.now() == 0.0
    QTest.keyClick(wave, Qt.Key.Key_End)
    assert studio.now() == 32.0


# --- the film's range


def test_the_frame_moves_the_film_in_two_steps_of_undo(qtbot, studio, wave):
    wave.set_exporting(True)
    drag(qtbot, wave, spot(wave, 32.0, 20) - QPoint(2, 0), spot(wave, 20.0, 20))
    drag(qtbot, wave, spot(wave, 0.0, 20) + QPoint(2, 0), spot(wave, 8.0, 20))
    film = studio.document.show.film
    assert (film.start, film.end) == (8.0, 20.0)  # downbeats
    assert studio.document.undo_stack.count() == 2
    drag(qtbot, wave, spot(wave, 8.0, 20) + QPoint(2, 0), spot(wave, 10.0, 20))
    assert studio.document.undo_stack.count() == 3
    studio.document.undo_stack.undo()
    studio.document.undo_stack.undo()
    assert studio.document.show.film.start == 0.0


def test_outside_the_film_is_dark_and_its_frame_is_blue(studio, wave):
    document = studio.document
    document.edit("film", replace(document.show, film=replace(document.show.film, start=8.0, end=16.0)))
    wave.set_exporting(True)
    shot = wave.grab().toImage()
    a, b = round(wave.x_of(8.0)), round(wave.x_of(16.0))
    assert shot.pixelColor(a, 30) == STAGE.accent
    assert shot.pixelColor(b - 1, 30) == STAGE.accent
    inside = np.mean([shot.pixelColor(x, 48).lightness() for x in range(a + 20, b - 20, 3)])
    outside = np.mean([shot.pixelColor(x, 48).lightness() for x in range(b + 20, 1300, 3)])
    assert outside < 0.5 * inside


def test_the_ends_cannot_cross_and_the_last_end_is_the_songs(qtbot, studio, wave):
    wave.set_exporting(True)
    drag(qtbot, wave, spot(wave, 32.0, 20) - QPoint(2, 0), spot(wave, 20.0, 20))
    drag(qtbot, wave, spot(wave, 0.0, 20) + QPoint(2, 0), spot(wave, 30.0, 20))
    assert studio.document.show.film.start == pytest.approx(19.9)
    drag(qtbot, wave, spot(wave, 20.0, 20), QPoint(wave.width() + 40, 20))
    assert studio.document.show.film.end == 0.0
    assert wave.film_range()[1] == 32.0


def test_create_shows_no_frame(studio, wave):
    assert wave.grab().toImage().pixelColor(0, 30) != STAGE.accent


def test_sections_of_the_show_win_over_those_that_were_heard(studio, wave):
    own = (Section(0.0, 5.0, "A"), Section(5.0, 32.0, "B"))
    studio.document.edit("s", replace(studio.document.show, sections=own))
    assert wave.sections == own
    studio.document.edit("s", replace(studio.document.show, sections=()))
    assert wave.sections == studio.session.sections != ()
