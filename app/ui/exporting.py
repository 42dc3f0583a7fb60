"""Films being made: one at a time, on the engine thread, from the Session as it was when the job was given."""

import threading
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from app.engine.audio.track import AudioTrack
from app.engine.errors import AppError
from app.engine.render.session import Session
from app.engine.show.show import Film
from app.ui.bridge import Bridge
from app.ui.pictures import qimage

if TYPE_CHECKING:
    from app.engine.render.playback import Playback


@dataclass(frozen=True, eq=False)
class ExportState:
    """The running or last export, as the window shows it. *state*: idle, running, done, failed or cancelled."""

    state: str = "idle"
    path: Path | None = None
    done: int = 0
    total: int = 0
    fps: float = 0.0
    eta: float | None = None
    message: str = ""
    image: QImage | None = None

    @property
    def share(self) -> str:
        """How much is done, in words; empty while nobody knows."""
        return f"{100 * self.done // self.total} %" if self.total else ""


class Exporting(QObject):
    """Gives jobs to the engine and hears how they go (main thread)."""

    changed = Signal()

    def __init__(self, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.state = ExportState()
        self._bridge = bridge
        self._cancelled = threading.Event()

    @property
    def running(self) -> bool:
        """Whether a film is being made."""
        return self.state.state == "running"

    def start(
        self, engine: Any, session: Session, track: AudioTrack | None, path: Path, film: Film, *,
        playback: "Playback | None" = None,
    ) -> None:  # fmt: skip
        """Make *path* of *session* on the engine's thread, or of the Take in *playback*, which begins with it."""
        style = next((known for known in self._bridge.styles if known.sha256 == session.scene.style.sha256), None)
        self._cancelled.clear()
        self._set(ExportState("running", path))

        def job(renderer: Any) -> None:
            from app.engine.render.decks import Troupe  # on the engine thread: they need torch
            from app.engine.render.film import ExportJob, export, now_and_then

            outcome = "It stopped unexpectedly. Export it again."
            made: Path | None = None
            try:
                order = ExportJob(session, track, path, film, style=style, playback=playback)
                heard = now_and_then(self._progress)
                with ExitStack() as after:
                    if playback is not None:
                        renderer = Troupe(renderer, session.scene.style.network, engine.open_renderer)
                        after.callback(renderer.close)
                    made = export(order, renderer, progress=heard, cancelled=self._cancelled.is_set)
            except AppError as error:
                outcome = str(error)
            finally:  # also when a bug goes on to the engine's border: a job never looks as if it still ran
                self._bridge.call(lambda: self._ended(made, outcome))

        engine.submit(job, session.scene.style, lambda error: self._bridge.call(lambda: self._ended(None, str(error))))

    def cancel(self) -> None:
        """Stop within a second; nothing is left behind."""
        self._cancelled.set()

    def _progress(self, progress: Any) -> None:
        """Called on the engine thread; the picture is copied there."""
        image = None if progress.frame is None else qimage(progress.frame.image)

        def tell() -> None:
            self._set(replace(self.state, done=progress.done, total=progress.total, fps=progress.frames_per_second,
                              eta=progress.eta, image=image or self.state.image))  # fmt: skip

        self._bridge.call(tell)

    def _ended(self, made: Path | None, message: str) -> None:
        if made is not None:
            self._set(replace(self.state, state="done", path=made, message=f"Saved as {made.name}"))
        elif self._cancelled.is_set():
            self._set(replace(self.state, state="cancelled", message="Cancelled, nothing was kept"))
        else:
            self._set(replace(self.state, state="failed", message=message))

    def _set(self, state: ExportState) -> None:
        self.state = state
        self.changed.emit()
