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

_PANELS = 4
_INK = 8  # further from the paper's luminance than this is not paper
_STROKE = 1 / 64  # of the longer side: thinner than this is text, not a picture
_GAP = 1 / 34  # of the longer side: plain places within a picture are bridged
_LEAST_PANEL = 0.05  # of the page's area: below are logos and thumbnails
_MOST_PANEL = 0.9
_SLIM = 0.2  # of its longer side: a bar, not a picture
_LEAST_FILL = 0.65  # of a panel's rectangle
_LEAST_PAPER = 0.25  # of the page's area

_TONE = 9  # of 256
_TEXT_INK = 40  # from the paper's luminance
_MOST_TEXT_INK = 0.45
_LINE_INK = 0.004  # of a row: less is a speck
_LINE = 1 / 24  # of the longer side: thicker than this is no line of text
_LEAST_LINES = 8
_MOSTLY = 0.8


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
    if height - top - bottom < _LEAST_LEFT * height:
        return None
    left, right = _margins(luminance[top : height - bottom].T)
    if width - left - right < _LEAST_LEFT * width:
        return None
    if max(top, bottom) < _LEAST_TRIM * height and max(left, right) < _LEAST_TRIM * width:
        return None
    return Region(left / width, top / height, 1 - right / width, 1 - bottom / height)


def _margins(luminance: NDArray[np.uint8]) -> tuple[int, int]:
    """Count the uniform rows at the top and at the bottom."""
    if (luminance[[0, -1]].astype(np.float32).std(axis=1) >= _UNIFORM).all():
        return 0, 0  # as of nearly every picture
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
    tones = cv2.calcHist([luminance], [0], None, [256], [0, 256]).ravel()
    paper = int(np.argmax(tones))
    if tones[max(0, paper - _INK) : paper + _INK + 1].sum() < _LEAST_PAPER * luminance.size:
        return []
    ink = (cv2.absdiff(luminance, np.full_like(luminance, paper)) > _INK).astype(np.uint8)
    solid = cv2.morphologyEx(ink, cv2.MORPH_OPEN, _square(_STROKE * max(height, width)))
    solid = cv2.morphologyEx(solid, cv2.MORPH_CLOSE, _square(_GAP * max(height, width)))
    found = cv2.connectedComponentsWithStats(solid, connectivity=4)[2][1:]
    boxes = [box for box in found.tolist() if _is_panel(box, width, height)]
    boxes.sort(key=lambda box: -box[2] * box[3])
    return [
        Region(x / width, y / height, (x + wide) / width, (y + high) / height)
        for x, y, wide, high, _ in boxes[:_PANELS]
    ]


def _square(side: float) -> NDArray[np.uint8]:
    return np.ones((max(3, round(side)), max(3, round(side))), np.uint8)


def _is_panel(box: list[int], width: int, height: int) -> bool:
    _, _, wide, high, area = box
    share = wide * high / (width * height)
    slim = min(wide, high) < _SLIM * max(wide, high)
    return _LEAST_PANEL <= share <= _MOST_PANEL and not slim and area >= _LEAST_FILL * wide * high


def plain_share(samples: NDArray[np.float32] | NDArray[np.uint8]) -> float:
    """Return the share of the area in the most common tone, give or take a little."""
    tones = np.bincount(samples.ravel().clip(0, 255).astype(np.int64), minlength=256)
    return float(np.convolve(tones, np.ones(_TONE)).max() / samples.size)


def is_running_text(luminance: NDArray[np.uint8]) -> bool:
    """Tell whether a page holds little but lines of text, in rows or in columns, on plain paper."""
    paper = int(np.argmax(np.bincount(luminance.ravel(), minlength=256)))
    ink = np.abs(luminance.astype(np.int16) - paper) > _TEXT_INK
    if ink.mean() > _MOST_TEXT_INK or not ink.any():
        return False
    halves = np.array_split(ink, 2, axis=1), np.array_split(ink.T, 2, axis=1)
    return any(
        _lined(side) or all(_lined(half) for half in split if half.any())
        for side, split in zip((ink, ink.T), halves, strict=True)
    )


def _lined(ink: NDArray[np.bool_]) -> bool:
    """Tell whether nearly all the ink stands in many thin bands with plain paper between them."""
    amount = ink.mean(axis=1)
    inked = np.concatenate([[False], amount > _LINE_INK, [False]])
    starts = np.flatnonzero(~inked[:-1] & inked[1:])
    ends = np.flatnonzero(inked[:-1] & ~inked[1:])
    thin = ends - starts <= max(3, _LINE * max(ink.shape))
    total = np.concatenate([[0.0], np.cumsum(amount)])
    in_thin = float((total[ends] - total[starts])[thin].sum())
    return int(thin.sum()) >= _LEAST_LINES and in_thin >= _MOSTLY * float(total[-1])


def ladder() -> Iterator[Region]:
    """Yield crops of .95 and .9 at 3 × 3 places and of .8 at 5 × 5: what a cropped copy may be."""
    for share, places in _LADDER:
        starts = [place * (1 - share) / (places - 1) for place in range(places)]
        for top in starts:
            for left in starts:
                yield Region(left, top, left + share, top + share)
