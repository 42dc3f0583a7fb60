"""The timeline: lanes over one time axis, their heads at the left, the playhead across all of them."""

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QKeySequence, QPainter, QPaintEvent, QPolygonF, QResizeEvent, QShortcut
from PySide6.QtWidgets import QWidget

from app.ui.curve_lane import CurveLane
from app.ui.document import Document
from app.ui.lane import Lane
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
_MARK = 8


class _Playhead(QWidget):
    """The white line over all lanes but the overview; moving it repaints two narrow strips (main thread)."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.at = -100
        self.top = 0

    def move_to(self, x: int) -> None:
        """Stand at pixel *x*."""
        if x != self.at:
            old, self.at = self.at, x
            left, right = min(old, x), max(old, x)
            if right - left < 64:
                self.update(QRect(left - _MARK, 0, right - left + 2 * _MARK + 1, self.height()))
            else:
                for edge in (left, right):
                    self.update(QRect(edge - _MARK, 0, 2 * _MARK + 1, self.height()))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(QRectF(self.at, self.top, 1, self.height() - self.top), STAGE.text_hi)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(STAGE.text_hi)
        x, y = self.at + 0.5, self.top
        corners = ((-5, 0), (5, 0), (5, 5), (0, 10), (-5, 5))
        painter.drawPolygon(QPolygonF([QPointF(x + dx, y + dy) for dx, dy in corners]))


class TimelineView(QWidget):
    """Owns the lanes and their axis (main thread). The time comes from ``studio.played``, never from a count."""

    def __init__(self, document: Document, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("timelineView")
        self.setAccessibleName("Timeline")
        self.document, self.studio = document, studio
        self.axis = TimeAxis(self)
        kinds: dict[str, type[Lane]] = {
            "overview": OverviewLane, "ruler": RulerLane, "sections": SectionsLane, "wave": WaveformLane,
            "path": PathLane, "curve": CurveLane,
        }  # fmt: skip
        self.lanes: dict[str, Lane] = {name: kind(document, studio, self.axis) for name, kind in kinds.items()}
        for lane in self.lanes.values():
            lane.setParent(self)
        self.heads = Heads(document, studio, self)
        self._playhead = _Playhead(self)
        self._mode = "create"
        self._file: object = None
        self._wire()
        self._song_changed()

    @property
    def wave(self) -> WaveformLane:
        """The waveform lane."""
        lane = self.lanes["wave"]
        assert isinstance(lane, WaveformLane)
        return lane

    def _wire(self) -> None:
        studio, axis = self.studio, self.axis
        studio.song_changed.connect(self._song_changed)
        studio.played.connect(self._played)
        studio.playing_changed.connect(self._playing_changed)
        axis.changed.connect(self._axis_changed)
        self.heads.destination_chosen.connect(self._show_destination)
        keys = {
            "Ctrl+0": axis.fit, "Ctrl+=": lambda: axis.zoom(studio.now(), 0.7),
            "Ctrl+-": lambda: axis.zoom(studio.now(), 1 / 0.7), "F": self._follow_again,
        }  # fmt: skip
        for key, act in keys.items():
            QShortcut(QKeySequence(key), self, act, context=Qt.ShortcutContext.WindowShortcut)

    def set_mode(self, mode: str) -> None:
        """``create``, or ``export``: the film's range on the waveform, no path."""
        self._mode = mode
        self.wave.exporting = mode == "export"
        self.wave.refresh()
        self._lay_out()

    def rows(self) -> dict[str, int]:
        """Lane -> height in pixels for the room there is."""
        if self.height() < 200:
            return _COMPACT
        sizes = _LARGE if self.height() >= 280 else _SMALL
        if self._mode != "export":
            return sizes
        kept = {name: sizes[name] for name in _EXPORT_ROWS}
        kept["wave"] = self.height() - sum(h for name, h in kept.items() if name != "wave")
        return kept

    @property
    def head_width(self) -> int:
        """Width of the lane heads."""
        return 152 if self.height() >= 280 else 128

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def _lay_out(self) -> None:
        rows, left, y = self.rows(), self.head_width, 0
        spots = {}
        for name in ROWS:
            lane = self.lanes[name]
            lane.setVisible(name in rows)
            if name in rows:
                lane.setGeometry(left, y, self.width() - left, rows[name])
                spots[name] = (y, rows[name])
                y += rows[name]
        self.heads.setGeometry(0, 0, left, self.height())
        self.heads.lay_out(spots)
        top = rows["overview"]
        self._playhead.setGeometry(left, top, self.width() - left, max(y - top, 0))
        self._playhead.top = max(rows.get("ruler", 0) - 10, 0)
        self._playhead.raise_()
        self._played(self.studio.now())

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(event.rect(), STAGE.bg0)

    def _song_changed(self) -> None:
        song = self.studio.song
        if song.file != self._file or abs(song.duration - self.axis.duration) > 1e-6:
            self._file = song.file
            self.axis.follow = True
            self.axis.set_duration(song.duration)
        self._played(self.studio.now())

    def _played(self, t: float) -> None:
        self.axis.keep_in_view(t)
        x = round(self.axis.x_of(t, self.wave.width()))
        self.wave.playhead = t
        self._playhead.move_to(x)
        overview = self.lanes["overview"]
        assert isinstance(overview, OverviewLane)
        before, after = (round(overview._x(s)) for s in (overview.playhead, t))
        overview.playhead = t
        if before != after:
            overview.update(QRect(min(before, after) - 2, 0, abs(after - before) + 5, overview.height()))

    def _playing_changed(self, playing: bool) -> None:
        self.axis.follow = self.axis.follow or playing

    def _axis_changed(self) -> None:
        self._playhead.at = -100
        self._playhead.move_to(round(self.axis.x_of(self.studio.now(), self.wave.width())))
        self.lanes["overview"].update()

    def _follow_again(self) -> None:
        self.axis.follow = True
        self.axis.keep_in_view(self.studio.now())

    def _show_destination(self, name: str) -> None:
        lane = self.lanes["curve"]
        assert isinstance(lane, CurveLane)
        lane.show_destination(name)
