"""Large layers strip by strip: what lies between the passes of a layer stays in the cache, its output where it was.

The C library gives blocks of 32 MB and more back to the system and takes them anew, page by page and cleared: 67,000
pages for a picture of 1024 pixels. An output that is kept from one picture to the next is taken once.
"""

from collections.abc import Callable, Hashable

import torch
from torch import Tensor

LARGEST = 8 * 2**20
"""Bytes of an output that is computed at once; what fits is not kept."""


class Strips:
    """Owns the outputs of large layers. One thread."""

    def __init__(self) -> None:
        self._rooms: dict[Hashable, Tensor] = {}

    def __call__(
        self, layer: Hashable, x: Tensor, outputs: int, rise: int, run: Callable[[Tensor, slice, slice], Tensor]
    ) -> Tensor:
        """``(1, outputs, rise h, rise w)`` of *x* ``(1, inputs, h, w)``, whose rows each depend on the nearest three.

        *run* is given rows of *x*, which rows of what it makes of them are wanted, and which of the whole those are.
        """
        _, _, height, width = x.shape
        shape = (1, outputs, rise * height, rise * width)
        count = -(-outputs * rise**2 * height * width * x.element_size() // LARGEST) if x.device.type == "cpu" else 1
        if count == 1:
            return run(x, slice(0, shape[2]), slice(0, shape[2]))
        room = self._room(layer, shape, x)
        step = -(-height // count)
        for top in range(0, height, step):
            bottom = min(top + step, height)
            above, below = max(top - 1, 0), min(bottom + 1, height)
            rows = slice(rise * top, rise * bottom)
            wanted = slice(rise * (top - above), rise * (bottom - above))
            room[:, :, rows] = run(x[:, :, above:below], wanted, rows)
        return room

    def _room(self, layer: Hashable, shape: tuple[int, ...], like: Tensor) -> Tensor:
        room = self._rooms.get(layer)
        if room is None or room.shape != shape or room.dtype != like.dtype:
            room = torch.empty(shape, dtype=like.dtype, memory_format=torch.channels_last)
            self._rooms[layer] = room
        return room
