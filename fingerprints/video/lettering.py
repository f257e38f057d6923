"""Frames that are nothing but lines of letters on a plain ground: rolled credits, lists of songs.

How lines lie on such a frame is the studio's layout and not the film's: two films' credits, set
alike and rolled at one pace, are as like as copies to any hash. Told by three things: one even
ground over most of the frame, what lies on it is gone once all that is thinner than a line of
letters is taken away, and rows of the ground lie between rows of letters (or columns between
columns).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_INK_STEP: Final = 24  # of 255, from the ground
_EVEN_STEP: Final = 6  # of 255: what differs less is the ground
_LEAST_GROUND: Final = 0.5  # of the frame
_LEAST_INK: Final = 0.01
_AROUND: Final = np.ones((9, 9), np.uint8)  # pixels about a letter that compression may touch
_MOST_OTHER: Final = 0.03  # of the frame, neither ground nor near a letter
_LINE_HEIGHT: Final = 1 / 14  # of the frame's height: thinner things may be lines of letters
_MOST_SOLID: Final = 0.1  # of the ink, thicker than that
_A_LINES_INK: Final = 0.1  # of the fullest row's: less is what compression left beside letters
_LEAST_LINES: Final = 3
_LEAST_ROOM: Final = 0.15  # of the rows from the first line to the last


def is_lettering(luminance: NDArray[np.uint8]) -> bool:
    """Tell whether a (h, w) frame shows several lines of letters, and nothing else."""
    counts = np.bincount(luminance.ravel(), minlength=256)
    ground = int(np.convolve(counts, np.ones(9, np.int64), "same").argmax())
    away = cv2.absdiff(luminance, np.full_like(luminance, ground))
    uneven = away > _EVEN_STEP
    if float(uneven.mean()) > 1 - _LEAST_GROUND:
        return False
    ink = (away > _INK_STEP).astype(np.uint8)
    amount = float(ink.mean())
    near = cv2.dilate(ink, _AROUND) > 0
    if amount < _LEAST_INK or float((uneven & ~near).mean()) > _MOST_OTHER:
        return False
    side = max(3, round(luminance.shape[0] * _LINE_HEIGHT))
    solid = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((side, side), np.uint8))
    if float(solid.mean()) > _MOST_SOLID * amount:
        return False
    return _in_lines(ink.sum(axis=1)) or _in_lines(ink.sum(axis=0))


def _in_lines(ink: NDArray[np.integer]) -> bool:
    """Tell of the ink in (n,) rows whether it comes in several runs with room between them."""
    shown = np.flatnonzero(ink > _A_LINES_INK * ink.max())
    lines = 1 + int(np.count_nonzero(np.diff(shown) > 1))
    room = 1 - len(shown) / (shown[-1] - shown[0] + 1)
    return lines >= _LEAST_LINES and room >= _LEAST_ROOM
