"""What stands on the map: numbered Points, the trail, the arcs of the sound and the live point."""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPainterPath, QPen, QPixmap

from app.engine.audio.features import FeatureTrack
from app.ui.map_places import Spot
from app.ui.map_port import Port
from app.ui.theme import STAGE, fade, font
from app.ui.thumbs import smooth
from app.ui.widgets import paint

THUMB, EDGE, BADGE = 28, 3, 16
BOX = THUMB + 2 * EDGE
SPRITE = BOX + 14
LIVE_RADIUS = 7.0
ARCS = (("bass", 41.0, 3.0, 198.0), ("mid", 31.5, 2.6, 183.0), ("high", 22.0, 2.6, 160.0))
"""Source, radius, width and where the arc begins in degrees; it grows clockwise."""
FULL_ARC = 300.0
TRAIL_SECONDS, TRAIL_STEP = 4.0, 0.045
APART = 0.5
"""Pixels between spots of the trail that make a difference to its line."""
_HALO, _WHITE, _BLACK = QColor(0, 0, 0, 150), STAGE.mark, QColor(0, 0, 0)


@dataclass(frozen=True)
class Stop:
    """Points that stand at one spot of the map: their indices, where, and the colour of their part of the song."""

    indices: tuple[int, ...]
    x: float
    y: float
    tint: QColor = field(compare=False)

    @property
    def label(self) -> str:
        """Their numbers: ``1``, ``1·5`` or, when there are many, ``1·5·+2``."""
        numbers = [str(i + 1) for i in self.indices]
        return "·".join(numbers if len(numbers) <= 3 else [*numbers[:2], f"+{len(numbers) - 2}"])


def stops(places: Sequence[tuple[float, float]], tints: Sequence[QColor], scale: float) -> list[Stop]:
    """Points whose pictures would cover one another (nearer than half a thumb at *scale*), as one stop each."""
    groups: list[list[int]] = []
    for i, (x, y) in enumerate(places):
        for group in groups:
            gx, gy = places[group[0]]
            if (x - gx) ** 2 + (y - gy) ** 2 < (THUMB / 2 / scale) ** 2:
                group.append(i)
                break
        else:
            groups.append([i])
    return [Stop(tuple(group), *places[group[0]], tints[group[0]]) for group in groups]


class Sprites:
    """Pictures of stops with edge and number, each drawn once (main thread)."""

    def __init__(self) -> None:
        self._made: dict[tuple[object, ...], QPixmap] = {}

    def of(self, stop: Stop, picture: QPixmap | None, chosen: bool, dpr: float) -> QPixmap:
        """The sprite of *stop*; the box of its picture is in its lower right, see ``corner``."""
        key = (stop.label, stop.tint.rgb(), picture.cacheKey() if picture is not None else 0, chosen, dpr, STAGE.name)
        if key not in self._made:
            if len(self._made) > 200:
                self._made.clear()
            self._made[key] = _sprite(stop, picture, chosen, dpr)
        return self._made[key]


def _sprite(stop: Stop, picture: QPixmap | None, chosen: bool, dpr: float) -> QPixmap:
    face = font(11, 700)
    words = max(BADGE, QFontMetrics(face).horizontalAdvance(stop.label) + 9)
    wide = max(SPRITE, words + 2)
    made = QPixmap(round(wide * dpr), round(SPRITE * dpr))
    made.setDevicePixelRatio(dpr)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    box = QRectF(7, 7, BOX, BOX)
    paint.fill(painter, box.adjusted(-1, -1, 1, 1), QColor(0, 0, 0, 170), 6)
    paint.fill(painter, box, STAGE.bg0, 5)
    if picture is not None and not picture.isNull():
        clip = QPainterPath()
        clip.addRoundedRect(box.adjusted(2, 2, -2, -2), 3, 3)
        painter.setClipPath(clip)
        painter.drawPixmap(QPointF(box.x() + 2, box.y() + 2), smooth(picture, BOX - 4, dpr))
        painter.setClipping(False)
    paint.outline(painter, box, _WHITE if chosen else stop.tint, 5, 2)
    number = QRectF(1, 1, words, BADGE)
    paint.fill(painter, number, STAGE.bg0, BADGE / 2)
    paint.write(painter, number, stop.label, face, STAGE.text_hi, paint.CENTER)
    painter.end()
    return made


def corner(port: Port, stop: Stop) -> QPointF:
    """Where the sprite of *stop* begins."""
    return port.to_pixels(stop.x, stop.y) - QPointF(7 + BOX / 2, 7 + BOX / 2)


def thumb_box(port: Port, stop: Stop) -> QRectF:
    """Where the picture of *stop* is pressed."""
    at = port.to_pixels(stop.x, stop.y)
    return QRectF(at.x() - BOX / 2, at.y() - BOX / 2, BOX, BOX)


def levels_at(features: FeatureTrack | None, t: float) -> tuple[float, ...]:
    """Bass, mid and high at *t* seconds, 0..1."""
    if features is None:
        return (0.0,) * len(ARCS)
    step = max(round(t * features.rate), 0)
    curves = (features.curves[name] for name, *_rest in ARCS)
    return tuple(float(c[min(step, len(c) - 1)]) if len(c) else 0.0 for c in curves)


def draw_arcs(painter: QPainter, at: QPointF, levels: Iterable[float]) -> None:
    """How far bass, mid and high reach now, as arcs round the live point."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for (name, radius, width, start), level in zip(ARCS, levels, strict=True):
        if level < 0.01:
            continue
        box = QRectF(at.x() - radius, at.y() - radius, 2 * radius, 2 * radius)
        for color, more in ((_HALO, 2.0), (getattr(STAGE, name), 0.0)):
            painter.setPen(QPen(color, width + more, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
            painter.drawArc(box, round(16 * start), -round(16 * FULL_ARC * min(level, 1.0)))


def draw_live(painter: QPainter, at: QPointF, off: float, held: bool) -> None:
    """The live point; its halo is as wide as the picture is off the map. Held away from the path it is accent."""
    halo = min(off, 1.5) * 11.0
    if halo > 0.5:
        paint.dot(painter, at, LIVE_RADIUS + 1.5 + halo, fade(_WHITE, 0.22))
    painter.setPen(QPen(_BLACK, 1.5))
    painter.setBrush(STAGE.accent if held else _WHITE)
    painter.drawEllipse(at, LIVE_RADIUS + 0.5, LIVE_RADIUS + 0.5)


class Trail:
    """Where the live point was in the last seconds (main thread); a jump in time begins a new one."""

    def __init__(self) -> None:
        self.spots: deque[Spot] = deque(maxlen=120)

    def add(self, spot: Spot) -> None:
        """The newest spot."""
        last = self.spots[-1].t if self.spots else spot.t
        if not 0.0 <= spot.t - last < 0.5:
            self.spots.clear()
        while self.spots and self.spots[0].t < spot.t - TRAIL_SECONDS:
            self.spots.popleft()
        if len(self.spots) > 1 and spot.t - self.spots[-2].t < TRAIL_STEP:
            self.spots.pop()
        self.spots.append(spot)

    def draw(self, painter: QPainter, port: Port, features: FeatureTrack | None) -> None:
        """A line that fades into the past, with a dot on each beat and a larger one on each bar."""
        if len(self.spots) < 2:
            return
        now, parts = self.spots[-1].t, 8
        paths = [QPainterPath() for _ in range(parts)]
        last: QPointF | None = None
        for spot in self.spots:
            at = port.to_pixels(spot.x, spot.y)
            part = paths[min(parts - 1, int((1.0 - (now - spot.t) / TRAIL_SECONDS) * parts))]
            if last is not None:
                if (at - last).manhattanLength() < APART and spot is not self.spots[-1]:
                    continue
                if part.isEmpty():
                    part.moveTo(last)
                part.lineTo(at)
            last = at
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for i, path in enumerate(paths):
            color = fade(STAGE.high, 0.12 + 0.78 * i / (parts - 1))
            painter.setPen(QPen(color, 2.4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.RoundJoin))
            painter.drawPath(path)
        if features is not None:
            self._draw_beats(painter, port, features)

    def _draw_beats(self, painter: QPainter, port: Port, features: FeatureTrack) -> None:
        first, now = self.spots[0].t, self.spots[-1].t
        times = np.array([s.t for s in self.spots])
        begin, end = np.searchsorted(features.beats, (first, now))
        from_bar, to_bar = np.searchsorted(features.downbeats, (first - 0.01, now + 0.01))
        bars = set(np.round(features.downbeats[from_bar:to_bar], 3).tolist())
        for beat in features.beats[begin:end].tolist():
            spot = self.spots[int(np.argmin(np.abs(times - beat)))]
            share = 1.0 - (now - beat) / TRAIL_SECONDS
            painter.setPen(QPen(fade(_BLACK, 0.25 + 0.55 * share), 1.2))
            painter.setBrush(fade(STAGE.high, 0.25 + 0.7 * share))
            radius = 4.8 if round(beat, 3) in bars else 3.3
            painter.drawEllipse(port.to_pixels(spot.x, spot.y), radius, radius)
