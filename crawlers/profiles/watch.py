"""The watch of a crawl: pages are read by profiles, and what they lack is noticed as it goes."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from crawlers.metrics import PROFILE_PAGES
from crawlers.profiles.reader import Reader
from crawlers.profiles.shelf import open_shelf
from crawlers.profiles.standing import look, standings
from index.sites import site_of

if TYPE_CHECKING:
    from crawlers.plan import CrawlPlan
    from crawlers.spiders.pages import Page
    from index.contract import Records

_FIRST_LOOK: Final = 4


class Watch:
    """Looks whether profiles hold, at first after a few pages that lack something, then rarely."""

    def __init__(self, plan: CrawlPlan, records: Records) -> None:
        self._crawl_id = plan.crawl_id
        self._records = records
        self.shelf = open_shelf(plan.profiles)
        self._lacking: Counter[tuple[str, str]] = Counter()
        self.reader = Reader(self.shelf, ZoneInfo(plan.browser.time_zone))

    async def before(self, page: Page) -> None:
        """Learn what is known of a page's site, once. Raises `Unavailable`."""
        site = site_of(page.url)
        if page.is_markup and not self.reader.knows(site):
            known = await asyncio.to_thread(standings, self._records, site)
            self.reader.remember(site, frozenset(one.point.pages for one in known))

    async def after(self, page: Page) -> None:
        """Count a page whose sighting is under way. Raises `Unavailable`."""
        reading = page.reading
        if reading.profile is None:
            return
        outcome = "lacking" if reading.missing else "complete"
        PROFILE_PAGES.labels(reading.profile.name, outcome).inc()
        if not reading.missing:
            return
        key = (site_of(page.url), reading.name)
        self._lacking[key] += 1
        count = self._lacking[key]
        if count >= _FIRST_LOOK and count.bit_count() == 1:
            await asyncio.to_thread(look, self._records, self.shelf, self._crawl_id, *key)
