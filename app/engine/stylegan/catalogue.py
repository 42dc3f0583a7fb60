"""The public networks that "Get more" lists: facts from ``resources/models.json``, checked before any is shown."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Literal, get_args
from urllib.parse import urlsplit

from app.engine import paths
from app.engine.errors import DownloadError

Commercial = Literal["allowed", "forbidden", "unknown"]

MOST_BYTES = 2_000_000_000
"""No download is larger, whatever the list or a server says."""

MARGIN = 1.02
"""Sizes in the list are rounded, and a file may be published again a little larger."""

_VERSION = 1
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ,()-]{0,60}")  # it becomes the name of a file on every system
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,40}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_SUFFIXES = (".pkl", ".pt", ".safetensors")


@dataclass(frozen=True)
class Offer:
    """One public network: what is known of it. None is "unknown", and without *address* only its page can be opened."""

    id: str
    name: str
    subject: str
    width: int
    height: int
    kind: str
    format: str | None
    licence: str
    commercial: Commercial
    author: str
    page: str
    address: str | None
    megabytes: float | None
    sha256: str | None
    sha256_from: str | None

    @property
    def file_name(self) -> str:
        """The name it gets on this machine."""
        return self.name + (_suffix(self.address) if self.address else "")

    @property
    def host(self) -> str:
        """Who gives it."""
        return urlsplit(self.address or self.page).hostname or ""

    @property
    def terms(self) -> str:
        """Its licence as a Style, and a film made with it, carries it on."""
        return f"{self.licence}, not for commercial use" if self.commercial == "forbidden" else self.licence

    @property
    def most_bytes(self) -> int:
        """More than this is not what the list speaks of."""
        return min(MOST_BYTES, int(self.megabytes * 1e6 * MARGIN)) if self.megabytes else MOST_BYTES


def read_catalogue(file: Path | None = None) -> tuple[Offer, ...]:
    """The networks listed in *file* (ours); DownloadError where the list does not say what a list says."""
    file = file or paths.resources() / "models.json"
    try:
        listed = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise DownloadError(f"The list of public networks ({file.name}) cannot be read.") from error
    if not isinstance(listed, dict) or listed.get("version") != _VERSION or not isinstance(listed.get("models"), list):
        raise DownloadError(f"{file.name} is not a list of public networks of version {_VERSION}.")
    offers = tuple(parse_offer(row) for row in listed["models"])
    for what in ("id", "name"):
        names = [getattr(offer, what).casefold() for offer in offers]
        if len(set(names)) < len(names):
            raise DownloadError(f"{file.name} lists two networks with the same {what}.")
    return offers


def parse_offer(row: Mapping[str, Any]) -> Offer:
    """One row of the list; DownloadError names the field that is wrong."""
    wanted = {field.name for field in fields(Offer)}
    if not isinstance(row, dict) or set(row) != wanted:
        wrong = sorted(wanted ^ set(row)) if isinstance(row, dict) else ["everything"]
        raise DownloadError(f"A row of the list of public networks has other fields: {', '.join(wrong)}.")
    offer = Offer(**row)
    wrong = [name for name, fine in _checks(offer).items() if not fine]
    if wrong:
        raise DownloadError(f"The list of public networks has a wrong {wrong[0]} in “{offer.name}”.")
    return offer


def _checks(offer: Offer) -> dict[str, bool]:
    """Field -> whether it can be what it says."""
    size, digest = offer.megabytes, offer.sha256
    return {
        "id": _whole(_ID, offer.id),
        "name": _whole(_NAME, offer.name),
        "subject": _is_text(offer.subject),
        "width": _is_side(offer.width),
        "height": _is_side(offer.height),
        "kind": _is_text(offer.kind),
        "format": offer.format is None or _is_text(offer.format),
        "licence": _is_text(offer.licence),
        "commercial": offer.commercial in get_args(Commercial),
        "author": _is_text(offer.author),
        "page": is_https(offer.page),
        "address": offer.address is None or (is_https(offer.address) and _suffix(offer.address) in _SUFFIXES),
        "megabytes": size is None or (type(size) in (int, float) and 0 < size <= MOST_BYTES / 1e6),
        "sha256": digest is None or _whole(_SHA256, digest),
        "sha256_from": (digest is None) == (offer.sha256_from is None),
    }


def is_https(address: Any) -> bool:
    """Whether *address* is one of the web, in full, over TLS and without a password in it."""
    if not isinstance(address, str):
        return False
    try:
        parts = urlsplit(address)
        return parts.scheme == "https" and bool(parts.hostname) and parts.username is None
    except ValueError:
        return False


def _suffix(address: str) -> str:
    return Path(urlsplit(address).path).suffix


def _whole(pattern: re.Pattern[str], text: Any) -> bool:
    return isinstance(text, str) and pattern.fullmatch(text) is not None


def _is_text(text: Any) -> bool:
    return isinstance(text, str) and 0 < len(text) <= 120 and text.isprintable()


def _is_side(pixels: Any) -> bool:
    return type(pixels) is int and 8 <= pixels <= 4096
