"""Plans: what a crawl's record and the settings together say of how it is crawled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crawlers.browser.options import BrowserOptions
from crawlers.discovery.engines import access
from crawlers.discovery.queries import MOST_QUERIES, Search
from crawlers.discovery.templates import template
from crawlers.errors import UnknownProxy
from crawlers.frontier.contract import Budget, Politeness
from crawlers.frontier.location import FrontierLocation
from crawlers.frontier.redis.location import RedisLocation
from crawlers.plan import CrawlPlan, Patience
from crawlers.safety.proxies import Proxy

if TYPE_CHECKING:
    from pathlib import Path

    from console.cli.house import House
    from crawlers.discovery.engines import Access
    from index.documents import Assignment, Crawl

_FRONTIER_FILE: Final = "frontier.db"
_PROFILES: Final = "profiles"


def frontier_of(house: House) -> FrontierLocation:
    """Return where the settings keep the frontier."""
    said = house.settings
    file = said.data / _FRONTIER_FILE
    if not said.redis_url:
        return FrontierLocation(file)
    redis = RedisLocation(
        said.redis_url,
        prefix=said.redis_prefix,
        user=said.redis_user,
        password=said.redis_password.get_secret_value(),
        ca_certs=said.redis_ca_certs,
        patience_s=said.redis_patience_s,
    )
    return FrontierLocation(file, redis)


def proxy_of(house: House, name: str) -> Proxy | None:
    """Return the proxy of a name; None for the empty one. Raises `UnknownProxy`."""
    if not name:
        return None
    known = house.settings.crawl.proxies
    if name not in known:
        raise UnknownProxy(f"no proxy {name} in the settings (crawl.proxies)")
    return Proxy.parse(name, known[name].get_secret_value())


def access_of(house: House, engine: str) -> Access:
    """Return how a search engine is reached. Raises `UnknownEngine` or `EngineNotSet`."""
    said = house.settings.search
    key = said.keys[engine].get_secret_value() if engine in said.keys else ""
    return access(
        engine, address=said.addresses.get(engine, ""), key=key, id=said.ids.get(engine, "")
    )


def search_of(house: House, said: Assignment, *, turn: int = 0) -> Search | None:
    """Return what an assignment searches; None where it doesn't. Raises `DiscoveryError`.

    Half of its pages, at most, are for queries: the rest is for what these find.
    """
    if not said.searches:
        return None
    most = MOST_QUERIES if said.max_pages is None else max(1, said.max_pages // 2)
    return Search(
        templates=tuple(template(one) for one in said.searches if _is_template(one)),
        engines=tuple(access_of(house, one) for one in said.searches if not _is_template(one)),
        works=said.search_works,
        key_works=said.key_works,
        pages=said.search_pages,
        depth=said.search_depth,
        turn=turn,
        most_queries=min(most, MOST_QUERIES),
    )


def _is_template(text: str) -> bool:
    return "{" in text or "://" in text


def profiles_of(house: House) -> Path:
    """Return the administrator's folder of site profiles, be it there or not."""
    return house.settings.crawl.profiles or house.settings.data / _PROFILES


def plan_of(house: House, crawl: Crawl, *, jobs: int) -> CrawlPlan:
    """Turn a crawl's record into a plan. Raises `UnknownProxy` or `DiscoveryError`."""
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
        budget=Budget(
            max_pages=crawl.max_pages,
            max_depth=crawl.max_depth,
            max_bytes=crawl.max_bytes,
            max_seconds=crawl.max_seconds,
        ),
        ignore_robots_because=crawl.ignore_robots_because,
        proxy=proxy_of(house, crawl.proxy),
        patience=Patience(tries=settings.crawl.tries, timeout_s=settings.crawl.timeout_s),
        jobs=jobs,
        lease_s=settings.crawl.lease_s,
        match_threshold=settings.match_threshold,
        max_body_bytes=settings.crawl.max_body_bytes,
        max_bodies_in_memory_bytes=settings.crawl.max_bodies_in_memory_bytes,
        examination=house.limits,
        render=crawl.render,
        browser=BrowserOptions(**settings.browser.model_dump()),
        priority=crawl.priority,
        search=search_of(house, crawl, turn=crawl.number),
        sitemaps=crawl.sitemaps,
        extractors=crawl.extractors,
        profiles=profiles_of(house),
        queued_as=crawl.queue,
    )
