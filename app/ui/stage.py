"""The newest picture as an owned QImage: taken once from the studio, painted by preview, output and export."""

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from app.ui.pictures import qimage

if TYPE_CHECKING:
    from app.ui.standby import Standby
    from app.ui.studio import Studio


class StagePicture(QObject):
    """Owns the newest picture, the one held by FREEZE, and since when the stage is latched (main thread)."""

    changed = Signal()
    stage_changed = Signal()
    standby_changed = Signal()

    def __init__(self, studio: "Studio", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.studio = self._studio = studio
        self.standby: Standby | None = None
        self.image: QImage | None = None
        self.held: QImage | None = None
        self.number = 0
        self.t = 0.0
        self.walls = 0.0, 0.0  # when it was planned and drawn
        self.copy_ms = 0.0
        self.frozen_at: float | None = None
        self.frozen_t = 0.0
        self.blackout_at: float | None = None
        self.output_name = ""
        studio.frame_ready.connect(self._take)
        studio.stage_changed.connect(self._stage)
        self._stage()
        self._take()

    @property
    def shown(self) -> QImage | None:
        """What the audience sees when the stage is not black."""
        return self.held if self.held is not None else self.image

    def painted(self) -> None:
        """The newest picture is on a screen."""
        self._studio.live.painted((self.t, *self.walls))

    def frozen_for(self) -> float:
        """Seconds since FREEZE was latched."""
        return 0.0 if self.frozen_at is None else time.monotonic() - self.frozen_at

    def blackout_for(self) -> float:
        """Seconds since BLACKOUT was latched."""
        return 0.0 if self.blackout_at is None else time.monotonic() - self.blackout_at

    def stand_by(self, standby: "Standby") -> None:
        """From now on *standby* says what is seen when the engine fails."""
        self.standby = standby
        standby.changed.connect(self.standby_changed)

    def set_output(self, name: str, lost: bool = False) -> None:
        """The screen the audience sees, or nothing; a screen that was lost is told."""
        self.output_name = name
        if lost:
            sentence = self.tr("The picture goes on and comes back with the screen")
            self._studio.told.emit("error", self.tr("Output lost: {}").format(name), sentence)
        self.stage_changed.emit()

    def _take(self) -> None:
        frame = self._studio.take_frame()
        if frame is None:
            return
        began = time.perf_counter()
        self.image, self.number, self.t = qimage(frame.image), frame.number, frame.t
        self.walls = frame.planned, frame.drawn
        self.copy_ms = (time.perf_counter() - began) * 1000
        self.changed.emit()

    def _stage(self) -> None:
        frozen, blackout = self._studio.frozen, self._studio.blackout
        if frozen and self.frozen_at is None:
            self.held, self.frozen_at, self.frozen_t = self.image, time.monotonic(), self._studio.now()
        elif not frozen:
            self.held, self.frozen_at = None, None
        if blackout and self.blackout_at is None:
            self.blackout_at = time.monotonic()
        elif not blackout:
            self.blackout_at = None
        self.stage_changed.emit()
