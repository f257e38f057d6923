"""Compares the low cosine frequencies of what lies together of two pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from fingerprints.image import hashes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fingerprints.image.overlay import Overlay

_LOW: Final = 5.0  # frequencies below hold the picture's masses, which no watermark changes
_LEAST_FREQUENCIES: Final = 4
_PER_CELL: Final = 0.45  # frequencies that a picture's own cells can show


def masses(laid: Overlay) -> float:
    """Correlate the lowest frequencies, each as if all were as strong; 0 for opposites."""
    first, second = hashes.coefficients(laid.first), hashes.coefficients(laid.second)
    places = np.arange(1, len(first) + 1)
    radius = np.hypot(places[:, None], places[None])
    low = radius < _LOW
    return max(0.0, _correlation((first * radius)[low], (second * radius)[low]))


def signs(laid: Overlay) -> tuple[float, int]:
    """Say how sure it is that the signs of frequencies agree, and how many of 256 differ."""
    first, second = hashes.coefficients(laid.first), hashes.coefficients(laid.second)
    places = np.arange(1, len(first) + 1)
    most = max(_LEAST_FREQUENCIES, laid.cells * _PER_CELL)
    shown = (places <= most)[:, None] & (places <= most)[None]
    differing = (first > np.median(first)) != (second > np.median(second))
    bits, wrong = int(shown.sum()), int((differing & shown).sum())
    return _deviation(bits, wrong), round(hashes.BITS * wrong / bits)


def _deviation(bits: int, wrong: int) -> float:
    """Return the root of the deviance from chance: as many standard deviations, in the middle."""
    share = min(max(wrong / bits, 0.5 / bits), 1 - 0.5 / bits)
    certainty = np.log(2) + share * np.log(share) + (1 - share) * np.log(1 - share)
    return float(np.sign(0.5 - share) * np.sqrt(2 * bits * certainty))


def _correlation(first: NDArray[np.float32], second: NDArray[np.float32]) -> float:
    size = float(np.sqrt((first**2).sum() * (second**2).sum()))
    return float((first * second).sum()) / size if size else 0.0
