"""A real web server on 127.0.0.1 whose answers behave as badly as a test wants.

    with Site({"/": page("<p>hello"), "/far": redirect("/")}) as site:
        fetch(site.url("/"))
        assert [asked.path for asked in site.asked] == ["/"]

An answer is a function that writes to the connection; those below cover what crawlers meet.
"""

from __future__ import annotations

import contextlib
import gzip
import socket
import ssl
import threading
import time
import zlib
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import pairwise
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

_MOST_BYTES = 1 << 30
_HEAD_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it came; `at` is `time.monotonic()`, header names are in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    raw: bytes
    at: float


@dataclass(slots=True)
class Line:
    """The connection an answer is written to."""

    asked: Asked
    connection: socket.socket
    stopping: threading.Event
    keep: bool = True

    def send(self, data: bytes) -> None:
        """Send all of it; ends the answer when nobody listens any more."""
        self.connection.sendall(data)

    def head(self, status: int, headers: Mapping[str, str]) -> None:
        """Send a status line and headers."""
        lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self.send(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"))

    def pause(self, seconds: float) -> None:
        """Wait, but not past the end of the server."""
        self.stopping.wait(seconds)

    def drop(self) -> None:
        """Cut the connection without a word (RST)."""
        self.keep = False
        self.connection.setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00"
        )


@dataclass
class Site:
    """A server for the time of a `with` block. `routes` may change while it runs.

    Paths without a route (their query counts) get `fallback`. `certificate` is a PEM file with
    certificate and key, for https.
    """

    routes: dict[str, Callable[[Line], None]] = field(default_factory=dict)
    fallback: Callable[[Line], None] = field(default_factory=lambda: status(404))
    certificate: Path | None = None
    name: str = "127.0.0.1"
    asked: list[Asked] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._stopping = threading.Event()
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._tls = _tls(self.certificate)
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._accepting.join()
        for connection in tuple(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()

    @property
    def host(self) -> str:
        """`name:port`, as in a URL and in an allow-list."""
        return f"{self.name}:{self.port}"

    def url(self, path: str = "/") -> str:
        """Return the URL of a path."""
        return f"http{'s' if self.certificate else ''}://{self.host}{path}"

    def paths(self) -> list[str]:
        """Return the paths asked for so far, in order."""
        return [asked.path for asked in self.asked]

    def _accept(self) -> None:
        while not self._stopping.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            self._threads.append(thread)
            self._open.add(connection)
            thread.start()

    def _serve(self, plain: socket.socket) -> None:
        connection = plain
        try:
            if self._tls is not None:
                connection = self._tls.wrap_socket(plain, server_side=True)
                self._open.add(connection)
            self._talk(connection)
        except OSError:
            pass  # whoever asked has gone, or never trusted us
        finally:
            self._open -= {plain, connection}
            connection.close()
            plain.close()

    def _talk(self, connection: socket.socket) -> None:
        buffer = b""
        while not self._stopping.is_set():
            asked, buffer = _read_request(connection, buffer)
            if asked is None:
                return
            self.asked.append(asked)
            line = Line(asked, connection, self._stopping)
            self.routes.get(asked.path, self.fallback)(line)
            if not line.keep:
                return


def content(
    body: bytes,
    media_type: str = "application/octet-stream",
    *,
    code: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Callable[[Line], None]:
    """Answer with these bytes."""

    def answer(line: Line) -> None:
        line.head(
            code,
            {"Content-Type": media_type, "Content-Length": str(len(body)), **(headers or {})},
        )
        if line.asked.method != "HEAD":
            line.send(body)

    return answer


def page(
    html: str, *, encoding: str = "utf-8", declared: str | None = None, code: int = 200
) -> Callable[[Line], None]:
    """Answer with a page in an encoding, which may be declared falsely ("" for not at all)."""
    said = encoding if declared is None else declared
    media_type = f"text/html; charset={said}" if said else "text/html"
    return content(html.encode(encoding), media_type, code=code)


def text(words: str, media_type: str = "text/plain; charset=utf-8") -> Callable[[Line], None]:
    """Answer with plain text, as robots.txt is."""
    return content(words.encode(), media_type)


def status(
    code: int, body: bytes = b"", headers: Mapping[str, str] | None = None
) -> Callable[[Line], None]:
    """Answer with a status and little else."""
    return content(body, "text/plain", code=code, headers=headers)


def redirect(to: str, code: int = 302) -> Callable[[Line], None]:
    """Send on to another address."""
    return status(code, headers={"Location": to})


def redirects(path: str, count: int) -> dict[str, Callable[[Line], None]]:
    """Return routes of a chain `path` → `path`/1 → … that never arrives before `count` hops."""
    hops = [path, *(f"{path}/{hop}" for hop in range(1, count + 1))]
    chain = {here: redirect(there) for here, there in pairwise(hops)}
    return {**chain, hops[-1]: page("<p>arrived")}


def delayed(seconds: float, answer: Callable[[Line], None]) -> Callable[[Line], None]:
    """Answer later."""

    def later(line: Line) -> None:
        line.pause(seconds)
        answer(line)

    return later


def dropped(sent: bytes = b"") -> Callable[[Line], None]:
    """Send these raw bytes, then cut the connection."""

    def answer(line: Line) -> None:
        line.send(sent)
        line.drop()

    return answer


def raw(data: bytes) -> Callable[[Line], None]:
    """Send these raw bytes and close."""

    def answer(line: Line) -> None:
        line.send(data)
        line.keep = False

    return answer


def lying_length(body: bytes, claimed: int) -> Callable[[Line], None]:
    """Claim another length than is sent, then close."""
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {claimed}\r\n\r\n"
    return raw(head.encode() + body)


def chunked(
    chunks: Iterable[bytes], media_type: str = "text/html", *, end: bytes = b"0\r\n\r\n"
) -> Callable[[Line], None]:
    """Answer in chunks; without the right `end` they are broken."""
    kept = tuple(chunks)

    def answer(line: Line) -> None:
        line.head(200, {"Content-Type": media_type, "Transfer-Encoding": "chunked"})
        for chunk in kept:
            line.send(f"{len(chunk):x}\r\n".encode() + chunk + b"\r\n")
        line.send(end)
        line.keep = end == b"0\r\n\r\n"

    return answer


def broken_chunks(body: bytes = b"<p>half") -> Callable[[Line], None]:
    """Answer in chunks, the last of which is nonsense."""
    return chunked([body], end=b"zzz\r\nnot a chunk")


def endless(
    piece: bytes = b"A" * 65536, *, media_type: str = "video/mp4"
) -> Callable[[Line], None]:
    """Answer without end, or length."""

    def answer(line: Line) -> None:
        line.keep = False
        line.head(200, {"Content-Type": media_type, "Connection": "close"})
        sent = 0
        while not line.stopping.is_set() and sent < _MOST_BYTES:
            line.send(piece)
            sent += len(piece)

    return answer


def endless_head(header: bytes = b"X-Filler: " + b"a" * 1000) -> Callable[[Line], None]:
    """Send headers without end."""

    def answer(line: Line) -> None:
        line.keep = False
        line.send(b"HTTP/1.1 200 OK\r\n")
        for _ in range(_MOST_BYTES // (len(header) + 2)):
            line.send(header + b"\r\n")

    return answer


def dripping(body: bytes, every_s: float) -> Callable[[Line], None]:
    """Answer a byte at a time (slow loris)."""

    def answer(line: Line) -> None:
        line.head(200, {"Content-Type": "text/html", "Content-Length": str(len(body))})
        for place in range(len(body)):
            if line.stopping.is_set():
                line.keep = False
                return
            line.send(body[place : place + 1])
            line.pause(every_s)

    return answer


def silent() -> Callable[[Line], None]:
    """Take the request and say nothing until the server ends."""

    def answer(line: Line) -> None:
        line.keep = False
        while not line.stopping.is_set():
            line.pause(3600)

    return answer


def bomb(size_bytes: int, coding: str = "gzip", *, layers: int = 1) -> Callable[[Line], None]:
    """Answer with a few bytes that become `size_bytes` of zeros when decoded."""
    body = _packed(size_bytes, coding)
    for _ in range(layers - 1):
        body = gzip.compress(body)
    codings = ", ".join([coding, *["gzip"] * (layers - 1)])
    return content(body, "text/html", headers={"Content-Encoding": codings})


def compressed(body: bytes, media_type: str = "text/html") -> Callable[[Line], None]:
    """Answer with honestly gzipped content."""
    return content(gzip.compress(body), media_type, headers={"Content-Encoding": "gzip"})


def _packed(size_bytes: int, coding: str) -> bytes:
    wbits = {"gzip": zlib.MAX_WBITS | 16, "deflate": zlib.MAX_WBITS}[coding]
    packing = zlib.compressobj(9, zlib.DEFLATED, wbits)
    zeros = bytes(1 << 20)
    pieces = [packing.compress(zeros) for _ in range(size_bytes >> 20)]
    return b"".join([*pieces, packing.flush()])


def _tls(certificate: Path | None) -> ssl.SSLContext | None:
    if certificate is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def _read_request(connection: socket.socket, buffer: bytes) -> tuple[Asked | None, bytes]:
    while b"\r\n\r\n" not in buffer:
        received = connection.recv(65536)
        if not received or len(buffer) > _HEAD_BYTES:
            return None, b""
        buffer += received
    head, _, rest = buffer.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    method, path, _ = first.split(" ", 2)
    headers = {
        name.strip().lower(): value.strip()
        for name, _, value in (line.partition(":") for line in lines)
    }
    length = int(headers.get("content-length", "0"))
    while len(rest) < length:
        rest += connection.recv(65536)
    body, rest = rest[:length], rest[length:]
    asked = Asked(method, path, headers, body, head + b"\r\n\r\n" + body, time.monotonic())
    return asked, rest
