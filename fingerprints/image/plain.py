"""The perceptual hashes of the imagehash library, for operators and exchange with other systems.

The same digits as imagehash 4 prints of the same pixels (Krawetz, hackerfactor.com, "Looks Like
It" and "Kind of Like That"; the wavelet hash but for rounding). All of them are resamplings of the
picture, so that two matrix products make what four of Pillow's resizes do.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

BYTES: Final = 8
"""Of one hash."""

_SIDE: Final = 8
_FINE: Final = 32
_LOBES: Final = 3
_COSINES: Final = np.cos(np.pi / (2 * _FINE) * np.outer(np.arange(_SIDE), np.arange(1, 64, 2)))


class PlainHashes(NamedTuple):
    """64 bits each, 8 bytes: what `imagehash.phash`, `dhash`, `average_hash` and `whash` give."""

    perceptual: bytes
    difference: bytes
    average: bytes
    wavelet: bytes


def plain_hashes(luminance: NDArray[np.uint8]) -> PlainHashes:
    """Hash (h, w) uint8 in the four ways."""
    height, width = luminance.shape
    sides = (_FINE, _SIDE + 1, _SIDE)
    across = np.concatenate([_lanczos(width, side) for side in sides])
    narrow = np.split(_rounded(luminance @ across.T), np.cumsum(sides)[:2], axis=1)
    fine = _rounded(_lanczos(height, _FINE) @ narrow[0])
    steps = _rounded(_lanczos(height, _SIDE) @ narrow[1])
    small = _rounded(_lanczos(height, _SIDE) @ narrow[2])
    low = _COSINES @ fine @ _COSINES.T
    blocks = cv2.resize(luminance, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA)
    bits = (
        low > np.median(low),
        steps[:, 1:] > steps[:, :-1],
        small > small.mean(),
        blocks > np.median(blocks),
    )
    return PlainHashes(*(np.packbits(one).tobytes() for one in bits))


def _rounded(values: NDArray[np.floating]) -> NDArray[np.float32]:
    return np.asarray(np.clip(np.rint(values), 0, 255), np.float32)


@lru_cache(maxsize=256)
def _lanczos(side: int, out: int) -> NDArray[np.float32]:
    """(out, side) how much each pixel counts for each of fewer, as Pillow's resize weighs them."""
    scale = side / out
    wide = max(1.0, scale)
    centre = (np.arange(out)[:, None] + 0.5) * scale
    place = np.arange(side)[None] + 0.5
    near = np.abs(np.floor(place) - centre + 0.5) <= _LOBES * wide
    away = (place - centre) / wide
    weights = np.where(near & (np.abs(away) < _LOBES), np.sinc(away) * np.sinc(away / _LOBES), 0)
    return np.asarray(weights / weights.sum(axis=1, keepdims=True), np.float32)
