"""Brings one public network onto this machine: over https only, gone on with after a cut, kept only when it is right.

urllib of the standard library, not httpx: one address at a time, no session, the system's proxies and certificates,
and a redirect can be looked at before it is followed. httpx would be one more dependency and do no more of this.
"""

import contextlib
import hashlib
import http.client
import json
import os
import shutil
import socket
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from app.engine.errors import DownloadError, DownloadStoppedError
from app.engine.stylegan.catalogue import MOST_BYTES, Offer, is_https

TIMEOUT = 15.0
CHUNK = 1 << 18
SPARE_BYTES = 200_000_000
"""Room that stays free on the disk."""

_STOPPED = "Cancelled. What has come is kept, and Download goes on from there."

Told = Callable[[int, int | None], None]
"""Hears how many bytes are here, of how many."""


class Stop:
    """The Cancel button of one download. Any thread may press it; a read that waits for the network ends at once."""

    def __init__(self) -> None:
        self.pressed = False
        self._socket: socket.socket | None = None

    def press(self) -> None:
        """End the download; what has come stays for the next time."""
        self.pressed = True
        self.hold(self._socket)

    def hold(self, line: socket.socket | None) -> None:
        """*line* is what is read from now on."""
        self._socket = line
        if self.pressed and line is not None:
            with contextlib.suppress(OSError):  # it is closed already
                socket.socket.shutdown(line, socket.SHUT_RDWR)


@dataclass(frozen=True)
class Mark:
    """What the server said of the file whose beginning is here: only that same file is gone on with."""

    address: str
    etag: str = ""
    modified: str = ""

    @property
    def condition(self) -> str:
        """For If-Range, which takes no weak tags; "" when the server gave nothing to know the file by."""
        said = self.etag if self.etag and not self.etag.startswith("W/") else self.modified
        return said if said.isascii() and said.isprintable() else ""


@dataclass(frozen=True)
class _Order:
    """One download: what, where to, how to know the server, who hears of it and who may stop it."""

    offer: Offer
    folder: Path
    told: Told
    stop: Stop
    tls: ssl.SSLContext = field(repr=False)

    @property
    def whole(self) -> Path:
        return self.folder / self.offer.file_name

    @property
    def part(self) -> Path:
        return self.folder / f"{self.offer.file_name}.part"

    @property
    def mark(self) -> Path:
        return self.folder / f"{self.offer.file_name}.part.json"

    @property
    def receipt(self) -> Path:
        return receipt_of(self.whole)


def receipt_of(file: Path) -> Path:
    """Where it is kept what a downloaded *file* was, and where it came from."""
    return file.with_name(f"{file.name}.from.json")


def download(
    offer: Offer,
    folder: Path,
    *,
    told: Told = lambda _done, _of: None,
    stop: Stop | None = None,
    tls: ssl.SSLContext | None = None,
) -> Path:
    """The file of *offer* in *folder*, from the network unless it is there; DownloadError in one sentence otherwise."""
    if not is_https(offer.address):
        raise DownloadError(f"“{offer.name}” has no https address, so it is not downloaded. Open its page instead.")
    order = _Order(offer, folder, told, stop or Stop(), tls or ssl.create_default_context())
    if order.stop.pressed:
        raise DownloadStoppedError(_STOPPED)
    with _in_words(order):
        if order.whole.is_file():
            return _already_here(order)
        _fetch(order, _begun(order))
        _keep(order)
    return order.whole


def _already_here(order: _Order) -> Path:
    known = _expected(order)
    if known is None or _hash_of(order, order.whole).hexdigest() != known:
        name = order.whole.name
        raise DownloadError(f"Another file called {name} is in {order.folder}. Move it away, then download again.")
    return order.whole


def _expected(order: _Order) -> str | None:
    """The published hash, or that of the first download from the same address."""
    first = _read_json(order.receipt)
    mine = first.get("sha256") if first.get("address") == order.offer.address else None
    return order.offer.sha256 or (mine if isinstance(mine, str) else None)


# from the network into the part


def _begun(order: _Order) -> Mark | None:
    """What the part in the folder is the beginning of, if it can be gone on with."""
    kept = _read_json(order.mark)
    known = {name: kept[name] for name in ("address", "etag", "modified") if isinstance(kept.get(name), str)}
    mark = Mark(**{"address": "", **known})
    fits = mark.address == order.offer.address and mark.condition and order.part.is_file() and order.part.stat().st_size
    return mark if fits else None


def _fetch(order: _Order, mark: Mark | None) -> None:
    """Bring what is missing into the part."""
    begun = order.part.stat().st_size if mark else 0
    with _answer(order, mark, begun) as answer:
        if mark is not None and _goes_on(answer, mark, begun):
            _write(order, answer, begun)
            return
        if mark is not None and answer.status == 416 and answer.headers.get("Content-Range") == f"bytes */{begun}":
            return  # all of it is here already
        if answer.status == 200:
            fresh = Mark(order.offer.address or "", answer.headers.get("ETag", ""),
                         answer.headers.get("Last-Modified", ""))  # fmt: skip
            order.part.unlink(missing_ok=True)  # the beginning of another file must never stand beside this mark
            order.mark.write_text(json.dumps(asdict(fresh)), encoding="utf-8")
            _write(order, answer, 0)
            return
    if mark is None:
        raise DownloadError(f"{order.offer.host} answered with something that is not the file. Try again later.")
    _fetch(order, None)  # the server has another file now: from the start


def _goes_on(answer: http.client.HTTPResponse, mark: Mark, begun: int) -> bool:
    """Whether *answer* is the rest of the very file whose beginning is here."""
    same = not mark.etag or answer.headers.get("ETag", mark.etag) == mark.etag
    return answer.status == 206 and same and answer.headers.get("Content-Range", "").startswith(f"bytes {begun}-")


@contextlib.contextmanager
def _answer(order: _Order, mark: Mark | None, begun: int) -> Iterator[http.client.HTTPResponse]:
    """The server's answer, also where it says that there is nothing after *begun*."""
    headers = {"User-Agent": "Anthesis", "Accept-Encoding": "identity"}
    if mark is not None:
        headers |= {"Range": f"bytes={begun}-", "If-Range": mark.condition}
    assert order.offer.address is not None
    request = urllib.request.Request(order.offer.address, headers=headers)
    try:
        answer = _opener(order).open(request, timeout=TIMEOUT)
    except urllib.error.HTTPError as error:
        answer = error
        if mark is None or error.code != 416:
            error.close()
            raise
    with answer:
        yield answer


def _write(order: _Order, answer: http.client.HTTPResponse, begun: int) -> None:
    """Append the body of *answer* to the first *begun* bytes of the part; what has come stays when it breaks off."""
    offer, length = order.offer, answer.headers.get("Content-Length", "")
    of = begun + int(length) if length.isdecimal() else None
    if answer.headers.get("Content-Encoding", "identity") != "identity":
        raise DownloadError(f"{offer.host} sends the file packed, which was not asked for. Try again later.")
    if of is None and _expected(order) is None:
        raise DownloadError(f"{offer.host} does not say how large “{offer.name}” is, so a cut could not be noticed.")
    _check_room(order, begun, of)
    done = begun
    with order.part.open("ab" if begun else "wb") as part:
        order.told(done, of)
        while done != of and done <= offer.most_bytes and not order.stop.pressed:
            if not (chunk := answer.read1(CHUNK if of is None else min(CHUNK, of - done))):
                break
            part.write(chunk)
            done += len(chunk)
            order.told(done, of)
        part.flush()
        os.fsync(part.fileno())
    if order.stop.pressed:
        raise DownloadStoppedError(_STOPPED)
    if done > offer.most_bytes:
        _drop(order)
        raise DownloadError(_too_large(offer))
    if of is not None and done < of:
        raise DownloadError(f"The connection broke off at {_mb(done)} of {_mb(of)}. Retry goes on from there.")


def _check_room(order: _Order, begun: int, of: int | None) -> None:
    offer, size = order.offer, of or int((order.offer.megabytes or 0) * 1e6)
    if size > offer.most_bytes:
        _drop(order)
        raise DownloadError(_too_large(offer))
    free = shutil.disk_usage(order.folder).free
    if size - begun + SPARE_BYTES > free:
        need = _mb(size - begun + SPARE_BYTES)
        raise DownloadError(f"“{offer.name}” needs {need} of room and {order.folder} has {_mb(free)}. Make room first.")


# from the part to the file


def _keep(order: _Order) -> None:
    """Give the part its name if it is what the list says, hashed as it lies on the disk: that is what is opened."""
    digest = _hash_of(order, order.part).hexdigest()
    known = _expected(order)
    if known is not None and digest != known:
        _drop(order)
        raise DownloadError(_wrong_file(order, digest, known))
    offer = order.offer
    said = {"address": offer.address, "sha256": digest, "size": order.part.stat().st_size, "name": offer.name,
            "licence": offer.terms, "page": offer.page}  # fmt: skip
    order.receipt.write_text(json.dumps(said, indent=2, ensure_ascii=False), encoding="utf-8")
    order.part.replace(order.whole)
    order.mark.unlink(missing_ok=True)


def _hash_of(order: _Order, file: Path) -> Any:
    digest = hashlib.sha256()
    with file.open("rb") as opened:
        while chunk := opened.read(1 << 20):
            digest.update(chunk)
            if order.stop.pressed:
                raise DownloadStoppedError(_STOPPED)
    return digest


def _drop(order: _Order) -> None:
    order.part.unlink(missing_ok=True)
    order.mark.unlink(missing_ok=True)


def _read_json(file: Path) -> dict[str, Any]:
    """What *file* says; nothing where it is missing or broken."""
    try:
        said = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return said if isinstance(said, dict) else {}


# the line to the server


class _OnlyHttps(urllib.request.HTTPRedirectHandler):
    """Follows redirects that stay on https."""

    def redirect_request(self, *given: Any) -> urllib.request.Request | None:
        asked, to = given[0], given[-1]
        if not is_https(to):
            host = urlsplit(to).hostname or to
            raise DownloadError(f"{asked.host} sends on to {host} without https, so nothing was downloaded from there.")
        return super().redirect_request(*given)


class _Line(urllib.request.HTTPSHandler):
    """Opens TLS connections and hands each to the Cancel button."""

    def __init__(self, order: _Order) -> None:
        super().__init__(context=order.tls)
        self._order = order

    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        order = self._order

        class Held(http.client.HTTPSConnection):
            def connect(self) -> None:
                create, lines = self._create_connection, contextlib.ExitStack()  # type: ignore[has-type]

                def created(*given: Any, **more: Any) -> socket.socket:
                    line: socket.socket = create(*given, **more)
                    # TLS takes the line itself away: while it shakes hands, another grip on it is what is pulled.
                    order.stop.hold(lines.enter_context(line.dup()))
                    return line

                self._create_connection = created
                with lines:
                    super().connect()
                order.stop.hold(self.sock)

        return self.do_open(Held, req, context=order.tls)


def _opener(order: _Order) -> urllib.request.OpenerDirector:
    """Knows https and nothing else: no http, no files, no ftp."""
    opener = urllib.request.OpenerDirector()
    for part in (urllib.request.ProxyHandler(), _Line(order), _OnlyHttps(), urllib.request.UnknownHandler(),
                 urllib.request.HTTPDefaultErrorHandler(), urllib.request.HTTPErrorProcessor()):  # fmt: skip
        opener.add_handler(part)
    return opener


# what went wrong, in words


@contextlib.contextmanager
def _in_words(order: _Order) -> Iterator[None]:
    """Every failure of network and disk becomes one sentence."""
    host = order.offer.host
    try:
        yield
    except DownloadError:
        raise
    except (OSError, http.client.HTTPException, ValueError) as error:  # ValueError: an address or header of no meaning
        if order.stop.pressed:
            raise DownloadStoppedError(_STOPPED) from error
        raise DownloadError(_sentence(error, host, order.folder)) from error


def _sentence(error: Exception, host: str, folder: Path) -> str:
    if isinstance(error, urllib.error.HTTPError):
        return _status(error.code, host)
    cause = error.reason if isinstance(error, urllib.error.URLError) else error
    match cause:
        case ssl.SSLCertVerificationError():
            return f"{host} could not prove who it is (its certificate is not trusted), so nothing was downloaded."
        case socket.gaierror():
            return f"{host} was not found. Is this machine on the network?"
        case TimeoutError():
            return f"{host} has said nothing for {TIMEOUT:.0f} seconds. Retry goes on from there."
        case ValueError():
            return f"{host} answered with something that makes no sense. Try again later."
        case ssl.SSLError() | ConnectionError() | http.client.HTTPException() | str():
            return f"The connection to {host} broke off. Retry goes on from there."
        case OSError(errno=28) | OSError(errno=122):  # ENOSPC, EDQUOT: asked before, but others write too
            return f"The disk of {folder} is full. Make room, then Retry goes on from there."
        case OSError(filename=str()):
            return f"{folder} cannot be written."
    return f"{host} cannot be reached. Is this machine on the network?"


def _status(code: int, host: str) -> str:
    if code < 400:
        return f"{host} sends on to a place that is not on the web, so nothing was downloaded from there."
    if code in (404, 410):
        return f"{host} no longer has the file at this address. Its page may say where it went."
    if code in (401, 403):
        return f"{host} does not give the file without signing in ({code}). Open its page instead."
    return f"{host} cannot give the file now ({code}). Try again later."


def _wrong_file(order: _Order, digest: str, known: str) -> str:
    name = order.offer.name
    if order.offer.sha256 is None:
        return (f"“{name}” is not what it was at the first download (another SHA-256), so it was not kept. "
                f"Delete {order.receipt} to take the new one.")  # fmt: skip
    return (f"What came is not “{name}”: its SHA-256 is {digest[:12]}…, not {known[:12]}… as published. "
            "It was not kept.")  # fmt: skip


def _too_large(offer: Offer) -> str:
    listed = "2 GB are the most" if offer.most_bytes == MOST_BYTES else f"it is listed with {offer.megabytes:.0f} MB"
    return f"What {offer.host} sends as “{offer.name}” is too large: {listed}. It was not kept."


def _mb(count: int) -> str:
    return f"{count / 1e6:.0f} MB" if count >= 1e6 else f"{count / 1e3:.0f} kB"
