"""The look: what must be readable is readable, the fonts and icons are ours, and the whole of it is small."""

import pytest
from PySide6.QtGui import QColor, QFontInfo, QFontMetrics, QPalette

from app.engine import paths
from app.engine.show.sources import SOURCES
from app.ui import theme
from app.ui.theme import STAGE
from app.ui.tokens import THEMES
from tests.ui.look import contrast


@pytest.fixture
def dressed(qapp):
    before = qapp.styleSheet(), QPalette(qapp.palette()), qapp.font(), qapp.style().objectName()
    theme.apply(qapp)
    yield qapp
    qapp.setStyleSheet(before[0])
    qapp.setPalette(before[1])
    qapp.setFont(before[2])
    qapp.setStyle(before[3])


@pytest.fixture(params=THEMES)
def worn(request):
    """Each theme in turn."""
    STAGE.wear(request.param)
    yield request.param
    STAGE.wear("stage")


@pytest.mark.parametrize("text", ["text_hi", "text", "text2", "text3"])
@pytest.mark.parametrize("ground", ["bg0", "bg1", "bg2", "bg3", "lane", "pad"])
def test_text_can_be_read_on_every_ground(worn, text, ground):
    assert contrast(getattr(STAGE, text), getattr(STAGE, ground)) >= 4.5


@pytest.mark.parametrize(
    ("words", "fill"),
    [("on_accent", "accent"), ("on_live", "live"), ("on_warn", "warn"), ("freeze_text", "freeze"),
     ("blackout_text", "blackout"), ("blackout_key", "blackout"), ("queued_text", "queued"), ("text", "sel"),
     ("on_warn_key", "warn"), ("drop_text", "sel"), ("text2", "running"), ("broken_text", "bg1"), ("live", "bg1"),
     ("warn", "bg1"), ("ok", "bg1"), ("accent", "bg1"), ("learn", "bg1")],
)  # fmt: skip
def test_words_can_be_read_on_their_fill(worn, words, fill):
    assert contrast(getattr(STAGE, words), getattr(STAGE, fill)) >= 4.5


def test_section_letters_can_be_read(worn):
    assert min(contrast(STAGE.text_hi, color) for color in STAGE.sections) >= 4.5
    assert len(STAGE.tints) == len(STAGE.sections)


def test_outlines_of_inputs_can_be_seen(worn):
    assert min(contrast(STAGE.border_strong, g) for g in (STAGE.bg0, STAGE.bg1, STAGE.bg2, STAGE.bg3)) >= 3.0


def test_the_application_wears_it(dressed):
    assert dressed.palette().color(QPalette.ColorRole.Window) == STAGE.bg1
    assert QFontInfo(dressed.font()).family() == "Inter"
    assert dressed.style().objectName() == "fusion" or "fusion" in dressed.styleSheet().lower() or dressed.styleSheet()


def test_who_holds_a_colour_follows_when_another_theme_is_worn():
    held = STAGE.accent
    STAGE.wear("dim")
    assert held == QColor(THEMES["dim"]["accent"]) != QColor(THEMES["stage"]["accent"])
    STAGE.wear("no such theme")
    assert (STAGE.name, held) == ("stage", QColor(THEMES["stage"]["accent"]))


def test_every_theme_has_every_colour():
    assert len({frozenset(paints) for paints in THEMES.values()}) == 1


def test_high_contrast_is_black_and_white():
    STAGE.wear("contrast")
    outline = STAGE.edge, contrast(STAGE.text, STAGE.bg0), contrast(STAGE.border, STAGE.bg1)
    STAGE.wear("stage")
    assert outline == (2, pytest.approx(21.0), pytest.approx(21.0))


def test_the_sheet_is_small_and_filled_in(dressed):
    sheet = dressed.styleSheet()
    assert sheet.count("\n") < 300
    assert "{{" not in sheet
    assert STAGE.accent.name() in sheet


def test_weights_are_real_faces(qapp):
    wide = [QFontMetrics(theme.font(40, w)).horizontalAdvance("Anthesis") for w in (400, 500, 600, 700)]
    assert wide == sorted(set(wide))


def test_figures_do_not_tremble(qapp):
    metrics = QFontMetrics(theme.font(20, 600))
    assert metrics.horizontalAdvance("111.11") == metrics.horizontalAdvance("888.88")


def test_mono_is_mono(qapp):
    metrics = QFontMetrics(theme.font(12, mono=True))
    assert metrics.horizontalAdvance("iiii") == metrics.horizontalAdvance("mmmm")


def test_every_icon_draws_something_in_the_colour_asked_for(qapp):
    for file in sorted((paths.resources() / "icons").glob("*.svg")):
        if file.stem.endswith("-grey"):
            continue
        image = theme.pixmap(file.stem, "#FF0000", 24, 2.0).toImage()
        inked = [image.pixelColor(x, y) for x in range(48) for y in range(48) if image.pixelColor(x, y).alpha() > 200]
        assert inked, file.stem
        assert all(c.red() > 200 and c.green() < 60 for c in inked), file.stem


def test_a_filled_icon_has_more_ink(qapp):
    def ink(name):
        image = theme.pixmap(name, "#FFFFFF", 24).toImage()
        return sum(image.pixelColor(x, y).alpha() > 128 for x in range(24) for y in range(24))

    assert ink("square-fill") > 2 * ink("square")


def test_icons_are_drawn_once(qapp):
    assert theme.pixmap("play", "#ABCDEF", 16).cacheKey() == theme.pixmap("play", "#ABCDEF", 16).cacheKey()


def test_every_source_has_a_badge():
    for source in SOURCES:
        letter, color = theme.source_badge(source)
        assert len(letter) == 1
        assert isinstance(color, QColor)
    assert theme.source_badge("kick") == ("B", STAGE.bass)
    assert theme.source_badge("hat") == ("H", STAGE.high)


def test_parts_that_sound_alike_look_alike():
    assert theme.section_tint("A") == theme.section_tint("A") != theme.section_tint("B")
    assert theme.section_tint("").isValid()
