"""`FingerprintIndex` on SQLite: postings of (term, part), parts with their signatures."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from fingerprints.contract import Fingerprint, Part, Probe
from index.contract import Candidate, FingerprintIndex, OwnerId, Side
from index.errors import NotFound

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from index.embedded.database import Database

_TABLES = (
    """CREATE TABLE IF NOT EXISTS prints (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        side TEXT NOT NULL, owner TEXT NOT NULL, medium TEXT NOT NULL,
        modality TEXT NOT NULL, version INTEGER NOT NULL, extent REAL NOT NULL,
        UNIQUE (side, owner, medium, modality))""",
    """CREATE TABLE IF NOT EXISTS parts (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        print INTEGER NOT NULL REFERENCES prints, ordinal INTEGER NOT NULL,
        position REAL NOT NULL, terms BLOB NOT NULL, signature BLOB NOT NULL,
        UNIQUE (print, ordinal))""",
    """CREATE TABLE IF NOT EXISTS spaces (
        id INTEGER PRIMARY KEY, side TEXT NOT NULL, modality TEXT NOT NULL,
        UNIQUE (side, modality))""",
    """CREATE TABLE IF NOT EXISTS postings (
        space INTEGER NOT NULL, term INTEGER NOT NULL, part INTEGER NOT NULL,
        PRIMARY KEY (space, term, part)) WITHOUT ROWID""",
)

# CROSS JOIN keeps the order: for each term looked up its postings, never the other way round.
_POSTINGS = """
    SELECT wanted.value, postings.part FROM json_each(:terms) AS wanted
    CROSS JOIN postings ON postings.space = :space AND postings.term = wanted.value
    WHERE (SELECT count(*) FROM (SELECT 1 FROM postings AS same
           WHERE same.space = :space AND same.term = wanted.value LIMIT :common + 1)) <= :common
"""

_TERM = np.dtype("<i8")
_COMMON_AT_LEAST = 256
_COMMON_SHARE = 1000


class EmbeddedFingerprintIndex(FingerprintIndex):
    """Fingerprints in one SQLite file. A print is added and removed in one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database
        database.declare(*_TABLES)

    def add(self, owner: OwnerId, fingerprint: Fingerprint) -> None:
        """Index a fingerprint durably; it replaces the owner's earlier one of the modality."""
        with self._database.writing() as connection:
            found = connection.execute(
                "SELECT id FROM prints WHERE side = ? AND owner = ? AND medium = ?"
                " AND modality = ?",
                (*owner, fingerprint.modality),
            ).fetchall()
            _forget(connection, (row[0] for row in found))
            _insert(connection, owner, fingerprint)

    def remove(self, side: Side, id: str) -> int:
        """Forget all fingerprints of a document; return how many there were."""
        with self._database.writing() as connection:
            found = connection.execute(
                "SELECT id FROM prints WHERE side = ? AND owner = ?", (side, id)
            ).fetchall()
            _forget(connection, (row[0] for row in found))
        return len(found)

    def load(
        self, owner: OwnerId, modality: str, *, parts: Sequence[int] | None = None
    ) -> Fingerprint:
        """Return a stored fingerprint, or only some of its parts, in order."""
        with self._database.reading() as connection:
            head = connection.execute(
                "SELECT id, version, extent FROM prints"
                " WHERE side = ? AND owner = ? AND medium = ? AND modality = ?",
                (*owner, modality),
            ).fetchone()
            if head is None:
                raise NotFound(f"{modality} fingerprint", "/".join(owner))
            chosen, values = "", []
            if parts is not None:
                chosen = " AND ordinal IN (SELECT value FROM json_each(?))"
                values = [json.dumps([int(part) for part in parts])]
            rows = connection.execute(
                "SELECT position, terms, signature FROM parts"
                f" WHERE print = ?{chosen} ORDER BY ordinal",
                (head[0], *values),
            ).fetchall()
        return Fingerprint(modality, head[1], tuple(_part(*row) for row in rows), head[2])

    def candidates(
        self, probes: Sequence[Probe], *, limit: int, among: Side = "work"
    ) -> list[list[Candidate]]:
        """Return, for each probe, who may be alike: most shared terms first."""
        with self._database.reading() as connection:
            return [self._candidates(connection, probe, limit, among) for probe in probes]

    def _candidates(
        self, connection: sqlite3.Connection, probe: Probe, limit: int, among: Side
    ) -> list[Candidate]:
        terms, parts = _postings(connection, probe, among)
        shared: dict[int, int] = defaultdict(int)
        for lookup in probe.lookups:
            hit = parts[np.isin(terms, lookup.terms)]
            for part, count in zip(*np.unique(hit, return_counts=True), strict=True):
                if count >= lookup.min_shared:
                    shared[int(part)] += int(count)
        return _best_documents(_by_owner(connection, shared), limit)


def _postings(
    connection: sqlite3.Connection, probe: Probe, among: Side
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return aligned (n,) arrays of term and part, for the terms that are not too common."""
    space = connection.execute(
        "SELECT id FROM spaces WHERE side = ? AND modality = ?", (among, probe.modality)
    ).fetchone()
    if space is None or not probe.lookups:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    (newest,) = connection.execute("SELECT coalesce(max(id), 0) FROM parts").fetchone()
    rows = connection.execute(
        _POSTINGS,
        {
            "terms": json.dumps(_looked_up(probe).tolist()),
            "space": space[0],
            "common": max(_COMMON_AT_LEAST, newest // _COMMON_SHARE),
        },
    ).fetchall()
    pairs = np.array(rows, np.int64).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]


def _looked_up(probe: Probe) -> NDArray[np.int64]:
    return np.unique(np.concatenate([lookup.terms for lookup in probe.lookups]))


def _by_owner(connection: sqlite3.Connection, shared: dict[int, int]) -> list[Candidate]:
    rows = connection.execute(
        "SELECT side, owner, medium, ordinal, parts.id,"
        " (SELECT max(ordinal) + 1 FROM parts AS all_parts WHERE all_parts.print = prints.id)"
        " FROM parts"
        " JOIN prints ON prints.id = parts.print"
        " WHERE parts.id IN (SELECT value FROM json_each(?)) ORDER BY parts.id",
        (json.dumps(list(shared)),),
    ).fetchall()
    found: dict[tuple[OwnerId, int], list[tuple[int, int]]] = defaultdict(list)
    for side, owner, medium, ordinal, part, of in rows:
        found[OwnerId(side, owner, medium), of].append((ordinal, shared[part]))
    return [
        Candidate(
            owner,
            sum(count for _, count in hits),
            tuple(sorted(ordinal for ordinal, _ in hits)),
            of,
        )
        for (owner, of), hits in found.items()
    ]


def _best_documents(candidates: list[Candidate], limit: int) -> list[Candidate]:
    together: dict[str, int] = defaultdict(int)
    for candidate in candidates:
        together[candidate.owner.id] += candidate.shared
    best = set(sorted(together, key=lambda id: (-together[id], id))[:limit])
    return sorted(
        (candidate for candidate in candidates if candidate.owner.id in best),
        key=lambda candidate: (-candidate.shared, candidate.owner),
    )


def _insert(connection: sqlite3.Connection, owner: OwnerId, fingerprint: Fingerprint) -> None:
    space = _space(connection, owner.side, fingerprint.modality)
    number = connection.execute(
        "INSERT INTO prints (side, owner, medium, modality, version, extent)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (*owner, fingerprint.modality, fingerprint.version, fingerprint.extent),
    ).lastrowid
    postings: list[tuple[int, int, int]] = []
    for ordinal, part in enumerate(fingerprint.parts):
        id = connection.execute(
            "INSERT INTO parts (print, ordinal, position, terms, signature) VALUES (?, ?, ?, ?, ?)",
            (number, ordinal, part.position, part.terms.astype(_TERM).tobytes(), part.signature),
        ).lastrowid
        postings += [(space, term, id or 0) for term in part.terms.tolist()]
    # In the order of the key, the tree grows page by page instead of all over.
    postings.sort()
    connection.executemany("INSERT INTO postings (space, term, part) VALUES (?, ?, ?)", postings)


def _space(connection: sqlite3.Connection, side: Side, modality: str) -> int:
    connection.execute(
        "INSERT OR IGNORE INTO spaces (side, modality) VALUES (?, ?)", (side, modality)
    )
    (space,) = connection.execute(
        "SELECT id FROM spaces WHERE side = ? AND modality = ?", (side, modality)
    ).fetchone()
    return int(space)


def _forget(connection: sqlite3.Connection, prints: Iterable[int]) -> None:
    for number in prints:
        side, modality = connection.execute(
            "SELECT side, modality FROM prints WHERE id = ?", (number,)
        ).fetchone()
        space = _space(connection, side, modality)
        rows = connection.execute("SELECT id, terms FROM parts WHERE print = ?", (number,))
        connection.executemany(
            "DELETE FROM postings WHERE space = ? AND term = ? AND part = ?",
            [
                (space, term, part)
                for part, terms in rows.fetchall()
                for term in np.frombuffer(terms, _TERM).tolist()
            ],
        )
        connection.execute("DELETE FROM parts WHERE print = ?", (number,))
        connection.execute("DELETE FROM prints WHERE id = ?", (number,))


def _part(position: float, terms: bytes, signature: bytes) -> Part:
    return Part(position, np.frombuffer(terms, _TERM).astype(np.int64), signature)
