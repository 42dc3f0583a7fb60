"""The sound of a Take of an input that is recorded: written to disk as it comes, so that it may last."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from app.engine.audio.spool import Spool
from app.engine.audio.track import MAX_MINUTES
from app.engine.errors import SongError

if TYPE_CHECKING:
    from app.ui.studio import Studio

EVERY_MS = 5000
LONGEST = MAX_MINUTES * 60.0 - 10.0
"""Seconds after which a recording of an input ends by itself: no song may be longer."""
_SHORT = "Only the last minute of the take can be kept"


class Spooling(QObject):
    """Owns the Spool while there is one (main thread; workers write)."""

    full = Signal()
    """As much is recorded as a song may be long."""

    def __init__(self, studio: "Studio", parent: QObject) -> None:
        super().__init__(parent)
        self._studio = studio
        self._spool: Spool | None = None
        self._began = self.since = 0.0
        """When recording began, and from when on its sound is there."""
        self._timer = QTimer(self, interval=EVERY_MS)
        self._timer.timeout.connect(self.look)

    @property
    def on(self) -> bool:
        """Whether sound is written, or will be as soon as there is some."""
        return self._timer.isActive()

    def begin(self, t: float) -> None:
        """Write what is heard from *t* seconds on, where an input is, or as soon as one is there."""
        self.drop()
        self._began = self.since = t
        if self._studio.song.live:
            self._open()
            self._timer.start()

    def look(self) -> None:
        """Let a worker write what has come."""
        spool, live = self._spool, self._studio.live
        if live.now() - self._began > LONGEST:
            self.full.emit()
        elif spool is None or spool.minute is not live.minute:  # of another rate: what was before it is gone
            if spool is not None:
                spool.drop()
            try:
                self._open()
            except SongError as error:
                self.drop()
                self._studio.told.emit("error", _SHORT, str(error))
        else:
            self._studio.run(spool.catch_up, lambda _done: None, _SHORT, self.drop)

    def _open(self) -> None:
        minute = self._studio.live.minute
        self._spool = None
        if minute is not None:
            self.since = max(self._began, minute.oldest)
            self._spool = Spool(minute, minute.frame_at(self.since), longest=LONGEST)

    def end(self) -> Spool | None:
        """What was written; None where there is nothing that goes on from its beginning to now."""
        self._timer.stop()
        spool, self._spool = self._spool, None
        if spool is not None and spool.minute is not self._studio.live.minute:
            spool.drop()
            return None
        return spool

    def drop(self) -> None:
        """Nobody wants it any more."""
        self._timer.stop()
        spool, self._spool = self._spool, None
        if spool is not None:
            spool.drop()
