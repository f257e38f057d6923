"""A trial: one page asked for as a crawl would ask, with nothing of it stored."""

from __future__ import annotations

import asyncio
import tempfile
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from scrapy.crawler import Crawler

from crawlers.browser.crawls import document_of, renderer_of
from crawlers.browser.network import plain_headers
from crawlers.browser.pool import BrowserPool
from crawlers.browser.renderer import Renderer
from crawlers.browser.showing import Document
from crawlers.crawl import crawler_process, opened, result_of, scrapy_settings
from crawlers.errors import ForbiddenAddress
from crawlers.frontier.contract import Budget
from crawlers.profiles.errors import NotVisited
from crawlers.profiles.golden import SavedPage
from crawlers.profiles.picture import MARK, marked
from crawlers.spiders.base import MarqueSpider
from crawlers.worker_names import own_name
from index.contract import Query
from index.documents import Sighting
from index.store import StoreLocation, open_store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from scrapy.http import Response

    from crawlers.browser.options import BrowserOptions
    from crawlers.browser.shelf import Answer
    from crawlers.browser.snapshot import Snapshot
    from crawlers.frontier.contract import Discovery
    from crawlers.plan import CrawlPlan
    from crawlers.profiles.reading import Reading
    from crawlers.spiders.pages import Page


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A page that came, and how it looked where that was wanted."""

    page: SavedPage
    snapshot: Snapshot | None = None


class _TrialSpider(MarqueSpider):
    """Keeps the page that came; follows nothing."""

    name = "trial"
    reads: Callable[[SavedPage], Reading] | None
    """Where a picture is wanted: what reads the page, so that what it read can be marked."""
    trial: Trial | None = None

    async def parse(self, response: Response, **_: Any) -> AsyncIterator[Sighting | Discovery]:  # noqa: ANN401
        page = SavedPage(
            url=response.url,
            body=response.body,
            content_type=plain_headers(response).get("content-type", ""),
            at=datetime.now(ZoneInfo(self.plan.browser.time_zone)),
        )
        shown = None
        if self.reads is not None:
            document = replace(document_of(response), text=_marked(page, self.reads), marked=MARK)
            shown = await renderer_of(self.crawler).render(document, self.plan.user_agent)
        self.trial = Trial(page=page, snapshot=shown)
        nothing: list[Any] = []
        for item in nothing:
            yield item


def visited(plan: CrawlPlan, reads: Callable[[SavedPage], Reading] | None) -> Trial:
    """Ask for the one address of a plan, by all that crawls go by: robots.txt, pace, addresses.

    The frontier is the plan's own, so that other crawls of the host are reckoned with. `reads`:
    the page is shown, too, with what it reads of it marked. Can be called once in a process. Raises
    `NotVisited`, `ForbiddenScheme` or `StoreError`.
    """
    with tempfile.TemporaryDirectory(prefix="marque-trial-") as folder:
        store = StoreLocation(Path(folder))
        plan = replace(plan, store=store, budget=Budget(max_depth=0))
        frontier = opened(plan)
        process = crawler_process()
        crawler = Crawler(_TrialSpider, scrapy_settings(plan))
        task = process.crawl(crawler, examine=_unexamined, reads=reads)
        try:
            process.start()
        finally:
            frontier.release(own_name(plan.crawl_id))
            stats = frontier.stats(plan.crawl_id)
            frontier.forget(plan.crawl_id)
        result_of(crawler, task, stats)
        spider = crawler.spider
        if isinstance(spider, _TrialSpider) and spider.trial is not None:
            return spider.trial
        raise _why_not(store)


def shown(
    page: SavedPage, reads: Callable[[SavedPage], Reading], options: BrowserOptions
) -> Snapshot:
    """Show a saved page, with what is read of it marked; nothing is asked for.

    Raises `RenderingFailed`; `Unavailable` where there is no browser.
    """
    document = Document(url=page.url, text=_marked(page, reads), headers={}, marked=MARK)

    async def show() -> Snapshot:
        pool = BrowserPool(options)
        try:
            return await Renderer(pool, _NoNetwork(), options).render(document, "Marque")
        finally:
            await pool.close()

    return asyncio.run(show())


class _NoNetwork:
    """The network of a page that was saved: there is none."""

    async def fetch(self, *_: object) -> Answer:
        """Refuse."""
        raise ForbiddenAddress("a saved page asks for nothing")


def _marked(page: SavedPage, reads: Callable[[SavedPage], Reading]) -> str:
    reading = reads(page)
    there: Page | None = reading.page
    return marked(there, reading) if there is not None else page.page().text


async def _unexamined(sighting: Sighting) -> Sighting:
    return sighting


def _why_not(store: StoreLocation) -> NotVisited:
    found = open_store(store).records.find(Query(Sighting), limit=1).items
    failure = found[0].record.failure if found else None
    if failure is None:
        return NotVisited("interrupted", "the visit was broken off")
    return NotVisited(failure.code, failure.reason)
