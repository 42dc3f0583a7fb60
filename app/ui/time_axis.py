"""The stretch of song that the timeline shows, shared by all its lanes."""

from PySide6.QtCore import QObject, Signal

SHORTEST = 1.0
"""Seconds across the whole view at the closest zoom."""


class TimeAxis(QObject):
    """Owns the visible range in seconds (main thread); *follow* turns the page when the playhead leaves it."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.start, self.end, self.duration = 0.0, 1.0, 0.0
        self.follow = True

    @property
    def span(self) -> float:
        """Visible seconds."""
        return self.end - self.start

    def set_duration(self, duration: float) -> None:
        """Another song: show all of it, or its first 32 seconds when it is longer than a minute and a half."""
        self.duration = duration
        self.show(0.0, min(duration, 32.0) if duration > 90.0 else max(duration, SHORTEST))

    def show(self, start: float, end: float) -> None:
        """Show *start*..*end*, held within the song."""
        span = min(max(end - start, SHORTEST), max(self.duration, SHORTEST))
        start = min(max(start, 0.0), max(self.duration - span, 0.0))
        if (start, start + span) != (self.start, self.end):
            self.start, self.end = start, start + span
            self.changed.emit()

    def fit(self) -> None:
        """Show the whole song."""
        self.show(0.0, self.duration)

    def zoom(self, about: float, factor: float) -> None:
        """Show *factor* times as much, *about* staying where it is on screen."""
        span = min(max(self.span * factor, SHORTEST), max(self.duration, SHORTEST))
        left = (about - self.start) / self.span
        self.show(about - left * span, about + (1.0 - left) * span)

    def scroll(self, seconds: float) -> None:
        """Move the view; following waits until the next play or F."""
        self.follow = False
        self.show(self.start + seconds, self.end + seconds)

    def keep_in_view(self, t: float) -> None:
        """Turn the page when *t* has left it."""
        if self.follow and not self.start <= t < self.end:
            self.show(t, t + self.span)

    def x_of(self, t: float, width: float) -> float:
        """Where *t* is drawn in *width* pixels."""
        return (t - self.start) / self.span * width

    def t_of(self, x: float, width: float) -> float:
        """The time under pixel *x*."""
        return self.start + x / max(width, 1.0) * self.span
