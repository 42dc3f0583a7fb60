"""How long a weights file takes to open, and how much memory, as a multiple of its size; each in a process of its own.

    python -m benchmarks.loading [WEIGHTS ...] [--precision float32]

Without a file: a network of 1024 px with the channels of the published ones (config-f) and random weights, written as
StyleGAN2-ADA pickles (with and without its discriminator and its other generator) and as safetensors. "weights" is the
file read into main memory; "ready" is a Generator that could draw, its self-test included. Memory is the most that the
process had more than before, and on Linux without the pages of the file itself, which the system takes back at will.
"""

import argparse
import json
import pickle
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from app.engine.stylegan.card import Card

CONFIG_F = Card("config-f", 1024, conv_clamp=256.0)
STEP = 0.002


def taken() -> int:
    """Bytes of memory that this process has to itself; the most so far where the system does not say how many now."""
    try:
        lines = Path("/proc/self/status").read_text("ascii").splitlines()
    except OSError:
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return next(1024 * int(line.split()[1]) for line in lines if line.startswith("RssAnon"))


def child(path: Path, precision: str | None) -> None:
    """Opens *path* and prints what that took."""
    from app.engine.stylegan.generator import Generator
    from app.engine.stylegan.library import read_style
    from app.engine.stylegan.weights import load_weights

    style, before, most, done = read_style(path), taken(), [0], threading.Event()

    def watch() -> None:
        while not done.wait(STEP):
            most[0] = max(most[0], taken() - before)

    watcher = threading.Thread(target=watch)
    watcher.start()
    figures = {}
    for name in ("weights", "ready"):
        most[0], began = 0, time.perf_counter()
        kept = load_weights(path) if name == "weights" else Generator.open(style, precision=precision)
        figures[name] = (time.perf_counter() - began, max(most[0], taken() - before))
        del kept
    done.set()
    watcher.join()
    print(json.dumps(figures))


def write_all(folder: Path) -> list[Path]:
    """The files to open where none is named."""
    from app.engine.stylegan.weights import convert
    from tests.checkpoints import ada_network, their_modules

    whole, alone, ours = (folder / name for name in ("G D G_ema.pkl", "G_ema.pkl", "G_ema.safetensors"))
    network = ada_network(CONFIG_F)
    with their_modules():
        alone.write_bytes(pickle.dumps(network, 4))
        others = {"G": ada_network(CONFIG_F, shift=1.0), "D": ada_network(CONFIG_F, "Discriminator", 2.0)}
        whole.write_bytes(pickle.dumps({**others, "G_ema": network}, 4))
    convert(alone, ours)
    return [whole, alone, ours]


def main() -> None:
    """Prints a line a file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights", nargs="*", type=Path)
    parser.add_argument("--precision")
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.child:
        child(asked.child, asked.precision)
        return
    with tempfile.TemporaryDirectory() as folder:
        for path in asked.weights or write_all(Path(folder)):
            chosen = ["--precision", asked.precision] if asked.precision else []
            command = [sys.executable, "-m", "benchmarks.loading", "--child", str(path), *chosen]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            size, figures = path.stat().st_size, json.loads(done.stdout.splitlines()[-1])
            told = "   ".join(f"{k} {s:5.2f} s {m / size:5.2f} x its size" for k, (s, m) in figures.items())
            print(f"{path.name:20s} {size / 1e6:6.0f} MB   {told}", flush=True)


if __name__ == "__main__":
    main()
