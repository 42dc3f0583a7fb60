"""The picture of the scene in the cue, as it would be now: drawn small, when the engine has time."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage

from app.engine.render.plan import plan
from app.engine.show.live_score import LiveScore

if TYPE_CHECKING:
    from app.ui.performing import Performing
    from app.ui.studio import Studio

EVERY_MS = 100
SIDE = 160
PATIENCE = 20
"""Turns of EVERY_MS after which a picture that was asked for counts as lost: another network was opened meanwhile."""
_KEY = "the cue"


class Cueing(QObject):
    """Owns the newest picture of the cue (main thread), with its finish; None where there is none yet."""

    seen = Signal()

    def __init__(self, studio: "Studio", performing: "Performing") -> None:
        super().__init__(performing)
        self._studio, self._performing = studio, performing
        self.image: QImage | None = None
        self._row: int | None = None
        self._waits = 0
        self._timer = QTimer(self, interval=EVERY_MS)
        self._timer.timeout.connect(self.ask)
        performing.changed.connect(self._follow)
        studio.still_ready.connect(self._came)

    def ask(self) -> None:
        """Ask for the next one, unless the last has not come: it is for the engine's leisure."""
        session, playing = self._studio.staging.of_row(self._row or 0), self._studio.program
        self._waits = max(0, self._waits - 1)
        if self._waits or self._row is None or session is None or playing is None or session.live != playing.live:
            return
        if isinstance(session.score, LiveScore):
            session.score.extend()  # nobody lets it grow while it is on no deck
        if session.scene.style.network == playing.scene.style.network:  # another one is not open
            self._waits = PATIENCE
            seen = plan(self._studio.now(), session)
            self._studio.request_still(_KEY, seen.ws, SIDE, seen)

    def stop(self) -> None:
        """Ask for nothing more."""
        self._timer.stop()

    def _follow(self) -> None:
        row = self._performing.cue
        if row == self._row:
            return
        self._row, self.image, self._waits = row, None, 0
        if row is None:
            self._timer.stop()
        else:
            self._timer.start()
        self.seen.emit()

    def _came(self, key: str, image: QImage) -> None:
        if key == _KEY:
            self._waits = 0
            if self._row is not None:
                self.image = image
                self.seen.emit()
