"""Features: sounds with known answers, the demo song against its score, and the cache."""

import json
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import librosa.segment
import numpy as np
import pytest

from app.control.params import PARAMS
from app.engine import paths
from app.engine.audio import features as module
from app.engine.audio.demo import demo_song
from app.engine.audio.features import CURVES, FeatureTrack, analyse, analysed, cut_sections
from app.engine.audio.sections import MOST
from app.engine.audio.track import AudioTrack, load_track
from app.engine.errors import SongError
from tests.songs import bursts, clicks, silence, sine, track


@pytest.fixture(scope="module")
def demo() -> FeatureTrack:
    return analyse(load_track(demo_song()[0]))


@pytest.fixture(scope="module")
def truth() -> dict:
    return json.loads((demo_song()[0].parent / "demo.json").read_text())


def _middle(features: FeatureTrack, name: str) -> float:
    curve = features.curves[name]
    return float(np.median(curve[len(curve) // 4 : -len(curve) // 4]))


@pytest.mark.parametrize("seconds", [0.0005, 0.1, 0.505, 1.0, 3.21])
def test_every_curve_has_every_step_and_stays_in_range(seconds: float) -> None:
    features = analyse(track(sine(300, seconds)))
    steps = int(np.ceil(round(seconds * 24_000) / 240)) + 1
    assert tuple(features.curves) == CURVES
    for curve in features.curves.values():
        assert (curve.shape, curve.dtype) == ((steps,), np.float32)
        assert 0 <= curve.min() <= curve.max() <= 1


@pytest.mark.parametrize("seconds", [0.1, 5.0])
def test_silence_is_zero_everywhere(seconds: float) -> None:
    features = analyse(track(silence(seconds)))
    assert not any(curve.any() for curve in features.curves.values())
    assert (features.bpm, len(features.beats)) == (0.0, 0)
    assert features.sections[0].start == 0
    assert features.sections[-1].end == pytest.approx(seconds)


def test_faint_hiss_stays_small() -> None:
    hiss = np.random.default_rng(0).standard_normal(72_000).astype(np.float32) * 1e-5
    features = analyse(track(hiss))
    assert max(features.curves[name].max() for name in ("level", "bass", "mid", "high", "kick", "snare")) < 0.05


@pytest.mark.parametrize(
    ("hz", "loud"),
    [(45, {"sub", "bass"}), (110, {"bass"}), (1000, {"mid"}), (3200, {"high"}), (5000, {"high", "presence"})],
)
def test_a_sine_is_in_its_band_whatever_the_rate(hz: float, loud: set[str]) -> None:
    for sr in (24_000, 44_100, 48_000):
        features = analyse(track(sine(hz, 3.0, sr), sr))
        for name in ("sub", "bass", "mid", "high", "presence"):
            assert _middle(features, name) > 0.9 if name in loud else _middle(features, name) < 0.1, name
        assert _middle(features, "level") > 0.9


@pytest.mark.parametrize("at", [0.5, 0.7035, 1.0])
def test_a_click_peaks_where_it_is(at: float) -> None:
    features = analyse(track(clicks([at], 2.0)))
    for name in ("level", "high", "onset", "hat", "snare", "percussive", "high_drums", "flux"):
        top = np.flatnonzero(features.curves[name] == features.curves[name].max()) / 100
        assert top[-1] - top[0] <= 0.021, name
        assert top[0] - 0.01 <= at <= top[-1] + 0.01, name


def test_kick_snare_and_hat_know_each_other_apart() -> None:
    kicks, snares, hats = [0.5, 2.5, 4.5], [1.0, 3.0, 5.0], [1.5, 3.5, 5.5]
    y = bursts(kicks, 6.0, 30, 110) + bursts(hats, 6.0, 8000, 12_000)
    y += bursts(snares, 6.0, 160, 380) * 0.6 + bursts(snares, 6.0, 1500, 5800) * 0.6
    curves = analyse(track(y)).curves
    times = {"kick": kicks, "snare": snares, "hat": hats}
    for name, own in times.items():
        for other, places in times.items():
            for at in places:
                strength = curves[name][round(at * 100) : round(at * 100) + 4].max()
                assert strength > 0.7 if own is places else strength < 0.25, (name, other, at)


def test_a_note_rings_and_a_strike_strikes() -> None:
    y = sine(440, 6.0, amplitude=0.2) + clicks([1.0, 2.0, 3.0, 4.0, 5.0], 6.0)
    curves = analyse(track(y)).curves
    assert np.median(curves["harmonic"]) > 0.8
    assert np.median(curves["percussive"]) < 0.1
    assert curves["percussive"][297:304].max() > 0.8
    assert np.median(curves["mid_melody"]) > 0.8
    assert np.median(curves["mid_drums"]) < 0.1


@pytest.mark.parametrize(("hz", "pitch"), [(261.63, 0), (440.0, 9), (622.25, 3)])
def test_chroma_names_the_note(hz: float, pitch: int) -> None:
    features = analyse(track(sine(hz, 3.0)))
    strengths = [_middle(features, f"chroma_{i}") for i in range(12)]
    assert int(np.argmax(strengths)) == pitch
    assert strengths[pitch] > 0.9
    assert max(strengths[pitch - 6], strengths[pitch - 3]) < 0.1


def test_the_centroid_rises_with_the_sound() -> None:
    y = np.concatenate([sine(200, 2.0), sine(2000, 2.0), sine(8000, 2.0), silence(1.0)])
    curve = analyse(track(y)).curves["centroid"]
    assert curve[100] < curve[300] < curve[500]
    assert curve[650] == 0


@pytest.mark.parametrize("bpm", [90, 120, 128.5, 174])
def test_beats_of_a_machine_are_an_exact_grid(bpm: float) -> None:
    beats = list(np.arange(0.25, 29.5, 60 / bpm))
    y = bursts(beats, 30.0, 40, 120) + clicks(beats, 30.0)
    features = analyse(track(y))
    found = features.bpm if features.bpm > bpm * 0.75 else features.bpm * 2
    assert found == pytest.approx(bpm, abs=0.06)
    distance = np.abs(features.beats[:, None] - np.array(beats)).min(axis=1)
    assert np.max(distance[1:-1]) < 0.015


def test_librosa_comes_to_listen_and_no_earlier() -> None:
    code = (
        "import sys; from app.engine.audio.features import FeatureTrack, analyse, cut_sections\n"
        "from app.engine.audio.demo import demo_song; from tests.songs import sine, track\n"
        "features = FeatureTrack.load(demo_song()[1]); [cut_sections(features, amount) for amount in range(1, 25)]\n"
        "heavy = {'librosa', 'numba', 'scipy', 'sklearn', 'soxr'}\n"
        "print(sorted(heavy & set(sys.modules))); analyse(track(sine(300, 3.0))); print(heavy <= set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["[]", "True"]


def test_at_is_between_the_steps_and_held_outside() -> None:
    ramp = np.linspace(0, 1, 101, dtype=np.float32)
    features = FeatureTrack(
        curves={"level": ramp}, beats=np.zeros(0), downbeats=np.zeros(0), bpm=0.0, sections=(), duration=1.0
    )
    assert features.at(0.505)["level"] == pytest.approx(0.505)
    assert (features.at(-1)["level"], features.at(9)["level"]) == (0, 1)


def test_the_same_song_gives_the_same_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    song = track(bursts([0.5, 1.0, 1.5, 2.0, 2.5], 4.0, 60, 5000) + sine(330, 4.0, amplitude=0.1))
    first = analyse(song)
    monkeypatch.setattr("app.engine.audio.spectra._BATCH", 37)
    second = analyse(song)
    for name in CURVES:
        assert np.allclose(first.curves[name], second.curves[name], atol=1e-3), name
    third = analyse(song)
    assert all((second.curves[name] == third.curves[name]).all() for name in CURVES)


def test_progress_rises_to_one() -> None:
    told: list[float] = []
    analyse(track(sine(300, 3.0)), progress=told.append)
    assert told == sorted(told)
    assert (told[0], told[-1]) == (0.0, 1.0)


# The demo song: composed, so its truth is known.


def test_the_demo_has_its_tempo_beats_and_bars(demo: FeatureTrack, truth: dict) -> None:
    assert demo.bpm == truth["bpm"]
    assert np.abs(demo.beats - np.arange(len(demo.beats)) * 0.5).max() < 0.015
    assert np.abs(demo.downbeats % 2).max() < 0.015
    assert demo.duration == pytest.approx(truth["duration"])


def test_the_demo_is_cut_where_it_was_composed(demo: FeatureTrack, truth: dict) -> None:
    composed = [(part["start"], part["label"]) for part in truth["sections"]]
    composed = [part for k, part in enumerate(composed) if k == 0 or part[1] != composed[k - 1][1]]
    found = cut_sections(demo, len(composed))
    assert [part.label for part in found] == [label for _, label in composed]
    assert np.allclose([part.start for part in found], [start for start, _ in composed], atol=0.02)


def test_every_kick_of_the_demo_is_a_pulse(demo: FeatureTrack, truth: dict) -> None:
    hits = np.rint(np.array(truth["hits"]["kick"]) * 100).astype(int)
    for name, least in (("kick", 0.8), ("bass_drums", 0.75)):
        curve = demo.curves[name]
        assert np.percentile([curve[at : at + 4].max() for at in hits], 10) > least
        assert np.median([curve[at + 25 : at + 45].max() for at in hits]) < 0.2
    quiet = demo.curves["kick"][50:780]  # the intro has none
    assert quiet.max() < 0.1


def test_the_demos_features_on_disk_are_those_of_its_sound(demo: FeatureTrack) -> None:
    kept = FeatureTrack.load(demo_song()[1])
    assert np.allclose(kept.beats, demo.beats, rtol=0, atol=1e-6)
    for name in CURVES:
        assert np.abs(kept.curves[name] - demo.curves[name]).mean() < 1e-3, name
    assert [part.label for part in kept.sections] == [part.label for part in demo.sections]


@pytest.mark.parametrize("amount", [1, 2, 5, 12, 24, 500])
def test_sections_are_cut_anew_on_bars_without_gaps(demo: FeatureTrack, amount: int) -> None:
    found = cut_sections(demo, amount)
    assert len(found) == min(amount, MOST, len(demo.block_sounds))
    assert (found[0].start, found[-1].end) == (0, demo.duration)
    assert all(a.end == b.start for a, b in pairwise(found))
    starts = np.array([part.start for part in found[1:]])
    assert all(np.abs(demo.downbeats - start).min() < 1e-6 for start in starts)


def test_every_amount_that_can_be_asked_for_is_known() -> None:
    offered = PARAMS["react.section_amount"]
    assert (offered.lo, offered.hi) == (1, MOST)


def test_cuts_are_those_of_librosa(demo: FeatureTrack) -> None:
    for amount in (2, 7, MOST):
        starts = demo.block_times[librosa.segment.agglomerative(demo.block_sounds.T, amount)]
        assert [part.start for part in cut_sections(demo, amount)] == starts.tolist()


# The cache


def _song() -> AudioTrack:
    return track(bursts([0.5, 1.0, 1.5], 3.0, 60, 5000))


def _cached() -> Path:
    return next((paths.cache() / "features").glob("*.npz"))


def test_a_song_is_analysed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    first = analysed(_song())
    monkeypatch.setattr(module, "analyse", lambda *_, **__: pytest.fail("it was analysed again"))
    told: list[float] = []
    again = analysed(_song(), progress=told.append)
    assert told == [1.0]
    assert (again.bpm, again.duration, again.sections) == (first.bpm, first.duration, first.sections)
    assert all(np.array_equal(again.curves[name], first.curves[name]) for name in CURVES)
    assert len(analysed(_song(), section_amount=1).sections) == 1


@pytest.mark.parametrize("content", [b"", b"not features", b"PK\x03\x04 broken"])
def test_a_broken_cache_is_computed_again(content: bytes) -> None:
    first = analysed(_song())
    whole = _cached().read_bytes()
    _cached().write_bytes(content or whole[: len(whole) // 2])
    again = analysed(_song())
    assert all(np.array_equal(again.curves[name], first.curves[name]) for name in CURVES)
    assert FeatureTrack.load(_cached()).duration == first.duration


def test_features_of_another_version_are_not_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    analyse(_song()).save(tmp_path / "a.npz")
    monkeypatch.setattr(module, "VERSION", 999)
    with pytest.raises(SongError, match=r"a\.npz.*version"):
        FeatureTrack.load(tmp_path / "a.npz")


def test_nothing_half_written_stays_behind() -> None:
    analysed(_song())
    assert [file.suffix for file in (paths.cache() / "features").iterdir()] == [".npz"]
    assert "partial" not in _cached().name
