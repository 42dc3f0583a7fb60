"""Peers: Ableton Link and MIDI clock, as what they say reaches the tempo of what is live."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from app.control.link import LinkPeer
from app.control.midi_clock import MidiClock
from app.control.peer import PeerGrid

if TYPE_CHECKING:
    from app.ui.studio import Studio

_LOOK_MS = 50


class Peers(QObject):
    """Owns the Link peer while it is on, and the MIDI clock (main thread; the clock is heard on the ports' threads)."""

    changed = Signal()

    def __init__(self, studio: "Studio", *, wall: Callable[[], float] = time.perf_counter) -> None:
        super().__init__(studio)
        self._studio, self._wall = studio, wall
        self.clock = MidiClock()
        self.open_link: Callable[[], LinkPeer] = LinkPeer
        self._link: LinkPeer | None = None
        self._grids = {source: PeerGrid(source) for source in ("link", "midi")}
        self._seen: object = None
        self._timer = QTimer(self, interval=_LOOK_MS)
        self._timer.timeout.connect(self.look)
        studio.song_changed.connect(self._source_changed)

    @property
    def link(self) -> bool:
        """Whether Link is on."""
        return self._link is not None

    @property
    def count(self) -> int:
        """How many others are in the Link session."""
        return 0 if self._link is None else self._link.peers

    @property
    def clocked(self) -> bool:
        """Whether a MIDI clock runs."""
        return self.clock.at(self._wall()) is not None

    def set_link(self, on: bool) -> None:
        """Join the Link session or leave it; raises ControlError in one sentence where that cannot be."""
        if on == self.link:
            return
        if on:
            self._link = self.open_link()
        else:
            self._leave()
        self.look()

    def look(self) -> None:
        """Tell the tempo what the peers say now."""
        live = self._studio.song.live
        said = {"link": self._link.now() if self._link else None, "midi": self.clock.at(self._wall()) if live else None}
        if live:
            t = self._studio.live.sounding()
            for source, now in said.items():
                self._tell(source, now, t)
        seen = (self.link, self.count, said["midi"] is not None)
        if seen != self._seen:
            self._seen = seen
            self.changed.emit()

    def close(self) -> None:
        """Leave the session; nobody looks any more."""
        self._timer.stop()
        self._leave()

    def _tell(self, source: str, now: tuple[float, float] | None, t: float) -> None:
        tempo, grid = self._studio.tempo.live, self._grids[source]
        if now is None:
            grid.forget()
            tempo.tell(source, None)
        else:
            tempo.tell(source, grid.follow(*now, t))

    def _source_changed(self) -> None:
        """Peers are looked for while something may follow them."""
        for grid in self._grids.values():
            grid.forget()
        if self._studio.song.live or self.link:
            self._timer.start()
        else:
            self._timer.stop()

    def _leave(self) -> None:
        link, self._link = self._link, None
        if link is not None:
            link.close()
