"""What Windows plays: by a fake of soundcard that does as its recorder of WASAPI does."""

import ctypes
import queue
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

from app.engine.audio import inputs, loopback
from app.engine.audio.com import com
from app.engine.audio.inputs import Input
from app.engine.audio.live_input import Hearing, LiveInput
from app.engine.audio.loopback import RATE, Loopback

GONE = "Error 0x88890004"  # AUDCLNT_E_DEVICE_INVALIDATED, as soundcard says it
IDLE = 0.04  # seconds of silence that its recorder makes up where nothing plays


class Recorder:
    """Blocks until something plays, gives silence after a while, and says no once its speaker is gone."""

    def __init__(self, card: "Card", speaker: str, how: dict[str, Any]) -> None:
        self.card, self.speaker, self.how, self.left = card, speaker, how, False

    def __enter__(self) -> "Recorder":
        self.since = self.card.t
        self.card.recorders.append(self)
        return self

    def __exit__(self, *_error: object) -> None:
        self.left = True
        if self.speaker in self.card.gone:
            raise RuntimeError(GONE)

    def record(self, numframes: int | None = None) -> np.ndarray:
        assert numframes is None, "what is there, at once"
        card = self.card
        if card.mute:
            card.t += 0.02
            return np.zeros((0, 2), np.float32)
        try:
            block = card.plays.get(timeout=card.wait)
        except queue.Empty:
            block = np.zeros((round(IDLE * RATE), 2), np.float32)
        if self.speaker in card.gone:
            raise RuntimeError(GONE)
        card.t += len(block) / RATE + card.stall
        card.stall = 0.0
        return block


class Card(ModuleType):
    """The library, and a machine with speakers; time is what was recorded."""

    class SoundcardRuntimeWarning(RuntimeWarning):
        pass

    def __init__(self, *speakers: str) -> None:
        super().__init__("soundcard")
        self.names, self.default, self.gone = list(speakers), speakers[0] if speakers else "", set[str]()
        self.plays: queue.Queue[np.ndarray] = queue.Queue()
        self.recorders: list[Recorder] = []
        self.t, self.stall, self.mute, self.wait = 0.0, 0.0, False, 0.002

    def all_speakers(self) -> list[Any]:
        return [SimpleNamespace(name=name, id=f"{{{name}}}") for name in self.names if name not in self.gone]

    def default_speaker(self) -> Any:
        if not self.default:
            raise RuntimeError("Error 0x80070490")  # none at all
        return SimpleNamespace(name=self.default, id=f"{{{self.default}}}")

    def get_microphone(self, id: str, include_loopback: bool = False) -> Any:  # noqa: A002
        assert include_loopback
        name = id.strip("{}")
        if name in self.gone:
            raise IndexError(f"no device with id {id}")
        return SimpleNamespace(recorder=lambda **how: Recorder(self, name, how))


class Heard:
    """What came in."""

    def __init__(self) -> None:
        self.blocks: list[np.ndarray] = []
        self.late = 0

    def __call__(self, block: np.ndarray, frames: int, _time: Any, status: Any) -> None:
        assert frames == len(block)
        self.blocks.append(block.copy())
        self.late += status.input_overflow

    @property
    def samples(self) -> np.ndarray:
        return np.concatenate(self.blocks) if self.blocks else np.zeros((0, 2), np.float32)

    def has(self, value: float) -> bool:
        return bool((self.samples == np.float32(value)).any())


def until(there: Callable[[], object]) -> None:
    pause, end = threading.Event(), time.monotonic() + 20
    while not there():
        assert time.monotonic() < end
        pause.wait(0.002)


def block(value: float, frames: int = 480) -> np.ndarray:
    return np.full((frames, 2), value, np.float32)


@pytest.fixture
def card() -> Card:
    return Card("Speakers", "Headphones")


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def run(card: Card, heard: Heard) -> Iterator[Callable[..., Loopback]]:
    made: list[Loopback] = []

    def start(name: str = "") -> Loopback:
        made.append(Loopback(name, heard, soundcard=card, wall=lambda: card.t))
        made[-1].start()
        return made[-1]

    yield start
    for one in made:
        one.close()
        assert not one._thread.is_alive()


def test_what_plays_comes_in_whole_and_in_order(card: Card, heard: Heard, run: Callable[..., Loopback]) -> None:
    for i in range(1, 6):
        card.plays.put(block(i))
    assert run().active
    until(lambda: heard.has(5))
    played = heard.samples[heard.samples[:, 0] > 0]
    assert np.array_equal(played[:, 0], np.repeat(np.arange(1, 6, dtype=np.float32), 480))
    (recorder,) = card.recorders
    assert recorder.how == {"samplerate": 48_000, "channels": 2, "blocksize": 9600}
    assert heard.late == 0


def test_it_ends_when_it_is_closed_and_leaves_the_speaker(
    card: Card, heard: Heard, run: Callable[..., Loopback]
) -> None:
    heard_from = run()
    heard_from.close()
    count = len(heard.blocks)
    assert (heard_from.active, card.recorders[0].left) == (False, True)
    card.plays.put(block(1))
    assert len(heard.blocks) == count


@pytest.mark.parametrize("mute", [False, True], ids=["the library makes up silence", "it gives nothing"])
def test_time_goes_on_while_nothing_plays(card: Card, heard: Heard, run: Callable[..., Loopback], mute: bool) -> None:
    card.mute = mute
    heard_from = run()
    assert heard_from.active
    until(lambda: card.t > 0.5)
    heard_from.close()
    assert not heard.samples.any()
    assert abs(len(heard.samples) / RATE - card.t) < 0.15


def test_a_reader_that_was_away_for_too_long_tells_that_sound_was_lost(
    card: Card, heard: Heard, run: Callable[..., Loopback]
) -> None:
    run()
    card.stall = 0.15
    card.plays.put(block(1))
    until(lambda: heard.has(1))
    assert heard.late == 0, "Windows keeps so much"
    card.stall = 0.5
    card.plays.put(block(2))
    until(lambda: heard.has(2))
    assert heard.late == 1


def test_a_speaker_that_goes_is_an_input_that_goes(card: Card, run: Callable[..., Loopback]) -> None:
    heard_from = run()
    card.gone.add("Speakers")
    until(lambda: not heard_from.active)
    assert card.recorders[0].left
    until(lambda: not heard_from._thread.is_alive())


def test_where_another_speaker_takes_its_place_that_is_heard(
    card: Card, heard: Heard, run: Callable[..., Loopback]
) -> None:
    heard_from = run()
    card.default = "Headphones"
    card.gone.add("Speakers")
    until(lambda: len(card.recorders) == 2)
    card.plays.put(block(3))
    until(lambda: heard.has(3))
    assert heard_from.active
    assert card.recorders[1].speaker == "Headphones"


def test_it_goes_along_when_another_speaker_is_chosen_in_windows(
    card: Card, heard: Heard, run: Callable[..., Loopback]
) -> None:
    heard_from = run()
    card.default = "Headphones"
    at = card.t
    until(lambda: len(card.recorders) == 2)
    assert card.recorders[1].since - at < 1.5
    assert card.recorders[0].left
    card.plays.put(block(3))
    until(lambda: heard.has(3))
    assert heard_from.active


def test_a_speaker_that_was_chosen_by_name_is_kept(card: Card, run: Callable[..., Loopback]) -> None:
    heard_from = run("Speakers")
    card.default = "Headphones"
    until(lambda: card.t > 3.0)
    assert [recorder.speaker for recorder in card.recorders] == ["Speakers"]
    card.names.remove("Speakers")
    until(lambda: not heard_from.active)


def test_a_speaker_that_is_not_there_is_not_heard(run: Callable[..., Loopback]) -> None:
    assert not run("Somewhere").active


# as inputs


@pytest.fixture
def windows(card: Card, monkeypatch: pytest.MonkeyPatch) -> Card:
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setitem(sys.modules, "soundcard", card)
    return card


def test_windows_offers_every_speaker_the_default_first(windows: Card) -> None:
    windows.default = "Headphones"
    assert inputs.system_sounds() == {
        "System sound: Headphones": Input(system=True),
        "System sound: Speakers": Input("Speakers", system=True),
    }
    assert inputs.no_system_sound() == ""
    assert Input("Speakers", system=True).words == "System sound: Speakers"


def test_elsewhere_nothing_has_changed(windows: Card, monkeypatch: pytest.MonkeyPatch) -> None:
    for platform in ("linux", "darwin"):
        monkeypatch.setattr(sys, "platform", platform)
        assert inputs.system_sounds() == {"System sound": Input(system=True)}


def test_without_a_speaker_it_says_so(windows: Card) -> None:
    windows.default, windows.names = "", []
    assert inputs.no_system_sound() == "No output was found"
    assert inputs.system_sounds() == {"System sound": Input(system=True)}
    assert inputs.open_input(Input(system=True), lambda *_block: None) is None


def test_without_the_library_it_says_so(windows: Card, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "soundcard", None)
    assert inputs.no_system_sound() == "The library soundcard is not installed"
    assert inputs.open_input(Input(system=True), lambda *_block: None) is None


def test_the_library_is_imported_on_a_thread_of_its_own(windows: Card, monkeypatch: pytest.MonkeyPatch) -> None:
    where: list[threading.Thread] = []

    def imported(_name: str) -> Card:
        where.append(threading.current_thread())
        return windows

    monkeypatch.setattr(loopback.importlib, "import_module", imported)
    assert loopback.speakers()
    assert threading.main_thread() not in where
    assert not any(thread.is_alive() for thread in where)


def test_that_something_begins_to_play_is_no_warning(windows: Card) -> None:
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always", Card.SoundcardRuntimeWarning)  # as the library does
        loopback.speakers()
        warnings.warn("data discontinuity in recording", Card.SoundcardRuntimeWarning, stacklevel=1)
    assert told == []


def test_the_ear_hears_it_and_finds_it_again(windows: Card) -> None:
    windows.wait = 0.01
    ear = LiveInput(
        Input(system=True), Hearing(auto=False), look_again=lambda: None, here=inputs.here, wall=lambda: windows.t
    )

    def turned(there: Callable[[], object]) -> Callable[[], bool]:
        def once() -> bool:
            ear.turn()
            return bool(there())

        return once

    try:
        until(turned(lambda: ear.listening))
        tone = np.sin(2 * np.pi * 500 * np.arange(480) / RATE).astype(np.float32)[:, None].repeat(2, axis=1)

        def sounds() -> bool:
            windows.plays.put(tone)
            return ear.heard.before("level", ear.heard.steps / 100, 0.5, 50).max() > 0.5

        until(turned(sounds))
        steps = ear.heard.steps
        until(turned(lambda: ear.heard.steps > steps + 150))
        assert ear.listening, "silence is no reason to look for another"
        windows.gone.add("Speakers")
        until(turned(lambda: not ear.listening))
        windows.gone.clear()
        before = len(windows.recorders)

        def found() -> bool:
            windows.t += 0.05  # nobody records meanwhile
            return len(windows.recorders) > before

        until(turned(found))
        until(turned(lambda: ear.listening))
    finally:
        ear._drop()


# COM


@pytest.mark.parametrize(("answer", "ends"), [(0, 1), (1, 1), (-2147417850, 0)], ids=["begun", "again", "Qt's"])
def test_a_thread_begins_com_and_ends_what_it_began(monkeypatch: pytest.MonkeyPatch, answer: int, ends: int) -> None:
    asked: list[tuple[object, ...]] = []
    ended: list[bool] = []
    ole32 = SimpleNamespace(
        CoInitializeEx=lambda *how: asked.append(how) or answer, CoUninitialize=lambda: ended.append(True)
    )
    monkeypatch.setattr(ctypes, "windll", SimpleNamespace(ole32=ole32), raising=False)
    with com():
        assert (asked, ended) == ([(None, 0)], [])
    assert len(ended) == ends


def test_elsewhere_there_is_no_com() -> None:
    with com():
        pass
