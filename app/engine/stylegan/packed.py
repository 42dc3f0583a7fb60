"""Constant convolution weights packed once in the order that the processor multiplies in, not for every picture.

oneDNN packs the weights of a plain convolution each time anew, which costs as long as the convolution itself where
pictures are small and channels many. The operators are those that torch's own compiler uses for frozen networks; where
they are missing, or the processor is another one, weights stay plain and pictures are the same.
"""

import platform
from functools import cache

import torch
import torch.nn.functional as F
from torch import Tensor

Padding = tuple[int, int]
_OPERATORS = (
    "_reorder_convolution_weight",
    "_reorder_convolution_transpose_weight",
    "_convolution_pointwise",
    "_convolution_transpose_pointwise",
)

_SOURCE = """
def conv(x: Tensor, weight: Tensor, bias: Optional[Tensor], padding: List[int], groups: int, slope: Optional[float]):
    scalars = torch.jit.annotate(List[Optional[number]], [])
    if slope is None:
        return torch.ops.mkldnn._convolution_pointwise(
            x, weight, bias, padding, [1, 1], [1, 1], groups, "none", scalars, "")
    scalars.append(slope)
    return torch.ops.mkldnn._convolution_pointwise(
        x, weight, bias, padding, [1, 1], [1, 1], groups, "leaky_relu", scalars, "")

def transposed(x: Tensor, weight: Tensor):
    scalars = torch.jit.annotate(List[Optional[number]], [])
    return torch.ops.mkldnn._convolution_transpose_pointwise(
        x, weight, None, [0, 0], [0, 0], [2, 2], [1, 1], 1, "none", scalars, "")
"""
"""In torch's own language: ``traced.py`` records what is called, but no list of scalars that Python passes."""


@cache
def _operators() -> torch.jit.CompilationUnit:
    return torch.jit.CompilationUnit(_SOURCE)


def can_pack(device: torch.device, dtype: torch.dtype) -> bool:
    """Whether *device* takes packed weights of *dtype*."""
    intel = platform.machine().lower() in ("x86_64", "amd64")
    known = intel and dtype in (torch.float32, torch.bfloat16)
    return device.type == "cpu" and known and all(hasattr(torch.ops.mkldnn, name) for name in _OPERATORS)


def packed(weight: Tensor, padding: Padding, size: tuple[int, int]) -> Tensor:
    """``(outputs, inputs, k, l)`` for ``conv`` on pictures of *size*, height and width; ``weight`` where it cannot."""
    if not can_pack(weight.device, weight.dtype):
        return weight
    shape = (1, weight.shape[1], *size)
    return torch.ops.mkldnn._reorder_convolution_weight(weight, padding, (1, 1), (1, 1), 1, shape)


def packed_up(weight: Tensor, size: tuple[int, int]) -> Tensor:
    """As ``packed``, ``(inputs, outputs, 3, 3)`` for ``transposed``."""
    if not can_pack(weight.device, weight.dtype):
        return weight
    shape, none = (1, weight.shape[0], *size), (0, 0)
    return torch.ops.mkldnn._reorder_convolution_transpose_weight(weight, none, none, (2, 2), (1, 1), 1, shape)


def transposed(x: Tensor, weight: Tensor) -> Tensor:
    """*x* ``(1, inputs, h, w)``, zeros between its pixels, convolved with *weight*, packed or not."""
    if weight.is_mkldnn:
        return _operators().transposed(x, weight)
    return F.conv_transpose2d(x, weight, stride=2)


def conv(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    padding: Padding = (1, 1),
    *,
    groups: int = 1,
    slope: float | None = None,
) -> Tensor:
    """*x* ``(1, inputs, h, w)`` convolved with *weight*, packed or not; leaky ReLU in the same pass where it can be."""
    if weight.is_mkldnn or (slope is not None and can_pack(x.device, x.dtype)):
        return _operators().conv(x, weight, bias, padding, groups, slope)
    y = F.conv2d(x, weight, bias, padding=padding, groups=groups)
    return y if slope is None else F.leaky_relu_(y, slope)
