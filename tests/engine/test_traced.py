"""The program of a network draws what the network draws operation by operation, to the bit."""

import pytest
import torch

from app.engine.stylegan.card import Card
from app.engine.stylegan.contenders import random_weights
from app.engine.stylegan.folded import FoldedSynthesis
from app.engine.stylegan.generator import Generator
from app.engine.stylegan.library import read_style
from app.engine.stylegan.traced import TracedSynthesis
from tests.checkpoints import write_ada
from tests.vectors.networks import card_of, expected, network

CASES = ("skip64", "resnet32", "orig32")
WAYS = ({}, {"exit_at": 16}, {"noise": 0.3}, {"noise": 0.0}, {"noise": 0.0, "exit_at": 32}, {"noise_seed": 5}, {})


@pytest.fixture(autouse=True)
def inference(one_thread):
    with torch.inference_mode():
        yield


def folded(case="skip64", dtype=torch.float32):
    return FoldedSynthesis(card_of(case), network(case).state_dict(), device="cpu", dtype=dtype)


def traced(case="skip64", dtype=torch.float32):
    """All of it recorded."""
    program = TracedSynthesis(card_of(case), network(case).state_dict(), dtype=dtype)
    program.prepare()
    program.prepare(noisy=False)
    return program


def places(case="skip64"):
    return network(case).mapping.ws(expected(case, "z"))


@pytest.fixture
def by_hand(monkeypatch):
    """Which layers are computed operation by operation, by their sizes."""
    seen, run = [], FoldedSynthesis._run

    def watched(self, step, *rest):
        seen.append(step.conv.size)
        return run(self, step, *rest)

    monkeypatch.setattr(FoldedSynthesis, "_run", watched)
    return seen


@pytest.mark.parametrize("fold_from", [4, 64])
@pytest.mark.parametrize("packs", [True, False])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("case", CASES)
def test_a_program_draws_the_same_to_the_bit(case, dtype, packs, fold_from, monkeypatch):
    monkeypatch.setattr("app.engine.stylegan.folded.FOLD_FROM", fold_from)
    if not packs:  # as on a processor that oneDNN does not pack for
        monkeypatch.setattr("app.engine.stylegan.packed.can_pack", lambda *_what: False)
    program, plain = traced(case, dtype), folded(case, dtype)
    for row in (*places(case), places(case)[0]):
        for how in WAYS:
            assert torch.equal(program(row, **how), plain(row, **how)), how
    assert program.refused == ""


@pytest.mark.parametrize("way", ["transposed", "phases", "merged"])
def test_every_way_to_twice_the_size_can_be_recorded(way, monkeypatch):
    monkeypatch.setattr("app.engine.stylegan.folded.up_way", lambda *_layer: way)
    program, plain = traced(), folded()
    for row in places():
        assert torch.equal(program(row), plain(row))
    assert program.refused == ""


LAYERS = [4, 8, 8, 16, 16, 32, 32, 64, 64]


def turn(program, by_hand, *places, **how):
    """What is computed by hand for a picture of each of *places*, which must be what the plain network draws."""
    seen = []
    for ws in places:
        del by_hand[:]
        image = program(ws, **how)
        seen.append(list(by_hand))
        assert torch.equal(image, folded()(ws, **how))
    return seen


def test_prepared_a_picture_is_one_call(by_hand):
    program = traced()
    assert turn(program, by_hand, *places()) == [[]] * len(places())


def test_a_new_row_of_recorded_steps_is_by_hand_once(by_hand):
    program, ws = traced(), places()
    assert turn(program, by_hand, *ws[:2], exit_at=16) == [LAYERS[:5], []]
    fine, finer = ws[0].clone(), ws[0].clone()
    fine[6:], finer[6:] = ws[1, 6:], ws[1, 6:] * 1.1
    assert turn(program, by_hand, ws[0], fine, finer) == [[], LAYERS[6:], []]


def test_what_is_not_prepared_is_recorded_one_step_a_picture(by_hand):
    program, ws = TracedSynthesis(card_of("skip64"), network("skip64").state_dict(), dtype=torch.float32), places()
    many = [ws[i % 2] for i in range(len(LAYERS) + 2)]
    steps = [[*LAYERS, layer] for layer in LAYERS]  # drawn by hand, and one recorded, which is drawn for that again
    assert turn(program, by_hand, *many, noise=0.0) == [*steps, LAYERS, []]


def test_layers_in_strips_keep_their_memory(monkeypatch):
    monkeypatch.setattr("app.engine.stylegan.strips.LARGEST", 4096)
    program, plain = traced(), folded()
    for row in places():
        assert torch.equal(program(row), plain(row))
    rooms = {layer: room.data_ptr() for layer, room in program._in_strips._rooms.items()}
    program(places()[0] * 1.1)
    assert len(rooms) > 4
    assert {layer: room.data_ptr() for layer, room in program._in_strips._rooms.items()} == rooms


def test_a_large_network_of_another_shape():
    card = Card("x", 256, 16, 16, channel_base=1024, channel_max=32, const_height=3, const_width=5, conv_clamp=2.0)
    tensors = random_weights(card)
    program = TracedSynthesis(card, tensors, dtype=torch.bfloat16)
    program.prepare()
    plain = FoldedSynthesis(card, tensors, device="cpu", dtype=torch.bfloat16)
    for ws in torch.randn(3, card.num_ws, 16, generator=torch.Generator().manual_seed(1)):
        assert torch.equal(program(ws), plain(ws))


def test_a_picture_and_its_places_are_the_callers_to_change():
    program, ws = traced(), places()[0].clone()
    for _ in range(3):
        image = program(ws)
        assert torch.equal(image, folded()(ws))
        image.zero_()
    ws.copy_(places()[1])
    assert torch.equal(program(ws), folded()(places()[1]))


@pytest.mark.parametrize(
    ("words", "why"), [("no such operator\nand a long tail", "no such operator"), ("", "RuntimeError")]
)
def test_where_torch_cannot_record_it_is_drawn_operation_by_operation_and_says_so(monkeypatch, words, why):
    def broken(*_what, **_how):
        raise RuntimeError(words)

    monkeypatch.setattr("app.engine.stylegan.traced._C._create_graph_by_tracing", broken)
    program = traced()
    for row in places():
        assert torch.equal(program(row), folded()(row))
    assert program.refused == f"Drawn operation by operation: {why}"


def test_a_generator_on_a_processor_draws_by_a_program_and_says_when_it_cannot(tmp_path, monkeypatch, by_hand):
    style = read_style(write_ada(tmp_path / "a.pkl", card_of("skip64")))
    generator = Generator.open(style, device="cpu", precision="float32")
    ws = places().numpy()
    generator.synthesize(ws[0])
    del by_hand[:]
    wanted = generator.synthesize(ws[1])
    assert (by_hand, generator.note) == ([], "")
    generator.close()

    def broken(*_what, **_how):
        raise RuntimeError("no such operator")

    monkeypatch.setattr("app.engine.stylegan.traced._C._create_graph_by_tracing", broken)
    generator = Generator.open(style, device="cpu", precision="float32")
    assert torch.equal(generator.synthesize(ws[1]), wanted)
    assert generator.note == "Drawn operation by operation: no such operator"
    generator.close()
