"""Milliseconds a picture, for every size a Style can stop at: the readable network against the folded one.

    python -m benchmarks.synthesis [weights.safetensors] [--rounds 30] [--threads 1] [--precision float32 bf16]
    python -m benchmarks.synthesis --reference DIR --config 256|512|1024|512c128 [--json] [--rounds 9] [--threads 1]

Every round draws a new place with each contender in turn, so that whatever else the machine does meets all alike.
Medians; the ratio is that of the medians of the readable network and the contender, in the same run.

With ``--reference`` the first contender is a checkout of the published stylegan2-ada-pytorch, all have the same random
weights, and a sample is repeated, ``--tries`` times at most, while others use more than 4 % of the machine.
"""

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import torch

from app.engine.cores import cores
from app.engine.stylegan.devices import best_device
from app.engine.stylegan.generator import Generator, cpu_has_bf16
from app.engine.stylegan.library import Style, bundled_styles, read_card, read_style
from app.engine.stylegan.network import StyleGAN2
from app.engine.stylegan.weights import load_weights
from benchmarks.published import CONFIGS, compare

Draw = Callable[[torch.Tensor, int], object]


def contenders(style: Style, device: str, precisions: list[str], threads: int) -> dict[str, Draw]:
    """Name -> a function that draws ``(num_ws, w_dim)`` up to a size, and waits until it is drawn."""
    readable = StyleGAN2(read_card(style.path)).requires_grad_(False).to(device)
    readable.load_state_dict(load_weights(style.path)[1])
    synthesis = readable.synthesis
    draws: dict[str, Draw] = {
        "readable float32": lambda ws, size: synthesis(ws[None].to(device), exit_at=size).cpu(),
    }
    for precision in precisions:
        generator = Generator.open(style, device=device, precision=precision)
        generator.threads = threads
        draws[f"folded {precision}"] = lambda ws, size, g=generator: g.synthesize(ws.numpy(), exit_at=size).cpu()  # type: ignore[misc]
    return draws


@torch.inference_mode()
def measure(draws: dict[str, Draw], places: torch.Tensor, size: int) -> dict[str, float]:
    """Median milliseconds of each contender; *places* ``(rounds, num_ws, w_dim)``."""
    taken: dict[str, list[float]] = {name: [] for name in draws}
    for draw in draws.values():
        draw(places[-1], size)
    for ws in places:
        for name, draw in draws.items():
            before = time.perf_counter()
            draw(ws, size)
            taken[name].append(time.perf_counter() - before)
    return {name: median(times) * 1e3 for name, times in taken.items()}


def main() -> None:
    """Prints a table, or JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights", nargs="?", type=Path)
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--threads", type=int, default=cores().usual)
    parser.add_argument("--device", default=best_device())
    parser.add_argument("--precision", nargs="+")
    parser.add_argument("--reference", type=Path, metavar="DIR")
    parser.add_argument("--config", choices=CONFIGS, default="256")
    parser.add_argument("--tries", type=int, default=4)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    torch.set_num_threads(asked.threads)
    if asked.reference is not None:
        _tell(compare(asked.reference, asked.config, rounds=asked.rounds or 9, tries=asked.tries), asked.json)
        return
    style = read_style(asked.weights) if asked.weights else bundled_styles()[0]
    reduced = ["fp16"] if asked.device != "cpu" else ["bf16"] if cpu_has_bf16() else []
    draws = contenders(style, asked.device, asked.precision or ["float32", *reduced], asked.threads)
    torch.set_num_threads(asked.threads)
    card = read_card(style.path)
    w = np.random.RandomState(0).randn(asked.rounds or 30, 1, card.w_dim).astype(np.float32)
    places = torch.from_numpy(w).repeat(1, card.num_ws, 1)
    print(f"{style.name}, {style.resolution} px, {asked.device}, {asked.threads} threads, torch {torch.__version__}")
    for size in (size for size in card.sizes if size >= 32):
        medians = measure(draws, places, size)
        slowest = medians["readable float32"]
        row = "   ".join(f"{name} {ms:7.2f} ms {slowest / ms:5.2f}x" for name, ms in medians.items())
        print(f"{size:5d} px   {row}")


def _tell(found: dict[str, Any], as_json: bool) -> None:
    """What ``compare`` found, for programs or one fact a line."""
    if as_json:
        print(json.dumps(found, indent=1))
        return
    for name, value in found.items():
        print(f"{name:<20}{value}")


if __name__ == "__main__":
    main()
