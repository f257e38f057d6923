"""Several processes at one frontier, and what is left when one of them is killed."""

from __future__ import annotations

import os
import signal
import time
from typing import TYPE_CHECKING

from crawlers.frontier.contract import Budget, Discovery, Politeness

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.context import SpawnContext
    from multiprocessing.queues import Queue

    from crawlers.frontier.contract import Frontier

URLS = 300


def visit_all(opener: Callable[[], Frontier], worker: str, visited: Queue[list[str]]) -> None:
    """Lease and acknowledge until nothing is left; each URL of the tree leads to two more."""
    frontier = opener()
    seen = []
    while not frontier.stats("crawl").finished:
        for lease in frontier.lease("crawl", worker=worker, limit=4, ttl_s=60.0):
            number = int(lease.discovery.url.rpartition("/")[2])
            seen.append(lease.discovery.url)
            frontier.ack(lease, tree(2 * number + 1, 2 * number + 2))
    visited.put(seen)


def hold(opener: Callable[[], Frontier], holding: Queue[int], ttl_s: float) -> None:
    """Lease, say how many, and never end."""
    leases = opener().lease("crawl", worker="victim", limit=5, ttl_s=ttl_s)
    holding.put(len(leases))
    time.sleep(600)


def tree(*numbers: int) -> list[Discovery]:
    return [
        Discovery(url=f"http://{number % 7}.example/{number}")
        for number in numbers
        if number < URLS
    ]


def begin(
    opener: Callable[[], Frontier], urls: list[Discovery], concurrency: int = 100
) -> Frontier:
    frontier = opener()
    politeness = Politeness(delay_s=0.0, concurrency=concurrency)
    frontier.open("crawl", politeness=politeness, budget=Budget())
    frontier.add("crawl", urls)
    return frontier


def test_each_url_goes_to_one_process(
    opener: Callable[[], Frontier], processes: SpawnContext
) -> None:
    frontier = begin(opener, tree(0))
    visited: Queue[list[str]] = processes.Queue()
    workers = [
        processes.Process(target=visit_all, args=(opener, f"w{number}", visited))
        for number in range(3)
    ]
    for worker in workers:
        worker.start()
    seen = [url for _ in workers for url in visited.get(timeout=60)]
    for worker in workers:
        worker.join()
    assert sorted(seen) == sorted(one.url for one in tree(*range(URLS)))
    assert frontier.stats("crawl").done == URLS


def test_what_a_killed_process_held_comes_back(
    opener: Callable[[], Frontier], processes: SpawnContext
) -> None:
    frontier = begin(opener, tree(*range(5)))
    holding: Queue[int] = processes.Queue()
    victim = processes.Process(target=hold, args=(opener, holding, 3.0))
    victim.start()
    assert holding.get(timeout=60) == 5
    assert victim.pid is not None
    os.kill(victim.pid, signal.SIGKILL)
    victim.join()
    assert frontier.workers("crawl") == ["victim"]
    back: set[str] = set()
    until = time.monotonic() + 20
    while len(back) < 5 and time.monotonic() < until:
        back |= {
            lease.discovery.url
            for lease in frontier.lease("crawl", worker="next", limit=5, ttl_s=60.0)
        }
        time.sleep(0.02)
    assert back == {one.url for one in tree(*range(5))}


def test_what_a_killed_process_held_can_be_taken_back_at_once(
    opener: Callable[[], Frontier], processes: SpawnContext
) -> None:
    frontier = begin(opener, tree(*range(5)))
    holding: Queue[int] = processes.Queue()
    victim = processes.Process(target=hold, args=(opener, holding, 3600.0))
    victim.start()
    assert holding.get(timeout=60) == 5
    victim.kill()
    victim.join()
    assert frontier.lease("crawl", worker="next", limit=5, ttl_s=60.0) == []
    assert frontier.release("victim") == 5
    assert len(frontier.lease("crawl", worker="next", limit=5, ttl_s=60.0)) == 5
