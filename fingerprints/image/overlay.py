"""Compares what lies together when one picture is laid on another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import cv2
import numpy as np

from fingerprints.contract import Region
from fingerprints.image import hashes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fingerprints.image.alignment import Similarity
    from fingerprints.image.local import Features

SIDE: Final = 80
"""Cells of a canvas in each direction: a crop of 40 % of the sides still has 32."""

_THINNEST: Final = 0.02  # of the longer side


@dataclass(frozen=True, slots=True)
class Canvas:
    """What of a picture is needed to lay another over it.

    `averages`: (80, 80) uint8 luminance. `width`, `height`: shares of the longer side.
    """

    averages: NDArray[np.uint8]
    width: float
    height: float
    features: Features


class Overlay(NamedTuple):
    """What of two pictures lies together, made alike in size: (64, 64) each, plain outside.

    `inside`: (64, 64), where both are. `share`: how much of the smaller picture that is. `cells`:
    how many of a picture's own cells the poorer side has in each direction.
    """

    first: NDArray[np.float32]
    second: NDArray[np.float32]
    inside: NDArray[np.bool_]
    share: float
    cells: float
    ours: Region
    theirs: Region


def averages(luminance: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(80, 80) of a picture: halved first where it is large, which takes a third of the time."""
    height, width = luminance.shape
    if min(height, width) >= 2 * SIDE:
        luminance = luminance[: height // 2 * 2, : width // 2 * 2]
        half = width // 2, height // 2
        luminance = np.asarray(cv2.resize(luminance, half, interpolation=cv2.INTER_AREA), np.uint8)
    cells = cv2.resize(luminance, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    return cells.astype(np.uint8, copy=False)


def overlay(ours: Canvas, theirs: Canvas, lie: Similarity) -> Overlay | None:
    """Cut out of both what lies together; None where that is next to nothing."""
    corners = lie.there(_places(0, ours.width, 0, ours.height, 2))
    left, right = max(0.0, corners.real.min()), min(theirs.width, corners.real.max())
    top, bottom = max(0.0, corners.imag.min()), min(theirs.height, corners.imag.max())
    if min(right - left, bottom - top) < _THINNEST:
        return None
    w = _places(left, right, top, bottom, hashes.GRID)
    z = lie.back(w)
    inside = (z.real >= 0) & (z.real <= ours.width) & (z.imag >= 0) & (z.imag <= ours.height)
    if not inside.any():
        return None
    zoom = abs(lie.turn)
    smaller = min(theirs.width * theirs.height, zoom**2 * ours.width * ours.height)
    mine, other = _region(ours, z[inside]), _region(theirs, w[inside])
    first, second = _plain_outside(_sampled(ours, z), _sampled(theirs, w), inside)
    return Overlay(
        first,
        second,
        inside,
        share=float(inside.mean()) * (right - left) * (bottom - top) / smaller,
        cells=SIDE * min(_narrow(mine), _narrow(other)),
        ours=mine,
        theirs=other,
    )


def _narrow(region: Region) -> float:
    return min(region.right - region.left, region.bottom - region.top)


def _places(left: float, right: float, top: float, bottom: float, n: int) -> NDArray[np.complex128]:
    """(n, n) complex places; for n = 2 the corners themselves."""
    steps = np.array([0.0, 1.0]) if n == 2 else (np.arange(n) + 0.5) / n  # noqa: PLR2004
    found: NDArray[np.complex128] = (
        left + (right - left) * steps[None] + 1j * (top + (bottom - top) * steps[:, None])
    )
    return found


def _sampled(canvas: Canvas, places: NDArray[np.complex128]) -> NDArray[np.float32]:
    across = (places.real * (SIDE / canvas.width) - 0.5).astype(np.float32)
    along = (places.imag * (SIDE / canvas.height) - 0.5).astype(np.float32)
    found = cv2.remap(
        canvas.averages, across, along, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return found.astype(np.float32)


def _plain_outside(
    ours: NDArray[np.float32], theirs: NDArray[np.float32], inside: NDArray[np.bool_]
) -> list[NDArray[np.float32]]:
    """Make plain, in both, what does not lie in both."""
    sides = [ours, theirs]
    if inside.all():
        return sides
    return [np.where(inside, side, side[inside].mean()).astype(np.float32) for side in sides]


def _region(canvas: Canvas, places: NDArray[np.complex128]) -> Region:
    x, y = places.real / canvas.width, places.imag / canvas.height
    half = 0.5 / SIDE
    low = max(0.0, float(x.min()) - half), max(0.0, float(y.min()) - half)
    return Region(*low, min(1.0, float(x.max()) + half), min(1.0, float(y.max()) + half))
