"""From the start of the process to the window's first paint and the engine's first frame: medians of several starts.

Run: ``python -m benchmarks.start [RUNS]``. Uses a screen where there is one, else Qt's offscreen platform.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

CHILD = """
import json, sys, time
began = float(sys.argv[1])
seen = {}
def note(what):
    seen.setdefault(what, time.time() - began)
from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication
from app.ui import theme, window as w
app = QApplication(sys.argv[:1])
theme.apply(app)
window, studio = w.build(w.Options(silent=True))
class Watch(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            note("window")
        return False
watch = Watch()
window.preview.installEventFilter(watch)
def framed():
    note("frame")
    QTimer.singleShot(0, app.quit)
window.picture.changed.connect(framed)
QTimer.singleShot(30000, app.quit)
window.show()
app.exec()
window.close()
studio.close()
print(json.dumps(seen))
"""


def main() -> None:
    """Print one line a run and the medians."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    environment = dict(os.environ)
    if "DISPLAY" not in environment:
        environment.setdefault("QT_QPA_PLATFORM", "offscreen")
    results = []
    for _ in range(runs):
        with tempfile.TemporaryDirectory() as profile:
            environment["ANTHESIS_PROFILE"] = profile
            began = time.time()
            done = subprocess.run([sys.executable, "-c", CHILD, str(began)], env=environment, capture_output=True,
                                  text=True, check=True)  # fmt: skip
        results.append(json.loads(done.stdout.strip().splitlines()[-1]))
        print(f"window {results[-1]['window']:.2f} s   first frame {results[-1]['frame']:.2f} s", flush=True)
    medians = {name: statistics.median(r[name] for r in results) for name in ("window", "frame")}
    print(f"median: window {medians['window']:.2f} s, first engine frame {medians['frame']:.2f} s of {runs} starts")


if __name__ == "__main__":
    main()
