"""What a crawl may take, what it took, and what is left of it when it is forgotten."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from crawlers.frontier.contract import Budget, Discovery, Politeness
from index.errors import NotFound

if TYPE_CHECKING:
    from crawlers.frontier.contract import Frontier, Lease, Stats

PICTURE = Discovery(url="http://a.example/p.jpg", role="media")
MANY = 1_234


def begin(frontier: Frontier, budget: Budget | None = None, *, concurrency: int = 1000) -> None:
    politeness = Politeness(delay_s=0.0, concurrency=concurrency)
    frontier.open("crawl", politeness=politeness, budget=budget or Budget())


def some(count: int, host: str = "a.example") -> list[Discovery]:
    return [Discovery(url=f"http://{host}/{number}") for number in range(count)]


def take(frontier: Frontier, limit: int = 100, worker: str = "worker") -> list[Lease]:
    return frontier.lease("crawl", worker=worker, limit=limit, ttl_s=60.0)


def left(stats: Stats) -> tuple[int, int, int, int]:
    """Waiting, leased, done, over budget."""
    return stats.waiting, stats.leased, stats.done, stats.over_budget


def test_what_a_crawl_took_is_counted(frontier: Frontier) -> None:
    begin(frontier)
    frontier.add("crawl", [*some(3), PICTURE])
    first, second, third, picture = take(frontier)
    frontier.ack(first, [], size_bytes=1_000)
    frontier.ack(picture, [], size_bytes=5 * 2**40)
    frontier.nack(second, code="gone", reason="404", retry_in_s=None)
    frontier.nack(third, code="timeout", reason="", retry_in_s=None)
    stats = frontier.stats("crawl")
    assert (stats.pages, stats.media, stats.done, stats.dead) == (1, 1, 2, 2)
    assert stats.bytes == 5 * 2**40 + 1_000
    assert stats.failed == {"gone": 1, "timeout": 1}


def test_what_a_lost_lease_brought_is_not_counted(frontier: Frontier) -> None:
    begin(frontier)
    frontier.add("crawl", some(1))
    (lost,) = take(frontier)
    frontier.release("worker")
    (again,) = take(frontier)
    assert not frontier.ack(lost, [], size_bytes=7)
    assert frontier.ack(again, [], size_bytes=11)
    assert not frontier.ack(again, [], size_bytes=13)
    stats = frontier.stats("crawl")
    assert (stats.pages, stats.bytes) == (1, 11)


def test_when_the_bytes_are_spent_all_that_is_new_is_set_aside(frontier: Frontier) -> None:
    begin(frontier, Budget(max_bytes=100))
    frontier.add("crawl", [*some(5), PICTURE])
    first, second, third = take(frontier, 3)
    frontier.ack(first, [], size_bytes=99)
    assert left(frontier.stats("crawl")) == (3, 2, 1, 0)
    frontier.ack(second, [replace(PICTURE, url="http://b.example/"), *some(6)], size_bytes=1)
    assert left(frontier.stats("crawl")) == (0, 1, 2, 5)
    assert take(frontier) == []
    frontier.ack(third, some(7))
    stats = frontier.stats("crawl")
    assert left(stats) == (0, 0, 3, 6)
    assert stats.finished
    assert stats.next_due is None


def test_what_was_handed_out_before_is_tried_again_all_the_same(frontier: Frontier) -> None:
    begin(frontier, Budget(max_bytes=1))
    frontier.add("crawl", [*some(3), PICTURE])
    first, second, third = take(frontier, 3)
    frontier.ack(first, [], size_bytes=1)
    frontier.nack(second, code="timeout", reason="", retry_in_s=0.0)
    frontier.release("worker")
    again = {lease.discovery.url for lease in take(frontier)}
    assert again == {second.discovery.url, third.discovery.url}
    assert left(frontier.stats("crawl")) == (0, 2, 1, 1)


def test_when_the_time_is_over_all_that_is_new_is_set_aside(frontier: Frontier) -> None:
    begin(frontier, Budget(max_seconds=0.5))
    begun = time.time()
    frontier.add("crawl", [*some(2), *some(1, "slow.example"), PICTURE])
    frontier.block_host("http://slow.example/", seconds=3600.0)
    (lease,) = take(frontier, 1)
    assert frontier.stats("crawl").waiting == 3
    time.sleep(max(begun + 0.6 - time.time(), 0.0))
    assert take(frontier) == []
    assert left(frontier.stats("crawl")) == (0, 1, 0, 3)
    begin(frontier, Budget(max_seconds=0.5))  # opened again, it has no more time than before
    assert take(frontier) == []
    frontier.ack(lease, some(9))
    assert frontier.stats("crawl").finished


def test_stats_say_when_the_time_is_over(frontier: Frontier) -> None:
    begin(frontier, Budget(max_seconds=60.0))
    frontier.add("crawl", some(1))
    frontier.block_host("http://a.example/", seconds=3600.0)
    assert take(frontier) == []
    due = frontier.stats("crawl").next_due
    assert due is not None
    assert 50 < due - time.time() <= 60


def test_bytes_and_time_that_grew_let_in_what_was_over_them(frontier: Frontier) -> None:
    begin(frontier, Budget(max_bytes=1, max_depth=3))
    deep = Discovery(url="http://b.example/", depth=9)
    frontier.add("crawl", [*some(3), PICTURE])
    (lease,) = take(frontier, 1)
    frontier.ack(lease, [deep, replace(PICTURE, url="http://b.example/p", depth=9)], size_bytes=1)
    assert left(frontier.stats("crawl")) == (0, 0, 1, 5)
    begin(frontier, Budget(max_bytes=2, max_depth=3))
    assert left(frontier.stats("crawl")) == (4, 0, 1, 1)
    assert len(take(frontier)) == 4
    begin(frontier, Budget(max_pages=1))
    assert left(frontier.stats("crawl")) == (0, 4, 1, 1)
    begin(frontier)
    assert [lease.discovery for lease in take(frontier)] == [deep]


def test_many_pages_that_were_too_deep_come_back(frontier: Frontier) -> None:
    begin(frontier, Budget(max_depth=0))
    deep = [replace(one, depth=1 + number % 3) for number, one in enumerate(some(MANY))]
    frontier.add("crawl", deep)
    assert left(frontier.stats("crawl")) == (0, 0, 0, MANY)
    begin(frontier, Budget(max_depth=2))
    assert left(frontier.stats("crawl")) == (MANY * 2 // 3 + 1, 0, 0, MANY // 3)
    begin(frontier, Budget())
    assert frontier.stats("crawl").waiting == MANY
    begin(frontier, Budget(max_depth=0))
    assert frontier.stats("crawl").waiting == MANY


def test_a_crawl_delay_is_unlearnt(frontier: Frontier) -> None:
    begin(frontier)
    frontier.add("crawl", some(4))
    frontier.block_host("http://a.example/", seconds=0.0, crawl_delay_s=3600.0)
    frontier.block_host("http://a.example/", seconds=0.0, crawl_delay_s=0.0)
    assert len(take(frontier)) == 4


def test_a_forgotten_crawl_is_finished_and_keeps_its_counts(frontier: Frontier) -> None:
    begin(frontier)
    frontier.add("crawl", [*some(MANY), *some(3, "b.example"), PICTURE])
    done, dead, retried, held = take(frontier, 4)
    frontier.ack(done, [], size_bytes=5)
    frontier.nack(dead, code="gone", reason="404", retry_in_s=None)
    frontier.nack(retried, code="timeout", reason="", retry_in_s=3600.0)
    frontier.forget("crawl")
    for _ in range(2):
        stats = frontier.stats("crawl")
        assert left(stats) == (0, 0, 1, 0)
        assert (stats.pages, stats.bytes, stats.failed) == (1, 5, {"gone": 1})
        assert stats.finished
        assert stats.next_due is None
        assert [letter.discovery for letter in frontier.dead("crawl")] == [dead.discovery]
        assert not frontier.ack(held, some(5), size_bytes=5)
        assert not frontier.nack(held, code="x", reason="", retry_in_s=None)
        assert frontier.renew([held], ttl_s=60.0) == 0
        assert frontier.release("worker") == 0
        assert frontier.add("crawl", some(1, "c.example")) == 0
        assert take(frontier) == []
        assert frontier.workers("crawl") == []
        frontier.forget("crawl")
        begin(frontier, Budget(max_depth=9))


def test_forgetting_keeps_what_was_over_the_budget_in_the_counts(frontier: Frontier) -> None:
    begin(frontier, Budget(max_pages=1, max_depth=1))
    deep = Discovery(url="http://b.example/deep", depth=2)
    frontier.add("crawl", [*some(3), deep])
    (lease,) = take(frontier)
    frontier.ack(lease, [])
    frontier.forget("crawl")
    assert left(frontier.stats("crawl")) == (0, 0, 1, 3)


def test_a_forgotten_crawl_leaves_others_and_hosts_alone(frontier: Frontier) -> None:
    begin(frontier, concurrency=1)
    frontier.add("crawl", some(1))
    other = Politeness(delay_s=0.0, concurrency=1)
    frontier.open("other", politeness=other, budget=Budget())
    frontier.add("other", [*some(2), *some(1, "b.example")])
    assert len(take(frontier)) == 1
    elsewhere = frontier.lease("other", worker="worker", limit=9, ttl_s=60.0)
    assert [lease.discovery.url for lease in elsewhere] == ["http://b.example/0"]
    frontier.block_host("http://b.example/", seconds=3600.0)
    frontier.forget("crawl")
    frontier.ack(elsewhere[0], some(1, "b.example"))
    (freed,) = frontier.lease("other", worker="worker", limit=9, ttl_s=60.0)
    assert freed.discovery.url == "http://a.example/0"
    assert left(frontier.stats("other")) == (1, 1, 1, 0)


def test_an_unknown_crawl_cannot_be_forgotten(frontier: Frontier) -> None:
    with pytest.raises(NotFound):
        frontier.forget("nothing")
    with pytest.raises(NotFound):
        list(frontier.dead("nothing"))
