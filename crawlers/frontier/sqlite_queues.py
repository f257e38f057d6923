"""Hosts on SQLite: their pace, kept once for all crawls, and a queue for each crawl and host.

A queue's `due_at` says when its host may be asked for the crawl: when the host is free, or, where
it has all the leases it may have, when the first of them ends; null where nothing is ready.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import sqlite3

HOSTS_COMPARED: Final = 32
"""Of how many hosts that are due, those due first, the priorities are looked at."""
_BEFORE_ALL: Final = 1 << 40


def host_row(connection: sqlite3.Connection, name: str) -> int:
    """Return the id of a host, known or new."""
    connection.execute("INSERT OR IGNORE INTO hosts (name) VALUES (?)", (name,))
    (row,) = connection.execute("SELECT id FROM hosts WHERE name = ?", (name,)).fetchone()
    return int(row)


def enqueue(connection: sqlite3.Connection, crawl: int, host: int) -> None:
    """Say that a host has something ready for a crawl."""
    connection.execute(
        "INSERT INTO queues (crawl, host, due_at)"
        " VALUES (?1, ?2, (SELECT free_at FROM hosts WHERE id = ?2))"
        " ON CONFLICT DO UPDATE SET due_at = coalesce(due_at, excluded.due_at)",
        (crawl, host),
    )


def due_host(connection: sqlite3.Connection, crawl: int, at: float) -> int | None:
    """Return the host to ask at a moment: of those that are due, that whose first URL goes first.

    Among equals it is the one that was due first. A queue that has nothing ready comes before all,
    to be settled.
    """
    row = connection.execute(
        "SELECT host FROM (SELECT host, due_at FROM queues WHERE crawl = ?1"
        " AND due_at IS NOT NULL AND due_at <= ?2 ORDER BY due_at LIMIT ?3) AS due"
        " ORDER BY coalesce((SELECT priority FROM urls WHERE crawl = ?1 AND host = due.host"
        " AND state = 'ready' ORDER BY again DESC, priority DESC, id LIMIT 1), ?4) DESC,"
        " due_at, host LIMIT 1",
        (crawl, at, HOSTS_COMPARED, _BEFORE_ALL),
    ).fetchone()
    return None if row is None else int(row[0])


def busy_until(
    connection: sqlite3.Connection, host: int, at: float, concurrency: int
) -> float | None:
    """Return when a host that has all the leases it may have gets one back at the latest."""
    ends = connection.execute(
        "SELECT expires_at FROM urls WHERE host = ? AND state = 'leased' AND expires_at > ?"
        " ORDER BY expires_at LIMIT ?",
        (host, at, concurrency),
    ).fetchall()
    return float(ends[0][0]) if len(ends) >= concurrency else None


def set_due(connection: sqlite3.Connection, crawl: int, host: int, due_at: float | None) -> None:
    """Say when a host may be asked for a crawl; None when it has nothing ready."""
    connection.execute(
        "UPDATE queues SET due_at = ? WHERE crawl = ? AND host = ?", (due_at, crawl, host)
    )


def ask(connection: sqlite3.Connection, host: int, at: float, delay_s: float) -> None:
    """Note that a host is asked at a moment, and when it may be asked next, by any crawl."""
    connection.execute(
        "UPDATE hosts SET asked_at = ?2, free_at = ?2 + max(?3, crawl_delay_s) WHERE id = ?1",
        (host, at, delay_s),
    )
    hold_back(connection, host)


def hold_back(connection: sqlite3.Connection, host: int) -> None:
    """Let no crawl ask a host before it is free."""
    connection.execute(
        "UPDATE queues SET due_at = (SELECT free_at FROM hosts WHERE id = ?1) WHERE host = ?1"
        " AND due_at IS NOT NULL AND due_at < (SELECT free_at FROM hosts WHERE id = ?1)",
        (host,),
    )


def let_go(connection: sqlite3.Connection, host: int) -> None:
    """Let crawls that waited for one of a host's leases to end ask it when it is free."""
    connection.execute(
        "UPDATE queues SET due_at = (SELECT free_at FROM hosts WHERE id = ?1) WHERE host = ?1"
        " AND due_at IS NOT NULL AND due_at > (SELECT free_at FROM hosts WHERE id = ?1)",
        (host,),
    )


def settle(connection: sqlite3.Connection, crawl: int) -> None:
    """Put a crawl's queues right after many URLs moved at once."""
    connection.execute(
        "UPDATE queues SET due_at = NULL WHERE crawl = ?1 AND NOT EXISTS"
        " (SELECT 1 FROM urls WHERE crawl = ?1 AND host = queues.host AND state = 'ready')",
        (crawl,),
    )
    connection.execute(
        "INSERT INTO queues (crawl, host, due_at)"
        " SELECT DISTINCT ?1, host, (SELECT free_at FROM hosts WHERE id = urls.host) FROM urls"
        " WHERE crawl = ?1 AND state = 'ready'"
        " ON CONFLICT DO UPDATE SET due_at = coalesce(due_at, excluded.due_at)",
        (crawl,),
    )


def next_due(connection: sqlite3.Connection, crawl: int) -> float | None:
    """Return when something of a crawl may be handed out next, in the past where it may now."""
    (due,) = connection.execute(
        "SELECT min(due) FROM ("
        " SELECT min(due_at) AS due FROM queues WHERE crawl = ?1 AND due_at IS NOT NULL"
        " UNION ALL SELECT min(due_at) FROM urls WHERE crawl = ?1 AND state = 'delayed'"
        " UNION ALL SELECT min(expires_at) FROM urls WHERE crawl = ?1 AND state = 'leased')",
        (crawl,),
    ).fetchone()
    return None if due is None else float(due)
