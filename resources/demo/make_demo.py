"""Composes and synthesises "Opening", the song Anthesis ships with: `python resources/demo/make_demo.py`.

Everything is arithmetic on arrays with a fixed seed, so the same script gives the same song. It writes opening.ogg,
demo.json (tempo, sections, hits and chords, known because they were composed: the truth that tests measure against)
and, through Anthesis itself, the outline and the features, so that a first start has nothing to analyse.
"""

import json
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray
from scipy.signal import butter, sosfilt, sosfiltfilt

Sound = NDArray[np.float64]

SR = 44_100
BPM = 120
BEAT = 60 / BPM
BAR = 4 * BEAT
STEP = BEAT / 4
HERE = Path(__file__).parent
RNG = np.random.default_rng(20261122)

# name, letter, first bar, bars
FORM = (("Intro", "A", 0, 4), ("Verse", "B", 4, 4), ("Build", "C", 8, 2), ("Drop", "D", 10, 4), ("Lift", "D", 14, 4),
        ("Break", "A", 18, 4), ("Lift", "D", 22, 4), ("Outro", "A", 26, 2))  # fmt: skip
BARS = 28
LENGTH = round(BARS * BAR * SR)

# One chord a bar: name, bass note, voicing (MIDI); the upper voices move by steps.
CHORDS = (("Fmaj9", 41, (57, 60, 64, 67)), ("Am9", 45, (55, 60, 64, 71)), ("Cmaj9", 48, (55, 59, 62, 64)),
          ("Gadd9", 43, (55, 59, 62, 69)))  # fmt: skip
# The lead, a bar a row: (MIDI, first sixteenth, sixteenths).
LEAD = (
    ((69, 0, 3), (72, 3, 3), (76, 6, 4), (74, 10, 2), (72, 12, 4)),
    ((76, 0, 3), (74, 3, 3), (72, 6, 2), (71, 8, 4), (67, 12, 4)),
    ((67, 0, 3), (71, 3, 3), (72, 6, 4), (74, 10, 2), (76, 12, 4)),
    ((74, 0, 6), (71, 6, 2), (69, 8, 3), (71, 11, 3), (74, 14, 2)),
    ((81, 0, 3), (79, 3, 3), (76, 6, 4), (74, 10, 2), (72, 12, 4)),
    ((76, 0, 3), (79, 3, 3), (76, 6, 2), (74, 8, 4), (71, 12, 4)),
    ((72, 0, 3), (74, 3, 3), (76, 6, 4), (79, 10, 2), (76, 12, 4)),
    ((74, 0, 6), (79, 6, 2), (76, 8, 3), (74, 11, 5)),
)
ARP = (0, 2, 1, 3, 2, 1, 3, 2, 0, 3, 1, 2, 3, 1, 2, 3)


def hz(note: float) -> float:
    return 440.0 * 2 ** ((note - 69) / 12)


def times(seconds: float) -> Sound:
    return np.arange(round(seconds * SR)) / SR


class Track:
    """One stereo layer as long as the song; what rings past the end comes round to the start, so the song loops."""

    def __init__(self) -> None:
        self.sound = np.zeros((LENGTH, 2))

    def add(self, at: float, sound: Sound, pan: float = 0.0, gain: float = 1.0) -> None:
        angle = (pan + 1) * np.pi / 4
        stereo = sound[:, None] * gain * np.sqrt(2) * np.array([np.cos(angle), np.sin(angle)])
        place = (round(at * SR) + np.arange(len(sound))) % LENGTH
        self.sound[place] += stereo


def table(note: float, brightness: float, odd: bool = False) -> Sound:
    """One cycle of a saw (or square) whose harmonics fade above *brightness* Hz: a wavetable without aliasing."""
    harmonics = np.arange(1, max(2, int(16_000 / hz(note))), 2 if odd else 1)
    weights = 1 / harmonics / (1 + (harmonics * hz(note) / brightness) ** 4) ** 0.5
    phase = np.arange(2048) / 2048 * 2 * np.pi
    return np.sin(np.outer(phase, harmonics)) @ weights


def tone(note: float, envelope: Sound, brightness: Sound, dark: float, bright: float, **kind: float) -> Sound:
    """A note whose timbre moves between two wavetables as *brightness* (0..1) does; *voices* detuned by *cents*."""
    t = np.arange(len(envelope)) / SR
    voices, cents = int(kind.get("voices", 1)), kind.get("cents", 0.0)
    tables = [
        np.append(wave, wave[0]) for wave in (table(note, dark, "odd" in kind), table(note, bright, "odd" in kind))
    ]
    out = np.zeros(len(t))
    bend = kind.get("vibrato", 0.0) * np.sin(2 * np.pi * 5.2 * t) * np.clip((t - 0.15) / 0.3, 0, 1)
    for detune in np.linspace(-cents, cents, voices) if voices > 1 else (0.0,):
        pitch = hz(note) * 2 ** ((detune + bend) / 1200)
        place = (np.cumsum(np.broadcast_to(pitch, t.shape)) / SR + RNG.random() * (voices > 1)) % 1 * 2048
        low, high = (np.interp(place, np.arange(2049), wave) for wave in tables)
        out += low + (high - low) * brightness
    return out * envelope / np.sqrt(voices)


def adsr(seconds: float, attack: float, release: float, decay: float = 0.0, sustain: float = 1.0) -> Sound:
    t = times(seconds + release)
    body = sustain + (1 - sustain) * np.exp(-t / decay) if decay else np.ones(len(t))
    return body * np.clip(t / attack, 0, 1) * np.clip((seconds + release - t) / release, 0, 1) ** 2


def band(sound: Sound, lo: float, hi: float) -> Sound:
    return sosfilt(butter(2, (lo, hi), "bandpass", fs=SR, output="sos"), sound, axis=0)


def kick() -> Sound:
    t = times(0.34)
    sweep = 46 + 130 * np.exp(-t / 0.022) + 420 * np.exp(-t / 0.003)
    body = np.sin(2 * np.pi * np.cumsum(sweep) / SR) * np.exp(-t / 0.11) * np.clip((0.34 - t) / 0.05, 0, 1)
    return np.tanh(1.7 * body) * np.clip(t / 0.0006, 0, 1)


def snare() -> Sound:
    t = times(0.32)
    rattle = band(RNG.standard_normal(len(t)), 1200, 9000) * np.exp(-t / 0.075)
    clap = sum(np.exp(-np.maximum(t - late, 0) / 0.012) * (t >= late) for late in (0.0, 0.011, 0.021))
    body = np.sin(2 * np.pi * np.cumsum(185 + 90 * np.exp(-t / 0.012)) / SR) * np.exp(-t / 0.06)
    return 0.5 * rattle * (0.6 + 0.4 * clap) + 0.75 * body


def hat(length: float) -> Sound:
    t = times(6 * length)
    metal = sum(np.sign(np.sin(2 * np.pi * f * t)) for f in (5123, 6789, 7411, 8297, 9871, 11003)) / 6
    sound = sosfilt(butter(4, 7500, "highpass", fs=SR, output="sos"), RNG.standard_normal(len(t)) * 0.6 + metal)
    return sound * np.exp(-t / length) * np.clip(t / 0.0008, 0, 1)


def noise_sweep(seconds: float, lo: float, hi: float, swell: float = 1.6) -> Sound:
    """Noise that opens from *lo* to *hi* Hz: the breath before a drop (or, turned round, after it)."""
    t = times(seconds)
    noise = RNG.standard_normal(len(t))
    edges = np.geomspace(lo, hi, 12)
    layers = [band(noise, edge * 0.6, min(edge * 1.6, 20_000)) for edge in edges]
    at = t / seconds * (len(edges) - 1)
    return (
        sum(layer * np.clip(1 - np.abs(at - k) / 1.5, 0, 1) for k, layer in enumerate(layers)) * (t / seconds) ** swell
    )


def bars(*names: str) -> list[int]:
    return [bar for name, _, first, count in FORM if name in names for bar in range(first, first + count)]


def chord(bar: int) -> tuple[str, int, tuple[int, ...]]:
    first = next(first for _, _, first, count in FORM if first <= bar < first + count)
    return CHORDS[(2 + bar - first) % 4] if bar in bars("Build", "Outro") else CHORDS[(bar - first) % 4]


def play_pads() -> tuple[Track, Track]:
    """Soft chords nearly everywhere; wide bright ones in the drop."""
    soft, wide = Track(), Track()
    for bar in range(BARS):
        _, _, voicing = chord(bar)
        drop = bar in bars("Drop", "Lift")
        for k, note in enumerate(voicing):
            pan = (-0.7, 0.5, -0.35, 0.75)[k]
            envelope = adsr(BAR, 0.25, 0.9)
            swell = 0.5 - 0.5 * np.cos(np.linspace(0, 2 * np.pi, len(envelope)))
            soft.add(bar * BAR, tone(note, envelope, swell, 350, 1300, voices=4, cents=9), pan, 0.5 if drop else 1)
            if drop:
                short = adsr(BAR, 0.01, 0.12)
                for octave in (0, 12) if bar in bars("Lift") else (0,):
                    shine = np.full(len(short), 0.7 if octave else 0.9)
                    wide.add(bar * BAR, tone(note + octave, short, shine, 900, 5200, voices=7, cents=17),
                             -pan if octave else pan, 0.55 if octave else 1)  # fmt: skip
    return soft, wide


def play_plucks() -> Track:
    track = Track()
    for bar in range(BARS):
        _, _, voicing = chord(bar)
        dense = bar in bars("Verse", "Build", "Drop", "Lift")
        for step in range(16):
            if not dense and step % 4 in (1, 2):
                continue
            note = voicing[ARP[step]] + 12
            t = times(0.5)
            envelope = np.exp(-t / 0.13) * np.clip(t / 0.002, 0, 1) * np.clip((0.5 - t) / 0.1, 0, 1)
            accent = 1.0 if step % 4 == 0 else 0.72 + 0.1 * RNG.random()
            sound = tone(note, envelope, np.exp(-t / 0.05), 800, 5000)
            track.add(bar * BAR + step * STEP, sound, 0.55 * np.sin(2.4 * step), accent)
    return track


def play_bass() -> Track:
    track = Track()
    for bar in bars("Verse", "Drop", "Lift"):
        root = chord(bar)[1] - 12 + (12 if chord(bar)[1] < 43 else 0)
        root -= 12 if root > 40 else 0
        drop = bar in bars("Drop", "Lift")
        pattern = ((2, 2), (6, 2), (10, 2), (14, 1), (15, 1)) if drop else ((0, 6), (6, 2), (8, 6), (14, 2))
        for first, count in pattern:
            note = root + (12 if first in (14, 15) and not drop else 0)
            envelope = adsr(count * STEP * 0.92, 0.006, 0.05, 0.25, 0.65)
            t = np.arange(len(envelope)) / SR
            growl = tone(note + 12, envelope, np.exp(-t / 0.12), 220, 1400 if drop else 800)
            low = np.sin(2 * np.pi * hz(note + 12 if note < 30 else note) * t) * envelope
            track.add(bar * BAR + first * STEP, np.tanh(1.5 * (0.75 * low + 0.33 * growl)))
    return track


def play_lead() -> Track:
    track = Track()
    for place, bar in enumerate(bars("Drop", "Lift")):
        second = bar in bars("Lift")
        for note, first, count in LEAD[place % 4 + 4 * second]:
            envelope = adsr(count * STEP * 0.95, 0.008, 0.09, 0.3, 0.7)
            shine = 0.35 + 0.65 * np.exp(-np.arange(len(envelope)) / SR / 0.15)
            sound = tone(note, envelope, shine, 1200, 4500, voices=3, cents=6, vibrato=9)
            track.add(bar * BAR + first * STEP, sound, -0.08)
            if second:
                track.add(bar * BAR + first * STEP, tone(note + 12, envelope, shine, 900, 3000, vibrato=9), 0.3, 0.3)
    for place, bar in enumerate(bars("Break")):  # the tune once more, alone and soft
        for note, first, count in LEAD[place]:
            envelope = adsr(count * STEP, 0.03, 0.3, 0.4, 0.5)
            sound = tone(note, envelope, np.zeros(len(envelope)), 900, 900, odd=1, vibrato=7)
            track.add(bar * BAR + first * STEP, sound, 0.1, 0.55)
    return track


def play_drums() -> tuple[dict[str, Track], dict[str, list[float]]]:
    """The kit's layers, and when each was struck."""
    tracks = {name: Track() for name in ("kick", "snare", "hat", "noise")}
    hits: dict[str, list[float]] = {"kick": [], "snare": [], "hat": []}
    sounds = {"kick": kick(), "snare": snare()}

    def strike(name: str, at: float, gain: float = 1.0, sound: Sound | None = None, pan: float = 0.0) -> None:
        tracks[name].add(at, sounds[name] if sound is None else sound, pan, gain)
        hits[name].append(round(at, 4))

    for bar in bars("Verse", "Drop", "Lift"):
        loud, dense = bar in bars("Drop", "Lift"), bar in bars("Lift")
        for beat in range(4):
            strike("kick", bar * BAR + beat * BEAT)
            if beat % 2:
                strike("snare", bar * BAR + beat * BEAT, 0.9 if loud else 0.7)
        for step in range(16):
            if step % 4 == 2:
                strike("hat", bar * BAR + step * STEP, 0.8, hat(0.075 if loud else 0.04), 0.15)
            elif dense or step % 2 == 0:
                strike("hat", bar * BAR + step * STEP, 0.34 + 0.1 * RNG.random(), hat(0.018), -0.2)
    for bar in bars("Build"):
        first = bars("Build")[0]
        for step in range(0, 14 if bar > first else 16, 2 if bar == first else 1):
            strike("snare", bar * BAR + step * STEP, 0.3 + 0.4 * (((bar - first) * 16 + step) / 32) ** 1.5)
    tracks["noise"].add(8 * BAR, noise_sweep(2 * BAR, 900, 8000, 0.7), 0, 0.45)
    tracks["noise"].add(21 * BAR, noise_sweep(BAR, 500, 9000), 0, 0.1)
    for bar in (4, 10, 22):
        crash = noise_sweep(2.5, 2500, 11_000)[::-1] * np.exp(-times(2.5) / 0.8)
        tracks["noise"].add(bar * BAR, crash, 0.0, 0.35 if bar == 4 else 0.8)
    return tracks, hits


def reverb(sound: Sound, seconds: float) -> Sound:
    """A hall: decaying noise, duller as it fades, left and right apart; circular, like the song."""
    t = times(seconds * 1.4)
    tail = RNG.standard_normal((len(t), 2)) * np.exp(-6.9 * t / seconds)[:, None]
    dull = sosfilt(butter(1, 2200, fs=SR, output="sos"), tail, axis=0) * 1.6
    mix = np.exp(-t / (0.25 * seconds))[:, None]
    tail = band(tail * mix + dull * (1 - mix), 220, 9000) * np.clip(t / 0.012, 0, 1)[:, None]
    tail /= np.sqrt((tail**2).sum(axis=0))
    return np.fft.irfft(np.fft.rfft(sound, axis=0) * np.fft.rfft(tail, LENGTH, axis=0), LENGTH, axis=0)


def echo(sound: Sound, seconds: float, feedback: float) -> Sound:
    """Repeats that change sides and grow duller."""
    out, turn = np.zeros_like(sound), sound
    for _ in range(5):
        turn = np.roll(turn, round(seconds * SR), axis=0)[:, ::-1] * feedback
        turn = sosfilt(butter(1, (250, 5000), "bandpass", fs=SR, output="sos"), turn, axis=0)
        out += turn
    return out


def ducking(kicks: list[float], depth: float) -> Sound:
    """The room that everything else leaves for each kick."""
    gain = np.ones(LENGTH)
    t = times(0.42)
    dip = 1 - depth * np.clip(1 - (t / 0.36), 0, 1) ** 1.5 * np.clip(t / 0.004, 0, 1)
    for at in kicks:
        first = round(at * SR)
        part = slice(first, min(first + len(dip), LENGTH))
        gain[part] = np.minimum(gain[part], dip[: part.stop - first])
    return gain[:, None]


def loudness(sound: Sound) -> float:
    """Integrated LUFS after ITU-R BS.1770 (K-weighting, gates at -70 LUFS and 10 below the mean)."""
    shelf = [1.53084123005035, -2.65097999515473, 1.16906686890733, 1, -1.66365511325602, 0.71259542807323]
    weighted = sosfilt([shelf, [1, -2, 1, 1, -1.98916967362980, 0.98919159781614]], sound, axis=0)
    size, hop = round(0.4 * SR), round(0.1 * SR)
    blocks = [(weighted[k : k + size] ** 2).mean(axis=0).sum() for k in range(0, len(sound) - size, hop)]
    power = np.array(blocks)
    power = power[power > 10 ** ((-70 + 0.691) / 10)]
    return float(-0.691 + 10 * np.log10(power[power > power.mean() / 10].mean()))


def master(mix: Sound) -> Sound:
    """Tape-like warmth, a limiter that looks ahead, -14 LUFS."""
    mix = sosfiltfilt(butter(2, 28, "highpass", fs=SR, output="sos"), mix, axis=0)
    for _ in range(3):
        mix *= 10 ** ((-14 - loudness(mix)) / 20)
        mix = np.tanh(mix * 1.25) / 1.25
        mix *= min(1.0, 0.86 / np.abs(mix).max())
    return mix


def compose() -> tuple[Sound, dict[str, list[float]]]:
    drums, hits = play_drums()
    soft, wide = play_pads()
    plucks, bass, lead = play_plucks(), play_bass(), play_lead()
    duck, light = ducking(hits["kick"], 0.8), ducking(hits["kick"], 0.45)
    pluck_wet = plucks.sound + 0.55 * echo(plucks.sound, 3 * STEP, 0.55)
    lead_wet = lead.sound + 0.5 * echo(lead.sound, 3 * STEP, 0.45)
    hall = reverb(0.09 * soft.sound + 0.10 * wide.sound + 0.16 * pluck_wet + 0.16 * lead_wet
                  + 0.16 * drums["snare"].sound + 0.12 * drums["noise"].sound, 2.4)  # fmt: skip
    music = 0.085 * soft.sound + 0.075 * wide.sound + 0.10 * pluck_wet + 0.6 * hall
    mix = music * duck + 0.34 * bass.sound * duck + 0.115 * lead_wet * light + 0.13 * drums["noise"].sound * light
    mix += 0.62 * drums["kick"].sound + 0.46 * drums["snare"].sound + 0.13 * drums["hat"].sound
    return master(mix), hits


def truth(hits: dict[str, list[float]]) -> dict[str, object]:
    sections = [{"start": first * BAR, "end": (first + count) * BAR, "label": letter, "name": name}
                for name, letter, first, count in FORM]  # fmt: skip
    return {"title": "Opening", "licence": "CC0-1.0", "bpm": BPM, "duration": LENGTH / SR, "sections": sections,
            "hits": hits, "chords": [chord(bar)[0] for bar in range(BARS)]}  # fmt: skip


def main() -> None:
    from app.engine.audio.features import analyse
    from app.engine.audio.peaks import build_peaks
    from app.engine.audio.track import load_track

    sound, hits = compose()
    with soundfile.SoundFile(
        HERE / "opening.ogg", "w", SR, 2, format="OGG", subtype="VORBIS", compression_level=0.4
    ) as file:
        for first in range(0, LENGTH, 1 << 14):  # libsndfile's Vorbis writer cannot take a song at once
            file.write(sound[first : first + (1 << 14)].astype(np.float32))
    (HERE / "demo.json").write_text(json.dumps(truth(hits), indent=1) + "\n")
    track = load_track(HERE / "opening.ogg")
    build_peaks(track).save(HERE / "opening.peaks.npz")
    analyse(track).save(HERE / "opening.features.npz")
    print(f"{loudness(sound):.1f} LUFS, peak {np.abs(sound).max():.3f}, {(HERE / 'opening.ogg').stat().st_size} bytes")


if __name__ == "__main__":
    main()
