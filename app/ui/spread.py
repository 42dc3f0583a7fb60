"""Work for the window's own thread, done a little at a time between what people see and do."""

import time
from collections.abc import Iterator

from PySide6.QtCore import QObject, QTimer, Signal

SHARE_MS = 2.0
"""How long one turn of it takes at most, if no step of the work is longer."""


class Spread(QObject):
    """Owns at most one piece of work, an iterator of steps, and takes it up where it was left (main thread)."""

    done = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._work: Iterator[None] | None = None
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._turn)

    @property
    def busy(self) -> bool:
        """Whether something is left to do."""
        return self._work is not None

    def begin(self, work: Iterator[None]) -> None:
        """Do *work* from now on, in place of what was left."""
        self._work = work
        self._timer.start()

    def drop(self) -> None:
        """Leave the rest."""
        self._work = None
        self._timer.stop()

    def _turn(self) -> None:
        work, end = self._work, time.perf_counter() + SHARE_MS / 1000
        if work is None:
            self._timer.stop()
            return
        for _step in work:
            if time.perf_counter() >= end:
                return
        if self._work is work:
            self.drop()
            self.done.emit()
