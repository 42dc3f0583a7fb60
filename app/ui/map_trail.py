"""Where the live point was in the last seconds, as a line that fades into the past."""

from collections import deque

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap, QPolygonF

from app.engine.audio.features import FeatureTrack
from app.ui.map_places import Spot
from app.ui.map_port import Port
from app.ui.theme import STAGE, fade

SECONDS, STEP = 4.0, 0.045
EVERY = 0.12
"""Seconds of song after which all of it is drawn anew; until then only what is newer is added."""
APART = 0.5
"""Pixels between spots that make a difference to the line."""
WIDTH, PARTS = 2.4, 8
_EDGE, _ROOM = 8, 48
"""Pixels that dots and line reach beyond the spots, and pixels around the view that are drawn for when it slides."""
_BLACK = QColor(0, 0, 0)


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
        return (before | self._drawn_box).translated(_origin(port)).toAlignedRect()

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
        places = [QPointF(spot.x * port.scale, spot.y * port.scale) for spot in kept]
        seen = QRectF(-_ROOM, -_ROOM, port.width + 2 * _ROOM, port.height + 2 * _ROOM).translated(-_origin(port))
        box = _around(places) & seen if len(places) > 1 else QRectF()
        if box.width() <= 2 * _EDGE + APART and box.height() <= 2 * _EDGE + APART:
            return
        box = QRectF(box.toAlignedRect())
        self._drawn, self._drawn_box = QPixmap((box.size() * dpr).toSize()), box
        self._drawn.setDevicePixelRatio(dpr)
        self._drawn.fill(Qt.GlobalColor.transparent)
        painter = QPainter(self._drawn)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(-box.topLeft())
        self._draw_line(painter, kept, places)
        if features is not None:
            _draw_beats(painter, (kept, places), features, self._drawn_t)
        painter.end()

    def _draw_line(self, painter: QPainter, kept: list[Spot], places: list[QPointF]) -> None:
        """One line a part, each of its own strength, beginning where the one before ends."""
        now, lines = self._drawn_t, [[places[0]]]
        before = _part(now - kept[0].t)
        strengths = [before]
        for spot, at in zip(kept[1:], places[1:], strict=True):
            last = lines[-1][-1]
            if (at - last).manhattanLength() < APART and spot is not kept[-1]:
                continue
            part = _part(now - spot.t)
            if part != before:
                lines.append([last])
                strengths.append(part)
                before = part
            lines[-1].append(at)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for line, strength in zip(lines, strengths, strict=True):
            if len(line) > 1:
                painter.setPen(_pen(strength))
                painter.drawPolyline(QPolygonF(line))


def _part(age: float) -> int:
    """Which part of the line a spot so many seconds ago belongs to, the newest the highest."""
    return min(PARTS - 1, max(0, int((1.0 - age / SECONDS) * PARTS)))


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


def _draw_beats(painter: QPainter, line: tuple[list[Spot], list[QPointF]], features: FeatureTrack, now: float) -> None:
    """A dot on each beat, a larger one on each bar."""
    spots, places = line
    first, last = spots[0].t, spots[-1].t
    times = np.array([spot.t for spot in spots])
    begin, end = np.searchsorted(features.beats, (first, last))
    beats = features.beats[begin:end]
    from_bar, to_bar = np.searchsorted(features.downbeats, (first - 0.01, last + 0.01))
    bars = set(np.round(features.downbeats[from_bar:to_bar], 3).tolist())
    nearest = np.clip(np.searchsorted(times, beats), 1, len(times) - 1)
    nearest = nearest - (beats - times[nearest - 1] < times[nearest] - beats)
    for beat, at in zip(beats.tolist(), nearest.tolist(), strict=True):
        share = 1.0 - (now - beat) / SECONDS
        painter.setPen(QPen(fade(_BLACK, 0.25 + 0.55 * share), 1.2))
        painter.setBrush(fade(STAGE.high, 0.25 + 0.7 * share))
        radius = 4.8 if round(beat, 3) in bars else 3.3
        painter.drawEllipse(places[at], radius, radius)
