"""Films from Sessions: when frames are, how far it is, and that nothing is left when it ends early."""

import json
import os
import signal
import subprocess
import sys
import textwrap
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image

from app.engine.audio.track import AudioTrack
from app.engine.errors import FilmError
from app.engine.output import target as target_module
from app.engine.output import video
from app.engine.output.credits import ACTED, IDLE
from app.engine.render.film import (
    ExportJob,
    FilmCancelled,
    Pace,
    Progress,
    check_size,
    estimated_bytes,
    export,
    film_range,
    film_size,
    frame_count,
    now_and_then,
    ticks,
)
from app.engine.render.flash import FilmGuard
from app.engine.render.frame import Frame, RenderRequest
from app.engine.show.routes import Look
from app.engine.show.show import Film, Scene, Show
from tests import wcag

SONG = 2.0
WHOLE = Film()


def no_progress(_: Progress) -> None: ...


def never() -> bool:
    return False


class FakeRenderer:
    """A picture whose colour says its time."""

    def __init__(self) -> None:
        self.requests: list[RenderRequest] = []

    def render(self, request: RenderRequest) -> Frame:
        self.requests.append(request)
        width, height = request.size or (32, 32)
        return Frame(request.t, np.full((height, width, 3), round(request.t * 100) % 256, np.uint8), len(self.requests))

    def draw(self, request: RenderRequest) -> Frame:
        return self.render(request)


class TexturedRenderer(FakeRenderer):
    """Waves that move with time, so that an encoder has choices to make."""

    def render(self, request: RenderRequest) -> Frame:
        self.requests.append(request)
        width, height = request.size or (32, 32)
        x, y = np.meshgrid(np.arange(width), np.arange(height))
        wave = np.sin(x * y / 90 + 9 * request.t)[..., None] * np.array([1, 0.6, 0.3])
        return Frame(request.t, np.uint8(127.5 + 127 * wave), len(self.requests))


@pytest.fixture(autouse=True)
def fake_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one loop, with a plan that needs no network's latent space."""

    def plan(t: float, _: object, *, size: Any = None, fit: str = "crop") -> RenderRequest:
        return RenderRequest(t, np.zeros((4, 8), np.float32), Look(), size, fit)

    monkeypatch.setattr("app.engine.render.plan.plan", plan)


def job(path: Path, film: Film = WHOLE, **changes: Any) -> ExportJob:
    atlas = SimpleNamespace(width=32, height=32)
    session: Any = SimpleNamespace(duration=SONG, atlas=atlas, scene=Scene(), show=Show())
    hum = 0.3 * np.sin(np.arange(round(SONG * 8000))[:, None] / 10)
    track = AudioTrack(Path("song.wav"), hum.astype(np.float32), 8000, "")
    return replace(ExportJob(session, track, path, film), **changes)


@pytest.mark.parametrize(
    ("film", "count"),
    [
        (Film(), 60),
        (Film(fps=24), 48),
        (Film(start=0.5), 45),
        (Film(start=0.5, end=1.5, fps=60), 60),
        (Film(end=99.0), 60),
        (Film(end=0.05, fps=30), 2),
        (Film(end=0.001), 1),
        (Film(end=1.01, fps=30), 30),
        (Film(end=1.02, fps=30), 31),
    ],
)
def test_frame_counts(film: Film, count: int) -> None:
    times = list(ticks(film, SONG))
    assert len(times) == frame_count(film, SONG) == count
    assert times[0] == film.start
    start, end = film_range(film, SONG)
    assert count == 1 or abs(start + count / film.fps - end) <= 0.5 / film.fps + 1e-9


def test_films_of_24_30_and_60_share_their_times_to_the_bit() -> None:
    times = {fps: list(ticks(Film(start=0.3, fps=fps), SONG)) for fps in (24, 30, 60, 120)}
    assert times[30] == times[60][::2]
    assert times[60] == times[120][::2]
    assert times[24][::4] == times[30][::5][: len(times[24][::4])]


@pytest.mark.parametrize("film", [Film(start=2.0), Film(start=1.5, end=1.0), Film(start=5.0, end=9.0)])
def test_range_without_anything_in_it(film: Film) -> None:
    with pytest.raises(FilmError, match=r"before it begins .* choose another range"):
        frame_count(film, SONG)


@pytest.mark.parametrize(
    ("width", "height", "size"),
    [(0, 0, (256, 256)), (640, 0, (640, 640)), (0, 99, (99, 99)), (1920, 1080, (1920, 1080))],
)
def test_sizes(width: int, height: int, size: tuple[int, int]) -> None:
    assert film_size(Film(width=width, height=height), (256, 256)) == size


@pytest.mark.parametrize(
    ("width", "height", "size"),
    [(0, 0, (448, 256)), (896, 0, (896, 512)), (0, 100, (175, 100)), (64, 64, (64, 64)), (16, 0, (16, 16)),
     (0, 8192, (8192, 8192))],
)  # fmt: skip
def test_an_open_side_keeps_the_shape_of_the_style(width: int, height: int, size: tuple[int, int]) -> None:
    assert film_size(Film(width=width, height=height), (448, 256)) == size


@pytest.mark.parametrize("size", [(8, 100), (100, 9000)])
def test_sizes_no_film_has(size: tuple[int, int]) -> None:
    with pytest.raises(FilmError, match="16 to 8192 pixels"):
        check_size(*size)


def test_estimate_grows_with_what_is_asked() -> None:
    base = estimated_bytes(Film(), 10.0, (256, 256))
    assert estimated_bytes(Film(width=512), 10.0, (256, 256)) > 3 * base
    assert estimated_bytes(Film(fps=60), 10.0, (256, 256)) > 1.5 * base
    assert estimated_bytes(Film(format="png"), 10.0, (256, 256)) > 10 * base
    assert estimated_bytes(Film(audio=False), 10.0, (256, 256)) < base


def test_film_is_the_frames_at_their_times(tmp_path: Path) -> None:
    renderer, seen = FakeRenderer(), []
    film = Film(start=0.5, end=1.5, fps=20, width=48, height=32, fit="stretch", format="png")
    path = export(job(tmp_path / "shots", film), renderer, progress=seen.append, cancelled=never)
    assert path == tmp_path / "shots"
    assert [request.t for request in renderer.requests] == [0.5 + i / 20 for i in range(20)]
    assert {(request.size, request.fit) for request in renderer.requests} == {((48, 32), "stretch")}
    for i, picture in enumerate(sorted(path.iterdir())):
        pixels = np.asarray(Image.open(picture))
        assert pixels.shape == (32, 48, 3)
        assert (pixels == 50 + 5 * i).all()
    assert [(p.done, p.total) for p in seen] == [(i, 20) for i in range(1, 21)]
    shown = [p.frame.t for p in seen if p.frame is not None]  # what was written by then
    assert shown == sorted(shown)
    assert set(shown) <= {request.t for request in renderer.requests}


@pytest.mark.parametrize(("film", "streams"), [(Film(), 2), (Film(audio=False), 1), (Film(fps=60, start=1.0), 2)])
def test_mp4_lasts_as_long_as_its_range(tmp_path: Path, film: Film, streams: int) -> None:
    path = export(job(tmp_path / "film.mp4", film), FakeRenderer(), progress=no_progress, cancelled=never)
    with av.open(str(path)) as made:
        assert len(made.streams) == streams
        assert abs(made.duration / av.time_base - (SONG - film.start)) < 1 / film.fps
        assert made.streams.video[0].frames == frame_count(film, SONG)


def test_without_a_track_the_film_is_silent(tmp_path: Path) -> None:
    silent = job(tmp_path / "film.mp4", Film(end=0.2), track=None)
    with av.open(str(export(silent, FakeRenderer(), progress=no_progress, cancelled=never))) as made:
        assert [stream.type for stream in made.streams] == ["video"]


def pictures_of(film: Path) -> list[bytes]:
    """Every picture of a finished film as it lies there: what its decoder is given, or a folder's files."""
    if film.is_dir():
        return [file.read_bytes() for file in sorted(film.glob("*.png"))]
    with av.open(str(film)) as made:
        return [bytes(packet) for packet in made.demux(video=0) if packet.size]


@pytest.mark.parametrize("fmt", ["mp4", "png"])
def test_same_job_twice_is_the_same_film(tmp_path: Path, fmt: str) -> None:
    """160 pixels are not a multiple of 128: there x264 used to read what lay in memory before."""
    film = Film(format=fmt, width=160, height=160)

    def pictures(name: str) -> list[bytes]:
        return pictures_of(
            export(job(tmp_path / name, film), TexturedRenderer(), progress=no_progress, cancelled=never)
        )

    first, second = pictures("one"), pictures("two")
    assert len(set(first)) > 10
    assert first == second


@pytest.mark.parametrize("fmt", ["mp4", "png"])
def test_cancel_draws_at_most_one_frame_more_and_leaves_nothing(tmp_path: Path, fmt: str) -> None:
    renderer, seen = FakeRenderer(), []
    with pytest.raises(FilmCancelled):
        export(
            job(tmp_path / "film", Film(format=fmt)), renderer, progress=seen.append, cancelled=lambda: len(seen) == 7
        )
    assert len(renderer.requests) <= 8
    assert not list(tmp_path.iterdir())


def test_cancelled_overwriting_leaves_the_older_film(tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    film.write_text("older")
    with pytest.raises(FilmError, match="already there"):
        export(job(film), FakeRenderer(), progress=no_progress, cancelled=never)
    with pytest.raises(FilmCancelled):
        export(job(film, overwrite=True), FakeRenderer(), progress=no_progress, cancelled=lambda: True)
    assert [(entry.name, entry.read_text()) for entry in tmp_path.iterdir()] == [("film.mp4", "older")]
    export(job(film, Film(end=0.1), overwrite=True), FakeRenderer(), progress=no_progress, cancelled=never)
    with av.open(str(film)) as made:
        assert made.streams.video[0].frames == 3


class BrokenRenderer(FakeRenderer):
    def render(self, request: RenderRequest) -> Frame:
        if len(self.requests) == 5:
            raise RuntimeError("out of memory")
        return super().render(request)


def test_whatever_fails_nothing_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(RuntimeError, match="out of memory"):
        export(job(tmp_path / "film.mp4"), BrokenRenderer(), progress=no_progress, cancelled=never)
    assert not list(tmp_path.iterdir())

    def no_encoder(*_: object, **__: object) -> None:
        raise av.error.EncoderNotFoundError(1, "Encoder not found")

    monkeypatch.setattr(video.Mp4Sink, "_add_video", no_encoder)
    with pytest.raises(FilmError, match=r"^film.mp4 cannot be encoded: Encoder not found\.$"):
        export(job(tmp_path / "film.mp4"), FakeRenderer(), progress=no_progress, cancelled=never)
    assert not list(tmp_path.iterdir())


@dataclass
class Disk:
    """A disk that loses *each* bytes at every look."""

    free: int
    each: int

    def __call__(self, _: object) -> "Disk":
        self.free -= self.each
        return self


def test_disk_is_watched_before_and_during(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(target_module.shutil, "disk_usage", Disk(70_000_000, 0))
    renderer = FakeRenderer()
    with pytest.raises(FilmError, match=r"^film.mp4 cannot be written: it needs about .* free some space"):
        export(job(tmp_path / "film.mp4", Film(width=4096)), renderer, progress=no_progress, cancelled=never)
    assert not renderer.requests

    monkeypatch.setattr(target_module.shutil, "disk_usage", Disk(76_000_000, 4_000_000))
    clock = iter(range(1000)).__next__
    with pytest.raises(FilmError, match="free some space"):
        export(job(tmp_path / "film.mp4"), renderer, progress=no_progress, cancelled=never, clock=clock)
    assert 0 < len(renderer.requests) < 60
    assert not list(tmp_path.iterdir())


def test_pace_knows_nothing_before_two_seconds() -> None:
    pace = Pace(100.0)
    assert pace.frames_per_second == 0.0
    pace.frame_done(101.0)
    assert pace.frames_per_second == 1.0
    assert pace.eta(10) is None
    pace.frame_done(102.0)
    assert pace.eta(10) == pytest.approx(10.0)


def test_pace_forgets_in_about_five_seconds() -> None:
    pace = Pace(0.0)
    for i in range(100):
        pace.frame_done((i + 1) * 0.1)
    assert pace.frames_per_second == pytest.approx(10.0)
    for i in range(60):
        pace.frame_done(10.0 + (i + 1) * 0.25)
    assert pace.frames_per_second == pytest.approx(4.0, rel=0.2)
    assert pace.eta(40) == pytest.approx(10.0, rel=0.2)


def test_reading_this_module_does_not_load_ffmpeg_or_torch() -> None:
    code = "import sys, app.engine.render.film; print(sorted({'av', 'torch', 'librosa', 'PIL'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"


CRASH = """
    import os, signal, sys
    from pathlib import Path
    import numpy as np
    from app.engine.output.target import Target
    from app.engine.output.video import BackgroundSink, Mp4Sink
    from app.engine.render.frame import Frame

    sink = BackgroundSink(Mp4Sink(Target(Path(sys.argv[1])), (256, 256), 30), waiting=30)
    for i in range(120):
        sink.write(Frame(0.0, np.full((256, 256, 3), i, np.uint8)))
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="kills as POSIX does")
def test_crash_leaves_nothing_under_the_final_name(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(CRASH), str(path)], check=False, timeout=60)
    assert done.returncode == -signal.SIGKILL
    assert os.listdir(tmp_path) == ["film.partial.mp4"]
    export(job(path, Film(end=0.2)), FakeRenderer(), progress=no_progress, cancelled=never)
    assert os.listdir(tmp_path) == ["film.mp4"]


def test_what_shows_progress_hears_of_it_twenty_times_a_second_and_of_the_last_frame(tmp_path: Path) -> None:
    heard: list[Progress] = []
    times = iter(np.arange(0.0, 9.0, 0.02).tolist())
    hear = now_and_then(heard.append, clock=lambda: next(times))
    export(job(tmp_path / "shots", Film(format="png", end=1.0)), FakeRenderer(), progress=hear, cancelled=never)
    assert [progress.done for progress in heard] == [1, 4, 7, 10, 13, 16, 19, 22, 25, 28, 30]


class StrobingRenderer(FakeRenderer):
    """Black and white in turns, ten times a second."""

    def render(self, request: RenderRequest) -> Frame:
        width, height = request.size or (32, 32)
        return Frame(request.t, np.full((height, width, 3), 255 * (int(request.t * 20 + 1e-6) % 2), np.uint8))


def strobing(path: Path, reason: str = "", **film: Any) -> tuple[Path, list[Frame]]:
    order, renderer = job(path, Film(fps=60, **film)), StrobingRenderer()
    session: Any = SimpleNamespace(**{**vars(order.session), "show": Show(guard_off_reason=reason)})
    order = replace(order, session=session, overwrite=True)
    made, guard = export(order, renderer, progress=no_progress, cancelled=never), FilmGuard(on=not reason)
    return made, [guard.show(frame) for frame in order.pictures(renderer, (32, 32))]


def test_a_film_does_not_flash_too_often_and_says_so(tmp_path: Path) -> None:
    path, seen = strobing(tmp_path / "film.mp4")
    assert wcag.flashes_in_a_second([f.image[:8, :8] for f in seen], [f.t for f in seen]) <= 3
    with av.open(str(path)) as film:
        assert json.loads(film.metadata["description"])["Flash guard"] == ACTED
        assert f"Flash guard {ACTED}" in film.metadata["comment"]
        decoded = [frame.to_ndarray(format="rgb24") for frame in film.decode(video=0)]
    assert len(decoded) == 120
    assert wcag.flashes_in_a_second([image[:8, :8] for image in decoded], [i / 60 for i in range(120)]) <= 3
    with_sound = path.read_bytes()
    assert strobing(path)[0].read_bytes() == with_sound, "the same film once more"


def test_a_film_with_the_guard_off_flashes_and_says_why(tmp_path: Path) -> None:
    path, seen = strobing(tmp_path / "film.mp4", "a test for engineers")
    assert wcag.flashes_in_a_second([f.image[:8, :8] for f in seen], [f.t for f in seen]) == 10
    with av.open(str(path)) as film:
        assert json.loads(film.metadata["description"])["Flash guard"] == "off: a test for engineers"


def test_every_picture_of_a_folder_says_whether_it_was_softened(tmp_path: Path) -> None:
    path, seen = strobing(tmp_path / "shots", format="png")
    told = [Image.open(picture).text["Flash guard"] for picture in sorted(path.iterdir())]  # type: ignore[attr-defined]
    assert told == [ACTED if frame.guarded else IDLE for frame in seen]
    assert {told[0], told[-1]} == {IDLE, ACTED}


def test_a_film_that_had_nothing_to_soften_says_that(tmp_path: Path) -> None:
    path = export(job(tmp_path / "film.mp4"), FakeRenderer(), progress=no_progress, cancelled=never)
    assert len(IDLE) == len(ACTED)
    with av.open(str(path)) as film:
        assert json.loads(film.metadata["description"])["Flash guard"] == IDLE
