"""Inputs of more than two channels: a pair or one of them, of a device and of a sound server's source."""

import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from app.engine.audio import inputs, sound_server
from app.engine.audio.channels import choices, picked
from app.engine.audio.inputs import Input

AUX = ",".join(f"aux{i}" for i in range(8))


def test_pairs_come_first_and_then_each_alone() -> None:
    assert choices(4) == ("1/2", "3/4", "1", "2", "3", "4")
    assert choices(3) == ("1/2", "1", "2", "3")
    assert choices(1) == ("1",)


def test_where_the_picked_channels_stand() -> None:
    assert picked("", 8) == slice(0, 2)
    assert picked("", 1) == slice(0, 1)
    assert picked("7/8", 8) == slice(6, 8)
    assert picked("5", 8) == slice(4, 5)
    for wrong in ("9", "2/3", "0", "-1", "1/8", "x"):
        assert picked(wrong, 8) is None


def test_an_input_says_which_channels_it_is() -> None:
    assert Input("Desk", channels="3/4").words == "Desk, 3/4"
    assert Input(channels="5").words == "Default input, 5"


# a device


class Interface(SimpleNamespace):
    """A device of so many channels, as sounddevice shows it; every channel says its own number."""

    class PortAudioError(Exception):
        pass

    def __init__(self, count: int) -> None:
        super().__init__()
        self.count, self.opened = count, list[int]()

    def query_hostapis(self) -> tuple[dict[str, Any], ...]:
        return ({"name": "ALSA", "default_input_device": 0},)

    def query_devices(self, kind: str = "") -> Any:
        desk = {"name": "Desk", "max_input_channels": self.count, "hostapi": 0, "index": 0, "default_samplerate": 48e3}
        return desk if kind else [desk]

    def InputStream(self, channels: int, callback: Callable[..., None], **_how: Any) -> Any:
        self.opened.append(channels)
        block = np.tile(np.arange(1, channels + 1, dtype=np.float32), (4, 1))
        start = lambda: callback(block, 4, None, None)  # noqa: E731
        return SimpleNamespace(active=True, latency=0.02, start=start, close=lambda: None)


@pytest.fixture
def interface(monkeypatch: pytest.MonkeyPatch) -> Interface:
    made = Interface(8)
    monkeypatch.setitem(sys.modules, "sounddevice", made)
    monkeypatch.setattr(inputs, "_sources", dict)
    monkeypatch.setattr(sys, "platform", "linux")
    return made


def heard(wanted: Input) -> list[list[float]]:
    """What a first block of *wanted* holds, one row for each channel's number."""
    blocks: list[np.ndarray] = []
    opened = inputs.open_input(wanted, lambda block, *_rest: blocks.append(block))
    return [] if opened is None else [list(row) for row in blocks[0][:1]]


@pytest.mark.parametrize(
    ("channels", "numbers"), [("", [1, 2]), ("1/2", [1, 2]), ("3/4", [3, 4]), ("7/8", [7, 8]), ("5", [5]), ("9", None)]
)
@pytest.mark.parametrize("name", ["Desk", ""], ids=["by name", "the default"])
def test_a_pair_or_one_channel_of_a_device_is_heard(
    interface: Interface, name: str, channels: str, numbers: list[float] | None
) -> None:
    assert heard(Input(name, channels=channels)) == ([] if numbers is None else [numbers])


def test_without_a_choice_no_more_than_two_are_opened(interface: Interface) -> None:
    opened = inputs.open_input(Input("Desk"), lambda *_block: None)
    assert opened is not None
    assert (opened.channels, interface.opened) == (8, [2])
    interface.count = 1
    opened = inputs.open_input(Input("Desk"), lambda *_block: None)
    assert opened is not None
    assert (opened.channels, interface.opened[1:]) == (1, [1])


def test_a_way_to_any_device_is_no_device_of_many_channels(interface: Interface) -> None:
    interface.count = 10_000
    opened = inputs.open_input(Input("Desk"), lambda *_block: None)
    assert opened is not None
    assert (opened.channels, interface.opened) == (2, [2])


def test_of_what_the_server_chooses_two_are_heard(interface: Interface, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inputs, "_sources", lambda: {"Other": "other"})
    interface.count = 32
    opened = inputs.open_input(Input(), lambda *_block: None)
    assert opened is not None
    assert (opened.channels, interface.opened) == (2, [2])


# a source of the sound server


class Server:
    """A sound server as pactl shows it, that notes what it is told."""

    def __init__(self, places: str) -> None:
        self.places, self.told, self.modules, self.refuse = places, list[list[str]](), "", False

    def __call__(self, *words: str) -> str:
        if words == ("list", "sources"):
            return "".join(
                f"Source #{i}\n\tState: IDLE\n\tName: {name}\n\tDescription: {name.title()}\n"
                f"\tSample Specification: s32le 8ch 48000Hz\n\tChannel Map: {places}\n\tMute: no\n\n"
                for i, (name, places) in enumerate([("usb.desk", self.places), ("mic", "mono")])
            )
        if words == ("list", "short", "modules"):
            return self.modules
        self.told.append(list(words))
        return "" if self.refuse else "77\n"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Server:
    made = Server(AUX)
    monkeypatch.setattr(sound_server, "_pactl", made)
    return made


def test_a_pair_of_a_source_is_a_source_of_its_own_while_it_is_heard(server: Server) -> None:
    piece, count = sound_server.part("usb.desk", "3/4")
    assert piece is not None
    assert (piece.there, count) == (True, 8)
    ((*_load, master, remix, channels, front, places),) = server.told
    assert (master, remix, channels) == ("master=usb.desk", "remix=no", "channels=2")
    assert (front, places) == ("channel_map=front-left,front-right", "master_channel_map=aux2,aux3")
    piece.close()
    piece.close()
    assert server.told[1:] == [["unload-module", "77"]]


def test_one_channel_of_a_source_is_mono(server: Server) -> None:
    assert sound_server.part("usb.desk", "8")[0] is not None
    assert server.told[0][-2:] == ["channel_map=mono", "master_channel_map=aux7"]


def test_a_source_without_left_and_right_is_heard_by_its_first_two(server: Server) -> None:
    assert sound_server.part("usb.desk", "")[0] is not None
    assert server.told[0][-1] == "master_channel_map=aux0,aux1"
    server.places = "front-left,front-right,rear-left,rear-right,front-center,lfe"
    assert sound_server.part("usb.desk", "") == (None, 6)
    assert sound_server.part("mic", "") == (None, 1)
    assert sound_server.part("mic", "3/4") == (None, 1)


def test_what_a_killed_program_left_is_forgotten(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sound_server.os, "getpid", lambda: 2)
    monkeypatch.setattr(sound_server, "Path", lambda *at: SimpleNamespace(exists=lambda: at == ("/proc", "1")))
    load = "module-remap-source\tsource_name=anthesis_channels_{} master=usb.desk\t"
    server.modules = "\n".join(f"{number}\t{load.format(owner)}" for number, owner in ((10, 1), (20, 2), (30, 3)))
    sound_server.part("usb.desk", "3/4")
    assert server.told[:2] == [["unload-module", "20"], ["unload-module", "30"]]


def test_our_own_sources_are_no_inputs(monkeypatch: pytest.MonkeyPatch) -> None:
    listed = "\tName: anthesis_channels_5\n\tDescription: Remapped Desk\n\tName: desk\n\tDescription: Desk\n"
    monkeypatch.setattr(sound_server, "_pactl", lambda *_words: listed)
    assert sound_server.sources() == {"Desk": "desk"}


@pytest.mark.parametrize("refuse", [False, True])
def test_a_pair_that_the_server_cannot_make_is_not_there(
    server: Server, interface: Interface, monkeypatch: pytest.MonkeyPatch, refuse: bool
) -> None:
    monkeypatch.setattr(inputs, "_sources", lambda: {"Usb.Desk": "usb.desk"})
    monkeypatch.setattr(inputs, "_SERVER", "Desk")
    server.refuse, interface.count = refuse, 32
    opened = inputs.open_input(Input("Usb.Desk", channels="3/4"), lambda *_block: None)
    assert (opened is None) == refuse
    if opened is not None:
        assert (opened.channels, opened.sr, opened.stream.active, interface.opened) == (8, 48_000, True, [2])
        opened.stream.close()
        assert server.told[-1] == ["unload-module", "77"]
    assert inputs.open_input(Input("Usb.Desk", channels="9"), lambda *_block: None) is None


def test_a_pair_of_eight_is_heard_through_a_real_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not all(shutil.which(tool) for tool in ("pulseaudio", "pactl")):
        pytest.skip("no PulseAudio on this machine")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("PULSE_SERVER", raising=False)
    tmp_path.chmod(0o700)
    sink = f"module-null-sink sink_name=eight rate=48000 channels=8 channel_map={AUX}"
    run = ["-n", "--exit-idle-time=-1", "--log-target=null", "-L", "module-native-protocol-unix", "-L", sink]
    daemon = subprocess.Popen(["pulseaudio", "--daemonize=no", *run], stderr=subprocess.DEVNULL)
    try:
        pause, end = threading.Event(), time.monotonic() + 15
        while "eight.monitor" not in sound_server._pactl("list", "short", "sources"):
            assert time.monotonic() < end
            pause.wait(0.05)
        piece, count = sound_server.part("eight.monitor", "7/8")
        assert piece is not None
        assert (piece.there, count) == (True, 8)
        assert piece.source in sound_server._pactl("list", "short", "sources")
        assert piece.source not in sound_server.sources().values()
        piece.close()
        assert piece.source not in sound_server._pactl("list", "short", "sources")
    finally:
        daemon.terminate()
        daemon.wait()
