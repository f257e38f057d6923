"""Servers that never end, lie, or swell: each costs its own page, and bounded time and memory."""

from __future__ import annotations

import socket
import struct
import threading
import zlib
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import brotli  # type: ignore[import-untyped]
import pytest

from index.contract import Query
from index.documents import Sighting
from index.scan import scan
from index.store import StoreLocation, open_store
from tests.certificates import issue
from tests.e2e.program import Ended, Program
from tests.fetching import Fetching
from tests.servers import (
    Site,
    broken_chunks,
    chunked,
    content,
    dripping,
    dropped,
    endless,
    endless_head,
    lying_length,
    page,
    raw,
    redirect,
    silent,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from tests.servers import Line

MIB = 1 << 20
GIB = 1 << 30
CLAIMED = 10 * 10**9
MOST_BODY = 8 * MIB
MOST_BYTES = 200 * MIB
"""What the crawling process may take beyond what it takes for good pages alone."""
GOOD = 30
TIMEOUT_S = 6


def packed_zeros(size: int, wbits: int = zlib.MAX_WBITS | 16) -> bytes:
    """Return zeros, packed 1,030:1."""
    packing = zlib.compressobj(9, zlib.DEFLATED, wbits)
    zeros = bytes(MIB)
    return b"".join([*(packing.compress(zeros) for _ in range(size // MIB)), packing.flush()])


def brotli_zeros(size: int) -> bytes:
    """Return zeros, packed about 1,000,000:1."""
    packing = brotli.Compressor(quality=5)
    zeros = bytes(16 * MIB)
    packed = [packing.process(zeros) for _ in range(size // len(zeros))]
    return b"".join([*packed, packing.finish()])


def zstd_zeros(size: int) -> bytes:
    """Return zeros as blocks that repeat one byte (RFC 8878, 3.1.1.2): 32,000:1."""
    block = 128 * 1024
    count = size // block
    head = b"\x28\xb5\x2f\xfd" + b"\x00\x38"  # no size; a window of 128 KiB
    blocks = (
        struct.pack("<I", (block << 3) | (1 << 1) | (number == count - 1))[:3] + b"\0"
        for number in range(count)
    )
    return head + b"".join(blocks)


def twice(size: int) -> bytes:
    """Return zeros packed twice: 1,000,000:1."""
    packing = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    return packing.compress(packed_zeros(size)) + packing.flush()


def coded(body: bytes, coding: str) -> Callable[[Line], None]:
    """Answer with a packed page."""
    return content(body, "text/html", headers={"Content-Encoding": coding})


def many_cookies(count: int) -> Callable[[Line], None]:
    """Answer with a page and so many cookies."""
    lines = b"".join(b"Set-Cookie: c%d=%s\r\n" % (number, b"v" * 20) for number in range(count))
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 9\r\n"
    return raw(head + lines + b"\r\n<p>biscuit")


def endless_interim() -> Callable[[Line], None]:
    """Answer 103 (early hints), again and again."""

    def answer(line: Line) -> None:
        line.keep = False
        while not line.stopping.is_set():
            line.send(b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n" * 100)

    return answer


def endless_chunks(size: int) -> Callable[[Line], None]:
    """Answer in chunks without a last one."""

    def answer(line: Line) -> None:
        line.keep = False
        line.head(200, {"Content-Type": "text/html", "Transfer-Encoding": "chunked"})
        while not line.stopping.is_set():
            line.send(b"%x\r\n" % size + b"A" * size + b"\r\n")

    return answer


def dripping_head() -> Callable[[Line], None]:
    """Send a head a byte at a time (slow loris)."""

    def answer(line: Line) -> None:
        line.keep = False
        line.send(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        while not line.stopping.is_set():
            line.send(b"a")
            line.pause(0.2)

    return answer


def wandering(line: Line) -> None:
    """Redirect to a new address each time."""
    step = int(line.asked.path.rpartition("/")[2])
    redirect(f"/wander/{step + 1}")(line)


OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
HOSTILE: dict[str, tuple[Callable[[Line], None], set[str]]] = {
    "/endless": (endless(media_type="text/html"), {"body_too_large"}),
    "/claims-10-gb": (raw(OK + b"Content-Length: %d\r\n\r\nabc" % CLAIMED), {"body_too_large"}),
    "/endless-chunks": (endless_chunks(65536), {"body_too_large"}),
    "/crumbs": (endless_chunks(1), {"body_too_large"}),
    "/gzip": (coded(packed_zeros(GIB), "gzip"), {"body_too_large"}),
    "/deflate": (coded(packed_zeros(GIB, zlib.MAX_WBITS), "deflate"), {"body_too_large"}),
    "/raw-deflate": (coded(packed_zeros(GIB, -zlib.MAX_WBITS), "deflate"), {"body_too_large"}),
    "/br": (coded(brotli_zeros(GIB), "br"), {"body_too_large"}),
    "/zstd": (coded(zstd_zeros(10 * GIB), "zstd"), {"body_too_large"}),
    "/twice": (coded(twice(2 * GIB), "gzip, gzip"), {"body_too_large"}),
    "/nested": (coded(b"x", ", ".join(["gzip"] * 50)), {"body_too_large"}),
    "/endless-head": (endless_head(), {"body_too_large"}),
    "/long-line": (endless_head(b"X: " + b"a" * 100_000), {"body_too_large"}),
    "/cookies": (many_cookies(10_000), {"body_too_large"}),
    "/interim": (endless_interim(), {"body_too_large"}),
    "/wander/0": (wandering, {"too_many_redirects"}),
    "/circle": (redirect("/circle"), {"redirect_loop"}),
    "/silent": (silent(), {"timeout"}),
    "/loris-head": (dripping_head(), {"timeout"}),
    "/loris-body": (dripping(b"x" * 10_000, 0.2), {"timeout"}),
    "/short": (lying_length(b"abc", 10), {"broken_body"}),
    "/broken": (broken_chunks(), {"broken_body"}),
    "/huge-chunk": (chunked([b"a"], end=b"ffffffffffffffff\r\n" + b"a" * 100), {"broken_body"}),
    "/no-gzip": (coded(b"plain", "gzip"), {"broken_body"}),
    "/reset": (dropped(), {"connection_failed"}),
    "/reset-status": (dropped(b"HTTP/1.1 2"), {"connection_failed"}),
    "/reset-head": (dropped(OK), {"connection_failed"}),
    "/reset-body": (dropped(OK + b"Content-Length: 99\r\n\r\nabc"), {"broken_body"}),
    "/reset-chunk": (
        dropped(OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nab"),
        {"broken_body", "connection_failed"},
    ),
    "/no-http": (raw(b"SSH-2.0-OpenSSH_9.9\r\n"), {"connection_failed"}),
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a crawl left."""

    ended: Ended
    sightings: Mapping[str, Sighting]
    peak_bytes: int


def crawl(folder: Path, site: Site) -> Outcome:
    """Crawl a site with the program and watch what its process takes."""
    data = folder / "data"
    settings = {
        "MARQUE_DATA": str(data),
        "MARQUE_CRAWL__MAX_BODY_BYTES": str(MOST_BODY),
        "MARQUE_CRAWL__TIMEOUT_S": str(TIMEOUT_S),
        "MARQUE_CRAWL__CONCURRENCY": "16",
        "MARQUE_CRAWL__TRIES": "1",
    }
    program = Program(folder, settings=settings)
    process = program.start(
        *("crawl", site.url(), "--allow", site.host, "--delay", "0", "--jobs", "1", "--json")
    )
    ended, peak = program.end_watched(process)
    records = open_store(StoreLocation(data)).records
    sightings = {one.record.url: one.record for one in scan(records, Query(Sighting, {}))}
    return Outcome(ended, sightings, peak)


def linked(paths: list[str]) -> Callable[[Line], None]:
    """Answer with a page that leads to all of these."""
    return page("".join(f'<a href="{path}">{path}</a>' for path in paths))


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, Outcome, Outcome]]:
    good = [f"/good/{number}" for number in range(GOOD)]
    with Site() as site:
        for path in good:
            site.routes[path] = page(f"<p>{path}")
        site.routes["/"] = linked(good)
        quiet = crawl(tmp_path_factory.mktemp("quiet"), site)
        site.routes.update({path: answer for path, (answer, _) in HOSTILE.items()})
        site.routes.update({f"/wander/{step}": wandering for step in range(1, 40)})
        site.routes["/"] = linked([*HOSTILE, *good])
        yield site, quiet, crawl(tmp_path_factory.mktemp("hostile"), site)


def test_the_crawl_ends_with_all_good_pages(outcome: tuple[Site, Outcome, Outcome]) -> None:
    site, _, hostile = outcome
    assert hostile.ended.code == 0, hostile.ended.err
    assert hostile.ended.object["finished"]
    for number in range(GOOD):
        seen = hostile.sightings[site.url(f"/good/{number}")]
        assert seen.status == 200
        assert seen.payload is not None


@pytest.mark.parametrize("path", HOSTILE)
def test_each_costs_its_own_page_by_name(path: str, outcome: tuple[Site, Outcome, Outcome]) -> None:
    site, _, hostile = outcome
    at = "/wander/20" if path == "/wander/0" else path
    failure = hostile.sightings[site.url(at)].failure
    assert failure is not None
    assert failure.code in HOSTILE[path][1], failure.reason
    assert failure.reason


def test_memory_stays_far_below_what_they_send(outcome: tuple[Site, Outcome, Outcome]) -> None:
    _, quiet, hostile = outcome
    assert quiet.peak_bytes > 0
    assert hostile.peak_bytes - quiet.peak_bytes < MOST_BYTES


SAID = (None, b"", b"HTTP/1.1 400 Bad Request\r\n\r\n")


class StuckTLS:
    """Never answers a handshake, or says these bytes in its place and hangs up."""

    def __init__(self, said: bytes | None) -> None:
        self._said = said

    def __enter__(self) -> Self:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.host = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self._kept: list[socket.socket] = []
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()
        for one in self._kept:
            one.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                connection.recv(10)
                self._kept.append(connection)
                if self._said is not None:
                    connection.sendall(self._said)
                    connection.close()


def test_a_handshake_that_never_ends_or_breaks_costs_its_page(tmp_path: Path) -> None:
    certificate, authority = issue(tmp_path, "localhost")
    with ExitStack() as open_:
        stuck, cut, plain = (open_.enter_context(StuckTLS(said)) for said in SAID)
        good = Site({"/": page("<p>tls")}, certificate=certificate, name="localhost")
        open_.enter_context(good)
        fetch = Fetching(
            data=tmp_path,
            allow=(stuck.host, cut.host, plain.host, good.host),
            timeout_s=3.0,
            environment={"SSL_CERT_FILE": str(authority)},
        )
        never, broken, confused, fine = fetch(
            *(f"https://{host}/" for host in (stuck.host, cut.host, plain.host)),
            good.url(),
            together=True,
        )
    assert never.error == "DownloadTimeoutError", never.reason
    assert broken.error == confused.error == "DownloadFailedError"
    assert fine.body == b"<p>tls"
