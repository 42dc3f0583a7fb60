"""Opening songs: every format, and every file that is not one."""

from pathlib import Path

import av
import numpy as np
import pytest
import soundfile

from app.engine.audio.track import MAX_MINUTES, load_track
from app.engine.errors import SongError
from tests.songs import clicks, real_songs, silence, sine, write_av


def _write(path: Path, samples: np.ndarray, sr: int, **kind: str) -> Path:
    soundfile.write(path, samples, sr, **kind)
    return path


@pytest.mark.parametrize(
    ("name", "subtype"),
    [("a.wav", "PCM_16"), ("a.wav", "FLOAT"), ("a.flac", "PCM_16"), ("a.ogg", "VORBIS"), ("a.mp3", "MPEG_LAYER_III")],
)
def test_a_sine_comes_back_from_every_format(tmp_path: Path, name: str, subtype: str) -> None:
    y = sine(440, 1.0, 44_100)
    track = load_track(_write(tmp_path / name, y, 44_100, subtype=subtype))
    assert (track.sr, track.samples.shape[1]) == (44_100, 1)
    assert track.duration == pytest.approx(1.0, abs=0.03)
    middle = track.mono()[10_000:30_000]
    assert np.sqrt(np.mean(middle**2)) == pytest.approx(0.5 / np.sqrt(2), rel=0.02)


@pytest.mark.parametrize(("name", "codec"), [("a.m4a", "aac"), ("a.mp4", "aac"), ("a.mov", "aac"), ("a.mka", "flac")])
def test_what_soundfile_cannot_read_comes_through_pyav_and_in_time(tmp_path: Path, name: str, codec: str) -> None:
    y = clicks([0.25, 0.75], 1.0, 44_100)
    file = write_av(tmp_path / name, codec, np.stack([y, y], axis=1), video=name in ("a.mp4", "a.mov"))
    track = load_track(file)
    assert track.samples.shape[1] == 2
    loud = np.abs(track.mono())
    assert np.argmax(loud[:22_050]) / 44_100 == pytest.approx(0.25, abs=0.004)  # priming is cut off
    assert 0.5 + np.argmax(loud[22_050:44_100]) / 44_100 == pytest.approx(0.75, abs=0.004)


def test_eight_channels_at_192_khz_become_stereo_at_48(tmp_path: Path) -> None:
    y = np.zeros((192_000, 8), np.float32)
    y[:, 0] = sine(440, 1.0, 192_000)
    track = load_track(_write(tmp_path / "surround.wav", y, 192_000, subtype="FLOAT"))
    assert (track.sr, track.samples.shape) == (48_000, (48_000, 2))
    left, right = np.sqrt(np.mean(track.samples**2, axis=0))
    assert left > 0.08
    assert right < 1e-4


@pytest.mark.parametrize("channels", range(1, 9))
def test_any_number_of_channels_folds_without_clipping(tmp_path: Path, channels: int) -> None:
    y = np.ones((2000, channels), np.float32)
    track = load_track(_write(tmp_path / "a.wav", y, 8000, subtype="FLOAT"))
    assert track.samples.shape == (2000, min(channels, 2))
    assert track.samples.max() <= 1.0001


def test_the_centre_reaches_both_sides_and_the_low_effects_neither(tmp_path: Path) -> None:
    y = np.zeros((1000, 6), np.float32)
    y[:500, 2], y[500:, 3] = 0.5, 0.5
    track = load_track(_write(tmp_path / "a.wav", y, 8000, subtype="FLOAT"))
    assert track.samples[0, 0] == track.samples[0, 1] > 0.1
    assert not track.samples[500:].any()


def test_what_is_not_a_number_is_silence(tmp_path: Path) -> None:
    y = sine(440, 0.2)
    y[[5, 6, 7]] = np.nan, np.inf, -np.inf
    track = load_track(_write(tmp_path / "a.wav", y, 24_000, subtype="FLOAT"))
    assert np.isfinite(track.samples).all()
    assert not track.samples[5:8].any()


def test_a_tenth_of_a_second_and_a_silent_song_are_songs(tmp_path: Path) -> None:
    assert load_track(_write(tmp_path / "short.wav", sine(440, 0.1), 24_000)).duration == pytest.approx(0.1)
    assert not load_track(_write(tmp_path / "silent.wav", silence(2.0), 24_000)).samples.any()


def test_progress_rises_to_one_and_the_hash_is_the_files(tmp_path: Path) -> None:
    file = _write(tmp_path / "a.wav", sine(440, 8.0), 24_000)
    told: list[float] = []
    track = load_track(file, progress=told.append)
    assert told == sorted(told)
    assert (told[0], told[-1]) == (0.0, 1.0)
    assert len(told) > 3
    copy = tmp_path / "b.wav"
    copy.write_bytes(file.read_bytes())
    assert load_track(copy).sha256 == track.sha256
    copy.write_bytes(file.read_bytes()[:-2])
    assert load_track(copy).sha256 != track.sha256


def test_samples_are_read_only(tmp_path: Path) -> None:
    track = load_track(_write(tmp_path / "a.wav", sine(440, 0.1), 24_000))
    with pytest.raises(ValueError, match="read-only"):
        track.samples[0] = 1


def _bad_files(folder: Path) -> dict[str, Path]:
    files = {name: folder / name for name in ("text.mp3", "empty.wav", "noise.ogg", "page.wav", "cut.m4a")}
    files["text.mp3"].write_text("This is not a song.\n" * 400)
    files["empty.wav"].write_bytes(b"")
    files["noise.ogg"].write_bytes(np.random.default_rng(0).bytes(20_000))
    files["page.wav"].write_text("<html><body>404</body></html>")
    whole = write_av(folder / "whole.m4a", "aac", np.zeros((44_100, 2), np.float32))
    files["cut.m4a"].write_bytes(whole.read_bytes()[:900])
    files["no frames.wav"] = _write(folder / "no frames.wav", np.zeros((0, 2), np.float32), 44_100)
    files["film.mp4"] = write_av(folder / "film.mp4", "", None, video=True)
    files["folder.wav"] = folder / "folder.wav"
    files["folder.wav"].mkdir()
    files["gone.flac"] = folder / "gone.flac"
    return files


def test_every_file_that_is_no_song_gets_one_sentence_with_its_name(tmp_path: Path) -> None:
    for name, file in _bad_files(tmp_path).items():
        with pytest.raises(SongError) as told:
            load_track(file)
        sentence = str(told.value)
        assert name in sentence
        assert sentence.endswith(".")
        assert "\n" not in sentence
        assert "Error" not in sentence


def test_a_film_without_sound_is_called_that(tmp_path: Path) -> None:
    with pytest.raises(SongError, match="without sound"):
        load_track(write_av(tmp_path / "film.mp4", "", None, video=True))


def test_three_hours_are_refused_by_the_header_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "long.wav"
    with soundfile.SoundFile(file, "w", 1000, 1, subtype="PCM_U8") as sound:
        for _ in range(180):
            sound.write(np.zeros(60_000, np.int16))
    monkeypatch.setattr(soundfile.SoundFile, "read", lambda *_, **__: pytest.fail("it was decoded"))
    with pytest.raises(SongError, match=f"180 minutes long.*{MAX_MINUTES}"):
        load_track(file)


def test_a_truncated_song_gives_what_is_there(tmp_path: Path) -> None:
    file = _write(tmp_path / "a.wav", sine(440, 2.0), 24_000)
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    assert 0.9 < load_track(file).duration < 1.1


def test_surround_in_ogg_goes_through_pyav(tmp_path: Path) -> None:
    y = np.zeros((24_000, 6), np.float32)
    y[:, 0] = sine(440, 1.0)
    track = load_track(_write(tmp_path / "a.ogg", y, 24_000, format="OGG", subtype="VORBIS"))
    left, right = np.sqrt(np.mean(track.samples**2, axis=0))
    assert left > 10 * right


@pytest.mark.parametrize("file", real_songs(), ids=lambda file: file.name)
def test_real_songs_open(file: Path) -> None:
    track = load_track(file)
    with av.open(str(file)) as container:
        seconds = (container.duration or 0) / 1e6
    assert track.duration == pytest.approx(seconds, abs=0.1)
    assert 0.05 < np.abs(track.samples).max() < 2
