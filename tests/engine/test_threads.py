"""How many threads draw: the fastest of what there was time for, remembered; never other pictures by chance."""

import json
import threading
from dataclasses import replace

import numpy as np
import pytest
import torch

from app.engine import paths
from app.engine.cores import Cores
from app.engine.stopwatch import Load
from app.engine.stylegan import generator as under_test
from app.engine.stylegan import threads as choosing
from app.engine.stylegan.card import Card
from app.engine.stylegan.generator import Generator
from app.engine.stylegan.library import read_style
from app.engine.stylegan.threads import Race, chosen, race, threads
from app.engine.stylegan.ways import Way
from tests.vectors.networks import card_of, write_style

pytestmark = pytest.mark.usefixtures("one_thread")

EIGHT = Cores(16, 8, 8)
CARD, BF16 = Card("Bloom", 256, licence="CC0"), Way("cpu", "bf16")


class Network:
    """Takes *costs* seconds by the number of threads, on a clock of its own; some draw other pictures."""

    def __init__(self, costs, differ=()):
        self.costs, self.differ, self.now, self.drawn, self.places = costs, differ, 0.0, [], []

    def draw(self, place):
        count = torch.get_num_threads()
        self.drawn.append(count)
        self.places.append(place)
        self.now += self.costs[count]
        return torch.full((3,), place + (0.5 if count in self.differ else 0.0))

    def raced(self, cores=EIGHT, seconds=2.0):
        return race(cores, self.draw, seconds=seconds, now=lambda: self.now)


class Quiet:
    """A machine on which *rest* cores are busy before, and *others* meanwhile."""

    def __init__(self, rest=0.0, others=0.0):
        self.rest, self.disturbed = rest, others

    def at_rest(self):
        return self.rest

    def others(self):
        return self.disturbed


@pytest.mark.parametrize(
    ("costs", "taken"),
    [
        ({1: 0.08, 4: 0.03, 8: 0.01, 15: 0.02}, 8),
        ({1: 0.08, 4: 0.03, 8: 0.02, 15: 0.01}, 15),
        ({1: 0.08, 4: 0.0105, 8: 0.01, 15: 0.02}, 4),  # hardly slower, and leaves four cores
        ({1: 0.0108, 4: 0.0104, 8: 0.01, 15: 0.02}, 1),
        ({1: 0.08, 4: 0.0112, 8: 0.01, 15: 0.02}, 8),
        ({1: 0.01, 4: 0.05, 8: 0.05, 15: 0.05}, 1),
    ],
)
def test_the_fastest_is_taken_and_fewer_threads_where_it_makes_no_odds(costs, taken):
    assert Network(costs).raced().winner(kept=False) == taken


def test_all_take_turns_and_no_place_is_drawn_twice_in_a_row():
    network = Network({1: 0.011, 4: 0.01, 8: 0.01, 15: 0.012})
    network.raced()
    assert network.drawn[:8] == [8, 8, 15, 15, 4, 4, 1, 1]
    assert network.drawn[8:16] == [1, 4, 8, 15, 1, 4, 8, 15]
    assert all(a != b for a, b in zip(network.places, network.places[1:], strict=False))
    assert network.places[1:8:2] == [0, 0, 0, 0]  # what is compared is of the same place


def test_who_is_far_behind_does_not_go_on():
    network = Network({1: 0.08, 4: 0.012, 8: 0.01, 15: 0.02})
    network.raced()
    assert (network.drawn.count(1), network.drawn.count(15)) == (2, 2)
    assert network.drawn.count(4) > 10


@pytest.mark.parametrize("cost", [0.001, 0.05, 0.2, 0.6, 1.5])
def test_it_ends_in_time(cost):
    """One picture may be under way; a network whose first two take longer than all the time is not raced at all."""
    costs = {1: 8 * cost, 4: 2 * cost, 8: cost, 15: cost}
    network = Network(costs)
    raced = network.raced()
    assert network.now <= max(2.0, 2 * cost) + max(costs[count] for count in raced.seconds)
    assert 8 in raced.seconds
    assert (1 in raced.seconds) == (cost < 0.1)


def test_a_slow_first_picture_is_warming_up():
    network, warm = Network({1: 0.08, 4: 0.02, 8: 0.03, 15: 0.05}), set()

    def draw(place):
        count = torch.get_num_threads()
        if count not in warm:
            warm.add(count)
            network.now += 0.2
        return network.draw(place)

    raced = race(EIGHT, draw, now=lambda: network.now)
    assert raced.seconds[8] == pytest.approx(0.03)


def test_pictures_that_differ_in_a_bit_are_known():
    assert Network({1: 0.08, 4: 0.03, 8: 0.01, 15: 0.02}, differ=(15, 1)).raced().same == {8, 4}


@pytest.mark.parametrize(
    ("seconds", "kept", "taken"),
    [
        ({4: 0.02, 8: 0.02, 15: 0.01}, True, 15),
        ({4: 0.02, 8: 0.02, 15: 0.01}, False, 4),
        ({4: 0.012, 8: 0.0114, 15: 0.01}, True, 4),  # not so much faster that pictures should change
        ({4: 0.02, 8: 0.0101, 15: 0.01}, True, 8),
    ],
)
def test_other_pictures_only_where_they_stay_and_are_much_faster(seconds, kept, taken):
    assert Race(seconds, frozenset({4, 8})).winner(kept=kept) == taken


COSTS = {1: 0.08, 4: 0.01, 8: 0.03, 15: 0.05}


def take(network, card=CARD, way=BF16, cores=EIGHT, load=None):
    return chosen(card, way, cores, None if network is None else network.draw, load=load or Quiet())


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """The race's clock is the network's that draws last."""

    def timed(cores, draw):
        return race(cores, draw, now=lambda: draw.__self__.now)

    monkeypatch.setattr(choosing, "race", timed)


def files():
    folder = paths.cache() / "threads"
    return sorted(folder.iterdir()) if folder.exists() else []


def test_measured_once():
    assert take(Network(COSTS)) == 4
    assert take(None) == 4
    again = Network({1: 0.01, 4: 1.0, 8: 1.0, 15: 1.0})
    assert take(again, replace(CARD, name="Another", licence="", origin="me")) == 4  # of the same shape
    assert again.drawn == []


@pytest.mark.parametrize(
    "change",
    [{"card": replace(CARD, resolution=512)}, {"way": Way("cpu", "float32")}, {"cores": Cores(16, 8, 8, 15)}],
)
def test_measured_again_where_it_may_be_otherwise(change):
    take(Network(COSTS))
    network = Network({1: 0.08, 4: 0.05, 8: 0.01, 15: 0.05})
    assert take(network, **change) == 8


def test_measured_again_with_another_torch_or_processor(monkeypatch):
    take(Network(COSTS))
    for what, value in (("torch.__version__", "99"), ("processor", lambda: "a new one")):
        network = Network({1: 0.08, 4: 0.05, 8: 0.01, 15: 0.05})
        monkeypatch.setattr(f"app.engine.stylegan.threads.{what}", value)
        assert take(network) == 8
    assert len(files()) == 3


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"threads": 4}'])
def test_a_spoilt_memory_is_measured_again(text):
    take(Network(COSTS))
    files()[0].write_text(text)
    assert take(Network({1: 0.08, 4: 0.05, 8: 0.01, 15: 0.05})) == 8


@pytest.mark.parametrize("count", [3, 99, "4", None])
def test_a_memory_of_what_is_not_tried_is_measured_again(count):
    take(Network(COSTS))
    said = json.loads(files()[0].read_text())
    files()[0].write_text(json.dumps(said | {"threads": count}))
    assert take(Network({1: 0.08, 4: 0.05, 8: 0.01, 15: 0.05})) == 8


def test_where_others_work_nothing_is_measured():
    network = Network(COSTS)
    assert take(network, load=Quiet(rest=1.0)) == 8
    assert (network.drawn, files()) == ([], [])


def test_where_others_began_to_work_nothing_is_remembered_and_pictures_stay():
    network = Network(COSTS, differ=(4,))
    assert take(network, load=Quiet(others=1.0)) == 8
    assert files() == []
    assert take(Network(COSTS), load=Quiet(others=1.0)) == 4  # the same pictures


def test_without_a_memory_pictures_stay(monkeypatch):
    monkeypatch.setattr(choosing, "remember", lambda *_: None)  # a cache that cannot be written
    assert take(Network(COSTS, differ=(4,))) == 8
    assert take(Network(COSTS)) == 4


def test_not_to_be_measured_it_is_the_usual_count():
    assert take(None) == 8
    assert files() == []


def test_with_one_core_beside_the_free_one_there_is_nothing_to_choose():
    network = Network(COSTS)
    assert take(network, cores=Cores(2, 2, 2)) == 1
    assert (network.drawn, files()) == ([], [])


def test_load_is_seen():
    load, until = Load(), threading.Event()
    works = threading.Thread(target=lambda: [None for _ in iter(until.is_set, True)])
    works.start()
    try:
        assert load.at_rest(0.3) > 0.1
    finally:
        until.set()
        works.join()
    assert load.others() >= 0.0


def test_the_number_holds_while_it_is_meant_to():
    with threads(3):
        assert torch.get_num_threads() == 3
        with threads(2):
            assert torch.get_num_threads() == 2
        assert torch.get_num_threads() == 3
    assert torch.get_num_threads() == 1
    with pytest.raises(ValueError, match="x"), threads(3):
        raise ValueError("x")
    assert torch.get_num_threads() == 1


@pytest.fixture
def style(tmp_path):
    return read_style(write_style(tmp_path / "tiny.safetensors", card_of("skip64")))


@pytest.fixture
def many(monkeypatch):
    """Eight cores of two threads; how many threads were at work in networks, by its number."""
    monkeypatch.setattr(under_test, "cores", lambda: EIGHT)
    seen = []
    draws = under_test.TracedSynthesis.__call__

    def watched(self, ws, **how):
        seen.append(torch.get_num_threads())
        return draws(self, ws, **how)

    monkeypatch.setattr(under_test.TracedSynthesis, "__call__", watched)
    return seen


def test_a_generator_draws_with_its_number_on_any_thread(style, many, monkeypatch):
    monkeypatch.setattr(under_test, "chosen", lambda *_: 3)
    generator = Generator.open(style, device="cpu")
    assert (generator.threads, torch.get_num_threads()) == (3, 8)
    ws, mapped = np.zeros((generator.num_ws, generator.w_dim), np.float32), []
    maps = under_test.MappingNetwork.forward
    monkeypatch.setattr(
        under_test.MappingNetwork, "forward",
        lambda self, *z: (mapped.append(torch.get_num_threads()), maps(self, *z))[1],
    )  # fmt: skip
    many.clear()

    def work():
        torch.set_num_threads(2)
        generator.synthesize(ws)
        generator.mapping(np.zeros((1, generator.z_dim), np.float32))
        mapped.append(torch.get_num_threads())

    generator.synthesize(ws)
    elsewhere = threading.Thread(target=work)
    elsewhere.start()
    elsewhere.join()
    assert (many, mapped, torch.get_num_threads()) == ([3, 3], [8, 2], 8)


def test_two_networks_have_a_number_each(style, many, monkeypatch):
    numbers = iter((3, 5))
    monkeypatch.setattr(under_test, "chosen", lambda *_: next(numbers))
    one, two = (Generator.open(style, device="cpu") for _ in range(2))
    ws = np.zeros((one.num_ws, one.w_dim), np.float32)
    many.clear()
    for generator in (one, two, one):
        generator.synthesize(ws)
    assert many == [3, 5, 3]


def test_a_generator_measures_with_pictures_that_are_really_drawn(style, many, monkeypatch):
    monkeypatch.setattr(under_test, "cores", lambda: Cores(4, 3, 3))
    seen, drawn = [], []
    monkeypatch.setattr(under_test, "chosen", lambda *what: (seen.append(what), 2)[1])
    Generator.open(style, device="cpu")
    card, way, cores, draw = seen[0]
    assert (card.kind, way.device, cores) == ("stylegan2", "cpu", Cores(4, 3, 3))
    monkeypatch.setattr(
        under_test.TracedSynthesis, "_drawn",
        lambda self, steps, *rest: (drawn.append(steps), under_test.FoldedSynthesis._drawn(self, steps, *rest))[1],
    )  # fmt: skip
    with torch.inference_mode():
        for place in (1, 0, 2, 0):
            draw(place)
    assert {(steps.start, steps.stop) for steps in drawn} == {(0, 9)}  # all of it, every time


def test_chosen_by_hand_nothing_is_measured(style, many, monkeypatch):
    asked = []
    monkeypatch.setattr(under_test, "chosen", lambda *what: (asked.append(what[3]), 2)[1])
    assert Generator.open(style, device="cpu", precision="float32").threads == 2
    assert asked == [None]


def test_it_is_told_to_the_window(style, many, monkeypatch):
    from app.engine.render.live import facts
    from app.engine.render.opened import OpenedStyle

    monkeypatch.setattr(under_test, "chosen", lambda *_: 3)
    opened = OpenedStyle(Generator.open(style, device="cpu"))
    assert facts(opened)["threads"] == 3
    opened.close()


def test_a_picture_is_finished_with_the_usual_number_on_any_thread(monkeypatch):
    from app.engine.render import finish
    from app.engine.render.frame import Drawn, RenderRequest
    from app.engine.show.routes import Look

    monkeypatch.setattr(finish, "cores", lambda: EIGHT)
    finishing, seen = finish.Finishing(), []
    monkeypatch.setattr(finishing, "pixels", lambda *_: (seen.append(torch.get_num_threads()), np.zeros((1, 1, 3)))[1])
    request = RenderRequest(0.0, np.zeros((1, 1), np.float32), Look())
    drawn = Drawn(0.0, torch.zeros(3, 1, 1), request, 1, "cpu", True)
    finishing.frame(drawn)
    elsewhere = threading.Thread(target=lambda: (torch.set_num_threads(2), finishing.frame(drawn)))
    elsewhere.start()
    elsewhere.join()
    assert (seen, torch.get_num_threads()) == ([8, 8], 1)
