"""How the C library keeps memory that was freed: a picture's is wanted again for the next one."""

import ctypes
import sys
from typing import Any

TRIM_THRESHOLD, MMAP_THRESHOLD = -1, -3
"""Their numbers in glibc's malloc.h."""
KEPT = 128 * 2**20
"""Bytes that may lie free before any are given back to the system."""
LARGEST = 32 * 2**20
"""Bytes of one block from which on it is given back by itself; glibc takes no more."""


def keep_freed_memory() -> bool:
    """Have glibc keep what was freed, up to ``KEPT``; whether it is glibc and does.

    By itself it gives a picture's memory back at once, and takes it anew, page by page and cleared, for the next one:
    a sixth of the time that a picture of Bloom takes.
    """
    mallopt = _of_glibc("mallopt")
    return mallopt is not None and bool(mallopt(TRIM_THRESHOLD, KEPT) and mallopt(MMAP_THRESHOLD, LARGEST))


def give_back_memory() -> bool:
    """Have glibc give back whole pages that lie free between what is used; whether it is glibc and had any.

    What is kept gets holes in hours of a show, and memory that nobody uses would grow by some megabytes a minute. It
    takes 2 to 10 ms, without Python's lock; the next picture takes its own pages anew, once.
    """
    malloc_trim = _of_glibc("malloc_trim")
    return malloc_trim is not None and bool(malloc_trim(0))


def _of_glibc(name: str) -> Any:
    """Its function of that *name*; None in every other C library."""
    return getattr(ctypes.CDLL(None), name, None) if sys.platform.startswith("linux") else None
