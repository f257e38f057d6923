"""`Frontier` on SQLite: one file for all crawls and all workers of a machine.

A host's pace is kept once, whatever crawl asks it, so crawls that run side by side don't press it
together. A lease costs the same with ten URLs waiting as with ten million: hosts that may be
asked are found by an index, then the host's first URL by another.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import time
from typing import TYPE_CHECKING, Any, Final

from crawlers.frontier.contract import DeadLetter, Discovery, Frontier, Lease, Stats
from crawlers.frontier.hosts import host_of
from crawlers.frontier.sqlite_crawls import CrawlRow, crawl_row, exhaust, is_over, reconsider
from crawlers.frontier.sqlite_file import (
    DEAD,
    DELAYED,
    DONE,
    LEASED,
    OVER_BUDGET,
    READY,
    FrontierFile,
)
from crawlers.frontier.sqlite_queues import (
    ask,
    busy_until,
    due_host,
    enqueue,
    hold_back,
    host_row,
    let_go,
    next_due,
    set_due,
)

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from crawlers.frontier.contract import Budget, Politeness

MOST_LOSSES: Final = 10
"""A URL whose workers died so often is given up: it may be what kills them."""

_TURN_S = 1e-6
_WOKEN_AT_ONCE = 1000
_LETTERS_AT_ONCE = 500


class SqliteFrontier(Frontier):
    """The queue in one SQLite file. Raises `Unavailable`, `IncompatibleData`, `NotFound`."""

    def __init__(self, path: Path) -> None:
        self._file = FrontierFile(path)

    def close(self) -> None:
        """Close this thread's connection to the file."""
        self._file.close()

    def open(self, crawl_id: str, *, politeness: Politeness, budget: Budget) -> None:
        """Begin a crawl or go on with one; a budget that grew lets in what was over it."""
        bounds = (budget.max_pages, budget.max_depth)
        pace = (politeness.delay_s, politeness.concurrency)
        with self._file.writing() as connection:
            before = connection.execute(
                "SELECT max_pages, max_depth FROM crawls WHERE name = ?", (crawl_id,)
            ).fetchone()
            connection.execute(
                "INSERT INTO crawls (name, delay_s, concurrency, max_pages, max_depth)"
                " VALUES (?, ?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET delay_s = ?2,"
                " concurrency = ?3, max_pages = ?4, max_depth = ?5",
                (crawl_id, *pace, *bounds),
            )
            if before is not None and before != bounds:
                reconsider(connection, crawl_row(connection, crawl_id))

    def add(self, crawl_id: str, discoveries: Sequence[Discovery]) -> int:
        """Queue what the crawl has not met yet."""
        with self._file.writing() as connection:
            return _add(connection, crawl_row(connection, crawl_id), discoveries)

    def lease(self, crawl_id: str, *, worker: str, limit: int, ttl_s: float) -> list[Lease]:
        """Hand out URLs whose hosts may be asked now."""
        now = time.time()
        with self._file.reading() as connection:
            due = next_due(connection, crawl_row(connection, crawl_id).id)
        if due is None or due > now:
            return []
        with self._file.writing() as connection:
            crawl = crawl_row(connection, crawl_id).id
            _take_back_expired(connection, crawl, now)
            _wake_delayed(connection, crawl, now)
            found: list[Lease] = []
            for turn in range(limit):
                # Each in a batch has its own moment, so that hosts take turns within it too.
                row = _next(connection, crawl_id, now + turn * _TURN_S)
                if row is None:
                    break
                found.append(_hand_out(connection, crawl_id, row, worker, now + ttl_s))
            return found

    def renew(self, leases: Sequence[Lease], *, ttl_s: float) -> int:
        """Prolong leases that are still held."""
        expires_at = time.time() + ttl_s
        with self._file.writing() as connection:
            return sum(
                connection.execute(_RENEW, (expires_at, *_proof(lease))).rowcount
                for lease in leases
            )

    def ack(self, lease: Lease, discoveries: Sequence[Discovery]) -> bool:
        """Finish a URL and queue what it led to, in one transaction."""
        with self._file.writing() as connection:
            held = _end(connection, lease, DONE)
            _add(connection, crawl_row(connection, lease.crawl_id), discoveries)
        return held is not None

    def nack(self, lease: Lease, *, code: str, reason: str, retry_in_s: float | None) -> bool:
        """Give a URL back, or up."""
        with self._file.writing() as connection:
            held = _end(connection, lease, DEAD if retry_in_s is None else DELAYED)
            if held is None:
                return False
            connection.execute(
                "UPDATE urls SET failures = failures + 1, due_at = ? WHERE id = ?",
                (None if retry_in_s is None else time.time() + retry_in_s, held),
            )
            if retry_in_s is None:
                _bury(connection, held, code, reason)
        return True

    def block_host(self, url: str, *, seconds: float, crawl_delay_s: float | None = None) -> None:
        """Ask the URL's host nothing for some seconds, in any crawl."""
        with self._file.writing() as connection:
            host = host_row(connection, host_of(url))
            connection.execute(
                "UPDATE hosts SET crawl_delay_s = coalesce(?2, crawl_delay_s),"
                " free_at = max(free_at, ?3, asked_at + coalesce(?2, 0)) WHERE id = ?1",
                (host, crawl_delay_s, time.time() + seconds),
            )
            hold_back(connection, host)

    def release(self, worker: str) -> int:
        """Take back all that a worker held."""
        with self._file.writing() as connection:
            return _take_back(
                connection,
                connection.execute(
                    "SELECT id, crawl, host, handed - failures FROM urls"
                    " WHERE worker = ? AND state = 'leased'",
                    (worker,),
                ).fetchall(),
            )

    def workers(self, crawl_id: str) -> list[str]:
        """Name the workers that hold leases."""
        with self._file.reading() as connection:
            rows = connection.execute(
                "SELECT DISTINCT worker FROM urls WHERE crawl = ? AND state = 'leased'",
                (crawl_row(connection, crawl_id).id,),
            ).fetchall()
        return sorted(str(worker) for (worker,) in rows)

    def stats(self, crawl_id: str) -> Stats:
        """Count, from counters that the database keeps."""
        with self._file.reading() as connection:
            crawl = crawl_row(connection, crawl_id).id
            count = dict(
                connection.execute("SELECT state, urls FROM counts WHERE crawl = ?", (crawl,))
            )
            due = next_due(connection, crawl)
        return Stats(
            waiting=count.get(READY, 0) + count.get(DELAYED, 0),
            leased=count.get(LEASED, 0),
            done=count.get(DONE, 0),
            dead=count.get(DEAD, 0),
            over_budget=count.get(OVER_BUDGET, 0),
            next_due=due,
        )

    def dead(self, crawl_id: str) -> Iterator[DeadLetter]:
        """Return what was given up, in the order it was; no transaction stays open meanwhile."""
        last = 0
        while True:
            with self._file.reading() as connection:
                rows = connection.execute(
                    "SELECT letter.id, code, reason, handed,"
                    " url, role, priority, depth, referrer, context"
                    " FROM dead_letters AS letter JOIN urls ON urls.id = letter.url_id"
                    " WHERE letter.crawl = ? AND letter.id > ? ORDER BY letter.id LIMIT ?",
                    (crawl_row(connection, crawl_id).id, last, _LETTERS_AT_ONCE),
                ).fetchall()
            for _, code, reason, attempts, *discovery in rows:
                yield DeadLetter(
                    discovery=_discovery(discovery), attempts=attempts, code=code, reason=reason
                )
            if len(rows) < _LETTERS_AT_ONCE:
                return
            last = rows[-1][0]


_RENEW = (
    "UPDATE urls SET expires_at = ? WHERE crawl = (SELECT id FROM crawls WHERE name = ?)"
    " AND digest = ? AND token = ? AND state = 'leased'"
)
_END = (
    "UPDATE urls SET state = ?, token = NULL, worker = NULL, expires_at = NULL"
    " WHERE crawl = (SELECT id FROM crawls WHERE name = ?) AND digest = ? AND token = ?"
    " AND state = 'leased' RETURNING id, host"
)
_FIRST = (
    "SELECT id, host, page, handed, failures,"
    " url, role, priority, depth, referrer, context FROM urls"
    " WHERE crawl = ? AND host = ? AND state = 'ready'"
    " ORDER BY again DESC, priority DESC, id LIMIT 1"
)


def digest(url: str) -> bytes:
    """Return what a URL is known by: 16 bytes of its SHA-256."""
    return hashlib.sha256(url.encode()).digest()[:16]


def _proof(lease: Lease) -> tuple[str, bytes, str]:
    return lease.crawl_id, digest(lease.discovery.url), lease.token


def _discovery(row: Sequence[Any]) -> Discovery:
    url, role, priority, depth, referrer, context = row
    return Discovery(
        url=url,
        role=role,
        priority=priority,
        depth=depth,
        referrer=referrer,
        context=json.loads(context),
    )


def _add(connection: sqlite3.Connection, crawl: CrawlRow, discoveries: Iterable[Discovery]) -> int:
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


def _take_back_expired(connection: sqlite3.Connection, crawl: int, now: float) -> None:
    rows = connection.execute(
        "SELECT id, crawl, host, handed - failures FROM urls"
        " WHERE crawl = ? AND state = 'leased' AND expires_at <= ?",
        (crawl, now),
    ).fetchall()
    _take_back(connection, rows)


def _take_back(connection: sqlite3.Connection, rows: list[tuple[int, int, int, int]]) -> int:
    for id_, crawl, host, losses in rows:
        given_up = losses >= MOST_LOSSES
        connection.execute(
            "UPDATE urls SET state = ?, again = 1, token = NULL, worker = NULL WHERE id = ?",
            (DEAD if given_up else READY, id_),
        )
        if given_up:
            _bury(connection, id_, "worker_lost", f"{losses} workers were lost with it")
        else:
            enqueue(connection, crawl, host)
        let_go(connection, host)
    return len(rows)


def _bury(connection: sqlite3.Connection, id_: int, code: str, reason: str) -> None:
    connection.execute(
        "INSERT INTO dead_letters (crawl, url_id, code, reason)"
        " SELECT crawl, id, ?, ? FROM urls WHERE id = ?",
        (code, reason, id_),
    )


def _wake_delayed(connection: sqlite3.Connection, crawl: int, now: float) -> None:
    rows = connection.execute(
        "UPDATE urls SET state = 'ready', due_at = NULL WHERE id IN (SELECT id FROM urls"
        " WHERE crawl = ? AND state = 'delayed' AND due_at <= ? ORDER BY due_at LIMIT ?)"
        " RETURNING host",
        (crawl, now, _WOKEN_AT_ONCE),
    ).fetchall()
    for host in {host for (host,) in rows}:
        enqueue(connection, crawl, host)


def _next(connection: sqlite3.Connection, crawl_id: str, at: float) -> tuple[Any, ...] | None:
    """Find the URL to hand out at a moment, settling the queues met on the way."""
    crawl = crawl_row(connection, crawl_id)
    while (host := due_host(connection, crawl.id, at)) is not None:
        if (until := busy_until(connection, host, at, crawl.concurrency)) is not None:
            set_due(connection, crawl.id, host, until)
            continue
        row: tuple[Any, ...] | None = connection.execute(_FIRST, (crawl.id, host)).fetchone()
        if row is None:
            set_due(connection, crawl.id, host, None)
        elif crawl.exhausted and _is_new_page(row):
            exhaust(connection, crawl.id)
        else:
            ask(connection, host, at, crawl.delay_s)
            return row
    return None


def _is_new_page(row: Sequence[Any]) -> bool:
    _, _, page, handed, *_ = row
    return bool(page) and not handed


def _hand_out(
    connection: sqlite3.Connection,
    crawl_id: str,
    row: Sequence[Any],
    worker: str,
    expires_at: float,
) -> Lease:
    id_, host, _, _, failures, *discovery = row
    token = secrets.token_hex(8)
    connection.execute(
        "UPDATE urls SET state = 'leased', again = 0, handed = handed + 1, token = ?,"
        " worker = ?, expires_at = ? WHERE id = ?",
        (token, worker, expires_at, id_),
    )
    crawl = crawl_row(connection, crawl_id)
    if _is_new_page(row):
        connection.execute("UPDATE crawls SET pages = pages + 1 WHERE id = ?", (crawl.id,))
    if connection.execute(_FIRST, (crawl.id, host)).fetchone() is None:
        set_due(connection, crawl.id, host, None)
    return Lease(
        crawl_id=crawl_id,
        token=token,
        discovery=_discovery(discovery),
        attempt=failures + 1,
        expires_at=expires_at,
    )


def _end(connection: sqlite3.Connection, lease: Lease, state: str) -> int | None:
    """End a lease that is still held; return the URL's row, or None when it was lost."""
    row = connection.execute(_END, (state, *_proof(lease))).fetchone()
    if row is None:
        return None
    let_go(connection, row[1])
    return int(row[0])
