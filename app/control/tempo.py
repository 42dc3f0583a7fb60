"""The tempo: what hands, peers and ears say of it, and which of them counts now."""

from app.engine.audio.grid import UNKNOWN, Beats, Grid

SOURCES = ("tap", "link", "midi", "heard")
"""Who may set the tempo of what is live, the strongest first."""


class Tempo:
    """Owns the newest Grid of each source. The main thread and the ear write, any thread reads: each is one value."""

    def __init__(self) -> None:
        self._told: dict[str, Grid] = {}

    def tell(self, source: str, grid: Grid | None) -> None:
        """*source* says so; None when it has nothing to say any more."""
        self._told = {**{s: g for s, g in self._told.items() if s != source}, **({source: grid} if grid else {})}

    @property
    def grid(self) -> Beats:
        """The grid that counts for what is live: the strongest source that says anything, else 120 bpm, not trusted."""
        told = self._told
        return next((told[source] for source in SOURCES if source in told), UNKNOWN)
