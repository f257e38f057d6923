"""Keeps every exchange of a crawl; next to the network, below content decoding."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from crawlers.capture.environment import Surroundings
from crawlers.capture.exchange import Captured, Exchange
from crawlers.capture.warc import warc_records
from crawlers.safety.handler import EXCHANGE
from index.store import open_store

if TYPE_CHECKING:
    from typing import Self

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawlers.plan import CrawlPlan
    from index.blobs import Blobs

CAPTURE = "marque_capture"
"""Where a request's meta has what was `Captured` of it."""


class CaptureMiddleware:
    """Stores the WARC records of an exchange before anyone sees the response.

    It stands next to the network, so that redirects, errors and robots.txt are kept as well.
    """

    def __init__(self, blobs: Blobs, surroundings: Surroundings) -> None:
        self._blobs = blobs
        self._surroundings = surroundings

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Use the store of the crawl's plan."""
        plan: CrawlPlan = crawler.settings["MARQUE_PLAN"]
        return cls(open_store(plan.store).blobs, Surroundings(plan))

    def process_request(self, request: Request) -> None:
        """Forget what an earlier try left in the meta."""
        request.meta.pop(CAPTURE, None)
        request.meta.pop(EXCHANGE, None)

    async def process_response(self, request: Request, response: Response) -> Response:
        """Keep the exchange, in a thread: the disk may be slow. Raises `Unavailable`."""
        exchange: Exchange | None = request.meta.pop(EXCHANGE, None)
        if exchange is not None:
            records = warc_records(exchange, self._surroundings.now())
            request.meta[CAPTURE] = Captured(
                digest=await asyncio.to_thread(self._blobs.put_all, records),
                address=exchange.address,
                seen_at=exchange.began_at,
                proxy=exchange.proxy,
            )
        return response
