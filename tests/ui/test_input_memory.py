"""The live input of last time: found again at the next start, heard as it was; the song where it is not there."""

import pytest

from app.engine.audio.inputs import Input, named
from app.engine.audio.live_input import Hearing
from app.ui.input_memory import InputMemory, from_json, to_json
from app.ui.settings import Settings
from tests.ui.fakes import FakeStudio, make_document
from tests.ui.test_live_in import FakeEar

HEARD = Hearing(gain=6.0, auto=False, channel="left", delay=0.08)


@pytest.fixture
def studio(qtbot):
    made = FakeStudio(make_document())
    made.live._listen = FakeEar
    yield made
    made.live.leave()


def started(studio) -> InputMemory:
    memory = InputMemory(studio, Settings())
    memory.start()
    return memory


@pytest.mark.parametrize("source", [Input("Desk"), Input(system=True), Input(), None], ids=str)
def test_what_is_kept_is_what_comes_back(source):
    assert from_json(to_json(source, HEARD)) == (source, HEARD)


@pytest.mark.parametrize(
    "kept",
    [
        "", "x", "[]", "null", "3", "{}", '{"source": 3, "hearing": {}}',
        '{"source": null, "hearing": {"gain": "loud", "auto": true, "channel": "both", "delay": 0}}',
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_the_first_start(kept):
    assert from_json(kept) == (None, Hearing())


def test_numbers_are_held_within_their_reach():
    kept = '{"source": null, "hearing": {"gain": 1e9, "auto": true, "channel": "up", "delay": NaN}}'
    _, hearing = from_json(kept)
    assert (hearing.gain, hearing.channel, hearing.delay) == (30.0, "both", 0.0)


def test_the_first_start_plays_the_song(studio):
    started(studio)
    assert studio.live.source is None


def test_what_is_chosen_is_remembered_at_once(studio):
    memory = started(studio)
    studio.listen(Input("Desk"))
    assert from_json(Settings().sound_in)[0] == Input("Desk"), "nobody had to close the window"
    memory.keep()
    studio.live.leave()
    assert from_json(Settings().sound_in)[0] == Input("Desk"), "closing is no choice"


@pytest.mark.parametrize(
    ("words", "meant"), [("Desk", Input("Desk")), ("default", Input()), ("system", Input(system=True))]
)
def test_an_installation_listens_to_what_it_was_told_to_for_as_long_as_it_takes(studio, words, meant):
    settings = Settings()
    settings.sound_in = to_json(None, HEARD)
    memory = InputMemory(studio, settings)
    memory.listen(named(words))
    assert studio.live.source == meant
    assert studio.live.hearing == HEARD
    assert not memory._wait.isActive(), "no song plays in its place"


def test_an_input_is_found_again(studio):
    studio.live.hearing = HEARD
    studio.listen(Input("Desk"))
    InputMemory(studio, Settings()).keep()
    studio.live.leave()
    studio.live.hearing = Hearing()
    started(studio)
    assert studio.live.source == Input("Desk")
    assert studio.live.hearing == HEARD


def test_an_input_that_is_not_there_gives_way_to_the_song(qtbot, studio):
    studio.listen(Input("Desk"))
    InputMemory(studio, Settings()).keep()
    told, left = [], []
    studio.told.connect(lambda *words: told.append(words))
    studio.leave_live = lambda: left.append(True)
    memory = started(studio)
    memory._wait.timeout.emit()
    assert left == [True]
    assert told[0][1] == "Desk is not plugged in"


def test_an_input_that_is_there_stays(studio):
    studio.listen(Input("Desk"))
    InputMemory(studio, Settings()).keep()
    left = []
    studio.leave_live = lambda: left.append(True)
    memory = started(studio)
    studio.live._ear.listening = True
    memory._wait.timeout.emit()
    assert left == []
