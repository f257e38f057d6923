"""The global perceptual hash: 256 signs of the low frequencies of a picture.

After "The TMK+PDQF video-hashing algorithm and the PDQ image-hashing algorithm" (Facebook, 2019):
luminance averaged to 64 × 64, frequencies 1–16 of its cosine transform, one bit each for above the
median. Averaging is by area here, where the paper blurs and samples; the bits are nearly the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import cv2
import imagehash
import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from numpy.typing import NDArray

GRID: Final = 64
BITS: Final = 256
VARIANTS: Final = 8
"""Ways to flip and turn a picture: bit 2 transposes it, then bit 0 mirrors, bit 1 turns it over."""

_FREQUENCIES: Final = 16
_SLOT_BITS: Final = 16


def _cosines() -> NDArray[np.float32]:
    place = np.arange(GRID) + 0.5
    frequency = np.arange(1, _FREQUENCIES + 1)[:, None]
    found = np.sqrt(2 / GRID) * np.cos(np.pi / GRID * frequency * place)
    return np.asarray(found, np.float32)


_DCT: Final = _cosines()
_ALTERNATING: Final = np.where(np.arange(1, _FREQUENCIES + 1) % 2, -1, 1).astype(np.float32)


def grid(luminance: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Average (h, w) uint8 by area to (64, 64), 0 to 255."""
    found = cv2.resize(luminance.astype(np.float32), (GRID, GRID), interpolation=cv2.INTER_AREA)
    return found.astype(np.float32, copy=False)


def coefficients(averages: NDArray[np.float32]) -> NDArray[np.float32]:
    """(16, 16) frequencies 1–16 of a grid: rows vertical, columns horizontal."""
    return np.asarray(_DCT @ averages @ _DCT.T, np.float32)


def signs(frequencies: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Pack one bit a frequency, for above the median, in (32,) uint8; a row is two bytes."""
    return np.packbits(frequencies > np.median(frequencies))


def variants(averages: NDArray[np.float32]) -> NDArray[np.uint8]:
    """(8, 32) uint8: the hashes of the picture flipped and turned in every way, itself first."""
    upright = coefficients(averages)
    found = np.empty((VARIANTS, BITS // 8), np.uint8)
    for way in range(VARIANTS):
        turned = upright.T if way & 4 else upright
        if way & 1:
            turned = turned * _ALTERNATING
        if way & 2:
            turned = turned * _ALTERNATING[:, None]
        found[way] = signs(turned)
    return found


def quality(averages: NDArray[np.float32]) -> int:
    """0 (flat) to 100: the paper's sum of the grid's steps; below 50 hashes may collide."""
    steps = 0.0
    for axis in (0, 1):
        steps += float(np.abs(np.trunc(np.diff(averages, axis=axis) * (100 / 255))).sum())
    return min(100, int(steps / 90))


def distances(ours: NDArray[np.uint8], theirs: NDArray[np.uint8]) -> NDArray[np.int64]:
    """(n, m) bits that differ between (n, 32) and (m, 32) uint8."""
    left, right = ours.view("<u8"), theirs.view("<u8")
    differing: NDArray[np.int64] = np.bitwise_count(left[:, None] ^ right[None]).sum(
        axis=2, dtype=np.int64
    )
    return differing


def slots(hashed: NDArray[np.uint8]) -> NDArray[np.int64]:
    """(16,) the hash's 16 rows, 16 bits each."""
    return hashed.view(">u2").astype(np.int64)


def neighbours(rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """(16, 17) each row with every row that differs from it in one bit, itself first."""
    flips = np.concatenate([[0], 1 << np.arange(_SLOT_BITS)]).astype(np.int64)
    near: NDArray[np.int64] = rows[:, None] ^ flips
    return near


def phash(luminance: NDArray[np.uint8]) -> str:
    """16 hex digits of imagehash's phash, which operators and other systems know."""
    return str(imagehash.phash(Image.fromarray(luminance)))
