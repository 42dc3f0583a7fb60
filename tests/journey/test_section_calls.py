"""Through the real engine thread: scenes that parts of the song call for are filmed as they were played."""

from dataclasses import replace

import numpy as np
import pytest
import soundfile
from PIL import Image

from app.__main__ import main
from app.engine.audio.track import load_track
from app.engine.show.factory import new_show
from app.engine.show.saved import save_show
from app.engine.show.show import Film, Path, Section, SongRef
from app.engine.stylegan.library import bundled_styles
from tests.journey.test_takes import FPS, SOON, Firm, Stage, perform

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]


@pytest.fixture
def stage(qtbot, monkeypatch):
    monkeypatch.setattr("app.engine.render.live.Ladder", Firm)
    made = Stage(qtbot)
    yield made
    made.studio.close()


def test_what_parts_call_for_is_filmed_as_it_was_played(stage, qtbot, tmp_path):
    studio = stage.studio
    show = studio.document.show
    parts = (Section(0.0, 2.5, "A", scene=0), Section(2.5, 4.0, "B", scene=2), Section(4.0, 32.0, "C"))
    scenes = tuple(
        replace(scene, react=replace(scene.react, glide=glide))
        for scene, glide in zip(show.scenes, (0.0, 0.0, 1.0), strict=True)
    )
    film = Film(start=2.0, end=3.5, fps=FPS, format="png")
    studio.document.open(replace(show, scenes=scenes, sections=parts, film=film))
    studio.player.playing = True
    seen = perform(stage, 2.0, {}, 1.5)
    assert studio.performing.playing == 2
    assert len({image.tobytes() for image in seen.values()}) == len(seen)
    playback = studio.replaying.called()
    studio.start_export(tmp_path / "film", playback=playback)
    qtbot.waitUntil(lambda: studio.export.state in ("done", "failed"), timeout=SOON)
    assert studio.export.state == "done", studio.export.message
    files = sorted(studio.export.path.glob("*.png"))
    assert len(files) == len(seen)
    for file, (p, image) in zip(files, sorted(seen.items()), strict=True):
        assert np.array_equal(np.asarray(Image.open(file).convert("RGB")), image), f"{2.0 + p} s is not what it was"


def test_the_command_line_films_what_parts_call_for(tmp_path, capsys):
    song = tmp_path / "Song.wav"
    t = np.arange(2 * 22050) / 22050
    soundfile.write(song, (0.3 * np.sin(2 * np.pi * 110 * t)).astype(np.float32), 22050)
    first = new_show(bundled_styles()[0].ref)
    scenes = tuple(replace(first.scene, path=Path(i), react=replace(first.scene.react, glide=0.0)) for i in range(2))
    parts = (Section(0.0, 1.0, "A"), Section(1.0, 2.0, "B"))
    show = replace(first, scenes=scenes, sections=parts, song=SongRef(str(song), load_track(song).sha256))
    films = {}
    shows = {
        "a": show,
        "b": replace(show, active=1),
        "ab": replace(show, sections=(parts[0], replace(parts[1], scene=1))),
        "ba": replace(show, sections=(replace(parts[0], scene=1), replace(parts[1], scene=0))),
    }
    for name, one in shows.items():
        save_show(one, tmp_path / f"{name}.anthesis")
        argv = ["render", str(song), "--show", str(tmp_path / f"{name}.anthesis"), "--size", "48x48", "--fps", "4"]
        more = ["--format", "png", "--device", "cpu", "--precision", "float32", "--start", "0.5", "--end", "1.5"]
        assert main([*argv, *more, "-o", str(tmp_path / name)]) == 0
        films[name] = [np.asarray(Image.open(picture)) for picture in sorted((tmp_path / name).iterdir())]
    assert "4 frames of 48x48, 1.00 s" in capsys.readouterr().out
    for name, parts_of in (("ab", "aabb"), ("ba", "bbaa")):
        for i, alone in enumerate(parts_of):
            assert np.array_equal(films[name][i], films[alone][i]), (name, i)
    assert not any(np.array_equal(a, b) for a, b in zip(films["a"], films["b"], strict=True))
