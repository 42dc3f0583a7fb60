"""Peaks: the outline says what the samples are."""

from pathlib import Path

import numpy as np
import pytest

from app.engine.audio.peaks import HOP, LARGEST_HOP, Peaks, build_peaks
from app.engine.errors import SongError
from tests.songs import silence, sine, track

MIN, MAX, RMS, LOW, MID, HIGH = range(6)


@pytest.mark.parametrize(("hz", "column"), [(80, LOW), (1000, MID), (6000, HIGH)])
def test_a_full_scale_sine_fills_its_own_band_only(hz: float, column: int) -> None:
    middle = build_peaks(track(sine(hz, 1.0, 44_100, 1.0), 44_100)).levels[3][4:-4].astype(int)
    assert middle[:, column].min() > 245
    others = {LOW, MID, HIGH} - {column}
    assert middle[:, list(others)].max() < 14
    assert np.abs(middle[:, RMS] - 255).max() < 12


def test_min_and_max_are_the_samples() -> None:
    y = silence(1.0)
    y[5 * HOP + 3], y[9 * HOP + 7] = 0.5, -0.25
    base = build_peaks(track(y)).levels[0]
    assert (base[5, MAX], base[5, MIN]) == (round(128 + 63.5), 128)
    assert (base[9, MAX], base[9, MIN]) == (128, round(128 - 31.75))


def test_one_side_alone_shows() -> None:
    y = np.stack([silence(1.0), sine(1000, 1.0)], axis=1)
    base = build_peaks(track(y)).levels[0]
    assert base[10:-10, MAX].min() > 185


def test_silence_is_flat() -> None:
    base = build_peaks(track(silence(1.0))).levels[0]
    assert (base == [128, 128, 0, 0, 0, 0]).all()


def test_each_level_is_half_the_one_below_and_keeps_its_extremes() -> None:
    y = np.random.default_rng(1).uniform(-1, 1, 200_001).astype(np.float32)
    peaks = build_peaks(track(y))
    assert len(peaks.levels[0]) == -(-len(y) // HOP)
    assert peaks.hop * 2 ** (len(peaks.levels) - 1) == LARGEST_HOP
    for fine, coarse in zip(peaks.levels[:-1], peaks.levels[1:], strict=True):
        assert len(coarse) == -(-len(fine) // 2)
        assert coarse[0, MIN] == fine[:2, MIN].min()
        assert coarse[-1, MAX] == fine[len(coarse) * 2 - 2 :, MAX].max()


@pytest.mark.parametrize("samples", [1, 100, 256, 257, 2400])
def test_the_shortest_sounds_have_an_outline(samples: int) -> None:
    peaks = build_peaks(track(np.full(samples, 0.5, np.float32)))
    assert len(peaks.levels[0]) == -(-samples // HOP)
    assert peaks.levels[-1][0, MAX] == 192


@pytest.mark.parametrize("sr", [4000, 8000, 48_000])
def test_any_rate(sr: int) -> None:
    base = build_peaks(track(sine(100, 1.0, sr, 1.0), sr)).levels[0]
    assert base[2:-2, LOW].min() > 200


def test_a_song_in_batches_is_the_song_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    y = np.random.default_rng(1).uniform(-1, 1, (50_000, 2)).astype(np.float32)
    whole = build_peaks(track(y)).levels[0]
    monkeypatch.setattr("app.engine.audio.peaks._BATCH", 17)
    assert (build_peaks(track(y)).levels[0] == whole).all()


def test_saved_and_loaded(tmp_path: Path) -> None:
    peaks = build_peaks(track(sine(100, 1.0)))
    peaks.save(tmp_path / "a.npz")
    again = Peaks.load(tmp_path / "a.npz")
    assert (again.sr, again.hop, len(again.levels)) == (peaks.sr, peaks.hop, len(peaks.levels))
    assert all((a == b).all() for a, b in zip(again.levels, peaks.levels, strict=True))


@pytest.mark.parametrize("content", [b"", b"nothing", b"PK\x03\x04 broken"])
def test_a_broken_file_gets_a_sentence(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "a.npz"
    file.write_bytes(content)
    with pytest.raises(SongError, match=r"a\.npz"):
        Peaks.load(file)


def test_a_file_of_something_else_gets_a_sentence(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", sr=1, hop=256, base=np.zeros((3, 2), np.uint8))
    with pytest.raises(SongError, match=r"a\.npz"):
        Peaks.load(tmp_path / "a.npz")
