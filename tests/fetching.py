"""Fetches URLs with a crawl's own settings but without its queue, in a process of its own.

python -m tests.fetching < order.json   answers with one JSON object a URL, in their order
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import scrapy
import structlog
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings

from crawlers.frontier.location import FrontierLocation, open_frontier
from crawlers.leases import Leases
from crawlers.leasing import LeasingMiddleware
from crawlers.plan import CrawlPlan
from crawlers.safety.proxies import Proxy
from index.documents import Channel
from index.store import StoreLocation
from tests.resolving import NAMES

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure

_CONNECTIONS = "connections.txt"
_ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What became of one URL: a response, or `error` (a class name) with its `reason`."""

    url: str
    status: int | None = None
    body: bytes = b""
    error: str | None = None
    reason: str = ""
    capture: str | None = None
    address: str | None = None
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetching:
    """How to fetch; `settings` are Scrapy's, `data` is where captures go.

    `names` are what a name server of ill will says: for each name its answers, one a question, the
    last again and again. `proxy` is a URL; evidence calls it "tokyo".
    """

    data: Path
    allow: tuple[str, ...] = ()
    max_body_bytes: int = 1 << 20
    timeout_s: float = 20.0
    user_agent: str = "Marque/0.1 (+https://example.org/marque)"
    robots: bool = False
    names: Mapping[str, Sequence[Sequence[str]]] = field(default_factory=dict)
    proxy: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, *urls: str, together: bool = False) -> list[Fetched]:
        """Fetch them, one after the other or all at once."""
        order = {
            "urls": urls,
            "data": str(self.data),
            "allow": self.allow,
            "max_body_bytes": self.max_body_bytes,
            "user_agent": self.user_agent,
            "robots": self.robots,
            "names": dict(self.names),
            "proxy": self.proxy,
            "settings": {
                "DOWNLOAD_TIMEOUT": self.timeout_s,
                "CONCURRENT_REQUESTS": 16 if together else 1,
                **self.settings,
            },
        }
        done = subprocess.run(
            [sys.executable, "-m", "tests.fetching"],
            input=json.dumps(order),
            capture_output=True,
            text=True,
            cwd=_ROOT,
            env={**os.environ, **self.environment},
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        answers = {found["url"]: found for found in map(json.loads, done.stdout.splitlines())}
        return [
            Fetched(**{**answers[url], "body": b64decode(answers[url]["body"])}) for url in urls
        ]

    def connections(self) -> list[str]:
        """Return the addresses, host:port, that the last run connected to, in order."""
        return (self.data / _CONNECTIONS).read_text().splitlines()


class Fetcher(scrapy.Spider):
    """Asks for each URL and prints what came."""

    name = "fetcher"
    urls: tuple[str, ...] = ()

    async def start(self) -> AsyncIterator[scrapy.Request]:
        """Ask."""
        for url in self.urls:
            meta = {"asked": url, "began": time.monotonic()}
            yield scrapy.Request(url, self.came, errback=self.failed, meta=meta, dont_filter=True)

    def came(self, response: Response) -> None:
        """Print a response."""
        self._print(response.meta, status=response.status, body=response.body)

    def failed(self, failure: Failure) -> None:
        """Print an error."""
        error = failure.value
        meta = failure.request.meta  # type: ignore[attr-defined]
        self._print(meta, error=type(error).__name__, reason=str(error))

    def _print(self, meta: Mapping[str, Any], *, body: bytes = b"", **facts: object) -> None:
        captured = meta.get("marque_capture")
        found = {
            "url": meta["asked"],
            "body": b64encode(body).decode(),
            "capture": captured.digest if captured else None,
            "address": captured.address if captured else None,
            "seconds": time.monotonic() - meta["began"],
            **facts,
        }
        sys.stdout.write(json.dumps(found) + "\n")


class LeavingLeases(LeasingMiddleware):
    """Has the crawl's leases, for who wants a host to be left alone, but ends none."""

    def __init__(self, crawler: Crawler) -> None:
        plan: CrawlPlan = crawler.settings["MARQUE_PLAN"]
        frontier = open_frontier(plan.frontier)
        self.leases = Leases(frontier, plan.crawl_id, worker="fetcher", ttl_s=60.0)

    async def process_spider_output(
        self,
        response: Response,  # noqa: ARG002  Scrapy's signature
        result: AsyncIterator[Any],
    ) -> AsyncIterator[Any]:
        """Leave it as it is."""
        async for item in result:
            yield item


def _note(file: Path, event: str, arguments: tuple[Any, ...]) -> None:
    """Put down where this process connects to (PEP 578)."""
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        with file.open("a") as noted:
            noted.write(f"{arguments[1][0]}:{arguments[1][1]}\n")


def main() -> None:
    """Fetch what standard input orders."""
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    order = json.load(sys.stdin)
    NAMES.update(order["names"])
    (Path(order["data"]) / _CONNECTIONS).write_text("")
    sys.addaudithook(partial(_note, Path(order["data"]) / _CONNECTIONS))
    plan = CrawlPlan(
        crawl_id="fetching",
        channel=Channel.WEB,
        urls=tuple(order["urls"]),
        store=StoreLocation(Path(order["data"])),
        frontier=FrontierLocation(Path(order["data"]) / "frontier.db"),
        user_agent=order["user_agent"],
        allow=frozenset(order["allow"]),
        max_body_bytes=order["max_body_bytes"],
        proxy=Proxy.parse("tokyo", order["proxy"]) if order["proxy"] else None,
        ignore_robots_because="" if order["robots"] else "a test of something else",
    )
    settings = Settings()
    settings.setmodule("settings.crawl", priority="project")
    more = order["settings"].pop("DOWNLOADER_MIDDLEWARES", {})
    changes = {
        "DOWNLOADER_MIDDLEWARES": {**settings["DOWNLOADER_MIDDLEWARES"], **more},
        "MARQUE_PLAN": plan,
        "USER_AGENT": plan.user_agent,
        "SCHEDULER": "scrapy.core.scheduler.Scheduler",
        "SPIDER_MIDDLEWARES": {"tests.fetching.LeavingLeases": 10} if order["robots"] else {},
        "SPIDER_MODULES": [],
        "DOWNLOAD_HANDLERS": dict.fromkeys(("http", "https"), "tests.resolving.FickleHandler"),
        "LOG_LEVEL": "CRITICAL",
        **order["settings"],
    }
    settings.setdict(changes, priority="cmdline")
    process = AsyncCrawlerProcess(settings)
    crawl = process.crawl(Fetcher, urls=plan.urls)
    process.start()
    crawl.result()


if __name__ == "__main__":
    main()
