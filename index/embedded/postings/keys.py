"""Terms as evenly spread keys, so that a directory of their first bits finds them at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

BITS: Final = 48
"""Of a key. Two of a hundred million terms share one in a few queries of a thousand terms each:
a candidate too many, which `verify` turns down."""

_LOW: Final = np.uint64(0xFFFFFFFF)
_SHIFTS: Final = tuple(map(np.uint64, (30, 27, 31)))
_FACTORS: Final = tuple(map(np.uint64, (0xBF58476D1CE4E5B9, 0x94D049BB133111EB)))
_GAMMA: Final = np.uint64(0x9E3779B97F4A7C15)


def keys_of(terms: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Return the (n,) keys of (n,) terms: the top bits of SplitMix64 (Steele and others 2014)."""
    mixed = terms.astype(np.int64).view(np.uint64) + _GAMMA
    for shift, factor in zip(_SHIFTS, _FACTORS, strict=False):
        mixed = (mixed ^ (mixed >> shift)) * factor
    return (mixed ^ (mixed >> _SHIFTS[2])) >> np.uint64(64 - BITS)


def remainders(keys: NDArray[np.uint64]) -> NDArray[np.uint32]:
    """Return the low 32 bits of keys: with the bucket that they lie in, all of them."""
    return (keys & _LOW).astype(np.uint32)


def buckets(keys: NDArray[np.uint64], bits: int) -> NDArray[np.int64]:
    """Return the buckets that keys lie in: their first bits."""
    return (keys >> np.uint64(BITS - bits)).astype(np.int64)
