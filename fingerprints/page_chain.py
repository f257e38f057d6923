"""Which of the pages that match are in the order of both documents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable


class PageMatch(Protocol):
    """A page of the copy that is a page of the work, and the score of that."""

    @property
    def ours(self) -> float:
        """Where the page is in the copy."""
        ...

    @property
    def theirs(self) -> float:
        """Where it is in the work."""
        ...

    @property
    def score(self) -> float:
        """How alike they are."""
        ...


M = TypeVar("M", bound=PageMatch)


def in_order(matches: Iterable[M], *, strictly: bool) -> tuple[M, ...]:
    """Choose matches that ascend in both, of the greatest sum of scores.

    `strictly`: each later in both than the last; else two may be on one page.
    """
    ordered = sorted(matches, key=lambda one: (one.ours, one.theirs))
    places = np.array([(one.ours, one.theirs) for one in ordered]).reshape(-1, 2)
    follows = np.less if strictly else np.less_equal
    best: list[float] = []
    before: list[int] = []
    for k, one in enumerate(ordered):
        earlier = np.flatnonzero(follows(places[:k], places[k]).all(axis=1))
        last = max(earlier.tolist(), key=best.__getitem__, default=-1)
        best.append(one.score + (best[last] if last >= 0 else 0.0))
        before.append(last)
    chain = []
    k = max(range(len(best)), key=best.__getitem__, default=-1)
    while k >= 0:
        chain.append(ordered[k])
        k = before[k]
    return tuple(reversed(chain))
