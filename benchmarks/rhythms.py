"""Rhythms of known tempo: clicks, drum loops straight and swung, with noise, with a break, and with changing tempo."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
SR, SECONDS, FIRST = 48_000, 40.0, 0.35
_LOOPS = {  # sixteenths of a bar on which something strikes
    "house": {"kick": (0, 4, 8, 12), "snare": (4, 12), "open": (2, 6, 10, 14), "hat": ()},
    "rock": {"kick": (0, 8, 10), "snare": (4, 12), "open": (), "hat": tuple(range(0, 16, 2))},
    "drum and bass": {"kick": (0, 10), "snare": (4, 12), "open": (), "hat": tuple(range(0, 16, 2))},
    "hip hop": {"kick": (0, 7, 8), "snare": (4, 12), "open": (), "hat": tuple(range(0, 16, 2))},
}


def steady(bpm: float, seconds: float = SECONDS) -> Array:
    """Beats of *bpm*."""
    return np.arange(FIRST, seconds, 60 / bpm)


def rhythms() -> Iterator[tuple[str, Array, Array]]:
    """Name, sound at SR, and beats in seconds."""
    for bpm in (90, 128, 174):
        beats = steady(bpm)
        yield f"clicks {bpm}", clicks(beats), beats
    for name, bpm, swing in (("house", 128, 0.5), ("rock", 100, 0.5), ("drum and bass", 174, 0.5),
                             ("hip hop", 90, 0.62), ("rock", 112, 0.66)):  # fmt: skip
        beats = steady(bpm)
        yield f"{name} {bpm}" + (f", swing {swing:.0%}" if swing > 0.5 else ""), loop(name, beats, swing), beats
    beats = steady(144)
    yield "rock 144, 6 ms uneven", loop("rock", beats, uneven=0.006), beats
    rng = np.random.default_rng(5)
    beats = steady(105)
    rock = loop("rock", beats)
    noise = bursts(rng.uniform(0, SECONDS, round(SECONDS)), 0.15, len(rock) / SR)
    yield "rock 105, stray bursts of noise", rock + noise, beats
    beats = steady(132)
    yield "bursts 132 in pink noise", pink(SECONDS) + 0.8 * bursts(beats, 0.1, SECONDS), beats
    beats = steady(126, 50)
    gap = loop("house", beats)
    gap[20 * SR : 30 * SR] = 0
    yield "house 126, silent for 10 s", gap, beats
    beats = np.concatenate([np.arange(FIRST, 25, 0.5), np.arange(25.35, 60, 60 / 140)])
    yield "rock 120, then 140", loop("rock", beats), beats
    ramp = [FIRST]
    while ramp[-1] < 60:
        ramp.append(ramp[-1] + 60 / (118 + 12 * ramp[-1] / 60))
    yield "house 118 to 130 in 60 s", loop("house", np.array(ramp[:-1])), np.array(ramp[:-1])


def clicks(beats: Array) -> Array:
    """A short high tone on each beat."""
    t = np.arange(int(0.02 * SR)) / SR
    return _placed(beats, [0.8 * np.sin(2 * np.pi * 1500 * t) * np.exp(-t / 0.004)] * len(beats), beats[-1] + 1)


def bursts(times: Array, seconds: float, length: float) -> Array:
    """Noise that dies away at each of *times*."""
    rng = np.random.default_rng(6)
    t = np.arange(int(seconds * SR)) / SR
    return _placed(times, [0.5 * rng.standard_normal(len(t)) * np.exp(-t / 0.035) for _ in times], length)


def pink(seconds: float) -> Array:
    """Pink noise."""
    spectrum = np.fft.rfft(np.random.default_rng(2).standard_normal(int(seconds * SR)))
    spectrum[1:] /= np.sqrt(np.arange(1, len(spectrum)))
    y = np.fft.irfft(spectrum, int(seconds * SR))
    return np.asarray(0.05 * y / y.std())


def loop(name: str, beats: Array, swing: float = 0.5, uneven: float = 0.0) -> Array:
    """The drums called *name* on *beats*, four to a bar; *swing* is where the second eighth of a beat falls."""
    rng, parts = np.random.default_rng(0), _LOOPS[name]
    places = (0.0, swing / 2, swing, swing + (1 - swing) / 2)
    spacing = np.append(np.diff(beats), beats[-1] - beats[-2])
    times, sounds = [], []
    for i, (beat, period) in enumerate(zip(beats, spacing, strict=True)):
        for quarter, place in enumerate(places):
            t = beat + period * place + uneven * rng.standard_normal()
            for part, struck in parts.items():
                if (i % 4) * 4 + quarter in struck:
                    times.append(t)
                    sounds.append(_drum(part, rng))
    y = 0.6 * _placed(np.array(times), sounds, beats[-1] + 1)
    return np.asarray(y + 0.025 * np.sin(2 * np.pi * 220 * np.arange(len(y)) / SR))


def _drum(part: str, rng: np.random.Generator) -> Array:
    t = np.arange(int(0.18 * SR)) / SR
    if part == "kick":
        return np.asarray(0.9 * np.sin(2 * np.pi * (50 * t + 0.9 * (1 - np.exp(-t / 0.03)))) * np.exp(-t / 0.06))
    noise = rng.standard_normal(len(t))
    if part == "snare":
        return np.asarray((0.4 * noise + 0.25 * np.sin(2 * np.pi * 190 * t)) * np.exp(-t / 0.05))
    bright = np.diff(noise, n=2, prepend=(0, 0))
    return np.asarray((0.16 if part == "open" else 0.11) * bright * np.exp(-t / (0.06 if part == "open" else 0.03)))


def _placed(times: Array, sounds: list[Array], seconds: float) -> Array:
    y = np.zeros(int(max(seconds, SECONDS) * SR))
    for t, sound in zip(times, sounds, strict=True):
        first = round(t * SR)
        if 0 <= first < len(y):
            y[first : first + len(sound)] += sound[: len(y) - first]
    return y
