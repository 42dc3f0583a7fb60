"""What the web thread asks of the window, and how the answer comes back: a wish over, a value to the loop."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol

from app.control.addresses import Turn
from app.control.web_hub import Client
from app.control.web_words import Meant
from app.engine.errors import AppError

PATIENCE = 5.0
"""Seconds that the window may take to answer."""


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

    *answer* takes what came of it, a value or an AppError, on any thread.
    """

    meant: Meant
    number: int
    answer: Callable[[Any], None]

    @property
    def key(self) -> str | None:
        """Of many with the same key the newest is enough: the place of a fader."""
        return f"web {self.meant.name}" if isinstance(self.meant, Turn) and self.number else None


@dataclass(frozen=True, slots=True)
class Crowd:
    """Who is connected now, and which channels somebody wants."""

    names: tuple[str, ...]
    channels: frozenset[str]


Hear = Callable[[Wish | Crowd, str | None], None]
"""Passes something on to the main thread, with the key of which the newest is enough; from any thread."""


class Desk:
    """Passes wishes on to the main thread (the web thread)."""

    def __init__(self, hear: Hear, pictures: Pictures) -> None:
        self._hear, self.pictures = hear, pictures

    async def ask(self, meant: Meant) -> Any:
        """What came of *meant*; raises the AppError that came of it, and Busy when nothing did."""
        loop = asyncio.get_running_loop()
        answered: asyncio.Future[Any] = loop.create_future()

        def put(came: Any) -> None:
            if not answered.done():
                answered.set_result(came)

        def answer(came: Any) -> None:
            with suppress(RuntimeError):  # the remote was switched off meanwhile
                loop.call_soon_threadsafe(put, came)

        self._hear(Wish(meant, 0, answer), None)
        try:
            came = await asyncio.wait_for(answered, PATIENCE)
        except TimeoutError as err:
            raise Busy("The window is busy. Ask again.") from err
        if isinstance(came, AppError):
            raise came
        return came

    def wish(self, meant: Meant, client: Client) -> None:
        """Let it be done; *client* hears of it only when it cannot be."""
        loop = asyncio.get_running_loop()

        def answer(came: Any) -> None:
            if isinstance(came, AppError):
                with suppress(RuntimeError):
                    loop.call_soon_threadsafe(client.answer, {"error": str(came)})

        wish = Wish(meant, client.number, answer)
        self._hear(wish, wish.key)
