"""The parts of a picture that are hashed as pictures of their own."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

import cv2
import numpy as np

from fingerprints.contract import Region

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

WHOLE = Region(0.0, 0.0, 1.0, 1.0)


class ViewKind(IntEnum):
    """Why a view was cut out; stored, never renumbered."""

    WHOLE = 0
    TRIMMED = 1
    PANEL = 2
    LADDER = 3


_LADDER = ((0.95, 3), (0.9, 3), (0.8, 5))  # share of each side kept, places along each side
_UNIFORM = 6.0  # a border's row varies less than this around its mean, of 255
_SAME = 12.0  # and its mean is so near to the outermost row's
_LEAST_TRIM = 0.02
_LEAST_LEFT = 0.25

_PANEL_SIDE = 256  # pixels: detection needs no more
_PANELS = 4
_INK = 20.0  # further from the paper's luminance than this is not paper
_STROKE = 0.02  # of the longer side: thinner than this is text, not a picture
_LEAST_PANEL = 0.12
_MOST_PANEL = 0.9
_LEAST_FILL = 0.8
_PAPER_SHARE = 0.25


def pixels(luminance: NDArray[np.uint8], region: Region) -> NDArray[np.uint8]:
    """Cut the region out, at least one pixel of it."""
    height, width = luminance.shape
    left, top = round(region.left * width), round(region.top * height)
    right = max(left + 1, round(region.right * width))
    bottom = max(top + 1, round(region.bottom * height))
    return luminance[top:bottom, left:right]


def trimmed(luminance: NDArray[np.uint8]) -> Region | None:
    """Find what is inside a uniform border or letterbox; None where there is no such border."""
    height, width = luminance.shape
    top, bottom = _margins(luminance)
    left, right = _margins(luminance[top : height - bottom].T)
    if max(top, bottom) < _LEAST_TRIM * height and max(left, right) < _LEAST_TRIM * width:
        return None
    if height - top - bottom < _LEAST_LEFT * height or width - left - right < _LEAST_LEFT * width:
        return None
    return Region(left / width, top / height, 1 - right / width, 1 - bottom / height)


def _margins(luminance: NDArray[np.uint8]) -> tuple[int, int]:
    """Count the uniform rows at the top and at the bottom."""
    rows = luminance.astype(np.float32)
    means, spread = rows.mean(axis=1), rows.std(axis=1)
    plain = spread < _UNIFORM
    first = plain & (np.abs(means - means[0]) < _SAME)
    last = plain & (np.abs(means - means[-1]) < _SAME)
    if first.all() or last.all():
        return 0, 0
    return int(np.argmin(first)), int(np.argmin(last[::-1]))


def panels(luminance: NDArray[np.uint8]) -> list[Region]:
    """Find rectangular pictures on a plain page, largest first, at most 4."""
    height, width = luminance.shape
    scale = min(1.0, _PANEL_SIDE / max(height, width))
    small = cv2.resize(luminance, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    paper = float(np.argmax(np.bincount(small.ravel(), minlength=256)))
    ink = (np.abs(small.astype(np.float32) - paper) > _INK).astype(np.uint8)
    if 1 - ink.mean() < _PAPER_SHARE:
        return []
    stroke = max(3, round(_STROKE * max(small.shape)))
    solid = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    solid = cv2.morphologyEx(solid, cv2.MORPH_OPEN, np.ones((stroke, stroke), np.uint8))
    found = cv2.connectedComponentsWithStats(solid, connectivity=4)[2][1:]
    boxes = [box for box in found.tolist() if _is_panel(box, small.shape)]
    boxes.sort(key=lambda box: -box[2] * box[3])
    rows, columns = small.shape
    return [
        Region(x / columns, y / rows, (x + wide) / columns, (y + high) / rows)
        for x, y, wide, high, _ in boxes[:_PANELS]
    ]


def _is_panel(box: list[int], shape: tuple[int, ...]) -> bool:
    _, _, wide, high, area = box
    shares = wide / shape[1], high / shape[0]
    return (
        max(shares) >= _LEAST_PANEL
        and min(wide, high) >= _LEAST_PANEL * min(shape) / 2
        and shares[0] * shares[1] <= _MOST_PANEL
        and area >= _LEAST_FILL * wide * high
    )


def ladder() -> Iterator[Region]:
    """Yield crops of .95 and .9 at 3 × 3 places and of .8 at 5 × 5: what a cropped copy may be."""
    for share, places in _LADDER:
        starts = [place * (1 - share) / (places - 1) for place in range(places)]
        for top in starts:
            for left in starts:
                yield Region(left, top, left + share, top + share)
