"""The last minute of an input: what came in comes out, sample for sample, and becomes a file that is a song."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from app.engine import paths
from app.engine.audio import minute as minutes
from app.engine.audio.inputs import Input, Opened
from app.engine.audio.minute import MOST, Minute
from app.engine.audio.recording import save_recording
from app.engine.audio.track import load_track
from app.engine.errors import SongError
from tests.engine.test_live_input import SR, Machine


def noise(count: int, seed: int = 0) -> np.ndarray:
    """``(count, 2)`` as a card of 24 bits gives it."""
    steps = np.random.default_rng(seed).integers(-(2**23), 2**23, (count, 2))
    return (steps / 2**23).astype(np.float32)


# the ring


@pytest.mark.parametrize("blocks", [1, 7, 999, 1000, 1001, 5000])
def test_the_last_minute_is_what_was_added_last_whatever_the_blocks(
    blocks: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(minutes, "SECONDS", 1.0)
    kept, sent = Minute(1000), noise(5000)
    for first in range(0, 5000, blocks):
        kept.add(sent[first : first + blocks])
        known = min(first + blocks, 5000)
        assert kept.heard == known
        assert np.array_equal(kept.until(known)[-5:], sent[max(0, known - 5) : known])
    assert np.array_equal(kept.until(5000), sent[4000:])


def test_what_came_after_the_press_is_not_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(minutes, "SECONDS", 1.0)
    kept, sent = Minute(1000), noise(3500)
    kept.add(sent[:2500])
    pressed = kept.heard
    kept.add(sent[2500:2900])
    assert np.array_equal(kept.until(pressed), sent[1900:2500])
    kept.add(sent[2900:])
    assert len(kept.until(pressed)) == 0
    assert len(Minute(1000).until(0)) == 0


def test_it_is_a_minute_and_never_more_than_25_megabytes() -> None:
    assert len(Minute(48_000)._frames) == 60 * 48_000
    for sr in (96_000, 192_000):
        assert len(Minute(sr)._frames) == MOST
        assert Minute(sr)._frames.nbytes < 25e6


# what the ear hears


def test_the_ear_keeps_what_came_in_before_any_gain() -> None:
    machine, sent = Machine(gain=12.0), noise(SR // 10)
    machine.ear.turn()
    assert machine.callback is not None
    assert machine.ear.minute is not None
    for first in range(0, len(sent), 480):
        machine.callback(sent[first : first + 480], 480, None, type("Fine", (), {"input_overflow": False}))
        machine.ear.turn()
    assert np.array_equal(machine.ear.minute.until(machine.ear.minute.heard), sent)


def test_while_time_rests_nothing_is_kept_and_while_the_input_is_gone_silence_is() -> None:
    machine = Machine()
    machine.run(0.5)
    machine.ear.pause()
    machine.run(0.5)
    machine.ear.play()
    machine.run(0.5)
    kept = machine.ear.minute
    assert kept is not None
    assert kept.heard == pytest.approx(SR, abs=SR / 50)
    machine.plugged = machine.stream.active = False
    machine.run(1.0)
    machine.plugged = True
    machine.run(2.5)
    assert machine.ear.listening
    assert machine.ear.minute is kept
    silent = ~kept.until(kept.heard).any(axis=1)
    gone = silent.sum() / SR
    assert 0.9 < gone < 3.1
    assert kept.heard / SR == pytest.approx(machine.ear.heard.steps / 100, abs=0.15)


def test_the_ears_time_finds_its_frame_whatever_happened_before() -> None:
    machine = Machine()
    machine.run(2.0)
    kept = machine.ear.minute
    assert kept is not None
    assert [kept.frame_at(t) for t in (0.0, 0.5, 1.9)] == [0, SR // 2, round(1.9 * SR)]
    assert kept.oldest == 0.0
    machine.plugged = machine.stream.active = False
    machine.run(1.5)
    machine.plugged = True
    machine.run(3.0)
    strike = machine.ear.now()
    machine.run(0.2, 0.0)
    machine.run(0.1, 0.8)
    sound = kept.until(kept.heard)
    began = np.flatnonzero(np.abs(sound[:, 0]) > 0.5)[0]
    levels = [machine.ear.heard.at(strike + i / 100)["level"] for i in range(30)]
    heard = strike + int(np.argmax(np.diff(levels) > 0.1)) / 100
    assert kept.frame_at(heard) == pytest.approx(began, abs=0.03 * SR)


def test_what_is_remembered_for_a_second_more_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(minutes, "SECONDS", 3.0)
    kept = Minute(1000, 5.0)
    kept.add(noise(1500))
    kept.mark(6.5, 0)
    assert kept.oldest == 5.0
    kept.add(noise(5000))
    kept.mark(11.4, 100)
    assert kept.oldest == pytest.approx(9.5)
    assert kept.frame_at(kept.oldest) == 4500
    assert len(kept.until(kept.heard, 4500)) == 2000


def test_nothing_is_kept_before_the_input_is_there() -> None:
    machine = Machine()
    machine.plugged = False
    machine.run(5.0)
    assert machine.ear.minute is None
    machine.plugged = True
    machine.run(3.0)
    assert machine.ear.minute is not None
    assert machine.ear.minute.heard < 3.1 * SR


def test_another_rate_begins_anew_and_the_same_rate_goes_on() -> None:
    machine = Machine()
    machine.run(0.5)
    kept = machine.ear.minute
    machine.ear.switch(Input("Mixer"))
    machine.run(0.5)
    assert machine.opened[-1] == Input("Mixer")
    assert machine.ear.minute is kept
    opener = machine.ear._opener

    def slower(source: Input, callback: object) -> Opened | None:
        opened = opener(source, callback)  # type: ignore[arg-type]
        return opened and Opened(opened.stream, 44_100)

    machine.ear._opener = slower
    machine.ear.switch(Input("Microphone"))
    machine.run(0.5)
    assert machine.ear.minute is not kept
    assert machine.ear.minute is not None
    assert machine.ear.minute.sr == 44_100
    assert machine.ear.minute.heard <= 0.5 * SR


# the file


def test_the_file_holds_each_sample_and_is_a_song() -> None:
    sent = noise(SR)
    file = save_recording(sent, SR, "Heard")
    assert file == paths.recordings() / "Heard.wav"
    info = soundfile.info(file)
    assert (info.subtype, info.samplerate, info.channels) == ("PCM_24", SR, 2)
    assert np.array_equal(soundfile.read(file, dtype="float32")[0], sent)
    assert load_track(file).duration == pytest.approx(1.0)
    assert [f.name for f in paths.recordings().iterdir()] == ["Heard.wav"]


def test_what_is_too_loud_is_clipped_and_one_microphone_is_one_channel() -> None:
    one = np.repeat(np.array([[0.5], [1.5], [-1.5], [1.0]], np.float32), 2, axis=1)
    read = soundfile.read(save_recording(one, SR, "Heard"), dtype="float32")[0]
    assert read == pytest.approx(np.array([0.5, 1.0, -1.0, 1.0]), abs=2e-7)


def test_nothing_is_written_over() -> None:
    first, second = save_recording(noise(10, 1), SR, "Heard"), save_recording(noise(20, 2), SR, "Heard")
    assert (first.name, second.name) == ("Heard.wav", "Heard 2.wav")
    assert (soundfile.info(first).frames, soundfile.info(second).frames) == (10, 20)
    first.with_name(".Heard 3.wav.partial").touch()  # somebody writes this one
    assert save_recording(noise(30), SR, "Heard").name == "Heard 4.wav"


def test_a_disk_that_is_full_is_told_in_a_sentence_and_leaves_nothing_behind(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(_from: Path, _to: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("app.engine.audio.recording.os.replace", full)
    with pytest.raises(SongError, match=r"^Heard\.wav could not be written: No space left on device\."):
        save_recording(noise(10), SR, "Heard")
    assert list(paths.recordings().iterdir()) == []


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("ANTHESIS_PROFILE", str(tmp_path / "file"))
    with pytest.raises(SongError, match="could not be written"):
        save_recording(noise(10), SR, "Heard")
