"""What every frontier does."""

from __future__ import annotations

import time
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from crawlers.frontier.contract import Budget, Discovery, Politeness
from index.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Callable

    from crawlers.frontier.contract import Frontier, Lease

AT_ONCE = Politeness(delay_s=0.0, concurrency=1000)
NEVER_S = 3600.0


def begin(
    frontier: Frontier,
    crawl_id: str = "crawl",
    politeness: Politeness = AT_ONCE,
    budget: Budget | None = None,
) -> None:
    frontier.open(crawl_id, politeness=politeness, budget=budget or Budget())


def pages(*urls: str) -> list[Discovery]:
    return [Discovery(url=url) for url in urls]


def some(count: int, host: str = "a.example") -> list[Discovery]:
    return pages(*(f"http://{host}/{number}" for number in range(count)))


def take(frontier: Frontier, limit: int = 100, *, ttl_s: float = 60.0, crawl_id: str = "crawl",
         worker: str = "worker") -> list[Lease]:  # fmt: skip
    return frontier.lease(crawl_id, worker=worker, limit=limit, ttl_s=ttl_s)


def take_one(frontier: Frontier, *, patience_s: float = 5.0) -> Lease:
    """Lease one, waiting for its turn."""
    until = time.monotonic() + patience_s
    while time.monotonic() < until:
        for lease in take(frontier, 1):
            return lease
        time.sleep(0.005)
    pytest.fail("nothing came")


def urls(leases: list[Lease]) -> list[str]:
    return [lease.discovery.url for lease in leases]


def counts(frontier: Frontier, crawl_id: str = "crawl") -> tuple[int, int, int, int, int]:
    """Waiting, leased, done, dead, over budget."""
    stats = frontier.stats(crawl_id)
    return stats.waiting, stats.leased, stats.done, stats.dead, stats.over_budget


def test_a_discovery_comes_back_as_it_was(frontier: Frontier) -> None:
    begin(frontier)
    found = Discovery(
        url="http://a.example/%E7%AB%A0?a=1",
        role="chapter",
        priority=-7,
        depth=3,
        referrer="http://a.example/",
        context={"book": "红楼梦", "chapter": 12, "pages": [1, {"two": None}], "whole": True},
    )
    frontier.add("crawl", [found])
    (lease,) = take(frontier)
    assert lease.discovery == found
    assert (lease.crawl_id, lease.attempt) == ("crawl", 1)
    assert time.time() < lease.expires_at <= time.time() + 60


def test_a_url_is_queued_once(frontier: Frontier) -> None:
    begin(frontier)
    assert frontier.add("crawl", pages("http://a.example/", "http://a.example/")) == 1
    assert frontier.add("crawl", pages("http://a.example/")) == 0
    (lease,) = take(frontier)
    assert frontier.add("crawl", pages("http://a.example/")) == 0
    assert frontier.ack(lease, pages("http://a.example/"))
    assert counts(frontier) == (0, 0, 1, 0, 0)
    assert take(frontier) == []


def test_crawls_are_apart(frontier: Frontier) -> None:
    begin(frontier, "one")
    begin(frontier, "two")
    frontier.add("one", pages("http://a.example/"))
    frontier.add("two", pages("http://b.example/"))
    assert urls(take(frontier, crawl_id="two")) == ["http://b.example/"]
    assert counts(frontier, "one") == (1, 0, 0, 0, 0)


def test_an_unknown_crawl_is_named(frontier: Frontier) -> None:
    with pytest.raises(NotFound):
        frontier.stats("nothing")
    with pytest.raises(NotFound):
        frontier.add("nothing", [])


def test_opening_again_goes_on(opener: Callable[[], Frontier]) -> None:
    first = opener()
    begin(first)
    first.add("crawl", some(3))
    (lease, *_) = take(first, 1)
    first.ack(lease, some(5))
    second = opener()
    begin(second)
    assert counts(second) == (4, 0, 1, 0, 0)
    assert second.add("crawl", some(5)) == 0


def test_a_finished_crawl_says_so(frontier: Frontier) -> None:
    begin(frontier)
    assert frontier.stats("crawl").finished
    frontier.add("crawl", some(1))
    assert not frontier.stats("crawl").finished
    (lease,) = take(frontier)
    assert not frontier.stats("crawl").finished
    frontier.ack(lease, [])
    stats = frontier.stats("crawl")
    assert stats.finished
    assert stats.next_due is None


def test_ack_and_what_it_led_to_are_one(frontier: Frontier) -> None:
    begin(frontier)
    frontier.add("crawl", some(1))
    (lease,) = take(frontier)
    broken = [*some(5), replace(some(1)[0], context={"not": {1, 2}})]  # type: ignore[dict-item]
    with pytest.raises(TypeError):
        frontier.ack(lease, broken)
    assert counts(frontier) == (0, 1, 0, 0, 0)
    assert frontier.ack(lease, some(5))
    assert counts(frontier) == (4, 0, 1, 0, 0)


def test_higher_priority_comes_first_then_the_order_of_discovery(frontier: Frontier) -> None:
    begin(frontier)
    first, second, third, fourth = some(4)
    frontier.add("crawl", [first, second, replace(third, priority=5), replace(fourth, priority=-1)])
    assert urls(take(frontier)) == [one.url for one in (third, first, second, fourth)]


def test_hosts_take_turns(frontier: Frontier) -> None:
    begin(frontier)
    frontier.add("crawl", [*some(50, "big.example"), *some(3, "b.example"), *some(3, "c.example")])
    hosts = [url.split("/")[2] for url in urls(take(frontier, 9))]
    assert {host: hosts.count(host) for host in hosts} == {
        "big.example": 3,
        "b.example": 3,
        "c.example": 3,
    }


def test_the_host_whose_first_url_has_the_highest_priority_goes_first(frontier: Frontier) -> None:
    begin(frontier)
    ranks = {"low.example": -20, "none.example": 0, "high.example": 900, "next.example": 310}
    frontier.add(
        "crawl",
        [
            Discovery(url=f"http://{host}/{number}", priority=priority)
            for host, priority in ranks.items()
            for number in range(2)
        ],
    )
    frontier.add("crawl", [Discovery(url="http://none.example/urgent", priority=500)])
    assert urls(take(frontier, 9)) == [
        "http://high.example/0",
        "http://high.example/1",
        "http://none.example/urgent",
        "http://next.example/0",
        "http://next.example/1",
        "http://none.example/0",
        "http://none.example/1",
        "http://low.example/0",
        "http://low.example/1",
    ]


def test_a_host_that_waits_for_its_turn_lets_those_of_less_priority_go(frontier: Frontier) -> None:
    begin(frontier, politeness=Politeness(delay_s=NEVER_S, concurrency=1))
    first = [Discovery(url=f"http://high.example/{number}", priority=90) for number in range(2)]
    frontier.add("crawl", [*pages("http://low.example/"), *first])
    assert urls(take(frontier, 9)) == ["http://high.example/0", "http://low.example/"]


def test_a_budget_goes_to_what_has_the_highest_priority(frontier: Frontier) -> None:
    begin(frontier, budget=Budget(max_pages=2))
    found = [Discovery(url=f"http://{n}.example/", priority=10 * n) for n in (1, 4, 2, 5, 3)]
    frontier.add("crawl", found)
    assert urls(take(frontier, 9)) == ["http://5.example/", "http://4.example/"]
    assert counts(frontier) == (0, 2, 0, 0, 3)


def test_a_host_is_left_in_peace_between_requests(opener: Callable[[], Frontier]) -> None:
    workers = [opener(), opener()]
    begin(workers[0], politeness=Politeness(delay_s=0.2, concurrency=1000))
    workers[0].add("crawl", some(5))
    times: list[float] = []
    while len(times) < 5:
        for worker in workers:
            if leased := take(worker):
                times.append(leased[0].expires_at)
                assert len(leased) == 1
        time.sleep(0.002)
    gaps = [later - sooner for sooner, later in pairwise(times)]
    assert min(gaps) > 0.19


def test_stats_say_when_the_next_may_be_had(frontier: Frontier) -> None:
    begin(frontier, politeness=Politeness(delay_s=30.0, concurrency=10))
    frontier.add("crawl", some(2))
    due = frontier.stats("crawl").next_due
    assert due is not None
    assert due <= time.time()
    take(frontier, ttl_s=600.0)
    due = frontier.stats("crawl").next_due
    assert due is not None
    assert 25 < due - time.time() <= 30


def test_pace_holds_over_crawls_and_other_ports_are_other_hosts(frontier: Frontier) -> None:
    slow = Politeness(delay_s=60.0, concurrency=10)
    begin(frontier, "one", slow)
    begin(frontier, "two", slow)
    frontier.add("one", some(2))
    frontier.add("two", [*some(2), *some(1, "a.example:8080")])
    assert len(take(frontier, crawl_id="one")) == 1
    assert urls(take(frontier, crawl_id="two")) == ["http://a.example:8080/0"]


def test_no_more_than_so_many_at_once_over_two_workers(opener: Callable[[], Frontier]) -> None:
    one, two = opener(), opener()
    begin(one, politeness=Politeness(delay_s=0.0, concurrency=3))
    one.add("crawl", some(10))
    first, second = take(one, 2, worker="one"), take(two, 10, worker="two")
    assert (len(first), len(second)) == (2, 1)
    assert take(one) == take(two) == []
    one.ack(first[0], [])
    assert len(take(two)) == 1
    two.nack(second[0], code="x", reason="", retry_in_s=None)
    assert len(take(one)) == 1


def test_crawls_that_share_a_host_share_its_concurrency(frontier: Frontier) -> None:
    for crawl in ("one", "two"):
        begin(frontier, crawl, Politeness(delay_s=0.0, concurrency=1))
        frontier.add(crawl, some(3))
    (held,) = take(frontier, crawl_id="one", ttl_s=NEVER_S)
    assert take(frontier, crawl_id="two") == take(frontier, crawl_id="one") == []
    frontier.ack(held, [])
    due = frontier.stats("two").next_due
    assert due is not None
    assert due <= time.time()
    (held,) = take(frontier, crawl_id="two", ttl_s=NEVER_S)
    assert take(frontier, crawl_id="one") == []
    frontier.release("worker")
    assert len(take(frontier, crawl_id="one")) == 1


def test_a_lease_that_ends_is_handed_out_again_first(frontier: Frontier) -> None:
    begin(frontier)
    frontier.add("crawl", some(1))
    (lost,) = take(frontier, ttl_s=0.1)
    frontier.add("crawl", [replace(one, priority=9) for one in some(3)])
    time.sleep(0.11)
    again, *_ = take(frontier)
    assert again.discovery.url == lost.discovery.url
    assert again.token != lost.token
    assert again.attempt == 1


def test_leases_of_the_dead_do_not_count_as_under_way(frontier: Frontier) -> None:
    begin(frontier, politeness=Politeness(delay_s=0.0, concurrency=1))
    frontier.add("crawl", some(2))
    take(frontier, ttl_s=0.1)
    assert take(frontier) == []
    assert take_one(frontier).discovery.url.endswith("/0")


def test_what_a_lost_lease_led_to_is_kept(frontier: Frontier) -> None:
    begin(frontier)
    frontier.add("crawl", some(1))
    (lost,) = take(frontier, ttl_s=0.05)
    time.sleep(0.06)
    (again,) = take(frontier)
    assert not frontier.ack(lost, some(3))
    assert counts(frontier) == (2, 1, 0, 0, 0)
    assert not frontier.nack(lost, code="x", reason="", retry_in_s=None)
    assert frontier.ack(again, [])
    assert counts(frontier) == (2, 0, 1, 0, 0)
    assert not frontier.ack(again, [])


def test_a_lease_can_be_ended_late_while_nobody_else_has_it(frontier: Frontier) -> None:
    begin(frontier)
    frontier.add("crawl", some(1))
    (lease,) = take(frontier, ttl_s=0.0)
    assert frontier.ack(lease, [])


def test_leases_are_prolonged_while_they_are_held(frontier: Frontier) -> None:
    begin(frontier)
    frontier.add("crawl", some(2))
    leases = take(frontier, ttl_s=0.05)
    assert frontier.renew(leases, ttl_s=NEVER_S) == 2
    time.sleep(0.06)
    assert take(frontier) == []
    frontier.ack(leases[0], [])
    assert frontier.renew(leases, ttl_s=NEVER_S) == 1


def test_what_is_given_back_comes_again_after_its_time(frontier: Frontier) -> None:
    begin(frontier)
    frontier.add("crawl", some(1))
    (lease,) = take(frontier)
    assert frontier.nack(lease, code="timeout", reason="30 s", retry_in_s=0.2)
    assert counts(frontier) == (1, 0, 0, 0, 0)
    assert take(frontier) == []
    due = frontier.stats("crawl").next_due
    assert due is not None
    assert 0 < due - time.time() <= 0.2
    assert take_one(frontier).attempt == 2


def test_what_is_given_back_holds_nobody_up(frontier: Frontier) -> None:
    begin(frontier, politeness=Politeness(delay_s=0.0, concurrency=1))
    frontier.add("crawl", some(2))
    (lease,) = take(frontier)
    frontier.nack(lease, code="timeout", reason="", retry_in_s=NEVER_S)
    assert urls(take(frontier)) == ["http://a.example/1"]


def test_dead_letters_tell_why(frontier: Frontier) -> None:
    begin(frontier)
    frontier.add("crawl", some(3))
    for number, lease in enumerate(take(frontier)):
        frontier.nack(lease, code=f"c{number}", reason="because", retry_in_s=None)
    letters = list(frontier.dead("crawl"))
    assert [letter.discovery for letter in letters] == some(3)
    assert [(letter.code, letter.reason, letter.attempts) for letter in letters] == [
        ("c0", "because", 1),
        ("c1", "because", 1),
        ("c2", "because", 1),
    ]
    assert frontier.stats("crawl").finished
    assert frontier.add("crawl", some(3)) == 0


def test_a_blocked_host_is_not_asked_in_any_crawl(frontier: Frontier) -> None:
    begin(frontier, "one")
    begin(frontier, "two")
    for crawl in ("one", "two"):
        frontier.add(crawl, [*some(2), *some(1, "b.example")])
    frontier.block_host("http://a.example/whatever", seconds=NEVER_S)
    for crawl in ("one", "two"):
        assert urls(take(frontier, crawl_id=crawl)) == ["http://b.example/0"]
    begin(frontier, "three")
    frontier.add("three", some(1))
    assert take(frontier, crawl_id="three") == []


def test_a_block_ends(frontier: Frontier) -> None:
    begin(frontier)
    frontier.add("crawl", some(1))
    frontier.block_host("http://a.example/", seconds=0.1)
    assert take(frontier) == []
    assert take_one(frontier)


def test_a_crawl_delay_holds_from_the_last_request_on(frontier: Frontier) -> None:
    begin(frontier)
    frontier.add("crawl", some(5))
    assert len(take(frontier, 1)) == 1
    frontier.block_host("http://a.example/robots.txt", seconds=0.0, crawl_delay_s=0.2)
    assert take(frontier) == []
    take_one(frontier)
    assert take(frontier) == []
    frontier.block_host("http://a.example/", seconds=0.0)
    take_one(frontier)
    assert take(frontier) == []


def test_workers_are_named_and_what_they_held_is_taken_back(frontier: Frontier) -> None:
    begin(frontier)
    begin(frontier, "other")
    frontier.add("crawl", some(4))
    frontier.add("other", some(1, "b.example"))
    held = take(frontier, 2, worker="one:1:2")
    take(frontier, 1, worker="two:3:4")
    take(frontier, 1, worker="one:1:2", crawl_id="other")
    assert frontier.workers("crawl") == ["one:1:2", "two:3:4"]
    assert frontier.release("one:1:2") == 3
    assert frontier.workers("crawl") == ["two:3:4"]
    assert counts(frontier) == (3, 1, 0, 0, 0)
    assert urls(take(frontier, 2)) == urls(held)
    assert frontier.release("nobody") == 0


def test_a_url_that_costs_worker_after_worker_waits_longer_and_longer(frontier: Frontier) -> None:
    begin(frontier)
    frontier.add("crawl", some(1))
    for _ in range(3):
        assert len(take(frontier)) == 1
        frontier.release("worker")
    for wait_s in (1.0, 2.0):
        assert take(frontier) == []
        due = frontier.stats("crawl").next_due
        assert due is not None
        assert wait_s - 0.8 < due - time.time() <= wait_s
        time.sleep(due - time.time() + 0.05)
        assert len(take(frontier)) == 1
        frontier.release("worker")
    assert counts(frontier) == (1, 0, 0, 0, 0)


def test_pages_over_the_budget_are_set_aside_and_counted(frontier: Frontier) -> None:
    begin(frontier, budget=Budget(max_pages=3))
    frontier.add("crawl", some(2))
    first, second = take(frontier)
    picture = Discovery(url="http://a.example/p.jpg", role="media")
    frontier.ack(first, [*some(10), picture])
    assert len(take(frontier)) == 2
    assert counts(frontier) == (0, 3, 1, 0, 7)
    frontier.ack(second, some(12))
    assert counts(frontier) == (0, 2, 2, 0, 9)


def test_a_page_tried_again_is_not_another_page(frontier: Frontier) -> None:
    begin(frontier, budget=Budget(max_pages=1))
    frontier.add("crawl", some(3))
    (lease,) = take(frontier)
    frontier.nack(lease, code="timeout", reason="", retry_in_s=0.0)
    again = take_one(frontier)
    assert again.discovery == lease.discovery
    frontier.release("worker")
    assert urls(take(frontier)) == [lease.discovery.url]
    assert counts(frontier) == (0, 1, 0, 0, 2)


def test_too_deep_is_over_the_budget(frontier: Frontier) -> None:
    begin(frontier, budget=Budget(max_depth=1))
    deep = [replace(one, depth=number) for number, one in enumerate(some(4))]
    picture = Discovery(url="http://a.example/p.jpg", role="media", depth=2)
    frontier.add("crawl", [*deep, picture])
    assert len(take(frontier)) == 3
    assert counts(frontier) == (0, 3, 0, 0, 2)


def test_a_budget_that_grew_lets_in_what_was_over_it(frontier: Frontier) -> None:
    begin(frontier, budget=Budget(max_pages=1, max_depth=1))
    deep = Discovery(url="http://b.example/deep", depth=2)
    frontier.add("crawl", [*some(4), deep])
    assert len(take(frontier)) == 1
    assert counts(frontier) == (0, 1, 0, 0, 4)
    begin(frontier, budget=Budget(max_pages=3, max_depth=1))
    assert len(take(frontier)) == 2
    assert counts(frontier) == (0, 3, 0, 0, 2)
    begin(frontier, budget=Budget())
    assert len(take(frontier)) == 2
    assert counts(frontier) == (0, 5, 0, 0, 0)
