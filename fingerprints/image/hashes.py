"""The global perceptual hash: 256 signs of the low frequencies of a picture.

After "The TMK+PDQF video-hashing algorithm and the PDQ image-hashing algorithm" (Facebook, 2019):
luminance blurred by two passes of a box, sampled to 64 × 64, frequencies 1–16 of its cosine
transform, one bit each for above the median. The same bits as the original's, but for the few that
lie next to the median when a picture is decoded at less than its full size.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

GRID: Final = 64
BITS: Final = 256
VARIANTS: Final = 8
"""Ways to flip and turn a picture: bit 2 transposes it, then bit 0 mirrors, bit 1 turns it over."""

_FREQUENCIES: Final = 16
_SLOT_BITS: Final = 16
WEAKEST: Final = 4
"""Bits of a row that a copy's row is likeliest to differ in, and that are told."""


def _cosines() -> NDArray[np.float32]:
    place = np.arange(GRID) + 0.5
    frequency = np.arange(1, _FREQUENCIES + 1)[:, None]
    found = np.sqrt(2 / GRID) * np.cos(np.pi / GRID * frequency * place)
    return np.asarray(found, np.float32)


_DCT: Final = _cosines()
_ALTERNATING: Final = np.where(np.arange(1, _FREQUENCIES + 1) % 2, -1, 1).astype(np.float32)
_STRAIGHT: Final = np.ones_like(_ALTERNATING)
_FLIPS: Final = np.stack(
    [
        np.outer(down, across)
        for down in (_STRAIGHT, _ALTERNATING)
        for across in (_STRAIGHT, _ALTERNATING)
    ]
)


def grid(luminance: NDArray[np.uint8], size: tuple[int, int] | None = None) -> NDArray[np.float32]:
    """Blur and sample (h, w) uint8 to (64, 64), 0 to 255.

    `size`: width and height before the luminance was made smaller, for the paper's very blur.
    """
    height, width = luminance.shape
    wide, high = size or (width, height)
    rows, columns = _sampler(height, high), _sampler(width, wide)
    return np.asarray(rows @ luminance.astype(np.float32) @ columns.T, np.float32)


@lru_cache(maxsize=256)
def _sampler(side: int, full: int) -> NDArray[np.float32]:
    """(64, side) how much each pixel counts for each sample, where the blur is of `full` pixels.

    Two means, each over a window that reaches further forward by a pixel where its width is even.
    """
    full = max(full, side)
    window = -(-full // (2 * GRID))
    ahead = (window + 2) // 2
    middle = ((np.arange(GRID) + 0.5) * full / GRID).astype(np.int64)
    once = middle[:, None] + np.arange(ahead - window, ahead)
    inside = (once >= 0) & (once < full)
    low = np.maximum(0, once + ahead - window)
    high = np.minimum(full, once + ahead)
    first = np.maximum(0, low.min(axis=1) * side // full)
    edges = first[:, None] + np.arange(2 * window * side // full + 4)
    place = edges[:, None, :] * (full / side)
    below = np.clip((place - low[..., None]) / (high - low)[..., None].clip(1), 0, 1)
    reached = np.where(inside[..., None], below, 0).sum(axis=1) / inside.sum(axis=1)[:, None]
    found = np.zeros((GRID, side + edges.shape[1]))
    np.put_along_axis(found, edges[:, :-1], np.diff(reached, axis=1), axis=1)
    return found[:, :side].astype(np.float32)


def coefficients(averages: NDArray[np.float32]) -> NDArray[np.float32]:
    """(16, 16) frequencies 1–16 of a grid: rows vertical, columns horizontal."""
    return np.asarray(_DCT @ averages @ _DCT.T, np.float32)


def signs(frequencies: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Pack one bit a frequency, for above the median, in (32,) uint8; a row is two bytes."""
    return np.packbits(frequencies > np.median(frequencies))


def variants(averages: NDArray[np.float32]) -> NDArray[np.uint8]:
    """(8, 32) uint8: the hashes of the picture flipped and turned in every way, itself first."""
    upright = coefficients(averages)
    both = np.stack([upright, upright.T])[:, None]
    turned = (both * _FLIPS).reshape(VARIANTS, BITS)
    middle = np.partition(turned, (BITS // 2 - 1, BITS // 2), axis=1)[:, BITS // 2 - 1 :][:, :2]
    return np.packbits(turned > middle.mean(axis=1, keepdims=True), axis=1)


def quality(averages: NDArray[np.float32]) -> int:
    """0 (flat) to 100: the paper's sum of the grid's steps; below 50 hashes may collide."""
    steps = 0.0
    for axis in (0, 1):
        steps += float(np.abs(np.trunc(np.diff(averages, axis=axis) * (100 / 255))).sum())
    return min(100, int(steps / 90))


def hexadecimal(hashed: NDArray[np.uint8]) -> str:
    """64 hex digits of one (32,) hash as ThreatExchange writes it, the highest frequency first."""
    return bytes(np.packbits(np.unpackbits(hashed)[::-1])).hex()


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


def weakest(averages: NDArray[np.float32]) -> NDArray[np.uint8]:
    """(16, 4) of each row of a grid's hash the bits nearest to the median: n as in 1 << n."""
    frequencies = coefficients(averages)
    away = np.abs(frequencies - np.median(frequencies))
    nearest = np.argsort(away, axis=1, kind="stable")[:, :WEAKEST]
    return (_SLOT_BITS - 1 - nearest).astype(np.uint8)


def neighbours(rows: NDArray[np.int64], weakest: NDArray[np.uint8]) -> NDArray[np.int64]:
    """(16, 5) each row, and it with each of its weakest bits flipped, itself first."""
    flipped = rows[:, None] ^ (np.int64(1) << weakest.astype(np.int64))
    return np.concatenate([rows[:, None], flipped], axis=1)
