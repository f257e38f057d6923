"""Queries of the contract in Elasticsearch's words."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from index.contract import Query, Range, Value
from index.documents import moment_text, worded
from index.elastic.abilities import SMART
from index.elastic.mappings import exact_name, stored_name
from index.errors import InvalidQuery

if TYPE_CHECKING:
    from index.documents import Record

Clause = dict[str, Any]


def conditions(query: Query[Any]) -> Clause:
    """Return the query that finds what fits; raises `InvalidQuery`."""
    clauses = [_condition(query.kind, name, wanted) for name, wanted in query.where.items()]
    clauses += _worded(query.kind, query.words)
    return {"bool": {"filter": clauses}} if clauses else {"match_all": {}}


def order(query: Query[Any]) -> list[Clause]:
    """Return how what fits is ordered: a missing value is before all others, equals are by id."""
    descending = query.order.startswith("-")
    field = exact_name(query.kind, query.order.lstrip("-"))
    way = "desc" if descending else "asc"
    by_id = {"id": {"order": way}}
    if field == "id":
        return [by_id]
    return [{field: {"order": way, "missing": "_last" if descending else "_first"}}, by_id]


def _worded(kind: type[Record], words: str) -> list[Clause]:
    """Return what finds each word in one of the fields of words; signs by themselves are none."""
    if not words.strip():
        return []
    names = [stored_name(kind, name) for name in worded(kind)]
    fields = [*names, *(f"{name}.{SMART}" for name in names)]  # one that isn't there finds nothing
    if not fields:
        raise InvalidQuery(f"{kind.kind} have no words to be searched by")
    said = [word for word in words.split() if any(letter.isalnum() for letter in word)]
    return [
        {"multi_match": {"query": word, "fields": fields, "type": "phrase"}} for word in said
    ] or [{"match_none": {}}]


def _condition(kind: type[Record], name: str, wanted: Value | tuple[Value, ...] | Range) -> Clause:
    field = exact_name(kind, name)
    if isinstance(wanted, Range):
        return _range(field, wanted)
    choices = wanted if isinstance(wanted, tuple) else (wanted,)
    given: Clause = {"terms": {field: [one for one in choices if one is not None]}}
    if None not in choices:
        return given
    missing = {"bool": {"must_not": {"exists": {"field": field}}}}
    return {"bool": {"should": [given, missing], "minimum_should_match": 1}}


def _range(field: str, wanted: Range) -> Clause:
    if wanted.at_least is None and wanted.below is None:
        return {"exists": {"field": field}}
    ends = {"gte": wanted.at_least, "lt": wanted.below}
    return {
        "range": {field: {end: _bound(value) for end, value in ends.items() if value is not None}}
    }


def _bound(value: float | datetime) -> float | str:
    return moment_text(value) if isinstance(value, datetime) else value
