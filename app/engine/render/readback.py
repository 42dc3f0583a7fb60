"""From the device that drew a picture into main memory: one copy and one wait a frame."""

import time

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor


def in_main_memory(pixels: Tensor) -> NDArray[np.uint8]:
    """*pixels* ``(height, width, 3)`` uint8 of any device, when they are done.

    From CUDA they go through pinned memory, which the device writes to by itself; torch keeps a few such buffers and
    takes them in turns. Waiting sleeps rather than spins: sound, window and encoder need the core.
    """
    if not pixels.is_cuda:
        return pixels.cpu().numpy()
    pinned = torch.empty(pixels.shape, dtype=pixels.dtype, pin_memory=True)
    pinned.copy_(pixels, non_blocking=True)
    _event(pixels.device).synchronize()
    return pinned.numpy().copy()  # a film's frames wait for the encoder, and pinned memory is scarce


class Stopwatch:
    """How long the device that *image* is on worked since this was made; asking waits for it."""

    def __init__(self, image: Tensor) -> None:
        self._device = image.device
        self._began = _event(image.device) if image.is_cuda else time.perf_counter()

    def seconds(self) -> float:
        """Until now; without a wait where the device has nothing left to do."""
        if isinstance(self._began, float):
            return time.perf_counter() - self._began
        end = _event(self._device)
        end.synchronize()
        return self._began.elapsed_time(end) / 1000.0


def _event(device: torch.device) -> torch.cuda.Event:
    """A point behind all that was asked of *device* so far."""
    event = torch.cuda.Event(enable_timing=True, blocking=True)  # type: ignore[no-untyped-call]
    event.record(torch.cuda.current_stream(device))
    return event
