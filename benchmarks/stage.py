"""A scripted performance on a real window and a real audio stream: what broke, what was dropped, what piled up.

Run: ``python -m benchmarks.stage [MINUTES] SONG [--style FILE] [--json]`` under PulseAudio or PipeWire, and a screen.

A null sink is made and SONG played into it by another process; the window listens to its monitor. Scenes are launched
in time (one reacts as the preset Strobe does), knobs turned by MIDI messages and OSC from another process, the decks
faded, the Style of a scene swapped, the map scrubbed, map mode opened, the window resized; at two fifths the sink is
taken away, and ten seconds later it comes back. The first minute is not counted: then the memory has been taken that a
show takes. Flashes are counted on the pictures that the window was given, by the clock on the wall.
"""

import argparse
import json
import logging
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.live import memory

SINK = "anthesis_stage"
SENDER = """
import math, socket, struct, sys, time
def packet(address, value):
    words = lambda text: text.encode() + bytes(4 - len(text) % 4)
    return words(address) + words(',f') + struct.pack('>f', value)
hall, began = socket.socket(socket.AF_INET, socket.SOCK_DGRAM), time.monotonic()
while True:
    t = time.monotonic() - began
    for name, speed, reach in (('react/bass', 0.7, 3), ('react/pulse', 0.45, 2), ('finish/hue', 0.3, 0.4)):
        value = reach * (0.5 + 0.5 * math.sin(speed * t))
        hall.sendto(packet('/anthesis/' + name, value), ('127.0.0.1', int(sys.argv[1])))
    time.sleep(0.03)
"""


class Sink:
    """A null sink of the sound server, and the song that is played into it (main thread)."""

    def __init__(self, song: Path) -> None:
        self._song, self._module, self._player = song, "", None

    def plug_in(self) -> None:
        """It is there, and sounds."""
        made = ["pactl", "load-module", "module-null-sink", f"sink_name={SINK}", "norewinds=1",
                f"sink_properties=device.description={SINK}"]  # fmt: skip
        self._module = subprocess.run(made, capture_output=True, text=True, check=True).stdout.strip()
        self.play()

    def play(self) -> None:
        """The song, from the start, unless it plays."""
        if self._module and (self._player is None or self._player.poll() is not None):
            self._player: subprocess.Popen[bytes] | None = subprocess.Popen(
                ["paplay", "-d", SINK, str(self._song)], stderr=subprocess.DEVNULL
            )

    def unplug(self) -> None:
        """It is gone."""
        if self._player is not None:
            self._player.kill()
            self._player.wait()
        if self._module:
            subprocess.run(["pactl", "unload-module", self._module], check=False)
        self._module, self._player = "", None


class Noticed(logging.Handler):
    """Everything that should not be: warnings of the log and of Qt, errors nobody caught, sentences of the window."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.said: list[str] = []
        sys.excepthook = lambda kind, error, _trace: self.said.append(f"{kind.__name__}: {error}")
        threading.excepthook = lambda args: self.said.append(f"{args.exc_type.__name__}: {args.exc_value}")

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage())


class Hands:
    """Plays the window as hands, a controller and a peer would, by chance from a fixed seed (main thread)."""

    def __init__(self, window: Any, studio: Any, song: Path, style: Path | None) -> None:
        self._window, self._studio, self._dice = window, studio, random.Random(1)
        self.sink, self._style, self._knobs = Sink(song), style, dict.fromkeys(range(1, 9), 0)
        self._sender: subprocess.Popen[bytes] | None = None

    def begin(self) -> None:
        """Scenes, mappings, the port, the input; then the workspace of the stage."""
        from app.control.mapping import Touch
        from app.engine.audio.inputs import Input, inputs
        from app.engine.show.presets import preset, with_preset

        window, studio, actions = self._window, self._studio, self._window.actions_by_id
        for _ in range(12 - len(studio.document.show.scenes)):
            actions["add_scene"].trigger()
            actions["dice"].trigger()
        strobe = with_preset(studio.document.show.scene, preset("Strobe"))
        studio.document.edit_scene("Strobe", preset=strobe.preset, react=strobe.react, routes=strobe.routes)
        if self._style is not None:
            studio.add_style(self._style)
        for number in range(1, 9):
            window.hands.controllers.surface.learn(Touch("Stage", 0, "cc", number, 0.5, 64), f"macro.{number}")
        window.hands.controllers.set_osc(True, port=0)
        port = window.hands.controllers.osc_port.port
        self._sender = subprocess.Popen([sys.executable, "-c", SENDER, str(port)])
        self.sink.plug_in()
        studio.listen(next(found for found in inputs() if SINK in found.name) if inputs() else Input())
        studio.performing.set_quantum("1")
        studio.performing.set_glide(4)
        actions["perform"].trigger()

    def launch(self) -> None:
        """Another Scene, on its beat."""
        self._studio.performing.launch(self._dice.randrange(len(self._studio.document.show.scenes)))

    def turn(self) -> None:
        """A knob, as its controller would say it."""
        from app.control.mapping import Touch

        number = self._dice.randint(1, 8)
        raw = self._knobs[number] = min(max(self._knobs[number] + self._dice.randint(-10, 10), 0), 127)
        self._window.hands.controllers._hear(Touch("Stage", 0, "cc", number, raw / 127, raw))

    def fade(self) -> None:
        """Load the other deck and go there."""
        performing = self._studio.performing
        performing.load("B" if performing.fader < 0.5 else "A", self._dice.randrange(12))
        performing.auto_fade()

    def swap(self) -> None:
        """Another Style for the Scene that plays, and back."""
        styles = self._studio.styles
        if len(styles) > 1:
            self._studio.use_style(styles[self._dice.randrange(len(styles))])

    def latch(self) -> None:
        """BLACKOUT or FREEZE for a moment."""
        from PySide6.QtCore import QTimer

        action = self._window.actions_by_id[self._dice.choice(("blackout", "freeze"))]
        action.trigger()
        QTimer.singleShot(700, action.trigger)

    def scrub(self) -> None:
        """A finger across the map: forty places in two seconds."""
        from PySide6.QtCore import QTimer

        atlas, (x, y) = self._window.map.atlas, (self._dice.random(), self._dice.random())
        for i in range(40):
            QTimer.singleShot(50 * i, atlas, lambda i=i: atlas.go((x + i / 60) % 1, (y + i / 90) % 1))

    def lay_out(self) -> None:
        """Map mode for two seconds, and the window in another size."""
        from PySide6.QtCore import QTimer

        action, narrow = self._window.actions_by_id["map_mode"], self._window.width() > 1300
        action.trigger()
        QTimer.singleShot(2000, action.trigger)
        self._window.resize(*((1200, 800) if narrow else (1440, 900)))

    def end(self) -> None:
        """Leave nothing behind."""
        self.sink.unplug()
        if self._sender is not None:
            self._sender.kill()
            self._sender.wait()


class Seen:
    """What was measured after the first minute (main thread)."""

    def __init__(self, window: Any, studio: Any) -> None:
        from app.engine.render.flash import FlashGuard

        self._studio, self._picture = studio, window.picture
        self._counter, self.flashes = FlashGuard(), 0
        self.frames: list[float] = []
        self.beats: list[float] = []
        self.sizes: list[float] = []
        self.nones: list[int] = []
        self.told: list[str] = []
        window.picture.changed.connect(self.see)
        studio.told.connect(lambda kind, title, words: self.told.append(f"{kind}: {title}. {words}"))

    def see(self) -> None:
        """A picture came: look for flashes, and softening nothing."""
        self.frames.append(time.perf_counter())
        image = self._picture.image
        pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)
        self._counter.show(pixels[..., 2::-1], self.frames[-1], on=False)
        self.flashes = max(self.flashes, self._counter.flashes)

    def forget(self) -> None:
        """Count from here."""
        self.flashes = 0
        for kept in (self.frames, self.beats, self.sizes, self.nones):
            kept.clear()
        self._dropouts, self._dropped = self._studio.live.dropouts, self._studio.dropped

    def sample(self) -> None:
        """Memory, and the references to None."""
        self.sizes.append(memory())
        self.nones.append(sys.getrefcount(None))

    def found(self, noticed: Noticed) -> dict[str, Any]:
        """All of it."""
        if not self.beats:
            return {"nothing was performed": noticed.said}
        gaps, late = 1000 * np.diff(self.frames), 1000 * np.diff(self.beats)
        return {
            "pictures a second": round(1000 / gaps.mean(), 1),
            "picture after picture, median, p99, longest (ms)": [round(float(x), 1) for x in
                                                                 (*np.percentile(gaps, [50, 99]), gaps.max())],
            "event loop, a beat of 10 ms comes after, p99 (ms)": round(float(np.percentile(late, 99)), 1),
            "pictures the window had no time for": self._studio.dropped - self._dropped,
            "the same, of all (%)": round(100 * (self._studio.dropped - self._dropped) / len(self.frames), 2),
            "most flashes in a second": self.flashes,
            "blocks of sound lost": self._studio.live.dropouts - self._dropouts,
            "memory, in four steps from first to last (MB)": [
                round(self.sizes[(len(self.sizes) - 1) * i // 4], 1) for i in range(5)
            ],
            "references to None, gained": self.nones[-1] - self.nones[0],
            "listening at the end": self._studio.live.listening,
            "said by the window": sorted(set(self.told)),
            "warnings and errors": noticed.said,
        }  # fmt: skip


def main() -> None:
    """Perform, and print what was seen."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("minutes", nargs="?", type=float, default=10.0)
    parser.add_argument("song", type=Path)
    parser.add_argument("--style", type=Path)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    if shutil.which("pactl") is None or shutil.which("paplay") is None:
        sys.exit("This needs PulseAudio or PipeWire with its command line (pactl, paplay).")
    with tempfile.TemporaryDirectory() as profile:
        os.environ["ANTHESIS_PROFILE"] = profile
        found = _run(asked)
    if asked.json:
        print(json.dumps(found, indent=1))
        return
    for name, value in found.items():
        print(f"{name}: {', '.join(map(str, value)) if isinstance(value, list) else value}")


def _run(asked: argparse.Namespace) -> dict[str, Any]:
    from PySide6.QtCore import QTimer, QtMsgType, qInstallMessageHandler
    from PySide6.QtWidgets import QApplication

    from app.ui import theme
    from app.ui.window import Options, build

    noticed = Noticed()
    logging.getLogger().addHandler(noticed)
    harmless = (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg)
    qInstallMessageHandler(lambda kind, _where, words: kind not in harmless and noticed.said.append(f"Qt: {words}"))
    app = QApplication(sys.argv[:1])
    theme.apply(app)
    window, studio = build(Options())
    hands, seen = Hands(window, studio, asked.song, asked.style), Seen(window, studio)
    window.show()
    whole = int(asked.minutes * 60_000)
    acts: tuple[tuple[int, Callable[[], object]], ...] = (
        (10, lambda: seen.beats.append(time.perf_counter())), (60, hands.turn), (3500, hands.launch),
        (17_000, hands.fade), (31_000, hands.swap), (23_000, hands.latch), (13_000, hands.scrub),
        (41_000, hands.lay_out), (5000, seen.sample), (1000, hands.sink.play),
    )  # fmt: skip
    timers = [QTimer(app, interval=interval) for interval, _ in acts]
    for timer, (_, act) in zip(timers, acts, strict=True):
        timer.timeout.connect(act)

    def begin() -> None:
        hands.begin()
        for timer in timers:
            timer.start()

    QTimer.singleShot(6000, begin)
    QTimer.singleShot(min(60_000, whole // 4), seen.forget)
    QTimer.singleShot(whole * 2 // 5, hands.sink.unplug)
    QTimer.singleShot(whole * 2 // 5 + 10_000, hands.sink.plug_in)
    QTimer.singleShot(whole + 6000, app.quit)
    app.exec()
    sys.excepthook, threading.excepthook = sys.__excepthook__, threading.__excepthook__
    found = seen.found(noticed)
    hands.end()
    window.close()
    studio.close()
    qInstallMessageHandler(None)
    return found


if __name__ == "__main__":
    main()
