"""Twice the size by a 3x3 convolution between zeros, two ways: one transposed convolution, or one for each phase.

Three quarters of what a transposed convolution reads are zeros. A pixel of the result meets 4, 2, 2 or 1 of the nine
weights, by whether its row and column are even: four small convolutions compute the four kinds, with the same sums.
Which is faster is the processor's: with tiles of bf16 (AMX) the four take half the time of oneDNN's transposed one
where channels are many, and longer where they are few; without tiles they take twice as long.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from app.engine.stylegan.packed import conv, transposed

MANY = 128
"""Channels that come in, from which on four small convolutions pay: Bloom, with fewer, lost 7 % by them."""
_TAPS = ((2, 0), (1,))
"""Which of a kernel's three taps an even and an odd pixel meet, the pixel before it first."""
PADDINGS = ((1, 1), (1, 0), (0, 1), (0, 0))
"""Zeros above and before the picture for each phase: even and odd rows by columns."""


def up_weights(weight: Tensor, device: torch.device, dtype: torch.dtype) -> tuple[Tensor, ...]:
    """``(outputs, inputs, 3, 3)`` the way that is faster on *device* in *dtype*.

    One ``(inputs, outputs, 3, 3)`` to be transposed, or four ``(outputs, inputs, 1 or 2, 1 or 2)``: even and odd rows
    by columns.
    """
    tiles = device.type == "cpu" and dtype == torch.bfloat16 and torch.cpu._is_amx_tile_supported()
    if tiles and weight.shape[1] >= MANY:
        return tuple(weight[:, :, down][:, :, :, across] for down in map(list, _TAPS) for across in map(list, _TAPS))
    return (weight.transpose(0, 1),)


def upconv(x: Tensor, weights: Sequence[Tensor]) -> Tensor:
    """``(1, inputs, h, w)`` to ``(1, outputs, 2 h + 1, 2 w + 1)``; *weights* from ``up_weights``."""
    if len(weights) == 1:
        return transposed(x, weights[0])
    height, width = x.shape[2:]
    shape = (1, weights[0].shape[0], 2 * height + 1, 2 * width + 1)
    y = torch.empty(shape, dtype=x.dtype, device=x.device, memory_format=torch.channels_last)
    for weight, (above, before) in zip(weights, PADDINGS, strict=True):
        y[:, :, 1 - above :: 2, 1 - before :: 2] = conv(x, weight, None, (above, before))
    return y
