"""Serves the benchmark's sites on loopback from a process of its own, as cheaply as may be.

Prints one JSON line: the hosts, and one with a single page. Each line on stdin is answered by what
was served since the last one; the end of stdin ends the server.
"""

from __future__ import annotations

import asyncio
import json
import sys

from benchmarks.crawl.pages import site


class Counted:
    """What was served since it was last told."""

    pages = 0
    size_bytes = 0

    def told(self) -> str:
        line = json.dumps({"pages": self.pages, "size_bytes": self.size_bytes})
        self.pages = self.size_bytes = 0
        return line


class Answer(asyncio.Protocol):
    """HTTP/1.1 with kept connections, as far as a crawler on the same machine needs it."""

    def __init__(self, answers: dict[bytes, bytes], counted: Counted) -> None:
        self._answers = answers
        self._counted = counted
        self._pending = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - narrows the type
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._pending += data
        while b"\r\n\r\n" in self._pending:
            head, _, self._pending = self._pending.partition(b"\r\n\r\n")
            self._answer(head.split(b" ", 2)[1])

    def _answer(self, path: bytes) -> None:
        found = self._answers.get(path)
        if found is None:
            self._transport.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
            return
        self._transport.write(found)
        if path != b"/robots.txt":
            self._counted.pages += 1
            self._counted.size_bytes += len(found.partition(b"\r\n\r\n")[2])


def _ready(pages: dict[str, bytes]) -> dict[bytes, bytes]:
    return {path.encode(): _message(path, body) for path, body in pages.items()}


def _message(path: str, body: bytes) -> bytes:
    media_type = "text/plain" if path.endswith(".txt") else "text/html; charset=utf-8"
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {media_type}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


async def serve(pages: int, hosts: int) -> None:
    loop = asyncio.get_running_loop()
    counted = Counted()
    names = []
    for host in range(hosts + 1):
        count = 1 if host == hosts else pages // hosts + (host < pages % hosts)
        answers = _ready(site(host, count))
        server = await loop.create_server(lambda a=answers: Answer(a, counted), "127.0.0.1", 0)  # type: ignore[misc]
        names.append(f"127.0.0.1:{server.sockets[0].getsockname()[1]}")
    print(json.dumps({"hosts": names[:-1], "single": names[-1]}), flush=True)
    while await loop.run_in_executor(None, sys.stdin.readline):
        print(counted.told(), flush=True)


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), int(sys.argv[2])))
