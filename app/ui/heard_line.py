"""A line that says what was heard last of a kind of controller, four times a second while somebody looks."""

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, QSize, QTimer
from PySide6.QtGui import QColor, QFont, QFontMetrics, QHideEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.last_heard import How, Line
from app.ui.theme import STAGE, font, pixmap
from app.ui.widgets import paint, plain

LOOK_MS = 250
TALL = 28
_ICONS: dict[How, str] = {"done": "check", "waits": "clock", "nothing": "minus", "wrong": "triangle-alert"}
_DOT, _AGO, _GAP, _ICON = 20, 56, 12, 14
_SHARE = 0.5
"""How much of the line a long message may take."""


class HeardLine(QWidget):
    """Shows the newest message of one kind (main thread): a lamp that lights as one comes, its words, what it did."""

    def __init__(self, name: str, read: Callable[[], Line | None]) -> None:
        super().__init__()
        self._name, self._read = name, read
        self.line: Line | None = None
        self.lit = False
        self.setObjectName(f"heard{name}")
        self.setAccessibleName(f"Last {name} message: none")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._look = QTimer(self, interval=LOOK_MS)
        self._look.timeout.connect(self.look)

    def sizeHint(self) -> QSize:
        return QSize(320, TALL)

    minimumSizeHint = sizeHint

    def showEvent(self, event: QShowEvent) -> None:
        self.line = self._read()
        self.look()
        self._look.start()

    def hideEvent(self, event: QHideEvent) -> None:
        self._look.stop()

    def look(self) -> None:
        """Has another one come?"""
        before, line = self.line, self._read()
        lit = line is not None and (before is None or line.at != before.at)
        if (line, lit) == (before, self.lit):
            return
        self.line, self.lit = line, lit
        if line is not None and (before is None or line.spoken != before.spoken):
            self.setAccessibleName(f"Last {self._name} message: {line.spoken}")
            self.setToolTip(plain(f"{line.what}\nfrom {line.whom}\n{line.did}"))
        self.update()

    # strokes

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint.fill(painter, self.rect(), STAGE.bg0, 4)
        middle = QPointF(_DOT / 2, self.height() / 2)
        paint.dot(painter, middle, 4 if self.lit else 3, STAGE.accent if self.lit else STAGE.border_strong)
        if self.line is None:
            box = QRectF(_DOT, 0, self.width() - _DOT, self.height())
            paint.write(painter, box, "Nothing was heard yet", font(12), STAGE.text3)
        else:
            self._write(painter, self.line)
        painter.end()

    def _write(self, painter: QPainter, line: Line) -> None:
        room, tall = self.width() - _DOT - _AGO - _GAP, self.height()
        mono, face = font(12, 400, mono=True), font(12)
        sender = f"from {line.whom}"
        what = min(_wide(mono, line.what), room * _SHARE)
        whom = min(_wide(face, sender), room * (1.0 - _SHARE) / 2)
        x = float(_DOT)
        paint.write(painter, QRectF(x, 0, what + 1, tall), line.what, mono, STAGE.text_hi)
        x += what + _GAP
        paint.write(painter, QRectF(x, 0, whom + 1, tall), sender, face, STAGE.text3)
        x += whom + _GAP
        ink = _ink(line.how)
        sign = pixmap(_ICONS[line.how], ink, _ICON, self.devicePixelRatioF())
        painter.drawPixmap(QPointF(x, (tall - _ICON) / 2), sign)
        x += _ICON + 6
        paint.write(painter, QRectF(x, 0, self.width() - _AGO - x, tall), line.did, face, ink)
        box = QRectF(self.width() - _AGO, 0, _AGO - 10, tall)
        paint.write(painter, box, line.ago, font(11), STAGE.text3, paint.RIGHT)


def _wide(face: QFont, text: str) -> float:
    return float(QFontMetrics(face).horizontalAdvance(text))


def _ink(how: How) -> QColor:
    if how == "wrong":
        return STAGE.broken_text
    return STAGE.ok if how == "done" else STAGE.warn if how == "waits" else STAGE.text2
