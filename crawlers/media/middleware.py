"""Fetches media that are too large in part, where their server hands out parts."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import structlog
from scrapy.http import Response

from crawlers.capture.middleware import CAPTURE
from crawlers.errors import BodyTooLarge, CrawlError
from crawlers.leasing import LEASE
from crawlers.media.downloads import Downloads
from crawlers.media.parts import taken
from crawlers.media.portions import Portion
from crawlers.media.stream import GATHERED, Piece
from index.store import open_store

if TYPE_CHECKING:
    from typing import Self

    from scrapy import Request
    from scrapy.crawler import Crawler

    from crawlers.frontier.contract import Lease
    from crawlers.media.downloads import Fetched
    from crawlers.plan import CrawlPlan

log = structlog.get_logger()

_MOST_AT_ONCE = 2
_SLACK_BYTES = 4096
_SHARE = 0.75
"""Of the largest body allowed: tables come on top."""
_PARTIAL = 206


class PartsMiddleware:
    """Puts a file made of parts in the place of one that is larger than a body may be.

    Only of media, and only where the server knows ranges; else the file stays too large.
    """

    def __init__(self, crawler: Crawler) -> None:
        plan: CrawlPlan = crawler.settings["MARQUE_PLAN"]
        self._downloads = Downloads(crawler)
        self._blobs = open_store(plan.store).blobs
        whole = Portion()
        most_bytes = min(whole.size_bytes, int(plan.max_body_bytes * _SHARE))
        self._portion = Portion(most_bytes, whole.places)
        self._at_once = asyncio.Semaphore(_MOST_AT_ONCE)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make it, as Scrapy does."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Forget what an earlier try left in the meta."""
        request.meta.pop(GATHERED, None)

    async def process_exception(self, request: Request, exception: Exception) -> Response | None:
        """Fetch parts of what is too large; None leaves it at that."""
        lease: Lease | None = request.meta.get(LEASE)
        if not isinstance(exception, BodyTooLarge) or lease is None:
            return None
        if lease.discovery.role != "media" or request.method != "GET":
            return None
        try:
            async with self._at_once:
                return await self._made(request, lease)
        except CrawlError as error:
            log.info("no_parts", url=request.url, code=error.code, reason=error.reason)
            return None

    async def _made(self, request: Request, lease: Lease) -> Response | None:
        reading = _Reading(self._downloads, request.url, lease.discovery.referrer)
        first = await reading.fetched(0, 1)
        if first.whole_bytes is None:
            return None
        made = await taken(reading, first.whole_bytes, self._portion)
        if made is None:
            return None
        record = {"file": request.url, "bytes": first.whole_bytes, "taken": reading.told}
        digest = await asyncio.to_thread(
            self._blobs.put, json.dumps(record, ensure_ascii=False, indent=1).encode()
        )
        request.meta[CAPTURE] = first.captured
        request.meta[GATHERED] = digest
        headers = {"Content-Type": first.media_type} if first.media_type else {}
        return Response(
            request.url, _PARTIAL, headers=headers, body=b"".join(made), request=request
        )


class _Reading:
    """Reads stretches of one file, and notes which."""

    def __init__(self, downloads: Downloads, url: str, referrer: str | None) -> None:
        self._downloads = downloads
        self._url = url
        self._referrer = referrer
        self.told: list[dict[str, Any]] = []

    async def __call__(self, begin: int, end: int) -> bytes:
        return (await self.fetched(begin, end)).body

    async def fetched(self, begin: int, end: int) -> Fetched:
        """Return a stretch with what was captured of it."""
        piece = Piece(self._url, begin, end)
        most_bytes = end - begin + _SLACK_BYTES
        found = await self._downloads.get(piece, referrer=self._referrer, most_bytes=most_bytes)
        self.told.append({"range": [begin, begin + len(found.body)], "capture": found.capture})
        return found
