"""Looks after the engine from outside: says that the picture holds, and why; logs that, and what is given up."""

import logging
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, QTimer, Signal

from app.engine.render.pulse import Pulse

if TYPE_CHECKING:
    from app.ui.studio import Studio

LOOK_MS = 250
AGAIN = 2.0
"""Seconds between two tries to start an engine whose thread ends by itself."""

_log = logging.getLogger(__name__)


class Watched(Protocol):
    """The part of an engine that is looked at."""

    pulse: Pulse

    @property
    def dead(self) -> bool: ...
    def revive(self) -> None: ...


class Watch(QObject):
    """Owns what is known of the engine's health (main thread). An engine whose thread is dead is started again."""

    changed = Signal()

    def __init__(self, engine: Watched, studio: "Studio", clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(studio)
        self._engine, self._studio, self._clock = engine, studio, clock
        self.words = ""
        """Why the last picture holds, in a sentence; empty while pictures come."""
        self._logged = self._given_up = ""
        self._tried = -AGAIN
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self.look)
        studio.engine_changed.connect(self.look)

    def start(self) -> None:
        """Look from now on, four times a second."""
        self._timer.start()

    def stop(self) -> None:
        """The engine is going to end, and that is well."""
        self._timer.stop()

    @property
    def holds(self) -> bool:
        """Whether the audience sees a picture that nobody draws any more."""
        return bool(self.words)

    def look(self) -> None:
        """Once."""
        kind, words = self._found()
        if kind != self._logged:
            self._logged = kind
            if words:
                _log.warning("%s", words)
            else:
                _log.info("Pictures come again.")
        if words != self.words:
            self.words = words
            self.changed.emit()
        if (given_up := self._studio.engine.given_up) != self._given_up:
            self._given_up = given_up
            _log.info("To keep up: %s.", given_up or "nothing is given up any more")

    def _found(self) -> tuple[str, str]:
        """What is wrong, and the sentence for it; both empty where nothing is."""
        if self._engine.dead:
            if self._clock() - self._tried >= AGAIN:
                self._tried = self._clock()
                self._engine.revive()
            return "dead", self.tr("The picture holds: the engine ended and is being started again")
        stalled = self._engine.pulse.stalled()
        if stalled:
            return "stalled", self.tr("The picture holds: the engine has not drawn for {:.1f} s").format(stalled)
        trouble = self._studio.engine.trouble
        return trouble, self.tr("The picture holds: {}").format(trouble) if trouble else ""
