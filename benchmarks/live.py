"""The whole window playing: frames a second, frame times, how far the drawn playhead is from the sound, memory.

Run: ``python -m benchmarks.live [SECONDS] [SONG] [--whole] [--json]``. Uses a screen where there is one, else Qt's
offscreen platform. A new scene begins every five seconds, which is the hardest thing the window does.

On a machine that is too slow, or busy with something else, the quality ladder makes the picture smaller; what it gives
up is sampled and printed. ``--whole`` takes the ladder away: every picture is whole, however long it takes. *Undelayed*
gaps leave out the time that the window was ready and no core was free for it (Linux).
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

WARM = 5.0
"""Seconds after the first frame that do not count."""


def memory() -> float:
    """Resident memory in MB (Linux; 0 elsewhere)."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def delay() -> float:
    """Seconds that this thread was ready to run and did not, for want of a core; 0 where nobody counts them."""
    try:
        return int(Path("/proc/thread-self/schedstat").read_text().split()[1]) / 1e9
    except OSError:
        return 0.0


class Seen:
    """What was seen while the window played (main thread)."""

    def __init__(self, window: Any, studio: Any) -> None:
        self._window, self._studio = window, studio
        self.frames: list[float] = []
        self.beats: list[tuple[float, float]] = []
        self.playhead: list[float] = []
        self.sizes: list[float] = []
        self.nones: list[int] = []
        self.rungs: Counter[str] = Counter()
        window.picture.changed.connect(lambda: self.frames.append(time.perf_counter()))

    def beat(self) -> None:
        """Every 10 ms, if the event loop is free."""
        self.beats.append((time.perf_counter(), delay()))
        if self._studio.playing:
            self.playhead.append(abs(self._window.timeline.wave.playhead - self._studio.now()))

    def sample(self) -> None:
        """Every two seconds."""
        self.sizes.append(memory())
        self.nones.append(sys.getrefcount(None))
        if self.frames and self._studio.engine.fps:
            self.rungs[self._studio.engine.given_up or "whole"] += 1

    def told(self) -> dict[str, Any]:
        """All of it in figures."""
        import numpy as np

        start = self.frames[0] + WARM
        gaps = 1000 * np.diff([t for t in self.frames if t > start])
        pauses, late = 1000 * np.diff([beat for beat in self.beats if beat[0] > start], axis=0).T
        heads = 1000 * np.array(self.playhead[len(self.playhead) // 4 :])
        engine = self._studio.engine
        return {
            "engine": f"{engine.device} {engine.precision} {engine.width}x{engine.height}, {self._studio.clock}",
            "given up, samples of 2 s": dict(self.rungs),
            "frames shown a second": 1000 / gaps.mean(),
            "frame time, median and p99 (ms)": [np.median(gaps), np.percentile(gaps, 99)],
            "frames": len(self.frames),
            "dropped": self._studio.dropped,
            "a 10 ms beat of the event loop, median and p99 (ms)": [np.median(pauses), np.percentile(pauses, 99)],
            "the same, undelayed": [np.median(pauses - late), np.percentile(pauses - late, 99)],
            "longest pause (ms)": pauses.max(),
            "playhead against the clock, median and p95 (ms)": [np.median(heads), np.percentile(heads, 95)],
            "memory after 6 s, after a minute and at the end (MB)": [*self.sizes[2:31:28], self.sizes[-1]],
            "references to None gained": self.nones[-1] - self.nones[2],
        }


def main() -> None:
    """Play, switch scenes every five seconds, and print what was seen."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("seconds", nargs="?", type=float, default=30.0)
    parser.add_argument("song", nargs="?", type=Path)
    parser.add_argument("--whole", action="store_true")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    if "DISPLAY" not in os.environ:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as profile:
        os.environ["ANTHESIS_PROFILE"] = profile
        found = _run(asked)
    if asked.json:
        print(json.dumps(found, indent=1))
        return
    for name, value in found.items():
        figures = value if isinstance(value, list) else [value]
        print(f"{name}: {', '.join(f'{x:.1f}' if isinstance(x, float) else str(x) for x in figures)}")


def _run(asked: argparse.Namespace) -> dict[str, Any]:
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    from app.ui import theme
    from app.ui.window import Options, build

    if asked.whole:
        _hold_whole()
    app = QApplication(sys.argv[:1])
    theme.apply(app)
    window, studio = build(Options(file=asked.song))
    seen = Seen(window, studio)
    acts: tuple[tuple[int, Callable[[], object]], ...] = (
        (10, seen.beat), (2000, seen.sample), (5000, window.actions_by_id["next_scene"].trigger),
    )  # fmt: skip
    for interval, act in acts:
        timer = QTimer(app, interval=interval)
        timer.timeout.connect(act)
        timer.start()
    QTimer.singleShot(int((asked.seconds + 8) * 1000), app.quit)
    window.show()
    app.exec()
    found = seen.told()
    began = time.perf_counter()
    window.close()
    studio.close()
    return found | {"closing (s)": time.perf_counter() - began}


def _hold_whole() -> None:
    """The ladder never steps down in this process."""
    from app.engine.render.ladder import Ladder

    Ladder.spent = lambda *_spent: False  # type: ignore[method-assign]


if __name__ == "__main__":
    main()
