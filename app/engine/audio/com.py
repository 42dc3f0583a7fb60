"""COM: what Windows asks of every thread that speaks to sound cards."""

import contextlib
import ctypes
from collections.abc import Iterator

_FREE_THREADED = 0


@contextlib.contextmanager
def com() -> Iterator[None]:
    """While it lasts, this thread may; one that has it, as Qt's has, keeps its own. Nothing happens elsewhere."""
    windows = getattr(ctypes, "windll", None)
    if windows is None:
        yield
        return
    begun = windows.ole32.CoInitializeEx(None, _FREE_THREADED) >= 0
    try:
        yield
    finally:
        if begun:
            windows.ole32.CoUninitialize()
