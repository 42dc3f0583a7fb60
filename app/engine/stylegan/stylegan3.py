"""StyleGAN3's synthesis network (arXiv 2106.12423): pictures that move and turn as one, without a grid showing.

Signals are kept free of aliasing: every leaky ReLU works on pixels made finer by a low-pass filter, and what it adds
beyond the layer's frequencies is filtered away again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from math import cos, pi, sin, sqrt

import torch
import torch.nn.functional as F
from torch import Tensor

from app.engine.stylegan.card3 import Card3, Layer, cutoffs, design, input_rate, input_size

GAIN = sqrt(2)
UNMOVED = (0.0, 0.0, 0.0)
LAST = torch.channels_last
CACHE = 12 * 2**20
"""Bytes of finer pixels to work on at a time."""


@dataclass(frozen=True, eq=False, slots=True)
class _Stage:
    """A layer as it lies ready: ``weight`` and filters in working precision, everything about scales in float32.

    energy: sum over the kernel of the squared weights, ``(inputs, outputs)``. gain: what brings the layer's input to a
    magnitude of 1, as was learnt.
    """

    layer: Layer
    affine: tuple[Tensor, Tensor]
    weight: Tensor
    bias: Tensor
    energy: Tensor
    gain: Tensor
    up_taps: Tensor
    down_taps: Tensor


@dataclass(frozen=True, eq=False, slots=True)
class _Style:
    """What a layer's w asks for: a scale for each channel that comes in, and the norm of each that goes out."""

    scale: Tensor
    norm: Tensor


def _style(stage: _Stage, w: Tensor) -> _Style:
    """Of w, for one layer; the one that reads the picture out is scaled, not demodulated."""
    style = torch.addmv(stage.affine[1], stage.affine[0], w)
    if stage.layer.shows:
        return _Style(style * stage.gain / sqrt(len(style)), torch.ones_like(stage.bias))
    style = style * style.square().mean().rsqrt()
    return _Style(style * stage.gain, (style.square() @ stage.energy + 1e-8).sqrt())


class AliasFreeSynthesis:
    """Owns the weights in working precision. One thread, no gradients."""

    def __init__(self, card: Card3, tensors: Mapping[str, Tensor], *, device: str, dtype: torch.dtype) -> None:
        """*tensors*: float32, by their checkpoint names."""
        self.card, self.device, self.dtype = card, torch.device(device), dtype
        # CPUs multiply matrices of bf16 faster, and nothing else: filters in float32 take no longer and lose nothing.
        self._fine = torch.float32 if self.device.type == "cpu" else dtype
        self._input = FourierInput(card, tensors, self.device)
        self._stages = tuple(self._stage(layer, tensors) for layer in design(card))

    def __call__(
        self, ws: Tensor, *, exit_at: int | None = None, moved: tuple[float, float, float] = UNMOVED
    ) -> Tensor:
        """``(num_ws, w_dim)`` float32 on any device to ``(channels, size, size)`` float32 on this one.

        exit_at: another size to make the whole picture smaller to. moved: right and down, in widths of the picture,
        and turned anticlockwise, in turns.
        """
        styles = [_style(stage, w) for stage, w in zip(self._stages, ws.to(self.device)[1:], strict=True)]
        x = self._input(ws[0].to(self.device), moved)
        x = (x * styles[0].scale[:, None, None]).to(self.dtype).contiguous(memory_format=LAST)
        for stage, style, then in zip(self._stages, styles, styles[1:], strict=False):
            x = self._layer(stage, x, style, then)
        image = self._shown(self._stages[-1], x) * self.card.output_scale
        if exit_at and exit_at != self.card.resolution:
            image = F.interpolate(image, size=(exit_at, exit_at), mode="area")
        return image[0].contiguous()

    def _layer(self, stage: _Stage, x: Tensor, style: _Style, then: _Style) -> Tensor:
        """A modulated convolution with demodulation, then leaky ReLU on finer pixels, a few channels at a time.

        *x* is scaled by *style* already, and what comes out by the style of the layer after it.
        """
        layer, some = stage.layer, self._at_a_time(stage.layer)
        x = F.conv2d(x, stage.weight, (stage.bias * style.norm).to(self.dtype), padding=layer.kernel - 1)
        before, after = (GAIN / style.norm).to(self._fine), then.scale.to(self._fine)[:, None, None]
        shape = (1, layer.outputs, layer.size, layer.size)
        out = torch.empty(shape, dtype=self.dtype, device=x.device, memory_format=LAST)
        for here in (slice(i, i + some) for i in range(0, layer.outputs, some)):
            y = self._activated(stage, x[:, here], before[here])[..., : layer.size, : layer.size]
            out[:, here] = y.mul_(after[here])
        return out

    def _activated(self, stage: _Stage, x: Tensor, scale: Tensor) -> Tensor:
        """Leaky ReLU of *x* times *scale* on finer pixels: low-pass filters along both axes before and after.

        Nothing comes of a filter's taps on the zeros that stand between pixels when they are made finer, so each of
        the ``up`` new pixels has few taps of its own. In a row they are computed as channels, which lie side by side.
        """
        down, taps = stage.layer.down, stage.down_taps
        wide = filtered(padded(x, scale, stage.layer), stage.up_taps.repeat_interleave(x.shape[1], 0)[:, None])
        wide = wide.permute(0, 2, 3, 1).reshape(1, wide.shape[2], -1, x.shape[1]).permute(0, 3, 1, 2)
        rows = []
        for own in stage.up_taps:
            y = F.leaky_relu_(filtered(wide, own[:, None]), 0.2)
            if self.card.conv_clamp is not None:
                y.clamp_(-self.card.conv_clamp, self.card.conv_clamp)
            rows.append(filtered(y, taps[None], (1, down)) if taps.ndim == 1 else y)
        if len(rows) == down and taps.ndim == 1:  # each row that is kept begins with one of the same phase
            kept = (filtered(row, taps[phase::down, None]) for phase, row in enumerate(rows))
            return reduce(torch.Tensor.add_, kept)
        fine = torch.stack([row.permute(0, 2, 3, 1) for row in rows], 2).flatten(1, 2).permute(0, 3, 1, 2)
        return filtered(fine, taps[:, None], (down, 1)) if taps.ndim == 1 else filtered(fine, taps, (down, down))

    def _at_a_time(self, layer: Layer) -> int:
        """How many channels' finer pixels stay in a CPU's cache: going there and back costs more than the sums."""
        if self.device.type != "cpu":
            return layer.outputs
        each = (layer.size * layer.down) ** 2 * self._fine.itemsize
        return max(1, CACHE // (each * 16)) * 16

    def _shown(self, stage: _Stage, x: Tensor) -> Tensor:
        """The 1x1 layer that reads the picture out of *x*: ``(1, channels, h, w)`` in float32."""
        image = F.conv2d(x.to(self._fine), stage.weight.to(self._fine)).float() + stage.bias[:, None, None]
        return image if self.card.conv_clamp is None else image.clamp(-self.card.conv_clamp, self.card.conv_clamp)

    def _stage(self, layer: Layer, tensors: Mapping[str, Tensor]) -> _Stage:
        name = f"synthesis.{layer.name}"
        weight = tensors[f"{name}.weight"]
        if not layer.shows:
            weight = weight * weight.square().sum((1, 2, 3), keepdim=True).rsqrt()
        affine = tensors[f"{name}.affine.weight"]
        up, down = tensors.get(f"{name}.up_filter"), tensors.get(f"{name}.down_filter")
        return _Stage(
            layer=layer,
            affine=((affine / sqrt(affine.shape[1])).to(self.device), tensors[f"{name}.affine.bias"].to(self.device)),
            weight=weight.to(self.device, self.dtype).contiguous(memory_format=LAST),
            bias=tensors[f"{name}.bias"].to(self.device),
            energy=weight.square().sum((2, 3)).T.contiguous().to(self.device),
            gain=tensors[f"{name}.magnitude_ema"].rsqrt().to(self.device),
            up_taps=phases(torch.ones(1) if up is None else up * layer.up, layer).to(self.device, self._fine),
            down_taps=(torch.ones(1) if down is None else down.flip(*range(down.ndim))).to(self.device, self._fine),
        )


class FourierInput:
    """Owns what the picture grows from: waves over the plane, moved and turned first by w and then by hand."""

    def __init__(self, card: Card3, tensors: Mapping[str, Tensor], device: torch.device) -> None:
        self._bandwidth, self._rate, self._size = cutoffs(card)[0], input_rate(card), input_size(card)
        here = {name[16:]: tensor.to(device) for name, tensor in tensors.items() if name.startswith("synthesis.input.")}
        self._weight = here["weight"] / sqrt(len(here["weight"]))
        self._affine = (here["affine.weight"] / sqrt(card.w_dim), here["affine.bias"])
        self._freqs, self._phases, self._transform = here["freqs"], here["phases"], here["transform"]

    def __call__(self, w: Tensor, moved: tuple[float, float, float]) -> Tensor:
        """``(w_dim,)`` to ``(1, channels, size, size)``; *moved* as in ``AliasFreeSynthesis``."""
        place = self._learned(w) @ self._transform @ backwards(moved).to(w)
        freqs, phases = self._freqs @ place[:2, :2], self._phases + self._freqs @ place[:2, 2]
        # Waves that a transform has made too fine for the pixels fade out.
        amplitudes = 1 - (freqs.norm(dim=1) - self._bandwidth) / (self._rate / 2 - self._bandwidth)
        at = (torch.arange(self._size).to(w) + 0.5 - self._size / 2) / self._rate
        across, down = freqs[:, :1] * at, freqs[:, 1:] * at
        angles = 2 * pi * (across[:, None, :] + down[:, :, None] + phases[:, None, None])
        waves = angles.sin() * amplitudes.clamp(0, 1)[:, None, None]
        return torch.tensordot(self._weight, waves, 1)[None]

    def _learned(self, w: Tensor) -> Tensor:
        """``(3, 3)``: from the picture's places to the waves', as w asks for it."""
        c, s, x, y = self._affine[0] @ w + self._affine[1]
        length = torch.hypot(c, s)
        c, s, x, y = c / length, s / length, x / length, y / length
        turn = torch.stack([c, -s, 0 * c, s, c, 0 * c, 0 * c, 0 * c, 0 * c + 1]).view(3, 3)
        shift = torch.eye(3).to(w)
        shift[0, 2], shift[1, 2] = -x, -y
        return turn @ shift


def backwards(moved: tuple[float, float, float]) -> Tensor:
    """``(3, 3)`` that undoes *moved*: from places in the picture to where they lay before."""
    x, y, turns = moved
    c, s = cos(2 * pi * turns), sin(2 * pi * turns)
    turn = torch.tensor([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]], dtype=torch.float64)
    shift = torch.tensor([[1.0, 0.0, -x], [0.0, 1.0, -y], [0.0, 0.0, 1.0]], dtype=torch.float64)
    return (turn @ shift).float()


def phases(taps: Tensor, layer: Layer) -> Tensor:
    """``(up, n)``: what each of ``up`` new pixels takes of n old ones, the first of which ``padded`` brings first."""
    skipped, reach = len(taps) - 1 - layer.before, -(-len(taps) // layer.up) - 1
    own = taps.new_zeros(layer.up, reach + 2)
    for phase in range(layer.up):
        late, first = divmod(skipped % layer.up + phase, layer.up)
        mine = taps[first :: layer.up].flip(0)
        own[phase, late + reach + 1 - len(mine) : late + reach + 1] = mine
    return own


def padded(x: Tensor, scale: Tensor, layer: Layer) -> Tensor:
    """*x* times *scale*, its channels ``up`` times over, with zeros round it or less of it, as *layer* needs it."""
    count, channels, size = layer.up_taps, x.shape[1], x.shape[2]
    needed = -(-(size * layer.up + layer.before + layer.after - count + 1) // layer.up)
    reach = -(-count // layer.up) - 1
    first = (count - 1 - layer.before) // layer.up - reach
    here = slice(max(first, 0), min(first + needed + reach + 1, size))
    there = slice(here.start - first, here.stop - first)
    out = scale.new_zeros(1, needed + reach + 1, needed + reach + 1, layer.up, channels)
    torch.mul(x.permute(0, 2, 3, 1)[:, here, here, None], scale.expand(layer.up, channels), out=out[:, there, there])
    return out.flatten(3, 4).permute(0, 3, 1, 2)


def filtered(x: Tensor, taps: Tensor, step: tuple[int, int] = (1, 1)) -> Tensor:
    """Every channel of *x* correlated with *taps* ``(h, w)`` or ``(channels, h, w)``, where they overlap wholly."""
    weight = taps.expand(x.shape[1], *taps.shape[-2:])[:, None].contiguous(memory_format=LAST)
    return F.conv2d(x, weight, stride=step, groups=x.shape[1])
