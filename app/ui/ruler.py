"""The ruler: bar numbers (seconds where there are no bars) and the loop."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QMouseEvent, QPainter

from app.ui.lane import NEAR, Lane
from app.ui.theme import STAGE, fade, font
from app.ui.widgets import paint

_STEPS = (1, 2, 4, 8, 16, 32, 64, 128)


class RulerLane(Lane):
    """Click or drag seeks; dragging in the upper half, or with Shift, makes the loop (main thread)."""

    def __init__(self, *args: object) -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        self.setObjectName("rulerView")
        self.setAccessibleName("Ruler and loop")
        self._hold = ""
        self._anchor = 0.0
        self.studio.song_changed.connect(self.refresh)
        self.document.changed.connect(self.refresh)

    def draw(self, painter: QPainter) -> None:
        painter.fillRect(self.rect(), STAGE.bg0)
        features = self.studio.song.features
        if features is not None and len(features.downbeats) > 1:
            self._paint_bars(painter, features.downbeats)
        elif self.studio.duration > 0:
            self._paint_seconds(painter)
        loop = self.document.show.loop
        if loop is not None:
            a, b = self.x(loop[0]), self.x(loop[1])
            painter.fillRect(QRectF(a, 0, b - a, self.height()), fade(STAGE.loop, 0.10))
            painter.fillRect(QRectF(a, 0, b - a, 2), STAGE.loop)
            for x in (a, b - 2):
                painter.fillRect(QRectF(x, 0, 2, 8), STAGE.loop)

    def _paint_bars(self, painter: QPainter, downbeats: "np.ndarray") -> None:
        bar = float(np.median(np.diff(downbeats)))
        gap = self.width() / self.axis.span * bar
        step = next((s for s in _STEPS if gap * s >= 46), _STEPS[-1])
        for i, t in enumerate(downbeats.tolist()):
            if not self.axis.start - bar * step <= t <= self.axis.end:
                continue
            x = self.x(t)
            if i % step == 0:
                phrase = i % 8 == 0
                painter.setPen(fade(STAGE.downbeat, 0.4 if phrase else 0.2))
                painter.drawLine(QPointF(x, 12), QPointF(x, self.height()))
                face, ink = (font(11, 600), STAGE.text) if phrase else (font(11), STAGE.text3)
                paint.write(painter, QRectF(x + 5, 1, 44, self.height()), str(i + 1), face, ink)

    def _paint_seconds(self, painter: QPainter) -> None:
        steps = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600)
        step = next((s for s in steps if self.width() / self.axis.span * s >= 56), steps[-1])
        t = int(self.axis.start // step) * step
        while t <= self.axis.end:
            x = self.x(t)
            painter.setPen(fade(STAGE.downbeat, 0.25))
            painter.drawLine(QPointF(x, 12), QPointF(x, self.height()))
            paint.write(painter, QRectF(x + 5, 1, 50, self.height()), f"{t // 60}:{t % 60:02d}", font(11), STAGE.text3)
            t += step

    def mousePressEvent(self, event: QMouseEvent) -> None:
        x, t = event.position().x(), self.t(event.position().x())
        loop = self.document.show.loop
        upper = event.position().y() < self.height() / 2 or event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        self._hold = ""
        if loop is not None and upper:
            edges = [abs(x - self.x(edge)) for edge in loop]
            if min(edges) <= NEAR + 1:
                self._hold, self._anchor = "loop", loop[1 - int(np.argmin(edges))]
                return
        if upper and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._hold, self._anchor = "loop", self.snapped(t, event, bars=True)
        elif upper:
            self._hold, self._anchor, self._from = "maybe", self.snapped(t, event, bars=True), x
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if not event.buttons() & Qt.MouseButton.LeftButton:
            return
        x = event.position().x()
        if self._hold == "maybe" and abs(x - self._from) > 6:
            self._hold = "loop"
        if self._hold == "loop":
            self.studio.set_loop((self._anchor, self.snapped(self.t(x), event, bars=True)))
        elif not self._hold:
            super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._hold == "maybe":
            self.studio.seek(self.t(event.position().x()))
        if self._hold:
            self.document.end_merge()
        self._hold = ""
