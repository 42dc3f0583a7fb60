"""How well the live beat is found: `python -m benchmarks.tempo [--others] [SONG ...]`.

Rhythms of known tempo, and songs held against the analysis of the whole song, through LiveFeatures and BeatTracker in
blocks of 512, as live. F-measure as mir_eval has it: within 70 ms, from the fifth second on. ``--others`` adds what
librosa makes of the last eight seconds, once a second, and aubio, where it is installed, all of the first minute.
"""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.engine.audio.beat_tracker import BeatTracker
from app.engine.audio.features import CURVES, analyse
from app.engine.audio.live_features import LiveFeatures
from app.engine.audio.track import load_track
from benchmarks.rhythms import SR, rhythms

Array = NDArray[np.float64]
BLOCK, WITHIN, FROM = 512, 0.07, 5.0
WINDOW, EVERY = 800, 100  # steps that librosa is given, and between two looks
MINUTE = 6000


@dataclass(frozen=True, eq=False)
class Piece:
    """A rhythm as it was heard live, *rows* at 100 Hz, and where its *beats* are; *y* at *sr* is its sound."""

    name: str
    rows: NDArray[np.float32]
    beats: Array
    y: NDArray[np.float32]
    sr: int


@dataclass(frozen=True, eq=False)
class Told:
    """What a tracker said: beats as they came, and bpm and confidence at each step."""

    beats: Array
    bpm: Array
    confidence: Array


def listen(name: str, y: NDArray[np.float32], sr: int, beats: Array) -> Piece:
    """*y* through the live road, block by block."""
    live = LiveFeatures(sr)
    rows = np.concatenate([live.push(y[i : i + BLOCK]) for i in range(0, len(y), BLOCK)])
    return Piece(name, rows, beats, y, sr)


def ours(piece: Piece) -> Told:
    """The BeatTracker, asked after each step for the beat it has come to."""
    tracker, count = BeatTracker(), np.zeros(len(piece.rows))
    bpm, confidence = np.zeros(len(piece.rows)), np.zeros(len(piece.rows))
    for i in range(len(piece.rows)):
        grid = tracker.push(piece.rows[i : i + 1])
        count[i], bpm[i], confidence[i] = grid.beat_at(i / 100), grid.bpm, grid.confidence
    crossed = np.flatnonzero(np.diff(np.floor(count)) > 0) + 1
    beats = [(i - (count[i] % 1) / max(count[i] - count[i - 1], 1e-6)) / 100 for i in crossed]
    return Told(np.array(beats), bpm, confidence)


def librosas(how: Callable[[Array], Array]) -> Callable[[Piece], Told]:
    """A tracker out of what *how* finds in the onsets of the last seconds: its last beats go on until the next look."""

    def track(piece: Piece) -> Told:
        onset = piece.rows[:, CURVES.index("onset")].astype(np.float64)
        beats: list[float] = []
        bpm = np.full(len(onset), 120.0)
        for end in range(WINDOW // 2, len(onset), EVERY):
            first = max(0, end - WINDOW)
            found = (how(onset[first:end]) + first) / 100
            if len(found) < 4:
                continue
            period = float(np.median(np.diff(found[-8:])))
            bpm[end:] = 60 / period
            due = float(found[-1])
            while due < (end + EVERY) / 100:
                if due >= end / 100 and (not beats or due - beats[-1] > 0.5 * period):
                    beats.append(due)
                due += period
        return Told(np.array(beats), bpm, np.ones(len(onset)))

    return track


def beat_track(onset: Array) -> Array:
    """Steps of the beats by dynamic programming (Ellis 2007)."""
    import librosa.beat

    _, steps = librosa.beat.beat_track(onset_envelope=onset, sr=24_000, hop_length=240, trim=False)
    return np.asarray(steps, np.float64)


def plp(onset: Array) -> Array:
    """Steps of the beats by predominant local pulse (Grosche and Müller 2011)."""
    import librosa.beat
    import librosa.util

    pulse = librosa.beat.plp(onset_envelope=onset, sr=24_000, hop_length=240, tempo_min=60, tempo_max=190)
    return np.flatnonzero(librosa.util.localmax(pulse)).astype(np.float64)


def aubios(piece: Piece) -> Told:
    """aubio's tempo object, block by block."""
    import aubio  # GPL: only here, and only where somebody installed it

    tempo, beats = aubio.tempo("default", 1024, BLOCK, piece.sr), []
    for i in range(0, len(piece.y) - BLOCK, BLOCK):
        if tempo(piece.y[i : i + BLOCK].astype(np.float32)):
            beats.append(tempo.get_last_s())
    steps = np.arange(len(piece.rows)) / 100
    spacing = 60 / np.median(np.diff(beats)) if len(beats) > 2 else 120.0
    return Told(np.array(beats), np.full(len(steps), spacing), np.ones(len(steps)))


def f_measure(true: Array, told: Array) -> float:
    """Share of beats that have a partner within 70 ms, of those told and of those there are."""
    true, told = true[true >= FROM], told[told >= FROM]
    i = j = hits = 0
    while i < len(true) and j < len(told):
        away = told[j] - true[i]
        hits += abs(away) <= WITHIN
        i += away > -WITHIN
        j += away < WITHIN
    return 2 * hits / max(1, len(true) + len(told))


def either(true: Array, told: Array) -> float:
    """The F-measure, where half or double the tempo counts as right too."""
    return max(f_measure(a, b) for a, b in ((true, told), (true, told[::2]), (true, told[1::2]),
                                            (true[::2], told), (true[1::2], told)))  # fmt: skip


def true_bpm(piece: Piece) -> Array:
    """The tempo round each step."""
    middle = (piece.beats[1:] + piece.beats[:-1]) / 2
    spacing = np.diff(piece.beats)
    smooth = np.array([np.median(spacing[max(0, i - 4) : i + 5]) for i in range(len(spacing))])
    return np.asarray(60 / np.interp(np.arange(len(piece.rows)) / 100, middle, smooth))


def lock_time(piece: Piece, told: Told) -> float:
    """Seconds until tempo (2 %) and beats (70 ms) are right for four seconds on end."""
    right = np.abs(told.bpm / true_bpm(piece) - 1) < 0.02
    for start in np.arange(0, len(piece.rows) / 100 - 4, 0.1):
        here = told.beats[(told.beats >= start) & (told.beats < start + 4)]
        near = len(here) > 1 and all(np.abs(piece.beats - b).min() <= WITHIN for b in here)
        if near and right[int(start * 100) : int(start * 100) + 400].all():
            return float(start)
    return float("inf")


def line(piece: Piece, told: Told) -> str:
    """A row of the table."""
    after = slice(1000, None)
    off = 100 * float(np.median(np.abs(told.bpm / true_bpm(piece) - 1)[after]))
    lock = lock_time(piece, told)
    shown = f"{lock:.1f} s" if np.isfinite(lock) else "–"
    bpm, sure = float(np.median(told.bpm[after])), float(np.median(told.confidence[after]))
    f, octave = f_measure(piece.beats, told.beats), either(piece.beats, told.beats)
    true = float(np.median(true_bpm(piece)[after]))
    return f"| {piece.name} | {true:.1f} | {bpm:.2f} | {off:.2f} % | {f:.2f} | {octave:.2f} | {shown} | {sure:.2f} |"


def pieces(songs: list[Path]) -> list[Piece]:
    """Every rhythm, then *songs* with the beats that the analysis of the whole song finds."""
    made = [listen(name, y.astype(np.float32), SR, beats) for name, y, beats in rhythms()]
    for song in songs:
        track = load_track(song)
        made.append(listen(song.stem, track.mono(), track.sr, analyse(track).beats))
    return made


def main() -> None:
    """Prints the table, what a step costs, and with --others how other trackers do."""
    words = sys.argv[1:]
    heard = pieces([Path(word) for word in words if not word.startswith("--")])
    print("| rhythm | true bpm | told | error | F | F, half or double allowed | locked after | confidence |")
    print("|---|---|---|---|---|---|---|---|")
    began, steps = time.thread_time(), 0
    told = []
    for piece in heard:
        told.append(ours(piece))
        steps += len(piece.rows)
    cost = (time.thread_time() - began) / steps
    for piece, said in zip(heard, told, strict=True):
        print(line(piece, said), flush=True)
    print(f"\nA step of 10 ms costs {1e6 * cost:.0f} µs.")
    if "--others" in words:
        compare([first_minute(piece) for piece in heard])


def first_minute(piece: Piece) -> Piece:
    """As much of *piece*."""
    seconds = MINUTE / 100
    y, beats = piece.y[: int(seconds * piece.sr)], piece.beats[piece.beats < seconds]
    return Piece(piece.name, piece.rows[:MINUTE], beats, y, piece.sr)


def compare(heard: list[Piece]) -> None:
    """Prints how each tracker does on all rhythms, and on all songs."""
    trackers: dict[str, Callable[[Piece], Told]] = {
        "this one": ours, "librosa beat_track": librosas(beat_track), "librosa plp": librosas(plp), "aubio": aubios,
    }  # fmt: skip
    known = sum(1 for _ in rhythms())
    for name, track in trackers.items():
        try:
            told = [track(piece).beats for piece in heard]
        except ImportError:
            print(f"{name} is not installed")
            continue
        marks = [(f_measure(p.beats, b), either(p.beats, b)) for p, b in zip(heard, told, strict=True)]
        means = (*np.mean(marks[:known], axis=0), *np.mean(marks[known:] or [(0.0, 0.0)], axis=0))
        print(f"| {name} | {' | '.join(f'{mean:.2f}' for mean in means)} |", flush=True)


if __name__ == "__main__":
    main()
