"""Compares two pictures that lie on each other block after block.

Blocks under the letters of a mark differ, those of strangers nearly all do. Pictures that one tool
made agree where it always draws the same, and show something else wherever they have to say
something.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import cv2
import numpy as np

from fingerprints.image.dense import EXACT
from fingerprints.image.overlay import SIDE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fingerprints.image.overlay import Overlay

_BLOCK: Final = 8  # a picture's own cells along its side
_BLOCKS: Final = 3, 8  # least and most, in each direction
_FLAT: Final = 0.5  # of 255: of a block with less contrast, all is rounding
_LEAST_BLOCKS: Final = 6
_FRAME: Final = 2  # the rank of a rectangle on a ground
_MOSTLY: Final = 0.5  # of the blocks: a few shapes on a plain ground are like others
_LEVELS: Final = (0.5, 0.05), (0.8, 0.004)  # correlations, and what share of strangers' has it
_FULL_SHARE: Final = 0.3  # of the smaller picture
_OTHER: Final = 0.5  # correlation wherever a block is moved to: below, it shows something else
_MOVED: Final = 2  # samples each way: copies are stretched, and photographed at a slant
_DENIED: Final = (0.24, 0.36), (1.0, 0.3)  # by how much shows something else, all is worth so much
_WORTH_DENYING: Final = 5.0  # standard deviations


class Agreement(NamedTuple):
    """How many blocks of two pictures agree.

    `sureness`: by how many standard deviations more than strangers' do: the root of the deviance of
    the count, as blocks under a mark say nothing at all. `share`: of the blocks that can tell.
    `told`: whether most blocks can, 1.0; less where there is nothing in them, or something else in
    both: charts, slides and forms of one make have frames in common, and differ in what they say.
    """

    sureness: float
    share: float
    told: float


def agreement(laid: Overlay) -> Agreement:
    """Compare block after block of those that have something in them."""
    both = _compared(laid)
    blocks, weight = len(both.ours), both.weight
    if blocks < _LEAST_BLOCKS:
        return Agreement(0.0, 1.0, weight)
    correlations = both.ours @ both.theirs.T
    agreeing = [int((np.diag(correlations) > alike).sum()) for alike, _ in _LEVELS]
    sureness = max(
        _deviance(number, blocks, max(chance, _elsewhere(correlations, alike)))
        for number, (alike, chance) in zip(agreeing, _LEVELS, strict=True)
    )
    if sureness > _WORTH_DENYING:
        weight *= _allowed(both)
    sureness *= weight * min(1.0, laid.share / _FULL_SHARE)
    return Agreement(sureness, agreeing[0] / blocks, weight)


def allowed(laid: Overlay) -> float:
    """Say how much likeness counts, 1 at most, where much of what both show is something else.

    What one tool draws has frames and grounds in common: charts, slides, notes, forms. A mark,
    though, lets through something of each block that it lies on.
    """
    both = _compared(laid)
    return _allowed(both) if len(both.ours) >= _LEAST_BLOCKS else 1.0


class _Compared(NamedTuple):
    """(n, m) the blocks of both sides that can tell, of length 1; `across`: of how many in a row.

    `told`: (across²,) which blocks. `contrasts`: (n,) of the poorer side. `weight`: whether they
    are most. `there`: (64, 64) what the second side's are cut from.
    """

    ours: NDArray[np.float32]
    theirs: NDArray[np.float32]
    across: int
    told: NDArray[np.bool_]
    contrasts: NDArray[np.float32]
    weight: float
    there: NDArray[np.float32]


def _compared(laid: Overlay) -> _Compared:
    # A block is as many of the grid's samples as it takes to hold its own cells.
    count = int(np.clip(round(laid.cells / _BLOCK), *_BLOCKS))
    blur = laid.first.shape[0] / max(min(laid.cells, SIDE), count * _BLOCK / 2)
    sides = [_unframed(_band(side, blur)) for side in (laid.first, laid.second)]
    first, second = (_blocks(side, count) for side in sides)
    contrasts = first.std(axis=1), second.std(axis=1)
    poorer = np.minimum(*contrasts)
    told = (poorer > _FLAT) & _whole(laid.inside, count)
    ours, theirs = (
        side[told] / (contrast[told] * np.sqrt(side.shape[1]))[:, None]
        for side, contrast in zip((first, second), contrasts, strict=True)
    )
    weight = min(1.0, len(ours) / (_MOSTLY * count**2))
    return _Compared(ours, theirs, count, told, poorer[told], weight, sides[1])


def _allowed(both: _Compared) -> float:
    weights = np.sqrt(both.contrasts)
    denied = float(weights[_alike_nearby(both) < _OTHER].sum() / weights.sum())
    return float(np.interp(denied, *_DENIED))


def _alike_nearby(both: _Compared) -> NDArray[np.float32]:
    """(n,) the best correlation of each of our blocks with what theirs shows about there.

    A copy that was stretched or photographed lies a little beside where one lie says.
    """
    best = np.full(len(both.ours), -1, np.float32)
    wide = np.pad(both.there, _MOVED, mode="reflect")
    rows, columns = both.there.shape
    for down, right in np.ndindex(2 * _MOVED + 1, 2 * _MOVED + 1):
        other = _blocks(wide[down : down + rows, right : right + columns], both.across)[both.told]
        lengths = np.maximum(np.linalg.norm(other, axis=1), _FLAT)
        np.maximum(best, np.einsum("ij,ij->i", both.ours, other) / lengths, out=best)
    return best


def _elsewhere(correlations: NDArray[np.float32], alike: float) -> float:
    """Return the share of blocks that agree with blocks of other places: by chance, that is.

    Along one soft edge, or on a wall of bricks, nearly all of them do.
    """
    count = len(correlations)
    agreeing = int((correlations > alike).sum() - (np.diag(correlations) > alike).sum())
    return agreeing / (count * (count - 1))


def _deviance(agreeing: int, blocks: int, chance: float) -> float:
    share = min(max(agreeing / blocks, 0.5 / blocks), 1 - 0.5 / blocks)
    if share <= chance:
        return 0.0
    kept, lost = share * np.log(share / chance), (1 - share) * np.log((1 - share) / (1 - chance))
    return float(np.sqrt(2 * blocks * (kept + lost)))


def _band(side: NDArray[np.float32], blur: float) -> NDArray[np.float32]:
    band = cv2.GaussianBlur(side, (0, 0), EXACT.fine * blur)
    return np.asarray(band - cv2.GaussianBlur(side, (0, 0), EXACT.coarse * blur), np.float32)


def _unframed(side: NDArray[np.float32]) -> NDArray[np.float32]:
    """Take away what is a column times a row: a window, a frame, a square on a plain ground.

    Such are alike wherever they lie on each other; one is of rank two.
    """
    _, rows = np.linalg.eigh(side.T @ side)
    largest = rows[:, -_FRAME:]
    return np.asarray(side - side @ largest @ largest.T, np.float32)


def _whole(inside: NDArray[np.bool_], count: int) -> NDArray[np.bool_]:
    """(count²,) whether a block lies in both pictures: else their border is alike in both."""
    if inside.all():
        return np.ones(count * count, bool)
    step = len(inside) // count
    outside = cv2.dilate((~inside).astype(np.uint8), np.ones((5, 5), np.uint8))
    cut = outside[: step * count, : step * count].reshape(count, step, count, step)
    return np.asarray(~cut.any(axis=(1, 3)).ravel())


def _blocks(side: NDArray[np.float32], count: int) -> NDArray[np.float32]:
    """(count², n) of each block, less the means of its rows and columns.

    Rules, frames, lines of text and the edges of windows are alike in all that one tool made.
    """
    step = side.shape[0] // count
    cut = side[: step * count, : step * count].reshape(count, step, count, step).swapaxes(1, 2)
    cut = cut - cut.mean(axis=2, keepdims=True)
    cut = cut - cut.mean(axis=3, keepdims=True)
    return np.asarray(cut.reshape(count * count, step * step), np.float32)
