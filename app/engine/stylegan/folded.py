"""The synthesis network of ``network.py`` computed faster: the same pictures, one at a time, scales folded together.

Demodulation scales whole channels by d > 0, and leaky ReLU commutes with positive scales. So the scales a layer owes
its output need not be multiplied in: they are carried along as *pending* until the next style is applied. Small layers
scale their few activations; large ones (``FOLD_FROM`` pixels) scale their few weights instead. Up-convolutions are
those of ``upconv.py`` and a depthwise low-pass filter. A block whose styles and noise are those of the picture before
is not computed again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

import torch
import torch.nn.functional as F
from torch import Tensor

from app.engine.stylegan.card import Card
from app.engine.stylegan.packed import conv, packed, packed_up
from app.engine.stylegan.upconv import PADDINGS, up_weights, upconv

FOLD_FROM = 64
GAIN = sqrt(2)
Kernels = tuple[Tensor, ...]


@dataclass(frozen=True, eq=False, slots=True)
class _Conv:
    """A 3x3 layer as it lies ready: ``weights`` in working precision if constant, scales in float32.

    ``weights`` is one kernel; in an up-convolution one ``(inputs, outputs, 3, 3)`` as a transposed convolution wants
    it, or four phases. ``bias`` and ``noise`` are larger by ``GAIN``, and so is what demodulation leaves.
    """

    size: int
    up: bool
    fold: bool
    affine: tuple[Tensor, Tensor]
    weights: Kernels
    energy: Tensor
    """Half the sum over the kernel of the squared weights, ``(outputs, inputs)``: of squared styles, squared norms."""
    least: Tensor
    bias: Tensor
    fir: Tensor
    noise: Tensor | None
    strength: float


@dataclass(frozen=True, eq=False, slots=True)
class _ToRGB:
    affine: tuple[Tensor, Tensor]
    weight: Tensor
    bias: Tensor


@dataclass(frozen=True, eq=False, slots=True)
class _Block:
    size: int
    convs: tuple[_Conv, ...]
    torgb: _ToRGB


@dataclass(frozen=True, eq=False, slots=True)
class _State:
    """What a block leaves: features, the scale they still owe (None is 1), the picture so far in float32."""

    x: Tensor
    pending: Tensor | None
    image: Tensor | None


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the remembered states were computed for."""

    ws: Tensor
    noise: float
    noise_seed: int | None


class FoldedSynthesis:
    """Owns the weights in working precision and the last picture's block states. One thread, no gradients."""

    def __init__(self, card: Card, tensors: Mapping[str, Tensor], *, device: str, dtype: torch.dtype) -> None:
        """*tensors*: float32, by their checkpoint names."""
        self.card, self.device, self.dtype = card, torch.device(device), dtype
        # Half precision overflows when scales are only owed; weights that carry them keep activations near 1.
        self._fold_from = 4 if dtype == torch.float16 else FOLD_FROM
        const = self._laid_out(tensors["synthesis.b4.const"][None], dtype)
        self._start = _State(const, None, None)
        self._blocks = tuple(self._block(size, tensors) for size in card.sizes)
        self._states: list[_State] = []
        self._asked: _Asked | None = None

    def __call__(
        self, ws: Tensor, *, exit_at: int | None = None, noise: float = 1.0, noise_seed: int | None = None
    ) -> Tensor:
        """``(num_ws, w_dim)`` float32 on any device to ``(channels, height, width)`` float32 on this one."""
        asked = _Asked(ws.clone(), noise, noise_seed)
        count = self.card.sizes.index(exit_at) + 1 if exit_at else len(self._blocks)
        done = min(self._unchanged(asked), count - 1, len(self._states))
        self._states, self._asked = self._states[:done], asked
        state = self._states[-1] if done else self._start
        grain = self._grain(noise_seed) if noise_seed is not None else None
        on_device = ws.to(self.device)
        for block in self._blocks[done:count]:
            state = self._run(block, state, on_device, noise, grain)
            self._states.append(state)
        image = self._states.pop().image  # not kept: it is the caller's to change
        assert image is not None
        return image[0].contiguous()

    def _unchanged(self, asked: _Asked) -> int:
        """How many blocks, from the smallest, would be computed from what they were computed from last time."""
        last = self._asked
        if last is None or (last.noise, last.noise_seed) != (asked.noise, asked.noise_seed):
            return 0
        rows = (last.ws == asked.ws).all(1).long().cumprod(0).sum()
        return int(rows) // 2  # block i reads rows up to 2 i + 1

    def _run(
        self, block: _Block, state: _State, ws: Tensor, noise: float, grain: Mapping[_Conv, Tensor] | None
    ) -> _State:
        row = max(0, 2 * block.size.bit_length() - 7)
        x, pending = state.x, state.pending
        for i, layer in enumerate(block.convs):
            style = torch.addmv(layer.affine[1], layer.affine[0], ws[row + i])
            seen = layer.noise if grain is None else grain.get(layer)
            x, pending = self._conv(layer, x, pending, style, (seen, noise))
        torgb = block.torgb
        style = torch.addmv(torgb.affine[1], torgb.affine[0], ws[row + len(block.convs)])
        return _State(x, pending, self._torgb(torgb, x, style if pending is None else style * pending, state.image))

    def _conv(
        self, layer: _Conv, x: Tensor, pending: Tensor | None, style: Tensor, noise: tuple[Tensor | None, float]
    ) -> tuple[Tensor, Tensor | None]:
        """noise: what is added, and how much of it."""
        owed = torch.addmv(layer.least, layer.energy, style.square()).rsqrt_()
        scale = style if pending is None else style * pending
        unpaid = None if layer.fold else owed.reciprocal()
        if unpaid is None:
            weights, bias = self._modulated(layer, scale, owed), layer.bias.to(self.dtype)
        else:
            x, weights = x * scale.to(self.dtype)[:, None, None], layer.weights
            bias = (layer.bias * unpaid).to(self.dtype)
        if layer.up:
            x = F.conv2d(upconv(x, weights), layer.fir, bias, padding=1, groups=len(bias))
        else:
            x = conv(x, weights[0], bias, (1, 1))
        seen, amount = noise
        if seen is not None and amount:
            if unpaid is None:
                x.add_(seen, alpha=amount)
            else:
                x.addcmul_(seen, unpaid.to(self.dtype)[:, None, None], value=amount)
        F.leaky_relu_(x, 0.2)
        if self.card.conv_clamp is not None:
            limit = torch.full_like(owed, self.card.conv_clamp) / (1 if unpaid is None else owed)
            limit = limit.to(self.dtype)[:, None, None]
            torch.clamp(x, -limit, limit, out=x)
        return x, None if unpaid is None else owed

    def _modulated(self, layer: _Conv, inputs: Tensor, outputs: Tensor) -> Kernels:
        """The weights of *layer* with both scales in them."""
        first, second = (inputs, outputs) if layer.up and len(layer.weights) == 1 else (outputs, inputs)
        scales = torch.outer(first, second)[..., None, None]
        return tuple((weight * scales).to(self.dtype) for weight in layer.weights)

    def _torgb(self, layer: _ToRGB, x: Tensor, scale: Tensor, below: Tensor | None) -> Tensor:
        weight = (layer.weight * scale).to(self.dtype)
        height, width = x.shape[2:]
        seen = (weight @ x[0].permute(1, 2, 0).reshape(height * width, -1).T).float().add_(layer.bias[:, None])
        if self.card.conv_clamp is not None:
            seen.clamp_(-self.card.conv_clamp, self.card.conv_clamp)
        image = seen.reshape(1, -1, height, width)
        return image if below is None else image.add_(_upsample(below))

    def _grain(self, seed: int) -> dict[_Conv, Tensor]:
        """Fresh noise for every layer, drawn on the CPU so that every device shows the same."""
        dice = torch.Generator().manual_seed(seed)
        layers = [layer for block in self._blocks for layer in block.convs]
        drawn = [(layer, torch.randn(self.card.drawn(layer.size), generator=dice)) for layer in layers]
        return {
            layer: (noise * (layer.strength * GAIN)).to(self.device, self.dtype)
            for layer, noise in drawn
            if layer.strength
        }

    def _block(self, size: int, tensors: Mapping[str, Tensor]) -> _Block:
        prefix = f"synthesis.b{size}"
        names = ("conv1",) if size == 4 else ("conv0", "conv1")
        convs = tuple(self._layer(f"{prefix}.{name}", size, tensors) for name in names)
        weight = tensors[f"{prefix}.torgb.weight"][:, :, 0, 0]
        torgb = _ToRGB(
            self._affine(f"{prefix}.torgb", tensors),
            (weight / sqrt(weight.shape[1])).to(self.device),
            tensors[f"{prefix}.torgb.bias"].to(self.device),
        )
        return _Block(size, convs, torgb)

    def _layer(self, name: str, size: int, tensors: Mapping[str, Tensor]) -> _Conv:
        weight, bias = tensors[f"{name}.weight"], tensors[f"{name}.bias"]
        fold, up = size >= self._fold_from, name.endswith("conv0")
        strength = float(tensors[f"{name}.noise_strength"])
        noise = (tensors[f"{name}.noise_const"] * (strength * GAIN)).to(self.device, self.dtype) if strength else None
        fir = (tensors[f"{name}.resample_filter"] * 4).expand(len(bias), 1, 4, 4)
        kernels = up_weights(weight, self.device, self.dtype) if up else (weight,)
        return _Conv(
            size=size,
            up=up,
            fold=fold,
            affine=self._affine(name, tensors),
            weights=self._ready(kernels, self.card.drawn(size // 2 if up else size), (up, fold)),
            energy=(weight.square().sum((2, 3)) / 2).to(self.device),
            least=torch.full_like(bias, 1e-8 / 2, device=self.device),
            bias=(bias * GAIN).to(self.device),
            fir=self._laid_out(fir, self.dtype),
            noise=noise,
            strength=strength,
        )

    def _affine(self, name: str, tensors: Mapping[str, Tensor]) -> tuple[Tensor, Tensor]:
        weight = tensors[f"{name}.affine.weight"]
        return (weight / sqrt(weight.shape[1])).to(self.device), tensors[f"{name}.affine.bias"].to(self.device)

    def _ready(self, kernels: Kernels, size: tuple[int, int], layer: tuple[bool, bool]) -> Kernels:
        """*kernels* in float32 where scales are put into them for every picture, else packed for pictures of *size*.

        layer: whether it is an up-convolution, and whether it folds.
        """
        up, fold = layer
        laid_out = tuple(self._laid_out(kernel, torch.float32 if fold else self.dtype) for kernel in kernels)
        if fold:
            return laid_out
        if up and len(laid_out) == 1:
            return (packed_up(laid_out[0], size),)
        paddings = PADDINGS if up else ((1, 1),)
        return tuple(packed(kernel, padding, size) for kernel, padding in zip(laid_out, paddings, strict=True))

    def _laid_out(self, tensor: Tensor, dtype: torch.dtype) -> Tensor:
        return tensor.to(self.device, dtype).contiguous(memory_format=torch.channels_last)


def _upsample(image: Tensor) -> Tensor:
    """Twice the size through [1, 3, 3, 1]: bilinear between pixels, with zeros round the picture."""
    twice = F.interpolate(F.pad(image, (1, 1, 1, 1)), scale_factor=2, mode="bilinear", align_corners=False)
    return twice[..., 2:-2, 2:-2]
