"""The channels of an input with more than two, in the panel and in memory; the speakers of Windows in the menu."""

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.engine.audio.inputs import Input
from app.engine.audio.live_input import Hearing
from app.ui import transport
from app.ui.input_memory import InputMemory, from_json, picked, to_json
from app.ui.input_panel import InputPanel
from app.ui.settings import Settings
from app.ui.transport import TransportBar
from tests.ui.fakes import FakeStudio, make_document
from tests.ui.test_live_in import FakeEar

DESK = Input("Desk")


@pytest.fixture
def studio(qtbot: QtBot) -> Iterator[FakeStudio]:
    made = FakeStudio(make_document())
    made.live._listen = FakeEar  # type: ignore[assignment]
    yield made
    made.live.leave()


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    return made


def listen(studio: FakeStudio, source: Input, channels: int) -> None:
    studio.listen(source)
    studio.live._ear.channels = channels  # type: ignore[union-attr]


def test_channels_that_are_no_longer_there_can_be_left_again(studio: FakeStudio, window: QWidget) -> None:
    studio.live.picked = {"Desk": "7/8"}
    listen(studio, DESK, 2)
    assert studio.live.source == Input("Desk", channels="7/8")
    panel = InputPanel(studio.live, window)
    panel.open_at(window.pos())
    assert panel.inputs.isVisible()
    assert panel.inputs.text() == "7/8"
    {action.text(): action for action in panel.inputs_menu().actions()}["1/2"].trigger()
    assert studio.live.source == DESK


def test_of_an_input_with_many_channels_a_pair_can_be_picked(studio: FakeStudio, window: QWidget) -> None:
    listen(studio, DESK, 8)
    panel = InputPanel(studio.live, window)
    panel.show_hearing()
    assert panel.inputs.text() == "1/2"
    choices = {action.text(): action for action in panel.inputs_menu().actions() if action.text()}
    assert list(choices)[:5] == ["1/2", "3/4", "5/6", "7/8", "1"]
    assert [words for words, action in choices.items() if action.isChecked()] == ["1/2"]
    choices["7/8"].trigger()
    assert studio.live.source == Input("Desk", channels="7/8")
    assert (panel.inputs.text(), panel.channel.isEnabled()) == ("7/8", True)
    choices["5"].trigger()
    assert studio.live.source == Input("Desk", channels="5")
    assert not panel.channel.isEnabled(), "one channel has no left and right"
    choices["1/2"].trigger()
    assert studio.live.source == DESK


def test_two_channels_leave_nothing_to_pick(studio: FakeStudio, window: QWidget) -> None:
    listen(studio, DESK, 2)
    panel = InputPanel(studio.live, window)
    low = panel.height()
    assert panel.inputs.parentWidget() is None
    listen(studio, DESK, 8)
    panel = InputPanel(studio.live, window)
    assert panel.height() > low
    assert panel.inputs.parentWidget() is panel


def test_what_was_picked_is_remembered_with_the_input(studio: FakeStudio) -> None:
    settings = Settings()
    InputMemory(studio, settings).start()
    listen(studio, DESK, 8)
    studio.live.pick("3/4")
    studio.listen(Input("Other"))
    assert studio.live.source == Input("Other")
    studio.listen(DESK)
    assert studio.live.source == Input("Desk", channels="3/4")
    studio.listen(Input("Other"))
    studio.live.leave()
    studio.live.picked = {}
    InputMemory(studio, settings).start()
    studio.listen(DESK)
    assert studio.live.source == Input("Desk", channels="3/4"), "and at the next start"


def test_channels_come_back_and_nonsense_does_not() -> None:
    source = Input("Desk", channels="3/4")
    kept = to_json(source, Hearing(), {"Desk": "3/4", "Other": "99", "Third": ""})
    assert from_json(kept) == (source, Hearing())
    assert picked(kept) == {"Desk": "3/4"}
    hearing = '{"gain": 0, "auto": true, "channel": "both", "delay": 0}'
    before = f'{{"source": {{"name": "Desk", "system": false}}, "hearing": {hearing}}}'
    assert from_json(before)[0] == DESK
    assert picked(before) == {}
    assert from_json(kept.replace("3/4", "4/3"))[0] == DESK
    for broken in ("", "[]", "3", '{"picked": 3}'):
        assert picked(broken) == {}


# the speakers of Windows


@pytest.fixture
def bar(studio: FakeStudio, window: QWidget, monkeypatch: pytest.MonkeyPatch) -> TransportBar:
    speakers = {"System sound: Desk": Input(system=True), "System sound: Other": Input("Other", system=True)}
    monkeypatch.setattr(transport, "inputs", lambda: (Input(), DESK))
    monkeypatch.setattr(transport, "system_sounds", lambda: speakers)
    monkeypatch.setattr(transport, "no_system_sound", lambda: "")
    ids = ("play", "stop", "to_start", "loop", "freeze", "blackout", "output", "open")
    return TransportBar(studio.document, studio, {key: QAction(key, window) for key in ids}, window)


def ticked(bar: TransportBar) -> list[str]:
    menu = bar.menu()
    inner = next(action.menu() for action in menu.actions() if action.menu() is not None)
    return [action.text() for action in (*menu.actions(), *inner.actions()) if action.isChecked()]


def test_every_speaker_can_be_chosen(studio: FakeStudio, bar: TransportBar) -> None:
    assert ticked(bar) == ["Song"]
    next(action for action in bar.menu().actions() if action.text() == "System sound: Other").trigger()
    assert studio.live.source == Input("Other", system=True)
    assert ticked(bar) == ["System sound: Other"]
    assert bar.source.text() == "System sound"
    studio.listen(Input(system=True))
    assert ticked(bar) == ["System sound: Desk"]


def test_a_device_whose_channels_were_picked_is_ticked(studio: FakeStudio, bar: TransportBar) -> None:
    listen(studio, DESK, 8)
    studio.live.pick("3/4")
    assert ticked(bar) == ["Desk"]
