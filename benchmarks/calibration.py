"""The calibration wizard with a real stream: `python -m benchmarks.calibration [GOES]`.

The wizard's clicks go to the default output, and the default input has to hear them: the monitor of a null sink, or a
cable. A robot taps as it hears them, once as they come and once LATE after that. The first says how much later a sound
is heard than the sound card says; the second has to say LATE more.
"""

import os
import sys
import tempfile
import time
from collections import deque
from typing import Any

import numpy as np

SR, LATE = 48_000, 0.120
_LOUD, _QUIET = 0.1, 0.3
"""A sample as loud as this is a click, and so many seconds after it none is."""


class Robot:
    """An input that taps *late* seconds after each click that it hears."""

    def __init__(self, late: float) -> None:
        import sounddevice

        self.due: deque[float] = deque()
        self._late, self._last = late, 0.0
        self._stream = sounddevice.InputStream(
            samplerate=SR, channels=1, blocksize=128, latency="low", dtype="float32", callback=self._hear
        )
        self._stream.start()

    def _hear(self, block: np.ndarray, frames: int, _time: Any, _status: Any) -> None:
        wall = time.perf_counter()
        loud = np.flatnonzero(np.abs(block[:, 0]) > _LOUD)
        if len(loud) and (at := wall - (frames - int(loud[0])) / SR) - self._last > _QUIET:
            self._last = at
            self.due.append(at + self._late)

    def close(self) -> None:
        """No more."""
        self._stream.close()


def main() -> None:
    """Go at it, and print what came of it."""
    goes = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    if "DISPLAY" not in os.environ:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as profile:
        os.environ["ANTHESIS_PROFILE"] = profile
        _run(goes)


def _run(goes: int) -> None:
    from PySide6.QtWidgets import QApplication

    from app.ui import theme
    from app.ui.calibrator import Calibrator
    from app.ui.window import Options, build

    app = QApplication(sys.argv[:1])
    theme.apply(app)
    window, studio = build(Options())
    window.show()
    _pass(app, 6.0)
    print("| go | as it comes | 120 ms later | difference |\n|---|---|---|---|")
    for go in range(goes):
        found = [_tapped(app, Calibrator(studio, window), late) for late in (0.0, LATE)]
        plain, later = (1000 * offset for offset in found)
        print(f"| {go + 1} | {plain:+.1f} ms | {later:+.1f} ms | {later - plain:.1f} ms |", flush=True)
    window.close()
    studio.close()


def _pass(app: Any, seconds: float) -> None:
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        app.processEvents()
        time.sleep(0.002)


def _tapped(app: Any, wizard: Any, late: float) -> float:
    """Seconds that *wizard* finds when all its taps are *late*."""
    robot = Robot(late)
    wizard.toggle()
    while not wizard._taps.done:
        app.processEvents()
        if robot.due and time.perf_counter() >= robot.due[0]:
            robot.due.popleft()
            wizard.tap()
        time.sleep(0.0005)
    robot.close()
    offset = wizard._taps.offset
    wizard.hide()
    assert offset is not None
    return float(offset)


if __name__ == "__main__":
    main()
