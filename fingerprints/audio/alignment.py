"""Two constellations of peaks laid over each other, at whatever speed and pitch.

What the votes propose is refined by least squares on the peaks themselves, over ever longer
stretches, and judged by how many of the work's peaks the copy has: more than chance would have it.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from fingerprints.audio import loops, votes
from fingerprints.audio.lie import Lie
from fingerprints.audio.segment import Segment, best_run

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from fingerprints.audio.chains import Chains
    from fingerprints.audio.peaks import Peaks

# A peak of the copy meets one of the work within this; the first time, and when refined.
_COARSE: Final = (150.0, 40.0)
_FINE: Final = (60.0, 25.0)
_CLOSE: Final = (20.0, 10.0)
_WORK_RANK: Final = 2
_FIT_PEAKS: Final = 8
_SAME_MS: Final = 150
_SAME_CENTS: Final = 25
_MARGIN_MS: Final = 1500
_EDGE: Final = 0.002

# What is taken of a true copy's peaks to meet, and of chance.
_MET_CLOSELY: Final = 0.2
_MET_LOOSELY: Final = 0.08
_LEAST_CHANCE: Final = 0.004
_MOST_CHANCE: Final = 0.5
_UNSEEN: Final = 0.3  # peaks more than were counted
_WORTH_DOUBT: Final = 8.0
_LEAST_FRESH: Final = 0.15  # of the peaks
_AROUND_MS: Final = 5000
_AT_ONCE_MS: Final = 25
_MOMENT_MS: Final = 400
_MOST_A_MOMENT: Final = 4.0
_PROMISING: Final = 3.0  # evidence around the voters
_TRIED: Final = 6  # votes of each kind
_TRIED_OF_WINDOWS: Final = 0.1  # more of them, of a copy's windows


@dataclass(frozen=True, slots=True)
class Sky:
    """A copy's peaks, prepared to be searched by works'.

    `rows`: (n,) ascending, pitch and time in one number, so that one search counts what is near in
    both; by how near it has to be. `width`: what a step of pitch is of it. `band`: cents between
    which it has peaks.
    """

    peaks: Peaks
    rows: dict[tuple[float, float], NDArray[np.int64]]
    width: int
    band: tuple[int, int]
    asked: votes.Asked


def sky(peaks: Peaks) -> Sky:
    """Prepare a copy's peaks."""
    width = (int(peaks.times[-1]) if peaks.size else 0) + 4 * _AROUND_MS
    rows = {
        within: np.sort(peaks.cents // int(within[1]) * width + peaks.times)
        for within in (_CLOSE, _FINE)
    }
    cents = peaks.cents if peaks.size else np.zeros(1, np.int64)
    band = int(np.quantile(cents, _EDGE)), int(np.quantile(cents, 1 - _EDGE))
    return Sky(peaks, rows, width, band, votes.asked(peaks))


class Work(NamedTuple):
    """A work's strong peaks, and the chains of its parts that vote."""

    peaks: Peaks
    linked: Sequence[Chains]


def work(peaks: Peaks, parts: Sequence[Peaks]) -> Work:
    """Prepare a work's peaks: of the whole, and of its parts."""
    strong = peaks.where(peaks.ranks >= _WORK_RANK)
    return Work(strong, [votes.held(part) for part in parts])


def segments(copy: Sky, work: Work) -> Iterator[Segment]:
    """Yield stretches of the copy that lie on the work, in no order; evidence in nats."""
    if not copy.peaks.size or not work.peaks.size:
        return
    # A long copy has more places at which strangers seem alike, and each costs more to pursue.
    windows = max(1.0, copy.peaks.times[-1] / votes.WINDOW_MS)
    promising = _PROMISING + float(np.log(windows))
    most = _TRIED + int(windows * _TRIED_OF_WINDOWS)
    found: list[Segment] = []
    for proposed in (
        votes.by_peaks(copy.peaks, work.peaks, most),
        votes.by_chains(copy.asked, work.linked, most),
    ):
        new = (vote for vote in proposed if not any(_same(vote, one) for one in found))
        for vote in islice(new, most):
            segment = _grown(copy, work.peaks, vote, promising)
            if segment is not None:
                found.append(segment)
                yield segment


def _same(vote: votes.Vote, segment: Segment) -> bool:
    """Tell whether a segment already says this of the copy there, at the same factor."""
    covers = segment.span[0] <= vote.middle / 1000 <= segment.span[1]
    return (
        covers
        and abs(vote.lie.cents - segment.cents) < _SAME_CENTS
        and all(
            abs(float(vote.lie.times(at)) / 1000 - segment.work(at / 1000)) < _SAME_MS / 1000
            for at in (vote.begin, vote.end)
        )
    )


def _grown(copy: Sky, work: Peaks, vote: votes.Vote, promising: float) -> Segment | None:
    """Refine a lie on ever longer stretches around its voters, then judge it on the whole copy."""
    begin, end = vote.begin - _MARGIN_MS, vote.end + _MARGIN_MS
    near, lie = _refined(copy, work, vote.lie, (begin, end))
    if near < promising:
        return None
    first, last = lie.copy_times(work.times[0]), lie.copy_times(work.times[-1])
    first, last = max(first, copy.peaks.times[0]), min(last, copy.peaks.times[-1])
    while begin > first or end < last:
        begin, end = begin - (end - begin) / 2, end + (end - begin) / 2
        lie = _fitted(copy, work, lie, (begin, end), _FINE)
    return _judged(copy, work, lie)


def _refined(copy: Sky, work: Peaks, lie: Lie, stretch: tuple[float, float]) -> tuple[float, Lie]:
    """Return a lie fitted to a stretch of the copy, after how much speaks for it there."""
    for within in (_COARSE, _FINE):
        lie = _fitted(copy, work, lie, stretch, within)
    near = _judged(copy, _within(work, lie, *stretch), lie)
    return near.evidence if near else 0.0, lie


def _within(work: Peaks, lie: Lie, begin: float, end: float) -> Peaks:
    """Return the work's peaks that lie in that stretch of the copy."""
    return _between(work, float(lie.times(begin)), float(lie.times(end)))


def _between(peaks: Peaks, begin: float, end: float) -> Peaks:
    low, high = np.searchsorted(peaks.times, (begin, end))
    return peaks.where(slice(int(low), int(high)))


def _fitted(
    copy: Sky, work: Peaks, lie: Lie, stretch: tuple[float, float], within: tuple[float, float]
) -> Lie:
    some = _within(work, lie, *stretch)
    met = _nearest(copy.peaks, some, lie, within)
    theirs, mine = np.flatnonzero(met >= 0), met[met >= 0]
    if mine.size < _FIT_PEAKS:
        return lie
    copied, worked = copy.peaks.times[mine].astype(float), some.times[theirs].astype(float)
    slope, offset = np.polyfit(copied - copied[0], worked, 1)
    if not 1 / votes.MOST_FACTOR <= slope <= votes.MOST_FACTOR:
        return lie
    cents = float(np.median(some.cents[theirs] - copy.peaks.cents[mine]))
    return Lie(cents, float(slope), float(offset - slope * copied[0]))


def _nearest(copy: Peaks, work: Peaks, lie: Lie, within: tuple[float, float]) -> NDArray[np.int64]:
    """(n,) number of the copy's peak nearest to each of the work's; -1 where none is within."""
    times, cents = lie.copy_times(work.times), work.cents - lie.cents
    low = np.searchsorted(copy.times, times - within[0])
    count = np.searchsorted(copy.times, times + within[0], "right") - low
    nearest = np.full(work.size, -1)
    best = np.ones(work.size)
    for ahead in range(int(count.max(initial=0))):
        place = np.minimum(low + ahead, copy.size - 1)
        apart = np.abs(copy.cents[place] - cents) / within[1]
        apart = np.maximum(apart, np.abs(copy.times[place] - times) / within[0])
        better = (ahead < count) & (apart <= best)
        nearest[better], best[better] = place[better], apart[better]
    return nearest


def _judged(copy: Sky, work: Peaks, lie: Lie) -> Segment | None:
    """Weigh each of the work's peaks that the copy has against those it has not."""
    times, cents = lie.copy_times(work.times), work.cents - lie.cents
    inside = (times >= copy.peaks.times[0]) & (times <= copy.peaks.times[-1])
    inside &= (cents >= copy.band[0]) & (cents <= copy.band[1])
    some, times, cents = work.where(inside), times[inside], cents[inside]
    nearest = _nearest(copy.peaks, some, lie, _FINE)
    gains = _gains(copy, times, cents, nearest)
    first, last, evidence = best_run(gains)
    if last <= first:
        return None
    if evidence >= _WORTH_DOUBT:
        evidence = min(evidence, _beyond_loops(work, some, gains, slice(first, last + 1)))
    missed = float((nearest[first : last + 1] < 0).mean())
    span = float(times[first]) / 1000, float(times[last]) / 1000
    return Segment(evidence, span, lie.factor, lie.offset / 1000, missed, lie.cents)


def _beyond_loops(work: Peaks, some: Peaks, gains: NDArray[np.float64], run: slice) -> float:
    """Return how much a run would gain if all its peaks did as those that are of no loop.

    `gains`: of `some` of the work's peaks. Infinite where too few are of no loop to tell.
    """
    times = some.times[run]
    around = _between(work, times[0] - loops.LONGEST_MS, times[-1] + loops.LONGEST_MS)
    again = loops.looped(around)
    place = np.searchsorted(_places(around), _places(some.where(run)))
    fresh = ~again[place]
    if fresh.mean() < _LEAST_FRESH:
        return float("inf")
    return float(gains[run][fresh].mean() * fresh.size)


def _places(peaks: Peaks) -> NDArray[np.int64]:
    return peaks.times << 16 | peaks.cents


def _gains(
    copy: Sky, times: NDArray[np.float64], cents: NDArray[np.float64], nearest: NDArray[np.int64]
) -> NDArray[np.float64]:
    """(n,) how much likelier in a copy than by chance each peak's meeting or missing another is.

    `times`, `cents`: where in the copy the work's peaks should be.
    """
    closely, loosely = _chances(copy, times, cents)
    away = np.abs(copy.peaks.times[nearest] - times) / _CLOSE[0]
    away = np.maximum(away, np.abs(copy.peaks.cents[nearest] - cents) / _CLOSE[1])
    chance = np.where(away <= 1, _MET_CLOSELY / closely, _MET_LOOSELY / loosely)
    met = np.maximum(np.log(chance), 0) / _together(times, nearest)
    missed = np.log((1 - _MET_CLOSELY - _MET_LOOSELY) / (1 - closely - loosely).clip(0.3))
    gains = np.where(nearest >= 0, met, np.minimum(missed, 0))
    return gains * _bounded(times, np.maximum(gains, 0))


def _bounded(times: NDArray[np.float64], gains: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n,) what to multiply each gain by, so that no moment tells more than a whole motif does.

    A few notes in the same steps are found in most tunes; only that they go on alike tells.
    """
    moment = ((times - times[:1]) // _MOMENT_MS).astype(np.int64)
    total = np.bincount(moment, weights=gains)
    share = _MOST_A_MOMENT * -np.expm1(-total / _MOST_A_MOMENT) / np.maximum(total, 1e-9)
    return np.asarray(np.where(gains > 0, share[moment], 1.0))


def _together(times: NDArray[np.float64], nearest: NDArray[np.int64]) -> NDArray[np.float64]:
    """(n,) what each meeting peak's gain is to be divided by: the overtones of a note meet at once.

    Of n that meet together, the gains count as of the square root of n.
    """
    struck = np.cumsum(np.diff(times, prepend=times[:1]) > _AT_ONCE_MS)
    meeting = np.bincount(struck, weights=nearest >= 0)
    return np.asarray(np.sqrt(np.maximum(meeting[struck], 1)))


def _chances(
    copy: Sky, times: NDArray[np.float64], cents: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How likely each place has a peak closely and loosely by chance: (n,) both.

    As if when and how high peaks are were independent: two tunes of one scale and one beat meet
    often, and that says nothing.
    """
    close, loose = (
        (_alike(copy, times, cents, within) + _UNSEEN)
        / (2 * (_AROUND_MS - _FINE[0]))
        * (2 * within[0] * _crowd(copy, times, within[0]))
        for within in (_CLOSE, _FINE)
    )
    closely = (1 - np.exp(-close)).clip(0, _MOST_CHANCE) + _LEAST_CHANCE
    loosely = ((1 - np.exp(-loose)).clip(0, _MOST_CHANCE) - closely).clip(2 * _LEAST_CHANCE)
    return closely, loosely


def _alike(
    copy: Sky, times: NDArray[np.float64], cents: NDArray[np.float64], within: tuple[float, float]
) -> NDArray[np.float64]:
    """(n,) how many peaks of a pitch stand around each place, but not at it."""
    rows = copy.rows[within]
    pitch = np.floor(cents / within[1]).astype(np.int64)
    places = np.round(times).astype(np.int64)
    counts = np.zeros(times.size)
    for beside in (-1, 0, 1):
        row = (pitch + beside) * copy.width
        for sign, reach in ((1, _AROUND_MS), (-1, int(_FINE[0]))):
            low = np.maximum(places - reach, 0)
            until = np.searchsorted(rows, row + places + reach, "right")
            counts += sign * (until - np.searchsorted(rows, row + low))
    return counts * (2 / 3)  # of three steps of pitch, two are within reach


def _crowd(copy: Sky, times: NDArray[np.float64], reach: float) -> NDArray[np.float64]:
    """(n,) how many times as many peaks of any pitch as usual there are at each place."""
    here, around = (
        np.searchsorted(copy.peaks.times, times + by, "right")
        - np.searchsorted(copy.peaks.times, times - by)
        for by in (reach, _AROUND_MS)
    )
    return np.asarray((here + _UNSEEN) / (around * reach / _AROUND_MS + _UNSEEN))
