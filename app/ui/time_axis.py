"""The stretch of song that the timeline shows, shared by all its lanes."""

from PySide6.QtCore import QObject, Signal

SHORTEST = 1.0
"""Seconds across the whole view at the closest zoom."""
LONG, AT_FIRST = 90.0, 64.0
"""A song longer than LONG seconds opens at its first AT_FIRST, where single beats can be seen."""


class TimeAxis(QObject):
    """Owns the visible range in seconds (main thread); *follow* turns the page when the playhead leaves it.

    Where it *snaps*, what is dragged in time stops at beats.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.start, self.span, self.duration = 0.0, 1.0, 0.0
        self.follow = self.snaps = True

    @property
    def end(self) -> float:
        """Where the visible range ends."""
        return self.start + self.span

    def set_duration(self, duration: float) -> None:
        """Another song: show all of it, or the beginning of a long one."""
        self.duration = duration
        self._show(0.0, AT_FIRST if duration > LONG else duration)

    def begin_again(self) -> None:
        """As it is when the song is opened, with the playhead."""
        self.follow = True
        self.set_duration(self.duration)

    def show(self, start: float, end: float) -> None:
        """Show *start*..*end*, held within the song."""
        self._show(start, end - start)

    def fit(self) -> None:
        """Show the whole song."""
        self._show(0.0, self.duration)

    def zoom(self, about: float, factor: float) -> None:
        """Show *factor* times as much, *about* staying where it is on screen."""
        span = self._allowed(self.span * factor)
        self._show(about - (about - self.start) / self.span * span, span)

    def scroll(self, seconds: float) -> None:
        """Move the view by hand; following waits until the next play or F."""
        self.follow = False
        self._show(self.start + seconds, self.span)

    def keep_in_view(self, t: float) -> None:
        """Turn the page when *t* has left it."""
        if self.follow and not self.start <= t < self.end:
            self._show(t, self.span)

    def x_of(self, t: float, width: float) -> float:
        """Where *t* is drawn in *width* pixels."""
        return (t - self.start) / self.span * width

    def t_of(self, x: float, width: float) -> float:
        """The time under pixel *x*."""
        return self.start + x / max(width, 1.0) * self.span

    def _allowed(self, span: float) -> float:
        longest = max(self.duration, SHORTEST)
        return min(max(span, SHORTEST), longest)

    def _show(self, start: float, span: float) -> None:
        span = self._allowed(span)
        start = min(max(start, 0.0), max(self.duration - span, 0.0))
        if (start, span) != (self.start, self.span):
            self.start, self.span = start, span
            self.changed.emit()
