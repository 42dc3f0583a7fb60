"""The Finish in films and in the window: every effect goes into both, and both are the same."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.__main__ import main
from app.engine.audio.demo import demo_song
from app.engine.audio.player import Player
from app.engine.show.factory import new_show
from app.engine.show.saved import save_show
from app.engine.show.show import Film, Finish, LutRef
from app.engine.stylegan.library import bundled_styles
from app.ui.document import Document
from app.ui.engines import open_engine
from app.ui.studio import Studio

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]

SWAPPED = "LUT_3D_SIZE 2\n" + "\n".join(f"{b} {g} {r}" for b in (0, 1) for g in (0, 1) for r in (0, 1))
EVERYTHING = Finish(
    brightness=0.05, contrast=1.1, black=0.05, white=0.9, gamma=1.2, feedback=0.5, feedback_zoom=1.0, trails=0.2,
    mirror="left-right", kaleidoscope=6, glitch=0.4, bloom=0.5, vignette=0.5, lut_amount=0.7,
)  # fmt: skip
EXACT = ("--device", "cpu", "--precision", "float32")


@pytest.fixture
def cube(tmp_path):
    path = tmp_path / "swapped.cube"
    path.write_text(SWAPPED)
    return path


def rendered(folder: Path, show: Path, *argv: str) -> list[np.ndarray]:
    song = str(demo_song()[0])
    main(["render", song, "--show", str(show), "-o", str(folder), "--format", "png", *EXACT, *argv])
    return [np.asarray(Image.open(file).convert("RGB")).astype(int) for file in sorted(folder.glob("*.png"))]


def test_films_from_the_command_line_have_the_finish_of_the_show(tmp_path, cube, capsys):
    show = new_show(bundled_styles()[0].ref)
    plain, mirrored, coloured, lost = (tmp_path / f"{name}.anthesis" for name in ("plain", "mirror", "lut", "lost"))
    save_show(show, plain)
    save_show(show.with_scene(finish=Finish(mirror="quad")), mirrored)
    save_show(show.with_scene(finish=Finish(lut=LutRef(str(cube)))), coloured)
    save_show(show.with_scene(finish=Finish(lut=LutRef(str(tmp_path / "gone.cube")))), lost)
    span = ("--start", "3", "--end", "3.1", "--fps", "20")
    own = rendered(tmp_path / "a", plain, *span)
    quad = rendered(tmp_path / "b", mirrored, *span)
    assert len(own) == len(quad) == 2
    assert all(np.array_equal(picture, picture[::-1, ::-1]) for picture in quad)
    swapped = rendered(tmp_path / "c", coloured, *span)
    assert max(np.abs(one - other[..., ::-1]).max() for one, other in zip(own, swapped, strict=True)) <= 1
    capsys.readouterr()
    without = rendered(tmp_path / "d", lost, *span)
    assert "The table of colours is left out: gone.cube is not where it was" in capsys.readouterr().out
    assert all(np.array_equal(one, other) for one, other in zip(own, without, strict=True))
    option = rendered(tmp_path / "e", plain, *span, "--set", "finish.mirror=quad")
    assert all(np.array_equal(one, other) for one, other in zip(quad, option, strict=True))


def test_films_of_30_and_60_with_a_memory_agree(tmp_path, cube):
    show = tmp_path / "all.anthesis"
    save_show(new_show(bundled_styles()[0].ref).with_scene(finish=replace(EVERYTHING, lut=LutRef(str(cube)))), show)
    span = ("--start", "3", "--end", "3.2", "--size", "64")
    slow = rendered(tmp_path / "30", show, *span, "--fps", "30")
    fast = rendered(tmp_path / "60", show, *span, "--fps", "60")
    assert len(slow) == 6
    assert max(np.abs(one - other).max() for one, other in zip(slow, fast[::2], strict=True)) <= 1


def test_the_window_shows_what_the_film_does(qtbot, tmp_path, cube):
    style = bundled_styles()[0]
    show = new_show(style.ref).with_scene(finish=replace(EVERYTHING, lut=LutRef(str(cube))))
    studio = Studio(Document(show), Player(silent=True), open_engine("cpu", "float32"), (style,))
    studio._engine.open_style(style.ref)
    studio.start()
    try:
        studio.open_song(demo_song()[0], play=False)
        qtbot.waitUntil(lambda: studio.song.features is not None and studio.session is not None, timeout=120_000)
        qtbot.waitUntil(lambda: not studio.song.live and studio.session.lut is not None)
        studio.seek(2.5)
        kept = []

        def settled() -> bool:
            frame = studio.take_frame()
            if frame is not None and frame.t == 2.5 and frame.settled:
                kept.append(frame.image.astype(int))
            return bool(kept)

        qtbot.waitUntil(settled)
        film = Film(start=2.5, end=3.0, fps=2, format="png")  # opening a song began another
        studio.document.edit("Film", replace(studio.document.show, film=film))
        studio.start_export(tmp_path / "film")
        qtbot.waitUntil(lambda: studio.export.state in ("done", "failed"))
        assert studio.export.state == "done", studio.export.message
    finally:
        studio.close()
    files = sorted((tmp_path / "film").glob("*.png"))
    assert len(files) == 1
    assert np.abs(np.asarray(Image.open(files[0]).convert("RGB")).astype(int) - kept[-1]).max() <= 1
