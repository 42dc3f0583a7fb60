"""Settings that the web sends to a value over some beats; another hand that takes hold of one ends it."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, QTimer

from app.control.addresses import Turn
from app.control.params import PARAMS
from app.engine.errors import ShowError
from app.ui.gestures import Gestures

STEP_MS = 33


@dataclass(frozen=True, slots=True)
class _Way:
    """From *start* to *end* in *seconds* from the second *began* on; *last* is what was put there."""

    start: float
    end: float
    began: float
    seconds: float
    last: Any


class Glides(QObject):
    """Owns what is on its way (main thread)."""

    def __init__(
        self, gestures: Gestures, bpm: Callable[[], float], parent: QObject, *,
        wall: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._gestures, self._bpm, self._wall = gestures, bpm, wall
        self._ways: dict[str, _Way] = {}
        self._timer = QTimer(self, interval=STEP_MS)
        self._timer.timeout.connect(self.step)

    def begin(self, turn: Turn, beats: float) -> None:
        """Let it go there over so many *beats* of the tempo that is now."""
        now, target = self._gestures.value(turn.name), PARAMS[turn.name].valid(turn.value)
        seconds = beats * 60.0 / self._bpm()
        self._ways[turn.name] = _Way(float(now), float(target), self._wall(), seconds, now)
        self._timer.start()

    def leave(self, name: str) -> None:
        """Parameter *name* stays where it is."""
        self._ways.pop(name, None)

    def stop(self) -> None:
        """Everything stays where it is."""
        self._ways.clear()
        self._timer.stop()

    def step(self) -> None:
        """Each of them goes on, or has come to its end."""
        for name, way in list(self._ways.items()):
            try:
                self._go(name, way)
            except ShowError:  # its route is gone
                self.leave(name)
        self._gestures.flush()
        if not self._ways:
            self._timer.stop()

    def _go(self, name: str, way: _Way) -> None:
        if self._gestures.value(name) != way.last:  # another hand has taken it
            self.leave(name)
            return
        share = min((self._wall() - way.began) / max(way.seconds, 1e-6), 1.0)
        value = way.start + (way.end - way.start) * share
        self._gestures.do(Turn(name, value), "web")
        if share >= 1.0:
            self.leave(name)
        else:
            self._ways[name] = _Way(way.start, way.end, way.began, way.seconds, self._gestures.value(name))
