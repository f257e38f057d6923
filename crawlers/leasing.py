"""Leasing: the life of a URL from its response to its acknowledgement.

What a spider yields never goes to the engine's own queue. Sightings are examined, discoveries
are gathered, and when both are complete the URL is acknowledged in the frontier together with
all it led to. Whatever goes wrong costs this URL only, and leaves a sighting that says why.
"""

from __future__ import annotations

import asyncio
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import structlog
from scrapy import Request

from crawlers.capture.middleware import CAPTURE
from crawlers.errors import CrawlError
from crawlers.examination.examiner import conclude
from crawlers.frontier.contract import Discovery, Lease
from crawlers.frontier.location import open_frontier
from crawlers.leases import Leases
from crawlers.links import canonical
from crawlers.metrics import DOWNLOADS, EXAMINATIONS, FETCHED, VISITS, outcome
from crawlers.outcomes import Moved, Refusal, explain, judge, retry_in_s
from crawlers.sightings import HOP_CAPTURES, HOPS, offered_by, past_hops, sighting_of
from crawlers.tally import Tally
from crawlers.traps import Traps
from crawlers.worker_names import own_name
from index.documents import Failure, Sighting
from index.errors import Unavailable
from index.sites import site_of
from index.store import open_store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Coroutine
    from typing import Self

    from pydantic import JsonValue
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure as TwistedFailure

    from crawlers.browser.witness import Witness
    from crawlers.plan import CrawlPlan
    from crawlers.spiders.base import MarqueSpider

log = structlog.get_logger()

LEASE: Final = "marque_lease"
"""Where a request's meta has its `Lease`."""
VISITED: Final = object()
"""The signal that a visit ended, with the `CrawlReport` so far."""
_MOST_HOPS: Final = 20


class LeasingMiddleware:
    """Ends every lease: a spider middleware for responses, an errback for the want of one."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._plan: CrawlPlan = crawler.settings["MARQUE_PLAN"]
        self._channel = self._plan.channel.value
        self.leases = Leases(
            open_frontier(self._plan.frontier),
            self._plan.queue,
            worker=own_name(self._plan.crawl_id),
            ttl_s=self._plan.lease_s,
        )
        self.tally = Tally()
        self.traps = Traps()
        self.store = open_store(self._plan.store)
        spider: MarqueSpider = crawler.spider  # type: ignore[assignment]
        self._examine = spider.examine
        self._takes = spider.takes
        self._reveals = spider.revealed
        self.failure: Exception | None = None
        self._closing: asyncio.Future[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make it, as Scrapy does."""
        return cls(crawler)

    async def close(self) -> None:
        """Give back what is still held."""
        await self.leases.release()

    async def process_spider_output(
        self, response: Response, result: AsyncIterator[Any]
    ) -> AsyncIterator[Any]:
        """Take all that a visit brought; nothing is left for the engine."""
        DOWNLOADS.labels(self._channel).observe(response.meta.get("download_latency", 0.0))
        await self._or_give_up(self._answered(response.meta[LEASE], response, result))
        nothing: list[Any] = []
        for item in nothing:
            yield item

    async def failed(self, failure: TwistedFailure) -> list[Any]:
        """End the lease of a request that got no response: a request's errback."""
        request: Request = failure.request  # type: ignore[attr-defined]
        lease: Lease = request.meta[LEASE]
        await self._or_give_up(self._unanswered(lease, request.meta, failure.value))
        return []

    async def _or_give_up(self, end_of_lease: Coroutine[Any, Any, None]) -> None:
        try:
            await end_of_lease
        except Unavailable as error:
            self.give_up(error)

    async def _answered(self, lease: Lease, response: Response, result: AsyncIterator[Any]) -> None:
        try:
            match None if self._takes(response) else judge(response):
                case Moved(location):
                    await self._move(lease, response, location)
                case Refusal() as refusal:
                    await self._refuse(lease, response.meta, refusal)
                case None:
                    await self._visit(lease, response, result)
        except Unavailable:
            raise
        except Exception as error:  # noqa: BLE001  whatever it is, it costs this page only
            await self._blame_spider(lease, response, error, [])

    async def _unanswered(
        self, lease: Lease, meta: dict[str, Any], error: BaseException | None
    ) -> None:
        if isinstance(error, Unavailable):
            raise error
        await self._refuse(lease, meta, explain(error))

    async def _visit(self, lease: Lease, response: Response, result: AsyncIterator[Any]) -> None:
        """Follow a spider through its page; its errors cost the page, not what came before."""
        discoveries: list[Discovery] = []
        examinations: list[asyncio.Task[Sighting]] = []
        spider_error: Exception | None = None
        seen: Sighting | None = None
        try:
            async for item in result:
                if isinstance(item, Sighting):
                    seen = item
                    examinations.append(asyncio.create_task(self._examined(item)))
                else:
                    found = item if isinstance(item, Discovery) else _as_discovery(item)
                    discoveries.append(offered_by(found, seen))
        except Unavailable:
            raise
        except Exception as error:  # noqa: BLE001  a spider's, whatever it is
            spider_error = error
        sightings = await _all_of(examinations)
        for sighting in sightings:
            self._count(lease.discovery, sighting)
            if sighting.matches:
                is_medium = lease.discovery.role == "media"
                await self._witness.testify(sighting, response, is_medium=is_medium)
            revealed = self._reveals(response, lease, sighting)
            discoveries += [offered_by(one, sighting) for one in revealed]
        if spider_error is None:
            size_bytes = sum(one.size_bytes for one in sightings)
            await self.leases.finish(lease, discoveries, size_bytes=size_bytes)
        else:
            await self._blame_spider(lease, response, spider_error, discoveries)

    @cached_property
    def _witness(self) -> Witness:
        from crawlers.browser.witness import Witness  # noqa: PLC0415  it knows of leases, too

        return Witness(self._crawler, self.store)

    async def _examined(self, sighting: Sighting) -> Sighting:
        with EXAMINATIONS.labels(sighting.channel.value).time():
            try:
                return await self._examine(sighting)
            except CrawlError as error:
                return await self._conclude(sighting, Failure(code=error.code, reason=error.reason))

    async def _blame_spider(
        self, lease: Lease, response: Response, error: Exception, discoveries: list[Discovery]
    ) -> None:
        await self.leases.add(discoveries)
        if isinstance(error, CrawlError):
            refusal = Refusal(
                code=error.code,
                reason=error.reason,
                status=response.status,
                temporary=error.temporary,
            )
        else:
            log.error("spider_error", url=response.url, exc_info=error)
            reason = repr(error)[:500]
            refusal = Refusal(code="spider_error", reason=reason, status=response.status)
        await self._refuse(lease, response.meta, refusal)

    async def _move(self, lease: Lease, response: Response, location: str) -> None:
        """Queue where a redirect points to, so that every hop is scheduled and checked anew."""
        target = self._target(lease, response, location)
        if isinstance(target, Refusal):
            await self._refuse(lease, response.meta, target)
        else:
            await self.leases.finish(lease, [target])

    def _target(self, lease: Lease, response: Response, location: str) -> Discovery | Refusal:
        here = lease.discovery
        hops: list[JsonValue] = [*past_hops(here, HOPS), here.url]
        captured = response.meta.get(CAPTURE)
        captures: list[JsonValue] = [
            *past_hops(here, HOP_CAPTURES),
            captured.digest if captured else "",
        ]
        status = response.status
        url = canonical(location, response.url)
        if url is None:
            return _astray("bad_redirect", location, status)
        if url in hops:
            return _astray("redirect_loop", url, status)
        if len(hops) > _MOST_HOPS:
            return _astray("too_many_redirects", url, status)
        if here.role != "media" and here.depth and not self._in_scope(here.url, url):
            return _astray("redirected_off_site", url, status)
        return Discovery(
            url=url,
            role=here.role,
            priority=here.priority,
            depth=here.depth,
            referrer=here.referrer,
            context={**here.context, HOPS: hops, HOP_CAPTURES: captures},
        )

    def _in_scope(self, here: str, url: str) -> bool:
        return site_of(url) in {site_of(here), *map(site_of, self._plan.urls)}

    async def _refuse(self, lease: Lease, meta: dict[str, Any], refusal: Refusal) -> None:
        """End a visit that brought nothing: for now, or for good and on record."""
        url = lease.discovery.url
        if refusal.host_busy_s is not None:
            pause_s = refusal.host_busy_s or self._plan.patience.base_s * lease.attempt
            await self.leases.block_host(url, seconds=pause_s)
        wait_s = retry_in_s(refusal, lease.attempt, self._plan.patience)
        if wait_s is None:
            sighting = sighting_of(
                self._plan, lease, status=refusal.status, captured=meta.get(CAPTURE)
            )
            failure = Failure(code=refusal.code, reason=refusal.reason)
            sighting = await self._conclude(sighting, failure)
            if sighting.examined_at is None:  # an earlier visit captured it, and was killed
                sighting = await self._examined(sighting)
            self.tally.refused(sighting, refusal.code)
            VISITS.labels(self._channel, outcome(refusal.code)).inc()
            self._tell()
            if refusal.answered and not refusal.temporary:
                await self.leases.finish(lease, [])
                return
        await self.leases.give_back(
            lease, code=refusal.code, reason=refusal.reason, retry_in_s=wait_s
        )

    def _count(self, discovery: Discovery, sighting: Sighting) -> None:
        self.tally.visited(discovery, sighting)
        brought = "media" if discovery.role == "media" else "page"
        VISITS.labels(self._channel, brought).inc()
        FETCHED.labels(self._channel).inc(sighting.size_bytes)
        self._tell()

    def _tell(self) -> None:
        self._crawler.signals.send_catch_log(VISITED, report=self.tally.report())

    async def _conclude(self, sighting: Sighting, failure: Failure) -> Sighting:
        return await asyncio.to_thread(conclude, self.store, sighting, failure=failure)

    async def pass_over(self, lease: Lease) -> bool:
        """Give up what was queued before it was known to lead into a trap; tell whether it does."""
        found = lease.discovery
        if not found.depth or not self.traps.hold(found):
            return False
        self.tally.trapped += 1
        reason = "addresses like it have said nothing new for long"
        await self.leases.give_back(lease, code="trap", reason=reason, retry_in_s=None)
        return True

    def give_up(self, error: Exception) -> None:
        """Stop the crawl when its store fails: what is held goes back, to be visited again."""
        if self.failure is None:
            self.failure = error
            log.error("crawl_failed", exc_info=error)
            self._closing = asyncio.ensure_future(
                self._crawler.engine.close_spider_async(reason="failed")
            )


def leasing_of(crawler: Crawler) -> LeasingMiddleware:
    """Return a crawler's leasing, once its engine is made."""
    leasing = crawler.get_spider_middleware(LeasingMiddleware)
    if leasing is None:
        msg = "Scrapy's settings lack crawlers.leasing.LeasingMiddleware"
        raise RuntimeError(msg)
    return leasing


async def _all_of(examinations: list[asyncio.Task[Sighting]]) -> list[Sighting]:
    """Wait for all, also when one fails; then raise the first failure."""
    if examinations:
        await asyncio.wait(examinations)
    return [task.result() for task in examinations]


def _astray(code: str, target: str, status: int) -> Refusal:
    return Refusal(code=code, reason=f"points to {target[:300]}", status=status, answered=True)


def _as_discovery(item: object) -> Discovery:
    """Take a spider's `Request` as what it means; its callback isn't kept."""
    if not isinstance(item, Request):
        msg = f"spiders yield sightings, discoveries and requests, not {type(item).__name__}"
        raise TypeError(msg)
    url = canonical(item.url)
    if url is None:
        msg = f"not an address of the web: {item.url}"
        raise ValueError(msg)
    meta = item.meta
    return Discovery(
        url=url,
        role=meta.get("role", "page"),
        priority=item.priority,
        depth=meta.get("depth", 0),
        referrer=meta.get("referrer"),
        context=meta.get("context", {}),
    )
