"""Puts new postings into files and merges files, one process at a time.

Killed at any moment, it leaves the index as it was: files count when the database names them.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections import defaultdict
from contextlib import contextmanager
from math import log
from secrets import token_hex
from typing import TYPE_CHECKING, Final

import numpy as np

from index.embedded.postings.block import Block, block_of
from index.embedded.postings.segment import Segment, in_order, write
from index.embedded.postings.space import TERM, dead_parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from index.embedded.database import Database

FLUSH_AT: Final = 1 << 18
"""Postings that are kept in memory before they are put into a file."""
_FANOUT: Final = 4
_FLUSHED_AT_ONCE: Final = 1 << 22
_MERGED_WHILE_ADDING: Final = 1 << 22


def flush_when_due(database: Database, folder: Path, space: int) -> None:
    """Put the postings that are in no file into one when they are many, and merge small files.

    Does nothing while another process is at it.
    """
    if not _is_flush_due(database, space):
        return
    with _alone(folder) as is_alone:
        if is_alone:
            _flush(database, folder, space)
            _merge(database, folder, space, at_most=_MERGED_WHILE_ADDING)


def tidy(database: Database, folder: Path, space: int) -> None:
    """Merge all files that are due, however long it takes, and remove what kills left behind."""
    with _alone(folder) as is_alone:
        if is_alone:
            if _is_flush_due(database, space):
                _flush(database, folder, space)
            _merge(database, folder, space, at_most=None)
            _sweep(database, folder)


def rebuild(database: Database, folder: Path, space: int) -> None:
    """Forget the files of a space, and make them anew from the terms in the database."""
    with _alone(folder, waits=True):
        with database.writing() as connection:
            connection.execute("DELETE FROM segments WHERE space = ?", (space,))
            connection.execute("DELETE FROM dead WHERE space = ?", (space,))
            connection.execute("UPDATE spaces SET flushed = 0 WHERE id = ?", (space,))
        _flush(database, folder, space)
        _merge(database, folder, space, at_most=None)
        _sweep(database, folder)


def _is_flush_due(database: Database, space: int) -> bool:
    with database.reading() as connection:
        (size,) = connection.execute(
            "SELECT coalesce(sum(length(terms)), 0) FROM parts"
            " WHERE space = ?1 AND id > (SELECT flushed FROM spaces WHERE id = ?1)",
            (space,),
        ).fetchone()
    return bool(size >= FLUSH_AT * TERM.itemsize)


def _flush(database: Database, folder: Path, space: int) -> None:
    while _flush_some(database, folder, space):
        pass


def _flush_some(database: Database, folder: Path, space: int) -> bool:
    """Write a file of the next parts; return whether there are more."""
    with database.reading() as connection:
        (flushed,) = connection.execute(
            "SELECT flushed FROM spaces WHERE id = ?", (space,)
        ).fetchone()
        rows = connection.execute(
            "SELECT id, terms FROM parts WHERE space = ? AND id > ? ORDER BY id", (space, flushed)
        )
        parts, postings = [], 0
        for id, terms in rows:
            parts.append((id, np.frombuffer(terms, TERM)))
            postings += len(parts[-1][1])
            if postings >= _FLUSHED_AT_ONCE:
                break
    if not parts:
        return False
    count, name = _written(folder, [block_of(parts)], postings)
    ids = np.array([id for id, _ in parts], np.int64)
    with database.writing() as connection:
        kept = connection.execute(
            "SELECT id FROM parts WHERE space = ? AND id BETWEEN ? AND ?",
            (space, int(ids[0]), int(ids[-1])),
        )
        gone = np.setdiff1d(ids, np.fromiter((id for (id,) in kept), np.int64))
        connection.executemany(
            "INSERT INTO dead VALUES (?, ?)", [(space, part) for part in gone.tolist()]
        )
        connection.execute("INSERT INTO segments VALUES (?, ?, ?)", (name, space, count))
        connection.execute("UPDATE spaces SET flushed = ? WHERE id = ?", (int(ids[-1]), space))
    return postings >= _FLUSHED_AT_ONCE


def _merge(database: Database, folder: Path, space: int, *, at_most: int | None) -> None:
    """Merge files of about a size, as long as there are enough of them and not too much in them."""
    while True:
        with database.reading() as connection:
            rows = connection.execute(
                "SELECT name, postings FROM segments WHERE space = ?", (space,)
            ).fetchall()
            dead = dead_parts(connection, space)
        chosen = _due(rows)
        if not chosen or (at_most is not None and sum(count for _, count in chosen) > at_most):
            return
        segments = [Segment(folder / name, count) for name, count in chosen]
        dropped: set[int] = set()
        kept = _without(dead, in_order(segments), dropped)
        count, new = _written(folder, kept, sum(map(len, segments)))
        with database.writing() as connection:
            connection.executemany(
                "DELETE FROM segments WHERE name = ?", [(name,) for name, _ in chosen]
            )
            connection.executemany(
                "DELETE FROM dead WHERE space = ? AND part = ?",
                [(space, part) for part in dropped],
            )
            connection.execute("INSERT INTO segments VALUES (?, ?, ?)", (new, space, count))
        for name, _ in chosen:
            shutil.rmtree(folder / name, ignore_errors=True)


def _due(rows: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    """Return files of about a size that are enough to be merged: of the smallest size first."""
    by_level: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for name, count in rows:
        level = int(log(max(count, FLUSH_AT) / FLUSH_AT, _FANOUT) + 0.5)
        by_level[level].append((name, count))
    for level in sorted(by_level):
        if len(by_level[level]) >= _FANOUT:
            return by_level[level]
    return []


def _without(
    dead: NDArray[np.int64], blocks: Iterable[Block], dropped: set[int]
) -> Iterator[Block]:
    """Leave out the postings of removed parts, and note which parts those were."""
    for block in blocks:
        is_dead = np.isin(block.parts, dead)
        if is_dead.any():
            dropped.update(np.unique(block.parts[is_dead]).tolist())
            block = Block(block.keys[~is_dead], block.parts[~is_dead])  # noqa: PLW2901
        yield block


def _written(folder: Path, blocks: Iterable[Block], about: int) -> tuple[int, str]:
    """Write a file of a new name; return how many postings it holds, and the name."""
    name = token_hex(8)
    return write(folder / name, blocks, about), name


def _sweep(database: Database, folder: Path) -> None:
    """Remove files that no space names: of a process that was killed between writing and naming."""
    with database.reading() as connection:
        named = {name for (name,) in connection.execute("SELECT name FROM segments")}
    for found in folder.iterdir():
        if found.is_dir() and found.name not in named:
            shutil.rmtree(found, ignore_errors=True)


@contextmanager
def _alone(folder: Path, *, waits: bool = False) -> Iterator[bool]:
    """Say whether this process may change files, and hold others off while it does."""
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        yield _locked(descriptor, waits=waits)
    finally:
        os.close(descriptor)


def _locked(descriptor: int, *, waits: bool) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if waits else fcntl.LOCK_NB))
    except BlockingIOError:
        return False
    return True
