"""Through the real engine thread: what an export writes is what the preview showed at those times."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from app.engine.audio.player import Player
from app.engine.show.factory import new_show
from app.engine.show.show import Film
from app.engine.stylegan.library import bundled_styles
from app.ui.document import Document
from app.ui.engines import open_engine
from app.ui.studio import Studio
from tests.songs import real_songs

FPS, COUNT, START = 4, 4, 2.0
"""Four frames a second at quarter seconds: times that a float and a count of samples agree on exactly."""


@pytest.fixture
def studio(qtbot):
    style = bundled_styles()[0]
    studio = Studio(Document(new_show(style.ref)), Player(silent=True), open_engine("cpu", None), (style,))
    studio._engine.open_style(style.ref)
    studio.start()
    yield studio
    studio.close()


@pytest.mark.journey
@pytest.mark.timeout(300)
def test_play_edit_undo_export(studio, qtbot, tmp_path):
    studio.open_song(real_songs()[0])
    qtbot.waitUntil(lambda: studio.song.features is not None and studio.session is not None, timeout=240_000)
    qtbot.waitUntil(lambda: studio.playing and studio.take_frame() is not None)
    studio.pause()
    film = Film(start=START, end=START + COUNT / FPS, fps=FPS, format="png")
    studio.document.edit("Film", replace(studio.document.show, film=film))
    before = shown(studio, qtbot)
    studio.document.set_param("react.truncation", 0.2)
    edited = shown(studio, qtbot, unlike=before)
    assert all(not np.array_equal(edited[t], before[t]) for t in before)
    studio.document.undo_stack.undo()
    undone = shown(studio, qtbot, unlike=edited)
    assert all(np.array_equal(undone[t], before[t]) for t in before)
    studio.start_export(tmp_path / "film")
    qtbot.waitUntil(lambda: studio.export.state in ("done", "failed"))
    assert studio.export.state == "done", studio.export.message
    files = sorted(studio.export.path.glob("*.png"))
    assert len(files) == COUNT
    said = Image.open(files[0]).text
    assert (said["Style"], said["Style SHA-256"], said["Style licence"]) == (
        "Bloom", studio.style.sha256, "CC0-1.0",
    )  # fmt: skip
    for file, (t, picture) in zip(files, sorted(before.items()), strict=True):
        assert np.array_equal(np.asarray(Image.open(file).convert("RGB")), picture), f"the frame at {t} s differs"


def shown(studio, qtbot, unlike=None) -> dict[float, np.ndarray]:
    """The pictures that the live engine shows at the film's times; *unlike*: wait until the edit has arrived."""
    pictures = {}
    qtbot.waitUntil(lambda: not studio.staging.busy)  # the newest Show plays
    for i in range(COUNT):
        t = START + i / FPS
        studio.seek(t)
        kept = []

        def arrived(t=t, kept=kept) -> bool:
            frame = studio.take_frame()
            if frame is not None and frame.t == t:
                kept.append(frame.image)
            return bool(kept) and (unlike is None or not np.array_equal(kept[-1], unlike[t]))

        qtbot.waitUntil(arrived)
        pictures[t] = kept[-1]
    return pictures
