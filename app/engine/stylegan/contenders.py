"""Every way from ws to a picture that Anthesis has, in one table: a new way is a new row of what is measured."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from app.engine.stylegan.card import Card, tensor_shapes
from app.engine.stylegan.cards import AnyCard
from app.engine.stylegan.folded import FoldedSynthesis
from app.engine.stylegan.generator import DTYPES, cpu_has_bf16
from app.engine.stylegan.network import MAPPING_LR, fir
from app.engine.stylegan.plain import PlainSynthesis
from app.engine.stylegan.stylegan3 import AliasFreeSynthesis

Draw = Callable[[Tensor], Tensor]
"""``(num_ws, w_dim)`` float32 to ``(channels, height, width)`` float32."""
Build = Callable[[AnyCard, Mapping[str, Tensor], str, torch.dtype], Draw]
"""Card, float32 tensors, device and working precision to a network that lies ready."""


@dataclass(frozen=True, slots=True)
class Contender:
    """One way: *refusal* says in a few words why it cannot be taken with a card on a device, "" where it can."""

    path: str
    precision: str
    build: Build
    refusal: Callable[[AnyCard, str], str]

    @property
    def name(self) -> str:
        """Path and precision."""
        return f"{self.path} {self.precision}"


def _readable(card: AnyCard, tensors: Mapping[str, Tensor], device: str, _dtype: torch.dtype) -> Draw:
    assert isinstance(card, Card)
    return PlainSynthesis(card, tensors, device=device)


def _folded(card: AnyCard, tensors: Mapping[str, Tensor], device: str, dtype: torch.dtype) -> Draw:
    assert isinstance(card, Card)
    return FoldedSynthesis(card, tensors, device=device, dtype=dtype)


def _alias_free(card: AnyCard, tensors: Mapping[str, Tensor], device: str, dtype: torch.dtype) -> Draw:
    assert not isinstance(card, Card)
    return AliasFreeSynthesis(card, tensors, device=device, dtype=dtype)


def _two(card: AnyCard, _device: str) -> str:
    return "" if isinstance(card, Card) else "StyleGAN3 has a path of its own"


def _three(card: AnyCard, _device: str) -> str:
    return "StyleGAN2 has paths of its own" if isinstance(card, Card) else ""


def _skips(card: AnyCard, device: str) -> str:
    folds = not isinstance(card, Card) or card.architecture == "skip"
    return _two(card, device) or ("" if folds else "only networks with skips are folded")


def _in_bf16(refusal: Callable[[AnyCard, str], str]) -> Callable[[AnyCard, str], str]:
    def refused(card: AnyCard, device: str) -> str:
        here = device == "cpu" and cpu_has_bf16()
        return refusal(card, device) or ("" if here else f"no bf16 in hardware on {device}")

    return refused


def _in_fp16(refusal: Callable[[AnyCard, str], str]) -> Callable[[AnyCard, str], str]:
    def refused(card: AnyCard, device: str) -> str:
        return refusal(card, device) or ("no fp16 in hardware on cpu" if device == "cpu" else "")

    return refused


CONTENDERS = (
    Contender("readable", "float32", _readable, _two),
    Contender("folded", "float32", _folded, _skips),
    Contender("folded", "bf16", _folded, _in_bf16(_skips)),
    Contender("folded", "fp16", _folded, _in_fp16(_skips)),
    Contender("alias-free", "float32", _alias_free, _three),
    Contender("alias-free", "bf16", _alias_free, _in_bf16(_three)),
    Contender("alias-free", "fp16", _alias_free, _in_fp16(_three)),
)
"""The first that a card can take is what the others are held against."""


def built(contender: Contender, card: AnyCard, tensors: Mapping[str, Tensor], device: str) -> Draw:
    """The network of *card* made ready the way *contender* says."""
    return contender.build(card, tensors, device, DTYPES[contender.precision])


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
