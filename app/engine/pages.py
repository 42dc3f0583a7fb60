"""Arrays in pages of their own: what is made and dropped all the time leaves no holes in the heap."""

import mmap
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray


def zeros(shape: tuple[int, ...], dtype: DTypeLike = np.float64) -> NDArray[Any]:
    """An array of 0, as ``np.zeros`` gives; only pages that are written are taken, and all go back when it is dropped.

    glibc keeps what was freed for the next picture (``allocator.py``), so megabytes from its heap would be cleared by
    hand each time, and whatever came to lie behind them would keep them from being given back.
    """
    found = np.dtype(dtype)
    count = int(np.prod(shape))
    if not count:
        return np.zeros(shape, found)
    return np.frombuffer(mmap.mmap(-1, count * found.itemsize), found, count).reshape(shape)
