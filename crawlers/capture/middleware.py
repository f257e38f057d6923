"""Keeps every exchange of a crawl; next to the network, below content decoding."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from scrapy import signals

from crawlers.capture.environment import Surroundings
from crawlers.capture.exchange import Captured, Exchange
from crawlers.capture.warc import warc_records
from crawlers.safety.handler import EXCHANGE
from crawlers.together import Together
from index.store import open_store

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Self

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawlers.plan import CrawlPlan
    from index.blobs import Blobs

CAPTURE = "marque_capture"
"""Where a request's meta has what was `Captured` of it."""
_LARGE_BYTES: Final = 2**20
"""What is larger is written by itself: others would wait for it."""


class CaptureMiddleware:
    """Stores the WARC records of an exchange before anyone sees the response.

    It stands next to the network, so that redirects, errors and robots.txt are kept as well.
    """

    def __init__(self, blobs: Blobs, surroundings: Surroundings) -> None:
        self._blobs = blobs
        self._kept: Together[Iterable[bytes], str] = Together(blobs.put_each, name="keeping")
        self._surroundings = surroundings

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Use the store of the crawl's plan."""
        plan: CrawlPlan = crawler.settings["MARQUE_PLAN"]
        middleware = cls(open_store(plan.store).blobs, Surroundings(plan))
        crawler.signals.connect(middleware.close, signal=signals.engine_stopped)
        return middleware

    def close(self) -> None:
        """Let the thread go that keeps what comes, when the crawl has ended."""
        self._kept.close()

    def process_request(self, request: Request) -> None:
        """Forget what an earlier try left in the meta."""
        request.meta.pop(CAPTURE, None)
        request.meta.pop(EXCHANGE, None)

    async def process_response(self, request: Request, response: Response) -> Response:
        """Keep the exchange. Raises `Unavailable`."""
        await self._capture(request)
        return response

    async def process_exception(self, request: Request, exception: Exception) -> None:  # noqa: ARG002
        """Keep as much as came of an answer that broke off. Raises `Unavailable`."""
        await self._capture(request)

    async def _capture(self, request: Request) -> None:
        exchange: Exchange | None = request.meta.pop(EXCHANGE, None)
        if exchange is None:
            return
        records = warc_records(exchange, self._surroundings.now())
        request.meta[CAPTURE] = Captured(
            digest=await self.keep(records, len(exchange.body)),
            address=exchange.address,
            seen_at=exchange.began_at,
            proxy=exchange.proxy,
        )

    async def keep(self, chunks: Iterable[bytes], size_bytes: int) -> str:
        """Make chunks durable, in a thread: the disk may be slow. Raises `Unavailable`."""
        if size_bytes > _LARGE_BYTES:
            return await asyncio.to_thread(self._blobs.put_all, chunks)
        return await self._kept(chunks)


async def keep(crawler: Crawler, content: bytes) -> str:
    """Keep bytes that a crawl brought beside its captures. Raises `Unavailable`."""
    capture = crawler.get_downloader_middleware(CaptureMiddleware)
    if capture is None:
        msg = "Scrapy's settings lack crawlers.capture.middleware.CaptureMiddleware"
        raise RuntimeError(msg)
    return await capture.keep((content,), len(content))
