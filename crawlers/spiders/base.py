"""What all spiders have in common: a visit is seen, kept and reported, then followed."""

from __future__ import annotations

import asyncio
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from scrapy import Spider
from scrapy.exceptions import UsageError

from crawlers.browser.snapshot import SHOWN, Shown
from crawlers.capture.middleware import CAPTURE, keep
from crawlers.discovery.ranks import inherited
from crawlers.frontier.contract import Discovery
from crawlers.leasing import LEASE, leasing_of
from crawlers.links import is_trap, same_site
from crawlers.media.stream import GATHERED
from crawlers.profiles.watch import Watch
from crawlers.sightings import sighting_of
from crawlers.spiders.kinship import kin_on
from crawlers.spiders.pages import Page
from crawlers.spiders.told import facts_on
from crawlers.spiders.tracing import shown_on

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
    from typing import Self

    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawlers.frontier.contract import Lease
    from crawlers.plan import CrawlPlan
    from index.documents import Sighting


TITLE: Final = "title"
"""Where a discovery's context has what it was called where it was found."""
LONGEST_TITLE: Final = 200
SHOWN_FACTS: Final = "shown"
"""Where it has what was shown of it there, each as `name:value`."""
_AT_ONCE = 100


class MarqueSpider(Spider):
    """Turns each response into a `Sighting`; where it leads, `discoveries` says.

    `examine` is what a sighting is examined by; the leasing awaits it.
    """

    plan: CrawlPlan
    examine: Callable[[Sighting], Awaitable[Sighting]]

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:  # noqa: ANN401
        """Make it, as Scrapy does; raises `UsageError` without a plan."""
        if crawler.settings["MARQUE_PLAN"] is None:
            raise UsageError("a crawl needs a plan: run `marque crawl` · 请使用 marque crawl")
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.plan = crawler.settings["MARQUE_PLAN"]
        return spider

    async def start(self) -> AsyncIterator[Any]:
        """Yield nothing: the frontier has the seeds."""
        nothing: list[Any] = []
        for item in nothing:
            yield item

    async def parse(self, response: Response, **_: Any) -> AsyncIterator[Sighting | Discovery]:  # noqa: ANN401
        """Yield what was seen, then where it leads."""
        page = Page(response, response.meta[LEASE], self.watch.reader)
        await self.watch.before(page)
        yield await self.sighting(page)
        await self.watch.after(page)
        if self._is_followed(page):
            leasing = leasing_of(self.crawler)
            traps, tally = leasing.traps, leasing.tally
            for number, discovery in enumerate(self.discoveries(page)):
                if traps.hold(discovery):
                    tally.trapped += 1
                else:
                    yield inherited(discovery, page.lease.discovery.priority)
                if number % _AT_ONCE == 0:
                    await asyncio.sleep(0)  # a page of endless links holds nobody up
            traps.visited(page, self.shows(page))
            for discovery in _left_for(page):
                yield discovery
        else:
            for discovery in self.listed(page):
                yield inherited(discovery, page.lease.discovery.priority)

    @cached_property
    def watch(self) -> Watch:
        """What reads pages by site profiles."""
        return Watch(self.plan, leasing_of(self.crawler).store.records)

    async def sighting(self, page: Page) -> Sighting:
        """Keep the body and say what was seen."""
        payload = await keep(self.crawler, page.body) if page.body else None
        return self.seen(
            page, media_type=page.media_type, size_bytes=len(page.body), payload=payload
        )

    def seen(
        self,
        page: Page,
        *,
        media_type: str,
        size_bytes: int,
        payload: str | None,
        gathered: str | None = None,
    ) -> Sighting:
        """Say what was seen, with what the page shows of those behind it."""
        meta = page.response.meta
        sighting = sighting_of(
            self.plan,
            page.lease,
            status=page.response.status,
            captured=meta.get(CAPTURE),
            media_type=media_type,
            title=page.title or str(page.lease.discovery.context.get(TITLE, "")),
            size_bytes=size_bytes,
            payload=payload,
            shown=meta.get(SHOWN),
        )
        return sighting.model_copy(
            update={
                "shown_facts": _shown_facts(page),
                "gathered": gathered or meta.get(GATHERED),
                "profile": page.reading.name,
                "profile_missing": page.reading.missing,
            }
        )

    def takes(self, response: Response) -> bool:  # noqa: ARG002  for spiders that can read more
        """Tell whether a response that points elsewhere, or to nothing, is a visit all the same."""
        return False

    def discoveries(self, page: Page) -> Iterable[Discovery]:
        """Return where a page of markup leads."""
        raise NotImplementedError

    def shows(self, page: Page) -> Iterable[str]:  # noqa: ARG002  for spiders that see more
        """Return what a page shows that isn't in its markup: for as long as it is new, no trap."""
        return ()

    def listed(self, page: Page) -> Iterable[Discovery]:  # noqa: ARG002  for spiders that know lists
        """Return where a body leads that isn't followed as a page: a list, a feed, an index."""
        return ()

    def revealed(
        self,
        response: Response,  # noqa: ARG002  for spiders that go on from what was found out
        lease: Lease,  # noqa: ARG002
        sighting: Sighting,  # noqa: ARG002
    ) -> Iterable[Discovery]:
        """Return where what the examination found out leads: the codes in a picture for one."""
        return ()

    def _is_followed(self, page: Page) -> bool:
        return page.is_markup and page.lease.discovery.role != "media"


def titled(title: str) -> dict[str, Any]:
    """Return the context of a discovery that is called so where it was found; none for ""."""
    return {TITLE: title[:LONGEST_TITLE]} if title else {}


def _shown_facts(page: Page) -> tuple[str, ...]:
    """Return what the way here said of it, then what the page says itself."""
    told = page.lease.discovery.context.get(SHOWN_FACTS, [])
    before = [str(one) for one in told] if isinstance(told, list) else []
    legible = page.is_markup and not page.is_tangled
    here = (*facts_on(page, shown_on(page)), *kin_on(page)) if legible else ()
    return tuple(dict.fromkeys((*before, *here)))


def played_on(page: Page) -> tuple[str, ...]:
    """Return the media that a page's scripts asked for when it was shown."""
    request = page.response.request
    shown: Shown = request.meta.get(SHOWN, Shown()) if request is not None else Shown()
    return tuple(filter(None, map(page.link, shown.played)))


def _left_for(page: Page) -> Iterator[Discovery]:
    """Return where a page's scripts went, when it was shown: in its place, as by a redirect."""
    here = page.lease.discovery
    shown: Shown = page.response.meta.get(SHOWN, Shown())
    for url in shown.left_for:
        if same_site(url, page.url) and not is_trap(url):
            yield Discovery(
                url=url,
                role=here.role,
                priority=here.priority,
                depth=here.depth + 1,
                referrer=page.url,
                context=here.context,
            )
