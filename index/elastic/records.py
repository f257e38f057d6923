"""`Records` on Elasticsearch: an index a kind, reached by an alias.

What any process has put is found by the next `find` of any: indices are refreshed before they are
searched, which costs little where nothing is new. Pages go on by the value that they ended with, so
they don't move, need no snapshot, and don't expire.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any, Final

from index.contract import Cursor, Facet, Page, Query, R, Records, Stored, Version
from index.cursors import cursor_at, place_of
from index.documents import Event, Record
from index.elastic.mappings import OWN, exact_name
from index.elastic.outbox import Outbox, entry
from index.elastic.queries import conditions, order
from index.elastic.sources import record_of, source_of, version_of
from index.errors import Ambiguous, Conflict, NotFound, Unavailable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from elastic_transport import ObjectApiResponse
    from elasticsearch import Elasticsearch

    from index.elastic.client import Action
    from index.elastic.indices import Indices

_AMBIGUOUS_SHOWN: Final = 5
_MOST_ON_A_PAGE: Final = 9_999
_TIMEOUT: Final = "10s"
_MISSING: Final = 404
_REFUSED: Final = frozenset({_MISSING, 409})


class ElasticRecords(Records):
    """Documents in Elasticsearch. Raises `Unavailable` and its kinds, and `MappingConflict`."""

    def __init__(self, indices: Indices) -> None:
        self._indices = indices
        self._server = indices.server
        self._outbox = Outbox(indices)

    def get(self, kind: type[R], id: str) -> Stored[R]:
        """Return a document, or raise `NotFound`."""
        found = self._got(kind, id)
        if found is None:
            raise NotFound(kind.kind, id)
        self._outbox.settle([found])
        return Stored(record_of(kind, found["_source"]), version_of(found))

    def get_all(self, kind: type[R], ids: Sequence[str]) -> dict[str, Stored[R]]:
        """Return those of the documents that are there, by id."""
        found = self._server.get_all(self._indices.of(kind), ids)
        self._outbox.settle(found)
        return {
            one["_id"]: Stored(record_of(kind, one["_source"]), version_of(one)) for one in found
        }

    def put(self, record: R, *, expect: Version | None, events: Sequence[Event] = ()) -> Version:
        """Store a new document, or one in place of the version expected, with its events."""
        _refuse_events(record)
        own = entry(secrets.token_hex(8), events)
        version = self._written(record, own, expect)
        if events:
            self._outbox.deliver(own["outbox"])
            self._outbox.remember(record.id, version)
        return version

    def put_all(self, puts: Sequence[tuple[Record, Version | None]]) -> list[Version | Conflict]:
        """Store documents as `put` does, in one request; return what came of each."""
        tokens = [secrets.token_hex(8) for _ in puts]
        actions = [
            self._putting(record, expect, token)
            for (record, expect), token in zip(puts, tokens, strict=True)
        ]
        results = self._server.bulk(actions, allow=[*_REFUSED])
        return [
            version_of(result) if result["status"] not in _REFUSED else self._refused(record, token)
            for (record, _), token, result in zip(puts, tokens, results, strict=True)
        ]

    def delete(self, kind: type[R], id: str, *, expect: Version) -> None:
        """Remove that very version of a document."""
        where = _place(self._indices.of(kind), expect)
        answer = self._server.ask(
            lambda es: es.options(ignore_status=[*_REFUSED]).delete(
                id=id, timeout=_TIMEOUT, **where
            )
        )
        if answer.meta.status in _REFUSED:
            self.get(kind, id)
            raise Conflict(kind.kind, id)

    def find(self, query: Query[R], *, after: Cursor | None = None, limit: int = 50) -> Page[R]:
        """Return the next documents that fit, in the query's order, then by id."""
        sort = order(query)
        where = conditions(query)
        place = None if after is None else list(place_of(query, after))
        self._refresh(query.kind)
        limit = min(limit, _MOST_ON_A_PAGE)
        answer = self._server.ask(
            lambda es: es.search(
                index=self._indices.of(query.kind),
                query=where,
                sort=sort,
                search_after=place[-len(sort) :] if place else None,
                size=limit + 1,
                seq_no_primary_term=True,
                track_total_hits=False,
                allow_partial_search_results=False,
            )
        )
        hits = answer["hits"]["hits"]
        more = len(hits) > limit > 0
        hits = hits[:limit]
        self._outbox.settle(hits)
        items = tuple(Stored(record_of(query.kind, h["_source"]), version_of(h)) for h in hits)
        return Page(items, _end(query, hits[-1]) if more else None)

    def count(self, query: Query[R]) -> int:
        """Return how many documents fit."""
        where = conditions(query)
        self._refresh(query.kind)
        answer = self._server.ask(
            lambda es: es.search(
                index=self._indices.of(query.kind),
                query=where,
                size=0,
                track_total_hits=True,
                allow_partial_search_results=False,
            )
        )
        return int(answer["hits"]["total"]["value"])

    def facets(self, query: Query[R], name: str, *, limit: int = 20) -> list[Facet]:
        """Count the documents that fit by the values of a field, the most frequent first."""
        where, field = conditions(query), exact_name(query.kind, name)
        self._refresh(query.kind)
        answer = self._server.ask(
            lambda es: es.search(
                index=self._indices.of(query.kind),
                query=where,
                size=0,
                aggregations={
                    "values": {"terms": {"field": field, "size": limit}},
                    "none": {"missing": {"field": field}},
                },
                allow_partial_search_results=False,
            )
        )["aggregations"]
        none = answer["none"]["doc_count"]
        counted = [Facet(None, none)] if none else []
        counted += [_facet(bucket) for bucket in answer["values"]["buckets"]]
        return sorted(counted, key=lambda one: -one.count)[:limit]

    def resolve(self, kind: type[R], prefix: str) -> str:
        """Complete a shortened id."""
        self._refresh(kind)
        answer = self._server.ask(
            lambda es: es.search(
                index=self._indices.of(kind),
                query={"prefix": {"id": prefix}},
                sort=[{"id": "asc"}],
                size=_AMBIGUOUS_SHOWN,
                source=False,
                allow_partial_search_results=False,
            )
        )
        ids = tuple(str(hit["sort"][0]) for hit in answer["hits"]["hits"])
        if not ids or not prefix:
            raise NotFound(kind.kind, prefix)
        if len(ids) > 1 and ids[0] != prefix:
            raise Ambiguous(kind.kind, prefix, ids)
        return ids[0]

    def append(self, event: Event) -> None:
        """Add to the audit trail, once."""
        self._outbox.deliver([source_of(event)])

    def _written(self, record: Record, own: Mapping[str, Any], expect: Version | None) -> Version:
        index = self._indices.of(type(record))
        source = {**source_of(record), OWN: own}

        tries = 0

        def write(es: Elasticsearch) -> ObjectApiResponse[Any]:
            nonlocal tries
            tries += 1
            es = es.options(ignore_status=[*_REFUSED])
            if expect is None:
                return es.create(
                    index=index, id=record.id, document=source, require_alias=True, timeout=_TIMEOUT
                )
            return es.index(
                id=record.id, document=source, timeout=_TIMEOUT, **_place(index, expect)
            )

        answer = self._server.ask(write)
        if answer.meta.status not in _REFUSED:
            return version_of(answer.body)
        if answer.meta.status == _MISSING and expect is None:
            raise Unavailable(self._server.location.name, f"{index} is gone")
        outcome = (
            self._refused(record, own["token"]) if tries > 1 else Conflict(record.kind, record.id)
        )
        if isinstance(outcome, Conflict):
            raise outcome
        return outcome

    def _putting(self, record: Record, expect: Version | None, token: str) -> Action:
        _refuse_events(record)
        index = self._indices.of(type(record))
        source = {**source_of(record), OWN: entry(token, ())}
        if expect is None:
            return {"create": {"_index": index, "_id": record.id, "require_alias": True}}, source
        place = _place(index, expect)
        return {"index": {"_index": place.pop("index"), "_id": record.id, **place}}, source

    def _refused(self, record: Record, token: str) -> Version | Conflict:
        """Return what a write came to that was refused: tried twice, it may have met itself."""
        found = self._got(type(record), record.id)
        if found is not None and found["_source"].get(OWN, {}).get("token") == token:
            return version_of(found)
        return Conflict(record.kind, record.id)

    def _got(self, kind: type[Record], id: str) -> Mapping[str, Any] | None:
        index = self._indices.of(kind)
        answer = self._server.ask(lambda es: es.options(ignore_status=404).get(index=index, id=id))
        if "error" in answer.body:
            raise Unavailable(self._server.location.name, f"{index} is gone")
        body: Mapping[str, Any] = answer.body
        return body if body["found"] else None

    def _refresh(self, kind: type[Record]) -> None:
        if kind is Event:
            self._outbox.empty()
        self._indices.refresh(kind.kind)


def _refuse_events(record: Record) -> None:
    if isinstance(record, Event):
        msg = "events are appended, not put"
        raise TypeError(msg)


def _place(alias: str, version: Version) -> dict[str, Any]:
    """Return where the very version of a document is, as requests name it."""
    index, sequence, term = [alias, version, "1"] if "/" not in version else version.split("/")
    return {"index": index, "if_seq_no": int(sequence), "if_primary_term": int(term)}


def _facet(bucket: Mapping[str, Any]) -> Facet:
    is_flag = bucket.get("key_as_string") in {"true", "false"}
    return Facet(bool(bucket["key"]) if is_flag else bucket["key"], bucket["doc_count"])


def _end(query: Query[Any], hit: Mapping[str, Any]) -> Cursor:
    return cursor_at(query, hit["sort"][0], hit["sort"][-1])
