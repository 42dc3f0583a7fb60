"""The waveform: three bands in their colours, past dim and future bright, beats and the export range on top."""

from collections import OrderedDict
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent, QPixmap, QPolygonF

from app.ui.lane import NEAR, Lane
from app.ui.theme import STAGE, fade, font
from app.ui.wave_bands import WaveBands, painted, wave_bands
from app.ui.widgets import paint

if TYPE_CHECKING:
    from app.engine.audio.peaks import Peaks

TILE, KEPT = 512, 64
PAST = 0.5
OUTSIDE = 0.28
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class Tiles:
    """Owns rendered pieces of the waveform, 512 px wide, at the zoom of now; the oldest of 64 makes room."""

    def __init__(self) -> None:
        self._tiles: OrderedDict[int, QImage] = OrderedDict()
        self._look: tuple[object, ...] = ()

    def tile(self, bands: WaveBands, index: int, seconds_a_pixel: float, height: int) -> QImage:
        """Piece *index*: pixels index * 512 onwards from the song's start."""
        look = (id(bands), seconds_a_pixel, height)
        if look != self._look:
            self._tiles.clear()
            self._look = look
        if index not in self._tiles:
            width = TILE * seconds_a_pixel
            columns = bands.columns(index * width, (index + 1) * width, TILE)
            colors = (STAGE.bass.rgba(), STAGE.mid.rgba(), STAGE.high.rgba())
            pixels = np.ascontiguousarray(painted(columns, height, colors))
            image = QImage(pixels.data, TILE, height, TILE * 4, QImage.Format.Format_ARGB32_Premultiplied).copy()
            self._tiles[index] = image
            while len(self._tiles) > KEPT:
                self._tiles.popitem(last=False)
        return self._tiles[index]


class WaveformLane(Lane):
    """Paints the waveform (main thread); in the export workspace it also holds the film's range."""

    def __init__(self, *args: object) -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        self.setObjectName("waveformView")
        self.setAccessibleName("Waveform")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._tiles = Tiles()
        self._peaks: Peaks | None = None
        self._bands: WaveBands | None = None
        self.playhead = 0.0
        self.exporting = False
        self._hold = ""
        self._past: QPixmap | None = None
        self.studio.song_changed.connect(self._song_changed)
        self.studio.session_changed.connect(self.refresh)
        self.document.changed.connect(self.refresh)
        self._song_changed()

    def _song_changed(self) -> None:
        peaks = self.studio.song.peaks
        if peaks is not self._peaks:
            self._peaks = peaks
            self._bands = None if peaks is None else wave_bands(peaks)
        self.refresh()

    def film_range(self) -> tuple[float, float]:
        """Start and end of the film in seconds."""
        film = self.document.show.film
        end = min(film.end, self.studio.duration) if film.end > 0 else self.studio.duration
        return min(film.start, end), end

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._drawn is None:
            self._drawn, self._past = self.picture(self.draw), self.picture(self._draw_past)
        painter = QPainter(self)
        split = -1 if self.exporting else min(max(round(self.x(self.playhead)), -1), self.width())
        past, future = QRect(0, 0, split, self.height()), QRect(split, 0, self.width() - split, self.height())
        for picture, part in ((self._past, past), (self._drawn, future)):
            if picture is not None and (seen := part.intersected(event.rect())).isValid():
                self.copy(painter, picture, seen)
        painter.end()

    def _draw_past(self, painter: QPainter) -> None:
        self._paint(painter, PAST)

    def draw(self, painter: QPainter) -> None:
        self._paint(painter, 1.0)

    def _paint(self, painter: QPainter, light: float) -> None:
        """Everything, the wave at *light*."""
        painter.fillRect(self.rect(), STAGE.lane)
        if self._bands is None:
            words = "Drop a song anywhere" if not self.studio.song.name else self._reading()
            paint.write(painter, QRectF(self.rect()), words, font(13), STAGE.text3, Qt.AlignmentFlag.AlignCenter)
            return
        self._paint_sections(painter)
        self._paint_beats(painter)
        if self.exporting:
            a, b = (self.x(t) for t in self.film_range())
            self._paint_wave(painter, 0.0, a, OUTSIDE)
            self._paint_wave(painter, a, b, 1.0)
            self._paint_wave(painter, b, self.width(), OUTSIDE)
            self._paint_range(painter, a, b)
        else:
            self._paint_wave(painter, 0.0, self.width(), light)
        if self.studio.song.progress is not None:
            box = QRectF(10, 6, self.width() - 20, 16)
            paint.write(painter, box, self._reading(), font(11), STAGE.text2, _RIGHT)

    def _reading(self) -> str:
        done = self.studio.song.progress
        return "Reading the song" if done is None else f"Listening {done:.0%}"

    def _paint_sections(self, painter: QPainter) -> None:
        for section in self.sections:
            x0, x1 = self.x(section.start), self.x(section.end)
            if x1 > 0 and x0 < self.width():
                index = (ord(section.label[:1].upper() or "A") - 65) % len(STAGE.sections)
                painter.fillRect(QRectF(x0, 0, x1 - x0, self.height()), fade(STAGE.sections[index], 0.22))

    def _paint_beats(self, painter: QPainter) -> None:
        features = self.studio.song.features
        if features is None or len(features.beats) < 2:
            return
        gap = self.width() / self.axis.span * 60.0 / max(features.bpm, 1.0)
        painter.setPen(fade(STAGE.beat, 0.35))
        if gap >= 6:
            for t in self.visible(features.beats):
                x = round(self.x(float(t))) + 0.5
                painter.drawLine(QPointF(x, self.height() - 6), QPointF(x, self.height()))
        if gap * 4 < 6:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for t in self.visible(features.downbeats):
            x = round(self.x(float(t))) + 0.5
            painter.setPen(fade(STAGE.downbeat, 0.14))
            painter.drawLine(QPointF(x, 0), QPointF(x, self.height()))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(fade(STAGE.downbeat, 0.45))
            painter.drawPolygon(QPolygonF([QPointF(x - 3.5, 1), QPointF(x + 3.5, 1), QPointF(x, 5)]))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _paint_wave(self, painter: QPainter, x0: float, x1: float, opacity: float) -> None:
        assert self._bands is not None
        x0, x1 = max(x0, 0.0), min(x1, float(self.width()))
        if x1 <= x0:
            return
        seconds_a_pixel = self.axis.span / max(self.width(), 1)
        offset = self.axis.start / seconds_a_pixel
        height = self.height() - 12
        painter.save()
        painter.setClipRect(QRectF(x0, 0, x1 - x0, self.height()))
        painter.setOpacity(opacity)
        for index in range(int((offset + x0) // TILE), int((offset + x1) // TILE) + 1):
            tile = self._tiles.tile(self._bands, index, seconds_a_pixel, height)
            painter.drawImage(QPointF(index * TILE - offset, 6), tile)
        painter.restore()

    def _paint_range(self, painter: QPainter, a: float, b: float) -> None:
        start, end = self.film_range()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.fillRect(QRectF(a, 0, b - a, 2), STAGE.accent)
        painter.fillRect(QRectF(a, self.height() - 2, b - a, 2), STAGE.accent)
        for x in (a, b):
            painter.fillRect(QRectF(x - 1, 0, 2, self.height()), STAGE.accent)
            painter.fillRect(QRectF(x - 4, self.height() / 2 - 16, 8, 32), STAGE.accent)
        words = f"{start // 60:.0f}:{start % 60:04.1f} – {end // 60:.0f}:{end % 60:04.1f}"
        box = QRectF(a + 8, 5, 150, 18)
        paint.fill(painter, box, fade(STAGE.bg0, 0.8), 3)
        paint.write(painter, box.adjusted(6, 0, -6, 0), words, font(11, 600), STAGE.text_hi)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self._hold = self._edge_at(event.position().x()) if self.exporting else ""
        if not self._hold:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        x = event.position().x()
        if not event.buttons() & Qt.MouseButton.LeftButton:
            near = self.exporting and self._edge_at(x)
            self.setCursor(Qt.CursorShape.SizeHorCursor if near else Qt.CursorShape.ArrowCursor)
        elif self._hold:
            self._move_edge(self.snapped(self.t(x), event, bars=True))
        else:
            super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._hold:
            self.document.end_merge()
        self._hold = ""

    def _edge_at(self, x: float) -> str:
        a, b = (self.x(t) for t in self.film_range())
        return "start" if abs(x - a) <= NEAR + 2 else "end" if abs(x - b) <= NEAR + 2 else ""

    def _move_edge(self, t: float) -> None:
        start, end = self.film_range()
        t = min(max(t, 0.0), self.studio.duration)
        if self._hold == "start":
            self.document.set_param("film.start", min(t, end - 0.1))
        else:
            self.document.set_param("film.end", 0.0 if t >= self.studio.duration else max(t, start + 0.1))
