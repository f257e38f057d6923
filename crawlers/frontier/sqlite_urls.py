"""URLs on SQLite: queued, ended, taken back, given up."""

from __future__ import annotations

import hashlib
import json
import time
from typing import TYPE_CHECKING, Any, Final

from crawlers.frontier.contract import Discovery
from crawlers.frontier.hosts import host_of
from crawlers.frontier.sqlite_crawls import is_over
from crawlers.frontier.sqlite_file import DEAD, DELAYED, OVER_BUDGET, READY
from crawlers.frontier.sqlite_queues import enqueue, host_row, let_go

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

    from crawlers.frontier.contract import Lease
    from crawlers.frontier.sqlite_crawls import CrawlRow

MOST_LOSSES: Final = 20
"""A URL whose workers died so often is given up: it may be what kills them."""
FEW_LOSSES: Final = 3
"""So often it may be there by chance; from then on it waits, each time longer."""
LONGEST_WAIT_S: Final = 60.0

_WOKEN_AT_ONCE = 1000
_RENEW = (
    "UPDATE urls SET expires_at = ? WHERE crawl = (SELECT id FROM crawls WHERE name = ?)"
    " AND digest = ? AND token = ? AND state = 'leased'"
)
_END = (
    "UPDATE urls SET state = ?, token = NULL, worker = NULL, expires_at = NULL"
    " WHERE crawl = (SELECT id FROM crawls WHERE name = ?) AND digest = ? AND token = ?"
    " AND state = 'leased' RETURNING id, host"
)


def digest(url: str) -> bytes:
    """Return what a URL is known by: 16 bytes of its SHA-256."""
    return hashlib.sha256(url.encode()).digest()[:16]


def _proof(lease: Lease) -> tuple[str, bytes, str]:
    return lease.crawl_id, digest(lease.discovery.url), lease.token


def discovery_of(row: Sequence[Any]) -> Discovery:
    """Return what was discovered, from its columns in the order of `Discovery`."""
    url, role, priority, depth, referrer, context = row
    return Discovery(
        url=url,
        role=role,
        priority=priority,
        depth=depth,
        referrer=referrer,
        context=json.loads(context),
    )


def add(connection: sqlite3.Connection, crawl: CrawlRow, discoveries: Iterable[Discovery]) -> int:
    """Queue what a crawl has not met yet; return how many that were."""
    if crawl.forgotten:
        return 0
    hosts: dict[str, int] = {}
    ready: set[int] = set()
    added = 0
    for one in discoveries:
        name = host_of(one.url)
        if (host := hosts.get(name)) is None:
            host = hosts[name] = host_row(connection, name)
        state = OVER_BUDGET if is_over(crawl, one.role, one.depth) else READY
        if _insert(connection, crawl.id, host, one, state):
            added += 1
            if state == READY:
                ready.add(host)
    for host in ready:
        enqueue(connection, crawl.id, host)
    return added


def _insert(
    connection: sqlite3.Connection, crawl: int, host: int, one: Discovery, state: str
) -> bool:
    context = json.dumps(dict(one.context), ensure_ascii=False, separators=(",", ":"))
    inserted = connection.execute(
        "INSERT OR IGNORE INTO urls (crawl, host, digest, page, state,"
        " url, role, priority, depth, referrer, context)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(crawl, host, digest(one.url), one.role != "media", state),
            *(one.url, one.role, one.priority, one.depth, one.referrer, context),
        ),
    )
    return inserted.rowcount > 0


def take_back_expired(connection: sqlite3.Connection, crawl: int, now: float) -> None:
    """Take back a crawl's leases that ended."""
    rows = connection.execute(
        "SELECT id, crawl, host, handed - failures FROM urls"
        " WHERE crawl = ? AND state = 'leased' AND expires_at <= ?",
        (crawl, now),
    ).fetchall()
    take_back(connection, rows)


def take_back(connection: sqlite3.Connection, rows: list[tuple[int, int, int, int]]) -> int:
    """Take back leases, given as (id, crawl, host, losses); return how many."""
    for id_, crawl, host, losses in rows:
        state = DEAD if losses >= MOST_LOSSES else DELAYED if losses >= FEW_LOSSES else READY
        due_at = time.time() + _wait_s(losses) if state == DELAYED else None
        connection.execute(
            "UPDATE urls SET state = ?, due_at = ?, again = 1, token = NULL, worker = NULL"
            " WHERE id = ?",
            (state, due_at, id_),
        )
        if state == DEAD:
            bury(connection, id_, "worker_lost", f"{losses} workers were lost with it")
        elif state == READY:
            enqueue(connection, crawl, host)
        let_go(connection, host)
    return len(rows)


def _wait_s(losses: int) -> float:
    return min(2.0 ** (losses - FEW_LOSSES), LONGEST_WAIT_S)


def bury(connection: sqlite3.Connection, id_: int, code: str, reason: str) -> None:
    """Write a dead letter."""
    connection.execute(
        "INSERT INTO dead_letters (crawl, url_id, code, reason)"
        " SELECT crawl, id, ?, ? FROM urls WHERE id = ?",
        (code, reason, id_),
    )


def wake_delayed(connection: sqlite3.Connection, crawl: int, now: float) -> None:
    """Queue what was to be tried again by now."""
    rows = connection.execute(
        "UPDATE urls SET state = 'ready', due_at = NULL WHERE id IN (SELECT id FROM urls"
        " WHERE crawl = ? AND state = 'delayed' AND due_at <= ? ORDER BY due_at LIMIT ?)"
        " RETURNING host",
        (crawl, now, _WOKEN_AT_ONCE),
    ).fetchall()
    for host in {host for (host,) in rows}:
        enqueue(connection, crawl, host)


def renew(connection: sqlite3.Connection, lease: Lease, expires_at: float) -> int:
    """Prolong a lease that is still held; return 1 when it was."""
    return connection.execute(_RENEW, (expires_at, *_proof(lease))).rowcount


def end(connection: sqlite3.Connection, lease: Lease, state: str) -> int | None:
    """End a lease that is still held; return the URL's row, or None when it was lost."""
    row = connection.execute(_END, (state, *_proof(lease))).fetchone()
    if row is None:
        return None
    let_go(connection, row[1])
    return int(row[0])
