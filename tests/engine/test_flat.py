"""Nothing piles up: as many tensors after many frames as after a few, and no second copy of the weights."""

import gc
from collections import Counter

import numpy as np
import pytest
import torch

from app.engine.render.finish import Renderer
from app.engine.render.frame import RenderRequest
from app.engine.show.routes import Look
from app.engine.stylegan import generator as under_test
from app.engine.stylegan.generator import Generator
from app.engine.stylegan.library import read_style
from app.engine.stylegan.weights import load_weights
from tests.vectors.networks import card_of, write_style

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture
def style(tmp_path, monkeypatch):
    monkeypatch.setattr(under_test, "installed", lambda: "")
    return read_style(write_style(tmp_path / "tiny.safetensors", card_of("skip64")))


def tensors() -> list[torch.Tensor]:
    """All there are in this process."""
    gc.collect()
    return [thing for thing in gc.get_objects() if type(thing) in (torch.Tensor, torch.nn.Parameter)]


def draw(renderer: Renderer, frames: range) -> None:
    """Other places, looks, noise and sizes each time, as films, stills and the ladder ask for."""
    dice = np.random.default_rng(0)
    for i in frames:
        ws = dice.standard_normal((renderer.generator.num_ws, renderer.generator.w_dim)).astype(np.float32)
        look = Look(hue=i / 100, noise=1.0 + i % 2)
        size, exit_at = ((48, 32) if i % 3 == 0 else None), (32 if i % 5 == 0 else None)
        renderer.render(RenderRequest(i / 30, ws, look, size, ("crop", "fit", "mirror")[i % 3], i % 4 or None, exit_at))


@pytest.mark.parametrize("precision", ["float32", "bf16"])
def test_as_many_objects_after_many_frames_as_after_a_few(style, precision):
    renderer = Renderer(Generator.open(style, device="cpu", precision=precision))
    draw(renderer, range(30))
    before, known = len(tensors()), len(gc.get_objects())
    draw(renderer, range(120))
    assert len(tensors()) == before
    assert len(gc.get_objects()) - known < 40  # nothing for each frame


def stored() -> Counter[int]:
    """How many pieces of memory hold so many numbers; views share theirs."""
    pieces = {id(t) if t.is_mkldnn else t.untyped_storage().data_ptr(): t.numel() for t in tensors()}
    return Counter(pieces.values())


@pytest.mark.parametrize("precision", ["float32", "bf16"])
def test_one_copy_of_the_weights(style, precision):
    """Counted by their sizes, 9 times a power of 2: what was read from the file is gone when the network stands."""
    loaded = load_weights(style.path)[1]
    kernels = Counter(t.numel() for t in loaded.values() if t.shape[2:] == (3, 3))
    del loaded
    elsewhere = stored()
    generator = Generator.open(style, device="cpu", precision=precision)
    now = stored()
    assert kernels.total() == 9
    for count, layers in kernels.items():
        assert now[count] - elsewhere[count] <= layers
    generator.close()
    assert stored().total() <= elsewhere.total()
