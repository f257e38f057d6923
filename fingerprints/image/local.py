"""Local features: small oriented patches, each a 48-bit hash, that survive crops and pages.

Blobs are found at eight scales (extrema of differences of Gaussians: Lowe 2004), oriented by their
centroid of intensity (Rublee et al. 2011), and the patch around each is turned upright and reduced
to its low cosine frequencies. A mirrored patch has the odd vertical ones negated, so every patch is
taken in the one of its two forms in which the first of them is positive, and `mirrored` says which
it was: mirrored copies share the codes.

The bits of a code are the signs of 48 projections of the frequencies, in which patches differ much
and copies of one patch little, the best first (as in LDAHash: Strecha et al. 2012): generalised
eigenvectors of the covariance of all patches and of the differences between 22,526 pairs of the
same patch, in 77 pictures of krank, mate-backgrounds and gnome-backgrounds and in copies of them
with watermarks, crops, mirrored, and in pages; even and odd frequencies apart. `projection.npy` has
them as columns, then a row of what to subtract, then one of how much copies differ.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, Final, NamedTuple

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

SIDE: Final = 384
SCALES: Final = 1.25 ** np.arange(8)
QUOTAS: Final = (60, 56, 52, 48, 44, 40, 36, 32)
"""Features a scale. The fine ones are what a cropped copy shows, the coarse ones find its work."""

UNIT: Final = 60000
TERM_BITS: Final = 20

_CODE_BITS: Final = 16  # of a term; the rest is the direction
_SECTORS: Final = 16
_NEAR_BORDER: Final = 5  # 256ths of a turn, of the 16 of a sector
_TURNED: Final = 60  # features also asked for as if the picture had been turned by 90°, 180°, 270°

_PATCH: Final = 16
_RADIUS: Final = 18.0
_TURNING_RADIUS: Final = 14.0
_FREQUENCIES: Final = 8
_CELLS: Final = 5
_CELL_SHARE: Final = 2.2  # of its even share of a scale's quota that one of 5 × 5 cells may take
_EDGE: Final = 8
_MARGIN: Final = 26  # what of a patch may lie outside: its half diagonal
_LINEAR: Final = 0.7  # shrinking less than this, a linear mean is as good as one by area
_LEAST_SIDE: Final = 2 * _EDGE + 8
_FINE_BLUR: Final = (7, 7), 1.2
_COARSER_BLUR: Final = (9, 9), 1.6  # of the fine one: both together 2.0
_APART: Final = np.ones((5, 5), np.uint8)
_FAINTEST: Final = 0.35  # of 255: below, a blob is what a camera or codec left
_ANGLES: Final = 256


@dataclass(frozen=True, slots=True)
class Features:
    """(n,) arrays, a feature each, by scale, the most salient of each scale first.

    `x`, `y`: share of the longer side, × 60000. `scale`: index in `SCALES`. `angle`: 256ths of a
    turn. `mirrored`: its code is the mirror image's. `code`: 48 bits. `weakest`: which of the first
    16 bits of its code is the least sure.
    """

    x: NDArray[np.uint16]
    y: NDArray[np.uint16]
    scale: NDArray[np.uint8]
    angle: NDArray[np.uint8]
    mirrored: NDArray[np.uint8]
    code: NDArray[np.uint64]
    weakest: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.code)


class _Blobs(NamedTuple):
    """(n,) each: the scale, the place in that scale's pixels, how salient it is."""

    scale: NDArray[np.int64]
    x: NDArray[np.int64]
    y: NDArray[np.int64]
    strength: NDArray[np.float32]

    def at(self, chosen: NDArray[np.int64]) -> _Blobs:
        return _Blobs(self.scale[chosen], self.x[chosen], self.y[chosen], self.strength[chosen])


_NONE: Final = Features(
    x=np.empty(0, np.uint16),
    y=np.empty(0, np.uint16),
    scale=np.empty(0, np.uint8),
    angle=np.empty(0, np.uint8),
    mirrored=np.empty(0, np.uint8),
    code=np.empty(0, np.uint64),
    weakest=np.empty(0, np.uint8),
)


def features(luminance: NDArray[np.uint8]) -> Features:
    """Find at most 368 features, spread over the picture and over scales."""
    levels = _pyramid(_sized(luminance))
    blobs = _spread(_blobs(levels), levels)
    if not blobs.scale.size:
        return _NONE
    atlas, tops = _atlas(levels)
    across = blobs.x.astype(np.float32) + _MARGIN
    along = (blobs.y + tops[blobs.scale]).astype(np.float32)
    angle = _angles(atlas, across, along)
    frequencies = _upright(atlas, across, along, angle) @ _WAVES
    longer = max(levels[0].shape)
    widths = np.array([level.shape[1] for level in levels])
    pixel = UNIT / longer * levels[0].shape[1] / widths[blobs.scale]
    return _described(
        (blobs.x + 0.5) * pixel, (blobs.y + 0.5) * pixel, blobs.scale, angle, frequencies
    )


def _sized(luminance: NDArray[np.uint8]) -> NDArray[np.uint8]:
    height, width = luminance.shape
    scale = SIDE / max(height, width)
    if scale == 1:
        return luminance
    way = cv2.INTER_AREA if scale < _LINEAR else cv2.INTER_LINEAR
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return cv2.resize(luminance, size, interpolation=way).astype(np.uint8, copy=False)


def _pyramid(sized: NDArray[np.uint8]) -> list[NDArray[np.uint8]]:
    """Shrink step by step, each from the one before: linear is enough for so small a step."""
    levels = [sized]
    height, width = sized.shape
    for scale in SCALES[1:].tolist():
        size = round(width / scale), round(height / scale)
        if min(size) < _LEAST_SIDE:
            break
        levels.append(cv2.resize(levels[-1], size).astype(np.uint8, copy=False))
    return levels


def _blobs(levels: list[NDArray[np.uint8]]) -> _Blobs:
    found = [_extrema(level, scale) for scale, level in enumerate(levels)]
    return _Blobs(
        np.concatenate([one.scale for one in found]),
        np.concatenate([one.x for one in found]),
        np.concatenate([one.y for one in found]),
        np.concatenate([one.strength for one in found]),
    )


def _extrema(level: NDArray[np.uint8], scale: int) -> _Blobs:
    """Find what differs most from what is around it."""
    fine = cv2.GaussianBlur(level.astype(np.float32), *_FINE_BLUR)
    contrast = cv2.absdiff(fine, cv2.GaussianBlur(fine, *_COARSER_BLUR))
    inner = slice(_EDGE, -_EDGE)
    here = contrast[inner, inner]
    highest = cv2.dilate(contrast, _APART)[inner, inner]
    # `flatnonzero` because `nonzero` of two dimensions takes ten times as long.
    place = np.flatnonzero((here == highest) & (here > _FAINTEST))
    y, x = np.divmod(place, here.shape[1])
    strength = here.ravel()[place].astype(np.float32)
    return _Blobs(np.full(len(place), scale), x + _EDGE, y + _EDGE, strength)


def _spread(blobs: _Blobs, levels: list[NDArray[np.uint8]]) -> _Blobs:
    """Keep the most salient of each scale, but only so many of each of its cells."""
    quotas = np.array(QUOTAS)[blobs.scale]
    heights, widths = np.array([level.shape for level in levels]).T
    row = blobs.y * _CELLS // heights[blobs.scale]
    cell = row * _CELLS + blobs.x * _CELLS // widths[blobs.scale]
    order = np.argsort(-blobs.strength, kind="stable")
    crowded = _rank((blobs.scale * _CELLS**2 + cell)[order])
    order = order[crowded < _CELL_SHARE / _CELLS**2 * quotas[order]]
    order = order[_rank(blobs.scale[order]) < quotas[order]]
    order = order[np.argsort(blobs.scale[order], kind="stable")]
    return blobs.at(order)


def _rank(groups: NDArray[np.int64]) -> NDArray[np.int64]:
    """(n,) how many of the same group come before each."""
    groups = groups.astype(np.int16)  # of which there are few; sorted in no time
    order = np.argsort(groups, kind="stable")
    ordered = groups[order]
    starts = np.searchsorted(ordered, ordered)
    ranks = np.empty(len(groups), np.int64)
    ranks[order] = np.arange(len(groups)) - starts
    return ranks


def _atlas(levels: list[NDArray[np.uint8]]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Lay all scales below each other with margins; and say in which row each begins."""
    heights = np.array([level.shape[0] + 2 * _MARGIN for level in levels])
    tops = np.cumsum(heights) - heights
    atlas = np.zeros((int(heights.sum()), levels[0].shape[1] + 2 * _MARGIN), np.uint8)
    for level, top in zip(levels, tops.tolist(), strict=True):
        height, width = level.shape
        blurred = cv2.GaussianBlur(level, (5, 5), 1.0)
        sides = (_MARGIN,) * 4
        framed = cv2.copyMakeBorder(blurred, *sides, borderType=cv2.BORDER_REFLECT)
        atlas[top : top + height + 2 * _MARGIN, : width + 2 * _MARGIN] = framed
    return atlas, tops + _MARGIN


def _square(radius: float) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """(256,) places of a patch's pixels to the right of and below its middle."""
    steps = ((np.arange(_PATCH) + 0.5) / _PATCH * 2 - 1) * radius
    right, down = np.meshgrid(steps, steps)
    return right.ravel().astype(np.float32), down.ravel().astype(np.float32)


def _sampled(
    atlas: NDArray[np.uint8], across: NDArray[np.float32], along: NDArray[np.float32]
) -> NDArray[np.float32]:
    found = cv2.remap(atlas, across, along, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return found.astype(np.float32)


def _moments() -> NDArray[np.float32]:
    """(256, 2) weights of a patch's centroid, right and down."""
    right, down = (side / _TURNING_RADIUS for side in _square(_TURNING_RADIUS))
    away = right**2 + down**2
    weight = np.where(away <= 1, np.exp(-1.5 * away), 0)
    return np.stack([right * weight, down * weight], axis=1).astype(np.float32)


_MOMENTS: Final = _moments()
_TURNING: Final = _square(_TURNING_RADIUS)
_PLACES: Final = _square(_RADIUS)


def _angles(
    atlas: NDArray[np.uint8], x: NDArray[np.float32], y: NDArray[np.float32]
) -> NDArray[np.float32]:
    right, down = _TURNING
    patches = _sampled(atlas, x[:, None] + right, y[:, None] + down)
    moments = patches @ _MOMENTS
    return np.asarray(np.arctan2(moments[:, 1], moments[:, 0]), np.float32)


def _upright(
    atlas: NDArray[np.uint8],
    x: NDArray[np.float32],
    y: NDArray[np.float32],
    angle: NDArray[np.float32],
) -> NDArray[np.float32]:
    """(n, 256) the surroundings of each blob, turned upright."""
    right, down = _PLACES
    cosine = np.cos(angle)[:, None].astype(np.float32)
    sine = np.sin(angle)[:, None].astype(np.float32)
    across = x[:, None] + cosine * right - sine * down
    along = y[:, None] + sine * right + cosine * down
    return _sampled(atlas, across, along)


def _waves() -> NDArray[np.float32]:
    """(256, 63) windowed cosines, blind to brightness."""
    place = (np.arange(_PATCH) + 0.5) / _PATCH
    cosines = np.cos(np.pi * np.arange(_FREQUENCIES)[:, None] * place) * np.sqrt(2 / _PATCH)
    right, down = (side / _RADIUS for side in _PLACES)
    window = np.exp(-(right**2 + down**2) / 2)
    waves = np.einsum("vy,hx->vhyx", cosines, cosines).reshape(_FREQUENCIES**2, -1)[1:] * window
    return np.asarray((waves - waves.mean(axis=1, keepdims=True)).T, np.float32)


_WAVES: Final = _waves()
_ODD: Final = (np.arange(1, _FREQUENCIES**2) // _FREQUENCIES) % 2 == 1
_FIRST_ODD: Final = _FREQUENCIES - 1  # vertical 1, horizontal 0


def _learned() -> NDArray[np.float32]:
    with resources.as_file(resources.files(__package__) / "projection.npy") as path:
        return np.asarray(np.load(path, allow_pickle=False), np.float32)


_LEARNED: Final = _learned()
_PROJECTIONS: Final = _LEARNED[:-2]
_MIDDLE: Final = _LEARNED[-2]
_NOISE: Final = _LEARNED[-1]
_FAINT: Final = 8.0  # added to a patch's contrast: faint ones say less
_BIT: Final = 1 << np.arange(_MIDDLE.size, dtype=np.uint64)


def _described(
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    scale: NDArray[np.int64],
    angle: NDArray[np.float32],
    frequencies: NDArray[np.float32],
) -> Features:
    mirrored = frequencies[:, _FIRST_ODD] < 0
    frequencies = np.where(mirrored[:, None] & _ODD, -frequencies, frequencies)
    contrast = np.sqrt((frequencies**2).sum(axis=1, keepdims=True)) + _FAINT
    projected = (frequencies / contrast) @ _PROJECTIONS - _MIDDLE
    sureness = np.abs(projected[:, :_CODE_BITS]) / _NOISE[:_CODE_BITS]
    return Features(
        x=np.minimum(np.rint(x), np.iinfo(np.uint16).max).astype(np.uint16),
        y=np.minimum(np.rint(y), np.iinfo(np.uint16).max).astype(np.uint16),
        scale=scale.astype(np.uint8),
        angle=(np.rint(angle * (_ANGLES / (2 * np.pi))) % _ANGLES).astype(np.uint8),
        mirrored=mirrored.astype(np.uint8),
        code=((projected > 0) * _BIT).sum(axis=1, dtype=np.uint64),
        weakest=sureness.argmin(axis=1).astype(np.uint8),
    )


def terms(found: Features) -> NDArray[np.int64]:
    """(n,) the best bits of each code and the sector of its direction, in [0, 2**20)."""
    return _codes(found) | _sectors(_directions(found))


def asked_terms(found: Features) -> NDArray[np.int64]:
    """(m,) the terms, those with the weakest bit flipped, and both in the next sector if near it.

    A few are also asked for in the sectors a quarter turn away: a turned picture's.
    """
    code, direction = _codes(found), _directions(found)
    flipped = code ^ (np.int64(1) << found.weakest.astype(np.int64))
    here = _sectors(direction)
    asked = [both | here for both in (code, flipped)]
    for step in (-_NEAR_BORDER, _NEAR_BORDER):
        moved = (direction + step) % _ANGLES
        near = _sectors(moved) != here
        asked += [(both | _sectors(moved))[near] for both in (code, flipped)]
    few = salient(found, _TURNED)
    for quarters in (64, 128, 192):
        asked.append(code[few] | _sectors((direction[few] + quarters) % _ANGLES))
    return np.unique(np.concatenate(asked))


def _codes(found: Features) -> NDArray[np.int64]:
    return (found.code & np.uint64((1 << _CODE_BITS) - 1)).astype(np.int64)


def _directions(found: Features) -> NDArray[np.int64]:
    """(n,) 256ths of a turn; of a mirrored picture's features the same as of the picture's."""
    angle = found.angle.astype(np.int64)
    return np.where(found.mirrored == 1, _ANGLES // 2 - angle, angle) % _ANGLES


def _sectors(direction: NDArray[np.int64]) -> NDArray[np.int64]:
    return (direction * _SECTORS // _ANGLES) << _CODE_BITS


def salient(found: Features, count: int) -> NDArray[np.bool_]:
    """(n,) which are the most salient of their scale, so many in all that all scales have a say."""
    rank = _rank(found.scale.astype(np.int64))
    kept: NDArray[np.bool_] = rank < np.ceil(np.array(QUOTAS) * (count / sum(QUOTAS)))[found.scale]
    return kept
