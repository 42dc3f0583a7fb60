"""The whole window playing: frames a second, frame times, how far the drawn playhead is from the sound, memory.

Run: ``python -m benchmarks.live [SECONDS] [SONG]``. Uses a screen where there is one, else Qt's offscreen platform.
"""

import os
import sys
import tempfile
import time
from pathlib import Path

SECONDS = float(sys.argv[1]) if len(sys.argv) > 1 else 30.0
if "DISPLAY" not in os.environ:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


def memory() -> float:
    """Resident memory in MB (Linux; 0 elsewhere)."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def main() -> None:
    """Play, switch scenes every five seconds, and print what was seen."""
    with tempfile.TemporaryDirectory() as profile:
        os.environ["ANTHESIS_PROFILE"] = profile
        _run()


def _run() -> None:
    import numpy as np
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    from app.ui import theme
    from app.ui.window import Options, build

    app = QApplication(sys.argv[:1])
    theme.apply(app)
    window, studio = build(Options(file=Path(sys.argv[2]) if len(sys.argv) > 2 else None))
    frames: list[float] = []
    beats: list[float] = []
    playhead: list[float] = []
    sizes: list[float] = []
    nones: list[int] = []
    window.picture.changed.connect(lambda: frames.append(time.perf_counter()))

    def heartbeat() -> None:
        beats.append(time.perf_counter())
        if studio.playing:
            playhead.append(abs(window.timeline.wave.playhead - studio.now()))

    def sample() -> None:
        sizes.append(memory())
        nones.append(sys.getrefcount(None))

    for interval, act in ((10, heartbeat), (2000, sample), (5000, window.actions_by_id["next_scene"].trigger)):
        timer = QTimer(app, interval=interval)
        timer.timeout.connect(act)
        timer.start()
    QTimer.singleShot(int((SECONDS + 8) * 1000), app.quit)
    window.show()
    app.exec()
    warm = [t for t in frames if t > frames[0] + 5]
    gaps, pauses = 1000 * np.diff(warm), 1000 * np.diff([t for t in beats if t > frames[0] + 5])
    late = 1000 * np.array(playhead[len(playhead) // 4 :])
    engine = studio.engine
    print(f"{engine.device} {engine.precision} {engine.width}x{engine.height}, sound by {studio.clock}")
    print(f"frames shown a second: {1000 / gaps.mean():.1f}   frame time: median {np.median(gaps):.1f}, "
          f"p99 {np.percentile(gaps, 99):.1f} ms   dropped: {studio.dropped}")  # fmt: skip
    print(f"a 10 ms beat of the event loop comes after: median {np.median(pauses):.1f}, "
          f"p99 {np.percentile(pauses, 99):.1f} ms")  # fmt: skip
    print(f"playhead against the clock: median {np.median(late):.1f}, p95 {np.percentile(late, 95):.1f} ms")
    print(f"memory: {sizes[2]:.0f} MB after 6 s, {sizes[-1]:.0f} MB at the end; "
          f"references to None: {nones[-1] - nones[2]:+d}")  # fmt: skip
    window.close()
    studio.close()


if __name__ == "__main__":
    main()
