"""All postings of one space, works' pictures for instance: the files, and what is newer than they.

`spaces.flushed` names the last part whose terms are in files; later ones are read from `parts`.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

import numpy as np

from index.embedded.postings.block import Block, block_of, merged
from index.embedded.postings.segment import Segment

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

    from numpy.typing import NDArray

    from index.embedded.postings.block import Run

TABLES: Final = (
    """CREATE TABLE IF NOT EXISTS spaces (
        id INTEGER PRIMARY KEY, side TEXT NOT NULL, modality TEXT NOT NULL,
        flushed INTEGER NOT NULL DEFAULT 0,
        UNIQUE (side, modality))""",
    """CREATE TABLE IF NOT EXISTS segments (
        name TEXT PRIMARY KEY, space INTEGER NOT NULL REFERENCES spaces,
        postings INTEGER NOT NULL) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS dead (
        space INTEGER NOT NULL, part INTEGER NOT NULL,
        PRIMARY KEY (space, part)) WITHOUT ROWID""",
)
TERM: Final = np.dtype("<i8")
_FANOUT: Final = 8
_AT_ONCE: Final = 4096


class Space:
    """The postings of one space as this process sees them; refreshed in each transaction."""

    def __init__(self, folder: Path, number: int) -> None:
        self.folder, self.number = folder, number
        self._segments: dict[str, Segment] = {}
        self._head: list[Block] = []
        self._seen = 0
        self._lock = threading.Lock()

    def runs(self, connection: sqlite3.Connection) -> list[Run]:
        """Return all postings as they are in this transaction. Raises `Broken`."""
        with self._lock:
            flushed = self._refresh_segments(connection)
            self._refresh_head(connection, flushed)
            return [*self._segments.values(), *self._head]

    def _refresh_segments(self, connection: sqlite3.Connection) -> int:
        rows = connection.execute(
            "SELECT name, postings FROM segments WHERE space = ?", (self.number,)
        ).fetchall()
        self._segments = {
            name: self._segments.get(name) or Segment(self.folder / name, count)
            for name, count in rows
        }
        (flushed,) = connection.execute(
            "SELECT flushed FROM spaces WHERE id = ?", (self.number,)
        ).fetchone()
        return int(flushed)

    def _refresh_head(self, connection: sqlite3.Connection, flushed: int) -> None:
        if flushed > self._seen:
            self._head, self._seen = [], flushed
        elif self._head:
            later = (block.after(flushed) for block in self._head)
            self._head = [block for block in later if len(block)]
        rows = connection.execute(
            "SELECT id, terms FROM parts WHERE space = ? AND id > ? ORDER BY id",
            (self.number, self._seen),
        )
        while batch := rows.fetchmany(_AT_ONCE):
            self._seen = batch[-1][0]
            self._grow(block_of([(id, np.frombuffer(terms, TERM)) for id, terms in batch]))

    def _grow(self, block: Block) -> None:
        """Add a block to the head, merging what has come to be of about its size."""
        if not len(block):
            return
        self._head.append(block)
        while len(self._head) >= _FANOUT and self._are_alike(self._head[-_FANOUT:]):
            self._head[-_FANOUT:] = [merged(self._head[-_FANOUT:])]

    @staticmethod
    def _are_alike(blocks: list[Block]) -> bool:
        return max(map(len, blocks)) < _FANOUT * max(1, min(map(len, blocks)))


def dead_parts(connection: sqlite3.Connection, space: int) -> NDArray[np.int64]:
    """Return the removed parts whose postings are still in files, ascending."""
    rows = connection.execute("SELECT part FROM dead WHERE space = ? ORDER BY part", (space,))
    return np.array([part for (part,) in rows], np.int64)
