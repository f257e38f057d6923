"""Along a line in time: where the copy shows what the work shows, moment by moment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from fingerprints.image.hashes import BITS
from fingerprints.video import details, frames, pairs, placement, tones

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fingerprints.video.lines import Line
    from fingerprints.video.pairs import DetailPairs
    from fingerprints.video.placement import Placement
    from fingerprints.video.signature import Footage

_REACH_S: Final = 0.36  # between the time looked for and the nearest frame's
_LINE: Final = 84  # bits: a frame nearer than this speaks for the copy
_SCALE: Final = 10
_MOST: Final = 2.5
_LEAST: Final = -1.0
_TONE_LINE: Final = 0.65  # how alike the tones are of a frame that speaks for the copy
_TONE_SCALE: Final = 0.2
_FOR_NOTHING: Final = 1.5  # details of an anchor that agree by chance
_DROP: Final = 6.0  # so much against it ends a stretch
_NEAR_ANCHOR_S: Final = 0.6
_DETAILS_A_MOMENT: Final = 5
_INLIERS_A_FRAME: Final = 5.0
_LEAST_MOMENTS: Final = 5
_LEAST_SPAN_S: Final = 4.4  # frames are half a second apart: 5 seconds show that much
_LEAST_SHARE: Final = 0.8  # of what both show, where that is less: the rest is night, or black


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of the copy that follows the work along one line.

    `moments`: how many different ones agree. `frames`, `details`, `tones`: what each witness says.
    `distance`: mean bits of 256 between frames that agree. `fit`: what all moments say together,
    alike or not, to tell a good line from a better one.
    """

    start: float
    end: float
    line: Line
    moments: int
    frames: float
    details: float
    tones: float
    distance: float
    fit: float


@dataclass(frozen=True, slots=True)
class _Track:
    """What is seen along a line, at the copy's (n,) `times`; NaN where nothing is."""

    times: NDArray[np.float64]
    ours: NDArray[np.int64]
    theirs: NDArray[np.int64]
    distance: NDArray[np.float64]
    alike: NDArray[np.float64]
    worth: NDArray[np.float64]
    inliers: NDArray[np.float64]
    found: DetailPairs


def stretches(
    ours: Footage, theirs: Footage, line: Line, placed: Placement | None
) -> list[Stretch]:
    """Return the stretches in which copy and work agree, whatever they are worth."""
    track = _tracked(ours, theirs, line, placed)
    says = _says(track)
    return [_stretch(ours, theirs, line, track, says, bounds) for bounds in _rising(says)]


def _tracked(ours: Footage, theirs: Footage, line: Line, placed: Placement | None) -> _Track:
    chosen = pairs.sampled(ours)
    times = ours.times[chosen]
    other, distance = _along(ours, theirs, chosen, line)
    toned, alike, worth = _tones_along(ours, theirs, chosen, line)
    other = np.where(other < 0, toned, other)
    inliers = np.full(len(times), np.nan)
    found = pairs.DetailPairs(np.empty(0, np.int64), np.empty(0, np.int64))
    if placed is not None and len(ours.anchors):
        found = placement.guided(ours, theirs, line, placed)
        count = np.bincount(ours.anchor[found.copy], minlength=len(ours.anchors)).astype(float)
        count[~_meets(ours.anchors, theirs.anchors, line)] = np.nan
        nearest = _nearest(ours.anchors, times)
        near = np.abs(ours.anchors[nearest] - times) <= _NEAR_ANCHOR_S
        inliers = np.where(near, count[nearest], np.nan)
    return _Track(times, chosen, other, distance, alike, worth, inliers, found)


def _along(
    ours: Footage, theirs: Footage, chosen: NDArray[np.int64], line: Line
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """(n,) the frame of the work that each is most like near its time, and by how many bits."""
    there = line.there(ours.times[chosen])
    best, place = np.full(len(chosen), np.nan), np.full(len(chosen), -1)
    if not len(theirs.times):
        return place, best
    nearest = _nearest(theirs.times, there)
    shown = ours.hashed[chosen]
    flip = frames.MIRROR if line.mirrored else np.uint64(0)
    for step in (0, -1, 1):
        other = np.clip(nearest + step, 0, len(theirs.times) - 1)
        away = np.full(len(chosen), np.inf)
        for mine in pairs.views(ours):
            for words in pairs.views(theirs):
                bits = np.bitwise_count(mine[chosen] ^ flip ^ words[other]).sum(axis=1)
                away = np.minimum(away, bits)
        met = np.abs(theirs.times[other] - there) <= _REACH_S
        away[~(met & shown & theirs.hashed[other])] = np.inf
        better = away < np.where(np.isnan(best), np.inf, best)
        best[better], place[better] = away[better], other[better]
    return place, best


def _tones_along(
    ours: Footage, theirs: Footage, chosen: NDArray[np.int64], line: Line
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """(n,) the frame of the work with the tones most like each's, how alike, and what it says."""
    place, alike, says = (
        np.full(len(chosen), -1),
        np.full(len(chosen), np.nan),
        np.zeros(len(chosen)),
    )
    shown = np.flatnonzero(ours.toned[chosen])
    known = np.flatnonzero(theirs.toned)
    if not len(shown) or not len(known):
        return place, alike, says
    mine = ours.tones[chosen[shown]]
    if line.mirrored:
        mine = tones.mirrored(mine)
    there = line.there(ours.times[chosen[shown]])
    nearest = _nearest(theirs.times[known], there)
    for step in (0, -1, 1):
        other = known[np.clip(nearest + step, 0, len(known) - 1)]
        met = np.abs(theirs.times[other] - there) <= _REACH_S
        for view, away in pairs.tone_views(ours, theirs):
            worth, kappa = tones.worth(mine[:, view], theirs.tones[other, away])
            better = met & ~(kappa <= alike[shown])
            at = shown[better]
            place[at], alike[at], says[at] = other[better], kappa[better], worth[better]
    return place, alike, says


def _nearest(known: NDArray[np.float64], asked: NDArray[np.float64]) -> NDArray[np.int64]:
    after = np.clip(np.searchsorted(known, asked), 1, max(1, len(known) - 1))
    before = after - 1
    after = np.minimum(after, len(known) - 1)
    nearer = np.abs(known[after] - asked) < np.abs(known[before] - asked)
    return np.where(nearer, after, before)


def _meets(ours: NDArray[np.float64], theirs: NDArray[np.float64], line: Line) -> NDArray[np.bool_]:
    if not len(theirs):
        return np.zeros(len(ours), np.bool_)
    there = line.there(ours)
    return np.abs(theirs[_nearest(theirs, there)] - there) <= 2 * _NEAR_ANCHOR_S


def _says(track: _Track) -> NDArray[np.float64]:
    """(n,) how much each moment speaks for the copy, −1 to 2.5; 0 where nothing is seen."""
    by_frame = np.clip((_LINE - track.distance) / _SCALE, _LEAST, _MOST)
    by_details = np.clip(track.inliers - _FOR_NOTHING, _LEAST, _MOST)
    by_tones = np.clip((track.alike - _TONE_LINE) / _TONE_SCALE, _LEAST, 1.0)
    return np.nan_to_num(np.fmax(np.fmax(by_frame, by_details), by_tones))


def _rising(says: NDArray[np.float64]) -> list[tuple[int, int]]:
    """Indices of first and last moment of each stretch whose sum rises without a great drop."""
    found: list[tuple[int, int]] = []
    total, top, first, last = 0.0, 0.0, -1, -1
    for place, value in enumerate([*says.tolist(), -np.inf]):
        if first < 0:
            if value > 0:
                total = top = value
                first = last = place
            continue
        total += value
        if value > 0 and total >= top:
            top, last = total, place
        if total <= 0 or total < top - _DROP:
            found.append((first, last))
            first = -1
    return found


def _stretch(
    ours: Footage,
    theirs: Footage,
    line: Line,
    track: _Track,
    says: NDArray[np.float64],
    bounds: tuple[int, int],
) -> Stretch:
    first, last = bounds
    inside = np.arange(first, last + 1)
    agreeing = inside[says[inside] > 0]
    counted = _different(ours, theirs, track, agreeing)
    seen = counted[track.distance[counted] < _LINE]
    start, end = float(track.times[first]), float(track.times[last]) + pairs.QUERY_STEP_S
    span = float(track.times[last] - track.times[first])
    least = min(_LEAST_SPAN_S, _LEAST_SHARE * _shown_s(theirs, line, track))
    enough = len(counted) >= _LEAST_MOMENTS and span >= least
    return Stretch(
        start,
        end,
        line,
        len(counted),
        float(pairs.weight(track.distance[seen]).sum()) if enough else 0.0,
        _new_details(ours, theirs, track.found, (start, end)) if enough else 0.0,
        float(track.worth[counted].sum()) if enough else 0.0,
        float(track.distance[seen].mean()) if len(seen) else float(BITS) / 2,
        _fit(track, agreeing),
    )


def _shown_s(theirs: Footage, line: Line, track: _Track) -> float:
    """Seconds of the copy that show something, and the work too, if it is not over."""
    there = line.there(track.times)
    over = (there < theirs.times[0]) | (there > theirs.times[-1])
    both = int(np.count_nonzero(over | ~np.isnan(track.distance) | ~np.isnan(track.alike)))
    return max(0, both - 1) * pairs.QUERY_STEP_S


def _fit(track: _Track, agreeing: NDArray[np.int64]) -> float:
    shown = np.nan_to_num(track.inliers[agreeing]).sum() / _INLIERS_A_FRAME
    by_frames = pairs.weight(np.nan_to_num(track.distance[agreeing], nan=np.inf))
    return float(np.maximum(by_frames, track.worth[agreeing]).sum() + shown)


def _different(
    ours: Footage, theirs: Footage, track: _Track, agreeing: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the moments at which both films show something else than when last counted."""
    kept: list[int] = []
    last = -1, -1
    for place in agreeing.tolist():
        if track.theirs[place] < 0:
            continue
        shown = int(ours.stills[track.ours[place]]), int(theirs.stills[track.theirs[place]])
        if shown[0] != last[0] and shown[1] != last[1]:
            kept.append(place)
            last = shown
    return np.array(kept, np.int64)


def _new_details(
    ours: Footage, theirs: Footage, found: DetailPairs, span: tuple[float, float]
) -> float:
    """Count details that were not seen before, few of each moment: a still picture's count once."""
    times = ours.anchors[ours.anchor[found.copy]]
    inside = (times >= span[0] - _NEAR_ANCHOR_S) & (times <= span[1] + _NEAR_ANCHOR_S)
    i, j = found.copy[inside], found.work[inside]
    fresh = np.ones(len(i), np.bool_)
    for term in (details.terms(ours.details[i]), details.terms(theirs.details[j])):
        first = np.zeros(len(i), np.bool_)
        first[np.unique(term, return_index=True)[1]] = True
        fresh &= first
    counts = np.bincount(ours.anchor[i[fresh]], minlength=1)
    return float(np.minimum(counts, _DETAILS_A_MOMENT).sum())
