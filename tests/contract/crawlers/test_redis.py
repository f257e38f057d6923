"""What only the Redis frontier promises: its memory, its keys, its clock, and one answer a call."""

from __future__ import annotations

import json
import secrets
import time
from typing import TYPE_CHECKING

import pytest
import redis
from hypothesis import given
from hypothesis import strategies as st

from crawlers.frontier.contract import Budget, Discovery, Politeness
from crawlers.frontier.redis.bodies import arguments, digest, discovery_of
from crawlers.frontier.redis.clock import Clock
from crawlers.frontier.redis.frontier import RedisFrontier
from crawlers.frontier.redis.server import SCHEMA
from index.errors import IncompatibleData
from tests.redis import RedisNode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawlers.frontier.contract import Lease
    from crawlers.frontier.redis.location import RedisLocation

URLS = 20_000
HOUR_S = 3_600.0

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)
HOSTS = st.sampled_from(["a.example", "xn--fiq228c.example:8080", "[2001:db8::1]"])
ADDRESSES = st.builds("{}://{}/{}".format, st.sampled_from(["http", "https"]), HOSTS, st.text())


@pytest.fixture
def client(redis_url: str) -> Iterator[redis.Redis]:
    with redis.Redis.from_url(redis_url) as own:
        yield own


@pytest.fixture
def frontier(redis_location: RedisLocation) -> RedisFrontier:
    frontier = RedisFrontier(redis_location)
    begin(frontier)
    return frontier


@pytest.fixture(scope="module")
def node() -> Iterator[RedisNode]:
    with RedisNode() as own:
        yield own


def begin(frontier: RedisFrontier, delay_s: float = 0.0, budget: Budget | None = None) -> None:
    politeness = Politeness(delay_s=delay_s, concurrency=1000)
    frontier.open("crawl", politeness=politeness, budget=budget or Budget())


def some(count: int, hosts: int = 1) -> list[Discovery]:
    return [Discovery(url=f"http://{n % hosts}.example/{n}") for n in range(count)]


def take(frontier: RedisFrontier, limit: int = 100) -> list[Lease]:
    return frontier.lease("crawl", worker="worker", limit=limit, ttl_s=60.0)


def names(client: redis.Redis, pattern: str) -> set[str]:
    return {key if isinstance(key, str) else key.decode() for key in client.keys(pattern)}


def keys(client: redis.Redis, location: RedisLocation) -> set[str]:
    """Return the names of all keys, from where those of the deployment part."""
    root = location.root
    found = names(client, f"{{{location.prefix}}}*")
    assert all(key.startswith(root) for key in found)
    return {key.removeprefix(root) for key in found}


@given(url=ADDRESSES, referrer=st.none() | ADDRESSES, context=st.dictionaries(st.text(), JSON),
       role=st.sampled_from(["page", "chapter", "media"]), depth=st.integers(0, 99),
       priority=st.integers(-99, 99))  # fmt: skip
def test_a_discovery_is_packed_without_loss(**parts: object) -> None:
    discovery = Discovery(**parts)  # type: ignore[arg-type]
    known, host, kind, priority, depth, body = arguments([discovery])
    assert isinstance(host, bytes)
    assert isinstance(body, bytes)
    assert discovery_of(host, body, int(priority)) == discovery
    assert (known, depth) == (digest(discovery.url), discovery.depth)
    assert kind == ("media" if discovery.role == "media" else "page")


def test_a_body_is_small() -> None:
    url = "https://www.example.com/book/1234/chapter-56.html"
    (*_, body) = arguments([Discovery(url=url, depth=3, referrer="https://www.example.com/")])
    assert body == b'["s/book/1234/chapter-56.html",3,"page","s/"]'
    (*_, body) = arguments([Discovery(url=url)])
    assert body == b'["s/book/1234/chapter-56.html"]'


def test_an_answer_that_got_lost_is_given_again(frontier: RedisFrontier) -> None:
    frontier.add("crawl", some(5))
    asked = ("lease", "crawl", "worker", 2, 60_000_000, secrets.token_hex(8))
    first, again = (frontier._server.run(*asked)[2:] for _ in range(2))
    assert len(first) == 2
    assert again == first
    assert frontier.stats("crawl").leased == 2
    assert len(frontier._server.run(*asked[:-1], "another")[2:]) == 2


def test_a_reason_may_be_any_text(frontier: RedisFrontier) -> None:
    frontier.add("crawl", [Discovery(url="http://a.example/", context={"half": "\ud800"})])
    (lease,) = take(frontier)
    reason = 'half \udc00, "quoted"\n\0, 红楼梦'
    frontier.nack(lease, code="odd", reason=reason, retry_in_s=None)
    (letter,) = frontier.dead("crawl")
    assert (letter.reason, letter.discovery) == (reason, lease.discovery)


def test_scripts_that_the_server_forgot_are_told_again(
    frontier: RedisFrontier, client: redis.Redis
) -> None:
    frontier.add("crawl", some(1))
    client.script_flush()
    (lease,) = take(frontier)
    client.script_flush()
    assert frontier.ack(lease, [])


def test_very_many_discoveries_are_queued_with_their_lease(frontier: RedisFrontier) -> None:
    frontier.add("crawl", some(1))
    (lease,) = take(frontier)
    assert frontier.ack(lease, some(1_750))
    assert frontier.ack(lease, some(2_000)) is False
    stats = frontier.stats("crawl")
    assert (stats.waiting, stats.done) == (1_999, 1)
    assert frontier.add("crawl", []) == 0


def test_of_what_was_visited_only_digests_stay(
    frontier: RedisFrontier, client: redis.Redis, redis_location: RedisLocation
) -> None:
    frontier.add("crawl", some(50, hosts=2))
    for lease in take(frontier):
        frontier.ack(lease, [])
    crawl = {":1:seen:0", ":crawl:crawl"}
    assert keys(client, redis_location) == crawl | {"", ":host:0.example", ":host:1.example"}


def test_a_digest_takes_little_memory_however_many_there_are(
    frontier: RedisFrontier, client: redis.Redis, redis_location: RedisLocation
) -> None:
    assert frontier.add("crawl", some(URLS)) == URLS
    assert frontier.add("crawl", some(URLS)) == 0
    buckets = client.keys(f"{redis_location.root}:1:seen:*")
    assert URLS / 96 <= len(buckets) <= URLS / 90
    assert {client.object("encoding", bucket) for bucket in buckets} == {b"listpack"}
    assert sum(map(client.hlen, buckets)) == URLS
    assert sum(client.memory_usage(bucket) or 0 for bucket in buckets) / URLS < 20


def test_what_is_forgotten_leaves_only_its_letters_for_good(
    frontier: RedisFrontier, client: redis.Redis, redis_location: RedisLocation
) -> None:
    begin(frontier, budget=Budget(max_depth=1))
    frontier.add("crawl", [*some(3_000, hosts=300), Discovery(url="http://a.example/", depth=2)])
    gone, later, *_ = take(frontier)
    frontier.nack(gone, code="gone", reason="404", retry_in_s=None)
    frontier.nack(later, code="timeout", reason="", retry_in_s=HOUR_S)
    frontier.forget("crawl")
    left = {key for key in keys(client, redis_location) if not key.startswith(":host:")}
    assert left == {"", ":letters:crawl", ":crawl:crawl", ":1:failed"}
    root = redis_location.root
    lasting = {key for key in names(client, f"{root}*") if client.ttl(key) < 0}
    assert lasting == {root, f"{root}:letters:crawl"}
    client.delete(f"{root}:crawl:crawl")
    assert len(list(frontier.dead("crawl"))) == 1


def test_a_visit_costs_the_same_however_much_is_queued(node: RedisNode) -> None:
    """Counted in Redis's own commands."""
    few, many = (
        commands_of_visits(node, urls, hosts) for urls, hosts in ((400, 40), (40_000, 900))
    )
    assert many < 1.1 * few


def commands_of_visits(node: RedisNode, urls: int, hosts: int) -> int:
    with redis.Redis.from_url(node.url) as client:
        client.flushall()
        frontier = RedisFrontier(node.location)
        begin(frontier, budget=Budget(max_pages=10 * urls))
        frontier.add("crawl", some(urls, hosts))
        client.config_resetstat()
        for lease in take(frontier, 20):
            frontier.renew([lease], ttl_s=60.0)
            frontier.ack(lease, [Discovery(url=f"{lease.discovery.url}/more")])
            assert frontier.stats("crawl").done > 0
        for number, lease in enumerate(take(frontier, 20)):
            frontier.nack(lease, code="x", reason="", retry_in_s=None if number % 2 else HOUR_S)
            frontier.block_host(lease.discovery.url, seconds=1.0)
        assert len(take(frontier, 10)) == 10
        assert frontier.release("worker") == 10
        return sum(told["calls"] for told in client.info("commandstats").values())


def test_after_a_restart_each_host_is_taken_to_have_been_asked(node: RedisNode) -> None:
    """What was handed out in the second that is lost is not asked again before its time."""
    with redis.Redis.from_url(node.url) as client:
        client.flushall()
    frontier = RedisFrontier(node.location)
    begin(frontier, delay_s=30.0)
    frontier.add("crawl", some(4, hosts=2))
    (asked,) = take(frontier, 1)
    written = max((node.folder / "appendonlydir").glob("*.incr.aof"))
    whole = written.stat().st_size
    node.kill()
    node.lose(whole - written.read_bytes().rindex(b"flight"))
    node.start()
    assert frontier.stats("crawl").leased == 0
    assert take(frontier) == []
    due = frontier.stats("crawl").next_due
    assert due is not None
    assert 25 < due - time.time() <= 30
    assert not frontier.ack(asked, some(6, hosts=2))
    assert frontier.stats("crawl").waiting == 6
    node.wait_for_new_file()


def test_a_server_of_a_cluster_will_do() -> None:
    """All keys of a deployment are in one slot: a script could not touch others."""
    with RedisNode("--cluster-enabled", "yes") as node:
        with redis.Redis.from_url(node.url) as client:
            client.execute_command("CLUSTER", "ADDSLOTSRANGE", 0, 16383)
            while client.cluster("info")["cluster_state"] != "ok":
                time.sleep(0.05)
        frontier = RedisFrontier(node.location)
        begin(frontier)
        frontier.add("crawl", some(200, hosts=3))
        first, second, *_ = take(frontier)
        assert frontier.ack(first, some(300))
        frontier.nack(second, code="x", reason="", retry_in_s=None)
        frontier.release("worker")
        assert len(list(frontier.dead("crawl"))) == 1
        frontier.forget("crawl")
        assert frontier.stats("crawl").finished


def test_what_a_newer_program_wrote_is_refused(
    redis_location: RedisLocation, client: redis.Redis
) -> None:
    RedisFrontier(redis_location)
    client.hset(redis_location.root, "schema", str(SCHEMA + 1))
    with pytest.raises(IncompatibleData) as caught:
        RedisFrontier(redis_location)
    assert (caught.value.found, caught.value.known) == (SCHEMA + 1, SCHEMA)


def test_the_servers_clock_is_the_only_one() -> None:
    for ahead_s in (0.0, HOUR_S, -HOUR_S):
        clock = Clock()
        for _ in range(3):
            asked_at = time.time()
            server_us = int((time.time() + ahead_s) * 1e6)
            clock.heard(server_us, asked_at)
            assert abs(clock.ours(server_us + 7_000_000) - time.time() - 7) < 1
        settled = clock.ours(0)
        asked_at = time.time() - 5.0  # an answer that took long, and was made midway
        clock.heard(int((asked_at + 2.5 + ahead_s) * 1e6), asked_at)
        assert clock.ours(0) == settled


def test_a_url_that_costs_too_many_workers_is_given_up(
    frontier: RedisFrontier, redis_location: RedisLocation, client: redis.Redis
) -> None:
    frontier.add("crawl", some(1))
    (lease,) = take(frontier)
    (key,) = client.scan_iter(match=f"{{{redis_location.prefix}}}:*leases")
    worker, host, item = json.loads(client.hget(key, lease.token) or b"")
    sequence, _, rest = item.split(" ", 2)
    client.hset(key, lease.token, json.dumps([worker, host, f"{sequence} 20 {rest}"]))
    frontier.release("worker")
    (letter,) = frontier.dead("crawl")
    assert letter.code == "worker_lost"
    assert frontier.stats("crawl").finished
