"""What each effect of the Finish costs beside the bare one, as strong as it gets.

Run: ``python -m benchmarks.finish [--size 512] [--device cpu] [--threads 1] [--rounds 40] [--json]``

The picture is noise of the network's own size. Each effect is drawn in turn with the bare finish, round after round,
so that what else the machine does falls on all of them. Medians of milliseconds on the clock and, of one thread on the
CPU, of what the core worked for us; the ratio is of what it worked, else of the clock, to the bare finish of the same
round. *Colours* is brightness, contrast, saturation and hue together; *default chain* is all settings as a new Show has
them. Feedback and trails are one step of the grid, 60 in a second of song, without the pictures of the network.
"""

import argparse
import json
import time
from collections import defaultdict
from dataclasses import replace
from statistics import median
from typing import Any

import numpy as np
import torch

from app.engine.render.finish import Finishing
from app.engine.render.frame import RenderRequest
from app.engine.render.lut import Lut
from app.engine.render.memory import GRID, Memory
from app.engine.render.readback import Stopwatch
from app.engine.show.routes import Look

AT_REST = Look()
STEEP = np.stack(np.meshgrid(*[np.linspace(0, 1, 33, dtype=np.float32) ** 0.8] * 3, indexing="ij")[::-1], -1)
EFFECTS: dict[str, dict[str, Any]] = {
    "default chain": {},
    "colours": {"look": Look(brightness=0.1, contrast=1.2, saturation=1.2, hue=0.1)},
    "black and white point": {"look": Look(black=0.1, white=0.9)},
    "gamma": {"look": Look(gamma=1.5)},
    "mirror": {"mirror": "quad"},
    "kaleidoscope": {"look": Look(kaleidoscope=6.0, kaleidoscope_angle=0.1)},
    "bloom": {"look": Look(bloom=0.6)},
    "glitch": {"look": Look(glitch=1.0)},
    "vignette": {"look": Look(vignette=0.6)},
    "LUT, 33 steps": {"lut": Lut(STEEP)},
    "LUT, a curve": {"lut": Lut(STEEP[:, 0, 0])},
}
MEMORIES = {
    "trails": Look(trails=0.6),
    "feedback": Look(feedback=0.8),
    "feedback that moves": Look(feedback=0.8, feedback_zoom=1.0, feedback_turn=0.1),
}


class Known:
    """A past of one Look, for pictures that are there already."""

    def __init__(self, look: Look) -> None:
        self.look = look

    def at(self, t: float) -> RenderRequest:
        """The same, whenever it was."""
        return RenderRequest(t, np.zeros((1, 1), np.float32), self.look, past=self)


def measure(size: int, device: str, rounds: int) -> dict[str, dict[str, float]]:
    """Milliseconds and ratio of each effect."""
    pictures = [torch.randn(3, size, size).mul_(0.5).to(device) for _ in range(4)]
    asked = RenderRequest(0.0, np.zeros((1, 1), np.float32), AT_REST)
    finishes = {name: Finishing() for name in ("bare", *EFFECTS)}
    memories, pasts = {name: Memory() for name in MEMORIES}, {name: Known(look) for name, look in MEMORIES.items()}
    spent: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for i in range(rounds + 5):
        picture = pictures[i % len(pictures)]
        for name, changes in ({"bare": {}} | EFFECTS).items():
            request = replace(asked, t=i / 30, **changes)
            spent[name].append(_seconds(picture, lambda: finishes[name].pixels(picture, request)))  # noqa: B023
        for name, memory in memories.items():
            request = pasts[name].at(i / GRID)
            spent[name].append(_seconds(picture, lambda: memory.remembered(request, lambda _: picture)))  # noqa: B023
    which = int(device == "cpu" and torch.get_num_threads() == 1)
    found = {}
    for name, pairs in spent.items():
        ratios = [one[which] / bare[which] for one, bare in zip(pairs[5:], spent["bare"][5:], strict=True)]
        clock, worked = (1000 * median(pair[k] for pair in pairs[5:]) for k in (0, 1))
        found[name] = {"ms": clock, "worked": worked, "ratio": median(ratios)}
    return found


def _seconds(image: torch.Tensor, work: Any) -> tuple[float, float]:
    watch, worked = Stopwatch(image), time.thread_time()
    with torch.inference_mode():
        work()
    return watch.seconds(), time.thread_time() - worked


def main() -> None:
    """Prints one effect a line, or JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=512)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    began = time.perf_counter()
    found = measure(given.size, given.device, given.rounds)
    if given.json:
        print(json.dumps(found, indent=1))
        return
    for name, row in found.items():
        times = f"{row['ratio']:5.1f} times the bare finish"
        print(f"{name:24s} {row['ms']:7.2f} ms   worked {row['worked']:6.2f} ms   {times}")
    where = f"{given.size} px on {given.device}, {given.threads} threads"
    print(f"{where}, {given.rounds} rounds, {time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
