"""Where a time stands in the bars of a song, and the dots that show it."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from app.engine.audio.grid import UNKNOWN, Beats, SongGrid
from app.ui.theme import STAGE, blend

BEATS = 4
BARS = 8
_DOT, _DOT_PITCH, _SEGMENT, _SEGMENT_PITCH = 10, 16, (6.5, 3), 8.25


class BeatPlace(NamedTuple):
    """Bar and beat as people count them, from 1; *bar* is 0 in the bars before the first downbeat."""

    bar: int
    beat: int

    @property
    def phrase_bar(self) -> int:
        """The bar within its phrase of 8, from 0."""
        return max(self.bar - 1, 0) % BARS

    def __str__(self) -> str:
        return f"{self.bar}.{self.beat}"


def beat_place(t: float, beats: Sequence[float] | NDArray, downbeats: Sequence[float] | NDArray) -> BeatPlace | None:
    """Bar and beat at *t* seconds; None before the first beat and where a song has none."""
    slack = t + 1e-3  # a seek to a beat lands on that beat
    beat = int(np.searchsorted(beats, slack, side="right"))
    if beat == 0:
        return None
    bar = int(np.searchsorted(downbeats, slack, side="right"))
    if bar == 0:
        ahead = int(np.searchsorted(beats, downbeats[0] - 1e-3)) - beat if len(downbeats) else 0
        return BeatPlace(0, max(BEATS - ahead, 1))
    before = int(np.searchsorted(beats, downbeats[bar - 1] - 1e-3))
    return BeatPlace(bar, beat - before)


def place_on(grid: Beats, t: float) -> BeatPlace | None:
    """Bar and beat at *t* seconds as *grid* has them; None where nobody knows the tempo.

    A song that waits less than a beat for its first 1 stands on it already: 1.1 at its start, and not 0.4.
    """
    if grid is UNKNOWN:
        return None
    beat, bar = math.floor(grid.beat_at(t) + 1e-3), grid.beats_per_bar
    if beat == -1 and isinstance(grid, SongGrid) and not grid.first:
        beat = 0
    return BeatPlace(max(beat // bar + 1, 0), beat % bar + 1)


class BeatLeds(QWidget):
    """Four beat dots over the eight bars of a phrase; hollow while the beat is only held (main thread)."""

    def __init__(self, parent: QWidget | None = None, *, scale: float = 1.0) -> None:
        super().__init__(parent)
        self._scale = scale
        self.setObjectName("beatLeds")
        self.setAccessibleName(self.tr("Beat"))
        self.setFixedSize(self.sizeHint())
        self._place: BeatPlace | None = None
        self._held = False

    def sizeHint(self) -> QSize:
        return QSize(round(64 * self._scale), round(18 * self._scale))

    def set_place(self, place: BeatPlace | None) -> None:
        """Light the dot of *place*."""
        if place == self._place:
            return
        self._place = place
        self.setAccessibleDescription("" if place is None else str(place))
        self.update()

    def set_held(self, held: bool) -> None:
        """Hollow dots: the beat runs on by itself, as nobody is sure of it."""
        if held != self._held:
            self._held = held
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(self._scale, self._scale)
        for i in range(BEATS):
            self._paint_dot(painter, i)
        painter.setPen(Qt.PenStyle.NoPen)
        for i in range(BARS):
            painter.setBrush(self._bar_colour(i))
            painter.drawRoundedRect(QRectF(i * _SEGMENT_PITCH, 15, *_SEGMENT), 1, 1)

    def _paint_dot(self, painter: QPainter, i: int) -> None:
        """The dot of the 1 is a ring, so that the downbeat is seen by shape."""
        box = QRectF(i * _DOT_PITCH, 0, _DOT, _DOT)
        lit = self._place is not None and min(self._place.beat, BEATS) - 1 == i
        ring = self._held or (i == 0 and not lit)
        painter.setPen(QPen(STAGE.accent if lit else STAGE.border_strong, 1.5) if ring else Qt.PenStyle.NoPen)
        rest = blend(STAGE.bg3, STAGE.border, 0.6)
        painter.setBrush(Qt.BrushStyle.NoBrush if ring else STAGE.accent if lit else rest)
        painter.drawEllipse(box.adjusted(0.9, 0.9, -0.9, -0.9) if ring else box)

    def _bar_colour(self, i: int) -> QColor:
        now = -1 if self._place is None else self._place.phrase_bar
        if i == now:
            return STAGE.accent
        return STAGE.border_strong if i < now else STAGE.bg3
