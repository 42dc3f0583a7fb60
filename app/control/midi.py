"""The MIDI ports: every device there is, opened as it appears, heard, lit, and let go when it is pulled out."""

import importlib
import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from app.control.addresses import ControlError
from app.control.mapping import Touch
from app.control.midi_clock import KINDS

LOOK_EVERY = 1.0
_PORT_NUMBER = re.compile(r"\s+\d+(:\d+)?$")
_PITCH = 8192
_FINE = 0x3FFF
_LIT = 1 / 30
"""Seconds between two changes of lamps: controllers fall behind when they are told more often."""


class Midi(Protocol):
    """What is asked of mido: the names of the ports, and one opened."""

    def get_input_names(self) -> list[str]: ...
    def open_input(self, name: str, callback: Callable[[Any], None]) -> Any: ...
    def get_output_names(self) -> list[str]: ...
    def open_output(self, name: str) -> Any: ...


@dataclass(frozen=True, slots=True)
class Lamp:
    """The light of one pad or button, or what shows where a knob or fader stands."""

    device: str
    kind: Literal["note", "cc", "pitch"]
    channel: int
    number: int


def system_midi() -> Midi:
    """The MIDI of this system; raises ControlError in one sentence where there is none."""
    try:
        mido = importlib.import_module("mido")
        backend: Midi = mido.Backend("mido.backends.rtmidi", load=True)
        backend.get_input_names()
    except ImportError as err:
        raise ControlError("MIDI needs the package python-rtmidi, which is not installed here.") from err
    except OSError as err:  # rtmidi's own errors are such
        raise ControlError("This system has no MIDI that programs can use.") from err
    return backend


def device_of(port: str) -> str:
    """A port's name without the number that changes each time it is plugged in."""
    name = _PORT_NUMBER.sub("", port)
    head, _, tail = name.partition(":")
    return head if tail.startswith(head) else name


def touch_of(device: str, message: Any) -> Touch | None:
    """What a mido message says, or None for what is no knob and no pad."""
    kind = message.type
    if kind == "control_change":
        return Touch(device, message.channel + 1, "cc", message.control, message.value / 127, message.value)
    if kind in ("note_on", "note_off"):
        loud = message.velocity if kind == "note_on" else 0
        return Touch(device, message.channel + 1, "note", message.note, loud / 127, loud)
    if kind == "pitchwheel":
        return Touch(device, message.channel + 1, "pitch", 0, (message.pitch + _PITCH) / (2 * _PITCH - 1))
    if kind == "program_change":
        return Touch(device, message.channel + 1, "program", message.program, 1.0)
    if kind == "aftertouch":
        return Touch(device, message.channel + 1, "pressure", 0, message.value / 127, message.value)
    return None


class Nrpn:
    """Puts together what comes in four messages: CC 99 and 98 name a control, 6 and 38 say where it stands.

    One for each device (the thread of its port).
    """

    def __init__(self) -> None:
        self._named: dict[int, list[int]] = {}

    def touch(self, device: str, message: Any) -> Touch | Literal[False] | None:
        """What *message* completes; None where more is to come; False for one that is no part of it."""
        if message.type != "control_change":
            return False
        number, value, channel = message.control, message.value, message.channel + 1
        name = self._named.get(channel, [-1, -1, 0])
        if number == 99:
            self._named[channel] = [value, -1, 0]
            return None
        if number == 98 and name[0] >= 0 and name[1] < 0:
            name[1] = value
            return None
        if number not in (6, 38) or name[1] < 0:
            self._named.pop(channel, None)  # 98 alone is a button of some devices
            return False
        name[2] = value << 7 if number == 6 else (name[2] & 0x3F80) | value
        return Touch(device, channel, "nrpn", name[0] << 7 | name[1], name[2] / _FINE, name[2] >> 7)


def _alike(one: str, other: str) -> int:
    """How many letters two names begin with in common."""
    return next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _message(lamp: Lamp, value: int) -> Any:
    mido = importlib.import_module("mido")
    if lamp.kind == "pitch":
        return mido.Message("pitchwheel", channel=lamp.channel - 1, pitch=value - _PITCH)
    if lamp.kind == "note":
        return mido.Message("note_on", channel=lamp.channel - 1, note=lamp.number, velocity=value)
    return mido.Message("control_change", channel=lamp.channel - 1, control=lamp.number, value=value)


class MidiPorts:
    """Owns the open ports and a thread that looks for new ones and lights lamps; others call *hear*, *seen*, *clock*.

    *clock* is told the device, the kind of message, the wall time and, with songpos, the place in sixteenths.
    """

    def __init__(
        self,
        midi: Midi,
        hear: Callable[[Touch], None],
        seen: Callable[[tuple[str, ...]], None],
        clock: Callable[[str, str, float, int], None] = lambda *_said: None,
    ) -> None:
        self._midi, self._hear, self._seen, self._clock = midi, hear, seen, clock
        self._open: dict[str, Any] = {}
        self._outs: dict[str, Any] = {}
        self._lock = threading.Lock()
        self._lamps: dict[Lamp, int] = {}
        self._wake = threading.Event()
        self._told: tuple[str, ...] | None = None
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="midi", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Let every input go."""
        self._closing.set()
        self._wake.set()
        self._thread.join()
        for port in (*self._open.values(), *self._outs.values()):
            port.close()
        self._open.clear()
        self._outs.clear()

    def light(self, lamps: Mapping[Lamp, int]) -> None:
        """Let *lamps* shine so, soon; of one that is told twice before, the newest value counts (any thread)."""
        with self._lock:
            self._lamps.update(lamps)
        self._wake.set()

    def _watch(self) -> None:
        looked = -LOOK_EVERY
        while not self._closing.is_set():
            now = time.monotonic()
            if now - looked >= LOOK_EVERY:
                self.look()
                looked = now
            if self._wake.wait(max(looked + LOOK_EVERY - time.monotonic(), 0.001)):
                self._wake.clear()
                self._shine()
                self._closing.wait(_LIT)

    def _shine(self) -> None:
        with self._lock:
            lamps, self._lamps = self._lamps, {}
        for lamp, value in lamps.items():
            port = self._out(lamp.device)
            if port is None:
                continue
            try:
                port.send(_message(lamp, value))
            except OSError:  # it has just been pulled out
                self._outs.pop(lamp.device).close()

    def _out(self, device: str) -> Any:
        """The output of *device*, whose name may end otherwise than that of its input; None when it has none."""
        if device not in self._outs and any(device_of(name) == device for name in self._open):
            try:
                names = self._midi.get_output_names()
                name = max(names, key=lambda name: _alike(device, device_of(name)), default="")
                if _alike(device, device_of(name)) < len(device.split()[0]):
                    return None
                self._outs[device] = self._midi.open_output(name)
            except OSError:
                return None
        return self._outs.get(device)

    def look(self) -> None:
        """Open what is new, close what has gone, and tell the devices there are when they changed."""
        try:
            names = self._midi.get_input_names()
        except OSError:  # the sound server is gone; it may come back
            names = []
        for name in [name for name in self._open if name not in names]:
            self._open.pop(name).close()
            gone = self._outs.pop(device_of(name), None)
            if gone is not None:
                gone.close()
        for name in names:
            if name not in self._open:
                self._take(name)
        devices = tuple(sorted({device_of(name) for name in self._open}))
        if devices != self._told:
            self._told = devices
            self._seen(devices)

    def _take(self, name: str) -> None:
        device, fine = device_of(name), Nrpn()

        def heard(message: Any) -> None:
            if message.type in KINDS:
                self._clock(device, message.type, time.perf_counter(), getattr(message, "pos", 0))
                return
            touch = fine.touch(device, message)
            if touch is False:
                touch = touch_of(device, message)
            if touch is not None:
                self._hear(touch)

        try:
            self._open[name] = self._midi.open_input(name, callback=heard)
        except OSError:  # another program holds it, as on Windows; it is tried again
            return
