"""Pickles of StyleGAN2-ADA and StyleGAN3 for PyTorch: the generator ``G_ema``, a tree of records read as data alone."""

from collections.abc import Iterator
from itertools import islice
from math import isclose
from typing import Any

from app.engine.stylegan.cards import AnyCard
from app.engine.stylegan.checkpoints import stylegan3
from app.engine.stylegan.checkpoints.foreign import JUDGES
from app.engine.stylegan.checkpoints.inferred import infer_card
from app.engine.stylegan.checkpoints.records import Record, StoredTensor
from app.engine.stylegan.checkpoints.unpickle import Refused, printable

FORMAT = "StyleGAN2-ADA PyTorch pickle"
DEEPEST, MOST_MODULES = 8, 1000
PUBLISHED = {"activation": "lrelu", "kernel_size": 3, "use_noise": True}
"""Settings of a layer that our network knows in one way only."""


def is_ada(held: object) -> bool:
    """Whether *held* is a network of this format, or a table of such."""
    return type(held) is Record or (type(held) is dict and any(type(part) is Record for part in held.values()))


def read_ada(held: Any, name: str) -> tuple[AnyCard, dict[str, StoredTensor]]:
    """Card and tensors of the generator in *held*; ValueError says why there is none."""
    modules = list(islice(_modules(_generator(held), "", 0), MOST_MODULES + 1))  # a ring of modules has no end
    if len(modules) > MOST_MODULES:
        raise Refused("it has more layers than any network")
    tensors: dict[str, StoredTensor] = {}
    for path, record in modules:
        for kind in ("_parameters", "_buffers"):
            named = record.state.get(kind)
            held_here = named if type(named) is dict else {}
            tensors |= {f"{path}{key}": value for key, value in held_here.items() if type(value) is StoredTensor}
        if path.startswith("mapping.fc"):
            _check_rate(record)
    shapes = {key: value.shape for key, value in tensors.items()}
    if stylegan3.is_alias_free(records := dict(modules)):
        return stylegan3.infer_card3(name, shapes, records), tensors
    clamps = {_checked(path, record) for path, record in modules if path.endswith((".conv0.", ".conv1."))}
    if len(clamps) > 1:
        raise ValueError("its layers are clamped in different ways")
    later = any("fused_modconv_default" in record.state for record in records.values())
    origin = stylegan3.FORMAT if later else FORMAT
    return infer_card(name, shapes, conv_clamp=next(iter(clamps), None), origin=origin), tensors


def _generator(held: Any) -> Record:
    if type(held) is dict:
        if type(held.get("G_ema")) is Record:
            return held["G_ema"]
        names = ", ".join(sorted(printable(str(key)) for key, value in held.items() if type(value) is Record))
        raise ValueError(f"it holds {names[:80]} and no G_ema, the generator to draw with; ask its author for it")
    if "Discriminator" in held.class_name:
        raise ValueError(f"it is a discriminator, {JUDGES}")
    return held


def _modules(record: Record, path: str, depth: int) -> Iterator[tuple[str, Record]]:
    """Every module below *record* with the beginning of its tensors' names."""
    yield path, record
    inside = record.state.get("_modules")
    if depth >= DEEPEST or type(inside) is not dict:
        return
    for key, module in inside.items():
        if type(module) is Record and type(key) is str:
            yield from _modules(module, f"{path}{key}.", depth + 1)


def _checked(path: str, layer: Record) -> float | None:
    """The limit a 3x3 layer is clamped to; ValueError for a layer that our network could not compute."""
    for key, value in PUBLISHED.items():
        found = layer.state.get(key, value)
        if type(found) is not type(value) or found != value:
            told = str(found) if type(found) in (str, int, bool) else "something else"
            raise ValueError(f"{printable(path)}{key} is {printable(told)}, which is not known yet")
    clamp = layer.state.get("conv_clamp")
    if clamp is not None and type(clamp) not in (int, float):
        raise ValueError(f"{printable(path)}conv_clamp is no number")
    return None if clamp is None else float(clamp)


def _check_rate(layer: Record) -> None:
    """The mapping network must have learnt a hundred times slower, as all published ones have."""
    gain = layer.state.get("bias_gain")
    if type(gain) is float and not isclose(gain, 0.01, rel_tol=1e-6):
        raise ValueError(f"its mapping network learnt at a rate of {gain:g}, which is not known yet")
