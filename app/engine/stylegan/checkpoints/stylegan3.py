"""The card of a StyleGAN3 network kept as a tree of records: its settings by name, held against what its layers say."""

import re
from collections.abc import Mapping
from math import isclose
from typing import Any

from app.engine.stylegan.card3 import Card3, Layer, card3_from, design
from app.engine.stylegan.checkpoints.records import Record
from app.engine.stylegan.checkpoints.unpickle import printable

FORMAT = "StyleGAN3 PyTorch pickle"
SETTINGS = (
    "channel_base", "channel_max", "num_layers", "num_critical", "first_cutoff", "first_stopband", "last_stopband_rel",
    "margin_size", "output_scale", "conv_kernel", "filter_size", "lrelu_upsampling", "use_radial_filters", "conv_clamp",
)  # fmt: skip
"""Settings of the synthesis network that its card has too, by the same names."""
TRAINING = ("w_dim", "img_resolution", "img_channels", "num_fp16_res", "magnitude_ema_beta")
"""Settings that the tensors say as well, or that no picture depends on."""
KEPT = ("num_layers", "num_critical", "margin_size", "output_scale")
"""Settings that the network keeps as attributes besides."""


def is_alias_free(records: Mapping[str, Record]) -> bool:
    """Whether *records*, by the beginning of their tensors' names, are a StyleGAN3 network."""
    return "synthesis.input." in records


def infer_card3(name: str, shapes: Mapping[str, tuple[int, ...]], records: Mapping[str, Record]) -> Card3:
    """The card of a network called *name*; ValueError says in a few words why there is none."""
    first, embed = shapes.get("mapping.fc0.weight", ()), shapes.get("mapping.embed.weight")
    found = [re.fullmatch(r"synthesis\.L(\d{1,3})_(\d{1,5})_(\d{1,5})\.", path) for path in records]
    last = max((layer for layer in found if layer), key=lambda layer: int(layer[1]), default=None)
    if last is None or (len(first), len(embed or (0, 0))) != (2, 2):
        raise ValueError("its layers are not those of StyleGAN3")
    synthesis = records["synthesis."]
    asked = synthesis.state.get("_init_kwargs")
    settings = {key: value for key, value in asked.items() if key not in TRAINING} if type(asked) is dict else {}
    if strange := next((key for key in settings if key not in SETTINGS), None):
        raise ValueError(f"it asks for {printable(str(strange))[:60]}, a setting that is not known yet")
    kept = {key: synthesis.state[key] for key in KEPT if key in synthesis.state}
    said = {
        "name": "".join(c for c in name if c.isprintable())[:80] or "Unnamed",
        "origin": FORMAT,
        "resolution": int(last[2]),
        "z_dim": first[1] - (embed[0] if embed else 0),
        "w_dim": first[0],
        "c_dim": embed[1] if embed else 0,
        "num_mapping_layers": sum(bool(re.fullmatch(r"mapping\.fc\d\.weight", key)) for key in shapes),
        "img_channels": int(last[3]),
    }
    card = card3_from(said | kept | settings)
    for key, value in kept.items():
        _hold("synthesis.", key, value, getattr(card, key))
    for layer in design(card):
        _check(card, layer, records)
    return card


def _check(card: Card3, layer: Layer, records: Mapping[str, Record]) -> None:
    """Refuses a layer that says of itself something else than the card's design."""
    path = f"synthesis.{layer.name}."
    if path not in records:
        return  # its tensors will be missing, which is told by name
    state = records[path].state
    wanted: dict[str, Any] = {
        "up_factor": layer.up,
        "down_factor": layer.down,
        "up_taps": layer.up_taps,
        "down_taps": layer.down_taps,
        "conv_kernel": layer.kernel,
        "conv_clamp": card.conv_clamp,
        "is_torgb": layer.shows,
        "padding": [layer.before, layer.after] * 2,
    }
    for key, value in wanted.items():
        _hold(path, key, state.get(key, value), value)


def _hold(path: str, key: str, found: object, wanted: Any) -> None:
    numbers = type(found) in (int, float) and type(wanted) in (int, float)
    same = isclose(found, wanted, rel_tol=1e-9) if numbers else found == wanted  # type: ignore[arg-type]
    if not same:
        told = printable(str(found))[:40] if type(found) in (int, float, bool, str) else "something else"
        raise ValueError(f"{printable(path)}{key} is {told}, which does not fit its settings: {wanted} was expected")
