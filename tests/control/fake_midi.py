"""A MIDI system made of names: devices appear, are pulled out, and send when a test says so."""

import threading
from typing import Any

import mido


class FakePort:
    """One open input."""

    def __init__(self, midi: "FakeMidi", name: str, callback: Any) -> None:
        self.midi, self.name, self.callback = midi, name, callback

    def close(self) -> None:
        self.midi.open.pop(self.name, None)


class FakeOut:
    """One open output: *lit* is what was sent, in order."""

    def __init__(self, midi: "FakeMidi", name: str) -> None:
        self.midi, self.name = midi, name

    def send(self, message: Any) -> None:
        if self.midi.gone:
            raise OSError("no sequencer")
        self.midi.lit.append((self.name, message))
        self.midi.shone.set()

    def close(self) -> None:
        self.midi.outs.pop(self.name, None)


class FakeMidi:
    """What mido would be with these devices."""

    def __init__(self, *names: str) -> None:
        self.names = list(names)
        self.open: dict[str, FakePort] = {}
        self.outs: dict[str, FakeOut] = {}
        self.lit: list[tuple[str, Any]] = []
        self.shone = threading.Event()
        self.held: set[str] = set()
        self.gone = False
        self.asked = threading.Event()

    def get_input_names(self) -> list[str]:
        if self.gone:
            raise OSError("no sequencer")
        return self.names

    def open_input(self, name: str, callback: Any) -> FakePort:
        self.asked.set()
        if name in self.held:
            raise OSError("busy")
        self.open[name] = FakePort(self, name, callback)
        return self.open[name]

    def get_output_names(self) -> list[str]:
        return self.names

    def open_output(self, name: str) -> FakeOut:
        self.outs[name] = FakeOut(self, name)
        return self.outs[name]

    def send(self, name: str, kind: str, **fields: Any) -> None:
        """A message from device *name*, on a thread of its own as drivers do."""
        thread = threading.Thread(target=self.open[name].callback, args=(mido.Message(kind, **fields),))
        thread.start()
        thread.join()
