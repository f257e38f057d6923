"""The letterbox or frame that lies around a film all the time, whatever is shown in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from fingerprints.contract import Region

if TYPE_CHECKING:
    from numpy.typing import NDArray

_STEP: Final = 10  # of 255: a border's pixel differs less from its edge's median
_FILLED: Final = 0.62  # of a row: the rest may be a subtitle or a logo
_ALWAYS: Final = 0.97  # of the frames
_LEAST: Final = 0.015  # of a side: less is no border
_MOST: Final = 0.42  # of a side


class Borders:
    """Counts, over frames, in how many each row and column looked like part of a border."""

    def __init__(self, step: int = _STEP) -> None:
        self._step = step
        self._shape = (0, 0)
        self._frames = 0
        self._counts: dict[str, NDArray[np.int64]] = {}

    def see(self, luminance: NDArray[np.uint8]) -> None:
        """Take a frame into account; one of another size begins anew."""
        if luminance.shape != self._shape:
            self._shape, self._frames = luminance.shape, 0
            height, width = luminance.shape
            self._counts = {
                side: np.zeros(n, np.int64)
                for side, n in (("t", height), ("b", height), ("l", width), ("r", width))
            }
        self._frames += 1
        across = luminance.T
        for side, lines in (
            ("t", luminance),
            ("b", luminance[::-1]),
            ("l", across),
            ("r", across[::-1]),
        ):
            self._counts[side] += _like_edge(lines, self._step)

    def inner(self) -> Region | None:
        """Return what is inside the borders; None where there are none."""
        if not self._frames:
            return None
        top, bottom, left, right = (self._margin(side) for side in "tblr")
        if max(top, bottom, left, right) == 0:
            return None
        return Region(left, top, 1 - right, 1 - bottom)

    def _margin(self, side: str) -> float:
        lines = self._counts[side] >= _ALWAYS * self._frames
        margin = float(np.argmin(lines)) / lines.size if not lines.all() else 1.0
        return margin if _LEAST <= margin <= _MOST else 0.0


def _like_edge(lines: NDArray[np.uint8], step: int) -> NDArray[np.bool_]:
    """(n,) whether so much of each line looks like the first one's commonest value."""
    edge = int(np.median(lines[0]))
    half = lines[: max(1, len(lines) // 2)]
    near = np.abs(half.astype(np.int16) - edge) <= step
    found = np.zeros(len(lines), np.bool_)
    found[: len(half)] = np.logical_and.accumulate(near.mean(axis=1) >= _FILLED)
    return found


def pixels(luminance: NDArray[np.uint8], region: Region) -> NDArray[np.uint8]:
    """Cut a region out."""
    height, width = luminance.shape
    top, bottom = round(region.top * height), round(region.bottom * height)
    left, right = round(region.left * width), round(region.right * width)
    return luminance[top:bottom, left:right]
