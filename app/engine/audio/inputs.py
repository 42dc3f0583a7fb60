"""Inputs: what there is to listen to, by name, and how it is opened."""

import contextlib
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.engine.audio import loopback
from app.engine.audio.channels import MOST, picked
from app.engine.audio.player import BLOCK, Stream
from app.engine.audio.ring import Samples
from app.engine.audio.sound_server import Part, chosen, part
from app.engine.audio.sound_server import sources as _sources

LATENCY = 0.02  # seconds asked of the card: an input that waits is late light
_SERVER = "pulse"  # what PortAudio calls the way to PulseAudio, and to PipeWire in its place
_MONITOR = "@DEFAULT_MONITOR@"
_WASAPI = "Windows WASAPI"

_port_audio = threading.Lock()  # PortAudio is for one thread at a time, and the window asks too

Callback = Callable[[Samples, int, Any, Any], None]


@dataclass(frozen=True, slots=True)
class Input:
    """Something to listen to: a device by its *name* (without one the system's choice), or what the system plays.

    What it plays on the speaker of that *name*, where there is one. *channels* are those of a device with more than
    two: "3/4", "5"; the first two without a word.
    """

    name: str = ""
    system: bool = False
    channels: str = ""

    @property
    def words(self) -> str:
        """As people read it."""
        if self.system:
            return f"System sound: {self.name}" if self.name else "System sound"
        name = self.name or "Default input"
        return f"{name}, {self.channels}" if self.channels else name


def named(words: str) -> Input:
    """What somebody means who writes *words*: ``default``, ``system``, or an input's name."""
    return Input() if words == "default" else Input(system=True) if words == "system" else Input(words)


@dataclass(frozen=True, eq=False)
class Opened:
    """An input that runs: its stream, its rate, and how many channels it could be."""

    stream: Stream
    sr: int
    channels: int = 2


class _Guarded:
    """A stream whose device may vanish under it: then it is no longer active, and that is all (the ear's thread)."""

    def __init__(self, stream: Any, vanished: type[Exception]) -> None:
        self._stream, self._vanished = stream, vanished
        self.latency: Any = stream.latency

    @property
    def active(self) -> bool:
        """Whether it still calls back."""
        try:
            return bool(self._stream.active)
        except self._vanished:
            return False

    def close(self) -> None:
        """Stops calling back, for good."""
        with contextlib.suppress(self._vanished):
            self._stream.close()


class _Parted:
    """A stream of a part of a source, which goes with it (the ear's thread)."""

    def __init__(self, stream: Stream, piece: Part) -> None:
        self._stream, self._part = stream, piece
        self.latency = stream.latency

    @property
    def active(self) -> bool:
        """Whether it still calls back."""
        return self._stream.active

    def close(self) -> None:
        """Stops calling back, for good."""
        self._stream.close()
        self._part.close()


OpenInput = Callable[[Input, Callback], Opened | None]


def inputs() -> tuple[Input, ...]:
    """Every device that can be listened to, the system's choice first; nothing where sound cannot come in."""
    sounddevice = _sounddevice()
    if sounddevice is None:
        return ()
    sources = _sources()
    if sources:
        return (Input(), *(Input(name) for name in sources))
    with _port_audio:
        names = [str(device["name"]) for device in _devices(sounddevice)]
    return (Input(), *(Input(name) for name in dict.fromkeys(names))) if names else ()


def system_sounds() -> dict[str, Input]:
    """What the system plays, by words: the default speaker, followed where it goes; on Windows each other one too."""
    everything = Input(system=True)
    each = [Input(name, system=True) for name in loopback.speakers()] if sys.platform == "win32" else []
    return {each[0].words if each else everything.words: everything} | {one.words: one for one in each[1:]}


def no_system_sound() -> str:
    """Why what the system plays cannot be heard; empty where it can."""
    if sys.platform == "darwin":
        return "macOS needs a loopback device such as BlackHole; choose it as Live in"
    if sys.platform == "win32":
        return loopback.why_not()
    sounddevice = _sounddevice()
    if sounddevice is None:
        return "The PortAudio library is not installed"
    with _port_audio:
        there = _has_server(sounddevice)
    return "" if there else "Needs PulseAudio or PipeWire, and ALSA's plugin for them"


def here(wanted: Input) -> bool:
    """Whether *wanted* is plugged in, as far as the system says without opening it."""
    if wanted.system or not wanted.name:
        return True
    sources = _sources()
    return not sources or wanted.name in sources


def look_again() -> None:
    """Lets PortAudio find what was plugged in since. Only while none of its streams is open."""
    sounddevice = _sounddevice()
    if sounddevice is not None:
        with _port_audio:
            sounddevice._terminate()
            sounddevice._initialize()


def open_input(wanted: Input, callback: Callback) -> Opened | None:
    """*wanted* at its own rate, one or two channels; None where it is not there or cannot be opened."""
    if wanted.system and sys.platform == "win32":
        heard = loopback.open_loopback(wanted.name, callback)
        return None if heard is None else Opened(heard, loopback.RATE)
    sounddevice = _sounddevice()
    if sounddevice is None:
        return None
    if wanted.system:
        return _stream(sounddevice, Input(_SERVER), callback, source=_MONITOR, most=2)
    served = _sources()
    if wanted.name not in served:
        return _stream(sounddevice, wanted, callback, most=2 if served else MOST)
    return _served(sounddevice, served[wanted.name], wanted.channels, callback)


def _served(sounddevice: Any, source: str, channels: str, callback: Callback) -> Opened | None:
    """*channels* of the sound server's *source*."""
    piece, count = part(source, channels)
    if channels and (piece is None or not piece.there):
        return None
    heard = piece.source if piece is not None and piece.there else source
    opened = _stream(sounddevice, Input(_SERVER), callback, source=heard, most=2)
    if piece is None:
        return opened and Opened(opened.stream, opened.sr, count)
    if opened is None:
        piece.close()
        return None
    return Opened(_Parted(opened.stream, piece), opened.sr, count)


def _stream(
    sounddevice: Any, wanted: Input, callback: Callback, *, source: str | None = None, most: int
) -> Opened | None:
    """PortAudio's stream of a device by its name; one that says to have more than *most* channels has two."""
    try:
        with _port_audio, chosen(source):
            if wanted.name:
                device = next((d for d in _devices(sounddevice) if d["name"] == wanted.name), None)
            else:
                device = sounddevice.query_devices(kind="input")
            if device is None:
                return None
            sr, count = int(device["default_samplerate"]), int(device["max_input_channels"])
            count = count if count <= most else min(2, count)
            pick = picked(wanted.channels, count)
            if pick is None:
                return None
            wide, heard = (count, _picking(pick, callback)) if wanted.channels else (pick.stop, callback)
            stream = sounddevice.InputStream(
                device=device["index"], samplerate=sr, channels=wide, dtype="float32",
                blocksize=BLOCK, latency=LATENCY, callback=heard,
            )  # fmt: skip
            stream.start()
    except (sounddevice.PortAudioError, ValueError):
        return None
    return Opened(_Guarded(stream, sounddevice.PortAudioError), sr, count)


def _picking(pick: slice, callback: Callback) -> Callback:
    """A callback that hands on some channels alone."""
    return lambda block, frames, at, status: callback(block[:, pick], frames, at, status)


def _sounddevice() -> Any:
    try:
        import sounddevice
    except (ImportError, OSError):  # OSError: the PortAudio library is not installed
        return None
    return sounddevice


def _devices(sounddevice: Any) -> list[Any]:
    """The inputs of one sound system; PortAudio lists the same device once for each that it knows."""
    apis = sounddevice.query_hostapis()
    best = next((i for i, api in enumerate(apis) if api["name"] == _WASAPI), None)
    if best is None:
        best = next((i for i, api in enumerate(apis) if api["default_input_device"] >= 0), None)
    return [d for d in sounddevice.query_devices() if d["max_input_channels"] > 0 and d["hostapi"] == best]


def _has_server(sounddevice: Any) -> bool:
    return any(device["name"] == _SERVER for device in _devices(sounddevice))
