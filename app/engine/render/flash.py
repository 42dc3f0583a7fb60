"""The flash guard: counts flashes as WCAG 2.3.1 means them, and softens pictures that would be one flash too many."""

import copy
import math
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from app.engine.render.frame import Frame

Number = TypeVar("Number", np.uint8, np.float32)
Picture = NDArray[np.uint8]
Flags = NDArray[np.bool_]
Values = NDArray[np.float32]
Turns = NDArray[np.int8]
"""1 where it became lighter, -1 where darker, 0 where nothing turned."""

MOST = 3
"""Flashes that one second may hold."""
SECOND = 1.12
"""Seconds in which no more are let through: what paints, or plays a film, may be late for one picture and not another.

Three flashes a second, evenly, are six turns: seven in this time, and eight are too many.
"""
SIDE = 64
"""Places a picture is looked at: so many down and across, each the mean light of four of its pixels."""
AREA = 0.25
"""Share of the picture from which on a flash counts."""
RISE = 0.1
"""Change of relative luminance, of 1, that makes half a flash."""
DARK = 0.8
"""And the darker of the two is below this."""
RED = 0.8
"""Share of red in the light of a saturated red."""
RED_RISE = 20.0 / 320.0
"""Change of red less green and blue, in light of 0..1, that makes half a red flash."""
MARGIN = 0.9
"""A softened picture keeps so far within RISE and DARK: what encodes a film rounds."""
SLOW, FAST = 0.8, 0.1
"""Seconds in which a softened picture follows the one that is meant: while that flashes, and when it is calm again."""
CALM, CATCH_UP = 0.5, 0.5
"""Seconds after the last flash too many until it may follow faster, and then until it is the picture itself again."""
LEAD = 0.05
"""Seconds by which song time may differ from the clock on the wall before that one counts; twice that is in SECOND."""
_TRIES = 6
_PIECE = 32768
_WEIGHTS = np.array([[0.2126, 0.0], [0.7152, 0.0], [0.0722, 0.0]], np.float32)
_SRGB = np.arange(256) / 255.0
_LIGHT = np.where(_SRGB <= 0.04045, _SRGB / 12.92, ((_SRGB + 0.055) / 1.055) ** 2.4).astype(np.float32)
_CEILING = np.array([[DARK], [math.inf]], np.float32)


class Sight(NamedTuple):
    """What one picture looks like, a column for each place.

    values ``(2, places)``: luminance, and red scaled so that RISE is half a flash of both. counts ``(2, places)``:
    whether a change from or to it may count at all; for red that is where it is saturated.
    """

    values: Values
    counts: Flags


@lru_cache(maxsize=8)
def _places(height: int, width: int) -> NDArray[np.intp]:
    """Which pixels are looked at, four for each place; a place's four are as many rows of the result."""
    rows, columns = (((np.arange(2 * SIDE) + 0.5) * n / (2 * SIDE)).astype(np.intp) for n in (height, width))
    flat = (rows[:, None] * width + columns).reshape(SIDE, 2, SIDE, 2)
    return flat.transpose(1, 3, 0, 2).reshape(-1)


def pixels_of(image: NDArray[Number]) -> NDArray[Number]:
    """Those of *image* ``(height, width, 3)`` that are looked at, as ``(pixels, 3)``."""
    whole = np.ascontiguousarray(image)
    as_one = whole.view(np.dtype((np.void, 3 * whole.itemsize)))  # three numbers are moved as one
    return as_one.reshape(-1).take(_places(*image.shape[:2])).view(whole.dtype).reshape(-1, 3)


def seen(pixels: Picture) -> Sight:
    """What the *pixels* of a picture look like."""
    light = _LIGHT.take(pixels.reshape(4, -1)).sum(axis=0).reshape(-1, 3) * np.float32(0.25)
    values = np.empty((2, len(light)), np.float32)
    np.dot(light, _WEIGHTS[:, 0], out=values[0])
    red, rest = light[:, 0], light[:, 1] + light[:, 2]
    np.multiply(np.maximum(red - rest, 0.0), np.float32(RISE / RED_RISE), out=values[1])
    counts = np.ones(values.shape, np.bool_)
    np.greater_equal(red * np.float32(1.0 - RED), rest * np.float32(RED), out=counts[1])
    counts[1] &= red > 0.0
    return Sight(values, counts)


class Flashes:
    """Owns how often each place has turned from darker to lighter and back within SECOND. One thread.

    A turn is a change by RISE against the last one, however many pictures it takes; two are a flash. Slow drifts
    towards one side are one turn, and what happens at another place is another place's.
    """

    def __init__(self) -> None:
        self._low: Sight | None = None
        self._high: Sight | None = None
        self._way = np.zeros((2, SIDE * SIDE), np.int8)
        self._turned = np.zeros((2, SIDE * SIDE), np.int16)
        self._lately: deque[tuple[float, Flags]] = deque()
        self._t = 0.0

    def forget(self, t: float) -> None:
        """It is *t* seconds now: what was longer ago than SECOND counts no longer."""
        self._t = t
        while self._lately and self._lately[0][0] <= t - SECOND + 1e-6:
            self._turned -= self._lately.popleft()[1]

    def turns(self, sight: Sight, margin: float = 1.0) -> Turns:
        """Where *sight* turns against what was seen before, with limits as much narrower as *margin* says."""
        if self._low is None or self._high is None:
            return np.zeros(sight.values.shape, np.int8)
        rise, ceiling = margin * RISE, _CEILING / np.float32(margin)
        up = (sight.values - self._low.values >= rise) & (self._way <= 0)
        if up.any():
            up &= (self._low.values < ceiling) & (sight.counts | self._low.counts)
        down = (self._high.values - sight.values >= rise) & (self._way >= 0)
        if down.any():
            down &= (sight.values < ceiling) & (sight.counts | self._high.counts)
        return up.view(np.int8) - down.view(np.int8)

    def too_many(self, turns: Turns | None = None) -> bool:
        """Whether a quarter of the picture has flashed more than MOST times, *turns* included."""
        if not self._lately:
            return False
        turned = self._turned if turns is None else self._turned + np.abs(turns)
        often = np.count_nonzero(turned >= 2 * (MOST + 1), axis=1)
        return bool(often.max() >= AREA * SIDE * SIDE)

    def add(self, sight: Sight, turns: Turns, t: float) -> None:
        """*sight* was shown at *t*, and these are its *turns*."""
        if self._low is None or self._high is None:
            self._low = self._high = sight
            return
        lower, higher = sight.values < self._low.values, sight.values > self._high.values
        if turns.any():
            turned = turns != 0
            self._lately.append((t, turned))
            self._turned += turned
            self._way = np.where(turned, turns, self._way)
            lower |= turned
            higher |= turned
        self._low = _kept(self._low, sight, lower)
        self._high = _kept(self._high, sight, higher)

    @property
    def most(self) -> int:
        """Flashes in the last second: as many as a quarter of the picture had, of luminance or of red."""
        if not self._lately:
            return 0
        before = [turned for t, turned in self._lately if t <= self._t - 1.0 + 1e-6]
        turned = self._turned - sum(before[1:], before[0].astype(np.int16)) if before else self._turned
        rank = SIDE * SIDE - math.ceil(AREA * SIDE * SIDE)
        return int(np.partition(turned, rank, axis=1)[:, rank].max()) // 2


def _kept(old: Sight, new: Sight, where: Flags) -> Sight:
    """*new* in those places, *old* in all others."""
    if not where.any():
        return old
    return Sight(np.where(where, new.values, old.values), np.where(where, new.counts, old.counts))


class FlashGuard:
    """Owns what was shown in the last second, and the softened picture while there is one. One thread.

    Pictures that are legal are handed on as they are, the same array. Where one would be a flash too many, those from
    there on follow what is meant slowly, and never further than is legal; when it is calm they catch up.
    """

    def __init__(self) -> None:
        self._shown, self._meant = Flashes(), Flashes()
        self._last: Picture | None = None
        self._held: Values | None = None
        self._t = self._calm_at = 0.0

    @property
    def acts(self) -> bool:
        """Whether the newest picture is softened: another one is on its way even where nothing moves."""
        return self._held is not None

    @property
    def flashes(self) -> int:
        """In the last second, of the pictures that were meant."""
        return (self._shown if self._held is None else self._meant).most

    def show(self, image: Picture, t: float, *, on: bool = True) -> Picture:
        """What to show of *image* at *t*, which never runs backwards; not *on*, flashes are only counted."""
        step, self._t = t - self._t, t
        pixels = pixels_of(image)
        sight = seen(pixels)
        self._shown.forget(t)
        turns = self._shown.turns(sight)
        legal = not self._shown.too_many(turns)
        if self._held is not None and on:
            image = self._soften(image, sight, step, legal=legal)
        elif legal or not on or self._last is None:
            self._held = None
            self._shown.add(sight, turns, t)
        else:
            self._meant = copy.deepcopy(self._shown)
            self._held = self._last.astype(np.float32, order="C")
            image = self._soften(image, sight, step, legal=False)
        self._last = image
        return image

    def _soften(self, image: Picture, sight: Sight, step: float, *, legal: bool) -> Picture:
        assert self._held is not None
        self._meant.forget(self._t)
        self._meant.add(sight, self._meant.turns(sight), self._t)
        if not legal or self._meant.too_many():
            self._calm_at = self._t + CALM
        elif self._t >= self._calm_at + CATCH_UP:
            self._held = None
            self._shown.add(sight, self._shown.turns(sight), self._t)
            return image
        if self._held.shape != image.shape:
            self._held = _of_shape(self._held, image.shape[:2])
        slow = SLOW if self._t < self._calm_at else FAST
        share = self._legal_share(pixels_of(image), 1.0 - math.exp(-step / slow))
        softened = _followed(self._held, image, share)
        shown = seen(pixels_of(softened))
        self._shown.add(shown, self._shown.turns(shown), self._t)
        return softened

    def _legal_share(self, meant: Picture, most: float) -> float:
        """How much of *meant*, *most* at most, may come into the picture that is held."""
        assert self._held is not None
        held = pixels_of(self._held)

        def legal(share: float) -> bool:
            mixed = _followed(held.copy(), meant, share)
            return not self._shown.too_many(self._shown.turns(seen(mixed), MARGIN))

        if legal(most):
            return most
        low = 0.0
        for _ in range(_TRIES):
            middle = 0.5 * (low + most)
            low, most = (middle, most) if legal(middle) else (low, middle)
        return low


def _followed(held: Values, image: Picture, share: float) -> Picture:
    """*held* moved towards *image* by *share*, in place, and as a picture; piece by piece, within the caches."""
    shown = np.empty(image.shape, np.uint8)
    parts = held.reshape(-1), np.ascontiguousarray(image).reshape(-1), shown.reshape(-1)
    for first in range(0, image.size, _PIECE):
        kept, meant, out = (part[first : first + _PIECE] for part in parts)
        away = meant - kept
        away *= np.float32(share)
        kept += away
        out[:] = np.add(kept, np.float32(0.5), out=away)  # what is cut off makes it the nearest
    return shown


def _of_shape(held: Values, shape: tuple[int, ...]) -> Values:
    """*held* in another height and width, each pixel the one nearest to it."""
    rows, columns = (np.arange(n) * was // n for n, was in zip(shape, held.shape, strict=False))
    return np.ascontiguousarray(held[rows][:, columns])


class LiveGuard:
    """Owns the guard of the live picture, and its time. Engine thread only.

    That is song time as long as it goes with the clock on the wall. Seeks, loops and edits in a pause are seen too,
    and eyes know of no seek: what was shown before counts on, by the clock on the wall.
    """

    def __init__(self, wall: Callable[[], float] = time.perf_counter) -> None:
        self._guard, self._wall = FlashGuard(), wall
        self._began = wall()
        self._now = self._song = 0.0

    @property
    def behind(self) -> bool:
        """Whether the picture has yet to become what is meant, though nothing moves."""
        return self._guard.acts

    @property
    def flashes(self) -> int:
        """In the last second, of the pictures that were meant."""
        return self._guard.flashes

    def show(self, frame: Frame, *, on: bool) -> Frame:
        """What to show of *frame* now."""
        step, self._song = frame.t - self._song, frame.t
        wall = self._wall() - self._began
        self._now = max(self._now, min(max(self._now + step, wall - LEAD), wall + LEAD))
        return _guarded(self._guard, frame, self._now, on)


class FilmGuard:
    """Owns the guard of one film, in song time: its frames in order, as they are to be shown. One thread."""

    def __init__(self, *, on: bool = True) -> None:
        self._guard, self._on = FlashGuard(), on

    def show(self, frame: Frame) -> Frame:
        """What to show of *frame*, the next one."""
        return _guarded(self._guard, frame, frame.t, self._on)


def _guarded(guard: FlashGuard, frame: Frame, now: float, on: bool) -> Frame:
    image = guard.show(frame.image, now, on=on)
    return frame if image is frame.image else replace(frame, image=image, guarded=True)


def flashes_per_second(images: Iterable[Picture], fps: float) -> int:
    """The most flashes that any second of *images* holds."""
    guard, most = FlashGuard(), 0
    for i, image in enumerate(images):
        guard.show(image, i / fps, on=False)
        most = max(most, guard.flashes)
    return most
