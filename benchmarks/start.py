"""From the start of the process to the window's first paint and the engine's first frame: medians of several starts.

Run: ``python -m benchmarks.start [RUNS]``. Uses a screen where there is one, else Qt's offscreen platform. The very
first start, which compiles the modules and tries out the device's paths, is told apart from the later ones. *Worked* is
what cores worked for the process until then, all threads together: about what it takes where nothing else runs.
*Closed*: from closing the window to the end of the last thread; *gone*: until Python and torch have taken themselves
apart.
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
    seen.setdefault(what + " worked", time.process_time())
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
QTimer.singleShot(120000, app.quit)  # a machine that is much too busy
window.show()
app.exec()
closing = time.time()
window.close()
studio.close()
seen["closed"] = time.time() - closing
print(json.dumps(seen | {"ended": time.time()}))
"""


def main() -> None:
    """Print one line a run and the medians."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    environment = dict(os.environ)
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    if "DISPLAY" not in environment:
        environment.setdefault("QT_QPA_PLATFORM", "offscreen")
    results = []
    with tempfile.TemporaryDirectory() as compiled, tempfile.TemporaryDirectory() as profile:
        environment |= {"PYTHONPYCACHEPREFIX": compiled, "ANTHESIS_PROFILE": profile}
        print("very first:", _line(_start(environment)), flush=True)
        for _ in range(runs):
            results.append(_start(environment))
            print(_line(results[-1]), flush=True)
    print("median:", _line({name: statistics.median(r[name] for r in results) for name in results[0]}))


def _start(environment: dict[str, str]) -> dict[str, float]:
    began = time.time()
    done = subprocess.run([sys.executable, "-c", CHILD, str(began)], env=environment, capture_output=True, text=True,
                          check=True)  # fmt: skip
    found: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    found["gone"] = time.time() - found.pop("ended")
    return found


def _line(seen: dict[str, float]) -> str:
    parts = (f"{what} {seen[what]:.2f} s (worked {seen[f'{what} worked']:.2f} s)" for what in ("window", "frame"))
    return "   ".join((*parts, f"closed in {seen['closed']:.2f} s, gone {seen['gone']:.2f} s later"))


if __name__ == "__main__":
    main()
