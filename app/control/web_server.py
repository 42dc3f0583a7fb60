"""Uvicorn as the web remote runs it: on one socket, told when to end, and gone at once. Imported on its own thread."""

import asyncio
import socket
from typing import Any

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

PATIENCE = 0.25
"""Seconds that connections have to say goodbye."""
HURRY = 5.0
"""Seconds that a request may take to come, and an answer to be taken, before the connection is cut."""
_LOOK = 0.005


class Hurried(H11Protocol):
    """One connection over HTTP, which cannot be held open by saying nothing, or a little at a time."""

    _late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._look()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._look()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._look()

    def timeout_keep_alive_handler(self) -> None:
        self.transport.abort()

    def _look(self) -> None:
        """Does the client owe the rest of a request? A WebSocket is none of these connections any more."""
        owes = self in self.connections and self.conn.their_state in (h11.IDLE, h11.SEND_BODY)
        if owes and self._late is None:
            self._late = self.loop.call_later(HURRY, self.transport.abort)
        elif not owes and self._late is not None:
            self._late.cancel()
            self._late = None


class Server(uvicorn.Server):
    """Serves *application* until *ended* is set (the web thread)."""

    def __init__(self, application: Any, ended: asyncio.Event) -> None:
        super().__init__(uvicorn.Config(
            application, loop="asyncio", http=Hurried, ws="websockets-sansio", lifespan="off", log_config=None,
            access_log=False, server_header=False, date_header=False, proxy_headers=False, limit_concurrency=64,
            backlog=64, timeout_keep_alive=5, ws_max_size=65_536, ws_ping_interval=5.0, ws_ping_timeout=5.0,
            ws_per_message_deflate=False,
        ))  # fmt: skip
        self._ended = ended

    async def main_loop(self) -> None:
        """Until it is over, without looking ten times a second."""
        await self._ended.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let nobody in, say goodbye, and wait for nobody who does not hear it."""
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        loop = asyncio.get_running_loop()
        until = loop.time() + PATIENCE
        while (self.server_state.connections or self.server_state.tasks) and loop.time() < until:
            await asyncio.sleep(_LOOK)
        for task in list(self.server_state.tasks):
            task.cancel()
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        await asyncio.sleep(_LOOK)
