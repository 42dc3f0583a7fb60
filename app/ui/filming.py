"""A film of what the audience sees, recorded while it plays."""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSize, QTimer, QUrl, Signal
from PySide6.QtGui import QAction, QDesktopServices
from PySide6.QtWidgets import QWidget

from app.engine import paths
from app.engine.errors import FilmError
from app.engine.output.credits import SOFTWARE
from app.engine.output.heard import Heard
from app.engine.output.live_film import LiveFilm
from app.engine.output.live_output import Outlet
from app.ui.audience import Audience, Seen
from app.ui.outputs import Easel
from app.ui.picture_shape import picture_size
from app.ui.widgets.toast import ToastHost

if TYPE_CHECKING:
    from app.ui.studio import Studio

LOOK_MS = 250
LARGEST = 1920 * 1080
"""Pixels: what is recorded while it plays is made smaller than that, whatever films are set to."""
NAME_LONG = 80
_WAIT = 10.0
_SPECIAL = re.compile(r"[^\w.,()&' -]+")


@dataclass(frozen=True, eq=False, slots=True)
class Recording:
    """A film that grows, and the thread it grows on."""

    film: LiveFilm
    outlet: Outlet[tuple[Seen, QSize]]
    size: QSize


class Filming(QObject):
    """Owns the recording while there is one (main thread). ``changed`` comes four times a second meanwhile."""

    changed = Signal()

    def __init__(
        self, studio: "Studio", audience: Audience, action: QAction, window: QWidget,
        now: Callable[[], datetime] = datetime.now,
    ) -> None:  # fmt: skip
        super().__init__(window)
        self._studio, self._audience, self._action, self._window, self._now = studio, audience, action, window, now
        self._recording: Recording | None = None
        self._ending: Recording | None = None
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self.look)
        audience.changed.connect(self._send)

    @property
    def on(self) -> bool:
        """Whether it records."""
        return self._recording is not None

    @property
    def words(self) -> str:
        """``VIDEO 1:05 · 3 dropped``; nothing while nothing is recorded."""
        if self._recording is None:
            return ""
        film = self._recording.film
        seconds = int(film.seconds)
        lost = f" · {film.dropped} dropped" if film.dropped else ""
        return f"VIDEO {seconds // 60}:{seconds % 60:02d}{lost}"

    def set(self, on: bool) -> None:
        """Begin a film of what is seen from here on, or end it."""
        try:
            if on and self._recording is None:
                self._begin()
            elif not on and self._recording is not None:
                self._recording.outlet.stop()
                self._ending, self._recording = self._recording, None
        finally:
            self._follow()

    def look(self) -> None:
        """Tell how long it is, and what became of one that has ended."""
        if self._recording is not None and self._recording.outlet.ended:
            self._ending, self._recording = self._recording, None
        if self._ending is not None and self._ending.outlet.ended:
            ended, self._ending = self._ending, None
            self._tell(ended)
        self._follow()

    def close(self) -> None:
        """End it and wait for its last picture."""
        self._timer.stop()
        for one in filter(None, (self._recording, self._ending)):
            one.outlet.close(_WAIT)
        self._recording = self._ending = None

    def _begin(self) -> None:
        if self._ending is not None:
            raise FilmError("The film before is still being ended. Press it once more in a moment.")
        asked = self._studio.document.show.film
        file, fps, size = self._file(), 60 if asked.fps >= 50 else 30, self._size()
        film = LiveFilm(file, fps, partial(heard_in, self._studio), said=self._said())
        outlet: Outlet[tuple[Seen, QSize]] = Outlet("video", lambda: film, Easel("Video").draw, fps)
        self._recording = Recording(film, outlet, size)
        self._send()
        self._timer.start()

    def _file(self) -> Path:
        song = _SPECIAL.sub("-", self._studio.song.name or "Untitled").strip(" .-")[:NAME_LONG]
        try:
            return paths.films() / f"{self._now():%Y-%m-%d %H.%M.%S} {song or 'Untitled'}.mp4"
        except OSError as error:
            raise FilmError(f"The folder of films cannot be made: {error.strerror or error}.") from error

    def _size(self) -> QSize:
        """The size set for films, or the Style's own; it stays, whatever the machine has to give up meanwhile."""
        film = self._studio.document.show.film
        wide, tall = (film.width, film.height) if film.width and film.height else picture_size(self._studio)
        share = min(1.0, math.sqrt(LARGEST / (wide * tall)))
        return QSize(*(max(2, 2 * round(side * share / 2)) for side in (wide, tall)))

    def _said(self) -> dict[str, str]:
        scenes, found = self._studio.document.show.scenes, {}
        for scene in scenes:
            style = self._studio.shelf.find(scene.style)
            found[scene.style.name] = (style.licence if style is not None else "") or "unknown"
        return {"Software": SOFTWARE, "Styles": "; ".join(f"{name} ({licence})" for name, licence in found.items())}

    def _send(self) -> None:
        if self._recording is not None:
            self._recording.outlet.put((self._audience.seen, self._recording.size))

    def _follow(self) -> None:
        if self._recording is None and self._ending is None:
            self._timer.stop()
        self._action.setChecked(self.on)
        self.changed.emit()

    def _tell(self, ended: Recording) -> None:
        film, problem = ended.film, ended.outlet.told.problem
        if film.kept is None:
            words = problem or "It ended before the first picture."
            self._studio.told.emit("error" if problem else "info", "Nothing was recorded", words)
            return
        lost = f" {film.dropped} pictures came too late." if film.dropped else ""
        kind, title = ("error", "The recording ended") if problem else ("info", f"{film.seconds:.0f} s are recorded")
        words = f"{problem} {film.kept.name}." if problem else f"{film.kept.name}.{lost}"
        host, on_air = self._window.findChild(ToastHost), self._studio.on_air.on
        if host is None:
            self._studio.told.emit(kind, title, words)
            return
        toast = host.tell(kind, title, words)
        if not on_air:  # no other window comes before the show
            toast.offer("Show in folder", partial(self._show, film.kept))

    def _show(self, file: Path) -> None:
        if not self._studio.on_air.refuses("Folders are shown"):
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(file.parent)))


def heard_in(studio: "Studio") -> Heard:
    """What is in the room right now, as much as the clock knows of it; asked on the thread of a recording."""
    live, song = studio.live, studio.song
    if not live.playing:
        return Heard()
    if song.live:
        return Heard(live.minute, live.sounding())
    return Heard(song.track, live.sounding(), studio.loop)
