"""What every lane of the timeline can do: know the axis, zoom by wheel, seek, snap to the beat."""

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPixmap, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from app.engine.show.show import Section
from app.ui.document import Document
from app.ui.studio import Studio
from app.ui.time_axis import TimeAxis

NEAR = 5
"""Pixels within which the mouse takes hold of a line."""


class Lane(QWidget):
    """One horizontal strip of the timeline (main thread)."""

    def __init__(self, document: Document, studio: Studio, axis: TimeAxis) -> None:
        super().__init__()
        self.document, self.studio, self.axis = document, studio, axis
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMouseTracking(True)
        self._drawn: QPixmap | None = None
        axis.changed.connect(self.refresh)

    def draw(self, painter: QPainter) -> None:
        """Paint the whole lane. How it looks follows from the axis, the song and the Show, never from the time."""
        raise NotImplementedError

    def refresh(self) -> None:
        """Something that is drawn has changed."""
        self._drawn = None
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.refresh()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The playhead passes 60 times a second: draw once, copy ever after."""
        if self._drawn is None:
            self._drawn = self.picture(self.draw)
        painter = QPainter(self)
        self.copy(painter, self._drawn, event.rect())
        painter.end()

    def picture(self, draw: Callable[[QPainter], None]) -> QPixmap:
        """What *draw* paints, kept at the screen's resolution."""
        dpr = self.devicePixelRatioF()
        kept = QPixmap(round(self.width() * dpr), round(self.height() * dpr))
        kept.setDevicePixelRatio(dpr)
        painter = QPainter(kept)
        draw(painter)
        painter.end()
        return kept

    def copy(self, painter: QPainter, kept: QPixmap, rect: QRect) -> None:
        """*rect* of *kept* onto the lane."""
        dpr = kept.devicePixelRatio()
        source = QRect(
            round(rect.x() * dpr), round(rect.y() * dpr), round(rect.width() * dpr), round(rect.height() * dpr)
        )
        painter.drawPixmap(rect, kept, source)

    def x(self, t: float) -> float:  # type: ignore[override]
        """Pixel of *t* seconds."""
        return self.axis.x_of(t, self.width())

    def t(self, x: float) -> float:
        """Seconds at pixel *x*."""
        return self.axis.t_of(x, self.width())

    @property
    def sections(self) -> tuple[Section, ...]:
        """The song's parts as they are now: the Show's own, else those that were heard."""
        session = self.studio.session
        return self.document.show.sections or (session.sections if session else ())

    def snapped(self, t: float, event: QMouseEvent, *, bars: bool = False) -> float:
        """The beat (or downbeat) within 8 px of *t*; *t* itself with Alt, or where none is near."""
        features = self.studio.song.features
        marks = None if features is None else (features.downbeats if bars else features.beats)
        if marks is None or not len(marks) or event.modifiers() & Qt.KeyboardModifier.AltModifier:
            return t
        nearest = float(marks[np.abs(marks - t).argmin()])
        return nearest if abs(self.x(nearest) - self.x(t)) <= 8 else t

    def visible(self, marks: "np.ndarray") -> "np.ndarray":
        """Those of *marks* (seconds) that the axis shows."""
        return marks[(marks >= self.axis.start) & (marks <= self.axis.end)]

    def wheelEvent(self, event: QWheelEvent) -> None:
        turn = event.angleDelta().y() or event.angleDelta().x()
        sideways = event.modifiers() & Qt.KeyboardModifier.ShiftModifier or event.angleDelta().y() == 0
        if sideways:
            self.axis.scroll(-turn / 1200.0 * self.axis.span)
        else:
            self.axis.zoom(self.t(event.position().x()), 0.8 ** (turn / 120.0))
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.studio.seek(self.t(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.studio.seek(self.t(event.position().x()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = (
            60.0 / self.studio.song.features.bpm if self.studio.song.features and self.studio.song.features.bpm else 0.5
        )
        moves = {Qt.Key.Key_Left: -step, Qt.Key.Key_Right: step}
        if event.key() in moves:
            self.studio.seek(self.studio.now() + moves[Qt.Key(event.key())])
        elif event.key() == Qt.Key.Key_Home:
            self.studio.seek(0.0)
        elif event.key() == Qt.Key.Key_End:
            self.studio.seek(self.studio.duration)
        else:
            super().keyPressEvent(event)
