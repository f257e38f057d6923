"""What keeps the indices fast and small, and what there is to say of them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

from index.contract import IndexStats, Renewal, Upkeep
from index.elastic import lifecycle
from index.elastic.indices import forms
from index.elastic.migration import migrate

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from index.elastic.indices import Indices
    from index.elastic.prints import Prints

_TIMES_THE_SMALLER: Final = 4
_PAGE: Final = 1_000
_SETTLED_MS: Final = 3_600_000
_MILLISECONDS: Final = slice(0, 11)


class ElasticUpkeep(Upkeep):
    """The indices as operators see them. Needs none of them to be there."""

    def __init__(self, indices: Indices) -> None:
        self._indices = indices

    def migrate(self) -> Iterator[Renewal]:
        """Bring every index to this program's form, while they are searched."""
        for name, change in migrate(self._indices):
            yield Renewal(name, change)
        lifecycle.set_up(self._indices)

    def stats(self) -> list[IndexStats]:
        """Return what each index holds."""
        behind = self._indices.behind()
        if not behind:
            return []
        server = self._indices.server
        server.ask(lambda es: es.indices.refresh(index=list(behind)))
        found = server.ask(
            lambda es: es.indices.stats(index=list(behind), metric=["docs", "store", "segments"])
        )["indices"]
        names = [self._indices.alias_of(form.name) for form in forms()]
        return [_stats(name, found[behind[name]]) for name in names if behind.get(name) in found]


def merge(indices: Indices, name: str) -> None:
    """Have the server merge an index's segments where there are many; it goes on by itself."""
    alias = indices.alias(name)
    answer = indices.server.ask(lambda es: es.indices.segments(index=alias))
    # A server that has just started may know of no shard yet: there is nothing to merge then.
    shards = [
        [segment["num_docs"] for segment in copy["segments"].values() if segment["search"]]
        for facts in answer["indices"].values()
        for copies in facts["shards"].values()
        for copy in copies
        if copy["routing"]["primary"]
    ]
    left = max((segments_left(sizes) for sizes in shards), default=1)
    if any(len(sizes) > left for sizes in shards):
        indices.server.ask(
            lambda es: es.indices.forcemerge(
                index=alias, max_num_segments=left, wait_for_completion=False
            )
        )


def segments_left(sizes: Sequence[int]) -> int:
    """Return into how many segments those of some sizes are to be merged, the smallest first.

    Afterwards each is several times as large as all that are smaller: so they stay few, and what
    is stored is written anew a few times only while an index grows.
    """
    smaller = sum(sizes)
    for place, size in enumerate(sorted(sizes, reverse=True), 1):
        smaller -= size
        if smaller * _TIMES_THE_SMALLER > size:
            return place
    return max(1, len(sizes))


def sweep(indices: Indices, prints: Prints, index: str) -> None:
    """Remove the parts that no head names: what is left of writers that died.

    What is younger than an hour is left, since its head may be about to be written.
    """
    before = f"{int(time.time() * 1000) - _SETTLED_MS:011x}"
    for page in _generations(indices, index):
        heads = prints.heads(sorted({one["head"] for one in page}))
        own = {head.generation for head in heads.values()}
        lost = [
            one["generation"]
            for one in page
            if one["generation"] not in own and one["generation"][_MILLISECONDS] < before
        ]
        if lost:
            indices.server.ask(
                lambda es, lost=lost: es.delete_by_query(  # type: ignore[misc]
                    index=index, query={"terms": {"generation": lost}}, conflicts="proceed"
                )
            )


def _generations(indices: Indices, index: str) -> Iterator[Sequence[Mapping[str, str]]]:
    """Yield the heads and generations that parts name, some at a time."""
    sources = [{name: {"terms": {"field": name}}} for name in ("head", "generation")]
    composite: dict[str, Any] = {"size": _PAGE, "sources": sources}
    while True:
        answer = indices.server.ask(
            lambda es: es.search(
                index=index,
                size=0,
                aggs={"prints": {"composite": composite}},
                allow_partial_search_results=False,
            )
        )["aggregations"]["prints"]
        yield [bucket["key"] for bucket in answer["buckets"]]
        if "after_key" not in answer:
            return
        composite["after"] = answer["after_key"]


def _stats(name: str, facts: Mapping[str, Any]) -> IndexStats:
    primaries = facts["primaries"]
    return IndexStats(
        name,
        documents=primaries["docs"]["count"],
        size_bytes=primaries["store"]["size_in_bytes"],
        segments=primaries["segments"]["count"],
    )
