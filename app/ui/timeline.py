"""The timeline: lanes over one time axis, their heads at the left, the playhead across all of them."""

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRect, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QApplication, QWidget

from app.ui.cue_flags import CueFlags
from app.ui.cue_table import CueTable
from app.ui.curve_lane import CurveLane
from app.ui.document import Document
from app.ui.hot_cues import HotCues
from app.ui.lane import WHITE, Lane
from app.ui.live_lane import LiveLane
from app.ui.overview import OverviewLane
from app.ui.path_lane import PathLane
from app.ui.ruler import RulerLane
from app.ui.sections_lane import SectionsLane
from app.ui.studio import Studio
from app.ui.theme import STAGE
from app.ui.time_axis import TimeAxis
from app.ui.timeline_heads import Heads
from app.ui.waveform import WaveformLane

ROWS = ("overview", "ruler", "sections", "wave", "path", "curve")
_SMALL = {"overview": 30, "ruler": 20, "sections": 22, "wave": 96, "path": 42, "curve": 22}
_LARGE = {"overview": 36, "ruler": 22, "sections": 26, "wave": 132, "path": 52, "curve": 24}
_COMPACT = {"overview": 26, "wave": 94}
_EXPORT_ROWS = ("overview", "ruler", "sections", "wave")
COMPACT_BELOW, LARGE_FROM = 130, 280
"""Heights of the timeline at which its lanes change."""
_MARK, _MARK_TOP = 7, 11
"""Half the width of the playhead's head and what surrounds it; how far below the ruler's top it hangs."""


class _Playhead(QWidget):
    """The white line over all lanes but the overview; moving it repaints two narrow strips (main thread)."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.at = -100
        self.headed = True

    def move_to(self, x: int) -> None:
        """Stand at pixel *x*."""
        if x == self.at:
            return
        left, right = min(self.at, x), max(self.at, x)
        self.at = x
        if right - left < 64:
            self.update(QRect(left - _MARK, 0, right - left + 2 * _MARK, self.height()))
        else:
            for edge in (left, right):
                self.update(QRect(edge - _MARK, 0, 2 * _MARK, self.height()))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        top = _MARK_TOP if self.headed else 0
        painter.fillRect(self.at, top, 1, self.height() - top, WHITE)
        if self.headed:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(WHITE)
            corners = ((-5, 0), (6, 0), (6, 4), (0.5, 9.4), (-5, 4))
            painter.drawPolygon(QPolygonF([QPointF(self.at + dx, top + dy) for dx, dy in corners]))
        painter.end()


class TimelineView(QWidget):
    """Owns the lanes and their axis (main thread). The time comes from ``studio.played``, never from a count."""

    tabled_changed = Signal()

    def __init__(self, document: Document, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("timelineView")
        self.setAccessibleName("Timeline")
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.document, self.studio = document, studio
        self.axis = TimeAxis(self)
        self.overview = OverviewLane(document, studio, self.axis)
        self.wave = WaveformLane(document, studio, self.axis)
        self.curve = CurveLane(document, studio, self.axis)
        self.lanes: dict[str, Lane] = {
            "overview": self.overview, "ruler": RulerLane(document, studio, self.axis),
            "sections": SectionsLane(document, studio, self.axis), "wave": self.wave,
            "path": PathLane(document, studio, self.axis), "curve": self.curve,
        }  # fmt: skip
        for lane in self.lanes.values():
            lane.setParent(self)
        for lane in (self.overview, self.lanes["ruler"]):
            lane.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # so that the keys of hot cues count after a click
        self.hot_cues = HotCues(studio, self)
        self.hot_cues.snaps = lambda: self.axis.snaps
        self.flags = tuple(CueFlags(self.hot_cues, lane) for lane in (self.overview, self.wave))
        self.heads = Heads(document, studio, self)
        self.live = LiveLane(studio, self)
        self._playhead = _Playhead(self)
        self.cue_table = CueTable(document, studio, self.hot_cues, self)
        self.cue_table.hide()
        self.cue_table.closed.connect(lambda: self.put_in_front(False))
        self._mode = "create"
        self._file: object = None
        self._wire()
        self._song_changed()

    def _wire(self) -> None:
        studio, axis = self.studio, self.axis
        studio.song_changed.connect(self._song_changed)
        studio.played.connect(self._played)
        studio.playing_changed.connect(self._playing_changed)
        axis.changed.connect(self._axis_changed)
        self.heads.destination_chosen.connect(self.curve.show_destination)

    def table(self) -> dict[str, Callable[..., object]]:
        """Action id -> what it does."""
        return {
            "whole_song": self.axis.fit, "zoom_in": lambda: self._zoom(0.7), "zoom_out": lambda: self._zoom(1 / 0.7),
            "follow": self.follow_again, "snap": self._set_snap, **self.hot_cues.table(),
        }  # fmt: skip

    def _set_snap(self, on: bool) -> None:
        self.axis.snaps = on

    def set_colors(self, how: str) -> None:
        """Let all that is sound be coloured as in WAVES."""
        for part in (self.wave, self.overview, self.live, self.heads):
            part.set_colors(how)

    # --- its table

    @property
    def tabled(self) -> bool:
        """Whether hot cues and sections stand in a table, in place of the lanes."""
        return not self.cue_table.isHidden()

    def show_table(self) -> None:
        """The table, with the keys in it."""
        self.put_in_front(True)
        self.cue_table.table.begin()

    def put_in_front(self, tabled: bool) -> None:
        """The table or the lanes; the keys stay here where they were here."""
        if tabled == self.tabled:
            return
        focused = QApplication.focusWidget()
        here = focused is not None and self.isAncestorOf(focused)
        self.cue_table.setVisible(tabled)
        self._lay_out()
        if here:
            (self.cue_table.table if tabled else self.wave).setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.tabled_changed.emit()

    # --- sizes

    def set_mode(self, mode: str) -> None:
        """``create``, or ``export``: the film's range on the waveform, no path."""
        self._mode = mode
        self.wave.set_exporting(mode == "export")
        self.heads.set_exporting(mode == "export")
        self._lay_out()

    def rows(self) -> dict[str, int]:
        """Lane -> height in pixels for the room there is."""
        if self.height() < COMPACT_BELOW:
            return _COMPACT
        sizes = _LARGE if self.height() >= LARGE_FROM else _SMALL
        if self._mode != "export" and self.height() >= 200:
            return sizes
        kept = {name: sizes[name] for name in _EXPORT_ROWS}
        kept["wave"] = self.height() - sum(h for name, h in kept.items() if name != "wave")
        return kept

    @property
    def head_width(self) -> int:
        """Width of the lane heads."""
        return 152 if self.height() >= LARGE_FROM else 128

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def _lay_out(self) -> None:
        rows, left, y = self.rows(), self.head_width + 1, 0
        spots = {}
        for name in ROWS:
            lane = self.lanes[name]
            lane.setVisible(name in rows and not self.tabled)
            if name in rows:
                lane.setGeometry(left, y, self.width() - left, rows[name])
                spots[name] = (y, rows[name])
                y += rows[name]
        self.heads.setGeometry(0, 0, self.head_width, self.height())
        self.heads.lay_out(spots)
        top = rows["overview"]
        self._playhead.setGeometry(left, top, self.width() - left, max(y - top, 0))
        self._playhead.headed = "ruler" in rows
        self._playhead.raise_()
        for part in (self.heads, self._playhead):
            part.setVisible(not self.tabled)
        self.cue_table.setGeometry(self.rect())
        self.live.setGeometry(self.rect())
        self.live.raise_()
        self._axis_changed()

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(event.rect(), STAGE.bg0)

    # --- time

    def follow_again(self) -> None:
        """Turn the page with the playhead once more, beginning where it is."""
        self.axis.follow = True
        self.axis.keep_in_view(self.studio.now())

    def _zoom(self, factor: float) -> None:
        """About the playhead where it is seen, else about the middle."""
        t = self.studio.now()
        self.axis.zoom(t if self.axis.start <= t <= self.axis.end else self.axis.start + self.axis.span / 2, factor)

    def _song_changed(self) -> None:
        song = self.studio.song
        self.live.setVisible(song.live)
        for widget in (*self.lanes.values(), self.heads):
            widget.setEnabled(not song.live)
        if song.file != self._file or abs(song.duration - self.axis.duration) > 1e-6:
            self._file = song.file
            self.axis.follow = True
            self.axis.set_duration(song.duration)
            self._played(self.studio.now())

    def _played(self, t: float) -> None:
        if self.studio.song.live:
            return
        self.axis.keep_in_view(t)
        self.wave.move_playhead(t)
        self.overview.move_playhead(t)
        self._playhead.move_to(self._x_of(t))

    def _playing_changed(self, playing: bool) -> None:
        self.axis.follow = self.axis.follow or playing

    def _axis_changed(self) -> None:
        """The lanes draw themselves anew; the line stands elsewhere although the time did not move."""
        self._playhead.at = self._x_of(self.studio.now())
        self._playhead.update()

    def _x_of(self, t: float) -> int:
        """The playhead's pixel; off the edge when there is no song."""
        return round(self.axis.x_of(t, self.wave.width())) if self.studio.duration > 0 else -100
