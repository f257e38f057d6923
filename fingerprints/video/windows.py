"""The window that a film is shown in: in a corner, between blurred borders, beside a commentator.

Where a layout stays, the edges of its windows stay, while what is shown in them moves. So the mean
over time of the steps between neighbouring pixels has ridges along those edges and nowhere else.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Final, NamedTuple

import cv2
import numpy as np

from fingerprints.contract import Region

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST: Final = 2
"""Windows of one layout that are looked into."""

_LEAST_FRAMES: Final = 4
_MOST_STEP: Final = 40.0  # of 255: one hard cut must not outweigh what stays
_AROUND: Final = 13  # pixels across an edge in which it must stand out
_EDGE: Final = 5  # of them, its own
_STANDS_OUT: Final = 1.4  # times its surroundings
_LEAST_STEP: Final = 2.5  # of 255
_LEAST_LINE: Final = 0.22  # of a side
_CORNER: Final = 10  # pixels beyond a corner in which no side goes on
_COVERED: Final = 0.6  # of a window's side: a caption may lie over the rest
_NEAR_END: Final = 0.1  # of the picture: there, a line of the film's own is taken for a side
_COVERED_NEAR_END: Final = 0.85
_LEAST_SIDE: Final = 0.22
_MOST_AREA: Final = 0.9
_MOST_LINES: Final = 10  # each way
_FLAT: Final = 1.0  # of 255, the mean step within a line: paper around a window


_Window = tuple[int, int, int, int]
"""left, top, right, bottom in pixels."""


class Windows:
    """Adds up steps between pixels over frames of one size."""

    def __init__(self) -> None:
        self._frames = 0
        self._down = self._across = np.empty((0, 0), np.float32)
        self._shape = (0, 0)

    def see(self, luminance: NDArray[np.uint8]) -> None:
        """Take a frame into account; one of another size begins anew."""
        down, across = _steps(luminance), _steps(luminance.T)
        if luminance.shape != self._shape:
            self._shape, self._frames = luminance.shape, 0
            self._down, self._across = np.zeros_like(down), np.zeros_like(across)
        self._frames += 1
        self._down += down
        self._across += across

    def found(self) -> list[Region]:
        """Return at most two windows apart from each other, that with the longest edges first."""
        if self._frames < _LEAST_FRAMES or min(self._shape) < 2 * _AROUND:
            return []
        rows = _Lines.of(self._down / np.float32(self._frames))
        columns = _Lines.of(self._across / np.float32(self._frames))
        kept: list[_Window] = []
        for _, whole in sorted(_windows(rows, columns), key=lambda one: -one[0]):
            window = self._without_paper(whole)
            if window is None:
                continue
            if len(kept) < MOST and all(_are_apart(window, other) for other in kept):
                kept.append(window)
        height, width = self._shape
        return [Region(x / width, y / height, u / width, v / height) for x, y, u, v in kept]

    def _without_paper(self, window: _Window) -> _Window | None:
        """Cut off lines at the ends of a window in which there is nothing; None if that is all."""
        x, y, u, v = window
        inside = _EDGE // 2
        steps = self._down[y + inside : v - inside, x + inside : u - inside]
        across = self._across[x + inside : u - inside, y + inside : v - inside]
        rows = across.mean(axis=0) > _FLAT * self._frames
        columns = steps.mean(axis=0) > _FLAT * self._frames
        if not rows.any() or not columns.any():
            return None
        top, bottom = int(rows.argmax()), int(rows[::-1].argmax())
        left, right = int(columns.argmax()), int(columns[::-1].argmax())
        cut = (x + left, y + top, u - right, v - bottom)
        height, width = self._shape
        wide, high = cut[2] - cut[0], cut[3] - cut[1]
        return cut if wide >= _LEAST_SIDE * width and high >= _LEAST_SIDE * height else None


def _steps(lines: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(h − 1, w) the steps from each line to the next but one; an edge is seldom sharper."""
    padded = np.concatenate([lines[:1], lines])
    return np.minimum(cv2.absdiff(padded[2:], padded[:-2]), _MOST_STEP).astype(np.float32)


class _Lines(NamedTuple):
    """Edges that stay: `places` of them, and (n, w + 1) running sums of the pixels they cover.

    The first and the last are the ends of the picture, which cover everything.
    """

    places: list[int]
    sums: NDArray[np.int64]

    @classmethod
    def of(cls, mean: NDArray[np.float32]) -> _Lines:
        """Find the lines of mean steps (h − 1, w), row by row."""
        wide = cv2.blur(mean, (1, _AROUND)) * _AROUND - cv2.blur(mean, (1, _EDGE)) * _EDGE
        around = wide / (_AROUND - _EDGE)
        stands = mean > np.maximum(_LEAST_STEP, _STANDS_OUT * around)
        # An edge may waver by a line between two.
        stands = cv2.dilate(stands.astype(np.uint8), np.ones((3, 1), np.uint8)).astype(np.bool_)
        length = np.where(stands, mean, 0).sum(axis=1)
        enough = stands.mean(axis=1) >= _LEAST_LINE
        places: list[int] = []
        for place in np.argsort(-length, kind="stable").tolist():
            if len(places) == _MOST_LINES or not enough[place]:
                continue
            if all(abs(place - other) > _EDGE for other in places):
                places.append(place)
        places.sort()
        height, width = len(mean) + 1, mean.shape[1]
        covered = np.ones((len(places) + 2, width), np.int64)
        covered[1:-1] = stands[places]
        sums = np.concatenate([np.zeros((len(covered), 1), np.int64), covered.cumsum(axis=1)], 1)
        return cls([0, *(place + 1 for place in places), height], sums)

    def share(self, line: int, start: int, end: int) -> float:
        """Return how much of a line is an edge between two places."""
        return float(self.sums[line, end] - self.sums[line, start]) / (end - start)

    def cover(self, lines: tuple[int, int], shares: list[float]) -> bool:
        """Tell whether lines are edges for as much of a window's sides as they must be."""
        return all(share >= self._least(line) for line, share in zip(lines, shares, strict=True))

    def _least(self, line: int) -> float:
        place, length = self.places[line], self.places[-1]
        is_near_end = 0 < min(place, length - place) < _NEAR_END * length
        return _COVERED_NEAR_END if is_near_end else _COVERED

    def is_inner(self, line: int) -> bool:
        """Tell whether a line is none of the picture's ends."""
        return 0 < line < len(self.places) - 1

    def go_on(self, lines: tuple[int, int], start: int, end: int) -> bool:
        """Tell whether lines, the picture's ends left aside, are edges between two places, too."""
        inner = [line for line in lines if self.is_inner(line)]
        return bool(inner) and all(self.share(line, start, end) >= _COVERED for line in inner)


def _windows(rows: _Lines, columns: _Lines) -> list[tuple[float, _Window]]:
    """Return the windows between lines, each with the length of edge around it, in pixels."""
    height, width = rows.places[-1], columns.places[-1]
    found = []
    for top, bottom in combinations(range(len(rows.places)), 2):
        y, v = rows.places[top], rows.places[bottom]
        if v - y < _LEAST_SIDE * height:
            continue
        for left, right in combinations(range(len(columns.places)), 2):
            x, u = columns.places[left], columns.places[right]
            if u - x < _LEAST_SIDE * width or (u - x) * (v - y) > _MOST_AREA * width * height:
                continue
            across = [rows.share(line, x, u) for line in (top, bottom)]
            down = [columns.share(line, y, v) for line in (left, right)]
            if not (rows.cover((top, bottom), across) and columns.cover((left, right), down)):
                continue
            edge = _edge(rows, (top, bottom), across, columns, (left, right))
            edge += _edge(columns, (left, right), down, rows, (top, bottom))
            found.append((edge, (x, y, u, v)))
    return found


def _edge(
    lines: _Lines,
    pair: tuple[int, int],
    shares: list[float],
    ends: _Lines,
    between: tuple[int, int],
) -> float:
    """Return how long two opposite sides are; nothing where those between them go on beyond."""
    start, end = (ends.places[line] for line in between)
    total = 0.0
    for line, share, way in zip(pair, shares, (-1, 1), strict=True):
        if not lines.is_inner(line):
            continue
        corner = sorted((lines.places[line], lines.places[line] + way * _CORNER))
        low, high = max(0, corner[0]), min(lines.places[-1], corner[1])
        if not ends.go_on(between, low, high):
            total += share**2 * (end - start)
    return total


def _are_apart(one: _Window, other: _Window) -> bool:
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    return across <= _EDGE or down <= _EDGE
