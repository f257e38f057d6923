"""Where a work may lie on a copy: what agrees votes, in stretches of the copy.

Single peaks of one pitch vote for an offset, which finds what plays at its own speed and pitch
under much else. Chains of three vote for a shift of pitch, a factor of time and an offset, as in
J. Six and M. Leman: "Panako" (2014).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from fingerprints.audio import chains
from fingerprints.audio.lie import Lie
from fingerprints.audio.peaks import OCTAVE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from fingerprints.audio.peaks import Peaks

WINDOW_MS: Final = 12_000
_STEP_MS: Final = WINDOW_MS // 2
MOST_FACTOR: Final = 1.45
_MOST_CENTS: Final = 450
_LEAST_VOTES: Final = 3
_MOST_HITS: Final = 300  # of one window
_WINNERS: Final = 3  # of one window
_CELLS: Final = 20

# How far two hits may differ and yet vote for the same.
_SAME_CENTS: Final = 25
_SAME_OCTAVES: Final = 0.06  # of the factor
_ROUGH_OCTAVES: Final = 0.15  # of a chain's own
_SAME_MS: Final = 150
_DRIFT: Final = 0.02

# Votes that are settled: how many for each that is wanted, by what factors and places.
_SETTLED: Final = 3
_UNSETTLED: Final = 0.1  # how much of its factor a vote may be wrong by
_FACTORS: Final = 2.0 ** (np.array(sorted(range(-15, 16), key=abs)) / 100)  # its own first
_FINE_MS: Final = 40
_PLACES: Final = 10

# Single peaks: how near in pitch, and how fine the offsets are.
_ROW_CENTS: Final = 20
_BIN_MS: Final = 25
_MOST_PAIRS: Final = 2_000_000
_MOST_CELLS: Final = 2_000_000  # counted at once
_RANKS: Final = ((0, 2), (1, 2), (1, 3), (2, 3), (3, 3))  # of copy and work
_MOST_CHAINS: Final = 90_000  # of a copy
_TOPS: Final = 2  # of one window
_LEAST_PAIRS: Final = 4


class Vote(NamedTuple):
    """A lie, the milliseconds of the copy between which its voters are, and how many they are."""

    lie: Lie
    begin: float
    end: float
    voters: int

    @property
    def middle(self) -> float:
        """The millisecond of the copy in the middle of its voters."""
        return (self.begin + self.end) / 2


class Hits(NamedTuple):
    """Chains that agree: (n,) milliseconds in copy and work, cents, octaves of the time factor."""

    copy: NDArray[np.float64]
    work: NDArray[np.float64]
    cents: NDArray[np.float64]
    octaves: NDArray[np.float64]


class Asked(NamedTuple):
    """Some chains of a copy, and the terms they are looked up by, ascending."""

    linked: chains.Chains
    keys: chains.Keys


def asked(peaks: Peaks) -> Asked:
    """Prepare a copy's chains to be compared with works; the longer it is, the fewer a second."""
    length_s = float(np.ptp(peaks.times)) / 1000 if peaks.size else 0.0
    linked = chains.of_copy(peaks, chains.VOTING_THREES, _MOST_CHAINS / max(1.0, length_s))
    keys = chains.near_terms(linked)
    order = np.argsort(keys.terms, kind="stable")
    return Asked(linked, chains.Keys(keys.terms[order], keys.rows[order]))


def held(peaks: Peaks) -> chains.Chains:
    """Return what of a work's part votes."""
    return chains.of_work(peaks, chains.VOTING_THREES)


def by_peaks(copy: Peaks, work: Peaks, most: int) -> Iterator[Vote]:
    """Yield the offsets, best first, for which most single peaks vote, at most so many."""
    pairs = _pairs(copy, work)
    if not pairs[0].size:
        return
    copied, worked = pairs
    window = copied // _STEP_MS
    first = int(window.min())
    placed = (worked - copied + window * _STEP_MS + _STEP_MS) // _BIN_MS
    found = [one for strength in _blocks(window - first, placed) for one in strength]
    found.sort(key=lambda one: -one[0])
    for _, row, place, voters in found[:most]:
        if voters < _LEAST_PAIRS:
            continue
        begin = float((row + first) * _STEP_MS)
        offset = (place + 1.0) * _BIN_MS - begin - _STEP_MS
        yield Vote(Lie(0.0, 1.0, float(offset)), begin, begin + WINDOW_MS, int(voters))


def _blocks(
    window: NDArray[np.int64], placed: NDArray[np.int64]
) -> Iterator[list[tuple[float, int, int, int]]]:
    """Yield strength, window, place and voters of the best places, of some windows at a time."""
    count, width = int(window.max()) + 1, int(placed.max()) + 1
    order = np.argsort(window, kind="stable")
    window, placed = window[order], placed[order]
    some = max(1, _MOST_CELLS // width)
    for begin in range(0, count, some):
        end = min(begin + some, count)
        low, high = np.searchsorted(window, (begin, end + 1))  # the last counts the next in
        cells = (window[low:high] - begin) * width + placed[low:high]
        counted = np.bincount(cells, minlength=(end + 1 - begin) * width).reshape(-1, width)
        yield _tops(_over_both(counted)[:-1], begin)


def _tops(votes: NDArray[np.float64], begin: int) -> list[tuple[float, int, int, int]]:
    usual = votes.mean(axis=1, keepdims=True)
    strength = (votes - usual) / np.sqrt(usual + 1)
    rows = np.arange(len(votes))
    found: list[tuple[float, int, int, int]] = []
    for _ in range(_TOPS):
        best = strength.argmax(axis=1)
        found += zip(strength[rows, best], rows + begin, best, votes[rows, best], strict=True)
        for beside in range(-2, 3):
            strength[rows, np.clip(best + beside, 0, strength.shape[1] - 1)] = -1
    return found


def _over_both(votes: NDArray[np.int64]) -> NDArray[np.float64]:
    """Add to each window's votes those of the next, and to each offset's those of the one after."""
    later = np.zeros_like(votes)
    shift = _STEP_MS // _BIN_MS
    later[:-1, : max(0, votes.shape[1] - shift)] = votes[1:, shift:]
    both = votes + later
    wide = both.copy()
    wide[:, :-1] += both[:, 1:]
    return wide.astype(np.float64)


def _pairs(copy: Peaks, work: Peaks) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Milliseconds of the copy's and the work's peaks of one pitch, of as many as can be afforded.

    The longer they are, the higher the peaks that are enough.
    """
    for copy_rank, work_rank in _RANKS:
        mine, theirs = copy.where(copy.ranks >= copy_rank), work.where(work.ranks >= work_rank)
        order = np.argsort(mine.cents, kind="stable")
        cents = mine.cents[order]
        low = np.searchsorted(cents, theirs.cents - _ROW_CENTS)
        count = np.searchsorted(cents, theirs.cents + _ROW_CENTS, "right") - low
        if count.sum() <= _MOST_PAIRS or (copy_rank, work_rank) == _RANKS[-1]:
            break
    chosen = np.repeat(np.arange(theirs.size), count)
    within = np.arange(chosen.size) - np.repeat(np.cumsum(count) - count, count)
    return mine.times[order[low[chosen] + within]], theirs.times[chosen]


def by_chains(asking: Asked, answering: Sequence[chains.Chains], most: int) -> Iterator[Vote]:
    """Yield the lies for which most chains of three vote in any window of the copy, best first.

    At most so many.

    `asking`: what `asked` made of the copy; `answering`: what `held` made of each part of the work.
    """
    hits = _hits(asking, answering)
    found = _proposed(hits)
    again = [_settled(hits, vote) for vote in _distinct(found, most * _SETTLED)]
    yield from _distinct(again, most)


def _proposed(hits: Hits) -> list[Vote]:
    found = [vote for window in _windows(hits) for vote in _winners(hits, window)]
    for octaves in (np.zeros(hits.copy.size), -hits.cents / OCTAVE):
        near = np.abs(hits.octaves - octaves) <= _ROUGH_OCTAVES
        found += _supposed(Hits(*(column[near] for column in hits._replace(octaves=octaves))))
    return found


def _distinct(found: Sequence[Vote], most: int) -> list[Vote]:
    """Return the votes with most voters, at most so many, of those that say the same the best."""
    kept: list[Vote] = []
    for vote in sorted(found, key=lambda vote: -vote.voters):
        if len(kept) == most:
            break
        if not any(_say_the_same(vote, one) for one in kept):
            kept.append(vote)
    return kept


def _say_the_same(vote: Vote, other: Vote) -> bool:
    """Tell whether both mean the same place in the work, as far as they know the factor."""
    missed = float(vote.lie.times(vote.middle) - other.lie.times(vote.middle))
    reach = _SAME_MS + _UNSETTLED * abs(vote.middle - other.middle)
    return abs(missed) <= reach and abs(vote.lie.cents - other.lie.cents) <= _SAME_CENTS


def _settled(hits: Hits, vote: Vote) -> Vote:
    """Let the hits around a vote's middle vote again, for a factor near its own in fine steps.

    Chains are too short to tell the factor; many that agree over seconds tell it well.
    """
    low, high = np.searchsorted(hits.copy, vote.middle + np.array([-0.5, 0.5]) * WINDOW_MS)
    some = Hits(*(column[low:high] for column in hits))
    some = Hits(*(column[np.abs(some.cents - vote.lie.cents) <= _SAME_CENTS] for column in some))
    factors = vote.lie.factor * _FACTORS
    centre = float(vote.lie.times(vote.middle))
    missed = some.work - centre - factors[:, None] * (some.copy - vote.middle)
    places = np.floor(missed / _FINE_MS).astype(np.int64) + _PLACES // 2
    row, hit = np.nonzero((places >= 0) & (places < _PLACES))
    votes = np.bincount(row * _PLACES + places[row, hit], minlength=factors.size * _PLACES)
    both = votes[:-1] + votes[1:]
    best, place = divmod(int(both.argmax()), _PLACES)
    offset = (place + 1 - _PLACES // 2) * _FINE_MS
    agree = np.abs(missed[best] - offset) <= _FINE_MS
    if agree.sum() < vote.voters:
        return vote
    return _vote(some._replace(octaves=np.full(agree.size, np.log2(factors[best]))), agree)


def _hits(asking: Asked, answering: Sequence[chains.Chains]) -> Hits:
    rows = [np.empty((0, 4)), *(_shared(asking, linked) for linked in answering)]
    return Hits(*np.unique(np.concatenate(rows), axis=0).T)  # parts overlap


def _shared(copy: Asked, work: chains.Chains) -> NDArray[np.float64]:
    """(n, 4) rows of hits."""
    sought = chains.terms(work).terms
    low, high = (np.searchsorted(copy.keys.terms, sought, side) for side in ("left", "right"))
    count = high - low
    theirs = np.repeat(np.arange(sought.size), count)
    within = np.arange(theirs.size) - np.repeat(np.cumsum(count) - count, count)
    mine = copy.keys.rows[low[theirs] + within]
    copied, worked = copy.linked.times[mine], work.times[theirs]
    cents = (work.cents[theirs] - copy.linked.cents[mine]).mean(axis=1)
    octaves = np.log2((worked[:, -1] - worked[:, 0]) / (copied[:, -1] - copied[:, 0]))
    rows = np.column_stack([copied.mean(axis=1), worked.mean(axis=1), cents, octaves])
    usual = (np.abs(cents) <= _MOST_CENTS) & (np.abs(octaves) <= np.log2(MOST_FACTOR))
    return np.asarray(rows[usual])


def _windows(hits: Hits) -> Iterator[slice]:
    """Yield runs of hits (which are in order of the copy) of overlapping stretches of the copy."""
    if not hits.copy.size:
        return
    start = int(hits.copy[0]) // _STEP_MS * _STEP_MS - _STEP_MS
    for begin in range(start, int(hits.copy[-1]) + 1, _STEP_MS):
        low, high = np.searchsorted(hits.copy, (begin, begin + WINDOW_MS))
        if high - low >= _LEAST_VOTES:
            yield slice(int(low), int(high))


def _supposed(hits: Hits) -> Iterator[Vote]:
    """Yield the lies with most voters in any window, of hits whose factor is known.

    So it is where only pitch, or only speed, may be changed; a chain is too short to tell it well.
    """
    window = np.concatenate([hits.copy // _STEP_MS - turn for turn in (0, 1)])
    some = Hits(*(np.tile(column, 2) for column in hits))
    there = some.work - 2**some.octaves * (some.copy - (window + 1) * _STEP_MS)
    for shift in (0.0, 0.5):  # what a border divides in one grid lies within in the other
        cents = np.floor(some.cents / (2 * _SAME_CENTS) + shift)
        place = np.floor(there / (2 * _SAME_MS) + shift)
        _, cell, voters = np.unique(
            np.stack([window, cents, place]), axis=1, return_inverse=True, return_counts=True
        )
        order = np.argsort(cell, kind="stable")
        ends = np.cumsum(voters)
        for best in np.argsort(-voters, kind="stable")[:_CELLS]:
            if voters[best] < _LEAST_VOTES:
                break
            yield _vote(some, order[ends[best] - voters[best] : ends[best]])


def _vote(hits: Hits, chosen: NDArray[np.int64] | NDArray[np.bool_]) -> Vote:
    """Return what the chosen hits vote for together."""
    voters = Hits(*(column[chosen] for column in hits))
    factor = 2 ** float(np.median(voters.octaves))
    offset = float(np.median(voters.work - factor * voters.copy))
    lie = Lie(float(np.median(voters.cents)), factor, offset)
    return Vote(lie, float(voters.copy.min()), float(voters.copy.max()), voters.copy.size)


def _winners(hits: Hits, window: slice) -> Iterator[Vote]:
    """Yield the lies that most hits of a window vote for."""
    some = Hits(*(column[window] for column in hits))
    if some.copy.size > _MOST_HITS:
        some = Hits(*(column[:: some.copy.size // _MOST_HITS + 1] for column in some))
    apart = some.copy[None] - some.copy[:, None]
    missed = some.work[None] - some.work[:, None] - 2 ** some.octaves[:, None] * apart
    agree = np.abs(missed) <= _SAME_MS + _DRIFT * np.abs(apart)
    agree &= np.abs(some.cents[None] - some.cents[:, None]) <= _SAME_CENTS
    agree &= np.abs(some.octaves[None] - some.octaves[:, None]) <= _SAME_OCTAVES
    for _ in range(_WINNERS):
        votes = agree.sum(axis=1)
        best = int(votes.argmax())
        if votes[best] < _LEAST_VOTES:
            return
        yield _vote(some, agree[best])
        agree = agree & ~agree[best] & ~agree[best][:, None]
