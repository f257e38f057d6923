"""Counts, for the look-ups of probes, the terms that each part shares with them.

A batch of probes is looked up together: where the postings of each key are is found for all at
once, in the order in which they lie in the files.
"""

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
    """(n,) parts, ascending, and (n,) how many terms each shares over the look-ups it fits."""

    parts: NDArray[np.int64]
    counts: NDArray[np.int64]


class _Where(NamedTuple):
    """Where the postings of (n,) keys start and end in one run."""

    run: Run
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]


def shared(probes: Sequence[Sequence[Lookup]], runs: Sequence[Run], common: int) -> list[Shared]:
    """Count shared terms for the look-ups of each probe.

    A term in more than `common` parts says nothing and is left out.
    """
    keys = [[np.unique(keys_of(lookup.terms)) for lookup in lookups] for lookups in probes]
    every = [some for of_probe in keys for some in of_probe]
    if not every or not runs:
        return [_nothing() for _ in probes]
    wanted = np.unique(np.concatenate(every))
    where = [_Where(run, *run.ranges(wanted)) for run in runs]
    sizes = np.sum([ends - starts for _, starts, ends in where], axis=0)
    found = []
    for lookups, of_probe in zip(probes, keys, strict=True):
        asked = [np.searchsorted(wanted, some) for some in of_probe]
        read = _chosen(asked, sizes, common)
        found.append(
            _together(
                [
                    _counted(_parts(one[read[one]], where), lookup.min_shared)
                    for one, lookup in zip(asked, lookups, strict=True)
                ]
            )
        )
    return found


def _chosen(
    asked: Sequence[NDArray[np.int64]], sizes: NDArray[np.int64], common: int
) -> NDArray[np.bool_]:
    """Tell which keys are read: none that is too common, and the rarest of the others."""
    fit = (sizes > 0) & (sizes <= common)
    if sum(int(sizes[one].sum()) for one in asked) <= AT_MOST:
        return fit
    own = np.unique(np.concatenate(asked))
    own = own[fit[own]]
    rarest = own[np.argsort(sizes[own], kind="stable")]
    read = np.zeros(len(sizes), bool)
    read[rarest[np.cumsum(sizes[rarest]) <= AT_MOST]] = True
    return read


def _parts(keys: NDArray[np.int64], where: Sequence[_Where]) -> NDArray[np.uint32]:
    """Return the parts of all postings of these keys."""
    parts = []
    for run, starts, ends in where:
        lengths = ends[keys] - starts[keys]
        before = np.cumsum(lengths) - lengths
        places = np.repeat(starts[keys] - before, lengths) + np.arange(lengths.sum())
        parts.append(run.parts_at(places))
    return np.concatenate(parts)


def _counted(parts: NDArray[np.uint32], least: int) -> Shared:
    """Count how often each part is there, of those that are at least so often."""
    ordered = np.sort(parts)  # of 32 bits: a few instructions a number
    if least > 1:
        before = ordered[: max(ordered.size - least + 1, 0)]
        often = np.unique(before[before == ordered[least - 1 :]])
        starts = np.searchsorted(ordered, often, "left")
        counts = np.searchsorted(ordered, often, "right") - starts
        return Shared(often.astype(np.int64), counts)
    starts = np.flatnonzero(np.diff(ordered, prepend=ordered[:1] + np.uint32(1)))
    counts = np.diff(starts, append=ordered.size)
    return Shared(ordered[starts].astype(np.int64), counts)


def _together(found: Sequence[Shared]) -> Shared:
    """Add up what the look-ups of one probe found."""
    if len(found) == 1:
        return found[0]
    if not found:
        return _nothing()
    every = np.concatenate([one.parts for one in found])
    distinct, place = np.unique(every, return_inverse=True)
    counts = np.bincount(place, np.concatenate([one.counts for one in found]), len(distinct))
    return Shared(distinct, counts.astype(np.int64))


def _nothing() -> Shared:
    return Shared(np.empty(0, np.int64), np.empty(0, np.int64))
