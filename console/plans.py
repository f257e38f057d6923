"""Plans: what a crawl's record and the settings together say of how it is crawled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from crawlers.frontier.contract import Budget, Politeness
from crawlers.frontier.location import FrontierLocation
from crawlers.plan import CrawlPlan
from index.documents import Assignment

if TYPE_CHECKING:
    from console.cli.house import House
    from index.documents import Crawl, Target

_FRONTIER_FILE: Final = "frontier.db"


def frontier_of(house: House) -> FrontierLocation:
    """Return where the settings keep the frontier."""
    return FrontierLocation(house.settings.data / _FRONTIER_FILE)


def terms_of(target: Target) -> dict[str, Any]:
    """Return the terms of a target's crawls: all of its `Assignment` but where and what it is."""
    names = set(Assignment.model_fields) - {"id", "urls", "channel"}
    return {name: getattr(target, name) for name in names}


def plan_of(house: House, crawl: Crawl, *, jobs: int) -> CrawlPlan:
    """Turn a crawl's record into a plan."""
    settings = house.settings
    return CrawlPlan(
        crawl_id=crawl.id,
        channel=crawl.channel,
        urls=crawl.urls,
        store=house.location,
        frontier=frontier_of(house),
        user_agent=house.user_agent,
        allow=frozenset(crawl.allow),
        politeness=Politeness(delay_s=crawl.delay_s, concurrency=settings.crawl.concurrency),
        budget=Budget(max_pages=crawl.max_pages, max_depth=crawl.max_depth),
        ignore_robots_because=crawl.ignore_robots_because,
        jobs=jobs,
        lease_s=settings.crawl.lease_s,
        match_threshold=settings.match_threshold,
        max_body_bytes=settings.crawl.max_body_bytes,
        examination=house.limits,
    )
