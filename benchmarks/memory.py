"""Memory over many frames: the engine's own work, plan, synthesis and finish, with a new Session now and then.

Run: ``python -m benchmarks.memory [FRAMES] [--style FILE] [--json]`` (10,000 frames take some minutes). What grows
once, caches and the allocator's own room, has grown after the first tenth; the drift is what comes after it.
"""

import argparse
import gc
import json
import os
from pathlib import Path
from typing import Any

import torch

from app.engine.audio.demo import demo_song
from app.engine.audio.features import FeatureTrack
from app.engine.latent.atlas import Atlas
from app.engine.render.opened import OpenedStyle, opener
from app.engine.render.plan import plan
from app.engine.render.session import make_session
from app.engine.show.factory import new_show
from app.engine.show.show import Path as Way
from app.engine.stylegan.library import Style, bundled_styles, read_style
from app.engine.stylegan.weights import load_weights

EVERY = 500
"""Frames of one Session."""


def resident() -> float:
    """Memory of this process in MB (Linux; 0 elsewhere)."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def tensors() -> tuple[int, float]:
    """How many tensors there are, and the MB of the memory they share."""
    gc.collect()
    storages, count = {}, 0
    for thing in gc.get_objects():
        if type(thing) in (torch.Tensor, torch.nn.Parameter):
            count += 1
            if thing.is_mkldnn:  # packed for oneDNN: what lies there cannot be asked for
                storages[id(thing)] = thing.numel() * thing.element_size()
            else:
                storage = thing.untyped_storage()
                storages[storage.data_ptr()] = storage.nbytes()
    return count, sum(storages.values()) / 2**20


def soak(style: Style, count: int) -> dict[str, Any]:
    """*count* frames of the demo song, round and round."""
    features = FeatureTrack.load(demo_song()[1])
    renderer: OpenedStyle = opener(known=lambda: (style,))(style.ref)
    atlas: Atlas = renderer.atlas()[0]
    show = new_show(style.ref)
    seen: list[float] = []
    things: list[tuple[int, float]] = []
    for i in range(count):
        if i % EVERY == 0:
            session = make_session(show.with_scene(path=Way(i // EVERY)), features, atlas)
        renderer.render(plan((i / 30) % features.duration, session))
        if i % max(1, count // 10) == max(1, count // 10) - 1:
            things.append(tensors())
            seen.append(resident())
    weights = sum(t.numel() * t.element_size() for t in load_weights(style.path)[1].values()) / 2**20
    return {
        "style": style.name,
        "frames": count,
        "resident_mb": [round(mb, 1) for mb in seen],
        "drift_mb": seen[-1] - seen[0],
        "most_after_the_first_tenth_mb": max(seen) - seen[0],
        "tensors": [number for number, _mb in things],
        "tensors_mb": things[-1][1],
        "weights_float32_mb": weights,
    }


def main() -> None:
    """Print what was seen, or JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("frames", nargs="?", type=int, default=10_000)
    parser.add_argument("--style", type=Path)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    found = soak(read_style(asked.style) if asked.style else bundled_styles()[0], asked.frames)
    if asked.json:
        print(json.dumps(found, indent=1))
        return
    for name, value in found.items():
        print(f"{name:<32}{value:.1f}" if isinstance(value, float) else f"{name:<32}{value}")


if __name__ == "__main__":
    main()
