"""Forgetting on SQLite: what a crawl that ended has in the file makes room for the next ones.

The file doesn't shrink, but its pages are used again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crawlers.frontier.sqlite_file import DELAYED, LEASED, READY
from crawlers.frontier.sqlite_queues import let_go

if TYPE_CHECKING:
    import sqlite3

HOST_KEPT_S: Final = 7 * 24 * 3600.0
"""How long a host's pace is remembered: its robots.txt is read again long before."""

_AT_ONCE = 5_000
_FORGOTTEN = "forgotten"


def end_crawl(connection: sqlite3.Connection, crawl: int) -> None:
    """Have a crawl finished: what it has left is neither handed out nor counted any more."""
    hosts = connection.execute(
        "SELECT DISTINCT host FROM urls WHERE crawl = ? AND state = 'leased'", (crawl,)
    ).fetchall()
    connection.execute("UPDATE crawls SET spent = 1, forgotten = 1 WHERE id = ?", (crawl,))
    for state in (READY, DELAYED, LEASED):
        connection.execute(
            "UPDATE urls SET state = ?, token = NULL, worker = NULL WHERE crawl = ? AND state = ?",
            (_FORGOTTEN, crawl, state),
        )
    connection.execute("DELETE FROM queues WHERE crawl = ?", (crawl,))
    for (host,) in hosts:
        let_go(connection, host)


def free_some(connection: sqlite3.Connection, crawl: int) -> bool:
    """Delete some of a crawl's URLs, never those of dead letters; tell whether there may be more.

    The counts of states stay, since nothing counts what is deleted.
    """
    deleted = connection.execute(
        "DELETE FROM urls WHERE id IN"
        " (SELECT id FROM urls WHERE crawl = ? AND state <> 'dead' LIMIT ?)",
        (crawl, _AT_ONCE),
    )
    return deleted.rowcount == _AT_ONCE


def forget_hosts(connection: sqlite3.Connection, now: float) -> None:
    """Delete hosts that no crawl has queued and that nobody asked for long."""
    connection.execute(
        "DELETE FROM hosts WHERE free_at < ? AND id NOT IN (SELECT host FROM queues)",
        (now - HOST_KEPT_S,),
    )
