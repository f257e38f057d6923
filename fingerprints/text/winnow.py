"""Winnowed k-grams: the terms a text is found by.

Winnowing keeps, of every w neighbouring k-grams, the one of least hash, so any run of w + k − 1
characters shared by two texts gives both a common term, whatever surrounds it (Schleimer, Wilkerson
and Aiken, SIGMOD 2003). Two kinds are kept side by side, and each k-gram decides by its own
characters alone which it is for, so the guarantee holds in mixed text too: a shared run is found

- from 15 characters on, where any 8 neighbours of it are at least half dense writing (Han, kana,
  Hangul: a character says about as much as a Latin word's third);
- from 26 characters on, whatever it is made of. (No such 8-gram in it means at most 9 dense
  characters in any 22, which is fewer than make a sparse k-gram dense.)

Sparse k-grams are spaced (Ma, Tromp and Li, PatternHunter, Bioinformatics 2002): 14 letters out of
22. Neighbours of them share few letters, so changed letters spare some, and 14 letters apart say
more than 14 in a row: with a tenth of 120 letters changed .98 are found, of 20 letters in a row
.44, at as many chance candidates.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Hashes = NDArray[np.uint64]

DENSE_FROM: Final = 0x2E80
"""First code point of the scripts whose characters are syllables or words."""
NO_GRAM: Final = np.uint64(2**64 - 1)
_NONE: Final = np.zeros(0, np.uint64)
_UPPER: Final = np.uint64(48)
_FACTORS: Final = tuple(
    map(np.uint64, (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB))
)


@dataclass(frozen=True, slots=True)
class Size:
    """k-grams that span so many characters, and the window they are winnowed by."""

    gram: int
    window: int

    @property
    def run(self) -> int:
        """Length from which a shared run surely gives a common term."""
        return self.gram + self.window - 1


DENSE: Final = Size(gram=8, window=8)
SPARSE: Final = Size(gram=22, window=5)
# Where each mask's eight letters begin, and which of them count: 1110110100110010101111.
_SPACED: Final = tuple(
    (at, np.uint64(int.from_bytes(bytes(0xFF * int(one) for one in letters), "little")))
    for at, letters in ((0, "11101101"), (8, "00110010"), (14, "00101111"))
)


def grams(characters: NDArray[np.uint32]) -> tuple[Hashes, Hashes]:
    """Hashes of the dense and the sparse k-grams, one for each place where one can start.

    (n − k + 1,) each, or (0,) where none is for that size. Values are below 2⁶³ and depend on the k
    characters only; NO_GRAM where a k-gram is not for that size.
    """
    any_dense = bool(characters.max(initial=0) >= DENSE_FROM)
    all_dense = bool(characters.min(initial=DENSE_FROM) >= DENSE_FROM)
    dense = _packed_hashes(characters) if any_dense else _NONE
    sparse = _NONE if all_dense else _spaced_hashes(characters)
    if any_dense and not all_dense:
        count = np.zeros(characters.size + 1, np.int32)
        np.cumsum(characters >= DENSE_FROM, out=count[1:])
        dense[count[DENSE.gram :] - count[: dense.size] < DENSE.gram // 2] = NO_GRAM
        sparse[count[SPARSE.gram :] - count[: sparse.size] >= SPARSE.gram // 2] = NO_GRAM
    return dense, sparse


def terms(characters: NDArray[np.uint32]) -> NDArray[np.int64]:
    """Winnowed k-grams of both sizes, distinct and ascending: what an index holds of a text."""
    dense, sparse = grams(characters)
    kept = (least(dense, DENSE.window), least(sparse, SPARSE.window))
    return distinct(np.concatenate(kept))


def least(hashes: Hashes, window: int) -> Hashes:
    """Least of every `window` neighbours, the same one once; of all where there are fewer."""
    if not hashes.size:
        return hashes
    reached, window = 1, min(window, hashes.size)
    while reached < window:  # by doubling: log₂ w passes
        step = min(reached, window - reached)
        hashes = np.minimum(hashes[: hashes.size - step], hashes[step:])
        reached += step
    return _without_repeats(hashes)


def distinct(values: Hashes) -> NDArray[np.int64]:
    """Distinct values, ascending, as terms; NO_GRAM left out."""
    ordered = _without_repeats(_sorted(values))  # np.unique hashes, which is slower here
    if ordered.size and ordered[-1] == NO_GRAM:
        ordered = ordered[:-1]
    return ordered.view(np.int64)


def _sorted(values: Hashes) -> Hashes:
    """Ascending: by the upper 16 bits in linear time, and then there is little left to do."""
    nearly = values.take(np.argsort((values >> _UPPER).astype(np.uint16), kind="stable"))
    nearly.sort(kind="stable")
    return nearly


def _packed_hashes(characters: NDArray[np.uint32]) -> Hashes:
    """Each 8 neighbours, four to a word."""
    folded = characters if characters.max() <= 0xFFFF else characters ^ (characters >> 16)  # noqa: PLR2004
    words = _words(folded.astype("<u2"))
    count = max(0, characters.size - DENSE.gram + 1)
    hashed = words[:count] * _FACTORS[0]
    hashed ^= hashed >> np.uint64(29)
    hashed += words[4 : 4 + count] * _FACTORS[1]
    return _mixed(hashed)


def _spaced_hashes(characters: NDArray[np.uint32]) -> Hashes:
    """Each 22 neighbours, of which 14 count, eight to a word."""
    folded = characters if characters.max() <= 0xFF else characters ^ (characters >> 8)  # noqa: PLR2004
    words = _words(folded.astype(np.uint8))
    count = max(0, characters.size - SPARSE.gram + 1)
    hashed, *others = (
        (words[at : at + count] & mask) * factor
        for (at, mask), factor in zip(_SPACED, _FACTORS, strict=True)
    )
    for one in others:
        hashed += one
    return _mixed(hashed)


def _words(units: NDArray[np.uint8] | NDArray[np.uint16]) -> Hashes:
    """The 64 bits that start at each unit, as long as there are so many."""
    count = max(0, units.size - 8 // units.itemsize + 1)
    return np.ndarray((count,), "<u8", units.tobytes(), strides=(units.itemsize,)).copy()


def _mixed(hashed: Hashes) -> Hashes:
    """Middle of SplitMix64's finaliser (Steele, Lea and Flood, OOPSLA 2014), cut to 63 bits."""
    hashed ^= hashed >> np.uint64(32)
    hashed *= _FACTORS[2]
    hashed ^= hashed >> np.uint64(29)
    hashed >>= np.uint64(1)
    return hashed


def _without_repeats(values: Hashes) -> Hashes:
    """Drop what equals the one before it."""
    is_new = np.ones(values.size, np.bool_)
    np.not_equal(values[1:], values[:-1], out=is_new[1:])
    return values.take(np.flatnonzero(is_new))  # faster than by the mask
