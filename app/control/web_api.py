"""The web remote as an ASGI application: REST, the WebSocket, and the page for a phone.

Imported on the web's own thread, when the remote is switched on: starlette is no part of a window's start.
"""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, HTTPConnection, Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from app.control.actions import ACTIONS
from app.control.addresses import Act, ControlError
from app.control.settable import QUANTA
from app.control.web_ask import Desk
from app.control.web_guard import PROTOCOL, Door, Guard, Refused
from app.control.web_hub import CHANNELS, Client, Hub, name_of
from app.control.web_wish import Busy
from app.control.web_words import (
    LaunchOn,
    Meant,
    Tell,
    Withdraw,
    act_of,
    glide_of,
    number_in,
    order_of,
    read_json,
    turn_of,
)
from app.engine.errors import AppError

LARGEST = 65_536
"""Bytes that a request may have."""
WIDE, WIDEST = 320, 1280
"""Pixels of the preview, and at most."""
PICTURE_S = 0.2
SLOW = 5.0
"""Seconds after which a client that takes nothing is let go."""

Answer = Callable[[Request], Awaitable[Response]]


class Api:
    """Answers requests (the web thread). What the window must do or know it asks the desk for."""

    def __init__(self, door: Door, hub: Hub, desk: Desk, page: Path) -> None:
        self._door, self._hub, self._desk, self._page = door, hub, desk, page

    def application(self) -> Guard:
        """All of it, behind the door."""
        do, tell = self._do, self._tell
        routes = [
            Route("/api/health", self._health),
            Route("/api/pair", self._pair, methods=["POST"]),
            Route("/api/preview.jpg", self._preview),
            Route("/api/map.jpg", self._map),
            *(Route(f"/api/{what}", tell(what)) for what in ("state", "params", "scenes", "styles")),
            Route("/api/params/{id:path}", do(_param), methods=["PUT"]),
            Route("/api/transport/{verb}", do(_transport), methods=["POST"]),
            Route("/api/tempo/{verb}", do(_tempo), methods=["POST"]),
            Route("/api/scenes/{n}/launch", do(_launch), methods=["POST"]),
            Route("/api/latent/goto", do(_goto), methods=["POST"]),
            Route("/api/output/{verb}", do(_output), methods=["POST"]),
            Route("/api/styles/{n}/load", do(_style), methods=["POST"]),
            Route("/api/do/{verb}", do(_action), methods=["POST"]),
            Route("/api/export", tell("films"), methods=["GET"]),
            Route("/api/export", do(lambda _request, said: order_of(said)), methods=["POST"]),
            Route("/api/export/{n}", do(lambda request, _said: Withdraw(_number(request))), methods=["DELETE"]),
            WebSocketRoute("/api/ws", self._socket),
            Route("/{name:path}", self._file),
        ]
        faults: dict[Any, Any] = {
            HTTPException: _http, AppError: _wrong, Refused: _refused, ClientDisconnect: _gone, Exception: _bug,
        }  # fmt: skip
        return Guard(Starlette(routes=routes, exception_handlers=faults), self._door)

    # one answer each

    def _tell(self, what: str) -> Answer:
        async def answer(_request: Request) -> Response:
            return JSONResponse(await self._desk.ask(Tell(what)))

        return answer

    def _do(self, meaning: Callable[[Request, dict[str, Any]], Meant]) -> Answer:
        async def answer(request: Request) -> Response:
            meant = meaning(request, read_json(await _body(request)))
            return JSONResponse(await self._desk.ask(meant))

        return answer

    async def _health(self, request: Request) -> Response:
        knows = self._door.knows(request.scope, dict(request.headers))
        return JSONResponse({"app": "Anthesis", "ok": True, "paired": knows})

    async def _pair(self, request: Request) -> Response:
        pin = read_json(await _body(request)).get("pin")
        if not isinstance(pin, str) or len(pin) > 32:
            raise ControlError('Say {"pin": "123456"}.')
        return JSONResponse({"token": self._door.pair(pin, _peer(request))})

    async def _preview(self, request: Request) -> Response:
        return await self._jpeg(request, self._desk.pictures.preview, "There is no picture yet.")

    async def _map(self, request: Request) -> Response:
        return await self._jpeg(request, self._desk.pictures.map, "The map of this Style is not there yet.")

    async def _jpeg(self, request: Request, draw: Callable[[int], bytes | None], missing: str) -> Response:
        asked = request.query_params.get("w", str(WIDE))
        if not asked.isdecimal() or len(asked) > 4 or not 16 <= int(asked) <= WIDEST:
            raise ControlError(f"w is a number of pixels from 16 to {WIDEST}.")
        picture = await asyncio.to_thread(draw, int(asked))
        if picture is None:
            raise HTTPException(404, missing)
        return Response(picture, media_type="image/jpeg", headers={"cache-control": "no-store"})

    async def _file(self, request: Request) -> Response:
        name = request.path_params["name"] or "index.html"
        known = {file.name: file for file in self._page.iterdir() if file.is_file()}
        if name not in known:
            raise HTTPException(404, "There is nothing here.")
        return FileResponse(known[name], headers={"cache-control": "no-cache"})

    # the WebSocket

    async def _socket(self, socket: WebSocket) -> None:
        await socket.accept(PROTOCOL if PROTOCOL in socket.scope["subprotocols"] else None)
        if self._hub.full:
            await socket.close(1013, "Too many are connected.")
            return
        client = self._hub.join(name_of(socket.headers.get("user-agent", ""), _peer(socket)))
        sender = asyncio.create_task(_send(socket, client))
        try:
            while True:
                message = await socket.receive()
                if message["type"] != "websocket.receive" or sender.done():
                    break
                await self._heard(client, message.get("text") or "")
        finally:
            self._hub.leave(client)
            sender.cancel()

    async def _heard(self, client: Client, text: str) -> None:
        try:
            said = read_json(text)
            unknown = sorted(said.keys() - {"set", "glide", "do", "n", "args", "sub", "ping"})
            if unknown or not said:
                raise ControlError(f"There is no “{unknown[0]}” to say." if unknown else "Nothing was said.")
            if "ping" in said:
                client.answer({"pong": said["ping"]})
            if "sub" in said:
                await self._subscribe(client, said["sub"])
            if "set" in said:
                self._set(client, said["set"], said.get("glide"))
            if "do" in said:
                args = said.get("args", [])
                if not isinstance(said["do"], str) or not isinstance(args, list):
                    raise ControlError('Say {"do": "scene", "n": 3}, or {"do": "xy", "args": [0.5, 0.5]}.')
                self._desk.wish(act_of(said["do"], said.get("n"), tuple(args)), client)
        except (AppError, Busy) as error:
            client.answer({"error": str(error)})

    async def _subscribe(self, client: Client, channels: object) -> None:
        if not isinstance(channels, list) or any(channel not in CHANNELS for channel in channels):
            raise ControlError(f"sub is a list of {', '.join(CHANNELS)}.")
        client.channels = frozenset(channels)
        self._hub.look()
        if "preview" in client.channels:
            self._hub.look_again()
        if "state" not in client.channels:
            client.ready = False  # who comes back is told all of it again
        elif not client.ready:
            client.begin()
            client.tell_all(await self._desk.ask(Tell("state")))

    def _set(self, client: Client, values: object, beats: object) -> None:
        if not isinstance(values, dict):
            raise ControlError('set is an object such as {"macro/1": 0.4}.')
        turns = [glide_of(turn_of(name, value), beats) for name, value in values.items()]
        for turn in turns:  # all of them make sense
            self._desk.wish(turn, client)

    async def show_pictures(self) -> None:
        """Tell who wants them the picture that is there, five times a second at most; never another is drawn."""
        while True:
            await asyncio.sleep(PICTURE_S)
            number = self._desk.pictures.number
            if self._hub.wanted("preview") and self._hub.stale(number):
                picture = await asyncio.to_thread(self._desk.pictures.preview, WIDE)
                if picture is not None:
                    self._hub.show(number, picture)


async def _send(socket: WebSocket, client: Client) -> None:
    """Send what there is, as fast as the client takes it."""
    try:
        while True:
            texts, picture = await client.next()
            async with asyncio.timeout(SLOW):
                for text in texts:
                    await socket.send_text(text)
                if picture is not None:
                    await socket.send_bytes(picture)
    except TimeoutError:
        await socket.close(1013, "Too slow.")
    except (WebSocketDisconnect, RuntimeError):  # it has gone
        return


async def _body(request: Request) -> bytes:
    found = bytearray()
    async for part in request.stream():
        found += part
        if len(found) > LARGEST:
            raise Refused(413, f"That is too long: {LARGEST} bytes are the most.")
    return bytes(found)


def _peer(connection: HTTPConnection) -> str:
    return connection.client.host if connection.client is not None else ""


# what each path means


def _number(request: Request) -> int:
    digits = request.path_params["n"]
    if not digits.isdecimal() or len(digits) > 6:
        raise ControlError(f"“{digits}” is no number.")
    return int(digits)


def _param(request: Request, said: dict[str, Any]) -> Meant:
    if "value" not in said:
        raise ControlError('Say {"value": 0.5}, and "glide" in beats where it should take some.')
    return glide_of(turn_of(request.path_params["id"], said["value"]), said.get("glide"))


def _transport(request: Request, said: dict[str, Any]) -> Meant:
    verb = request.path_params["verb"]
    if verb == "seek":
        beat = "beat" in said
        return act_of("seek_beat" if beat else "seek", args=(said.get("beat" if beat else "t"),))
    known = {"play": ("playing", (1,)), "pause": ("playing", (0,)), "toggle": ("play", ()), "stop": ("stop", ())}
    if verb not in known:
        raise HTTPException(404, "There is play, pause, toggle, stop and seek.")
    return act_of(known[verb][0], args=known[verb][1])


def _tempo(request: Request, said: dict[str, Any]) -> Meant:
    verb = request.path_params["verb"]
    if verb not in ("tap", "resync", "nudge"):
        raise HTTPException(404, "There is tap, resync and nudge.")
    return act_of(verb, args=(said.get("ms"),) if verb == "nudge" else ())


def _launch(request: Request, said: dict[str, Any]) -> Meant:
    number, quantum = _number(request), said.get("quant")
    if quantum is None:
        return act_of("scene", number)
    if quantum not in QUANTA:
        raise ControlError(f"quant is one of {', '.join(QUANTA)}.")
    return LaunchOn(number, quantum)


def _goto(_request: Request, said: dict[str, Any]) -> Meant:
    match said:
        case {"x": x, "y": y}:
            return act_of("xy", args=(number_in(x, "x", 0.0, 1.0), number_in(y, "y", 0.0, 1.0)))
        case {"point": point}:
            return act_of("point", args=(point, said["glide"]) if "glide" in said else (point,))
        case {"seed": seed}:
            return act_of("seed", args=(seed,))
    raise ControlError('Say {"x": 0.5, "y": 0.5}, {"point": 1} or {"seed": 7}.')


def _output(request: Request, said: dict[str, Any]) -> Meant:
    verb = request.path_params["verb"]
    if verb not in ("blackout", "freeze", "panic"):
        raise HTTPException(404, "There is blackout, freeze and panic.")
    on = said.get("on")
    if on is None or verb == "panic":
        return act_of(verb)
    if not isinstance(on, bool):
        raise ControlError("on is true or false.")
    return act_of(verb, args=(int(on),))


def _style(request: Request, _said: dict[str, Any]) -> Meant:
    return act_of("style", args=(_number(request),))


def _action(request: Request, said: dict[str, Any]) -> Meant:
    args = said.get("args", [])
    if not isinstance(args, list):
        raise ControlError("args is a list.")
    meant = act_of(request.path_params["verb"], said.get("n"), tuple(args))
    assert isinstance(meant, Act)
    assert meant.verb in ACTIONS
    return meant


# what goes wrong, each in one sentence


def _http(_request: Request, error: HTTPException) -> Response:
    plain = {404: "There is nothing here.", 405: "That is not how it is asked: see the list of requests."}
    told = error.detail if error.detail.endswith(".") else plain.get(error.status_code, f"{error.detail}.")
    return JSONResponse({"error": told}, error.status_code, headers=error.headers)


def _wrong(_request: Request, error: AppError) -> Response:
    return JSONResponse({"error": str(error)}, 503 if isinstance(error, Busy) else 400)


def _refused(_request: Request, error: Refused) -> Response:
    return JSONResponse({"error": str(error)}, error.status)


def _gone(_request: Request, _error: ClientDisconnect) -> Response:
    return Response(status_code=400)


def _bug(_request: Request, _error: Exception) -> Response:
    return JSONResponse({"error": "Something went wrong inside; the log of Anthesis has it."}, 500)
