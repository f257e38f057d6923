"""Lays one picture over another by their local features, and compares what then lies together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import cv2
import numpy as np

from fingerprints.contract import Region
from fingerprints.image import hashes, local

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from fingerprints.image.local import Features

MOST_DIFFERING: Final = 18  # bits of 63, of one patch seen twice
_RATIO: Final = 0.8  # of the distance to the next best patch (Lowe 2004)
_MOST_PAIRS: Final = 150
_HYPOTHESES: Final = 4
_TOLERANCE: Final = 0.012  # of the longer side: 6 pixels of 512
_LEVER: Final = 0.1  # of the distance, for what one pair alone predicts
_TURN: Final = 0.35  # radians
_ZOOM: Final = 0.5  # natural logarithm of a scale
_MOST_ZOOM: Final = 7.0
_REFINEMENTS: Final = 3
_CELLS_ACROSS: Final = 100  # inliers nearer together than this are one


@dataclass(frozen=True, slots=True)
class Canvas:
    """What of a picture is needed to lay another over it.

    `averages`: (64, 64) uint8 luminance. `width`, `height`: shares of the longer side.
    """

    averages: NDArray[np.uint8]
    width: float
    height: float
    features: Features


class Alignment(NamedTuple):
    """How `ours` lies on `theirs`: what of both lies together, and how much that differs.

    `distance`: bits of 256 between the hashes of the parts that lie together.
    `quality`: of the poorer of them, 0 to 100. `share`: how much of the smaller picture they are.
    """

    inliers: int
    distance: int
    quality: int
    share: float
    ours: Region
    theirs: Region


class _Similarity(NamedTuple):
    """z → turn · (−conj(z) if mirrored else z) + shift, in longer sides of both pictures."""

    mirrored: bool
    turn: complex
    shift: complex

    def there(self, z: NDArray[np.complex128]) -> NDArray[np.complex128]:
        return self.turn * (-z.conj() if self.mirrored else z) + self.shift

    def back(self, w: NDArray[np.complex128]) -> NDArray[np.complex128]:
        z = (w - self.shift) / self.turn
        return -z.conj() if self.mirrored else z


class _Frames(NamedTuple):
    """Of pairs of features: place, log of scale, and angle, in ours and in theirs."""

    z: NDArray[np.complex128]
    w: NDArray[np.complex128]
    zoom: NDArray[np.float64]
    turn: NDArray[np.float64]


def alignments(ours: Canvas, theirs: Canvas) -> Iterator[Alignment]:
    """Yield a few ways to lay ours over theirs, those with the most inliers first."""
    pairs = _pairs(ours.features, theirs.features)
    for inliers, similarity in _similarities(ours.features, theirs.features, pairs):
        found = _overlap(ours, theirs, similarity, inliers)
        if found is not None:
            yield found


def _pairs(ours: Features, theirs: Features) -> NDArray[np.int64]:
    """(n, 2) indices of features that are each other's nearest, clearly, the nearest first."""
    if min(len(ours), len(theirs)) < 3:  # noqa: PLR2004 (a third shows that the nearest is clear)
        return np.empty((0, 2), np.int64)
    away = np.bitwise_count(ours.code[:, None] ^ theirs.code[None])
    row = np.flatnonzero(away.min(axis=1) <= MOST_DIFFERING)  # among strangers, a few
    column = away[row].argmin(axis=1)
    best = away[row, column]
    # Each other's nearest; `min` over whole columns is fast where `argmin` is not.
    mutual = away.min(axis=0)[column] == best
    row, column, best = row[mutual], column[mutual], best[mutual]
    second = np.partition(away[row], 1, axis=1)[:, 1]
    clear = best < _RATIO * second
    pairs = np.stack([row[clear], column[clear]], axis=1)
    return pairs[np.argsort(best[clear], kind="stable")][:_MOST_PAIRS]


def _similarities(
    ours: Features, theirs: Features, pairs: NDArray[np.int64]
) -> list[tuple[int, _Similarity]]:
    """Fit those that most pairs agree with; two pairs at least."""
    found: list[tuple[int, _Similarity]] = []
    flips = ours.mirrored[pairs[:, 0]] != theirs.mirrored[pairs[:, 1]]
    for mirrored in (False, True):
        kept = pairs[flips == mirrored]
        if len(kept) > 1:
            found += _voted(_frames(ours, theirs, kept, mirrored=mirrored), mirrored=mirrored)
    return sorted(found, key=lambda one: -one[0])[:_HYPOTHESES]


def _frames(
    ours: Features, theirs: Features, pairs: NDArray[np.int64], *, mirrored: bool
) -> _Frames:
    i, j = pairs.T
    z = (ours.x[i] + 1j * ours.y[i]) / local.UNIT
    w = (theirs.x[j] + 1j * theirs.y[j]) / local.UNIT
    angle = ours.angle[i] * (np.pi / 128)
    if mirrored:
        z, angle = -z.conj(), np.pi - angle
    scales = np.log(local.SCALES)
    zoom = scales[theirs.scale[j]] - scales[ours.scale[i]]
    return _Frames(z, w, zoom, theirs.angle[j] * (np.pi / 128) - angle)


def _voted(frames: _Frames, *, mirrored: bool) -> list[tuple[int, _Similarity]]:
    """One-point RANSAC, exhaustive: each pair's own scale and angle predict all the others."""
    z, w, zoom, turn = frames
    unlike = turn[None] - turn[:, None]
    unlike = np.abs(unlike - 2 * np.pi * np.round(unlike / (2 * np.pi)))
    alike = (unlike < _TURN) & (np.abs(zoom[None] - zoom[:, None]) < _ZOOM)
    reach = np.exp(zoom + 1j * turn)[:, None] * (z[None] - z[:, None])
    missed = np.abs(reach + w[:, None] - w[None])
    agreeing = alike & (missed < _TOLERANCE + _LEVER * np.abs(reach))
    found = []
    open_to_all = np.ones(len(z), bool)
    for _ in range(_HYPOTHESES):
        votes = np.where(open_to_all, agreeing.sum(axis=1), 0)
        seed = int(votes.argmax())
        if votes[seed] < 2:  # noqa: PLR2004 (a line needs two points, a similarity as well)
            break
        open_to_all &= ~agreeing[seed]
        fitted = _fitted(frames, agreeing[seed], alike[seed])
        if fitted is not None:
            found.append((fitted[0], _Similarity(mirrored, fitted[1], fitted[2])))
    return found


def _fitted(
    frames: _Frames, inlying: NDArray[np.bool_], alike: NDArray[np.bool_]
) -> tuple[int, complex, complex] | None:
    """Least squares over the inliers, three times; None where they fall together or apart."""
    z, w = frames.z, frames.w
    turn, shift = 1 + 0j, 0j
    for _ in range(_REFINEMENTS):
        from_centre = z[inlying] - z[inlying].mean()
        spread = float((np.abs(from_centre) ** 2).sum())
        if spread < 1e-5:  # noqa: PLR2004 (within 1.5 pixels)
            return None
        turn = complex((w[inlying] * from_centre.conj()).sum() / spread)
        shift = complex(w[inlying].mean() - turn * z[inlying].mean())
        inlying = alike & (np.abs(turn * z + shift - w) < _TOLERANCE)
        if np.count_nonzero(inlying) < 2:  # noqa: PLR2004
            return None
    if not 1 / _MOST_ZOOM < abs(turn) < _MOST_ZOOM:
        return None
    apart = min(len(np.unique(np.round(side[inlying] * _CELLS_ACROSS))) for side in (z, w))
    return apart, turn, shift


def _overlap(
    ours: Canvas, theirs: Canvas, similarity: _Similarity, inliers: int
) -> Alignment | None:
    """Compare what lies together; None where that is next to nothing."""
    corners = similarity.there(_grid(0, ours.width, 0, ours.height, 2))
    left, right = max(0.0, corners.real.min()), min(theirs.width, corners.real.max())
    top, bottom = max(0.0, corners.imag.min()), min(theirs.height, corners.imag.max())
    if min(right - left, bottom - top) < 0.02:  # noqa: PLR2004 (a pixel of 64)
        return None
    w = _grid(left, right, top, bottom, hashes.GRID)
    z = similarity.back(w)
    inside = (z.real >= 0) & (z.real <= ours.width) & (z.imag >= 0) & (z.imag <= ours.height)
    if not inside.any():
        return None
    smaller = min(
        theirs.width * theirs.height, abs(similarity.turn) ** 2 * ours.width * ours.height
    )
    covered = z[inside]
    sides = _plain_outside(_sampled(ours, z), _sampled(theirs, w), inside)
    bits = [hashes.signs(hashes.coefficients(side))[None] for side in sides]
    return Alignment(
        inliers=inliers,
        distance=int(hashes.distances(bits[0], bits[1])[0, 0]),
        quality=min(hashes.quality(side) for side in sides),
        share=float(inside.mean()) * (right - left) * (bottom - top) / smaller,
        ours=_region(ours, covered),
        theirs=_region(theirs, w[inside]),
    )


def _grid(left: float, right: float, top: float, bottom: float, n: int) -> NDArray[np.complex128]:
    """(n, n) complex places; for n = 2 the corners themselves."""
    steps = np.array([0.0, 1.0]) if n == 2 else (np.arange(n) + 0.5) / n  # noqa: PLR2004
    found: NDArray[np.complex128] = (
        left + (right - left) * steps[None] + 1j * (top + (bottom - top) * steps[:, None])
    )
    return found


def _sampled(canvas: Canvas, places: NDArray[np.complex128]) -> NDArray[np.float32]:
    across = (places.real * (hashes.GRID / canvas.width) - 0.5).astype(np.float32)
    along = (places.imag * (hashes.GRID / canvas.height) - 0.5).astype(np.float32)
    found = cv2.remap(
        canvas.averages, across, along, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return found.astype(np.float32)


def _plain_outside(
    ours: NDArray[np.float32], theirs: NDArray[np.float32], inside: NDArray[np.bool_]
) -> list[NDArray[np.float32]]:
    """Make plain, in both, what does not lie in both."""
    sides = [ours, theirs]
    if inside.all():
        return sides
    return [np.where(inside, side, side[inside].mean()).astype(np.float32) for side in sides]


def _region(canvas: Canvas, places: NDArray[np.complex128]) -> Region:
    x, y = places.real / canvas.width, places.imag / canvas.height
    half = 0.5 / hashes.GRID
    low = max(0.0, float(x.min()) - half), max(0.0, float(y.min()) - half)
    return Region(*low, min(1.0, float(x.max()) + half), min(1.0, float(y.max()) + half))
