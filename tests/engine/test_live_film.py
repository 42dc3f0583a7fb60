"""A film of what the audience sees: its rate, its sound, and how it ends."""

import errno
import io
import threading
from pathlib import Path

import av
import numpy as np
import pytest

from app.engine.audio.minute import Minute
from app.engine.audio.track import AudioTrack
from app.engine.errors import OutputError
from app.engine.output.heard import SR, Heard, HeardTrack, read
from app.engine.output.live_film import LiveFilm
from app.engine.output.live_output import Outlet
from tests.patience import PATIENCE

FPS = 30
SIZE = (64, 48)


def picture(shade: int) -> np.ndarray:
    """Of one grey."""
    return np.full((SIZE[1], SIZE[0], 4), shade, np.uint8)


def song(sr: int = SR, seconds: float = 10.0, channels: int = 1) -> AudioTrack:
    """Its samples rise from 0 to 1, so that each says where it comes from."""
    rise = np.linspace(0, 1, round(sr * seconds), endpoint=False, dtype=np.float32)
    return AudioTrack(Path("song.wav"), np.repeat(rise[:, None], channels, axis=1), sr, "x")


class Stage:
    """Time by hand, and a film of it."""

    def __init__(self, folder: Path, **film) -> None:
        self.now, self.heard = 100.0, Heard()
        self.film = LiveFilm(folder / "night.mp4", FPS, lambda: self.heard, clock=lambda: self.now, **film)

    def play(self, beats: int, shade: int = 128, step: int = 1) -> None:
        for _ in range(beats):
            self.film.send(picture(shade))
            self.now += step / FPS


def frames(file: Path) -> tuple[list[float], list[float]]:
    """When each picture is seen, and how bright it is."""
    with av.open(str(file)) as film:
        stream = film.streams.video[0]
        shown = list(film.decode(stream))
    return [round(float(one.time), 4) for one in shown], [float(one.to_ndarray(format="gray").mean()) for one in shown]


def sound_of(file: Path) -> np.ndarray:
    with av.open(str(file)) as film:
        stream = film.streams.audio[0]
        return np.concatenate([one.to_ndarray() for one in film.decode(stream)], axis=1).T


def test_it_has_a_picture_for_each_beat_at_a_constant_rate(tmp_path):
    stage = Stage(tmp_path)
    stage.play(75)
    stage.film.close()
    times, _shades = frames(tmp_path / "night.mp4")
    assert times == [round(i / FPS, 4) for i in range(75)]
    assert (stage.film.seconds, stage.film.dropped, stage.film.kept) == (2.5, 0, tmp_path / "night.mp4")
    assert list(tmp_path.iterdir()) == [tmp_path / "night.mp4"]


def test_where_no_picture_came_the_last_one_is_repeated_by_the_clock(tmp_path):
    stage = Stage(tmp_path)
    stage.play(1, 200)
    stage.now += 9 / FPS
    stage.play(1, 40)
    stage.film.close()
    times, shades = frames(tmp_path / "night.mp4")
    assert times == [round(i / FPS, 4) for i in range(11)]
    assert min(shades[:10]) > 190
    assert shades[10] < 50
    assert stage.film.dropped == 9


def test_a_picture_that_comes_before_its_beat_is_not_one_more(tmp_path):
    stage = Stage(tmp_path)
    stage.play(60, step=0.5)
    stage.film.close()
    assert len(frames(tmp_path / "night.mp4")[0]) == 30


def test_black_is_black(tmp_path):
    stage = Stage(tmp_path)
    stage.play(5, 200)
    stage.play(5, 0)
    stage.film.close()
    _times, shades = frames(tmp_path / "night.mp4")
    assert max(shades[5:]) <= 16.5  # 16 is black


def test_its_sound_is_as_long_as_its_picture_and_stands_where_it_was_heard(tmp_path):
    stage, track = Stage(tmp_path), song()
    for beat in range(90):
        stage.heard = Heard(track, 2.0 + beat / FPS)
        stage.play(1)
    stage.film.close()
    sound = sound_of(tmp_path / "night.mp4")
    assert abs(len(sound) / SR - 3.0) <= 1 / FPS
    for second in (0.5, 1.5, 2.5):
        at = round(second * SR)
        assert sound[at - 500 : at + 500].mean() == pytest.approx((2.0 + second) / 10.0, abs=0.02)


def test_an_encoder_that_is_too_slow_leaves_pictures_out_and_the_film_keeps_its_time(tmp_path):
    stage = Stage(tmp_path)

    stage.play(1)
    encode = stage.film._file.picture

    def slowly(*args) -> None:
        encode(*args)
        stage.now += 0.2

    stage.film._file.picture = slowly
    for _ in range(10):
        stage.play(1)
    stage.film.close()
    times, _shades = frames(tmp_path / "night.mp4")
    assert len(times) == 11
    assert times[-1] == pytest.approx(1 / FPS + 9 * (0.2 + 1 / FPS), abs=1 / FPS)
    assert stage.film.dropped == round(times[-1] * FPS) + 1 - 11


class Small(io.FileIO):
    """A file on a disk that is full after so many bytes."""

    ROOM = 60_000

    def write(self, part) -> int:
        if self.tell() + len(part) > self.ROOM:
            raise OSError(errno.ENOSPC, "No space left on device")
        return super().write(part)


def test_on_a_full_disk_it_says_so_and_what_there_is_can_be_played(tmp_path):
    stage = Stage(tmp_path, opened=lambda path: Small(path, "x"))
    noise = np.random.default_rng(1).integers(0, 255, (30, SIZE[1], SIZE[0], 4), dtype=np.uint8)
    sent = 0

    def play() -> None:
        nonlocal sent
        while sent < 3000:
            stage.film.send(noise[sent % 30])
            stage.now, sent = stage.now + 1 / FPS, sent + 1

    with pytest.raises(OutputError, match="the disk is full"):
        play()
    stage.film.close()
    times, _shades = frames(tmp_path / "night.mp4")
    assert 0 < len(times) <= sent
    assert times == [round(i / FPS, 4) for i in range(len(times))]


def test_it_ends_before_the_disk_is_full(tmp_path):
    left = [10**9]
    stage = Stage(tmp_path, room=lambda _folder: left[0])
    stage.play(30)
    left[0] = 1000
    with pytest.raises(OutputError, match=r"^The disk is full, so the recording ended\."):
        stage.play(60)
    stage.film.close()
    assert len(frames(tmp_path / "night.mp4")[0]) > 30


def test_what_a_killed_program_leaves_can_be_played(tmp_path):
    stage = Stage(tmp_path)
    stage.play(100)
    left = (tmp_path / "night.partial.mp4").read_bytes()
    (tmp_path / "left.mp4").write_bytes(left)
    stage.film.close()
    assert len(frames(tmp_path / "left.mp4")[0]) >= 60


def test_it_never_writes_over_another_film(tmp_path):
    (tmp_path / "night.mp4").write_bytes(b"older")
    stage = Stage(tmp_path)
    stage.play(3)
    (tmp_path / "night 2.mp4").write_bytes(b"came meanwhile")
    stage.film.close()
    assert stage.film.kept == tmp_path / "night 3.mp4"
    assert (tmp_path / "night.mp4").read_bytes() == b"older"
    assert (tmp_path / "night 2.mp4").read_bytes() == b"came meanwhile"


def test_a_folder_that_is_gone_is_said_in_a_sentence(tmp_path):
    stage = Stage(tmp_path / "gone")
    with pytest.raises(OutputError, match="its folder does not exist"):
        stage.play(1)
    stage.film.close()
    assert stage.film.kept is None


def test_a_film_that_cannot_get_its_name_keeps_the_other(tmp_path, monkeypatch):
    stage = Stage(tmp_path)
    stage.play(3)

    def refused(*_names) -> None:
        raise OSError(errno.EACCES, "Permission denied")

    monkeypatch.setattr("app.engine.output.target.os.replace", refused)
    stage.film.close()
    assert stage.film.kept == tmp_path / "night.partial.mp4"
    assert len(frames(stage.film.kept)[0]) == 3


def test_a_film_that_cannot_begin_leaves_nothing(tmp_path):
    stage = Stage(tmp_path)
    with pytest.raises(OutputError, match="cannot be encoded"):
        stage.film.send(np.zeros((3, 5, 4), np.uint8))  # 4:2:0 colour comes in pairs
    stage.film.close()
    assert stage.film.kept is None
    assert list(tmp_path.iterdir()) == []


def test_on_its_thread_it_ends_with_its_outlet(tmp_path):
    film, drawn = LiveFilm(tmp_path / "night.mp4", 60, Heard), threading.Event()

    def draw(shade: int) -> np.ndarray:
        drawn.set()
        return picture(shade)

    outlet = Outlet("video", lambda: film, draw, 60)
    outlet.put(99)
    assert drawn.wait(PATIENCE)
    outlet.close(PATIENCE)
    assert outlet.ended
    assert film.kept is None or frames(film.kept)[0]


# what was heard


def heard_of(*noted: tuple[float, Heard]) -> np.ndarray:
    track = HeardTrack()
    for seconds, heard in noted:
        track.note(seconds, heard)
    return track.until(noted[-1][0])[:, 0]


def test_it_runs_on_over_small_differences_of_the_clocks():
    track = song()
    made = heard_of(*((i / 10, Heard(track, 1 + i / 10 + 0.01 * (i % 2))) for i in range(1, 20)))
    steps = np.diff(made[300:])
    assert np.allclose(steps, steps[0], atol=2e-7)


def test_a_seek_is_heard_where_it_happened():
    track = song()
    made = heard_of(*((i / 10, Heard(track, i / 10 + (5.0 if i > 10 else 0.0))) for i in range(1, 21)))
    assert made[round(0.9 * SR)] == pytest.approx(0.09, abs=1e-3)
    assert made[round(1.5 * SR)] == pytest.approx(0.65, abs=1e-3)
    assert np.abs(np.diff(made)).max() < 0.01  # and does not click


def test_a_loop_comes_round_on_its_sample():
    track, loop = song(), (1.0, 2.0)
    made = heard_of(*((i / 8, Heard(track, 1 + (i / 8 + 0.55) % 1.0, loop)) for i in range(1, 17)))
    at = round((2.0 - 1.55) * SR)
    assert made[at - 1] == pytest.approx(0.2, abs=1e-4)
    assert made[at] == pytest.approx(0.1, abs=1e-4)


def test_rest_is_silence():
    track = song()
    made = heard_of((0.5, Heard(track, 1.0)), (1.0, Heard()), (1.5, Heard(track, 1.5)))
    assert made[round(0.25 * SR)] == pytest.approx(0.075, abs=1e-3)
    assert not made[round(0.6 * SR) : round(0.9 * SR)].any()
    assert made[round(1.25 * SR)] == pytest.approx(0.125, abs=1e-3)


def test_before_its_start_and_after_its_end_a_song_is_silent():
    track = song(seconds=1.0, channels=2)
    made = read(track, -100, SR + 200)
    assert not made[:100].any()
    assert not made[SR + 100 :].any()
    assert made[100 + SR // 2, 1] == pytest.approx(0.5)


@pytest.mark.parametrize("sr", [44_100, 22_050, 96_000])
def test_pieces_of_another_rate_meet_without_a_seam(sr):
    t = np.arange(2 * sr) / sr
    tone = AudioTrack(Path("tone.wav"), np.sin(2 * np.pi * 440 * t).astype(np.float32)[:, None], sr, "x")
    pieces = [read(tone, at, 1601)[:, 0] for at in range(20_000, 50_000, 1601)]
    made = np.concatenate(pieces)
    want = np.sin(2 * np.pi * 440 * (20_000 + np.arange(len(made))) / SR)
    assert np.abs(made - want).max() < 1e-3


def test_an_input_is_read_when_it_is_known():
    minute, track = Minute(SR), HeardTrack()
    rise = np.repeat(np.linspace(0, 1, 2 * SR, dtype=np.float32)[:, None], 2, axis=1)
    minute.mark(0.0, 0)
    track.note(1.0, Heard(minute, 1.0))
    minute.add(rise)
    made = track.until(1.0)
    assert made[SR // 2, 0] == pytest.approx(0.25, abs=1e-3)


def test_what_is_read_in_parts_is_the_same():
    track, whole, parts = song(), HeardTrack(), HeardTrack()
    for i in range(1, 31):
        heard = Heard(track, i / 10 + (3.0 if i % 7 == 0 else 0.0))
        whole.note(i / 10, heard)
        parts.note(i / 10, heard)
    made = [parts.until(x) for x in np.arange(0.001, 3.0, 0.0013)] + [parts.until(3.0)]
    assert np.array_equal(np.concatenate(made)[: 3 * SR], whole.until(3.0))
