"""A Style made ready to draw: the best device, the precision that device is fast and good enough in, pictures."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from app.engine.cores import cores
from app.engine.errors import StyleError, first_line
from app.engine.show.show import Classes
from app.engine.stopwatch import in_turns
from app.engine.stylegan.allocator import keep_freed_memory
from app.engine.stylegan.card import Card
from app.engine.stylegan.cards import AnyCard
from app.engine.stylegan.devices import best_device, named_device
from app.engine.stylegan.folded import FoldedSynthesis
from app.engine.stylegan.graphed import CudaRecorder, GraphedSynthesis
from app.engine.stylegan.library import Style
from app.engine.stylegan.network import MappingNetwork
from app.engine.stylegan.openvino_path import OpenVinoSynthesis, installed
from app.engine.stylegan.stylegan3 import UNMOVED, AliasFreeSynthesis
from app.engine.stylegan.threads import chosen, threads
from app.engine.stylegan.traced import TracedSynthesis
from app.engine.stylegan.ways import REDUCED_FROM, Choice, Way, circumstances, recalled_choice, remember_choice, ways
from app.engine.stylegan.weights import load_weights

Synthesis = FoldedSynthesis | GraphedSynthesis | AliasFreeSynthesis | OpenVinoSynthesis
DTYPES = {"float32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}
GOOD_ENOUGH = 45.0
"""PSNR in dB of a picture in reduced precision against float32: below it the difference could be seen."""
FASTER = 1.15
"""How many pictures OpenVINO must draw while torch draws one: by less, another measurement could say otherwise."""


class Generator:
    """Owns a Style's weights on one device. Made, used and closed on the engine thread.

    ``device`` and ``precision`` say what was chosen, ``engine`` what draws where it is not torch, and ``fidelity`` how
    near it comes to float32. ``threads`` draw a picture, for as long as that takes; all else has the usual number.
    """

    def __init__(
        self, style: Style, card: AnyCard, mapping: MappingNetwork, synthesis: Synthesis, *, choice: Choice,
        threads: int = 1,
    ) -> None:  # fmt: skip
        self.style, self.card = style, card
        self.resolution, self.num_ws = card.resolution, card.num_ws
        self.width, self.height = card.width, card.height
        self.w_dim, self.z_dim = card.w_dim, card.z_dim
        self.w_avg: NDArray[np.float32] = mapping.w_avg.numpy().copy()
        self.device, self.precision = str(synthesis.device), choice.way.name
        self.engine, self.fidelity = choice.way.engine, choice.fidelity
        self.threads, self._usual = threads, cores().usual
        self._mapping, self._synthesis, self._choice = mapping, synthesis, choice

    @classmethod
    def open(cls, style: Style, *, device: str | None = None, precision: str | None = None) -> "Generator":
        """*style* on *device* (None: the best that passes its self-test) in *precision* (None: the fastest that does).

        precision: "float32", "bf16" or "fp16". StyleError if the weights cannot be used.
        """
        if precision is not None and precision not in DTYPES:
            raise StyleError(f"Precision is float32, bf16 or fp16, not {precision}.")
        keep_freed_memory()
        torch.set_num_threads(cores().usual)
        torch.set_flush_denormal(True)  # tiny numbers left by leaky ReLUs cost hundreds of cycles each
        card, tensors = load_weights(style.path)
        if bad := next((name for name, tensor in tensors.items() if not bool(tensor.isfinite().all())), None):
            raise StyleError(f"{style.path.name} cannot be used: {bad} holds numbers that are not finite.")
        mapping = MappingNetwork(card).requires_grad_(False)
        mapping.load_state_dict({name[8:]: tensor for name, tensor in tensors.items() if name.startswith("mapping.")})
        with torch.inference_mode():
            network = _Network(style.sha256, card, tensors, mapping)
            synthesis, choice = _choose(network, device, precision)
            count = _threads(network, synthesis, choice.way, measured=precision is None)
        return cls(style, card, mapping, synthesis, choice=choice, threads=count)

    @property
    def note(self) -> str:
        """What better way failed and why, in words for the status bar; empty where the best was taken."""
        return "; ".join(filter(None, (self._choice.note, self._refused)))

    @property
    def _refused(self) -> str:
        """Why nothing is recorded and replayed; empty where it is, or is not called for."""
        synthesis = getattr(self, "_synthesis", None)  # None once it is closed
        return synthesis.refused if isinstance(synthesis, GraphedSynthesis | TracedSynthesis) else ""

    def draw_plainly(self, why: str) -> bool:
        """Draw on without CUDA graphs, *why* for the status bar; False where it does so already."""
        if not isinstance(self._synthesis, GraphedSynthesis) or self._synthesis.refused:
            return False
        self._synthesis.draw_plainly(why)
        return True

    @torch.inference_mode()
    def mapping(self, z: NDArray[np.float32], c: NDArray[np.float32] | None = None) -> NDArray[np.float32]:
        """``(n, z_dim)`` to ``(n, w_dim)``, not truncated. c: how much of each class, ``(c_dim,)``; None is class 0."""
        label = None if c is None or not self.card.c_dim else torch.from_numpy(c).expand(len(z), -1)
        with threads(self._usual):
            w: NDArray[np.float32] = self._mapping(torch.from_numpy(np.array(z, np.float32)), label).numpy()
        return w

    def class_weights(self, classes: Classes) -> NDArray[np.float32] | None:
        """*classes* as ``mapping`` takes them, None for class 0 alone; StyleError where this network has none such."""
        self.style.check(classes)
        if not classes:
            return None
        c = np.zeros(self.card.c_dim, np.float32)
        for label, weight in classes:
            c[label] = weight
        return c

    @torch.inference_mode()
    def synthesize(
        self,
        ws: NDArray[np.float32],
        *,
        exit_at: int | None = None,
        noise: float = 1.0,
        noise_seed: int | None = None,
        moved: tuple[float, float, float] = UNMOVED,
    ) -> Tensor:
        """``(num_ws, w_dim)`` to a picture ``(3, height, width)``, float32 on ``device``, nominally -1..1, not clamped.

        exit_at: one of ``card.sizes``, to stop early at a smaller picture. noise: strength of the grain.
        noise_seed: draw the grain anew. moved: right and down in widths of the picture, and turned anticlockwise in
        turns. StyleGAN3 has no grain, and StyleGAN2 cannot move. Equal input gives equal output, bit for bit.
        """
        w = torch.from_numpy(np.array(ws, np.float32))
        with threads(self.threads):
            if isinstance(self._synthesis, AliasFreeSynthesis):
                image = self._synthesis(w, exit_at=exit_at, moved=moved)
            else:
                image = self._synthesis(w, exit_at=exit_at, noise=noise, noise_seed=noise_seed)
        return image.expand(3, -1, -1).clone() if len(image) == 1 else image[:3]  # the fourth is how opaque it is

    def close(self) -> None:
        """Lets go of the weights; the Generator cannot draw any more."""
        del self._synthesis, self._mapping
        if self.device.startswith("cuda"):
            with suppress(RuntimeError):  # a device that is lost frees nothing
                torch.cuda.empty_cache()


def psnr(image: Tensor, reference: Tensor) -> float:
    """Likeness of two pictures as they would be shown (clamped to -1..1), in dB."""
    error = (image.clamp(-1, 1) - reference.clamp(-1, 1)).square().mean()
    return float(10 * torch.log10(4 / (error + 1e-20)))


@dataclass(frozen=True, slots=True, eq=False)
class _Network:
    """A network whose weights were read, to be drawn one way or another."""

    sha256: str
    card: AnyCard
    tensors: Mapping[str, Tensor]
    mapping: MappingNetwork


def _choose(network: _Network, device: str | None, precision: str | None) -> tuple[Synthesis, Choice]:
    """The synthesis network to use, and what was chosen; StyleError if a *device* that was named cannot be used."""
    where, card = best_device() if device is None else named_device(device), network.card
    if where.startswith("cuda"):
        # Films must come out the same every time: no racing algorithms, and float32 that is float32.
        torch.backends.cudnn.deterministic, torch.backends.cudnn.allow_tf32 = True, False
    if precision is not None:
        way = Way(where, precision)
        return _ready(network, way), Choice(way, "chosen by hand", "")
    apart = isinstance(card, Card) and card.resolution > REDUCED_FROM
    openvino = isinstance(card, Card) and card.architecture == "skip" and bool(installed())
    tried = tuple(ways(where, apart=apart, bf16=cpu_has_bf16(), openvino=openvino))
    under = circumstances(network.sha256, tried, GOOD_ENOUGH)
    choice = recalled_choice(under) if under is not None else None
    if choice is not None:
        with suppress(StyleError):  # measured again
            return _ready(network, choice.way), choice
    synthesis, choice, sure = _tested(network, tried, named=device is not None)
    if under is not None and sure:
        remember_choice(under, choice)
    if choice.way.engine and (under is None or recalled_choice(under) != choice):
        # Time has decided, and would have to again: films could come out with other pictures now and then.
        untimed = tuple(way for way in tried if not way.engine)
        synthesis, choice, _ = _tested(network, untimed, named=device is not None)
    return synthesis, choice


def _tested(network: _Network, tried: Sequence[Way], *, named: bool) -> tuple[Synthesis, Choice, bool]:
    """The first way that passes its self-test, and whether it would be the same one next time.

    named: a device that cannot be used at all is an error rather than a reason to try the next.
    """
    probes, sure = _probes(network), True
    wanted: list[Tensor] = []
    refused: list[str] = []
    slower = ""
    for way in tried[:-1]:
        wanted = wanted or _drawn(_ready(network, tried[-1]), probes)
        try:
            candidate = _ready(network, way)
            verdict, good = _self_test(candidate, wanted, probes)
        except (StyleError, RuntimeError) as cause:
            error = cause if isinstance(cause, StyleError) else _unusable(way.device, cause)
            if named and way.device != "cpu":
                raise error from cause
            refused.append(str(error))
            sure = False  # another program may have had its memory
            continue
        if good and way.engine:
            faster = _faster(candidate, _ready(network, replace(way, engine="")), probes)
            slower = "" if faster >= FASTER else f", {way.engine} only {faster:.2f} times as fast"
            if slower:
                continue
            verdict += f", {faster:.1f} times as fast as torch"
        if good:
            return candidate, Choice(way, verdict + slower, "; ".join(refused)), sure
        refused.append(f"{way.device} {way.name} not used: {verdict}")
    return _ready(network, tried[-1]), Choice(tried[-1], "exact" + slower, "; ".join(refused)), sure


def _threads(network: _Network, synthesis: Synthesis, way: Way, *, measured: bool) -> int:
    """How many draw: the usual number but where torch draws on the CPU, whose best is known or is *measured* now."""
    here = cores()
    if way.device != "cpu" or way.engine or len(here.counts) == 1:
        return here.usual
    ws = _probes(network)[0]

    def draw(place: int) -> Tensor:
        return synthesis(ws * (1 + place / 100))  # no two alike: no block can be used again

    return chosen(network.card, way, here, draw if measured else None)


def cpu_has_bf16() -> bool:
    """Whether this CPU multiplies bf16 in hardware; where it does not, bf16 is slower than float32."""
    return bool(torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported())


def _ready(network: _Network, way: Way, *, once: bool = False) -> Synthesis:
    """once: for a picture or two, which are drawn before anything could be recorded."""
    card, tensors, dtype = network.card, network.tensors, DTYPES[way.precision]
    try:
        if not isinstance(card, Card):
            return AliasFreeSynthesis(card, tensors, device=way.device, dtype=dtype)
        if way.engine:
            return OpenVinoSynthesis(card, tensors, precision=way.precision)
        if way.device == "cpu" and not once:
            traced = TracedSynthesis(card, tensors, dtype=dtype)
            traced.prepare()
            return traced
        folded = FoldedSynthesis(card, tensors, device=way.device, dtype=dtype, reduced_from=way.reduced_from)
        return GraphedSynthesis(folded, CudaRecorder(folded.device)) if folded.device.type == "cuda" else folded
    except (RuntimeError, AssertionError) as cause:  # what torch raises for a device that is not there
        raise _unusable(way.device, cause) from cause


def _unusable(device: str, cause: Exception) -> StyleError:
    return StyleError(f"The device {device} cannot be used: {first_line(cause)}")


def _drawn(synthesis: Synthesis, probes: Tensor) -> list[Tensor]:
    """The pictures of all *probes*, in main memory."""
    return [synthesis(ws).cpu() for ws in probes]


def _self_test(candidate: Synthesis, wanted: list[Tensor], probes: Tensor) -> tuple[str, bool]:
    """Draws *probes*, whose pictures in float32 are *wanted*: they must look the same.

    Of torch's ways none is taken for its time: on a busy machine it would be another one now and then, and the same
    film would come out with other pictures. What is tried is what the hardware is made for.
    """
    likeness = min(psnr(*pair) for pair in zip(_drawn(candidate, probes), wanted, strict=True))
    return f"{likeness:.0f} dB against float32", likeness >= GOOD_ENOUGH  # False also when it is not a number


def _faster(candidate: Synthesis, rival: Synthesis, probes: Tensor) -> float:
    """How many pictures *candidate* draws while *rival* draws one."""
    places = [probes[0] * (1 + i / 100) for i in range(10)]  # no two alike: no block can be used again
    turns = {"candidate": lambda i: candidate(places[i]), "rival": lambda i: rival(places[i])}
    times = in_turns(turns, rounds=len(places) - 1, seconds=1.0)
    return times["rival"].ms / times["candidate"].ms


def _probes(network: _Network) -> Tensor:
    """``(n, num_ws, w_dim)``: a point or two of the Style, always the same."""
    card = network.card
    count = 2 if card.resolution <= 256 else 1  # a large picture is many small ones side by side, and takes a second
    z = np.random.RandomState(0).randn(count, card.z_dim).astype(np.float32)
    return network.mapping.ws(torch.from_numpy(z))
