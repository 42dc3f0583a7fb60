"""The StyleGAN3 test networks, built by the rule of ``fill.py``, and pickles of them as their own program writes."""

import json
import pickle
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import torch

from app.engine.stylegan.card3 import Card3, Layer, design, tensor_shapes3
from app.engine.stylegan.network import MappingNetwork
from app.engine.stylegan.stylegan3 import AliasFreeSynthesis
from tests.checkpoints import EasyDict, Persistent, their_modules
from tests.vectors.fill import fill
from tests.vectors.networks import HERE

CASES3 = ("sg3t64", "sg3r64")
GIVEN = ("up_filter", "down_filter", "magnitude_ema", "transform")
BUFFERS3 = (*GIVEN, "freqs", "phases", "w_avg")


@cache
def described3() -> dict[str, Any]:
    """What the JSON says about every case."""
    return json.loads((HERE / "stylegan3.json").read_text("utf-8"))


def card3_of(case: str) -> Card3:
    """The case's network as a card."""
    facts = described3()[case]
    sizes = {"resolution": facts["img_resolution"], "num_mapping_layers": facts["mapping"]["num_layers"]}
    return Card3(case, z_dim=facts["z_dim"], w_dim=facts["w_dim"], c_dim=facts["c_dim"], **sizes, **facts["syn"])


@cache
def expected3(case: str, name: str) -> np.ndarray:
    """An array that the published implementation used or computed."""
    with np.load(HERE / "stylegan3.npz") as file:
        return file[f"{case}/{name}"].astype(np.float32)


def filled3(card: Card3) -> dict[str, np.ndarray]:
    """Every tensor of the card's network, by the vectors' rule; what is given for no case is a low-pass filter."""
    return {name: _filled(card, name, shape) for name, shape in tensor_shapes3(card).items()}


def _filled(card: Card3, name: str, shape: tuple[int, ...]) -> np.ndarray:
    if not name.endswith(GIVEN):
        return np.asarray(fill(name, shape), np.float32)
    if card.name in CASES3:
        return expected3(card.name, f"tensor/{name}")
    if name.endswith("transform"):
        return np.eye(3, dtype=np.float32)
    taps = np.hanning(shape[0] + 2)[1:-1] if shape else np.ones(())
    taps = np.outer(taps, taps) if len(shape) == 2 else taps
    return np.asarray(taps / taps.sum(), np.float32)


@cache
def network3(card: Card3) -> tuple[MappingNetwork, AliasFreeSynthesis]:
    """Mapping and synthesis of *card*'s network in float32."""
    tensors = {name: torch.from_numpy(np.array(array)) for name, array in filled3(card).items()}
    mapping = MappingNetwork(card).requires_grad_(False)
    mapping.load_state_dict({name[8:]: tensor for name, tensor in tensors.items() if name.startswith("mapping.")})
    return mapping, AliasFreeSynthesis(card, tensors, device="cpu", dtype=torch.float32)


def written3(card: Card3, **settings: Any) -> Persistent:
    """The tree of modules of *card*'s network; *settings* are more that its synthesis network was asked for."""
    root = Persistent("Generator", z_dim=card.z_dim, c_dim=card.c_dim, w_dim=card.w_dim)
    layers = {layer.name: layer for layer in design(card)}
    for name, array in filled3(card).items():
        *path, leaf = name.split(".")
        module = root
        for part in path:
            module = module.state["_modules"].setdefault(part, _module(card, part, layers.get(part), settings))
        tensor = torch.from_numpy(np.array(array))
        if leaf in BUFFERS3:
            module.state["_buffers"][leaf] = tensor
        else:
            module.state["_parameters"][leaf] = torch.nn.Parameter(tensor)
    return root


def _module(card: Card3, part: str, layer: Layer | None, settings: dict[str, Any]) -> Persistent:
    if part.startswith("fc"):
        return Persistent("FullyConnectedLayer", bias_gain=0.01)
    if part == "synthesis":
        made = Persistent("SynthesisNetwork", num_layers=card.num_layers, num_critical=card.num_critical)
        made.state |= {"margin_size": card.margin_size, "output_scale": card.output_scale, "num_fp16_res": 4}
        asked = {key: getattr(card, key) for key in ASKED if getattr(card, key) != getattr(Card3("", 64), key)}
        made.state["_init_kwargs"] = {"w_dim": card.w_dim, "img_resolution": card.resolution, **asked, **settings}
        return made
    if layer is None:
        return Persistent("SynthesisInput", size=np.array([36, 36]), bandwidth=np.float64(2.0))
    facts = {"up_factor": layer.up, "down_factor": layer.down, "up_taps": layer.up_taps, "is_torgb": layer.shows}
    facts |= {"conv_kernel": layer.kernel, "conv_clamp": card.conv_clamp, "in_cutoff": np.float64(2.0)}
    return Persistent("SynthesisLayer", padding=[layer.before, layer.after] * 2, **facts)


ASKED = (
    "channel_base", "channel_max", "num_layers", "num_critical", "first_cutoff", "first_stopband", "margin_size",
    "last_stopband_rel", "output_scale", "conv_kernel", "filter_size", "lrelu_upsampling", "use_radial_filters",
    "conv_clamp",
)  # fmt: skip


def write_sg3(path: Path, card: Card3, network: Persistent | None = None, **settings: Any) -> Path:
    """A ``.pkl`` of *card*'s network as ``G_ema``."""
    held = {"training_set_kwargs": EasyDict(path="/x.zip"), "G": None, "G_ema": network or written3(card, **settings)}
    with their_modules():
        path.write_bytes(pickle.dumps(held, 4))
    return path
