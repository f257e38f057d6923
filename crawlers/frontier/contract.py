"""The frontier: the one queue of a crawl. What it hands out it wants back.

A URL is leased to a worker and acknowledged only when all it brought has been examined. What a
dead worker held comes back when the lease ends. Each host has a queue of its own and a time from
which it may be asked again, so politeness holds over all workers together.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pydantic import JsonValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Politeness:
    """How hard a crawl may press one host, over all workers together."""

    delay_s: float = 1.0
    concurrency: int = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """How much a crawl may take; None means no bound.

    `max_pages` and `max_depth` hold for pages, not for pictures and other media. `max_bytes` is
    what all visits together brought, `max_seconds` the time since the crawl was first opened:
    when one of them is spent, media are set aside, too. What was handed out before is still tried
    again.
    """

    max_pages: int | None = None
    max_depth: int | None = None
    max_bytes: int | None = None
    max_seconds: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """A URL worth visiting, in canonical form.

    `role` says what is expected there, in the spider's words ("page", "chapter", "media" …);
    `context` is what the spider wants back with the response: JSON, small.
    """

    url: str
    role: str = "page"
    priority: int = 0
    depth: int = 0
    referrer: str | None = None
    context: Mapping[str, JsonValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """A URL handed to one worker until `expires_at` (seconds since 1970); `token` proves it."""

    crawl_id: str
    token: str
    discovery: Discovery
    attempt: int
    expires_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Stats:
    """How many URLs of a crawl are where, and what it took so far.

    `next_due` is when the next one may be handed out, or its time is over; None when there is
    none. `done` are `pages` and `media`; `failed` are the dead letters by their code.
    """

    waiting: int
    leased: int
    done: int
    dead: int
    over_budget: int
    next_due: float | None
    pages: int = 0
    media: int = 0
    bytes: int = 0
    failed: Mapping[str, int] = field(default_factory=dict)

    @property
    def finished(self) -> bool:
        """Whether nothing is left to do."""
        return self.waiting == 0 and self.leased == 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """A URL that was given up, and why."""

    discovery: Discovery
    attempts: int
    code: str
    reason: str


class Frontier(Protocol):
    """The queue. Each call is safe over processes and happens as a whole (a long `add` in parts).

    Times are seconds since 1970 by the clock of whoever asks, whatever the backend goes by.
    """

    def open(self, crawl_id: str, *, politeness: Politeness, budget: Budget) -> None:
        """Begin a crawl, or go on with one: what was there stays.

        A budget that grew since lets in what was over it. A crawl that was forgotten stays so.
        """
        ...

    def add(self, crawl_id: str, discoveries: Sequence[Discovery]) -> int:
        """Queue what the crawl has not met yet (by URL); return how many that were."""
        ...

    def lease(self, crawl_id: str, *, worker: str, limit: int, ttl_s: float) -> list[Lease]:
        """Hand out URLs whose hosts may be asked now, expired leases first, at most `limit`.

        A host's URLs go by their priority, and so do the hosts by that of their first one, as far
        as the 32 that have been due for longest; among equals hosts take turns.

        A URL that was lost with its worker three times waits, each time longer, up to a minute; one
        lost twenty times goes to the dead letters as `worker_lost`: it may be what kills them.
        """
        ...

    def renew(self, leases: Sequence[Lease], *, ttl_s: float) -> int:
        """Prolong leases that are still held; return how many those were."""
        ...

    def ack(self, lease: Lease, discoveries: Sequence[Discovery], *, size_bytes: int = 0) -> bool:
        """Finish a URL and queue what it led to, at once; `size_bytes` is what the visit brought.

        False when the lease was lost meanwhile: then what it led to is queued all the same, and
        nothing is counted.
        """
        ...

    def nack(self, lease: Lease, *, code: str, reason: str, retry_in_s: float | None) -> bool:
        """Give a URL back, to be tried again in some seconds, or (None) to the dead letters."""
        ...

    def block_host(self, url: str, *, seconds: float, crawl_delay_s: float | None = None) -> None:
        """Ask the URL's host nothing for some seconds.

        `crawl_delay_s` holds from then on, over all crawls; 0.0 ends it, None leaves it as it is.
        """
        ...

    def release(self, worker: str) -> int:
        """Take back all that a worker held who is known to be gone; return how many those were."""
        ...

    def workers(self, crawl_id: str) -> list[str]:
        """Name the workers that hold leases."""
        ...

    def stats(self, crawl_id: str) -> Stats:
        """Count."""
        ...

    def dead(self, crawl_id: str) -> Iterator[DeadLetter]:
        """Return what was given up, in the order it was."""
        ...

    def forget(self, crawl_id: str) -> None:
        """End a crawl and free all that is kept of it but its counts and dead letters.

        It is finished from then on: nothing more is queued or handed out, and what workers still
        hold is no longer theirs. Its counts are kept for a month at least.
        """
        ...
