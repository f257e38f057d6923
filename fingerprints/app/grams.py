"""Runs of instructions as numbers: what survives when every name in a program is changed.

Rolling hash of k tokens by Horner's rule; of all runs only one in `ONE_IN` is kept, chosen by its
own hash so that both sides choose alike ("0 mod p", Manber 1994).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

LENGTH: Final = 12
ONE_IN: Final = 4

_BASE: Final = np.uint64(0x9E3779B97F4A7C15)
_MIX: Final = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))


def mixed(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Spread (n,) numbers over 64 bits (the finaliser of splitmix64, Steele et al. 2014)."""
    found = values ^ (values >> np.uint64(30))
    found *= _MIX[0]
    found ^= found >> np.uint64(27)
    found *= _MIX[1]
    found ^= found >> np.uint64(31)
    return found


def grams(tokens: NDArray[np.uint64], owners: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Return the distinct kept hashes of runs of `LENGTH` tokens that have one owner.

    `tokens`: (n,) spread hashes of instructions in order; `owners`: (n,) the method of each.
    """
    count = tokens.size - LENGTH + 1
    if count <= 0:
        return np.zeros(0, np.uint64)
    rolled = np.zeros(count, np.uint64)
    for place in range(LENGTH):
        rolled *= _BASE
        rolled += tokens[place : place + count]
    found = mixed(rolled[owners[:count] == owners[LENGTH - 1 :]])
    return np.unique(found[found % np.uint64(ONE_IN) == 0])
