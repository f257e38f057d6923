"""Parts that were hit become candidates: the same in every backend."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from index.contract import Candidate

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from index.contract import OwnerId

_COMMON_AT_LEAST: Final = 1_000
_COMMON_SHARE: Final = 1_000


def most_of_a_term(parts: int) -> int:
    """Return in how many of so many parts a term may be: one that is in more says nothing."""
    return max(_COMMON_AT_LEAST, parts // _COMMON_SHARE)


def folded(hits: Mapping[tuple[OwnerId, int], Sequence[tuple[int, int]]]) -> list[Candidate]:
    """Return a candidate a print, of all its parts that were hit.

    `hits`: by owner and how many parts the print has, each part's ordinal and what it shares.
    """
    return [
        Candidate(
            owner,
            sum(count for _, count in found),
            tuple(sorted(ordinal for ordinal, _ in found)),
            of,
        )
        for (owner, of), found in hits.items()
    ]


def best_documents(candidates: Sequence[Candidate], limit: int) -> list[Candidate]:
    """Return all candidates of the `limit` documents that share most, best first."""
    together: Counter[str] = Counter()
    for one in candidates:
        together[one.owner.id] += one.shared
    best = set(sorted(together, key=lambda id: (-together[id], id))[:limit])
    return sorted(
        (one for one in candidates if one.owner.id in best),
        key=lambda one: (-one.shared, one.owner),
    )
