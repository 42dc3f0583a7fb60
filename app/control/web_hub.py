"""Who is connected over the web, and what waits to be sent to each: bounded, and of every kind the newest wins."""

import asyncio
import itertools
import json
from collections.abc import Callable, Mapping
from typing import Any

MOST_CLIENTS = 12
CHANNELS = ("state", "audio", "preview")
"""What a client may subscribe to."""
_ANSWERS, _EARLY = 16, 256
_SYSTEMS = (("iphone", "iPhone"), ("ipad", "iPad"), ("android", "Android"), ("windows", "Windows"),
            ("macintosh", "Mac"), ("cros", "Chromebook"), ("linux", "Linux"))  # fmt: skip


class Client:
    """Owns what waits for one connection (the web thread). A slow one holds up nobody: it misses what is old."""

    def __init__(self, number: int, name: str) -> None:
        self.number, self.name = number, name
        self.channels: frozenset[str] = frozenset()
        self.early: list[tuple[int, Mapping[str, Any]]] | None = None
        """While all of the state is on its way: what changed meanwhile, which may be newer than that."""
        self.ready = False
        """Has it been told all of the state?"""
        self._news: dict[str, Any] = {}
        self._picture: bytes | None = None
        self._answers: list[dict[str, Any]] = []
        self._wake = asyncio.Event()

    def tell(self, news: Mapping[str, Any], mine: frozenset[str] = frozenset()) -> None:
        """Tell *news*; of its state, not what is *mine*: this client has just set it itself."""
        for kind, value in news.items():
            if kind == "state":
                kept = self._news.setdefault(kind, {})
                kept.update(value)
                for tail in mine:
                    kept.pop(tail, None)  # what waits is older than what it set
            else:
                self._news[kind] = value
        self._wake.set()

    def begin(self) -> None:
        """All of the state has been asked for."""
        self.early = []

    def tell_all(self, whole: Mapping[str, Any]) -> None:
        """Tell it, and what changed since."""
        since, self.early, self.ready = self.early or [], None, True
        self.tell({"all": True, **whole})
        for rev, news in since:
            if rev > whole["rev"]:
                self.tell({"rev": rev, **news})

    def answer(self, words: dict[str, Any]) -> None:
        """Tell something once, to this one alone."""
        self._answers = [*self._answers, words][-_ANSWERS:]
        self._wake.set()

    def show(self, picture: bytes) -> None:
        """The newest picture."""
        self._picture = picture
        self._wake.set()

    async def next(self) -> tuple[list[str], bytes | None]:
        """What is to be sent now, once there is something."""
        await self._wake.wait()
        self._wake.clear()
        news, self._news = self._news, {}
        answers, self._answers = self._answers, []
        picture, self._picture = self._picture, None
        if not news.get("state", True):
            del news["state"]
        told = [*answers, *([news] if news.keys() - {"rev"} else [])]
        return [json.dumps(words, separators=(",", ":"), ensure_ascii=False) for words in told], picture


class Hub:
    """Owns the clients (the web thread), and says when they come and go."""

    def __init__(self, changed: Callable[[tuple[str, ...], frozenset[str]], None]) -> None:
        self._changed = changed
        self._numbers = itertools.count(1)
        self._pictured: object = None
        self.clients: dict[int, Client] = {}
        self.rev = 0

    @property
    def full(self) -> bool:
        """Has nobody else room?"""
        return len(self.clients) >= MOST_CLIENTS

    def wanted(self, channel: str) -> list[Client]:
        """Who has subscribed to *channel*."""
        return [client for client in self.clients.values() if channel in client.channels]

    def join(self, name: str) -> Client:
        """Somebody comes in."""
        client = Client(next(self._numbers), name)
        self.clients[client.number] = client
        self.look()
        return client

    def leave(self, client: Client) -> None:
        """And goes."""
        del self.clients[client.number]
        self.look()

    def look(self) -> None:
        """Who is there, or what they want, has changed."""
        channels = frozenset().union(*(client.channels for client in self.clients.values()))
        self._changed(tuple(client.name for client in self.clients.values()), channels)

    def tell(self, rev: int, news: Mapping[str, Any], audio: Mapping[str, float], own: Mapping[str, int]) -> None:
        """Tell all who want to hear; *own*: whose hand set which tail."""
        self.rev = rev
        for client in self.clients.values():
            if news and client.early is not None:
                client.early = [*client.early, (rev, news)][-_EARLY:]
            elif news and client.ready:
                client.tell({"rev": rev, **news}, frozenset(tail for tail, n in own.items() if n == client.number))
            if audio and "audio" in client.channels:
                client.tell({"audio": audio})

    def show(self, number: object, picture: bytes) -> None:
        """Tell the picture of this *number* to all who want it."""
        self._pictured = number
        for client in self.wanted("preview"):
            client.show(picture)

    def stale(self, number: object) -> bool:
        """Is the picture of this *number* another than was shown last?"""
        return number != self._pictured

    def look_again(self) -> None:
        """Somebody has seen no picture yet."""
        self._pictured = None


def name_of(agent: str, peer: str) -> str:
    """``iPhone, 192.168.1.20``: who it is, for the window."""
    lower = agent.lower()
    system = next((name for word, name in _SYSTEMS if word in lower), "A program")
    return "This computer" if peer.startswith("127.") else f"{system}, {peer}"
