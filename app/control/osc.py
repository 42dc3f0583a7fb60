"""The OSC port: one UDP socket that hears who may speak, and answers."""

import contextlib
import heapq
import ipaddress
import itertools
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from app.control.addresses import ControlError
from app.control.packets import Argument, Message, PacketError, read, write

OUT = 9011
"""The port that values go to where no other is named."""
HERE = "127.0.0.1"
LARGEST = 65_536
LATEST = 60.0
"""Seconds that a bundle may lie ahead; one that is later is for another clock, and is done at once."""
WAITING = 1024
_REST = 60.0

Sender = tuple[str, int]
Network = ipaddress.IPv4Network


@dataclass(frozen=True, slots=True)
class Heard:
    """A message and who sent it."""

    message: Message
    sender: Sender


@dataclass(frozen=True, slots=True)
class Unheard:
    """What was not let in: *at* a moment of the monotonic clock, from which *host*, *what* it was, and *why* not."""

    at: float
    host: str
    what: str
    why: str


def networks(text: str) -> tuple[Network, ...]:
    """The senders that *text* allows: addresses and networks such as ``192.168.1.0/24``; raises ControlError."""
    found = []
    for word in text.replace(",", " ").split():
        try:
            found.append(ipaddress.IPv4Network(word, strict=False))
        except ValueError as err:
            raise ControlError(f"“{word}” is not an address such as 192.168.1.20 or 192.168.1.0/24.") from err
    return tuple(found)


def target(text: str) -> Sender | None:
    """Where to tell changes: ``host:port``, the port 9011 where it is left out, nobody where nothing is said."""
    if not text.strip():
        return None
    host, _, port = text.strip().partition(":")
    number = int(port) if port.isdecimal() else OUT if not port else 0
    try:
        ipaddress.IPv4Address(host)
    except ValueError as err:
        raise ControlError(f"“{host}” is not an address such as 127.0.0.1.") from err
    if not 0 < number < 65_536:
        raise ControlError(f"“{port}” is not a port; it is a number from 1 to 65535.")
    return host, number


class OscPort:
    """Owns a UDP socket and the thread that listens to it. *hear* is called on that thread."""

    def __init__(self, port: int, allowed: tuple[Network, ...], hear: Callable[[Heard], None]) -> None:
        """Listen on this machine alone, or also to those *allowed*; raises ControlError where the port is taken."""
        self._allowed, self._hear = allowed, hear
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            self._socket.bind(("" if allowed else HERE, port))
        except (OSError, OverflowError) as err:
            self._socket.close()
            raise ControlError(f"Port {port} is taken by another program; choose another.") from err
        self.port: int = self._socket.getsockname()[1]
        self.refused = self.malformed = 0
        self.unheard: Unheard | None = None
        """The newest, to be read from any thread."""
        self._later: list[tuple[float, int, Heard]] = []
        self._order = itertools.count()
        self._closing = False
        self._thread = threading.Thread(target=self._listen, name="osc", daemon=True)
        self._thread.start()

    def send(self, to: Sender, address: str, *args: Argument) -> None:
        """Tell *to*; one who is not there is no reason to stop."""
        with contextlib.suppress(OSError):
            self._socket.sendto(write(address, *args), to)

    def close(self) -> None:
        """Hear nothing more; what lay ahead is dropped."""
        self._closing = True
        with contextlib.suppress(OSError):
            self._socket.sendto(b"", (HERE, self.port))  # wakes the thread, on every system
        self._thread.join()
        self._socket.close()

    def _listen(self) -> None:
        while not self._closing:
            ahead = self._later[0][0] - time.time() if self._later else _REST
            self._socket.settimeout(max(ahead, 0.001))
            try:
                packet, sender = self._socket.recvfrom(LARGEST)
            except TimeoutError:
                self._due()
                continue
            except OSError:  # on Windows: whom we answered has gone
                continue
            self._due()
            if not packet:
                continue
            if self._may_speak(sender[0]):
                self._take(packet, sender)
            else:
                self._keep_out(sender, f"{len(packet)} bytes", "not heard: it is not among those allowed")

    def _may_speak(self, host: str) -> bool:
        address = ipaddress.IPv4Address(host)
        allowed = address.is_loopback or any(address in network for network in self._allowed)
        self.refused += not allowed
        return allowed

    def _take(self, packet: bytes, sender: Sender) -> None:
        try:
            messages = read(packet)
        except PacketError:
            self.malformed += 1
            self._keep_out(sender, f"{len(packet)} bytes", "not heard: that is no OSC")
            return
        now = time.time()
        for message in messages:
            if now < message.due <= now + LATEST and len(self._later) < WAITING:
                heapq.heappush(self._later, (message.due, next(self._order), Heard(message, sender)))
            else:
                self._hear(Heard(message, sender))

    def _keep_out(self, sender: Sender, what: str, why: str) -> None:
        self.unheard = Unheard(time.monotonic(), sender[0], what, why)

    def _due(self) -> None:
        """Bundles whose time has come."""
        while self._later and self._later[0][0] <= time.time():
            self._hear(heapq.heappop(self._later)[2])
