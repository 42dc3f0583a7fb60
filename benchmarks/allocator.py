"""What it is worth to have glibc keep the memory of a picture: processes that do and that do not, in turns.

Run: ``python -m benchmarks.allocator [--pairs 2] [--pictures 192] [--json]``. Linux with glibc.
"""

import argparse
import json
import subprocess
import sys
from statistics import median

CHILD = """
import sys, time, statistics, torch
from app.engine.stylegan.allocator import keep_freed_memory
from app.engine.stylegan.contenders import CONTENDERS, built
from app.engine.stylegan.generator import cpu_has_bf16
from app.engine.stylegan.library import bundled_styles
from app.engine.stylegan.weights import load_weights
if sys.argv[1] == "kept" and not keep_freed_memory():
    sys.exit("This C library cannot be told to keep memory.")
torch.set_num_threads(1)
torch.set_flush_denormal(True)
card, tensors = load_weights(bundled_styles()[0].path)
wanted = "folded bf16" if cpu_has_bf16() else "folded float32"
taken = []
with torch.inference_mode():
    draw = built(next(c for c in CONTENDERS if c.name == wanted), card, tensors, "cpu")
    for _ in range(int(sys.argv[2]) + 5):
        ws = torch.randn(card.num_ws, card.w_dim)
        began = time.perf_counter()
        draw(ws)
        taken.append(time.perf_counter() - began)
print(1000 * statistics.median(taken[5:]))
"""


def main() -> None:
    """Prints both, and how they compare; or JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=2)
    parser.add_argument("--pictures", type=int, default=192)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    ms: dict[str, list[float]] = {"given back": [], "kept": []}
    for _ in range(asked.pairs):
        for name, taken in ms.items():
            command = [sys.executable, "-c", CHILD, name, str(asked.pictures)]
            taken.append(float(subprocess.run(command, capture_output=True, text=True, check=True).stdout))
    ratio = median(ms["given back"]) / median(ms["kept"])
    if asked.json:
        print(json.dumps({"ms": ms, "ratio": ratio}, indent=1))
        return
    for name, taken in ms.items():
        print(f"{name:<12}{'  '.join(f'{value:.2f} ms' for value in taken)}")
    print(f"kept, {ratio:.2f} pictures are drawn while one is")


if __name__ == "__main__":
    main()
