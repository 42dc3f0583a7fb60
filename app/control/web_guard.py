"""Who may come in over the web: this machine, and on the LAN who knows the PIN; never a page of another site."""

import hashlib
import hmac
import ipaddress
import json
import secrets
import socket
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]

PROTOCOL = "anthesis"
"""Subprotocol of the WebSocket; after it a browser, which can set no header there, says the token."""
OPEN = ("/api/health", "/api/pair")
"""What may be asked before the PIN is known."""
MOST_WRONG, WITHIN = 5, 60.0
"""Wrong PINs from one address in so many seconds, after which it waits."""
MOST_WRONG_OF_ALL = 30
_ADDRESSES = 256

HEADERS = {
    "content-security-policy": "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob: data:; "
    "connect-src 'self' ws:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
}


class Refused(Exception):
    """A request that is answered with *status* and one sentence."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


@dataclass(frozen=True, slots=True)
class Keys:
    """The PIN that people type, and the secret that tokens are made of. A frozen value that any thread may read."""

    pin: str
    secret: str

    @property
    def token(self) -> str:
        """What a client shows that knew the PIN; another PIN makes another."""
        return hmac.new(self.secret.encode(), self.pin.encode(), hashlib.sha256).hexdigest()


def new_keys() -> Keys:
    """Six digits, and a secret; whoever had the old ones has to pair again."""
    return Keys(f"{secrets.randbelow(1_000_000):06d}", secrets.token_hex(32))


def same(said: str, kept: str) -> bool:
    """Are they the same, without telling by the time it takes how much of it is right?"""
    return hmac.compare_digest(said.encode("utf-8", "replace"), kept.encode())


class Door:
    """Owns the wrong PINs of the last minute (the web thread)."""

    def __init__(self, keys: Keys, names: frozenset[str] = frozenset(), now: Callable[[], float] = time.monotonic):
        self.keys, self._now = keys, now
        self._names = names | {"localhost"}
        self._wrong: OrderedDict[str, list[float]] = OrderedDict()

    def pair(self, pin: str, peer: str) -> str:
        """The token for who knows the PIN; raises Refused."""
        now = self._now()
        for address, tries in list(self._wrong.items()):
            self._wrong[address] = tries = [t for t in tries if now - t < WITHIN]
            if not tries:
                del self._wrong[address]
        tries = self._wrong.get(peer, [])
        if len(tries) >= MOST_WRONG or sum(map(len, self._wrong.values())) >= MOST_WRONG_OF_ALL:
            raise Refused(429, "Too many wrong PINs. Wait a minute, then read it off the window again.")
        if not same(pin.strip(), self.keys.pin):
            self._wrong[peer] = [*tries, now]
            while len(self._wrong) > _ADDRESSES:
                self._wrong.popitem(last=False)
            raise Refused(401, "That is not the PIN. It stands on the Phone remote page of Anthesis.")
        self._wrong.pop(peer, None)
        return self.keys.token

    def check(self, scope: Scope) -> None:
        """May this request come in? Raises Refused."""
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        peer, host = _address((scope.get("client") or ("", 0))[0]), headers.get("host", "")
        if peer is None or not (peer.is_loopback or peer.is_private or peer.is_link_local):
            raise Refused(403, "Only machines of your own network may come in.")
        if not self._is_ours(host, scope):
            raise Refused(403, "This server is not called that. Use the address that Anthesis shows.")
        if "origin" in headers and headers["origin"].lower() != f"http://{host.lower()}":
            raise Refused(403, "Pages of other sites may not ask.")
        if scope["path"].startswith("/api"):
            if headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
                raise Refused(403, "Pages of other sites may not ask.")
            if scope["path"] not in OPEN and not self.knows(scope, headers):
                raise Refused(401, "The PIN is needed first: POST it to /api/pair.")

    def knows(self, scope: Scope, headers: dict[str, str]) -> bool:
        """Does it come from this machine, or does it show the token?"""
        peer = _address((scope.get("client") or ("", 0))[0])
        if peer is not None and peer.is_loopback:
            return True
        kind, _, token = headers.get("authorization", "").partition(" ")
        shown = [token.strip()] if kind.lower() == "bearer" else list(scope.get("subprotocols", ()))
        return any(same(one, self.keys.token) for one in shown)

    def _is_ours(self, host: str, scope: Scope) -> bool:
        """Is *host* the address that was really reached, or a name of this machine? Else a name was rebound."""
        name = host.rpartition(":")[0] if ":" in host else host
        reached = (scope.get("server") or ("", 0))[0]
        return bool(name) and (name == reached or name.lower() in self._names)


def names_of_this_machine() -> frozenset[str]:
    """How others may call it."""
    name = socket.gethostname().lower()
    return frozenset({name, f"{name.partition('.')[0]}.local"} - {"", ".local"})


def _address(text: str) -> ipaddress.IPv4Address | None:
    try:
        return ipaddress.IPv4Address(text)
    except ValueError:
        return None


class Guard:
    """Stands before the application: asks the Door, and puts the headers on that make browsers careful."""

    def __init__(self, app: Asgi, door: Door) -> None:
        self._app, self._door = app, door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, or one WebSocket."""
        if scope["type"] not in ("http", "websocket"):
            return

        async def careful(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                more = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
                message["headers"] = [*message.get("headers", ()), *more]
            await send(message)

        try:
            self._door.check(scope)
        except Refused as refused:
            await _refuse(scope, careful, refused)
            return
        await self._app(scope, receive, careful)


async def _refuse(scope: Scope, send: Send, refused: Refused) -> None:
    kind = "http" if scope["type"] == "http" else "websocket.http"
    body = json.dumps({"error": str(refused)}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": f"{kind}.response.start", "status": refused.status, "headers": headers})
    await send({"type": f"{kind}.response.body", "body": body})
