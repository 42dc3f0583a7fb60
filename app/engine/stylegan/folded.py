"""The synthesis network of ``network.py`` computed faster: the same pictures, one at a time, scales folded together.

Demodulation scales whole channels by d > 0, and leaky ReLU commutes with positive scales. So the scales a layer owes
its output need not be multiplied in: they are carried along as *pending* until the next style is applied. Small layers
scale their few activations; large ones (``FOLD_FROM`` pixels) scale their few weights instead. Up-convolutions are
those of ``upconv.py``. A layer whose styles and noise, and those below it, are those of the picture before is not
computed again. The sum that ends a residual block pays what its last layer owes.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from math import sqrt

import torch
import torch.nn.functional as F
from torch import Tensor

from app.engine.stylegan.activation import SLOPE, activate, clamp
from app.engine.stylegan.card import Card
from app.engine.stylegan.packed import conv, packed, packed_up
from app.engine.stylegan.strips import Strips
from app.engine.stylegan.upconv import PADDINGS, Way, up_way, up_weights, upconv, upsample

FOLD_FROM = 64
"""Pixels of what comes in."""
GAIN = sqrt(2)
LARGEST_HALF = 3e4
"""What half precision is held within where the network itself has no such limit: half of what it can write."""
Kernels = tuple[Tensor, ...]


@dataclass(frozen=True, eq=False, slots=True)
class _Conv:
    """A 3x3 layer as it lies ready: ``weights`` in working precision if constant, scales in float32.

    ``weights`` are one kernel, or those of ``up_weights`` where the layer goes *up*. ``bias`` and ``noise`` are larger
    by the gain, and so is what demodulation leaves. The gain is ``GAIN``, but 1 at the end of a residual block, whose
    sum is then halved in variance. ``strength`` has it too.
    """

    size: int
    up: Way | None
    fold: bool
    affine: tuple[Tensor, Tensor]
    weights: Kernels
    energy: Tensor
    """Squared weights summed over the kernel and divided by the squared gain, ``(outputs, inputs)``."""
    least: Tensor
    bias: Tensor
    fir: Tensor
    noise: Tensor | None
    strength: float
    limit: float | None


@dataclass(frozen=True, eq=False, slots=True)
class _ToRGB:
    affine: tuple[Tensor, Tensor]
    weight: Tensor
    bias: Tensor


@dataclass(frozen=True, eq=False, slots=True)
class _Step:
    """A 3x3 layer, with the picture's layer where one follows: what is computed, or reused, as one.

    ``row`` of ws is the layer's, the next one the picture's. ``skip`` is the way round the block that this layer opens,
    ``(outputs, inputs)``, where it is a residual one.
    """

    row: int
    dtype: torch.dtype
    conv: _Conv
    torgb: _ToRGB | None
    skip: Tensor | None


@dataclass(frozen=True, eq=False, slots=True)
class State:
    """What a step leaves: features, the scale they still owe (None is 1), the picture so far in float32.

    ``beside``: within a residual block, what went round it and is added at its end.
    """

    x: Tensor
    pending: Tensor | None
    image: Tensor | None
    beside: Tensor | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What the remembered states were computed for."""

    ws: Tensor
    noise: float
    noise_seed: int | None


class FoldedSynthesis:
    """Owns the weights in working precision and what the steps of the last picture left. One thread, no gradients."""

    def __init__(
        self, card: Card, tensors: Mapping[str, Tensor], *, device: str, dtype: torch.dtype, reduced_from: int = 4
    ) -> None:
        """*tensors*: float32, by their checkpoint names. reduced_from: blocks smaller than this stay in float32."""
        self.card, self.device, self.dtype, self.reduced_from = card, torch.device(device), dtype, reduced_from
        # Half precision overflows when scales are only owed; weights that carry them keep activations near 1.
        self._fold_from = 4 if dtype == torch.float16 else FOLD_FROM
        self._limit = LARGEST_HALF if card.conv_clamp is None and dtype == torch.float16 else card.conv_clamp
        const = self._laid_out(tensors["synthesis.b4.const"][None], self._dtype_at(4))
        self.start = State(const, None, None)
        self._steps = tuple(step for size in card.sizes for step in self._block(size, tensors))
        self._states: list[State] = []
        self._asked: Asked | None = None
        self._in_strips = Strips()

    def __call__(
        self, ws: Tensor, *, exit_at: int | None = None, noise: float = 1.0, noise_seed: int | None = None
    ) -> Tensor:
        """``(num_ws, w_dim)`` float32 on any device to ``(channels, height, width)`` float32 on this one."""
        asked = Asked(ws.clone(), noise, noise_seed)
        count = self.count(exit_at)
        done = min(self._unchanged(asked), count - 1, len(self._states))
        self._states, self._asked = self._states[:done], asked
        state = self._states[-1] if done else self.start
        self._states += self._drawn(range(done, count), state, ws.to(self.device), asked)
        state = self._states.pop()  # not kept: it is the caller's to change
        return self.seen(state, exit_at).contiguous()

    def _drawn(self, steps: range, state: State, ws: Tensor, asked: Asked) -> list[State]:
        """What each of *steps* leaves, the first one upon *state*; *ws* on the device."""
        grain = {} if asked.noise == 0.0 else None if asked.noise_seed is None else self._grain(asked.noise_seed)
        amount = None if asked.noise == 1.0 else torch.tensor(asked.noise, dtype=torch.float32, device=self.device)
        states = []
        for i in steps:
            state = self._run(self._steps[i], state, ws, amount, grain)
            states.append(state)
        return states

    def count(self, exit_at: int | None) -> int:
        """How many steps a picture that ends at *exit_at* takes: all of them where only the last one reads one out."""
        ends = exit_at is not None and self.card.shows(exit_at)
        return 2 * self.card.sizes.index(exit_at) + 1 if exit_at and ends else len(self._steps)

    def seen(self, state: State, exit_at: int | None) -> Tensor:
        """The picture of the last step of ``count``, made smaller where the network itself cannot end at *exit_at*."""
        assert state.image is not None
        if exit_at and not self.card.shows(exit_at):
            return F.interpolate(state.image, size=self.card.drawn(exit_at), mode="area")[0]
        return state.image[0]

    def step(self, i: int, state: State, ws: Tensor, noise: Tensor | None, weights: Kernels | None = None) -> State:
        """Step *i* upon *state*, with *ws* and the strength of noise on the device: it asks the CPU for nothing.

        noise: None is a layer without. weights: those of the step, where they come from elsewhere.
        """
        step = self._steps[i]
        if weights is not None:
            step = replace(step, conv=replace(step.conv, weights=weights))
        return self._run(step, state, ws, noise, {} if noise is None else None)

    def packed(self, i: int) -> Kernels:
        """The weights of step *i* that are packed: not plain numbers, but what oneDNN made of them."""
        return tuple(weight for weight in self._steps[i].conv.weights if weight.is_mkldnn)

    def _unchanged(self, asked: Asked) -> int:
        last = self._asked
        if last is None or (last.noise, last.noise_seed) != (asked.noise, asked.noise_seed):
            return 0
        return unchanged(last.ws, asked.ws)

    def _run(
        self, step: _Step, state: State, ws: Tensor, amount: Tensor | None, grain: Mapping[_Conv, Tensor] | None
    ) -> State:
        """amount: of noise, None for 1. grain: the noise of each layer that has some, None for its own."""
        layer, torgb = step.conv, step.torgb
        style = torch.addmv(layer.affine[1], layer.affine[0], ws[step.row])
        seen = layer.noise if grain is None else grain.get(layer)
        if seen is not None and amount is not None:
            seen = seen * amount
        below = state.x.to(step.dtype)
        x, pending = self._conv(layer, below, state.pending, style, seen)
        if state.beside is not None:
            x, pending = _summed(x, pending, state.beside), None
        if torgb is None:
            beside = None if step.skip is None else self._beside(step.skip, below, state.pending)
            return State(x, pending, state.image, beside)
        style = torch.addmv(torgb.affine[1], torgb.affine[0], ws[step.row + 1])
        return State(x, pending, self._torgb(torgb, x, style if pending is None else style * pending, state.image))

    def _conv(
        self, layer: _Conv, x: Tensor, pending: Tensor | None, style: Tensor, noise: Tensor | None
    ) -> tuple[Tensor, Tensor | None]:
        owed = torch.addmv(layer.least, layer.energy, style.square()).rsqrt_()
        scale = style if pending is None else style * pending
        unpaid = None if layer.fold else owed.reciprocal()
        if unpaid is None:
            weights, bias = _modulated(layer, scale, owed), layer.bias.to(x.dtype)
        else:
            x, weights = x * scale.to(x.dtype)[:, None, None], layer.weights
            bias = (layer.bias * unpaid).to(x.dtype)
        slope = SLOPE if noise is None else None  # noise comes before leaky ReLU, and then both are a pass of their own
        limit: Tensor | float | None = layer.limit
        if layer.limit is not None and unpaid is not None:
            limit = (layer.limit / owed).to(x.dtype)[:, None, None]

        def run(some: Tensor, wanted: slice, rows: slice) -> Tensor:
            if layer.up is None:
                y = conv(some, weights[0], bias, slope=slope)[:, :, wanted]
            else:
                y = upconv(some, weights, layer.up, layer.fir, bias, slope=slope)[:, :, wanted]
            if noise is not None:
                activate(y, noise[rows], unpaid, limit)
            elif limit is not None:
                clamp(y, limit)
            return y

        # By what a layer keeps where its weights come from elsewhere.
        x = self._in_strips(layer.fir, x, len(bias), 1 if layer.up is None else 2, run)
        return x, None if unpaid is None else owed

    def _beside(self, skip: Tensor, x: Tensor, pending: Tensor | None) -> Tensor:
        """What goes round a residual block: to other channels, and to twice the size."""
        weight = skip if pending is None else skip * pending
        beside = F.linear(x.permute(0, 2, 3, 1), weight.to(x.dtype)).permute(0, 3, 1, 2)
        if self.dtype == torch.float16:  # no layer's clamp holds what has gone round all of them
            beside.clamp_(-LARGEST_HALF, LARGEST_HALF)
        return upsample(beside)

    def _torgb(self, layer: _ToRGB, x: Tensor, scale: Tensor, below: Tensor | None) -> Tensor:
        weight = (layer.weight * scale).to(x.dtype)
        height, width = x.shape[2:]
        seen = (weight @ x[0].permute(1, 2, 0).reshape(height * width, -1).T).float().add_(layer.bias[:, None])
        if self.card.conv_clamp is not None:
            seen.clamp_(-self.card.conv_clamp, self.card.conv_clamp)
        image = seen.reshape(1, -1, height, width)
        return image if below is None else image.add_(upsample(below))

    def _grain(self, seed: int) -> dict[_Conv, Tensor]:
        """Fresh noise for every layer, drawn on the CPU so that every device shows the same."""
        dice = torch.Generator().manual_seed(seed)
        layers = [step.conv for step in self._steps]
        drawn = [(layer, torch.randn(self.card.drawn(layer.size), generator=dice)) for layer in layers]
        return {
            layer: (noise * layer.strength).to(self.device, layer.fir.dtype) for layer, noise in drawn if layer.strength
        }

    def _block(self, size: int, tensors: Mapping[str, Tensor]) -> Iterator[_Step]:
        """The steps of one size."""
        prefix = f"synthesis.b{size}"
        row, dtype = max(0, 2 * size.bit_length() - 7), self._dtype_at(size)
        if size > 4:
            skip = tensors.get(f"{prefix}.skip.weight")
            if skip is not None:
                skip = (skip[:, :, 0, 0] / sqrt(2 * skip.shape[1])).to(self.device)
            yield _Step(row, dtype, self._layer(f"{prefix}.conv0", size, tensors), None, skip)
            row += 1
        torgb = self._reader(f"{prefix}.torgb", tensors) if self.card.shows(size) else None
        yield _Step(row, dtype, self._layer(f"{prefix}.conv1", size, tensors), torgb, None)

    def _reader(self, name: str, tensors: Mapping[str, Tensor]) -> _ToRGB:
        weight = tensors[f"{name}.weight"][:, :, 0, 0]
        return _ToRGB(
            self._affine(name, tensors),
            (weight / sqrt(weight.shape[1])).to(self.device),
            tensors[f"{name}.bias"].to(self.device),
        )

    def _dtype_at(self, size: int) -> torch.dtype:
        return self.dtype if size >= self.reduced_from else torch.float32

    def _layer(self, name: str, size: int, tensors: Mapping[str, Tensor]) -> _Conv:
        weight, bias, dtype = tensors[f"{name}.weight"], tensors[f"{name}.bias"], self._dtype_at(size)
        up = name.endswith("conv0")
        way = up_way(weight.shape[1], self.device, dtype) if up else None
        fold = (size // 2 if up else size) >= self._fold_from
        gain = 1.0 if self.card.architecture == "resnet" and size > 4 and way is None else GAIN
        strength = float(tensors[f"{name}.noise_strength"]) * gain
        noise = (tensors[f"{name}.noise_const"] * strength).to(self.device, dtype) if strength else None
        taps = tensors[f"{name}.resample_filter"] * 4
        kernels = (weight,) if way is None else up_weights(weight, taps, way)
        return _Conv(
            size=size,
            up=way,
            fold=fold,
            affine=self._affine(name, tensors),
            weights=self._ready(kernels, self.card.drawn(size // 2 if way else size), way, None if fold else dtype),
            energy=(weight.square().sum((2, 3)) / gain**2).to(self.device),
            least=torch.full_like(bias, 1e-8 / gain**2, device=self.device),
            bias=(bias * gain).to(self.device),
            fir=self._laid_out(taps.expand(len(bias), 1, 4, 4), dtype),
            noise=noise,
            strength=strength,
            limit=None if self._limit is None else self._limit * (gain / GAIN),
        )

    def _affine(self, name: str, tensors: Mapping[str, Tensor]) -> tuple[Tensor, Tensor]:
        weight = tensors[f"{name}.affine.weight"]
        return (weight / sqrt(weight.shape[1])).to(self.device), tensors[f"{name}.affine.bias"].to(self.device)

    def _ready(self, kernels: Kernels, size: tuple[int, int], way: Way | None, dtype: torch.dtype | None) -> Kernels:
        """*kernels* packed in *dtype* for pictures of *size*; None: in float32, scales are put in for every picture."""
        laid_out = tuple(self._laid_out(kernel, dtype or torch.float32) for kernel in kernels)
        if dtype is None:
            return laid_out
        if way == "transposed":
            return (packed_up(laid_out[0], size),)
        paddings = PADDINGS if way == "phases" else ((1, 1),)
        return tuple(packed(kernel, padding, size) for kernel, padding in zip(laid_out, paddings, strict=True))

    def _laid_out(self, tensor: Tensor, dtype: torch.dtype) -> Tensor:
        return tensor.to(self.device, dtype).contiguous(memory_format=torch.channels_last)


def unchanged(last: Tensor, ws: Tensor) -> int:
    """How many steps, from the smallest, read the same rows of *ws* as of *last*, both ``(num_ws, w_dim)``."""
    rows = (last == ws).all(1).long().cumprod(0).sum()
    return int(rows) // 2 * 2  # the first reads rows 0 and 1, then two by two one more and another two


def _summed(x: Tensor, pending: Tensor | None, beside: Tensor) -> Tensor:
    """*x*, with what it owes, and what went round the block; *x* is written over."""
    return x.add_(beside) if pending is None else x.mul_(pending.to(x.dtype)[:, None, None]).add_(beside)


def _modulated(layer: _Conv, inputs: Tensor, outputs: Tensor) -> Kernels:
    """The weights of *layer* with both scales in them, in working precision."""
    if layer.up == "merged":
        outputs = outputs.repeat(4)
    first, second = (inputs, outputs) if layer.up == "transposed" else (outputs, inputs)
    scales = torch.outer(first, second)[..., None, None]
    return tuple((weight * scales).to(layer.fir.dtype) for weight in layer.weights)
