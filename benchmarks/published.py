"""Anthesis against a checkout of the published stylegan2-ada-pytorch, both with the same random weights.

The checkout is given by its folder and imported in this process alone; none of its code is in this repository.
"""

import importlib
import platform
import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F

from app.engine.stopwatch import Turn, undisturbed
from app.engine.stylegan.bench import likeness
from app.engine.stylegan.card import Card
from app.engine.stylegan.contenders import Draw, built, contenders_for, random_weights, work

CONFIGS = {
    "64": Card("64", 64, channel_base=16384, channel_max=64),
    "256": Card("256", 256, channel_base=16384),
    "512": Card("512", 512),
    "1024": Card("1024", 1024),
    "512c128": Card("512c128", 512, channel_max=128),
}
"""What performance.md measures; 64 is only there to try things out."""

PEAK_SHAPES = ((512, 32), (512, 64), (256, 64), (128, 128), (64, 256))
"""Channels and size of the 3x3 convolutions whose fastest is called the peak."""


def published_synthesis(folder: Path, card: Card, tensors: dict[str, torch.Tensor]) -> torch.nn.Module:
    """The published synthesis network with our *tensors*, as its own scripts run it on a CPU."""
    if not (folder / "training" / "networks.py").is_file():
        sys.exit(f"{folder} is no checkout of stylegan2-ada-pytorch: it has no training/networks.py.")
    sys.path.insert(0, str(folder.resolve()))
    try:
        networks = importlib.import_module("training.networks")
    except ImportError as cause:
        sys.exit(f"The checkout in {folder} cannot be imported: {cause}.")
    network = networks.SynthesisNetwork(card.w_dim, card.resolution, card.img_channels,
                                        channel_base=card.channel_base, channel_max=card.channel_max)  # fmt: skip
    start = "synthesis."
    network.load_state_dict({name[len(start) :]: t for name, t in tensors.items() if name.startswith(start)})
    return network.eval().requires_grad_(False)


def peak_turns() -> dict[str, tuple[Turn, float]]:
    """Name -> a bf16 convolution, and the operations it takes."""
    turns = {}
    for channels, size in PEAK_SHAPES:
        like = {"dtype": torch.bfloat16}
        x = torch.randn(1, channels, size, size, **like).contiguous(memory_format=torch.channels_last)
        weight = torch.randn(channels, channels, 3, 3, **like).contiguous(memory_format=torch.channels_last)
        operations = 18.0 * channels**2 * size**2
        turns[f"peak {channels} channels at {size}"] = (lambda _, x=x, w=weight: F.conv2d(x, w, padding=1), operations)
    return turns


@torch.inference_mode()
def compare(folder: Path, config: str, *, rounds: int, tries: int) -> dict[str, Any]:
    """Everything that is said about one configuration; torch's threads are as they were set."""
    torch.set_flush_denormal(True)
    card = CONFIGS[config]
    tensors = random_weights(card)
    places = torch.from_numpy(np.random.RandomState(1).randn(8, card.num_ws, card.w_dim).astype(np.float32))
    published = published_synthesis(folder, card, tensors)
    ways = {c.name: built(c, card, tensors, "cpu") for c in contenders_for(card, "cpu")}
    wanted = published(places[:1], noise_mode="const", force_fp32=True)[0]
    drawn = {name: draw(places[0]) for name, draw in ways.items()}
    turns: dict[str, Turn] = {
        "published": lambda i: published(places[i % 8][None], noise_mode="const", force_fp32=True)
    }
    turns |= {name: _turn(draw, places) for name, draw in ways.items()}
    peaks = peak_turns()
    times = undisturbed(turns | {name: turn for name, (turn, _) in peaks.items()}, rounds=rounds, tries=tries)
    ms = {name: times[name].ms for name in turns}
    ratio = {name: ms["published"] / ms[name] for name in ways}
    peak, of = max((operations / times[name].ms / 1e6, name) for name, (_, operations) in peaks.items())
    share = {name: work(card) / ms[name] / 1e6 / peak for name in ways if name.endswith("bf16")}
    psnr = {name: likeness(image, wanted) for name, image in drawn.items()}
    best = min(ways, key=lambda name: ms[name])
    samples = sum(len(t.others) for t in times.values())
    return {
        "config": config, "threads": torch.get_num_threads(), "torch": torch.__version__,
        "machine": f"{platform.system()} {platform.machine()}, {torch.backends.cpu.get_cpu_capability()}",
        "ratio_fp32": ratio["traced float32"],
        "ratio_bf16": ratio.get("traced bf16"),
        "ratio_best": ratio[best], "best": best,
        "max_abs_error_fp32": float((drawn["traced float32"] - wanted).abs().max()),
        "psnr_bf16": psnr.get("traced bf16"),
        "peak_share": share.get("traced bf16"),
        "peak_share_openvino": share.get("openvino bf16"),
        "peak_gflops": peak, "peak_of": of,
        "ms": ms, "ratio": ratio, "psnr": psnr,
        "cpu_ms": {name: times[name].cpu_ms for name in turns},
        "cpu_ratio": {name: times["published"].cpu_ms / times[name].cpu_ms for name in ways},
        "range_ms": {name: [1e3 * min(times[name].seconds), 1e3 * max(times[name].seconds)] for name in turns},
        "rounds": rounds, "clean_samples": sum(t.clean for t in times.values()) / samples,
    }  # fmt: skip


def _turn(draw: Draw, places: torch.Tensor) -> Turn:
    return lambda i: draw(places[i % len(places)])
