"""The pages of a fingerprint, and which of two books' pages are worth comparing in full."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from fingerprints.image import hashes, signature, terms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from fingerprints.contract import Fingerprint
    from fingerprints.image.signature import View

FEW: Final = 32
"""Pairs: all are compared, and the nearest of them by all means."""

_MOST: Final = 150  # pairs of pages that only their terms, or hashes far apart, bring together
_ALIKE: Final = 60  # bits of 256: compared in any case, and fast
_PERHAPS: Final = 100
_BEST: Final = 3  # for each page, of those that are alike
_LEAST_SHARED: Final = 2
_A_TERM: Final = 8  # bits that a shared term is worth when pairs are put in order


class Page(NamedTuple):
    """A page or picture: its place in the whole, its views, and the terms of its parts."""

    position: float
    views: tuple[View, ...]
    terms: NDArray[np.int64]


def pages(fingerprint: Fingerprint) -> list[Page]:
    """Return the pages that are in a fingerprint, in order."""
    found = []
    for position, group in groupby(fingerprint.parts, key=lambda part: part.position):
        parts = list(group)
        views = tuple(signature.unpacked(part.signature) for part in parts)
        found.append(Page(position, views, np.concatenate([part.terms for part in parts])))
    return found


def worth_comparing(ours: Sequence[Page], theirs: Sequence[Page]) -> list[tuple[int, int]]:
    """Return pairs of indices: those with hashes near to each other or with terms in common.

    Of more than a few, those come first that are likeliest to be one page.
    """
    if len(ours) * len(theirs) <= FEW:
        return [(i, j) for i in range(len(ours)) for j in range(len(theirs))]
    away = _nearest(ours, theirs)
    shared = _shared(ours, theirs)
    perhaps = ((away <= _PERHAPS) | (shared >= _LEAST_SHARED)) & (away > _ALIKE)
    rows, columns = np.nonzero(perhaps)
    order = away - _A_TERM * shared
    first = np.argsort(order[rows, columns], kind="stable")[:_MOST]
    chosen = _best_of_each(away) & (away <= _ALIKE)
    chosen[rows[first], columns[first]] = True
    rows, columns = np.nonzero(chosen)
    likeliest = np.argsort(order[rows, columns], kind="stable")
    return [(int(rows[at]), int(columns[at])) for at in likeliest]


def worth_searching(ours: Sequence[Page], theirs: Sequence[Page]) -> set[tuple[int, int]]:
    """Return the pairs to be compared by all means: of each page with its nearest few.

    None of long works, whose pages are many and have features; all where there are but few.
    """
    if len(ours) * len(theirs) > FEW:
        return set()
    shape = len(ours), len(theirs)
    if max(shape) <= _BEST:
        return set(np.ndindex(shape))
    found = _found(ours, theirs) + _found(theirs, ours).T
    order = _nearest(ours, theirs) - _A_TERM * found
    axis = int(shape[0] <= shape[1])  # for each page of the shorter one
    nearest = np.argsort(order, axis=axis, kind="stable")
    chosen = np.zeros(shape, bool)
    np.put_along_axis(chosen, np.take(nearest, range(_BEST), axis=axis), values=True, axis=axis)
    return {(int(i), int(j)) for i, j in np.argwhere(chosen)}


def _best_of_each(away: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Choose a few for each page of either; of those alike, what lies about as far on in both."""
    ours, theirs = (np.arange(side) / side for side in away.shape)
    order = away + np.abs(ours[:, None] - theirs[None])
    chosen = np.zeros(away.shape, bool)
    few = np.argpartition(order, min(_BEST, len(theirs)) - 1, axis=1)[:, :_BEST]
    np.put_along_axis(chosen, few, values=True, axis=1)
    few = np.argpartition(order, min(_BEST, len(ours)) - 1, axis=0)[:_BEST]
    np.put_along_axis(chosen, few, values=True, axis=0)
    return chosen


def _nearest(ours: Sequence[Page], theirs: Sequence[Page]) -> NDArray[np.int64]:
    """(n, m) bits between the nearest views, in any flip or turn."""
    turned = np.concatenate([view.hashed for page in ours for view in page.views])
    upright = np.stack([view.hashed[0] for page in theirs for view in page.views])
    ways = [turned[way :: hashes.VARIANTS] for way in range(hashes.VARIANTS)]
    away = np.stack([hashes.distances(way, upright) for way in ways]).min(axis=0)
    rows = np.cumsum([0] + [len(page.views) for page in ours])[:-1]
    columns = np.cumsum([0] + [len(page.views) for page in theirs])[:-1]
    nearest: NDArray[np.int64] = np.minimum.reduceat(
        np.minimum.reduceat(away, rows, axis=0), columns, axis=1
    )
    return nearest


def _found(ours: Sequence[Page], theirs: Sequence[Page]) -> NDArray[np.int64]:
    """(n, m) terms of theirs among those that an index is asked for to find ours."""
    asked = [
        np.unique(np.concatenate([one.terms for one in terms.lookups(page.views)])) for page in ours
    ]
    counts = [[int(np.isin(page.terms, some).sum()) for page in theirs] for some in asked]
    return np.array(counts, np.int64)


def _shared(ours: Sequence[Page], theirs: Sequence[Page]) -> NDArray[np.int64]:
    """(n, m) terms in common; terms that most pages have are left out."""
    mine, my_page = _postings(ours)
    other, other_page = _postings(theirs)
    low = np.searchsorted(other, mine, "left")
    count = np.searchsorted(other, mine, "right") - low
    count[count > max(4, len(theirs) // 20)] = 0
    rows = np.repeat(my_page, count)
    steps = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    columns = other_page[np.repeat(low, count) + steps]
    found = np.bincount(rows * len(theirs) + columns, minlength=len(ours) * len(theirs))
    return found.reshape(len(ours), len(theirs))


def _postings(pages_of_one: Sequence[Page]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Terms in order, and the index of the page that each is on."""
    every = np.concatenate([page.terms for page in pages_of_one])
    numbers = np.repeat(np.arange(len(pages_of_one)), [page.terms.size for page in pages_of_one])
    order = np.argsort(every, kind="stable")
    return every[order], numbers[order]
