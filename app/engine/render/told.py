"""What goes between the engine and its window: the time it asks for, what it tells, how it is, what is asked of it."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from app.engine.errors import AppError
from app.engine.latent.atlas import Atlas
from app.engine.render.builder import StyleRenderer
from app.engine.render.frame import Frame, RenderRequest
from app.engine.show.routes import Look
from app.engine.show.show import StyleRef

MOST_STILLS = 256


@dataclass(frozen=True, slots=True)
class EngineState:
    """What the engine is doing, for the status bar and the HUD."""

    status: str = "starting"
    device: str = ""
    precision: str = ""
    width: int = 0
    height: int = 0
    note: str = ""
    fps: float = 0.0
    frame_ms: float = 0.0
    fidelity: str = ""
    plan_ms: float = 0.0
    synthesis_ms: float = 0.0
    finish_ms: float = 0.0
    given_up: str = ""
    """What the quality ladder gives up, in words."""
    flashes: int = 0
    """In the last second, of the pictures that were meant."""
    guarding: bool = False
    """Whether the flash guard softens the picture."""
    trouble: str = ""
    """Why the last picture holds; empty while pictures are drawn."""
    threads: int = 0
    """How many draw a picture, on a processor."""
    memory: tuple[int, int] = (0, 0)
    """Bytes of the device that are taken, and that there are; 0 where it does not tell."""


class Clock(Protocol):
    """Where song time comes from."""

    @property
    def playing(self) -> bool: ...
    def now(self) -> float: ...


class Listener(Protocol):
    """Hears what the engine makes; called on the engine thread, must return at once."""

    def on_frame(self, frame: Frame) -> None: ...
    def on_still(self, key: str, image: NDArray[np.uint8]) -> None: ...
    def on_style(self, ref: StyleRef, atlas: Atlas, sheet: NDArray[np.uint8] | None) -> None: ...
    def on_refused(self, ref: StyleRef, error: AppError) -> None: ...
    def on_state(self, state: EngineState) -> None: ...
    def on_error(self, error: AppError) -> None: ...


Job = Callable[[StyleRenderer], None]


@dataclass(frozen=True, slots=True, eq=False)
class Order:
    """A job, the Style it is for (None: whichever is open), and who hears that this Style cannot be opened."""

    job: Job
    style: StyleRef | None
    refused: Callable[[AppError], None]


@dataclass(frozen=True, slots=True, eq=False)
class Still:
    """A small picture that was asked for, and the network that was meant (None: whichever is open).

    It is of *ws* alone, or of all that *seen* says but its past.
    """

    ws: NDArray[np.float32]
    size: int
    network: StyleRef | None
    seen: RenderRequest | None = None

    def request(self, psi: float) -> RenderRequest:
        """What is drawn for it; *psi* where nothing is said of its look."""
        size = self.size, self.size
        if self.seen is None:
            return RenderRequest(0.0, self.ws, Look(psi=psi), size)
        return replace(self.seen, size=size, past=None)


class Stills:
    """Owns the small pictures that were asked for, newest first, MOST_STILLS at most. Under the engine's lock."""

    def __init__(self) -> None:
        self._asked: OrderedDict[str, Still] = OrderedDict()

    def ask(self, key: str, still: Still) -> None:
        """The same *key* replaces one."""
        self._asked[key] = still
        self._asked.move_to_end(key)
        while len(self._asked) > MOST_STILLS:
            self._asked.popitem(last=False)

    def take(self, network: StyleRef | None) -> tuple[str, Still] | None:
        """The newest that *network* can draw; None where there is none."""
        mine = (key for key, still in reversed(self._asked.items()) if still.network in (None, network))
        key = next(mine, None)
        return None if key is None else (key, self._asked.pop(key))
