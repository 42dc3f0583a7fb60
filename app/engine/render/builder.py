"""The next Style, or another map of this one, made ready while the present one plays."""

import contextlib
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from app.engine.errors import AppError, StyleError
from app.engine.latent.atlas import Atlas
from app.engine.render.frame import Drawn, Frame, RenderRequest
from app.engine.render.plan import Renderer
from app.engine.show.show import Classes, StyleRef


class StyleRenderer(Renderer[Frame], Protocol):
    """A Renderer of one Style, with what the window shows about it."""

    def draw(self, request: RenderRequest) -> Drawn | Frame: ...

    @property
    def device(self) -> str: ...
    @property
    def precision(self) -> str: ...
    @property
    def threads(self) -> int: ...
    @property
    def note(self) -> str: ...
    @property
    def fidelity(self) -> str: ...

    width: int
    height: int
    exits: Mapping[int, tuple[int, int]]
    """Width and height of the smaller pictures that look right, by the block to stop at."""
    finish_seconds: float
    """How long the last picture took after the network."""
    others: Mapping[StyleRef, Any]
    """Who draws pictures of which network, where one picture is of several."""

    def atlas(self, classes: Classes = ()) -> tuple[Atlas, NDArray[np.uint8] | None]: ...
    def close(self) -> None: ...


OpenRenderer = Callable[[StyleRef], StyleRenderer]


@dataclass(frozen=True, slots=True, eq=False)
class Built:
    """A Style ready to play."""

    ref: StyleRef
    renderer: StyleRenderer
    atlas: Atlas
    sheet: NDArray[np.uint8] | None


def build(ref: StyleRef, open_renderer: OpenRenderer, opened: StyleRenderer | None = None) -> Built:
    """*ref* with its map, on this thread; *opened* is its network where that is open already."""
    renderer = opened or open_renderer(ref)
    try:
        return Built(ref, renderer, *renderer.atlas(ref.classes))
    except BaseException:
        if renderer is not opened:
            renderer.close()
        raise


class Builder:
    """Owns a thread on which one Style at a time is built; asked, emptied and closed on the engine thread.

    *wake* is called, on any thread, when there is something to take.
    """

    def __init__(self, open_renderer: OpenRenderer, wake: Callable[[], None]) -> None:
        self._open_renderer, self._wake = open_renderer, wake
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="builder")
        self._future: Future[Built] | None = None
        self._opened: StyleRenderer | None = None
        self.ref: StyleRef | None = None

    @property
    def ready(self) -> bool:
        """Whether there is something to take."""
        return self._future is not None and self._future.done()

    @property
    def opens(self) -> bool:
        """Whether a network of its own is being opened, not just a map made with one that is open."""
        return self._opened is None

    def begin(self, ref: StyleRef, opened: StyleRenderer | None) -> None:
        """Start to build *ref*; only while nothing else is being built."""
        assert self._future is None
        self.ref, self._opened = ref, opened
        self._future = self._pool.submit(build, ref, self._open_renderer, opened)
        self._future.add_done_callback(lambda _: self._wake())

    def take(self) -> Built:
        """What was built; AppError says why it could not be."""
        assert self._future is not None
        assert self.ref is not None
        ref, future = self.ref, self._future
        self.ref = self._future = None
        error = future.exception()
        if error is not None and not isinstance(error, AppError):
            raise StyleError(f"{ref.name} cannot be used: {error}") from error
        return future.result()

    def release(self, renderer: StyleRenderer) -> None:
        """Close *renderer*; where a map is just being made with it, wait for that."""
        if self._future is not None and self._opened is renderer:
            self._future.exception()
        with contextlib.suppress(RuntimeError, OSError):  # a device that broke is let go of all the same
            renderer.close()

    def close(self) -> None:
        """Wait for what is being built, and let go of it."""
        self._pool.shutdown(wait=True)
        if self._future is not None and self._opened is None and self._future.exception() is None:
            self._future.result().renderer.close()
        self.ref = self._future = None
