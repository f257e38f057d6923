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
    if _are_shared_ends(kept, ours, theirs, extents):
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


def _are_shared_ends(found: Sequence[Found], ours: Footage, theirs: Footage, ends: _Ends) -> bool:
    """Tell whether all that is shared is what films of one series or studio begin and end with.

    That is a short stretch near an end of the work, or one near each, beside which both go on, each
    with its own, for at least as long. What the copy shows counts: an opening put up between black
    is a copy.
    """
    known = sorted((one.span for one in found if one.score >= LINE), key=lambda span: span.copy)
    around = _Sides(ours, theirs, ends)
    return bool(known) and any(
        around.opens(known[:split], known[split:]) and around.closes(known[split:], known[:split])
        for split in range(len(known) + 1)
    )


class _Sides(NamedTuple):
    """What two films show before, between and after what they share."""

    ours: Footage
    theirs: Footage
    ends: _Ends

    def opens(self, spans: Sequence[Aligned], others: Sequence[Aligned]) -> bool:
        """Tell whether spans, if any, are an opening; the others come later."""
        if not spans:
            return True
        copy, work = _extent(spans)
        beside = self._least_beside(copy, work)
        end = min((one.copy[0] for one in others), default=self.ends.copy)
        near = copy[0] <= _ENDS_S and work[0] <= min(_ENDS_S, _ENDS * self.ends.work)
        after = _shown(self.ours, copy[1], end), _held(self.theirs, work[1], +1)
        return near and min(after) >= beside

    def closes(self, spans: Sequence[Aligned], others: Sequence[Aligned]) -> bool:
        """Tell whether spans, if any, are a closing; the others come before."""
        if not spans:
            return True
        copy, work = _extent(spans)
        beside = self._least_beside(copy, work)
        start = max((one.copy[1] for one in others), default=0.0)
        left = self.ends.copy - copy[1], self.ends.work - work[1]
        near = left[0] <= _ENDS_S and left[1] <= min(_ENDS_S, _ENDS * self.ends.work)
        before = _shown(self.ours, start, copy[0]), _held(self.theirs, work[0], -1)
        return near and min(before) >= beside

    def _least_beside(self, copy: tuple[float, float], work: tuple[float, float]) -> float:
        """Seconds that both must go on beside what they share; infinite where that is too long."""
        length = max(copy[1] - copy[0], work[1] - work[0])
        if length > max(_LOGO_S, min(_MOST_SHARED_S, _MOST_SHARED * min(self.ends))):
            return float("inf")
        return max(_LEAST_BESIDE_S, length)


def _extent(spans: Sequence[Aligned]) -> tuple[tuple[float, float], tuple[float, float]]:
    """From where to where spans reach, in copy and work."""
    copy = min(one.copy[0] for one in spans), max(one.copy[1] for one in spans)
    return copy, (min(one.work[0] for one in spans), max(one.work[1] for one in spans))


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
