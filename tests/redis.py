"""A real Redis for the time of a test run.

Started from `redis-server`, unless MARQUE_TEST_REDIS_URL names one that tests may use. Nothing is
skipped without one: tests fail, and say what is missing.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Self

import redis

from crawlers.frontier.redis.location import RedisLocation

if TYPE_CHECKING:
    from collections.abc import Iterator

URL_VARIABLE = "MARQUE_TEST_REDIS_URL"

_STARTS_WITHIN_S = 30.0
_LINES_SHOWN = 20
_HIGHEST_PORT = 55_000
_MISSING = (
    "no Redis: install redis-server (on Debian: apt-get install redis-server),"
    f" or name a server that tests may use in {URL_VARIABLE}"
)


class RedisNode:
    """A server of our own, in a folder of its own. Raises `RuntimeError` when it can't start.

    `options` are redis-server's. It has an append-only file unless they say otherwise.
    """

    def __init__(self, *options: str, tls: bool = False) -> None:
        program = shutil.which("redis-server")
        if program is None:
            raise RuntimeError(_MISSING)
        self.folder = Path(tempfile.mkdtemp(prefix="marque-redis-"))
        self.port = _free_port()
        defaults = {"appendonly": "yes", "appendfsync": "everysec", "save": ""}
        defaults |= {"bind": "127.0.0.1", "port": str(self.port), "dir": str(self.folder)}
        if tls:
            defaults |= {"port": "0", "tls-port": str(self.port)}
        self._scheme = "rediss" if tls else "redis"
        self._command = [program]
        for name, value in defaults.items():
            self._command += (f"--{name}", value)
        self._command += options
        self.start()

    @property
    def url(self) -> str:
        return f"{self._scheme}://127.0.0.1:{self.port}"

    @property
    def location(self) -> RedisLocation:
        return RedisLocation(self.url)

    def start(self, *options: str) -> None:
        """Start it, where it was before if it was killed; return when it listens."""
        with (self.folder / "out").open("ab") as out:
            self._process = subprocess.Popen(
                [*self._command, *options], stdin=subprocess.DEVNULL, stdout=out, stderr=out
            )
        ends = time.monotonic() + _STARTS_WITHIN_S
        while not self._listens():
            if self._process.poll() is not None or time.monotonic() > ends:
                said = (self.folder / "out").read_text(errors="replace").splitlines()
                self.remove()
                raise RuntimeError("no Redis: " + "\n".join(said[-_LINES_SHOWN:]))
            time.sleep(0.02)

    def kill(self) -> None:
        """End it with kill -9."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def wait_for_new_file(self) -> None:
        """Wait until somebody has had the append-only file written anew since the last start."""
        ends = time.monotonic() + _STARTS_WITHIN_S
        with redis.Redis.from_url(self.url) as client:
            while True:
                told = client.info("persistence")
                if told["aof_rewrites"] and not told["aof_rewrite_in_progress"]:
                    return
                if time.monotonic() > ends:
                    raise RuntimeError("nobody had the file written anew")
                time.sleep(0.02)

    def lose(self, size_bytes: int) -> None:
        """Take back the last writes of a server that was killed, as a loss of power would."""
        written = max((self.folder / "appendonlydir").glob("*.incr.aof"))
        os.truncate(written, max(written.stat().st_size - size_bytes, 0))

    def remove(self) -> None:
        """End it and all it stored."""
        if self._process.poll() is None:
            self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.remove()

    def _listens(self) -> bool:
        with socket.socket() as knocking:
            return knocking.connect_ex(("127.0.0.1", self.port)) == 0


@contextmanager
def server() -> Iterator[str]:
    """Give the URL of a server that tests may use."""
    named = os.environ.get(URL_VARIABLE)
    if named:
        yield named
        return
    with RedisNode() as node:
        yield node.url


@contextmanager
def keys(url: str) -> Iterator[RedisLocation]:
    """Give a prefix of one's own, and remove what is under it afterwards."""
    location = RedisLocation(url, prefix=f"test-{secrets.token_hex(4)}", patience_s=10.0)
    try:
        yield location
    finally:
        with redis.Redis.from_url(url) as client:
            for key in client.scan_iter(match=f"{{{location.prefix}}}:*", count=1000):
                client.unlink(key)


def _free_port() -> int:
    """Return a port that is free; a server of a cluster needs the one 10,000 above, too."""
    while True:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port: int = free.getsockname()[1]
        if port < _HIGHEST_PORT:
            return port
