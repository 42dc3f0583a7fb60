"""From a sound to its picture, stage by stage: `python -m benchmarks.latency [SECONDS]`.

Plays bursts of noise into the default output and listens to the default input, which has to hear it: the monitor of a
null sink, or a cable. Prints the median of each stage, as the window's own stamps have it, and how long it took from
handing a burst to the sound card until a picture was painted that knew of it.
"""

import os
import sys
import tempfile
import time
from typing import Any

import numpy as np

SR, BLOCK, EVERY = 48_000, 256, 0.8
WARM = 8.0
"""Seconds until the engine draws and the input is heard."""


class Bursts:
    """An output that plays a burst of noise every EVERY seconds, and knows when it handed each over."""

    def __init__(self) -> None:
        import sounddevice

        rng = np.random.default_rng(1)
        self._noise = (0.5 * rng.uniform(-1, 1, SR // 50)).astype(np.float32)
        self._at, self._next = 0, int(EVERY * SR)
        self.handed: list[float] = []
        self._stream = sounddevice.OutputStream(
            samplerate=SR, channels=1, blocksize=BLOCK, latency="low", dtype="float32", callback=self._fill
        )
        self._stream.start()

    def _fill(self, out: np.ndarray, frames: int, _time: Any, _status: Any) -> None:
        out.fill(0)
        for k in range(frames):
            place = self._at + k - self._next
            if 0 <= place < len(self._noise):
                out[k, 0] = self._noise[place]
            if place == 0:
                self.handed.append(time.perf_counter() + k / SR)
        self._at += frames
        if self._at > self._next + len(self._noise):
            self._next += int(EVERY * SR)

    def close(self) -> None:
        """No more."""
        self._stream.close()


def main() -> None:
    """Listen, and print what was seen."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 30.0
    if "DISPLAY" not in os.environ:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as profile:
        os.environ["ANTHESIS_PROFILE"] = profile
        _run(seconds)


def _run(seconds: float) -> None:
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    from app.engine.audio.inputs import Input
    from app.ui import theme
    from app.ui.window import Options, build

    app = QApplication(sys.argv[:1])
    theme.apply(app)
    window, studio = build(Options(silent=True))
    painted: list[tuple[float, float]] = []
    ways: list[tuple[float, ...]] = []
    was_painted = window.picture.painted

    def seen() -> None:
        was_painted()
        painted.append((time.perf_counter(), window.picture.t))
        if studio.live.latency.way is not None:
            ways.append(studio.live.latency.newest)

    window.picture.painted = seen  # type: ignore[method-assign]
    bursts = Bursts()
    QTimer.singleShot(int(1000 * WARM / 2), lambda: studio.listen(Input()))
    QTimer.singleShot(int(1000 * (WARM + seconds)), app.quit)
    window.show()
    app.exec()
    bursts.close()
    _tell(studio, painted, ways, bursts.handed)
    window.close()
    studio.close()


def _tell(studio: Any, painted: list[tuple[float, float]], ways: list[tuple[float, ...]], handed: list[float]) -> None:
    from app.ui.latency import STAGES

    print("| stage | median | 95 of 100 within |\n|---|---|---|")
    table = 1000 * np.array(ways[len(ways) // 5 :])
    for name, column in zip((*STAGES, "**sound to picture**"), (*table.T, table.sum(axis=1)), strict=True):
        print(f"| {name} | {np.median(column):.1f} ms | {np.percentile(column, 95):.1f} ms |")
    heard, stamps = studio.live.heard, studio.live._ear.stamps
    onset = heard.rows(heard.first, heard.steps)["onset"]
    struck = heard.first + np.flatnonzero((onset[1:] > 0.4) & (onset[:-1] <= 0.4)) + 1
    took = []
    for step in struck:
        stamp = stamps.of(int(step))
        before = [wall for wall in handed if stamp is not None and wall < stamp.known]
        after = [wall for wall, t in painted if t >= step / 100]
        if before and after and after[0] - before[-1] < EVERY:
            took.append(1000 * (after[0] - before[-1]))
    engine = studio.engine
    size, rate = f"{engine.width} x {engine.height}", (len(painted) - 1) / (painted[-1][0] - painted[0][0])
    print(f"\n{len(painted)} pictures of {size} by {engine.device}, {rate:.1f} a second")
    if took:
        print(f"{len(took)} bursts, handed over to painted: median {np.median(took):.0f} ms, "
              f"95 of 100 within {np.percentile(took, 95):.0f} ms")  # fmt: skip


if __name__ == "__main__":
    main()
