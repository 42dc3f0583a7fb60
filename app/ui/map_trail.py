"""Where the live point was in the last seconds, as a line that fades into the past."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap, QPolygonF

from app.engine.audio.features import FeatureTrack
from app.ui.map_places import Spot
from app.ui.map_port import Port
from app.ui.theme import STAGE, fade

SECONDS, STEP = 4.0, 0.045
EVERY = 0.15
"""Seconds of song after which all of it is drawn anew; until then only what is newer is added."""
APART = 0.5
"""Pixels between spots that make a difference to the line."""
WIDTH, PARTS = 2.4, 8
_EDGE, _ROOM = 8, 48
"""Pixels that dots and line reach beyond the spots, and pixels around the view that are drawn for when it slides."""
_BLACK = QColor(0, 0, 0)
Floats = NDArray[np.float64]


class Trail:
    """Owns the spots and a picture of all but the newest (main thread); a jump in time begins a new one."""

    def __init__(self) -> None:
        self.spots: deque[Spot] = deque(maxlen=120)
        self._drawn = QPixmap()
        self._drawn_box = QRectF()
        """Where the picture lies, in pixels from the middle of the map's first cell."""
        self._drawn_key: tuple[object, ...] = ()
        self._drawn_t = self._joint = -1e9
        """When it was drawn, and the time of the last spot in it."""

    def add(self, spot: Spot) -> None:
        """The newest spot."""
        last = self.spots[-1].t if self.spots else spot.t
        if not 0.0 <= spot.t - last < 0.5:
            self.spots.clear()
            self._drawn_key = ()
        while self.spots and self.spots[0].t < spot.t - SECONDS:
            self.spots.popleft()
        if len(self.spots) > 1 and spot.t - self.spots[-2].t < STEP:
            self.spots.pop()
        self.spots.append(spot)

    def head_box(self, port: Port) -> QRectF:
        """What is drawn of it at each picture: the part that is newer than the one that is kept."""
        head = self._head(port)
        return _around(head) if len(head) > 1 else QRectF()

    def settle(self, port: Port, features: FeatureTrack | None, dpr: float) -> QRect:
        """Draw the kept picture anew where its time has come or it does not fit; what is to be painted again then."""
        key = (port.scale, dpr, STAGE.name, id(features))
        if not self.spots or (key == self._drawn_key and self.spots[-1].t - self._drawn_t < EVERY):
            return QRect()
        before = self._drawn_box
        self._make(port, features, dpr)
        self._drawn_key = key
        area = before | self._drawn_box
        return QRect() if area.isEmpty() else area.translated(_origin(port)).toAlignedRect()

    def draw(self, painter: QPainter, port: Port) -> None:
        """The kept picture, and the newest part; ``settle`` comes before."""
        if not self._drawn.isNull():
            painter.drawPixmap((self._drawn_box.topLeft() + _origin(port)).toPoint(), self._drawn)
        head = self._head(port)
        if len(head) > 1:
            painter.setPen(_pen(PARTS - 1))
            painter.drawPolyline(QPolygonF(head))

    def _head(self, port: Port) -> list[QPointF]:
        head = []
        for spot in reversed(self.spots):
            head.append(port.to_pixels(spot.x, spot.y))
            if spot.t <= self._joint:
                break
        return head

    def _make(self, port: Port, features: FeatureTrack | None, dpr: float) -> None:
        """Draw all but the newest spot, which may yet be replaced, as far as it can be seen."""
        self._drawn_t, kept = self.spots[-1].t, list(self.spots)[:-1]
        self._joint = kept[-1].t if kept else self._drawn_t
        self._drawn, self._drawn_box = QPixmap(), QRectF()
        seen = QRectF(-_ROOM, -_ROOM, port.width + 2 * _ROOM, port.height + 2 * _ROOM).translated(-_origin(port))
        line = _Line.of(kept, port.scale)
        box = line.box & seen if len(kept) > 1 else QRectF()
        if box.width() <= 2 * _EDGE + APART and box.height() <= 2 * _EDGE + APART:
            return
        box = QRectF(box.toAlignedRect())
        self._drawn, self._drawn_box = QPixmap((box.size() * dpr).toSize()), box
        self._drawn.setDevicePixelRatio(dpr)
        self._drawn.fill(Qt.GlobalColor.transparent)
        painter = QPainter(self._drawn)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(-box.topLeft())
        line.draw(painter, self._drawn_t)
        if features is not None:
            line.draw_beats(painter, features, self._drawn_t)
        painter.end()


@dataclass(frozen=True, eq=False)
class _Line:
    """*times* ``(n,)`` and *places* ``(n, 2)`` in pixels from the middle of the first cell."""

    times: Floats
    places: Floats

    @classmethod
    def of(cls, spots: Sequence[Spot], scale: float) -> "_Line":
        rows = np.array([(spot.t, spot.x, spot.y) for spot in spots]).reshape(-1, 3)
        return cls(rows[:, 0], rows[:, 1:] * scale)

    @property
    def box(self) -> QRectF:
        """What it covers."""
        return _around([QPointF(*self.places.min(axis=0)), QPointF(*self.places.max(axis=0))])

    def draw(self, painter: QPainter, now: float) -> None:
        """One line a part, each of its own strength, beginning where the one before ends."""
        gone = np.concatenate(([0.0], np.abs(np.diff(self.places, axis=0)).sum(axis=1).cumsum()))
        turns = np.flatnonzero(np.diff(np.floor(gone / APART))) + 1  # spots that lie nearer make no difference
        kept = np.unique(np.concatenate(([0], turns, [len(gone) - 1])))
        dots = [QPointF(x, y) for x, y in self.places[kept].tolist()]
        parts = np.clip((1.0 - (now - self.times[kept]) / SECONDS) * PARTS, 0, PARTS - 1).astype(int)
        ends = [*np.flatnonzero(np.diff(parts)).tolist(), len(dots) - 1]
        painter.setBrush(Qt.BrushStyle.NoBrush)
        first = 0
        for end in ends:
            if end > first:
                painter.setPen(_pen(int(parts[end])))
                painter.drawPolyline(QPolygonF(dots[first : end + 1]))
            first = end

    def draw_beats(self, painter: QPainter, features: FeatureTrack, now: float) -> None:
        """A dot on each beat, a larger one on each bar."""
        first, last = self.times[0], self.times[-1]
        begin, end = np.searchsorted(features.beats, (first, last))
        beats = features.beats[begin:end]
        from_bar, to_bar = np.searchsorted(features.downbeats, (first - 0.01, last + 0.01))
        bars = set(np.round(features.downbeats[from_bar:to_bar], 3).tolist())
        after = np.clip(np.searchsorted(self.times, beats), 1, len(self.times) - 1)
        nearest = after - (beats - self.times[after - 1] < self.times[after] - beats)
        for beat, (x, y) in zip(beats.tolist(), self.places[nearest].tolist(), strict=True):
            share = 1.0 - (now - beat) / SECONDS
            painter.setPen(QPen(fade(_BLACK, 0.25 + 0.55 * share), 1.2))
            painter.setBrush(fade(STAGE.high, 0.25 + 0.7 * share))
            radius = 4.8 if round(beat, 3) in bars else 3.3
            painter.drawEllipse(QPointF(x, y), radius, radius)


def _pen(part: int) -> QPen:
    color = fade(STAGE.high, 0.12 + 0.78 * part / (PARTS - 1))
    return QPen(color, WIDTH, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.RoundJoin)


def _around(places: list[QPointF]) -> QRectF:
    xs, ys = [at.x() for at in places], [at.y() for at in places]
    left, top = min(xs), min(ys)
    return QRectF(left, top, max(xs) - left, max(ys) - top).adjusted(-_EDGE, -_EDGE, _EDGE, _EDGE)


def _origin(port: Port) -> QPointF:
    """Where the middle of the map's first cell is in the view."""
    return port.to_pixels(0.0, 0.0)
