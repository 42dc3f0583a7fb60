"""The tempo of what plays, as the window sees it: the song's own beats, or what counts live."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.control.tempo import Tempo
from app.engine.audio.grid import UNKNOWN, Beats, song_grid

if TYPE_CHECKING:
    from app.engine.audio.features import FeatureTrack
    from app.ui.studio import Studio


class StudioTempo(QObject):
    """Owns the Tempo of the Studio (main thread); *grid* may be read from any."""

    changed = Signal()

    def __init__(self, studio: "Studio") -> None:
        super().__init__(studio)
        self._studio = studio
        self.live = Tempo()
        self._song: tuple[FeatureTrack | None, Beats] = None, UNKNOWN
        studio.song_changed.connect(self.changed)

    @property
    def grid(self) -> Beats:
        """The grid that counts now: the song's, or live that of the strongest source."""
        song = self._studio.song
        if song.live:
            return self.live.grid
        known, grid = self._song
        if song.features is not known:
            found = song.features
            grid = UNKNOWN if found is None else song_grid(found.beats, found.downbeats)
            self._song = found, grid
        return grid

    @property
    def bpm(self) -> float:
        """Beats a minute at this moment."""
        return self.grid.bpm_at(self._studio.now())
