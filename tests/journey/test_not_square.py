"""A network that is not square, in the window: dropped, it plays, has a map of square pictures, and makes films."""

from dataclasses import replace

import pytest
from PIL import Image
from PySide6.QtWidgets import QApplication

from app.engine.stylegan.card import Card
from app.ui import theme
from app.ui.window import Options, build
from tests.checkpoints import write_ada

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]
WIDE = Card("wide", 16, const_height=4, const_width=7, z_dim=16, w_dim=16, num_mapping_layers=2, channel_base=128,
            channel_max=8)  # fmt: skip


@pytest.fixture
def opened(qtbot, qapp, tmp_path):
    theme.apply(qapp)
    file = write_ada(tmp_path / "wide.pkl", WIDE)
    window, studio = build(Options(file=file, silent=True, size=(1440, 900), device="cpu"))
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(lambda: window.picture.image is not None and window.picture.image.width() == 28)
    yield window, studio
    window.close()
    studio.close()


def test_it_plays_in_its_own_shape(opened, qtbot):
    window, studio = opened
    number = window.picture.number
    qtbot.waitUntil(lambda: window.picture.number > number + 10)
    assert window.picture.image.height() == 16
    place = window.preview.picture_rect()
    assert place.width() / place.height() == pytest.approx(28 / 16, abs=0.01)
    assert (studio.engine.width, studio.engine.height) == (28, 16)
    assert window.bottom.size_chip.text().startswith("28 × 16")
    assert "28 × 16" in "".join(card.facts for card in window.styles.rows.rows)
    assert (studio.atlas.width, studio.atlas.height) == (28, 16)
    assert QApplication.activeModalWidget() is None


def test_its_thumbnails_are_square_and_kept(opened, qtbot):
    _window, studio = opened
    studio.pause()
    qtbot.waitUntil(lambda: studio.style.sheet_path.is_file(), timeout=120_000)
    assert (studio.sheet.width(), studio.sheet.height()) == (32 * 64, 32 * 64)


def test_its_films_have_its_shape_or_the_one_that_was_chosen(opened, qtbot, tmp_path):
    window, _studio = opened
    form, show = window.export.form, window.document.show
    window.show_workspace("export")  # hidden, its fields wait
    form.folder = tmp_path
    film = replace(show.film, start=0.0, end=0.2, fps=10, format="png", audio=False)
    shapes = {(0, 0, "crop"): (28, 16), (64, 64, "mirror"): (64, 64), (0, 64, "fit"): (112, 64)}
    for (width, height, fit), size in shapes.items():
        window.document.edit("Film", replace(show, film=replace(film, width=width, height=height, fit=fit)))
        assert form.size_pixels() == size
        assert form.fit.isEnabled() == (fit == "mirror")
        window.actions_by_id["export_now"].trigger()
        job = window.export.queue.jobs[-1]
        qtbot.waitUntil(lambda n=job.number: _state(window, n) == "done")
        with Image.open(min(job.path.iterdir())) as picture:
            assert picture.size == size


def _state(window, number: int) -> str:
    return next(job.state for job in window.export.queue.jobs if job.number == number)
