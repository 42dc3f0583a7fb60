"""Twice the size: by a 3x3 convolution between zeros and a low-pass filter, and a picture by the filter alone.

Three quarters of what a transposed convolution reads are zeros. A pixel of the result meets 4, 2, 2 or 1 of the nine
weights, by whether its row and column are even. So there are three ways, with the same sums:

- *transposed*: one transposed convolution, then the filter, channel by channel.
- *phases*: four small convolutions for the four kinds of pixels, then the filter.
- *merged*: the filter is multiplied into the weights. Each kind of pixel then meets 3x3 of the smaller picture, and one
  convolution with four times the outputs computes all of them: four times the work, and no pass over what is larger.

Which is faster is the processor's. With tiles of bf16 (AMX) work is nearly free and passes are not: merged takes 0.6 to
0.8 of the time up to 128 channels, and phases half of that of transposed beyond. Without tiles, transposed is fastest.
"""

from collections.abc import Sequence
from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor

from app.engine.stylegan.packed import conv, transposed

Way = Literal["transposed", "phases", "merged"]

MANY = 128
"""Channels that come in, up to which the merged way pays."""
_TAPS = ((2, 0), (1,))
"""Which of a kernel's three taps an even and an odd pixel meet, the pixel before it first."""
PADDINGS = ((1, 1), (1, 0), (0, 1), (0, 0))
"""Zeros above and before the picture for each phase: even and odd rows by columns."""
_MERGED_TAPS = ((4, 2, 0), (5, 3, 1))
"""As ``_TAPS``, of the six taps that kernel and filter have together."""


def up_way(inputs: int, device: torch.device, dtype: torch.dtype) -> Way:
    """The way that is fastest for so many channels on *device* in *dtype*."""
    tiles = device.type == "cpu" and dtype == torch.bfloat16 and torch.cpu._is_amx_tile_supported()
    if not tiles:
        return "transposed"
    return "merged" if inputs <= MANY else "phases"


def up_weights(weight: Tensor, fir: Tensor, way: Way) -> tuple[Tensor, ...]:
    """``(outputs, inputs, 3, 3)`` as *way* wants it; *fir* is the filter, ``(4, 4)``.

    transposed: one ``(inputs, outputs, 3, 3)``. phases: four ``(outputs, inputs, 1 or 2, 1 or 2)``, even and odd rows
    by columns. merged: one ``(4 outputs, inputs, 3, 3)``, phase by phase.
    """
    if way == "transposed":
        return (weight.transpose(0, 1),)
    if way == "phases":
        return tuple(weight[:, :, down][:, :, :, across] for down in map(list, _TAPS) for across in map(list, _TAPS))
    flat = F.conv2d(F.pad(weight.reshape(-1, 1, 3, 3), (3, 3, 3, 3)), fir[None, None])
    both = flat.view(*weight.shape[:2], 6, 6)
    taps = tuple(map(list, _MERGED_TAPS))
    return (torch.cat([both[:, :, down][:, :, :, across] for down in taps for across in taps]),)


def upconv(x: Tensor, weights: Sequence[Tensor], way: Way, fir: Tensor, bias: Tensor, *, slope: float | None) -> Tensor:
    """``(1, inputs, h, w)`` to ``(1, outputs, 2 h, 2 w)``, with *bias*, and leaky ReLU where it has a *slope*.

    *weights* are those of ``up_weights``, scaled as may be; *fir* is ``(outputs, 1, 4, 4)``.
    """
    if way == "merged":
        return _interleaved(conv(x, weights[0], bias.repeat(4), slope=slope))
    y = _phases(x, weights) if way == "phases" else transposed(x, weights[0])
    return conv(y, fir, bias, groups=len(bias), slope=slope)


def _interleaved(phases: Tensor) -> Tensor:
    """``(1, 4 c, h, w)``, phase by phase, to ``(1, c, 2 h, 2 w)``; both channels last."""
    _, channels, height, width = phases.shape
    apart = phases.permute(0, 2, 3, 1).view(height, width, 2, 2, channels // 4)
    return apart.transpose(1, 2).reshape(1, 2 * height, 2 * width, channels // 4).permute(0, 3, 1, 2)


def _phases(x: Tensor, weights: Sequence[Tensor]) -> Tensor:
    """``(1, inputs, h, w)`` to ``(1, outputs, 2 h + 1, 2 w + 1)``, before the filter."""
    height, width = x.shape[2:]
    shape = (1, weights[0].shape[0], 2 * height + 1, 2 * width + 1)
    y = torch.empty(shape, dtype=x.dtype, device=x.device, memory_format=torch.channels_last)
    for weight, (above, before) in zip(weights, PADDINGS, strict=True):
        y[:, :, 1 - above :: 2, 1 - before :: 2] = conv(x, weight, None, (above, before))
    return y


def upsample(image: Tensor) -> Tensor:
    """``(1, c, h, w)`` to twice the size through [1, 3, 3, 1]: bilinear between pixels, zeros round the picture."""
    padded = F.pad(image, (1, 1, 1, 1))
    if image.device.type != "cpu":
        twice = F.interpolate(padded, scale_factor=2, mode="bilinear", align_corners=False)
        return twice[..., 2:-2, 2:-2]
    # Rows, then columns, each a quarter of the way to a neighbour: a third of the time that interpolate takes.
    _, channels, height, width = image.shape
    rows = padded[..., 1:-1, :]
    tall = image.new_empty(1, channels, height, 2, width + 2)
    torch.lerp(rows, padded[..., :-2, :], 0.25, out=tall[..., 0, :])
    torch.lerp(rows, padded[..., 2:, :], 0.25, out=tall[..., 1, :])
    tall = tall.view(1, channels, 2 * height, width + 2)
    columns = tall[..., 1:-1]
    twice = image.new_empty(1, channels, 2 * height, width, 2)
    torch.lerp(columns, tall[..., :-2], 0.25, out=twice[..., 0])
    torch.lerp(columns, tall[..., 2:], 0.25, out=twice[..., 1])
    return twice.view(1, channels, 2 * height, 2 * width)
