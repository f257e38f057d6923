"""Crawls on SQLite, and what their budgets let in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawlers.frontier.sqlite_queues import settle
from index.errors import NotFound

if TYPE_CHECKING:
    import sqlite3


@dataclass(frozen=True, slots=True)
class CrawlRow:
    """A crawl as it is kept; `pages` were handed out so far."""

    id: int
    delay_s: float
    concurrency: int
    max_pages: int | None
    max_depth: int | None
    pages: int

    @property
    def exhausted(self) -> bool:
        """Whether no further page may be handed out."""
        return self.max_pages is not None and self.pages >= self.max_pages


def crawl_row(connection: sqlite3.Connection, crawl_id: str) -> CrawlRow:
    """Return a crawl; raises `NotFound`."""
    row = connection.execute(
        "SELECT id, delay_s, concurrency, max_pages, max_depth, pages FROM crawls WHERE name = ?",
        (crawl_id,),
    ).fetchone()
    if row is None:
        raise NotFound("frontier", crawl_id)
    return CrawlRow(*row)


def is_over(crawl: CrawlRow, role: str, depth: int) -> bool:
    """Tell whether a new URL is beyond the budget."""
    if role == "media":
        return False
    return crawl.exhausted or (crawl.max_depth is not None and depth > crawl.max_depth)


def exhaust(connection: sqlite3.Connection, crawl: int) -> None:
    """Set aside every page that wasn't handed out yet: done once a crawl."""
    connection.execute(
        "UPDATE urls SET state = 'over_budget' WHERE crawl = ? AND state = 'ready'"
        " AND page AND handed = 0",
        (crawl,),
    )
    settle(connection, crawl)


def reconsider(connection: sqlite3.Connection, crawl: CrawlRow) -> None:
    """Let in what was set aside, as far as the budget now allows."""
    connection.execute(
        "UPDATE urls SET state = 'ready' WHERE crawl = ?1 AND state = 'over_budget'"
        " AND (?2 IS NULL OR depth <= ?2)",
        (crawl.id, crawl.max_depth),
    )
    if crawl.exhausted:
        exhaust(connection, crawl.id)
    settle(connection, crawl.id)
