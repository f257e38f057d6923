"""A trap: listens on this machine in every way an address may lead to it, and notes who comes."""

from __future__ import annotations

import contextlib
import errno
import socket
import threading
from dataclasses import dataclass, field
from typing import Self

_TRIES = 20
_SECRET = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\nsecret"


@dataclass
class Trap:
    """Listens at one port of 127.0.0.1 and ::1 for the time of a `with` block."""

    came: list[str] = field(default_factory=list)

    def __enter__(self) -> Self:
        for _ in range(_TRIES):
            first = socket.create_server(("127.0.0.1", 0))
            self.port: int = first.getsockname()[1]
            try:
                second = socket.create_server(("::1", self.port), family=socket.AF_INET6)
            except OSError as error:
                if error.errno != errno.EADDRINUSE:
                    raise
                first.close()
                continue
            self._listeners = (first, second)
            break
        self._threads = [
            threading.Thread(target=self._listen, args=(one,), daemon=True)
            for one in self._listeners
        ]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        for listener in self._listeners:
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        for thread in self._threads:
            thread.join()

    def _listen(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, peer = listener.accept()
            except OSError:
                return
            self.came.append(str(peer))
            with connection, contextlib.suppress(OSError):
                connection.settimeout(1.0)
                connection.recv(65536)
                connection.sendall(_SECRET)
