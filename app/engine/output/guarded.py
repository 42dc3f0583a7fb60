"""A sink whose frames pass the flash guard on the thread that writes them: it costs the network no time."""

from typing import TYPE_CHECKING

from app.engine.render.flash import FilmGuard
from app.engine.render.frame import Frame

if TYPE_CHECKING:
    from app.engine.output.video import VideoSink


class GuardedSink:
    """Owns the guard of one film, between who draws and *sink*. Written to by one thread; ``shown`` may be read by any.

    shown: the newest frame of the film, softened where it had to be; None before the first.
    """

    def __init__(self, sink: "VideoSink", *, on: bool) -> None:
        self._sink, self._guard = sink, FilmGuard(on=on)
        self.shown: Frame | None = None

    def write(self, frame: Frame) -> None:
        """Hand on what is to be shown of *frame*."""
        frame = self._guard.show(frame)
        self._sink.write(frame)
        self.shown = frame

    def finish(self) -> None:
        """The film is whole."""
        self._sink.finish()

    def abandon(self) -> None:
        """There is no film."""
        self._sink.abandon()
