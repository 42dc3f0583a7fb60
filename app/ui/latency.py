"""How late the picture is behind the sound of an input, stage by stage, from stamps that travel with the frames."""

import math
from collections import deque
from statistics import median
from typing import NamedTuple

from app.engine.audio.live_features import HALF_WINDOW
from app.engine.audio.stamps import Stamps
from app.engine.show.routes import CONTROL_RATE

_RECENT = 60


class Way(NamedTuple):
    """Seconds from the sound at the sound card to the painted picture, in the order of the road."""

    card: float
    window: float
    hearing: float
    waiting: float
    drawing: float
    painting: float


STAGES = Way("Sound card", "Half a window", "Hearing", "Waiting for a frame", "Drawing", "To the window")  # type: ignore[arg-type]
"""What each is called."""


class Latency:
    """Owns the ways of the last frames (main thread)."""

    def __init__(self) -> None:
        self._ways: deque[Way] = deque(maxlen=_RECENT)

    def forget(self) -> None:
        """Another input, or none."""
        self._ways.clear()

    def painted(self, stamps: Stamps, card: float, frame: tuple[float, float, float], now: float) -> None:
        """The picture of *frame* (its time, and the wall times at which it was planned and drawn) is seen *now*."""
        t, planned, drawn = frame
        stamp = stamps.of(math.ceil(t * CONTROL_RATE))
        if stamp is None or planned <= 0.0:
            return
        waited = max(planned - stamp.known, 0.0)
        self._ways.append(Way(card, HALF_WINDOW, stamp.known - stamp.arrived, waited, drawn - planned, now - drawn))

    @property
    def newest(self) -> Way | None:
        """That of the last frame."""
        return self._ways[-1] if self._ways else None

    @property
    def way(self) -> Way | None:
        """The median of each stage over the last frames; None before the first."""
        return Way(*(median(stage) for stage in zip(*self._ways, strict=True))) if self._ways else None

    def rows(self) -> list[tuple[str, str]]:
        """Name and figure of each stage and of all together; nothing while nothing is known."""
        way = self.way
        return [] if way is None else [*(_row(*stage) for stage in zip(STAGES, way, strict=True)), _whole(way)]

    def few_rows(self) -> list[tuple[str, str]]:
        """The same, where the figures of the engine stand already: what comes before it, and all together."""
        way = self.way
        return [] if way is None else [_row("Sound in", sum(way[:3])), _row(STAGES.waiting, way.waiting), _whole(way)]


def _row(name: object, seconds: float) -> tuple[str, str]:
    return str(name), f"{1000 * seconds:.1f} ms"


def _whole(way: Way) -> tuple[str, str]:
    return "Sound to picture", f"{1000 * sum(way):.0f} ms"
