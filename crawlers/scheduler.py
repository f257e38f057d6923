"""The scheduler: feeds Scrapy's engine with what the frontier hands out, at the moment it may.

Nothing waits here. The engine asks; only then is a lease taken, so that a host's turn is used
when it comes and not hoarded. When nothing is due the engine is left alone until the next host is,
or until an acknowledgement brings new URLs.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from typing import TYPE_CHECKING
from urllib.parse import urldefrag

import structlog
from scrapy import Request
from scrapy.core.downloader import Downloader
from scrapy.core.scheduler import BaseScheduler
from twisted.internet.defer import Deferred

from crawlers.discovery.asking import prepared
from crawlers.leasing import LEASE, leasing_of
from crawlers.pace import slot_of

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Any, Self

    from scrapy import Spider
    from scrapy.crawler import Crawler

    from crawlers.frontier.contract import Lease

log = structlog.get_logger()

_SHORTEST_S = 0.01
_LONGEST_S = 5.0
_OTHERS_AT_WORK_S = 0.25
"""How often to look while other workers hold leases: what they find may be ours to visit."""
_RENEWALS_A_LEASE = 3


class FrontierScheduler(BaseScheduler):
    """Scrapy's scheduler over a frontier."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._leasing = leasing_of(crawler)
        self._leases = self._leasing.leases
        self._lease_s: float = crawler.settings["MARQUE_PLAN"].lease_s
        self._concurrency = crawler.settings.getint("CONCURRENT_REQUESTS")
        self._ready: deque[Request] = deque()
        self._hungry = False
        self._changes = -1
        self._due_at = 0.0
        self._finished = False
        self._tasks: list[asyncio.Task[None]] = []
        self._closing: asyncio.Task[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make it, as Scrapy does."""
        return cls(crawler)

    def open(self, spider: Spider) -> None:  # noqa: ARG002  Scrapy's signature
        """Begin to feed the engine and to renew what it holds."""
        self._tasks = [
            asyncio.ensure_future(self._guarded(self._feed())),
            asyncio.ensure_future(self._guarded(self._renew())),
        ]

    def close(self, reason: str) -> Deferred[None]:  # noqa: ARG002  Scrapy's signature
        """Stop, and give back what is held."""
        for task in self._tasks:
            task.cancel()
        return Deferred.fromFuture(asyncio.ensure_future(self._leasing.close()))

    def has_pending_requests(self) -> bool:
        """Whether the crawl has something left to do, be it in other workers' hands."""
        return not self._finished

    def enqueue_request(self, request: Request) -> bool:
        """Take a request that carries a lease: ours, or one a middleware put in its place."""
        lease = request.meta.get(LEASE)
        if lease is None:
            return False
        self._leases.follow(lease, request)
        self._ready.append(request)
        return True

    def next_request(self) -> Request | None:
        """Return what was leased for the engine, or have more leased and say None for now."""
        if self._ready:
            return self._ready.popleft()
        self._hungry = True
        self._leases.changed.set()
        return None

    async def _feed(self) -> None:
        while not self._finished:
            self._leases.changed.clear()
            if self._hungry and self._may_be_due() and (room := self._room()):
                self._changes = self._leases.changes
                self._due_at = time.monotonic()
                taken = await self._leases.take(room)
                for lease in taken:
                    if not await self._leasing.pass_over(lease):
                        self._hungry = False
                        self._crawler.engine.crawl(self._request(lease))
                if len(taken) < room:  # all that was due is taken
                    self._due_at = time.monotonic() + await self._until_due()
            await self._changed(max(0.0, self._due_at - time.monotonic()) or _LONGEST_S)
        self._closing = asyncio.ensure_future(
            self._crawler.engine.close_spider_async(reason="finished")
        )

    def _may_be_due(self) -> bool:
        """Tell whether something may be handed out that the frontier hadn't when last asked."""
        return self._leases.changes != self._changes or time.monotonic() >= self._due_at

    def _room(self) -> int:
        engine = self._crawler.engine
        if engine.needs_backout():
            return 0
        return self._concurrency - len(engine.downloader.active)

    async def _until_due(self) -> float:
        """Return for how many seconds there is nothing to do; note when there never will be."""
        stats = await self._leases.stats()
        self._finished = stats.finished
        longest_s = _OTHERS_AT_WORK_S if stats.leased > self._leases.held else _LONGEST_S
        due_in_s = longest_s if stats.next_due is None else stats.next_due - time.time()
        return min(max(due_in_s, _SHORTEST_S), longest_s)

    async def _changed(self, wait_s: float) -> None:
        if self._finished:
            return
        try:
            await asyncio.wait_for(self._leases.changed.wait(), wait_s)
        except TimeoutError:
            return

    def _request(self, lease: Lease) -> Request:
        found = lease.discovery
        headers = {"Referer": urldefrag(found.referrer)[0]} if found.referrer else None
        request = Request(
            found.url,
            headers=headers,
            meta={LEASE: lease, Downloader.DOWNLOAD_SLOT: slot_of(found.url)},
            errback=self._leasing.failed,
            dont_filter=True,
        )
        return prepared(request, found)

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(self._lease_s / _RENEWALS_A_LEASE)
            await self._leases.renew()

    async def _guarded(self, work: Coroutine[Any, Any, None]) -> None:
        """End the crawl when its feeding fails: it must not seem to go on."""
        try:
            await work
        except Exception as error:  # noqa: BLE001  `run` raises it
            self._leasing.give_up(error)
