"""Finds how one picture may lie on another, by the local features that they share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from fingerprints.image import local

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from fingerprints.image.local import Features

_ALIKE: Final = 13  # bits of 48 in which two views of a patch may differ, to propose a lie
_STILL_ALIKE: Final = 16  # and where a lie says that they are the same
_MOST_PAIRS: Final = 160
_HYPOTHESES: Final = 3
_TOLERANCE: Final = 0.012  # of the longer side: 5 pixels of 384
_LEVER: Final = 0.1  # of the distance, for what one pair alone predicts
_TURN: Final = 0.35  # radians
_ZOOM: Final = 0.5  # natural logarithm of a scale
_MOST_ZOOM: Final = 7.0
_REFINEMENTS: Final = 2
_CELLS: Final = 40  # of the longer side: inliers in one cell are one
_SCALES: Final = np.log(local.SCALES)


class Similarity(NamedTuple):
    """z → turn · (−conj(z) if mirrored else z) + shift, in longer sides of both pictures."""

    mirrored: bool
    turn: complex
    shift: complex

    def there(self, z: NDArray[np.complex128]) -> NDArray[np.complex128]:
        """Map places of the first picture to the second."""
        return self.turn * (-z.conj() if self.mirrored else z) + self.shift

    def back(self, w: NDArray[np.complex128]) -> NDArray[np.complex128]:
        """Map places of the second picture to the first."""
        z = (w - self.shift) / self.turn
        return -z.conj() if self.mirrored else z

    def inverse(self) -> Similarity:
        """Return the map from the second picture to the first."""
        if self.mirrored:  # z = −conj((w − shift) / turn), multiplied out
            turn = 1 / self.turn.conjugate()
            shift = (self.shift / self.turn).conjugate()
            return Similarity(mirrored=True, turn=turn, shift=shift)
        return Similarity(mirrored=False, turn=1 / self.turn, shift=-self.shift / self.turn)


class Lie(NamedTuple):
    """How a picture lies on another.

    `inliers`: how many distinct places of both agree on it. `spread`: how much of either picture,
    whichever is more of it, these places are spread over: of a menu bar's, next to nothing.
    """

    similarity: Similarity
    inliers: int
    spread: float


class _Frames(NamedTuple):
    """Of features: place, log of scale, and angle."""

    place: NDArray[np.complex128]
    zoom: NDArray[np.float64]
    turn: NDArray[np.float64]

    def at(self, chosen: NDArray[np.int64]) -> _Frames:
        return _Frames(self.place[chosen], self.zoom[chosen], self.turn[chosen])

    def flipped(self) -> _Frames:
        return _Frames(-self.place.conj(), self.zoom, np.pi - self.turn)


def lies(ours: Features, theirs: Features, known: Sequence[Similarity] = ()) -> list[Lie]:
    """Return a few ways to lay ours on theirs, and the known ones; the best attested first."""
    if min(len(ours), len(theirs)) == 0:
        return [Lie(one, 0, 0.0) for one in known]
    away = np.bitwise_count(ours.code[:, None] ^ theirs.code[None])
    frames = _frames(ours), _frames(theirs)
    flips = ours.mirrored[:, None] != theirs.mirrored[None]
    found = [(0, one) for one in known]
    pairs = _pairs(away)
    for mirrored in (False, True):
        kept = pairs[flips[pairs[:, 0], pairs[:, 1]] == mirrored]
        if len(kept) > 1:
            first = frames[0].flipped() if mirrored else frames[0]
            voted = _voted(first.at(kept[:, 0]), frames[1].at(kept[:, 1]))
            found += [(votes, Similarity(mirrored, *one)) for votes, one in voted]
    found.sort(key=lambda one: -one[0])
    chosen = found[:_HYPOTHESES] + [one for one in found[_HYPOTHESES:] if not one[0]]
    near = away <= _STILL_ALIKE
    attested = [_attested(*frames, near & (flips == one.mirrored), one) for _, one in chosen]
    return sorted(attested, key=lambda one: -one.inliers)


def _frames(features: Features) -> _Frames:
    place = (features.x + 1j * features.y) / local.UNIT
    turn = features.angle.astype(np.float64) * (np.pi / 128)
    return _Frames(place.astype(np.complex128), _SCALES[features.scale], turn)


def _pairs(away: NDArray[np.uint8]) -> NDArray[np.int64]:
    """(n, 2) indices of features that are each other's nearest, the nearest first."""
    row = np.flatnonzero(away.min(axis=1) <= _ALIKE)
    column = away[row].argmin(axis=1)
    best = away[row, column]
    # Each other's nearest; `min` over whole columns is fast where `argmin` is not.
    mutual = away.min(axis=0)[column] == best
    pairs = np.stack([row[mutual], column[mutual]], axis=1)
    return pairs[np.argsort(best[mutual], kind="stable")][:_MOST_PAIRS]


def _voted(ours: _Frames, theirs: _Frames) -> list[tuple[int, tuple[complex, complex]]]:
    """One-point RANSAC, exhaustive: each pair's own scale and angle predict all the others."""
    z, w = ours.place, theirs.place
    zoom, turn = theirs.zoom - ours.zoom, theirs.turn - ours.turn
    unlike = turn[None] - turn[:, None]
    unlike = np.abs(unlike - 2 * np.pi * np.rint(unlike / (2 * np.pi)))
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
        fitted = _fitted(z, w, agreeing[seed], alike[seed])
        if fitted is not None:
            found.append((int(votes[seed]), fitted))
    return found


def _fitted(
    z: NDArray[np.complex128],
    w: NDArray[np.complex128],
    inlying: NDArray[np.bool_],
    alike: NDArray[np.bool_],
) -> tuple[complex, complex] | None:
    """Least squares over the inliers, again and again; None where they fall together or apart."""
    turn, shift = 1 + 0j, 0j
    for _ in range(_REFINEMENTS):
        if np.count_nonzero(inlying) < 2:  # noqa: PLR2004
            return None
        from_centre = z[inlying] - z[inlying].mean()
        spread = float((np.abs(from_centre) ** 2).sum())
        if spread < _TOLERANCE**2:
            return None
        turn = complex((from_centre.conj() * (w[inlying] - w[inlying].mean())).sum() / spread)
        shift = complex(w[inlying].mean() - turn * z[inlying].mean())
        inlying = alike & (np.abs(turn * z + shift - w) < _TOLERANCE)
    return (turn, shift) if 1 / _MOST_ZOOM < abs(turn) < _MOST_ZOOM else None


def _attested(
    ours: _Frames, theirs: _Frames, near: NDArray[np.bool_], similarity: Similarity
) -> Lie:
    """Look where the lie says for features alike, fit the lie to them and count them."""
    if similarity.mirrored:
        ours = ours.flipped()
    upright = similarity._replace(mirrored=False)
    i, j = _guided(ours, theirs, near, upright)
    everyone = np.ones(len(i), bool)
    refit = _fitted(ours.place[i], theirs.place[j], everyone, everyone)
    if refit is None:
        return Lie(similarity, len(i) and 1, 0.0)
    refined = Similarity(mirrored=False, turn=refit[0], shift=refit[1])
    i, j = _guided(ours, theirs, near, refined)
    apart = min(len(np.unique(_cells(side))) for side in (ours.place[i], theirs.place[j]))
    spread = max(_spread(side) for side in (ours.place[i], theirs.place[j])) if len(i) else 0.0
    return Lie(refined._replace(mirrored=similarity.mirrored), apart, spread)


def _guided(
    ours: _Frames, theirs: _Frames, near: NDArray[np.bool_], lie: Similarity
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Indices of the features that are alike and fall together."""
    i, j = np.nonzero(near)
    missed = np.abs(lie.there(ours.place)[i] - theirs.place[j])
    kept = missed < _TOLERANCE * max(1.0, abs(lie.turn))
    i, j = i[kept], j[kept]
    turned = theirs.turn[j] - ours.turn[i] - np.angle(lie.turn)
    turned -= 2 * np.pi * np.rint(turned / (2 * np.pi))
    zoomed = theirs.zoom[j] - ours.zoom[i] - np.log(abs(lie.turn))
    kept = (np.abs(turned) < _TURN) & (np.abs(zoomed) < _ZOOM)
    return i[kept], j[kept]


def _spread(places: NDArray[np.complex128]) -> float:
    """Area of the even rectangle of the same covariance, in squares of the longer side."""
    away = places - places.mean()
    square = float((np.abs(away) ** 2).mean()) ** 2 - abs(complex((away**2).mean())) ** 2
    return 6 * float(np.sqrt(max(0.0, square)))


def _cells(places: NDArray[np.complex128]) -> NDArray[np.complex128]:
    return np.rint(places * _CELLS)
