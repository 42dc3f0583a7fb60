"""Every way from ws to a picture that Anthesis has, in one table: a new way is a new row of what is measured."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from app.engine.stylegan.card import Card, tensor_shapes
from app.engine.stylegan.card3 import Card3
from app.engine.stylegan.cards import AnyCard
from app.engine.stylegan.folded import FoldedSynthesis
from app.engine.stylegan.generator import DTYPES, cpu_has_bf16
from app.engine.stylegan.graphed import CudaRecorder, GraphedSynthesis
from app.engine.stylegan.network import MAPPING_LR, SynthesisNetwork, fir
from app.engine.stylegan.openvino_path import OpenVinoSynthesis, installed
from app.engine.stylegan.stylegan3 import AliasFreeSynthesis
from app.engine.stylegan.traced import TracedSynthesis

Draw = Callable[[Tensor], Tensor]
"""``(num_ws, w_dim)`` float32 to ``(channels, height, width)`` float32."""
Build = Callable[[AnyCard, Mapping[str, Tensor], str, torch.dtype], Draw]
"""Card, float32 tensors, device and working precision to a network that lies ready."""


@dataclass(frozen=True, slots=True)
class Contender:
    """One way: which cards it is for, and in a few words why a device does not have it, "" where it has."""

    path: str
    precision: str
    build: Build
    fits: Callable[[AnyCard], bool]
    lacking: Callable[[str], str]

    @property
    def name(self) -> str:
        """Path and precision."""
        return f"{self.path} {self.precision}"


def _readable(card: AnyCard, tensors: Mapping[str, Tensor], device: str, _dtype: torch.dtype) -> Draw:
    assert isinstance(card, Card)
    start = "synthesis."
    known = {key[len(start) :]: tensor.to(device) for key, tensor in tensors.items() if key.startswith(start)}
    with torch.device("meta"):  # without numbers of its own: those in *tensors* become its own
        network = SynthesisNetwork(card)
    network.load_state_dict(known, assign=True)
    network.requires_grad_(False)

    def draw(ws: Tensor) -> Tensor:
        image: Tensor = network(ws[None].to(device))
        return image[0]

    return draw


def _folded(card: AnyCard, tensors: Mapping[str, Tensor], device: str, dtype: torch.dtype) -> Draw:
    assert isinstance(card, Card)
    return FoldedSynthesis(card, tensors, device=device, dtype=dtype)


def _traced(card: AnyCard, tensors: Mapping[str, Tensor], _device: str, dtype: torch.dtype) -> Draw:
    assert isinstance(card, Card)
    traced = TracedSynthesis(card, tensors, dtype=dtype)
    traced.prepare()
    return _recorded(traced)


def _graphed(card: AnyCard, tensors: Mapping[str, Tensor], device: str, dtype: torch.dtype) -> Draw:
    assert isinstance(card, Card)
    plain = FoldedSynthesis(card, tensors, device=device, dtype=dtype)
    graphed = GraphedSynthesis(plain, CudaRecorder(plain.device))
    return _recorded(graphed)


def _recorded(synthesis: GraphedSynthesis | TracedSynthesis) -> Draw:
    def draw(ws: Tensor) -> Tensor:
        image = synthesis(ws)
        if synthesis.refused:  # not measured as what it is not
            raise RuntimeError(synthesis.refused)
        return image

    return draw


def _openvino(precision: str) -> Build:
    def build(card: AnyCard, tensors: Mapping[str, Tensor], _device: str, _dtype: torch.dtype) -> Draw:
        assert isinstance(card, Card)
        return OpenVinoSynthesis(card, tensors, precision=precision)

    return build


def _alias_free(card: AnyCard, tensors: Mapping[str, Tensor], device: str, dtype: torch.dtype) -> Draw:
    assert isinstance(card, Card3)
    return AliasFreeSynthesis(card, tensors, device=device, dtype=dtype)


def _two(card: AnyCard) -> bool:
    return isinstance(card, Card)


def _three(card: AnyCard) -> bool:
    return isinstance(card, Card3)


def _skips(card: AnyCard) -> bool:
    return isinstance(card, Card) and card.architecture == "skip"


def _nothing(_device: str) -> str:
    return ""


def _bf16(device: str) -> str:
    if device != "cpu":
        return "bf16 is for processors"
    return "" if cpu_has_bf16() else "this processor has no bf16"


def _fp16(device: str) -> str:
    return "processors have no fp16 worth having" if device == "cpu" else ""


def _graphs(device: str) -> str:
    return "" if device.startswith("cuda") else "CUDA graphs are for CUDA devices"


def _programs(device: str) -> str:
    return "" if device == "cpu" else "programs are for processors"


def _programs_bf16(device: str) -> str:
    return _programs(device) or _bf16(device)


def _vino(device: str) -> str:
    if device != "cpu":
        return "OpenVINO is for processors"
    return "" if installed() else "OpenVINO is not installed"


def _vino_bf16(device: str) -> str:
    return _vino(device) or _bf16(device)


CONTENDERS = (
    Contender("readable", "float32", _readable, _two, _nothing),
    Contender("folded", "float32", _folded, _two, _nothing),
    Contender("folded", "bf16", _folded, _two, _bf16),
    Contender("folded", "fp16", _folded, _two, _fp16),
    Contender("traced", "float32", _traced, _two, _programs),
    Contender("traced", "bf16", _traced, _two, _programs_bf16),
    Contender("graphed", "float32", _graphed, _two, _graphs),
    Contender("graphed", "fp16", _graphed, _two, _graphs),
    Contender("openvino", "float32", _openvino("float32"), _skips, _vino),
    Contender("openvino", "bf16", _openvino("bf16"), _skips, _vino_bf16),
    Contender("alias-free", "float32", _alias_free, _three, _nothing),
    Contender("alias-free", "bf16", _alias_free, _three, _bf16),
    Contender("alias-free", "fp16", _alias_free, _three, _fp16),
)
"""The first that a card fits is what the others are held against."""


def contenders_for(card: AnyCard, device: str) -> tuple[Contender, ...]:
    """Those that *card* can take on *device*."""
    return tuple(c for c in CONTENDERS if c.fits(card) and not c.lacking(device))


def built(contender: Contender, card: AnyCard, tensors: Mapping[str, Tensor], device: str) -> Draw:
    """The network of *card* made ready the way *contender* says."""
    return contender.build(card, tensors, device, DTYPES[contender.precision])


def work(card: Card) -> float:
    """Floating point operations of the 3x3 convolutions of one picture, two for a multiplication and its addition."""
    total = 0
    for size in card.sizes:
        (height, width), now = card.drawn(size), card.channels(size)
        total += 18 * now * now * height * width
        if size > 4:
            total += 18 * card.channels(size // 2) * now * height * width // 4
    return float(total)


def random_weights(card: Card, seed: int = 0) -> dict[str, Tensor]:
    """Weights nobody trained, float32: noise and biases are there, so that every part of the network matters."""
    dice = torch.Generator().manual_seed(seed)
    return {name: _drawn(name, shape, dice) for name, shape in tensor_shapes(card).items()}


def _drawn(name: str, shape: tuple[int, ...], dice: torch.Generator) -> Tensor:
    if name.endswith("resample_filter"):
        return fir()
    if name.endswith("noise_strength"):
        return torch.tensor(0.1)
    drawn = torch.randn(shape, generator=dice)
    if name.endswith("bias"):
        return drawn.mul_(0.1).add_(1.0 if "affine" in name else 0.0)
    slow = name.startswith("mapping.fc") and name.endswith("weight")
    return drawn / MAPPING_LR if slow else drawn
