"""Downloads beside the frontier: what a leased URL needs besides itself, asked for like it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin

from scrapy.core.downloader import Downloader

from crawlers.leasing import leasing_of
from crawlers.outcomes import Moved, judge
from crawlers.pace import slot_of

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawlers.plan import CrawlPlan

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
