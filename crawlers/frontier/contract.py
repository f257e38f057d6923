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
    """How much a crawl may take; None means no bound. Pictures and other media are not pages."""

    max_pages: int | None = None
    max_depth: int | None = None


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
    """How many URLs of a crawl are where; `next_due` is when the next one may be handed out."""

    waiting: int
    leased: int
    done: int
    dead: int
    over_budget: int
    next_due: float | None

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
    """The queue. Times are seconds since 1970; each call is atomic and safe over processes."""

    def open(self, crawl_id: str, *, politeness: Politeness, budget: Budget) -> None:
        """Begin a crawl, or go on with one: what was there stays.

        A budget that grew since lets in what was over it.
        """
        ...

    def add(self, crawl_id: str, discoveries: Sequence[Discovery]) -> int:
        """Queue what the crawl has not met yet (by URL); return how many that were."""
        ...

    def lease(self, crawl_id: str, *, worker: str, limit: int, ttl_s: float) -> list[Lease]:
        """Hand out URLs whose hosts may be asked now, expired leases first, at most `limit`.

        A URL that was lost with its worker ten times goes to the dead letters as `worker_lost`:
        it may be what kills them.
        """
        ...

    def renew(self, leases: Sequence[Lease], *, ttl_s: float) -> int:
        """Prolong leases that are still held; return how many those were."""
        ...

    def ack(self, lease: Lease, discoveries: Sequence[Discovery]) -> bool:
        """Finish a URL and queue what it led to, at once.

        False when the lease was lost meanwhile: then what it led to is queued all the same.
        """
        ...

    def nack(self, lease: Lease, *, code: str, reason: str, retry_in_s: float | None) -> bool:
        """Give a URL back, to be tried again in some seconds, or (None) to the dead letters."""
        ...

    def block_host(self, url: str, *, seconds: float, crawl_delay_s: float | None = None) -> None:
        """Ask the URL's host nothing for some seconds; `crawl_delay_s` holds from then on.

        A host's pace is kept over all crawls.
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
