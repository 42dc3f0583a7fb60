"""The web remote's port: one TCP socket and the thread that serves REST, WebSocket and the phone page from it.

Imported when the remote is switched on: asyncio is no part of a window's start.
"""

import asyncio
import importlib.util
import os
import socket
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from app.control.addresses import ControlError
from app.control.web_ask import Desk
from app.control.web_guard import Door, Keys, names_of_this_machine
from app.control.web_hub import Hub
from app.control.web_wish import Crowd, Hear, Pictures

PORT = 8088
HERE = "127.0.0.1"
NEEDED = ("starlette", "uvicorn", "websockets")
UNSENT = 65_536
"""Bytes that the system may hold for a client that takes nothing: what is older than these is never sent."""


def why_not() -> str:
    """Why there can be no remote here; nothing when there can."""
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    return f"The packages {', '.join(missing)} are missing: set Anthesis up again." if missing else ""


class WebPort:
    """Owns a socket, and the thread that serves it with a loop of its own. *hear* is called on that thread."""

    def __init__(
        self, port: int, keys: Keys, hear: Hear, pictures: Pictures, page: Path, *,
        lan: bool = False,
    ) -> None:  # fmt: skip
        """Serve this machine alone, or its *lan* as well; raises ControlError where the port is taken."""
        if problem := why_not():
            raise ControlError(problem)
        self._keys, self._pictures, self._page = keys, pictures, page
        self._hear = hear
        self._socket = _bound(port, lan=lan)
        self.port: int = self._socket.getsockname()[1]
        self.lan = lan
        self._loop = asyncio.new_event_loop()
        self._ended = asyncio.Event()
        self._hub = Hub(lambda names, channels: hear(Crowd(names, channels), None))
        self._thread = threading.Thread(target=self._run, name="web", daemon=True)
        self._thread.start()

    def tell(
        self, rev: int, news: Mapping[str, Any], audio: Mapping[str, float], own: Mapping[str, int] | None = None
    ) -> None:
        """Tell everybody who is connected; from any thread."""
        with suppress(RuntimeError):  # it has ended
            self._loop.call_soon_threadsafe(self._hub.tell, rev, news, audio, own or {})

    def close(self) -> None:
        """Let everybody go, and end the thread."""
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join()

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        from app.control.web_api import Api
        from app.control.web_server import Server

        door = Door(self._keys, names_of_this_machine())
        api = Api(door, self._hub, Desk(self._hear, self._pictures), self._page)
        pictures = asyncio.create_task(api.show_pictures())
        try:
            await Server(api.application(), self._ended).serve(sockets=[self._socket])
        finally:
            pictures.cancel()


def _bound(port: int, *, lan: bool) -> socket.socket:
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        if os.name != "nt":  # there it would let two programs share the port
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, UNSENT)
        made.bind(("" if lan else HERE, port))
        made.listen(64)
    except (OSError, OverflowError) as err:
        made.close()
        raise ControlError(f"Port {port} is taken by another program; choose another.") from err
    made.setblocking(False)
    return made
