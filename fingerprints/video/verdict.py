"""What stretches of a film that look alike are worth, and what they are worth nothing for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from fingerprints.calibration import calibration
from fingerprints.contract import Aligned, Part
from fingerprints.video import signature
from fingerprints.video.matching import matched
from fingerprints.video.pairs import QUERY_STEP_S

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from fingerprints.contract import Fingerprint
    from fingerprints.video.signature import Footage
    from fingerprints.video.walk import Stretch

LINE: Final = 0.5
_WITNESSES: Final = ("frames", "details", "tones")
_MOST_SHARED_S: Final = 95.0
_MOST_SHARED: Final = 0.35  # of either film
_LOGO_S: Final = 10.0  # of any film
_ENDS_S: Final = 150.0  # of a film: where opening and closing sequences are
_ENDS: Final = 0.15  # of a work
_LEAST_BESIDE_S: Final = 8.0
_SHARED_SCORE: Final = 0.45
_PIECE_S: Final = 30.0
_NO_TERMS: Final = np.empty(0, np.int64)


class _Ends(NamedTuple):
    """Where both films end, in seconds."""

    copy: float
    work: float


class Found(NamedTuple):
    """A stretch with its score and where it lies."""

    score: float
    stretch: Stretch
    span: Aligned


def footage(fingerprint: Fingerprint) -> Footage:
    """Return what a fingerprint's parts hold, as one."""
    return signature.joined([signature.unpacked(part.signature) for part in fingerprint.parts])


def evidence(query: Fingerprint, reference: Fingerprint) -> dict[str, float]:
    """Return each witness's raw statistic for one pair, 0.0 where there is none.

    `frames`: how near the hashes of different moments are, summed. `details`: how many different
    patches lie at the same place at the same time. `tones`: what frames with little in them say.
    Each of the best stretch.
    """
    found = matched(footage(query), footage(reference))
    return {name: max((getattr(one, name) for one in found), default=0.0) for name in _WITNESSES}


def pieces(fingerprint: Fingerprint) -> list[Fingerprint]:
    """Cut a film in pieces of half a minute, to calibrate with where films are few.

    The first and the last of three and more are left out: films share openings and credits.
    """
    whole = footage(fingerprint)
    starts = np.arange(0.0, max(_PIECE_S, fingerprint.extent - _PIECE_S / 2), _PIECE_S).tolist()
    inner = starts[1:-1] or starts
    cut = (signature.between(whole, start, start + _PIECE_S) for start in inner)
    return [
        replace(fingerprint, parts=(Part(one.stretches[0, 0], _NO_TERMS, signature.packed(one)),))
        for one in cut
        if len(one.times)
    ]


def judged(query: Fingerprint, reference: Fingerprint) -> list[Found]:
    """Return the stretches, best first, none overlapping a better one in the copy."""
    ours, theirs = footage(query), footage(reference)
    extents = _Ends(query.extent, reference.extent)
    found = [_found(one, extents) for one in matched(ours, theirs)]
    kept: list[Found] = []
    for one in sorted(found, key=lambda one: -one.score):
        whole = _beside(one, kept)
        if whole is not None:
            kept.append(whole)
    if _is_shared_opening(kept, ours, theirs, extents):
        return [one._replace(score=min(one.score, _SHARED_SCORE)) for one in kept]
    return kept


def _found(one: Stretch, extents: _Ends) -> Found:
    known = calibration("video")
    score = known.best({name: getattr(one, name) for name in _WITNESSES})
    copy = max(0.0, one.start), min(extents[0], one.end)
    work = tuple(
        float(np.clip(time, 0.0, extents[1])) for time in one.line.there(np.array(copy)).tolist()
    )
    return Found(score, one, Aligned(copy, (work[0], work[1])))


def _beside(one: Found, kept: Sequence[Found]) -> Found | None:
    """Cut off what a better stretch already covers; None where next to nothing is left."""
    (start, end), (first, last) = one.span.copy, one.span.work
    speed = one.stretch.line.speed
    for other in kept:
        low, high = other.span.copy
        if high <= start or low >= end:
            continue
        if low - start >= end - high:
            last, end = last - speed * (end - low), low
        else:
            first, start = first + speed * (high - start), high
    if end - start < 1.0 or last - first < 1.0:
        return None
    return one._replace(span=Aligned((start, end), (first, last)))


def _is_shared_opening(found: Sequence[Found], ours: Footage, theirs: Footage, ends: _Ends) -> bool:
    """Tell whether all that is shared is what films of one series or studio begin or end with.

    That is a short stretch near an end of the work, beside which both go on, each with its own, for
    at least as long. What the copy shows counts: an opening put up between black is a copy.
    """
    known = [one.span for one in found if one.score >= LINE]
    if not known:
        return False
    work = min(one.work[0] for one in known), max(one.work[1] for one in known)
    copy = min(one.copy[0] for one in known), max(one.copy[1] for one in known)
    length = max(copy[1] - copy[0], work[1] - work[0])
    if length > max(_LOGO_S, min(_MOST_SHARED_S, _MOST_SHARED * min(ends))):
        return False
    beside = max(_LEAST_BESIDE_S, length)
    near = min(_ENDS_S, _ENDS * ends.work)
    opens = copy[0] <= _ENDS_S and work[0] <= near
    closes = ends.copy - copy[1] <= _ENDS_S and ends.work - work[1] <= near
    after = opens and _shown(ours, copy[1], ends.copy) >= beside <= _held(theirs, work[1], +1)
    before = closes and _shown(ours, 0.0, copy[0]) >= beside <= _held(theirs, work[0], -1)
    return after or before


def _shown(ours: Footage, start: float, end: float) -> float:
    """Seconds of the copy between two times in which there is something to see."""
    times = ours.times[(ours.times >= start) & (ours.times < end)]
    return len(np.unique(np.floor(times / QUERY_STEP_S))) * QUERY_STEP_S


def _held(theirs: Footage, place: float, way: int) -> float:
    """Seconds of the work at hand after (+1) or before (−1) a place, without a gap."""
    reached = place
    for start, end in theirs.stretches[::way].tolist():
        if start <= reached + 1e-6 and end >= reached - 1e-6:
            reached = end if way > 0 else start
    return abs(reached - place)


def mean_distance(found: Sequence[Found]) -> float:
    """Return the mean bits of 256 by which the frames of the stretches differ."""
    spans: NDArray[np.float64] = np.array([one.span.copy[1] - one.span.copy[0] for one in found])
    return float(np.average([one.stretch.distance for one in found], weights=spans))
