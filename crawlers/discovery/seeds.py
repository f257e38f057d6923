"""Where a crawl starts: at its addresses, its queries, and its sites' robots.txt for sitemaps."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from crawlers.discovery.asking import ROBOTS
from crawlers.discovery.queries import queries
from crawlers.discovery.ranks import priority_of
from crawlers.errors import ForbiddenScheme
from crawlers.frontier.contract import Discovery
from crawlers.links import canonical
from index.store import open_store

if TYPE_CHECKING:
    from crawlers.plan import CrawlPlan


def seeds(plan: CrawlPlan) -> list[Discovery]:
    """Return where the crawl starts. Raises `ForbiddenScheme` for what is no address.

    Queries are made from the registry, once a process: whoever opens the crawl again, queues the
    same ones, so that none is lost with a worker that was killed between.
    """
    found, priority = [], priority_of(plan.priority)
    for url in plan.urls:
        address = canonical(url)
        if address is None:
            raise ForbiddenScheme(f"{url} is no http(s) address")
        found.append(Discovery(url=address, priority=priority))
    if plan.sitemaps:
        roots = dict.fromkeys(urljoin(one.url, "/robots.txt") for one in found)
        found += [Discovery(url=url, role=ROBOTS, priority=priority + 1) for url in roots]
    return found + list(_queries(plan))


@lru_cache(maxsize=8)
def _queries(plan: CrawlPlan) -> tuple[Discovery, ...]:
    if plan.search is None:
        return ()
    records = open_store(plan.store).records
    asked = queries(records, plan.search, plan.channel)
    return tuple(one.discovery(plan.priority) for one in asked)
