"""Check 5 of ux.md: a truncated or an evil pickle is told on its card, nothing of it runs, and the output goes on."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from app.ui import theme
from app.ui.window import Options, build
from tests.checkpoints import write_ada
from tests.dropping import drop
from tests.hostile import CALLS, HARM, written
from tests.vectors.networks import card_of

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]


@pytest.fixture
def opened(qtbot, qapp) -> Iterator[tuple]:
    """The real window with its engine, and the picture on the output."""
    theme.apply(qapp)
    window, studio = build(Options(silent=True, size=(1440, 900)))
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(lambda: window.picture.number > 0, timeout=60_000)
    window.actions_by_id["output"].trigger()
    yield window, studio
    window.close()
    studio.close()


def truncated(folder: Path) -> Path:
    whole = write_ada(folder / "whole.pkl", card_of("rgb1_32")).read_bytes()
    return written(folder, whole[: len(whole) // 2], "truncated.pkl")


def evil(folder: Path) -> Path:
    return written(folder, CALLS["STACK_GLOBAL"])


@pytest.mark.parametrize("make", [truncated, evil], ids=["truncated", "os.system"])
def test_it_is_told_and_the_output_goes_on(opened, make, qtbot, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    window, studio = opened
    file, harm = make(tmp_path), tmp_path / HARM.split()[-1].decode()
    listed, show = [entry.name for entry in studio.styles], window.document.show
    number = window.output.painted_frame_id
    with qtbot.waitSignal(studio.told, timeout=60_000) as told:
        drop(window, file)
    kind, title, sentence = told.args
    assert (kind, title) == ("error", f"{file.name} was not added")
    assert file.name in sentence
    assert ("os.system" in sentence) == (make is evil)
    card = window.styles.rows.rows[0]
    assert (card.style.path, card.entry.trouble) == (file, sentence)
    assert card.look[0] == ("lock" if make is evil else "octagon-alert")
    assert QApplication.activeModalWidget() is None
    qtbot.waitUntil(lambda: window.output.painted_frame_id > number + 10, timeout=60_000)
    assert [entry.name for entry in studio.styles] == listed
    assert window.document.show == show
    assert not harm.exists()
