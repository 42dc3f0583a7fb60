"""The effects that remember: feedback and trails, on a grid of song time that no frame rate moves."""

import math
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor
from torch.nn import functional

from app.engine.render.effects import within
from app.engine.render.frame import Past, RenderRequest
from app.engine.render.readback import Stopwatch
from app.engine.show.routes import Look

GRID = 60
"""Steps a second at which the memory goes on."""
WARM = 60
"""Steps after which nothing is left of what was before: 0.9 ** 60 is half a level of 255, and no trail is longer."""
MADE_UP = 12
"""Steps that the newest picture stands in for at most, where there is no time to draw the past."""
_LEAST = 1.0 / 512.0
_ON_GRID = 1e-6

Draw = Callable[[RenderRequest], Tensor]
Asked = Sequence[tuple[int, RenderRequest]]


def remembers(look: Look) -> bool:
    """Whether anything of the past is seen in *look*."""
    return look.feedback > _LEAST or look.trails > _LEAST


@dataclass(frozen=True, eq=False, slots=True)
class Held:
    """Grid step *step*, ``(3, h, w)`` each: the picture, with its feedback, and the trails of what was before it.

    since: the step from which on all of it was drawn, and asked of *past*.
    """

    step: int
    now: Tensor
    fed: Tensor
    trails: Tensor | None
    past: Past
    since: int

    @property
    def seen(self) -> Tensor:
        """What is shown: trails are seen where they are the lighter."""
        return self.fed if self.trails is None else torch.maximum(self.fed, self.trails)

    @property
    def lit(self) -> Tensor:
        """What leaves trails."""
        return self.now if self.trails is None else torch.maximum(self.now, self.trails)


class Memory:
    """Owns what the last pictures left behind, on the device. Engine thread only.

    A picture sees the memory of the grid step before it. Films, and pictures at rest, draw every step that they need;
    while time moves and there is no time for that, the newest picture stands in for those between.
    """

    def __init__(self) -> None:
        self._held: deque[Held] = deque(maxlen=2)
        self._cost = 0.0
        self.settled = True
        """Whether nothing in the last picture was made up for lack of time."""

    def remembered(self, request: RenderRequest, draw: Draw) -> Tensor:
        """The picture of *request* with what is remembered; *draw* makes it, and those of the past."""
        self.settled = True
        began = time.perf_counter()
        now = draw(request)
        if request.past is None or not remembers(request.look):
            return now
        now = _kept(now)
        if request.patience < math.inf:
            self._cost = _since(began, now)
        grid = request.t * GRID
        step = math.ceil(grid - _ON_GRID)
        held = self._until(step - 1, now, request, draw)
        made = _next(step, now, request, held)
        if step - grid <= _ON_GRID and (self.settled or request.goes_on):
            self._held.append(made)
        return made.seen

    def _until(self, last: int, now: Tensor, request: RenderRequest, draw: Draw) -> Held | None:
        """The memory after grid step *last*; None before the song's first step."""
        held = self._known(last, now, request)
        asked = _asked(request, 0 if held is None else held.step + 1, last)
        if request.goes_on and (len(asked) + 1) * self._cost > request.patience:
            held = self._made_up(asked, now, held)
            if held is not None:
                self._held.append(held)
            return held
        began = time.perf_counter()
        for i, (step, wanted) in enumerate(asked, 1):
            held = _next(step, _kept(draw(wanted)), wanted, held)
            self._held.append(held)
            if not request.goes_on and request.patience < math.inf and _since(began, now) > request.patience:
                return self._made_up(asked[i:], now, held)
        return held

    def _made_up(self, asked: Asked, now: Tensor, held: Held | None) -> Held | None:
        """*held* after the last steps of *asked*, as if *now* had been seen at them."""
        self.settled = not asked
        for step, wanted in asked[-MADE_UP:]:
            held = replace(_next(step, now, wanted, held), since=step + 1)
        return held

    def _known(self, last: int, now: Tensor, request: RenderRequest) -> Held | None:
        """The newest memory that step *last* can go on from."""
        for held in reversed(self._held):
            if not 0 <= last - held.step <= WARM or held.now.device != now.device:
                continue
            if request.goes_on:
                return _of_size(held, now)
            whole = held.since <= max(0, last - WARM + 1) and held.past == request.past
            if whole and held.now.shape == now.shape:
                return held
        return None


def _kept(image: Tensor) -> Tensor:
    """*image* as it is seen; what is no number is grey, for it would never be forgotten."""
    return image.clamp(-1.0, 1.0).nan_to_num_(0.0)


def _since(began: float, image: Tensor) -> float:
    """Seconds since *began*, when the device that *image* is on is done."""
    Stopwatch(image).seconds()
    return time.perf_counter() - began


def _asked(request: RenderRequest, first: int, last: int) -> Asked:
    """What to draw for the grid steps *first* to *last*: not what WARM steps or one without memory wipe out."""
    assert request.past is not None
    found: list[tuple[int, RenderRequest]] = []
    for step in range(last, max(first, last - WARM + 1, 0) - 1, -1):
        wanted = replace(request.past.at(step / GRID), exit_at=request.exit_at)
        found.append((step, wanted))
        if not remembers(wanted.look):
            break
    return found[::-1]


def _next(step: int, now: Tensor, request: RenderRequest, held: Held | None) -> Held:
    """Grid step *step*, where *now* is the picture, after *held*."""
    look, past = request.look, request.past
    assert past is not None
    if not remembers(look):
        return Held(step, now, now, None, past, 0)
    if held is None:
        return Held(step, now, now, None, past, step)
    since = held.since if held.past == past else step
    fed = now.lerp(_moved(held.fed, look), look.feedback) if look.feedback > _LEAST else now
    # Linear, in seconds: after its length nothing is left of a trail, whatever shone. It stays where it is, because
    # where trails were moved, old ones would be mixed into new ones, and would last for longer than is drawn again.
    trails = held.lit - 2.0 / (GRID * look.trails) if look.trails > _LEAST else None
    return Held(step, now, fed, trails, past, since)


def _moved(image: Tensor, look: Look) -> Tensor:
    """*image* larger and turned as *look* says for one step; reflections come in from outside."""
    if (look.feedback_zoom, look.feedback_turn) == (0.0, 0.0):
        return image
    height, width = image.shape[1:]
    scale = 2.0 ** (-look.feedback_zoom / GRID)
    angle = -2.0 * math.pi * look.feedback_turn / GRID
    across, along = scale * math.cos(angle), scale * math.sin(angle)
    theta = torch.tensor([[[across, along * height / width, 0.0], [-along * width / height, across, 0.0]]])
    grid = within(functional.affine_grid(theta.to(image.device), [1, 3, height, width], align_corners=True))
    return functional.grid_sample(image[None], grid, align_corners=True)[0]


def _of_size(held: Held, like: Tensor) -> Held:
    """*held* in the size of *like*, for a picture that is drawn larger or smaller than the one before."""
    if held.now.shape == like.shape:
        return held
    now, fed, lit = (
        functional.interpolate(part[None], like.shape[1:], mode="bilinear", align_corners=False)[0]
        for part in (held.now, held.fed, held.lit)
    )
    return replace(held, now=now, fed=fed, trails=lit, since=held.step + 1)
