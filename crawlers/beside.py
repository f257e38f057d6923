"""Downloads beside the frontier: what a leased URL needs besides itself, asked for like it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urljoin

from scrapy.core.downloader import Downloader

from crawlers.browser.snapshot import SHOWN
from crawlers.capture.middleware import CAPTURE
from crawlers.leasing import leasing_of
from crawlers.links import canonical
from crawlers.outcomes import REDIRECTS, Moved, Refusal, judge
from crawlers.pace import slot_of

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawlers.plan import CrawlPlan
    from crawlers.spiders.pages import Page

MOST_HOPS: Final = 5
"""Redirects that are followed: browsers would follow more, but nothing of use is so far away."""


async def download(crawler: Crawler, request: Request) -> Response:
    """Have a crawl's engine make a request, in its host's line of visits; the frontier is told.

    robots.txt, addresses, sizes and capture hold as they do for visits. Raises what the download
    fails with.
    """
    plan: CrawlPlan = crawler.settings["MARQUE_PLAN"]
    request.meta[Downloader.DOWNLOAD_SLOT] = slot_of(request.url)
    if delay_s := plan.politeness.delay_s:
        await leasing_of(crawler).leases.block_host(request.url, seconds=delay_s)
    response: Response = await crawler.engine.download_async(request)
    return response


def moved_to(response: Response) -> str | None:
    """Return where a response sends on to, joined to its own address; None where it doesn't."""
    moved = judge(response)
    return urljoin(response.url, moved.location) if isinstance(moved, Moved) else None


async def followed(crawler: Crawler, request: Request, told: list[dict[str, Any]]) -> Response:
    """Make a request; one without a body is made again where it is redirected to.

    `told` gets each with its status and what was captured, as records have them. Raises what a
    download fails with.
    """
    for _ in range(MOST_HOPS + 1):
        response = await download(crawler, request)
        told.append(told_of(request, response))
        there = moved_to(response)
        if there is None or request.body:
            break
        request = request.replace(url=there)
    return response


def told_of(request: Request, response: Response) -> dict[str, Any]:
    """Return what records have of a request that was answered."""
    return {
        "url": request.url,
        "method": request.method,
        "status": response.status,
        "capture": capture_of(request),
    }


def capture_of(request: Request) -> str | None:
    """Return the digest of what was captured of a request."""
    captured = request.meta.get(CAPTURE)
    return captured.digest if captured else None


async def leave_alone(crawler: Crawler, url: str, refusal: Refusal) -> None:
    """Leave a host alone for as long as it asked, or seems, to want peace."""
    if refusal.host_busy_s is not None:
        plan: CrawlPlan = crawler.settings["MARQUE_PLAN"]
        pause_s = refusal.host_busy_s or plan.patience.base_s
        await leasing_of(crawler).leases.block_host(url, seconds=pause_s)


def is_there(page: Page, method: str, url: str) -> bool:
    """Tell whether what would be asked for is a page as it was fetched, not as it was shown."""
    response = page.response
    return (
        method == "GET"
        and canonical(url) == page.url
        and response.status not in REDIRECTS
        and SHOWN not in response.meta
    )
