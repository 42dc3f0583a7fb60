"""The calibration wizard: tap with a click, or with the beat of what is live, and picture and sound meet."""

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QMouseEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.control.calibration import ENOUGH, UNEVEN, Calibration
from app.engine.audio.live_input import MOST_DELAY
from app.engine.audio.track import AudioTrack
from app.engine.paths import cache
from app.ui.over_page import OverPage
from app.ui.settings import MOST_TRIM
from app.ui.song_player import SongPlayer
from app.ui.theme import STAGE, font
from app.ui.widgets import Btn, words
from app.ui.widgets.colored import tint

if TYPE_CHECKING:
    from app.ui.studio import Studio

SPACING = 0.8
"""Seconds between two clicks."""
_CLICKS, _SR = 150, 48_000
_WIDE, _TALL = 460, 250


def click_track() -> AudioTrack:
    """Two minutes of clicks, the first at once."""
    t = np.arange(int(0.02 * _SR)) / _SR
    click = (0.7 * np.sin(2 * np.pi * 1500 * t) * np.exp(-t / 0.004)).astype(np.float32)
    samples = np.zeros((int(_CLICKS * SPACING * _SR), 1), np.float32)
    for k in range(_CLICKS):
        first = round(k * SPACING * _SR)
        samples[first : first + len(click), 0] = click
    return AudioTrack(cache() / "clicks", samples, _SR, "")


class Pad(Btn):
    """Struck by the mouse as it goes down, or by any key that writes something (main thread)."""

    struck = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.tall, self.face = 56, font(16, 600)
        self.setObjectName("calibrationPad")

    def event(self, event: QEvent) -> bool:
        """Letters are taps here, and no actions of the window."""
        if isinstance(event, QKeyEvent) and event.text() and event.key() != Qt.Key.Key_Escape:
            if event.type() == QEvent.Type.KeyPress and not event.isAutoRepeat():
                self.struck.emit()
            event.accept()
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.struck.emit()
        super().mousePressEvent(event)


class Calibrator(OverPage):
    """Owns one go at it (main thread): the clicks while they sound, the taps, and what they say.

    A song: how much later its sound is heard than the sound card says. Live: how much later the audience hears what
    comes in, less the time that the picture takes anyway.
    """

    trimmed = Signal(float)
    _clicks: SongPlayer | None = None
    _resume = False

    def __init__(self, studio: "Studio", window: QWidget) -> None:
        super().__init__("Calibrate sound and picture", "", _WIDE, _TALL, window)
        self.setObjectName("calibrator")
        self._studio = studio
        self._taps = Calibration(SPACING)
        self.figure = words("", 28, 600, STAGE.text_hi)
        self.figure.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.sentence = words("", 12)
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.sentence.setWordWrap(True)
        self.pad = Pad()
        self.again, self.use = Btn(self.tr("Again")), Btn(self.tr("Use it"), look="primary")
        self._lay_out()
        self.pad.struck.connect(self.tap)
        self.again.clicked.connect(self._begin)
        self.use.clicked.connect(self._use)

    def _lay_out(self) -> None:
        for part in (self.figure, self.sentence):
            self.column.addWidget(part)
        self.column.addSpacing(8)
        for buttons in ((self.pad,), (self.again, self.use)):
            row = QHBoxLayout()
            row.setContentsMargins(20, 0, 20, 12)
            row.addStretch(1)
            for button in buttons:
                row.addWidget(button)
            row.addStretch(1)
            self.column.addLayout(row)

    def first_field(self) -> QWidget:
        return self.pad

    # one go

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._resume = self._studio.playing and not self._studio.song.live
        self._begin()

    def hideEvent(self, event: QHideEvent) -> None:
        self._stop()
        if self._resume:
            self._studio.play()
        super().hideEvent(event)

    def _begin(self) -> None:
        self._stop()
        if self._studio.song.live:
            self._taps = Calibration(60.0 / self._studio.tempo.bpm)
            self.about.setText(self.tr("Tap in time with the music as the audience hears it. Any key taps, too."))
            self.pad.setText(self.tr("Tap with the beat"))
        else:
            self._studio.pause()
            self._taps = Calibration(SPACING)
            self._clicks = self._studio.player.another()
            self._clicks.load(click_track())
            self._clicks.play()
            self.about.setText(self.tr("Tap in time with the clicks. Any key taps, too."))
            self.pad.setText(self.tr("Tap with the click"))
        self._show()

    def _stop(self) -> None:
        clicks, self._clicks = self._clicks, None
        if clicks is not None:
            clicks.close()

    def tap(self) -> None:
        """A press in time with what is heard."""
        if self._taps.done or (self._studio.song.live and self._studio.tempo.held):
            return
        if self._clicks is not None:
            t = self._clicks.now()
            away = t - round(t / SPACING) * SPACING
        else:
            t, grid = self._studio.live.sounding(), self._studio.tempo.grid
            away = t - grid.time_of(round(grid.beat_at(t)))
        self._taps.tap(away)
        if self._taps.offset is not None:
            self._stop()
        self._show()

    def _show(self) -> None:
        taps, offset = self._taps, self._taps.offset
        clear = offset is not None and taps.spread <= UNEVEN
        self.pad.setVisible(offset is None)
        self.again.setVisible(offset is not None)
        self.use.setVisible(clear)
        self.figure.setText(f"{ENOUGH - len(taps)}" if offset is None else f"{1000 * offset:+.0f} ms")
        tint(self.figure, STAGE.text_hi if offset is None or clear else STAGE.warn)
        self.sentence.setText(self._words(offset, clear))

    def _words(self, offset: float | None, clear: bool) -> str:
        if self._studio.song.live and self._studio.tempo.held:
            return self.tr("There is no clear beat. Let music with one play, or tap its tempo first.")
        if offset is None:
            return self.tr("taps to go")
        if not clear:
            return self.tr("The taps were too uneven to say anything.")
        if self._studio.song.live:
            waits = 1000 * self._delay(offset)
            return self.tr("So much later it is heard; the picture will wait {:.0f} ms.").format(waits)
        return self.tr("So much later it is heard than the sound card says.")

    def _delay(self, offset: float) -> float:
        """Seconds that the picture has to wait, beside those that it takes anyway."""
        way = self._studio.live.latency.way
        return min(max(offset - (sum(way) if way is not None else 0.0), 0.0), MOST_DELAY)

    def _use(self) -> None:
        offset = self._taps.offset or 0.0
        if self._studio.song.live:
            self._studio.live.set_hearing(delay=self._delay(offset))
        else:
            player = self._studio.player
            player.trim = min(max(player.trim + offset, -MOST_TRIM), MOST_TRIM)
            self.trimmed.emit(player.trim)
        self.hide()
