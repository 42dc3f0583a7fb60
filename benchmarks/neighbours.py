"""What another busy core costs a picture of Bloom: alone, beside one that counts, beside one that goes through memory.

Run: ``python -m benchmarks.neighbours [--rounds 3] [--pictures 100] [--threads 1] [--json]``

The three take turns in one run; medians of all pictures of each, and ratios against alone.
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median

import numpy as np

from app.engine.stylegan.generator import Generator
from app.engine.stylegan.library import bundled_styles

MEGABYTES = 32
PROGRAMS = {
    "alone": "",
    "beside one that counts": "while True: pass",
    f"beside one that goes through {MEGABYTES} MB": f"""
import numpy as np
here, there = np.ones({MEGABYTES} * 2**17), np.zeros({MEGABYTES} * 2**17)
while True: there[:] = here
""",
}


@contextmanager
def beside(program: str) -> Iterator[None]:
    """Another process that runs *program*; none where there is nothing to run."""
    if not program:
        yield
        return
    other = subprocess.Popen([sys.executable, "-c", program])
    time.sleep(1.0)  # it imports
    try:
        yield
    finally:
        other.kill()
        other.wait()


def main() -> None:
    """Prints a line each, or JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--pictures", type=int, default=100)
    parser.add_argument("--threads", type=int)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    generator = Generator.open(bundled_styles()[0], device="cpu")
    generator.threads = asked.threads or generator.threads
    dice = np.random.RandomState(0)
    times: dict[str, list[float]] = {name: [] for name in PROGRAMS}
    for _ in range(asked.rounds):
        for name, program in PROGRAMS.items():
            with beside(program):
                for _ in range(asked.pictures):
                    ws = dice.randn(generator.num_ws, generator.w_dim).astype(np.float32)
                    began = time.perf_counter()
                    generator.synthesize(ws)
                    times[name].append(time.perf_counter() - began)
    ms = {name: 1000 * median(taken) for name, taken in times.items()}
    found = {name: {"ms": value, "ratio": value / ms["alone"]} for name, value in ms.items()}
    if asked.json:
        print(json.dumps(found, indent=1))
        return
    for name, row in found.items():
        print(f"{name:<40}{row['ms']:8.2f} ms  {row['ratio']:.2f} times as long")


if __name__ == "__main__":
    main()
