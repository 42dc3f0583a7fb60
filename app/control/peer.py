"""A peer's beat on our own clock: a Grid that follows it smoothly, whatever either clock jitters by."""

from app.engine.audio.grid import Grid

_FAR = 0.050
"""Seconds that a peer may stray by before its beat is followed at once."""
_DRAWN = 0.1  # share of what is missing that each look makes good


class PeerGrid:
    """Owns the Grid that follows one peer. One thread, which looks some twenty times a second."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._grid: Grid | None = None
        self._jumps = 0

    def follow(self, beat: float, bpm: float, t: float) -> Grid:
        """The peer is at *beat* of a tempo of *bpm*, now that it is *t* seconds here."""
        grid = self._grid
        period = 60.0 / bpm
        late = 0.0 if grid is None else (grid.beat_at(t) - beat) * period
        if grid is None or abs(late) > _FAR:
            self._jumps += 1
            grid = Grid(t - beat * period, bpm, 1.0, self._source, resynced=self._jumps)
        else:
            grid = grid.at_tempo(bpm, t).moved(late * _DRAWN)
        self._grid = grid
        return grid

    def forget(self) -> None:
        """The peer is gone."""
        self._grid = None
