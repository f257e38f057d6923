"""`Records` on SQLite: a table a kind, the document as JSON, fields reached by JSON paths."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from index.contract import Cursor, Facet, Page, Query, R, Range, Records, Stored, Value, Version
from index.cursors import cursor_at, place_of
from index.documents import RECORDS, Event, Record, moment_text, worded
from index.embedded import words
from index.errors import Ambiguous, Conflict, InvalidQuery, NotFound

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from index.embedded.database import Database

_INDEXED: dict[str, tuple[str, ...]] = {
    "grants": ("grantor_key",),
    "crawls": ("plan", "state"),
    "sightings": ("crawl_id",),
    "matches": ("case_id", "sighting_id", "crawl_id", "work_id", "grant_id"),
    "cases": ("work_id", "site", "state"),
    "case-urls": ("case_id",),
    "events": ("subject_id",),
}
"""The fields by which many documents are told apart; others are found by reading through."""

_AMBIGUOUS_SHOWN = 5


class EmbeddedRecords(Records):
    """Documents in one SQLite file."""

    def __init__(self, database: Database) -> None:
        self._database = database
        database.declare(*_tables(), *words.tables())
        self._find_older()

    def get(self, kind: type[R], id: str) -> Stored[R]:
        """Return a document, or raise `NotFound`."""
        with self._database.reading() as connection:
            row = connection.execute(
                f"SELECT body, version FROM {_table(kind)} WHERE id = ?", (id,)
            ).fetchone()
        if row is None:
            raise NotFound(kind.kind, id)
        return _stored(kind, *row)

    def get_all(self, kind: type[R], ids: Sequence[str]) -> dict[str, Stored[R]]:
        """Return those of the documents that are there, by id."""
        with self._database.reading() as connection:
            rows = connection.execute(
                f"SELECT id, body, version FROM {_table(kind)}"
                " WHERE id IN (SELECT value FROM json_each(?))",
                (json.dumps(list(ids)),),
            ).fetchall()
        return {id: _stored(kind, body, version) for id, body, version in rows}

    def put(self, record: R, *, expect: Version | None, events: Sequence[Event] = ()) -> Version:
        """Store a new document, or one in place of the version expected, with its events."""
        with self._database.writing() as connection:
            version = _put(connection, record, expect)
            if isinstance(version, Conflict):
                raise version
            for event in events:
                _create(connection, event)
        return version

    def put_all(self, puts: Sequence[tuple[Record, Version | None]]) -> list[Version | Conflict]:
        """Store documents as `put` does, all in one transaction; return what came of each."""
        with self._database.writing() as connection:
            return [_put(connection, record, expect) for record, expect in puts]

    def delete(self, kind: type[R], id: str, *, expect: Version) -> None:
        """Remove that very version of a document."""
        with self._database.writing() as connection:
            removed = connection.execute(
                f"DELETE FROM {_table(kind)} WHERE id = ? AND version = ?", (id, int(expect))
            ).rowcount
        if not removed:
            self.get(kind, id)
            raise Conflict(kind.kind, id)

    def find(self, query: Query[R], *, after: Cursor | None = None, limit: int = 50) -> Page[R]:
        """Return the next documents that fit, in the query's order, then by id."""
        order = _Order(query)
        where, values = _conditions(query)
        if after is not None:
            where, values = order.after(where, values, after)
        sql = (
            f"SELECT body, version, {order.key}, id FROM {_table(query.kind)}"
            f"{_clause(where)} ORDER BY {order.clause} LIMIT ?"
        )
        with self._database.reading() as connection:
            rows = connection.execute(sql, (*values, limit + 1)).fetchall()
        items = tuple(_stored(query.kind, body, version) for body, version, *_ in rows[:limit])
        more = len(rows) > limit > 0
        return Page(items, order.cursor(*rows[limit - 1][2:]) if more else None)

    def count(self, query: Query[R]) -> int:
        """Return how many documents fit."""
        where, values = _conditions(query)
        with self._database.reading() as connection:
            (found,) = connection.execute(
                f"SELECT count(*) FROM {_table(query.kind)}{_clause(where)}", values
            ).fetchone()
        return int(found)

    def facets(self, query: Query[R], name: str, *, limit: int = 20) -> list[Facet]:
        """Count the documents that fit by the values of a field, the most frequent first."""
        value, source = _path(query.kind, name), _table(query.kind)
        if _holds_many(query.kind, name):
            value, source = "item.value", f"{source} LEFT JOIN json_each(body, '$.{name}') AS item"
        where, values = _conditions(query)
        with self._database.reading() as connection:
            rows = connection.execute(
                f"SELECT {value}, count(*) FROM {source}{_clause(where)}"
                " GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ?",
                (*values, limit),
            ).fetchall()
        return [Facet(_value(query.kind, name, found), count) for found, count in rows]

    def resolve(self, kind: type[R], prefix: str) -> str:
        """Complete a shortened id."""
        with self._database.reading() as connection:
            rows = connection.execute(
                f"SELECT id FROM {_table(kind)} WHERE id >= ? AND id < ? ORDER BY id LIMIT ?",
                (prefix, prefix + "\U0010ffff", _AMBIGUOUS_SHOWN),
            ).fetchall()
        ids = tuple(str(row[0]) for row in rows)
        if not ids or not prefix:
            raise NotFound(kind.kind, prefix)
        if len(ids) > 1 and ids[0] != prefix:
            raise Ambiguous(kind.kind, prefix, ids)
        return ids[0]

    def append(self, event: Event) -> None:
        """Add to the audit trail, once."""
        with self._database.writing() as connection:
            _create(connection, event)

    def _find_older(self) -> None:
        """Make documents found by their words that a program without that index has stored."""
        for kind in RECORDS:
            if worded(kind) and self._is_unfound(kind):
                with self._database.writing() as connection:
                    rows = connection.execute(f"SELECT body FROM {_table(kind)}").fetchall()
                    for (body,) in rows:
                        words.keep(connection, kind.model_validate_json(body))

    def _is_unfound(self, kind: type[Record]) -> bool:
        with self._database.reading() as connection:
            (there, found) = connection.execute(
                f"SELECT EXISTS (SELECT 1 FROM {_table(kind)}),"
                f" EXISTS (SELECT 1 FROM {words.table_of(kind)})"
            ).fetchone()
        return bool(there and not found)


class _Order:
    """The order of a query, and how a page goes on where the last one ended."""

    def __init__(self, query: Query[Any]) -> None:
        self._descending = query.order.startswith("-")
        name = query.order.lstrip("-")
        self.key = _path(query.kind, name)
        self._query = query
        direction = "DESC" if self._descending else "ASC"
        self.clause = f"{self.key} {direction}, id {direction}"

    def cursor(self, key: object, id: str) -> Cursor:
        """Say where a page ended."""
        return cursor_at(self._query, key, id)

    def after(
        self, where: list[str], values: list[object], cursor: Cursor
    ) -> tuple[list[str], list[object]]:
        """Narrow the conditions to what comes after the cursor."""
        key, id = place_of(self._query, cursor)
        sign = "<" if self._descending else ">"
        # Nulls are smallest for SQLite's order, and equal nothing: hence the two cases.
        if key is None:
            later = f"({self.key} IS NULL AND id {sign} ?)"
            if not self._descending:
                later = f"({later} OR {self.key} IS NOT NULL)"
            return [*where, later], [*values, id]
        later = f"({self.key} {sign} ? OR ({self.key} = ? AND id {sign} ?)"
        later += f" OR {self.key} IS NULL)" if self._descending else ")"
        return [*where, later], [*values, key, key, id]


def _tables() -> list[str]:
    statements = []
    for kind in RECORDS:
        statements.append(
            f"CREATE TABLE IF NOT EXISTS {_table(kind)}"
            " (id TEXT PRIMARY KEY, version INTEGER NOT NULL, body TEXT NOT NULL) WITHOUT ROWID"
        )
        statements += [
            f'CREATE INDEX IF NOT EXISTS "{kind.kind}-{name}"'
            f" ON {_table(kind)} ({_path(kind, name)})"
            for name in _INDEXED.get(kind.kind, ())
        ]
    return statements


def _put(
    connection: sqlite3.Connection, record: Record, expect: Version | None
) -> Version | Conflict:
    if isinstance(record, Event):
        msg = "events are appended, not put"
        raise TypeError(msg)
    written = (
        _create(connection, record) if expect is None else _replace(connection, record, expect)
    )
    if not written:
        return Conflict(record.kind, record.id)
    words.keep(connection, record)
    return Version("1" if expect is None else str(int(expect) + 1))


def _create(connection: sqlite3.Connection, record: Record) -> bool:
    inserted = connection.execute(
        f"INSERT OR IGNORE INTO {_table(type(record))} (id, version, body) VALUES (?, 1, ?)",
        (record.id, _body(record)),
    )
    return inserted.rowcount > 0


def _replace(connection: sqlite3.Connection, record: Record, expect: Version) -> bool:
    updated = connection.execute(
        f"UPDATE {_table(type(record))} SET body = ?, version = version + 1"
        " WHERE id = ? AND version = ?",
        (_body(record), record.id, int(expect)),
    )
    return updated.rowcount > 0


def _table(kind: type[Record]) -> str:
    return f'"{kind.kind}"'


def _path(kind: type[Record], name: str) -> str:
    """Return SQL for a field; only fields of the document get into SQL."""
    if name == "id":
        return "id"
    if name not in kind.model_fields:
        raise InvalidQuery(f"{kind.kind} has no field {name!r}")
    return f"json_extract(body, '$.{name}')"


def _conditions(query: Query[Any]) -> tuple[list[str], list[object]]:
    where: list[str] = []
    values: list[object] = []
    for name, wanted in query.where.items():
        clause, bound = _condition(query.kind, name, wanted)
        where.append(clause)
        values += bound
    if query.words.strip():
        clause, bound = _worded(query.kind, query.words)
        where.append(clause)
        values += bound
    return where, values


def _worded(kind: type[Record], asked: str) -> tuple[str, list[object]]:
    if not worded(kind):
        raise InvalidQuery(f"{kind.kind} have no words to be searched by")
    expression = words.expression(asked)
    if not expression:  # signs only
        return "0", []
    table = words.table_of(kind)
    return f"id IN (SELECT id FROM {table} WHERE {table} MATCH ?)", [expression]


def _condition(
    kind: type[Record], name: str, wanted: Value | tuple[Value, ...] | Range
) -> tuple[str, list[object]]:
    path = _path(kind, name)
    if isinstance(wanted, Range):
        return _range(path, wanted)
    choices = wanted if isinstance(wanted, tuple) else (wanted,)
    given = [_bound(choice) for choice in choices if choice is not None]
    marks = ", ".join("?" * len(given))
    if _holds_many(kind, name):
        items = f"SELECT 1 FROM json_each(body, '$.{name}')"
        clauses = [f"EXISTS ({items} WHERE value IN ({marks}))"]
        missing = f"NOT EXISTS ({items})"
    else:
        clauses = [f"{path} IN ({marks})"]
        missing = f"{path} IS NULL"
    if None in choices:
        clauses.append(missing)
    return f"({' OR '.join(clauses)})", given


def _value(kind: type[Record], name: str, found: Any) -> Value:  # noqa: ANN401 - as JSON has it
    """Return a field's value; SQLite gives true and false as numbers."""
    is_flag = name != "id" and kind.meanings()[name].search == "flag"
    return bool(found) if is_flag and found is not None else found


def _range(path: str, wanted: Range) -> tuple[str, list[object]]:
    clauses = [f"{path} IS NOT NULL"]
    values: list[object] = []
    if wanted.at_least is not None:
        clauses.append(f"{path} >= ?")
        values.append(_bound(wanted.at_least))
    if wanted.below is not None:
        clauses.append(f"{path} < ?")
        values.append(_bound(wanted.below))
    return f"({' AND '.join(clauses)})", values


def _holds_many(kind: type[Record], name: str) -> bool:
    return str(kind.model_fields[name].annotation).startswith("tuple[") if name != "id" else False


def _clause(where: list[str]) -> str:
    return f" WHERE {' AND '.join(where)}" if where else ""


def _bound(value: Value | datetime) -> object:
    if isinstance(value, datetime):
        return moment_text(value)
    return int(value) if isinstance(value, bool) else value


def _body(record: Record) -> str:
    """Return the document as JSON whose moments sort as text: all in UTC, to the microsecond."""
    return json.dumps(record.model_dump(mode="python"), ensure_ascii=False, default=_plain)


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return moment_text(value)
    msg = f"{type(value).__name__} in a document"
    raise TypeError(msg)


def _stored(kind: type[R], body: str, version: int) -> Stored[R]:
    return Stored(kind.model_validate_json(body), Version(str(version)))
