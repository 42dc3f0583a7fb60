"""The self-test of a device: which ways are tried in which order, what breaks in it is told, and it is done once."""

import json

import pytest
import torch

from app.engine import paths
from app.engine.errors import StyleError
from app.engine.stylegan import generator as under_test
from app.engine.stylegan import ways as remembering
from app.engine.stylegan.folded import FoldedSynthesis
from app.engine.stylegan.generator import Generator
from app.engine.stylegan.library import read_style
from app.engine.stylegan.ways import Way, ways
from tests.vectors.networks import card_of, filled, write_style

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture
def style(tmp_path):
    return read_style(write_style(tmp_path / "tiny.safetensors", card_of("skip64")))


class Drawing:
    """The folded network on the CPU in the place of any device's; counts pictures, and breaks or errs as it is told."""

    def __init__(self, monkeypatch):
        self.drawn, self.breaks, self.errs = [], {}, set()
        monkeypatch.setattr(under_test, "_ready", self.ready)
        monkeypatch.setattr(under_test, "cpu_has_bf16", lambda: True)
        monkeypatch.setattr(remembering, "_described", lambda device: f"{device} of a kind")

    def ready(self, network, way):
        if way in self.breaks and isinstance(self.breaks[way], StyleError):
            raise self.breaks[way]
        drawing = self

        class Synthesis(FoldedSynthesis):
            def __call__(self, ws, **how):
                drawing.drawn.append(way)
                if way in drawing.breaks:
                    raise drawing.breaks[way]
                return super().__call__(ws, **how) + (0.1 if way in drawing.errs else 0.0)

        synthesis = Synthesis(network.card, network.tensors, device="cpu", dtype=torch.float32)
        return Elsewhere(synthesis, way.device)


class Elsewhere:
    """A synthesis that says it is on another device."""

    def __init__(self, synthesis, device):
        self._synthesis, self.device = synthesis, device

    def __call__(self, ws, **how):
        return self._synthesis(ws, **how)


@pytest.fixture
def drawing(monkeypatch):
    return Drawing(monkeypatch)


HALF, PARTLY, FULL = Way("cuda:0", "fp16"), Way("cuda:0", "fp16", 32), Way("cuda:0", "float32")
CPU, CPU_BF16 = Way("cpu", "float32"), Way("cpu", "bf16")


def test_what_is_tried():
    def tried(device, **how):
        return list(ways(device, **{"apart": True, "bf16": True} | how))

    assert tried("cuda:0") == [HALF, PARTLY, FULL, CPU_BF16, CPU]
    assert tried("cuda:0", apart=False, bf16=False) == [HALF, FULL, CPU]
    assert tried("mps") == [Way("mps", "float32"), CPU_BF16, CPU]
    assert tried("cpu") == [CPU_BF16, CPU]
    assert tried("cpu", bf16=False) == [CPU]


@pytest.mark.parametrize(
    ("errs", "taken", "precision"),
    [
        (set(), HALF, "fp16"),
        ({HALF}, PARTLY, "fp16 from 32 px"),
        ({HALF, PARTLY}, FULL, "float32"),
        ({HALF, PARTLY, FULL}, CPU_BF16, "bf16"),
        ({HALF, PARTLY, FULL, CPU_BF16}, CPU, "float32"),
    ],
)
def test_the_first_that_looks_right_is_taken(style, drawing, errs, taken, precision):
    drawing.errs = errs
    generator = Generator.open(style, device="cuda:0")
    assert (generator.device, generator.precision) == (taken.device, precision)
    assert generator.note.count("not used: 28 dB") == len(errs)


BROKEN = (torch.OutOfMemoryError("CUDA out of memory.\nMore."), NotImplementedError("aten::this is not there for MPS"),
          torch.AcceleratorError("CUDA error: an illegal memory access was encountered"),
          StyleError("The device mps cannot be used: driver too old"))  # fmt: skip


@pytest.mark.parametrize("broken", BROKEN, ids=lambda error: type(error).__name__)
def test_the_best_device_may_break_in_its_test(style, drawing, monkeypatch, broken):
    monkeypatch.setattr(under_test, "best_device", lambda: "mps")
    drawing.breaks[Way("mps", "float32")] = broken
    generator = Generator.open(style)
    assert (generator.device, generator.precision) == ("cpu", "bf16")
    assert generator.note.startswith("The device mps cannot be used: ")
    assert generator.note.endswith(str(broken).splitlines()[0].removeprefix("The device mps cannot be used: "))
    drawing.breaks.clear()
    assert Generator.open(style).device == "mps"  # it may be well again: nothing was remembered


def test_a_device_that_was_named_is_not_replaced_silently(style, drawing):
    drawing.breaks[HALF] = torch.OutOfMemoryError("CUDA out of memory.\nMore.")
    with pytest.raises(StyleError, match=r"^The device cuda:0 cannot be used: CUDA out of memory\.$"):
        Generator.open(style, device="cuda:0")


def test_done_once(style, drawing):
    drawing.errs = {HALF}
    first = Generator.open(style, device="cuda:0")
    assert drawing.drawn.count(CPU) == 2
    drawing.drawn.clear()
    again = Generator.open(style, device="cuda:0")
    assert drawing.drawn == []
    assert (again.device, again.precision, again.fidelity, again.note) == (
        first.device, first.precision, first.fidelity, first.note,
    )  # fmt: skip
    assert "dB" in again.fidelity
    assert "dB" in again.note


def test_the_cpu_is_remembered_too(style, drawing):
    drawing.errs = {CPU_BF16}
    assert Generator.open(style, device="cpu").precision == "float32"
    drawing.drawn.clear()
    assert Generator.open(style, device="cpu").precision == "float32"
    assert drawing.drawn == []


def _torch(monkeypatch, _style):
    monkeypatch.setattr(torch, "__version__", "99.0")


def _driver(monkeypatch, _style):
    monkeypatch.setattr(remembering, "_described", lambda device: f"{device} of a kind, new driver")


def _limit(monkeypatch, _style):
    monkeypatch.setattr(under_test, "GOOD_ENOUGH", 44.0)


def _app(monkeypatch, _style):
    monkeypatch.setattr("app.__version__", "99.0")


def _cpu(monkeypatch, _style):
    monkeypatch.setattr(under_test, "cpu_has_bf16", lambda: False)


def _network(_monkeypatch, style):
    tensors = filled(card_of("skip64"))
    tensors["synthesis.b16.conv1.bias"][3] += 1
    write_style(style.path, card_of("skip64"), tensors=tensors)


@pytest.mark.parametrize("change", [_torch, _driver, _limit, _app, _cpu, _network])
def test_done_again_when_something_changed(style, drawing, monkeypatch, change):
    Generator.open(style, device="cuda:0")
    drawing.drawn.clear()
    change(monkeypatch, style)
    Generator.open(read_style(style.path), device="cuda:0")
    assert HALF in drawing.drawn
    assert CPU in drawing.drawn


def _memory():
    (file,) = (paths.cache() / "devices").iterdir()
    return file


SPOILT = ("", "{", "[]", "null", '{"way": 1}')


@pytest.mark.parametrize("text", SPOILT)
def test_a_spoilt_memory_is_measured_again(style, drawing, text):
    Generator.open(style, device="cuda:0")
    _memory().write_text(text)
    drawing.drawn.clear()
    assert Generator.open(style, device="cuda:0").precision == "fp16"
    assert HALF in drawing.drawn


@pytest.mark.parametrize(
    "lie",
    [
        {"way": {"device": "cuda:7", "precision": "fp16", "reduced_from": 4}},
        {"way": {"device": "cuda:0", "precision": "int4", "reduced_from": 4}},
        {"fidelity": 3},
        {"note": None},
        {"under": {}},
    ],
)
def test_a_memory_of_something_else_is_measured_again(style, drawing, lie):
    Generator.open(style, device="cuda:0")
    known = json.loads(_memory().read_text())
    _memory().write_text(json.dumps(known | lie))
    drawing.drawn.clear()
    assert Generator.open(style, device="cuda:0").precision == "fp16"
    assert HALF in drawing.drawn


def test_a_remembered_device_that_has_gone_is_found_out(style, drawing, monkeypatch):
    monkeypatch.setattr(under_test, "best_device", lambda: "cuda:0")
    Generator.open(style)
    drawing.breaks = {way: StyleError("The device cuda:0 cannot be used: none there") for way in (HALF, PARTLY, FULL)}
    generator = Generator.open(style)
    assert generator.device == "cpu"
    assert "none there" in generator.note


def test_chosen_by_hand_is_neither_tested_nor_remembered(style, drawing):
    generator = Generator.open(style, device="cpu", precision="bf16")
    assert (generator.precision, generator.fidelity, drawing.drawn) == ("bf16", "chosen by hand", [])
    assert not (paths.cache() / "devices").exists()


@pytest.mark.parametrize("case", ["resnet32", "orig32"])
def test_networks_of_every_architecture_are_drawn_the_fast_way(tmp_path, monkeypatch, case):
    monkeypatch.setattr(under_test, "cpu_has_bf16", lambda: True)
    generator = Generator.open(read_style(write_style(tmp_path / "net.safetensors", card_of(case))), device="cpu")
    assert (generator.precision, generator.note) == ("bf16", "")
