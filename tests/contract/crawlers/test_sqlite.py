"""What only the SQLite frontier promises: its file, and that a lease reads no more than it must."""

from __future__ import annotations

import sqlite3
import time
from typing import TYPE_CHECKING

import pytest

from crawlers.frontier.contract import Budget, Discovery, Politeness
from crawlers.frontier.sqlite import SqliteFrontier, digest
from crawlers.frontier.sqlite_file import SCHEMA
from index.errors import IncompatibleData, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HOSTS = 2_000
URLS = 200_000


def test_a_file_of_a_newer_program_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "frontier.db"
    SqliteFrontier(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute(f"PRAGMA user_version = {SCHEMA + 1}")
    connection.close()
    with pytest.raises(IncompatibleData) as caught:
        SqliteFrontier(path)
    assert (caught.value.found, caught.value.known) == (SCHEMA + 1, SCHEMA)


def test_a_file_that_is_no_database_is_unavailable(tmp_path: Path) -> None:
    path = tmp_path / "frontier.db"
    path.write_bytes(b"not a database" * 1000)
    with pytest.raises(Unavailable):
        SqliteFrontier(path)


def test_no_statement_of_a_visit_reads_all_urls_or_hosts(
    tmp_path: Path,
) -> None:
    """Every statement of a lease, an acknowledgement and the counts is answered by an index."""
    path = tmp_path / "frontier.db"
    frontier = SqliteFrontier(path)
    frontier.open("crawl", politeness=Politeness(delay_s=0.0), budget=Budget(max_pages=URLS))
    fill(path)
    connection = frontier._file._connection()
    statements: list[str] = []
    connection.set_trace_callback(statements.append)
    began = time.process_time()
    for lease in frontier.lease("crawl", worker="worker", limit=20, ttl_s=60.0):
        frontier.renew([lease], ttl_s=60.0)
        frontier.ack(lease, [Discovery(url=f"{lease.discovery.url}/more")])
    for lease in frontier.lease("crawl", worker="worker", limit=20, ttl_s=60.0):
        frontier.nack(lease, code="x", reason="", retry_in_s=None)
    frontier.lease("crawl", worker="worker", limit=20, ttl_s=60.0)
    frontier.release("worker")
    frontier.workers("crawl")
    stats = frontier.stats("crawl")
    elapsed_s = time.process_time() - began
    connection.set_trace_callback(None)
    assert stats.waiting + stats.done + stats.dead == URLS + 20
    explained = {s for s in statements if s.split()[0] in {"SELECT", "UPDATE", "INSERT"}}
    assert len(explained) > 50
    scans = {
        (detail, statement)
        for statement in explained
        for *_, detail in connection.execute(f"EXPLAIN QUERY PLAN {statement}")
        if detail.startswith("SCAN") and not detail.startswith(("SCAN CONSTANT", "SCAN (subquery"))
    }
    assert scans == set()
    # A lease that looked at each URL or host would need hundreds of times as long.
    assert elapsed_s < 5.0


def fill(path: Path) -> None:
    """Queue the URLs faster than `add` would."""
    with sqlite3.connect(path) as connection:
        connection.executemany(
            "INSERT INTO hosts (id, name) VALUES (?, ?)",
            ((host, f"{host}.example") for host in range(1, HOSTS + 1)),
        )
        connection.execute("INSERT INTO queues SELECT 1, id, 0 FROM hosts")
        connection.executemany(
            "INSERT INTO urls (crawl, host, digest, url, role, page, priority, depth, context,"
            " state) VALUES (1, ?, ?, ?, 'page', 1, 0, 0, '{}', 'ready')",
            ((1 + number % HOSTS, digest(url), url) for number, url in enumerate(addresses())),
        )
    connection.close()


def addresses() -> Iterator[str]:
    for number in range(URLS):
        yield f"http://{1 + number % HOSTS}.example/{number}"
