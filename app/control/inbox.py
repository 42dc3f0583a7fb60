"""Where controllers leave what they heard: from any thread in, once a turn of the window out, never longer than so."""

import threading
from collections.abc import Hashable
from typing import Generic, TypeVar

T = TypeVar("T")

LONGEST = 1024


class Inbox(Generic[T]):
    """Owns what was heard and not yet done (any thread). When it is full the newest fall away, and are counted."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._heard: list[T] = []
        self._places: dict[Hashable, int] = {}
        self.lost = 0

    def put(self, heard: T, key: Hashable = None) -> bool:
        """Leave *heard*; was it empty before? With a *key*, it takes the place of the last with that key.

        Only of one that nothing without a key came after: a scene that was launched between two moves of a fader
        stays between them.
        """
        with self._lock:
            if key is None:
                self._places.clear()
            elif key in self._places:
                self._heard[self._places[key]] = heard
                return False
            if len(self._heard) >= LONGEST:
                self.lost += 1
                return False
            if key is not None:
                self._places[key] = len(self._heard)
            self._heard.append(heard)
            return len(self._heard) == 1

    def take(self) -> list[T]:
        """Everything that was left, in order."""
        with self._lock:
            heard, self._heard = self._heard, []
            self._places.clear()
            return heard
