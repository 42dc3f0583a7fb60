"""The figures of the engine over the preview (F6): rate, time per frame against its budget, device, sound."""

import time
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from app.engine.render.flash import MOST
from app.ui.theme import STAGE, fade, font
from app.ui.widgets.paint import CENTER, RIGHT, fill, write

if TYPE_CHECKING:
    from app.ui.studio import Studio

WIDTH = 296
BUDGET_MS = 1000 / 60
STEADY_FPS = 22.0
"""Below this the eye sees steps: the figure goes amber."""
_PAD = 12
_ROW, _CLOSE = 20, 15
_FIXED = 114 + 18 + 4 + 16 + 9
"""What stands above, between and below the rows."""
_FRAMES = 136
_REFRESH_MS = 250
_MINUTE = 60.0


class Stages(NamedTuple):
    """Milliseconds of one frame, in the order of the pipeline."""

    plan: float
    synthesis: float
    finish: float
    copy: float
    paint: float


class Hud(QWidget):
    """Owns the last 136 frame intervals (main thread). Draws itself into a pixmap four times a second."""

    def __init__(self, studio: "Studio", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("hud")
        self.setAccessibleName(self.tr("Engine figures"))
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._studio = studio
        self._intervals: deque[float] = deque(maxlen=_FRAMES)
        self._last: float | None = None
        self._copy_ms = self._paint_ms = 0.0
        self._drawn = QPixmap()
        self._timer = QTimer(self, interval=_REFRESH_MS)
        self._timer.timeout.connect(self.refresh)
        self._drops: deque[tuple[float, int]] = deque()
        self.output_fps: Callable[[], float | None] = lambda: None
        """Pictures a second on the audience's screen; None while there is none."""
        studio.engine_changed.connect(self._count_drops)
        self.resize(WIDTH, self._height())
        self.hide()

    def frame_painted(self, copy_ms: float, paint_ms: float) -> None:
        """A new frame is on the screen; it took this long to copy and to paint."""
        now = time.perf_counter()
        if self._last is not None:
            self._intervals.append((now - self._last) * 1000)
        self._last, self._copy_ms, self._paint_ms = now, copy_ms, paint_ms

    def _count_drops(self) -> None:
        """Twice a second, as often as the engine tells of itself: seen or not, a minute has to be known."""
        now = time.monotonic()
        self._drops.append((now, self._studio.dropped))
        while now - self._drops[0][0] > _MINUTE:
            self._drops.popleft()

    def dropped_lately(self) -> int:
        """How many pictures the window had no time for in the last minute."""
        return self._studio.dropped - (self._drops[0][1] if self._drops else 0)

    def setVisible(self, visible: bool) -> None:
        if visible:
            self._timer.start()
            self.refresh()
        else:
            self._timer.stop()
        super().setVisible(visible)

    def stages(self) -> Stages:
        """Where the time of a frame goes."""
        engine = self._studio.engine
        return Stages(engine.plan_ms, engine.synthesis_ms, engine.finish_ms, self._copy_ms, self._paint_ms)

    def facts(self) -> list[tuple[str, str]]:
        """The lower rows: name and figure."""
        engine = self._studio.engine
        size = f"{engine.width} × {engine.height}" if engine.width else "–"
        rows = [
            (self.tr("Device"), engine.device.upper() or "–"),
            (self.tr("Precision"), engine.precision or "–"),
            (self.tr("Size"), size),
            (self.tr("Output"), self._output()),
            (self.tr("Dropped"), self.tr("{} in the last minute").format(self.dropped_lately())),
            (self.tr("Flashes"), self.tr("{} of {} a second").format(engine.flashes, MOST)),
            (self.tr("Sound clock"), self._sound()),
        ]
        taken, whole = (count / 2**30 for count in engine.memory)
        memory = self.tr("{:.1f} of {:.1f} GB").format(taken, whole) if whole else ""
        more = ((self.tr("Device memory"), memory), (self.tr("Given up"), engine.given_up),
                (self.tr("Note"), engine.note))  # fmt: skip
        return [*rows, *(row for row in more if row[1]), *self._studio.live.latency.few_rows()]

    def _output(self) -> str:
        fps = self.output_fps()
        return self.tr("not open") if fps is None else self.tr("{:.1f} fps").format(fps)

    def _sound(self) -> str:
        """What the time comes from, and how much later than it is written the sound is heard."""
        latency, clock = self._studio.player.latency, self._studio.clock
        late = latency > 0 and self._studio.live.source is None
        return self.tr("{}, {:.0f} ms").format(clock, 1000 * latency) if late else clock

    @property
    def badge(self) -> str:
        """What has to be seen at once: that the processor draws, where something better was to."""
        engine = self._studio.engine
        return self.tr("CPU FALLBACK") if engine.device == "cpu" and engine.note else ""

    @property
    def spoken(self) -> str:
        """The figures for who does not see them."""
        first = self.tr("{:.0f} frames a second").format(self._studio.engine.fps)
        return ", ".join(filter(None, (first, self.badge, *(f"{name}: {figure}" for name, figure in self.facts()))))

    def _row(self) -> int:
        """How high a row is: closer together where all of them would not stand within the picture."""
        count, over = len(Stages._fields) + 1 + len(self.facts()), self.parentWidget()
        room = over.height() - self.y() - _PAD - _FIXED if over is not None else count * _ROW
        return max(_CLOSE, min(_ROW, room // count))

    def _height(self) -> int:
        return _FIXED + self._row() * (len(Stages._fields) + 1 + len(self.facts()))

    def refresh(self) -> None:
        """Draw the figures again."""
        self.setAccessibleDescription(self.spoken)
        self.resize(WIDTH, self._height())
        dpr = self.devicePixelRatioF()
        self._drawn = QPixmap(self.size() * dpr)
        self._drawn.setDevicePixelRatio(dpr)
        self._drawn.fill(Qt.GlobalColor.transparent)
        painter = QPainter(self._drawn)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(fade(STAGE.bg0, 0.94))
        painter.drawRoundedRect(QRectF(0, 0, self.width(), self.height()), 8, 8)
        self._paint_head(painter)
        self._paint_spark(painter, QRectF(_PAD, 52, WIDTH - 2 * _PAD, 52))
        self._paint_stages(painter, 114)
        painter.end()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._drawn)
        painter.end()

    def _paint_head(self, painter: QPainter) -> None:
        engine = self._studio.engine
        rate, large = f"{engine.fps:.1f}" if engine.fps > 0 else "–", font(28, 600)
        line = QRectF(_PAD, 10, WIDTH - 2 * _PAD, 34)
        rests = engine.status == "running" and engine.fps <= 0  # nothing is drawn while all rests, which is no fault
        slow = STAGE.text2 if rests else STAGE.warn
        write(painter, line, rate, large, STAGE.ok if engine.fps >= STEADY_FPS else slow)
        beside = line.adjusted(QFontMetricsF(large).horizontalAdvance(rate) + 8, 6, 0, 0)
        write(painter, beside, self.tr("fps"), font(12), STAGE.text2)
        if self.badge:
            self._paint_badge(painter, beside)
        dropped = self.tr("dropped")
        write(painter, beside, dropped, font(12), STAGE.text2, RIGHT)
        before = beside.adjusted(0, 0, -QFontMetricsF(font(12)).horizontalAdvance(dropped) - 6, 0)
        write(painter, before, str(self._studio.dropped), font(12, 600), STAGE.text_hi, RIGHT)

    def _paint_badge(self, painter: QPainter, beside: QRectF) -> None:
        """After the word that follows the rate."""
        face = font(10, 700)
        left = beside.left() + QFontMetricsF(font(12)).horizontalAdvance(self.tr("fps")) + 8
        box = QRectF(left, beside.center().y() - 9, QFontMetricsF(face).horizontalAdvance(self.badge) + 10, 18)
        fill(painter, box, STAGE.warn, 3)
        write(painter, box, self.badge, face, STAGE.on_warn, CENTER)

    def _paint_spark(self, painter: QPainter, box: QRectF) -> None:
        """One bar for each frame, amber where it came late; the scale holds the budget and most frames."""
        ordered = sorted(self._intervals) or [0.0]
        ceiling = max(BUDGET_MS * 1.2, ordered[int(len(ordered) * 0.95)] * 1.3)
        late = max(BUDGET_MS, ordered[len(ordered) // 2]) * 1.5
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        step = box.width() / _FRAMES
        for i, interval in enumerate(self._intervals):
            high = box.height() * min(interval / ceiling, 1.0)
            x = round(box.right() - (len(self._intervals) - i) * step)
            painter.fillRect(QRectF(x, box.bottom() - high, 1, high), STAGE.warn if interval > late else STAGE.ok)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        y = round(box.bottom() - box.height() * BUDGET_MS / ceiling) + 0.5
        painter.setPen(QPen(STAGE.warn, 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(box.left(), y), QPointF(box.right() - 56, y))
        words = QRectF(box.right() - 54, y - 8, 54, 16)
        fill(painter, words, STAGE.bg0, 2)
        write(painter, words, f"{BUDGET_MS:.1f} ms", font(12), STAGE.warn, RIGHT)

    def _paint_stages(self, painter: QPainter, top: float) -> None:
        stages = self.stages()
        tr = self.tr
        names = (tr("Plan"), tr("Network"), tr("Colour and size"), tr("Copy to window"), tr("Paint"))
        colours = (STAGE.text3, STAGE.accent, STAGE.mid, STAGE.warn, STAGE.text)
        track = QRectF(_PAD, top, WIDTH - 2 * _PAD, 12)
        fill(painter, track, STAGE.bg3, 2)
        x, scale = track.left(), track.width() / max(BUDGET_MS, sum(stages))
        high = self._row()
        row = QRectF(_PAD, top + 18, WIDTH - 2 * _PAD, high)
        for name, took, colour in zip(names, stages, colours, strict=True):
            painter.fillRect(QRectF(x, track.top(), max(took * scale, 1), 12), colour)
            x += took * scale
            fill(painter, QRectF(_PAD, row.center().y() - 4, 8, 8), colour, 2)
            _line(painter, row, (name, f"{took:.1f} ms"), 20)
            row.translate(0, high)
        row.translate(0, 4)
        _line(painter, row, (self.tr("Frame"), f"{sum(stages):.1f} of {BUDGET_MS:.1f} ms"), 20, bold=True)
        painter.fillRect(QRectF(_PAD, row.bottom() + 8, row.width(), 1), STAGE.border)
        row.translate(0, high + 16)
        for fact in self.facts():
            _line(painter, row, fact)
            row.translate(0, high)


def _line(painter: QPainter, row: QRectF, words: tuple[str, str], inset: int = 0, *, bold: bool = False) -> None:
    """A name at the left and its figure at the right."""
    face = font(12, 600 if bold else 400)
    write(painter, row.adjusted(inset, 0, 0, 0), words[0], face, STAGE.text_hi if bold else STAGE.text2)
    write(painter, row.adjusted(110, 0, 0, 0), words[1], face, STAGE.text_hi if bold else STAGE.text, RIGHT)
