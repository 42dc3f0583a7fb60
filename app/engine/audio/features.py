"""Features: everything about a song that can move the picture, as curves of 0..1 at 100 Hz."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from app.engine import paths
from app.engine.audio import sections as parts
from app.engine.audio import spectra
from app.engine.audio.curves import curves_of, onset_strength
from app.engine.audio.rhythm import find_beats, find_downbeats
from app.engine.audio.spectra import Floats
from app.engine.audio.track import AudioTrack
from app.engine.errors import SongError
from app.engine.show.correction import FOUND, Correction
from app.engine.show.routes import CONTROL_RATE
from app.engine.show.show import Section
from app.engine.show.sources import HEARD

VERSION = 3
"""Raise it when analyse gives other numbers: features kept on disk are then computed again."""

CURVES = HEARD


@dataclass(frozen=True, eq=False, kw_only=True)
class FeatureTrack:
    """What a song does, step by step; frozen and shared between threads.

    curves: name -> ``(steps,)`` float32 in 0..1, step *i* at ``i / rate`` seconds. beats, downbeats: seconds.
    block_sounds ``(blocks, d)``, block_times ``(blocks + 1,)`` and block_order ``(blocks,)`` say how each bar sounds,
    where it is, and from which amount of sections on one begins there: enough to cut sections anew. Where hands made a
    *correction* of the beats, *found* is what it was before.
    """

    curves: Mapping[str, Floats]
    beats: NDArray[np.float64]
    downbeats: NDArray[np.float64]
    bpm: float
    sections: tuple[Section, ...]
    duration: float
    rate: float = CONTROL_RATE
    block_sounds: Floats = field(default_factory=lambda: np.zeros((0, 0), np.float32))
    block_times: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    block_order: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    correction: Correction = FOUND
    found: "FeatureTrack | None" = None

    def __post_init__(self) -> None:
        arrays: list[NDArray[Any]] = [*self.curves.values(), self.beats, self.downbeats]
        for array in (*arrays, self.block_sounds, self.block_times, self.block_order):
            array.setflags(write=False)

    def __repr__(self) -> str:
        return f"FeatureTrack({self.duration:.2f} s, {self.bpm} bpm, {len(self.sections)} sections)"

    @classmethod
    def silent(cls, duration: float) -> "FeatureTrack":
        """What is known of a song before it was listened to: it lasts *duration* seconds."""
        steps = int(np.ceil(duration * CONTROL_RATE)) + 1
        none = np.zeros(0)
        times = np.array([0.0, max(duration, 1e-3)])
        curves = MappingProxyType({name: np.zeros(steps, np.float32) for name in CURVES})
        whole = (Section(0.0, max(duration, 1e-3), "A"),)
        return cls(
            curves=curves, beats=none, downbeats=none.copy(), bpm=0.0, sections=whole, duration=duration,
            block_sounds=np.zeros((1, 1), np.float32), block_times=times, block_order=np.ones(1, np.int64),
        )  # fmt: skip

    def at(self, t: float) -> dict[str, float]:
        """Every curve at *t* seconds, between steps in proportion; held before the start and after the end."""
        steps = len(next(iter(self.curves.values())))
        place = min(max(t * self.rate, 0.0), steps - 1.0)
        left = min(int(place), max(steps - 2, 0))
        right, part = min(left + 1, steps - 1), place - left
        return {name: float(curve[left] * (1 - part) + curve[right] * part) for name, curve in self.curves.items()}

    def save(self, path: Path) -> None:
        """One npz without pickles; whole or not at all."""
        path = Path(path)
        names = list(self.curves)
        table = np.stack([self.curves[name] for name in names]).astype(np.float16)
        partial = path.with_name(f"{path.stem}.partial.{os.getpid()}.npz")
        with partial.open("wb") as file:
            np.savez_compressed(
                file, version=VERSION, rate=self.rate, duration=self.duration, bpm=self.bpm,
                names=np.array(names), table=table, beats=self.beats, downbeats=self.downbeats,
                section_times=np.array([(s.start, s.end) for s in self.sections]).reshape(-1, 2),
                section_labels=np.array([s.label for s in self.sections], dtype="U8"),
                block_sounds=self.block_sounds, block_times=self.block_times, block_order=self.block_order,
            )  # fmt: skip
        partial.replace(path)

    @classmethod
    def load(cls, path: Path) -> "FeatureTrack":
        """What save wrote; SongError where the file is another version's, or no features at all."""
        try:
            with Path(path).open("rb") as raw, np.load(raw, allow_pickle=False) as file:
                kept = {name: file[name] for name in file.files}
            if int(kept["version"]) != VERSION:
                raise SongError(f"“{Path(path).name}” was written by another version of Anthesis.")
            return cls._from_kept(kept)
        except (OSError, ValueError, KeyError, TypeError, IndexError, EOFError, BadZipFile) as error:
            raise SongError(f"“{Path(path).name}” does not hold the features of a song.") from error

    @classmethod
    def _from_kept(cls, kept: dict[str, NDArray[Any]]) -> "FeatureTrack":
        table = kept["table"].astype(np.float32)
        curves = {str(name): np.ascontiguousarray(row) for name, row in zip(kept["names"], table, strict=True)}
        if not set(CURVES) <= set(curves) or not table.shape[1] or not np.isfinite(table).all():
            raise ValueError("curves are missing")
        spans = zip(kept["section_times"], kept["section_labels"], strict=True)
        return cls(
            curves=MappingProxyType(curves),
            beats=kept["beats"],
            downbeats=kept["downbeats"],
            bpm=float(kept["bpm"]),
            sections=tuple(Section(float(a), float(b), str(label)) for (a, b), label in spans),
            duration=float(kept["duration"]),
            rate=float(kept["rate"]),
            block_sounds=kept["block_sounds"],
            block_times=kept["block_times"],
            block_order=kept["block_order"],
        )


def analyse(
    track: AudioTrack, *, section_amount: int = 8, progress: Callable[[float], None] | None = None
) -> FeatureTrack:
    """librosa listens to the whole song. Deterministic; silence gives zeros.

    *progress* hears 0..1 on the calling thread.
    """
    import soxr

    tell = progress or (lambda part: None)
    tell(0.0)
    steps = -(-len(track.samples) * int(CONTROL_RATE) // track.sr) + 1
    y = soxr.resample(track.mono(), track.sr, spectra.SR).astype(np.float32)
    tell(0.1)
    heard = spectra.listen(y, steps, lambda part: tell(0.1 + 0.7 * part))
    onset = onset_strength(heard.powers)
    curves = curves_of(heard, onset)
    tell(0.85)
    beats, bpm = find_beats(onset, track.duration)
    tell(0.95)
    change = _harmony_change(heard.chroma, beats)
    downbeats = find_downbeats(beats, curves["kick"], curves["snare"], change)
    times = _block_times(downbeats, beats, track.duration)
    sounds = _block_sounds(heard, times)
    order = parts.order(sounds)
    tell(1.0)
    return FeatureTrack(
        curves=MappingProxyType({name: _kept(curves[name]) for name in CURVES}),
        beats=beats, downbeats=downbeats, bpm=bpm, sections=parts.cut(sounds, times, order, section_amount),
        duration=track.duration, block_sounds=sounds, block_times=times, block_order=order,
    )  # fmt: skip


def cut_sections(features: FeatureTrack, amount: int) -> tuple[Section, ...]:
    """The song in at most *amount* sections; fast enough to call while a control is being dragged."""
    return parts.cut(features.block_sounds, features.block_times, features.block_order, amount)


def analysed(
    track: AudioTrack, *, section_amount: int = 8, progress: Callable[[float], None] | None = None
) -> FeatureTrack:
    """analyse, once per song: later calls read what the first one kept in the cache."""
    folder = paths.cache() / "features"
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / f"{track.sha256}-v{VERSION}.npz"
    if kept.is_file():
        try:
            features = FeatureTrack.load(kept)
        except SongError:
            kept.unlink(missing_ok=True)
        else:
            if progress:
                progress(1.0)
            return _recut(features, section_amount)
    features = analyse(track, section_amount=section_amount, progress=progress)
    features.save(kept)
    return features


def _kept(curve: Floats) -> Floats:
    """As the cache gives it back, so that a song looks the same the first time and later."""
    return curve.astype(np.float16).astype(np.float32)


def _recut(features: FeatureTrack, amount: int) -> FeatureTrack:
    return replace(features, sections=cut_sections(features, amount))


def _harmony_change(chroma: Floats, beats: NDArray[np.float64]) -> Floats:
    """``(steps,)``: at each beat, how different the harmony of the two beats after it is from the two before."""
    change = np.zeros(len(chroma), np.float32)
    at = np.rint(beats * CONTROL_RATE).astype(int)
    for k in range(2, len(at) - 2):
        before, after = chroma[at[k - 2] : at[k]].mean(axis=0), chroma[at[k] : at[k + 2]].mean(axis=0)
        size = float(np.linalg.norm(before) * np.linalg.norm(after))
        change[min(at[k], len(change) - 1)] = 1 - float(before @ after) / size if size > 0 else 0
    return change


def _block_times(downbeats: NDArray[np.float64], beats: NDArray[np.float64], duration: float) -> NDArray[np.float64]:
    """Edges of the stretches that sections are made of: bars, or two seconds each where there are no bars."""
    edges = downbeats if len(downbeats) >= 4 else np.arange(0, duration, 2.0)
    inside = edges[(edges > 0.5) & (edges < duration - 0.5)]
    return np.concatenate([[0.0], inside, [duration]])


def _block_sounds(heard: spectra.Spectra, times: NDArray[np.float64]) -> Floats:
    """``(blocks, d)``: loudness in six ranges and of strikes in three, and the key; standardised."""
    import librosa.util

    top = spectra.SR / 2
    ranges = pairwise((0, 120, 400, 1500, 4000, 7000, top))
    sums = [heard.powers[:, spectra.band_range(*hz)].sum(axis=1) for hz in ranges]
    sums += [heard.percussive[:, spectra.band_range(*hz)].sum(axis=1) for hz in ((0, 200), (200, 2500), (2500, top))]
    at = np.rint(times * CONTROL_RATE).astype(int)
    blocks = [slice(first, max(last, first + 1)) for first, last in pairwise(at.tolist())]
    means = librosa.util.sync(np.vstack([sums, heard.chroma.T]), blocks, aggregate=np.mean).T
    loudness, harmony = means[:, : len(sums)], means[:, len(sums) :]
    least = np.maximum(loudness.max(axis=0) * 10**-3.6, 1e-7)
    octaves = np.log2(np.maximum(loudness, least)) / 4  # 12 dB are 1, as much as a change of key
    table = np.concatenate([octaves, _keys(harmony)], axis=1)
    table -= table.mean(axis=0)
    return (table / (table.std(axis=0) + 0.15)).astype(np.float32)  # a range that hardly changes tells little


def _keys(harmony: Floats) -> Floats:
    """Each block's pitch classes together with its neighbours': the key stays where a chord goes by."""
    from scipy.ndimage import uniform_filter1d

    mean = uniform_filter1d(harmony, 9, axis=0, mode="nearest")
    unit: Floats = (mean / np.maximum(np.linalg.norm(mean, axis=1, keepdims=True), 1e-3)).astype(np.float32)
    return unit
