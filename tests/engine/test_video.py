"""Films as files: decoded again and held against what went in, and what is left behind when writing fails."""

import errno
import json
import subprocess
import sys
import textwrap
import threading
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

import av
import numpy as np
import pytest
from PIL import Image

from app import __version__
from app.engine.audio.track import AudioTrack
from app.engine.errors import FilmError
from app.engine.output import target as target_module
from app.engine.output.credits import credits_of
from app.engine.output.png import PngSink
from app.engine.output.sound_track import SoundTrack
from app.engine.output.target import Target, free_name, in_words
from app.engine.output.video import BackgroundSink, Mp4Sink, VideoSink
from app.engine.render.frame import Frame
from app.engine.show.show import Path as Way
from app.engine.show.show import Scene, StyleRef
from app.engine.stylegan.library import bundled_styles
from tests.patience import PATIENCE

Sound = tuple[AudioTrack, float, float] | None
COLOURS = [(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255), (0, 0, 0), (128, 128, 128),
           (200, 100, 30), (12, 240, 180)]  # fmt: skip


def flat(rgb: tuple[int, int, int], size: tuple[int, int] = (64, 48), t: float = 0.0) -> Frame:
    return Frame(t, np.full((size[1], size[0], 3), rgb, np.uint8))


def clicks(*times: float, sr: int = 44100, seconds: float = 3.0, channels: int = 2) -> AudioTrack:
    samples = np.zeros((round(seconds * sr), channels), np.float32)
    for t in times:
        samples[round(t * sr)] = 0.9
    return AudioTrack(Path("clicks.wav"), samples, sr, "0" * 64)


def write_film(path: Path, frames: list[Frame], fps: int = 30, sound: Sound = None) -> Path:
    height, width = frames[0].image.shape[:2]
    sink = Mp4Sink(Target(path), (width, height), fps, sound)
    for frame in frames:
        sink.write(frame)
    sink.finish()
    return path


def write_all(sink: VideoSink, frames: list[Frame]) -> None:
    for frame in frames:
        sink.write(frame)


def heard(path: Path) -> tuple[int, np.ndarray]:
    """Rate and ``(n,)`` of the first channel, as a player hears it."""
    with av.open(str(path)) as film:
        rate = film.streams.audio[0].rate
        blocks = [(float(frame.pts * frame.time_base), frame.to_ndarray()[0]) for frame in film.decode(audio=0)]
    assert blocks[0][0] == 0.0
    return rate, np.concatenate([block for _, block in blocks])


def test_colours_survive(tmp_path: Path) -> None:
    path = write_film(tmp_path / "film.mp4", [flat(rgb) for rgb in COLOURS for _ in range(4)])
    with av.open(str(path)) as film:
        seen = [frame.to_ndarray(format="rgb24")[20, 30].astype(int) for frame in film.decode(video=0)]
    assert len(seen) == 4 * len(COLOURS)
    for i, rgb in enumerate(COLOURS):
        assert np.abs(seen[4 * i + 2] - rgb).max() <= 3, (rgb, seen[4 * i + 2])


def test_film_says_what_it_is(tmp_path: Path) -> None:
    path = write_film(tmp_path / "film.mp4", [flat((9, 9, 9))] * 10, 25, (clicks(), 0.0, 0.4))
    with av.open(str(path)) as film:
        video, audio = film.streams.video[0], film.streams.audio[0]
        context = video.codec_context
        assert (video.codec.name, context.pix_fmt, context.profile) == ("h264", "yuv420p", "High")
        assert (context.color_range, context.color_primaries, context.color_trc, context.colorspace) == (1, 1, 1, 1)
        assert (video.average_rate, video.frames, video.start_time) == (Fraction(25), 10, 0)
        assert (audio.codec.name, audio.rate, audio.layout.name) == ("aac", 44100, "stereo")
    head = path.read_bytes()
    assert 0 < head.find(b"moov") < head.find(b"mdat")  # faststart


@pytest.mark.parametrize(("size", "stored"), [((65, 48), (66, 48)), ((64, 47), (64, 48)), ((33, 31), (34, 32))])
def test_odd_sizes_grow_by_a_copy_of_the_edge(tmp_path: Path, size: tuple[int, int], stored: tuple[int, int]) -> None:
    path = write_film(tmp_path / "film.mp4", [flat((200, 100, 30), size)] * 3)
    with av.open(str(path)) as film:
        picture = next(film.decode(video=0)).to_ndarray(format="rgb24")
    assert picture.shape == (stored[1], stored[0], 3)
    assert np.abs(picture.astype(int) - (200, 100, 30)).max() <= 3


@pytest.mark.parametrize("sr", [44100, 48000, 22050, 8000, 37800])
@pytest.mark.parametrize("channels", [1, 2])
def test_sound_is_in_step(tmp_path: Path, sr: int, channels: int) -> None:
    track = clicks(1.0, sr=sr, channels=channels)
    path = write_film(tmp_path / "film.mp4", [flat((0, 0, 0))] * 60, 30, (track, 0.0, 2.0))
    rate, y = heard(path)
    assert abs(int(np.argmax(np.abs(y))) / rate - 1.0) < 0.005


def test_sound_begins_where_the_film_begins(tmp_path: Path) -> None:
    path = write_film(tmp_path / "film.mp4", [flat((0, 0, 0))] * 30, 30, (clicks(1.0, 1.75), 1.5, 2.5))
    rate, y = heard(path)
    assert abs(int(np.argmax(np.abs(y))) / rate - 0.25) < 0.005
    assert np.abs(y[rate // 2 :]).max() < 0.02


@pytest.mark.parametrize(("count", "fps", "end"), [(60, 30, 2.0), (47, 24, 1.95), (119, 60, 2.0), (90, 30, 3.5)])
def test_sound_and_picture_last_equally_long(tmp_path: Path, count: int, fps: int, end: float) -> None:
    track = clicks(seconds=2.0)  # shorter than the last of these films: silence follows
    path = write_film(tmp_path / "film.mp4", [flat((0, 0, 0))] * count, fps, (track, 0.0, end))
    with av.open(str(path)) as film:
        lengths = [float(stream.duration * stream.time_base) for stream in film.streams]
    assert lengths[0] == pytest.approx(count / fps, abs=1e-3)
    assert abs(lengths[1] - lengths[0]) < 1 / fps


def test_sound_track_is_exactly_the_range() -> None:
    samples = np.arange(2000, dtype=np.float32)[:, None] / 2000
    sound = SoundTrack(AudioTrack(Path("ramp.wav"), samples, 8000, ""), 0.05, 0.15)
    assert not list(sound.until(0.127))  # not a whole block yet
    frames = [*sound.until(0.13), *sound.until(0.13), *sound.until(0.2, last=True)]
    y = np.concatenate([frame.to_ndarray()[0] for frame in frames])
    assert [(frame.pts, frame.samples) for frame in frames] == [(0, 1024), (1024, 576)]
    assert np.array_equal(y[:800], samples[400:1200, 0])
    assert len(y) == 1600
    assert not y[800:].any()


def test_same_frames_give_the_same_bytes(tmp_path: Path) -> None:
    frames = [flat(rgb) for rgb in COLOURS]
    sound = (clicks(0.1), 0.0, 0.2)
    first = write_film(tmp_path / "a.mp4", frames, 30, sound).read_bytes()
    assert write_film(tmp_path / "b.mp4", frames, 30, sound).read_bytes() == first


def test_nothing_under_the_name_until_the_film_is_whole(tmp_path: Path) -> None:
    sink = Mp4Sink(Target(tmp_path / "film.mp4"), (64, 48), 30)
    sink.write(flat((1, 2, 3)))
    assert [entry.name for entry in tmp_path.iterdir()] == ["film.partial.mp4"]
    sink.finish()
    assert [entry.name for entry in tmp_path.iterdir()] == ["film.mp4"]


def test_abandoned_film_leaves_nothing(tmp_path: Path) -> None:
    sink = Mp4Sink(Target(tmp_path / "film.mp4"), (64, 48), 30, (clicks(), 0.0, 1.0))
    for _ in range(20):
        sink.write(flat((1, 2, 3)))
    sink.abandon()
    assert not list(tmp_path.iterdir())


def test_existing_film_is_safe_unless_asked(tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    film.write_text("mine")
    with pytest.raises(FilmError, match=r"film.mp4 is already there; choose another name"):
        Target(film)
    sink = Mp4Sink(Target(film, overwrite=True), (64, 48), 30)
    sink.write(flat((1, 2, 3)))
    assert film.read_text() == "mine"
    sink.abandon()
    assert film.read_text() == "mine"


def test_leftover_of_a_crash_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "film.partial.mp4").write_text("half a film")
    (tmp_path / "shots.partial").mkdir()
    (tmp_path / "shots.partial" / "shots_000009.png").write_text("half a picture")
    write_film(tmp_path / "film.mp4", [flat((1, 2, 3))])
    shots = PngSink(Target(tmp_path / "shots"))
    shots.write(flat((1, 2, 3)))
    shots.finish()
    assert sorted(entry.name for entry in tmp_path.rglob("*")) == ["film.mp4", "shots", "shots_000000.png"]


@pytest.mark.parametrize(
    ("place", "sentence"),
    [
        ("missing/film.mp4", "its folder does not exist"),
        ("file/film.mp4", "what should be its folder is a file"),
        ("x" * 300 + ".mp4", "its name is too long"),
    ],
)
def test_places_where_no_film_can_be(tmp_path: Path, place: str, sentence: str) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(FilmError, match=sentence):
        Mp4Sink(Target(tmp_path / place), (64, 48), 30)
    with pytest.raises(FilmError, match=sentence):
        PngSink(Target((tmp_path / place).with_suffix("")))
    assert [entry.name for entry in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize("code", [errno.EACCES, errno.EPERM, errno.EROFS])
def test_folder_that_may_not_be_written_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise av.error.PermissionError(code, "no", "film.mp4")

    monkeypatch.setattr(av, "open", refuse)
    with pytest.raises(FilmError, match=r"^film.mp4 cannot be written: this (folder|disk) may not be written to"):
        Mp4Sink(Target(tmp_path / "film.mp4"), (64, 48), 30)


def test_too_little_disk_is_told_before_anything_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(target_module.shutil, "disk_usage", lambda _: SimpleNamespace(free=90_000_000))
    Target(tmp_path / "film.mp4").need(20_000_000)
    with pytest.raises(FilmError, match=r"^film.mp4 cannot be written: it needs about 97 MB, and .* 90 MB left"):
        Target(tmp_path / "film.mp4").need(30_000_000)


def test_folder_in_the_way_is_told_before_the_first_frame(tmp_path: Path) -> None:
    (tmp_path / "film.mp4").mkdir()
    with pytest.raises(FilmError, match="a folder of that name is in the way"):
        Mp4Sink(Target(tmp_path / "film.mp4", overwrite=True), (64, 48), 30)
    assert [entry.name for entry in tmp_path.iterdir()] == ["film.mp4"]


FILL_THE_DISK = """
    import resource, sys
    from pathlib import Path
    import numpy as np
    from app.engine.errors import FilmError
    from app.engine.output.target import Target
    from app.engine.output.video import Mp4Sink
    from app.engine.output.png import PngSink
    from app.engine.render.frame import Frame

    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
    folder, noise = Path(sys.argv[1]), np.random.default_rng(0)
    for sink in (Mp4Sink(Target(folder / "film.mp4"), (256, 256), 30), PngSink(Target(folder / "shots"))):
        try:
            for i in range(300):
                sink.write(Frame(0.0, noise.integers(0, 256, (256, 256, 3), np.uint8)))
            sink.finish()
        except FilmError as error:
            print(error)
            sink.abandon()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="has no limit on the size of files")
def test_disk_that_takes_no_more(tmp_path: Path) -> None:
    command = [sys.executable, "-c", textwrap.dedent(FILL_THE_DISK), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.splitlines() == [
        "film.mp4 cannot be written: the disk takes no file this large; choose another one.",
        "shots cannot be written: the disk takes no file this large; choose another one.",
    ]
    assert not list(tmp_path.iterdir())


def test_disk_full_while_the_film_is_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sink = Mp4Sink(Target(tmp_path / "film.mp4"), (64, 48), 30)
    sink.write(flat((1, 2, 3)))

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(target_module.os, "replace", full)
    with pytest.raises(FilmError, match=r"^film.mp4 cannot be written: the disk is full; free some space or choose"):
        sink.finish()
    sink.abandon()
    assert not list(tmp_path.iterdir())


def test_png_sequence_is_the_frames(tmp_path: Path) -> None:
    noise = np.random.default_rng(0)
    frames = [Frame(0.0, noise.integers(0, 256, (31, 45, 3), np.uint8)) for _ in range(3)]
    sink = PngSink(Target(tmp_path / "shots"))
    for frame in frames:
        sink.write(frame)
    assert not (tmp_path / "shots").exists()
    sink.finish()
    names = sorted(entry.name for entry in (tmp_path / "shots").iterdir())
    assert names == ["shots_000000.png", "shots_000001.png", "shots_000002.png"]
    for name, frame in zip(names, frames, strict=True):
        assert np.array_equal(np.asarray(Image.open(tmp_path / "shots" / name)), frame.image)
    assert [entry.name for entry in tmp_path.iterdir()] == ["shots"]


def test_pictures_replace_only_pictures(tmp_path: Path) -> None:
    shots = tmp_path / "shots"
    shots.mkdir()
    (shots / "shots_000007.png").write_text("older")
    sink = PngSink(Target(shots, overwrite=True))
    sink.write(flat((1, 2, 3)))
    sink.finish()
    assert [entry.name for entry in shots.iterdir()] == ["shots_000000.png"]
    (shots / "thesis.docx").write_text("years of work")
    with pytest.raises(FilmError, match="a folder with other things in it"):
        PngSink(Target(shots, overwrite=True))
    assert (shots / "thesis.docx").exists()


class SlowSink:
    """Writes only when it is allowed to, and fails at the frame named."""

    def __init__(self, fails_at: int = -1) -> None:
        self.allowed = threading.Semaphore(0)
        self.written: list[float] = []
        self.end = ""
        self.fails_at = fails_at

    def write(self, frame: Frame) -> None:
        assert self.allowed.acquire(timeout=PATIENCE)
        if len(self.written) == self.fails_at:
            raise FilmError("The disk is full.")
        self.written.append(frame.t)

    def finish(self) -> None:
        self.end = "finished"

    def abandon(self) -> None:
        self.end = "abandoned"


def test_background_sink_keeps_order_and_waits_when_full() -> None:
    slow = SlowSink()
    sink = BackgroundSink(slow, waiting=3)
    for i in range(3):
        sink.write(flat((0, 0, 0), t=float(i)))
    giver = threading.Thread(target=sink.write, args=(flat((0, 0, 0), t=3.0),))
    giver.start()
    giver.join(0.05)
    assert giver.is_alive()  # a fourth frame has no room
    slow.allowed.release(4)
    giver.join(PATIENCE)
    sink.finish()
    assert (slow.written, slow.end) == ([0.0, 1.0, 2.0, 3.0], "finished")


def test_background_error_surfaces_in_write() -> None:
    slow = SlowSink(fails_at=1)
    slow.allowed.release(100)
    sink = BackgroundSink(slow, waiting=2)
    sink.write(flat((0, 0, 0)))
    sink.write(flat((0, 0, 0)))
    with pytest.raises(FilmError, match="The disk is full"):
        write_all(sink, [flat((0, 0, 0))] * 3)
    sink.abandon()
    assert slow.end == "abandoned"


def test_background_error_of_the_last_frame_surfaces_in_finish() -> None:
    slow = SlowSink(fails_at=0)
    slow.allowed.release(1)
    sink = BackgroundSink(slow, waiting=2)
    sink.write(flat((0, 0, 0)))
    with pytest.raises(FilmError, match="The disk is full"):
        sink.finish()
    sink.abandon()
    assert slow.end == "abandoned"


def test_abandoned_background_drops_what_waits() -> None:
    slow = SlowSink()
    sink = BackgroundSink(slow, waiting=10)
    for i in range(10):
        sink.write(flat((0, 0, 0), t=float(i)))
    slow.allowed.release(1)  # the one it is at
    slow.fails_at = 1
    slow.allowed.release(1)
    sink.abandon()
    assert len(slow.written) <= 1
    assert slow.end == "abandoned"


def test_free_names_and_sizes_in_words(tmp_path: Path) -> None:
    (tmp_path / "film.mp4").write_text("")
    (tmp_path / "film 2.mp4").write_text("")
    assert free_name(tmp_path / "film.mp4") == tmp_path / "film 3.mp4"
    assert free_name(tmp_path / "other.mp4") == tmp_path / "other.mp4"
    assert [in_words(n) for n in (10, 999_999, 84_400_000, 1_240_000_000)] == ["1 kB", "1 MB", "84 MB", "1.2 GB"]


SAID = {"Software": "Anthesis 0", "Style": "Tiefsee “1”, ∞", "Style SHA-256": "ab" * 32, "Seed": "7"}


def test_a_film_says_where_its_pictures_come_from(tmp_path: Path) -> None:
    sink = Mp4Sink(Target(tmp_path / "film.mp4"), (64, 48), 30, said=SAID)
    write_all(sink, [flat((9, 9, 9))])
    sink.finish()
    with av.open(str(tmp_path / "film.mp4")) as film:
        assert json.loads(film.metadata["description"]) == SAID
        assert film.metadata["comment"].startswith("Made with Anthesis 0. Style Tiefsee “1”, ∞, Style SHA-256 abab")
        assert not {key for key in film.metadata if "time" in key or "date" in key}


def test_a_picture_says_where_it_comes_from(tmp_path: Path) -> None:
    sink = PngSink(Target(tmp_path / "shots"), said=SAID)
    write_all(sink, [flat((9, 9, 9))])
    sink.finish()
    with Image.open(tmp_path / "shots" / "shots_000000.png") as picture:
        assert picture.text == SAID  # type: ignore[attr-defined]


def test_credits_are_what_is_known_and_no_date() -> None:
    scene = Scene(style=StyleRef("Bloom", "1" * 64, classes=((2, 1.0),)), path=Way(42))
    bloom = bundled_styles()[0]
    assert credits_of(scene, bloom) == {
        "Software": f"Anthesis {__version__}", "Style": "Bloom", "Style kind": "stylegan2", "Style licence": "CC0-1.0",
        "Style size": f"256 x 256 px, {bloom.size_bytes} bytes", "Style origin": bloom.origin,
        "Style SHA-256": "1" * 64, "Style classes": "Class 2", "Preset": scene.preset, "Seed": "42",
    }  # fmt: skip
    assert credits_of(scene, None)["Style licence"] == "unknown"
    assert credits_of(scene, replace(bloom, licence=""))["Style licence"] == "unknown"
