"""The bar over Perform: where the song is and how fast, how scenes are launched, and what time it is."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, QTimer
from PySide6.QtGui import QAction, QColor, QHideEvent, QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QSpacerItem, QWidget

from app.control.launcher import QUANTA
from app.ui.beats import BeatLeds, place_on
from app.ui.bound import IconBtn, bind, show_playing
from app.ui.document import Document
from app.ui.params import pop_under
from app.ui.perform_menu import roomy
from app.ui.readouts import Figure, TimeLabel
from app.ui.scene_launch import launch_words
from app.ui.tempo_face import BpmField, Padlock, SourceTag, TempoFace, fill_tempo_menu
from app.ui.theme import STAGE, font
from app.ui.widgets import Btn, Divider, Picker, grounded, paint

if TYPE_CHECKING:
    from app.ui.studio import Studio

HEIGHT, TALL = 56, 44
GLIDES = (0.0, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0)
_LEAST = (1430, 1340, 1300, 1180, 1000)
"""Widths below which one thing more gives way."""
_CLOCK_MS = 1000


def glide_words(beats: float) -> str:
    """How long a glide takes, as it stands on the button."""
    return "Cut" if beats <= 0 else f"{beats:g} beat{'' if beats == 1 else 's'}"


class BarBtn(Btn):
    """A word 44 px high (main thread)."""

    def __init__(self, text: str, wide: int, *, flat: bool = False) -> None:
        super().__init__(text, look="flat" if flat else "raised")
        self.wide, self.tall = wide, TALL
        self.face = font(13, 600)

    def sizeHint(self) -> QSize:
        return QSize(self.wide, TALL)

    minimumSizeHint = sizeHint


class Choice(Picker):
    """What is chosen behind its word: ``Launch 1 bar`` (main thread). A press lists what there is."""

    def __init__(self, prefix: str, menu: Callable[[], QMenu]) -> None:
        super().__init__(TALL, 600, 13)
        self.prefix = prefix
        self._menu = menu
        self.clicked.connect(lambda: pop_under(self._menu(), self))

    def sizeHint(self) -> QSize:
        return super().sizeHint() + QSize(6, 0)

    minimumSizeHint = sizeHint

    def say(self, words: str) -> None:
        """Show what is chosen."""
        if words != self.text():
            self.setText(words)
            self.setAccessibleName(f"{self.prefix}: {words}")
            self.updateGeometry()


class Clock(QWidget):
    """The time of day over the Show's name (main thread); looks at it once a second while it is seen."""

    def __init__(self, document: Document) -> None:
        super().__init__()
        self.setObjectName("wallClock")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setFixedWidth(104)
        self._document, self._shown = document, ("", "")
        self._timer = QTimer(self, interval=_CLOCK_MS)
        self._timer.timeout.connect(self.look)
        document.watch(self.look, "name")

    def look(self, _show: object = None) -> None:
        """Say what is to be said, if it is something else by now."""
        shown = f"{datetime.now():%H:%M}", self._document.show.name
        if shown != self._shown:
            self._shown = shown
            self.setAccessibleName(", ".join(shown))
            self.update()

    def showEvent(self, event: QShowEvent) -> None:
        self._timer.start()
        self.look()

    def hideEvent(self, event: QHideEvent) -> None:
        self._timer.stop()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, wide = QPainter(self), self.width()
        paint.write(painter, QRectF(0, 10, wide, 20), self._shown[0], font(16, 600), STAGE.text_hi, paint.RIGHT)
        paint.write(painter, QRectF(0, 30, wide, 16), self._shown[1], font(11), STAGE.text3, paint.RIGHT)
        painter.end()


class PlayBtn(IconBtn):
    """Play and pause, accent while it plays (main thread)."""

    def __init__(self, name: str) -> None:
        super().__init__("play-fill", name, 20)
        self.room = QSize(56, TALL)

    def _colors(self) -> tuple[QColor | None, QColor]:
        if self.isChecked():
            return paint.hover(STAGE.accent, self.underMouse(), self.isDown()), STAGE.on_accent
        return paint.hover(STAGE.bg3, self.underMouse(), self.isDown()), STAGE.text_hi


class PerformBar(QWidget):
    """Owns the row of 56 (main thread). Figures change at most once a picture, and only where they differ."""

    def __init__(self, document: Document, studio: "Studio", actions: Mapping[str, QAction]) -> None:
        super().__init__()
        self.setObjectName("performBar")
        self.setAccessibleName(self.tr("Transport"))
        self.setFixedHeight(HEIGHT)
        grounded(self, STAGE.bg1)
        self._studio, self._performing, self._actions = studio, studio.performing, actions
        self._glide = 4.0
        self._make(document)
        self._lay_out()
        self._wire()
        self._playing_changed(studio.playing)
        self._song_changed()
        self.follow()

    def _make(self, document: Document) -> None:
        self.play = PlayBtn(self.tr("Play"))
        self.stop = IconBtn("square", self.tr("Stop"), 18)
        self.stop.room = QSize(TALL, TALL)
        self.time = TimeLabel(size=28, tall=HEIGHT)
        self.bpm, self.tag = BpmField(28, TALL, careful=True), SourceTag(TALL)
        self.lock = Padlock(TALL, TALL)
        self._face = TempoFace(self._studio, self.bpm, self.tag)
        self.leds = BeatLeds(scale=1.6)
        self.counter = Figure(28, "000.0", tall=HEIGHT)
        self.counter.setAccessibleName(self.tr("Bar and beat"))
        self.beat = {
            "tap": BarBtn(self.tr("Tap"), 72), "resync": BarBtn(self.tr("Resync"), 75),
            "half_time": BarBtn("÷2", TALL, flat=True), "double_time": BarBtn("×2", TALL, flat=True),
        }  # fmt: skip
        self.launch = Choice(self.tr("Launch"), self.launches)
        self.glide = Choice(self.tr("Glide"), self.glides)
        self.launch.setObjectName("launchChoice")
        self.glide.setObjectName("glideChoice")
        self.launch.setToolTip(self.tr("What a launch waits for"))
        self.glide.setToolTip(self.tr("How long the way from one scene to the next takes"))
        self.clock = Clock(document)
        for name, widget in (("Play", self.play), ("Stop", self.stop), ("Time", self.time), ("Bpm", self.bpm),
                             ("TempoSource", self.tag), ("TempoLock", self.lock), ("Counter", self.counter),
                             ("Leds", self.leds)):  # fmt: skip
            widget.setObjectName(f"perform{name}")

    def _lay_out(self) -> None:
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(0)
        beat = self.beat
        groups: Sequence[tuple[QWidget, int]] = (
            (self.play, 10), (self.stop, 18), (self.time, 18), (Divider(32), 14), (self.bpm, 2), (self.tag, 8),
            (beat["tap"], 10), (beat["resync"], 14), (beat["half_time"], 2), (beat["double_time"], 12),
            (self.leds, 16), (self.counter, 2), (self.lock, 8), (Divider(32), 11), (self.launch, 10), (self.glide, 10),
        )  # fmt: skip
        self._gaps: dict[QWidget, tuple[QSpacerItem, int]] = {}
        for widget, gap in groups:
            spacer = QSpacerItem(gap, 0)
            row.addWidget(widget)
            row.addItem(spacer)
            self._gaps[widget] = spacer, gap
        row.addStretch(1)
        row.addWidget(self.clock)

    def _wire(self) -> None:
        for name, button in (("play", self.play), ("stop", self.stop), ("tempo_lock", self.lock), *self.beat.items()):
            if name in self._actions:
                bind(button, self._actions[name])
            else:
                button.hide()
        studio = self._studio
        self.tag.clicked.connect(lambda: pop_under(self.tempo_menu(), self.tag))
        studio.passed.connect(self._played)
        studio.playing_changed.connect(self._playing_changed)
        studio.song_changed.connect(self._song_changed)
        studio.tempo.changed.connect(self._song_changed)
        self._performing.changed.connect(self.follow)

    # --- sizes

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()

    def _fit(self) -> None:
        """Let go of as much as the width asks for, and of more where words are long."""
        gone = sum(self.width() < least for least in _LEAST)
        self._fold(gone)
        while gone < len(_LEAST) and self._row.minimumSize().width() > self.width():
            gone += 1
            self._fold(gone)

    def _fold(self, gone: int) -> None:
        """First go ÷2 and ×2, then the clock, the padlock, who says the tempo and the song's length, the beats."""
        small = gone > 3
        self.time.set_compact(small)
        self.clock.setVisible(gone < 2)
        for name in ("half_time", "double_time"):
            self._show(self.beat[name], name in self._actions and gone < 1)
        self._show(self.stop, not small)
        self._show(self.tag, not small)
        self._show(self.lock, "tempo_lock" in self._actions and gone < 3)
        self._show(self.leds, gone < 5)
        for widget, (spacer, gap) in self._gaps.items():
            if not widget.isHidden():
                spacer.changeSize(gap // 2 if small else gap, 0)
        self._row.invalidate()

    def _show(self, widget: QWidget, there: bool) -> None:
        widget.setVisible(there)
        spacer, gap = self._gaps[widget]
        spacer.changeSize(gap if there else 0, 0)

    # --- what is shown

    def _played(self, t: float) -> None:
        if self.isVisible():
            self._face.played(t)
            self._show_time(t)

    def _show_time(self, t: float) -> None:
        self.time.show_time(t, self._studio.duration)
        grid = self._studio.tempo.grid
        place = place_on(grid, t)
        words = "–" if place is None else str(place)
        if words != self.counter.text():  # once a beat
            self.leds.set_held(place is not None and self._studio.tempo.held)
            self.leds.set_place(place)
            self.counter.set_text(words)
            self._face.look()

    def showEvent(self, event: QShowEvent) -> None:
        self._show_time(self._studio.now())

    def _song_changed(self) -> None:
        self._face.look()
        self._show_time(self._studio.now())

    def _playing_changed(self, playing: bool) -> None:
        show_playing(self.play, playing)

    def follow(self) -> None:
        """Show what a launch waits for, and how long it glides."""
        self.launch.say(launch_words(self._performing.quantum))
        self.glide.say(glide_words(self._performing.glide))
        self._glide = self._performing.glide or self._glide
        if self._row.minimumSize().width() > self.width():
            self._fit()

    def turn_glide(self) -> None:
        """Cut from scene to scene, or glide again for as long as before."""
        self._performing.set_glide(0.0 if self._performing.glide > 0 else self._glide)

    # --- choices

    def tempo_menu(self) -> QMenu:
        """What can be done to the tempo."""
        return fill_tempo_menu(roomy(self), self._studio, self._actions)

    def launches(self) -> QMenu:
        """What a launch may wait for."""
        menu = roomy(self)
        for quantum in QUANTA:
            choice = menu.addAction(launch_words(quantum), partial(self._performing.set_quantum, quantum))
            choice.setCheckable(True)
            choice.setChecked(quantum == self._performing.quantum)
        return menu

    def glides(self) -> QMenu:
        """How long a glide may take."""
        menu = roomy(self)
        for beats in GLIDES:
            choice = menu.addAction(glide_words(beats), partial(self._performing.set_glide, beats))
            choice.setCheckable(True)
            choice.setChecked(beats == self._performing.glide)
        return menu
