"""Crawls on SQLite, and what their budgets let in."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from crawlers.frontier.sqlite_queues import settle
from index.errors import NotFound

if TYPE_CHECKING:
    import sqlite3

    from crawlers.frontier.contract import Budget, Politeness


@dataclass(frozen=True, slots=True)
class CrawlRow:
    """A crawl as it is kept; `pages` were handed out so far, `pages_done` acknowledged.

    `spent`: what was not handed out is set aside, since bytes or time are spent.
    """

    id: int
    delay_s: float
    concurrency: int
    max_pages: int | None
    max_depth: int | None
    max_bytes: int | None
    max_seconds: float | None
    opened_at: float
    pages: int
    pages_done: int
    bytes: int
    spent: int
    forgotten: int

    @property
    def bounds(self) -> tuple[float | None, ...]:
        """The budget, as it is kept."""
        return self.max_pages, self.max_depth, self.max_bytes, self.max_seconds

    @property
    def ends_at(self) -> float | None:
        """When the time is over; None when it never is."""
        return None if self.max_seconds is None else self.opened_at + self.max_seconds

    @property
    def exhausted(self) -> bool:
        """Whether no further page may be handed out."""
        return self.max_pages is not None and self.pages >= self.max_pages

    def overspent(self, now: float) -> bool:
        """Tell whether bytes or time are spent, so that nothing further may be handed out."""
        if self.max_bytes is not None and self.bytes >= self.max_bytes:
            return True
        return self.ends_at is not None and now >= self.ends_at


_COLUMNS = ", ".join(CrawlRow.__dataclass_fields__)


def crawl_row(connection: sqlite3.Connection, crawl_id: str) -> CrawlRow:
    """Return a crawl; raises `NotFound`."""
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM crawls WHERE name = ?",  # noqa: S608  our own names
        (crawl_id,),
    ).fetchone()
    if row is None:
        raise NotFound("frontier", crawl_id)
    return CrawlRow(*row)


def open_crawl(
    connection: sqlite3.Connection, crawl_id: str, politeness: Politeness, budget: Budget
) -> None:
    """Begin a crawl, or go on with one on these terms."""
    bounds = (budget.max_pages, budget.max_depth, budget.max_bytes, budget.max_seconds)
    pace = (politeness.delay_s, politeness.concurrency)
    begun = connection.execute(
        "INSERT OR IGNORE INTO crawls (name, delay_s, concurrency, opened_at) VALUES (?, ?, ?, ?)",
        (crawl_id, *pace, time.time()),
    ).rowcount
    before = crawl_row(connection, crawl_id)
    connection.execute(
        "UPDATE crawls SET delay_s = ?, concurrency = ?, max_pages = ?, max_depth = ?,"
        " max_bytes = ?, max_seconds = ? WHERE id = ? AND NOT forgotten",
        (*pace, *bounds, before.id),
    )
    if not begun and before.bounds != bounds and not before.forgotten:
        _reconsider(connection, crawl_row(connection, crawl_id))


def is_over(crawl: CrawlRow, role: str, depth: int) -> bool:
    """Tell whether a new URL is beyond the budget."""
    if role == "media" or crawl.spent:
        return bool(crawl.spent)
    return crawl.exhausted or (crawl.max_depth is not None and depth > crawl.max_depth)


def exhaust(connection: sqlite3.Connection, crawl: int) -> None:
    """Set aside every page that wasn't handed out yet: done once a crawl."""
    connection.execute(
        "UPDATE urls SET state = 'over_budget' WHERE crawl = ? AND state = 'ready'"
        " AND page AND handed = 0",
        (crawl,),
    )
    settle(connection, crawl)


def note_spent(connection: sqlite3.Connection, crawl: CrawlRow, now: float) -> None:
    """Set aside whatever wasn't handed out yet, once bytes or time are spent."""
    if crawl.spent or not crawl.overspent(now):
        return
    connection.execute("UPDATE crawls SET spent = 1 WHERE id = ?", (crawl.id,))
    connection.execute(
        "UPDATE urls SET state = 'over_budget' WHERE crawl = ? AND state = 'ready' AND handed = 0",
        (crawl.id,),
    )
    settle(connection, crawl.id)


def _reconsider(connection: sqlite3.Connection, crawl: CrawlRow) -> None:
    """Let in what was set aside, as far as the budget now allows."""
    connection.execute("UPDATE crawls SET spent = 0 WHERE id = ?", (crawl.id,))
    connection.execute(
        "UPDATE urls SET state = 'ready' WHERE crawl = ?1 AND state = 'over_budget'"
        " AND (?2 IS NULL OR depth <= ?2 OR NOT page)",
        (crawl.id, crawl.max_depth),
    )
    if crawl.exhausted:
        exhaust(connection, crawl.id)
    settle(connection, crawl.id)
    note_spent(connection, replace(crawl, spent=0), time.time())
