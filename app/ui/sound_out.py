"""Tells a network peer what is heard: the curves of the sound while it plays, each beat, the tempo."""

from PySide6.QtCore import QObject, Signal

from app.control.addresses import HEARD
from app.control.packets import Argument
from app.ui.beats import beat_place
from app.ui.scope import Scopes
from app.ui.studio import Studio


class SoundOut(QObject):
    """Listens to the studio while it is on (main thread). *heard* carries the tail of an address and its value."""

    heard = Signal(str, object)

    def __init__(self, studio: Studio, parent: QObject) -> None:
        super().__init__(parent)
        self._studio = studio
        self._scopes = Scopes(studio)
        self._told: dict[str, object] = {}
        self.on = False
        studio.played.connect(self._played)

    def set_on(self, on: bool) -> None:
        """Tell it or not; whoever listens from now on knows nothing yet."""
        self.on, self._told = on, {}

    def _played(self, t: float) -> None:
        if not self.on:
            return
        for name in HEARD:
            values = self._scopes.around(name, t, 0.0, 1)
            if values:
                self.heard.emit(f"audio/{name}", float(values[0]))
        features = self._studio.song.features
        if features is None:
            return
        self._changed("bpm", float(features.bpm), features.bpm)
        place = beat_place(t, features.beats, features.downbeats)
        if place is not None:
            self._changed("bar", place.bar, place.bar)
            self._changed("beat", place.beat, place)

    def _changed(self, tail: str, value: Argument, since: object) -> None:
        """Tell *value* once for each *since*: beat 1 comes again with every bar."""
        if self._told.get(tail) != since:
            self._told[tail] = since
            self.heard.emit(tail, value)
