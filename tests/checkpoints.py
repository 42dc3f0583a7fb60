"""Writes weights files as other programs do, from numbers of ours: the same bytes, none of their code."""

import pickle
import sys
from argparse import Namespace
from collections import OrderedDict
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import torch

from app.engine.stylegan.card import Card
from tests.vectors.fill import fill
from tests.vectors.networks import HERE, filled

BUFFERS = ("w_avg", "noise_const", "resample_filter")


class Persistent:
    """A module as StyleGAN2-ADA pickles it: its class by name, its program as text, its attributes."""

    def __init__(self, class_name: str, **attributes: Any) -> None:
        self.class_name = class_name
        self.state: dict[str, Any] = {
            "training": False, "_backward_hooks": OrderedDict(), "_non_persistent_buffers_set": set(),
            "_parameters": OrderedDict(), "_buffers": OrderedDict(), "_modules": OrderedDict(),
            "_init_args": (), "_init_kwargs": EasyDict(attributes), **attributes,
        }  # fmt: skip

    def __reduce__(self) -> tuple[Any, ...]:
        source = "raise SystemExit('this must never run')"
        meta = {"type": "class", "version": 6, "module_src": source, "class_name": self.class_name}
        return _reconstruct_persistent_obj, (meta | {"state": self.state},)


class EasyDict(dict):  # type: ignore[type-arg]
    """A dict of the name that theirs has."""


def _reconstruct_persistent_obj(meta: Any) -> None:
    raise AssertionError("read by Python's own unpickler")


EasyDict.__module__, EasyDict.__qualname__ = "dnnlib.util", "EasyDict"
_reconstruct_persistent_obj.__module__ = "torch_utils.persistence"


@contextmanager
def their_modules():
    """Modules of the names that their pickles speak of, for as long as one is written."""
    persistence, util = ModuleType("torch_utils.persistence"), ModuleType("dnnlib.util")
    persistence._reconstruct_persistent_obj = _reconstruct_persistent_obj  # type: ignore[attr-defined]
    util.EasyDict = EasyDict  # type: ignore[attr-defined]
    there = {"torch_utils": ModuleType("torch_utils"), "torch_utils.persistence": persistence}
    there |= {"dnnlib": ModuleType("dnnlib"), "dnnlib.util": util}
    sys.modules.update(there)
    try:
        yield
    finally:
        for name in there:
            del sys.modules[name]


def ada_network(card: Card, class_name: str = "Generator", shift: float = 0.0) -> Persistent:
    """The tree of modules of *card*'s network; *shift* makes its weights others."""
    root = Persistent(class_name, z_dim=card.z_dim, w_dim=card.w_dim, img_resolution=card.resolution)
    for name, array in filled(card).items():
        *path, leaf = name.split(".")
        module = root
        for part in path:
            extra = {"conv_clamp": card.conv_clamp, "use_noise": True} if part in ("conv0", "conv1") else {}
            if part.startswith("fc"):
                extra = {"bias_gain": 0.01}
            module = module.state["_modules"].setdefault(part, Persistent(f"{part}Layer", **extra))
        tensor = torch.from_numpy(np.asarray(array + np.float32(shift)))
        if leaf in BUFFERS:
            module.state["_buffers"][leaf] = tensor
        else:
            module.state["_parameters"][leaf] = torch.nn.Parameter(tensor)
    return root


def write_ada(path: Path, card: Card, *, alone: bool = False, protocol: int = 4) -> Path:
    """A ``.pkl`` of *card*'s network as ``G_ema`` among others, or *alone*."""
    held: Any = ada_network(card)
    if not alone:
        others = {"G": ada_network(card, shift=1.0), "D": ada_network(card, "Discriminator", 2.0)}
        held = {"training_set_kwargs": EasyDict(path="/x.zip"), **others, "G_ema": held, "augment_pipe": None}
    with their_modules():
        path.write_bytes(pickle.dumps(held, protocol))
    return path


@cache
def rosinality_state(facts_shapes: tuple[tuple[str, tuple[int, ...]], ...]) -> dict[str, torch.Tensor]:
    """The tensors of a rosinality generator, by the vectors' rule."""
    taps = np.outer([1, 3, 3, 1], [1, 3, 3, 1]) / 16
    return OrderedDict(
        (name, torch.from_numpy(np.asarray(fill(name, shape, taps if name.endswith("kernel") else None), np.float32)))
        for name, shape in facts_shapes
    )


def rosi16() -> dict[str, torch.Tensor]:
    """The state of the vectors' rosinality network."""
    import json

    shapes = json.loads((HERE / "rosinality.json").read_text("utf-8"))["rosi16"]["tensors"]
    return rosinality_state(tuple((name, tuple(shape)) for name, shape in shapes.items()))


def write_rosinality(path: Path, *, zipped: bool = True, **more: Any) -> Path:
    """A ``.pt`` of the vectors' rosinality network with what its training keeps beside."""
    state = rosi16()
    g = OrderedDict((name, tensor[:0]) for name, tensor in state.items())
    held = {"g": g, "g_ema": state, "args": Namespace(size=16, iter=800_000), **more}
    torch.save(held, path, _use_new_zipfile_serialization=zipped)
    return path


def small_rosinality(card: Card) -> dict[str, torch.Tensor]:
    """The state of *card*'s network under the names that rosinality gives it."""
    named: dict[str, torch.Tensor] = {}
    for name, array in filled(card).items():
        block, _, rest = name.removeprefix("synthesis.").partition(".")  # or "mapping" and the rest
        layer, _, leaf = rest.partition(".")
        level = int(block[1:]).bit_length() - 3 if block.startswith("b") else 0
        tensor = torch.from_numpy(array)
        if name.startswith("mapping.fc"):
            named[f"style.{int(rest[2]) + 1}.{leaf}"] = tensor
        elif rest == "const":
            named["input.input"] = tensor[None]
        elif layer == "torgb":
            there = f"to_rgbs.{level - 1}" if level else "to_rgb1"
            named[f"{there}.{_THEIRS.get(leaf, leaf)}"] = tensor[None] if leaf == "weight" else _wide(leaf, tensor)
        elif layer in ("conv0", "conv1") and leaf != "resample_filter":
            number = 2 * level - (layer == "conv0")
            there = f"convs.{number - 1}" if number else "conv1"
            if leaf == "noise_const":
                named[f"noises.noise_{number}"] = tensor[None, None]
            else:
                named[f"{there}.{_LAYER[leaf]}"] = tensor[None] if leaf in ("weight", "noise_strength") else tensor
    return named


_THEIRS = {"weight": "conv.weight", "affine.weight": "conv.modulation.weight", "affine.bias": "conv.modulation.bias"}
_LAYER = _THEIRS | {"bias": "activate.bias", "noise_strength": "noise.weight"}


def _wide(leaf: str, tensor: torch.Tensor) -> torch.Tensor:
    return tensor.reshape(1, -1, 1, 1) if leaf == "bias" else tensor
