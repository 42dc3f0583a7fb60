"""Figures to be read from two metres: song time, tempo, bar and beat."""

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.ui.theme import STAGE, font

HEIGHT = 48


def clock_time(seconds: float, hundredths: bool = True) -> str:
    """``1:12.48``, ``5:21`` or ``1:02:03.00``; cut, not rounded, so that it never shows a time not reached."""
    whole = int(seconds * 100 + 1e-6)
    minutes, rest = divmod(whole // 100, 60)
    head = f"{minutes // 60}:{minutes % 60:02}" if minutes >= 60 else str(minutes)
    return f"{head}:{rest:02}" + (f".{whole % 100:02}" if hundredths else "")


class TimeLabel(QWidget):
    """Song time, large, and the song's length; a click shows what remains instead (main thread).

    On a *ground* of one colour it needs nobody else to paint what is behind it, thirty times a second.
    """

    def __init__(
        self, parent: QWidget | None = None, *, size: int = 20, tall: int = HEIGHT, ground: QColor | None = None
    ) -> None:
        super().__init__(parent)
        self._ground = ground
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent, ground is not None)
        self._tall, self._baseline = tall, tall // 2 + round(size * 0.35)
        self.setObjectName("timeLabel")
        self.setAccessibleName(self.tr("Time"))
        self.setToolTip(self.tr("Song time. Click for the time that remains"))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.remaining = self._compact = False
        self._t = self._duration = 0.0
        self._large, self._small = font(size, 600), font(12)
        self._resize()

    def text(self) -> str:
        """The large figure."""
        rest = self.remaining and self._duration > 0  # what is live has no end to count to
        return f"−{clock_time(max(self._duration - self._t, 0.0))}" if rest else clock_time(self._t)

    def show_time(self, t: float, duration: float) -> None:
        """The song stands at *t* of *duration* seconds."""
        before, length = self.text(), self._duration
        self._t, self._duration = t, duration
        if duration != length or len(self.text()) != len(before):
            self._resize()
        if duration != length:
            self.update()
        elif self.text() != before:
            self.update(0, 0, self._wide, self.height())

    def _resize(self) -> None:
        longest = ("−" if self.remaining else "") + clock_time(max(self._duration, self._t))
        self._wide = QFontMetrics(self._large).horizontalAdvance(longest)
        rest = QFontMetrics(self._small).horizontalAdvance(self._length())
        self.setFixedSize(self._wide + (0 if self._compact else 8 + rest + 2), self._tall)

    def set_compact(self, compact: bool) -> None:
        """Leave the song's length out."""
        self._compact = compact
        self._resize()
        self.update()

    def _length(self) -> str:
        return f"/ {clock_time(self._duration, hundredths=False)}" if self._duration > 0 else ""

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.remaining = not self.remaining
        self._resize()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._ground is not None:
            painter.fillRect(event.rect(), self._ground)
        painter.setFont(self._large)
        painter.setPen(STAGE.text_hi)
        painter.drawText(QPointF(0, self._baseline), self.text())
        if not self._compact and event.rect().right() >= self._wide:
            painter.setFont(self._small)
            painter.setPen(STAGE.text3)
            painter.drawText(QPointF(self._wide + 8, self._baseline), self._length())
        painter.end()


class Figure(QWidget):
    """A number to be read from two metres, with its unit (main thread)."""

    def __init__(
        self, size: int, widest: str, unit: str = "", parent: QWidget | None = None, *, tall: int = HEIGHT
    ) -> None:
        super().__init__(parent)
        self._tall = tall
        self._face, self._unit, self._text = font(size, 600), unit, "–"
        self._wide = QFontMetrics(self._face).horizontalAdvance(widest)
        self._baseline = tall // 2 + round(size * 0.35)
        self._compact = False
        self.set_compact(False)

    def set_compact(self, compact: bool) -> None:
        """Leave the unit out."""
        self._compact = compact
        shown = self._unit and not compact
        self.setFixedSize(
            self._wide + (8 + QFontMetrics(font(11)).horizontalAdvance(self._unit) if shown else 0), self._tall
        )

    def text(self) -> str:
        """What it shows."""
        return self._text

    def set_text(self, text: str) -> None:
        """Show *text*."""
        if text != self._text:
            self._text = text
            self.setAccessibleDescription(text)
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(self._face)
        painter.setPen(STAGE.text_hi)
        painter.drawText(QPointF(0, self._baseline), self._text)
        if self._unit and not self._compact:
            x = QFontMetrics(self._face).horizontalAdvance(self._text) + 7
            painter.setFont(font(11))
            painter.setPen(STAGE.text3)
            painter.drawText(QPointF(x, self._baseline), self._unit)
        painter.end()
