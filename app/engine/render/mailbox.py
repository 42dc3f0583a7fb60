"""The one-slot hand-off between the engine thread and a screen: the newest frame wins."""

import threading
from typing import Generic, TypeVar

T = TypeVar("T")


class Mailbox(Generic[T]):
    """Holds at most one item. When it is full, ``put`` replaces the item and counts a drop. Any thread may call."""

    def __init__(self) -> None:
        self._item: T | None = None
        self._ready = threading.Condition()
        self.dropped = 0

    def put(self, item: T) -> bool:
        """Leave *item*; True if the slot was empty, so that a reader must be told."""
        with self._ready:
            was_empty = self._item is None
            self.dropped += not was_empty
            self._item = item
            self._ready.notify()
            return was_empty

    def take(self, timeout: float = 0.0) -> T | None:
        """The newest item, once; None if there is none within *timeout* seconds."""
        with self._ready:
            if self._item is None and timeout > 0:
                self._ready.wait(timeout)
            item, self._item = self._item, None
            return item
