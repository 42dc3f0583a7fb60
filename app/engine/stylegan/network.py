"""StyleGAN2 as in the papers (arXiv 1912.04958 and 2006.06676), float32, one readable line for each formula.

Tensors are named and shaped as in the public PyTorch checkpoints. ``folded.py`` computes the same pictures faster.
"""

from collections.abc import Iterator
from math import sqrt

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from app.engine.stylegan.card import Card
from app.engine.stylegan.cards import AnyCard

MAPPING_LR = 0.01
"""The mapping network learns a hundred times slower: its stored weights are that much too large."""


class Linear(nn.Module):
    """A fully connected layer with equalised learning rate: stored weights have unit variance."""

    def __init__(self, inputs: int, outputs: int, *, lr: float = 1.0, bias: float = 0.0) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outputs, inputs) / lr)
        self.bias = nn.Parameter(torch.full((outputs,), bias))
        self.lr = lr

    def forward(self, x: Tensor) -> Tensor:
        return F.linear(x, self.weight * (self.lr / sqrt(self.weight.shape[1])), self.bias * self.lr)


class MappingNetwork(nn.Module):
    """z, a point on a sphere, to w, a point in the space where factors of variation lie straight."""

    w_avg: Tensor

    def __init__(self, card: AnyCard) -> None:
        super().__init__()
        self.num_layers, self.num_ws, self.c_dim = card.num_mapping_layers, card.num_ws, card.c_dim
        self.joined = isinstance(card, Card) and card.joined
        if card.c_dim:
            self.embed = Linear(card.c_dim, card.w_dim)
        for i in range(self.num_layers):
            inputs = card.w_dim if i else card.mapping_inputs
            self.add_module(f"fc{i}", Linear(inputs, card.w_dim, lr=MAPPING_LR))
        self.register_buffer("w_avg", torch.zeros(card.w_dim))

    def forward(self, z: Tensor, c: Tensor | None = None) -> Tensor:
        """``(n, z_dim)`` to ``(n, w_dim)``, not truncated. c: ``(n, c_dim)``, 1 for the class; None is class 0."""
        x = normalised(z)
        if self.c_dim:
            c = torch.eye(self.c_dim)[:1].expand(len(z), -1) if c is None else c
            y = self.embed(c)
            x = normalised(torch.cat([z, y], dim=1)) if self.joined else torch.cat([x, normalised(y)], dim=1)
        for i in range(self.num_layers):
            x = activate(self.get_submodule(f"fc{i}")(x))
        return x

    def ws(self, z: Tensor, c: Tensor | None = None, *, psi: float = 1.0, cutoff: int | None = None) -> Tensor:
        """``(n, num_ws, w_dim)``: w for every layer, the first *cutoff* drawn towards the average by *psi*."""
        ws = self(z, c)[:, None].repeat(1, self.num_ws, 1)
        ws[:, :cutoff] = self.w_avg.lerp(ws[:, :cutoff], psi)
        return ws


class ModulatedConv(nn.Module):
    """A convolution whose input channels are scaled by a style s = A w, and (unless an RGB layer) demodulated."""

    def __init__(self, w_dim: int, inputs: int, outputs: int, kernel: int) -> None:
        super().__init__()
        self.affine = Linear(w_dim, inputs, bias=1.0)
        self.weight = nn.Parameter(torch.randn(outputs, inputs, kernel, kernel))
        self.bias = nn.Parameter(torch.zeros(outputs))

    def modulated(self, w: Tensor) -> Tensor:
        """The weights for each of n styles: ``(n, outputs, inputs, kernel, kernel)``."""
        return self.weight * self.affine(w)[:, None, :, None, None]


class SynthesisLayer(ModulatedConv):
    """One 3x3 layer: modulated convolution, perhaps to twice the size, then noise, bias, leaky ReLU."""

    noise_const: Tensor
    resample_filter: Tensor

    def __init__(self, card: Card, inputs: int, size: int, *, up: bool) -> None:
        super().__init__(card.w_dim, inputs, card.channels(size), 3)
        self.up, self.clamp = up, card.conv_clamp
        self.register_buffer("noise_const", torch.randn(card.drawn(size)))
        self.noise_strength = nn.Parameter(torch.zeros(()))
        self.register_buffer("resample_filter", fir())

    def forward(self, x: Tensor, w: Tensor, noise: Tensor) -> Tensor:
        weight = self.modulated(w)
        weight = weight * (weight.square().sum((2, 3, 4), keepdim=True) + 1e-8).rsqrt()
        x = upconv(x, weight, self.resample_filter) if self.up else conv(x, weight)
        x = x + noise * self.noise_strength + self.bias[:, None, None]
        return clamp(activate(x), self.clamp)


class ToRGB(ModulatedConv):
    """The 1x1 layer that reads a picture out of the features; its style is scaled, not demodulated."""

    def __init__(self, card: Card, size: int) -> None:
        super().__init__(card.w_dim, card.channels(size), card.img_channels, 1)
        self.clamp = card.conv_clamp

    def forward(self, x: Tensor, w: Tensor) -> Tensor:
        weight = self.modulated(w) / sqrt(self.weight.shape[1])
        return clamp(conv(x, weight) + self.bias[:, None, None], self.clamp)


class Skip(nn.Module):
    """The way round a residual block: to other channels by a 1x1 convolution, and to twice the size."""

    resample_filter: Tensor

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outputs, inputs, 1, 1))
        self.register_buffer("resample_filter", fir())

    def forward(self, x: Tensor) -> Tensor:
        return upsample(F.conv2d(x, self.weight / sqrt(self.weight.shape[1])), self.resample_filter)


class SynthesisBlock(nn.Module):
    """All layers of one size. With skips, each size adds to the picture; else the last block alone reads one out."""

    resample_filter: Tensor

    def __init__(self, card: Card, size: int) -> None:
        super().__init__()
        channels = card.channels(size)
        if size == 4:
            self.const = nn.Parameter(torch.randn(channels, *card.drawn(size)))
        else:
            self.conv0 = SynthesisLayer(card, card.channels(size // 2), size, up=True)
        self.conv1 = SynthesisLayer(card, channels, size, up=False)
        if card.shows(size):
            self.torgb = ToRGB(card, size)
        if card.architecture == "resnet" and size > 4:
            self.skip = Skip(card.channels(size // 2), channels)
        self.register_buffer("resample_filter", fir())

    def forward(
        self, x: Tensor | None, image: Tensor | None, ws: Iterator[Tensor], noise: Iterator[Tensor]
    ) -> tuple[Tensor, Tensor | None]:
        """Features and picture of the size below (None where there is none) to those of this size."""
        w = next(ws)
        if x is None:
            x = self.conv1(self.const.expand(len(w), -1, -1, -1), w, next(noise))
        elif hasattr(self, "skip"):
            y = self.conv0(x, w, next(noise))
            x = (self.skip(x) + self.conv1(y, next(ws), next(noise))) * sqrt(0.5)
        else:
            x = self.conv1(self.conv0(x, w, next(noise)), next(ws), next(noise))
        if not hasattr(self, "torgb"):
            return x, None
        seen = self.torgb(x, next(ws))
        return x, seen if image is None else upsample(image, self.resample_filter) + seen


class SynthesisNetwork(nn.Module):
    """ws to a picture, from a learned constant upwards, 4 x 4 in the published ones."""

    def __init__(self, card: Card) -> None:
        super().__init__()
        self.sizes, self.num_ws = card.sizes, card.num_ws
        for size in self.sizes:
            self.add_module(f"b{size}", SynthesisBlock(card, size))

    def forward(
        self, ws: Tensor, *, noise: float = 1.0, noise_seed: int | None = None, exit_at: int | None = None
    ) -> Tensor:
        """``(n, num_ws, w_dim)`` to ``(n, channels, height, width)``, nominally -1..1.

        noise: strength of the grain, 0 for none. noise_seed: draw it anew, or None for the constant one.
        exit_at: stop at this size, a true smaller picture; without skips there is none, and the whole one is drawn.
        """
        x: Tensor | None = None
        image: Tensor | None = None
        grain = (noise * layer for layer in self._noise(noise_seed))
        for size in self.sizes:
            first = max(0, 2 * size.bit_length() - 7)  # a block's last style, the picture's, opens the next block too
            x, image = self.get_submodule(f"b{size}")(x, image, iter(ws[:, first : first + 3].unbind(1)), grain)
            if size == exit_at and image is not None:
                break
        assert image is not None
        return image

    def _noise(self, seed: int | None) -> Iterator[Tensor]:
        """One ``(height, width)`` noise for each 3x3 layer, in order."""
        dice = None if seed is None else torch.Generator().manual_seed(seed)
        for layer in self.modules():
            if isinstance(layer, SynthesisLayer):
                const = layer.noise_const
                yield const if dice is None else torch.randn(const.shape, generator=dice).to(const)


class StyleGAN2(nn.Module):
    """The whole generator."""

    def __init__(self, card: Card) -> None:
        super().__init__()
        self.mapping = MappingNetwork(card)
        self.synthesis = SynthesisNetwork(card)

    def forward(self, z: Tensor, c: Tensor | None = None, *, psi: float = 1.0, cutoff: int | None = None) -> Tensor:
        """``(n, z_dim)`` to ``(n, channels, height, width)``."""
        image: Tensor = self.synthesis(self.mapping.ws(z, c, psi=psi, cutoff=cutoff))
        return image


def normalised(x: Tensor) -> Tensor:
    """Each row of *x* with a mean square of 1."""
    return x * (x.square().mean(1, keepdim=True) + 1e-8).rsqrt()


def activate(x: Tensor) -> Tensor:
    """Leaky ReLU that keeps the variance of its input."""
    return F.leaky_relu(x, 0.2) * sqrt(2)


def clamp(x: Tensor, limit: float | None) -> Tensor:
    """*x* within plus and minus *limit*: what networks trained in half precision expect."""
    return x if limit is None else x.clamp(-limit, limit)


def fir() -> Tensor:
    """The low-pass filter [1, 3, 3, 1] in two dimensions, of sum 1."""
    taps = torch.tensor([1.0, 3.0, 3.0, 1.0]) / 8
    return taps[:, None] * taps


def conv(x: Tensor, weight: Tensor) -> Tensor:
    """Each picture of *x* through its own weights ``(n, outputs, inputs, k, k)``, same size."""
    grouped = x.reshape(1, -1, *x.shape[2:])
    y = F.conv2d(grouped, weight.flatten(0, 1), padding=weight.shape[-1] // 2, groups=len(x))
    return y.reshape(len(x), -1, *y.shape[2:])


def upconv(x: Tensor, weight: Tensor, taps: Tensor) -> Tensor:
    """As ``conv``, to twice the size: zeros between the pixels, the convolution, then the low-pass filter."""
    grouped = x.reshape(1, -1, *x.shape[2:])
    y = F.conv_transpose2d(grouped, weight.transpose(1, 2).flatten(0, 1), stride=2, groups=len(x))
    y = y.reshape(len(x), -1, *y.shape[2:])
    return F.conv2d(F.pad(y, (1, 1, 1, 1)), _depthwise(taps, y.shape[1]), groups=y.shape[1])


def upsample(image: Tensor, taps: Tensor) -> Tensor:
    """Twice the size: zeros between the pixels, then the low-pass filter, keeping brightness."""
    channels = image.shape[1]
    return F.conv_transpose2d(image, _depthwise(taps.flip(0, 1), channels), stride=2, padding=1, groups=channels)


def _depthwise(taps: Tensor, channels: int) -> Tensor:
    return (taps * 4).expand(channels, 1, 4, 4)
