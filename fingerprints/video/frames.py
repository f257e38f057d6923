"""The hash of one frame, and which frames are worth hashing.

As the image modality's global hash (PDQ, Facebook 2019), but a bit says above zero instead of above
the median: so the hash of the mirrored frame is that of the frame with the bits of every other
frequency flipped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

from fingerprints.image.hashes import BITS, GRID, coefficients, quality

if TYPE_CHECKING:
    from numpy.typing import NDArray

WORDS: Final = BITS // 64
TERM_BITS: Final = 28
TERMS: Final = 3

_LEAST_QUALITY: Final = 12  # of 100
_FAINT_QUALITY: Final = 25
_LOWEST: Final = 4  # frequencies each way
_LEAST_FREQUENCY: Final = 3.0  # of 255, the median of the lowest
_DARK: Final = 24.0  # of 255
_HIGHEST_BAR: Final = 0.2  # of the frame's height
_PLAIN_STEP: Final = 6.0  # of 255, from the commonest luminance
_MOST_PLAIN: Final = 0.88  # of the frame: above are titles, slides with a line of text, the night


def _odd_columns() -> NDArray[np.uint64]:
    flips = np.tile(np.arange(16) % 2 == 0, (16, 1))  # the first frequency is odd
    return np.packbits(flips).view("<u8").astype(np.uint64)


MIRROR: Final = _odd_columns()
"""(4,) what turns a hash into the mirrored frame's, by exclusive or."""


def _term_places() -> NDArray[np.int64]:
    """(3, 28) bits of the lowest frequencies, dealt out to three terms."""
    row, column = np.divmod(np.arange(BITS), 16)
    order = np.lexsort((column, row, row + column))
    return order[: TERMS * TERM_BITS].reshape(TERM_BITS, TERMS).T


_TERM_PLACES: Final = _term_places()
_TERM_VALUE: Final = (1 << np.arange(TERM_BITS)).astype(np.int64)
_FLIPS: Final = np.concatenate([[0], _TERM_VALUE])


def grid(luminance: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Average (h, w) uint8 by area to (64, 64), 0 to 255."""
    size = GRID, GRID
    return cv2.resize(luminance, size, interpolation=cv2.INTER_AREA).astype(np.float32)


def hashed(averages: NDArray[np.float32]) -> NDArray[np.uint64]:
    """(4,) words of a (64, 64) grid's hash."""
    bits = coefficients(averages) > 0
    return np.packbits(bits).view("<u8").astype(np.uint64)


def votes(averages: NDArray[np.float32]) -> bool:
    """Tell whether there is enough in a frame to tell it from others: no black, no titles."""
    inner = _inner(averages)
    if _quality(averages, inner) < _LEAST_QUALITY or _is_flat(inner):
        return False
    commonest = _commonest(inner)
    if commonest <= _DARK:  # what seems to be bars is a title's paper, or the night
        inner, commonest = averages, _commonest(averages)
    plain = np.abs(inner - commonest) <= _PLAIN_STEP
    return float(plain.mean()) <= _MOST_PLAIN


def is_faint(averages: NDArray[np.float32]) -> bool:
    """Tell whether there is so little in a frame that its copy may have no vote."""
    inner = _inner(averages)
    return _most_quality(averages) < _FAINT_QUALITY or _is_flat(inner)


def _most_quality(averages: NDArray[np.float32]) -> float:
    """Return the quality that a frame would have were it all like most of its 64 areas.

    A logo or a subtitle over a faint picture has more steps than all the rest.
    """
    steps = np.zeros_like(averages)
    steps[1:] += np.abs(np.trunc(np.diff(averages, axis=0) * (100 / 255)))
    steps[:, 1:] += np.abs(np.trunc(np.diff(averages, axis=1) * (100 / 255)))
    areas = steps.reshape(8, GRID // 8, 8, GRID // 8).mean(axis=(1, 3))
    return float(np.median(areas)) * averages.size / 90


def _quality(averages: NDArray[np.float32], inner: NDArray[np.float32]) -> float:
    return quality(averages) * averages.size / inner.size


def _is_flat(inner: NDArray[np.float32]) -> bool:
    """Tell whether a frame, for all its steps, has no frequencies both ways: stripes have none."""
    lowest = coefficients(_sized(inner))[:_LOWEST, :_LOWEST]
    return float(np.median(np.abs(lowest))) < _LEAST_FREQUENCY


def _sized(inner: NDArray[np.float32]) -> NDArray[np.float32]:
    if inner.shape == (GRID, GRID):
        return inner
    return np.asarray(cv2.resize(inner, (GRID, GRID)), np.float32)


def _inner(averages: NDArray[np.float32]) -> NDArray[np.float32]:
    return min(_without_bars(averages), _without_bars(averages.T), key=len)


def _commonest(averages: NDArray[np.float32]) -> int:
    counts = np.bincount(averages.ravel().astype(np.int64), minlength=256)
    return int(np.convolve(counts, np.ones(5, np.int64), "same").argmax())


def _without_bars(averages: NDArray[np.float32]) -> NDArray[np.float32]:
    """Cut off black bars above and below, as high as each other, and no higher than they are."""
    dark = averages.max(axis=1) <= _DARK
    half = len(dark) // 2
    bar = min(
        int(np.argmin(np.append(dark[:half], False))),
        int(np.argmin(np.append(dark[::-1][:half], False))),
        int(_HIGHEST_BAR * len(dark)),
    )
    return averages[bar : len(averages) - bar]


def distances(ours: NDArray[np.uint64], theirs: NDArray[np.uint64]) -> NDArray[np.uint16]:
    """(n, m) bits that differ between (n, 4) and (m, 4)."""
    total = np.zeros((len(ours), len(theirs)), np.uint16)
    for word in range(WORDS):
        total += np.bitwise_count(ours[:, word, None] ^ theirs[None, :, word])
    return total


def terms(words: NDArray[np.uint64]) -> NDArray[np.int64]:
    """(n, 3) terms of (n, 4) hashes, each with its number above its 28 bits."""
    bits = np.unpackbits(np.ascontiguousarray(words).view(np.uint8), axis=1)
    values: NDArray[np.int64] = bits[:, _TERM_PLACES].astype(np.int64) @ _TERM_VALUE
    return values | (np.arange(TERMS, dtype=np.int64) << TERM_BITS)


def near_terms(words: NDArray[np.uint64]) -> NDArray[np.int64]:
    """(n, 3, 29) the terms, and each with one bit flipped."""
    near: NDArray[np.int64] = terms(words)[..., None] ^ _FLIPS
    return near
