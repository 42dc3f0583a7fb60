"""Films that are ordered over the web: in the queue of the window, in a shape of its presets."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Protocol

from app.control.addresses import ControlError
from app.control.web_words import Order
from app.ui.document import Document
from app.ui.export_presets import FILM_PRESETS
from app.ui.export_queue import OPEN, ExportQueue, FilmJob


class Able(Protocol):
    """Knows whether a film can be made now."""

    def able(self) -> bool:
        """Can it?"""

    def why_not(self) -> str:
        """The reason, in words."""


class WebFilms:
    """Orders films and tells how they get on (main thread)."""

    def __init__(self, document: Document, queue: ExportQueue, ready: Able, export_now: Callable[[], None]) -> None:
        self._document, self._queue, self._ready, self._export_now = document, queue, ready, export_now

    def order(self, order: Order) -> dict[str, Any]:
        """Choose preset and range as hands would in Export, which can be undone, and make the film."""
        show, film = self._document.show, self._document.show.film
        preset = next((one for one in FILM_PRESETS if one.name == order.preset), None)
        if order.preset and preset is None:
            raise ControlError(f"preset is one of {', '.join(one.name for one in FILM_PRESETS)}.")
        if preset is not None:
            film = preset.on(film)
        if order.span == "loop" and show.loop is None:
            raise ControlError("Nothing is looped.")
        span = (0.0, 0.0) if order.span == "song" else show.loop if order.span == "loop" else order.span
        if isinstance(span, tuple):
            film = replace(film, start=span[0], end=span[1])
        if not self._ready.able():
            raise ControlError(self._ready.why_not())
        if film != show.film:
            self._document.edit("Film by web", replace(show, film=film))
        self._export_now()
        return told(self._queue.jobs[-1])

    def listed(self) -> list[dict[str, Any]]:
        """The films of this session, as the window lists them."""
        return [told(job) for job in self._queue.in_order()]

    def withdraw(self, number: int) -> None:
        """Stop the film of this *number*, or take one that has ended off the list; its file stays."""
        job = next((job for job in self._queue.jobs if job.number == number), None)
        if job is None:
            raise ControlError(f"There is no film {number}.")
        if job.state in OPEN:
            self._queue.cancel(number)
        else:
            self._queue.remove(number)


def told(job: FilmJob) -> dict[str, Any]:
    """What a client learns of *job*; no folder of this computer."""
    return {
        "id": job.number, "title": job.title, "kind": job.kind, "file": job.path.name, "state": job.state,
        "done": job.done, "frames": job.frames, "share": round(job.share, 4), "fps": round(job.fps, 1),
        "eta": job.eta, "message": job.message,
    }  # fmt: skip
