"""The folded network on a CUDA device, recorded once and replayed: the same kernels, launched all at once.

A picture of 256 px is some 200 small kernels, and to launch them one by one takes the CPU longer than many a graphics
card needs to compute them. Each step is a recording of its own, so that exits share them, and steps whose styles and
noise are those of the picture before are not computed again, as without recordings. A step is a 3x3 layer.
"""

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor

from app.engine.errors import first_line
from app.engine.stylegan.folded import FoldedSynthesis, State, unchanged

WARM_UP = 2
"""Draws before a recording, in which libraries choose their algorithms and take the memory they work in."""
_ONE_AT_A_TIME = threading.Lock()


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """``replay()`` fills ``state``, always the same memory, from what the buffers hold by then."""

    replay: Callable[[], None]
    state: State


Record = Callable[[Callable[[], State]], Recording]


class CudaRecorder:
    """Owns the stream that steps of one network are recorded on, and the memory that their recordings share.

    Replayed from the first changed step on, in order, none overwrites what an earlier one left: a step's results are
    held from its recording on, and later ones get other memory.
    """

    def __init__(self, device: torch.device) -> None:
        self._device, self._stream = device, torch.cuda.Stream(device)  # type: ignore[no-untyped-call]
        self._pool = torch.cuda.graph_pool_handle()

    def __call__(self, draw: Callable[[], State]) -> Recording:
        """Record the kernels of *draw*; RuntimeError where the device, its driver or its memory does not allow it."""
        here, graph = torch.cuda.current_stream(self._device), torch.cuda.CUDAGraph()
        # The outer stream comes back even where a recording that was broken off leaves its own in place.
        with _ONE_AT_A_TIME, torch.cuda.device(self._device), torch.cuda.stream(here):
            self._stream.wait_stream(here)
            with torch.cuda.stream(self._stream):
                for _ in range(WARM_UP):
                    draw()
            here.wait_stream(self._stream)
            # Other threads go on drawing meanwhile: only what this one does must be fit to be recorded.
            with torch.cuda.graph(graph, self._pool, self._stream, capture_error_mode="thread_local"):
                state = draw()
        return Recording(graph.replay, state)


class GraphedSynthesis:
    """Owns a folded network, the recordings of its steps and the buffers they read. One thread, no gradients.

    ``refused`` says why it draws without recordings, in words for the status bar; empty while it draws with them.
    Noise that is drawn anew for a picture comes from the CPU, and so do pictures that have it, kernel by kernel.
    """

    def __init__(self, plain: FoldedSynthesis, record: Record) -> None:
        self.card, self.device, self.dtype = plain.card, plain.device, plain.dtype
        self.refused = ""
        self._plain, self._record = plain, record
        self._ws = torch.zeros(plain.card.num_ws, plain.card.w_dim, device=plain.device)
        self._noise = torch.ones((), device=plain.device)
        self._steps: list[Recording] = []
        self._asked: tuple[Tensor, float] | None = None
        self._done = 0

    def __call__(
        self, ws: Tensor, *, exit_at: int | None = None, noise: float = 1.0, noise_seed: int | None = None
    ) -> Tensor:
        """As ``FoldedSynthesis``, to the bit."""
        count = self._plain.count(exit_at)
        if noise_seed is None and not self.refused:
            self._prepare(count)
        if noise_seed is not None or self.refused:
            return self._plain(ws, exit_at=exit_at, noise=noise, noise_seed=noise_seed)
        self._done = min(self._done, self._unchanged(ws, noise))
        self._asked = (ws.clone(), noise)
        self._ws.copy_(ws, non_blocking=True)
        self._noise.fill_(noise)
        for step in self._steps[self._done : count]:
            step.replay()
        self._done = max(self._done, count)
        image = self._plain.seen(self._steps[count - 1].state, exit_at)
        return image.clone()  # the next picture is drawn into the same memory

    def draw_plainly(self, why: str) -> None:
        """Go on without recordings, and let go of the memory they hold."""
        self.refused, self._steps, self._done = why, [], 0
        with suppress(RuntimeError):  # a device that is lost frees nothing
            torch.cuda.empty_cache()

    def _prepare(self, count: int) -> None:
        """Record what is missing of the first *count* steps, each upon what the one before it leaves."""
        try:
            for i in range(len(self._steps), count):
                before = self._steps[-1].state if self._steps else self._plain.start
                self._steps.append(self._record(partial(self._plain.step, i, before, self._ws, self._noise)))
        except RuntimeError as cause:
            self.draw_plainly(f"CUDA graphs not used: {first_line(cause)}")

    def _unchanged(self, ws: Tensor, noise: float) -> int:
        if self._asked is None or self._asked[1] != noise:
            return 0
        return unchanged(self._asked[0], ws)
