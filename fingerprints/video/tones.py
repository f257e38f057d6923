"""What is lighter than what in a frame with little in it: dark and blurred, or bare stripes.

The hash of such a frame is noise, for most of its frequencies are none. So medians over columns,
over rows and over areas are compared with others a little further on: a bit says which is lighter,
and another whether that is sure, after what compression leaves of a faint picture. Medians don't
see a logo or a subtitle. What agrees is counted beyond what would agree by chance, as many bits as
are set in either: two skies, light above and dark below, have nothing in common by that (Cohen's
kappa: "A coefficient of agreement for nominal scales", 1960).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

WORDS: Final = 4
"""Of the columns, of the rows, of areas beside and of areas above one another."""

_LINES: Final = 32
_LAGS: Final = (1, 4)
_AREAS: Final = 8
_AREA_LAG: Final = 2
_SURE: Final = 2.0  # of 255
_STRANGE: Final = 0.7
_FULL_ROOM: Final = 32.0
_LEAST_ROOM: Final = 12.0  # bits
_WORD: Final = 64
TERM_BITS: Final = 24
_MOST_UNSURE: Final = 6  # bits of a term
_LEAST_BOTH: Final = 4  # sure bits of a term that are set, and that are not


def toned(averages: NDArray[np.float32]) -> NDArray[np.uint64]:
    """(2, 4) words of a (64, 64) grid: which bits are set, and which of all are sure."""
    side = averages.shape[0] // _LINES
    columns, rows = (
        np.median(averages, axis=axis).reshape(_LINES, side).mean(axis=1) for axis in (0, 1)
    )
    size = averages.shape[0] // _AREAS
    cells = averages.reshape(_AREAS, size, _AREAS, size).transpose(0, 2, 1, 3)
    areas = np.median(cells.reshape(_AREAS, _AREAS, -1), axis=2)
    steps = np.zeros((WORDS, _WORD), np.float32)
    for word, lines in enumerate((columns, rows)):
        found = np.concatenate([lines[lag:] - lines[:-lag] for lag in _LAGS])
        steps[word, : len(found)] = found
    beside = areas[:, _AREA_LAG:] - areas[:, :-_AREA_LAG]
    below = areas[_AREA_LAG:] - areas[:-_AREA_LAG]
    steps[2, : beside.size], steps[3, : below.size] = beside.ravel(), below.ravel()
    return _packed(np.stack([steps > 0, np.abs(steps) >= _SURE]))


def shows(tones: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Tell of (…, 2, 4) words whether enough is sure in them to tell a frame from others."""
    _, room = agreement(tones, tones)
    return np.asarray(room >= _LEAST_ROOM)


def worth(
    ours: NDArray[np.uint64], theirs: NDArray[np.uint64]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return how much frames say, 1 at most, and how alike they are, of (…, 2, 4) words."""
    alike, room = agreement(ours, theirs)
    beyond = np.maximum(alike - _STRANGE, 0) / (1 - _STRANGE)
    says = beyond**2 * np.minimum(1, room / _FULL_ROOM)
    return np.asarray(says, np.float32), alike


def changed(ours: NDArray[np.uint64], theirs: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Count the bits that are sure in both of (…, 2, 4) words, and differ."""
    both = ours[..., 1, :] & theirs[..., 1, :]
    found = np.bitwise_count((ours[..., 0, :] ^ theirs[..., 0, :]) & both)
    return np.asarray(found.sum(axis=-1, dtype=np.int64))


def terms(tones: NDArray[np.uint64]) -> NDArray[np.int64]:
    """(m,) distinct terms of (n, 2, 4) words: groups of bits most of which are sure."""
    found = [value for value, _ in _groups(tones)]
    return np.unique(np.concatenate(found))


def near_terms(tones: NDArray[np.uint64]) -> NDArray[np.int64]:
    """(m,) distinct terms of (n, 2, 4) words, in all the ways the bits that aren't sure may be."""
    found = []
    for value, unsure in _groups(tones):
        order = np.argsort(~unsure, axis=1, kind="stable")[:, :_MOST_UNSURE]
        flips = np.take_along_axis(unsure, order, axis=1) * (np.int64(1) << order)
        found.append((value[:, None] ^ (flips @ _WAYS)).ravel())
    return np.unique(np.concatenate(found))


_WAYS: Final = (np.arange(1 << _MOST_UNSURE) >> np.arange(_MOST_UNSURE)[:, None]) & 1
"""(6, 64) which of the bits are flipped."""


def _groups(
    tones: NDArray[np.uint64],
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.bool_]]]:
    """Yield of each group the terms, (k,), and which of their bits aren't sure, (k, 24)."""
    bits = _unpacked(tones)
    for number, (word, places) in enumerate(_TERM_PLACES):
        set_, sure = (bits[:, kind, word, places] for kind in (0, 1))
        light, dark = (set_ & sure).sum(axis=1), (~set_ & sure).sum(axis=1)
        told = (light + dark >= TERM_BITS - _MOST_UNSURE) & (np.minimum(light, dark) >= _LEAST_BOTH)
        value = set_[told] @ (np.int64(1) << np.arange(TERM_BITS)) | number << TERM_BITS
        yield value, ~sure[told]


def _term_places() -> list[tuple[int, NDArray[np.int64]]]:
    """Return of each group its word and which 24 bits of it."""
    far = _LINES - _LAGS[0] + np.arange(_LINES - _LAGS[1])
    lines = [(word, far[2 : 2 + TERM_BITS]) for word in (0, 1)]
    return lines + [
        (word, half + np.arange(TERM_BITS)) for word in (2, 3) for half in (0, TERM_BITS)
    ]


_TERM_PLACES: Final = _term_places()


def _unpacked(words: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """(…, 64) bits of (…) words."""
    bytes_ = np.ascontiguousarray(words.astype("<u8")[..., None]).view(np.uint8)
    return np.unpackbits(bytes_, axis=-1, bitorder="little").astype(np.bool_)


def _packed(bits: NDArray[np.bool_]) -> NDArray[np.uint64]:
    return np.packbits(bits, axis=-1, bitorder="little").view("<u8")[..., 0].astype(np.uint64)


def _mirrored_places() -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """(4, 64) which bit each is in the mirrored frame, and whether it is the opposite."""
    place = np.tile(np.arange(_WORD), (WORDS, 1))
    start = 0
    for lag in _LAGS:
        count = _LINES - lag
        place[0, start : start + count] = start + np.arange(count)[::-1]
        start += count
    beside, below = (_AREAS, _AREAS - _AREA_LAG), (_AREAS - _AREA_LAG, _AREAS)
    for word, shape in ((2, beside), (3, below)):
        count = shape[0] * shape[1]
        place[word, :count] = np.arange(count).reshape(shape)[:, ::-1].ravel()
    opposite = np.zeros((WORDS, _WORD), np.bool_)
    opposite[[0, 2]] = True
    return place, opposite


_PLACES, _OPPOSITE = _mirrored_places()


def mirrored(tones: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """(…, 2, 4) words of the mirrored frames."""
    bits = _unpacked(tones)
    moved = np.take_along_axis(bits, np.broadcast_to(_PLACES, bits.shape), axis=-1)
    moved[..., 0, :, :] ^= _OPPOSITE
    return _packed(moved)


def agreement(
    ours: NDArray[np.uint64], theirs: NDArray[np.uint64]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return how much of what could agree beyond chance does, −1 to 1, and how much could, in bits.

    Of (…, 2, 4) words, broadcast.
    """
    shape = np.broadcast_shapes(ours.shape[:-2], theirs.shape[:-2])
    excess, room = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
    for word in range(WORDS):
        x, y = ours[..., 0, word], theirs[..., 0, word]
        both = ours[..., 1, word] & theirs[..., 1, word]
        count = np.bitwise_count(both).astype(np.float32)
        differing = np.bitwise_count((x ^ y) & both)
        mine = np.bitwise_count(x & both).astype(np.float32)
        other = np.bitwise_count(y & both).astype(np.float32)
        chance = mine * other + (count - mine) * (count - other)
        chance /= np.maximum(count, 1)
        excess += count - differing - chance
        room += count - chance
    alike = excess / np.maximum(room, 1)
    return np.asarray(alike, np.float32), np.asarray(room, np.float32)
