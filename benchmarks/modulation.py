"""What a full modulation matrix costs: ``python -m benchmarks.modulation``.

A Scene with 32 routes from sources of every kind: baking it for a song of four minutes, looking a frame up, one live
step, and baking it again after an edit. What is "of one core" is the thread's own time, so that others on the machine
count little. The longest time that another thread had to wait for the interpreter while it was baked is measured with
the window's switch interval.
"""

import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from app.engine.audio.features import CURVES
from app.engine.audio.live_heard import LiveHeard
from app.engine.show.chain import Chain
from app.engine.show.generators import Macro
from app.engine.show.live_score import LiveScore
from app.engine.show.mixing import Mixing, playing_routes
from app.engine.show.routes import CONTROL_RATE, DESTINATIONS, Route
from app.engine.show.score import Before, bake
from app.engine.show.show import Scene
from app.engine.show.sources import SOURCES
from app.engine.show.stretch import Sources, Stretch
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


def reaching(scene: Scene) -> Scene:
    """*scene* with four of its routes in place of which a macro, an LFO, a depth and a phase are moved."""
    inner = (Route("bass", "lfo_1_rate", 0.5), Route("lfo_2", "macro_1", 0.5), Route("macro_1", "route_3_depth", 0.5),
             Route("mid", "lfo_3_phase", 0.5))  # fmt: skip
    return replace(scene, routes=(*scene.routes[:-4], *inner))


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


def spent(do: Callable[[], object], times: int) -> float:
    """Milliseconds of one core that *do* takes: the middle one of *times* calls."""
    found = []
    for _ in range(times):
        begun = time.thread_time()
        do()
        found.append(time.thread_time() - begun)
    return 1000.0 * sorted(found)[times // 2]


def edits(scene: Scene) -> dict[str, Scene]:
    """*scene* after a hand turned one thing."""
    first, *rest = scene.routes
    return {
        "a depth": replace(scene, routes=(replace(first, depth=0.5), *rest)),
        "a macro": replace(scene, macros=(Macro("", 0.5), *scene.macros[1:])),
        "an attack": replace(scene, routes=(replace(first, attack=0.5), *rest)),
        "a slider": replace(scene, finish=replace(scene.finish, hue=0.2)),
        "Energy": replace(scene, react=replace(scene.react, energy=0.3)),
    }


class OneByOne:
    """A live step as it would be route by route: the same sources, chains and mixing, for what side by side saves."""

    def __init__(self, scene: Scene, heard: LiveHeard) -> None:
        self._heard, self._routes = heard, playing_routes(scene)
        self._mixing = Mixing(scene, self._routes)
        self._held = [np.zeros(1) for _ in self._routes]
        self._chains = [Chain([route]) for route in self._routes]
        self._sources = Sources(scene, Stretch(np.zeros(0), np.zeros(0), np.zeros(0), {}), {})
        self._steps = 0

    def extend(self) -> None:
        """Goes on by the newest step."""
        first, last = self._steps, self._heard.steps
        beats, bars = self._heard.counts(first, last).T
        self._sources.go_on(Stretch(np.arange(first, last) / CONTROL_RATE, beats, bars, self._heard.rows(first, last)))
        y = np.empty((len(self._routes), last - first), np.float32)
        for row, (route, chain) in enumerate(zip(self._routes, self._chains, strict=True)):
            y[row : row + 1], self._held[row] = chain.run(self._sources.of(route)[None], self._held[row])
        self._mixing.columns(y)
        self._steps = last


def step_cost(extend: Callable[[], None], heard: LiveHeard) -> float:
    """Microseconds of one core that a step of 10 ms takes."""
    rows, total, steps = np.random.default_rng(2).random((1, len(CURVES))).astype(np.float32), 0.0, 5000
    for _ in range(steps):
        heard.append(rows)
        begun = time.thread_time()
        extend()
        total += time.thread_time() - begun
    return 1e6 * total / steps


def main() -> None:
    song, scene, stops = Song(), full_scene(), np.array([0.0, SECONDS])
    none = replace(scene, routes=())
    whole = bake(scene, song, (), stops)
    print(f"bake, no routes of its own   {spent(lambda: bake(none, song, (), stops), 5):8.1f} ms of one core")
    print(f"bake, {ROUTES} routes              {spent(lambda: bake(scene, song, (), stops), 5):8.1f} ms of one core")
    deep = reaching(scene)
    print(f"  four of them move others   {spent(lambda: bake(deep, song, (), stops), 5):8.1f} ms of one core")
    print(f"longest wait meanwhile       {longest_wait(lambda: bake(scene, song, (), stops)):8.1f} ms")
    looks = 20_000
    each = best(lambda: [whole.at(i * 0.01) for i in range(looks)], 3) / looks
    print(f"a frame's look, song         {1000 * each:8.1f} µs")
    for routes in (0, ROUTES):
        heard = LiveHeard()
        score = LiveScore(replace(scene, routes=scene.routes[:routes]), heard)
        cost = step_cost(score.extend, heard)
        print(f"a live step, {routes:2} routes        {cost:8.1f} µs of one core")
    inner = LiveHeard()
    print(f"  four of them move others   {step_cost(LiveScore(deep, inner).extend, inner):8.1f} µs of one core")
    plain = LiveHeard()
    apart = step_cost(OneByOne(scene, plain).extend, plain)
    print(f"  each by itself             {apart:8.1f} µs of one core, {apart / cost:.1f} times that")
    look = best(lambda: [score.at(40 + i * 0.0005) for i in range(looks)], 3) / looks
    print(f"a frame's look, live         {1000 * look:8.1f} µs")
    print(f"a new live Score             {spent(lambda: LiveScore(scene, heard), 15):8.1f} ms of one core")
    for what, turned in edits(scene).items():
        in_song = spent(lambda turned=turned: bake(turned, song, (), stops, Before(score=whole)), 15)
        live = spent(lambda turned=turned: LiveScore(turned, heard, score), 15)
        print(f"again after {what:9}        {in_song:8.1f} ms of one core in the song, {live:4.1f} ms live")


if __name__ == "__main__":
    main()
