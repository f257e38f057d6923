"""What of a copy looks like what of a work: pairs of moments, before any order in time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from fingerprints.image.hashes import BITS
from fingerprints.video import details, frames, tones

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fingerprints.video.details import Details
    from fingerprints.video.signature import Footage

QUERY_STEP_S: Final = 0.5
NEAR: Final = 70  # bits of 256
_STRANGE: Final = 84
_MOST_A_FRAME: Final = 10
_MOST_CELLS: Final = 40_000_000
_MOST_TONE_CELLS: Final = 4_000_000
_LEAST_TONE: Final = 0.2
_BLOCK_CELLS: Final = 4_000_000

MOST_DIFFERING: Final = 14  # bits of 63, of details found by their terms
_MOST_OF_A_TERM: Final = 24  # details in the work; more of them say nothing
_TURN: Final = 0.3  # radians; a film is hardly turned
_A_DETAIL: Final = 0.4
_MOST_DETAILS: Final = 5
_CENTRE: Final = 0.5 + 0.28j


class Moments(NamedTuple):
    """(n,) pairs of times in copy and work, how much each says, and how the pictures are shifted.

    `shift`: of the centre, in longer sides; 0 for whole frames.
    """

    copy: NDArray[np.float64]
    work: NDArray[np.float64]
    weight: NDArray[np.float64]
    shift: NDArray[np.complex128]

    def only(self, chosen: NDArray[np.bool_]) -> Moments:
        """Return some of them."""
        return Moments(
            self.copy[chosen], self.work[chosen], self.weight[chosen], self.shift[chosen]
        )


class DetailPairs(NamedTuple):
    """(n,) indices of details in copy and work that show the same patch."""

    copy: NDArray[np.int64]
    work: NDArray[np.int64]


def weight(distance: NDArray[np.generic]) -> NDArray[np.float64]:
    """Return how much frames so many bits apart say: 1 at 40, 3.6 at 0, nothing from 84."""
    beyond = np.maximum(0, _STRANGE - np.asarray(distance, np.float64)) / 44
    return np.asarray(beyond**2)


def views(one: Footage) -> list[NDArray[np.uint64]]:
    """Return the hashes of each view; one list where the film has neither border nor window."""
    whole = one.hashes[:, 0]
    inner = (one.hashes[:, view] for view in range(1, one.hashes.shape[1]))
    return [whole, *(words for words in inner if not np.array_equal(words, whole))]


def sampled(one: Footage) -> NDArray[np.int64]:
    """(n,) indices of frames half a second apart."""
    steps = np.floor(one.times / QUERY_STEP_S + 1e-6)
    return np.flatnonzero(np.diff(steps, prepend=-1.0) > 0)


def frame_moments(ours: Footage, theirs: Footage, *, mirrored: bool) -> Moments:
    """Pair frames by their hashes; few of each frame of the copy, those most alike."""
    chosen = sampled(ours)
    chosen = chosen[ours.hashed[chosen]]
    if not len(chosen) or not theirs.hashed.any():
        return _none()
    stride = max(1, -(-len(chosen) * len(theirs.times) // _MOST_CELLS))
    still = ours.stills[chosen]
    lasting = np.bincount(still)[still]
    chosen, lasting = chosen[::stride], lasting[::stride]
    block = max(1, _BLOCK_CELLS // len(theirs.times))
    found = [
        _nearest(ours, theirs, chosen[at : at + block], mirrored=mirrored)
        for at in range(0, len(chosen), block)
    ]
    rows = np.concatenate([row + n * block for n, (row, _, _) in enumerate(found)])
    columns = np.concatenate([column for _, column, _ in found])
    away = np.concatenate([distance for _, _, distance in found])
    says = weight(away) / lasting[rows]
    shift = np.zeros(len(rows), np.complex128)
    return Moments(ours.times[chosen[rows]], theirs.times[columns], says, shift)


def _nearest(
    ours: Footage, theirs: Footage, chosen: NDArray[np.int64], *, mirrored: bool
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.uint16]]:
    away = distances(ours, theirs, chosen, mirrored=mirrored)
    if away.shape[1] > _MOST_A_FRAME:
        line = np.partition(away, _MOST_A_FRAME, axis=1)[:, _MOST_A_FRAME]
    else:
        line = np.full(len(away), BITS)
    row, column = np.nonzero((away <= NEAR) & (away <= line[:, None]))
    return row, column, away[row, column]


def distances(
    ours: Footage, theirs: Footage, chosen: NDArray[np.int64], *, mirrored: bool
) -> NDArray[np.uint16]:
    """(n, m) bits between the chosen frames of ours and all of theirs, in the best of the views."""
    flip = frames.MIRROR if mirrored else np.uint64(0)
    tables = (
        frames.distances(mine[chosen] ^ flip, other)
        for mine in views(ours)
        for other in views(theirs)
    )
    best = next(tables)
    for table in tables:
        np.minimum(best, table, out=best)
    best[:, ~theirs.hashed] = BITS
    return best


def tone_views(ours: Footage, theirs: Footage) -> list[tuple[int, int]]:
    """Return which views' tones are compared: never the borders around both films."""
    mine, other = (
        [0, *(view for view in range(1, one.tones.shape[1]) if _is_other(one.tones, view))]
        for one in (ours, theirs)
    )
    both = [(view, there) for view in mine for there in other]
    return [pair for pair in both if pair != (0, 0) or not (1 in mine and 1 in other)]


def _is_other(light: NDArray[np.uint64], view: int) -> bool:
    return not np.array_equal(light[:, view], light[:, 0])


def tone_moments(ours: Footage, theirs: Footage, *, mirrored: bool) -> Moments:
    """Pair frames by their tones; few of each frame of the copy, those most alike."""
    chosen = sampled(ours)
    chosen, known = chosen[ours.toned[chosen]], np.flatnonzero(theirs.toned)
    if not len(chosen) or not len(known):
        return _none()
    stride = max(1, -(-len(chosen) * len(known) // _MOST_TONE_CELLS))
    still = ours.stills[chosen]
    lasting = np.bincount(still)[still]
    chosen, lasting = chosen[::stride], lasting[::stride]
    mine = tones.mirrored(ours.tones[chosen]) if mirrored else ours.tones[chosen]
    compared = tone_views(ours, theirs)
    found = [
        _most_alike(mine[at : at + 1], theirs.tones[known], compared) for at in range(len(chosen))
    ]
    rows = np.repeat(np.arange(len(chosen)), [len(column) for column, _ in found])
    columns = np.concatenate([column for column, _ in found])
    says = np.concatenate([worth for _, worth in found]) / lasting[rows]
    shift = np.zeros(len(rows), np.complex128)
    return Moments(ours.times[chosen[rows]], theirs.times[known[columns]], says, shift)


def _most_alike(
    mine: NDArray[np.uint64], theirs: NDArray[np.uint64], compared: list[tuple[int, int]]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    says = np.zeros(len(theirs))
    for view, other in compared:
        np.maximum(says, tones.worth(mine[:, view], theirs[:, other])[0], out=says)
    if len(says) > _MOST_A_FRAME:
        line = max(_LEAST_TONE, float(np.partition(says, -_MOST_A_FRAME)[-_MOST_A_FRAME]))
    else:
        line = _LEAST_TONE
    column = np.flatnonzero(says >= line)
    return column, says[column]


def detail_pairs(ours: Details, theirs: Details) -> DetailPairs:
    """Pair details that share a term, nearly, and have much of their codes in common."""
    known = details.terms(theirs)
    order = np.argsort(known, kind="stable")
    asked = details.near_terms(ours)
    left = np.searchsorted(known[order], asked.ravel(), "left")
    count = np.searchsorted(known[order], asked.ravel(), "right") - left
    count[count > _MOST_OF_A_TERM] = 0
    mine = np.repeat(np.arange(asked.size) // asked.shape[1], count)
    starts = np.repeat(left - np.concatenate([[0], np.cumsum(count)[:-1]]), count)
    other = order[starts + np.arange(len(starts))] if len(starts) else np.empty(0, np.int64)
    near = np.bitwise_count(ours.code[mine] ^ theirs.code[other]) <= MOST_DIFFERING
    return DetailPairs(mine[near], other[near])


def oriented(ours: Details, theirs: Details, pairs: DetailPairs, *, mirrored: bool) -> DetailPairs:
    """Keep the pairs that are mirrored or not, as told, and hardly turned."""
    i, j = pairs
    flipped = (ours.mirrored[i] != theirs.mirrored[j]) == mirrored
    angle = ours.angle[i] * (np.pi / 128)
    turn = theirs.angle[j] * (np.pi / 128) - (np.pi - angle if mirrored else angle)
    straight = np.abs(turn - 2 * np.pi * np.round(turn / (2 * np.pi))) < _TURN
    return DetailPairs(i[flipped & straight], j[flipped & straight])


def detail_moments(
    ours: Footage, theirs: Footage, pairs: DetailPairs, *, mirrored: bool
) -> Moments:
    """Say of each pair when it is, and by how much it shifts the picture, at its own scale."""
    i, j = pairs
    mine, other = ours.anchor[i], theirs.anchor[j]
    _, both, count = np.unique(
        mine * (len(theirs.anchors) + 1) + other, return_inverse=True, return_counts=True
    )
    says = _A_DETAIL * np.minimum(1.0, _MOST_DETAILS / count[both])
    z, w = places(ours.details[i]) - _CENTRE, places(theirs.details[j]) - _CENTRE
    scale = details.SCALES[theirs.details.scale[j]] / details.SCALES[ours.details.scale[i]]
    shift = w - scale * (-z.conj() if mirrored else z)
    return Moments(ours.anchors[mine], theirs.anchors[other], says, shift)


def places(found: Details) -> NDArray[np.complex128]:
    """(n,) where each detail is, in longer sides."""
    return np.asarray((found.x + 1j * found.y) / details.UNIT, np.complex128)


def together(*several: Moments) -> Moments:
    """Return all of them."""
    return Moments(*(np.concatenate(column) for column in zip(*several, strict=True)))


def _none() -> Moments:
    return Moments(np.empty(0), np.empty(0), np.empty(0), np.empty(0, np.complex128))
