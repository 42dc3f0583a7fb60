"""What came in over the last seconds, where a song has its timeline."""

import math

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.engine.audio.grid import UNKNOWN
from app.engine.audio.live_heard import LiveHeard
from app.engine.show.routes import CONTROL_RATE
from app.ui.studio import Studio
from app.ui.theme import STAGE, font
from app.ui.traces import Pixels, image
from app.ui.wave_colors import FIRST, wave_picture
from app.ui.widgets import paint

SECONDS = 12.0
_BANDS = ("bass", "mid", "high")
_EVERY = 1 / 15  # seconds of sound between two pictures
_HEAD = 30
_COARSE = 2  # pixels that share a column
_BEAT_TALL, _BAR_TALL = 5, 12
_JUST = 1e-6


class LiveLane(QWidget):
    """Paints bass, mid and high of the last SECONDS, the newest at the right (main thread)."""

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("liveLane")
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(self.tr("The last seconds of the input"))
        self._studio = studio
        self._last = -1.0
        self._newest, self._drawn = 0, np.zeros((1, 1, 4), np.uint8)
        self._drawn_as: tuple[object, ...] = ()
        self.colors = FIRST
        studio.played.connect(self._played)

    def _played(self, t: float) -> None:
        if self.isVisible() and abs(t - self._last) >= _EVERY:
            self._last = t
            self.update()

    def set_colors(self, how: str) -> None:
        """Be coloured as in WAVES."""
        if how != self.colors:
            self.colors = how
            self.update()

    def columns(self, width: int) -> np.ndarray:
        """``(width, 3)`` in 0..1 of the three bands; nothing where nothing was heard yet."""
        heard = self._studio.live.heard
        if heard is None:
            return np.zeros((width, len(_BANDS)), np.float32)
        newest = math.floor(self._studio.now() * width / SECONDS)
        return self._heard(heard, newest * SECONDS / width, SECONDS, width)

    @staticmethod
    def _heard(heard: LiveHeard, t: float, seconds: float, count: int) -> np.ndarray:
        return np.stack([heard.before(name, t, seconds, count) for name in _BANDS], axis=1)

    def _wave(self, width: int, height: int) -> Pixels:
        """The last seconds as a picture; what was drawn of them before moves on to the left."""
        heard = self._studio.live.heard
        if heard is None:
            return np.zeros((height, width, 4), np.uint8)
        step, key = SECONDS / width, (heard, width, height, self.colors, STAGE.name)
        newest = math.floor(self._studio.now() / step)
        came = newest - self._newest if key == self._drawn_as else width
        if not 0 <= came < width:
            came = width
        if came:
            columns = self._heard(heard, newest * step, (came - 1) * step, came)
            fresh = wave_picture(columns, height, height * 0.48, self.colors)
            self._drawn = np.concatenate([self._drawn[:, came:], fresh], axis=1) if came < width else fresh
        self._newest, self._drawn_as = newest, key
        return self._drawn

    def beats(self, width: int) -> list[tuple[int, bool]]:
        """Where the beats of the last seconds lie, in pixels, and whether each is a 1: as they were told then."""
        heard, t = self._studio.live.heard, self._studio.now()
        if heard is None or self._studio.tempo.grid is UNKNOWN:
            return []
        first = max(heard.first, int((t - SECONDS) * CONTROL_RATE), 0)
        last = min(heard.steps, int(t * CONTROL_RATE))
        if last - first < 2:
            return []
        begun = np.diff(np.floor(heard.counts(first, last) + _JUST), axis=0) > 0
        steps = np.flatnonzero(begun[:, 0])
        x = width * (1 - (t - (first + steps + 1) / CONTROL_RATE) / SECONDS)
        return list(zip(x.astype(int).tolist(), begun[steps, 1].tolist(), strict=True))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), STAGE.bg0)
        width, height = max(self.width() // _COARSE, 1), max(self.height() - _HEAD, 2)
        painter.drawImage(QRectF(0, _HEAD, self.width(), height), image(self._wave(width, height)))
        for x, one in self.beats(self.width()):
            tall = _BAR_TALL if one else _BEAT_TALL
            painter.fillRect(x, self.height() - tall, 1, tall, STAGE.downbeat if one else STAGE.beat)
        source = self._studio.live.source
        if source is not None:
            words = self.tr("{} · a live source has no timeline").format(source.words)
            if not self._studio.live.listening:
                words = self.tr("Waiting for {}").format(source.words)
            paint.write(painter, QRectF(12, 6, self.width() - 24, 20), words, font(11), STAGE.text2)
        painter.end()
