"""Workers and Redis itself are killed in the midst: nothing is lost, no host is pressed."""

from __future__ import annotations

import random
import time
from collections import defaultdict
from itertools import count, pairwise
from typing import TYPE_CHECKING

import pytest

from crawlers.frontier.contract import Budget, Discovery, Politeness
from crawlers.frontier.location import FrontierLocation, open_frontier
from tests.redis import RedisNode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.context import SpawnContext, SpawnProcess
    from pathlib import Path

    from crawlers.frontier.contract import Frontier

URLS = 700
HOSTS = 20
DELAY_S = 0.05
LEASE_S = 2.0
WORKERS = 3
WORKERS_KILLED = 20
SERVERS_KILLED = 3


def work(opener: Callable[[], Frontier], worker: str, log: Path) -> None:
    """Visit until nothing is left, noting each visit as «number handed-out-at»."""
    frontier = opener()
    with log.open("a", buffering=1) as visits:
        while not frontier.stats("crawl").finished:
            for lease in frontier.lease("crawl", worker=worker, limit=8, ttl_s=LEASE_S):
                number = int(lease.discovery.url.rpartition("/")[2])
                visits.write(f"{number} {lease.expires_at - LEASE_S:.6f}\n")
                time.sleep(0.001)
                frontier.ack(lease, tree(3 * number + 1, 3 * number + 2, 3 * number + 3))
            time.sleep(0.005)


def tree(*numbers: int) -> list[Discovery]:
    return [
        Discovery(url=f"http://{number % HOSTS}.example/{number}")
        for number in numbers
        if number < URLS
    ]


class Crew:
    """Workers on one crawl; those that are killed are replaced."""

    def __init__(self, opener: Callable[[], Frontier], processes: SpawnContext, log: Path) -> None:
        self._opener, self._processes, self._log = opener, processes, log
        self._names = (f"w{number}" for number in count())
        self.frontier = opener()
        politeness = Politeness(delay_s=DELAY_S, concurrency=4)
        self.frontier.open("crawl", politeness=politeness, budget=Budget())
        self.frontier.add("crawl", tree(0))
        log.touch()
        self.workers: dict[str, SpawnProcess] = {}
        for _ in range(WORKERS):
            self._hire()

    def kill_one(self, *, seen: bool) -> None:
        """Kill -9 a worker; if it is `seen`, what it held is taken back, else its leases end."""
        name = random.choice([*self.workers])  # noqa: S311
        worker = self.workers.pop(name)
        worker.kill()
        worker.join()
        if seen:
            self.frontier.release(name)
        self._hire()

    def wait_for_visits(self, visits: int) -> None:
        while len(self._log.read_text().splitlines()) < visits:
            assert any(worker.is_alive() for worker in self.workers.values())
            time.sleep(0.01)

    def finish(self) -> dict[int, list[float]]:
        """Return when each URL was handed out, when all workers have ended in order."""
        for worker in self.workers.values():
            worker.join()
            assert worker.exitcode == 0
        handed: dict[int, list[float]] = defaultdict(list)
        for line in self._log.read_text().splitlines():
            number, at = line.split()
            handed[int(number)].append(float(at))
        return handed

    def _hire(self) -> None:
        name = next(self._names)
        arguments = (self._opener, name, self._log)
        self.workers[name] = self._processes.Process(target=work, args=arguments)
        self.workers[name].start()


def check(crew: Crew, handed: dict[int, list[float]]) -> None:
    assert sorted(handed) == list(range(URLS))
    stats = crew.frontier.stats("crawl")
    assert (stats.done, stats.dead, stats.waiting, stats.leased) == (URLS, 0, 0, 0)
    for host in range(HOSTS):
        times = sorted(at for number, ats in handed.items() for at in ats if number % HOSTS == host)
        assert min(later - sooner for sooner, later in pairwise(times)) > 0.9 * DELAY_S


def test_twenty_workers_are_killed(
    opener: Callable[[], Frontier], processes: SpawnContext, tmp_path: Path
) -> None:
    crew = Crew(opener, processes, tmp_path / "visits")
    for kill in range(WORKERS_KILLED):
        crew.wait_for_visits((1 + kill) * URLS // (WORKERS_KILLED + 5))
        crew.kill_one(seen=kill % 2 == 0)
    check(crew, crew.finish())


@pytest.fixture
def node() -> Iterator[RedisNode]:
    with RedisNode() as own:
        yield own


class OpenNode:
    """Opens the frontier on a server of one's own; can be sent to another process."""

    def __init__(self, node: RedisNode, folder: Path) -> None:
        self._location = FrontierLocation(folder / "frontier.db", node.location)

    def __call__(self) -> Frontier:
        return open_frontier(self._location)


@pytest.mark.parametrize("lost_bytes", [0, 30_000], ids=["killed", "without power"])
def test_redis_is_killed_three_times(
    node: RedisNode, processes: SpawnContext, tmp_path: Path, lost_bytes: int
) -> None:
    """Without power, the end of its append-only file is missing: here, some dozens of visits."""
    crew = Crew(OpenNode(node, tmp_path), processes, tmp_path / "visits")
    for kill in range(SERVERS_KILLED):
        crew.wait_for_visits((1 + kill) * URLS // (SERVERS_KILLED + 1))
        node.kill()
        node.lose(random.randint(lost_bytes // 2, lost_bytes))  # noqa: S311
        time.sleep(0.2)
        node.start()
        node.wait_for_new_file()
    handed = crew.finish()
    check(crew, handed)
    if lost_bytes:
        assert sum(map(len, handed.values())) > URLS
