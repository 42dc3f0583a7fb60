"""What was seen of an input: kept step by step, to the bit, in memory and in files; hostile files are refused."""

import base64
import json
import zlib
from dataclasses import replace

import numpy as np
import pytest

from app.engine.audio.features import CURVES
from app.engine.audio.grid import Grid
from app.engine.audio.live_heard import LiveHeard
from app.engine.errors import ShowError
from app.engine.show import seen_file, take_file
from app.engine.show.live_score import SPAN, LiveScore
from app.engine.show.performance import Performance
from app.engine.show.routes import DESTINATIONS, Route
from app.engine.show.score import NAMES
from app.engine.show.seen import Seen, Strip, joined
from app.engine.show.seen_file import document_of_seen, seen_from
from app.engine.show.show import Scene, Show
from app.engine.show.take import Moment, Take
from app.engine.show.take_file import document_of, load_take, save_take, take_from
from app.engine.show.take_heard import seen_of

SCENE = Scene(routes=(Route("bass", "pulse", 0.7), Route("lfo_1", "hue", 0.6), Route("onset", "speed", 0.9)))


class Input:
    """Something that is heard, and a Scene that follows it."""

    def __init__(self) -> None:
        self.heard, self._rng = LiveHeard(), np.random.default_rng(5)
        self.go_on(1.0)
        self.score = LiveScore(SCENE, self.heard)

    def go_on(self, seconds: float) -> None:
        for _ in range(round(seconds * 100)):
            self.heard.append(self._rng.random((1, len(CURVES)), np.float32), Grid(0.1, 121.0))
            if hasattr(self, "score"):
                self.score.extend()


def take_of(strip: Strip, start: float, end: float) -> Take:
    moment = Moment(0.0, start, Show(scenes=(SCENE,)), Performance(), scores=((0, strip),))
    return seen_of(Take("Take 1", end - start, (moment,)))()


def score_of(take: Take) -> Seen:
    return take.moments[0].scores[0][1]


def test_what_was_seen_is_read_to_the_bit_long_after_it_was_forgotten():
    one = Input()
    strip = Strip(one.score, 0.5)
    times, live = [], []
    for _ in range(40):
        one.go_on(0.05)
        t = (one.heard.steps - 1) / 100 - 0.0137
        times.append(t)
        live.append(one.score.at(t))
        strip.follow()
    strip.close()
    one.go_on(SPAN / 100 + 1.0)
    kept = score_of(take_of(strip, 0.6, 3.0))
    assert [kept.at(t) for t in times] == live
    assert len(kept.position) == 3 * 100 - 60, "no more than is needed of it"
    assert one.score.at(times[0]) != live[0], "the score itself has forgotten"


def test_the_newest_step_is_read_as_it_will_be():
    one = Input()
    newest = [(one.heard.steps - 1) / 100]
    live = [one.score.at(newest[0])]
    for _ in range(300):
        one.go_on(0.01)
        newest.append((one.heard.steps - 1) / 100)
        live.append(one.score.at(newest[-1]))
    assert [one.score.at(t) for t in newest] == live


def test_a_strip_forgets_what_nobody_will_ask_for():
    one = Input()
    strip = Strip(one.score, 0.0)
    for _ in range(10):
        one.go_on(1.0)
        strip.follow()
        strip.forget((one.heard.steps - 1) / 100 - 3.0)
    seen = joined(strip.held(0.0, 99.0))
    assert seen.first == 700
    assert seen.first + len(seen.position) == one.heard.steps


def test_no_more_is_put_together_than_is_asked_for_and_that_is_the_same():
    one = Input()
    strip = Strip(one.score, 0.0)
    for _ in range(20):
        one.go_on(1.0)
        strip.follow()
    whole = joined(strip.held(0.0, 99.0))
    assert len(strip.held(0.0, 99.0)) > 15
    for start, end in ((3.2, 5.9), (0.0, 0.5), (15.0, 99.0), (50.0, 60.0)):
        parts = strip.held(start, end)
        assert len(parts) <= 8
        kept, other = joined(parts).between(start, end), whole.between(start, end)
        assert (kept.first, kept.position.tolist()) == (other.first, other.position.tolist())


def test_steps_that_are_missing_hold_what_was_before():
    def part(first: int, n: int, value: float) -> Seen:
        return Seen(first, np.full(n, value), np.full((n, 2), value, np.float32))

    made = joined([part(10, 3, 1.0), part(16, 2, 2.0)])
    assert (made.first, made.position.tolist()) == (10, [1.0] * 6 + [2.0] * 2)
    assert made.looks[:, 0].tolist() == made.position.tolist()


def test_of_what_was_never_heard_there_is_nothing():
    strip = Strip(LiveScore(SCENE, LiveHeard()), 0.0)
    strip.close()
    assert take_of(strip, 0.0, 1.0).moments[0].scores == ()


@pytest.fixture
def take() -> Take:
    one = Input()
    strip = Strip(one.score, 0.0)
    one.go_on(3.0)
    return take_of(strip, 0.0, 3.5)


def test_a_file_holds_it_to_the_bit(take):
    again = take_from(json.loads(json.dumps(document_of(take))), "again.take")
    kept, read = score_of(take), score_of(again)
    assert read.first == kept.first
    assert np.array_equal(read.position, kept.position)
    assert np.array_equal(read.looks, kept.looks)
    assert [read.at(t) for t in np.arange(0, 4, 0.037)] == [kept.at(t) for t in np.arange(0, 4, 0.037)]


def test_what_did_not_change_is_said_once(take):
    first = take.moments[0]
    longer = replace(take, moments=(first, replace(first, p=1.0, t=first.t + 1.0)))
    document = document_of(longer)
    assert "scores" not in document["moments"][1]
    again = take_from(json.loads(json.dumps(document)), "again.take")
    assert again.moments[1].scores == again.moments[0].scores != ()


def test_destinations_that_came_later_rest_and_those_that_went_are_left_out(take):
    document = document_of_seen([score_of(take)])
    names = document["names"]
    table = np.frombuffer(zlib.decompress(base64.b64decode(document["looks"])), "<f4").reshape(len(names), -1)
    document["names"] = ["psi", "gone"]
    wide = np.stack([table[names.index("psi")], np.full(table.shape[1], 7.0, np.float32)])
    document["looks"] = base64.b64encode(zlib.compress(wide.tobytes())).decode()
    (read,) = seen_from(document)
    assert np.array_equal(read.looks[:, NAMES.index("psi") - 1], table[names.index("psi")])
    assert read.at(1.0).hue == 0.0


def packed(numbers: np.ndarray) -> str:
    return base64.b64encode(zlib.compress(numbers.tobytes())).decode()


DAMAGE = [
    lambda d: d["seen"].update(steps=[]),
    lambda d: d["seen"].update(steps=[[0, 0]]),
    lambda d: d["seen"].update(steps=[[0, 10**9]]),
    lambda d: d["seen"].update(steps=[[-1, 5]]),
    lambda d: d["seen"].update(steps=[[0, 5]]),
    lambda d: d["seen"].update(position="%%%"),
    lambda d: d["seen"].update(position=base64.b64encode(b"nothing").decode()),
    lambda d: d["seen"].update(position=packed(np.zeros(10_000_000))),
    lambda d: d["seen"].update(position=packed(np.full(d["seen"]["steps"][0][1], np.nan))),
    lambda d: d["seen"].update(looks=packed(np.full((len(NAMES) - 1, d["seen"]["steps"][0][1]), np.inf, np.float32))),
    lambda d: d["seen"].update(names=[]),
    lambda d: d["seen"].update(names=["psi"] * 2000),
    lambda d: d["seen"].pop("looks"),
    lambda d: d.pop("seen"),
    lambda d: d.update(seen=3),
    lambda d: d["moments"][0].update(scores=[[0, 1]]),
    lambda d: d["moments"][0].update(scores=[[0]]),
    lambda d: d["moments"][0].update(scores="all"),
    lambda d: d.update(ahead=-1.0),
    lambda d: d.update(ahead="later"),
]


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_one_is_refused_in_one_sentence(take, damage):
    document = json.loads(json.dumps(document_of(take)))
    damage(document)
    with pytest.raises(ShowError) as told:
        take_from(document, "mine.take")
    assert "\n" not in str(told.value)


def test_no_look_of_a_file_is_beyond_what_destinations_allow(take):
    wild = replace(score_of(take), looks=np.full_like(score_of(take).looks, 1e30))
    (read,) = seen_from(json.loads(json.dumps(document_of_seen([wild]))))
    look = read.at(1.0)
    assert all(getattr(look, name) <= end.metadata["hi"] for name, end in DESTINATIONS.items())


def test_no_file_is_unpacked_to_more_than_fits(take, monkeypatch):
    asked = []
    monkeypatch.setattr(seen_file, "_unpacked", lambda _text, _kind, count: asked.append(count) or np.zeros(count))
    said = {"steps": [[0, 500_000]], "names": ["psi"] * 900, "position": "", "looks": ""}
    with pytest.raises(ValueError, match="too much"):
        seen_from(said)
    assert sum(asked) <= 500_000


def test_what_could_not_be_read_again_is_not_written(take, tmp_path, monkeypatch):
    monkeypatch.setattr(seen_file, "MOST_STEPS", len(score_of(take).position) - 1)
    with pytest.raises(ShowError, match="in parts"):
        save_take(take, tmp_path / "long.take")
    monkeypatch.undo()
    monkeypatch.setattr(take_file, "_LIMIT", 10_000)
    with pytest.raises(ShowError, match="in parts"):
        save_take(take, tmp_path / "large.take")
    assert list(tmp_path.iterdir()) == []
    monkeypatch.undo()
    save_take(take, tmp_path / "whole.take")
    assert score_of(load_take(tmp_path / "whole.take")).at(1.0) == score_of(take).at(1.0)
