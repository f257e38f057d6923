"""Lists of labels and names: headings of forms, menus, indexes. They say less than sentences.

A sentence of any European language has words of up to three letters, two of five and more; titles,
names and the labels of a form hardly have any.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from fingerprints.text.winnow import DENSE_FROM

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fingerprints.text.normalise import Normalised

_SHORT: Final = 3
_LEAST_SHARE: Final = 0.2
"""99 in 100 runs of 120 letters of prose have more; one word is allowed for, for shorter ones."""
_LONGEST_WORD: Final = 16
"""Longer on the average: written without spaces, which leaves it open."""
_FEWEST_WORDS: Final = 6
_ZERO, _NINE = ord("0"), ord("9")


def are_labels(text: Normalised, passages: Sequence[tuple[int, int]]) -> bool:
    """Whether passages [start, end) of a text are rather labels than sentences.

    Words end where the text they were normalised from has a space or a sign. Dense writing, which
    has no such words, is never taken for labels.
    """
    lengths = np.concatenate([_words(text, start, end) for start, end in passages])
    if lengths.size < _FEWEST_WORDS or lengths.mean() > _LONGEST_WORD:
        return False
    short = int(np.count_nonzero(lengths <= _SHORT))
    return short + 1 < _LEAST_SHARE * lengths.size


def _words(text: Normalised, start: int, end: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Lengths of the words within a passage, without numbers and without what its edges cut."""
    characters = text.characters[start:end]
    if np.count_nonzero(characters >= DENSE_FROM) * 2 > characters.size:
        return np.zeros(0, np.int64)
    borders = np.flatnonzero(np.diff(text.offsets[start:end]) > 1) + 1
    first = characters[borders[:-1]] if borders.size else characters[:0]
    is_number = (first >= _ZERO) & (first <= _NINE)
    lengths: np.ndarray[tuple[int], np.dtype[np.int64]] = np.diff(borders)[~is_number]
    return lengths
