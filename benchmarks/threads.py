"""How many threads draw best here, and whether pictures depend on it: StyleGAN2 of Bloom's and the papers' shapes.

    python -m benchmarks.threads [--counts 1 2 4] [--sizes 256] [--seconds 10] [--beside 0] [--json]

Every count in turns; ratios are against one thread in the same run. *same*: to the bit the picture of one thread.
Counts beyond the cores say nothing about time, but whether pictures are the same. ``--beside`` has so many other
programs count meanwhile: OpenMP waits for its slowest thread.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor

from app.engine.cores import cores
from app.engine.stopwatch import in_turns
from app.engine.stylegan.bench import paper_card
from app.engine.stylegan.card import Card
from app.engine.stylegan.contenders import Draw, built, contenders_for, random_weights
from app.engine.stylegan.library import bundled_styles
from app.engine.stylegan.threads import threads
from app.engine.stylegan.weights import load_weights

PLACES = 8
COUNTING = "while True: pass"


def networks(sizes: list[int]) -> Iterator[tuple[str, Card, Mapping[str, Tensor]]]:
    """Bloom, the papers' of *sizes*, and the two other architectures."""
    card, tensors = load_weights(bundled_styles()[0].path)
    assert isinstance(card, Card)
    yield "Bloom", card, tensors
    others = [Card(kind, 128, channel_base=8192, architecture=kind) for kind in ("resnet", "orig")]
    for card in (*map(paper_card, sizes), *others):
        yield card.name, card, random_weights(card)


def measure(draw: Draw, places: Tensor, counts: list[int], seconds: float) -> dict[int, dict[str, Any]]:
    """Milliseconds by the number of threads, and whether the last place's picture is that of one thread."""
    pictures = {}
    for count in counts:
        with threads(count):
            draw(places[0])
            pictures[count] = draw(places[-1]).clone()

    def turn(i: int, count: int) -> None:
        with threads(count):
            draw(places[(i + count) % PLACES])

    turns = {str(count): (lambda i, count=count: turn(i, count)) for count in counts}
    times = in_turns(turns, rounds=30, seconds=seconds)
    first = counts[0]
    return {
        count: {
            "ms": times[str(count)].ms, "ratio": times[str(first)].ms / times[str(count)].ms,
            "same": torch.equal(pictures[count], pictures[first]),
        }
        for count in counts
    }  # fmt: skip


@contextmanager
def company(count: int) -> Iterator[None]:
    """So many programs that do nothing but count."""
    programs = [subprocess.Popen([sys.executable, "-c", COUNTING]) for _ in range(count)]
    try:
        yield
    finally:
        for program in programs:
            program.kill()
            program.wait()


@torch.inference_mode()
def main() -> None:
    """Prints a table, or JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--counts", type=int, nargs="+", default=sorted({1, 2, *cores().counts}))
    parser.add_argument("--sizes", type=int, nargs="*", default=[256])
    parser.add_argument("--seconds", type=float, default=10.0, help="for each network on each path")
    parser.add_argument("--beside", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    torch.set_flush_denormal(True)
    found: dict[str, Any] = {}
    counts = sorted({1, *asked.counts})
    for name, card, tensors in networks(asked.sizes):
        places = torch.randn(PLACES, card.num_ws, card.w_dim, generator=torch.Generator().manual_seed(0))
        for contender in contenders_for(card, "cpu"):
            if contender.path != "traced":
                continue
            draw = built(contender, card, tensors, "cpu")
            with company(asked.beside):
                found[f"{name} {contender.precision}"] = measure(draw, places, counts, asked.seconds)
    if asked.json:
        print(json.dumps(found, indent=1))
        return
    for name, by_count in found.items():
        cells = (f"{n}: {v['ms']:.1f} ms {v['ratio']:.2f}x{'' if v['same'] else ' *'}" for n, v in by_count.items())
        print(f"{name:<20}{'   '.join(cells)}")
    print("* another picture than one thread's, in its last bits")


if __name__ == "__main__":
    main()
