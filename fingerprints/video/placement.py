"""How the pictures of a copy lie on those of the work, the same all along a line in time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from fingerprints.video import details
from fingerprints.video.pairs import DetailPairs, places

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fingerprints.video.details import Details
    from fingerprints.video.lines import Line
    from fingerprints.video.signature import Footage

_LEAST_INLIERS: Final = 3
_MOST_SEEDS: Final = 160
_ZOOM: Final = 0.5  # natural logarithm of a scale, between pairs that agree
_MOST_ZOOM: Final = 5.0
_TOLERANCE: Final = 0.02  # of the longer side
_LEVER: Final = 0.12  # of the distance, for what one pair alone predicts
_MOST_TURN: Final = 0.13
_LEAST_SPREAD: Final = 1e-3  # sum of squares: within a thirtieth of the picture
_REFINEMENTS: Final = 3
_APART_S: Final = 0.8  # between an anchor and where the line meets the work's
_MOST_DIFFERING: Final = 18  # bits of 63, of details at the same place
_BLOCK: Final = 64  # anchors


class Placement(NamedTuple):
    """z → turn · (−conj(z) if mirrored else z) + shift, in longer sides of both pictures."""

    turn: complex
    shift: complex
    mirrored: bool

    def there(self, z: NDArray[np.complex128]) -> NDArray[np.complex128]:
        """Return the places in the work of those in the copy."""
        return self.turn * (-z.conj() if self.mirrored else z) + self.shift


def fitted(ours: Footage, theirs: Footage, pairs: DetailPairs, line: Line) -> Placement | None:
    """Return what most of the pairs on a line agree with; None where too few do.

    One-point RANSAC, exhaustive: each pair's own scale predicts all the others.
    """
    copy, work = ours.anchors[ours.anchor[pairs.copy]], theirs.anchors[theirs.anchor[pairs.work]]
    near = np.flatnonzero(np.abs(work - line.there(copy)) <= _APART_S)
    near = near[:: max(1, -(-len(near) // _MOST_SEEDS))]
    i, j = pairs.copy[near], pairs.work[near]
    z, w = places(ours.details[i]), places(theirs.details[j])
    if line.mirrored:
        z = -z.conj()
    scales = np.log(details.SCALES)
    zoom = scales[theirs.details.scale[j]] - scales[ours.details.scale[i]]
    if len(z) < _LEAST_INLIERS:
        return None
    reach = np.exp(zoom)[:, None] * (z[None] - z[:, None])
    missed = np.abs(reach + w[:, None] - w[None])
    alike = np.abs(zoom[None] - zoom[:, None]) < _ZOOM
    agreeing = alike & (missed < _TOLERANCE + _LEVER * np.abs(reach))
    seed = int(_apart(agreeing, w).argmax())
    return _least_squares(z, w, agreeing[seed], mirrored=line.mirrored)


def _apart(agreeing: NDArray[np.bool_], w: NDArray[np.complex128]) -> NDArray[np.int64]:
    """(n,) at how many places of the work each hypothesis has inliers: a logo has few."""
    _, cell = np.unique(np.round(w * 40), return_inverse=True)
    seen = np.zeros((len(agreeing), int(cell.max()) + 1), np.bool_)
    row, column = np.nonzero(agreeing)
    seen[row, cell[column]] = True
    return np.asarray(seen.sum(axis=1), np.int64)


def _least_squares(
    z: NDArray[np.complex128],
    w: NDArray[np.complex128],
    inlying: NDArray[np.bool_],
    *,
    mirrored: bool,
) -> Placement | None:
    turn, shift = 1 + 0j, 0j
    for _ in range(_REFINEMENTS):
        from_centre = z[inlying] - z[inlying].mean()
        spread = float((np.abs(from_centre) ** 2).sum())
        if spread < _LEAST_SPREAD:
            return None
        turn = complex((w[inlying] * from_centre.conj()).sum() / spread)
        shift = complex(w[inlying].mean() - turn * z[inlying].mean())
        inlying = np.abs(turn * z + shift - w) < _TOLERANCE
        if np.count_nonzero(inlying) < _LEAST_INLIERS:
            return None
    if not 1 / _MOST_ZOOM < abs(turn) < _MOST_ZOOM or abs(np.angle(turn)) > _MOST_TURN:
        return None
    return Placement(turn, shift, mirrored)


def guided(ours: Footage, theirs: Footage, line: Line, placed: Placement) -> DetailPairs:
    """Pair all details that lie at the same place at the same time and look alike.

    Each detail of the copy is paired once, with the one most like it.
    """
    z = placed.there(places(ours.details))
    w = places(theirs.details)
    there = line.there(ours.anchors)
    first = np.searchsorted(theirs.anchors, there - _APART_S)
    last = np.searchsorted(theirs.anchors, there + _APART_S)
    ends = np.searchsorted(theirs.anchor, np.arange(len(theirs.anchors) + 1))
    mine = np.searchsorted(ours.anchor, np.arange(len(ours.anchors) + 1))
    found: list[tuple[NDArray[np.int64], NDArray[np.int64]]] = []
    for anchor in np.flatnonzero(last > first).tolist():
        i = np.arange(mine[anchor], mine[anchor + 1])
        j = np.arange(ends[first[anchor]], ends[last[anchor]])
        found.append(_alike(ours.details, theirs.details, z, w, (i, j), mirrored=line.mirrored))
    if not found:
        return DetailPairs(np.empty(0, np.int64), np.empty(0, np.int64))
    return DetailPairs(*(np.concatenate(side) for side in zip(*found, strict=True)))


def _alike(
    ours: Details,
    theirs: Details,
    z: NDArray[np.complex128],
    w: NDArray[np.complex128],
    chosen: tuple[NDArray[np.int64], NDArray[np.int64]],
    *,
    mirrored: bool,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    i, j = chosen
    if not len(i) or not len(j):
        return i[:0], j[:0]
    away = np.bitwise_count(ours.code[i][:, None] ^ theirs.code[j][None]).astype(np.int64)
    apart = np.abs(z[i][:, None] - w[j][None]) > _TOLERANCE
    flipped = (ours.mirrored[i][:, None] != theirs.mirrored[j][None]) != mirrored
    away[apart | flipped] = details.CODE_BITS
    best = away.argmin(axis=1)
    near = away[np.arange(len(i)), best] <= _MOST_DIFFERING
    return i[near], j[best[near]]
