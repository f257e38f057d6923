"""Finds how one picture lies on another without features, and counts the blocks that agree.

A mark all over a picture hides its features, but not what shows between the letters. Pictures are
reduced to their local contrast; normalised correlation over all shifts, at a ladder of scales, says
where one may lie in the other (by Fourier transforms: Lewis, "Fast Normalized Cross-Correlation",
1995), and enhanced correlation (Evangelidis and Psarakis, 2008) makes that exact. Then block after
block of both is compared: those under letters differ, those of strangers nearly all do.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

import cv2
import numpy as np

from fingerprints.image.alignment import Similarity
from fingerprints.image.overlay import SIDE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fingerprints.image.overlay import Canvas, Overlay

_COARSE: Final = 48  # cells of the longer side while searching
_GRID: Final = 2 * _COARSE  # no shift wraps around
_SCALES: Final = 1.05 ** -np.arange(22.0)
_LEAST_SIDE: Final = 8
_LEAST_OVERLAP: Final = 0.25
_LIKELY: Final = 8.0  # standard deviations: the best place in nine of ten strangers has less
_TRIED: Final = 3

_SEARCHED: Final = 1.0, 3.0, 2.0  # blurs whose difference is kept, and the contrast of noise
_EXACT: Final = 0.7, 2.5, 1.5
_AROUND: Final = 13, 13
_NO_MASK: Final = np.empty(0, np.uint8)
_STEPS: Final = cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 12, 1e-3

_BLOCK: Final = 8  # a picture's own cells along its side
_BLOCKS: Final = 3, 8  # least and most, in each direction
_FLAT: Final = 0.5  # of 255: of a block with less contrast, all is rounding
_LEAST_BLOCKS: Final = 6
_MOSTLY: Final = 0.5  # of the blocks: a few shapes on a plain ground are like others
_LEVELS: Final = (0.5, 0.05), (0.8, 0.004)  # correlations, and what share of strangers' has it
_FULL_SHARE: Final = 0.15  # of the smaller picture


class _Place(NamedTuple):
    """Where a picture made smaller fits in another; `sureness`: in standard deviations."""

    sureness: float
    mirrored: bool
    scale: float
    x: float
    y: float


class Agreement(NamedTuple):
    """How many blocks of two pictures agree.

    `sureness`: by how many standard deviations more than strangers' do: the root of the deviance of
    the count, as blocks under a mark say nothing at all. `share`: of the blocks that can tell.
    `told`: whether most blocks can, 1.0; less where there is nothing in them.
    """

    sureness: float
    share: float
    told: float


class _Waves(NamedTuple):
    """Transforms of a picture made smaller and smaller, their sizes, and of it as it is."""

    shrunk: NDArray[np.complex64]
    sizes: tuple[tuple[int, int], ...]
    upright: NDArray[np.complex64]
    mirrored: NDArray[np.complex64]


def places(ours: Canvas, theirs: Canvas) -> list[Similarity]:
    """Return where either may lie in the other, upright or mirrored, likeliest first; often none.

    Whichever is the smaller has at least 0.36 of the other's longer side.
    """
    mine, other = _waves(*_key(ours)), _waves(*_key(theirs))
    there = [(one, False) for one in _fits(mine, other)]
    back = [(one, True) for one in _fits(other, mine)]
    both = sorted(there + back, key=lambda one: -one[0].sureness)[:_TRIED]
    return [
        _similarity(one, ours.width).inverse() if inverse else _similarity(one, theirs.width)
        for one, inverse in both
    ]


def refined(ours: Canvas, theirs: Canvas, lie: Similarity) -> Similarity | None:
    """Make a lie exact where it is nearly right; None where nothing agrees or it runs away."""
    if abs(lie.turn) > 1:
        back = refined(theirs, ours, lie.inverse())
        return back.inverse() if back else None
    scale = abs(lie.turn)
    small = _contrast(ours.averages, _size(ours.width, ours.height, SIDE * scale), _EXACT)
    large = _contrast(theirs.averages, _size(theirs.width, theirs.height, SIDE), _EXACT)
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
    first, second = (_blocks(_band(side, blur), count) for side in (laid.first, laid.second))
    contrasts = first.std(axis=1), second.std(axis=1)
    told = (np.minimum(*contrasts) > _FLAT) & _whole(laid.inside, count)
    blocks = int(told.sum())
    weight = min(1.0, blocks / (_MOSTLY * count**2))
    if blocks < _LEAST_BLOCKS:
        return Agreement(0.0, 1.0, weight)
    correlation = (first * second).mean(axis=1)[told] / (contrasts[0] * contrasts[1])[told]
    agreeing = [int((correlation > alike).sum()) for alike, _ in _LEVELS]
    sureness = max(
        _deviance(number, blocks, chance)
        for number, (_, chance) in zip(agreeing, _LEVELS, strict=True)
    )
    sureness *= weight * min(1.0, laid.share / _FULL_SHARE)
    return Agreement(sureness, agreeing[0] / blocks, weight)


def _deviance(agreeing: int, blocks: int, chance: float) -> float:
    share = min(max(agreeing / blocks, 0.5 / blocks), 1 - 0.5 / blocks)
    if share <= chance:
        return 0.0
    kept, lost = share * np.log(share / chance), (1 - share) * np.log((1 - share) / (1 - chance))
    return float(np.sqrt(2 * blocks * (kept + lost)))


def _key(canvas: Canvas) -> tuple[bytes, float, float]:
    return canvas.averages.tobytes(), canvas.width, canvas.height


@lru_cache(maxsize=32)  # one query meets its candidates; a megabyte each
def _waves(averages: bytes, width: float, height: float) -> _Waves:
    cells = np.frombuffer(averages, np.uint8).reshape(SIDE, SIDE)
    sizes = [_size(width, height, _COARSE * scale) for scale in _SCALES.tolist()]
    laid = np.zeros((len(sizes) + 1, _GRID, _GRID), np.float32)
    for place, size in enumerate(sizes):
        laid[place, : size[1], : size[0]] = _contrast(cells, size, _SEARCHED)
    wide, high = sizes[0]
    laid[-1, :high, :wide] = laid[0, :high, :wide][:, ::-1]
    waves = np.asarray(np.fft.rfft2(laid), np.complex64)
    return _Waves(waves[:-1], tuple(sizes), waves[0], waves[-1])


def _fits(small: _Waves, large: _Waves) -> list[_Place]:
    """Return the best place at each scale, as it is and mirrored, where that is a likely one."""
    found = []
    conjugate = small.shrunk.conj()
    for mirrored, waves in ((False, large.upright), (True, large.mirrored)):
        products = np.fft.irfft2(conjugate * waves, s=(_GRID, _GRID))
        for product, scale, size in zip(products, _SCALES.tolist(), small.sizes, strict=True):
            sureness = product * _weights(size, large.sizes[0])
            y, x = divmod(int(sureness.argmax()), _GRID)
            if sureness[y, x] >= _LIKELY:
                shift = [at - _GRID if at > _COARSE else at for at in (x, y)]
                place = (shift[0] / _COARSE, shift[1] / _COARSE)
                found.append(_Place(float(sureness[y, x]), mirrored, scale, *place))
    return found


@lru_cache(maxsize=4096)
def _weights(small: tuple[int, int], large: tuple[int, int]) -> NDArray[np.float32]:
    """(96, 96) for each shift one by the root of the cells that overlap; 0 for too few."""
    sides = []
    for mine, other in zip(small, large, strict=True):
        shift = np.arange(_GRID)
        shift = np.where(shift > _COARSE, shift - _GRID, shift)
        sides.append(np.clip(np.minimum(shift + mine, other) - np.maximum(shift, 0), 0, None))
    cells = sides[1][:, None] * sides[0][None]
    least = _LEAST_OVERLAP * min(small[0] * small[1], large[0] * large[1])
    return np.where(cells >= least, 1 / np.sqrt(np.maximum(cells, 1)), 0).astype(np.float32)


def _similarity(place: _Place, width: float) -> Similarity:
    """Say it as a map into the large picture, of that width, which was mirrored and not ours."""
    turn, shift = complex(place.scale), complex(place.x, place.y)
    if place.mirrored:
        return Similarity(mirrored=True, turn=turn, shift=width - shift.conjugate())
    return Similarity(mirrored=False, turn=turn, shift=shift)


def _size(width: float, height: float, longer: float) -> tuple[int, int]:
    return max(_LEAST_SIDE, round(width * longer)), max(_LEAST_SIDE, round(height * longer))


def _contrast(
    averages: NDArray[np.uint8], size: tuple[int, int], kept: tuple[float, float, float]
) -> NDArray[np.float32]:
    """Shrink and keep details only, all as strong as each other but the faintest."""
    fine, coarse, noise = kept
    sized = cv2.resize(averages, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    band = cv2.GaussianBlur(sized, (0, 0), fine) - cv2.GaussianBlur(sized, (0, 0), coarse)
    strength = np.sqrt(np.maximum(cv2.blur(band * band, _AROUND), 0)) + noise
    return np.asarray(np.clip(band / strength, -2, 2), np.float32)


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
    fine, coarse, _ = _EXACT
    band = cv2.GaussianBlur(side, (0, 0), fine * blur)
    return np.asarray(band - cv2.GaussianBlur(side, (0, 0), coarse * blur), np.float32)


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
