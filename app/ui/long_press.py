"""A finger that rests on the screen opens the menu that a right click opens."""

from PySide6.QtCore import QEvent, QObject, QPointF, QTimer
from PySide6.QtGui import QContextMenuEvent, QTouchEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

PRESS_MS = 500
SLOP = 10.0
"""Pixels that a finger which rests may still move."""


class LongPress(QObject):
    """Watches the touches of *window* (main thread), as they come in and before any widget has them."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._at = QPointF()
        self._rest = QTimer(self, singleShot=True, interval=PRESS_MS)
        self._rest.timeout.connect(self._open)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if watched is self._window:
            if kind == QEvent.Type.Show and self._window.windowHandle() is not None:
                self._window.windowHandle().installEventFilter(self)  # a second time changes nothing
        elif kind == QEvent.Type.TouchBegin or kind == QEvent.Type.TouchUpdate:
            self._touched(event)
        elif kind == QEvent.Type.TouchEnd or kind == QEvent.Type.TouchCancel:
            self._rest.stop()
        return False

    def _touched(self, event: QEvent) -> None:
        assert isinstance(event, QTouchEvent)
        points = event.points()
        if event.type() == QEvent.Type.TouchBegin and len(points) == 1:
            self._at = points[0].globalPosition()
            self._rest.start()
        elif len(points) != 1 or (points[0].globalPosition() - self._at).manhattanLength() > SLOP:
            self._rest.stop()

    def _open(self) -> None:
        """The menu of what is below the finger; a button that has one is not pressed any more."""
        place = self._at.toPoint()
        pressed = self._window.childAt(self._window.mapFromGlobal(place))
        if pressed is None:
            return
        menu = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, pressed.mapFromGlobal(place), place)
        QApplication.sendEvent(pressed, menu)
        if menu.isAccepted() and isinstance(pressed, QAbstractButton):
            pressed.setDown(False)
