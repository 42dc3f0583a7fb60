"""Noise, leaky ReLU and clamp upon a layer's output, in place, where they are not part of its convolution."""

from collections.abc import Iterator

import torch
import torch.nn.functional as F
from torch import Tensor

SLOPE = 0.2
"""Of leaky ReLU below zero."""
CACHED = 2**20
"""Bytes that a core's cache holds with room to spare."""


def activate(x: Tensor, noise: Tensor, scales: Tensor | None, limit: Tensor | float | None) -> None:
    """*noise* ``(h, w)`` onto *x* ``(1, c, h, w)``, times *scales* ``(c,)`` where there are some; leaky ReLU; clamp."""
    for rows in _strips(x):
        strip = x[:, :, rows]
        _add(strip, noise[rows], scales)
        F.leaky_relu_(strip, SLOPE)
        if limit is not None:
            clamp(strip, limit)


def clamp(x: Tensor, limit: Tensor | float) -> None:
    """Hold *x* within *limit*, one for all or ``(c, 1, 1)``."""
    if isinstance(limit, Tensor):
        torch.clamp(x, -limit, limit, out=x)
    else:
        x.clamp_(-limit, limit)


def _add(x: Tensor, noise: Tensor, scales: Tensor | None) -> None:
    pixels = x[0].permute(1, 2, 0)
    if x.device.type == "cpu" and pixels.is_contiguous():
        # As a product of a column and a row: with few channels, adding one number to all of a pixel takes ten times it.
        ones = torch.ones(x.shape[1], dtype=x.dtype) if scales is None else scales.to(x.dtype)
        pixels.view(-1, x.shape[1]).addmm_(noise.reshape(-1, 1), ones[None])
    elif scales is None:
        x.add_(noise)
    else:
        x.addcmul_(noise, scales.to(x.dtype)[:, None, None])


def _strips(x: Tensor) -> Iterator[slice]:
    """Rows of *x* that fit the cache of a core, to go over more than once; all of them where x fits, or on a card."""
    height = x.shape[2]
    count = x.nbytes // CACHED if x.device.type == "cpu" else 1
    step = max(1, height // max(1, count))
    return (slice(top, top + step) for top in range(0, height, step))
