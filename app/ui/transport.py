"""The bar under the menu: where the song is, how loud, how fast, and the words that act on the stage."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QColor, QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QSpacerItem, QWidget

from app.engine.audio.inputs import inputs, no_system_sound, system_sounds
from app.ui.bound import IconBtn, bind, show_playing
from app.ui.document import Document
from app.ui.looking import when_seen
from app.ui.meter import Meter
from app.ui.readouts import HEIGHT, TimeLabel
from app.ui.settings import ENDS
from app.ui.tempo_bar import TempoBar
from app.ui.theme import STAGE, font, pixmap
from app.ui.widgets import Divider, paint, plain
from app.ui.widgets.buttons import Btn, StageButton

if TYPE_CHECKING:
    from app.ui.studio import Studio

COMPACT = 1240
"""Below this width what a menu has too gives way: to the start, stop, loop, resync, padlock, the song's length."""


class TransportBtn(IconBtn):
    """A transport key: accent fill when it is on, or only the icon in *lit* (main thread)."""

    def __init__(self, icon: str, name: str, side: int = 18, lit: QColor | None = None) -> None:
        super().__init__(icon, name, side)
        self._lit = lit

    def _colors(self) -> tuple[QColor | None, QColor]:
        if self._lit is not None and self.isChecked() and self.isEnabled():
            return (STAGE.bg3 if self.underMouse() else None), self._lit
        if self.room.width() > 32 and not self.isChecked() and self.isEnabled():
            return paint.hover(STAGE.bg3, self.underMouse(), self.isDown()), STAGE.text_hi
        return super()._colors()


class SourceButton(Btn):
    """What the music comes from, with the list of songs under it (main thread)."""

    def __init__(self, text: str, icon: str) -> None:
        super().__init__(text, icon)
        self.face = font(12)

    def sizeHint(self) -> QSize:
        return QSize(QFontMetrics(self.face).horizontalAdvance(self.text()) + 53, 28)

    minimumSizeHint = sizeHint

    def show_source(self, word: str, icon: str) -> None:
        """Say what the music comes from."""
        self.set_mark(icon)
        if word != self.text():
            self.setText(word)
            self.updateGeometry()

    def _contents(self, painter: QPainter, ink: QColor) -> None:
        dpr = self.devicePixelRatioF()
        painter.drawPixmap(QPointF(10, 7), pixmap(self.mark, STAGE.text2, 14, dpr))
        paint.write(painter, QRectF(30, 0, self.width() - 50, self.height()), self.text(), self.face, ink)
        painter.drawPixmap(QPointF(self.width() - 20, 7), pixmap("chevron-down", STAGE.text3, 14, dpr))


class TransportBar(QWidget):
    """Owns the row of 48 under the menu (main thread). Every button stands for an action."""

    song_chosen = Signal(object)

    def __init__(
        self, document: Document, studio: "Studio", actions: Mapping[str, QAction], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("transportBar")
        self.setAccessibleName(self.tr("Transport"))
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._document, self._studio, self._actions = document, studio, actions
        self.compact = False
        self._recent: tuple[Path, ...] = ()
        self._make()
        self._lay_out()
        self._wire()
        self._song_changed()
        self._playing_changed(studio.playing)
        self._stage_changed()

    def _make(self) -> None:
        self.to_start = TransportBtn("skip-back", self.tr("To the start"), side=20)
        self.play = TransportBtn("play-fill", self.tr("Play"), side=20)
        self.play.room = QSize(40, 32)
        self.stop = TransportBtn("square", self.tr("Stop"))
        self.loop = TransportBtn("repeat", self.tr("Loop"), lit=STAGE.ok)
        self.time = TimeLabel(ground=STAGE.bg1)
        self.source = SourceButton(self.tr("Song"), "music")
        self.source.setObjectName("sourceButton")
        self.source.setToolTip(self.tr("Choose the song or an input"))
        self.meter = Meter(self._studio)
        self.tempo = TempoBar(self._studio, self._actions)
        self.freeze = StageButton("FREEZE", "freeze", "snowflake")
        self.blackout = StageButton("BLACKOUT", "blackout", "square-fill")
        self.out = StageButton("OUT", "out", "monitor-up")
        self.air = StageButton("ON AIR", "onair", "radio")
        for name, button in self._buttons().items():
            button.setObjectName(f"{name}Button")

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(0)
        gaps: Sequence[tuple[QWidget, int]] = (
            (self.to_start, 4), (self.play, 4), (self.stop, 4), (self.loop, 13), (self.time, 12), (Divider(24), 12),
            (self.source, 8), (self.meter, 12), (Divider(24), 11), (self.tempo, 8),
        )  # fmt: skip
        self._gaps: dict[QWidget, tuple[QSpacerItem, int]] = {}
        for widget, gap in gaps:
            spacer = QSpacerItem(gap, 0)
            row.addWidget(widget)
            row.addItem(spacer)
            self._gaps[widget] = (spacer, gap)
        row.addStretch(1)
        for i, button in enumerate((self.freeze, self.blackout, self.out, self.air)):
            row.addSpacing(6 if i else 0)
            row.addWidget(button)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._set_compact(self.width() < COMPACT)
        self.tempo.set_room(self.width(), self.compact)

    def _set_compact(self, compact: bool) -> None:
        if compact == self.compact:
            return
        self.compact = compact
        for button in (self.to_start, self.stop, self.loop):
            spacer, gap = self._gaps[button]
            button.setVisible(not compact)
            rest = 6 if button is self.loop else 0
            spacer.changeSize(rest if compact else gap, 0)
        self.time.set_compact(compact)
        row = self.layout()
        if row is not None:
            row.invalidate()

    def minimumSizeHint(self) -> QSize:
        return QSize(940, HEIGHT)

    def _wire(self) -> None:
        studio = self._studio
        for key, button in self._buttons().items():
            if key in self._actions:
                bind(button, self._actions[key])
        self.source.clicked.connect(self._open_menu)
        studio.passed.connect(when_seen(self._played))
        studio.playing_changed.connect(self._playing_changed)
        studio.song_changed.connect(self._song_changed)
        studio.stage_changed.connect(self._stage_changed)
        self._document.watch(self._loop_changed, "loop")
        self._loop_changed()

    def _buttons(self) -> dict[str, Btn]:
        return {
            "to_start": self.to_start, "play": self.play, "stop": self.stop, "loop": self.loop,
            "freeze": self.freeze, "blackout": self.blackout, "output": self.out,
            "on_air": self.air,
        }  # fmt: skip

    def set_recent(self, songs: Sequence[Path]) -> None:
        """The songs to offer again, newest first."""
        self._recent = tuple(songs)[:12]

    def menu(self) -> QMenu:
        """The songs and inputs to choose from."""
        menu = QMenu(self)
        self._add_inputs(menu)
        menu.addSeparator()
        if "open" in self._actions:
            menu.addAction(self._actions["open"])
        if self._recent:
            menu.addSeparator()
        for song in self._recent:
            choice = menu.addAction(song.stem)
            choice.setToolTip(plain(str(song)))
            choice.setEnabled(song.exists())
            choice.triggered.connect(lambda _checked=False, song=song: self.song_chosen.emit(song))
        ends = [self._actions[f"end_{end}"] for end in ENDS if f"end_{end}" in self._actions]
        if ends:
            menu.addSeparator()
            menu.addActions(ends)
        return menu

    def _add_inputs(self, menu: QMenu) -> None:
        """Song, Live in with the devices there are, System sound; the one that plays is ticked."""
        studio, source = self._studio, self._studio.live.source
        song = menu.addAction(self.tr("Song"))
        song.triggered.connect(lambda _checked=False: studio.leave_live())
        devices = menu.addMenu(self.tr("Live in"))
        for device in inputs():
            choice = devices.addAction(device.words)
            choice.triggered.connect(lambda _checked=False, device=device: studio.listen(device))
            choice.setCheckable(True)
            choice.setChecked(source is not None and (source.name, source.system) == (device.name, False))
        if devices.isEmpty():
            devices.addAction(self.tr("No input was found")).setEnabled(False)
        song.setCheckable(True)
        song.setChecked(source is None)
        why = no_system_sound()
        for words, system in system_sounds().items():
            choice = menu.addAction(f"{words} ({why})" if why else words)
            choice.triggered.connect(lambda _checked=False, system=system: studio.listen(system))
            choice.setCheckable(True)
            choice.setChecked(source == system)
            choice.setEnabled(not why)

    def _open_menu(self) -> None:
        menu = self.menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.source.mapToGlobal(QPoint(0, self.source.height() + 4)))

    def _played(self, t: float) -> None:
        self.time.show_time(t, self._studio.duration)

    def _song_changed(self) -> None:
        song, source = self._studio.song, self._studio.live.source
        kind = "Song" if source is None else "System sound" if source.system else "Live in"
        self.source.show_source(self.tr(kind), "music" if source is None else "activity")
        for name in ("to_start", "loop"):
            if name in self._actions:
                self._actions[name].setEnabled(source is None)
        self.source.setToolTip(plain(song.name or self.tr("Choose the song or an input")))
        self._played(self._studio.now())

    def _playing_changed(self, playing: bool) -> None:
        show_playing(self.play, playing)

    def _stage_changed(self) -> None:
        self.freeze.setChecked(self._studio.frozen)
        self.blackout.setChecked(self._studio.blackout)

    def _loop_changed(self, _show: object = None) -> None:
        self.loop.setCheckable(True)
        self.loop.setChecked(self._studio.loop is not None)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), STAGE.bg1)
        painter.end()
