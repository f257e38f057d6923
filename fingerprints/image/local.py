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
TERM_BITS: Final = 24

_CODE_BITS: Final = 20  # of a term; the rest is the direction
_SECTORS: Final = 16
_DIRECTION_NOISE: Final = 4.0  # 256ths of a turn by which a copy's directions differ
WEAKEST: Final = 3
"""Bits of a code that are asked for flipped, one or two at a time."""

_TURNED: Final = 20  # features also asked for as if the picture had been turned by 90°, 180°, 270°
_LOGISTIC: Final = 1.702  # by which a logistic curve is the normal distribution's, to 0.01
_NATS: Final = 16.0  # steps of what is kept of logarithms of chances
_LESS_SALIENT: Final = 1.0  # nats by which the least salient of a scale is less often found again
_EDGE_SHARE: Final = (
    0.7  # of a patch's contrast along its axes: with more, a straight edge or corner
)
_EDGY: Final = 10.0  # nats by which a patch of nothing else is like others

_PATCH: Final = 16
_RADIUS: Final = 18.0
_TURNING_RADIUS: Final = 14.0
_TURNING_SIDE: Final = 12
_FREQUENCIES: Final = 8
_CELLS: Final = 5
_CELL_SHARE: Final = 2.2  # of its even share of a scale's quota that one of 5 × 5 cells may take
_EDGE: Final = 8
_MARGIN: Final = 26  # what of a patch may lie outside: its half diagonal
_LINEAR: Final = 0.7  # shrinking less than this, a linear mean is as good as one by area
_LEAST_SIDE: Final = 2 * _EDGE + 8
_FINE_BLUR: Final = cv2.getGaussianKernel(7, 1.2).ravel()
_COARSER_BLUR: Final = (9, 9), 1.6  # of the fine one: both together 2.0
_APART: Final = np.ones((5, 5), np.uint8)
_FAINTEST: Final = 0.35  # of 255: below, a blob is what a camera or codec left
_ANGLES: Final = 256


@dataclass(frozen=True, slots=True)
class Features:
    """(n,) arrays, a feature each, by scale, the most salient of each scale first.

    `x`, `y`: share of the longer side, × 60000. `scale`: index in `SCALES`. `angle`: 256ths of a
    turn. `mirrored`: its code is the mirror image's. `code`: 48 bits. `weakest`: (n, 3) which bits
    of its term are the least sure, and `doubt`: how much less likely each is flipped than not, in
    16ths of a nat. `worth`: logarithm of the chance that a copy has the same term, in 16ths of
    a nat below 0; straight edges, which all pictures have, count as less likely.
    """

    x: NDArray[np.uint16]
    y: NDArray[np.uint16]
    scale: NDArray[np.uint8]
    angle: NDArray[np.uint8]
    mirrored: NDArray[np.uint8]
    code: NDArray[np.uint64]
    weakest: NDArray[np.uint8]
    doubt: NDArray[np.uint8]
    worth: NDArray[np.uint8]

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
    weakest=np.empty((0, WEAKEST), np.uint8),
    doubt=np.empty((0, WEAKEST), np.uint8),
    worth=np.empty(0, np.uint8),
)


class Patches(NamedTuple):
    """(n,) what is found, not yet coded: places in shares of the longer side, angles in radians.

    `frequencies`: (n, 63), of mirrored ones as if they were not.
    """

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    scale: NDArray[np.int64]
    angle: NDArray[np.float32]
    mirrored: NDArray[np.bool_]
    frequencies: NDArray[np.float32]


def features(luminance: NDArray[np.uint8]) -> Features:
    """Find at most 368 features, spread over the picture and over scales."""
    found = patches(luminance)
    return _described(found) if found else _NONE


def patches(luminance: NDArray[np.uint8]) -> Patches | None:
    """Find what `features` describes; None where there is nothing."""
    levels = [_fine(level) for level in _pyramid(_sized(luminance))]
    blobs = _spread(_blobs(levels), levels)
    if not blobs.scale.size:
        return None
    atlas, tops = _atlas(levels)
    across = blobs.x.astype(np.float32) + _MARGIN
    along = (blobs.y + tops[blobs.scale]).astype(np.float32)
    angle = _angles(atlas, across, along)
    frequencies = _upright(atlas, across, along, angle) @ _WAVES
    mirrored = frequencies[:, _FIRST_ODD] < 0
    frequencies = np.where(mirrored[:, None] & ODD, -frequencies, frequencies)
    longer = max(levels[0].shape)
    widths = np.array([level.shape[1] for level in levels])
    pixel = levels[0].shape[1] / longer / widths[blobs.scale]
    return Patches(
        (blobs.x + 0.5) * pixel,
        (blobs.y + 0.5) * pixel,
        blobs.scale,
        angle,
        mirrored,
        frequencies,
    )


def contrasts(frequencies: NDArray[np.float32]) -> NDArray[np.float32]:
    """(n, 1) what frequencies are divided by; faint patches say less."""
    total: NDArray[np.float32] = np.sqrt((frequencies**2).sum(axis=1, keepdims=True)) + _FAINT
    return total


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


def _fine(level: NDArray[np.uint8]) -> NDArray[np.float32]:
    return np.asarray(cv2.sepFilter2D(level, cv2.CV_32F, _FINE_BLUR, _FINE_BLUR), np.float32)


def _blobs(levels: list[NDArray[np.float32]]) -> _Blobs:
    found = [_extrema(level, scale) for scale, level in enumerate(levels)]
    return _Blobs(
        np.concatenate([one.scale for one in found]),
        np.concatenate([one.x for one in found]),
        np.concatenate([one.y for one in found]),
        np.concatenate([one.strength for one in found]),
    )


def _extrema(fine: NDArray[np.float32], scale: int) -> _Blobs:
    """Find what differs most from what is around it."""
    contrast = cv2.absdiff(fine, cv2.GaussianBlur(fine, *_COARSER_BLUR))
    # `flatnonzero` because `nonzero` of two dimensions takes ten times as long.
    place = np.flatnonzero(contrast == cv2.dilate(contrast, _APART))
    strength = np.asarray(contrast.ravel()[place], np.float32)
    height, width = fine.shape
    y, x = np.divmod(place, width)
    inside = (x >= _EDGE) & (x < width - _EDGE) & (y >= _EDGE) & (y < height - _EDGE)
    kept = np.flatnonzero(inside & (strength > _FAINTEST))
    return _Blobs(np.full(len(kept), scale), x[kept], y[kept], strength[kept])


def _spread(blobs: _Blobs, levels: list[NDArray[np.float32]]) -> _Blobs:
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


def _atlas(levels: list[NDArray[np.float32]]) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Lay all scales below each other with margins; and say in which row each begins."""
    heights = np.array([level.shape[0] + 2 * _MARGIN for level in levels])
    tops = np.cumsum(heights) - heights
    atlas = np.empty((int(heights.sum()), levels[0].shape[1] + 2 * _MARGIN), np.float32)
    for level, top in zip(levels, tops.tolist(), strict=True):
        height, width = level.shape
        here = atlas[top : top + height + 2 * _MARGIN, : width + 2 * _MARGIN]
        cv2.copyMakeBorder(level, *(_MARGIN,) * 4, borderType=cv2.BORDER_REFLECT, dst=here)
    return atlas, tops + _MARGIN


def _square(radius: float, side: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """(side²,) places of a patch's pixels to the right of and below its middle."""
    steps = ((np.arange(side) + 0.5) / side * 2 - 1) * radius
    right, down = np.meshgrid(steps, steps)
    return right.ravel().astype(np.float32), down.ravel().astype(np.float32)


def _sampled(
    atlas: NDArray[np.float32], across: NDArray[np.float32], along: NDArray[np.float32]
) -> NDArray[np.float32]:
    found = cv2.remap(atlas, across, along, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(found, np.float32)


def _disc() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """(n,) places to the right and below by which a patch is turned upright."""
    right, down = _square(_TURNING_RADIUS, _TURNING_SIDE)
    inside = np.hypot(right, down) <= _TURNING_RADIUS
    return right[inside], down[inside]


def _moments() -> NDArray[np.float32]:
    """(n, 2) weights of a disc's centroid, right and down."""
    right, down = (side / _TURNING_RADIUS for side in _TURNING)
    weight = np.exp(-1.5 * (right**2 + down**2))
    return np.stack([right * weight, down * weight], axis=1).astype(np.float32)


_TURNING: Final = _disc()
_MOMENTS: Final = _moments()
_PLACES: Final = _square(_RADIUS, _PATCH)


def _angles(
    atlas: NDArray[np.float32], x: NDArray[np.float32], y: NDArray[np.float32]
) -> NDArray[np.float32]:
    right, down = _TURNING
    patches = _sampled(atlas, x[:, None] + right, y[:, None] + down)
    moments = patches @ _MOMENTS
    return np.asarray(np.arctan2(moments[:, 1], moments[:, 0]), np.float32)


def _upright(
    atlas: NDArray[np.float32],
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
ODD: Final = (np.arange(1, _FREQUENCIES**2) // _FREQUENCIES) % 2 == 1
"""(63,) which frequencies a mirrored patch has negated."""

_FIRST_ODD: Final = _FREQUENCIES - 1  # vertical 1, horizontal 0
_AXES: Final = np.flatnonzero(
    (np.arange(1, _FREQUENCIES**2) < _FREQUENCIES)
    | (np.arange(1, _FREQUENCIES**2) % _FREQUENCIES == 0)
)


def _learned() -> NDArray[np.float32]:
    with resources.as_file(resources.files(__package__) / "projection.npy") as path:
        return np.asarray(np.load(path, allow_pickle=False), np.float32)


_LEARNED: Final = _learned()
_PROJECTIONS: Final = _LEARNED[:-2]
_MIDDLE: Final = _LEARNED[-2]
_NOISE: Final = _LEARNED[-1]
_FAINT: Final = 8.0  # added to a patch's contrast: faint ones say less
_BIT: Final = 1 << np.arange(_MIDDLE.size, dtype=np.uint64)


def _described(found: Patches) -> Features:
    scale, frequencies = found.scale, found.frequencies
    contrast = contrasts(frequencies)
    projected = (frequencies / contrast) @ _PROJECTIONS - _MIDDLE
    odds = np.abs(projected[:, :_CODE_BITS]) * (_LOGISTIC / _NOISE[:_CODE_BITS])
    weakest = np.argpartition(odds, WEAKEST, axis=1)[:, :WEAKEST]
    return Features(
        x=np.minimum(np.rint(found.x * UNIT), np.iinfo(np.uint16).max).astype(np.uint16),
        y=np.minimum(np.rint(found.y * UNIT), np.iinfo(np.uint16).max).astype(np.uint16),
        scale=scale.astype(np.uint8),
        angle=(np.rint(found.angle * (_ANGLES / (2 * np.pi))) % _ANGLES).astype(np.uint8),
        mirrored=found.mirrored.astype(np.uint8),
        code=((projected > 0) * _BIT).sum(axis=1, dtype=np.uint64),
        weakest=weakest.astype(np.uint8),
        doubt=_in_steps(np.take_along_axis(odds, weakest, axis=1)),
        worth=_in_steps(_unlikelihood(odds, frequencies, contrast[:, 0], scale)),
    )


def _unlikelihood(
    odds: NDArray[np.float32],
    frequencies: NDArray[np.float32],
    contrast: NDArray[np.float32],
    scale: NDArray[np.int64],
) -> NDArray[np.float32]:
    """(n,) nats: by the doubts of all bits, by what is found again less often, and by edges."""
    doubts = np.log1p(np.exp(-odds)).sum(axis=1)
    along_axes = (frequencies[:, _AXES] ** 2).sum(axis=1) / contrast**2
    edgy = np.maximum(0, along_axes - _EDGE_SHARE) * _EDGY
    found: NDArray[np.float32] = (
        doubts + edgy + _rank(scale) / np.array(QUOTAS)[scale] * _LESS_SALIENT
    )
    return found


def _in_steps(nats: NDArray[np.float32]) -> NDArray[np.uint8]:
    return np.asarray(np.minimum(np.rint(nats * _NATS), 255), np.uint8)


def terms(found: Features, count: int) -> NDArray[np.int64]:
    """(n,) distinct: the best bits of the codes and the sectors of the directions, the surest ones.

    At most `count`, in [0, 2**24): those that a copy's are likeliest to be.
    """
    direction = _directions(found)
    stays = _crossing(direction)[0]
    best = np.argsort(found.worth / _NATS - stays, kind="stable")[:count]
    return np.unique((_codes(found) | _sectors(direction))[best])


def asked_terms(found: Features, count: int) -> NDArray[np.int64]:
    """(m,) distinct: what the terms of a picture are likeliest to be that this may be a copy of.

    Query-directed probing (Lv et al. 2007) over all features at once: codes with none, one or two
    of their weakest bits flipped, in their direction's sector or the next, the likeliest `count`;
    and some of a turned picture's, whose directions are a quarter or half a turn away.
    """
    codes, flips = _flipped(found)
    direction = _directions(found)
    asked, unlikely = [], []
    for step, crossing in zip((0, 1, -1), _crossing(direction), strict=True):
        sector = _sectors((direction + step * (_ANGLES // _SECTORS)) % _ANGLES)
        asked.append(codes | sector[:, None])
        unlikely.append((found.worth / _NATS - crossing)[:, None] + flips)
    order = np.argsort(np.concatenate(unlikely, axis=None), kind="stable")[:count]
    few = np.argsort(found.worth, kind="stable")[:_TURNED]
    turned = [
        codes[few, 0] | _sectors((direction[few] + quarters) % _ANGLES)
        for quarters in (64, 128, 192)
    ]
    return np.unique(np.concatenate([np.concatenate(asked, axis=None)[order], *turned]))


def _flipped(found: Features) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """(n, 7) the codes with none, one and two bits flipped, and the nats that this is unlikely."""
    masks = np.int64(1) << found.weakest.astype(np.int64)
    doubt = found.doubt / _NATS
    first, second = np.triu_indices(WEAKEST, 1)
    none = np.zeros((len(found), 1))
    flips = np.concatenate([none, doubt, doubt[:, first] + doubt[:, second]], axis=1)
    masks = np.concatenate(
        [none.astype(np.int64), masks, masks[:, first] | masks[:, second]], axis=1
    )
    return _codes(found)[:, None] ^ masks, flips


def _crossing(direction: NDArray[np.int64]) -> NDArray[np.float64]:
    """(3, n) logarithms of the chances of a copy's being in the same sector, the next, the last."""
    wide = _ANGLES // _SECTORS
    inside = direction % wide + 0.5
    away = np.stack([wide - inside, inside]) * (_LOGISTIC / _DIRECTION_NOISE)
    next_or_last = 1 / (1 + np.exp(away))
    stays = 1 - next_or_last.sum(axis=0, keepdims=True)
    return np.asarray(np.log(np.concatenate([stays, next_or_last])), np.float64)


def _codes(found: Features) -> NDArray[np.int64]:
    return (found.code & np.uint64((1 << _CODE_BITS) - 1)).astype(np.int64)


def _directions(found: Features) -> NDArray[np.int64]:
    """(n,) 256ths of a turn; of a mirrored picture's features the same as of the picture's."""
    angle = found.angle.astype(np.int64)
    return np.where(found.mirrored == 1, _ANGLES // 2 - angle, angle) % _ANGLES


def _sectors(direction: NDArray[np.int64]) -> NDArray[np.int64]:
    return (direction * _SECTORS // _ANGLES) << _CODE_BITS
