"""Finding prints by their terms: the server counts what parts share, and few hits are fetched.

Words are looked up in searches of a bounded number of clauses, all searches of a batch at once. A
part's score is how many terms it shares, since a term scores 1. A word costs a walk through the
dictionary of each segment, far more than reading its parts does: so none is looked up beforehand
for how frequent it is, but only where an answer is crowded.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from index.elastic.print_documents import parts_of, words
from index.folding import best_documents, folded, most_of_a_term

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from fingerprints.contract import Probe
    from index.contract import Candidate, OwnerId, Side
    from index.elastic.indices import Indices
    from index.elastic.prints import Prints

_CLAUSES: Final = 2_048
"""Terms in one search. Servers take some thousands, depending on their memory."""
_SEARCHES_AT_ONCE: Final = 64
_WORDS_AT_ONCE: Final = 20_000
_HITS_A_DOCUMENT: Final = 20
_HITS_AT_LEAST: Final = 200
_HITS_AT_MOST: Final = 2_000
_SIZE_KEPT_S: Final = 60.0


class _PartName(NamedTuple):
    head: str
    generation: str
    ordinal: int


@dataclass(frozen=True, slots=True)
class _Asked:
    """Words of one look-up, or of a piece of one that is too long for one search."""

    words: list[str]
    min_shared: int
    whole: int | None = None  # the number of the look-up that this is a piece of


@dataclass(frozen=True, slots=True)
class _Found:
    """How many terms parts share with a probe; crowded: there are more than were fetched."""

    counts: Counter[_PartName]
    is_crowded: bool


@dataclass(frozen=True, slots=True)
class _Size:
    """How many parts an index holds, in how many shards, and when that was so."""

    parts: int
    shards: int
    at: float


class Candidates:
    """Looks up probes."""

    def __init__(self, indices: Indices, prints: Prints) -> None:
        self._indices = indices
        self._server = indices.server
        self._prints = prints
        self._sizes: dict[Side, _Size] = {}

    def look_up(self, probes: Sequence[Probe], limit: int, side: Side) -> list[list[Candidate]]:
        """Return, for each probe, who may be alike: most shared terms first."""
        self._indices.refresh(parts_of(side))
        asked = {number: _asked(probe) for number, probe in enumerate(probes)}
        hits = min(_HITS_AT_MOST, max(_HITS_AT_LEAST, limit * _HITS_A_DOCUMENT))
        found = self._found(asked, hits, side)
        crowded = {number: asked[number] for number, one in found.items() if one.is_crowded}
        found |= self._found(self._rarer(crowded, side), hits, side)
        owners = self._owners(part for one in found.values() for part in one.counts)
        return [
            best_documents(folded(_hits(found[number].counts, owners)), limit) for number in asked
        ]

    def _found(
        self, asked: Mapping[int, Sequence[_Asked]], hits: int, side: Side
    ) -> dict[int, _Found]:
        """Return what the look-ups of each probe find."""
        searches = {number: _searches(_pieces(its)) for number, its in asked.items()}
        answers = self._searched([one for its in searches.values() for one in its], hits, side)
        return {
            number: _together([(one, next(answers)) for one in its], hits)
            for number, its in searches.items()
        }

    def _rarer(self, asked: Mapping[int, Sequence[_Asked]], side: Side) -> dict[int, list[_Asked]]:
        """Return the look-ups without common words, of those probes that have some."""
        common = self._common(
            {word for its in asked.values() for one in its for word in one.words}, side
        )
        return {
            number: list(_without(its, common))
            for number, its in asked.items()
            if any(not common.isdisjoint(one.words) for one in its)
        }

    def _common(self, words: set[str], side: Side) -> frozenset[str]:
        """Return the words that are in so many parts that they say nothing."""
        if not words:
            return frozenset()
        size = self._size(side)
        most = most_of_a_term(size.parts)
        if size.parts <= most:
            return frozenset()
        most //= size.shards
        found: set[str] = set()
        ordered = sorted(words)
        for start in range(0, len(ordered), _WORDS_AT_ONCE):
            some = ordered[start : start + _WORDS_AT_ONCE]
            answer = self._server.ask(
                lambda es, some=some: es.termvectors(  # type: ignore[misc]
                    index=self._indices.alias(parts_of(side)),
                    doc={"terms": some},
                    fields=["terms"],
                    filter={"min_doc_freq": most + 1, "max_num_terms": len(some)},
                    term_statistics=True,
                    field_statistics=False,
                    offsets=False,
                    payloads=False,
                    positions=False,
                )
            )
            found |= answer["term_vectors"].get("terms", {}).get("terms", {}).keys()
        return frozenset(found)

    def _size(self, side: Side) -> _Size:
        size = self._sizes.get(side)
        if size is None or time.monotonic() - size.at > _SIZE_KEPT_S:
            index = self._indices.alias(parts_of(side))
            answer = self._server.ask(lambda es: es.count(index=index))
            size = _Size(answer["count"], answer["_shards"]["total"], time.monotonic())
            self._sizes[side] = size
        return size

    def _searched(
        self, searches: Sequence[list[_Asked]], hits: int, side: Side
    ) -> Iterator[Mapping[_PartName, int]]:
        """Yield, for each search, how many terms the best parts share."""
        header = {
            "index": self._indices.alias(parts_of(side)),
            "allow_partial_search_results": False,
        }
        for start in range(0, len(searches), _SEARCHES_AT_ONCE):
            lines: list[Mapping[str, Any]] = []
            for one in searches[start : start + _SEARCHES_AT_ONCE]:
                lines += [header, _search(one, hits)]
            for answer in self._server.search_all(lines):
                yield {_name(hit): round(hit["_score"]) for hit in answer["hits"]["hits"]}

    def _owners(self, parts: Iterable[_PartName]) -> dict[tuple[str, str], tuple[OwnerId, int]]:
        """Return whose the parts of a head's generation are and how many there are.

        Generations that are not a print's own (any more, or yet) are left out.
        """
        ids = sorted({part.head for part in parts})
        found: dict[tuple[str, str], tuple[OwnerId, int]] = {}
        for start in range(0, len(ids), _HITS_AT_MOST):
            for id, head in self._prints.heads(ids[start : start + _HITS_AT_MOST]).items():
                found[id, head.generation] = head.owner, head.parts
        return found


def _asked(probe: Probe) -> list[_Asked]:
    return [
        _Asked(words(np.unique(one.terms), probe.modality), one.min_shared) for one in probe.lookups
    ]


def _without(asked: Iterable[_Asked], common: frozenset[str]) -> Iterator[_Asked]:
    """Yield look-ups without common words."""
    for one in asked:
        yield _Asked([word for word in one.words if word not in common], one.min_shared)


def _pieces(asked: Iterable[_Asked]) -> Iterator[_Asked]:
    """Yield look-ups that can be answered, those cut up that are too long for one search."""
    for number, one in enumerate(asked):
        if len(one.words) < max(1, one.min_shared):
            continue
        if len(one.words) <= _CLAUSES:
            yield one
            continue
        for start in range(0, len(one.words), _CLAUSES):
            yield _Asked(one.words[start : start + _CLAUSES], one.min_shared, whole=number)


def _searches(asked: Iterable[_Asked]) -> list[list[_Asked]]:
    """Put look-ups together into searches; pieces of a long one are searched for by themselves."""
    searches: list[list[_Asked]] = []
    room = 0
    for one in asked:
        if one.whole is not None:
            searches.append([one])
            room = 0
        elif len(one.words) > room:
            searches.append([one])
            room = _CLAUSES - len(one.words)
        else:
            searches[-1].append(one)
            room -= len(one.words)
    return searches


def _search(asked: Sequence[_Asked], hits: int) -> dict[str, Any]:
    return {
        "query": {"bool": {"should": [_query(one) for one in asked], "minimum_should_match": 1}},
        "size": hits,
        "track_total_hits": False,
        # Neither signatures nor ids are unpacked: what names a part is kept in columns.
        "stored_fields": "_none_",
        "docvalue_fields": ["head", "generation", "ordinal"],
    }


def _query(asked: _Asked) -> dict[str, Any]:
    least = asked.min_shared if asked.whole is None else 1
    wanted = {"query": " ".join(asked.words), "minimum_should_match": max(1, least)}
    return {"match": {"terms": wanted}}


def _name(hit: Mapping[str, Any]) -> _PartName:
    fields = hit["fields"]
    return _PartName(fields["head"][0], fields["generation"][0], fields["ordinal"][0])


def _together(
    answered: Sequence[tuple[Sequence[_Asked], Mapping[_PartName, int]]], hits: int
) -> _Found:
    """Return how many terms each part shares over the look-ups that it fits."""
    counts: Counter[_PartName] = Counter()
    pieces: dict[int, Counter[_PartName]] = defaultdict(Counter)
    least: dict[int, int] = {}
    for asked, found in answered:
        whole = asked[0].whole
        if whole is None:
            counts.update(found)
        else:
            pieces[whole].update(found)
            least[whole] = asked[0].min_shared
    for whole, found in pieces.items():
        counts.update({part: count for part, count in found.items() if count >= least[whole]})
    return _Found(counts, any(len(found) >= hits for _, found in answered))


def _hits(
    counts: Mapping[_PartName, int], owners: Mapping[tuple[str, str], tuple[OwnerId, int]]
) -> dict[tuple[OwnerId, int], list[tuple[int, int]]]:
    """Return what was hit of each print; parts that are nobody's are left out."""
    hits: dict[tuple[OwnerId, int], list[tuple[int, int]]] = defaultdict(list)
    for part, count in counts.items():
        owner = owners.get((part.head, part.generation))
        if owner is not None:
            hits[owner].append((part.ordinal, count))
    return hits
