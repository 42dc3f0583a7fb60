"""The live point and how far bass, mid and high reach round it."""

from collections.abc import Iterable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPainterPathStroker, QPen

from app.engine.audio.features import FeatureTrack
from app.ui.theme import STAGE, fade
from app.ui.widgets import paint

RADIUS = 7.0
ARCS = (("bass", 41.0, 3.0, 198.0), ("mid", 31.5, 2.6, 183.0), ("high", 22.0, 2.6, 160.0))
"""Source, radius, width and where the arc begins in degrees; it grows clockwise."""
FULL_ARC, STEPS = 300.0, 150
"""Degrees of the longest arc, and how many lengths there are below it."""
_EDGE = 2.0
_HALO, _BLACK = QColor(0, 0, 0, 150), QColor(0, 0, 0)


def levels_at(features: FeatureTrack | None, t: float) -> tuple[float, ...]:
    """Bass, mid and high at *t* seconds, 0..1."""
    if features is None:
        return (0.0,) * len(ARCS)
    step = max(round(t * features.rate), 0)
    curves = (features.curves[name] for name, *_rest in ARCS)
    return tuple(float(c[min(step, len(c) - 1)]) if len(c) else 0.0 for c in curves)


class Arcs:
    """Owns the outlines of arcs (main thread): to bend one is most of the work, and each length comes again."""

    def __init__(self) -> None:
        self._outlines: dict[tuple[int, float, int], QPainterPath] = {}

    def draw(self, painter: QPainter, at: QPointF, levels: Iterable[float]) -> None:
        """How far bass, mid and high reach now, round *at*."""
        painter.translate(at)
        for i, level in enumerate(levels):
            steps = round(STEPS * min(level, 1.0))
            if level < 0.01 or steps < 1:
                continue
            painter.fillPath(self._outline(i, _EDGE, steps), _HALO)
            painter.fillPath(self._outline(i, 0.0, steps), getattr(STAGE, ARCS[i][0]))
        painter.translate(-at)

    def _outline(self, which: int, more: float, steps: int) -> QPainterPath:
        key = (which, more, steps)
        if key not in self._outlines:
            _name, radius, width, start = ARCS[which]
            arc, box = QPainterPath(), QRectF(-radius, -radius, 2 * radius, 2 * radius)
            arc.arcMoveTo(box, start)
            arc.arcTo(box, start, -FULL_ARC * steps / STEPS)
            stroker = QPainterPathStroker()
            stroker.setWidth(width + more)
            stroker.setCapStyle(Qt.PenCapStyle.FlatCap)
            self._outlines[key] = stroker.createStroke(arc)
        return self._outlines[key]


def draw_live(painter: QPainter, at: QPointF, off: float, held: bool) -> None:
    """The live point; its halo is as wide as the picture is off the map. Held away from the path it is accent."""
    halo = min(off, 1.5) * 11.0
    if halo > 0.5:
        paint.dot(painter, at, RADIUS + 1.5 + halo, fade(STAGE.mark, 0.22))
    painter.setPen(QPen(_BLACK, 1.5))
    painter.setBrush(STAGE.accent if held else STAGE.mark)
    painter.drawEllipse(at, RADIUS + 0.5, RADIUS + 0.5)
