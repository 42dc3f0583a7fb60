"""What only a CUDA device can show: half precision near float32, the same picture each time, memory that stays flat."""

import numpy as np
import pytest
import torch

from app.engine.stylegan.generator import GOOD_ENOUGH, Generator, psnr
from app.engine.stylegan.library import bundled_styles

pytestmark = pytest.mark.gpu


@pytest.fixture(scope="module")
def places():
    """Sixteen places in Bloom's W, as ws."""
    generator = Generator.open(bundled_styles()[0], device="cpu", precision="float32")
    w = generator.mapping(np.random.RandomState(3).randn(16, generator.z_dim).astype(np.float32))
    return [np.repeat(row[None], generator.num_ws, axis=0) for row in w]


def test_the_best_path_is_half_precision_and_passes_its_self_test():
    generator = Generator.open(bundled_styles()[0])
    assert (generator.device, generator.precision, generator.note) == ("cuda:0", "fp16", "")


@pytest.mark.parametrize(("precision", "least"), [("float32", 90.0), ("fp16", GOOD_ENOUGH)])
def test_pictures_are_those_of_the_cpu(places, precision, least):
    exact = Generator.open(bundled_styles()[0], device="cpu", precision="float32")
    fast = Generator.open(bundled_styles()[0], device="cuda:0", precision=precision)
    assert min(psnr(fast.synthesize(ws).cpu(), exact.synthesize(ws)) for ws in places[:4]) >= least


def test_the_same_every_time(places):
    one, two = (Generator.open(bundled_styles()[0], device="cuda:0", precision="fp16") for _ in range(2))
    first = one.synthesize(places[0])
    one.synthesize(places[1])
    assert torch.equal(one.synthesize(places[0]), first)
    assert torch.equal(two.synthesize(places[0]), first)


def test_memory_stays_flat_over_a_thousand_pictures(places):
    generator = Generator.open(bundled_styles()[0], device="cuda:0")
    for ws in places:
        generator.synthesize(ws)
    before = torch.cuda.memory_allocated()
    for i in range(1000):
        generator.synthesize(places[i % len(places)])
    assert torch.cuda.memory_allocated() - before < 2**20
