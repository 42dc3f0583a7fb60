"""What only a CUDA device can show: half precision near float32, the same picture each time, graphs, lack of memory."""

import time
from statistics import median

import numpy as np
import pytest
import torch

from app.engine.errors import StyleError
from app.engine.render.finish import Finishing
from app.engine.render.frame import RenderRequest
from app.engine.render.opened import OpenedStyle
from app.engine.show.routes import Look
from app.engine.stylegan.folded import FoldedSynthesis
from app.engine.stylegan.generator import GOOD_ENOUGH, Generator, psnr
from app.engine.stylegan.graphed import CudaRecorder, GraphedSynthesis
from app.engine.stylegan.library import bundled_styles
from app.engine.stylegan.weights import load_weights

pytestmark = pytest.mark.gpu

WAYS = ({}, {"exit_at": 64}, {"noise": 0.3}, {"noise": 0.0}, {"noise": 0.3, "exit_at": 128}, {"noise_seed": 5}, {})


@pytest.fixture(scope="module")
def places():
    """Sixteen places in Bloom's W, as ws."""
    generator = Generator.open(bundled_styles()[0], device="cpu", precision="float32")
    w = generator.mapping(np.random.RandomState(3).randn(16, generator.z_dim).astype(np.float32))
    return [np.repeat(row[None], generator.num_ws, axis=0) for row in w]


@pytest.fixture
def deterministic(monkeypatch):
    """As a Generator sets it."""
    monkeypatch.setattr(torch.backends.cudnn, "deterministic", True)
    monkeypatch.setattr(torch.backends.cudnn, "allow_tf32", False)


def folded(precision, reduced_from=4):
    card, tensors = load_weights(bundled_styles()[0].path)
    dtype = {"fp16": torch.float16, "float32": torch.float32}[precision]
    return FoldedSynthesis(card, tensors, device="cuda:0", dtype=dtype, reduced_from=reduced_from)


def request(ws, **how):
    return RenderRequest(0.0, ws, Look(), **how)


def test_the_best_path_is_half_precision_and_passes_its_self_test():
    for _ in range(2):  # measured, then remembered
        generator = Generator.open(bundled_styles()[0])
        assert (generator.device, generator.precision, generator.note) == ("cuda:0", "fp16", "")
        assert "dB" in generator.fidelity


@pytest.mark.parametrize(("precision", "least"), [("float32", 90.0), ("fp16", GOOD_ENOUGH)])
def test_pictures_are_those_of_the_cpu(places, precision, least):
    exact = Generator.open(bundled_styles()[0], device="cpu", precision="float32")
    fast = Generator.open(bundled_styles()[0], device="cuda:0", precision=precision)
    assert min(psnr(fast.synthesize(ws).cpu(), exact.synthesize(ws)) for ws in places[:4]) >= least


@torch.inference_mode()
def test_half_precision_from_32_px_on_is_nearer_to_float32(places, deterministic):
    exact = folded("float32")
    ws = [torch.from_numpy(place) for place in places[:4]]
    wholly, partly = folded("fp16"), folded("fp16", 32)
    likeness = [min(psnr(draw(row), exact(row)) for row in ws) for draw in (wholly, partly)]
    assert likeness[0] >= GOOD_ENOUGH
    assert likeness[0] - 1 <= likeness[1] < 100


def test_the_same_every_time(places):
    one, two = (Generator.open(bundled_styles()[0], device="cuda:0", precision="fp16") for _ in range(2))
    first = one.synthesize(places[0])
    one.synthesize(places[1])
    assert torch.equal(one.synthesize(places[0]), first)
    assert torch.equal(two.synthesize(places[0]), first)


@torch.inference_mode()
@pytest.mark.parametrize(("precision", "reduced_from"), [("fp16", 4), ("fp16", 32), ("float32", 4)])
def test_graphs_draw_the_same_to_the_bit(places, deterministic, precision, reduced_from):
    plain = folded(precision, reduced_from)
    graphed = GraphedSynthesis(folded(precision, reduced_from), CudaRecorder(plain.device))
    fine = places[0].copy()
    fine[8:] = places[1][8:]
    for place in (places[0], fine, places[0], *places[1:4]):
        for how in WAYS:
            ws = torch.from_numpy(place)
            assert torch.equal(graphed(ws, **how), plain(ws, **how)), how
    assert graphed.refused == ""


@torch.inference_mode()
def test_no_step_waits_for_the_device(places, deterministic):
    """What is recorded may not: torch raises here where it would."""
    plain = folded("fp16")
    ws, noise, state = torch.from_numpy(places[0]).cuda(), torch.ones((), device="cuda:0"), plain.start
    torch.cuda.set_sync_debug_mode("error")
    try:
        for i in range(plain.count(None)):
            state = plain.step(i, state, ws, noise)
    finally:
        torch.cuda.set_sync_debug_mode("default")
    assert torch.equal(state.image[0], plain(torch.from_numpy(places[0])))


@torch.inference_mode()
def test_a_recording_that_is_refused_leaves_everything_in_order(places, deterministic):
    plain = folded("fp16")
    record, here = CudaRecorder(plain.device), torch.cuda.current_stream()

    def waits(draw):
        def spoilt():
            state = draw()
            if torch.cuda.is_current_stream_capturing():
                state.x.sum().item()
            return state

        return record(spoilt)

    graphed = GraphedSynthesis(folded("fp16"), waits)
    for place in places[:2]:
        ws = torch.from_numpy(place)
        assert torch.equal(graphed(ws), plain(ws))
    assert graphed.refused.startswith("CUDA graphs not used: ")
    assert torch.cuda.current_stream() == here


@pytest.mark.parametrize("size", [None, (640, 360)])
def test_read_back_is_what_the_device_holds_and_is_ones_own(size):
    dice = torch.Generator().manual_seed(0)
    images = [torch.randn(3, 256, 256, generator=dice) for _ in range(4)]
    asked = RenderRequest(0.0, np.zeros((1, 1), np.float32), Look(), size)
    here = [Finishing().pixels(image, asked) for image in images]
    there = [Finishing().pixels(image.cuda(), asked) for image in images]
    for mine, theirs in zip(here, there, strict=True):  # all are kept: none was written into again
        assert np.abs(mine.astype(int) - theirs).max() <= (0 if size is None else 1)


def test_stages_of_a_frame_are_the_device_s(places):
    style = OpenedStyle(Generator.open(bundled_styles()[0], device="cuda:0"))
    for place in places:
        began = time.perf_counter()
        style.render(request(place))
        assert 0 < style.finish_seconds < time.perf_counter() - began


def test_out_of_memory_while_playing(places):
    """For real: torch may not take more than it has. Small pictures, then one of a size that needs much."""
    style = OpenedStyle(Generator.open(bundled_styles()[0], device="cuda:0"))
    wanted = style.render(request(places[0]))
    assert wanted.drawn_by == "cuda:0 fp16"
    torch.cuda.set_per_process_memory_fraction(1e-6)
    try:
        frame = style.render(request(places[0], size=(4096, 4096)))
    finally:
        torch.cuda.set_per_process_memory_fraction(1.0)
    assert frame.image.shape == (4096, 4096, 3)
    assert (style.device, frame.drawn_by) == ("cpu", f"cpu {style.precision}")
    assert style.note.startswith("cuda:0 ran out of memory, CPU draws on")
    assert np.abs(style.render(request(places[0])).image.astype(int) - wanted.image).max() < 16


def test_no_memory_at_the_start():
    torch.cuda.empty_cache()
    torch.cuda.set_per_process_memory_fraction(1e-6)
    try:
        assert Generator.open(bundled_styles()[0]).device == "cpu"
        with pytest.raises(StyleError, match="The device cuda:0 cannot be used"):
            Generator.open(bundled_styles()[0], device="cuda:0")
    finally:
        torch.cuda.set_per_process_memory_fraction(1.0)
    assert Generator.open(bundled_styles()[0]).device == "cuda:0"  # the lack was not remembered


def test_a_frame_of_bloom_takes_less_than_a_sixtieth_of_a_second(places):
    style = OpenedStyle(Generator.open(bundled_styles()[0], device="cuda:0"))
    times = []
    for i in range(100):
        began = time.perf_counter()
        style.render(request(places[i % len(places)]))
        times.append(time.perf_counter() - began)
    assert median(times[20:]) < 1 / 60


def test_memory_stays_flat_over_a_thousand_pictures(places):
    style = OpenedStyle(Generator.open(bundled_styles()[0], device="cuda:0"))
    for ws in places:
        style.render(request(ws))
        style.render(request(ws, exit_at=64))
    before = torch.cuda.memory_allocated(), torch.cuda.memory_reserved()
    for i in range(1000):
        style.render(request(places[i % len(places)], exit_at=None if i % 3 else 64))
    assert torch.cuda.memory_allocated() - before[0] < 2**20
    assert torch.cuda.memory_reserved() - before[1] < 2**23


def test_closing_gives_the_memory_back(places):
    torch.cuda.empty_cache()
    before = torch.cuda.memory_allocated()
    style = OpenedStyle(Generator.open(bundled_styles()[0], device="cuda:0"))
    style.render(request(places[0]))
    assert torch.cuda.memory_allocated() > before
    style.close()
    assert torch.cuda.memory_allocated() - before < 2**24  # what libraries work in stays
