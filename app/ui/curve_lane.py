"""One destination over time, as the Score has it: what the routes make of the sound."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QPainter

from app.engine.show.ends import destination_name
from app.engine.show.routes import CONTROL_RATE
from app.engine.show.score import Score
from app.ui.lane import Lane
from app.ui.theme import STAGE, fade
from app.ui.traces import image, line_picture


class CurveLane(Lane):
    """Paints the baked curve of *destination* across the view (main thread)."""

    def __init__(self, *args: object) -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        self.setObjectName("curveView")
        self.show_destination("pulse")

    def shows(self) -> tuple[object, ...]:
        return (self.studio.session.score if self.studio.session else None), self.destination

    def show_destination(self, name: str) -> None:
        """Draw another destination."""
        self.destination = name
        self.setAccessibleName(f"{destination_name(name, self.studio.document.show.scene)} over time")
        self.look_again()

    def heights(self, width: int) -> NDArray[np.float32]:
        """``(width,)`` in 0..1: the tallest of each pixel's stretch, against the song's lowest and tallest."""
        session = self.studio.session
        if session is None or not isinstance(session.score, Score):
            return np.zeros(0, np.float32)  # what is live has no curve beforehand
        curve = session.score.curve(self.destination)
        low, high = float(curve.min()), float(curve.max())
        if high - low < 1e-6:
            return np.full(width, 0.5, np.float32)
        at = (self.axis.start + np.arange(width + 1) / width * self.axis.span) * CONTROL_RATE
        if self.axis.span * CONTROL_RATE < width:  # closer than one step a pixel
            values = np.interp(at[:-1], np.arange(len(curve)), curve)
        else:
            values = np.maximum.reduceat(curve, np.clip(at.astype(np.int64), 0, len(curve) - 1))[:-1]
        return np.asarray((values - low) / (high - low), np.float32)

    def draw(self, painter: QPainter) -> None:
        painter.fillRect(self.rect(), STAGE.bg0)
        dpr = self.devicePixelRatioF()
        width, height = round(self.width() * dpr), round(self.height() * dpr)
        heights = self.heights(width + 1)
        if len(heights):
            ys = (self.height() - 4 - (self.height() - 8) * heights) * dpr
            painter.drawImage(0, 0, image(line_picture(ys, height, fade(STAGE.automation, 0.8), 1.2 * dpr), dpr))
