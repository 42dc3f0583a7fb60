"""What people drop: each strange file is one clear sentence or a song that plays, and what played before plays on."""

import struct

import numpy as np
import pytest
import soundfile

from tests.ui.fakes import FakeStudio, make_document

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]


@pytest.fixture
def studio(qtbot):
    studio = FakeStudio(make_document())
    studio.play()
    yield studio
    studio.close()


def text_as_mp3(file) -> None:
    file.write_text("This is a letter, not a song.\n" * 40)


def no_frames(file) -> None:
    soundfile.write(file, np.zeros((0, 2), np.float32), 44100)


def nothing(file) -> None:
    file.write_bytes(b"")


def three_hours(file) -> None:
    """Three hours by its header; the sound is a hole in the file."""
    rate, seconds = 8000, 3 * 3600
    size = rate * seconds
    header = b"RIFF" + struct.pack("<I", 36 + size) + b"WAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 1, rate, rate, 1, 8)
    with file.open("wb") as out:
        out.write(header + b"data" + struct.pack("<I", size))
        out.truncate(44 + size)


@pytest.mark.parametrize(
    ("name", "make", "words"),
    [
        ("letter.mp3", text_as_mp3, "letter.mp3"),
        ("nothing.wav", nothing, "nothing.wav"),
        ("noframes.wav", no_frames, "noframes.wav"),
        ("mix.wav", three_hours, "minutes"),
    ],
)
def test_a_sentence_and_the_old_song_plays_on(studio, tmp_path, qtbot, name, make, words):
    file = tmp_path / name
    make(file)
    before, show = studio.song, studio.document.show
    with qtbot.waitSignal(studio.told) as told:
        studio.open_song(file)
    kind, title, sentence = told.args
    assert kind == "error"
    assert name in title
    assert words in title + sentence
    assert "\n" not in sentence
    assert "Error" not in sentence
    assert len(sentence) < 240
    assert studio.playing
    assert studio.song.track is before.track
    assert studio.document.show == show


def blink(file) -> None:
    soundfile.write(file, 0.3 * np.ones(4410, np.float32), 44100)


def silence(file) -> None:
    soundfile.write(file, np.zeros((44100 * 4, 2), np.float32), 44100)


def surround(file) -> None:
    """8 channels at 192 kHz, a tone in the centre."""
    y = np.zeros((192_000, 8), np.float32)
    y[:, 2] = 0.5 * np.sin(2 * np.pi * 440 * np.arange(192_000) / 192_000)
    soundfile.write(file, y, 192_000)


def not_numbers(file) -> None:
    y = 0.4 * np.sin(2 * np.pi * 220 * np.arange(44100 * 2) / 44100).astype(np.float32)
    y[1000:1200] = np.nan
    y[2000] = np.inf
    soundfile.write(file, y, 44100, subtype="FLOAT")


@pytest.mark.parametrize(
    ("make", "duration"),
    [(blink, 0.1), (silence, 4.0), (surround, 1.0), (not_numbers, 2.0)],
    ids=lambda v: getattr(v, "__name__", v),
)
def test_it_opens_and_the_picture_knows_it(studio, tmp_path, qtbot, make, duration):
    file = tmp_path / f"{make.__name__}.wav"
    make(file)
    studio.open_song(file)
    qtbot.waitUntil(lambda: studio.song.name == make.__name__ and studio.song.features is not None, timeout=180_000)
    song = studio.song
    assert song.duration == pytest.approx(duration, abs=0.01)
    assert studio.playing
    assert song.track.sr <= 48_000
    assert song.track.samples.shape[1] <= 2
    assert np.isfinite(song.track.samples).all()
    for name, curve in song.features.curves.items():
        assert np.isfinite(curve).all(), name
        assert curve.min() >= 0, name
        assert curve.max() <= 1, name
    if make is silence:
        assert max(float(c.max()) for c in song.features.curves.values()) == 0.0
    look = studio.session.score.at(duration / 2)
    assert np.isfinite(look.pulse)
    assert np.isfinite(studio.session.ws_at(duration / 2)).all()


def test_a_truncated_weights_file_leaves_the_style(studio, tmp_path, qtbot):
    whole = studio.styles[0].path.read_bytes()
    for share in (0.0001, 0.1, 0.5, 0.999):
        file = tmp_path / f"cut{share}.safetensors"
        file.write_bytes(whole[: int(len(whole) * share)])
        before = studio.document.show.scene.style
        with qtbot.waitSignal(studio.told) as told:
            studio.add_style(file)
        assert told.args[0] == "error"
        assert file.name in told.args[1]
        assert "\n" not in told.args[2]
        assert studio.document.show.scene.style == before
        assert studio.playing
