"""Winnowed k-grams: the terms a text is found by.

Winnowing keeps, of every w neighbouring k-grams, the one of least hash, so any run of w + k − 1
characters shared by two texts gives both a common term, whatever surrounds it (Schleimer, Wilkerson
and Aiken, SIGMOD 2003). Two sizes are kept side by side, and each k-gram decides by its own
characters alone which it is for, so the guarantee holds in mixed text too: a shared run is found

- from 15 characters on, where any 8 neighbours of it are at least half dense writing (Han, kana,
  Hangul: a character says about as much as a Latin word's third);
- from 31 characters on, whatever it is made of. (No such 8-gram in it means at most 9 dense
  characters in any 20, which is what a 20-gram needs to count as sparse.)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

DENSE_FROM: Final = 0x2E80
"""First code point of the scripts whose characters are syllables or words."""
NO_GRAM: Final = np.uint64(2**64 - 1)
_BASE: Final = 0x9E3779B97F4A7C15


@dataclass(frozen=True, slots=True)
class Size:
    """k-grams of one length and the window they are winnowed by."""

    gram: int
    window: int
    salt: np.uint64

    @property
    def run(self) -> int:
        """Length from which a shared run surely gives a common term."""
        return self.gram + self.window - 1


DENSE: Final = Size(gram=8, window=8, salt=np.uint64(0xD6E8FEB86659FD93))
SPARSE: Final = Size(gram=20, window=12, salt=np.uint64(0xADD1FD70CCB3FB26))


def grams(characters: NDArray[np.uint32]) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Hashes of the dense and the sparse k-grams starting at each character, (n,) each.

    Values are below 2⁶³ and depend on the k characters only; NO_GRAM where a k-gram does not
    start, or is not for that size.
    """
    hashes = _by_length(characters)
    count = np.zeros(characters.size + 1, np.int32)
    np.cumsum(characters >= DENSE_FROM, out=count[1:])
    rows = []
    for size in (DENSE, SPARSE):
        hashed = hashes[size.gram]
        of_dense = count[size.gram : size.gram + hashed.size] - count[: hashed.size]
        chosen = (of_dense < size.gram // 2) ^ (size is DENSE)
        row = np.full(characters.size, NO_GRAM)
        if chosen.any():
            row[: hashed.size][chosen] = _avalanche(hashed[chosen] + size.salt)
        rows.append(row)
    return rows[0], rows[1]


def terms(characters: NDArray[np.uint32]) -> NDArray[np.int64]:
    """Winnowed k-grams of both sizes, distinct and ascending: what an index holds of a text."""
    kept = [
        row[winnowed(row, size.window)]
        for row, size in zip(grams(characters), (DENSE, SPARSE), strict=True)
    ]
    return distinct(np.concatenate(kept))


def _by_length(characters: NDArray[np.uint32]) -> dict[int, NDArray[np.uint64]]:
    hashes = {1: characters.astype(np.uint64)}
    for length in (2, 4, 8, 16):
        half = hashes[length // 2]
        hashes[length] = _joined(half, half, length // 2)
    hashes[20] = _joined(hashes[16], hashes[4], 16)
    return hashes


def winnowed(hashes: NDArray[np.uint64], window: int) -> NDArray[np.int64]:
    """Positions of the k-grams that winnowing keeps, ascending.

    A k-gram is kept when it is the least of some `window` neighbours, equal ones all of them.
    Windows overhang both ends, so a text shorter than a window still gives its least k-gram.
    """
    if not hashes.size or hashes.min() == NO_GRAM:
        return np.zeros(0, np.int64)
    # The windows that hold a k-gram all have minima ≤ it; it is one of them if the greatest is it.
    padding = np.full(window - 1, NO_GRAM)
    minima = _sliding(np.concatenate((padding, hashes, padding)), window, np.minimum)
    greatest = _sliding(minima, window, np.maximum)
    return np.flatnonzero((greatest == hashes) & (hashes != NO_GRAM))


def _joined(left: NDArray[np.uint64], right: NDArray[np.uint64], shift: int) -> NDArray[np.uint64]:
    """Horner's rule a whole block at a time: the hash of `left` followed by `right`."""
    starts = max(0, right.size - shift)
    power = np.uint64(pow(_BASE, shift, 2**64))
    return left[:starts] * power + right[shift:]


def _avalanche(hashed: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Finaliser of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014), cut to 63 bits."""
    mixed = hashed ^ (hashed >> np.uint64(30))
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    mixed ^= mixed >> np.uint64(27)
    mixed *= np.uint64(0x94D049BB133111EB)
    mixed ^= mixed >> np.uint64(31)
    mixed >>= np.uint64(1)
    return mixed


def _sliding(values: NDArray[np.uint64], window: int, least: np.ufunc) -> NDArray[np.uint64]:
    """Least (or greatest) of every `window` neighbours, by doubling: log₂ w passes."""
    reached = 1
    while reached < window:
        step = min(reached, window - reached)
        values = least(values[: values.size - step], values[step:])
        reached += step
    return values


def distinct(values: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Distinct values, ascending, as terms; NO_GRAM left out."""
    ordered = np.sort(values)  # np.unique hashes, which is slower here
    is_new = np.ones(ordered.size, np.bool_)
    is_new[1:] = ordered[1:] != ordered[:-1]
    kept: NDArray[np.int64] = ordered[is_new & (ordered != NO_GRAM)].astype(np.int64)
    return kept
