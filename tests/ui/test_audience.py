"""What the audience sees: one picture for every way out, a card in the pixels of the device, displays by name."""

from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QImage, QPainter

from app.ui.audience import Audience
from app.ui.card import draw_card
from app.ui.displays import Display, asked_for, choose, recognise
from app.ui.outputs import Easel
from app.ui.stage import StagePicture


@pytest.fixture
def audience(qtbot, studio):
    return Audience(StagePicture(studio))


def painted(audience: Audience, wide: int = 256, tall: int = 256, name: str = "NDI") -> np.ndarray:
    """``(tall, wide, 3)`` RGB, as an output gets it."""
    return Easel(name).draw((audience.seen, QSize(wide, tall)))[..., 2::-1]


def test_a_live_output_gets_the_picture_bit_for_bit(audience, studio):
    frame = studio.give_frame(shade=180)
    assert np.array_equal(painted(audience), frame.image)


def test_another_shape_has_black_beside_it(audience, studio):
    studio.give_frame(shade=180)
    seen = painted(audience, 512, 256)
    assert not seen[:, :128].any()
    assert not seen[:, -128:].any()
    assert seen[128, 300].tolist() == [180, 180, 180]


def test_blackout_is_black_everywhere_and_fades(audience, studio):
    studio.give_frame(shade=180)
    studio.set_blackout(True)
    audience.shade.setCurrentTime(75)
    assert 0 < painted(audience)[128, 200, 0] < 180
    audience.shade.setCurrentTime(150)
    assert not painted(audience).any()


def test_freeze_holds_for_every_output_and_dissolves(audience, studio):
    studio.give_frame(shade=180)
    studio.set_frozen(True)
    studio.give_frame(shade=40)
    assert painted(audience)[128, 200, 0] == 180
    studio.set_frozen(False)
    audience.mix.setCurrentTime(100)
    assert 40 < painted(audience)[128, 200, 0] < 180


def test_every_change_of_what_is_seen_is_told(audience, studio, qtbot):
    for change in (
        lambda: studio.give_frame(),
        lambda: studio.set_frozen(True),
        lambda: studio.set_frozen(False),
        lambda: audience.set_fit("crop"),
        lambda: audience.show_card(True),
    ):
        with qtbot.waitSignal(audience.changed):
            change()


def test_the_card_takes_the_place_of_the_picture(audience, studio):
    studio.give_frame(shade=180)
    audience.show_card(True)
    card = painted(audience, 640, 360)
    audience.show_card(False)
    assert not np.array_equal(card, painted(audience, 640, 360))


@pytest.mark.parametrize("size", [(1920, 1080), (1080, 1920), (512, 512), (333, 217), (64, 48)])
def test_the_card_has_a_frame_of_one_pixel_and_round_circles(qapp, size):
    image = QImage(QSize(*size), QImage.Format.Format_RGB32)
    painter = QPainter(image)
    draw_card(painter, image.size(), "BEAMER")
    painter.end()
    wide, tall = size
    white = QColor(255, 255, 255)
    for x in (0, wide // 3, wide - 1):
        assert image.pixelColor(x, 0) == image.pixelColor(x, tall - 1) == white
    for y in (0, tall // 3, tall - 1):
        assert image.pixelColor(0, y) == image.pixelColor(wide - 1, y) == white
    if min(size) > 200:  # one pixel: the next is none of it
        assert image.pixelColor(wide // 3, 2) != white
        assert image.pixelColor(2, tall // 3) != white


def test_the_lines_of_the_card_are_one_pixel_wide(qapp):
    image = QImage(1920, 1080, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    draw_card(painter, image.size(), "BEAMER")
    painter.end()
    row = [image.pixelColor(x, 30).red() for x in range(2, 400)]
    lit = [i for i, red in enumerate(row) if red > 40]
    lines = [i for i in lit if i - 1 not in lit and i + 1 not in lit]
    assert len(lines) >= 3
    assert {round(b - a) for a, b in pairwise(lines)} <= {119, 120, 121, 240}


BEAMER, OTHER = Display("HDMI-1", "S77", 1920, 1080, "Beamer X"), Display("DP-2", "", 2560, 1440)


def test_a_display_is_recognised_by_itself_then_by_its_number_then_by_its_socket():
    moved = Display("HDMI-2", "S77", 1920, 1080)
    assert recognise(BEAMER.key, (OTHER, BEAMER)) == BEAMER
    assert recognise(BEAMER.key, (OTHER, moved)) == moved
    assert recognise(BEAMER.key, (OTHER, Display("HDMI-1", "S99"))) == Display("HDMI-1", "S99")
    assert recognise(BEAMER.key, (OTHER,)) is None
    assert recognise("DP-9|", (OTHER,)) is None, "no number is not the same as another's none"


def test_a_display_is_asked_for_as_people_write_it():
    there = (OTHER, BEAMER)
    for words in ("HDMI-1", "hdmi-1", "s77", "beamer x", "Beamer", "1920"):
        assert asked_for(words, there) == BEAMER
    assert asked_for("  ", there) is None
    assert asked_for("attic", there) is None


def test_without_a_choice_the_other_display_is_taken():
    assert choose((BEAMER, OTHER), "HDMI-1") == "DP-2"
    assert choose((BEAMER,), "HDMI-1") == "HDMI-1"
    assert choose((BEAMER, OTHER), "DP-2", "HDMI-1|S77") == "HDMI-1"


def test_a_display_says_its_name_and_size():
    assert BEAMER.words == "HDMI-1 · Beamer X · 1920 × 1080"
    assert Display("", "", 800, 600).words == "Display · 800 × 600"
