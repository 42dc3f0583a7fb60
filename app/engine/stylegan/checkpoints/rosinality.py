"""Checkpoints of rosinality's stylegan2-pytorch: the state of ``g_ema``, its tensors called by our names."""

import re
from dataclasses import replace
from math import prod
from typing import Any

import numpy as np

from app.engine.stylegan.card import Card
from app.engine.stylegan.checkpoints.inferred import infer_card
from app.engine.stylegan.checkpoints.records import TAPS, StoredTensor

FORMAT = "rosinality checkpoint"
LEAVES = {
    "conv.weight": "weight", "conv.modulation.weight": "affine.weight", "conv.modulation.bias": "affine.bias",
    "activate.bias": "bias", "noise.weight": "noise_strength", "bias": "bias",
}  # fmt: skip
"""Name within a layer -> ours."""
KERNELS = re.compile(r"(convs\.\d+\.conv\.blur|to_rgbs\.\d+\.upsample)\.kernel")


def is_rosinality(held: object) -> bool:
    """Whether *held* is such a checkpoint, or the state of a generator alone."""
    return type(held) is dict and (type(held.get("g_ema")) is dict or "conv1.conv.modulation.weight" in held)


def read_rosinality(held: Any, name: str) -> tuple[Card, dict[str, StoredTensor]]:
    """Card and tensors of the generator in *held*; ValueError says why there is none.

    ``mapping.w_avg`` is missing where the checkpoint does not hold it: it can be estimated.
    """
    state = held.get("g_ema", held)
    tensors: dict[str, StoredTensor] = {}
    for key, value in state.items():
        if type(value) is not StoredTensor:
            continue
        if KERNELS.fullmatch(str(key)):
            if value.shape != (4, 4) or not np.allclose(value.array(), 4 * TAPS):
                raise ValueError("its resampling filter is not known yet")
            continue
        ours = _our_name(str(key))
        if ours is None:
            raise ValueError(f"its layers are not those of StyleGAN2: {str(key)[:60]!r} is not known")
        tensors[ours] = _ours(ours, value)
    average = held.get("latent_avg")
    if type(average) is StoredTensor and "mapping.fc0.weight" in tensors:
        tensors["mapping.w_avg"] = _reshaped(average, (prod(average.shape),))
    shapes = {key: value.shape for key, value in tensors.items()}
    return infer_card(name, shapes, conv_clamp=None, origin=FORMAT), tensors


def _our_name(key: str) -> str | None:
    """What a tensor called *key* there is called here."""
    if found := re.fullmatch(r"style\.(\d)\.(weight|bias)", key):
        return f"mapping.fc{int(found[1]) - 1}.{found[2]}"
    if key == "input.input":
        return "synthesis.b4.const"
    if found := re.fullmatch(r"noises\.noise_(\d{1,2})", key):
        return f"synthesis.{_layer(int(found[1]))}.noise_const"
    if found := re.fullmatch(r"(conv1|convs\.(\d{1,2}))\.(.+)", key):
        leaf = LEAVES.get(found[3])
        return leaf and f"synthesis.{_layer(int(found[2]) + 1 if found[2] else 0)}.{leaf}"
    if found := re.fullmatch(r"(to_rgb1|to_rgbs\.(\d{1,2}))\.(.+)", key):
        leaf = LEAVES.get(found[3])
        return leaf and f"synthesis.b{8 << int(found[2]) if found[2] else 4}.torgb.{leaf}"
    return None


def _layer(number: int) -> str:
    """The 3x3 layer *number*, counted from the smallest."""
    return f"b{4 << (number + 1) // 2}.{'conv0' if number % 2 else 'conv1'}"


def _ours(name: str, tensor: StoredTensor) -> StoredTensor:
    """*tensor* without the dimensions of size 1 that are written there and not here."""
    shape = tensor.shape
    if name.endswith("noise_strength"):
        return _reshaped(tensor, ())
    if name.endswith("noise_const") and len(shape) == 4:
        return _reshaped(tensor, shape[2:])
    if name.endswith("torgb.bias") and len(shape) == 4:
        return _reshaped(tensor, shape[1:2])
    extra = name.endswith(".const") or (name.endswith(".weight") and len(shape) == 5)
    return _reshaped(tensor, shape[1:]) if extra and shape[:1] == (1,) else tensor


def _reshaped(tensor: StoredTensor, shape: tuple[int, ...]) -> StoredTensor:
    """*tensor* in another shape, of the same numbers side by side."""
    if prod(shape) != prod(tensor.shape):
        raise ValueError("its layers have other shapes than those of StyleGAN2")
    strides = tuple(prod(shape[i + 1 :]) for i in range(len(shape)))
    return replace(tensor, shape=shape, strides=strides)
