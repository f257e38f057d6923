"""What only the SQLite frontier promises: its file, and that a lease reads no more than it must."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest

from crawlers.frontier.contract import Budget, Discovery, Politeness
from crawlers.frontier.sqlite import SqliteFrontier
from crawlers.frontier.sqlite_file import _TABLES, SCHEMA
from crawlers.frontier.sqlite_urls import digest
from index.errors import IncompatibleData, Unavailable

if TYPE_CHECKING:
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


def test_a_file_of_schema_1_goes_on_where_it_was(tmp_path: Path) -> None:
    path = tmp_path / "frontier.db"
    with sqlite3.connect(path) as connection:
        for statement in (*_TABLES, "PRAGMA user_version = 1"):
            connection.execute(statement)
        connection.execute("INSERT INTO crawls VALUES (1, 'crawl', 0.0, 4, 3, NULL, 2)")
        connection.execute("INSERT INTO hosts (id, name) VALUES (1, 'a.example')")
        connection.execute("INSERT INTO queues VALUES (1, 1, 0)")
        states = ("ready", "done", "done", "dead", "dead")
        connection.executemany(
            "INSERT INTO urls (crawl, host, digest, url, role, page, priority, depth, context,"
            " state, handed) VALUES (1, 1, ?, ?, ?, ?, 0, 0, '{}', ?, ?)",
            (
                (digest(url), url, role, role == "page", state, state != "ready")
                for number, state in enumerate(states)
                for role in ["media" if number == 2 else "page"]
                for url in [f"http://a.example/{number}"]
            ),
        )
        connection.execute(
            "INSERT INTO dead_letters (crawl, url_id, code, reason)"
            " SELECT crawl, id, 'gone', '404' FROM urls WHERE state = 'dead'"
        )
    connection.close()
    frontier = SqliteFrontier(path)
    before = frontier.stats("crawl")
    assert (before.waiting, before.done, before.pages, before.media) == (1, 2, 1, 1)
    assert before.failed == {"gone": 2}
    assert len(list(frontier.dead("crawl"))) == 2
    frontier.open(
        "crawl", politeness=Politeness(delay_s=0.0), budget=Budget(max_pages=3, max_seconds=3600.0)
    )
    (lease,) = frontier.lease("crawl", worker="worker", limit=9, ttl_s=60.0)
    frontier.nack(lease, code="gone", reason="404", retry_in_s=None)
    assert frontier.stats("crawl").failed == {"gone": 3}
    assert SqliteFrontier(path).stats("crawl").finished


def test_a_forgotten_crawl_makes_room_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "frontier.db"
    frontier = SqliteFrontier(path)
    sizes = []
    for crawl in ("one", "two", "three"):
        frontier.open(crawl, politeness=Politeness(delay_s=0.0), budget=Budget())
        frontier.add(crawl, [Discovery(url=f"http://a.example/{n}") for n in range(12_000)])
        frontier.forget(crawl)
        with frontier._file.reading() as connection:
            assert connection.execute("SELECT count(*) FROM urls").fetchone() == (0,)
        sizes.append(path.stat().st_size)
    assert sizes[2] < 1.2 * sizes[0]


def test_a_visit_costs_the_same_however_much_is_queued(tmp_path: Path) -> None:
    """Counted in steps of SQLite's machine, which grow with every row that is looked at."""
    few = steps_of_visits(tmp_path / "few.db", urls=400, hosts=40)
    many = steps_of_visits(tmp_path / "many.db", urls=URLS, hosts=HOSTS)
    assert many < 1.5 * few


def test_a_url_that_costs_too_many_workers_is_given_up(tmp_path: Path) -> None:
    frontier = SqliteFrontier(tmp_path / "frontier.db")
    frontier.open("crawl", politeness=Politeness(delay_s=0.0), budget=Budget())
    frontier.add("crawl", [Discovery(url="http://a.example/")])
    assert len(frontier.lease("crawl", worker="worker", limit=1, ttl_s=60.0)) == 1
    with sqlite3.connect(tmp_path / "frontier.db") as connection:
        connection.execute("UPDATE urls SET handed = 20")
    connection.close()
    frontier.release("worker")
    (letter,) = frontier.dead("crawl")
    assert letter.code == "worker_lost"
    assert frontier.stats("crawl").finished


def steps_of_visits(path: Path, *, urls: int, hosts: int) -> int:
    frontier = SqliteFrontier(path)
    frontier.open("crawl", politeness=Politeness(delay_s=0.0), budget=Budget(max_pages=10 * urls))
    fill(path, urls, hosts)
    connection = frontier._file._connection()
    steps = 0

    def step() -> None:
        nonlocal steps
        steps += 1

    connection.set_progress_handler(step, 1)
    for lease in frontier.lease("crawl", worker="worker", limit=20, ttl_s=60.0):
        frontier.renew([lease], ttl_s=60.0)
        frontier.ack(lease, [Discovery(url=f"{lease.discovery.url}/more")])
        assert frontier.stats("crawl").done > 0
    for number, lease in enumerate(frontier.lease("crawl", worker="worker", limit=20, ttl_s=60.0)):
        frontier.nack(lease, code="x", reason="", retry_in_s=None if number % 2 else 3600.0)
        frontier.block_host(lease.discovery.url, seconds=1.0)
    assert len(frontier.lease("crawl", worker="worker", limit=10, ttl_s=0.0)) == 10
    assert len(frontier.lease("crawl", worker="worker", limit=10, ttl_s=60.0)) == 10
    assert frontier.workers("crawl") == ["worker"]
    assert frontier.release("worker") == 10
    connection.set_progress_handler(None, 0)
    return steps


def fill(path: Path, urls: int, hosts: int) -> None:
    """Queue URLs faster than `add` would: most ready, some put off, done or given up."""
    states = ("ready", "ready", "ready", "delayed", "done", "dead")
    with sqlite3.connect(path) as connection:
        connection.executemany(
            "INSERT INTO hosts (id, name) VALUES (?, ?)",
            ((host, f"{host}.example") for host in range(1, hosts + 1)),
        )
        connection.execute("INSERT INTO queues SELECT 1, id, 0 FROM hosts")
        connection.executemany(
            "INSERT INTO urls (crawl, host, digest, url, role, page, priority, depth, context,"
            " state, due_at) VALUES (1, ?, ?, ?, 'page', 1, 0, 0, '{}', ?, ?)",
            (
                (host, digest(url), url, states[number // hosts % len(states)], 1e10)
                for number in range(urls)
                for host in [1 + number % hosts]
                for url in [f"http://{host}.example/{number}"]
            ),
        )
    connection.close()
