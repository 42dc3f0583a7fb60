"""LiveFeatures: a file fed through the live road, block by block, against what the whole song says."""

import sys
import time
from collections.abc import Iterable

import librosa.filters
import numpy as np
import pytest
from scipy.ndimage import median_filter

from app.engine.audio import curves as offline
from app.engine.audio import spectra
from app.engine.audio.demo import demo_song
from app.engine.audio.features import CURVES, FeatureTrack, analyse
from app.engine.audio.live_features import WINDOW, LiveFeatures, pitch_classes
from app.engine.audio.track import AudioTrack, load_track
from app.engine.show.routes import CONTROL_RATE
from tests.songs import bursts, silence, sine, track

SR = spectra.SR


def fed(y: np.ndarray, sr: int = SR, blocks: Iterable[int] = (512,)) -> np.ndarray:
    """``(steps, len(CURVES))``: *y* through the live road in blocks of these sizes, again and again."""
    sizes, live, rows, at = list(blocks), LiveFeatures(sr), [], 0
    while at < len(y):
        size = sizes[len(rows) % len(sizes)]
        rows.append(live.push(y[at : at + size].astype(np.float32)))
        at += size
    return np.concatenate(rows)


def curve(table: np.ndarray, name: str) -> np.ndarray:
    return table[:, CURVES.index(name)]


@pytest.fixture(scope="module")
def song() -> AudioTrack:
    whole = load_track(demo_song()[0])
    return track(whole.mono()[: 30 * whole.sr], whole.sr)


@pytest.fixture(scope="module")
def features(song: AudioTrack) -> FeatureTrack:
    return analyse(song)


@pytest.fixture(scope="module")
def live(song: AudioTrack) -> np.ndarray:
    return fed(song.mono(), song.sr)


def causal(y: np.ndarray) -> dict[str, np.ndarray]:
    """The curves of the whole of *y* at once, by scipy and librosa, looking only backwards."""
    steps = len(y) // spectra.HOP - 2
    level, powers = spectra.band_powers(y, steps)
    amplitudes = np.sqrt(powers)
    ringing = median_filter(amplitudes, size=(spectra.RINGING, 1), origin=(spectra.RINGING // 2, 0), mode="constant")
    striking = median_filter(amplitudes, size=(1, spectra.STRIKING))
    low = spectra.band_range(0, 200)
    striking[:, low] = np.maximum(amplitudes - ringing, 0)[:, low]
    percussive = powers * striking**2 / (striking**2 + ringing**2 + 1e-20)
    ringing = np.maximum(powers - percussive, 0)
    raw = offline.loudness_of(spectra.Spectra(level, powers, ringing, percussive, np.zeros((steps, 12))))
    raw["flux"] = offline._flux(powers)
    late = np.concatenate([np.zeros_like(percussive[:2]), percussive])
    for name, hits in offline.hits_of(late).items():
        raw[name] = offline._falling(hits, offline.DECAY[name])
    made = {name: np.empty(steps, np.float32) for name in raw}
    begins = int(np.argmax(level > offline.FLOOR))
    for first in range(0, steps, 5):
        window = slice(max(0, first + 1 - WINDOW), first + 1)
        least = offline.least_of(raw["level"][window])
        room = 1.5 * min(max(0.0, 1.0 - (first + 1 - begins) / 200), 1.0)  # what a sound has for two seconds
        for name, x in raw.items():
            lo, hi = offline.limits(x[window], least)
            hi *= 1.0 if name in offline.DECAY else 1.0 + room
            made[name][first : first + 5] = np.clip((x[first : first + 5] - lo) / (hi - lo), 0, 1)
    return made


def test_block_by_block_is_what_the_whole_song_gives_when_it_looks_only_backwards(song: AudioTrack) -> None:
    """To 1e-4 at every step, at the rate that songs are analysed at: the live road adds nothing but lateness."""
    import soxr

    y = soxr.resample(song.mono(), song.sr, SR).astype(np.float32)[: 12 * SR]
    table, wanted = fed(y), causal(y)
    for name, expected in wanted.items():
        steps = min(len(expected), len(table))
        away = np.abs(curve(table, name)[:steps] - expected[:steps])
        assert away[20:].max() < 1e-4, name  # before that, one rounding is set against another


def test_what_an_input_begins_with_is_not_taken_for_the_loudest_that_will_come() -> None:
    """Else the first second fills the lane and pushes the picture as far as it goes, however quiet it is."""
    t = np.arange(5 * SR) / SR
    table = fed(np.concatenate([silence(3.0), (0.2 * np.sin(2 * np.pi * 110 * t)).astype(np.float32)]))[300:]
    for name in ("level", "bass"):
        seen = curve(table, name)
        assert seen[3:50].max() < 0.55, name  # two steps after silence are a line in the lane, and no block
        assert seen[100:110].max() < 0.75, name
        assert seen[205:].min() > 0.9, name
    assert curve(table, "kick")[:20].max() > 0.9, "a stroke is a stroke from the first on"


@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("level", 0.7), ("bass", 0.7), ("mid", 0.8), ("high", 0.75), ("onset", 0.9), ("flux", 0.8),
        ("bass_drums", 0.75), ("mid_drums", 0.8), ("high_drums", 0.75), ("kick", 0.75), ("snare", 0.7), ("hat", 0.7),
    ],
)  # fmt: skip
def test_live_curves_go_with_the_songs_own(live: np.ndarray, features: FeatureTrack, name: str, least: float) -> None:
    """After the five seconds in which they settle. The song's are set in proportion to all of it, these to 5 s."""
    first, last = WINDOW, len(live) - 5
    assert np.corrcoef(curve(live, name)[first:last], features.curves[name][first:last])[0, 1] > least


@pytest.mark.parametrize("i", [0, 5, 9])
def test_chroma_is_the_songs_a_tenth_of_a_second_later(live: np.ndarray, features: FeatureTrack, i: int) -> None:
    late, last = 8, len(live) - 5
    now = curve(live, f"chroma_{i}")[WINDOW + late : last]
    assert np.corrcoef(now, features.curves[f"chroma_{i}"][WINDOW : last - late])[0, 1] > 0.9


def test_pitch_classes_are_librosas() -> None:
    wanted = librosa.filters.chroma(sr=SR, n_fft=spectra.CHROMA_N_FFT, **spectra.CHROMA)[::2]
    assert pitch_classes() == pytest.approx(wanted, abs=1e-6)


def test_the_size_of_blocks_changes_nothing(song: AudioTrack) -> None:
    y = song.mono()[: 3 * song.sr]
    whole = fed(y, song.sr, [len(y)])
    for blocks in ([64], [512], [1, 4000, 17]):
        assert np.array_equal(fed(y, song.sr, blocks), whole)


@pytest.mark.parametrize("sr", [8000, 16_000, 22_050, 44_100, 48_000, 96_000])
def test_every_rate_hears_the_same(sr: int) -> None:
    """A tone and its pitch at any rate; steps come a hundred times a second."""
    table = fed(sine(440, 3.0, sr), sr)
    assert abs(len(table) - 300) <= 3
    assert curve(table, "level")[250] == pytest.approx(1, abs=0.02)
    assert curve(table, "mid")[250] > 0.9
    assert int(np.argmax([curve(table, f"chroma_{i}")[250] for i in range(12)])) == 9
    assert curve(table, "bass")[250] < 0.05


def test_silence_is_zero_and_so_is_what_comes_before_sound() -> None:
    assert not fed(silence(3.0)).any()
    table = fed(np.concatenate([silence(2.0), sine(300, 2.1)]))
    assert not table[:195].any()
    assert curve(table, "level")[-1] > 0.9


def test_what_is_not_a_number_is_silence() -> None:
    y = sine(300, 2.5)
    y[SR : SR + 512] = np.nan
    y[SR + 512 : SR + 600] = -np.inf
    table = fed(y)
    assert np.isfinite(table).all()
    assert 0 <= table.min() <= table.max() <= 1
    assert curve(table, "level")[-1] > 0.9


@pytest.mark.parametrize("decibels", [40, -40])
def test_a_jump_of_40_db_is_settled_in_five_seconds(decibels: int) -> None:
    """Bursts in the bass before and after: each reaches the top and falls back, at either loudness."""
    quiet, loud = 0.7 * 10 ** (-40 / 20), 0.7
    first, second = (quiet, loud) if decibels > 0 else (loud, quiet)
    times = [0.25 + 0.5 * k for k in range(16)]
    y = np.concatenate([first * bursts(times, 8.0, 60, 200), second * bursts(times, 8.0, 60, 200)])
    table = fed(y)
    assert np.isfinite(table).all()
    for start in (300, 1300 + 20):  # three seconds of the first; the second after five
        for name, top in (("bass", 0.9), ("level", 0.9), ("kick", 0.5)):  # a quiet kick is near the absolute floor
            part = curve(table, name)[start : start + 250]
            assert part.max() > top, (name, start)
            assert part.min() < 0.2, (name, start)


def test_faint_hiss_stays_small() -> None:
    hiss = np.random.default_rng(0).standard_normal(6 * SR).astype(np.float32) * 1e-4
    assert fed(hiss)[:, : CURVES.index("onset")].max() < 0.15


def test_a_strike_is_heard_within_40_ms() -> None:
    """Counted in samples that had to come in before the step was known."""
    at = 2.0
    y = np.concatenate([silence(at), bursts([0.0], 1.0, 60, 200)])
    live, known = LiveFeatures(SR), []
    for first in range(0, len(y), 240):
        rows = live.push(y[first : first + 240])
        if len(rows) and curve(rows, "kick").max() > 0.2:
            known.append((first + 240) / SR)
    assert at <= known[0] <= at + 0.04


def test_steps_are_known_half_a_window_after_their_time() -> None:
    live = LiveFeatures(48_000)
    assert len(live.push(np.zeros(1023, np.float32))) == 0
    assert len(live.push(np.zeros(1, np.float32))) == 1
    assert len(live.push(np.zeros(48_000, np.float32))) == CONTROL_RATE


def test_a_block_of_512_takes_less_than_3_ms_of_one_core(song: AudioTrack) -> None:
    """At 48 kHz, by the time that this thread itself worked: what else the machine does is not counted."""
    live, y = LiveFeatures(48_000), np.tile(song.mono(), 4)
    took = []
    for first in range(0, 512 * 400, 512):
        began = time.thread_time()
        live.push(y[first : first + 512])
        took.append(time.thread_time() - began)
    assert np.median(took[100:]) < (0.003 if sys.gettrace() is None else 0.015)
