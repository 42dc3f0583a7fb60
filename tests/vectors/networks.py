"""The test networks: built by the rule of ``fill.py``, and written as weights files for tests of Styles on disk."""

import json
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.numpy import save_file

from app.engine.stylegan.card import Card, tensor_shapes
from app.engine.stylegan.network import StyleGAN2, fir
from app.engine.stylegan.weights import load_weights
from tests.vectors.fill import fill

HERE = Path(__file__).parent
CASES = ("skip64", "map8_32", "rgb1_32", "clamp32")
ALL = (*CASES, "cond32", "resnet32", "orig32")


@cache
def described() -> dict[str, Any]:
    """What the JSON says about every case."""
    return json.loads((HERE / "stylegan2_ada.json").read_text("utf-8"))


def card_of(case: str) -> Card:
    """The case's network as a card."""
    facts = described()[case]
    sizes = {"resolution": facts["img_resolution"], "num_mapping_layers": facts["mapping"]["num_layers"]}
    return Card(
        case,
        z_dim=facts["z_dim"],
        w_dim=facts["w_dim"],
        img_channels=facts.get("img_channels", 3),
        c_dim=facts["c_dim"],
        **sizes,
        **facts["syn"],
    )


def filled(card: Card) -> dict[str, np.ndarray]:
    """Every tensor of the card's network, by the vectors' rule."""
    taps = fir().numpy()
    return {
        name: np.asarray(fill(name, shape, taps if name.endswith("resample_filter") else None), np.float32)
        for name, shape in tensor_shapes(card).items()
    }


@cache
def network(case: str) -> StyleGAN2:
    """The readable network of a case."""
    built = StyleGAN2(card_of(case)).requires_grad_(False)
    built.load_state_dict({name: torch.from_numpy(array) for name, array in filled(card_of(case)).items()})
    return built


@cache
def expected(case: str, name: str) -> torch.Tensor:
    """An array that the published implementation used or computed."""
    with np.load(HERE / "stylegan2_ada.npz") as file:
        return torch.from_numpy(file[f"{case}/{name}"].astype(np.float32))


def write_style(path: Path, card: Card, *, tensors: dict[str, np.ndarray] | None = None, **lies: Any) -> Path:
    """A weights file of *card*'s network; *lies* change what its card says."""
    said = {"kind": "stylegan2"} | asdict(card) | lies
    save_file(filled(card) if tensors is None else tensors, path, metadata={"anthesis": json.dumps(said)})
    return path


def opened(path: Path) -> StyleGAN2:
    """The readable network with the weights in *path*."""
    card, tensors = load_weights(path)
    net = StyleGAN2(card).requires_grad_(False)
    net.load_state_dict(tensors)
    return net


def worst(image: torch.Tensor, reference: torch.Tensor) -> float:
    """The largest difference of two pictures, or of whatever else was computed."""
    assert image.shape == reference.shape
    return float((image - reference).abs().max())
