"""A Style opened for drawing: the precision it takes, that Bloom is drawn rightly, and the same every time."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from app.engine.errors import StyleError
from app.engine.stylegan import generator as under_test
from app.engine.stylegan.card import Card
from app.engine.stylegan.generator import GOOD_ENOUGH, Generator, psnr
from app.engine.stylegan.library import bundled_styles, read_card, read_style
from app.engine.stylegan.network import StyleGAN2
from app.engine.stylegan.weights import load_weights
from tests.vectors.networks import card_of, expected, filled, network, write_style

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(autouse=True)
def torch_alone(monkeypatch):
    """OpenVINO, where it is installed, has tests of its own."""
    monkeypatch.setattr(under_test, "installed", lambda: "")


TINY = card_of("skip64")


@pytest.fixture
def tiny(tmp_path):
    return read_style(write_style(tmp_path / "tiny.safetensors", TINY))


@pytest.fixture(scope="module")
def bloom():
    """The readable network with Bloom's weights, and four places in its W."""
    path = bundled_styles()[0].path
    net = StyleGAN2(read_card(path)).requires_grad_(False)
    net.load_state_dict(load_weights(path)[1])
    z = np.random.RandomState(5).randn(4, net.mapping.fc0.weight.shape[1]).astype(np.float32)
    return net, z, net.mapping.ws(torch.from_numpy(z))


def test_a_generator_is_the_readable_network(tiny):
    generator = Generator.open(tiny, device="cpu", precision="float32")
    z = expected("skip64", "z").numpy()
    w = generator.mapping(z)
    assert np.abs(w - expected("skip64", "w").numpy()).max() < 1e-4
    image = generator.synthesize(np.repeat(w[:1], generator.num_ws, axis=0))
    assert (image.dtype, image.shape) == (torch.float32, (3, 64, 64))
    assert float((image - expected("skip64", "image_psi1")[0]).abs().max()) < 1e-4
    assert np.array_equal(generator.w_avg, network("skip64").mapping.w_avg.numpy())
    facts = (generator.resolution, generator.num_ws, generator.z_dim, generator.w_dim)
    assert facts == (64, 10, 64, 64)
    assert (generator.device, generator.precision) == ("cpu", "float32")


@pytest.mark.parametrize("exit_at", [64, 128, None])
def test_bloom_in_float32(bloom, exit_at):
    net, z, ws = bloom
    generator = Generator.open(bundled_styles()[0], device="cpu", precision="float32")
    assert np.abs(generator.mapping(z) - ws[:, 0].numpy()).max() < 1e-5
    reference = net.synthesis(ws[:1], exit_at=exit_at)[0]
    assert float((generator.synthesize(ws[0].numpy(), exit_at=exit_at) - reference).abs().max()) < 1e-4


def test_numbers_too_small_to_be_seen_are_nought_where_the_processor_can():
    can = torch.set_flush_denormal(True)
    torch.set_flush_denormal(False)
    small = torch.full((8,), 1e-40)
    assert float((small * 1.0).max()) > 0.0
    Generator.open(bundled_styles()[0], device="cpu", precision="float32")
    assert (float((small * 1.0).max()) == 0.0) == can


@pytest.mark.parametrize("precision", ["bf16", "fp16"])
def test_bloom_in_half_the_bits_cannot_be_told_from_float32(bloom, precision):
    net, _, ws = bloom
    generator = Generator.open(bundled_styles()[0], device="cpu", precision=precision)
    likeness = [psnr(generator.synthesize(row.numpy()), net.synthesis(row[None])[0]) for row in ws[:2]]
    assert GOOD_ENOUGH <= min(likeness) < 100  # and it is not float32 in disguise


def test_grey_pictures_have_three_channels(tmp_path):
    style = read_style(write_style(tmp_path / "grey.safetensors", card_of("rgb1_32")))
    generator = Generator.open(style, device="cpu", precision="float32")
    ws = network("rgb1_32").mapping.ws(expected("rgb1_32", "z"))[0]
    image = generator.synthesize(ws.numpy())
    assert image.shape == (3, 32, 32)
    assert float((image - expected("rgb1_32", "image_psi1")[0]).abs().max()) < 1e-4
    with torch.inference_mode():
        image[0].zero_()
    assert float(image[1].abs().max()) > 0.1  # three planes, not one seen three times


@pytest.mark.parametrize("precision", ["float32", "bf16"])
def test_the_same_every_time(tiny, precision):
    one, two = (Generator.open(tiny, device="cpu", precision=precision) for _ in range(2))
    places = network("skip64").mapping.ws(expected("skip64", "z")).numpy()
    before = one.synthesize(places[0])
    one.synthesize(places[1], noise=0.3)
    one.synthesize(places[1], exit_at=8)
    assert torch.equal(one.synthesize(places[0]), before)
    assert torch.equal(two.synthesize(places[0]), before)


def test_bf16_is_taken_where_the_cpu_has_it(tiny, monkeypatch):
    for has, precision in ((True, "bf16"), (False, "float32")):
        monkeypatch.setattr(under_test, "cpu_has_bf16", lambda has=has: has)
        generator = Generator.open(tiny, device="cpu")
        assert (generator.precision, generator.note) == (precision, "")


def test_what_fails_its_self_test_is_not_used_and_named(tiny, monkeypatch):
    monkeypatch.setattr(under_test, "cpu_has_bf16", lambda: True)
    monkeypatch.setattr(under_test, "GOOD_ENOUGH", 200.0)
    generator = Generator.open(tiny, device="cpu")
    assert generator.precision == "float32"
    assert "bf16" in generator.note
    assert "dB" in generator.note


def test_pictures_that_are_no_numbers_fail_the_self_test():
    nothing, something = torch.full((3, 4, 4), torch.nan), torch.zeros(3, 4, 4)
    assert not psnr(nothing, something) >= GOOD_ENOUGH


def test_weights_that_are_not_finite(tmp_path):
    tensors = filled(TINY)
    tensors["synthesis.b16.conv1.bias"][3] = np.nan
    style = read_style(write_style(tmp_path / "nan.safetensors", TINY, tensors=tensors))
    with pytest.raises(StyleError, match=r"nan\.safetensors .* synthesis\.b16\.conv1\.bias .* not finite"):
        Generator.open(style, device="cpu")


def test_a_device_that_is_not_there(tiny):
    with pytest.raises(StyleError, match="The device cuda:99 cannot be used"):
        Generator.open(tiny, device="cuda:99", precision="float32")


def test_a_precision_that_is_not_one(tiny):
    with pytest.raises(StyleError, match="not int4"):
        Generator.open(tiny, precision="int4")


def test_a_file_that_has_gone(tiny):
    with pytest.raises(StyleError, match=r"gone\.safetensors"):
        Generator.open(replace(tiny, path=tiny.path.with_name("gone.safetensors")))


KINDS = [
    Card(f"{kind} {size}", size, z_dim=8, w_dim=8, num_mapping_layers=2, channel_base=4 * size, channel_max=16, **facts)
    for size in (32, 64, 128, 256, 512, 1024)
    for kind, facts in {
        "skip": {}, "clamp": {"conv_clamp": 1.5}, "grey": {"img_channels": 1}, "RGBA": {"img_channels": 4},
        "classes": {"c_dim": 3}, "resnet": {"architecture": "resnet"},
        "orig": {"architecture": "orig", "conv_clamp": 2.0},
    }.items()
    if size <= 256 or kind in ("skip", "resnet", "orig")  # large ones take a second each
]  # fmt: skip


@pytest.mark.parametrize("card", KINDS, ids=lambda card: card.name)
def test_every_kind_and_size_is_the_readable_network(card, tmp_path):
    readable = StyleGAN2(card).requires_grad_(False)
    readable.load_state_dict({name: torch.from_numpy(array) for name, array in filled(card).items()})
    generator = Generator.open(read_style(write_style(tmp_path / "a.safetensors", card)), precision="float32")
    z, c = np.random.RandomState(3).randn(1, 8).astype(np.float32), np.float32([0, 0, 1]) if card.c_dim else None
    ws = readable.mapping.ws(torch.from_numpy(z), None if c is None else torch.from_numpy(c)[None])
    assert np.abs(generator.mapping(z, c) - ws[:, 0].numpy()).max() < 1e-5
    for noise in (1.0, 0.0):
        wanted = readable.synthesis(ws, noise=noise)[0][:3].expand(3, -1, -1)
        scale = max(1.0, float(wanted.abs().max()))
        assert float((generator.synthesize(ws[0].numpy(), noise=noise) - wanted).abs().max()) < 1e-4 * scale
