"""Detours: leaving the path for a place on the map, and coming back onto it."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer

from app.engine.render.session import Session, rows
from app.engine.show.performance import Goto

if TYPE_CHECKING:
    from app.ui.studio import Studio


class Detour(QObject):
    """Owns the glide to a place and its end (main thread); gives the Studio the Sessions that follow from it."""

    def __init__(self, studio: "Studio") -> None:
        super().__init__(studio)
        self._studio = studio
        self._arrived = QTimer(self, singleShot=True)
        self._arrived.timeout.connect(self._over)

    def go(self, session: Session, w: NDArray[np.float32] | None, *, beats: float) -> None:
        """Glide over *beats* to *w* and stay there; None glides back onto the path of *session*."""
        studio, t = self._studio, self._studio.now()
        if studio.performing.edits.on:
            if w is not None:
                studio.told.emit("info", "The map shows the cue", "What plays goes nowhere until it is taken.")
                return
            session = studio.program or session
        origin = session.ws_at(t) if session.goto is not None else None
        target = None if w is None else rows(w, session.atlas.num_ws)
        glide = beats * 60.0 / max(studio.tempo.bpm, 40.0)
        studio.performing.detour(Goto(origin, target, t, glide if studio.playing else 0.0))
        self._arrived.start(int(glide * 1000) + 100)

    def stop(self) -> None:
        """Nobody waits for the end of the glide any more."""
        self._arrived.stop()

    def _over(self) -> None:
        """The glide has ended: from here on the target holds at every time, so that a seek or a loop stays there."""
        session = self._studio.program
        if session is not None and session.goto is not None:
            target = session.goto.target
            self._studio.performing.detour(None if target is None else Goto(None, target, 0.0, 0.0), gesture=False)
