"""The SQLite file: one connection a process and thread, durable, shared with other processes."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from index.errors import IncompatibleData, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SCHEMA: Final = 2
_STEPS: Final = {
    # Postings are kept beside the file since, and made anew from the terms of the parts.
    1: (
        "ALTER TABLE parts ADD COLUMN space INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE spaces ADD COLUMN flushed INTEGER NOT NULL DEFAULT 0",
        """UPDATE parts SET space = (SELECT spaces.id FROM prints JOIN spaces
           ON spaces.side = prints.side AND spaces.modality = prints.modality
           WHERE prints.id = parts.print)""",
        "DROP TABLE postings",
    ),
}
"""What makes a file of each older schema one of the next."""

_BUSY_TIMEOUT_S = 60.0
_CACHE_KB = 32 * 1024  # at most, a connection: the upper levels of the trees, of ten million prints
_PAUSE_S = 0.02


class Database:
    """A SQLite file in WAL mode. What a transaction wrote survives kill -9 and a loss of power."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()

    @property
    def connection(self) -> sqlite3.Connection:
        """Return this thread's connection, opened anew after a fork. Raises `Unavailable`."""
        if getattr(self._local, "process", None) != os.getpid():
            self._local.connection = self._connect()
            self._local.process = os.getpid()
        connection: sqlite3.Connection = self._local.connection
        return connection

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Give the connection for queries that all see the same moment."""
        with self._translated():
            connection = self.connection
            connection.execute("BEGIN")
            try:
                yield connection
            finally:
                connection.rollback()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Give the connection inside a transaction: all of it is kept, or nothing."""
        with self._translated():
            connection = self.connection
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:  # SQLite ends it by itself when the disk is full
                    connection.execute("ROLLBACK")
                raise

    def declare(self, *statements: str) -> None:
        """Make tables and indexes that aren't there yet."""
        with self.writing() as connection:
            for statement in statements:
                connection.execute(statement)

    def close(self) -> None:
        """Close this thread's connection."""
        if getattr(self._local, "process", None) == os.getpid():
            self._local.connection.close()
            self._local.process = None

    def _connect(self) -> sqlite3.Connection:
        with self._translated():
            try:
                self.path.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise Unavailable(str(self.path.parent), error.strerror or str(error)) from error
            connection = sqlite3.connect(
                self.path, timeout=_BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=True
            )
            switch_to_wal(connection)
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute(f"PRAGMA cache_size = -{_CACHE_KB}")
            self._check_schema(connection)
            return connection

    def _check_schema(self, connection: sqlite3.Connection) -> None:
        connection.execute("BEGIN IMMEDIATE")
        with connection:
            (found,) = connection.execute("PRAGMA user_version").fetchone()
            if found > SCHEMA:
                raise IncompatibleData(str(self.path), found, SCHEMA)
            for older in range(found or SCHEMA, SCHEMA):
                for statement in _STEPS[older]:
                    connection.execute(statement)
            if found < SCHEMA:
                connection.execute(f"PRAGMA user_version = {SCHEMA}")

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.OperationalError, sqlite3.DatabaseError) as error:
            if isinstance(error, sqlite3.IntegrityError | sqlite3.ProgrammingError):
                raise
            raise Unavailable(str(self.path), str(error)) from error


def switch_to_wal(connection: sqlite3.Connection) -> None:
    """Switch the file to WAL; where others open the new file too, SQLite doesn't wait by itself."""
    patience_ends = time.monotonic() + _BUSY_TIMEOUT_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > patience_ends:
                raise
            time.sleep(_PAUSE_S)
        else:
            return
