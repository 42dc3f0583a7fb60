"""Hands for the tests of the timeline: where a time is on a lane, and a drag with the button held."""

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier


def spot(lane, t, y=None) -> QPoint:
    """The pixel of *t* seconds, half-way down *lane* or at *y*."""
    return QPoint(round(lane.x_of(t)), lane.height() // 2 if y is None else y)


def drag(qtbot, lane, a: QPoint, b: QPoint, modifier=NONE) -> None:
    """Press at *a*, move in five steps, let go at *b*; offscreen no moves with a button come by themselves."""
    qtbot.mousePress(lane, LEFT, modifier, a)
    for i in range(1, 6):
        where = QPointF(a + (b - a) * i / 5)
        event = QMouseEvent(
            QEvent.Type.MouseMove, where, lane.mapToGlobal(where), Qt.MouseButton.NoButton, LEFT, modifier
        )
        QApplication.sendEvent(lane, event)
    qtbot.mouseRelease(lane, LEFT, modifier, b)
