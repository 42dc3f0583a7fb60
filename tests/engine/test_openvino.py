"""OpenVINO as the way to draw: the same pictures as the folded network, and taken only where that is right and fast."""

import gc
import json
import os
import subprocess
import sys
import weakref
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from app.engine.errors import StyleError
from app.engine.stopwatch import Times
from app.engine.stylegan import generator as under_test
from app.engine.stylegan import openvino_path
from app.engine.stylegan.card import Card
from app.engine.stylegan.folded import FoldedSynthesis
from app.engine.stylegan.generator import GOOD_ENOUGH, Generator, cpu_has_bf16, psnr
from app.engine.stylegan.library import bundled_styles, read_style
from app.engine.stylegan.openvino_path import OpenVinoSynthesis, installed
from app.engine.stylegan.ways import ways
from app.engine.stylegan.weights import load_weights
from tests.vectors.networks import CASES, card_of, expected, filled, network, write_style

pytestmark = pytest.mark.usefixtures("one_thread")
needs_openvino = pytest.mark.skipif(not installed(), reason="OpenVINO, the extra anthesis[openvino], is not installed")
needs_bf16 = pytest.mark.skipif(not cpu_has_bf16(), reason="this processor has no bf16")

SMALL = {"z_dim": 16, "w_dim": 16, "num_mapping_layers": 2, "channel_base": 256, "channel_max": 16}
SHAPES = (
    Card("wide", 32, const_height=4, const_width=7, **SMALL),
    Card("tall and clamped", 16, const_height=5, const_width=3, conv_clamp=0.4, **SMALL),
    Card("grey", 16, img_channels=1, **SMALL),
    Card("with alpha", 16, img_channels=4, **SMALL),
    Card("smallest", 8, **SMALL),
)
ASKED = ({}, {"noise": 0.0}, {"noise": 0.3}, {"noise_seed": 7}, {"noise": 0.5, "noise_seed": 8}, {})


@pytest.fixture(autouse=True)
def inference():
    with torch.inference_mode():
        yield


def tensors_of(card):
    return {name: torch.from_numpy(array) for name, array in filled(card).items()}


def places(card, count=2):
    return torch.randn(count, card.num_ws, card.w_dim, generator=torch.Generator().manual_seed(3))


# the same pictures


@needs_openvino
@pytest.mark.parametrize("case", CASES)
def test_the_published_pictures(case):
    drawn = OpenVinoSynthesis(card_of(case), network(case).state_dict(), precision="float32")
    ws = network(case).mapping.ws(expected(case, "z"))
    for row, wanted in zip(ws, expected(case, "image_psi1"), strict=True):
        assert float((drawn(row) - wanted).abs().max()) < 1e-4


@needs_openvino
@pytest.mark.parametrize("card", SHAPES, ids=lambda card: card.name)
def test_every_shape_exit_and_noise_is_the_folded_network(card):
    tensors = tensors_of(card)
    drawn = OpenVinoSynthesis(card, tensors, precision="float32")
    folded = FoldedSynthesis(card, tensors, device="cpu", dtype=torch.float32)
    for ws in places(card):
        for exit_at in (None, *card.sizes):
            for asked in ASKED:
                image, wanted = drawn(ws, exit_at=exit_at, **asked), folded(ws, exit_at=exit_at, **asked)
                assert (image.shape, image.dtype) == (wanted.shape, torch.float32)
                assert float((image - wanted).abs().max()) < 1e-5, (exit_at, asked)


@needs_openvino
def test_clamping_and_noise_were_not_tested_in_vain():
    card = SHAPES[1]
    ws, free = places(card)[0], replace(card, conv_clamp=None)
    clamped, unclamped = (OpenVinoSynthesis(one, tensors_of(one), precision="float32") for one in (card, free))
    assert float((clamped(ws) - unclamped(ws)).abs().max()) > 0.1
    assert float((clamped(ws) - clamped(ws, noise=0.0)).abs().max()) > 0.01
    assert float((clamped(ws, noise_seed=1) - clamped(ws, noise_seed=2)).abs().max()) > 0.01


@needs_openvino
def test_layers_without_noise():
    card = SHAPES[0]
    tensors = tensors_of(card)
    for name in ("synthesis.b4.conv1.noise_strength", "synthesis.b16.conv0.noise_strength"):
        tensors[name] = torch.zeros(())
    drawn = OpenVinoSynthesis(card, tensors, precision="float32")
    folded = FoldedSynthesis(card, tensors, device="cpu", dtype=torch.float32)
    for asked in ASKED:
        assert float((drawn(places(card)[0], **asked) - folded(places(card)[0], **asked)).abs().max()) < 1e-5


@needs_openvino
@needs_bf16
def test_bloom_in_bf16_cannot_be_told_from_float32():
    card, tensors = load_weights(bundled_styles()[0].path)
    drawn = OpenVinoSynthesis(card, tensors, precision="bf16")
    folded = FoldedSynthesis(card, tensors, device="cpu", dtype=torch.float32)
    z = np.random.RandomState(5).randn(3, card.z_dim).astype(np.float32)
    generator = Generator.open(bundled_styles()[0], device="cpu", precision="float32")
    for w in torch.from_numpy(generator.mapping(z)):
        ws = w.expand(card.num_ws, -1)
        likeness = [psnr(drawn(ws, exit_at=size), folded(ws, exit_at=size)) for size in (64, 128, 256)]
        assert GOOD_ENOUGH + 10 < min(likeness) < 100  # and it is not float32 in disguise


@needs_openvino
@pytest.mark.parametrize("precision", ["float32", pytest.param("bf16", marks=needs_bf16)])
def test_the_same_every_time_on_every_thread(precision):
    card = card_of("skip64")
    one, two = (OpenVinoSynthesis(card, network("skip64").state_dict(), precision=precision) for _ in range(2))
    first, second = places(card)
    before = one(first)
    kept = before.clone()
    one(second, noise=0.2, noise_seed=3)
    one(second, exit_at=8)
    assert torch.equal(one(first), kept)
    assert torch.equal(before, kept)  # a picture is its owner's, whatever is drawn after it
    with ThreadPoolExecutor(1) as elsewhere:  # built on one thread, used on another, as in the engine
        assert torch.equal(elsewhere.submit(torch.inference_mode()(two), first).result(), kept)


# what it takes

SILENT = """
import json, os, socket, sys, threading
reached = []
socket.socket.connect = lambda self, address: reached.append(address)
socket.getaddrinfo = lambda *asked, **_: reached.append(asked)
import torch
from app.engine.stylegan.openvino_path import OpenVinoSynthesis
from tests.vectors.networks import card_of, network
drawn = OpenVinoSynthesis(card_of("skip64"), network("skip64").state_dict(), precision="float32")
drawn(torch.zeros(10, 64))
assert "openvino" in sys.modules
at_home = os.listdir(os.environ["HOME"])
print(json.dumps([reached, threading.active_count(), sys.modules["openvino_telemetry"], at_home]))
"""


@needs_openvino
def test_nobody_is_told(tmp_path):
    """OpenVINO's package reports each import over the network, and keeps a number of its own for the user at home."""
    home = {"HOME": str(tmp_path), "USERPROFILE": str(tmp_path)}
    found = subprocess.run(
        [sys.executable, "-c", SILENT], capture_output=True, text=True, timeout=100, env=os.environ | home,
        cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert found.returncode == 0, found.stderr
    assert json.loads(found.stdout) == [[], 1, None, []]


@needs_openvino
def test_weights_are_let_go_of(tmp_path, eager):
    card = card_of("skip64")
    generator = Generator.open(read_style(write_style(tmp_path / "tiny.safetensors", card)), device="cpu")
    assert "OpenVINO" in generator.precision
    ws = places(card)[0].numpy()
    generator.synthesize(ws)
    generator.synthesize(ws, exit_at=16)
    gone = weakref.ref(generator._synthesis)
    generator.close()
    assert gone() is None


@needs_openvino
@pytest.mark.skipif(not Path("/proc/self/statm").is_file(), reason="this system does not tell how much memory is used")
def test_opening_again_and_again_takes_no_more_memory():
    card = Card("some weight", 64, channel_base=8192, channel_max=256)
    tensors = tensors_of(card)
    weight = sum(tensor.numel() * 4 for tensor in tensors.values())
    used = []
    for _ in range(5):
        OpenVinoSynthesis(card, tensors, precision="float32")(places(card)[0])
        gc.collect()
        used.append(int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE"))
    assert used[-1] - used[1] < weight  # three more were opened and closed


# when it is taken


class _Stand(FoldedSynthesis):
    """OpenVINO where there is none."""

    made = 0
    off = 0.0

    def __init__(self, card, tensors, *, precision):
        type(self).made += 1
        super().__init__(card, tensors, device="cpu", dtype=torch.float32)

    def __call__(self, ws, **asked):
        return super().__call__(ws, **asked) + self.off


@pytest.fixture
def eager(monkeypatch):
    """OpenVINO always is the fast one."""
    monkeypatch.setattr(under_test, "_faster", lambda *_: 2.0)


@pytest.fixture
def stand(monkeypatch):
    """A stand-in for OpenVINO, which draws two pictures while torch draws one."""

    class Stand(_Stand):
        pass

    seconds = {"candidate": [0.010, 0.011, 0.5], "rival": [0.022, 0.9, 0.020]}
    monkeypatch.setattr(under_test, "OpenVinoSynthesis", Stand)
    for module in (under_test, openvino_path):
        monkeypatch.setattr(module, "installed", lambda: "2026.4")
    monkeypatch.setattr(under_test, "cpu_has_bf16", lambda: False)
    monkeypatch.setattr(under_test, "in_turns", lambda *_, **__: {name: Times(s) for name, s in seconds.items()})
    Stand.seconds = seconds
    return Stand


@pytest.fixture
def tiny(tmp_path):
    return read_style(write_style(tmp_path / "tiny.safetensors", card_of("skip64")))


def opened(style, **how):
    generator = Generator.open(style, device="cpu", **how)
    return generator.precision, generator.fidelity, generator.note


def test_it_is_tried_before_torch_in_each_precision():
    names = [way.name for way in ways("cpu", apart=True, bf16=True, openvino=True)]
    assert names == ["bf16 · OpenVINO", "bf16", "float32 · OpenVINO", "float32"]
    assert [way.name for way in ways("cpu", apart=True, bf16=True)] == ["bf16", "float32"]


def test_taken_where_it_is_faster_and_looks_the_same(stand, tiny):
    precision, fidelity, note = opened(tiny)
    assert (precision, note) == ("float32 · OpenVINO", "")
    assert fidelity.endswith("dB against float32, 2.0 times as fast as torch")


def test_what_was_measured_once_is_not_measured_again(stand, tiny):
    before = opened(tiny)
    stand.seconds["candidate"][:] = [9.0]  # another program has the machine now
    assert opened(tiny) == before
    assert stand.made == 2


def test_measured_anew_under_another_version(stand, tiny, monkeypatch):
    opened(tiny)
    stand.seconds["candidate"][:] = [0.021]
    monkeypatch.setattr("app.engine.stylegan.ways.installed", lambda: "2027.1")
    assert opened(tiny)[0] == "float32"


@pytest.mark.parametrize(("rival", "taken"), [(0.0114, False), (0.0116, True)])
def test_hardly_faster_is_not_faster(stand, tiny, rival, taken):
    stand.seconds.update(candidate=[0.010], rival=[rival])
    precision, fidelity, note = opened(tiny)
    assert (precision == "float32 · OpenVINO", note) == (taken, "")
    assert taken or fidelity == "exact, OpenVINO only 1.14 times as fast"
    assert opened(tiny) == (precision, fidelity, note)


@pytest.mark.parametrize("off", [0.05, float("nan")])
def test_other_pictures_are_not_shown_to_be_fast(stand, tiny, off):
    stand.off = off
    precision, _, note = opened(tiny)
    assert precision == "float32"
    assert note.startswith("cpu float32 · OpenVINO not used: ")
    assert note.endswith("dB against float32")


def test_without_a_memory_time_decides_nothing(stand, tiny, monkeypatch):
    monkeypatch.setattr(under_test, "remember_choice", lambda *_: None)  # a cache that cannot be written
    assert opened(tiny)[0] == "float32"


def test_asked_for_by_hand_torch_draws(stand, tiny):
    assert opened(tiny, precision="float32")[0] == "float32"
    assert stand.made == 0


def test_other_kinds_of_network_are_drawn_by_torch(stand, tmp_path):
    style = read_style(write_style(tmp_path / "resnet.safetensors", card_of("resnet32")))
    assert opened(style)[0] == "float32"
    assert stand.made == 0


def test_one_that_cannot_be_loaded_is_told(tiny, monkeypatch):
    monkeypatch.setattr(under_test, "installed", lambda: "2026.4")
    monkeypatch.setitem(sys.modules, "openvino", None)
    precision, _, note = opened(tiny)
    assert "OpenVINO" not in precision
    assert note.startswith("OpenVINO cannot be loaded")


@needs_openvino
def test_what_it_refuses_is_told(tiny, monkeypatch):
    monkeypatch.setitem(openvino_path.HINTS, "float32", "no such precision")
    with pytest.raises(StyleError, match="OpenVINO cannot draw this network"):
        OpenVinoSynthesis(card_of("skip64"), network("skip64").state_dict(), precision="float32")
