"""Recorded blocks: with a recorder that works on the CPU, pictures are those of the folded network to the bit."""

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from app.engine.stylegan.folded import FoldedSynthesis
from app.engine.stylegan.graphed import GraphedSynthesis, Recording
from tests.vectors.networks import card_of, expected, network

CASE = "skip64"


class CpuRecorder:
    """What CUDA does, done by hand: a recording's results lie in the same memory at every replay.

    And what it may do: a replay works in memory that recordings after it were given for their results.
    """

    def __init__(self, fails_at=None):
        self.states, self.replayed, self.fails_at = [], [], fails_at

    @property
    def recorded(self):
        return len(self.states)

    def __call__(self, draw):
        if self.recorded == self.fails_at:
            raise torch.OutOfMemoryError("CUDA out of memory.\nTried to allocate more.")
        number, state = self.recorded, draw()
        self.states.append(state)

        def replay():
            fresh = draw()
            self.replayed.append(number)
            for later in self.states[number + 1 :]:
                for left in (later.x, later.image, later.beside):
                    if left is not None:
                        left.fill_(torch.nan)
            for old, new in zip(_left(state), _left(fresh), strict=True):
                if old is not None:
                    old.copy_(new)

        return Recording(replay, state)


def _left(state):
    return state.x, state.pending, state.image, state.beside


def folded(dtype=torch.float32, reduced_from=4, case=CASE):
    card, tensors = card_of(case), network(case).state_dict()
    return FoldedSynthesis(card, tensors, device="cpu", dtype=dtype, reduced_from=reduced_from)


@pytest.fixture(autouse=True)
def inference(one_thread):
    with torch.inference_mode():
        yield


@pytest.fixture
def ws():
    return network(CASE).mapping.ws(expected(CASE, "z"))


@pytest.mark.parametrize("case", [CASE, "resnet32", "orig32"])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float16])
def test_recorded_is_folded_to_the_bit(case, dtype, monkeypatch):
    # On a card no convolution has leaky ReLU in it; on a CPU one without noise has, and rounds once less.
    monkeypatch.setattr("app.engine.stylegan.packed.can_pack", lambda *_what: False)
    ws, graphed = (
        network(case).mapping.ws(expected(case, "z")),
        GraphedSynthesis(folded(dtype, case=case), CpuRecorder()),
    )
    ways = ({}, {"exit_at": 16}, {"noise": 0.3}, {"noise": 0.0}, {"noise": 0.3, "exit_at": 32}, {"noise_seed": 5}, {})
    for row in (*ws, ws[0]):
        for how in ways:
            assert torch.equal(graphed(row, **how), folded(dtype, case=case)(row, **how)), how
    assert graphed.refused == ""


def test_only_what_changed_is_replayed_and_exits_share_recordings(ws):
    record = CpuRecorder()
    graphed = GraphedSynthesis(folded(), record)

    def replayed(places, **how):
        record.replayed.clear()
        assert torch.equal(graphed(places, **how), folded()(places, **how))
        return record.replayed

    fine, finer = ws[0].clone(), ws[0].clone()
    fine[6:], finer[8:] = ws[1, 6:], ws[1, 8:]
    assert replayed(ws[0], exit_at=16) == [0, 1, 2, 3, 4]
    assert replayed(ws[0]) == [5, 6, 7, 8]
    assert replayed(ws[0]) == []
    assert replayed(fine) == [6, 7, 8]
    assert replayed(finer) == [6, 7, 8]  # back in row 6, on in row 8
    assert replayed(fine, exit_at=8) == []  # what changed lies behind the exit
    assert replayed(fine) == [6, 7, 8]
    assert replayed(ws[1], exit_at=8) == [0, 1, 2]
    assert replayed(ws[1]) == [3, 4, 5, 6, 7, 8]
    assert replayed(ws[1], noise=0.5) == list(range(9))
    assert record.recorded == 9


def test_a_picture_is_the_callers_to_change(ws):
    graphed = GraphedSynthesis(folded(), CpuRecorder())
    for _ in range(2):
        image = graphed(ws[0])
        assert torch.equal(image, folded()(ws[0]))
        image.zero_()


def test_places_are_the_callers_to_change_too(ws):
    graphed, places = GraphedSynthesis(folded(), CpuRecorder()), ws[0].clone()
    graphed(places)
    places.copy_(ws[1])
    assert torch.equal(graphed(places), folded()(ws[1]))


@pytest.mark.parametrize("fails_at", [0, 3])
def test_where_recording_is_refused_pictures_are_drawn_plainly_and_it_is_said(ws, fails_at):
    record = CpuRecorder(fails_at)
    graphed = GraphedSynthesis(folded(), record)
    for row in ws:
        assert torch.equal(graphed(row), folded()(row))
    assert graphed.refused == "CUDA graphs not used: CUDA out of memory."
    assert (record.recorded, record.replayed) == (fails_at, [])  # and it is not tried again


class OnTheDeviceAlone(TorchDispatchMode):
    """Fails where an operator mixes what lies on the device with what does not, or asks for a number."""

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        tensors = [thing for thing in tree_leaves((args, kwargs)) if isinstance(thing, torch.Tensor)]
        assert {tensor.device.type for tensor in tensors} <= {"meta"}, func
        return func(*args, **(kwargs or {}))


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16])
@pytest.mark.parametrize("case", [CASE, "clamp32", "resnet32", "orig32"])
def test_no_step_asks_the_cpu_for_anything(case, dtype):
    """On torch's device without numbers, where float(tensor), .item() and "if tensor" cannot be answered."""
    card, tensors = card_of(case), network(case).state_dict()
    plain = FoldedSynthesis(card, tensors, device="meta", dtype=dtype, reduced_from=16)
    places, state = torch.empty(card.num_ws, card.w_dim, device="meta"), plain.start
    noise = torch.ones((), device="meta")
    with OnTheDeviceAlone():
        for i in range(plain.count(None)):
            state = plain.step(i, state, places, noise)
    assert state.image.shape[1:] == (card.img_channels, card.resolution, card.resolution)


def test_recordings_can_be_let_go_of(ws):
    record = CpuRecorder()
    graphed = GraphedSynthesis(folded(), record)
    graphed(ws[0])
    graphed.draw_plainly("for a reason")
    record.replayed.clear()
    assert torch.equal(graphed(ws[1]), folded()(ws[1]))
    assert (graphed.refused, record.replayed) == ("for a reason", [])


@pytest.mark.parametrize("reduced_from", [4, 16, 32, 64, 128])
def test_small_blocks_may_stay_in_float32(ws, reduced_from):
    reference = expected(CASE, "image_psi1")[0]
    error = float((folded(torch.float16, reduced_from)(ws[0]) - reference).abs().max())
    assert error < (1e-4 if reduced_from > 64 else 0.02 * float(reference.abs().max()))
    assert (error < 1e-4) == (reduced_from > 64)


LOUD = (
    (CASE, "b32.conv1.bias"),
    ("resnet32", "b8.conv1.bias"),
    ("resnet32", "b8.skip.weight"),
    ("orig32", "b16.conv1.bias"),
)


@pytest.mark.parametrize(("case", "name"), LOUD)
def test_half_precision_never_overflows(case, name):
    loud = {name: tensor.clone() for name, tensor in network(case).state_dict().items()}
    loud[f"synthesis.{name}"] += 1e5
    ws = network(case).mapping.ws(expected(case, "z"))
    image = FoldedSynthesis(card_of(case), loud, device="cpu", dtype=torch.float16)(ws[0])
    assert not image.isnan().any()
