"""Frames in which only fine layers move, against frames in which all do: what exact reuse of coarse blocks saves.

Run: ``python -m benchmarks.reuse [weights.safetensors] [--config 256] [--rounds 15] [--precision bf16] [--json]``

Without weights the network is one of the papers' shape with random weights. *From 64 px* is the band of layers that a
fine push moves, *from 16 px* that and the middle one. All kinds of frame are drawn in turns by networks of their own,
and pictures with reuse are compared bit for bit with the same ones without. *Most* is what could be saved at all, by
the convolutions that are left. Ratios of medians, by the clock on the wall and by the seconds that cores worked for
us, which the load of others moves less.
"""

import argparse
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from app.engine.cores import cores
from app.engine.stopwatch import Turn, undisturbed
from app.engine.stylegan.card import Card
from app.engine.stylegan.contenders import Draw, built, contenders_for, random_weights, work
from app.engine.stylegan.weights import load_weights
from benchmarks.published import CONFIGS

SMALLEST = 16


def moved(places: torch.Tensor, held: int) -> torch.Tensor:
    """*places* ``(n, num_ws, w_dim)`` with the first *held* rows as they are in the first."""
    still = places.clone()
    still[:, :held] = places[0, :held]
    return still


def most(card: Card, size: int) -> float:
    """How many times less there is to convolve where only rows from *size* on have moved."""
    first = replace(card, resolution=size)
    own = 18 * card.channels(size) ** 2 * size**2  # the up-convolution before it reads the row before
    return work(card) / (work(card) - work(first) + own)


@torch.inference_mode()
def compare(card: Card, tensors: dict[str, torch.Tensor], precision: str, rounds: int) -> dict[str, Any]:
    """Milliseconds of frames in which everything has moved, or only what is drawn from some size on."""
    contender = next(c for c in contenders_for(card, "cpu") if c.path != "readable" and c.precision == precision)
    places = torch.randn(8, card.num_ws, card.w_dim, generator=torch.Generator().manual_seed(0))
    kinds = {"everything": places}
    kinds |= {f"from {size} px": moved(places, 2 * i) for i, size in enumerate(card.sizes) if size >= SMALLEST}
    draws = {name: built(contender, card, tensors, "cpu") for name in kinds}
    fresh = built(contender, card, tensors, "cpu")
    for name, rows in kinds.items():
        for row in rows[:3]:
            fresh(torch.zeros_like(row))  # so that nothing of it can be reused
            assert torch.equal(draws[name](row), fresh(row)), f"reuse changed the picture: {name}"
    turns = {name: _turn(draws[name], rows) for name, rows in kinds.items()}
    times = undisturbed(turns, rounds=rounds, tries=3)
    whole = times["everything"]
    return {
        "network": card.name, "path": contender.name, "threads": torch.get_num_threads(), "rounds": rounds,
        "ms": {name: t.ms for name, t in times.items()},
        "ratio": {name: whole.ms / t.ms for name, t in times.items()},
        "most": {f"from {size} px": most(card, size) for size in card.sizes if size >= SMALLEST},
        "cpu_ratio": {name: whole.cpu_ms / t.cpu_ms for name, t in times.items()},
        "clean_samples": sum(t.clean for t in times.values()) / (rounds * len(times)),
    }  # fmt: skip


def _turn(draw: Draw, places: torch.Tensor) -> Turn:
    return lambda i: draw(places[i % len(places)])


def main() -> None:
    """Prints one fact a line, or JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights", nargs="?", type=Path)
    parser.add_argument("--config", choices=CONFIGS, default="256")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--threads", type=int, default=cores().usual)
    parser.add_argument("--precision", default="bf16")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    torch.set_num_threads(asked.threads)
    torch.set_flush_denormal(True)
    if asked.weights:
        card, tensors = load_weights(asked.weights)
    else:
        card, tensors = CONFIGS[asked.config], random_weights(CONFIGS[asked.config])
    if not isinstance(card, Card):
        parser.error("only StyleGAN2 has layers that are reused")
    found = compare(card, tensors, asked.precision, asked.rounds)
    print(json.dumps(found, indent=1) if asked.json else "\n".join(f"{k:<15}{v}" for k, v in found.items()))


if __name__ == "__main__":
    main()
