"""The command line as people type it: films, facts, and one sentence when something cannot be done."""

import contextlib
import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

import app.__main__ as command_line
from app import __version__
from app.__main__ import main
from app.cli.arguments import parse, seconds, size
from app.cli.render import asked_path, asked_show
from app.cli.terminal import clock_time
from app.engine import paths
from app.engine.errors import ShowError
from app.engine.show.factory import new_show
from app.engine.show.presets import PRESETS, preset
from app.engine.show.saved import save_show
from app.engine.show.show import Path as Way
from app.engine.show.show import Section, StyleRef
from app.engine.stylegan.library import bundled_styles

SR = 22050
EXACT = ("--device", "cpu", "--precision", "float32")


@pytest.fixture(autouse=True)
def sigterm_as_it_was() -> Iterator[None]:
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.fixture
def song(tmp_path: Path) -> Path:
    """Two seconds of a tone that swells, with a click every half second."""
    import soundfile

    t = np.arange(2 * SR) / SR
    y = 0.3 * t * np.sin(2 * np.pi * 110 * t) / 2
    y[:: SR // 2] = 0.9
    path = tmp_path / "Song.wav"
    soundfile.write(path, np.column_stack([y, y]).astype(np.float32), SR)
    return path


def asked(*argv: str) -> tuple[object, Path]:
    args = parse(["render", "song.ogg", *argv])
    show = asked_show(args)
    return show, asked_path(args, show.film)


def pictures(folder: Path) -> list[np.ndarray]:
    return [np.asarray(Image.open(file)) for file in sorted(folder.iterdir())]


def test_render_makes_the_film_asked_for(song: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    film = tmp_path / "film.mp4"
    argv = [
        "--style",
        "BLOOM",
        "--preset",
        "shimmer",
        "--size",
        "96x64",
        "--fps",
        "20",
        "--start",
        "0.5",
        "--end",
        "1.0",
    ]
    assert main(["render", str(song), *argv, "-o", str(film), *EXACT]) == 0
    assert capsys.readouterr().out.startswith(f"{film}: 10 frames of 96x64, 0.50 s, made in ")
    with av.open(str(film)) as made:
        video, audio = made.streams.video[0], made.streams.audio[0]
        assert (video.width, video.height, video.frames, video.average_rate) == (96, 64, 10, 20)
        assert abs(float(audio.duration * audio.time_base) - 0.5) < 1 / 20
        seen = [frame.to_ndarray(format="rgb24") for frame in made.decode(video=0)]
    assert max(picture.std() for picture in seen) > 10  # something to see
    assert not np.array_equal(seen[0], seen[-1])
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["Song.wav", "film.mp4"]


def test_films_of_30_and_60_agree_and_come_out_the_same_again(song: Path, tmp_path: Path) -> None:
    made = {}
    for name, fps in (("slow", 30), ("fast", 60), ("again", 60)):
        argv = ["--fps", str(fps), "--start", "0.45", "--end", "0.55", "--format", "png", "--preset", "strobe", *EXACT]
        assert main(["render", str(song), "-o", str(tmp_path / name), *argv]) == 0
        made[name] = pictures(tmp_path / name)
    assert [len(made[name]) for name in made] == [3, 6, 6]
    assert all(map(np.array_equal, made["slow"], made["fast"][::2]))
    assert all(map(np.array_equal, made["fast"], made["again"]))
    assert not np.array_equal(made["fast"][0], made["fast"][-1])


def test_what_is_asked_is_what_is_rendered(tmp_path: Path) -> None:
    show, path = asked("--preset", "teleport DANCER", "--set", "react.bass=2.5", "--set", "finish.hue=-0.25",
                       "--set", "react.interpolation=LINEAR", "--set", "react.drums=off", "--seed", "9",
                       "--size", "512", "--fps", "24", "--start", "1:02.5", "--end", "90", "--no-audio",
                       "-o", str(tmp_path / "film"))  # fmt: skip
    assert path == tmp_path / "film.mp4"
    assert show.scene.preset == "Teleport Dancer"
    assert show.scene.routes[: len(preset("Teleport Dancer").routes)] == preset("Teleport Dancer").routes
    assert (show.scene.react.bass, show.scene.react.interpolation, show.scene.react.drums) == (2.5, "linear", False)
    assert (show.scene.finish.hue, show.scene.path.seed) == (-0.25, 9)
    film = show.film
    assert (film.width, film.height, film.fps, film.start, film.end, film.audio) == (512, 512, 24, 62.5, 90.0, False)


def test_the_flash_guard_is_off_only_with_a_reason() -> None:
    assert asked()[0].guarded
    show, _ = asked("--flash-guard-off", " announced \n at the door ")
    assert show.guard_off_reason == "announced at the door"
    for reason in ("", "  ", "because " * 30):
        with pytest.raises(ShowError, match="stays on"):
            asked("--flash-guard-off", reason)


def test_without_options_the_film_is_what_the_window_shows_first() -> None:
    show, path = asked()
    first = new_show(show.scene.style)
    assert show.scenes == first.scenes
    assert show.scene.style.name == "Bloom"
    assert path == Path("song.mp4")


def test_a_saved_show_is_taken_whole_and_options_go_on_top(tmp_path: Path) -> None:
    saved = new_show(asked()[0].scene.style).with_scene(preset="Mine")
    save_show(saved, tmp_path / "my.anthesis")
    show, _ = asked("--show", str(tmp_path / "my.anthesis"))
    assert show == saved
    show, _ = asked("--show", str(tmp_path / "my.anthesis"), "--fps", "60", "--set", "react.energy=0.2")
    assert (show.scene.preset, show.film.fps, show.scene.react.energy) == ("Mine", 60, 0.2)


def test_one_scene_is_asked_for_by_name_or_number_and_options_change_that_one(tmp_path: Path) -> None:
    made = new_show(asked()[0].scene.style)
    scenes = tuple(replace(made.scene, name=name) for name in ("Peony Burst", "7", "Wheel"))
    save_show(replace(made, scenes=scenes), tmp_path / "my.anthesis")
    for name, row in (("wheel", 2), ("1", 0), ("7", 1), (" Peony burst ", 0)):
        show, _ = asked("--show", str(tmp_path / "my.anthesis"), "--scene", name, "--set", "react.energy=0.2")
        assert show.active == row
        assert [scene.react.energy == 0.2 for scene in show.scenes] == [n == row for n in range(3)]
    for name in ("Rose", "4", "0", ""):
        with pytest.raises(ShowError, match="Choose one of these: Peony Burst, 7, Wheel"):
            asked("--show", str(tmp_path / "my.anthesis"), "--scene", name)


def test_the_film_of_a_scene_has_no_other_whatever_parts_of_the_song_call_for(song: Path, tmp_path: Path) -> None:
    show = new_show(asked()[0].scene.style)
    other = replace(show.scene, name="Other", path=Way(9))
    for name, called in (("plain", None), ("called", 1)):
        part = Section(0.0, 4.0, "A", scene=called)
        save_show(replace(show, scenes=(show.scene, other), sections=(part,)), tmp_path / f"{name}.anthesis")
    made = {}
    for name, show_file, *more in (("plain", "plain"), ("alone", "called", "--scene", "1"), ("called", "called")):
        argv = ("--show", str(tmp_path / f"{show_file}.anthesis"), *more, "--end", "0.1", "--format", "png", *EXACT)
        assert main(["render", str(song), "-o", str(tmp_path / name), *argv]) == 0
        made[name] = pictures(tmp_path / name)
    assert all(map(np.array_equal, made["plain"], made["alone"]))
    assert not np.array_equal(made["plain"][0], made["called"][0])


def test_names_of_films(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "song.mp4").write_text("")
    assert asked()[1] == Path("song 2.mp4")
    assert asked("--overwrite")[1] == Path("song.mp4")
    assert asked("--format", "png")[1] == Path("song")
    assert asked("-o", "shots.png")[1] == Path("shots")
    assert asked("-o", "shots.v2", "--format", "png")[1] == Path("shots.v2")
    assert asked("-o", "a.MP4")[1] == Path("a.MP4")


@pytest.mark.parametrize(
    ("argv", "sentence"),
    [
        (["--style", "nope"], "There is no Style called “nope”. There are: Bloom."),
        (["--preset", "nope"], "There is no preset called “nope”. There are: Calm, "),
        (["--set", "react.loudness=1"], "There is no parameter named 'react.loudness'."),
        (["--set", "react.bass=9"], "react.bass is a number from 0 to 3, not “9”."),
        (["--set", "react.bass=much"], "react.bass is a number from 0 to 3, not “much”."),
        (["--set", "react.interpolation=jumpy"], "Interpolation is one of nearest, linear, quadratic, cubic"),
        (["--show", "none.anthesis"], "none.anthesis cannot be read: No such file or directory."),
        (["--fps", "500"], "A film has 1 to 120 frames a second, not 500."),
        (["--size", "9000"], "A film is 16 to 8192 pixels wide and high, not 9000x9000."),
        (["-o", "film.avi"], "Films end in .mp4, not .avi; for pictures say --format png."),
        (["-o", "nowhere/film.mp4"], "film.mp4 cannot be written: its folder does not exist; choose another one."),
        (["--start", "5"], "The film would end (2 s) before it begins (5 s); choose another range."),
        (["-o", "taken.mp4"], "taken.mp4 is already there; choose another name, or allow to overwrite it."),
        (["--device", "nonsense"], "There is no device called “nonsense”: devices are cpu"),
    ],
)
def test_one_sentence_when_a_film_cannot_be_made(
    song: Path, argv: list[str], sentence: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(song.parent)
    (song.parent / "taken.mp4").write_text("mine")
    assert main(["render", str(song), *argv]) == 1
    said = capsys.readouterr()
    assert said.err.startswith(f"anthesis: {sentence}")
    assert said.err.count("\n") == 1
    assert said.out == ""
    assert sorted(entry.name for entry in song.parent.iterdir()) == ["Song.wav", "taken.mp4"]


@pytest.mark.parametrize("content", [b"", b"words, not sound\n", b"RIFF\x00\x00"])
def test_files_that_are_no_songs(tmp_path: Path, content: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "song.mp3").write_bytes(content)
    for command in ("render", "analyse", "inspect"):
        assert main([command, str(tmp_path / "song.mp3")]) == 1
        said = capsys.readouterr().err
        assert "song.mp3" in said
        assert said.count("\n") == 1


@pytest.mark.parametrize("argv", [["render"], ["render", "a.ogg", "--size", "big"], ["sing"], ["inspect"],
                                  ["render", "a.ogg", "--set", "react.bass"], ["render", "a.ogg", "--start", "-1"],
                                  ["render", "a.ogg", "--format", "gif"]])  # fmt: skip
def test_wrong_usage_is_two(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(argv)
    assert end.value.code == 2
    assert "usage: anthesis" in capsys.readouterr().err


def test_version_and_help(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["--version"])
    assert end.value.code == 0
    assert capsys.readouterr().out == f"Anthesis {__version__}\n"
    with pytest.raises(SystemExit) as end:
        main(["--help"])
    assert end.value.code == 0
    said = capsys.readouterr().out
    assert all(command in said for command in ("open", "render", "analyse", "inspect", "presets", "styles"))


def test_analyse_says_what_is_heard(song: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["analyse", str(song), "--json"]) == 0
    heard = json.loads(capsys.readouterr().out)
    assert (heard["file"], heard["duration"], heard["channels"], heard["sample_rate"]) == ("Song.wav", 2.0, 2, SR)
    assert heard["rate"] == 100
    assert {len(curve) for curve in heard["curves"].values()} == {201}
    level = heard["curves"]["level"]
    assert np.mean(level[150:190]) > np.mean(level[10:50])  # it swells
    assert heard["sections"][0]["start"] == 0.0
    assert heard["sections"][-1]["end"] == pytest.approx(2.0)
    assert main(["analyse", str(song)]) == 0
    assert "bpm" in capsys.readouterr().out


def test_inspect_says_what_files_are(song: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save_show(new_show(StyleRef("Bloom"), "My work"), tmp_path / "work.anthesis")
    weights = next(paths.weights().glob("*.safetensors"))
    for file, facts in (
        (weights, {"kind": "style", "name": "Bloom", "resolution": 256}),
        (tmp_path / "work.anthesis", {"kind": "show", "name": "My work"}),
        (song, {"kind": "song", "duration": 2.0}),
    ):
        assert main(["inspect", str(file), "--json"]) == 0
        assert facts.items() <= json.loads(capsys.readouterr().out).items()
        assert main(["inspect", str(file)]) == 0
        assert file.name in capsys.readouterr().out


def test_broken_files_give_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    whole = next(paths.weights().glob("*.safetensors")).read_bytes()
    (tmp_path / "cut.safetensors").write_bytes(whole[:5000])
    (tmp_path / "text.safetensors").write_text("hello")
    (tmp_path / "bad.anthesis").write_text('{"anthesis": "show", "scenes": []}')
    for name in ("cut.safetensors", "text.safetensors", "bad.anthesis", "missing.ogg", "missing.safetensors"):
        assert main(["inspect", str(tmp_path / name)]) == 1
        said = capsys.readouterr().err
        assert name in said
        assert said.count("\n") == 1


def test_lists(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["presets"]) == 0
    said = capsys.readouterr().out
    assert all(preset.name in said for preset in PRESETS)
    assert main(["presets", "--json"]) == 0
    assert [entry["name"] for entry in json.loads(capsys.readouterr().out)] == [preset.name for preset in PRESETS]
    assert main(["styles"]) == 0
    assert "Bloom  256x256, " in capsys.readouterr().out
    assert main(["styles", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["name"] == "Bloom"


@pytest.mark.parametrize(
    ("argv", "command", "file"),
    [
        ([], "open", None),
        (["--silent"], "open", None),
        (["song.ogg"], "open", Path("song.ogg")),
        (["open", "song.ogg", "--size", "1440x900"], "open", Path("song.ogg")),
        (["analyse", "song.ogg"], "analyse", Path("song.ogg")),
    ],
)
def test_the_window_is_what_one_gets_without_a_command(argv: list[str], command: str, file: Path | None) -> None:
    args = parse(argv)
    assert (args.command, args.file) == (command, file)


OPEN = """
import sys, types
window = types.ModuleType("app.ui.window")
window.Options = lambda **options: options
window.run = lambda options: print(options["file"], options["size"], options["silent"], options["test_hooks"]) or 7
sys.modules["app.ui.window"] = window
from app.__main__ import open_window
print(open_window(["song.ogg", "--size", "1440x900", "--silent", "--test-hooks"]))
print(sorted({"torch", "librosa", "av", "rich", "scipy", "numpy", "soundfile", "PIL", "pydantic"} & set(sys.modules)))
"""


def test_nothing_heavy_is_loaded_on_the_way_to_the_window() -> None:
    done = subprocess.run([sys.executable, "-c", OPEN], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.splitlines() == ["song.ogg (1440, 900) True True", "7", "[]"]


def test_window_that_cannot_open_says_why(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setitem(sys.modules, "app.ui.window", None)
    assert main([]) == 1
    assert capsys.readouterr().err.startswith("anthesis: The window cannot open: ")


def test_profile_folder_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command_line, "_run", lambda _: 0)
    monkeypatch.setenv("ANTHESIS_PROFILE", "elsewhere")
    assert main(["--profile-dir", str(tmp_path / "mine")]) == 0
    assert paths.cache() == tmp_path / "mine" / "cache"


def test_sizes_and_times_as_typed() -> None:
    assert [size(text) for text in ("512", "1920x1080", "64X48")] == [(512, 512), (1920, 1080), (64, 48)]
    assert [seconds(text) for text in ("83.5", "1:23.5", "0")] == [83.5, 83.5, 0.0]
    assert [clock_time(t) for t in (0.4, 59.6, 83.5, 3723)] == ["0:00", "1:00", "1:24", "1:02:03"]


NO_WINDOW = """
import sys
from app.__main__ import main
status = main(sys.argv[1:])
print(status, sorted(name for name in sys.modules if name.startswith(("PySide6", "shiboken6", "app.ui", "pyqtgraph"))))
"""


def test_films_need_no_qt(song: Path, tmp_path: Path) -> None:
    for argv in (["render", str(song), "-o", str(tmp_path / "f.mp4"), "--end", "0.1", *EXACT], ["inspect", str(song)]):
        command = [sys.executable, "-c", NO_WINDOW, *argv]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=100)
        assert done.stdout.splitlines()[-1] == "0 []"
        assert done.stderr == ""  # no warnings, and no bars where nobody watches


@pytest.mark.skipif(sys.platform == "win32", reason="interrupts as POSIX does")
@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_interrupted_film_leaves_nothing(song: Path, tmp_path: Path, number: int, status: int) -> None:
    out = tmp_path / "out"
    out.mkdir()
    argv = ["-m", "app", "render", str(song), "-o", str(out / "film.mp4"), "--fps", "120", "--size", "1024", *EXACT]
    running = subprocess.Popen([sys.executable, *argv], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    with running:
        while running.poll() is None and not os.listdir(out):  # until the film has begun
            with contextlib.suppress(subprocess.TimeoutExpired):
                running.wait(0.02)
        running.send_signal(number)
        _, said = running.communicate(timeout=60)
    assert running.returncode == status, said
    assert said == ("anthesis: Interrupted; nothing was kept.\n" if number == signal.SIGINT else "")
    assert not os.listdir(out)


@pytest.mark.skipif(sys.platform == "win32", reason="pipes as POSIX does")
def test_reader_that_goes_away_is_no_error(song: Path) -> None:
    command = f"{sys.executable} -m app analyse {song} --json | head -c 10"
    done = subprocess.run(["bash", "-c", f"set -o pipefail; {command}"], capture_output=True, text=True, timeout=100)
    assert done.stderr == ""
    assert len(done.stdout) == 10


@pytest.mark.parametrize("how", [[], ["--json"]])
def test_names_that_a_pipe_of_windows_has_no_letters_for(tmp_path, monkeypatch, how):
    file = bundled_styles()[0].path
    named = tmp_path / "花🌺.safetensors"
    named.write_bytes(file.read_bytes())
    out = io.TextIOWrapper(io.BytesIO(), "cp1252")
    monkeypatch.setattr(sys, "stdout", out)
    assert main(["inspect", str(named), *how]) == 0
    out.seek(0)
    said = out.read()
    assert json.loads(said)["file"] == named.name if how else "\\u82b1" in said
