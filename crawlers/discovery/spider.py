"""The spider of crawls that search: it reads lists, and leaves pages to their channels' spiders.

Results of queries, sitemaps and feeds say where to go. What is there is visited by the spider of
the crawl's channel, or of what its address has the form of; how far from a result, the search says.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from crawlers.discovery import feeds, sitemaps
from crawlers.discovery.asking import AS, RESULT, ROBOTS
from crawlers.discovery.queries import ROLE as QUERY_ROLE
from crawlers.discovery.queries import asked_by
from crawlers.discovery.ranking import Ranking
from crawlers.discovery.unchanged import Unchanged
from crawlers.frontier.contract import Discovery
from crawlers.leasing import LEASE, leasing_of
from crawlers.links import canonical, is_trap, same_site
from crawlers.spiders.base import TITLE, MarqueSpider
from crawlers.spiders.channels import spider_for
from crawlers.spiders.pages import Page
from index.documents import Channel, Sighting

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator

    from pydantic import JsonValue
    from scrapy.http import Response

    from crawlers.frontier.contract import Lease
    from crawlers.plan import CrawlPlan

SITEMAP: Final = "sitemap"
FEED: Final = "feed"
"""The roles of lists that are read here, beside queries and robots.txt."""
_OWN: Final = frozenset({QUERY_ROLE, ROBOTS, SITEMAP, FEED})
_NESTED: Final = "nested"
_GONE: Final = frozenset({401, 403, 404, 410})
_AT_ONCE: Final = 100
_FEEDS: Final = 'link[rel~="alternate" i][href]'
_FEED_TYPES: Final = ("rss", "atom", "feed+json")
_MOST_FEEDS: Final = 10


class DiscoveringSpider(MarqueSpider):
    """Reads queries' results, sitemaps and feeds; has channels' spiders visit all else."""

    name = "discovery"

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  Scrapy's signature
        super().__init__(*args, **kwargs)
        self._spiders: dict[Channel, MarqueSpider] = {}

    def takes(self, response: Response) -> bool:
        """Tell whether a response is a visit all the same; a robots.txt that isn't there is one."""
        found = response.meta[LEASE].discovery
        if found.role in _OWN:
            return found.role == ROBOTS and response.status in _GONE
        return self._spider_of(found).takes(response)

    def revealed(self, response: Response, lease: Lease, sighting: Sighting) -> Iterator[Discovery]:
        """Yield where what the examination found out leads, by the page's channel."""
        here = lease.discovery
        if here.role not in _OWN:
            for found in self._spider_of(here).revealed(response, lease, sighting):
                if (bounded := self._bounded(here, found)) is not None:
                    yield bounded

    async def parse(self, response: Response, **_: Any) -> AsyncIterator[Sighting | Discovery]:  # noqa: ANN401
        """Yield what was seen, then where it leads."""
        page = Page(response, response.meta[LEASE])
        here = page.lease.discovery
        if here.role in _OWN:
            yield await self.sighting(page)
            for number, found in enumerate(await asyncio.to_thread(self._read, page)):
                if not leasing_of(self.crawler).traps.hold(found):
                    yield found
                if number % _AT_ONCE == 0:
                    await asyncio.sleep(0)
            return
        lists = list(self._lists(page))
        async for item in self._spider_of(here).parse(response):
            bounded = item if isinstance(item, Sighting) else self._bounded(here, item)
            if bounded is not None:
                yield bounded
        for found in lists:
            yield found

    def _read(self, page: Page) -> list[Discovery]:
        """Return where a list leads: in a thread, since the store is asked and lists are long."""
        role = page.lease.discovery.role
        if role == QUERY_ROLE:
            return list(self._results(page))
        if role == ROBOTS:
            return list(self._named_in_robots(page))
        return list(self._listed(page))

    def _results(self, page: Page) -> Iterator[Discovery]:
        asked = asked_by(page.lease.discovery)
        if asked is not None:
            yield from self._ranking.results(page, asked)

    def _named_in_robots(self, page: Page) -> Iterator[Discovery]:
        named = sitemaps.sitemaps_in_robots(page.body) if page.response.status < 300 else []  # noqa: PLR2004
        urls = [canonical(url, page.url) for url in named or ["/sitemap.xml"]]
        for url in dict.fromkeys(filter(None, urls)):
            if same_site(url, page.url):
                yield self._list(page, url, SITEMAP)

    def _listed(self, page: Page) -> Iterator[Discovery]:
        """Return what a sitemap or feed names, on its own site; files also elsewhere."""
        body = sitemaps.unpacked(page.body)
        if feeds.is_feed(body):
            yield from self._of_feed(page, body)
            return
        places = [
            (url, one)
            for one in sitemaps.places_in(body)
            if (url := canonical(one.url, page.url)) and same_site(url, page.url)
        ]
        changed_by = {url: one.changed_by for url, one in places if one.changed_by}
        unchanged = self._unchanged.among(changed_by)
        for url, one in places:
            if url in unchanged or is_trap(url):
                continue
            if one.is_sitemap:
                if (nested := self._nested(page)) <= sitemaps.DEEPEST:
                    yield self._list(page, url, SITEMAP, {_NESTED: nested})
                continue
            yield self._page(page, url, one.title)
            for medium in filter(None, (canonical(file, page.url) for file in one.media)):
                yield self._medium(page, medium, one.title)

    def _of_feed(self, page: Page, body: bytes) -> Iterator[Discovery]:
        for entry in feeds.entries_in_feed(body):
            url = canonical(entry.url, page.url) if entry.url else None
            if url is not None and same_site(url, page.url) and not is_trap(url):
                yield self._page(page, url, entry.title)
            for file in filter(None, (canonical(one, page.url) for one in entry.enclosures)):
                yield self._medium(page, file, entry.title)

    def _lists(self, page: Page) -> Iterable[Discovery]:
        """Return the lists that a starting page is, or names: feeds, sitemaps, lists of feeds."""
        if not self.plan.sitemaps or page.lease.discovery.depth:
            return []
        body = sitemaps.unpacked(page.body)
        if feeds.is_feed(body) or sitemaps.is_sitemap(body):
            return list(self._listed(page))
        named = (canonical(url, page.url) for url in feeds.feeds_in_opml(body))
        urls = list(filter(None, named))
        if not urls and page.is_markup and not page.is_tangled:
            urls = _feeds_of(page)
        return [self._list(page, url, FEED) for url in urls]

    def _bounded(self, here: Discovery, item: Discovery) -> Discovery | None:
        """Return what a result led to, marked as such; None where that is too far away."""
        told = here.context.get(RESULT)
        if told is None:
            return item
        deepest = self.plan.search.depth if self.plan.search else 0
        if item.role != "media" and item.depth > deepest:
            return None
        return replace(item, context={**item.context, RESULT: told})

    def _spider_of(self, found: Discovery) -> MarqueSpider:
        told = found.context.get(RESULT)
        name = told.get(AS) if isinstance(told, dict) else None
        channel = Channel(name) if isinstance(name, str) else self.plan.channel
        known = self._spiders.get(channel)
        if known is None:
            known = spider_for(channel).from_crawler(self.crawler, examine=self.examine)
            known.plan = replace(self.plan, channel=channel)
            self._spiders[channel] = known
        return known

    def _list(
        self, page: Page, url: str, role: str, context: dict[str, JsonValue] | None = None
    ) -> Discovery:
        here = page.lease.discovery
        return Discovery(
            url=url,
            role=role,
            priority=here.priority,
            depth=here.depth + 1,
            referrer=page.url,
            context=context or {},
        )

    def _page(self, page: Page, url: str, title: str) -> Discovery:
        found = self._list(page, url, "page", {TITLE: title} if title else {})
        # What a list names is as near as the front page's links, however long the way through it.
        return replace(found, depth=1)

    def _medium(self, page: Page, url: str, title: str) -> Discovery:
        return replace(self._page(page, url, title), role="media")

    def _nested(self, page: Page) -> int:
        before = page.lease.discovery.context.get(_NESTED, 0)
        return before + 1 if isinstance(before, int) else 1

    @cached_property
    def _ranking(self) -> Ranking:
        return Ranking(leasing_of(self.crawler).store.records, self.plan)

    @cached_property
    def _unchanged(self) -> Unchanged:
        return Unchanged(leasing_of(self.crawler).store.records, self.plan.crawl_id)


def spider_of(plan: CrawlPlan) -> type[MarqueSpider]:
    """Return the spider of a plan: its channel's, unless there are lists to be read."""
    searches = plan.search is not None or plan.sitemaps
    return DiscoveringSpider if searches else spider_for(plan.channel)


def _feeds_of(page: Page) -> list[str]:
    """Return the feeds that a page names as its own."""
    found = []
    for element in page.tree.css(_FEEDS):
        kind = (element.attributes.get("type") or "").lower()
        if any(one in kind for one in _FEED_TYPES):
            url = page.link(element.attributes.get("href"))
            if url is not None and same_site(url, page.url):
                found.append(url)
    return list(dict.fromkeys(found))[:_MOST_FEEDS]
