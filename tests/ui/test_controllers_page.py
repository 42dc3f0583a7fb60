"""The Controllers page as a person reads it: what was heard last, many mappings, and where songs may come from."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from app.control import midi
from app.control.addresses import Act, Ask, Turn
from app.control.mapping import Mapping, Touch
from app.control.osc import Heard, Unheard
from app.control.packets import Message
from app.ui import mapping_list
from app.ui.heard_line import HeardLine
from app.ui.last_heard import LastHeard, message_words, touch_words
from app.ui.main_window import MainWindow
from app.ui.settings import Settings
from tests.control.fake_midi import FakeMidi

PORT = "Knobs 20:0"
ME = ("127.0.0.1", 5000)


class Clock:
    """Seconds that go when a test says so."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def window(qtbot, studio, monkeypatch):
    monkeypatch.setattr(midi, "LOOK_EVERY", 0.01)
    made = MainWindow(studio.document, studio, Settings())
    qtbot.addWidget(made)
    made.resize(1440, 900)
    made.show()
    made.knobs = FakeMidi(PORT)
    made.hands.controllers.open_midi = lambda: made.knobs
    made.hands.controllers.set_midi(True)
    qtbot.waitUntil(lambda: made.hands.controllers.devices == ("Knobs",))
    yield made
    made.close()
    studio.document.close()


@pytest.fixture
def page(window):
    window.hands.page.toggle()
    return window.hands.page


def say(window, address: str, *args) -> None:
    window.hands.controllers.osc.came(Heard(Message(f"/anthesis/{address}", args), ME))


def osc_line(window):
    return window.hands.controllers.last_osc()


def midi_line(window):
    return window.hands.controllers.last.midi()


def touch(window, kind: str, number: int, raw: int, device: str = "Knobs") -> None:
    window.hands.controllers._touched(Touch(device, 1, kind, number, raw / 127, raw))


# what was heard last


@pytest.mark.parametrize(
    ("address", "args", "what", "did", "how"),
    [
        ("react/bass", (1.5,), "/anthesis/react/bass 1.5", "Bass 1.50", "done"),
        ("react/bass", ("+", 9.0), "/anthesis/react/bass + 9", "Bass 3.00", "done"),
        ("react/glide", (4,), "/anthesis/react/glide 4", "Glide 4.00 beats", "done"),
        ("react/bass", ("?",), "/anthesis/react/bass ?", "answered", "done"),
        ("output/freeze", (1,), "/anthesis/output/freeze 1", "Freeze: on", "done"),
        ("tempo/tap", (), "/anthesis/tempo/tap", "Tap", "done"),
        ("tempo/tap", (0,), "/anthesis/tempo/tap 0", "let go: that does nothing", "done"),
        ("scene/1/launch", (), "/anthesis/scene/1/launch", "Play scene 1", "done"),
        ("react/bass", ("loud",), "/anthesis/react/bass loud", "Bass takes a number from 0 to 3.", "wrong"),
        ("tempo/tap", ("?",), "/anthesis/tempo/tap ?", "/anthesis/tempo/tap has no value to ask for.", "wrong"),
        ("latent/w", (b"1234",), "/anthesis/latent/w (4 bytes)", None, "wrong"),
        ("nowhere", (True,), "/anthesis/nowhere True", "There is nothing at /anthesis/nowhere.", "wrong"),
    ],
)  # fmt: skip
def test_an_osc_message_is_said_with_what_it_did_or_why_nothing(window, address, args, what, did, how):
    say(window, address, *args)
    line = osc_line(window)
    assert (line.what, line.whom, line.how) == (what, "127.0.0.1:5000", how)
    assert did in (None, line.did)


def test_a_touch_is_said_with_what_it_did_or_why_nothing(window, studio):
    surface = window.hands.controllers.surface
    touch(window, "cc", 3, 64)
    line = midi_line(window)
    assert (line.what, line.whom, line.how) == ("CC 3 · channel 1 = 64", "Knobs", "nothing")
    assert line.did.startswith("moves nothing")
    window.hands.controllers.learn("react.bass")
    touch(window, "cc", 3, 64)
    assert midi_line(window).did == "moves Bass from now on"
    touch(window, "cc", 3, 10)
    assert midi_line(window).did == "Bass waits at 47 %: move on until you meet it"
    assert midi_line(window).how == "waits"
    touch(window, "cc", 3, 127)
    assert (midi_line(window).did, midi_line(window).how) == ("Bass 3.00", "done")
    moved = (("note", 5, "do:scene:9"), ("note", 6, "layer:held"), ("note", 7, "do:freeze"), ("cc", 8, "route.9.depth"))
    surface.mappings = tuple(Mapping("Knobs", 1, *which) for which in moved)
    touch(window, "note", 5, 100)
    assert (midi_line(window).did, midi_line(window).how) == ("There is no scene 9; the show has 1.", "wrong")
    touch(window, "note", 5, 0)
    assert midi_line(window).what == "Note 5 · channel 1 let go"
    assert midi_line(window).did == "Play scene 9: let go, that does nothing"
    touch(window, "note", 6, 100)
    assert midi_line(window).did == "Shift: the second layer is in front"
    touch(window, "note", 7, 100)
    assert midi_line(window).did == "Freeze"
    touch(window, "cc", 8, 100)
    assert (midi_line(window).did, midi_line(window).how) == ("Route 9, depth: nothing to move now", "nothing")


def test_what_the_port_keeps_out_is_said_where_it_is_the_newest():
    clock = Clock()
    last = LastHeard(clock)
    out = Unheard(101.0, "10.0.0.7", "24 bytes", "not heard: it is not among those allowed")
    last.keep(Heard(Message("/anthesis/react/bass", (1.0,)), ME), ((Turn("react.bass", 1.0), 1.0),))
    assert last.osc().did == "Bass 1.00"
    clock.now = 103.5
    line = last.osc(out)
    assert (line.what, line.whom, line.how, line.ago) == ("24 bytes", "10.0.0.7", "wrong", "2 s")
    last.keep(Heard(Message("/anthesis/sync/all"), ME), ((Act("sync"), None),))
    assert last.osc(out).what == "/anthesis/sync/all"


@pytest.mark.parametrize(("seconds", "ago"), [(0.9, "now"), (1.0, "1 s"), (61, "1 min"), (7300, "2 h")])
def test_how_long_ago_it_was(seconds, ago):
    clock = Clock()
    last = LastHeard(clock)
    last.keep(Touch("Knobs", 1, "cc", 1, 0.5, 64), why="x")
    clock.now += seconds
    assert last.midi().ago == ago


@pytest.mark.parametrize(
    ("heard", "words"),
    [
        (Touch("D", 2, "pitch", 0, 0.5), "Pitch bend · channel 2 = 50.0 %"),
        (Touch("D", 1, "program", 7, 1.0), "Program 7 · channel 1"),
        (Touch("D", 1, "nrpn", 300, 0.25, 32), "NRPN 300 · channel 1 = 25.0 %"),
    ],
)  # fmt: skip
def test_touches_of_every_kind_have_words(heard, words):
    assert touch_words(heard) == words


def test_a_very_long_message_is_cut():
    assert len(message_words(Heard(Message("/a", ("x" * 9000,)), ME))) < 80


def test_the_line_is_looked_at_while_it_is_seen_and_lights_as_one_comes(window, page):
    line = page.heard_midi
    assert line.isVisible()
    assert line._look.isActive()
    assert line._look.interval() >= 250, "no more than four a second"
    assert line.line is None
    touch(window, "cc", 3, 64)
    line.look()
    assert line.lit
    assert line.accessibleName() == f"Last MIDI message: {line.line.spoken}"
    assert line.line.spoken.startswith("CC 3 · channel 1 = 64, from Knobs: moves nothing")
    line.look()
    assert not line.lit
    page.hide()
    assert not line._look.isActive()


def test_nothing_is_painted_again_while_nothing_is_new(qtbot):
    clock = Clock()
    last = LastHeard(clock)
    shown = HeardLine("OSC", last.osc)
    qtbot.addWidget(shown)
    painted = []
    shown.update = lambda: painted.append(1)
    last.keep(Heard(Message("/anthesis/react/bass", ("?",)), ME), ((Ask("react/bass"), None),))
    for _ in range(5):
        shown.look()
    assert len(painted) == 2, "lit and dark again"
    clock.now += 1.2
    shown.look()
    assert len(painted) == 3


def test_lines_are_there_where_there_is_a_port(window, page):
    assert not page.heard_osc.isVisible()
    window.hands.controllers.set_osc(True, port=0)
    assert page.heard_osc.isVisible()
    window.hands.controllers.set_midi(False)
    assert not page.heard_midi.isVisible()


# many mappings


def test_a_profile_of_many_rows_comes_a_few_at_a_time_and_can_be_searched(window, page, qtbot):
    controllers = window.hands.controllers
    assert not page.list.search.isVisible()
    apc = next(p for p in controllers.profiles if p.name == "APC mini")
    controllers.use_profile("Knobs", apc)
    assert len(page.rows) == mapping_list.AT_ONCE < len(apc.knobs)
    qtbot.waitUntil(lambda: len(page.rows) == len(apc.knobs))
    assert [row.mapping for row in page.rows] == list(controllers.surface.mappings)
    page.list.search.setText("shift energy")
    assert [row.mapping.target for row in page.rows if row.isVisible()] == ["react.energy"]
    page.list.search.setText("nothing like it")
    assert page.list.empty.text() == "No mapping is called “nothing like it”."
    assert page.list.empty.isVisible()


def test_rows_that_do_not_change_stay_and_those_behind_them_move_up(window, page):
    surface = window.hands.controllers.surface
    for number, target in enumerate(("react.bass", "react.mid", "react.treble")):
        surface.learn(Touch("Knobs", 1, "cc", number, 0.0), target)
    window.hands.controllers.changed.emit()
    before = page.rows
    QTest.mouseClick(before[0].remove, Qt.MouseButton.LeftButton)
    assert page.rows == before[1:]
    QTest.mouseClick(page.rows[0].remove, Qt.MouseButton.LeftButton)
    assert [m.target for m in surface.mappings] == ["react.treble"]


# songs


def test_a_folder_for_songs_is_added_and_taken_away(window, page, studio, tmp_path, monkeypatch):
    (tmp_path / "sets").mkdir()
    song = tmp_path / "sets" / "one.wav"
    song.touch()
    opened = []
    studio.open_song = opened.append
    say(window, "song/load", str(song))
    assert osc_line(window).how == "wrong"
    assert page.songs.picker.text() == "The list alone"
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_asked: str(tmp_path))
    page.songs.menu().actions()[0].trigger()
    assert page.songs.picker.text() == f"The list, {tmp_path.name}"
    say(window, "song/load", str(song))
    say(window, "song/load", "sets/one.wav")
    assert opened == [song, song]
    say(window, "song/load", str(tmp_path.parent / "other.wav"))
    assert osc_line(window).did.endswith("nor in a folder that songs may be opened from.")
    page.songs.menu().actions()[-1].trigger()
    assert Settings().controllers.song_folders == ()
    studio.on_air.set(True)
    page.songs.menu().actions()[0].trigger()
    assert Settings().controllers.song_folders == (), "no dialog during the show"
    studio.on_air.set(False)
