"""Storing, loading and forgetting fingerprints: heads and parts.

A print is replaced by writing new parts, then its head, then removing the old parts, so a reader
finds the old print or the new one, never none. What a writer that died left over is nobody's: it is
not answered with, and `sweep` removes it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fingerprints.contract import Fingerprint, Part
from index.elastic.print_documents import (
    HEADS,
    Head,
    head_id,
    head_of,
    new_head,
    part_of,
    part_sources,
    parts_of,
)
from index.errors import NotFound, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from index.contract import OwnerId, Side
    from index.elastic.client import Action
    from index.elastic.indices import Indices

_PAGE: Final = 500
_ATTEMPTS: Final = 5
_PRINTS_AT_ONCE: Final = 200
_PARTS_AT_ONCE: Final = 1_000
_GONE_OR_CHANGED: Final = (404, 409)
_CREATED: Final = frozenset({200, 201})


class Prints:
    """Fingerprints as documents."""

    def __init__(self, indices: Indices) -> None:
        self._indices = indices
        self._server = indices.server

    def add_all(self, prints: Iterable[tuple[OwnerId, Fingerprint]]) -> None:
        """Store prints in place of their owners' earlier ones of the same modality."""
        for batch in _batches(prints):
            self._add(batch)

    def remove(self, side: Side, id: str) -> int:
        """Forget all prints of a document; return how many there were."""
        removed = 0
        while found := self._of_document(side, id):
            removed += self._delete(found)
        return removed

    def load(
        self, owner: OwnerId, modality: str, ordinals: Sequence[int] | None = None
    ) -> Fingerprint:
        """Return a print, or only some of its parts, in order. Raises `NotFound`."""
        id = head_id(owner, modality)
        for _ in range(_ATTEMPTS):
            head = self.heads([id]).get(id)
            if head is None:
                raise NotFound(f"{modality} fingerprint", "/".join(owner))
            wanted = None if ordinals is None else sorted(set(ordinals) & set(range(head.parts)))
            parts = self._parts(head, wanted)
            if parts is not None:  # else it was replaced since its head was read
                return Fingerprint(modality, head.version, parts, head.extent)
        raise Unavailable(self._server.location.name, f"parts of {modality} {id} are missing")

    def older(self, modality: str, version: int) -> list[OwnerId]:
        """Return whose prints of a modality another version of it has made."""
        self._indices.refresh(HEADS)
        query = {
            "bool": {
                "filter": [{"term": {"modality": modality}}],
                "must_not": [{"term": {"version": version}}],
            }
        }
        sort = ["side", "owner", "medium"]
        pages = self._server.pages(self._indices.alias(HEADS), query, sort)
        return [head_of(hit["_source"]).owner for hits in pages for hit in hits]

    def heads(self, ids: Sequence[str]) -> dict[str, Head]:
        """Return the heads that are there, by id."""
        return {id: head_of(found["_source"]) for id, found in self._stored(ids).items()}

    def _stored(self, ids: Sequence[str]) -> dict[str, Mapping[str, Any]]:
        found = self._server.get_all(self._indices.alias(HEADS), ids)
        return {one["_id"]: one for one in found}

    def _add(self, batch: Mapping[str, tuple[OwnerId, Fingerprint]]) -> None:
        stored = self._stored(list(batch))
        new: dict[str, Head] = {}
        actions: list[Action] = []
        for id, (owner, fingerprint) in batch.items():
            head = new_head(owner, fingerprint)
            if id in stored and stored[id]["_source"]["content"] == head.content:
                continue
            new[id] = head
            place = {"_index": self._indices.alias(parts_of(owner.side)), "require_alias": True}
            actions += [
                ({"index": {**place, "_id": part}}, source)
                for part, source in part_sources(head, fingerprint)
            ]
        self._server.bulk(actions)
        while new:
            new = self._switch(new, stored)
            stored = self._stored(list(new))

    def _switch(
        self, new: Mapping[str, Head], stored: Mapping[str, Mapping[str, Any]]
    ) -> dict[str, Head]:
        """Write heads and remove the parts of those before; return heads that changed meanwhile."""
        actions = [_switching(self._indices.alias(HEADS), new[id], stored.get(id)) for id in new]
        results = self._server.bulk(actions, allow=(409,))
        done = [id for id, result in zip(new, results, strict=True) if result["status"] in _CREATED]
        old = [head_of(stored[id]["_source"]) for id in done if id in stored]
        self._delete_parts(one for one in old if one.generation != new[one.id].generation)
        return {id: head for id, head in new.items() if id not in done}

    def _of_document(self, side: Side, id: str) -> list[Mapping[str, Any]]:
        self._indices.refresh(HEADS)
        where = [{"term": {"side": side}}, {"term": {"owner": id}}]
        answer = self._server.ask(
            lambda es: es.search(
                index=self._indices.alias(HEADS),
                query={"bool": {"filter": where}},
                size=_PAGE,
                seq_no_primary_term=True,
                allow_partial_search_results=False,
            )
        )
        return list(answer["hits"]["hits"])

    def _delete(self, found: Sequence[Mapping[str, Any]]) -> int:
        actions: list[Action] = [({"delete": _exactly(one)}, None) for one in found]
        results = self._server.bulk(actions, allow=_GONE_OR_CHANGED)
        gone = [
            head_of(one["_source"])
            for one, result in zip(found, results, strict=True)
            if result["status"] in _CREATED
        ]
        self._delete_parts(gone)
        return len(gone)

    def _delete_parts(self, heads: Iterable[Head]) -> None:
        actions: Iterator[Action] = (
            (
                {"delete": {"_index": self._indices.alias(parts_of(head.owner.side)), "_id": id}},
                None,
            )
            for head in heads
            for id in head.part_ids()
        )
        self._server.bulk(actions, allow=(404,))

    def _parts(self, head: Head, ordinals: Sequence[int] | None) -> tuple[Part, ...] | None:
        """Return the parts of one generation, or None when they aren't there any more."""
        index = self._indices.alias(parts_of(head.owner.side))
        ids = head.part_ids(ordinals)
        parts: list[Part] = []
        for start in range(0, len(ids), _PAGE):
            found = self._server.get_all(index, ids[start : start + _PAGE])
            parts += [part_of(one["_source"]) for one in found]
        return tuple(parts) if len(parts) == len(ids) else None


def _batches(
    prints: Iterable[tuple[OwnerId, Fingerprint]],
) -> Iterator[dict[str, tuple[OwnerId, Fingerprint]]]:
    """Yield prints by the id of their head, some at a time, in each batch none twice."""
    batch: dict[str, tuple[OwnerId, Fingerprint]] = {}
    parts = 0
    for owner, fingerprint in prints:
        id = head_id(owner, fingerprint.modality)
        if id in batch or len(batch) >= _PRINTS_AT_ONCE or parts >= _PARTS_AT_ONCE:
            yield batch
            batch, parts = {}, 0
        batch[id] = (owner, fingerprint)
        parts += len(fingerprint.parts)
    if batch:
        yield batch


def _switching(index: str, head: Head, stored: Mapping[str, Any] | None) -> Action:
    if stored is None:
        return {"create": {"_index": index, "_id": head.id, "require_alias": True}}, head.source()
    return {"index": _exactly(stored)}, head.source()


def _exactly(stored: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "_index": stored["_index"],
        "_id": stored["_id"],
        "if_seq_no": stored["_seq_no"],
        "if_primary_term": stored["_primary_term"],
    }
