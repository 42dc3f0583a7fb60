"""This session's films: one is made, the others wait, and each keeps what it was asked for."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from app.engine.show.show import Film

if TYPE_CHECKING:
    from app.ui.studio import Studio

OPEN = ("waiting", "running")


@dataclass(frozen=True, eq=False)
class FilmJob:
    """One film as it was ordered, and how it is getting on. *state*: waiting, running, done, failed or cancelled.

    The Session and the song are those of the moment of the order: what is edited afterwards does not change the film.
    """

    number: int
    title: str
    kind: str
    path: Path
    film: Film
    frames: int
    seconds: float
    session: Any = field(repr=False)
    track: Any = field(repr=False)
    playback: Any = field(default=None, repr=False)
    """The Take it is of, ready to be played; None for a film of the Show."""
    image: QImage | None = None
    state: str = "waiting"
    done: int = 0
    fps: float = 0.0
    eta: float | None = None
    message: str = ""
    ended: str = ""

    @property
    def share(self) -> float:
        """How much is done, 0..1."""
        return min(self.done / self.frames, 1.0) if self.frames else 0.0


class ExportQueue(QObject):
    """Owns the jobs, newest order last (main thread), and gives the Studio the next when one has ended."""

    changed = Signal()

    def __init__(self, studio: "Studio", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self.jobs: tuple[FilmJob, ...] = ()
        self._next_number = 1
        self.held = False
        """While the show is ON AIR no film is made: it would take the engine from the picture."""
        self._again = 0
        studio.export_changed.connect(self._export_changed)
        studio.replaying.ordered.connect(self.add)

    @property
    def running(self) -> FilmJob | None:
        """The film being made."""
        return next((job for job in self.jobs if job.state == "running"), None)

    @property
    def waiting(self) -> tuple[FilmJob, ...]:
        """The films to be made after it."""
        return tuple(job for job in self.jobs if job.state == "waiting")

    @property
    def held_up(self) -> bool:
        """Whether a film would be made if it were not for the show."""
        return self.held and bool(self.waiting or self.running)

    def in_order(self) -> tuple[FilmJob, ...]:
        """As people read it: the running one, those that wait, then what has ended, newest first."""
        ended = [job for job in self.jobs if job.state not in OPEN]
        return (*(job for job in self.jobs if job.state == "running"), *self.waiting, *reversed(ended))

    def add(self, job: FilmJob, ordered_now: bool = True) -> None:
        """Make *job* now, or after those before it; *ordered_now*: it is what the Show is at this moment."""
        self.jobs = (*self.jobs, replace(self._apart(job), number=self._next_number))
        self._next_number += 1
        self._start_next(now=ordered_now and not self.waiting[1:])
        self.changed.emit()

    def _apart(self, job: FilmJob) -> FilmJob:
        """*job* under a name of its own: two that wait never write one file."""
        taken, path, n = {one.path for one in self.jobs if one.state in OPEN}, job.path, 2
        while path in taken or (path != job.path and path.exists()):
            path, n = job.path.with_name(f"{job.path.stem} {n}{job.path.suffix}"), n + 1
        return job if path == job.path else replace(job, path=path, title=path.stem)

    def set_held(self, held: bool) -> None:
        """Let every film wait, or go on; the one that was being made begins anew, first of all."""
        self.held = held
        running = self.running
        if held and running is not None:
            self._again = running.number
            self._studio.cancel_export()
        elif not held:
            self._start_next()
        self.changed.emit()

    def cancel(self, number: int) -> None:
        """Stop the running job, or take a waiting one out of the line."""
        job = self._find(number)
        if job is None:
            return
        if job.state == "running":
            self._studio.cancel_export()
        elif job.state == "waiting":
            self._put(replace(job, state="cancelled", message=self.tr("Taken out of the queue")))

    def retry(self, number: int) -> None:
        """Order an ended job once more, at the end of the line."""
        job = self._find(number)
        if job is not None and job.state not in OPEN:
            self.jobs = tuple(other for other in self.jobs if other.number != number)
            again = replace(job, state="waiting", done=0, fps=0.0, eta=None, message="", ended="")
            self.add(again, ordered_now=False)

    def remove(self, number: int) -> None:
        """Take an ended job off the list; its file stays."""
        self.jobs = tuple(job for job in self.jobs if job.number != number or job.state in OPEN)
        self.changed.emit()

    def _find(self, number: int) -> FilmJob | None:
        return next((job for job in self.jobs if job.number == number), None)

    def _put(self, job: FilmJob) -> None:
        self.jobs = tuple(job if other.number == job.number else other for other in self.jobs)
        self.changed.emit()

    def _start_next(self, now: bool = False) -> None:
        if self.held or self.running is not None or not self.waiting:
            return
        job = self.waiting[0]
        self._put(replace(job, state="running"))
        if now and job.playback is None:
            self._studio.start_export(job.path)
        else:  # the Show may have changed since the order
            asked = {"session": job.session, "track": job.track, "film": job.film}
            self._studio.start_export(job.path, **asked, playback=job.playback)
        if self._studio.export.state != "running":
            self._end(job, "failed", self.tr("The engine is still starting"))

    def _end(self, job: FilmJob, state: str, message: str) -> None:
        self._put(replace(job, state=state, message=message, ended=f"{datetime.now():%H:%M}"))
        self._start_next()

    def _export_changed(self) -> None:
        job, export = self.running, self._studio.export
        if job is None or export.path is None:
            return
        image = export.image if export.image is not None else job.image
        job = replace(
            job, done=export.done, frames=export.total or job.frames, fps=export.fps, eta=export.eta, image=image
        )
        if export.state == "running":
            self._put(job)
        elif export.state == "cancelled" and job.number == self._again:
            self._again = 0
            self._put(replace(job, state="waiting", done=0, fps=0.0, eta=None, image=None))
            self._start_next()  # the show may be over already
        elif export.state in ("done", "failed", "cancelled"):
            self._end(replace(job, path=export.path), export.state, export.message)
