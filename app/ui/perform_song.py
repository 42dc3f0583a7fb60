"""The whole song in Perform: its sound and its parts in one strip; live, what came in last."""

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from app.ui.document import Document
from app.ui.lane import WHITE, Lane, section_color
from app.ui.live_lane import LiveLane
from app.ui.overview import OverviewLane
from app.ui.sections_lane import SectionsLane
from app.ui.theme import STAGE
from app.ui.time_axis import TimeAxis
from app.ui.widgets import paint

if TYPE_CHECKING:
    from app.ui.studio import Studio

WAVE, PARTS = 64, 20


class PartsLane(SectionsLane):
    """The parts of the song to go to; the one that plays is framed (main thread). Nothing is edited on stage."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.setObjectName("partsLane")
        self.setAccessibleName(self.tr("Parts of the song"))
        self.setAccessibleDescription(self.tr("Click to go there"))
        self.playing = -1

    def block(self, index: int) -> QRectF:
        """Where part *index* stands: all of the height, for nothing is taken hold of."""
        return super().block(index).adjusted(0, -2, 0, 2)

    def draw(self, painter: QPainter) -> None:
        painter.fillRect(self.rect(), STAGE.bg0)
        for i, section in enumerate(self.sections):
            box = self.block(i)
            painter.fillRect(box, section_color(section.label))
            self._draw_words(painter, box, section)

    def show_time(self, t: float) -> None:
        """The song is at *t* seconds."""
        part = self.section_at(t)
        if part != self.playing:
            self.playing = part
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if 0 <= self.playing < len(self.sections):
            painter = QPainter(self)
            paint.outline(painter, self.block(self.playing), WHITE, 0, 1)
            painter.end()

    mousePressEvent, mouseMoveEvent = Lane.mousePressEvent, Lane.mouseMoveEvent  # they seek, and change no part

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def contextMenuEvent(self, event: QEvent) -> None:
        event.ignore()

    def _answers(self, event: QKeyEvent) -> bool:
        return not event.modifiers() and event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right go from part to part."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        to = self.section_at(self.studio.now()) + step
        if step and 0 <= to < len(self.sections):
            self.studio.seek(self.sections[to].start)
        elif not step:
            event.ignore()


class SongStrip(QWidget):
    """Owns the overview over the parts (main thread); it always shows the whole song."""

    def __init__(self, document: Document, studio: "Studio") -> None:
        super().__init__()
        self.setObjectName("songStrip")
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._studio, self._axis = studio, TimeAxis(self)
        self.wave = OverviewLane(document, studio, self._axis)
        self.parts = PartsLane(document, studio, self._axis)
        self.wave.setObjectName("performOverview")
        self.wave.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.parts.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.live = LiveLane(studio, self)
        self.live.setObjectName("performLive")
        for lane in (self.wave, self.parts):
            lane.setParent(self)
        self._parts = PARTS
        studio.song_changed.connect(self._song_changed)
        studio.played.connect(self._played)
        self.set_heights(WAVE, PARTS)
        self._song_changed()

    def set_heights(self, wave: int, parts: int) -> None:
        """Pixels of the sound and of the parts; 0: no parts."""
        self._parts = parts
        self.setFixedHeight(wave + parts)
        self._place()

    def set_colors(self, how: str) -> None:
        """Let all that is sound be coloured as in WAVES."""
        self.wave.set_colors(how)
        self.live.set_colors(how)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._place()

    def _place(self) -> None:
        wave = self.height() - self._parts
        self.wave.setGeometry(0, 0, self.width(), wave)
        self.parts.setGeometry(0, wave, self.width(), self._parts)
        self.parts.setVisible(self._parts > 0)
        self.live.setGeometry(self.rect())
        self.live.raise_()

    def _song_changed(self) -> None:
        song = self._studio.song
        self.live.setVisible(song.live)
        for lane in (self.wave, self.parts):
            lane.setEnabled(not song.live)
        if abs(song.duration - self._axis.duration) > 1e-6:
            self._axis.set_duration(song.duration)
        self._axis.fit()
        self._played(self._studio.now())

    def _played(self, t: float) -> None:
        if not self._studio.song.live and self.isVisible():
            self.wave.move_playhead(t)
            self.parts.show_time(t)

    def showEvent(self, event: QEvent) -> None:
        self._played(self._studio.now())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), STAGE.bg0)
        painter.end()
