"""The row of large buttons that act on the stage, and between them how the engine does."""

import time
from collections import deque
from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import (
    QAction,
    QColor,
    QFont,
    QFontMetrics,
    QHideEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QShowEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from app.ui.bound import bind
from app.ui.hud import BUDGET_MS, STEADY_FPS
from app.ui.theme import STAGE, font, pixmap
from app.ui.widgets import StageButton, grounded, paint

if TYPE_CHECKING:
    from app.ui.stage import StagePicture
    from app.ui.studio import Studio

HEIGHT, RADIUS = 64, 6
_REFRESH_MS = 250
_BARS = 38
_SPARK = QSize(150, 36)


class BigStageButton(StageButton):
    """A word that acts on the stage, with its key, to be hit in the dark (main thread)."""

    def __init__(self, word: str, kind: str, icon: str, wide: int) -> None:
        super().__init__(word, kind, icon)
        self.wide, self.under, self.tall = wide, "", HEIGHT
        self.face = font(16, 700)
        self.face.setLetterSpacing(QFont.SpacingType.PercentageSpacing, 104)
        self.small = False

    def sizeHint(self) -> QSize:
        return QSize(self.wide, self.tall)

    def minimumSizeHint(self) -> QSize:
        return QSize(44 + self._word(), self.tall)

    def set_under(self, words: str) -> None:
        """A line under the word, such as the display's name."""
        if words != self.under:
            self.under = words
            self.setAccessibleDescription(words)
            self.update()

    def _word(self) -> int:
        return QFontMetrics(self.face).horizontalAdvance(self.text())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        face, ink, mark = self._stage_colors()
        paint.fill(painter, self.rect(), paint.hover(face, self.underMouse(), self.isDown()), RADIUS)
        lit = self.isChecked() and self.isEnabled()
        if self.kind in ("onair", "panic"):
            paint.outline(painter, self.rect(), STAGE.live if lit else STAGE.border, RADIUS, 2 if lit else 1)
        if self.ringed():
            paint.focus_ring(painter, self.rect(), RADIUS)
        self._paint_words(painter, ink, mark)
        painter.end()

    def _paint_words(self, painter: QPainter, ink: QColor, mark: QColor) -> None:
        """Icon, word and key as one group in the middle; the key gives way where there is no room."""
        key_face = font(12, 500)
        key = QFontMetrics(key_face).horizontalAdvance(self.hint) if self.hint else 0
        word, side = self._word(), 20
        under = QFontMetrics(font(11)).horizontalAdvance(self.under) if self.under else 0
        text = max(word, min(under, self.width() - 60 - (key + 12 if key else 0)))
        whole = side + 14 + text + (12 + key if key else 0)
        if whole > self.width() - 12:
            whole, key = side + 14 + text, 0
        left = max((self.width() - whole) / 2, 6.0)
        middle = self.height() / 2
        painter.drawPixmap(QPointF(left, middle - side / 2), pixmap(self.mark, mark, side, self.devicePixelRatioF()))
        at = QRectF(left + side + 14, 0, self.width() - left - side - 14, self.height())
        if self.under:
            first, second = at.adjusted(0, -10, 0, -10), QRectF(at.left(), middle + 2, text, 16)
            paint.write(painter, second, self.under, font(11), STAGE.ok if self.isChecked() else STAGE.text3)
        else:
            first = at
        paint.write(painter, first, self.text(), self.face, ink)
        if key:
            dim = STAGE.blackout_key if self.kind == "blackout" and not self.isChecked() else STAGE.text3
            dim = ink if self.kind == "freeze" or (self.isChecked() and self.kind == "blackout") else dim
            box = QRectF(left + whole - key, 0, key + 2, self.height())
            paint.write(painter, box, self.hint, key_face, dim)


class PanicButton(BigStageButton):
    """PANIC: an outline, for it is pressed seldom (main thread)."""

    def __init__(self, wide: int) -> None:
        super().__init__("PANIC", "panic", "octagon-alert", wide)
        self.setCheckable(False)

    def _stage_colors(self) -> tuple[QColor, QColor, QColor]:
        return STAGE.bg0, STAGE.text_hi, STAGE.warn


class RatePanel(QWidget):
    """Frames a second, to be read from two metres, and the times of the last frames (main thread, four a second)."""

    def __init__(self, studio: "Studio", picture: "StagePicture") -> None:
        super().__init__()
        self.setObjectName("ratePanel")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._studio = studio
        self._intervals: deque[float] = deque(maxlen=_BARS)
        self._last: float | None = None
        self._drawn = QPixmap()
        self._timer = QTimer(self, interval=_REFRESH_MS)
        self._timer.timeout.connect(self.refresh)
        picture.changed.connect(self._frame)

    def sizeHint(self) -> QSize:
        return QSize(300, HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(110, 44)

    def _frame(self) -> None:
        now = time.perf_counter()
        if self._last is not None:
            self._intervals.append((now - self._last) * 1000)
        self._last = now

    def showEvent(self, event: QShowEvent) -> None:
        self._intervals.clear()
        self._last = None
        self._timer.start()
        self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        self._timer.stop()

    def words(self) -> tuple[str, str, str]:
        """The rate, what was dropped, and what a frame costs of what it may."""
        engine = self._studio.engine
        rate = f"{engine.fps:.1f}" if engine.fps > 0 else "–"
        cost = engine.plan_ms + engine.synthesis_ms + engine.finish_ms
        dropped = self.tr("{} dropped").format(self._studio.dropped)
        return rate, dropped, engine.given_up or self.tr("{:.1f} of {:.1f} ms").format(cost, BUDGET_MS)

    def refresh(self) -> None:
        """Draw the figures again."""
        dpr = self.devicePixelRatioF()
        self._drawn = QPixmap(self.size() * dpr)
        self._drawn.setDevicePixelRatio(dpr)
        self._drawn.fill(STAGE.bg0)
        painter = QPainter(self._drawn)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint.fill(painter, QRectF(self.rect()), STAGE.bg1, RADIUS)
        self._draw(painter)
        painter.end()
        rate, dropped, _cost = self.words()
        self.setAccessibleName(self.tr("{} frames a second, {}").format(rate, dropped))
        self.update()

    def _draw(self, painter: QPainter) -> None:
        (rate, dropped, cost), large = self.words(), font(32, 600)
        figure = QFontMetrics(large).horizontalAdvance("00.0" if len(rate) < 5 else rate)
        beside = max(
            QFontMetrics(font(12, 500)).horizontalAdvance(dropped), QFontMetrics(font(11)).horizontalAdvance(cost)
        )
        whole = figure + 40 + 20 + _SPARK.width() + 20 + beside
        spark, told = self.width() >= whole + 24, self.width() >= figure + 60 + beside + 24
        used = figure + 34 + (26 + _SPARK.width() if spark else 0) + (20 + beside if told else 0)
        x, tall = (self.width() - used) / 2, self.height()
        engine = self._studio.engine
        well = engine.fps >= STEADY_FPS and not engine.given_up
        rests = engine.status == "running" and engine.fps <= 0
        ink = STAGE.text3 if rests else STAGE.ok if well else STAGE.warn
        paint.write(painter, QRectF(x, 0, figure + 2, tall), rate, large, ink, paint.RIGHT)
        x += figure + 8
        paint.write(painter, QRectF(x, 6, 30, tall - 6), self.tr("fps"), font(14), STAGE.text3)
        x += 26
        if spark:
            self._draw_spark(painter, QRectF(x + 26, (tall - 36) / 2, _SPARK.width(), _SPARK.height()))
            x += 26 + _SPARK.width()
        if told:
            box = QRectF(x + 20, tall / 2 - 17, beside + 4, 17)
            paint.write(painter, box, dropped, font(12, 500), STAGE.text)
            paint.write(painter, box.translated(0, 17), cost, font(11), STAGE.text3)

    def _draw_spark(self, painter: QPainter, box: QRectF) -> None:
        """A bar for each frame, amber where it came late; the dotted line is the budget."""
        ordered = sorted(self._intervals) or [BUDGET_MS]
        usual = ordered[len(ordered) // 2]
        ceiling = max(BUDGET_MS, usual) * 1.8
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        for i, interval in enumerate(self._intervals):
            high = max(box.height() * min(interval / ceiling, 1.0), 1.0)
            x = round(box.right() - (len(self._intervals) - i) * box.width() / _BARS)
            late = interval > max(BUDGET_MS, usual) * 1.5
            painter.fillRect(QRectF(x, box.bottom() - high, 3, high), STAGE.warn if late else STAGE.ok)
        y = round(box.bottom() - box.height() * BUDGET_MS / ceiling) + 0.5
        painter.setPen(QPen(STAGE.warn, 1, Qt.PenStyle.DotLine))
        painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._drawn)
        painter.end()


class StageRow(QWidget):
    """Owns the row of 64 (main thread). FREEZE, BLACKOUT and the rate are never hidden."""

    def __init__(self, studio: "Studio", picture: "StagePicture", actions: Mapping[str, QAction]) -> None:
        super().__init__()
        self.setObjectName("stageRow")
        self._picture = picture
        grounded(self, STAGE.bg0)
        self.freeze = BigStageButton("FREEZE", "freeze", "snowflake", 168)
        self.blackout = BigStageButton("BLACKOUT", "blackout", "square-fill", 216)
        self.rate = RatePanel(studio, picture)
        self.output = BigStageButton("OUTPUT", "out", "monitor-up", 188)
        self.on_air = BigStageButton("ON AIR", "onair", "radio", 150)
        self.panic = PanicButton(164)
        self._row = QHBoxLayout(self)
        self._row.setSpacing(8)
        wired = {"freeze": self.freeze, "blackout": self.blackout, "output": self.output, "on_air": self.on_air,
                 "panic": self.panic}  # fmt: skip
        for name, button in wired.items():
            button.setObjectName(f"perform:{name}")
            if name in actions:
                bind(button, actions[name])
                button.hint = actions[name].shortcut().toString().replace("Shift+", "⇧")
            else:
                button.hide()
        for widget in (self.freeze, self.blackout, self.rate, self.output, self.on_air, self.panic):
            self._row.addWidget(widget, 1 if widget is self.rate else 0)
        picture.stage_changed.connect(self.follow)
        self.set_height(HEIGHT, 3)
        self.follow()

    def set_height(self, tall: int, air: int) -> None:
        """Of the buttons, and the air over and under them."""
        self._row.setContentsMargins(8, air, 8, air)
        narrow = tall < HEIGHT
        wide = {self.freeze: 168, self.blackout: 216, self.output: 188, self.on_air: 150, self.panic: 164}
        for button, usual in wide.items():
            button.tall = tall
            button.setFixedSize(button.minimumSizeHint().width() + 12 if narrow else usual, tall)
        self.rate.setFixedHeight(tall)
        self.setFixedHeight(tall + 2 * air)

    def follow(self) -> None:
        """Show the display that the audience sees."""
        self.output.set_under(self._picture.output_name)
