"""MIDI: messages of mido become touches; inputs are opened as they appear, and let go when they are pulled out."""

import queue
import sys
import time
from types import SimpleNamespace

import mido
import pytest

from app.control import midi
from app.control.addresses import ControlError
from app.control.mapping import Touch
from app.control.midi import MidiPorts, device_of, system_midi, touch_of
from tests.control.fake_midi import FakeMidi
from tests.patience import PATIENCE


@pytest.mark.parametrize(
    ("message", "touch"),
    [
        (mido.Message("control_change", channel=0, control=7, value=127), Touch("K", 1, "cc", 7, 1.0, 127)),
        (mido.Message("note_on", channel=9, note=36, velocity=127), Touch("K", 10, "note", 36, 1.0, 127)),
        (mido.Message("note_on", note=36, velocity=0), Touch("K", 1, "note", 36, 0.0, 0)),
        (mido.Message("note_off", note=36, velocity=64), Touch("K", 1, "note", 36, 0.0, 0)),
        (mido.Message("pitchwheel", pitch=8191), Touch("K", 1, "pitch", 0, 1.0)),
        (mido.Message("pitchwheel", pitch=-8192), Touch("K", 1, "pitch", 0, 0.0)),
        (mido.Message("program_change", program=5), Touch("K", 1, "program", 5, 1.0)),
        (mido.Message("clock"), None),
        (mido.Message("sysex", data=(1, 2)), None),
    ],
)
def test_what_a_message_says(message, touch):
    assert touch_of("K", message) == touch


@pytest.mark.parametrize(
    ("port", "device"),
    [
        ("nanoKONTROL2:nanoKONTROL2 nanoKONTROL2 _ CTR 20:0", "nanoKONTROL2"),
        ("nanoKONTROL2 0", "nanoKONTROL2"),
        ("Launchpad X LPX MIDI In", "Launchpad X LPX MIDI In"),
        ("Midi Through:Midi Through Port-0 14:0", "Midi Through"),
    ],
)
def test_a_device_keeps_its_name_when_its_number_changes(port, device):
    assert device_of(port) == device


@pytest.fixture
def watched(monkeypatch):
    monkeypatch.setattr(midi, "LOOK_EVERY", 0.01)
    fake, heard, seen = FakeMidi("Knobs 20:0"), queue.Queue(), queue.Queue()
    ports = MidiPorts(fake, heard.put, seen.put)
    assert seen.get(timeout=PATIENCE) == ("Knobs",)
    yield fake, heard, seen
    ports.close()
    assert fake.open == {}


def test_a_knob_is_heard(watched):
    fake, heard, _seen = watched
    fake.send("Knobs 20:0", "clock")
    fake.send("Knobs 20:0", "control_change", control=3, value=64)
    assert heard.get(timeout=PATIENCE) == Touch("Knobs", 1, "cc", 3, 64 / 127, 64)


def test_devices_come_and_go(watched):
    fake, heard, seen = watched
    fake.names = ["Knobs 20:0", "Pads 24:0"]
    assert seen.get(timeout=PATIENCE) == ("Knobs", "Pads")
    fake.names = ["Pads 24:0"]
    assert seen.get(timeout=PATIENCE) == ("Pads",)
    fake.names = ["Pads 24:0", "Knobs 28:0"]  # in again, with another number
    assert seen.get(timeout=PATIENCE) == ("Knobs", "Pads")
    fake.send("Knobs 28:0", "control_change", control=3, value=127)
    assert heard.get(timeout=PATIENCE).device == "Knobs"


def test_a_device_that_another_program_holds_is_tried_again(watched):
    fake, _heard, seen = watched
    fake.held = {"Pads 24:0"}
    fake.names = ["Knobs 20:0", "Pads 24:0"]
    fake.asked.clear()
    assert fake.asked.wait(PATIENCE)
    fake.held = set()
    assert seen.get(timeout=PATIENCE) == ("Knobs", "Pads")


def test_a_sound_server_that_goes_is_no_reason_to_stop(watched):
    fake, _heard, seen = watched
    fake.gone = True
    assert seen.get(timeout=PATIENCE) == ()
    fake.gone = False
    assert seen.get(timeout=PATIENCE) == ("Knobs",)


def test_a_system_without_midi_says_so(monkeypatch):
    fake = FakeMidi()
    fake.gone = True
    monkeypatch.setitem(sys.modules, "mido", SimpleNamespace(Backend=lambda *_a, **_k: fake))
    with pytest.raises(ControlError, match="This system has no MIDI that programs can use"):
        system_midi()


def test_a_python_without_rtmidi_says_so(monkeypatch):
    monkeypatch.setitem(sys.modules, "mido", None)
    with pytest.raises(ControlError, match="python-rtmidi"):
        system_midi()


def test_a_fine_control_comes_in_four_messages():
    fine = midi.Nrpn()

    def said(control, value):
        return fine.touch("K", mido.Message("control_change", control=control, value=value))

    assert said(6, 1) is False, "of nothing that was named"
    assert [said(99, 1), said(98, 2)] == [None, None]
    assert said(6, 64) == Touch("K", 1, "nrpn", 130, 8192 / 16383, 64)
    assert said(38, 127) == Touch("K", 1, "nrpn", 130, (8192 + 127) / 16383, 64)
    assert fine.touch("K", mido.Message("note_on", note=3)) is False
    assert said(7, 1) is False
    assert said(6, 64) is False, "another control ends it"
    assert said(98, 127) is False, "a button of its own, without 99 before it"


def test_pressure_is_a_fader():
    assert touch_of("K", mido.Message("aftertouch", value=127)) == Touch("K", 1, "pressure", 0, 1.0, 127)


def lamp(number=36, **how):
    return midi.Lamp(**{"device": "Knobs", "kind": "note", "channel": 1, "number": number} | how)


def test_lamps_shine_on_the_device_they_are_of():
    fake = FakeMidi("Knobs 20:0", "Other thing 24:0")
    seen = queue.Queue()
    ports = MidiPorts(fake, lambda _touch: None, seen.put)
    assert seen.get(timeout=PATIENCE) == ("Knobs", "Other thing")
    ports.light({lamp(): 3, lamp(40, kind="cc", channel=2): 127, lamp(device="Nowhere"): 1})
    assert fake.shone.wait(PATIENCE)
    ports.close()
    said = [(name, m.type, m.channel, m.bytes()[1:]) for name, m in fake.lit]
    assert said == [("Knobs 20:0", "note_on", 0, [36, 3]), ("Knobs 20:0", "control_change", 1, [40, 127])]
    assert fake.outs == {}


def test_a_motor_fader_is_sent_its_place():
    fake, seen = FakeMidi("Knobs 20:0"), queue.Queue()
    ports = MidiPorts(fake, lambda _touch: None, seen.put)
    assert seen.get(timeout=PATIENCE) == ("Knobs",)
    ports.light({lamp(0, kind="pitch", channel=3): 16383})
    assert fake.shone.wait(PATIENCE)
    ports.close()
    assert [(m.type, m.channel, m.pitch) for _name, m in fake.lit] == [("pitchwheel", 2, 8191)]


def test_lamps_of_a_device_that_goes_away_are_no_error(monkeypatch):
    monkeypatch.setattr(midi, "LOOK_EVERY", 0.01)
    fake, seen = FakeMidi("Knobs 20:0"), queue.Queue()
    ports = MidiPorts(fake, lambda _touch: None, seen.put)
    assert seen.get(timeout=PATIENCE) == ("Knobs",)
    ports.light({lamp(): 3})
    assert fake.shone.wait(PATIENCE)
    fake.gone = True
    ports.light({lamp(): 4})
    assert seen.get(timeout=PATIENCE) == ()
    fake.gone = False
    fake.shone.clear()
    assert seen.get(timeout=PATIENCE) == ("Knobs",)
    ports.light({lamp(): 5})
    assert fake.shone.wait(PATIENCE)
    ports.close()
    assert [m.velocity for _name, m in fake.lit] == [3, 5]


def test_an_output_that_is_called_a_little_otherwise_is_found():
    fake, seen = FakeMidi("Launchpad X LPX MIDI In"), queue.Queue()
    fake.get_output_names = lambda: ["Midi Through 14:0", "Launchpad X LPX MIDI Out"]
    ports = MidiPorts(fake, lambda _touch: None, seen.put)
    assert seen.get(timeout=PATIENCE) == ("Launchpad X LPX MIDI In",)
    ports.light({lamp(device="Launchpad X LPX MIDI In"): 1})
    assert fake.shone.wait(PATIENCE)
    ports.close()
    assert [name for name, _m in fake.lit] == ["Launchpad X LPX MIDI Out"]


def test_a_clock_is_told_with_its_device_and_its_time(monkeypatch):
    monkeypatch.setattr(midi, "LOOK_EVERY", 0.01)
    fake, heard, seen, clock = FakeMidi("Drums 20:0"), queue.Queue(), queue.Queue(), queue.Queue()
    ports = MidiPorts(fake, heard.put, seen.put, lambda *said: clock.put(said))
    try:
        assert seen.get(timeout=PATIENCE) == ("Drums",)
        before = time.perf_counter()
        fake.send("Drums 20:0", "clock")
        fake.send("Drums 20:0", "songpos", pos=12)
        device, kind, wall, _place = clock.get(timeout=PATIENCE)
        assert (device, kind) == ("Drums", "clock")
        assert before <= wall <= time.perf_counter()
        assert clock.get(timeout=PATIENCE)[3] == 12
        assert heard.empty()
    finally:
        ports.close()
