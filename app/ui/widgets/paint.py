"""Strokes that all widgets of ours share: rounded fills, outlines, one line of text, the focus ring."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QEnterEvent, QFocusEvent, QFont, QFontMetrics, QPainter, QPen

from app.ui import theme
from app.ui.theme import STAGE

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget as _Mixed
else:
    _Mixed = object

Align = Qt.AlignmentFlag
LEFT = Align.AlignLeft | Align.AlignVCenter
RIGHT = Align.AlignRight | Align.AlignVCenter
CENTER = Align.AlignCenter

_PRESSED, _DARK = 20, 50
"""How high what can be pressed is at least, and how light no ground is."""
_BY_KEY = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason)


def fill(painter: QPainter, rect: QRect | QRectF, color: QColor, radius: float = 0.0) -> None:
    """*rect* filled, with round corners when *radius* is more than 0."""
    if radius <= 0:
        painter.fillRect(rect, color)
        return
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    painter.drawRoundedRect(QRectF(rect), radius, radius)
    if STAGE.edge > 1 and rect.height() >= _PRESSED and color.lightness() < _DARK:  # else nothing would part it
        outline(painter, rect, STAGE.border, radius)


def outline(painter: QPainter, rect: QRect | QRectF, color: QColor, radius: float = 4.0, width: float = 1.0) -> None:
    """A line just inside the edge of *rect*."""
    width = max(width, STAGE.edge)
    half = width / 2
    painter.setPen(QPen(color, width))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(QRectF(rect).adjusted(half, half, -half, -half), max(0.0, radius - half), radius - half)


def write(painter: QPainter, rect: QRect | QRectF, words: str, face: QFont, color: QColor, align: Align = LEFT) -> None:
    """One line of text in *rect*, cut with an ellipsis when it does not fit."""
    painter.setFont(face)
    painter.setPen(color)
    box = QRectF(rect)
    metrics = QFontMetrics(face)
    if metrics.horizontalAdvance(words) > box.width() + 1:
        words = metrics.elidedText(words, Qt.TextElideMode.ElideRight, int(box.width()))
    painter.drawText(box, align, words)


def dot(painter: QPainter, center: QPointF, radius: float, color: QColor) -> None:
    """A filled circle."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    painter.drawEllipse(center, radius, radius)


def badge(painter: QPainter, rect: QRectF, letter: str, color: QColor) -> None:
    """The round mark of a sound source: its letter on its colour."""
    dot(painter, rect.center(), rect.width() / 2, color)
    write(painter, rect, letter, theme.font(10, 700), theme.blend(color, QColor(0, 0, 0), 0.86), CENTER)


def upright(painter: QPainter, x: float, y: float, height: float, color: QColor | None = None) -> None:
    """The thumb of every slider: a line 4 wide around *x*."""
    fill(painter, QRectF(x - 2, y, 4, height), color or STAGE.text_hi, 2)


def focus_ring(painter: QPainter, rect: QRect | QRectF, radius: float = 4.0) -> None:
    """Where the keys go: 2 px of white inside a line of black."""
    box = QRectF(rect)
    outline(painter, box, QColor(0, 0, 0), radius, 3)
    outline(painter, box, STAGE.ring, radius, 2)


def hover(color: QColor, over: bool, down: bool = False) -> QColor:
    """*color* six per cent lighter under the mouse, darker while pressed."""
    if not (over or down):
        return color
    return theme.blend(color, QColor(0, 0, 0) if down else QColor(255, 255, 255), 0.10 if down else 0.06)


class KeyFocus(_Mixed):
    """Remembers whether the focus came by a key: only then a ring is drawn. Main thread; mixed in first."""

    by_key = False

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.by_key = event.reason() in _BY_KEY
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.update()

    def ringed(self) -> bool:
        """Whether to draw the ring now."""
        return self.by_key and self.hasFocus()
