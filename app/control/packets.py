"""Open Sound Control 1.0 on the wire: messages and bundles to bytes and back. What is malformed is refused whole.

Our own page instead of a library: python-osc writes a warning to the root log for every type it does not know and goes
on with the wrong bytes, and what comes from a network must do neither. The tests hold this page against python-osc.
"""

import math
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from app.engine.errors import AppError

Argument = bool | int | float | str | bytes | None

DEEPEST = 4
"""Bundles may stand in bundles so many times."""

_SINCE_1900 = 2_208_988_800
_NOW = 1
_BUNDLE = b"#bundle\0"
_FIXED: dict[str, str] = {"i": ">i", "f": ">f", "h": ">q", "d": ">d"}
_CONSTANT: dict[str, Argument] = {"T": True, "F": False, "N": None, "I": math.inf}


class PacketError(AppError):
    """A packet that is not OSC."""


@dataclass(frozen=True, slots=True)
class Message:
    """One address with its arguments; *due* in seconds since 1970, 0 for at once."""

    address: str
    args: tuple[Argument, ...] = ()
    due: float = 0.0


def read(packet: bytes) -> tuple[Message, ...]:
    """The messages in *packet*, in order; raises PacketError."""
    try:
        return tuple(_read(packet, 0.0, 0))
    except (struct.error, UnicodeDecodeError, ValueError) as err:
        raise PacketError("A packet came that is not OSC.") from err


def _read(packet: bytes, due: float, depth: int) -> Iterator[Message]:
    if not packet.startswith(_BUNDLE):
        yield _message(packet, due)
        return
    if depth >= DEEPEST:
        raise ValueError("bundles in bundles")
    (stamp,) = struct.unpack_from(">Q", packet, 8)
    due = 0.0 if stamp == _NOW else stamp / 2**32 - _SINCE_1900
    at = 16
    while at < len(packet):
        (size,) = struct.unpack_from(">i", packet, at)
        if size <= 0 or at + 4 + size > len(packet):
            raise ValueError("an element longer than its bundle")
        yield from _read(packet[at + 4 : at + 4 + size], due, depth + 1)
        at += 4 + size


def _message(packet: bytes, due: float) -> Message:
    address, at = _string(packet, 0)
    if not address.startswith("/") or not address.isprintable():
        raise ValueError("not an address")
    if at == len(packet):  # old senders leave the type tags out
        return Message(address, (), due)
    tags, at = _string(packet, at)
    if not tags.startswith(","):
        raise ValueError("no type tags")
    args: list[Argument] = []
    for tag in tags[1:]:
        if tag in _CONSTANT:
            args.append(_CONSTANT[tag])
        elif tag in _FIXED:
            args.append(struct.unpack_from(_FIXED[tag], packet, at)[0])
            at += struct.calcsize(_FIXED[tag])
        elif tag in "sSb":
            take: Callable[[bytes, int], tuple[str | bytes, int]] = _blob if tag == "b" else _string
            value, at = take(packet, at)
            args.append(value)
        else:
            raise ValueError("a type that OSC 1.0 does not have")
    return Message(address, tuple(args), due)


def _string(packet: bytes, at: int) -> tuple[str, int]:
    end = packet.index(b"\0", at)
    return packet[at:end].decode("utf-8"), min(end + 4 - (end - at) % 4, len(packet))


def _blob(packet: bytes, at: int) -> tuple[bytes, int]:
    (size,) = struct.unpack_from(">i", packet, at)
    if size < 0 or at + 4 + size > len(packet):
        raise ValueError("a blob longer than its packet")
    return packet[at + 4 : at + 4 + size], at + 4 + size + -size % 4


def write(address: str, *args: Argument) -> bytes:
    """One message as bytes: whole numbers as int32, others as float32."""
    tags, body = ",", b""
    for arg in args:
        if isinstance(arg, bool) or arg is None:
            tags += {True: "T", False: "F", None: "N"}[arg]
        elif isinstance(arg, int):
            tags, body = tags + "i", body + struct.pack(">i", max(-(2**31), min(arg, 2**31 - 1)))
        elif isinstance(arg, float):
            tags, body = tags + "f", body + struct.pack(">f", arg)
        elif isinstance(arg, str):
            tags, body = tags + "s", body + _padded(arg.encode("utf-8"))
        else:
            tags, body = tags + "b", body + struct.pack(">i", len(arg)) + arg + bytes(-len(arg) % 4)
    return _padded(address.encode("utf-8")) + _padded(tags.encode()) + body


def _padded(text: bytes) -> bytes:
    return text + bytes(4 - len(text) % 4)
