"""The downloads of public networks: which run, how far they are, and their way into the list of Styles."""

import ssl
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, Signal

from app.engine import paths
from app.engine.errors import AppError, DownloadError, DownloadStoppedError, StyleError
from app.engine.stylegan.catalogue import Offer, read_catalogue
from app.engine.stylegan.library import Style, read_style
from app.ui.bridge import Bridge
from app.ui.studio import Studio

if TYPE_CHECKING:
    from app.engine.stylegan.download import Stop

State = Literal["idle", "waiting", "running", "here", "failed"]

_TELL_SECONDS, _RATE_SECONDS, _SURE_SECONDS = 0.1, 5.0, 2.0


@dataclass(frozen=True)
class Progress:
    """How one download stands: bytes, bytes a second, and what was said when it failed or was cancelled."""

    state: State = "idle"
    done: int = 0
    of: int | None = None
    rate: float = 0.0
    message: str = ""

    @property
    def share(self) -> float | None:
        """0..1, or None while the size is not known."""
        return min(self.done / self.of, 1.0) if self.of else None

    @property
    def left(self) -> float | None:
        """Seconds to go, once that can be said."""
        return (self.of - self.done) / self.rate if self.of and self.rate > 0 else None


def _begun(offer: Offer) -> Progress:
    """What is here of a download that was cancelled, now or before a restart."""
    part = paths.styles() / f"{offer.file_name}.part"
    if not offer.address or not part.is_file() or not part.stat().st_size:
        return Progress()
    return Progress(message=f"{part.stat().st_size / 1e6:.0f} MB are here. Resume goes on from there.")


class _Run:
    """One download under way (main thread): its Cancel button, and the last seconds to tell its speed from."""

    def __init__(self, stop: "Stop") -> None:
        self.stop = stop
        self.began = 0.0
        self._seen: deque[tuple[float, int]] = deque()

    def rate(self, done: int) -> float:
        """Bytes a second over the last five; 0 while that would be a guess."""
        now = time.monotonic()
        self.began = self.began or now
        self._seen.append((now, done))
        while now - self._seen[0][0] > _RATE_SECONDS:
            self._seen.popleft()
        first, begun = self._seen[0]
        return (done - begun) / (now - first) if now - self.began >= _SURE_SECONDS and now > first else 0.0


class Downloads(QObject):
    """Owns the downloads (main thread) and workers of their own, so that no song or map has to wait for a network."""

    changed = Signal(str)

    def __init__(self, studio: Studio, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._studio, self._bridge = studio, Bridge(self)
        self._runs: dict[str, _Run] = {}
        self._states: dict[str, Progress] = {}
        self._came_as: dict[str, str] = {}
        self.watched = False
        self.tls: ssl.SSLContext | None = None
        studio.styles_changed.connect(self._styles_changed)

    def _styles_changed(self) -> None:
        self.changed.emit("")

    @cached_property
    def offers(self) -> tuple[Offer, ...]:
        """The public networks there are."""
        return read_catalogue()

    def of(self, offer: Offer) -> Progress:
        """How *offer* stands."""
        known = self._states.get(offer.id) or self._states.setdefault(offer.id, _begun(offer))
        if offer.id in self._runs:
            return known
        if self._is_here(offer):
            return replace(known, state="here")
        return Progress() if known.state == "here" else known  # taken off the list

    def _is_here(self, offer: Offer) -> bool:
        path = paths.styles() / offer.file_name
        known = (offer.sha256, self._came_as.get(offer.id))
        return any(style.path == path or style.sha256 in known for style in self._studio.styles)

    def start(self, offer: Offer) -> None:
        """Download *offer*, or go on with it; it waits while three others run."""
        from app.engine.stylegan.download import Stop  # the network's libraries wait for the first download

        if offer.id in self._runs:
            return
        run = self._runs[offer.id] = _Run(Stop())
        self._set(offer, Progress("waiting"))
        self._bridge.run(self._work(offer, run), lambda style: self._came(offer, run, style),
                         lambda error: self._failed(offer, run, error))  # fmt: skip

    def cancel(self, offer: Offer) -> None:
        """Stop *offer*; what has come is kept to go on from."""
        run = self._runs.get(offer.id)
        if run is None:
            return
        run.stop.press()
        if self._states[offer.id].state == "waiting":  # no worker has it yet, so none will tell
            del self._runs[offer.id]
            self._set(offer, _begun(offer))

    def close(self) -> None:
        """Stop all of them and wait for their workers."""
        for run in self._runs.values():
            run.stop.press()
        self._bridge.close()

    def _work(self, offer: Offer, run: _Run) -> Callable[[], Style]:
        """What a worker does: bring the file, then open it as any dropped file is opened."""
        last = 0.0

        def told(done: int, of: int | None) -> None:
            nonlocal last
            now = time.monotonic()
            if now - last >= _TELL_SECONDS or done == of:
                last = now
                self._bridge.call(lambda: self._told(offer, done, of, run))

        def work() -> Style:
            from app.engine.stylegan.download import download

            self._bridge.call(lambda: self._told(offer, 0, None, run))
            path = download(offer, paths.styles(), told=told, stop=run.stop, tls=self.tls)
            try:
                return read_style(path)
            except StyleError as error:
                raise DownloadError(f"It came, but it cannot be opened: {error}") from error

        return work

    def _told(self, offer: Offer, done: int, of: int | None, run: _Run) -> None:
        if self._runs.get(offer.id) is run:
            self._set(offer, Progress("running", done, of, run.rate(done) if of else 0.0))

    def _came(self, offer: Offer, run: _Run, style: Style) -> None:
        if self._runs.get(offer.id) is not run:
            return
        del self._runs[offer.id]
        self._came_as[offer.id] = style.sha256
        library = self._studio.shelf.library
        library.put(style)
        library.look()  # it may have stood there as missing
        self._set(offer, Progress("here"))
        if not self.watched:
            self._studio.told.emit("info", f"{offer.name} is in your list", "Double-click it under Styles to use it.")

    def _failed(self, offer: Offer, run: _Run, error: AppError) -> None:
        if self._runs.get(offer.id) is not run:
            return
        del self._runs[offer.id]
        stopped = isinstance(error, DownloadStoppedError)
        self._set(offer, _begun(offer) if stopped else Progress("failed", message=str(error)))
        if not (stopped or self.watched):
            self._studio.told.emit("error", f"{offer.name} was not downloaded", str(error))

    def _set(self, offer: Offer, state: Progress) -> None:
        self._states[offer.id] = state
        self.changed.emit(offer.id)
