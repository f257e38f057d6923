"""Shows pages that need it in the browser, and hands on what they were then."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog
from scrapy.exceptions import NotConfigured
from scrapy.http import HtmlResponse

from crawlers.browser.challenge import is_challenge
from crawlers.browser.choice import Choice, gains
from crawlers.browser.crawls import document_of, renderer_of, wants_surfaces
from crawlers.browser.looking import look
from crawlers.browser.snapshot import SHOWN, Shown, keep, played_in
from crawlers.browser.suspicion import suspicion
from crawlers.errors import Challenged, RenderingFailed
from crawlers.leasing import LEASE
from crawlers.outcomes import judge
from crawlers.spiders.pages import Page
from index.documents import Failure, Rendering
from index.sites import site_of
from index.store import open_store

if TYPE_CHECKING:
    from typing import Self

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawlers.browser.showing import Document
    from crawlers.browser.snapshot import Snapshot
    from crawlers.frontier.contract import Lease
    from crawlers.plan import CrawlPlan

log = structlog.get_logger()


class BrowserMiddleware:
    """Puts the page as it was shown in place of the one that was downloaded.

    What was downloaded stays the capture. A page that can't be shown is handed on as it came, with
    the reason; one that is nothing but a test raises `Challenged`. Raises `Unavailable` without a
    browser, for the crawl would miss what it was to find.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._plan: CrawlPlan = crawler.settings["MARQUE_PLAN"]
        if self._plan.render is Rendering.NEVER:
            raise NotConfigured("pages are not to be shown")
        self._renderer = renderer_of(crawler)
        self._choice = Choice(self._plan.render)
        self._blobs = open_store(self._plan.store).blobs

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make it, as Scrapy does."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Forget what an earlier try left in the meta."""
        request.meta.pop(SHOWN, None)

    async def process_response(self, request: Request, response: Response) -> Response:
        """Show what is a page and wants it."""
        lease: Lease | None = request.meta.get(LEASE)
        if lease is None or lease.discovery.role == "media" or judge(response) is not None:
            return response
        if not Page(response, lease).is_markup:
            return response
        document = document_of(response)
        if is_challenge(document.text, document.url):
            raise Challenged("a test stands in place of the page")
        site, looks = site_of(document.url), suspicion(document.text, document.url)
        if not self._choice.wants(site, looks):
            return response
        gained: bool | None = None
        try:
            snapshot = await self._renderer.render(
                document, self._plan.user_agent, surfaces=wants_surfaces(self._plan)
            )
            gained = _gained(document, snapshot)
        except RenderingFailed as error:
            log.warning("page_not_rendered", url=document.url, reason=error.reason)
            failure = Failure(code=error.code, reason=error.reason)
            request.meta[SHOWN] = Shown(failure=failure)
            return response
        finally:
            self._choice.learn(site, looks, gained=gained)
        return await self._in_place_of(request, response, snapshot)

    async def _in_place_of(
        self, request: Request, response: Response, snapshot: Snapshot
    ) -> Response:
        if is_challenge(snapshot.dom, snapshot.url):
            raise Challenged("a test comes up in place of the page")
        request.meta[SHOWN] = await asyncio.to_thread(keep, snapshot, self._blobs)
        headers = response.headers.copy()
        headers["Content-Type"] = "text/html; charset=utf-8"
        return HtmlResponse(
            response.url,
            status=response.status,
            headers=headers,
            body=snapshot.dom.encode("utf-8", "replace"),
            encoding="utf-8",
            request=request,
            ip_address=response.ip_address,
            certificate=response.certificate,
            protocol=response.protocol,
        )


def _gained(document: Document, snapshot: Snapshot) -> bool:
    before, after = look(document.text, document.url), look(snapshot.dom, document.url)
    drawn = any(one.body for one in snapshot.surfaces)
    return bool(snapshot.left_for or played_in(snapshot)) or drawn or gains(before, after)
