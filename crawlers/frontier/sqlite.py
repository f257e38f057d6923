"""`Frontier` on SQLite: one file for all crawls and all workers of a machine.

A host's pace is kept once, whatever crawl asks it, so crawls that run side by side don't press it
together. A lease costs the same with ten URLs waiting as with ten million: hosts that may be
asked are found by an index, then the host's first URL by another.
"""

from __future__ import annotations

import secrets
import time
from typing import TYPE_CHECKING, Any

from crawlers.frontier.contract import DeadLetter, Frontier, Lease, Stats
from crawlers.frontier.hosts import host_of
from crawlers.frontier.sqlite_crawls import (
    CrawlRow,
    crawl_row,
    exhaust,
    note_spent,
    open_crawl,
)
from crawlers.frontier.sqlite_file import (
    DEAD,
    DELAYED,
    DONE,
    LEASED,
    OVER_BUDGET,
    READY,
    FrontierFile,
)
from crawlers.frontier.sqlite_forgetting import end_crawl, forget_hosts, free_some
from crawlers.frontier.sqlite_queues import (
    ask,
    busy_until,
    due_host,
    hold_back,
    host_row,
    next_due,
    set_due,
)
from crawlers.frontier.sqlite_urls import (
    add,
    bury,
    discovery_of,
    end,
    renew,
    take_back,
    take_back_expired,
    wake_delayed,
)

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from crawlers.frontier.contract import Budget, Discovery, Politeness

_TURN_S = 1e-6
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
        with self._file.writing() as connection:
            open_crawl(connection, crawl_id, politeness, budget)

    def add(self, crawl_id: str, discoveries: Sequence[Discovery]) -> int:
        """Queue what the crawl has not met yet."""
        with self._file.writing() as connection:
            return add(connection, crawl_row(connection, crawl_id), discoveries)

    def lease(self, crawl_id: str, *, worker: str, limit: int, ttl_s: float) -> list[Lease]:
        """Hand out URLs whose hosts may be asked now."""
        now = time.time()
        with self._file.reading() as connection:
            due = _next_due(connection, crawl_row(connection, crawl_id))
        if due is None or due > now:
            return []
        with self._file.writing() as connection:
            crawl = crawl_row(connection, crawl_id)
            take_back_expired(connection, crawl.id, now)
            wake_delayed(connection, crawl.id, now)
            note_spent(connection, crawl, now)
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
            return sum(renew(connection, lease, expires_at) for lease in leases)

    def ack(self, lease: Lease, discoveries: Sequence[Discovery], *, size_bytes: int = 0) -> bool:
        """Finish a URL and queue what it led to, in one transaction."""
        with self._file.writing() as connection:
            held = end(connection, lease, DONE)
            if held is not None:
                connection.execute(
                    "UPDATE crawls SET bytes = bytes + ?, pages_done = pages_done + ?"
                    " WHERE name = ?",
                    (size_bytes, lease.discovery.role != "media", lease.crawl_id),
                )
            add(connection, crawl_row(connection, lease.crawl_id), discoveries)
            note_spent(connection, crawl_row(connection, lease.crawl_id), time.time())
        return held is not None

    def nack(self, lease: Lease, *, code: str, reason: str, retry_in_s: float | None) -> bool:
        """Give a URL back, or up."""
        with self._file.writing() as connection:
            held = end(connection, lease, DEAD if retry_in_s is None else DELAYED)
            if held is None:
                return False
            connection.execute(
                "UPDATE urls SET failures = failures + 1, due_at = ? WHERE id = ?",
                (None if retry_in_s is None else time.time() + retry_in_s, held),
            )
            if retry_in_s is None:
                bury(connection, held, code, reason)
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
            return take_back(
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
            crawl = crawl_row(connection, crawl_id)
            count, failed = (
                dict(connection.execute(question, (crawl.id,)))
                for question in (
                    "SELECT state, urls FROM counts WHERE crawl = ?",
                    "SELECT code, letters FROM failures WHERE crawl = ?",
                )
            )
            due = _next_due(connection, crawl)
        done = count.get(DONE, 0)
        return Stats(
            waiting=count.get(READY, 0) + count.get(DELAYED, 0),
            leased=count.get(LEASED, 0),
            done=done,
            dead=count.get(DEAD, 0),
            over_budget=count.get(OVER_BUDGET, 0),
            next_due=due,
            pages=crawl.pages_done,
            media=done - crawl.pages_done,
            bytes=crawl.bytes,
            failed=failed,
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
                    discovery=discovery_of(discovery), attempts=attempts, code=code, reason=reason
                )
            if len(rows) < _LETTERS_AT_ONCE:
                return
            last = rows[-1][0]

    def forget(self, crawl_id: str) -> None:
        """End a crawl and free its rows but those of its dead letters, some at a time."""
        with self._file.writing() as connection:
            crawl = crawl_row(connection, crawl_id).id
            end_crawl(connection, crawl)
        more = True
        while more:
            with self._file.writing() as connection:
                more = free_some(connection, crawl)
        with self._file.writing() as connection:
            forget_hosts(connection, time.time())


_FIRST = (
    "SELECT id, host, page, handed, failures,"
    " url, role, priority, depth, referrer, context FROM urls"
    " WHERE crawl = ? AND host = ? AND state = 'ready'"
    " ORDER BY again DESC, priority DESC, id LIMIT 1"
)


def _next_due(connection: sqlite3.Connection, crawl: CrawlRow) -> float | None:
    """Return when something may be handed out next, or is to be set aside."""
    due = next_due(connection, crawl.id)
    if due is None or crawl.spent or crawl.ends_at is None:
        return due
    return min(due, crawl.ends_at)


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
        discovery=discovery_of(discovery),
        attempt=failures + 1,
        expires_at=expires_at,
    )
