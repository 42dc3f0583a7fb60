"""The engine thread: it alone owns the network, and turns the newest Session into frames, stills and films."""

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from app.engine.errors import AppError, StyleError
from app.engine.latent.atlas import Atlas
from app.engine.render.frame import Frame, RenderRequest
from app.engine.render.plan import Renderer, frames
from app.engine.render.session import Session
from app.engine.show.routes import Look
from app.engine.show.show import StyleRef

FRAME_RATE = 60.0
STILL_EVERY = 4
"""While music plays, one still is drawn for this many frames."""
IDLE = 0.25
"""Seconds between looks round when nothing moves."""


@dataclass(frozen=True, slots=True)
class EngineState:
    """What the engine is doing, for the status bar and the HUD."""

    status: str = "starting"
    device: str = ""
    precision: str = ""
    resolution: int = 0
    note: str = ""
    fps: float = 0.0
    frame_ms: float = 0.0
    fidelity: str = ""


class Clock(Protocol):
    """Where song time comes from."""

    @property
    def playing(self) -> bool: ...
    def now(self) -> float: ...


class StyleRenderer(Renderer, Protocol):
    """A Renderer of one Style, with what the window shows about it."""

    device: str
    precision: str
    note: str
    fidelity: str
    resolution: int

    def atlas(self) -> tuple[Atlas, NDArray[np.uint8] | None]: ...
    def close(self) -> None: ...


class Listener(Protocol):
    """Hears what the engine makes; called on the engine thread, must return at once."""

    def on_frame(self, frame: Frame) -> None: ...
    def on_still(self, key: str, image: NDArray[np.uint8]) -> None: ...
    def on_style(self, ref: StyleRef, atlas: Atlas, sheet: NDArray[np.uint8] | None) -> None: ...
    def on_state(self, state: EngineState) -> None: ...
    def on_error(self, error: AppError) -> None: ...


Job = Callable[[StyleRenderer], None]


@dataclass(frozen=True, slots=True, eq=False)
class _Order:
    """A job, the Style it is for (None: whichever is open), and who hears that this Style cannot be opened."""

    job: Job
    style: StyleRef | None
    refused: Callable[[AppError], None]


class Engine:
    """Owns the thread; every method may be called from any thread and returns at once.

    *open_renderer* builds the Renderer of a Style and runs on the engine thread only, so that the window opens before
    torch is imported. Frames the listener has no time for are its own to drop; stills wait here, newest first, at most
    256.
    """

    def __init__(self, clock: Clock, listener: Listener, open_renderer: Callable[[StyleRef], StyleRenderer]) -> None:
        self._clock, self._listener, self._open_renderer = clock, listener, open_renderer
        self._wake = threading.Condition()
        self._session: Session | None = None
        self._jobs: deque[_Order] = deque()
        self._opening: StyleRef | None = None
        self._stills: OrderedDict[str, tuple[NDArray[np.float32], int]] = OrderedDict()
        self._stopping = False
        self._renderer: StyleRenderer | None = None
        self._style: StyleRef | None = None
        self._refused: StyleRef | None = None
        self._state = EngineState()
        self._rested = False
        self._thread = threading.Thread(target=self._run, name="engine", daemon=True)
        self.number = 0

    def start(self) -> None:
        """Begin; the network is built on the engine thread."""
        self._thread.start()

    def stop(self) -> None:
        """End and wait until the thread is gone."""
        self._post(lambda: setattr(self, "_stopping", True))
        if self._thread.is_alive():
            self._thread.join()

    def set_session(self, session: Session) -> None:
        """Play *session* from the next frame on."""
        self._post(lambda: setattr(self, "_session", session))

    def open_style(self, ref: StyleRef) -> None:
        """Build *ref* and tell the listener its atlas; what plays goes on until a Session asks for it."""
        self._post(lambda: setattr(self, "_opening", ref))

    def request_still(self, key: str, ws: NDArray[np.float32], size: int) -> None:
        """A small square picture of *ws* ``(num_ws, w_dim)`` when there is time; the same *key* replaces one."""

        def add() -> None:
            self._stills[key] = (ws, size)
            self._stills.move_to_end(key)
            while len(self._stills) > 256:
                self._stills.popitem(last=False)

        self._post(add)

    def submit(
        self, job: Job, style: StyleRef | None = None, refused: Callable[[AppError], None] = lambda _error: None
    ) -> None:
        """Run *job* on the engine thread with the renderer of *style*; live frames wait meanwhile (an export).

        Every job with a *style* ends: it runs, or *refused* hears on the engine thread why the Style is not to be had.
        """
        self._post(lambda: self._jobs.append(_Order(job, style, refused)))

    def poke(self) -> None:
        """The clock jumped: draw again even though nothing plays."""
        self._post(lambda: None)

    def _post(self, change: Callable[[], Any]) -> None:
        with self._wake:
            change()
            self._wake.notify()

    def _run(self) -> None:
        while not self._stopping:
            try:
                self._turn()
            except AppError as error:
                self._listener.on_error(error)
            except Exception as error:  # noqa: BLE001  the engine's border: the show goes on with the last frame
                self._listener.on_error(StyleError(f"The picture stopped: {error}. It is being started again."))
                self._drop_renderer()
                with self._wake:
                    self._wake.wait(1.0)
        self._drop_renderer()
        self._tell(status="stopped")

    def _turn(self) -> None:
        """One decision: build what is missing, do a job, or play until there is something else to do."""
        with self._wake:
            if self._session is None and self._opening is None and not self._jobs and not self._stopping:
                self._wake.wait()
            session, opening, self._opening = self._session, self._opening, None
        if opening is not None:
            self._load(opening)
        elif self._jobs and (self._renderer is not None or self._jobs[0].style is not None):
            self._work(self._jobs.popleft())
        elif session is not None and session.scene.style != self._style and session.scene.style != self._refused:
            self._load(session.scene.style)
        elif self._renderer is None:
            with self._wake:
                self._wake.wait(IDLE)
        else:
            self._play(self._renderer)

    def _work(self, order: _Order) -> None:
        """Run one job with the Style it was ordered for; afterwards the playing Style comes back by itself."""
        if order.style is not None and order.style != self._style:
            try:
                self._load(order.style)
            except AppError as error:
                order.refused(error)
                return
        assert self._renderer is not None
        order.job(self._renderer)

    def _load(self, ref: StyleRef) -> None:
        """Put the Style *ref* in place of the present one, which stays when *ref* cannot be opened."""
        self._tell(status="starting" if self._renderer is None else "loading")
        try:
            renderer = self._open_renderer(ref)
            atlas, sheet = renderer.atlas()
        except AppError:
            self._refused = ref
            self._tell(status="running" if self._renderer else "starting")
            raise
        old, self._renderer, self._style, self._refused = self._renderer, renderer, ref, None
        if old is not None:
            old.close()
        self._tell(status="running", device=renderer.device, precision=renderer.precision, note=renderer.note,
                   fidelity=renderer.fidelity, resolution=renderer.resolution)  # fmt: skip
        self._listener.on_style(ref, atlas, sheet)

    def _play(self, renderer: StyleRenderer) -> None:
        spent: deque[float] = deque(maxlen=30)
        began = time.perf_counter()
        last_told = 0.0
        for frame in frames(self._live_times(renderer), renderer):
            now = time.perf_counter()
            rested = self._rested and (now - began > IDLE or not self._clock.playing)
            if rested:  # nothing moved for a while: that says nothing about the speed
                spent.clear()
            else:
                spent.append(now - began)
            self._rested = False
            self.number += 1
            self._listener.on_frame(Frame(frame.t, frame.image, self.number))
            if spent and now - last_told > 0.5:
                last_told = now
                mean = sum(spent) / len(spent)
                self._tell(fps=1.0 / mean, frame_ms=1000.0 * mean)
            began = now

    def _live_times(self, renderer: StyleRenderer) -> Iterator[tuple[float, Session]]:
        """Now, again and again, at most ``FRAME_RATE`` times a second; ends when there is something else to do."""
        due = time.perf_counter()
        drawn: tuple[float, Session] | None = None
        count = 0
        while True:
            with self._wake:
                session = self._session
                if self._interrupted(session):
                    return
                wait = due - time.perf_counter()
                if wait > 0:
                    self._wake.wait(wait)
                    continue
            assert session is not None
            now = (self._clock.now(), session)
            if now != drawn:
                drawn = now
                count += 1
                due = max(due + 1.0 / FRAME_RATE, time.perf_counter() - 1.0 / FRAME_RATE)
                yield now[0], session
                if count % STILL_EVERY == 0:
                    self._draw_still(renderer, session)
            elif not self._draw_still(renderer, session):
                self._rested = True
                with self._wake:
                    if not self._interrupted(self._session) and self._session is session:
                        self._wake.wait(IDLE if not self._clock.playing else 1.0 / FRAME_RATE)

    def _interrupted(self, session: Session | None) -> bool:
        if session is None or self._stopping or self._jobs or self._opening is not None:
            return True
        return session.scene.style not in (self._style, self._refused)

    def _draw_still(self, renderer: StyleRenderer, session: Session) -> bool:
        with self._wake:
            if not self._stills:
                return False
            key, (ws, size) = self._stills.popitem()
        look = Look(psi=session.scene.react.truncation)
        if ws.shape == (session.atlas.num_ws, len(session.atlas.w_avg)):
            frame = renderer.render(RenderRequest(0.0, ws, look, (size, size)))
            self._listener.on_still(key, frame.image)
        return True

    def _drop_renderer(self) -> None:
        if self._renderer is not None:
            self._renderer.close()
        self._renderer = self._style = None

    def _tell(self, **changes: Any) -> None:
        self._state = replace(self._state, **changes)
        self._listener.on_state(self._state)
