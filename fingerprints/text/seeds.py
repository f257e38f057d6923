"""Runs of characters two texts share word for word, each on its diagonal.

Any repetition costs at most a few seeds a character: a k-gram that occurs often is paired with its
equals rank by rank, and all with all only for its first occurrences, or where it is rare in the
work: a page may repeat a passage as often as it likes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from fingerprints.text.winnow import DENSE_FROM

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]

DENSE_SEED: Final = 8
SPARSE_SEED: Final = 12
_ALL_PAIRS: Final = 16
_SELDOM: Final = 2
_MOST_RUNS: Final = 1 << 16
_BASE: Final = 0x9E3779B1


@dataclass(frozen=True, slots=True)
class Runs:
    """Stretches [start, end) of the copy, each (n,) int64; in the work they lie `diagonal` on.

    Ordered by diagonal, then start.
    """

    start: Integers
    end: Integers
    diagonal: Integers

    def __getitem__(self, chosen: NDArray[np.bool_] | Integers) -> Runs:
        """Those of a mask or an index."""
        return Runs(self.start[chosen], self.end[chosen], self.diagonal[chosen])


@dataclass(frozen=True, slots=True)
class Keyed:
    """A text's characters (n,) uint32, a hash of the seed that starts at each, and its length."""

    characters: NDArray[np.uint32]
    keys: NDArray[np.uint32]
    lengths: NDArray[np.uint8]


def keyed(characters: NDArray[np.uint32]) -> Keyed:
    """Hash the k-gram at each character, k by how dense its first 8 characters are.

    The hash has 32 bits only: who follows a seed compares the characters.
    """
    hashes = {1: characters * np.uint32(0x85EBCA6B)}
    for length in (2, 4, 8):
        half = hashes[length // 2]
        hashes[length] = _joined(half, half, length // 2)
    keys = hashes[8]
    dense = np.zeros(characters.size + 1, np.int32)
    np.cumsum(characters >= DENSE_FROM, out=dense[1:])
    is_sparse = dense[8 : 8 + keys.size] - dense[: keys.size] < DENSE_SEED // 2
    if is_sparse.any():
        longer = _joined(hashes[8], hashes[4], 8) ^ np.uint32(0xC2B2AE35)
        if is_sparse[longer.size :].any():  # too near the end for a k-gram of this size
            keys, is_sparse = keys[: longer.size], is_sparse[: longer.size]
        here = np.flatnonzero(is_sparse)
        keys[here] = longer[here]
    lengths = np.where(is_sparse, SPARSE_SEED, DENSE_SEED).astype(np.uint8)
    keys ^= keys >> np.uint32(15)
    return Keyed(characters, keys * np.uint32(0x2C1B3C6D), lengths)


def _joined(left: NDArray[np.uint32], right: NDArray[np.uint32], shift: int) -> NDArray[np.uint32]:
    starts = max(0, right.size - shift)
    return left[:starts] * np.uint32(pow(_BASE, shift, 2**32)) + right[shift:]


def shared_runs(copy: Keyed, work: Keyed) -> Runs:
    """Longest runs both share, at most `_MOST_RUNS` of them."""
    at_copy, at_work = _pairs(copy.keys, work.keys)
    if not at_copy.size:
        return Runs(at_copy, at_copy, at_copy)
    width = copy.keys.size + 1
    places = np.sort((at_work - at_copy + width) * width + at_copy)
    places = places[np.diff(places, prepend=-1) > 0]
    breaks = np.flatnonzero(np.diff(places) != 1)
    first = places[np.concatenate(([0], breaks + 1))]
    last = places[np.concatenate((breaks, [places.size - 1]))]
    end = last % width + copy.lengths[last % width]
    runs = Runs(first % width, end, first // width - width)
    if runs.start.size > _MOST_RUNS:
        longest = np.argsort(runs.start - runs.end, kind="stable")[:_MOST_RUNS]
        runs = runs[np.sort(longest)]
    return runs


def _pairs(copy: NDArray[np.uint32], work: NDArray[np.uint32]) -> tuple[Integers, Integers]:
    """Places (in the copy, in the work) of equal keys, thinned where a key repeats."""
    order = np.argsort(copy, kind="stable")
    ordered = copy[order]
    begins = np.flatnonzero(
        np.concatenate((ordered[:1] == ordered[:1], ordered[1:] != ordered[:-1]))
    )
    values, counts = ordered[begins], np.diff(begins, append=ordered.size)
    hits = _members(values, work)
    if not hits.size:
        return hits, hits
    group = np.searchsorted(values, work[hits])
    begin, count = begins[group], counts[group]
    rank = _ranks(group)
    same = rank < count
    pairs = [(order[begin[same] + rank[same]], hits[same])]
    for other in range(min(_ALL_PAIRS, int(count.max()))):
        chosen = (rank < _ALL_PAIRS) & (count > other)
        pairs.append((order[begin[chosen] + other], hits[chosen]))
    pairs.append(_repeated(order, begin, count, hits, group))
    return np.concatenate([one for one, _ in pairs]), np.concatenate([one for _, one in pairs])


def _repeated(
    order: Integers, begin: Integers, count: Integers, hits: Integers, group: Integers
) -> tuple[Integers, Integers]:
    """Further pairs of a key that the copy has often and the work hardly ever."""
    seldom = (count > _ALL_PAIRS) & (np.bincount(group)[group] <= _SELDOM)
    counts = count[seldom] - _ALL_PAIRS
    within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    first = begin[seldom] + _ALL_PAIRS
    return order[np.repeat(first, counts) + within], np.repeat(hits[seldom], counts)


def _members(values: NDArray[np.uint32], searched: NDArray[np.uint32]) -> Integers:
    """Places in `searched` of keys that are among the sorted `values`."""
    if not values.size:
        return np.zeros(0, np.int64)
    bits = min(22, max(12, int(values.size).bit_length() + 6))
    shift = np.uint32(32 - bits)
    seen = np.zeros(1 << bits, np.bool_)
    seen[values >> shift] = True
    hits = np.flatnonzero(seen[searched >> shift])
    at = np.minimum(np.searchsorted(values, searched[hits]), values.size - 1)
    found: Integers = hits[values[at] == searched[hits]]
    return found


def _ranks(group: Integers) -> Integers:
    """How many equal ones stand before each."""
    order = np.argsort(group, kind="stable")
    ordered = group[order]
    is_first = np.concatenate(([True], ordered[1:] != ordered[:-1]))
    begins = np.maximum.accumulate(np.where(is_first, np.arange(group.size), 0))
    ranks = np.empty_like(group)
    ranks[order] = np.arange(group.size) - begins
    return ranks
