"""Counts, for the look-ups of a probe, the terms that each part shares with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from index.embedded.postings.keys import keys_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from fingerprints.contract import Lookup
    from index.embedded.postings.block import Run

AT_MOST: Final = 250_000
"""Postings that one probe reads, the rarest terms' first: a bound on what a query costs."""


class Shared(NamedTuple):
    """(n,) parts, distinct, and (n,) how many terms each shares, over the look-ups that it fits."""

    parts: NDArray[np.int64]
    counts: NDArray[np.int64]


def shared(lookups: Sequence[Lookup], runs: Sequence[Run], common: int) -> Shared:
    """Count shared terms; a term in more than `common` parts says nothing and is left out."""
    if not lookups or not runs:
        return _nothing()
    terms = np.unique(np.concatenate([lookup.terms for lookup in lookups]))
    wanted, parts = _postings(keys_of(terms), runs, common)
    found = [_counted(lookup, terms, wanted, parts) for lookup in lookups]
    if len(found) == 1:
        return found[0]
    every = np.concatenate([one.parts for one in found])
    distinct, place = np.unique(every, return_inverse=True)
    counts = np.bincount(place, np.concatenate([one.counts for one in found]), len(distinct))
    return Shared(distinct, counts.astype(np.int64))


def _postings(
    keys: NDArray[np.uint64], runs: Sequence[Run], common: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return aligned (n,) arrays: the place of a key among `keys`, and a part that holds it."""
    ranges = [run.ranges(keys) for run in runs]
    sizes = np.sum([ends - starts for starts, ends in ranges], axis=0)
    chosen = _chosen(sizes, common)
    wanted, parts = [], []
    for run, (starts, ends) in zip(runs, ranges, strict=True):
        lengths = (ends - starts)[chosen]
        here = chosen[lengths > 0]
        lengths = lengths[lengths > 0]
        before = np.cumsum(lengths) - lengths
        places = np.repeat(starts[here] - before, lengths) + np.arange(lengths.sum())
        wanted.append(np.repeat(here, lengths))
        parts.append(run.parts_at(places))
    return np.concatenate(wanted), np.concatenate(parts)


def _chosen(sizes: NDArray[np.int64], common: int) -> NDArray[np.int64]:
    """Return the keys that are read: none that is too common, and the rarest of the others."""
    fit = np.flatnonzero((sizes > 0) & (sizes <= common))
    if sizes[fit].sum() <= AT_MOST:
        return fit
    rarest = fit[np.argsort(sizes[fit], kind="stable")]
    return np.sort(rarest[np.cumsum(sizes[rarest]) <= AT_MOST])


def _counted(
    lookup: Lookup, terms: NDArray[np.int64], wanted: NDArray[np.int64], parts: NDArray[np.int64]
) -> Shared:
    """Count the parts that share enough terms with one look-up."""
    if len(lookup.terms) < len(terms):
        is_its = np.zeros(len(terms), bool)
        is_its[np.searchsorted(terms, lookup.terms)] = True
        parts = parts[is_its[wanted]]
    ordered = np.sort(parts.astype(np.uint32))  # half the time that 64 bits take
    starts = np.flatnonzero(np.diff(ordered, prepend=ordered[:1] + 1))
    counts = np.diff(starts, append=ordered.size)
    enough = counts >= lookup.min_shared
    return Shared(ordered[starts[enough]].astype(np.int64), counts[enough])


def _nothing() -> Shared:
    return Shared(np.empty(0, np.int64), np.empty(0, np.int64))
