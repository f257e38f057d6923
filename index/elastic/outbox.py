"""The outbox: events that are stored with their document, in one step, and then in their own index.

A document that was put with events holds them until it is put again. Whoever is given a version of
it makes sure first that these events are in the audit trail, so nobody can put another document in
its place before they are; and before events are looked for, all outboxes are emptied. So a writer
that dies in between loses no event, and none is doubled, since an event is created by its own id.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from index.documents import RECORDS, Event, moment_text, now
from index.elastic.mappings import OWN
from index.elastic.sources import source_of, version_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from index.contract import Version
    from index.elastic.client import Action
    from index.elastic.indices import Indices

_EXISTS: Final = 409
_REMEMBERED: Final = 50_000
_OLD: Final = "now-1m"
"""Outboxes of documents that were put since then are left as they are: changing a document ends
the version of it that another writer may just hold."""


class Outbox:
    """Brings events into the audit trail."""

    def __init__(self, indices: Indices) -> None:
        self._indices = indices
        self._delivered: set[tuple[str, Version]] = set()

    def deliver(self, events: Iterable[Mapping[str, Any]]) -> None:
        """Add events to the audit trail; those that are there already change nothing."""
        index = self._indices.of(Event)
        create = {"_index": index, "require_alias": True}
        actions: list[Action] = [
            ({"create": {**create, "_id": source["id"]}}, source) for source in events
        ]
        self._indices.server.bulk(actions, allow=(_EXISTS,))

    def settle(self, answers: Sequence[Mapping[str, Any]]) -> None:
        """Deliver what is in the outboxes of documents that were read."""
        waiting = [one for one in answers if self._may_wait(one)]
        if waiting:
            self.deliver(event for one in waiting for event in one["_source"][OWN]["outbox"])
            for one in waiting:
                self.remember(one["_id"], version_of(one))

    def remember(self, id: str, version: Version) -> None:
        """Keep in mind that the events of this version are delivered."""
        if len(self._delivered) >= _REMEMBERED:
            self._delivered.clear()
        self._delivered.add((id, version))

    def empty(self) -> None:
        """Deliver what is in any outbox, and take it out of those that are old."""
        index = [self._indices.alias_of(kind.kind) for kind in RECORDS if kind is not Event]
        server = self._indices.server
        server.ask(lambda es: es.indices.refresh(index=index, ignore_unavailable=True))
        for hits in self._pages(index):
            self.settle(hits)
        old = [
            one
            for hits in self._pages(index, {"range": {f"{OWN}.since": {"lt": _OLD}}})
            for one in hits
        ]
        server.bulk((_without_outbox(one) for one in old), allow=(404, 409))

    def _pages(
        self, index: Sequence[str], *also: Mapping[str, Any]
    ) -> Iterator[Sequence[Mapping[str, Any]]]:
        query = {"bool": {"filter": [{"term": {f"{OWN}.pending": True}}, *also]}}
        return self._indices.server.pages(
            index,
            query,
            [f"{OWN}.since", "id"],
            seq_no_primary_term=True,
            ignore_unavailable=True,
            source=[OWN],
        )

    def _may_wait(self, answer: Mapping[str, Any]) -> bool:
        own = answer["_source"].get(OWN, {})
        return bool(own.get("pending")) and (answer["_id"], version_of(answer)) not in (
            self._delivered
        )


def entry(token: str, events: Sequence[Event]) -> dict[str, Any]:
    """Return what is stored beside a document: its events, and the name of this very write."""
    kept: dict[str, Any] = {"token": token}
    if events:
        kept |= {"pending": True, "since": moment_text(now()), "outbox": [*map(source_of, events)]}
    return kept


def _without_outbox(answer: Mapping[str, Any]) -> Action:
    place = {
        "_index": answer["_index"],
        "_id": answer["_id"],
        "if_seq_no": answer["_seq_no"],
        "if_primary_term": answer["_primary_term"],
    }
    return {"update": place}, {"doc": {OWN: {"pending": False, "outbox": None}}}
