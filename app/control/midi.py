"""The MIDI ports: every input there is, opened as it appears and let go when it is pulled out."""

import importlib
import re
import threading
import time
from collections.abc import Callable
from typing import Any, Protocol

from app.control.addresses import ControlError
from app.control.mapping import Touch
from app.control.midi_clock import KINDS

LOOK_EVERY = 1.0
_PORT_NUMBER = re.compile(r"\s+\d+(:\d+)?$")
_PITCH = 8192


class Midi(Protocol):
    """What is asked of mido: the names of the inputs, and one opened."""

    def get_input_names(self) -> list[str]: ...
    def open_input(self, name: str, callback: Callable[[Any], None]) -> Any: ...


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
    return None


class MidiPorts:
    """Owns the open inputs and a thread that looks for new ones. *hear*, *seen* and *clock* are called on others.

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
        self._told: tuple[str, ...] | None = None
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="midi", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Let every input go."""
        self._closing.set()
        self._thread.join()
        for port in self._open.values():
            port.close()
        self._open.clear()

    def _watch(self) -> None:
        while not self._closing.is_set():
            self.look()
            self._closing.wait(LOOK_EVERY)

    def look(self) -> None:
        """Open what is new, close what has gone, and tell the devices there are when they changed."""
        try:
            names = self._midi.get_input_names()
        except OSError:  # the sound server is gone; it may come back
            names = []
        for name in [name for name in self._open if name not in names]:
            self._open.pop(name).close()
        for name in names:
            if name not in self._open:
                self._take(name)
        devices = tuple(sorted({device_of(name) for name in self._open}))
        if devices != self._told:
            self._told = devices
            self._seen(devices)

    def _take(self, name: str) -> None:
        device = device_of(name)

        def heard(message: Any) -> None:
            if message.type in KINDS:
                self._clock(device, message.type, time.perf_counter(), getattr(message, "pos", 0))
                return
            touch = touch_of(device, message)
            if touch is not None:
                self._hear(touch)

        try:
            self._open[name] = self._midi.open_input(name, callback=heard)
        except OSError:  # another program holds it, as on Windows; it is tried again
            return
