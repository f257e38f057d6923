"""Serves sites on loopback, a port each, and remembers what was asked for."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from console.demo.sites.contract import Resource

if TYPE_CHECKING:
    from collections.abc import Iterator
    from socket import socket

    from console.demo.sites.contract import Site

_ABSENT = Resource(
    "<!DOCTYPE html><title>404</title><h1>404 页面不存在 Not found</h1>".encode(),
    "text/html; charset=utf-8",
    status=404,
)


class Request(NamedTuple):
    """One request that a site answered."""

    method: str
    path: str
    status: int


@dataclass(frozen=True, slots=True)
class ServedSite:
    """A site that is being served. `requests` grows while it is."""

    site: Site
    host: str
    requests: list[Request] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where the site begins."""
        return f"http://{self.host}/"

    @property
    def trespasses(self) -> tuple[Request, ...]:
        """The requests for paths that robots.txt rules out."""
        return tuple(request for request in self.requests if not self.site.allows(request.path))


@contextmanager
def served(site: Site) -> Iterator[ServedSite]:
    """Serve a site on a free port of 127.0.0.1 until the block ends."""
    server = _Server(site)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server.served
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, site: Site) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.served = ServedSite(site, f"127.0.0.1:{self.server_port}")

    def handle_error(self, request: socket | tuple[bytes, socket], client_address: object) -> None:
        """Let a visitor who hung up go; it is not the site's concern."""


class _Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "nginx"
    sys_version = ""
    disable_nagle_algorithm = True
    server: _Server

    def do_GET(self) -> None:
        """Answer with the resource at the path; the query is ignored."""
        self.wfile.write(self._answered())

    def do_HEAD(self) -> None:
        """Answer with the headers only."""
        self._answered()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Write nothing: `requests` is the log."""

    def _answered(self) -> bytes:
        path = urlsplit(self.path).path
        resource = self.server.served.site.resources.get(path, _ABSENT)
        body = resource.body_at(self.server.served.host)
        self.server.served.requests.append(Request(self.command, path, resource.status))
        self.send_response(resource.status)
        self.send_header("Content-Type", resource.content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        return body
