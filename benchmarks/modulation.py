"""What a full modulation matrix costs: ``python -m benchmarks.modulation``.

A Scene with 32 routes from sources of every kind: baking it for a song of four minutes, baking it again after an edit,
looking a frame up, and one live step. The longest time that another thread had to wait for the interpreter while it
was baked is measured with the window's switch interval.
"""

import sys
import threading
import time
from dataclasses import replace

import numpy as np

from app.engine.audio.features import CURVES
from app.engine.audio.live_heard import LiveHeard
from app.engine.show.generators import Macro
from app.engine.show.live_score import LiveScore
from app.engine.show.routes import DESTINATIONS, Route
from app.engine.show.score import Before, bake
from app.engine.show.show import Scene
from app.engine.show.sources import SOURCES
from app.ui.window import TURN

SECONDS = 240.0
ROUTES = 32


class Song:
    """Four minutes of noise at 120 bpm, as a FeatureTrack gives it."""

    def __init__(self) -> None:
        rng = np.random.default_rng(1)
        self.duration = SECONDS
        self.curves = {name: rng.random(int(SECONDS * 100) + 1).astype(np.float32) for name in CURVES}
        self.beats, self.downbeats = np.arange(0.0, SECONDS, 0.5), np.arange(0.0, SECONDS, 2.0)


def full_scene() -> Scene:
    """32 routes: half from what is heard, half from what is made up; two of them reckon."""
    heard, made = list(CURVES), [s for s in SOURCES if s not in CURVES and s not in ("section", "expression")]
    ends = list(DESTINATIONS)
    routes = [
        Route((heard if i % 2 else made)[i * 2 % 30], ends[i % len(ends)], 0.3, curve=("linear", "s")[i % 2])
        for i in range(ROUTES - 2)
    ]
    routes += [Route("bass", "hue", expression="x * lfo_1 + 0.1 * sin(t)"), Route("hat", "pulse", expression="x ** 2")]
    return Scene(routes=tuple(routes))


def best(do: object, times: int) -> float:
    """Milliseconds of the fastest of *times* calls."""
    found = []
    for _ in range(times):
        begun = time.perf_counter()
        do()  # type: ignore[operator]
        found.append(time.perf_counter() - begun)
    return 1000.0 * min(found)


def longest_wait(do: object) -> float:
    """The longest gap, in milliseconds, in a thread that looks at the clock while another one does *do*."""
    ended, gaps = threading.Event(), [0.0]

    def look() -> None:
        last = time.perf_counter()
        while not ended.is_set():
            time.sleep(0.0005)
            now = time.perf_counter()
            gaps.append(now - last)
            last = now

    before = sys.getswitchinterval()
    sys.setswitchinterval(TURN)
    watcher = threading.Thread(target=look)
    watcher.start()
    do()  # type: ignore[operator]
    ended.set()
    watcher.join()
    sys.setswitchinterval(before)
    return 1000.0 * max(gaps)


def main() -> None:
    song, scene, stops = Song(), full_scene(), np.array([0.0, SECONDS])
    none = replace(scene, routes=())
    whole = bake(scene, song, (), stops)
    turned = replace(scene, macros=(Macro("", 0.5), *scene.macros[1:]))
    print(f"bake, no routes of its own   {best(lambda: bake(none, song, (), stops), 5):8.1f} ms")
    print(f"bake, {ROUTES} routes              {best(lambda: bake(scene, song, (), stops), 5):8.1f} ms")
    print(f"again, one depth changed     {best(lambda: bake(turned, song, (), stops, Before(score=whole)), 5):8.1f} ms")
    print(f"longest wait meanwhile       {longest_wait(lambda: bake(scene, song, (), stops)):8.1f} ms")
    looks = 20_000
    each = best(lambda: [whole.at(i * 0.01) for i in range(looks)], 3) / looks
    print(f"a frame's look, song         {1000 * each:8.1f} µs")
    for routes in (0, ROUTES):
        heard = LiveHeard()
        score = LiveScore(replace(scene, routes=scene.routes[:routes]), heard)
        rows, steps = np.random.default_rng(2).random((1, len(CURVES))).astype(np.float32), 5000
        spent = 0.0
        for _ in range(steps):
            heard.append(rows)
            begun = time.process_time()
            score.extend()
            spent += time.process_time() - begun
        print(f"a live step, {routes:2} routes        {1e6 * spent / steps:8.1f} µs of one core")
    look = best(lambda: [score.at(40 + i * 0.0005) for i in range(looks)], 3) / looks
    print(f"a frame's look, live         {1000 * look:8.1f} µs")
    print(f"a new live Score             {best(lambda: LiveScore(scene, heard), 3):8.1f} ms")


if __name__ == "__main__":
    main()
