"""Keys of search engines: put on a request at the last moment, and kept in nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from scrapy.exceptions import NotConfigured

from crawlers.discovery.queries import asked_by
from crawlers.leasing import LEASE
from crawlers.safety.handler import EXCHANGE
from crawlers.sightings import HOPS

if TYPE_CHECKING:
    from typing import Self

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawlers.capture.exchange import Exchange
    from crawlers.discovery.engines import Access
    from crawlers.plan import CrawlPlan

WITHHELD: Final = b"[key withheld]"
"""What a captured request has in a key's place."""


class KeyMiddleware:
    """Gives an engine's key to that engine alone, and takes it out of what is captured.

    It stands below the capture, next to the network. No redirect carries a key anywhere.
    """

    def __init__(self, plan: CrawlPlan) -> None:
        if plan.search is None or not plan.search.engines:
            raise NotConfigured("no search engine is asked")
        self._search = plan.search

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make it, as Scrapy does."""
        return cls(crawler.settings["MARQUE_PLAN"])

    def process_request(self, request: Request) -> None:
        """Put the key on."""
        access = self._asked(request)
        if access is not None and access.header is not None:
            name, said = access.header
            request.headers[name] = said

    def process_response(self, request: Request, response: Response) -> Response:
        """Take it off, and out of the record of what was sent."""
        self._withhold(request)
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:  # noqa: ARG002
        """Take it off what got no answer, or none to its end, likewise."""
        self._withhold(request)

    def _withhold(self, request: Request) -> None:
        access = self._asked(request)
        if access is None or access.header is None:
            return
        name, said = access.header
        request.headers.pop(name, None)
        exchange: Exchange | None = request.meta.get(EXCHANGE)
        if exchange is not None:
            kept = exchange.request.replace(said.encode(), WITHHELD)
            request.meta[EXCHANGE] = replace(exchange, request=kept)

    def _asked(self, request: Request) -> Access | None:
        """Return the engine that a request is for; None for all others."""
        lease: Any = request.meta.get(LEASE)
        asked = asked_by(lease.discovery) if lease is not None else None
        if asked is None or HOPS in lease.discovery.context:
            return None
        access = self._search.access(asked.via)
        if access is None or urlsplit(access.address)[:2] != urlsplit(request.url)[:2]:
            return None
        return access
