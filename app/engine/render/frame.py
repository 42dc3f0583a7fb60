"""What is asked of the network for one instant, and what comes back."""

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from app.engine.render.lut import Lut
from app.engine.show.routes import Look
from app.engine.show.show import StyleRef

if TYPE_CHECKING:
    from torch import Tensor


class Past(Protocol):
    """Knows the same show at other times; two are equal where they know the same."""

    def at(self, t: float) -> "RenderRequest": ...


@dataclass(frozen=True, eq=False, slots=True)
class RenderRequest:
    """One picture, wholly described.

    t: seconds of song time. ws: ``(num_ws, w_dim)`` float32, truncated and bent. look: every destination at *t*.
    size: width and height in pixels of the finished picture, or None for the network's own.
    exit_at: the block at which synthesis stops at a smaller picture, None for the whole one.
    network: the Style that draws it. beside: pictures of other Styles, and how much of the whole each is.
    mirror, lut: what of the Finish no route moves. past: what effects with a memory ask; None: they do nothing.
    patience: seconds that the picture may take with the past it needs; what is beyond them is made up.
    goes_on: time moves, and the memory of the picture before serves, whatever the show was then.
    """

    t: float
    ws: NDArray[np.float32]
    look: Look
    size: tuple[int, int] | None = None
    fit: str = "crop"
    noise_seed: int | None = None
    exit_at: int | None = None
    network: StyleRef | None = None
    beside: tuple[tuple[float, "RenderRequest"], ...] = ()
    mirror: str = "off"
    lut: Lut | None = None
    past: Past | None = None
    patience: float = math.inf
    goes_on: bool = False

    def __repr__(self) -> str:
        return f"RenderRequest(t={self.t:.3f}, ws={self.ws.shape}, size={self.size})"


@dataclass(frozen=True, eq=False, slots=True)
class Frame:
    """One finished picture: ``image`` is ``(height, width, 3)`` uint8 RGB, read-only, in main memory.

    drawn_by: device and precision; where both are the same, so are pictures. guarded: the flash guard softened it.
    settled: nothing in it was made up because there was no time to draw it. planned, drawn: wall time of both, live.
    """

    t: float
    image: NDArray[np.uint8]
    number: int = 0
    drawn_by: str = ""
    guarded: bool = False
    settled: bool = True
    planned: float = 0.0
    drawn: float = 0.0

    def __post_init__(self) -> None:
        self.image.setflags(write=False)

    def __repr__(self) -> str:
        height, width = self.image.shape[:2]
        return f"Frame(number={self.number}, t={self.t:.3f}, {width}x{height})"

    def dimmed(self, black: float) -> "Frame":
        """With so much of its light taken, 0..1."""
        if black <= 0.0:
            return self
        return replace(self, image=(self.image * np.float32(1.0 - black)).astype(np.uint8))


@dataclass(frozen=True, eq=False, slots=True)
class Drawn:
    """A picture as the network left it, in main memory: what is left to do, any thread can.

    image: ``(3, h, w)`` float32, nominally -1..1, and *request* what it was drawn for, at *t*. The rest is the Frame's.
    black: how much of its light is taken at last, 0..1.
    """

    t: float
    image: "Tensor"
    request: RenderRequest
    number: int
    drawn_by: str
    settled: bool
    black: float = 0.0

    def dimmed(self, black: float) -> "Drawn":
        """With so much of its light taken, 0..1."""
        return replace(self, black=black)
