"""Two Chromaprints laid over each other: where most of the bits agree, undistorted in time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from fingerprints.audio.chromaprint import ITEM_S
from fingerprints.audio.segment import Segment, best_run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from fingerprints.audio.signature import Sound

KEPT_BITS: Final = 28
_LINE: Final = 0.32
"""Bit error rate at which an item speaks neither for nor against."""
_SHARE_OF_USUAL: Final = 0.65
_BITS: Final = 32
_SILENCE: Final = np.array([627_964_279], np.uint32)
_OFFSETS: Final = 6
_LEAST_VOTES: Final = 2
_MOST_PAIRS: Final = 500_000


def telling(items: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Tell which items differ from the one before: silence and held tones say nothing."""
    found = np.ones(items.size, bool)
    found[1:] = items[1:] != items[:-1]
    return np.asarray(found & (keys(items) != keys(_SILENCE)))


def keys(items: NDArray[np.uint32]) -> NDArray[np.int64]:
    """Return the bits of each item by which candidates are found; the last ones err most."""
    return (items >> np.uint32(_BITS - KEPT_BITS)).astype(np.int64)


def segments(copy: Sound, work: Sound) -> list[Segment]:
    """Return the stretches that agree, at each of the offsets most voted for; evidence in items."""
    found = []
    for offset in _offsets(copy, work):
        tried = [_at(copy, work, offset + step) for step in (-1, 0, 1)]
        found.append(max(tried, key=lambda one: one.evidence))
    return [one for one in found if one.evidence > 0]


def _offsets(copy: Sound, work: Sound) -> Iterator[int]:
    """Yield how many items later in the work equal items stand, best first."""
    mine, theirs = (np.flatnonzero(telling(sound.items)) for sound in (copy, work))
    sought, held = keys(copy.items[mine]), keys(work.items[theirs])
    order = np.argsort(held, kind="stable")
    low, high = (np.searchsorted(held[order], sought, side) for side in ("left", "right"))
    count = high - low
    if not 0 < count.sum() <= _MOST_PAIRS:
        return
    rows = np.repeat(np.arange(sought.size), count)
    within = np.arange(rows.size) - np.repeat(np.cumsum(count) - count, count)
    there = work.numbers[theirs[order[low[rows] + within]]]
    offsets, votes = np.unique(there - copy.numbers[mine[rows]], return_counts=True)
    beside = np.zeros(votes.size, np.int64)
    beside[1:] += np.where(np.diff(offsets) == 1, votes[:-1], 0)
    beside[:-1] += np.where(np.diff(offsets) == 1, votes[1:], 0)
    taken: list[int] = []
    for place in np.argsort(-(2 * votes + beside), kind="stable")[: 4 * _OFFSETS]:
        offset = int(offsets[place])
        enough = votes[place] + beside[place] >= _LEAST_VOTES
        if enough and all(abs(offset - other) > 1 for other in taken):
            taken.append(offset)
            yield offset
        if len(taken) == _OFFSETS:
            return


def _at(copy: Sound, work: Sound, offset: int) -> Segment:
    _, mine, theirs = np.intersect1d(
        copy.numbers + offset, work.numbers, assume_unique=True, return_indices=True
    )
    ours, others = copy.items[mine], work.items[theirs]
    errors = np.bitwise_count(ours ^ others) / _BITS
    line = min(_LINE, _SHARE_OF_USUAL * _usual(ours, others))
    gains = np.where(telling(ours) & telling(others), line - errors, np.minimum(0, line - errors))
    first, last, evidence = best_run(gains)
    if evidence <= 0:
        return Segment(0.0, (0.0, 0.0), 1.0, 0.0, 0.5, 0.0)
    span = copy.numbers[mine[first]] * ITEM_S, (copy.numbers[mine[last]] + 1) * ITEM_S
    rate = float(errors[first : last + 1].mean())
    return Segment(evidence, (float(span[0]), float(span[1])), 1.0, offset * ITEM_S, rate, 0.0)


def _usual(ours: NDArray[np.uint32], others: NDArray[np.uint32]) -> float:
    """Return the bit error rate where they don't belong together: noise is like all noise."""
    turns = (ours.size // 4, ours.size // 2, 3 * ours.size // 4)
    return float(
        np.mean([np.bitwise_count(ours ^ np.roll(others, by)).mean() / _BITS for by in turns])
        if ours.size
        else 0.0
    )
