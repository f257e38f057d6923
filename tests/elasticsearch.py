"""A real Elasticsearch for the time of a test run.

Started by deploy/elasticsearch/test-server.sh, unless MARQUE_TEST_ELASTICSEARCH_URL names one that
tests may use. Nothing is skipped without one: tests fail, and say what is missing.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Self

from elasticsearch import Elasticsearch

from index.elastic.location import ElasticsearchLocation
from index.elastic.node import PlainNode

if TYPE_CHECKING:
    from collections.abc import Iterator

URL_VARIABLE = "MARQUE_TEST_ELASTICSEARCH_URL"

_SCRIPT = Path(__file__).parents[1] / "deploy/elasticsearch/test-server.sh"
_STARTS_WITHIN_S = 240.0
_LINES_SHOWN = 20


class Node:
    """A server of our own, in a folder of its own. Raises `RuntimeError` when it can't start."""

    def __init__(self) -> None:
        # Not in pytest's own folders, which other users may not enter.
        self._folder = Path(tempfile.mkdtemp(prefix="marque-elasticsearch-"))
        self._folder.chmod(0o755)
        self._port = 0
        self.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Start it, where it was before if it was killed; return when it answers."""
        ports = self._folder / "logs/http.ports"
        ports.unlink(missing_ok=True)
        with (self._folder / "out").open("ab") as out:
            self._process = subprocess.Popen(
                [_SCRIPT, "run", self._folder, str(self._port)],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
        ends = time.monotonic() + _STARTS_WITHIN_S
        while not (ports.is_file() and ports.read_text().strip()):
            if self._process.poll() is not None or time.monotonic() > ends:
                said = (self._folder / "out").read_text(errors="replace").splitlines()
                self.remove()
                raise RuntimeError("no Elasticsearch: " + "\n".join(said[-_LINES_SHOWN:]))
            time.sleep(0.1)
        self._port = int(ports.read_text().split()[0].rpartition(":")[2])
        wait_until_ready(self.url)

    def kill(self) -> None:
        """End it as a loss of power would."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def remove(self) -> None:
        """End it and all it stored."""
        if self._process.poll() is None:
            self.kill()
        shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.remove()


@contextmanager
def server() -> Iterator[str]:
    """Give the URL of a server that tests may use."""
    named = os.environ.get(URL_VARIABLE)
    if named:
        wait_until_ready(named)
        yield named
        return
    with Node() as node:
        yield node.url


@contextmanager
def indices(url: str) -> Iterator[ElasticsearchLocation]:
    """Give a prefix of one's own, and remove what is under it afterwards."""
    location = ElasticsearchLocation((url,), prefix=f"test-{secrets.token_hex(4)}")
    try:
        yield location
    finally:
        remove(url, location.prefix)


def client_of(url: str, *, request_timeout: float = 30.0) -> Elasticsearch:
    """Return a client that servers of 8.19 answer, too."""
    return Elasticsearch(url, request_timeout=request_timeout, node_class=PlainNode)


def remove(url: str, prefix: str) -> None:
    """Remove all indices under a prefix, and what guards them."""
    with client_of(url, request_timeout=60) as client:
        names = [*client.indices.get(index=f"{prefix}-*", expand_wildcards="all")]
        if names:
            client.indices.delete(index=names)
        client.options(ignore_status=404).indices.delete_index_template(name=f"{prefix}*")


def wait_until_ready(url: str) -> None:
    """Wait for a server to have all of its indices; raises what the client does."""
    with client_of(url, request_timeout=90) as client:
        client.cluster.health(wait_for_status="yellow", timeout="60s")
