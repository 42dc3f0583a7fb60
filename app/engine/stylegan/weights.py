"""The tensors of a weights file in main memory, and any such file copied to safetensors."""

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from app.engine.errors import StyleError
from app.engine.stylegan.cards import AnyCard
from app.engine.stylegan.checkpoints.opening import AVERAGE, CARD_KEY, open_checkpoint
from app.engine.stylegan.network import MappingNetwork

AVERAGED = 4096
"""How many points the average of W is estimated from where a checkpoint does not say."""


def load_weights(path: Path) -> tuple[AnyCard, dict[str, Tensor]]:
    """Card and tensors, float32 and called by our names, of a file of any known format.

    They are copies: were they the file as it is mapped, a program that writes into it could end ours.
    """
    opened = open_checkpoint(path)
    tensors = {name: torch.from_numpy(array) for name, array in opened.arrays().items()}
    if AVERAGE not in tensors:
        tensors[AVERAGE] = _average(opened.card, tensors)
    for name in tensors:  # one by one, so that there is never a second copy of them all
        tensors[name] = _laid_out(name, tensors[name])
    return opened.card, tensors


def _laid_out(name: str, tensor: Tensor) -> Tensor:
    """*tensor* in the order in which ``folded.py`` wants 3x3 weights, so that it needs no copy of its own."""
    if name.endswith(".conv1.weight"):
        return tensor.contiguous(memory_format=torch.channels_last)
    if name.endswith(".conv0.weight"):
        return tensor.transpose(0, 1).contiguous(memory_format=torch.channels_last).transpose(0, 1)
    return tensor


def convert(path: Path, out: Path) -> AnyCard:
    """Write the network in *path* as safetensors with a card; the card it got."""
    from safetensors.torch import save_file

    if out.suffix.lower() != ".safetensors":
        raise StyleError(f"Styles end in .safetensors, not {out.suffix or 'nothing'}.")
    if out.exists():
        raise StyleError(f"{out.name} is there already; give another name.")
    card, tensors = load_weights(path)
    said = {"kind": card.kind} | asdict(card)
    part = out.with_name(out.name + ".part")
    try:
        save_file(
            {name: tensor.contiguous() for name, tensor in tensors.items()}, part, metadata={CARD_KEY: json.dumps(said)}
        )
        part.replace(out)
    except OSError as cause:
        raise StyleError(f"{out.name} could not be written: {cause.strerror or cause}.") from cause
    finally:
        part.unlink(missing_ok=True)
    return card


@torch.inference_mode()
def _average(card: AnyCard, tensors: dict[str, Tensor]) -> Tensor:
    mapping = MappingNetwork(card)
    known = {name.removeprefix("mapping."): tensor for name, tensor in tensors.items() if name.startswith("mapping.")}
    mapping.load_state_dict(known, strict=False)
    z = np.random.RandomState(0).randn(AVERAGED, card.z_dim).astype(np.float32)
    return mapping(torch.from_numpy(z)).mean(0).clone()
