"""The waveform: its bands in their colours, past dim and future bright, beats and the export range on top."""

from collections import OrderedDict
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QImage,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPixmap,
    QPolygonF,
)

from app.ui.lane import NEAR, Lane, section_color
from app.ui.theme import STAGE, fade, font
from app.ui.traces import image
from app.ui.wave_bands import WaveBands, wave_bands
from app.ui.wave_colors import FIRST, wave_picture
from app.ui.widgets import paint

if TYPE_CHECKING:
    from app.engine.audio.peaks import Peaks

TILE, KEPT = 512, 64
PAST, OUTSIDE, HERE = 0.5, 0.72, 0.20
"""Light of what was played; darkness outside the film; tint of the part of the song that plays."""
AIR = 8
"""Pixels free above and below the tallest wave, where the marks of beats and bars stand."""
CROWDED, PHRASE = 6, 8
"""Pixels below which marks are left out; bars a phrase."""
FRAME, GRIP = 3, QRectF(0, 0, 9, 24)
"""The film's frame at its sides, and what the mouse takes hold of there."""


class Tiles:
    """Owns rendered pieces of one song's waveform, 512 px wide; the one unused for longest of 64 makes room."""

    def __init__(self, bands: WaveBands) -> None:
        self._bands = bands
        self._tiles: OrderedDict[tuple[object, ...], QImage] = OrderedDict()

    def tile(self, index: int, seconds_a_pixel: float, height: int, dpr: float, how: str = FIRST) -> QImage:
        """Piece *index*, coloured as in WAVES: real pixels index * 512 onwards from the song's start."""
        key = (index, seconds_a_pixel, height, how, STAGE.name)
        if key in self._tiles:
            self._tiles.move_to_end(key)
            return self._tiles[key]
        width = TILE * seconds_a_pixel
        columns = self._bands.columns(index * width, (index + 1) * width, TILE)
        reach = max(height / 2 - AIR * dpr, 1.0)
        self._tiles[key] = image(wave_picture(columns, height, reach, how), dpr)
        while len(self._tiles) > KEPT:
            self._tiles.popitem(last=False)
        return self._tiles[key]


class WaveformLane(Lane):
    """Paints the waveform (main thread); in the export workspace it also holds the film's range."""

    def __init__(self, *args: object) -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        self.setObjectName("waveformView")
        self.setAccessibleName("Waveform")
        self.setAccessibleDescription("Click to go there; the arrow keys go by a beat, the wheel zooms")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._peaks: Peaks | None = None
        self._tiles: Tiles | None = None
        self._past: QPixmap | None = None
        self._marks: QPixmap | None = None
        self._hold = ""
        self.playhead, self._here = 0.0, -1
        self.exporting = False
        self.colors = FIRST
        self.look_again()

    def shows(self) -> tuple[object, ...]:
        song, film = self.studio.song, self.document.show.film
        words = "" if song.progress is None else f"{song.progress:.0%}"
        return song.peaks, song.features, song.name, words, self.sections, self._here, film if self.exporting else None

    def look_again(self, _show: object = None) -> None:
        """Draw again if something that is drawn has changed; other peaks are another wave."""
        peaks = self.studio.song.peaks
        if peaks is not self._peaks:
            self._peaks = peaks
            self._tiles = None if peaks is None else Tiles(wave_bands(peaks))
        self._here = self.section_at(self.playhead)
        super().look_again()

    def set_colors(self, how: str) -> None:
        """Be coloured as in WAVES."""
        if how != self.colors:
            self.colors = how
            self.refresh()

    def set_exporting(self, exporting: bool) -> None:
        """Show the film's range, or the song that plays."""
        self.exporting = exporting
        self.look_again()
        self.refresh()

    def move_playhead(self, t: float) -> None:
        """The song is at *t* seconds: what was bright becomes dim; entering a part of the song tints it."""
        self.playhead = t
        here = self.section_at(t)
        if here != self._here:
            self._here = here
            self.refresh()

    def film_range(self) -> tuple[float, float]:
        """Start and end of the film in seconds."""
        film = self.document.show.film
        end = min(film.end, self.studio.duration) if film.end > 0 else self.studio.duration
        return min(film.start, end), end

    # --- picture

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._drawn is None or self._past is None:
            self._marks = self.picture(self._draw_marks, opaque=False)  # past and future share them
            self._drawn, self._past = self.picture(self.draw), self.picture(self._draw_past)
        painter = QPainter(self)
        split = 0 if self.exporting else min(max(round(self.x_of(self.playhead)), 0), self.width())
        past, future = QRect(0, 0, split, self.height()), QRect(split, 0, self.width() - split, self.height())
        for picture, part in ((self._past, past), (self._drawn, future)):
            if not (seen := part.intersected(event.rect())).isEmpty():
                self.copy(painter, picture, seen)
        self.ring(painter)
        painter.end()

    def _draw_past(self, painter: QPainter) -> None:
        self._draw(painter, PAST)

    def draw(self, painter: QPainter) -> None:
        self._draw(painter, 1.0)

    def _draw(self, painter: QPainter, light: float) -> None:
        """Everything, the wave at *light*."""
        painter.fillRect(self.rect(), STAGE.bg0)
        if self._tiles is None:
            words = self._reading() or ("Reading the song" if self.studio.song.name else "Drop a song anywhere")
            paint.write(painter, self.rect(), words, font(12), STAGE.text3, paint.CENTER)
            return
        self._draw_tint(painter)
        self._draw_wave(painter, self._tiles, light)
        if self._marks is not None:
            painter.drawPixmap(0, 0, self._marks)
        if self.exporting:
            self._draw_range(painter)
        if words := self._reading():
            wide = QFontMetricsF(font(11)).horizontalAdvance(words) + 16
            box = QRectF(self.width() - wide - 8, self.height() - 32, wide, 20)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            paint.fill(painter, box, STAGE.bg0, 3)
            paint.write(painter, box, words, font(11), STAGE.text2, paint.CENTER)

    def _reading(self) -> str:
        """What is being found out, and how far it is."""
        song = self.studio.song
        if song.progress is None:
            return ""
        waiting = song.peaks is not None and song.features is None
        return f"{'Listening for beats' if waiting else 'Reading the song'} {song.progress * 100:.0f} %"

    def _draw_tint(self, painter: QPainter) -> None:
        """The part of the song that plays; in Export the one that the film begins in."""
        start, end = self.film_range()
        here = self.section_at(start) if self.exporting else self._here
        if 0 <= here < len(self.sections):
            section = self.sections[here]
            a, b = (start, end) if self.exporting else (section.start, section.end)
            x0, x1 = round(self.x_of(a)), round(self.x_of(b))
            painter.fillRect(x0, 0, x1 - x0, self.height(), fade(section_color(section.label), HERE))

    def _draw_wave(self, painter: QPainter, tiles: Tiles, light: float) -> None:
        dpr = self.devicePixelRatioF()
        width, height = round(self.width() * dpr), round(self.height() * dpr)
        seconds_a_pixel = float(f"{self.axis.span / max(width, 1):.9g}")
        first = round(self.axis.start / seconds_a_pixel)
        painter.setOpacity(light)
        for index in range(first // TILE, (first + width) // TILE + 1):
            tile = tiles.tile(index, seconds_a_pixel, height, dpr, self.colors)
            painter.drawImage(QPointF((index * TILE - first) / dpr, 0), tile)
        painter.setOpacity(1.0)

    def _draw_marks(self, painter: QPainter) -> None:
        """Beats as ticks below, bars as lines under a mark, each eighth bar bright; none where they would crowd."""
        features = self.studio.song.features
        if features is None or len(features.beats) < 2:
            return
        beat = self.width() / self.axis.span * 60.0 / max(features.bpm, 1.0)
        low = self.height()
        painter.setPen(Qt.PenStyle.NoPen)
        if beat >= CROWDED:
            painter.setBrush(fade(STAGE.beat, 0.62))
            painter.drawRects([QRect(x, low - 4, 1, 4) for x in self._pixels(features.beats)])
        bars = self._pixels(features.downbeats)
        before = int(features.downbeats.searchsorted(self.axis.start))
        phrases = bars[-before % PHRASE :: PHRASE]
        if beat * 4 >= CROWDED:
            self._draw_bars(painter, sorted(set(bars) - set(phrases)), 0.13, STAGE.text_dis)
        self._draw_bars(painter, phrases, 0.34, STAGE.text_hi)

    def _pixels(self, marks: NDArray[np.float64]) -> list[int]:
        """Where those of *marks* stand that can be seen."""
        seen = self.visible(marks)
        return np.rint((seen - self.axis.start) * (self.width() / self.axis.span)).astype(int).tolist()

    def _draw_bars(self, painter: QPainter, xs: list[int], line: float, mark: QColor) -> None:
        """All bars of one kind at once: a line as strong as *line*, a mark above and a tick below."""
        low = self.height()
        painter.setBrush(fade(STAGE.downbeat, line))
        painter.drawRects([QRect(x, 5, 1, low - 5) for x in xs])
        painter.setBrush(STAGE.text2)
        painter.drawRects([QRect(x, low - 7, 1, 7) for x in xs])
        marks = QPainterPath()
        for x in xs:
            marks.addPolygon(QPolygonF([QPointF(x - 3.5, 0), QPointF(x + 4.5, 0), QPointF(x + 0.5, 4.6)]))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillPath(marks, mark)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _draw_range(self, painter: QPainter) -> None:
        start, end = self.film_range()
        a, b = round(self.x_of(start)), round(self.x_of(end))
        dark = fade(STAGE.bg0, OUTSIDE)
        painter.fillRect(0, 0, max(a, 0), self.height(), dark)
        painter.fillRect(b, 0, max(self.width() - b, 0), self.height(), dark)
        for box in (QRect(a, 0, b - a, 2), QRect(a, self.height() - 2, b - a, 2),
                    QRect(a, 0, FRAME, self.height()), QRect(b - FRAME, 0, FRAME, self.height())):  # fmt: skip
            painter.fillRect(box, STAGE.accent)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        grip = GRIP.translated(a, (self.height() - GRIP.height()) / 2)
        paint.fill(painter, grip, STAGE.accent, 3)
        paint.fill(painter, grip.translated(b - a - GRIP.width(), 0), STAGE.accent, 3)
        self._draw_words(painter, a, b)

    def _draw_words(self, painter: QPainter, a: int, b: int) -> None:
        """What the range is: its part of the song where it is exactly one, and its times."""
        start, end = self.film_range()
        whole = next((s for s in self.sections if abs(s.start - start) < 0.02 and abs(s.end - end) < 0.02), None)
        words = f"{start // 60:.0f}:{start % 60:04.1f} – {end // 60:.0f}:{end % 60:04.1f}"
        words = f"Section {whole.label}   {words}" if whole is not None else words
        box = QRectF(max(a, 0) + 14, 7, QFontMetricsF(font(11, 600)).horizontalAdvance(words) + 12, 18)
        if box.right() + GRIP.width() <= b:
            paint.fill(painter, box, STAGE.bg0, 3)
            paint.write(painter, box, words, font(11, 600), STAGE.text_hi, paint.CENTER)

    # --- hands

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._hold = self._edge_at(event.position()) if self.exporting else ""
        if not self._hold:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if not event.buttons() & Qt.MouseButton.LeftButton:
            near = self.exporting and self._edge_at(event.position())
            self.setCursor(Qt.CursorShape.SizeHorCursor if near else Qt.CursorShape.ArrowCursor)
        elif self._hold:
            self._move_edge(self.snapped(self.t_of(event.position().x()), event, bars=True))
        else:
            super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._hold:
            self.document.end_merge()
        self._hold = ""

    def _edge_at(self, at: QPointF) -> str:
        """The end of the film under the pointer: a little outside its frame, and as far in as its grip."""
        a, b = (self.x_of(t) for t in self.film_range())
        near = {"start": at.x() - a, "end": b - at.x()}
        found = min(near, key=lambda name: abs(near[name]))
        return found if -NEAR <= near[found] <= GRIP.width() else ""

    def _move_edge(self, t: float) -> None:
        start, end = self.film_range()
        t = min(max(t, 0.0), self.studio.duration)
        if self._hold == "start":
            self.document.set_param("film.start", min(t, end - 0.1))
        else:
            self.document.set_param("film.end", 0.0 if t >= self.studio.duration else max(t, start + 0.1))
