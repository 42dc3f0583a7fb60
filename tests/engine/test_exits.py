"""Smaller pictures by stopping early: offered where they look right, brought to the right colours, measured once."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch

from app.engine import paths
from app.engine.render.frame import RenderRequest
from app.engine.render.opened import OpenedStyle
from app.engine.show.routes import Look
from app.engine.stylegan import exits
from app.engine.stylegan.exits import LOOKS_RIGHT, exits_of
from app.engine.stylegan.generator import Generator
from app.engine.stylegan.library import bundled_styles, read_style
from tests.vectors.networks import card_of, write_style

pytestmark = pytest.mark.usefixtures("one_thread")


class FakeGenerator:
    """Waves in 256 px; its exits are the same waves in other colours, or other waves altogether."""

    def __init__(self, style, *, tint=None, wrong=()):
        self.style, self.tint, self.wrong, self.drawn = style, tint, wrong, 0
        self.card = replace(card_of("skip64"), resolution=256)
        self.num_ws, self.z_dim, self.w_avg = self.card.num_ws, 4, np.zeros(4, np.float32)

    def mapping(self, z):
        return z

    def synthesize(self, ws, *, exit_at=None):
        self.drawn += 1
        size = exit_at or 256
        at = (torch.arange(size) + 0.5) / size
        bent = 3.0 if exit_at in self.wrong else 1.0
        x, y = torch.meshgrid(at * bent, at, indexing="xy")
        image = torch.stack([torch.sin(9 * x * (1 + w) + 5 * y) for w in ws[0, :3].tolist()]) * 0.9
        if exit_at is None or self.tint is None:
            return image
        return torch.einsum("ij,jhw->ihw", self.tint, image) + 0.4


class Elsewhere(torch.Tensor):
    """A tensor on Apple's Metal, which knows no float64, nor how to make a picture smaller well."""

    def double(self):
        raise TypeError("Cannot convert a MPS Tensor to float64 dtype")

    def cpu(self):
        return self.as_subclass(torch.Tensor)


@pytest.fixture
def style():
    return bundled_styles()[0]


def test_bloom_may_be_drawn_smaller(style):
    generator = Generator.open(style, device="cpu", precision="float32")
    found = exits_of(generator)
    assert [(one.size, one.width, one.height) for one in found] == [(128, 128, 128), (64, 64, 64)]
    assert all(one.psnr > 40 for one in found)
    opened = OpenedStyle(generator)
    assert dict(opened.exits) == {128: (128, 128), 64: (64, 64)}
    ws = np.repeat(generator.w_avg[None], generator.num_ws, 0)
    assert opened.render(RenderRequest(0.0, ws, Look(), exit_at=64)).image.shape == (64, 64, 3)


def test_random_weights_have_no_exits(tmp_path):
    style = read_style(write_style(tmp_path / "tiny.safetensors", replace(card_of("skip64"), resolution=128)))
    assert exits_of(Generator.open(style, device="cpu", precision="float32")) == ()


def test_architectures_without_pictures_on_the_way_have_none(tmp_path):
    style = read_style(write_style(tmp_path / "tiny.safetensors", card_of("resnet32")))
    assert exits_of(Generator.open(style, device="cpu", precision="float32")) == ()


def test_wrong_colours_are_put_right(style):
    tint = torch.tensor([[0.4, 0.1, 0.0], [0.0, 0.5, 0.2], [0.1, 0.0, 0.6]])
    found = exits_of(FakeGenerator(style, tint=tint))
    assert [one.size for one in found] == [128, 64]
    assert found[0].psnr > LOOKS_RIGHT
    assert np.allclose(found[0].matrix[:, :3] @ tint.numpy(), np.eye(3), atol=0.03)


def test_measured_in_main_memory(style, monkeypatch):
    generator = FakeGenerator(style)
    synthesize = generator.synthesize
    monkeypatch.setattr(generator, "synthesize", lambda *a, **k: synthesize(*a, **k).as_subclass(Elsewhere))
    shrink = exits.functional.interpolate

    def interpolate(image, *given, **more):
        assert type(image) is torch.Tensor
        return shrink(image, *given, **more)

    monkeypatch.setattr(exits.functional, "interpolate", interpolate)
    assert [one.size for one in exits_of(generator)] == [128, 64]


def test_wrong_shapes_are_not(style):
    assert [one.size for one in exits_of(FakeGenerator(style, wrong=(64,)))] == [128]


def test_measured_once_for_each_network(style):
    first = FakeGenerator(style)
    found = exits_of(first)
    again = FakeGenerator(style)
    recalled = exits_of(again)
    assert first.drawn > 0
    assert again.drawn == 0
    assert [(one.size, one.psnr) for one in recalled] == [(one.size, one.psnr) for one in found]
    assert np.array_equal(recalled[0].matrix, found[0].matrix)


SHORT = json.dumps([{"size": 64, "width": 1, "height": 1, "matrix": [1], "psnr": 50}])


@pytest.mark.parametrize("text", ["", "{", "[1]", "[" * 200_000, '[{"size": 64}]', SHORT], ids=len)
def test_a_spoilt_memory_is_measured_again(style, text):
    exits_of(FakeGenerator(style))
    (file,) = (paths.cache() / "exits").iterdir()
    file.write_text(text)
    again = FakeGenerator(style)
    assert [one.size for one in exits_of(again)] == [128, 64]
    assert again.drawn > 0


def test_a_cache_that_cannot_be_written_costs_only_time(style, monkeypatch):
    def refuse(*_args, **_how):
        raise PermissionError

    monkeypatch.setattr("app.engine.remembered.tempfile.NamedTemporaryFile", refuse)
    assert [one.size for one in exits_of(FakeGenerator(style))] == [128, 64]
