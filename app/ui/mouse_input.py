"""The mouse as a source: while it is wanted, where it stands over the picture is two inputs of the scene."""

from PySide6.QtCore import QEvent, QObject, QPointF, QTimer
from PySide6.QtGui import QAction, QMouseEvent
from PySide6.QtWidgets import QWidget

from app.ui.document import Document

ACROSS, UP = "input.5", "input.6"
"""The inputs that it sets, for MIDI and OSC as well."""
_SOON_MS = 16


class MouseInput(QObject):
    """Sets ACROSS and UP while *action* is on and the mouse is over *view* (main thread), at most 60 times a second.

    They are set as by any hand: undone, recorded in takes, and where they were left when it is off.
    """

    def __init__(self, document: Document, view: QWidget, action: QAction) -> None:
        super().__init__(view)
        self._document, self._view, self._at = document, view, QPointF()
        self._soon = QTimer(self, singleShot=True, interval=_SOON_MS)
        self._soon.timeout.connect(self._set)
        action.toggled.connect(self.listen)

    def listen(self, on: bool) -> None:
        """Follow the mouse from now on, or leave it alone."""
        self._document.end_merge()
        self._view.setMouseTracking(on)
        if on:
            self._view.installEventFilter(self)
        else:
            self._view.removeEventFilter(self)
            self._soon.stop()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseMove:
            self._at = event.position()
            if not self._soon.isActive():
                self._soon.start()
        return False

    def _set(self) -> None:
        wide, tall = max(1, self._view.width() - 1), max(1, self._view.height() - 1)
        place = {ACROSS: round(self._at.x() / wide, 4), UP: round(1.0 - self._at.y() / tall, 4)}
        self._document.params.set_all(place, text="Mouse", merge="mouse")
