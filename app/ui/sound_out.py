"""Tells a network peer what is heard and seen: the curves of the sound, each beat, the tempo, the part, frame rates."""

import math

from PySide6.QtCore import QObject, QTimer, Signal

from app.control.addresses import HEARD
from app.control.packets import Argument
from app.engine.audio.grid import UNKNOWN
from app.ui.scope import Scopes
from app.ui.studio import Studio

FPS_MS = 500
_JUST = 1e-6


class SoundOut(QObject):
    """Listens to the studio while it is on (main thread). *heard* carries the tail of an address and its values."""

    heard = Signal(str, tuple)

    def __init__(self, studio: Studio, parent: QObject) -> None:
        super().__init__(parent)
        self._studio = studio
        self._scopes = Scopes(studio)
        self._told: dict[str, object] = {}
        self._painted = 0
        self.on = False
        self._rates = QTimer(self, interval=FPS_MS)
        self._rates.timeout.connect(self._tell_rates)
        studio.played.connect(self._played)
        studio.frame_ready.connect(self._frame_came)

    def set_on(self, on: bool) -> None:
        """Tell it or not; whoever listens from now on knows nothing yet."""
        self.on, self._told, self._painted = on, {}, 0
        if on:
            self._rates.start()
        else:
            self._rates.stop()

    def _played(self, t: float) -> None:
        if not self.on:
            return
        for name in HEARD:
            values = self._scopes.named(name, t, 0.0, 1)
            if values:
                self.heard.emit(f"audio/{name}", (float(values[0]),))
        self._tell_beat(t)
        session = self._studio.program
        part = next((s for s in session.sections if s.start <= t < s.end), None) if session is not None else None
        if part is not None:
            self._changed("section", part.name or part.label, part)

    def _tell_beat(self, t: float) -> None:
        grid = self._studio.tempo.grid
        if grid is UNKNOWN:
            return
        bpm, beat = round(grid.bpm_at(t), 2), math.floor(grid.beat_at(t) + _JUST)
        bar, place = divmod(beat, grid.beats_per_bar)
        self._changed("bpm", bpm, bpm)
        self._changed("bar", bar + 1, bar)
        self._changed("beat", place + 1, beat)

    def _changed(self, tail: str, value: Argument, since: object) -> None:
        """Tell *value* once for each *since*: beat 1 comes again with every bar."""
        if self._told.get(tail) != since:
            self._told[tail] = since
            self.heard.emit(tail, (value,))

    def _frame_came(self) -> None:
        self._painted += 1

    def _tell_rates(self) -> None:
        """What the engine makes, and what came to be shown since the last time."""
        shown, self._painted = self._painted * 1000.0 / FPS_MS, 0
        self.heard.emit("fps", (float(self._studio.engine.fps), shown))
