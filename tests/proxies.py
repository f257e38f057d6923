"""A small proxy on 127.0.0.1, which does as it is asked, or not."""

from __future__ import annotations

import contextlib
import socket
import threading
from base64 import b64encode
from dataclasses import dataclass, field
from typing import Self

_ESTABLISHED = b"HTTP/1.1 200 Connection established\r\n\r\n"
_SOCKS_OPENED = b"\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x00"


@dataclass
class ConnectProxy:
    """Speaks CONNECT, or SOCKS 5, for the time of a `with` block.

    `asked` has what it was asked to connect to. With `elsewhere` (a port of this machine) it
    connects there whatever it is asked. `answer` is what it says in place of connecting.
    """

    user: str = ""
    password: str = ""
    socks: bool = False
    elsewhere: int | None = None
    answer: bytes = b""
    asked: list[str] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._start(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        for one in (self._listener, *tuple(self._open)):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join()

    @property
    def url(self) -> str:
        """Its address with user and password, as in the settings."""
        who = f"{self.user}:{self.password}@" if self.user else ""
        return f"{'socks5' if self.socks else 'http'}://{who}127.0.0.1:{self.port}"

    def _start(self, *call: object) -> None:
        target, *arguments = call
        thread = threading.Thread(target=target, args=arguments, daemon=True)  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self._open.add(connection)
            self._start(self._serve, connection)

    def _serve(self, client: socket.socket) -> None:
        with contextlib.suppress(OSError, ValueError), client:
            opened = self._by_socks(client) if self.socks else self._by_connect(client)
            if opened is None:
                return
            place, said = opened
            self.asked.append(f"{place[0]}:{place[1]}")
            if self.answer:
                client.sendall(self.answer)
                return
            port = self.elsewhere or place[1]
            with socket.create_connection((place[0], port)) as server:
                self._open.add(server)
                client.sendall(said)
                self._start(_pump, server, client)
                _pump(client, server)

    def _by_connect(self, client: socket.socket) -> tuple[tuple[str, int], bytes] | None:
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += client.recv(1)
        first, *lines = head.decode("latin-1").split("\r\n")
        pair = b64encode(f"{self.user}:{self.password}".encode()).decode()
        if self.user and f"Proxy-Authorization: Basic {pair}" not in lines:
            client.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")
            return None
        host, _, port = first.split(" ")[1].rpartition(":")
        return (host.strip("[]"), int(port)), _ESTABLISHED

    def _by_socks(self, client: socket.socket) -> tuple[tuple[str, int], bytes] | None:
        method = 2 if self.user else 0
        offered = _exactly(client, _exactly(client, 2)[1])
        client.sendall(bytes((5, method if method in offered else 255)))
        if method:
            user = _exactly(client, _exactly(client, 2)[1])
            password = _exactly(client, _exactly(client, 1)[0])
            right = (user, password) == (self.user.encode(), self.password.encode())
            client.sendall(bytes((1, 0 if right else 1)))
            if not right:
                return None
        kind = _exactly(client, 4)[3]
        family, length = (socket.AF_INET6, 16) if kind == 4 else (socket.AF_INET, 4)
        host = socket.inet_ntop(family, _exactly(client, length))
        return (host, int.from_bytes(_exactly(client, 2), "big")), _SOCKS_OPENED


def _exactly(connection: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        received = connection.recv(count - len(data))
        if not received:
            raise OSError("gone")
        data += received
    return data


def _pump(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)
