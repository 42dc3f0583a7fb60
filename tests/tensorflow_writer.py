"""Writes weights files as StyleGAN2's TensorFlow programs do, from numbers of ours: the same bytes, none of their code.

What is opened turns our names and layouts back; here they are turned forth, written down a second time on purpose.
"""

import io
import pickle
import struct
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from app.engine.stylegan.card import Card
from tests.checkpoints import EasyDict, their_modules
from tests.vectors.networks import filled

SOURCE = "raise SystemExit('this must never run')"
MODULES = ("dnnlib.tflib", "dnnlib.tflib.network", "numpy.core.multiarray", "tfutil")


class Network:
    """A network as ``dnnlib.tflib`` pickles it: what it was built with, its parts, its variables."""

    def __init__(self, name: str, program: str, variables: Any, **more: Any) -> None:
        self.state: dict[str, Any] = {
            "version": 4, "name": name, "static_kwargs": {}, "components": {}, "build_module_src": SOURCE,
            "build_func_name": program, "variables": variables,
        }  # fmt: skip
        self.state |= more

    def __getstate__(self) -> dict[str, Any]:
        return self.state


class OlderNetwork(Network):
    """The same as Progressive GAN calls it."""


def _reconstruct(*_: Any) -> None:
    raise AssertionError("read by Python's own unpickler")


def scalar(*_: Any) -> None:
    """Stands for the function of that name, which old files speak of."""
    raise AssertionError("read by Python's own unpickler")


Network.__module__, Network.__qualname__ = "dnnlib.tflib.network", "Network"
OlderNetwork.__module__, OlderNetwork.__qualname__ = "tfutil", "Network"
_reconstruct.__module__ = scalar.__module__ = "numpy.core.multiarray"


@contextmanager
def tensorflow_modules() -> Iterator[None]:
    """Modules of the names that such files speak of, for as long as one is written."""
    kept = {name: sys.modules.get(name) for name in MODULES}
    made = {name: ModuleType(name) for name in MODULES}
    made["dnnlib.tflib.network"].Network = Network  # type: ignore[attr-defined]
    made["tfutil"].Network = OlderNetwork  # type: ignore[attr-defined]
    made["numpy.core.multiarray"]._reconstruct = _reconstruct  # type: ignore[attr-defined]
    made["numpy.core.multiarray"].scalar = scalar  # type: ignore[attr-defined]
    with their_modules():
        sys.modules.update(made)
        try:
            yield
        finally:
            for name, module in kept.items():
                if module is None:
                    del sys.modules[name]
                else:
                    sys.modules[name] = module


class OldPickler(pickle._Pickler):  # type: ignore[name-defined,misc]
    """Names NumPy's functions as NumPy 1 did, with which all published files were written."""

    def reducer_override(self, thing: Any) -> Any:
        if type(thing) is np.ndarray:
            fortran = thing.flags.f_contiguous and not thing.flags.c_contiguous
            raw = thing.tobytes("F" if fortran else "C")
            return _reconstruct, (np.ndarray, (0,), b"b"), (1, thing.shape, thing.dtype, fortran, raw)
        return (scalar, (thing.dtype, thing.tobytes())) if isinstance(thing, np.generic) else NotImplemented


class Python2Pickler(OldPickler):
    """Writes bytes and text alike as the strings of Python 2."""

    def save_string(self, thing: Any) -> None:
        raw = thing if isinstance(thing, bytes) else thing.encode("latin-1")
        self.write(b"U" + bytes([len(raw)]) + raw if len(raw) < 256 else b"T" + struct.pack("<i", len(raw)) + raw)
        self.memoize(thing)

    dispatch = pickle._Pickler.dispatch | {bytes: save_string, str: save_string}  # type: ignore[attr-defined]


def pickled(held: Any, protocol: int = 4, pickler: Any = OldPickler) -> bytes:
    """*held* as a file's bytes."""
    kept = io.BytesIO()
    with tensorflow_modules():
        pickler(kept, protocol).dump(held)
    return kept.getvalue()


def variables_of(card: Card, *, growing: bool = False) -> dict[str, dict[str, np.ndarray]]:
    """Part -> variable -> numbers, of the network whose weights follow from the vectors' rule.

    *growing*: as the networks that grew while they learnt, with a picture for each size.
    """
    there: dict[str, dict[str, np.ndarray]] = {"": {}, "mapping": {}, "synthesis": {}}
    for name, array in filled(card).items():
        first, *path = name.split(".")
        if path[-1] == "resample_filter":
            continue
        if name == "mapping.w_avg":
            there[""]["dlatent_avg"] = array
        elif first == "mapping":
            place = "LabelEmbed" if path[0] == "embed" else f"Dense{path[0][2:]}"
            there["mapping"][f"{place}/{path[1]}"] = array.T
        else:
            key, turned = _layer(card, int(path[0][1:]), path[1:], array)
            there["synthesis"][key] = turned
    if growing:
        _grow(card, there["synthesis"])
    if card.joined:
        there["mapping"]["LabelConcat/weight"] = there["mapping"].pop("LabelEmbed/weight")
        del there["mapping"]["LabelEmbed/bias"]
    return there


def _layer(card: Card, size: int, path: list[str], array: np.ndarray) -> tuple[str, np.ndarray]:
    """Name and numbers of what stands in the block of *size* under *path*."""
    height, width = card.drawn(size)
    if path == ["const"]:
        return f"{height}x{width}/Const/const", array[np.newaxis]
    if path[-1] == "noise_const":
        number = 2 * (size.bit_length() - 1) - (5 if path[0] == "conv0" else 4)
        return f"noise{number}", array[np.newaxis, np.newaxis]
    name = {"conv0": "Conv0_up", "conv1": "Conv1", "torgb": "ToRGB", "skip": "Skip"}[path[0]]
    place = f"{height}x{width}/{'Conv' if size == 4 and name == 'Conv1' else name}"
    if path[1] == "affine":
        return f"{place}/mod_{path[2]}", array.T if path[2] == "weight" else array - np.float32(1)
    if path[1] == "weight":
        turned = array.transpose(2, 3, 1, 0)
        return f"{place}/weight", turned[::-1, ::-1] if name in ("Conv0_up", "Skip") else turned
    return f"{place}/{path[1]}", array


def _grow(card: Card, synthesis: dict[str, np.ndarray]) -> None:
    for leaf in ("weight", "bias", "mod_weight", "mod_bias"):
        last = synthesis.pop(f"{card.resolution}x{card.resolution}/ToRGB/{leaf}")
        for level in range(len(card.sizes)):
            synthesis[f"ToRGB_lod{level}/{leaf}"] = last + np.float32(level)
    synthesis["lod"] = np.float32(0)  # type: ignore[assignment]


def settings_of(card: Card) -> dict[str, Any]:
    """What a training program would have built *card*'s network with."""
    return {
        "num_channels": card.img_channels, "resolution": card.resolution, "label_size": np.int64(card.c_dim),
        "latent_size": card.z_dim, "dlatent_size": card.w_dim, "mapping_fmaps": card.w_dim,
        "mapping_layers": card.num_mapping_layers, "fmap_base": card.channel_base // 2, "fmap_max": card.channel_max,
        "architecture": card.architecture, "conv_clamp": card.conv_clamp, "truncation_psi": None,
    }  # fmt: skip


def stored(array: np.ndarray) -> Any:
    """What TensorFlow hands out for a variable: side by side, a number alone where it has no dimensions."""
    return np.ascontiguousarray(array) if np.ndim(array) else np.float32(array)


def network_of(
    card: Card,
    name: str = "Gs",
    *,
    ada: bool = True,
    growing: bool = False,
    lay: Callable[[np.ndarray], Any] = stored,
    **settings: Any,
) -> Network:
    """The generator called *name*: from the repository of ADA, or from the one before."""
    version = 5 if ada else 4
    said = settings_of(card) | settings
    there = variables_of(card, growing=growing)
    shift = np.float32(0 if name == "Gs" else 1)
    listed = {part: [(key, lay(array + shift)) for key, array in held.items()] for part, held in there.items()}
    if not ada:
        listed[""].insert(0, ("lod", np.float32(0)))
    program = {"synthesis": "G_synthesis" if ada else "G_synthesis_stylegan2", "mapping": "G_mapping"}
    if growing:
        program["synthesis"] = "G_synthesis_stylegan_revised"
    parts = {
        part: Network(f"G_{part}", program[part], listed[part], version=version, static_kwargs=dict(said))
        for part in ("synthesis", "mapping")
    }
    more = {"input_shapes": [[None, card.z_dim], [None, card.c_dim]], "input_names": ["latents_in", "labels_in"]}
    return Network(
        name, "G_main", listed[""], version=version, static_kwargs=said, components=parts, **(more if ada else {})
    )


def discriminator(**more: Any) -> Network:
    """One that judges pictures, as far as anyone looks at it."""
    listed = [("8x8/FromRGB/weight", np.zeros((1, 1, 3, 4), np.float32))]
    return Network("D", "D_main", listed, static_kwargs={"resample_kernel": [1, 3, 3, 1], "x": EasyDict(a=1)}, **more)


def write_tensorflow(path: Path, card: Card, *, protocol: int = 4, pickler: Any = OldPickler, **how: Any) -> Path:
    """A ``.pkl`` of *card*'s network as (G, D, Gs)."""
    held = (network_of(card, "G", **how), discriminator(), network_of(card, **how))
    path.write_bytes(pickled(held, protocol, pickler))
    return path
