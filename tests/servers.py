"""A small https server on this machine, with every bad habit that a download has to live with."""

import ssl
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

PEM = Path(__file__).with_name("localhost.pem")


def trusting() -> ssl.SSLContext:
    """A context that believes our server and nobody else."""
    return ssl.create_default_context(cafile=str(PEM))


@dataclass
class Served:
    """One file and how it is served."""

    body: bytes
    etag: str = '"one"'
    ranges: bool = True
    says_size: bool = True
    cut_at: int = 0  # the line breaks here
    holds_at: int = 0  # nothing more comes until `go` is set
    status: int = 0
    location: str = ""
    headers: dict[str, str] = field(default_factory=dict)


class _Requests(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        server: Any = self.server
        server.asked.append((self.path, {k.lower(): v for k, v in self.headers.items()}))
        served: Served | None = server.files.get(self.path)
        if served is None or served.status:
            self._say(served.status if served else 404, {"Location": served.location} if served else {}, b"")
            return
        self._give(server, served)

    def _give(self, server: Any, served: Served) -> None:
        start, status, size = 0, 200, len(served.body)
        asked = self.headers.get("Range", "")
        headers = {"ETag": served.etag, **served.headers} if served.etag else dict(served.headers)
        if asked and served.ranges and self.headers.get("If-Range") == served.etag:
            start, status = int(asked.removeprefix("bytes=").removesuffix("-")), 206
            if start >= size:
                self._say(416, {"Content-Range": f"bytes */{size}"}, b"")
                return
            headers.setdefault("Content-Range", f"bytes {start}-{size - 1}/{size}")
        if served.says_size:
            headers["Content-Length"] = str(size - start)
        else:
            headers["Connection"] = "close"
        self._head(status, headers)
        end = served.cut_at or size
        if served.holds_at:
            self.wfile.write(served.body[start : served.holds_at])
            server.go.wait(20)
            start = served.holds_at
        self.wfile.write(served.body[start:end])
        self.close_connection = True

    def _say(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self._head(status, {**headers, "Content-Length": str(len(body))})
        self.wfile.write(body)

    def _head(self, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *_said: Any) -> None: ...


class Server(ThreadingHTTPServer):
    """Serves `files` by path and remembers what was `asked`; use it as a context."""

    daemon_threads = False  # closing waits for each, so that none outlives its test

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Requests)
        self.files: dict[str, Served] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.go = threading.Event()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(str(PEM))
        self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        self._thread = threading.Thread(target=lambda: self.serve_forever(poll_interval=0.02), name="server")

    def address(self, path: str) -> str:
        return f"https://127.0.0.1:{self.server_address[1]}{path}"

    def __enter__(self) -> "Server":
        self._thread.start()
        return self

    def __exit__(self, *_error: Any) -> None:
        self.go.set()
        self.shutdown()
        self._thread.join()
        with suppress(OSError):
            self.server_close()

    def handle_error(self, *_about: Any) -> None:
        """Whoever hangs up in the middle is no news here."""
