"""What becomes of the Redis frontier when its server is away, closed, full, or set up badly."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import redis
from structlog.testing import capture_logs

from crawlers.frontier.contract import Budget, Discovery, Politeness
from crawlers.frontier.redis.condition import inspect
from crawlers.frontier.redis.frontier import RedisFrontier
from index.errors import AccessDenied, StorageFull, Unavailable
from tests import certificates
from tests.redis import RedisNode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from crawlers.frontier.redis.location import RedisLocation

PASSWORD = "correct-horse"  # noqa: S105
IMPATIENT_S = 0.3
MIB = 2**20


@pytest.fixture
def node() -> Iterator[RedisNode]:
    with RedisNode() as own:
        yield own


def opened(location: RedisLocation, *, patience_s: float = IMPATIENT_S) -> RedisFrontier:
    frontier = RedisFrontier(replace(location, patience_s=patience_s))
    frontier.open("crawl", politeness=Politeness(delay_s=0.0, concurrency=99), budget=Budget())
    return frontier


def some(count: int, start: int = 0) -> list[Discovery]:
    return [Discovery(url=f"http://a.example/{n}") for n in range(start, start + count)]


def later(seconds: float, what: Callable[[], object]) -> threading.Timer:
    timer = threading.Timer(seconds, what)
    timer.start()
    return timer


def test_a_server_that_is_away_is_named(node: RedisNode) -> None:
    frontier = opened(node.location)
    node.kill()
    for call in (lambda: frontier.stats("crawl"), lambda: opened(node.location)):
        with capture_logs() as logs, pytest.raises(Unavailable) as caught:
            call()
        assert caught.value.service == node.url
        assert "refused" in caught.value.reason
        assert [log["event"] for log in logs] == ["redis_unavailable"]


def test_a_server_that_comes_back_is_waited_for(node: RedisNode) -> None:
    frontier = opened(node.location, patience_s=30.0)
    frontier.add("crawl", some(3))
    node.kill()
    back = later(0.5, node.start)
    with capture_logs() as logs:
        assert frontier.add("crawl", some(5)) == 2
    back.join()
    told = [log["event"] for log in logs]
    assert told == ["redis_unavailable", "redis_available_again"]


def test_a_server_that_still_reads_its_file_is_waited_for(node: RedisNode) -> None:
    frontier = opened(node.location, patience_s=30.0)
    frontier.add("crawl", some(2_000))
    node.kill()
    slow = ("--key-load-delay", "300", "--loading-process-events-interval-bytes", "1024")
    node.start(*slow)
    with capture_logs() as logs:
        assert frontier.stats("crawl").waiting == 2_000
    assert "loading" in logs[0]["reason"]


def test_a_server_that_hands_over_is_waited_for(node: RedisNode) -> None:
    frontier = opened(node.location, patience_s=30.0)
    with redis.Redis.from_url(node.url) as client:
        client.replicaof("127.0.0.1", "9")
        back = later(0.5, lambda: client.replicaof("NO", "ONE"))
        assert frontier.add("crawl", some(2)) == 2
        back.join()
        impatient = opened(node.location)
        client.replicaof("127.0.0.1", "9")
        with pytest.raises(Unavailable, match="read only replica"):
            impatient.add("crawl", some(3))


def test_a_wrong_password_is_named_and_never_said() -> None:
    with RedisNode("--requirepass", PASSWORD) as node:
        opened(replace(node.location, password=PASSWORD))
        for wrong in ("", "wrong-horse"):
            started = time.monotonic()
            with capture_logs() as logs, pytest.raises(AccessDenied) as caught:
                opened(replace(node.location, password=wrong), patience_s=600.0)
            assert time.monotonic() - started < 60
            assert not logs
            assert "horse" not in f"{caught.value} {caught.value.__cause__!r}"
        assert "horse" not in repr(replace(node.location, password=PASSWORD))


def test_a_user_needs_no_more_than_its_own_keys(node: RedisNode) -> None:
    with redis.Redis.from_url(node.url) as client:
        rules = (f">{PASSWORD}", "~{marque}:*", "-@all", "+@read", "+@write", "+@scripting")
        few = ("+info", "+ping", "+time", "+bgrewriteaof", "-@dangerous", "+info")
        client.execute_command("ACL", "SETUSER", "marque", "on", *rules, *few)
        client.execute_command("ACL", "SETUSER", "other", "on", f">{PASSWORD}", "~other", "+@all")
    frontier = opened(replace(node.location, user="marque", password=PASSWORD))
    frontier.add("crawl", some(3))
    (lease, other) = frontier.lease("crawl", worker="worker", limit=2, ttl_s=60.0)
    assert frontier.ack(lease, some(4))
    frontier.nack(other, code="gone", reason="404", retry_in_s=None)
    frontier.block_host("http://a.example/", seconds=1.0)
    frontier.release("worker")
    assert len(list(frontier.dead("crawl"))) == 1
    frontier.forget("crawl")
    with pytest.raises(AccessDenied):
        opened(replace(node.location, user="other", password=PASSWORD), patience_s=600.0)


def test_tls_is_spoken_and_the_certificate_checked(tmp_path: Path) -> None:
    certificate, authority = certificates.issue(tmp_path, "127.0.0.1")
    files = ("--tls-cert-file", str(certificate), "--tls-key-file", str(certificate))
    with RedisNode("--tls-auth-clients", "no", *files, tls=True) as node:
        location = replace(node.location, ca_certs=authority)
        assert location.url.startswith("rediss://")
        assert opened(location).add("crawl", some(1)) == 1
        started = time.monotonic()
        with pytest.raises(Unavailable, match="TLS failed"):
            opened(node.location, patience_s=600.0)
        assert time.monotonic() - started < 60


def test_a_full_server_takes_acknowledgements_and_hands_out_nothing(node: RedisNode) -> None:
    frontier = opened(node.location)
    frontier.add("crawl", some(500))
    held = frontier.lease("crawl", worker="worker", limit=50, ttl_s=600.0)
    with redis.Redis.from_url(node.url) as client:
        client.config_set("maxmemory", MIB)
        for call in (
            lambda: frontier.add("crawl", some(600)),
            lambda: frontier.lease("crawl", worker="worker", limit=1, ttl_s=60.0),
        ):
            with pytest.raises(StorageFull, match="memory"):
                call()
        assert frontier.stats("crawl").leased == 50
        assert all(frontier.ack(lease, []) for lease in held)
        client.config_set("maxmemory", 0)
    stats = frontier.stats("crawl")
    assert (stats.waiting, stats.leased, stats.done) == (450, 0, 50)
    assert len(frontier.lease("crawl", worker="worker", limit=1, ttl_s=60.0)) == 1


def test_a_server_that_forgets_or_evicts_is_warned_of() -> None:
    options = ("--appendonly", "no", "--maxmemory", str(64 * MIB))
    with RedisNode(*options, "--maxmemory-policy", "allkeys-lru") as node:
        with capture_logs() as logs:
            opened(node.location)
        assert {log["event"] for log in logs} == {"redis_may_lose_urls"}
        reasons = [log["reason"] for log in logs]
        assert ["appendonly yes" in reason for reason in reasons] == [True, False]
        assert ["noeviction" in reason for reason in reasons] == [False, True]
        assert all(not reason.isascii() for reason in reasons)
        found = inspect(node.location)
        assert found.state == "appendonly no, maxmemory-policy allkeys-lru"
        assert found.most_bytes == 64 * MIB


def test_a_server_that_is_set_up_well_is_not(node: RedisNode) -> None:
    assert inspect(node.location).risks == ()
    with capture_logs() as logs:
        opened(node.location)
    assert logs == []


def test_what_cannot_be_an_address_or_a_certificate_is_named(
    node: RedisNode, tmp_path: Path
) -> None:
    with pytest.raises(Unavailable, match="Port"):
        opened(replace(node.location, url="redis://127.0.0.1:99999"))
    with pytest.raises(Unavailable, match=r"missing\.pem"):
        opened(replace(node.location, ca_certs=tmp_path / "missing.pem"), patience_s=600.0)
