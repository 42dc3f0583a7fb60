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
    return TracedSynthesis(card_of(case), network(case).state_dict(), dtype=dtype)


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


def test_the_second_picture_is_one_call_and_fine_layers_alone_are_too(by_hand):
    program, ws = traced(), places()
    fine = ws[0].clone()
    fine[6:] = ws[1, 6:]
    program(ws[0])
    assert by_hand
    del by_hand[:]
    wanted = folded()(ws[1])
    del by_hand[:]
    assert torch.equal(program(ws[1]), wanted)
    assert by_hand == []
    program(ws[0])
    program(fine)  # steps from 32 pixels on, in a row that is new; each is recorded already
    assert set(by_hand) == {32, 64}
    program(ws[0])
    del by_hand[:]
    wanted = folded()(fine)
    del by_hand[:]
    assert torch.equal(program(fine), wanted)
    assert by_hand == []


def test_layers_in_strips_keep_their_memory(monkeypatch):
    monkeypatch.setattr("app.engine.stylegan.strips.LARGEST", 4096)
    program, plain = traced(), folded()
    for row in (*places(), *places()):
        assert torch.equal(program(row), plain(row))
    rooms = {layer: room.data_ptr() for layer, room in program._in_strips._rooms.items()}
    program(places()[0] * 1.1)
    assert len(rooms) > 4
    assert {layer: room.data_ptr() for layer, room in program._in_strips._rooms.items()} == rooms


def test_a_large_network_of_another_shape():
    card = Card("x", 256, 16, 16, channel_base=1024, channel_max=32, const_height=3, const_width=5, conv_clamp=2.0)
    tensors = random_weights(card)
    program = TracedSynthesis(card, tensors, dtype=torch.bfloat16)
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


def test_where_torch_cannot_record_it_is_drawn_operation_by_operation_and_says_so(monkeypatch):
    def broken(*_what, **_how):
        raise RuntimeError("no such operator\nand a long tail")

    monkeypatch.setattr("app.engine.stylegan.traced.trace", broken)
    program = traced()
    for row in places():
        assert torch.equal(program(row), folded()(row))
    assert program.refused == "Drawn operation by operation: no such operator"


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

    monkeypatch.setattr("app.engine.stylegan.traced.trace", broken)
    generator = Generator.open(style, device="cpu", precision="float32")
    assert torch.equal(generator.synthesize(ws[1]), wanted)
    assert generator.note == "Drawn operation by operation: no such operator"
    generator.close()
