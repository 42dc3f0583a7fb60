"""Which of the open networks draws what, where a picture is of two Styles; and when two are too many."""

import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from statistics import median
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from app.engine.errors import StyleError
from app.engine.latent.atlas import Atlas
from app.engine.render.builder import OpenRenderer, StyleRenderer
from app.engine.render.frame import Drawn, Frame, Past, RenderRequest
from app.engine.render.ladder import FLUENT, JUDGED
from app.engine.show.show import Classes, StyleRef

Picture = TypeVar("Picture", Frame, Drawn | Frame)
AT_ONCE = 2
"""Networks that are open at once, at most."""
ONE_AT_A_TIME = "one style at a time, two are too slow here"

Open = Mapping[StyleRef, StyleRenderer]


def drawable(request: RenderRequest, networks: frozenset[StyleRef]) -> RenderRequest | None:
    """*request* without the pictures of networks that are not among these; None where nothing is left of it."""
    parts = [(1.0 - sum(share for share, _ in request.beside), request), *request.beside]
    kept = [(share, part) for share, part in parts if part.network in networks]
    if len(kept) == len(parts):
        return request
    if not kept:
        return None
    whole = sum(share for share, _ in kept)
    (_, first), *others = kept
    return _whole(first, request, tuple((share / whole if whole else 0.0, part) for share, part in others))


def alone(request: RenderRequest) -> RenderRequest:
    """The one picture of *request* that is seen most."""
    left = 1.0 - sum(share for share, _ in request.beside)
    _, most = max(((left, request), *request.beside), key=lambda part: part[0])
    return _whole(most, request, ())


def _whole(part: RenderRequest, of: RenderRequest, beside: tuple[tuple[float, RenderRequest], ...]) -> RenderRequest:
    """*part* in the place of the whole picture that it was a part *of*."""
    return replace(of, ws=part.ws, network=part.network, beside=beside)


@dataclass(frozen=True, slots=True)
class Drawable:
    """A past of which only what open networks can draw is asked for; for the rest stands *now*."""

    past: Past
    networks: frozenset[StyleRef]
    single: bool
    now: RenderRequest = field(compare=False)

    def at(self, t: float) -> RenderRequest:
        """What is drawn for *t* seconds, with this past: what was drawn for it serves the next picture."""
        wanted = drawable(self.past.at(t), self.networks)
        if wanted is None:
            return replace(self.now, t=t, past=self)
        return replace(alone(wanted) if self.single else wanted, past=self)


class Decks:
    """Owns what is known of drawing two networks for one picture. Engine thread only.

    Where that is slower than *target* frames a second for JUDGED seconds, the one that is seen most draws alone, until
    other networks meet.
    """

    def __init__(self, target: float | None, clock: Callable[[], float] = time.perf_counter) -> None:
        self.open: Open = {}
        self._clock = clock
        self._costs: deque[tuple[float, float]] = deque()
        self._met: frozenset[StyleRef | None] = frozenset()
        self._too_slow = False
        self.words = ""
        """What was given up in the last picture, for the status bar."""
        self.retarget(target)

    def retarget(self, target: float | None) -> None:
        """Hold *target* frames a second from now on, and see again whether two networks are too many."""
        self.budget = 1.0 / (target or FLUENT)
        self._met, self._too_slow = frozenset(), False

    def arranged(self, request: RenderRequest) -> tuple[StyleRenderer | None, RenderRequest]:
        """Who draws *request*, and what of it; None: whoever draws everything."""
        if request.network is None or not self.open:
            return None, request
        networks = frozenset(self.open)
        if len(networks) == 1 and not request.beside and request.network in self.open:
            alone_here = self.open[request.network]
            if request.past is not None:  # which may have been of a network that is gone
                request = replace(request, past=Drawable(request.past, networks, False, request))
            return alone_here, request
        wanted = drawable(request, networks)
        if wanted is None:
            raise StyleError("The style of this picture is not open.")
        met = frozenset((wanted.network, *(part.network for _, part in wanted.beside)))
        if len(met) > 1 and met != self._met:
            self._met, self._too_slow = met, False
            self._costs.clear()
        self.words = ONE_AT_A_TIME if self._too_slow and wanted.beside else ""
        if self.words:
            wanted = alone(wanted)
        if wanted.past is not None and (len(networks) > 1 or wanted is not request):
            wanted = replace(wanted, past=Drawable(wanted.past, networks, self._too_slow, wanted))
        assert wanted.network is not None
        renderer = self.open[wanted.network]
        renderer.others = self.open
        return renderer, wanted

    def spent(self, seconds: float) -> None:
        """A live picture of two networks took so long."""
        now = self._clock()
        self._costs.append((now, seconds))
        long_enough = now - self._costs[0][0] >= JUDGED
        while now - self._costs[0][0] > JUDGED:
            self._costs.popleft()
        if long_enough and median(cost for _, cost in self._costs) > self.budget:
            self._too_slow = True


@dataclass(frozen=True, slots=True)
class Opening:
    """A *past* whose networks are opened by *troupe* when they are asked for; those in *kept* stay open."""

    past: Past
    troupe: "Troupe" = field(compare=False)
    kept: tuple[StyleRef, ...] = field(compare=False)

    def at(self, t: float) -> RenderRequest:
        """What is drawn for *t* seconds."""
        wanted = self.past.at(t)
        self.troupe.have(wanted, self.kept)
        return wanted


class Troupe:
    """A StyleRenderer for films of several Styles: opens each network when it is asked for; two stay open. One thread.

    *first* draws already, and stays its owner's to close. What a film is drawn by is told as one thing, which changes
    where a network is drawn in another way than before.
    """

    def __init__(self, first: StyleRenderer, network: StyleRef, open_renderer: OpenRenderer) -> None:
        self._first, self._open_renderer = first, open_renderer
        self._open: dict[StyleRef, StyleRenderer] = {network: first}
        self._by: dict[StyleRef, str] = {}
        self._last, self._changes = first, 0
        self.width, self.height, self.exits = first.width, first.height, first.exits
        self.others: Open = {}
        self.finish_seconds = 0.0

    @property
    def device(self) -> str:
        """What drew last."""
        return self._last.device

    @property
    def precision(self) -> str:
        """And how exactly."""
        return self._last.precision

    @property
    def threads(self) -> int:
        """How many of them draw on a processor."""
        return self._last.threads

    @property
    def note(self) -> str:
        """Why it is not drawn in a better way."""
        return self._last.note

    @property
    def fidelity(self) -> str:
        """How near that comes to float32."""
        return self._last.fidelity

    def atlas(self, classes: Classes = ()) -> tuple[Atlas, NDArray[np.uint8] | None]:
        """The map of the first Style."""
        return self._first.atlas(classes)

    def render(self, request: RenderRequest) -> Frame:
        """The picture that *request* describes; StyleError where one of its Styles cannot be opened."""
        renderer, request = self._arranged(request)
        return self._told(request, renderer.render(request))

    def draw(self, request: RenderRequest) -> Drawn | Frame:
        """The same, left for another thread to finish where that can be."""
        renderer, request = self._arranged(request)
        return self._told(request, renderer.draw(request))

    def _arranged(self, request: RenderRequest) -> tuple[StyleRenderer, RenderRequest]:
        """Who draws *request*, with the networks that it needs opened."""
        wanted = self.have(request)
        if not wanted:
            return self._first, request
        if request.past is not None:
            request = replace(request, past=Opening(request.past, self, wanted))
        self._last = self._open[wanted[0]]
        self._last.others = self._open
        return self._last, request

    def _told(self, request: RenderRequest, picture: Picture) -> Picture:
        """*picture* of *request* drawn by the troupe."""
        if request.network is None:
            return picture
        by = picture.drawn_by
        self._changes += self._by.setdefault(request.network, by) != by
        self._by[request.network] = by
        return replace(picture, drawn_by=f"as at first, changed {self._changes} times")

    def have(self, request: RenderRequest, kept: tuple[StyleRef, ...] = ()) -> tuple[StyleRef, ...]:
        """Open the networks of *request*, and name them; none of these and of *kept* is closed for that."""
        parts = (request, *(part for _, part in request.beside))
        wanted = tuple(part.network for part in parts if part.network is not None)
        for network in wanted:
            self._need(network, (*kept, *wanted))
        return wanted

    def close(self) -> None:
        """Let go of the networks that were opened here."""
        for network in tuple(self._open):
            self._drop(network)

    def _need(self, network: StyleRef, wanted: tuple[StyleRef, ...]) -> None:
        if network in self._open:
            return
        for spare in [one for one in self._open if one not in wanted][: max(0, len(self._open) + 1 - AT_ONCE)]:
            self._drop(spare)
        self._open[network] = self._open_renderer(network)

    def _drop(self, network: StyleRef) -> None:
        renderer = self._open.pop(network)
        renderer.others = {}
        if renderer is not self._first:
            renderer.close()
