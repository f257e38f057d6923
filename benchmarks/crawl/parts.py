"""What each part of a crawled page takes of a processor, on the benchmark's pages.

    python -m benchmarks.crawl.parts

Each is done alone, over and over; the least of five rounds is printed. Waiting for the disk is no
processor time. What Scrapy and Twisted do, and going from thread to thread, is not among them.
"""

from __future__ import annotations

import os
import tempfile
import time
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import HtmlResponse

from benchmarks.crawl.pages import site
from crawlers.capture.exchange import Exchange
from crawlers.capture.warc import warc_records
from crawlers.frontier.contract import Budget, Discovery, Lease, Politeness
from crawlers.frontier.sqlite import SqliteFrontier
from crawlers.spiders.pages import Page
from crawlers.spiders.tracing import shown_on
from crawlers.spiders.web import WebSpider
from crawlers.traps import Traps
from fingerprints.contract import Limits
from fingerprints.extraction import extract
from index.blobs import Blobs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_PAGES: Final = 160
_ROUNDS: Final = 5
_TOGETHER: Final = 8
_HEAD: Final = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
_HOST: Final = "http://site.example"


def main() -> None:
    """Measure and print."""
    bodies = {_HOST + path: body for path, body in site(0, _PAGES).items() if "robots" not in path}
    with tempfile.TemporaryDirectory() as folder:
        for name, cost_ms in _parts(bodies, Path(folder)):
            print(f"{name:50}{cost_ms:8.3f} ms a page")


def _parts(bodies: dict[str, bytes], folder: Path) -> Iterator[tuple[str, float]]:
    spider, traps, blobs = WebSpider(), Traps(), Blobs(folder / "blobs")
    spider.plan = type("Plan", (), {"ignore_robots_because": ""})()

    def pages(*before: Callable[[Page], object]) -> Callable[[], list[Page]]:
        return lambda: [_after(_page(url, body), before) for url, body in bodies.items()]

    def title(page: Page) -> object:
        return page.title, page.anchors, page.meta("robots")

    def kept(some: Sequence[bytes]) -> object:
        # Never the same, so that each is a new file.
        return blobs.put_each([(body, os.urandom(8)) for body in some])

    contents = list(bodies.values())
    batches = [contents[at : at + _TOGETHER] for at in range(0, len(contents), _TOGETHER)]
    yield "crawler: WARC records", _least(_records, lambda: [*bodies.items()])
    yield "crawler: a file kept, eight at a time", _least(kept, lambda: batches) / _TOGETHER
    yield "crawler: decoded, parsed, title and links", _least(title, pages())
    yield "crawler: traces of those behind it", _least(shown_on, pages(title))
    yield (
        "crawler: what it leads to",
        _least(lambda page: [*spider.discoveries(page)], pages(title)),
    )
    yield "crawler: what it adds to its like (traps)", _least(traps.visited, pages(title))
    yield "frontier (SQLite): handed out and acknowledged", _frontier(folder)
    yield "examination: text read and fingerprinted", _least(_extracted, lambda: contents)


def _least(do: Callable[[Any], object], fresh: Callable[[], Sequence[Any]]) -> float:
    """Return what doing it once takes, in ms; each round has fresh things to do it with."""
    took_s = []
    for _ in range(_ROUNDS):
        things = fresh()
        began = time.process_time()
        for one in things:
            do(one)
        took_s.append((time.process_time() - began) / len(things))
    return 1000 * min(took_s)


def _after(page: Page, before: Sequence[Callable[[Page], object]]) -> Page:
    for do in before:
        do(page)
    return page


def _page(url: str, body: bytes) -> Page:
    headers = {"Content-Type": "text/html; charset=utf-8"}
    response = HtmlResponse(url, body=body, headers=headers, request=Request(url))
    found = Discovery(url=url)
    return Page(response, Lease(crawl_id="", token="", discovery=found, attempt=1, expires_at=0))


def _records(page: tuple[str, bytes]) -> object:
    url, body = page
    exchange = Exchange(
        url=url,
        request=b"GET / HTTP/1.1\r\nHost: site.example\r\n\r\n",
        head=_HEAD,
        body=body,
        chunked=False,
        address="127.0.0.1",
        certificates=(),
        began_at=datetime.now(UTC),
    )
    return b"".join(warc_records(exchange))


def _extracted(body: bytes) -> object:
    return extract(BytesIO(body), limits=Limits(), declared="text/html", filename="page.html")


def _frontier(folder: Path) -> float:
    """Return what a visit costs that leads to eight new pages."""
    frontier = SqliteFrontier(folder / "frontier.db")
    frontier.open("crawl", politeness=Politeness(delay_s=0.0, concurrency=1), budget=Budget())
    frontier.add("crawl", [Discovery(url=_HOST + "/")])

    def visit(number: int) -> None:
        (lease,) = frontier.lease("crawl", worker="worker", limit=1, ttl_s=60.0)
        here = urlsplit(lease.discovery.url).netloc
        links = [f"http://{here}/{number}/{link}.html" for link in range(8)]
        frontier.ack(lease, [Discovery(url=url, referrer=_HOST) for url in links])

    visits = iter(range(_PAGES * _ROUNDS))
    return _least(visit, lambda: [next(visits) for _ in range(_PAGES)])


if __name__ == "__main__":
    main()
