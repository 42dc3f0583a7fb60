"""The whole song in one strip: a colour a section, what was played dim, the visible stretch framed."""

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent, QPixmap

from app.ui.lane import Lane
from app.ui.theme import STAGE, fade, section_tint
from app.ui.wave_bands import WaveBands, wave_bands
from app.ui.widgets import paint


class OverviewLane(Lane):
    """Click seeks; dragging the frame moves the view (main thread). Its axis is always the whole song."""

    def __init__(self, *args: object) -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        self.setObjectName("overviewView")
        self.setAccessibleName("Overview of the song")
        self.playhead = 0.0
        self._strips: tuple[QPixmap, QPixmap] | None = None
        self._bands: WaveBands | None = None
        self._peaks: object = None
        self._look: tuple[object, ...] = ()
        self._grip: float | None = None
        self.studio.song_changed.connect(self.update)
        self.studio.session_changed.connect(self.update)
        self.document.changed.connect(self.update)

    def _x(self, t: float) -> float:
        return t / max(self.studio.duration, 1e-6) * self.width()

    def whole_t(self, x: float) -> float:
        """Seconds at pixel *x* of the whole song."""
        return x / max(self.width(), 1) * self.studio.duration

    def _pictures(self) -> tuple[QPixmap, QPixmap] | None:
        """The strip in full and in half brightness, drawn again only when something in it changed."""
        peaks = self.studio.song.peaks
        if peaks is None or self.studio.duration <= 0:
            return None
        look = (id(peaks), self.sections, self.width(), self.height())
        if look != self._look:
            if peaks is not self._peaks:
                self._peaks, self._bands = peaks, wave_bands(peaks)
            self._look, self._strips = look, (self._strip(1.0), self._strip(0.5))
        return self._strips

    def _strip(self, light: float) -> QPixmap:
        assert self._bands is not None
        picture = QImage(self.width(), self.height(), QImage.Format.Format_RGB32)
        picture.fill(STAGE.lane)
        columns = self._bands.columns(0.0, self.studio.duration, self.width())
        tall = np.clip(0.55 * columns[:, 0] + 0.3 * columns[:, 1] + 0.35 * columns[:, 2], 0.0, 1.0)
        painter = QPainter(picture)
        middle = self.height() / 2
        sections = self.sections
        labels = self._label_of(sections)
        for section in sections:
            index = (ord(section.label[:1].upper() or "A") - 65) % len(STAGE.sections)
            left, right = self._x(section.start), self._x(section.end)
            painter.fillRect(QRectF(left, 0, right - left, self.height()), fade(STAGE.sections[index], 0.42 * light))
        for x, h in enumerate(tall.tolist()):
            half = max(0.5, h * (middle - 2))
            painter.fillRect(QRectF(x, middle - half, 1, 2 * half), fade(section_tint(labels[x]), 0.92 * light))
        painter.end()
        return QPixmap.fromImage(picture)

    def _label_of(self, sections: tuple) -> list[str]:
        starts = [self._x(s.start) for s in sections]
        at = np.clip(np.searchsorted(starts, np.arange(self.width()), side="right") - 1, 0, max(len(sections) - 1, 0))
        return [sections[i].label if sections else "A" for i in at.tolist()]

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        pictures = self._pictures()
        if pictures is None:
            painter.fillRect(self.rect(), STAGE.lane)
            return
        split = round(self._x(self.playhead))
        painter.drawPixmap(0, 0, pictures[1], 0, 0, split, self.height())
        painter.drawPixmap(split, 0, pictures[0], split, 0, self.width() - split, self.height())
        painter.fillRect(QRectF(split, 0, 1, self.height()), STAGE.text_hi)
        if self.axis.span < self.studio.duration - 1e-3:
            paint.outline(painter, self._window(), STAGE.text_hi, 1)

    def _window(self) -> QRectF:
        left, right = self._x(self.axis.start), self._x(self.axis.end)
        return QRectF(left, 0, max(right - left, 6), self.height()).adjusted(0.5, 0.5, -0.5, -0.5)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        x = event.position().x()
        inside = self._window().contains(event.position()) and self.axis.span < self.studio.duration * 0.98
        on_edge = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        self._grip = self.whole_t(x) - self.axis.start if inside and not on_edge else None
        self._moved = False
        if self._grip is None:
            self._seek(x)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if not event.buttons() & Qt.MouseButton.LeftButton:
            return
        x = event.position().x()
        if self._grip is None:
            self._seek(x)
        else:
            self._moved = True
            self.axis.scroll(self.whole_t(x) - self._grip - self.axis.start)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._grip is not None and not self._moved:
            self._seek(event.position().x())
        self._grip = None

    def _seek(self, x: float) -> None:
        t = self.whole_t(x)
        self.axis.follow = True
        self.studio.seek(t)
        if not self.axis.start <= t <= self.axis.end:
            self.axis.show(t - self.axis.span / 4, t + 0.75 * self.axis.span)
