"""The ruler: bar numbers (seconds where there are no bars) and the loop."""

from itertools import takewhile

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QMouseEvent, QPainter

from app.ui.lane import NEAR, Lane
from app.ui.theme import STAGE, blend, fade, font
from app.ui.widgets import paint

PHRASE = 8
_BARS = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)
_SECONDS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1200)
_ROOM, _TICK_ROOM = 80, 5
"""Pixels that a number needs, and a tick."""


class RulerLane(Lane):
    """Click seeks, dragging along scrubs, up and down zooms; in the upper half, or with Shift, it makes the loop."""

    def __init__(self, *args: object) -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        self.setObjectName("rulerView")
        self.setAccessibleName("Ruler and loop")
        self.setToolTip("Click goes there, drag up or down zooms; drag along the upper half makes a loop")
        self._hold = ""
        self._from, self._anchor, self._last_y = QPointF(), 0.0, 0.0
        self.look_again()

    def shows(self) -> tuple[object, ...]:
        return self.studio.song.features, self.studio.duration, self.document.show.loop

    # --- picture

    def draw(self, painter: QPainter) -> None:
        painter.fillRect(self.rect(), STAGE.lane)
        self._draw_loop(painter)
        features = self.studio.song.features
        if features is not None and len(features.downbeats) > 1:
            self._draw_bars(painter, features.downbeats)
        elif self.studio.duration > 0:
            self._draw_seconds(painter)

    def _draw_loop(self, painter: QPainter) -> None:
        loop = self.document.show.loop
        if loop is None:
            return
        a, b = (round(self.x_of(t)) for t in loop)
        painter.fillRect(a, 0, b - a, self.height(), fade(STAGE.loop, 0.13))
        painter.fillRect(a, 0, b - a, 2, STAGE.loop)
        for x in (a, b - 2):
            painter.fillRect(x, 0, 2, 7, STAGE.loop)

    def _draw_bars(self, painter: QPainter, downbeats: NDArray[np.float64]) -> None:
        bar = float(np.median(np.diff(downbeats)))
        room = self.width() / self.axis.span * bar
        step = next((n for n in _BARS if room * n >= _ROOM), _BARS[-1])
        tick = next((n for n in _BARS if room * n >= _TICK_ROOM), _BARS[-1])
        bold = PHRASE if step < PHRASE else step * 4
        margin = _ROOM / max(room, 1e-6) * bar  # a number may begin left of the lane
        first = int(np.searchsorted(downbeats, self.axis.start - margin))
        first += -first % tick
        for i, t in enumerate(downbeats[first::tick].tolist()):
            if t > self.axis.end:
                break
            number = first + i * tick
            words = str(number + 1) if number % step == 0 else ""
            self._draw_mark(painter, round(self.x_of(t)), words, number % bold == 0)

    def _draw_seconds(self, painter: QPainter) -> None:
        room = self.width() / self.axis.span
        step = next((s for s in _SECONDS if room * s >= _ROOM), _SECONDS[-1])
        first = int(self.axis.start // step)
        for t in takewhile(lambda t: t <= self.axis.end, (n * step for n in range(first, first + 200))):
            self._draw_mark(painter, round(self.x_of(t)), f"{t // 60}:{t % 60:02d}", t % 60 == 0)

    def _draw_mark(self, painter: QPainter, x: int, words: str, strong: bool) -> None:
        low = self.height()
        tall = low // 2 if strong and words else 5
        color = STAGE.border_strong if strong and words else blend(STAGE.bg3, STAGE.border, 0.7)
        painter.fillRect(x, low - tall, 1, tall, color)
        if words:
            face, ink = (font(11, 600), STAGE.text) if strong else (font(11), STAGE.text3)
            paint.write(painter, QRectF(x + 5, 0, _ROOM, low - 1), words, face, ink)

    # --- hands

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        x = event.position().x()
        self._from, self._last_y = event.position(), event.position().y()
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        upper = shift or event.position().y() < self.height() / 2
        loop = self.document.show.loop
        self._hold = "loop?" if upper else "time?"
        self._anchor = self.snapped(self.t_of(x), event, bars=True)
        if loop is not None and upper:
            edges = [abs(x - self.x_of(edge)) for edge in loop]
            if min(edges) <= NEAR + 1:
                self._hold, self._anchor = "loop", loop[1 - int(np.argmin(edges))]

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if not event.buttons() & Qt.MouseButton.LeftButton:
            self._show_cursor(event)
            return
        away = event.position() - self._from
        if self._hold.endswith("?") and max(abs(away.x()), abs(away.y())) >= 4:
            along = abs(away.x()) >= abs(away.y())
            self._hold = ("loop" if self._hold == "loop?" else "scrub") if along else "zoom"
        t = self.t_of(event.position().x())
        if self._hold == "loop":
            self.studio.set_loop((self._anchor, self.snapped(t, event, bars=True)))
        elif self._hold == "scrub":
            self.studio.seek(t)
        elif self._hold == "zoom":
            self.axis.zoom(self.t_of(self._from.x()), 1.015 ** (self._last_y - event.position().y()))
        self._last_y = event.position().y()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._hold.endswith("?"):
            self.studio.seek(self.t_of(event.position().x()))
        if self._hold == "loop":
            self.document.end_merge()
        self._hold = ""

    def _show_cursor(self, event: QMouseEvent) -> None:
        loop, x = self.document.show.loop, event.position().x()
        edge = loop is not None and event.position().y() < self.height() / 2
        near = edge and loop is not None and min(abs(x - self.x_of(t)) for t in loop) <= NEAR + 1
        self.setCursor(Qt.CursorShape.SizeHorCursor if near else Qt.CursorShape.ArrowCursor)
