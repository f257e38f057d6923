"""What a worker holds."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from scrapy import Request

from crawlers.frontier.contract import Budget, Discovery, Politeness
from crawlers.frontier.sqlite import SqliteFrontier
from crawlers.leases import Leases

if TYPE_CHECKING:
    from pathlib import Path

URLS = [Discovery(url=f"http://{number}.example/") for number in range(3)]


def test_leases_are_held_until_they_end(tmp_path: Path) -> None:
    asyncio.run(hold(tmp_path / "frontier.db"))


async def hold(path: Path) -> None:
    frontier = SqliteFrontier(path)
    frontier.open("crawl", politeness=Politeness(delay_s=0.0), budget=Budget())
    leases = Leases(frontier, "crawl", worker="worker", ttl_s=60.0)
    await leases.add(URLS)
    assert leases.changed.is_set()
    done, given_up, vanished = await leases.take(10)
    requests = [Request(lease.discovery.url) for lease in (done, given_up)]
    for lease, request in zip((done, given_up), requests, strict=True):
        leases.follow(lease, request)
    leases.changed.clear()
    assert await leases.finish(done, [])
    assert leases.changed.is_set()
    await leases.renew()
    assert leases.held == 1
    (again,) = await leases.take(10)
    assert again.discovery == vanished.discovery
    assert again.attempt == 2
    await leases.give_back(given_up, code="x", reason="", retry_in_s=None)
    await leases.release()
    stats = frontier.stats("crawl")
    assert (stats.waiting, stats.leased, stats.done, stats.dead) == (1, 0, 1, 1)


def test_a_page_of_very_many_links_loses_none(tmp_path: Path) -> None:
    asyncio.run(lead_far(tmp_path / "frontier.db"))


async def lead_far(path: Path) -> None:
    frontier = SqliteFrontier(path)
    frontier.open("crawl", politeness=Politeness(delay_s=0.0), budget=Budget())
    leases = Leases(frontier, "crawl", worker="worker", ttl_s=60.0)
    for number, count in enumerate((0, 1, 999, 1000, 2001)):
        await leases.add([Discovery(url=f"http://{number}.example/")])
        (lease,) = await leases.take(1)
        found = [Discovery(url=f"http://a.example/{number}/{page}") for page in range(count)]
        frontier.block_host("http://a.example/", seconds=3600.0)
        assert await leases.finish(lease, found)
    await leases.release()
    stats = frontier.stats("crawl")
    assert (stats.waiting, stats.done) == (4001, 5)
