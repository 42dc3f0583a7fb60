"""Tells a network peer what changed, unless it was the peer that changed it."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from app.control.packets import Argument

EVERY_MS = 16
_FLOWS = "transport/seek"  # song time is told when asked for; it always changes


class Echo(QObject):
    """Owns what the peer knows: the tail of an address -> its value (main thread)."""

    changed = Signal(str, object)

    def __init__(self, state: Callable[[], dict[str, Argument]], parent: QObject) -> None:
        super().__init__(parent)
        self._state = state
        self._known: dict[str, Argument] = {}
        self._soon = QTimer(self, singleShot=True, interval=EVERY_MS)
        self._soon.timeout.connect(self._tell)
        self.on = False

    def start(self) -> None:
        """The peer is there, and asks for what it does not know."""
        self._known, self.on = self._state(), True

    def stop(self) -> None:
        """There is no peer."""
        self.on = False
        self._soon.stop()

    def look(self) -> None:
        """Something may have changed: tell it soon, at most 60 times a second."""
        if self.on and not self._soon.isActive():
            self._soon.start()

    def knows(self, before: dict[str, Argument]) -> None:
        """The peer did what was done since *before*."""
        for tail, value in self._state().items():
            if before.get(tail) != value:
                self._known[tail] = value

    def knows_value(self, tail: str, value: Argument) -> None:
        """The peer put *tail* to *value*."""
        self._known[tail] = value

    def _tell(self) -> None:
        now = self._state()
        for tail, value in now.items():
            if tail != _FLOWS and self._known.get(tail) != value:
                self.changed.emit(tail, value)
        self._known = now
