"""What the web thread asks of the window. Imported with the window, so it imports next to nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from app.control.actions import ACTIONS
from app.control.addresses import Act, Turn
from app.control.web_words import Meant
from app.engine.errors import AppError


class Busy(AppError):
    """The window does not answer."""


class Pictures(Protocol):
    """What there is to be seen, as JPEG; drawn on a thread of the web's from images that nobody changes."""

    @property
    def number(self) -> object:
        """Another one for another picture."""

    def preview(self, wide: int) -> bytes | None:
        """The newest picture, *wide* pixels at most."""

    def map(self, wide: int) -> bytes | None:
        """The map of the Style."""


@dataclass(frozen=True, eq=False, slots=True)
class Wish:
    """What the client of this *number* wants, 0 for one that is not connected for longer.

    *answer* takes what came of it, a value or an AppError, on any thread. *stands*: nobody has been told meanwhile that
    it was not done.
    """

    meant: Meant
    number: int
    answer: Callable[[Any], None]
    stands: Callable[[], bool] = lambda: True

    @property
    def key(self) -> str | None:
        """Of many with the same key the newest is enough: the place of a fader, or of a finger on the map."""
        if not self.number:  # each is answered
            return None
        if isinstance(self.meant, Turn):
            return f"web {self.meant.name}"
        if isinstance(self.meant, Act) and ACTIONS[self.meant.verb].streams:
            return f"web do {self.meant.verb}"
        return None


@dataclass(frozen=True, slots=True)
class Crowd:
    """Who is connected now, and which channels somebody wants."""

    names: tuple[str, ...]
    channels: frozenset[str]


Hear = Callable[[Wish | Crowd, str | None], None]
"""Passes something on to the main thread, with the key of which the newest is enough; from any thread."""
