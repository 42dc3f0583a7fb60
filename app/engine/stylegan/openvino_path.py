"""The pictures of ``folded.py`` drawn by OpenVINO where that optional package is installed: CPUs only.

One graph for the whole picture, built from the tensors rather than traced, compiled for this processor. Styles, and
what demodulation leaves, are computed here in float32 and go in; the graph scales activations and convolves with
constant weights. Only whole pictures come out: no block is kept for the next one, so that where fine layers alone
change, ``folded.py`` may be the faster one.
"""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from math import sqrt
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from app.engine.errors import StyleError, first_line
from app.engine.stylegan.card import Card

HINTS = {"float32": "f32", "bf16": "bf16"}
GAIN = sqrt(2)
_Array = NDArray[np.float32]
_Input = tuple[str, str]
"""A layer's name, and what of it goes in: its "style", what is "owed" after demodulation, its "noise"."""


@dataclass(frozen=True, eq=False, slots=True)
class _Layer:
    """What a layer's inputs are made of; ``energy`` as in ``folded.py``, None where nothing is demodulated."""

    name: str
    size: int
    row: int
    affine: tuple[Tensor, Tensor]
    energy: Tensor | None = None
    noise: Tensor | None = None
    strength: float = 0.0


class _Request:
    """Owns a compiled graph for one size: fill ``inputs`` in place, then ``draw``."""

    def __init__(self, compiled: Any, inputs: list[_Input]) -> None:
        self._request = compiled.create_infer_request()
        tensors = [self._request.get_input_tensor(i) for i in range(len(inputs))]
        self.inputs: dict[_Input, _Array] = {name: one.data for name, one in zip(inputs, tensors, strict=True)}
        self.grain: tuple[float, int | None] | None = None
        """The noise that lies in ``inputs``: how much, and of which seed."""

    def draw(self) -> Tensor:
        """``(channels, height, width)``, the caller's to change."""
        self._request.infer()
        return torch.from_numpy(self._request.get_output_tensor(0).data[0].copy())


class OpenVinoSynthesis:
    """Owns the weights in float32 and a compiled graph for every size that was drawn. One thread, no gradients."""

    def __init__(self, card: Card, tensors: Mapping[str, Tensor], *, precision: str) -> None:
        """*tensors*: float32, by their checkpoint names. precision: "float32" or "bf16". As many threads as torch has.

        StyleError if OpenVINO cannot.
        """
        self.card, self.device = card, torch.device("cpu")
        self._layers = tuple(_layers(card, tensors))
        self._hints = {
            "INFERENCE_PRECISION_HINT": HINTS[precision],
            "PERFORMANCE_HINT": "LATENCY",
            "INFERENCE_NUM_THREADS": torch.get_num_threads(),
            "ENABLE_CPU_PINNING": False,  # the thread that draws belongs to the whole app, not to one core
        }
        openvino = _loaded()
        self._core, self._graph = openvino.Core(), _Graph(card, tensors)
        self._requests: dict[int, _Request] = {}
        self._request(card.resolution)

    def __call__(
        self, ws: Tensor, *, exit_at: int | None = None, noise: float = 1.0, noise_seed: int | None = None
    ) -> Tensor:
        """``(num_ws, w_dim)`` to ``(channels, height, width)``, both float32."""
        request = self._request(exit_at or self.card.resolution)
        if request.grain != (noise, noise_seed):
            self._grain(request, noise, noise_seed)
        for layer in self._layers:
            if (layer.name, "style") not in request.inputs:
                break
            style = torch.addmv(layer.affine[1], layer.affine[0], ws[layer.row])
            _put(request, (layer.name, "style"), style)
            if layer.energy is not None:
                owed = torch.mv(layer.energy, style.square()).add_(0.5e-8).rsqrt_()
                _put(request, (layer.name, "owed"), owed)
        return request.draw()

    def _grain(self, request: _Request, amount: float, seed: int | None) -> None:
        """Noise for every layer that has some, the same as in ``folded.py``."""
        dice = None if seed is None else torch.Generator().manual_seed(seed)
        for layer in self._layers:
            if layer.noise is None:
                continue
            noise = layer.noise if dice is None else torch.randn(layer.noise.shape, generator=dice)
            if (layer.name, "noise") in request.inputs:
                _put(request, (layer.name, "noise"), noise * (layer.strength * amount * GAIN))
        request.grain = (amount, seed)

    def _request(self, size: int) -> _Request:
        """The graph that stops at *size*; compiled when it is asked for, which takes a few tenths of a second."""
        if size not in self._requests:
            model, inputs = self._graph.model(size)
            try:
                self._requests[size] = _Request(self._core.compile_model(model, "CPU", self._hints), inputs)
            except RuntimeError as cause:
                raise StyleError(f"OpenVINO cannot draw this network: {first_line(cause)}") from cause
        return self._requests[size]


def installed() -> str:
    """The version of OpenVINO that is installed; "" where it is not."""
    try:
        return version("openvino")
    except PackageNotFoundError:
        return ""


def _loaded() -> Any:
    """The package. On its own it would tell its makers, over the network, that it was imported; here it does not.

    What it tells them with is a package of its own, and it knows what to do where that one is missing.
    """
    if "openvino" not in sys.modules:
        sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]  # as good as not installed
    try:
        import openvino
    except (ImportError, OSError) as cause:  # a wheel for another machine
        raise StyleError(f"OpenVINO cannot be loaded: {cause}") from cause
    return openvino


def _put(request: _Request, name: _Input, values: Tensor) -> None:
    np.copyto(request.inputs[name], values.numpy().reshape(request.inputs[name].shape))


def _layers(card: Card, tensors: Mapping[str, Tensor]) -> Iterator[_Layer]:
    """Every layer in the order in which they are drawn, RGB layers too."""
    for size in card.sizes:
        first = max(0, 2 * size.bit_length() - 7)
        for i, name in enumerate((*_convs(size), f"synthesis.b{size}.torgb")):
            weight = tensors[f"{name}.affine.weight"]
            affine = (weight / sqrt(weight.shape[1]), tensors[f"{name}.affine.bias"])
            if name.endswith("torgb"):
                yield _Layer(name, size, first + i, affine)
                continue
            energy = tensors[f"{name}.weight"].square().sum((2, 3)) / 2
            strength = float(tensors[f"{name}.noise_strength"])
            yield _Layer(name, size, first + i, affine, energy, tensors[f"{name}.noise_const"], strength)


def _convs(size: int) -> tuple[str, ...]:
    return tuple(f"synthesis.b{size}.{name}" for name in (("conv1",) if size == 4 else ("conv0", "conv1")))


class _Graph:
    """Owns the network in OpenVINO's operators, with the picture of every size; one copy of the weights for all."""

    def __init__(self, card: Card, tensors: Mapping[str, Tensor]) -> None:
        from openvino import opset13

        self._ops, self._card, self._tensors = opset13, card, tensors
        self._inputs: dict[_Input, Any] = {}
        self._pictures: dict[int, tuple[Any, int]] = {}
        x, image = self._constant(tensors["synthesis.b4.const"][None]), None
        for size in card.sizes:
            for name in _convs(size):
                x = self._conv(name, size, x)
            image = self._torgb(size, x, image)
            self._pictures[size] = image, len(self._inputs)
        del self._tensors

    def model(self, size: int) -> tuple[Any, list[_Input]]:
        """From the learned constant to the picture of *size*, and what goes in."""
        from openvino import Model

        image, count = self._pictures[size]
        return Model([image], list(self._inputs.values())[:count], self._card.kind), list(self._inputs)[:count]

    def _conv(self, name: str, size: int, x: Any) -> Any:
        """A 3x3 layer. Scales and noise come in larger by GAIN, and the bias is, so that leaky ReLU is the last."""
        ops, weight = self._ops, self._tensors[f"{name}.weight"]
        outputs, inputs = weight.shape[:2]
        x = ops.multiply(x, self._input(name, "style", (1, inputs, 1, 1)))
        if name.endswith("conv0"):
            kernel = self._constant(weight.transpose(0, 1))
            x = ops.convolution_backprop_data(x, kernel, [2, 2], pads_begin=[0, 0], pads_end=[0, 0])
            taps = self._constant((self._tensors[f"{name}.resample_filter"] * 4).expand(outputs, 1, 1, 4, 4))
            x = ops.group_convolution(x, taps, [1, 1], [1, 1], [1, 1], [1, 1])
        else:
            x = ops.convolution(x, self._constant(weight), [1, 1], [1, 1], [1, 1], [1, 1])
        x = ops.multiply(x, self._input(name, "owed", (1, outputs, 1, 1)))
        if float(self._tensors[f"{name}.noise_strength"]):
            x = ops.add(x, self._input(name, "noise", (1, 1, *self._card.drawn(size))))
        x = ops.add(x, self._constant(self._tensors[f"{name}.bias"][None, :, None, None] * GAIN))
        return self._clamped(ops.prelu(x, self._constant(torch.tensor([0.2]))))

    def _torgb(self, size: int, x: Any, image: Any) -> Any:
        ops, name = self._ops, f"synthesis.b{size}.torgb"
        weight, bias = self._tensors[f"{name}.weight"], self._tensors[f"{name}.bias"]
        outputs, inputs = weight.shape[:2]
        x = ops.multiply(x, self._input(name, "style", (1, inputs, 1, 1)))
        x = ops.convolution(x, self._constant(weight / sqrt(inputs)), [1, 1], [0, 0], [0, 0], [1, 1])
        seen = self._clamped(ops.add(x, self._constant(bias[None, :, None, None])))
        if image is None:
            return seen
        taps = (self._tensors[f"synthesis.b{size}.resample_filter"] * 4).flip(0, 1).expand(outputs, 1, 1, 4, 4)
        twice = ops.group_convolution_backprop_data(
            image, self._constant(taps), [2, 2], pads_begin=[1, 1], pads_end=[1, 1]
        )
        return ops.add(seen, twice)

    def _clamped(self, x: Any) -> Any:
        limit = self._card.conv_clamp
        return x if limit is None else self._ops.clamp(x, -limit, limit)

    def _constant(self, tensor: Tensor) -> Any:
        return self._ops.constant(tensor.contiguous().numpy(), shared_memory=True)

    def _input(self, name: str, what: str, shape: tuple[int, ...]) -> Any:
        self._inputs[name, what] = self._ops.parameter(list(shape), np.float32)
        return self._inputs[name, what]
