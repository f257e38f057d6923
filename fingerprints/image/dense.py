"""Makes exact how one picture lies on another, without features, and counts the blocks that agree.

A mark all over a picture hides its features, but not what shows between the letters. Where one may
lie on the other, enhanced correlation of their local contrast (Evangelidis and Psarakis, 2008)
makes that exact. Then block after block of both is compared: those under letters differ, those of
strangers nearly all do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import cv2
import numpy as np

from fingerprints.image.alignment import Similarity
from fingerprints.image.overlay import SIDE
from fingerprints.image.places import Band, contrast, size

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fingerprints.image.overlay import Canvas, Overlay

_EXACT: Final = Band(0.7, 2.5, 1.5, 13)
_NO_MASK: Final = np.empty(0, np.uint8)
_STEPS: Final = cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 12, 1e-3

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
_DENIED: Final = (0.18, 0.3), (1.0, 0.45)  # by how much shows something else, all is worth so much
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


def refined(ours: Canvas, theirs: Canvas, lie: Similarity) -> Similarity | None:
    """Make a lie exact where it is nearly right; None where nothing agrees or it runs away."""
    if abs(lie.turn) > 1:
        back = refined(theirs, ours, lie.inverse())
        return back.inverse() if back else None
    scale = abs(lie.turn)
    small = contrast(ours.averages, size(ours.width, ours.height, SIDE * scale), _EXACT)
    large = contrast(theirs.averages, size(theirs.width, theirs.height, SIDE), _EXACT)
    if lie.mirrored:
        large = np.ascontiguousarray(large[:, ::-1])
        lie = Similarity(False, lie.turn.conjugate(), theirs.width - lie.shift.conjugate())  # noqa: FBT003
        found = _exact(small, large, lie)
        if found is None:
            return None
        return Similarity(True, found.turn.conjugate(), theirs.width - found.shift.conjugate())  # noqa: FBT003
    return _exact(small, large, lie)


def agreement(laid: Overlay) -> Agreement:
    """Compare block after block of those that have something in them."""
    # A block is as many of the grid's samples as it takes to hold its own cells.
    count = int(np.clip(round(laid.cells / _BLOCK), *_BLOCKS))
    blur = laid.first.shape[0] / max(min(laid.cells, SIDE), count * _BLOCK / 2)
    sides = [_unframed(_band(side, blur)) for side in (laid.first, laid.second)]
    first, second = (_blocks(side, count) for side in sides)
    contrasts = first.std(axis=1), second.std(axis=1)
    told = (np.minimum(*contrasts) > _FLAT) & _whole(laid.inside, count)
    blocks = int(told.sum())
    weight = min(1.0, blocks / (_MOSTLY * count**2))
    if blocks < _LEAST_BLOCKS:
        return Agreement(0.0, 1.0, weight)
    ours, theirs = (
        side[told] / (contrast[told] * np.sqrt(side.shape[1]))[:, None]
        for side, contrast in zip((first, second), contrasts, strict=True)
    )
    correlations = ours @ theirs.T
    agreeing = [int((np.diag(correlations) > alike).sum()) for alike, _ in _LEVELS]
    sureness = max(
        _deviance(number, blocks, max(chance, _elsewhere(correlations, alike)))
        for number, (alike, chance) in zip(agreeing, _LEVELS, strict=True)
    )
    if sureness > _WORTH_DENYING:
        alike = _alike_nearby(ours, sides[1], count, told)
        weight *= _allowed(alike, np.minimum(*contrasts)[told])
    sureness *= weight * min(1.0, laid.share / _FULL_SHARE)
    return Agreement(sureness, agreeing[0] / blocks, weight)


def _alike_nearby(
    ours: NDArray[np.float32],
    theirs: NDArray[np.float32],
    count: int,
    told: NDArray[np.bool_],
) -> NDArray[np.float32]:
    """(n,) the best correlation of blocks, (n, m) of length 1, with the other side's about there.

    A copy that was stretched or photographed lies a little beside where one lie says.
    """
    best = np.full(len(ours), -1, np.float32)
    wide = np.pad(theirs, _MOVED, mode="reflect")
    rows, columns = theirs.shape
    for down, right in np.ndindex(2 * _MOVED + 1, 2 * _MOVED + 1):
        other = _blocks(wide[down : down + rows, right : right + columns], count)[told]
        lengths = np.maximum(np.linalg.norm(other, axis=1), _FLAT)
        np.maximum(best, np.einsum("ij,ij->i", ours, other) / lengths, out=best)
    return best


def _allowed(alike: NDArray[np.float32], contrasts: NDArray[np.float32]) -> float:
    """Say how much blocks may count among so many that show something else.

    What one tool draws has frames and grounds in common: charts, slides, forms. A mark, though,
    lets through something of each block that it lies on.
    """
    weights = np.sqrt(contrasts)
    denied = float(weights[alike < _OTHER].sum() / weights.sum())
    return float(np.interp(denied, *_DENIED))


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


def _exact(
    small: NDArray[np.float32], large: NDArray[np.float32], lie: Similarity
) -> Similarity | None:
    """Fit an affine map in pixels, and take the similarity in it; neither side is mirrored."""
    side = np.array([small.shape[1] / 2, small.shape[0] / 2])
    unit = lie.turn / abs(lie.turn)
    shift = lie.shift * SIDE + (unit - 1) * (0.5 + 0.5j)
    start = np.array(
        [[unit.real, -unit.imag, shift.real], [unit.imag, unit.real, shift.imag]], np.float32
    )
    try:
        found = cv2.findTransformECC(
            small, large, start, cv2.MOTION_AFFINE, _STEPS, _NO_MASK, gaussFiltSize=1
        )
    except cv2.error:  # nothing lies together, or all of it is flat
        return None
    warp = np.asarray(found[1], np.float64)
    turn = complex(warp[0, 0] + warp[1, 1], warp[1, 0] - warp[0, 1]) / 2
    moved = complex(*(warp[:, :2] @ side + warp[:, 2]))
    whole = turn * (0.5 + 0.5j) - (0.5 + 0.5j)
    shift = (moved - turn * complex(*side) - whole) / SIDE
    turn *= abs(lie.turn)
    return Similarity(False, turn, shift) if abs(turn - lie.turn) < abs(lie.turn) / 4 else None  # noqa: FBT003


def _band(side: NDArray[np.float32], blur: float) -> NDArray[np.float32]:
    band = cv2.GaussianBlur(side, (0, 0), _EXACT.fine * blur)
    return np.asarray(band - cv2.GaussianBlur(side, (0, 0), _EXACT.coarse * blur), np.float32)


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
