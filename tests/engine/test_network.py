"""The readable network draws what the published one drew, and the folded one draws what the readable one does."""

import pytest
import torch
import torch.nn.functional as F

from app.engine.stylegan.card import Card, tensor_shapes
from app.engine.stylegan.contenders import random_weights
from app.engine.stylegan.folded import FoldedSynthesis
from app.engine.stylegan.network import SynthesisNetwork
from app.engine.stylegan.upconv import upsample
from tests.vectors.networks import ALL, CASES, card_of, described, expected, network

pytestmark = pytest.mark.usefixtures("one_thread")

EXACT = 1e-4
FAST = (*CASES, "resnet32", "orig32")
WAYS = ({}, {"noise": 0.0}, {"noise": 2.5}, {"noise_seed": 7}, {"exit_at": 16})


def worst(image, reference):
    """Largest absolute difference."""
    assert image.shape == reference.shape
    return float((image - reference).abs().max())


def folded(case, dtype=torch.float32):
    """The fast network of a case, with the readable one's weights."""
    return FoldedSynthesis(card_of(case), network(case).state_dict(), device="cpu", dtype=dtype)


@pytest.fixture(params=FAST)
def case(request):
    return request.param


@pytest.fixture(params=ALL)
def any_case(request):
    return request.param


def classes(case):
    """The classes the vectors' pictures are of, for a network that has classes."""
    return expected(case, "c") if card_of(case).c_dim else None


@pytest.fixture
def ws(case):
    return network(case).mapping.ws(expected(case, "z"))


def test_tensors_are_named_and_shaped_as_in_the_public_checkpoints(any_case):
    shapes = {name: tuple(shape) for name, shape in described()[any_case]["tensors"].items()}
    assert tensor_shapes(card_of(any_case)) == shapes
    assert {name: tuple(tensor.shape) for name, tensor in network(any_case).state_dict().items()} == shapes


def test_mapping(any_case):
    assert worst(network(any_case).mapping(expected(any_case, "z"), classes(any_case)), expected(any_case, "w")) < EXACT


@pytest.mark.parametrize(
    ("psi", "cutoff", "name"), [(1, None, "psi1"), (0.7, None, "psi0.7"), (0.5, 4, "psi0.5_cutoff4")]
)
def test_pictures(any_case, psi, cutoff, name):
    image = network(any_case)(expected(any_case, "z"), classes(any_case), psi=psi, cutoff=cutoff)
    assert worst(image, expected(any_case, f"image_{name}")) < EXACT


def test_pictures_without_noise(any_case):
    ws = network(any_case).mapping.ws(expected(any_case, "z"), classes(any_case))
    assert worst(network(any_case).synthesis(ws, noise=0.0), expected(any_case, "image_nonoise")) < EXACT


def test_pictures_mixed_by_layer(any_case):
    ws = network(any_case).mapping.ws(expected(any_case, "z"), classes(any_case))
    mixed = torch.cat([ws[:1, :4], ws[1:, 4:]], dim=1)
    assert worst(network(any_case).synthesis(mixed), expected(any_case, "image_mix4")) < EXACT


def test_noise_is_drawn_anew_by_its_seed():
    net, ws = network("skip64").synthesis, network("skip64").mapping.ws(expected("skip64", "z"))
    assert torch.equal(net(ws, noise_seed=3), net(ws, noise_seed=3))
    assert worst(net(ws, noise_seed=3), net(ws, noise_seed=4)) > 0.01
    assert worst(net(ws, noise_seed=3), net(ws)) > 0.01


@pytest.mark.parametrize("how", WAYS, ids=str)
def test_folded_is_the_readable_network(case, ws, how):
    fast = folded(case)
    for row in ws:
        wanted = network(case).synthesis(row[None], **how)
        if "exit_at" in how and not card_of(case).shows(16):  # what cannot end early is the whole made smaller
            wanted = F.avg_pool2d(wanted, card_of(case).resolution // 16)
        assert worst(fast(row, **how), wanted[0]) < EXACT


@pytest.mark.parametrize("clamp", [None, 1.5])
@pytest.mark.parametrize("resolution", [32, 64, 128, 256])
@pytest.mark.parametrize("architecture", ["resnet", "orig"])
def test_folded_is_the_readable_network_without_pictures_on_the_way(architecture, resolution, clamp):
    """With weights nobody trained: every size of block, below and above where scales are folded into weights."""
    shape = {"z_dim": 16, "w_dim": 16, "channel_base": 1024, "channel_max": 32, "const_height": 3, "const_width": 5}
    card = Card("x", resolution, architecture=architecture, conv_clamp=clamp, **shape)
    tensors = random_weights(card)
    readable = SynthesisNetwork(card).requires_grad_(False)
    readable.load_state_dict({name[10:]: tensor for name, tensor in tensors.items() if name.startswith("synthesis.")})
    fast = FoldedSynthesis(card, tensors, device="cpu", dtype=torch.float32)
    ws = torch.randn(card.num_ws, 16, generator=torch.Generator().manual_seed(1))
    wanted = readable(ws[None])[0]
    assert worst(fast(ws), wanted) < EXACT * max(1.0, float(wanted.abs().max()))
    finer = ws.clone()
    finer[card.num_ws // 2 :] += 0.5
    assert torch.equal(fast(finer), FoldedSynthesis(card, tensors, device="cpu", dtype=torch.float32)(finer))


@pytest.mark.parametrize("how", [{}, {"noise": 0.0}], ids=str)
@pytest.mark.parametrize("fold_from", [4, 128])
@pytest.mark.parametrize("way", ["transposed", "phases", "merged"])
def test_every_way_to_twice_the_size_is_the_readable_network(case, ws, monkeypatch, way, fold_from, how):
    monkeypatch.setattr("app.engine.stylegan.folded.up_way", lambda *_layer: way)
    monkeypatch.setattr("app.engine.stylegan.folded.FOLD_FROM", fold_from)
    wanted = network(case).synthesis(ws[:1], **how)
    assert worst(folded(case)(ws[0], **how), wanted[0]) < EXACT


@pytest.mark.parametrize("size", [(1, 1), (5, 8)])
def test_twice_the_size_is_the_published_filter(size):
    image = torch.randn(1, 3, *size)
    taps = torch.tensor([1.0, 3.0, 3.0, 1.0]) / 4
    spread = torch.zeros(1, 3, 2 * size[0], 2 * size[1])
    spread[..., ::2, ::2] = image
    kernel = torch.outer(taps, taps).expand(3, 1, 4, 4)
    wanted = F.conv2d(F.pad(spread, (2, 1, 2, 1)), kernel, groups=3)
    assert worst(upsample(image), wanted) < 1e-6


@pytest.mark.parametrize("fold_from", [4, 16, 128])
def test_scales_may_be_folded_anywhere(case, ws, fold_from, monkeypatch):
    monkeypatch.setattr("app.engine.stylegan.folded.FOLD_FROM", fold_from)
    assert worst(folded(case)(ws[0]), expected(case, "image_psi1")[0]) < EXACT


def test_unchanged_layers_are_reused_and_change_nothing(case, ws):
    fast = folded(case)
    runs = []
    run = fast._run
    fast._run = lambda step, *args: runs.append((step.conv.size, step.row)) or run(step, *args)
    sizes = card_of(case).sizes
    every = [(4, 0)] + [(size, row + i) for row, size in zip(range(1, 99, 2), sizes[1:], strict=False) for i in (0, 1)]
    for row in range(card_of(case).num_ws):
        fast(ws[0])
        changed = ws[0].clone()
        changed[row:] = ws[1, row:]
        runs.clear()
        image = fast(changed)
        assert runs == [(size, own) for size, own in every if own + (size == 4 or own % 2 == 0) >= row] or every[-1:]
        assert torch.equal(image, folded(case)(changed))


def test_nothing_is_reused_when_the_noise_changes():
    fast, ws = folded("skip64"), network("skip64").mapping.ws(expected("skip64", "z"))[0]
    fast(ws)
    for how in ({"noise": 0.5}, {"noise_seed": 1}, {"noise_seed": 2}, {}):
        assert torch.equal(fast(ws, **how), folded("skip64")(ws, **how))


def test_a_picture_is_the_callers_to_change():
    fast, ws = folded("skip64"), network("skip64").mapping.ws(expected("skip64", "z"))[0]
    reference = {size: folded("skip64")(ws, exit_at=size) for size in (16, 32, 64)}
    for size in (16, 16, 32, 64, 64, 16):  # what was taken and changed must not shine through what is drawn upon it
        image = fast(ws, exit_at=size)
        assert torch.equal(image, reference[size])
        image.zero_()


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_reduced_precision_is_near(case, ws, dtype):
    image, reference = folded(case, dtype)(ws[0]), expected(case, "image_psi1")[0]
    assert 1e-5 < worst(image, reference) < 0.02 * float(reference.abs().max())


@pytest.mark.parametrize("largest", [3000, 20_000])
@pytest.mark.parametrize("way", ["transposed", "phases", "merged"])
def test_layers_in_strips_are_the_readable_network(case, ws, monkeypatch, way, largest):
    monkeypatch.setattr("app.engine.stylegan.folded.up_way", lambda *_layer: way)
    monkeypatch.setattr("app.engine.stylegan.strips.LARGEST", largest)
    fast = folded(case)
    for row in (*ws, ws[0]):  # kept outputs of one picture are written over by the next
        for how in ({}, {"noise": 0.0}, {"noise_seed": 3}):
            assert worst(fast(row, **how), network(case).synthesis(row[None], **how)[0]) < EXACT


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("cached", [64, 5000])
def test_strips_of_a_picture_change_nothing(case, ws, dtype, cached, monkeypatch):
    ways = ({}, {"noise": 0.3}, {"noise_seed": 4}, {"exit_at": 16})
    whole = [folded(case, dtype)(ws[0], **how) for how in ways]
    monkeypatch.setattr("app.engine.stylegan.activation.CACHED", cached)
    assert all(torch.equal(folded(case, dtype)(ws[0], **how), image) for how, image in zip(ways, whole, strict=True))
