"""A film's pictures, finished by whoever has the time: its own thread, or where that is behind, who draws them."""

from app.engine.output.video import BackgroundSink, VideoSink
from app.engine.render.finish import Finishing
from app.engine.render.frame import Drawn, Frame


class FinishedSink:
    """Owns the thread on which *sink* writes, and what finishes pictures there and here. Given to by one thread.

    A picture that is handed over while that thread rests is finished on it: then neither waits for the other.
    """

    def __init__(self, sink: VideoSink, *, waiting: int) -> None:
        """*waiting*: how many frames that thread may be behind."""
        self._here = Finishing()
        self._there = BackgroundSink(_Finished(sink), waiting=waiting)

    def write(self, picture: Drawn | Frame) -> None:
        """Hand *picture* over, in order; waits while too many are ahead of it."""
        busy = self._there.behind > 0
        self._there.write(self._here.frame(picture) if busy and isinstance(picture, Drawn) else picture)

    def finish(self) -> None:
        """Wait for the last frame, then finish the film here."""
        self._there.finish()

    def abandon(self) -> None:
        """Drop what waits, then take the film away."""
        self._there.abandon()


class _Finished:
    """Finishes what is not, then *sink* writes it. Owns what that needs; on the film's thread."""

    def __init__(self, sink: VideoSink) -> None:
        self._sink, self._finishing = sink, Finishing()

    def write(self, picture: Drawn | Frame) -> None:
        self._sink.write(self._finishing.frame(picture) if isinstance(picture, Drawn) else picture)

    def finish(self) -> None:
        self._sink.finish()

    def abandon(self) -> None:
        self._sink.abandon()
