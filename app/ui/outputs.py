"""The live outputs that are on: each gets what the audience sees, on a thread of its own, at its own size and rate."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, QSize, QTimer, Signal
from PySide6.QtGui import QImage, QPainter

from app.engine.output.live_output import LiveOutput, Outlet, Picture, Sent
from app.engine.output.outputs import OUTPUTS, Kind
from app.ui.audience import Audience, Seen
from app.ui.settings import Settings

LOOK_MS = 500
SIZES: tuple[tuple[int, int], ...] = ((0, 0), (1280, 720), (1920, 1080), (1080, 1080), (1080, 1920), (3840, 2160))
"""What may be sent: (0, 0) is the Style's own."""
RATES = (0, 60, 50, 30, 25, 24)
"""Pictures a second: 0 sends each as it comes."""
FASTEST = 60


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen of one output."""

    on: bool = False
    rate: int = 0
    size: tuple[int, int] = (0, 0)


class Easel:
    """Paints what the audience sees into memory that it keeps (one output's thread; Qt lets others on meanwhile)."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._picture: Picture = np.empty((0, 0, 4), np.uint8)

    def draw(self, asked: tuple[Seen, QSize]) -> Picture:
        """*asked* as BGRX; the next one is painted over it."""
        seen, size = asked
        wide, tall = max(size.width(), 1), max(size.height(), 1)
        if self._picture.shape[:2] != (tall, wide):
            self._picture = np.empty((tall, wide, 4), np.uint8)
        image = QImage(self._picture.data, wide, tall, 4 * wide, QImage.Format.Format_RGB32)
        painter = QPainter(image)
        seen.paint(painter, QSize(wide, tall), self._name)
        painter.end()
        return self._picture


class Outputs(QObject):
    """Owns what is sent (main thread), and remembers it. ``changed`` comes twice a second while anything is."""

    changed = Signal()
    told = Signal(str, str, str)

    def __init__(
        self, audience: Audience, native: Callable[[], tuple[int, int]], settings: Settings, parent: QObject, *,
        kinds: Sequence[Kind] = OUTPUTS,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.kinds = tuple(kinds)
        self._audience, self._native, self._settings = audience, native, settings
        self._outlets: dict[str, Outlet[tuple[Seen, QSize]]] = {}
        self._ended: dict[str, Outlet[tuple[Seen, QSize]]] = {}
        self._choices = {kind.id: self._remembered(kind) for kind in self.kinds}
        self._last: dict[str, Sent] = {}
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self._look)
        audience.changed.connect(self._send)

    @property
    def running(self) -> tuple[Kind, ...]:
        """Those that are on, or would be if they had not broken."""
        return tuple(kind for kind in self.kinds if kind.id in self._outlets)

    def choice(self, kind: Kind) -> Choice:
        """What was chosen of *kind*."""
        return self._choices[kind.id]

    def _remembered(self, kind: Kind) -> Choice:
        on, rate, size = self._settings.live_output(kind.id)
        return Choice(on, rate if rate in RATES else kind.rate, size if size in SIZES else kind.size)

    def told_of(self, kind: Kind) -> Sent:
        """How *kind* gets on."""
        outlet = self._outlets.get(kind.id)
        return Sent() if outlet is None else outlet.told

    def start(self) -> None:
        """Bring back what was on when the window was last closed."""
        for kind in self.kinds:
            if self.choice(kind).on and not kind.why_not():
                self._open(kind)
        self._changed()

    def set_on(self, kind: Kind, on: bool) -> None:
        """Begin to send, or end it; one that broke begins anew."""
        self._keep(kind, replace(self.choice(kind), on=on))
        self._close(kind)
        if on:
            self._open(kind)
        self._changed()

    def choose(self, kind: Kind, **changes: Any) -> None:
        """Another *size* or *rate*."""
        self._keep(kind, replace(self.choice(kind), **changes))
        if kind.id in self._outlets:
            self._close(kind)
            self._open(kind)
        self._changed()

    def close(self) -> None:
        """End every thread; what was on is remembered."""
        self._timer.stop()
        for kind in self.running:
            self._close(kind)
        for outlet in self._ended.values():
            outlet.close()

    def _keep(self, kind: Kind, choice: Choice) -> None:
        self._choices[kind.id] = choice
        self._settings.set_live_output(kind.id, choice.on, choice.rate, choice.size)

    def _open(self, kind: Kind) -> None:
        rate, before = self.choice(kind).rate, self._ended.pop(kind.id, None)

        def open_output() -> LiveOutput:
            if before is not None:
                before.close()  # one device cannot be had twice; it is waited for here, not in the window
            return kind.open(rate or FASTEST)

        self._outlets[kind.id] = Outlet(kind.label, open_output, Easel(kind.label).draw, rate or None)
        self._put(kind)

    def _close(self, kind: Kind) -> None:
        outlet = self._outlets.pop(kind.id, None)
        self._last.pop(kind.id, None)
        if outlet is not None:
            outlet.stop()
            self._ended[kind.id] = outlet

    def _send(self) -> None:
        for kind in self.running:
            self._put(kind)

    def _put(self, kind: Kind) -> None:
        size = self.choice(kind).size
        self._outlets[kind.id].put((self._audience.seen, QSize(*(size if all(size) else self._native()))))

    def _changed(self) -> None:
        if self._outlets:
            self._timer.start()
        else:
            self._timer.stop()
        self.changed.emit()

    def _look(self) -> None:
        """Say once what broke, and tell how the others get on."""
        for kind in self.running:
            now, before = self.told_of(kind), self._last.get(kind.id, Sent())
            if now.state == "broken" and before.state != "broken":
                self.told.emit("error", f"{kind.label} is not sent", now.problem)
            self._last[kind.id] = now
        self.changed.emit()
