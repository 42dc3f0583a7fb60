"""A device gives up while it draws: the next way draws on, frames keep coming, and the window is told why."""

import threading
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from app.engine.errors import FilmError, StyleError
from app.engine.render.engine import Engine
from app.engine.render.fallback import on_cpu
from app.engine.render.film import ExportJob, export
from app.engine.render.frame import RenderRequest
from app.engine.render.opened import OpenedStyle
from app.engine.render.plan import plan
from app.engine.show.routes import Look
from app.engine.show.show import Film
from app.engine.stylegan.generator import Generator
from tests.engine.test_engine import Heap, ManualClock, session
from tests.heard import small_atlas

MEMORY = torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB.\nGPU 0 has less.")
LOST = torch.AcceleratorError("CUDA error: unspecified launch failure\nCUDA kernel errors might be reported later.")
MISSING = NotImplementedError("The operator 'aten::this' is not implemented for the MPS device.")
METAL = RuntimeError("MPS backend out of memory (MPS allocated: 9 GB)")


class FakeGenerator:
    """A network on a device that fails as it is told; pictures of the CPU are darker."""

    def __init__(self, device="cuda:0", *, graphs=True):
        self.device, self.precision = device, "bf16" if device == "cpu" else "fp16"
        self.engine, self.fidelity, self.note = "", "60 dB against float32", ""
        self.threads, self.width, self.height = 1, 32, 32
        self.graphs, self.closed, self.drawn, self.mapped = graphs, False, 0, 0
        self.fails = []
        self.always = None
        self.given_up = threading.Event()

    def synthesize(self, ws, **_how):
        assert not self.closed
        if self.always is not None:
            raise self.always
        if self.fails:
            raise self.fails.pop(0)
        self.drawn += 1
        return torch.full((3, 32, 32), -0.5 if self.device == "cpu" else 0.5)

    def draw_plainly(self, why):
        told, self.graphs = self.graphs, False
        if told:
            self.note = why
        return told

    def close(self):
        self.closed = True


class Fakes:
    """Opens Styles on a fake device, and knows what was opened."""

    def __init__(self, monkeypatch, **how):
        monkeypatch.setattr("app.engine.render.opened.exits_of", lambda _generator: ())
        self.best, self.on_cpu, self.how = FakeGenerator(**how), FakeGenerator("cpu"), how
        self.fell = 0
        self.opened = OpenedStyle(self.best, self._fall)

    def _fall(self, failing):
        assert failing is self.best
        self.fell += 1
        return self.on_cpu


@pytest.fixture
def fakes(monkeypatch):
    return Fakes(monkeypatch)


@pytest.fixture
def plain(monkeypatch):
    return Fakes(monkeypatch, graphs=False)


def request():
    return RenderRequest(0.0, np.zeros((4, 8), np.float32), Look())


BRIGHT, DARK = 191, 64


def shade(style):
    return int(style.render(request()).image[0, 0, 0])


def test_nothing_is_said_where_nothing_fails(fakes):
    assert shade(fakes.opened) == BRIGHT
    assert (fakes.opened.device, fakes.opened.precision, fakes.opened.note) == ("cuda:0", "fp16", "")


def test_openvino_is_followed_by_torch(plain):
    plain.best.device, plain.best.engine, plain.best.precision = "cpu", "OpenVINO", "bf16 · OpenVINO"
    plain.best.always = RuntimeError("Check 'false' failed")
    assert [shade(plain.opened) for _ in range(2)] == [DARK] * 2
    assert plain.opened.note == "OpenVINO failed (Check 'false' failed), torch draws on"
    assert (plain.opened.precision, plain.fell) == ("bf16", 1)


def test_the_precision_stays_where_torch_takes_over(monkeypatch):
    asked = []
    monkeypatch.setattr(Generator, "open", lambda style, **how: asked.append((style, how)))
    on_cpu(SimpleNamespace(style="Bloom", engine="OpenVINO", precision="bf16 · OpenVINO"))
    assert asked == [("Bloom", {"device": "cpu", "precision": "bf16"})]


def test_out_of_memory_once(fakes):
    fakes.best.fails = [MEMORY]
    assert [shade(fakes.opened) for _ in range(3)] == [BRIGHT] * 3
    assert fakes.opened.note == "cuda:0 ran out of memory, drawn without CUDA graphs"
    assert (fakes.opened.device, fakes.fell) == ("cuda:0", 0)


@pytest.mark.parametrize(
    ("error", "note"),
    [
        (MEMORY, "cuda:0 ran out of memory, CPU draws on"),
        (LOST, "cuda:0 failed (CUDA error: unspecified launch failure), CPU draws on"),
        (RuntimeError(), "cuda:0 failed (RuntimeError), CPU draws on"),
    ],
)
def test_always(fakes, error, note):
    fakes.best.always = error
    assert [shade(fakes.opened) for _ in range(3)] == [DARK] * 3
    assert (fakes.opened.device, fakes.opened.precision, fakes.opened.note) == ("cpu", "bf16", note)
    assert (fakes.fell, fakes.best.closed) == (1, True)


def test_out_of_memory_without_graphs_is_the_cpu_s_turn(plain):
    plain.best.fails = [MEMORY]
    assert shade(plain.opened) == DARK
    assert plain.opened.note == "cuda:0 ran out of memory, CPU draws on"


@pytest.mark.parametrize(
    ("error", "note"),
    [(MISSING, "mps cannot compute this network, CPU draws on"), (METAL, "mps ran out of memory, CPU draws on")],
)
def test_metal(monkeypatch, error, note):
    fakes = Fakes(monkeypatch, device="mps", graphs=False)
    fakes.best.always = error
    assert shade(fakes.opened) == DARK
    assert fakes.opened.note == note


def test_what_the_cpu_itself_has_to_say_is_said_too(plain):
    plain.best.fails, plain.on_cpu.note = [LOST], "cpu bf16 not used: 30 dB against float32"
    shade(plain.opened)
    assert plain.opened.note.endswith("CPU draws on; cpu bf16 not used: 30 dB against float32")


def test_while_the_read_back_fails(fakes, monkeypatch):
    errors = [MEMORY, LOST]
    real = FakeGenerator.synthesize

    def synthesize(self, ws, **how):
        image = real(self, ws, **how)
        return image if self.device == "cpu" else Spoilt(image)

    class Spoilt:
        """A picture that is lost on its way."""

        def __init__(self, image):
            self.is_cuda, self.device = False, image.device

        def mul(self, _by):
            raise errors.pop(0)

    monkeypatch.setattr(FakeGenerator, "synthesize", synthesize)
    assert shade(fakes.opened) == DARK
    assert errors == []


def test_the_cpu_s_errors_are_not_hidden(fakes):
    fakes.best.always, fakes.on_cpu.always = LOST, RuntimeError("a bug")
    with pytest.raises(RuntimeError, match="a bug"):
        fakes.opened.render(request())


def test_a_style_that_cannot_be_opened_again_says_so(fakes):
    def gone(_generator):
        raise StyleError("gone.pt is not there.")

    fakes.best.always = LOST
    style = OpenedStyle(fakes.best, gone)
    with pytest.raises(StyleError, match=r"gone\.pt"):
        style.render(request())


def test_a_device_that_fails_as_exits_are_measured(monkeypatch, fakes):
    def measure(generator):
        return [] if generator.device == "cpu" else generator.synthesize(None)

    monkeypatch.setattr("app.engine.render.opened.exits_of", measure)
    fakes.best.always = LOST
    style = OpenedStyle(fakes.best, lambda _failing: FakeGenerator("cpu"))
    assert (style.device, shade(style)) == ("cpu", DARK)


class Mapped(OpenedStyle):
    """With a map of its own."""

    def atlas(self, classes=()):
        return small_atlas(), None


@pytest.fixture
def rig(monkeypatch):
    monkeypatch.setattr("app.engine.render.opened.exits_of", lambda _generator: ())
    best, on_cpu, heap, clock = FakeGenerator(), FakeGenerator("cpu"), Heap(), ManualClock()
    gate = threading.Event()
    gate.set()

    def fall(failing):
        failing.given_up.set()
        assert gate.wait(60)
        return on_cpu

    engine = Engine(clock, heap, lambda _ref: Mapped(best, fall))
    engine.start()
    engine.set_session(session())
    heap.wait(lambda: heap.frames and any(state.device == "cuda:0" for state in heap.states))
    yield engine, heap, clock, best, gate
    gate.set()
    engine.stop()
    assert best.closed
    assert on_cpu.closed or on_cpu.drawn == 0


def play_on(heap, clock, frames):
    """Let the song go on until so many frames more were drawn."""
    wanted = len(heap.frames) + frames
    clock.playing = True
    with heap.arrived:
        while len(heap.frames) < wanted:
            clock.t += 0.01
            assert heap.arrived.wait(60)


def test_live_the_picture_holds_and_then_goes_on(rig):
    engine, heap, clock, best, gate = rig
    play_on(heap, clock, 3)
    gate.clear()
    best.always = LOST
    clock.t += 1
    engine.poke()
    held = len(heap.frames)
    assert best.given_up.wait(60)  # it fails without graphs too; nothing more comes before the CPU's network is there
    assert not best.graphs
    assert len(heap.frames) <= held + 1  # what was being drawn, and nothing else: no black, no error
    assert all(int(frame.image[0, 0, 0]) == BRIGHT for frame in heap.frames)
    gate.set()
    play_on(heap, clock, 5)
    assert int(heap.frames[-1].image[0, 0, 0]) == DARK
    heap.wait(lambda: heap.states[-1].device == "cpu")
    told = heap.states[-1]
    assert (told.precision, told.status) == ("bf16", "running")
    assert told.note == "cuda:0 failed (CUDA error: unspecified launch failure), CPU draws on"
    assert heap.errors == []


def test_live_without_graphs_the_picture_is_the_same_and_it_is_said(rig):
    engine, heap, clock, best, _ = rig
    best.fails = [MEMORY]
    play_on(heap, clock, 5)
    engine.poke()
    heap.wait(lambda: heap.states[-1].note == "cuda:0 ran out of memory, drawn without CUDA graphs")
    assert heap.states[-1].device == "cuda:0"
    assert all(int(frame.image[0, 0, 0]) == BRIGHT for frame in heap.frames)


def test_after_a_still_that_failed_the_window_is_told(rig):
    engine, heap, clock, best, _ = rig
    best.always = LOST
    ws = plan(0.0, session()).ws
    engine.request_still("a", ws, 8)
    heap.wait(lambda: "a" in heap.stills)
    assert int(heap.stills["a"][0, 0, 0]) == DARK
    play_on(heap, clock, 2)
    heap.wait(lambda: heap.states[-1].device == "cpu")


def test_a_film_never_mixes_what_two_devices_draw(fakes, tmp_path):
    def progress(told):
        if told.done == 5:
            fakes.best.always = LOST

    job = ExportJob(session(), None, tmp_path / "shots", Film(format="png", end=1.0, width=32, height=32))
    told = r"^The film stopped at frame 6: cuda:0 failed .*\. Make it again, and cpu draws all of it, in bf16\.$"
    with pytest.raises(FilmError, match=told):
        export(job, fakes.opened, progress=progress, cancelled=lambda: False)
    assert list(tmp_path.iterdir()) == []
    made = export(job, fakes.opened, progress=lambda _: None, cancelled=lambda: False)
    assert len(list(made.iterdir())) == 30


def test_a_film_goes_on_without_graphs(fakes, tmp_path):
    def progress(told):
        if told.done == 5:
            fakes.best.fails = [MEMORY]

    job = ExportJob(session(), None, tmp_path / "shots", Film(format="png", end=1.0, width=32, height=32))
    made = export(job, fakes.opened, progress=progress, cancelled=lambda: False)
    assert len(list(made.iterdir())) == 30
    assert "CUDA graphs" in fakes.opened.note


@pytest.mark.parametrize(("asked", "given"), [("float32", "float32"), ("fp16", None), (None, None)])
def test_the_cpu_never_draws_in_a_precision_that_is_not_its_own(monkeypatch, asked, given):
    opened = []
    monkeypatch.setattr(
        "app.engine.render.fallback.Generator.open", lambda style, **how: opened.append((style, how["precision"]))
    )
    on_cpu(SimpleNamespace(style="a style", engine=""), asked)
    assert opened == [("a style", given)]
