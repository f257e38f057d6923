"""Which pairs the index would bring together: by its own postings, in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fingerprints.modalities import MODALITIES
from index.embedded.postings.block import block_of
from index.embedded.postings.lookup import shared

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fingerprints.contract import Fingerprint


def candidates(
    copies: Sequence[Fingerprint], works: Sequence[Fingerprint], modality: str
) -> set[tuple[int, int]]:
    """Return the numbers (copy, work) of those where a look-up of the copy finds a part."""
    work_of = np.array([number for number, work in enumerate(works) for _ in work.parts], np.int64)
    parts = (part.terms for work in works for part in work.parts)
    postings = block_of(list(enumerate(parts)))
    probe = MODALITIES[modality].probe
    lookups = [probe(copy).lookups for copy in copies]
    return {
        (number, int(work))
        for number, found in enumerate(shared(lookups, [postings], work_of.size))
        for work in work_of[found.parts]
    }
