"""One destination over time, as the Score has it: what the routes make of the sound."""

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter, QPen, QPolygonF

from app.engine.show.routes import CONTROL_RATE
from app.ui.lane import Lane
from app.ui.theme import STAGE, fade


class CurveLane(Lane):
    """Paints the baked curve of *destination* across the view (main thread)."""

    def __init__(self, *args: object) -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        self.setObjectName("curveView")
        self.destination = "pulse"
        self.setAccessibleName("Pulse over time")
        self.studio.session_changed.connect(self.refresh)

    def show_destination(self, name: str) -> None:
        """Draw another destination."""
        self.destination = name
        self.setAccessibleName(f"{name} over time".capitalize())
        self.refresh()

    def heights(self, width: int) -> np.ndarray:
        """``(width // 2,)`` in 0..1: the tallest of every two pixels' stretch, against the song's tallest."""
        session = self.studio.session
        if session is None:
            return np.zeros(0)
        curve = session.score.curve(self.destination)
        low, high = min(0.0, float(curve.min())), float(curve.max())
        edges = (self.axis.start + np.arange(width // 2 + 1) * 2 / width * self.axis.span) * CONTROL_RATE
        edges = np.clip(edges.astype(np.int64), 0, len(curve) - 1)
        tallest = np.maximum.reduceat(curve, np.minimum(edges[:-1], len(curve) - 1))
        tallest = np.where(edges[1:] > edges[:-1], tallest, curve[edges[:-1]])
        return (tallest - low) / max(high - low, 1e-6)

    def draw(self, painter: QPainter) -> None:
        painter.fillRect(self.rect(), STAGE.bg0)
        heights = self.heights(self.width())
        if not len(heights):
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        base, tall = self.height() - 3.0, self.height() - 6.0
        line = [QPointF(2.0 * i, base - tall * h) for i, h in enumerate(heights.tolist())]
        painter.setPen(QPen(fade(STAGE.automation, 0.9), 1))
        painter.drawPolyline(QPolygonF(line))
