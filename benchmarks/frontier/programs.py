"""The queues that are measured, each under the same four questions."""

from __future__ import annotations

import secrets
import time
from typing import TYPE_CHECKING, Protocol

import redis

from crawlers.frontier.contract import Budget, Discovery, Politeness
from crawlers.frontier.location import FrontierLocation, open_frontier

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from crawlers.frontier.contract import Lease
    from tests.redis import RedisNode

_AT_ONCE = Politeness(delay_s=0.0, concurrency=1_000_000)
_TTL_S = 3_600.0


class Program(Protocol):
    """A queue, new and empty."""

    def add(self, urls: Sequence[str]) -> None:
        """Queue what it has not met."""
        ...

    def lease(self, limit: int) -> int:
        """Have some handed out; return how many."""
        ...

    def finish(self) -> None:
        """Have done what was handed out last."""
        ...

    def size_bytes(self) -> int:
        """Return the memory or disk that it takes."""
        ...

    def cpu_s(self) -> float:
        """Return the processor time that it took so far, here and in its server."""
        ...


class Marque:
    """A frontier of Marque's, in a file or in Redis."""

    def __init__(self, folder: Path, node: RedisNode | None) -> None:
        self._file = folder / "frontier.db"
        self._node = node
        self._frontier = open_frontier(
            FrontierLocation(self._file, None if node is None else node.location)
        )
        self._crawl = secrets.token_hex(8)
        self._held: list[Lease] = []
        self._frontier.open(self._crawl, politeness=_AT_ONCE, budget=Budget())

    def add(self, urls: Sequence[str]) -> None:
        self._frontier.add(self._crawl, [Discovery(url=url, depth=1) for url in urls])

    def lease(self, limit: int) -> int:
        self._held = self._frontier.lease(self._crawl, worker="worker", limit=limit, ttl_s=_TTL_S)
        return len(self._held)

    def finish(self) -> None:
        for lease in self._held:
            self._frontier.ack(lease, [], size_bytes=1)

    def size_bytes(self) -> int:
        if self._node is not None:
            return used_memory(self._node)
        return sum(file.stat().st_size for file in self._file.parent.glob("frontier.db*"))

    def cpu_s(self) -> float:
        return cpu_s(self._node)


class ScrapyRedis:
    """scrapy-redis' own queue by priority and its filter of duplicates; it has no leases."""

    def __init__(self, node: RedisNode) -> None:
        from scrapy import Request, Spider  # noqa: PLC0415 - the peers are not always there
        from scrapy_redis.dupefilter import RFPDupeFilter  # noqa: PLC0415
        from scrapy_redis.queue import PriorityQueue  # noqa: PLC0415

        self._node = node
        self._request = Request
        server = redis.Redis.from_url(node.url)
        spider = Spider(name=secrets.token_hex(8))
        self._queue = PriorityQueue(server, spider, "%(spider)s:requests")
        self._seen = RFPDupeFilter(server, f"{spider.name}:dupefilter")

    def add(self, urls: Sequence[str]) -> None:
        for url in urls:
            request = self._request(url, meta={"depth": 1})
            if not self._seen.request_seen(request):
                self._queue.push(request)

    def lease(self, limit: int) -> int:
        return sum(self._queue.pop() is not None for _ in range(limit))

    def finish(self) -> None:
        """Do nothing: what was handed out is forgotten."""

    def size_bytes(self) -> int:
        return used_memory(self._node)

    def cpu_s(self) -> float:
        return cpu_s(self._node)


def used_memory(node: RedisNode) -> int:
    """Return what a server's data takes."""
    with redis.Redis.from_url(node.url) as client:
        return int(client.info("memory")["used_memory"])


def cpu_s(node: RedisNode | None) -> float:
    """Return the processor time of this process and, where there is one, of a server."""
    if node is None:
        return time.process_time()
    with redis.Redis.from_url(node.url) as client:
        told = client.info("cpu")
    return time.process_time() + float(told["used_cpu_user"]) + float(told["used_cpu_sys"])
