"""Passages extended past their ends through single inserted, missing and changed characters.

Banded dynamic programming with X-drop (Zhang, Schwartz, Wagner and Miller, J. Comput. Biol. 2000),
all ends of all passages at once: a row of numpy work for each character of the copy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]

REACH: Final = 64
_BAND: Final = 5
_DROP: Final = 6
_NEVER: Final = -(1 << 20)


def grown(
    copy: NDArray[np.uint32],
    work: NDArray[np.uint32],
    at_copy: Integers,
    at_work: Integers,
    *,
    room: Integers,
    direction: int,
) -> tuple[Integers, Integers, Integers]:
    """How far each end reaches in the copy and in the work, and the score gained, (n,) each.

    `at_copy`, `at_work` are the next characters that way; at most `room` of the copy are taken.
    +1 for equal, −1 for different, inserted or missing.
    """
    shifts = np.arange(-_BAND, _BAND + 1)
    row = np.where(shifts >= 0, -shifts, _NEVER) + np.zeros((at_copy.size, 1), np.int64)
    best = np.zeros((3, at_copy.size), np.int64)
    for step in range(min(REACH, int(room.max(initial=0)))):
        here = at_copy + direction * step
        there = at_work[:, None] + direction * (step + shifts)
        equal = copy.take(here, mode="clip")[:, None] == work.take(there, mode="clip")
        equal &= (there >= 0) & (there < work.size)
        row = _next_row(row, equal, shifts)
        row[(step >= room) | (here < 0) | (here >= copy.size)] = _NEVER
        score = row.max(axis=1)
        better = score > best[2]
        if better.any():
            shift = shifts[row[better].argmax(axis=1)]
            best[:, better] = (np.full(shift.size, step + 1), step + 1 + shift, score[better])
        row[row < best[2][:, None] - _DROP] = _NEVER
        if not (row > _NEVER).any():
            break
    return best[0], best[1], best[2]


def _next_row(row: Integers, equal: NDArray[np.bool_], shifts: Integers) -> Integers:
    along = row + np.where(equal, 1, -1)
    along[:, :-1] = np.maximum(along[:, :-1], row[:, 1:] - 1)  # a character only the copy has
    # Characters only the work has: the best of any number of steps to the right, at −1 each.
    result: Integers = np.maximum.accumulate(along + shifts, axis=1) - shifts
    return result
