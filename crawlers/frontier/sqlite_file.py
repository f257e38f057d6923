"""The frontier's SQLite file: its tables, the connections to it, and its transactions.

The file is in WAL mode with `synchronous = NORMAL`: what was committed survives kill -9. A loss of
power may take back the last commits; the URLs in them are then visited again, none is lost.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from index.embedded.database import switch_to_wal
from index.errors import IncompatibleData, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SCHEMA: Final = 2
READY: Final = "ready"
DELAYED: Final = "delayed"
LEASED: Final = "leased"
DONE: Final = "done"
DEAD: Final = "dead"
OVER_BUDGET: Final = "over_budget"

_BUSY_TIMEOUT_S = 60.0

# Each question of the frontier has an index that answers it without reading past its first rows.
# `queues.due_at` is null where the host has nothing ready for the crawl.
_TABLES = (
    """CREATE TABLE crawls (
        id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,
        delay_s REAL NOT NULL, concurrency INTEGER NOT NULL,
        max_pages INTEGER, max_depth INTEGER, pages INTEGER NOT NULL DEFAULT 0)""",
    """CREATE TABLE hosts (
        id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,
        asked_at REAL NOT NULL DEFAULT 0, free_at REAL NOT NULL DEFAULT 0,
        crawl_delay_s REAL NOT NULL DEFAULT 0)""",
    """CREATE TABLE queues (
        crawl INTEGER NOT NULL, host INTEGER NOT NULL, due_at REAL,
        PRIMARY KEY (crawl, host)) WITHOUT ROWID""",
    "CREATE INDEX queues_due ON queues (crawl, due_at) WHERE due_at IS NOT NULL",
    "CREATE INDEX queues_host ON queues (host) WHERE due_at IS NOT NULL",
    """CREATE TABLE urls (
        id INTEGER PRIMARY KEY, crawl INTEGER NOT NULL, host INTEGER NOT NULL,
        digest BLOB NOT NULL, url TEXT NOT NULL, role TEXT NOT NULL, page INTEGER NOT NULL,
        priority INTEGER NOT NULL, depth INTEGER NOT NULL, referrer TEXT, context TEXT NOT NULL,
        state TEXT NOT NULL, again INTEGER NOT NULL DEFAULT 0,
        handed INTEGER NOT NULL DEFAULT 0, failures INTEGER NOT NULL DEFAULT 0,
        due_at REAL, token TEXT, worker TEXT, expires_at REAL)""",
    "CREATE UNIQUE INDEX urls_digest ON urls (crawl, digest)",
    """CREATE INDEX urls_ready ON urls (crawl, host, again DESC, priority DESC, id)
        WHERE state = 'ready'""",
    "CREATE INDEX urls_delayed ON urls (crawl, due_at) WHERE state = 'delayed'",
    "CREATE INDEX urls_leased ON urls (crawl, expires_at) WHERE state = 'leased'",
    "CREATE INDEX urls_in_flight ON urls (host, expires_at) WHERE state = 'leased'",
    "CREATE INDEX urls_worker ON urls (worker) WHERE state = 'leased'",
    """CREATE TABLE counts (
        crawl INTEGER NOT NULL, state TEXT NOT NULL, urls INTEGER NOT NULL,
        PRIMARY KEY (crawl, state)) WITHOUT ROWID""",
    """CREATE TRIGGER urls_come AFTER INSERT ON urls BEGIN
        INSERT INTO counts VALUES (new.crawl, new.state, 1)
            ON CONFLICT DO UPDATE SET urls = urls + 1;
    END""",
    """CREATE TRIGGER urls_move AFTER UPDATE OF state ON urls WHEN new.state <> old.state BEGIN
        UPDATE counts SET urls = urls - 1 WHERE crawl = old.crawl AND state = old.state;
        INSERT INTO counts VALUES (new.crawl, new.state, 1)
            ON CONFLICT DO UPDATE SET urls = urls + 1;
    END""",
    """CREATE TABLE dead_letters (
        id INTEGER PRIMARY KEY, crawl INTEGER NOT NULL, url_id INTEGER NOT NULL,
        code TEXT NOT NULL, reason TEXT NOT NULL)""",
    "CREATE INDEX dead_letters_crawl ON dead_letters (crawl)",
)
# What came with schema 2, for new files and for those of schema 1. A crawl that was under way then
# has its time counted from here. `spent`: what was not handed out is set aside, media too.
_BUDGETS = (
    "ALTER TABLE crawls ADD COLUMN max_bytes INTEGER",
    "ALTER TABLE crawls ADD COLUMN max_seconds REAL",
    "ALTER TABLE crawls ADD COLUMN opened_at REAL NOT NULL DEFAULT 0",
    "ALTER TABLE crawls ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE crawls ADD COLUMN pages_done INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE crawls ADD COLUMN spent INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE crawls ADD COLUMN forgotten INTEGER NOT NULL DEFAULT 0",
    """UPDATE crawls SET opened_at = (julianday('now') - 2440587.5) * 86400, pages_done =
        (SELECT count(*) FROM urls WHERE crawl = crawls.id AND state = 'done' AND page)""",
    """CREATE TABLE failures (
        crawl INTEGER NOT NULL, code TEXT NOT NULL, letters INTEGER NOT NULL,
        PRIMARY KEY (crawl, code)) WITHOUT ROWID""",
    "INSERT INTO failures SELECT crawl, code, count(*) FROM dead_letters GROUP BY crawl, code",
    """CREATE TRIGGER letters_come AFTER INSERT ON dead_letters BEGIN
        INSERT INTO failures VALUES (new.crawl, new.code, 1)
            ON CONFLICT DO UPDATE SET letters = letters + 1;
    END""",
)
_STEPS = (_TABLES, _BUDGETS)
"""What makes each schema of the one before."""


class _Connection(sqlite3.Connection):
    """Closes itself with the thread that used it, which Python 3.13 wants done by someone."""

    def __del__(self) -> None:
        self.close()


class FrontierFile:
    """The file, with one connection a thread and process.

    Raises `Unavailable` when it can't be read or written, `IncompatibleData` when a newer version
    of the program wrote it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()
        with self._translated():
            path.parent.mkdir(parents=True, exist_ok=True)
        with self.writing() as connection:
            self._declare(connection)

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Give the connection inside a transaction that sees one state of the file."""
        with self._translated(), self._transaction("BEGIN") as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Give the connection inside a transaction: all of it is kept, or nothing."""
        with self._translated(), self._transaction("BEGIN IMMEDIATE") as connection:
            yield connection

    def close(self) -> None:
        """Close this thread's connection."""
        if getattr(self._local, "process", None) == os.getpid():
            self._local.connection.close()
            self._local.process = None

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[sqlite3.Connection]:
        connection = self._connection()
        connection.execute(begin)
        try:
            yield connection
        except BaseException:
            connection.rollback()
            raise
        connection.commit()

    def _connection(self) -> sqlite3.Connection:
        # A connection must not be used on the other side of a fork.
        if getattr(self._local, "process", None) != os.getpid():
            connection = sqlite3.connect(
                self.path,
                timeout=_BUSY_TIMEOUT_S,
                isolation_level=None,
                check_same_thread=False,
                factory=_Connection,
            )
            switch_to_wal(connection)
            connection.execute("PRAGMA synchronous = NORMAL")
            self._local.connection = connection
            self._local.process = os.getpid()
        open_connection: sqlite3.Connection = self._local.connection
        return open_connection

    def _declare(self, connection: sqlite3.Connection) -> None:
        (found,) = connection.execute("PRAGMA user_version").fetchone()
        if found > SCHEMA:
            raise IncompatibleData(str(self.path), found, SCHEMA)
        for step in _STEPS[found:]:
            for statement in step:
                connection.execute(statement)
        if found < SCHEMA:
            connection.execute(f"PRAGMA user_version = {SCHEMA}")

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise Unavailable(str(self.path), error.strerror or str(error)) from error
        except sqlite3.DatabaseError as error:
            ours = (sqlite3.IntegrityError, sqlite3.ProgrammingError)
            if isinstance(error, ours) or error.sqlite_errorcode == sqlite3.SQLITE_ERROR:
                raise
            raise Unavailable(str(self.path), str(error)) from error
