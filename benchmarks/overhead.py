"""What a live frame costs beside the network and the finish: plan with its look-up, hand-over, copy for Qt, painting.

Run: ``python -m benchmarks.overhead [--size 512] [--rounds 300] [--json]``

The session is the demo song with every preset's routes in turn, over an atlas of 16 ``ws`` of 512 numbers as a network
of 512 px has; pictures are noise of that size. Painted is the preview as large as the picture itself, and as large as
in the window of 1440 x 900. Medians in milliseconds on the clock and as seconds the core worked for us; *outside* is
the sum of what is not painting, and *all* adds the painting at the picture's own size. Qt's offscreen platform.
"""

import argparse
import json
import os
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle
from statistics import median
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication

from app.engine.audio.demo import demo_song
from app.engine.audio.features import FeatureTrack
from app.engine.render.frame import Frame
from app.engine.render.plan import plan
from app.engine.render.session import make_session
from app.engine.show.presets import PRESETS, with_preset
from app.ui import theme
from app.ui.preview import PreviewView
from tests.ui.fakes import FakeStudio, make_atlas, make_document

IN_WINDOW = QSize(904, 516)
"""The preview in a window of 1440 x 900."""

Spent = dict[str, list[tuple[float, float]]]


def sessions() -> list[Any]:
    """The demo song under every preset."""
    features = FeatureTrack.load(demo_song()[1])
    atlas, show = make_atlas(w_dim=512, num_ws=16), make_document().show
    made = []
    for one in PRESETS:
        scene = with_preset(show.scene, one)
        changed = show.with_scene(preset=scene.preset, react=scene.react, routes=scene.routes)
        made.append(make_session(changed, features, atlas))
    return made


def measure(size: int, rounds: int) -> dict[str, Any]:
    """Every stage of *rounds* frames."""
    app = QApplication([])
    theme.apply(app)
    studio = FakeStudio(make_document())
    view = PreviewView(studio.document, studio)
    view.show()
    app.processEvents()
    pictures = [np.random.default_rng(i).integers(0, 255, (size, size, 3), np.uint8) for i in range(8)]
    spent: Spent = defaultdict(list)
    for i, session in zip(range(rounds), cycle(sessions()), strict=False):
        with _timed(spent, "plan"):
            request = plan(i / 60 % session.duration, session)
        with _timed(spent, "look-up alone"):
            session.score.at(request.t)
        frame = Frame(request.t, pictures[i % 8].copy(), i + 1)
        with _timed(spent, "hand-over and copy"):  # mailbox, signal, and the image that Qt may keep
            studio._bridge.on_frame(frame)
        for name, box in (("paint", QSize(size + 200, size + 16)), ("paint in window", IN_WINDOW)):
            view.resize(box)
            app.processEvents()
            with _timed(spent, name):
                view.repaint()
        assert view.painted_frame_id == i + 1
    studio.close()
    view.close()
    found: dict[str, Any] = {"size": size, "rounds": rounds, "ms": {}, "cpu_ms": {}}
    for which, key in enumerate(("ms", "cpu_ms")):
        stages = {name: 1000 * median(pair[which] for pair in pairs[10:]) for name, pairs in spent.items()}
        outside = stages["plan"] + stages["hand-over and copy"]
        found[key] = stages | {"outside": outside, "all": outside + stages["paint"]}
    return found


@contextmanager
def _timed(spent: Spent, name: str) -> Iterator[None]:
    worked, began = time.thread_time(), time.perf_counter()
    yield
    spent[name].append((time.perf_counter() - began, time.thread_time() - worked))


def main() -> None:
    """Prints one stage a line, or JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=512)
    parser.add_argument("--rounds", type=int, default=300)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    found = measure(asked.size, asked.rounds)
    if asked.json:
        print(json.dumps(found, indent=1))
        return
    for name, ms in found["ms"].items():
        print(f"{name:20s} {ms:6.3f} ms   worked {found['cpu_ms'][name]:6.3f} ms")


if __name__ == "__main__":
    main()
