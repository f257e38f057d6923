"""`/metrics` for Prometheus and `/health` for whoever restarts what has failed."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_PATIENCE_S = 10.0


@contextmanager
def monitored(listen: str, health: Callable[[], dict[str, Any]]) -> Iterator[str]:
    """Serve both at HOST:PORT while inside; gives the address, for the port may be 0.

    `health` says how things are; it answers 503 unless that has a true `ok`. Raises `ValueError`
    for what is no HOST:PORT, `OSError` where it can't listen.
    """

    class Handler(_Handler):
        told = staticmethod(health)

    host, _, port = listen.rpartition(":")
    server = ThreadingHTTPServer((host.strip("[]") or "127.0.0.1", int(port)), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://{server.server_address[0]!s}:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    timeout = _PATIENCE_S
    told: Callable[[], dict[str, Any]]

    def do_GET(self) -> None:
        """Answer."""
        if self.path == "/metrics":
            self._answer(HTTPStatus.OK, CONTENT_TYPE_LATEST, generate_latest())
        elif self.path == "/health":
            said = type(self).told()
            status = HTTPStatus.OK if said.get("ok") else HTTPStatus.SERVICE_UNAVAILABLE
            body = json.dumps(said, ensure_ascii=False, default=str).encode()
            self._answer(status, "application/json", body)
        else:
            self._answer(HTTPStatus.NOT_FOUND, "text/plain", b"/metrics, /health\n")

    def _answer(self, status: HTTPStatus, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base class's name
        """Say nothing: who looks every few seconds isn't worth a line each."""
