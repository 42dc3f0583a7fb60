"""The ear: a ring, an input that comes and goes, its clock, and how inputs are found; by fakes, and by a null sink."""

import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from app.engine.audio import inputs
from app.engine.audio.demo import demo_song
from app.engine.audio.features import CURVES
from app.engine.audio.grid import Grid
from app.engine.audio.inputs import Input, Opened
from app.engine.audio.live_heard import SPAN, LiveHeard
from app.engine.audio.live_input import Hearing, LiveInput
from app.engine.audio.ring import Ring

SR = 48_000
FINE, OVERFLOWN = SimpleNamespace(input_overflow=False), SimpleNamespace(input_overflow=True)


# the ring


def test_a_ring_gives_back_what_came_in_whatever_the_blocks() -> None:
    ring, rng = Ring(1000, 2), np.random.default_rng(0)
    sent, got = [], []
    for size in rng.integers(1, 400, 100):
        block = rng.standard_normal((size, 2)).astype(np.float32)
        ring.write(block)
        sent.append(block)
        got.append(ring.read())
    assert np.array_equal(np.concatenate(got), np.concatenate(sent))
    assert ring.lost == 0


def test_a_ring_loses_the_oldest_and_counts_it() -> None:
    ring = Ring(100, 1)
    for i in range(10):
        ring.write(np.full((30, 1), i, np.float32))
    left = ring.read()
    assert left[-1] == 9
    assert len(left) + ring.lost == 300
    assert len(ring.read()) == 0


def test_one_channel_fills_both() -> None:
    ring = Ring(100, 2)
    ring.write(np.ones((10, 1), np.float32))
    assert np.array_equal(ring.read(), np.ones((10, 2)))


# the ear


class Machine:
    """An input that can be pulled out, time by hand, and the ear that listens; nothing runs but by ``run``."""

    def __init__(self, **hearing: Any) -> None:
        self.t, self.plugged, self.closed, self.looks = 100.0, True, 0, 0
        self.callback: Callable[..., None] | None = None
        self.stream = SimpleNamespace(active=True, latency=0.01, close=self._close)
        self.opened: list[Input] = []
        self.ear = LiveInput(
            Input("Desk"), Hearing(**({"auto": False} | hearing)),
            opener=self._open, here=lambda _source: self.plugged, look_again=self._look, wall=lambda: self.t,
        )  # fmt: skip

    def _open(self, source: Input, callback: Callable[..., None]) -> Opened | None:
        if not self.plugged:
            return None
        self.opened.append(source)
        self.callback, self.stream.active = callback, True
        return Opened(self.stream, SR)

    def _close(self) -> None:
        self.closed += 1

    def _look(self) -> None:
        self.looks += 1

    def run(self, seconds: float, samples: np.ndarray | float | None = 0.1, status: Any = FINE) -> None:
        """Time goes on in blocks of 10 ms: a number is a tone of this amplitude, None is an input that says nothing."""
        for _ in range(round(seconds * 100)):
            self.t += 0.01
            if self.callback is not None and samples is not None and self.plugged:
                t = self.t + np.arange(480) / SR
                tone = samples * np.sin(2 * np.pi * 440 * t)
                self.callback(np.stack([tone, tone / 2], axis=1).astype(np.float32), 480, None, status)
            self.ear.turn()


@pytest.fixture
def machine() -> Machine:
    made = Machine()
    made.ear.turn()
    return made


def test_time_is_what_was_heard_and_never_runs_ahead(machine: Machine) -> None:
    last = -1.0
    for _ in range(200):
        machine.run(0.01)
        now = machine.ear.now()
        assert last <= now <= max(machine.ear.heard.steps - 1, 0) / 100
        last = now
    assert last == pytest.approx(2.0, abs=0.05)
    assert machine.ear.listening
    assert machine.ear.latency == pytest.approx(0.01 + 0.0213, abs=1e-3)


def test_levels_show_what_comes_in_after_the_gain(machine: Machine) -> None:
    machine.run(0.1)
    assert machine.ear.levels() == pytest.approx((0.0707, 0.0354), abs=0.002)
    machine.ear.hearing = Hearing(gain=6.0, auto=False)
    machine.run(0.1)
    assert machine.ear.levels()[0] == pytest.approx(0.141, abs=0.004)


def test_auto_gain_brings_quiet_and_loud_together() -> None:
    for amplitude in (0.02, 0.9):
        machine = Machine(auto=True)
        machine.run(10.0, amplitude)
        assert machine.ear.levels()[0] == pytest.approx(0.125, rel=0.2)


def test_auto_gain_leaves_noise_alone() -> None:
    machine = Machine(auto=True)
    machine.run(5.0, 0.0005)
    assert machine.ear.auto_gain == 0.0


def test_a_channel_can_be_chosen(machine: Machine) -> None:
    heard = []
    for channel in ("both", "left", "right"):
        machine.ear.hearing = Hearing(auto=False, channel=channel)  # type: ignore[arg-type]
        machine.run(1.0)
        heard.append(machine.ear._features._raw[(machine.ear.heard.steps - 1) % 500, 0])  # type: ignore[union-attr]
    assert heard == pytest.approx([0.075, 0.1, 0.05], rel=0.05)


def test_a_delay_puts_the_clock_back(machine: Machine) -> None:
    machine.run(1.0)
    now = machine.ear.now()
    machine.ear.hearing = Hearing(auto=False, delay=0.25)
    assert machine.ear.now() == pytest.approx(now - 0.25)


def test_dropouts_are_counted(machine: Machine) -> None:
    machine.run(0.05, status=OVERFLOWN)
    assert machine.ear.dropouts == 5


def test_what_the_ear_had_no_time_for_is_a_dropout_too(machine: Machine) -> None:
    machine.run(1.0)
    assert machine.ear.dropouts == 0
    for _ in range(200):  # two seconds in which its thread did not run
        machine.callback(np.zeros((480, 2), np.float32), 480, None, FINE)
    machine.run(1.0)
    assert machine.ear.dropouts == 1


def test_a_pause_holds_time_and_the_meter_goes_on(machine: Machine) -> None:
    machine.run(1.0)
    machine.ear.pause()
    at = machine.ear.heard.steps
    machine.run(1.0, 0.4)
    assert machine.ear.heard.steps == at
    assert machine.ear.levels()[0] > 0.2
    machine.ear.play()
    machine.run(0.5)
    assert machine.ear.now() == pytest.approx(1.5, abs=0.05)


@pytest.mark.parametrize("how", ["inactive", "silent", "not here"])
def test_an_input_that_goes_leaves_silence_and_comes_back_by_itself(machine: Machine, how: str) -> None:
    machine.run(1.0)
    if how == "inactive":
        machine.stream.active = machine.plugged = False
    elif how == "not here":
        machine.plugged = False  # the sound server gives another one in its place
    machine.run(4.0, samples=None)
    assert machine.closed >= 1
    assert machine.ear.levels() == (0.0, 0.0)
    assert machine.ear.now() > 2.0, "the show goes on"
    if how != "silent":
        assert not machine.ear.listening
        assert machine.looks >= 1
    machine.plugged = True
    machine.run(4.0)
    assert machine.ear.listening
    assert machine.ear.heard.at(machine.ear.now())["level"] > 0.5


def test_another_input_goes_on_where_the_first_one_was(machine: Machine) -> None:
    machine.run(1.0)
    machine.ear.switch(Input(system=True))
    machine.run(1.0)
    assert machine.opened == [Input("Desk"), Input(system=True)]
    assert machine.closed == 1
    assert machine.ear.now() == pytest.approx(2.0, abs=0.1)


def test_blocks_that_are_not_numbers_are_silence(machine: Machine) -> None:
    machine.run(0.5)
    machine.run(0.1, float("nan"))
    machine.run(1.0)
    assert np.isfinite(list(machine.ear.heard.at(machine.ear.now()).values())).all()
    assert np.isfinite(machine.ear.levels()).all()


def test_its_thread_ends_and_gives_the_input_back() -> None:
    machine = Machine()
    began = threading.Event()
    machine.ear._find = lambda wall: began.set()  # type: ignore[method-assign]
    machine.ear.start()
    assert began.wait(60)
    machine.ear.close()
    assert not machine.ear._thread.is_alive()


# what was heard


def test_what_was_heard_is_kept_for_a_minute_and_read_by_time() -> None:
    heard = LiveHeard()
    assert heard.at(1.0) == dict.fromkeys(CURVES, 0.0)
    ramp = np.arange(2 * SPAN, dtype=np.float32)
    for first in range(0, 2 * SPAN, 100):
        heard.append(np.repeat(ramp[first : first + 100, None], len(CURVES), axis=1))
    newest = 2 * SPAN - 1
    assert heard.at(newest / 100)["bass"] == newest
    assert heard.at((newest - 50.5) / 100)["hat"] == pytest.approx(newest - 50.5)
    assert heard.at(0.0)["bass"] == heard.first
    assert list(heard.rows(newest - 2, newest + 1)["mid"]) == [newest - 2, newest - 1, newest]
    before = heard.before("level", (newest + 2) / 100, 0.04, 5)
    assert list(before) == [newest - 2, newest - 1, newest, 0, 0]


# finding inputs


class FakeSounddevice(SimpleNamespace):
    """A machine with two sound systems, as sounddevice shows it."""

    class PortAudioError(Exception):
        pass

    def __init__(self, names: tuple[str, ...] = ("Microphone", "pulse")) -> None:
        super().__init__()
        self.streams: list[dict[str, Any]] = []
        self.names, self.refuse, self.restarts = names, False, 0

    def query_hostapis(self) -> tuple[dict[str, Any], ...]:
        default = 1 if self.names else -1
        return {"name": "OSS", "default_input_device": -1}, {"name": "ALSA", "default_input_device": default}

    def query_devices(self, kind: str = "") -> Any:
        ports = [("Speaker", 0, 1), ("Old", 2, 0), *((name, 32, 1) for name in self.names)]
        made = [
            {"name": n, "max_input_channels": c, "hostapi": a, "index": i, "default_samplerate": 44_100.0}
            for i, (n, c, a) in enumerate(ports)
        ]
        return made[2] if kind else made

    def InputStream(self, **how: Any) -> Any:
        if self.refuse:
            raise self.PortAudioError("busy")
        self.streams.append(how | {"source": os.environ.get("PULSE_SOURCE")})
        return SimpleNamespace(active=True, latency=0.02, start=lambda: None, close=lambda: None)

    def _terminate(self) -> None:
        self.restarts += 1

    def _initialize(self) -> None:
        self.restarts += 1


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeSounddevice:
    """No sound server answers; a test may give ``inputs._sources`` another answer."""
    made = FakeSounddevice()
    monkeypatch.setitem(sys.modules, "sounddevice", made)
    monkeypatch.setattr(inputs, "_sources", dict)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.delenv("PULSE_SOURCE", raising=False)
    return made


def ignore(*_block: Any) -> None:
    """A callback."""


def test_devices_are_listed_by_name_once(fake: FakeSounddevice) -> None:
    assert inputs.inputs() == (Input(), Input("Microphone"), Input("pulse"))
    assert [i.words for i in inputs.inputs()] == ["Default input", "Microphone", "pulse"]
    fake.names = ()
    assert inputs.inputs() == ()


def test_a_device_is_opened_by_name_at_its_own_rate(fake: FakeSounddevice) -> None:
    opened = inputs.open_input(Input("Microphone"), ignore)
    assert opened is not None
    assert opened.sr == 44_100
    (how,) = fake.streams
    assert (how["device"], how["channels"], how["samplerate"], how["source"]) == (2, 2, 44_100, None)
    assert inputs.open_input(Input(), ignore) is not None
    assert inputs.open_input(Input("Gone"), ignore) is None
    fake.refuse = True
    assert inputs.open_input(Input("Microphone"), ignore) is None


def test_a_device_that_vanishes_is_not_active_and_closes_in_peace(
    fake: FakeSounddevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Vanished:
        latency = 0.02

        def start(self) -> None: ...

        @property
        def active(self) -> bool:
            raise fake.PortAudioError("unplugged")

        def close(self) -> None:
            raise fake.PortAudioError("unplugged")

    monkeypatch.setattr(fake, "InputStream", lambda **_how: Vanished(), raising=False)
    opened = inputs.open_input(Input("Microphone"), ignore)
    assert opened is not None
    assert not opened.stream.active
    opened.stream.close()


def test_system_sound_is_the_monitor_of_what_the_server_plays_on(fake: FakeSounddevice) -> None:
    assert inputs.no_system_sound() == ""
    assert inputs.open_input(Input(system=True), ignore) is not None
    assert fake.streams[0]["source"] == "@DEFAULT_MONITOR@"
    assert "PULSE_SOURCE" not in os.environ
    fake.names = ("Microphone",)
    assert "PulseAudio" in inputs.no_system_sound()
    assert inputs.open_input(Input(system=True), ignore) is None


def test_a_source_of_the_server_is_opened_by_its_words(fake: FakeSounddevice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inputs, "_sources", lambda: {"Desk": "alsa_input.usb-desk"})
    monkeypatch.setenv("PULSE_SOURCE", "mine")
    assert inputs.inputs() == (Input(), Input("Desk"))
    assert inputs.open_input(Input("Desk"), ignore) is not None
    assert fake.streams[0]["source"] == "alsa_input.usb-desk"
    assert os.environ["PULSE_SOURCE"] == "mine"
    assert inputs.here(Input("Desk"))
    assert not inputs.here(Input("Gone"))
    assert inputs.here(Input(system=True))


@pytest.mark.parametrize(("platform", "word"), [("darwin", "BlackHole"), ("win32", "soundcard is not installed")])
def test_where_system_sound_cannot_be_had_it_says_why(
    fake: FakeSounddevice, monkeypatch: pytest.MonkeyPatch, platform: str, word: str
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setitem(sys.modules, "soundcard", None)
    assert word in inputs.no_system_sound()


def test_without_portaudio_there_is_no_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", None)
    monkeypatch.setattr(sys, "platform", "linux")
    assert inputs.inputs() == ()
    assert inputs.open_input(Input(), ignore) is None
    assert "PortAudio" in inputs.no_system_sound()
    inputs.look_again()


def test_looking_again_restarts_portaudio(fake: FakeSounddevice) -> None:
    inputs.look_again()
    assert fake.restarts == 2


def test_the_servers_list_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    listed = "\n".join(
        f"Source #{i}\n\tState: IDLE\n\tName: {name}\n\tDescription: {words}\n\tDriver: x"
        for i, (name, words) in enumerate([("a.monitor", "Twin"), ("b.monitor", "Twin"), ("c", "Desk")])
    )
    pactl = tmp_path / "pactl"
    pactl.write_text(f"#!/bin/sh\ncat <<'END'\n{listed}\nEND\n")
    pactl.chmod(0o755)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    assert inputs._sources() == {"Twin (a.monitor)": "a.monitor", "Twin (b.monitor)": "b.monitor", "Desk": "c"}
    pactl.write_text("#!/bin/sh\nexit 1\n")
    assert inputs._sources() == {}


# a real stream through a null sink


@pytest.fixture
def null_sink(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A PulseAudio of this test's own, whose only output is a null sink."""
    if not all(shutil.which(tool) for tool in ("pulseaudio", "pactl", "paplay")):
        pytest.skip("no PulseAudio on this machine")
    pytest.importorskip("sounddevice", exc_type=OSError)
    run = tmp_path / "run"
    run.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(run))
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("PULSE_SERVER", "PULSE_SOURCE", "PULSE_SINK"):
        monkeypatch.delenv(name, raising=False)
    sink = "module-null-sink sink_name=out rate=48000 channels=2 norewinds=1"
    arguments = ["-n", "--exit-idle-time=-1", "--log-target=null", "-L", "module-native-protocol-unix", "-L", sink]
    server = subprocess.Popen(["pulseaudio", "--daemonize=no", *arguments], stderr=subprocess.DEVNULL)
    try:
        until(lambda: subprocess.run(["pactl", "info"], capture_output=True).returncode == 0)
        subprocess.run(["pactl", "set-default-sink", "out"], check=True)
        inputs.look_again()
        if inputs.no_system_sound():
            pytest.skip(inputs.no_system_sound())
        yield
    finally:
        server.terminate()
        server.wait()


def until(there: Callable[[], bool], seconds: float = 15.0) -> None:
    """Waits until *there*, and fails when it takes longer than *seconds*."""
    pause, end = threading.Event(), time.monotonic() + seconds
    while not there():
        assert time.monotonic() < end
        pause.wait(0.05)


def test_what_the_system_plays_is_heard_through_a_null_sink(null_sink: None) -> None:
    ear = LiveInput(Input(system=True))
    ear.start()
    player = subprocess.Popen(["paplay", str(demo_song()[0])])
    try:
        until(lambda: ear.listening and max(ear.levels()) > 0.01)
        until(lambda: ear.heard.before("level", ear.now(), 1.0, 100).max() > 0.5)
        assert ear.heard.before("mid", ear.now(), 1.0, 100).max() > 0.3
    finally:
        player.kill()
        player.wait()
        ear.close()


# the tempo


class Knows:
    """What knows the tempo, and remembers what it was told."""

    def __init__(self) -> None:
        self.begun, self.steps = 0, 0

    def begin(self) -> None:
        self.begun += 1

    def hear(self, rows: np.ndarray) -> Grid:
        self.steps += len(rows)
        return Grid(0.0, 60.0 if self.steps < 200 else 120.0)


def test_what_is_heard_is_stamped_with_the_tempo_of_its_time_and_stays_so(machine: Machine) -> None:
    timing = machine.ear.timing = Knows()
    machine.run(1.5)
    assert timing.steps == machine.ear.heard.steps
    before = machine.ear.heard.counts(0, 100)
    machine.run(3.0)
    assert np.array_equal(machine.ear.heard.counts(0, 100), before)
    beats = machine.ear.heard.counts(0, machine.ear.heard.steps)[:, 0]
    assert beats[100] - beats[50] == pytest.approx(0.5, abs=1e-6)
    assert beats[400] - beats[350] == pytest.approx(1.0, abs=1e-6)


def test_in_a_pause_no_tempo_is_heard(machine: Machine) -> None:
    timing = machine.ear.timing = Knows()
    machine.run(0.5)
    machine.ear.pause()
    steps = timing.steps
    machine.run(1.0)
    assert timing.steps == steps


def test_what_sounds_is_ahead_of_what_is_heard_by_the_latency(machine: Machine) -> None:
    machine.run(1.0)
    assert machine.ear.sounding() == pytest.approx(machine.ear.now() + machine.ear.hearing.delay + machine.ear.latency)
    assert machine.ear.latency > 0.02
