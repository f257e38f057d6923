"""The browser's only way to the network: the crawl's own, with all that it checks and keeps."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, Protocol

from scrapy import Request
from scrapy.core.downloader import Downloader
from scrapy.http.request import NO_CALLBACK

from crawlers.beside import MOST_HOPS, download, moved_to
from crawlers.browser.requisites import refusal
from crawlers.browser.shelf import Answer, Shelf
from crawlers.capture.middleware import CAPTURE
from crawlers.errors import ForbiddenAddress
from crawlers.frontier.hosts import host_of
from crawlers.robots import NEEDS_NO_LEAVE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawlers.browser.requisites import Asking
    from crawlers.plan import CrawlPlan

SLOT: Final = "requisites"
"""Scrapy's download slot for what pages ask of other hosts than their own."""

_PATIENCE_S = 15.0
_OUR_OWN = frozenset({"host", "connection", "content-length", "accept-encoding", "user-agent"})
# What was taken off the body, and what would only have the browser ask for more.
_TAKEN_OFF = frozenset(
    {
        *("content-encoding", "content-length", "transfer-encoding", "connection", "keep-alive"),
        *("link", "alt-svc", "report-to", "reporting-endpoints", "nel", "speculation-rules"),
    }
)


class Network(Protocol):
    """What gets a page's requisites."""

    async def fetch(
        self, asking: Asking, headers: Mapping[str, str], body: bytes | None, page_url: str
    ) -> Answer:
        """Return the answer; raises what the download failed with."""
        ...


class CrawlNetwork:
    """Has requests made by Scrapy's engine, in the crawl that the page belongs to.

    So addresses are checked, sizes bounded and exchanges captured as for any page. Frames ask
    robots.txt. The page's own host is asked no faster than the crawl may ask it, and the frontier
    knows.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._plan: CrawlPlan = crawler.settings["MARQUE_PLAN"]
        self._shelf = Shelf()

    async def fetch(
        self, asking: Asking, headers: Mapping[str, str], body: bytes | None, page_url: str
    ) -> Answer:
        """Return the answer at the end of its redirects. Raises `ForbiddenAddress` and others."""
        kept = self._shelf.find(asking.kind, asking.url)
        if kept is not None and asking.method == "GET":
            return kept
        url = asking.url
        for _ in range(MOST_HOPS + 1):
            request = self._request(asking, url, headers, body)
            response = await self._download(request, page_url)
            there = moved_to(response)
            if there is None or asking.method == "POST":
                break
            url = there
            self._check(asking, url, page_url)
        answer = _answer(request, response)
        if asking.method == "GET":
            self._shelf.keep(asking.kind, asking.url, answer)
        return answer

    def _request(
        self, asking: Asking, url: str, headers: Mapping[str, str], body: bytes | None
    ) -> Request:
        meta: dict[str, Any] = {
            "download_timeout": _PATIENCE_S,
            "download_maxsize": self._plan.browser.requisite_bytes,
        }
        if not asking.navigates:
            meta[NEEDS_NO_LEAVE] = True
        return Request(
            url,
            method=asking.method,
            headers={
                name: value
                for name, value in headers.items()
                if name not in _OUR_OWN and not name.startswith(("sec-", ":"))
            },
            body=body or b"",
            meta=meta,
            callback=NO_CALLBACK,
            dont_filter=True,
        )

    async def _download(self, request: Request, page_url: str) -> Response:
        if host_of(request.url) == host_of(page_url):
            return await download(self._crawler, request)
        request.meta[Downloader.DOWNLOAD_SLOT] = SLOT
        response: Response = await self._crawler.engine.download_async(request)
        return response

    def _check(self, asking: Asking, url: str, page_url: str) -> None:
        """Look at where a redirect leads as at the request itself."""
        if (why := refusal(replace(asking, url=url), page_url, self._plan.browser)) is not None:
            raise ForbiddenAddress(f"redirected to {url[:300]}: {why}")


def plain_headers(response: Response) -> dict[str, str]:
    """Return headers as Playwright has them, without those that are not the browser's business."""
    headers: dict[str, str] = {}
    for name, values in response.headers.items():
        low = name.decode("latin-1").lower()
        if low not in _TAKEN_OFF:
            joint = "\n" if low == "set-cookie" else ", "
            headers[low] = joint.join(value.decode("latin-1") for value in values)
    return headers


def _answer(request: Request, response: Response) -> Answer:
    captured = request.meta.get(CAPTURE)
    return Answer(
        status=response.status,
        headers=plain_headers(response),
        body=response.body,
        capture=captured.digest if captured else None,
    )
