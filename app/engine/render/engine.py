"""The engine thread: it alone owns the network, and turns the newest Session into frames, stills and films."""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.engine.errors import AppError, StyleError
from app.engine.render.builder import Builder, Built, OpenRenderer, StyleRenderer, build
from app.engine.render.decks import AT_ONCE
from app.engine.render.flash import LiveGuard
from app.engine.render.frame import Frame, RenderRequest
from app.engine.render.ladder import FASTEST
from app.engine.render.live import Live, facts
from app.engine.render.plan import frames
from app.engine.render.pulse import Failures, Pulse
from app.engine.render.session import Session
from app.engine.render.told import Clock as Clock
from app.engine.render.told import EngineState as EngineState
from app.engine.render.told import Job, Listener, Order, Still, Stills
from app.engine.show.show import StyleRef

STILL_EVERY = 4
"""While music plays, one still is drawn for this many frames."""
STARVED_STILL_EVERY = 12
"""And for this many while the ladder gives something up: thumbnails are the first to wait."""
IDLE = 0.25
"""Seconds between looks round when nothing moves."""
GIVE_UP = 5.0
"""Seconds in one picture after which the program ends without waiting for its thread."""


class Engine:
    """Owns the thread; every method may be called from any thread and returns at once.

    *open_renderer* builds the Renderer of a Style: the first one on the engine thread, so that the window opens before
    torch is imported; every other one on the Builder's, while the picture goes on. Frames the listener has no time for
    are its own to drop; stills wait here, newest first, at most 256.
    """

    def __init__(self, clock: Clock, listener: Listener, open_renderer: OpenRenderer) -> None:
        self._clock, self._listener, self.open_renderer = clock, listener, open_renderer
        self._wake = threading.Condition()
        self._session: Session | None = None
        self._jobs: deque[Order] = deque()
        self._opening: StyleRef | None = None
        self._stills = Stills()
        self._stopping = False
        self._renderer: StyleRenderer | None = None
        self._style: StyleRef | None = None
        self._refused: StyleRef | None = None
        self._built: Built | None = None
        self._next: Built | None = None
        self._mixes = False
        self._shown: Session | None = None
        self._builder = Builder(open_renderer, lambda: self._post(lambda: None))
        self._state = EngineState()
        self._guard = LiveGuard()
        self.pulse, self._failures = Pulse(), Failures()
        self._live: Live | None = None
        self._rate: float | None = None
        self._thread = threading.Thread()
        self.number = 0

    def start(self) -> None:
        """Begin; the network is built on the engine thread."""
        self._thread = threading.Thread(target=self._run, name="engine", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End and wait until the thread is gone; one that hangs in a driver ends with the program."""
        self._post(lambda: setattr(self, "_stopping", True))
        while self._thread.is_alive() and self.pulse.stalled() < GIVE_UP:
            self._thread.join(IDLE)

    @property
    def dead(self) -> bool:
        """Whether its thread ended by itself."""
        return self._thread.ident is not None and not self._thread.is_alive() and not self._stopping

    def revive(self) -> None:
        """Another thread where the engine's is dead; it opens its Style anew."""
        if self.dead:
            # Closing them may be what ended it.
            self._renderer = self._style = self._live = self._next = self._built = None
            self.pulse.rests()
            self.start()

    def set_session(self, session: Session) -> None:
        """Play *session* from the next frame on."""
        self._post(lambda: setattr(self, "_session", session))

    def open_style(self, ref: StyleRef) -> None:
        """Build *ref* and tell the listener its atlas; what plays goes on until a Session asks for it."""
        self._post(lambda: setattr(self, "_opening", ref))

    def request_still(self, key: str, ws: NDArray[np.float32], size: int, *, seen: RenderRequest | None = None) -> None:
        """A small square picture of *ws* ``(num_ws, w_dim)`` when there is time; the same *key* replaces one.

        With *seen*, that request's picture, finish and all.

        It is of the network that the newest Session plays, and waits until that is open.
        """

        def add() -> None:
            network = None if self._session is None else self._session.scene.style.network
            self._stills.ask(key, Still(ws, size, network, seen))

        self._post(add)

    def submit(
        self, job: Job, style: StyleRef | None = None, refused: Callable[[AppError], None] = lambda _error: None
    ) -> None:
        """Run *job* on the engine thread with the renderer of *style*; live frames wait meanwhile (an export).

        Every job with a *style* ends: it runs, or *refused* hears on the engine thread why the Style is not to be had.
        """
        self._post(lambda: self._jobs.append(Order(job, style, refused)))

    def set_rate(self, target: float | None) -> None:
        """Hold *target* frames a second; None leaves the rate free as long as it is fluent."""

        def change() -> None:
            self._rate = target
            if self._live is not None:
                self._live.retarget(target)

        self._post(change)

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
                self._failed(error, str(error))
            except Exception as error:  # noqa: BLE001  the engine's border: the show goes on with the last frame
                rung = None if self._live is None else self._live.ladder.at
                self._drop_renderer()
                stopped = StyleError(f"The picture stopped: {error}. It is being started again.")
                self._failed(stopped, str(error), rung)
        self._builder.close()
        self._drop_renderer()
        self._tell(status="stopped")

    def _failed(self, error: AppError, why: str, rung: int | None = None) -> None:
        """The last picture holds. It is told once, and tried again less and less often, or when the Show changes."""
        self.pulse.rests()
        if self._failures.failed(str(error), rung):
            self._listener.on_error(error)
        self._tell(status="stopped", fps=0.0, trouble=why)
        with self._wake:
            failing = self._session
            self._wake.wait_for(lambda: self._stopping or self._session is not failing, self._failures.rest)

    def _turn(self) -> None:
        """One decision: take what was built, do a job, build what is missing, or play until there is more to do."""
        with self._wake:
            if self._session is None and not self._stopping and not self._due():
                self._wake.wait()
            wish = self._wish()
        if self._builder.ready:
            self._take()
        elif self._jobs and (self._renderer is not None or self._jobs[0].style is not None):
            self._work(self._jobs.popleft())
        elif self._next is not None and self._leads(self._next.ref.network):
            self._swap(self._next, keep=self._mixes)
        elif self._builder.ref is None and (ref := self._missing(wish)) is not None:
            self._build(ref)
        elif self._live is not None and self._fitting(self._clock.now()) is not None:
            self._play(self._live)
        elif not self._stopping:
            with self._wake:
                self._wake.wait(IDLE)

    def _needed(self) -> tuple[StyleRef, ...]:
        """The networks that the newest Session plays from now on, the one that is most seen first."""
        return () if self._session is None else self._session.networks(self._clock.now())[:AT_ONCE]

    def _wish(self) -> StyleRef | None:
        """The network to build for the newest Session: the first that is neither open nor cannot be opened."""
        there = (self._style, self._refused, None if self._next is None else self._next.ref.network)
        return next((ref for ref in self._needed() if ref not in there), None)

    def _leads(self, network: StyleRef) -> bool:
        """Whether what is open beside is to be drawn in place of the present Style, which is not needed any more."""
        needed = self._needed()
        return network in needed and self._style not in needed

    def _due(self) -> bool:
        """Whether there is something to do that is not playing."""
        if self._stopping or self._jobs or self._builder.ready:
            return True
        if self._next is not None and self._leads(self._next.ref.network):
            return True
        return self._builder.ref is None and (self._opening is not None or self._wish() is not None)

    def _missing(self, wish: StyleRef | None) -> StyleRef | None:
        """What to build: the Style or map that was asked for, or else what the newest Session plays."""
        with self._wake:
            opening, self._opening = self._opening, None
            if opening is not None or wish is None or self._session is None:
                return opening
            # None: it may be another Session by now.
            return next((x.scene.style for x in self._session.leaves() if x.scene.style.network == wish), None)

    def _fitting(self, t: float) -> Session | None:
        """The newest Session of which an open network can draw something at *t* seconds."""
        there = {self._style, None if self._next is None else self._next.ref.network}
        if self._session is not None and self._style in self._needed() and there & self._session.drawn(t):
            self._shown = self._session
        if self._shown is None or self._live is None or not there & self._shown.drawn(t):
            return None
        self._meet(self._live, self._shown)
        return self._shown

    def _meet(self, live: Live, session: Session) -> None:
        """Let the network that is open beside draw too, where *session* asks for it."""
        assert self._built is not None
        networks = {leaf.scene.style.network for leaf in session.leaves()}
        opened = [self._built, *([] if self._next is None else [self._next])]
        live.decks.open = {one.ref.network: one.renderer for one in opened if one.ref.network in networks}
        self._mixes = len(live.decks.open) > 1

    def _work(self, order: Order) -> None:
        """Run one job with the Style it was ordered for; afterwards the playing Style comes back by itself."""
        if order.style is not None and order.style.network != self._style:
            try:
                if self._next is not None and self._next.ref.network == order.style.network:
                    self._swap(self._next)
                else:
                    self._open_now(order.style)
            except AppError as error:
                order.refused(error)
                return
            except (RuntimeError, MemoryError, OSError, LookupError, ValueError, TypeError) as cause:  # torch's, bugs
                order.refused(StyleError(f"{order.style.name} cannot be used: {cause}"))
                return
        assert self._renderer is not None
        order.job(self._renderer)

    def _build(self, ref: StyleRef) -> None:
        """Have *ref* built while the present Style plays; at once where there is none."""
        if self._renderer is None:
            try:
                self._open_now(ref)
            except AppError as error:
                if self._failures.count:
                    raise  # it was drawn before, and may be again
                self._refuse(ref, error)
                self._tell(status="stopped")
            return
        self._tell(status="loading")
        opened = self._renderer if ref.network == self._style else None
        if self._next is not None and self._next.ref.network == ref.network:
            opened = self._next.renderer
        self._builder.begin(ref, opened)

    def _open_now(self, ref: StyleRef) -> None:
        built = build(ref, self.open_renderer)
        self._swap(built)
        self._listener.on_style(built.ref, built.atlas, built.sheet)

    def _take(self) -> None:
        """What was built waits for the Session that plays it; its map is told."""
        ref = self._builder.ref
        assert ref is not None
        opens = self._builder.opens
        self._tell(status="running")
        try:
            built = self._builder.take()
        except AppError as error:
            self._refuse(ref, error)
            return
        if built.ref.network == self._refused:
            self._refused = None
        if opens:  # else it is a map of a network that is open, or was closed meanwhile
            self._drop_next()
            self._next = built
        self._listener.on_style(built.ref, built.atlas, built.sheet)

    def _refuse(self, ref: StyleRef, error: AppError) -> None:
        """*ref* cannot be had: what plays goes on, and it is not tried again before something else was."""
        if ref.network != self._style:
            self._refused = ref.network
        self._listener.on_refused(ref, error)

    def _swap(self, built: Built, *, keep: bool = False) -> None:
        """Put *built* in place of the present Style, which stays open beside it where it is to *keep*."""
        old, self._renderer, self._style, self._refused = self._built, built.renderer, built.ref.network, None
        self._drop_next(built.renderer)
        if old is not None and keep:
            self._next = old
        elif old is not None:
            self._builder.release(old.renderer)
        self._built, self._mixes = built, False
        self._live = Live(built.renderer, self._rate, self._tell, self._failures.rungs)
        self._tell(given_up="", status="running", **facts(built.renderer))

    def _play(self, live: Live) -> None:
        live.rest()
        for frame in frames(self._live_times(live), live):
            self.pulse.rests()
            if self._failures.drew():
                self._tell(status="running", trouble="")
            self.number += 1
            self._listener.on_frame(replace(self._guarded(frame), number=self.number))

    def _guarded(self, frame: Frame) -> Frame:
        """*frame* as the Show's flash guard lets it be seen."""
        frame = self._guard.show(frame, on=self._shown is None or self._shown.show.guarded)
        if (self._guard.flashes, frame.guarded) != (self._state.flashes, self._state.guarding):
            self._tell(flashes=self._guard.flashes, guarding=frame.guarded)
        return frame

    def _live_times(self, live: Live) -> Iterator[tuple[float, Session]]:
        """Now, again and again, at most as often as the ladder says; ends when there is something else to do."""
        due = time.perf_counter()
        drawn: tuple[float, Session, bool] | None = None
        count = 0
        while True:
            with self._wake:
                session = self._fitting(t := self._clock.now())
                if session is None or self._due():
                    return
                wait = due - time.perf_counter()
                if wait > 0:
                    self._wake.wait(wait)
                    continue
            playing = self._clock.playing
            now = (t, session, playing or live.whole)
            # Where music stops on a smaller picture the whole one is drawn, and bit by bit what it remembers.
            if now != drawn or self._guard.behind or not (playing or live.settled):
                drawn = now
                count += 1
                period = 1.0 / live.ladder.rung.rate if playing else 1.0 / FASTEST
                due = max(due + period, time.perf_counter() - period)
                live.begin(playing=playing)
                self.pulse.draws(live.usual)
                yield now[0], session
                if count % (STILL_EVERY if live.whole else STARVED_STILL_EVERY) == 0:
                    self._draw_still(live.renderer, session)
            elif not self._draw_still(live.renderer, session):
                live.rest()
                with self._wake:
                    if not self._due() and self._fitting(t) is session:
                        self._wake.wait(IDLE if not self._clock.playing else 1.0 / FASTEST)

    def _draw_still(self, renderer: StyleRenderer, session: Session) -> bool:
        with self._wake:
            if (taken := self._stills.take(self._style)) is None:
                return False
        key, still = taken
        if still.ws.shape == (session.atlas.num_ws, len(session.atlas.w_avg)):
            self.pulse.draws(None if self._live is None else self._live.usual)
            frame = renderer.render(still.request(session.scene.react.truncation))
            self.pulse.rests()
            self._listener.on_still(key, frame.image)
        return True

    def _drop_next(self, kept: StyleRenderer | None = None) -> None:
        """Let go of what waits for a Session, unless it is *kept*."""
        waiting, self._next = self._next, None
        if waiting is not None and waiting.renderer is not kept:
            self._builder.release(waiting.renderer)

    def _drop_renderer(self) -> None:
        self._drop_next()
        if self._renderer is not None:
            self._builder.release(self._renderer)
        self._renderer = self._style = self._live = self._built = None

    def _tell(self, **changes: Any) -> None:
        self._state = replace(self._state, **changes)
        self._listener.on_state(self._state)
