"""Crawls and their browser: one for all crawls of a process that want it alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

from scrapy import Request, signals
from scrapy.http.request import NO_CALLBACK

from crawlers.beside import download
from crawlers.browser.network import CrawlNetwork, plain_headers
from crawlers.browser.pool import BrowserPool
from crawlers.browser.renderer import Renderer
from crawlers.browser.showing import Document
from crawlers.errors import RenderingFailed
from crawlers.outcomes import judge
from crawlers.spiders.pages import decode
from index.documents import Channel

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawlers.browser.options import BrowserOptions
    from crawlers.browser.snapshot import Snapshot
    from crawlers.plan import CrawlPlan


@dataclass(slots=True)
class _Shared:
    pool: BrowserPool
    crawls: int = 0


_POOLS: Final[dict[BrowserOptions, _Shared]] = {}
_RENDERERS: Final[WeakKeyDictionary[Crawler, Renderer]] = WeakKeyDictionary()


def renderer_of(crawler: Crawler) -> Renderer:
    """Return what shows a crawl's pages; the browser starts with the first of them.

    It ends with the last crawl that has asked for it. Raises `Unavailable` when there is none.
    """
    known = _RENDERERS.get(crawler)
    if known is not None:
        return known
    options = crawler.settings["MARQUE_PLAN"].browser
    shared = _POOLS.get(options)
    if shared is None:
        shared = _POOLS[options] = _Shared(BrowserPool(options))
    shared.crawls += 1

    async def leave() -> None:
        shared.crawls -= 1
        if not shared.crawls:
            _POOLS.pop(options, None)
            await shared.pool.close()

    crawler.signals.connect(leave, signal=signals.spider_closed, weak=False)
    renderer = Renderer(shared.pool, CrawlNetwork(crawler), options)
    _RENDERERS[crawler] = renderer
    return renderer


def document_of(response: Response) -> Document:
    """Return a response as a page to be shown."""
    headers = plain_headers(response)
    text = decode(response.body, headers.get("content-type", ""))
    return Document(url=response.url, text=text, headers=headers)


async def snapshot(
    crawler: Crawler, url: str, *, referrer: str | None = None, surfaces: bool = False
) -> Snapshot:
    """Ask for a page, as a crawl may, and show it: for one that was not shown when it matched.

    `surfaces`: its pictures are taken, too.

    Raises `RenderingFailed`, also when the server answers otherwise than with a page, `Unavailable`
    or what the download failed with.
    """
    plan: CrawlPlan = crawler.settings["MARQUE_PLAN"]
    headers = {"Referer": referrer} if referrer else None
    request = Request(url, headers=headers, callback=NO_CALLBACK, dont_filter=True)
    response = await download(crawler, request)
    if judge(response) is not None:
        raise RenderingFailed(f"the server answers {response.status}")
    return await renderer_of(crawler).render(
        document_of(response), plan.user_agent, surfaces=surfaces
    )


def wants_surfaces(plan: CrawlPlan) -> bool:
    """Whether a crawl's pages are looked at for the pictures that they draw."""
    return plan.channel in {Channel.COMICS, Channel.DOCUMENTS}
