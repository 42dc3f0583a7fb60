"""The whole song in one strip: a colour a section, what was played dim, the visible stretch framed."""

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPixmap

from app.ui.lane import WHITE, Lane, section_color
from app.ui.theme import STAGE, fade, section_tint
from app.ui.traces import image, strip_picture
from app.ui.wave_bands import Heights, WaveBands, wave_bands
from app.ui.wave_colors import FIRST, mixed

if TYPE_CHECKING:
    from app.engine.audio.peaks import Peaks

GROUND, WAVE, PAST, OUTSIDE = 0.42, 0.95, 0.5, 0.35
"""Strength of a section's colour behind the wave and in it, light of what was played, darkness outside the view."""
NARROWEST = 6


class OverviewLane(Lane):
    """Click seeks; dragging the frame moves the view (main thread). It always shows the whole song."""

    def __init__(self, *args: object) -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        self.setObjectName("overviewView")
        self.setAccessibleName("Overview of the song")
        self.setAccessibleDescription("Click to go there; drag the frame to move the view")
        self.playhead = 0.0
        self._peaks: Peaks | None = None
        self._bands: WaveBands | None = None
        self._past: QPixmap | None = None
        self._grip: float | None = None
        self.colors = FIRST
        self._moved = False
        self.axis.changed.disconnect(self.refresh)
        self.axis.changed.connect(self.update)
        self.look_again()

    def shows(self) -> tuple[object, ...]:
        return self.studio.song.peaks, self.studio.duration, self.sections

    def x_of(self, t: float) -> float:
        """Pixel of *t* seconds in the whole song."""
        return t / max(self.studio.duration, 1e-6) * self.width()

    def t_of(self, x: float) -> float:
        """Seconds at pixel *x* of the whole song."""
        return x / max(self.width(), 1) * self.studio.duration

    def move_playhead(self, t: float) -> None:
        """The song is at *t* seconds."""
        before, after = round(self.x_of(self.playhead)), round(self.x_of(t))
        self.playhead = t
        if before != after:
            self.update(QRect(min(before, after) - 2, 0, abs(after - before) + 5, self.height()))

    # --- picture

    def draw(self, painter: QPainter) -> None:
        self._draw(painter, 1.0)

    def _draw_past(self, painter: QPainter) -> None:
        self._draw(painter, PAST)

    def _draw(self, painter: QPainter, light: float) -> None:
        painter.fillRect(self.rect(), STAGE.lane)
        peaks = self.studio.song.peaks
        if peaks is None or self.studio.duration <= 0:
            return
        if peaks is not self._peaks:
            self._peaks, self._bands = peaks, wave_bands(peaks)
        assert self._bands is not None
        dpr = self.devicePixelRatioF()
        width, height = round(self.width() * dpr), round(self.height() * dpr)
        columns = self._bands.columns(0.0, self.studio.duration, width)
        tall = np.clip(0.7 * columns[:, 0] + 0.4 * columns[:, 1] + 0.4 * columns[:, 2], 0.0, 1.0)
        tall = np.maximum(tall * (height / 2 - 3 * dpr), 0.6 * dpr).astype(np.float32)
        tint = self._tint(columns, light)
        if self.sections:
            painter.fillRect(self.rect(), STAGE.bg0)
        for section in self.sections:
            x0, x1 = round(self.x_of(section.start)), round(self.x_of(section.end))
            painter.fillRect(x0 + (x0 > 0), 0, x1 - x0, self.height(), fade(section_color(section.label), GROUND))
            if self.colors == FIRST:
                tint[round(x0 * dpr) : round(x1 * dpr)] = _bgra(section_tint(section.label), light)
        painter.drawImage(0, 0, image(strip_picture(tall, height, tint * WAVE), dpr))

    def _tint(self, columns: Heights, light: float) -> Heights:
        """The colour of each column, where its section gives it none: one for all, or what its bands mix to."""
        tint = np.empty((len(columns), 4), np.float32)
        tint[:] = _bgra(STAGE.text2 if self.colors == "mono" else section_tint("A"), light)
        if self.colors == "rgb":
            tint[:, :3] = mixed(columns) * np.float32(light)
        return tint

    def set_colors(self, how: str) -> None:
        """Be coloured as in WAVES; three bands have no room here, and sections have their own colours."""
        if how != self.colors:
            self.colors = how
            self.refresh()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._drawn is None or self._past is None:
            self._drawn, self._past = self.picture(self.draw), self.picture(self._draw_past)
        painter = QPainter(self)
        split = min(max(round(self.x_of(self.playhead)), 0), self.width())
        past, future = QRect(0, 0, split, self.height()), QRect(split, 0, self.width() - split, self.height())
        for picture, part in ((self._past, past), (self._drawn, future)):
            if not (seen := part.intersected(event.rect())).isEmpty():
                self.copy(painter, picture, seen)
        if self.studio.duration > 0:
            self._draw_window(painter)
            painter.fillRect(split - 1, 0, 3, self.height(), STAGE.bg0)
            painter.fillRect(split, 0, 1, self.height(), WHITE)
        painter.end()

    def _draw_window(self, painter: QPainter) -> None:
        """The stretch that the lanes below show; nothing while it is all of the song."""
        window = self._window()
        if self.axis.span >= self.studio.duration - 1e-3:
            return
        dark = fade(STAGE.bg0, OUTSIDE)
        painter.fillRect(0, 0, window.left(), self.height(), dark)
        painter.fillRect(window.right() + 1, 0, self.width() - window.right() - 1, self.height(), dark)
        painter.setPen(STAGE.text)
        painter.drawRect(window.adjusted(0, 0, -1, -1))

    def _window(self) -> QRect:
        left, right = round(self.x_of(self.axis.start)), round(self.x_of(self.axis.end))
        return QRect(left, 0, max(right - left, NARROWEST), self.height())

    # --- hands

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        inside = self._window().contains(event.position().toPoint()) and self.axis.span < self.studio.duration * 0.98
        self._grip = self.t_of(event.position().x()) - self.axis.start if inside else None
        self._moved = False
        if self._grip is None:
            self._seek(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        x = event.position().x()
        if not event.buttons() & Qt.MouseButton.LeftButton:
            return
        if self._grip is None:
            self._seek(x)
            return
        to = self.t_of(x) - self._grip
        self._moved = self._moved or abs(self.x_of(to) - self.x_of(self.axis.start)) >= 2
        if self._moved:
            self.axis.scroll(to - self.axis.start)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._grip is not None and not self._moved:
            self._seek(event.position().x())
        self._grip = None

    def _seek(self, x: float) -> None:
        t = min(max(self.t_of(x), 0.0), self.studio.duration)
        self.axis.follow = True
        if not self.axis.start <= t <= self.axis.end:
            self.axis.show(t - self.axis.span / 4, t + 0.75 * self.axis.span)
        self.studio.seek(t)


def _bgra(color: QColor, light: float) -> tuple[float, float, float, float]:
    """*color* at *light*, premultiplied, in the byte order of a picture."""
    return color.blue() * light, color.green() * light, color.red() * light, 255.0 * light
