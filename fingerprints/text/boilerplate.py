"""Text that is common to many works and proves nothing: licences, notices, formulae of sites.

`boilerplate.npy` holds the winnowed k-grams of such texts, (n,) uint32 ascending: the upper halves
of terms. `python -m benchmarks.accuracy.text.boilerplate FILE…` makes it anew.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Final

import numpy as np

from fingerprints.text.winnow import DENSE, SPARSE, grams

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Mask = NDArray[np.bool_]

FILE: Final = "boilerplate.npy"
HALF: Final = 31


def without_boilerplate(terms: NDArray[np.int64]) -> NDArray[np.int64]:
    """Terms that are not of a common text."""
    return terms[~_known(terms)]


def boilerplate(characters: NDArray[np.uint32]) -> Mask:
    """Which characters stand in a passage of a common text, (n,)."""
    found = np.zeros(characters.size, np.bool_)
    for hashes, size in zip(grams(characters), (DENSE, SPARSE), strict=True):
        starts = np.flatnonzero(_known(hashes.view(np.int64)))
        if starts.size:
            found |= _spread(starts, size.gram, size.window, characters.size)
    return found


def _spread(starts: NDArray[np.int64], gram: int, window: int, size: int) -> Mask:
    """Characters of the k-grams, and those between two no farther apart than winnowing leaves."""
    ends = starts + gram
    reach = np.append(starts[1:], size + gram + window + 1)
    ends = np.where(reach - ends <= window, np.minimum(reach, size), ends)
    change = np.zeros(size + 1, np.int32)
    np.add.at(change, starts, 1)
    np.add.at(change, ends, -1)
    covered: Mask = np.cumsum(change[:-1]) > 0
    return covered


def _known(terms: NDArray[np.int64]) -> Mask:
    bank = _bank()
    halves = (terms >> HALF).astype(np.uint32)
    at = np.minimum(np.searchsorted(bank, halves), bank.size - 1)
    known: Mask = (bank[at] == halves) & (terms >= 0)  # NO_GRAM is negative as a term
    return known


@cache
def _bank() -> NDArray[np.uint32]:
    with resources.files("fingerprints.text").joinpath(FILE).open("rb") as file:
        bank: NDArray[np.uint32] = np.load(file, allow_pickle=False)
    return bank
