"""A real Elasticsearch for the time of a test run.

Started by deploy/elasticsearch/test-server.sh, unless MARQUE_TEST_ELASTICSEARCH_URL names one that
tests may use. Nothing is skipped without one: tests fail, and say what is missing.
"""

from __future__ import annotations

import http.client
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
from urllib.parse import urlsplit

from elasticsearch import Elasticsearch

from index.elastic.location import ElasticsearchLocation
from index.elastic.node import PlainNode
from tests.servers import content

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.servers import Line

URL_VARIABLE = "MARQUE_TEST_ELASTICSEARCH_URL"
ADMIN = ("admin", "trial-password")
"""Who a secure server knows."""

_SCRIPT = Path(__file__).parents[1] / "deploy/elasticsearch/test-server.sh"
_STARTS_WITHIN_S = 240.0
_LINES_SHOWN = 20
_SECURITY = "MARQUE_TEST_ELASTICSEARCH_SECURITY"
_FORWARDED = ("accept", "content-type")


class Node:
    """A server of our own, in a folder of its own. Raises `RuntimeError` when it can't start.

    `secure`: it knows nobody but `ADMIN`, and whom that one lets in.
    """

    def __init__(self, *, secure: bool = False) -> None:
        self._secure = secure
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
                env={**os.environ, **({_SECURITY: "1"} if self._secure else {})},
            )
        ends = time.monotonic() + _STARTS_WITHIN_S
        while not (ports.is_file() and ports.read_text().strip()):
            if self._process.poll() is not None or time.monotonic() > ends:
                said = (self._folder / "out").read_text(errors="replace").splitlines()
                self.remove()
                raise RuntimeError("no Elasticsearch: " + "\n".join(said[-_LINES_SHOWN:]))
            time.sleep(0.1)
        self._port = int(ports.read_text().split()[0].rpartition(":")[2])
        wait_until_ready(self.url, ADMIN if self._secure else None)

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


def client_of(
    url: str, *, request_timeout: float = 30.0, user: tuple[str, str] | None = None
) -> Elasticsearch:
    """Return a client that servers of 8.19 answer, too. `user`: a name and a password."""
    return Elasticsearch(
        url, request_timeout=request_timeout, basic_auth=user, node_class=PlainNode
    )


def forwarding(
    url: str, rewritten: Callable[[bytes], bytes] = lambda body: body
) -> Callable[[Line], None]:
    """Answer what the server at this address answers to the same request."""

    def answer(line: Line) -> None:
        asked = line.asked
        headers = {name: asked.headers[name] for name in _FORWARDED if name in asked.headers}
        connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
        try:
            connection.request(asked.method, asked.path, rewritten(asked.body), headers)
            got = connection.getresponse()
            content(
                got.read(),
                got.getheader("Content-Type", "application/json"),
                code=got.status,
                headers={"X-Elastic-Product": "Elasticsearch"},
            )(line)
        finally:
            connection.close()

    return answer


def remove(url: str, prefix: str) -> None:
    """Remove all indices under a prefix, and what guards them."""
    with client_of(url, request_timeout=60) as client:
        names = [*client.indices.get(index=f"{prefix}-*", expand_wildcards="all")]
        if names:
            client.indices.delete(index=names)
        client.options(ignore_status=404).indices.delete_index_template(name=f"{prefix}*")


def wait_until_ready(url: str, user: tuple[str, str] | None = None) -> None:
    """Wait for a server to have all of its indices; raises what the client does."""
    with client_of(url, request_timeout=90, user=user) as client:
        client.cluster.health(wait_for_status="yellow", timeout="60s")
