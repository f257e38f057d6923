"""`FingerprintIndex` on SQLite: parts with their terms and signatures, and postings beside it."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Final

import numpy as np

from fingerprints.contract import Fingerprint, Part, Probe
from index.contract import Candidate, FingerprintIndex, OwnerId, Side
from index.embedded import owners
from index.embedded.postings import space as postings
from index.embedded.postings import upkeep
from index.embedded.postings.lookup import shared
from index.embedded.postings.segment import Broken
from index.errors import NotFound, Unavailable
from index.folding import most_of_a_term

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Sequence

    from index.embedded.database import Database

_TABLES: Final = (
    """CREATE TABLE IF NOT EXISTS prints (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        side TEXT NOT NULL, owner TEXT NOT NULL, medium TEXT NOT NULL,
        modality TEXT NOT NULL, version INTEGER NOT NULL, extent REAL NOT NULL,
        UNIQUE (side, owner, medium, modality))""",
    """CREATE TABLE IF NOT EXISTS parts (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        print INTEGER NOT NULL REFERENCES prints, ordinal INTEGER NOT NULL,
        position REAL NOT NULL, terms BLOB NOT NULL, signature BLOB NOT NULL,
        space INTEGER NOT NULL,
        UNIQUE (print, ordinal))""",
    "CREATE INDEX IF NOT EXISTS parts_of_space ON parts (space, id)",
    *postings.TABLES,
)

_PROBES_AT_ONCE: Final = 64
_TERMS_AT_ONCE: Final = 1 << 17
_ATTEMPTS: Final = 5
_CHECKS: Final = 8


class EmbeddedFingerprintIndex(FingerprintIndex):
    """Fingerprints in one SQLite file, which is what is durable, and postings in files beside it.

    A print is added and removed in one transaction.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._folder = database.path.with_name("postings")
        self._spaces: dict[int, postings.Space] = {}
        self._added: Counter[int] = Counter()
        database.declare(*_TABLES)

    def add(self, owner: OwnerId, fingerprint: Fingerprint) -> None:
        """Index a fingerprint durably; it replaces the owner's earlier one of the modality."""
        self.add_all([(owner, fingerprint)])

    def add_all(self, prints: Iterable[tuple[OwnerId, Fingerprint]]) -> None:
        """Index several fingerprints durably, all or none."""
        with self._database.writing() as connection:
            for owner, fingerprint in prints:
                found = connection.execute(
                    "SELECT id FROM prints WHERE side = ? AND owner = ? AND medium = ?"
                    " AND modality = ?",
                    (*owner, fingerprint.modality),
                ).fetchall()
                if found and _is_stored(connection, found[0][0], fingerprint):
                    continue
                _forget(connection, (row[0] for row in found))
                space = _insert(connection, owner, fingerprint)
                self._added[space] += sum(len(part.terms) for part in fingerprint.parts)
        self._flush()

    def _flush(self) -> None:
        for number, added in list(self._added.items()):
            if added >= upkeep.FLUSH_AT // _CHECKS:
                del self._added[number]
                upkeep.flush_when_due(self._database, self._folder, number)

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
        return [one for some in _batches(probes) for one in self._looked_up(some, limit, among)]

    def older(self, modality: str, version: int) -> list[OwnerId]:
        """Return whose fingerprints of a modality another version of it has made."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT side, owner, medium FROM prints WHERE modality = ? AND version != ?"
                " ORDER BY side, owner, medium",
                (modality, version),
            ).fetchall()
        return [OwnerId(*row) for row in rows]

    def tidy(self) -> None:
        """Put new postings into files and merge what is due."""
        for number in self._numbers():
            upkeep.tidy(self._database, self._folder, number)

    def rebuild(self) -> None:
        """Make all postings anew from the terms of the parts."""
        for number in self._numbers():
            upkeep.rebuild(self._database, self._folder, number)

    def _numbers(self) -> list[int]:
        with self._database.reading() as connection:
            return [number for (number,) in connection.execute("SELECT id FROM spaces")]

    def _space(self, number: int) -> postings.Space:
        return self._spaces.setdefault(number, postings.Space(self._folder, number))

    def _looked_up(self, probes: Sequence[Probe], limit: int, among: Side) -> list[list[Candidate]]:
        for _ in range(_ATTEMPTS):
            try:
                with self._database.reading() as connection:
                    return self._candidates(connection, probes, limit, among)
            except Broken as error:  # merged into others since this transaction began
                broken = error
        raise Unavailable(str(self._folder), f"{broken}; `marque index rebuild` makes it anew")

    def _candidates(
        self, connection: sqlite3.Connection, probes: Sequence[Probe], limit: int, among: Side
    ) -> list[list[Candidate]]:
        found: list[list[Candidate]] = [[] for _ in probes]
        (newest,) = connection.execute("SELECT coalesce(max(id), 0) FROM parts").fetchone()
        for modality in {probe.modality for probe in probes}:
            row = connection.execute(
                "SELECT id FROM spaces WHERE side = ? AND modality = ?", (among, modality)
            ).fetchone()
            if row is None:
                continue
            runs = self._space(row[0]).runs(connection)
            its = [place for place, probe in enumerate(probes) if probe.modality == modality]
            lookups = [probes[place].lookups for place in its]
            counted = shared(lookups, runs, most_of_a_term(newest))
            answers = owners.candidates(connection, counted, limit)
            for place, answer in zip(its, answers, strict=True):
                found[place] = answer
        return found


def _batches(probes: Sequence[Probe]) -> Iterator[list[Probe]]:
    """Yield probes in order, so many at once that their terms take little memory."""
    batch: list[Probe] = []
    terms = 0
    for probe in probes:
        batch.append(probe)
        terms += sum(len(lookup.terms) for lookup in probe.lookups)
        if len(batch) >= _PROBES_AT_ONCE or terms >= _TERMS_AT_ONCE:
            yield batch
            batch, terms = [], 0
    if batch:
        yield batch


def _is_stored(connection: sqlite3.Connection, number: int, fingerprint: Fingerprint) -> bool:
    """Tell whether a print is this very one: whoever examines again adds what is there."""
    head = connection.execute(
        "SELECT version, extent FROM prints WHERE id = ?", (number,)
    ).fetchone()
    parts = connection.execute(
        "SELECT position, terms, signature FROM parts WHERE print = ? ORDER BY ordinal", (number,)
    ).fetchall()
    return head == (fingerprint.version, fingerprint.extent) and parts == [
        (part.position, part.terms.astype(postings.TERM).tobytes(), part.signature)
        for part in fingerprint.parts
    ]


def _insert(connection: sqlite3.Connection, owner: OwnerId, fingerprint: Fingerprint) -> int:
    """Store a fingerprint; return the number of its space."""
    space = _space(connection, owner.side, fingerprint.modality)
    number = connection.execute(
        "INSERT INTO prints (side, owner, medium, modality, version, extent)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (*owner, fingerprint.modality, fingerprint.version, fingerprint.extent),
    ).lastrowid
    connection.executemany(
        "INSERT INTO parts (print, ordinal, position, terms, signature, space)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        [
            (
                *(number, ordinal, part.position),
                *(part.terms.astype(postings.TERM).tobytes(), part.signature, space),
            )
            for ordinal, part in enumerate(fingerprint.parts)
        ],
    )
    return space


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
        connection.execute(
            "INSERT INTO dead (space, part) SELECT parts.space, parts.id FROM parts"
            " JOIN spaces ON spaces.id = parts.space"
            " WHERE parts.print = ? AND parts.id <= spaces.flushed",
            (number,),
        )
        connection.execute("DELETE FROM parts WHERE print = ?", (number,))
        connection.execute("DELETE FROM prints WHERE id = ?", (number,))


def _part(position: float, terms: bytes, signature: bytes) -> Part:
    return Part(position, np.frombuffer(terms, postings.TERM).astype(np.int64), signature)
