"""Inputs: what there is to listen to, by name, and how it is opened."""

import contextlib
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from app.engine.audio.player import BLOCK, Stream
from app.engine.audio.ring import Samples

LATENCY = 0.02  # seconds asked of the card: an input that waits is late light
_SERVER = "pulse"  # what PortAudio calls the way to PulseAudio, and to PipeWire in its place
_MONITOR = "@DEFAULT_MONITOR@"
_WASAPI = "Windows WASAPI"

_port_audio = threading.Lock()  # PortAudio is for one thread at a time, and the window asks too

Callback = Callable[[Samples, int, Any, Any], None]


@dataclass(frozen=True, slots=True)
class Input:
    """Something to listen to: a device by its *name* (without one the system's choice), or what the system plays."""

    name: str = ""
    system: bool = False

    @property
    def words(self) -> str:
        """As people read it."""
        return "System sound" if self.system else self.name or "Default input"


def named(words: str) -> Input:
    """What somebody means who writes *words*: ``default``, ``system``, or an input's name."""
    return Input() if words == "default" else Input(system=True) if words == "system" else Input(words)


@dataclass(frozen=True, eq=False)
class Opened:
    """An input that runs: its stream and its rate."""

    stream: Stream
    sr: int


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


def no_system_sound() -> str:
    """Why what the system plays cannot be heard; empty where it can."""
    if sys.platform == "darwin":
        return "macOS needs a loopback device such as BlackHole; choose it as Live in"
    if sys.platform == "win32":
        return "Windows needs “Stereo Mix” or a virtual cable; choose it as Live in"
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
    sounddevice = _sounddevice()
    if sounddevice is None:
        return None
    source = _MONITOR if wanted.system else _sources().get(wanted.name)
    name = _SERVER if source else wanted.name
    try:
        with _port_audio, _chosen(source):
            if name:
                device = next((d for d in _devices(sounddevice) if d["name"] == name), None)
            else:
                device = sounddevice.query_devices(kind="input")
            if device is None:
                return None
            sr = int(device["default_samplerate"])
            stream = sounddevice.InputStream(
                device=device["index"], samplerate=sr, channels=min(2, device["max_input_channels"]), dtype="float32",
                blocksize=BLOCK, latency=LATENCY, callback=callback,
            )  # fmt: skip
            stream.start()
    except (sounddevice.PortAudioError, ValueError):
        return None
    return Opened(_Guarded(stream, sounddevice.PortAudioError), sr)


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


def _sources() -> dict[str, str]:
    """The sound server's inputs: what people call them -> what it calls them; empty where none is asked or answers."""
    pactl = shutil.which("pactl") if sys.platform == "linux" else None
    if pactl is None:
        return {}
    try:
        listed = subprocess.run(
            [pactl, "list", "sources"], capture_output=True, text=True, timeout=2, check=True,
            env=os.environ | {"LC_ALL": "C"},
        ).stdout  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return {}
    found: list[tuple[str, str]] = re.findall(r"^\tName: (.+)\n\tDescription: (.+)$", listed, re.MULTILINE)
    seen = [words for _, words in found]
    return {words if seen.count(words) == 1 else f"{words} ({name})": name for name, words in found}


@contextlib.contextmanager
def _chosen(source: str | None) -> Iterator[None]:
    """While it lasts, the sound server gives *source* to whoever opens an input: ALSA's plugin has no other way."""
    if source is None:
        yield
        return
    before = os.environ.get("PULSE_SOURCE")
    os.environ["PULSE_SOURCE"] = source
    try:
        yield
    finally:
        if before is None:
            del os.environ["PULSE_SOURCE"]
        else:
            os.environ["PULSE_SOURCE"] = before
