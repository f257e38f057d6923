"""What matched is photographed at once: tomorrow the page may be another, or gone."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import TYPE_CHECKING

import structlog

from crawlers.browser.crawls import document_of, renderer_of, snapshot
from crawlers.browser.locate import chromium_path
from crawlers.browser.snapshot import Shown, keep
from crawlers.outcomes import explain
from crawlers.sightings import as_shown
from index.changing import change
from index.documents import Failure, Sighting, content_id
from index.errors import NotFound, Unavailable

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawlers.browser.snapshot import Snapshot
    from crawlers.plan import CrawlPlan
    from index.store import Store

log = structlog.get_logger()


class Witness:
    """Has the pages of matches shown and photographed, so many of a site in a crawl.

    Where there is no browser, the sightings say so.
    """

    def __init__(self, crawler: Crawler, store: Store) -> None:
        self._crawler = crawler
        self._plan: CrawlPlan = crawler.settings["MARQUE_PLAN"]
        self._store = store
        self._seen: set[str] = set()
        self._of_site: Counter[str] = Counter()

    async def testify(self, sighting: Sighting, response: Response, *, is_medium: bool) -> None:
        """Photograph the page of a sighting that matched: itself, or the one a medium stands on.

        A page that can't be shown costs nothing else. Raises `Unavailable` when the store is.
        """
        url = sighting.referrer if is_medium else sighting.url
        if url is None or not sighting.matches or sighting.screenshot is not None:
            return
        if url in self._seen or self._of_site[sighting.site] >= self._plan.browser.matches:
            return
        self._seen.add(url)
        self._of_site[sighting.site] += 1
        shown = await self._shown(url, None if is_medium else response)
        id = content_id("sighting", sighting.crawl_id, url)
        await asyncio.to_thread(self._note, id, shown)

    async def _shown(self, url: str, response: Response | None) -> Shown:
        try:
            chromium_path(self._plan.browser)
        except Unavailable as error:
            return Shown(failure=Failure(code="no_browser", reason=error.reason))
        try:
            taken = await self._snapshot(url, response)
        except Exception as error:  # noqa: BLE001  whatever a page does, it costs only its picture
            why = explain(error)
            log.warning("match_not_shown", url=url, code=why.code, reason=why.reason)
            return Shown(failure=Failure(code=why.code, reason=why.reason))
        return await asyncio.to_thread(keep, taken, self._store.blobs)

    async def _snapshot(self, url: str, response: Response | None) -> Snapshot:
        if response is None:
            return await snapshot(self._crawler, url)
        document = document_of(response)
        return await renderer_of(self._crawler).render(document, self._plan.user_agent)

    def _note(self, id: str, shown: Shown) -> None:
        def step(sighting: Sighting) -> tuple[Sighting, tuple[()]]:
            if sighting.screenshot is not None:
                return sighting, ()
            return as_shown(sighting, shown), ()

        try:
            change(self._store.records, Sighting, id, step)
        except NotFound:
            log.warning("match_without_page", sighting_id=id)
