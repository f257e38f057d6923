"""`Frontier` on Redis: one queue for all workers, on however many machines.

Every call is a script that Redis runs as a whole and writes into its append-only file as a whole:
there is no state in which a URL is done and what it led to isn't queued. A Redis that lost its last
second hands out again what was acknowledged in it, and loses nothing. Its clock is the only one.
"""

from __future__ import annotations

import json
import secrets
import time
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import structlog

from crawlers.frontier.contract import DeadLetter, Frontier, Lease, Stats
from crawlers.frontier.hosts import host_of
from crawlers.frontier.redis.bodies import arguments, discovery_of, encoded
from crawlers.frontier.redis.clock import Clock, microseconds
from crawlers.frontier.redis.condition import condition_of
from crawlers.frontier.redis.server import Server
from index.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crawlers.frontier.contract import Budget, Discovery, Politeness
    from crawlers.frontier.redis.location import RedisLocation

log = structlog.get_logger()

_ADDED_AT_ONCE: Final = 500
_LETTERS_AT_ONCE: Final = 500
_COUNTS: Final = 9
_ITEM_PARTS: Final = 6


class RedisFrontier(Frontier):
    """The queue in one Redis. Raises `Unavailable` and its kinds, `IncompatibleData`, `NotFound`.

    A call that fails for a passing reason is made again for as long as the location has patience.
    """

    def __init__(self, location: RedisLocation) -> None:
        self._server = Server(location)
        self._clock = Clock()
        self._server.check()
        for risk in condition_of(self._server).risks:
            _warn(location.url, risk)

    def close(self) -> None:
        """Close the connections."""
        self._server.close()

    def open(self, crawl_id: str, *, politeness: Politeness, budget: Budget) -> None:
        """Begin a crawl or go on with one; a budget that grew lets in what was over it."""
        seconds = budget.max_seconds
        bounds = (
            *(budget.max_pages, budget.max_depth, budget.max_bytes),
            None if seconds is None else microseconds(seconds),
        )
        set_aside = self._server.run(
            "open",
            crawl_id,
            microseconds(politeness.delay_s),
            politeness.concurrency,
            *("" if bound is None else bound for bound in bounds),
        )
        while set_aside:
            set_aside = self._server.run("reconsider", crawl_id)

    def add(self, crawl_id: str, discoveries: Sequence[Discovery]) -> int:
        """Queue what the crawl has not met yet."""
        parts = range(0, max(len(discoveries), 1), _ADDED_AT_ONCE)
        return sum(
            self._ask("add", crawl_id, *arguments(discoveries[start : start + _ADDED_AT_ONCE]))
            for start in parts
        )

    def lease(self, crawl_id: str, *, worker: str, limit: int, ttl_s: float) -> list[Lease]:
        """Hand out URLs whose hosts may be asked now."""
        asked_at = time.time()
        name = secrets.token_hex(8)
        told = self._ask("lease", crawl_id, worker, limit, microseconds(ttl_s), name)
        now, restarted, *given = told
        self._clock.heard(int(now), asked_at)
        if restarted:
            self._server.renew_file()
        return [self._lease(crawl_id, *one) for one in given]

    def renew(self, leases: Sequence[Lease], *, ttl_s: float) -> int:
        """Prolong leases that are still held."""
        proofs = [part for lease in leases for part in (lease.crawl_id, lease.token)]
        return int(self._server.run("renew", microseconds(ttl_s), *proofs))

    def ack(self, lease: Lease, discoveries: Sequence[Discovery], *, size_bytes: int = 0) -> bool:
        """Finish a URL and queue what it led to; of very much, most of it before that."""
        rest = len(discoveries) % _ADDED_AT_ONCE
        before = len(discoveries) - rest
        told = arguments(discoveries[before:])
        if before:
            self.add(lease.crawl_id, discoveries[:before])
        return bool(self._ask("ack", lease.crawl_id, lease.token, size_bytes, *told))

    def nack(self, lease: Lease, *, code: str, reason: str, retry_in_s: float | None) -> bool:
        """Give a URL back, or up."""
        retry_in = "" if retry_in_s is None else microseconds(retry_in_s)
        told = (lease.token, retry_in, code, encoded(reason))
        return bool(self._ask("nack", lease.crawl_id, *told))

    def block_host(self, url: str, *, seconds: float, crawl_delay_s: float | None = None) -> None:
        """Ask the URL's host nothing for some seconds, in any crawl."""
        delay = "" if crawl_delay_s is None else microseconds(crawl_delay_s)
        self._server.run("block", host_of(url), microseconds(seconds), delay)

    def release(self, worker: str) -> int:
        """Take back all that a worker held."""
        return int(self._server.run("release", worker))

    def workers(self, crawl_id: str) -> list[str]:
        """Name the workers that hold leases."""
        return sorted(name.decode() for name in self._ask("workers", crawl_id))

    def stats(self, crawl_id: str) -> Stats:
        """Count, from counters that scripts keep."""
        asked_at = time.time()
        answer = self._ask("stats", crawl_id)
        now, due, *counts = answer[:_COUNTS]
        waiting, leased, over, dead, pages, media, size = map(int, counts)
        codes = [code.decode() for code in answer[_COUNTS::2]]
        self._clock.heard(int(now), asked_at)
        return Stats(
            waiting=waiting,
            leased=leased,
            done=pages + media,
            dead=dead,
            over_budget=over,
            next_due=self._clock.ours(int(due)) if due else None,
            pages=pages,
            media=media,
            bytes=size,
            failed=dict(zip(codes, map(int, answer[_COUNTS + 1 :: 2]), strict=True)),
        )

    def dead(self, crawl_id: str) -> Iterator[DeadLetter]:
        """Return what was given up, in the order it was."""
        start = 0
        while letters := self._ask("letters", crawl_id, start, start + _LETTERS_AT_ONCE - 1):
            yield from map(_letter, letters)
            start += len(letters)

    def forget(self, crawl_id: str) -> None:
        """End a crawl and free all it holds but its counts and dead letters, some at a time."""
        while self._ask("forget", crawl_id):
            pass

    def _ask(self, name: str, crawl_id: str, *rest: str | int | bytes) -> Any:  # noqa: ANN401 - as the script has it
        answer = self._server.run(name, crawl_id, *rest)
        if answer is None:
            raise NotFound("frontier", crawl_id)
        return answer

    def _lease(self, crawl_id: str, token: bytes, ends: bytes, host: bytes, item: bytes) -> Lease:
        _, _, failures, _, priority, body = item.split(b" ", _ITEM_PARTS - 1)
        return Lease(
            crawl_id=crawl_id,
            token=token.decode(),
            discovery=discovery_of(host, body, int(priority)),
            attempt=int(failures) + 1,
            expires_at=self._clock.ours(int(ends)),
        )


@cache
def _warn(url: str, risk: tuple[str, str]) -> None:
    """Tell of a risk, once a process."""
    log.warning("redis_may_lose_urls", url=url, reason=" · ".join(risk))


def _letter(written: bytes) -> DeadLetter:
    host, item, code, reason = json.loads(written.decode("utf-8", "surrogatepass"))
    _, handed, _, _, priority, body = encoded(item).split(b" ", _ITEM_PARTS - 1)
    return DeadLetter(
        discovery=discovery_of(encoded(host), body, int(priority)),
        attempts=int(handed),
        code=code,
        reason=reason,
    )
