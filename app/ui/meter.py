"""How loud it plays: two bars with their peaks, and the slider behind them."""

import math
import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from app.ui.input_panel import InputPanel
from app.ui.looking import when_seen
from app.ui.popup import Popup
from app.ui.theme import STAGE, blend, font, pixmap
from app.ui.widgets import paint
from app.ui.widgets.buttons import Btn
from app.ui.widgets.sliders import Slider

if TYPE_CHECKING:
    from app.ui.studio import Studio

WIDTH = 49
_FLOOR_DB = -36.0
_FALL = 1.6
"""Shares of the bar a second: quick enough to see hits, slow enough to read."""
_PEAK_HOLD = 1.2
_RATE_MS = 33


def loudness(rms: float) -> float:
    """RMS 0..1 as a share of the bar: -36 dB is nothing, a full-scale square wave is all."""
    return min(max(1.0 - 20 * math.log10(max(rms, 1e-6)) / _FLOOR_DB, 0.0), 1.0)


class Meter(Btn):
    """Owns the fall of the bars (main thread, 30 Hz while something moves); a press opens the slider."""

    def __init__(self, studio: "Studio", parent: QWidget | None = None) -> None:
        super().__init__(look="flat", parent=parent)
        self.setObjectName("masterMeter")
        self.setAccessibleName(self.tr("Loudness"))
        self.setToolTip(self.tr("Loudness. Click to change it"))
        self._studio = studio
        self.shown = [0.0, 0.0]
        self.peaks = [0.0, 0.0]
        self._peak_at = [0.0, 0.0]
        self._last = time.monotonic()
        self._timer = QTimer(self, interval=_RATE_MS)
        self._timer.timeout.connect(when_seen(self.turn))
        self._popup: _Loudness | None = None
        studio.playing_changed.connect(self._wake)
        studio.song_changed.connect(self._source_changed)
        self.clicked.connect(self.open_slider)
        self._timer.start()
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, 28)

    minimumSizeHint = sizeHint

    def turn(self) -> None:
        """Let the bars rise at once and fall slowly; rests when all is still."""
        now = time.monotonic()
        passed, self._last = min(now - self._last, 0.2), now
        before = (*self.shown, *self.peaks)
        live = self._studio.live
        volume = self._studio.volume if live.source is None else 1.0
        for i, rms in enumerate(live.levels()):
            level = loudness(rms * volume)
            self.shown[i] = max(level, self.shown[i] - _FALL * passed)
            if level >= self.peaks[i]:
                self.peaks[i], self._peak_at[i] = level, now
            elif now - self._peak_at[i] > _PEAK_HOLD:
                self.peaks[i] = max(self.peaks[i] - _FALL * passed, self.shown[i])
        if (*self.shown, *self.peaks) != before:
            self.update()
        elif not self._studio.playing and live.source is None:
            self._timer.stop()

    def _source_changed(self) -> None:
        live = self._studio.live.source is not None
        self._timer.start()
        self.setAccessibleName(self.tr("Input level") if live else self.tr("Loudness"))
        self.setToolTip(
            self.tr("What comes in. Click to set gain, channel and delay")
            if live
            else self.tr("Loudness. Click to change it")
        )

    def _wake(self, _playing: bool) -> None:
        self._timer.start()

    def open_slider(self) -> None:
        """Show the slider under the meter; live, how the input is heard."""
        corner = self.mapToGlobal(QPoint(-12, self.height() + 4))
        if self._studio.live.source is not None:
            InputPanel(self._studio.live, self).open_at(corner)
            return
        if self._popup is None:
            self._popup = _Loudness(self._studio, self)
        self._popup.open_at(corner)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self._studio.live.source is not None:
            return
        self._studio.set_volume(self._studio.volume + event.angleDelta().y() / 120 * 0.02)
        self._timer.start()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), STAGE.bg1)
        for i in range(2):
            self._paint_bar(painter, QRectF(0, 8 + 8 * i, WIDTH, 5), self.shown[i], self.peaks[i])
        if self.ringed():
            paint.focus_ring(painter, self.rect())
        painter.end()

    def _paint_bar(self, painter: QPainter, box: QRectF, level: float, peak: float) -> None:
        painter.fillRect(box, STAGE.track)
        green = min(level, 0.9) * box.width()
        painter.fillRect(QRectF(box.left(), box.top(), round(green), box.height()), STAGE.ok)
        if level > 0.9:
            rest = round(level * box.width()) - round(green)
            painter.fillRect(QRectF(box.left() + round(green), box.top(), rest, box.height()), STAGE.warn)
        if peak > 0.02:
            mark = min(round(peak * box.width()), box.width() - 1)
            colour = blend(STAGE.bg1, STAGE.text_hi, 0.86)
            painter.fillRect(QRectF(box.left() + mark, box.top(), 1, box.height()), colour)


class _Loudness(Popup):
    """The slider in a small panel of its own; closes with Esc or a click beside it."""

    def __init__(self, studio: "Studio", parent: QWidget) -> None:
        super().__init__("volumePopup", parent)
        self.setFixedSize(232, 44)
        self._studio = studio
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(8)
        self._mark = QLabel()
        self.slider = Slider(0.0, 1.0, 0.8)
        self.slider.setAccessibleName(self.tr("Loudness"))
        self.slider.moved.connect(self._moved)
        self._figure = QLabel()
        self._figure.setFont(font(12))
        self._figure.setFixedWidth(40)
        self._figure.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        for widget in (self._mark, self.slider, self._figure):
            row.addWidget(widget)

    def open_at(self, corner: QPoint) -> None:
        """Show the loudness of now."""
        self.slider.set_amount(self._studio.volume)
        self._say(self._studio.volume)
        self.move(corner)
        self.show()
        self.slider.setFocus(Qt.FocusReason.PopupFocusReason)

    def _moved(self, volume: float) -> None:
        self._studio.set_volume(volume)
        self._say(volume)

    def _say(self, volume: float) -> None:
        mark = "volume-x" if volume <= 0 else "volume-2"
        self._mark.setPixmap(pixmap(mark, STAGE.text2, 16, self.devicePixelRatioF()))
        self._figure.setText(f"{round(volume * 100)} %")
