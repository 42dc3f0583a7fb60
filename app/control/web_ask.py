"""How the web's loop asks the window: a wish goes over to the main thread, and a value comes back to the loop."""

import asyncio
from contextlib import suppress
from typing import Any

from app.control.web_hub import Client
from app.control.web_wish import Busy, Hear, Pictures, Wish
from app.control.web_words import Meant
from app.engine.errors import AppError

PATIENCE = 5.0
"""Seconds that the window may take to answer."""


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

        self._hear(Wish(meant, 0, answer, stands=lambda: not answered.done()), None)
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
