"""Straight lines in time: work time = speed × copy time + offset, by Hough voting.

After Douze, Jégou and Schmid, "An image-based approach to video copy detection with spatio-temporal
post-filtering" (2010), with the speed as a second dimension. Votes have the recall, the walk along
the line that follows has the precision.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from fingerprints.video.pairs import Moments

SLOWEST: Final = 0.76
FASTEST: Final = 1.32
_STEPS: Final = 22  # on each side of 1: 1.25 % each
_BIN_S: Final = 0.8
_CELL: Final = 0.1  # of the longer side
_USUAL: Final = 1.05  # times the votes, for a copy at the work's own speed
_TOLERANCES_S: Final = (1.0, 0.8, 0.6, 0.5, 0.5, 0.5)
_LEAST_SPREAD_S: Final = 2.0  # standard deviation; a speed can't be told from less
_LEAST_PAIRS: Final = 4
_CLEAR: Final = 0.85
_UNSEEN_S: Final = 0.3  # a speed that makes so little difference is none

SPEEDS: Final = np.exp(np.log(FASTEST) * np.arange(-_STEPS, _STEPS + 1) / _STEPS)


class Line(NamedTuple):
    """How time in the work goes with time in the copy, and how the pictures are shifted."""

    speed: float
    offset: float
    mirrored: bool
    votes: float = 0.0
    shift: complex = 0j

    def there(self, copy: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the work's times of the copy's."""
        return self.speed * copy + self.offset


def best(moments: Moments, *, mirrored: bool, count: int) -> list[Line]:
    """Return the lines with the most votes, and a few more of the usual speed, all different.

    Where the camera pans, a shift in place looks like one in time: so both are voted on at once.
    """
    if not len(moments.copy):
        return []
    found = [line for half in (0.0, 0.5) for line in _voted(moments, half, mirrored, count)]
    usual = [line for line in found if line.speed == 1]
    kept: list[Line] = []
    for lines, most in ((found, count), (usual, count + count // 2)):
        for line in sorted(lines, key=lambda line: -line.votes):
            if len(kept) < most and not any(_is_like(line, other, moments) for other in kept):
                kept.append(line)
    return kept


def _voted(moments: Moments, half: float, mirrored: bool, count: int) -> Iterator[Line]:  # noqa: FBT001
    """Yield each speed's best cells of a grid over offset and shift; `half` moves the grid."""
    across, down = (
        np.floor(side / _CELL + half).astype(np.int64)
        for side in (moments.shift.real, moments.shift.imag)
    )
    place = (across << 20) + down
    for speed in SPEEDS.tolist():
        offsets = moments.work - speed * moments.copy
        bins = np.floor(offsets / _BIN_S + half).astype(np.int64)
        _, first, cell = np.unique((place << 20) + bins, return_index=True, return_inverse=True)
        votes = np.bincount(cell, moments.weight) * (_USUAL if speed == 1 else 1.0)
        for top in np.argsort(-votes, kind="stable")[:count].tolist():
            one = int(first[top])
            shift = complex(across[one] + 0.5 - half, down[one] + 0.5 - half) * _CELL
            offset = (float(bins[one]) + 0.5 - half) * _BIN_S
            yield Line(speed, offset, mirrored, float(votes[top]), shift)


def _is_like(line: Line, other: Line, moments: Moments) -> bool:
    """Tell whether two lines are as good as one where there are moments."""
    near = moments.copy[on(other, moments, _BIN_S)]
    middle = float(np.median(near)) if len(near) else 0.0
    apart = abs((line.speed - other.speed) * middle + line.offset - other.offset)
    return apart < _BIN_S and abs(line.shift - other.shift) < _CELL


def refined(line: Line, moments: Moments) -> Line:
    """Fit the line to the moments near it, again and again as it reaches further."""
    speed, offset = line.speed, line.offset
    for tolerance in _TOLERANCES_S:
        now = line._replace(speed=speed, offset=offset)
        near = moments.only(on(now, moments, tolerance))
        if len(near.copy) < _LEAST_PAIRS:
            break
        x, y, says, _ = near.only(_clearest(near))
        mean = float(np.average(x, weights=says))
        spread = float(np.average((x - mean) ** 2, weights=says))
        if spread >= _LEAST_SPREAD_S**2:
            slope = float(np.average((x - mean) * y, weights=says)) / spread
            speed = min(max(slope, SLOWEST), FASTEST)
            if abs(speed - 1) * (x.max() - x.min()) < _UNSEEN_S:
                speed = 1.0
        offset = float(np.average(y - speed * x, weights=says))
    return line._replace(speed=speed, offset=offset)


def _clearest(moments: Moments) -> NDArray[np.bool_]:
    """(n,) which say nearly as much as any of the same moment of the copy.

    The others are its neighbours in a slow shot: at the ends of a line, all on one side.
    """
    _, group = np.unique(moments.copy, return_inverse=True)
    most = np.zeros(int(group.max()) + 1)
    np.maximum.at(most, group, moments.weight)
    return np.asarray(moments.weight >= _CLEAR * most[group])


def on(line: Line, moments: Moments, tolerance_s: float) -> NDArray[np.bool_]:
    """(n,) which moments lie on a line."""
    in_time = np.abs(moments.work - line.there(moments.copy)) <= tolerance_s
    return np.asarray(in_time & (np.abs(moments.shift - line.shift) <= _CELL))
