"""Strangers to the `shading` witness: pictures made as smooth as skies, each with the most alike.

Of smooth pictures, for which that witness is there, the corpus has too few to draw its curve from.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

import cv2
import numpy as np

from fingerprints.image import paged
from fingerprints.image.shading import shadings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from benchmarks.accuracy.suite import Original
    from fingerprints.contract import Fingerprint
    from fingerprints.image.overlay import Canvas

MOST: Final = 12
"""Works that each picture is compared with."""

_BLUR: Final = 8.0  # of a canvas's 80 cells
_FREQUENCIES: Final = 6  # of a side, by which pictures are alike


class Smoothed(NamedTuple):
    """A picture, blurred; `original` says what it was and what it is akin to."""

    original: Original
    canvas: Canvas


def smoothed(original: Original, print_: Fingerprint) -> Smoothed | None:
    """Blur the picture of a print; None where it has nothing to be laid on others."""
    detail = paged.pages(print_)[0].views[0].detail
    if detail is None:
        return None
    blurred = cv2.GaussianBlur(detail.canvas.averages, (0, 0), _BLUR)
    return Smoothed(original, replace(detail.canvas, averages=np.asarray(blurred, np.uint8)))


def said_of_strangers(copies: Sequence[Smoothed], works: Sequence[Smoothed]) -> Iterator[float]:
    """Yield what the witness says of each copy and the works of other families most like it."""
    there = np.stack([_lowest(work.canvas) for work in works])
    mirrored = there * np.where(np.arange(_FREQUENCIES) % 2, -1, 1)
    for copy in copies:
        mine = _lowest(copy.canvas)
        alike = np.maximum(*(np.abs((side * mine).sum(axis=(1, 2))) for side in (there, mirrored)))
        alike[[work.original.family == copy.original.family for work in works]] = -1
        most = np.argsort(-alike, kind="stable")[:MOST]
        for place in most[alike[most] >= 0].tolist():
            yield _sureness(copy.canvas, works[place].canvas)


def _sureness(ours: Canvas, theirs: Canvas) -> float:
    first, second = sorted((ours, theirs), key=lambda one: one.averages.tobytes())
    return max((one.sureness for one in shadings(first, second)), default=0.0)


def _lowest(canvas: Canvas) -> NDArray[np.float64]:
    """(6, 6) the lowest frequencies but the mean, each as if all were as strong; of length 1."""
    every = np.asarray(cv2.dct(canvas.averages.astype(np.float32)), np.float64)
    down, across = np.indices((_FREQUENCIES, _FREQUENCIES))
    found = every[:_FREQUENCIES, :_FREQUENCIES] * np.hypot(down, across)
    return np.asarray(found / max(1e-9, float(np.sqrt((found**2).sum()))), np.float64)
