"""What a second of playing costs the window's own thread, which holds Python's lock meanwhile.

Run: ``python -m benchmarks.window [SECONDS]``. Time and pictures come by hand, 60 turns and 45 pictures a second of
song, and the engine rests: so what is counted is the window's work alone, in processor time of its thread, on a busy
machine too. A new scene begins every five seconds.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from typing import Any
from unittest import mock

TURNS, PICTURES, SCENE = 60, 45, 5
SIZE = 256


class Playing:
    """A window that believes that it plays (main thread)."""

    def __init__(self, app: Any, window: Any, studio: Any) -> None:
        import numpy as np

        self._app, self._window, self._studio = app, window, studio
        self._t, self._number = studio.now(), 10**6
        random = np.random.default_rng(0)
        self._pictures = [random.integers(0, 255, (SIZE, SIZE, 3), dtype=np.uint8) for _ in range(4)]
        self.spent: dict[str, float] = {"turns": 0.0, "pictures": 0.0, "beginnings of scenes": 0.0}
        self.worst: dict[str, float] = dict.fromkeys(self.spent, 0.0)

    def second(self, scene: bool) -> None:
        """Play on for a second, with a new *scene* in its middle or none."""
        for i in range(TURNS):
            if scene and i == TURNS // 2:
                self._launch()
            self._t += 1.0 / TURNS
            with mock.patch.object(self._studio.live, "now", self._now):
                self._count("turns", self._studio._turn)
                if i * PICTURES // TURNS != (i + 1) * PICTURES // TURNS:
                    self._count("pictures", self._picture)

    def _now(self) -> float:
        return self._t

    def _count(self, what: str, act: Callable[[], object]) -> None:
        began = time.thread_time()
        act()
        self._app.processEvents()
        took = time.thread_time() - began
        self.spent[what] += took
        self.worst[what] = max(self.worst[what], took)

    def _picture(self) -> None:
        from app.engine.render.frame import Frame

        self._number += 1
        self._studio._bridge.on_frame(Frame(self._t, self._pictures[self._number % 4], self._number))

    def _launch(self) -> None:
        """Begin the next scene, and let what workers make of it and its small pictures come in."""
        self._count("beginnings of scenes", self._window.actions_by_id["next_scene"].trigger)
        end = time.perf_counter() + 1.0
        while time.perf_counter() < end:
            self._count("beginnings of scenes", lambda: None)
            time.sleep(0.002)


def main() -> None:
    """Play, and print what it cost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("seconds", nargs="?", type=int, default=20)
    asked = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as profile:
        os.environ["ANTHESIS_PROFILE"] = profile
        playing = _run(asked.seconds)
    scenes = max(asked.seconds // SCENE, 1)
    for what, spent in playing.spent.items():
        each = (
            f"{1000 * spent / scenes:.0f} ms each"
            if "scenes" in what
            else f"{1000 * spent / asked.seconds:.1f} ms a second"
        )
        print(f"{what}: {each}, longest {1000 * playing.worst[what]:.1f} ms")


def _run(seconds: int) -> Playing:
    from PySide6.QtWidgets import QApplication

    from app.ui import theme
    from app.ui.window import Options, build

    app = QApplication([])
    theme.apply(app)
    window, studio = build(Options(silent=True))
    window.show()
    _wait(app, 60, lambda: bool(studio.session and studio.song.features and studio.atlas and window.picture.image))
    _wait(app, 3, lambda: False)
    studio._timer.stop()
    studio.set_rate(0.2)
    with mock.patch.object(type(studio.live), "playing", True):
        playing = Playing(app, window, studio)
        for second in range(seconds):
            playing.second(second % SCENE == SCENE // 2)
    window.close()
    studio.close()
    return playing


def _wait(app: Any, seconds: float, until: Callable[[], bool]) -> None:
    end = time.perf_counter() + seconds
    while time.perf_counter() < end and not until():
        app.processEvents()
        time.sleep(0.005)


if __name__ == "__main__":
    main()
