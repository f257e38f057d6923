"""Two constellations of peaks laid over each other, at whatever speed and pitch.

Chains that agree vote, in stretches of the copy, for a shift of pitch, then a factor of time, then
an offset, as in J. Six and M. Leman: "Panako" (2014). A winner is refined by least squares on the
peaks themselves, over ever longer stretches, and judged by how many more of them meet than chance
would have it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from fingerprints.audio import chains
from fingerprints.audio.segment import Segment, best_run

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from fingerprints.audio.peaks import Peaks

_WINDOW_MS: Final = 12_000
_MOST_CENTS: Final = 450
_MOST_FACTOR: Final = 1.45
_LEAST_VOTES: Final = 3
_MOST_HITS: Final = 600  # of one window
_WINNERS: Final = 3  # of one window

# How far two hits may differ and yet vote for the same.
_SAME_CENTS: Final = 25
_SAME_OCTAVES: Final = 0.06  # of the factor
_SAME_MS: Final = 150
_DRIFT: Final = 0.02

# A copy's peak meets a work's within this; the first time, and when refined.
_COARSE: Final = (150.0, 40.0)
_FINE: Final = (60.0, 25.0)
_RANK: Final = 1
_AROUND_MS: Final = 5000
_CLOSE: Final = (20.0, 10.0)
_MET_CLOSELY: Final = 0.1  # of a true copy's peaks, at the least
_MET_LOOSELY: Final = 0.06
_LEAST_CHANCE: Final = 0.009
_AT_ONCE_MS: Final = 25
_MOST_CHANCE: Final = 0.5
_FIT_PEAKS: Final = 8
_PROMISING: Final = 4.0  # evidence around the voters


class Hits(NamedTuple):
    """Chains that agree: (n,) milliseconds in copy and work, cents, octaves of the time factor."""

    copy: NDArray[np.float64]
    work: NDArray[np.float64]
    cents: NDArray[np.float64]
    octaves: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Lie:
    """How a work lies on a copy: millisecond t of the copy is `factor` · t + `offset` of it."""

    cents: float
    factor: float
    offset: float

    def times(self, copy: NDArray[np.int64] | float) -> NDArray[np.float64]:
        """Return the milliseconds in the work."""
        return np.asarray(self.factor * copy + self.offset, np.float64)


class Asked(NamedTuple):
    """Some chains of a copy, and the terms they are looked up by, ascending."""

    linked: chains.Chains
    keys: chains.Keys


_SHAPES: Final = (chains.VOTING_THREES, chains.VOTING_PAIRS)


def asked(peaks: Peaks) -> tuple[Asked, ...]:
    """Prepare a copy to be compared with works."""
    return tuple(_asked(chains.of_copy(peaks, shape)) for shape in _SHAPES)


def held(peaks: Peaks) -> tuple[chains.Chains, ...]:
    """Return what of a work's part votes."""
    return tuple(chains.of_work(peaks, shape) for shape in _SHAPES)


def _asked(linked: chains.Chains) -> Asked:
    keys = chains.near_terms(linked)
    order = np.argsort(keys.terms, kind="stable")
    return Asked(linked, chains.Keys(keys.terms[order], keys.rows[order]))


def segments(
    copy: Peaks,
    asking: Sequence[Asked],
    answering: Sequence[Sequence[chains.Chains]],
    work: Peaks,
) -> Iterator[Segment]:
    """Yield stretches of the copy that lie on the work, in no order; evidence in nats.

    `asking`: what `asked` made of the copy; `answering`: what `held` made of each part of the work.
    """
    hits = _hits(asking, answering)
    judged = copy.where(copy.ranks >= _RANK)
    # A long copy has more places at which strangers seem alike, and each costs more to pursue.
    promising = _PROMISING + np.log(max(1.0, copy.times[-1] / _WINDOW_MS))
    found: list[Segment] = []
    for window in _windows(hits):
        for lie, voters in _winners(hits, window):
            if any(_same(lie, one, float(voters.mean())) for one in found):
                continue
            segment = _grown(judged, work, lie, voters, promising)
            if segment is not None:
                found.append(segment)
                yield segment


def _hits(asking: Sequence[Asked], answering: Sequence[Sequence[chains.Chains]]) -> Hits:
    rows: list[NDArray[np.float64]] = [np.empty((0, 4))]
    for part in answering:
        rows += [_shared(one, linked) for one, linked in zip(asking, part, strict=True)]
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
    if chains.is_fixed(work):
        cents, octaves = np.zeros(cents.size), np.zeros(octaves.size)
    rows = np.column_stack([copied.mean(axis=1), worked.mean(axis=1), cents, octaves])
    usual = (np.abs(cents) <= _MOST_CENTS) & (np.abs(octaves) <= np.log2(_MOST_FACTOR))
    return np.asarray(rows[usual])


def _windows(hits: Hits) -> Iterator[slice]:
    """Yield runs of hits (which are in order of the copy) of overlapping stretches of the copy."""
    if not hits.copy.size:
        return
    step = _WINDOW_MS // 2
    for start in range(int(hits.copy[0]) // step * step - step, int(hits.copy[-1]) + 1, step):
        low, high = np.searchsorted(hits.copy, (start, start + _WINDOW_MS))
        if high - low >= _LEAST_VOTES:
            yield slice(int(low), int(high))


def _winners(hits: Hits, window: slice) -> Iterator[tuple[Lie, NDArray[np.float64]]]:
    """Yield the lies that most hits of a window vote for, with the milliseconds of their voters."""
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
        chosen = Hits(*(column[agree[best]] for column in some))
        factor = 2 ** float(np.median(chosen.octaves))
        offset = float(np.median(chosen.work - factor * chosen.copy))
        yield Lie(float(np.median(chosen.cents)), factor, offset), chosen.copy
        agree = agree & ~agree[best] & ~agree[best][:, None]


def _same(lie: Lie, segment: Segment, at_ms: float) -> bool:
    """Tell whether a segment already says this of the copy there."""
    begin, end = segment.span
    here = at_ms / 1000
    missed = float(lie.times(at_ms)) / 1000 - segment.work(here)
    return (
        begin <= here <= end
        and abs(missed) < _SAME_MS / 1000
        and abs(lie.cents - segment.cents) < _SAME_CENTS
    )


def _grown(
    copy: Peaks, work: Peaks, lie: Lie, voters: NDArray[np.float64], promising: float
) -> Segment | None:
    """Refine a lie on ever longer stretches around its voters, then judge it on the whole copy."""
    begin, end = float(voters.min()) - 1500, float(voters.max()) + 1500
    lie = _fitted(copy, work, lie, (begin, end), _COARSE)
    near = _judged(_within(copy, begin, end), work, lie)
    if near is None or near.evidence < promising:
        return None
    while begin > copy.times[0] or end < copy.times[-1]:
        lie = _fitted(copy, work, lie, (begin, end), _FINE)
        begin, end = begin - (end - begin) / 2, end + (end - begin) / 2
    return _judged(copy, work, _fitted(copy, work, lie, (begin, end), _FINE))


def _within(peaks: Peaks, begin: float, end: float) -> Peaks:
    low, high = np.searchsorted(peaks.times, (begin, end))
    return peaks.where(slice(int(low), int(high)))


def _fitted(
    copy: Peaks, work: Peaks, lie: Lie, stretch: tuple[float, float], within: tuple[float, float]
) -> Lie:
    some = _within(copy, *stretch)
    met = _nearest(some, work, lie, within)
    mine, theirs = np.flatnonzero(met >= 0), met[met >= 0]
    if mine.size < _FIT_PEAKS:
        return lie
    copied, worked = some.times[mine].astype(float), work.times[theirs].astype(float)
    slope, offset = np.polyfit(copied - copied[0], worked, 1)
    if not 1 / _MOST_FACTOR <= slope <= _MOST_FACTOR:
        return lie
    cents = float(np.median(work.cents[theirs] - some.cents[mine]))
    return Lie(cents, float(slope), float(offset - slope * copied[0]))


def _nearest(copy: Peaks, work: Peaks, lie: Lie, within: tuple[float, float]) -> NDArray[np.int64]:
    """(n,) number of the work's peak nearest to each of the copy's; -1 where none is within."""
    times, cents = lie.times(copy.times), copy.cents + lie.cents
    low = np.searchsorted(work.times, times - within[0])
    count = np.searchsorted(work.times, times + within[0], "right") - low
    nearest = np.full(copy.size, -1)
    best = np.ones(copy.size)
    for ahead in range(int(count.max(initial=0))):
        place = np.minimum(low + ahead, work.size - 1)
        apart = np.abs(work.cents[place] - cents) / within[1]
        apart = np.maximum(apart, np.abs(work.times[place] - times) / within[0])
        better = (ahead < count) & (apart <= best)
        nearest[better], best[better] = place[better], apart[better]
    return nearest


def _judged(copy: Peaks, work: Peaks, lie: Lie) -> Segment | None:
    """Weigh each peak that meets one of the work against those that don't, and find the stretch."""
    times, cents = lie.times(copy.times), copy.cents + lie.cents
    inside = (times >= work.times[0]) & (times <= work.times[-1]) & (cents >= 0)
    some = copy.where(inside)
    nearest = _nearest(some, work, lie, _FINE)
    gains = _gains(some, work, lie, nearest)
    first, last, evidence = best_run(gains)
    if last <= first:
        return None
    span = some.times[first] / 1000, some.times[last] / 1000
    missed = float((nearest[first : last + 1] < 0).mean())
    return Segment(evidence, span, lie.factor, lie.offset / 1000, missed, lie.cents)


def _gains(copy: Peaks, work: Peaks, lie: Lie, nearest: NDArray[np.int64]) -> NDArray[np.float64]:
    """(n,) how much likelier in a copy than by chance each peak's meeting or missing another is."""
    chance = _chance(copy, work, lie)
    away = np.abs(work.times[nearest] - lie.times(copy.times)) / _CLOSE[0]
    away = np.maximum(away, np.abs(work.cents[nearest] - copy.cents - lie.cents) / _CLOSE[1])
    share = _CLOSE[0] * _CLOSE[1] / (_FINE[0] * _FINE[1])
    close = np.log(_MET_CLOSELY / (chance * share + _LEAST_CHANCE))
    loose = np.log(_MET_LOOSELY / (chance * (1 - share) + _LEAST_CHANCE))
    missed = np.log((1 - _MET_CLOSELY - _MET_LOOSELY) / (1 - chance))
    met = np.maximum(np.where(away <= 1, close, loose), 0)
    return np.asarray(np.where(nearest >= 0, met / _together(copy, nearest), np.minimum(missed, 0)))


def _together(copy: Peaks, nearest: NDArray[np.int64]) -> NDArray[np.float64]:
    """(n,) what each meeting peak's gain is to be divided by: the overtones of a note meet at once.

    Of n that meet together, the gains count as of the square root of n.
    """
    struck = np.cumsum(np.diff(copy.times, prepend=copy.times[:1]) > _AT_ONCE_MS)
    meeting = np.bincount(struck, weights=nearest >= 0)
    return np.asarray(np.sqrt(np.maximum(meeting[struck], 1)))


def _chance(copy: Peaks, work: Peaks, lie: Lie) -> NDArray[np.float64]:
    """(n,) how likely a peak meets one anyhow: by how many like it stand around its place."""
    pitch = np.floor((copy.cents + lie.cents) / _FINE[1]).astype(np.int64)
    places = np.round(lie.times(copy.times)).astype(np.int64)
    counts = np.zeros(copy.size)
    theirs = work.cents // int(_FINE[1])
    width = int(work.times[-1]) + 4 * _AROUND_MS
    # One number for pitch and time, so that one search counts what is near in both.
    held = np.sort(theirs * width + work.times)
    for beside in (-1, 0, 1):
        row = (pitch + beside) * width
        for sign, reach in ((1, _AROUND_MS), (-1, int(_FINE[0]))):
            low = np.maximum(places - reach, 0)
            found = np.searchsorted(held, row + places + reach, "right")
            counts += sign * (found - np.searchsorted(held, row + low))
    rate = counts * _FINE[0] / (_AROUND_MS - _FINE[0])
    return np.asarray((1 - np.exp(-rate)).clip(0, _MOST_CHANCE))
