"""What every lane of the timeline can do: know the axis, zoom by wheel, seek, snap to the beat, draw once."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QRect, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from app.engine.show.show import Section
from app.ui.document import Document
from app.ui.looking import when_seen
from app.ui.studio import Studio
from app.ui.theme import STAGE
from app.ui.time_axis import TimeAxis
from app.ui.widgets import paint

NEAR = 5
"""Pixels within which the mouse takes hold of a line."""
SNAP = 8
"""Pixels within which a beat draws what is dragged to itself."""
WHITE = STAGE.mark
_MOVES = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End)


def section_color(label: str) -> QColor:
    """The ground of the song's parts called *label*."""
    return STAGE.sections[(ord(label[0].upper()) - ord("A")) % len(STAGE.sections) if label else 0]


class Lane(paint.KeyFocus, QWidget):
    """One horizontal strip of the timeline (main thread)."""

    keys: tuple[Qt.Key, ...] = ()
    """What this lane answers besides the moves of the playhead; it then stays away from the window's actions."""

    def __init__(self, document: Document, studio: Studio, axis: TimeAxis) -> None:
        super().__init__()
        self.document, self.studio, self.axis = document, studio, axis
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMouseTracking(True)
        self._drawn: QPixmap | None = None
        self._seen: tuple[object, ...] = ()
        axis.changed.connect(self.refresh)
        for changed in (studio.song_changed, studio.session_changed):
            changed.connect(when_seen(self.look_again))
        document.watch(self.look_again, "scene", "sections", "loop", "film", "grid")

    # --- picture

    def draw(self, painter: QPainter) -> None:
        """Paint the whole lane. How it looks follows from the axis, the song and the Show, never from the time."""
        raise NotImplementedError

    def shows(self) -> tuple[object, ...]:
        """What of Show, song and Session is drawn: where something else changes, nothing is drawn again."""
        return ()

    def refresh(self) -> None:
        """Something that is drawn has changed."""
        self._drawn = None
        self.update()

    def look_again(self, _show: object = None) -> None:
        """Draw again if something that is drawn has changed."""
        seen = self.shows()
        if seen != self._seen:
            self._seen = seen
            self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.refresh()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:  # another theme
            self.refresh()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The playhead passes 60 times a second: draw once, copy ever after."""
        if self._drawn is None:
            self._drawn = self.picture(self.draw)
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._drawn)  # no more of it than was asked for
        self.ring(painter)
        painter.end()

    def ring(self, painter: QPainter) -> None:
        """Where the keys go, once they have been used to come here."""
        if self.ringed():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            paint.focus_ring(painter, self.rect(), 3)

    def picture(self, draw: Callable[[QPainter], None], *, opaque: bool = True) -> QPixmap:
        """What *draw* paints, kept at the screen's resolution."""
        dpr = self.devicePixelRatioF()
        kept = QPixmap(round(self.width() * dpr), round(self.height() * dpr))
        kept.setDevicePixelRatio(dpr)
        if not opaque:
            kept.fill(Qt.GlobalColor.transparent)
        painter = QPainter(kept)
        draw(painter)
        painter.end()
        return kept

    def copy(self, painter: QPainter, kept: QPixmap, rect: QRect) -> None:
        """*rect* of *kept* onto the lane."""
        dpr = kept.devicePixelRatio()
        source = QRectF(rect.x() * dpr, rect.y() * dpr, rect.width() * dpr, rect.height() * dpr)
        painter.drawPixmap(QRectF(rect), kept, source)

    # --- time

    def x_of(self, t: float) -> float:
        """Pixel of *t* seconds."""
        return self.axis.x_of(t, self.width())

    def t_of(self, x: float) -> float:
        """Seconds at pixel *x*."""
        return self.axis.t_of(x, self.width())

    def visible(self, marks: NDArray[np.float64], margin: float = 0.0) -> NDArray[np.float64]:
        """Those of *marks* (seconds, rising) that the axis shows, and *margin* seconds round it."""
        first, last = np.searchsorted(marks, [self.axis.start - margin, self.axis.end + margin])
        return marks[first:last]

    @property
    def sections(self) -> tuple[Section, ...]:
        """The song's parts as they are now: the Show's own, else those that were heard."""
        session = self.studio.session
        return self.document.show.sections or (session.sections if session else ())

    def section_at(self, t: float) -> int:
        """The part of the song that *t* seconds lies in; -1 outside."""
        return next((i for i, s in enumerate(self.sections) if s.start <= t < s.end), -1)

    def snapped(self, t: float, event: QMouseEvent, *, bars: bool = False) -> float:
        """The beat (or downbeat) within reach of *t*; *t* itself with Alt, where none is near, or where none snaps."""
        features = self.studio.song.features
        marks = None if features is None else (features.downbeats if bars else features.beats)
        freely = not self.axis.snaps or bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        if marks is None or not len(marks) or freely:
            return t
        nearest = float(marks[np.abs(marks - t).argmin()])
        return nearest if abs(self.x_of(nearest) - self.x_of(t)) <= SNAP else t

    # --- hands

    def wheelEvent(self, event: QWheelEvent) -> None:
        turn = event.angleDelta().y() or event.angleDelta().x()
        sideways = event.modifiers() & Qt.KeyboardModifier.ShiftModifier or event.angleDelta().y() == 0
        if sideways:
            self.axis.scroll(-turn / 1200.0 * self.axis.span)
        else:
            about = min(max(self.t_of(event.position().x()), self.axis.start), self.axis.end)
            self.axis.zoom(about, 0.8 ** (turn / 120.0))
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.studio.seek(self.t_of(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.studio.seek(self.t_of(event.position().x()))

    def event(self, event: QEvent) -> bool:
        """With the focus here, this lane's keys are not the window's."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride and self._answers(event):
            event.accept()
            return True
        return super().event(event)

    def _answers(self, event: QKeyEvent) -> bool:
        return not event.modifiers() and event.key() in (*_MOVES, *self.keys)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        features = self.studio.song.features
        beat = 60.0 / features.bpm if features and features.bpm else 0.5
        where = {Qt.Key.Key_Left: self.studio.now() - beat, Qt.Key.Key_Right: self.studio.now() + beat,
                 Qt.Key.Key_Home: 0.0, Qt.Key.Key_End: self.studio.duration}  # fmt: skip
        if event.key() in _MOVES:
            self.studio.seek(where[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)
