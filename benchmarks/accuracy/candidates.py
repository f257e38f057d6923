"""Which pairs an index would bring together, without an index: all at once, in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fingerprints.modalities import MODALITIES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from fingerprints.contract import Fingerprint, Lookup


def candidates(
    copies: Sequence[Fingerprint], works: Sequence[Fingerprint], modality: str
) -> set[tuple[int, int]]:
    """Return the numbers (copy, work) of those where a look-up of the copy finds a part."""
    parts = [(number, part.terms) for number, work in enumerate(works) for part in work.parts]
    work_of = np.array([number for number, _ in parts], np.int64)
    terms = np.concatenate([np.zeros(0, np.int64), *(one for _, one in parts)])
    part_of = np.repeat(np.arange(len(parts)), [one.size for _, one in parts])
    order = np.argsort(terms, kind="stable")
    terms, part_of = terms[order], part_of[order]
    probe = MODALITIES[modality].probe
    return {
        (number, int(work))
        for number, copy in enumerate(copies)
        for lookup in probe(copy).lookups
        for work in work_of[_found(lookup, terms, part_of)]
    }


def _found(
    lookup: Lookup, terms: NDArray[np.int64], part_of: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Parts that hold enough of the terms."""
    asked = np.sort(lookup.terms)
    starts = np.searchsorted(terms, asked, "left")
    counts = np.searchsorted(terms, asked, "right") - starts
    ends = np.cumsum(counts)
    places = np.arange(counts.sum()) + np.repeat(starts - (ends - counts), counts)
    found: NDArray[np.int64] = np.flatnonzero(np.bincount(part_of[places]) >= lookup.min_shared)
    return found
