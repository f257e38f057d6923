"""Which stretches of a copy follow a work, and where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from fingerprints.video import lines, pairs, placement, walk
from fingerprints.video.lines import Line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fingerprints.video.pairs import DetailPairs, Moments
    from fingerprints.video.signature import Footage
    from fingerprints.video.walk import Stretch

_LEAST_VOTES: Final = 1.0
_MOST_FAILURES: Final = 3  # lines, one after another, along which nothing is found
_MOST_LINES: Final = 24
_ON_LINE_S: Final = 0.75
_LINES_AT_ONCE: Final = 4  # of each way round
_LEAST_FIT: Final = 3.0
_LEAST_MOMENTS: Final = 3
_PLAIN_FRAMES: Final = 12.0
_PLAIN_DISTANCE: Final = 32.0
_MOST_TURNS: Final = 3
_STEPS_S: Final = (0.9, 0.45, 0.2)
_BETTER: Final = 1.01


def matched(ours: Footage, theirs: Footage) -> list[Stretch]:
    """Return the stretches of ours that follow theirs, those found first that say most.

    They may overlap a little. Several come of cut-out scenes, medleys and changed orders.
    """
    everything = pairs.detail_pairs(ours.details, theirs.details)
    search = [_Search(ours, theirs, everything, mirrored=way) for way in (False, True)]
    found: list[Stretch] = []
    failures = 0
    for _ in range(_MOST_LINES):
        if failures == _MOST_FAILURES:
            break
        best = max((way.best() for way in search), key=lambda one: one.fit)
        if best.fit == 0:
            break
        kept = search[best.line.mirrored].polished(best)
        failures = 0 if kept else failures + 1
        found += kept
        for way in search:
            way.forget(kept)
    return found


class _Walked(NamedTuple):
    line: Line
    found: list[Stretch]

    @property
    def fit(self) -> float:
        return sum(one.fit for one in self.found)

    @property
    def is_plain(self) -> bool:
        """Whether whole frames are so near that there is no better line."""
        return any(
            one.frames >= _PLAIN_FRAMES and one.distance <= _PLAIN_DISTANCE for one in self.found
        )


class _Search:
    """The moments of one way round that no stretch has explained yet."""

    def __init__(
        self, ours: Footage, theirs: Footage, everything: DetailPairs, *, mirrored: bool
    ) -> None:
        self._ours, self._theirs, self._mirrored = ours, theirs, mirrored
        self._pairs = pairs.oriented(ours.details, theirs.details, everything, mirrored=mirrored)
        self.moments: Moments = pairs.together(
            pairs.frame_moments(ours, theirs, mirrored=mirrored),
            pairs.tone_moments(ours, theirs, mirrored=mirrored),
            pairs.detail_moments(ours, theirs, self._pairs, mirrored=mirrored),
        )

    def best(self) -> _Walked:
        """Walk along the lines with the most votes; forget those along which there is nothing."""
        walked = [_Walked(Line(1.0, 0.0, self._mirrored), [])]
        for line in lines.best(self.moments, mirrored=self._mirrored, count=_LINES_AT_ONCE):
            if line.votes < _LEAST_VOTES:
                continue
            one = self._along(lines.refined(line, self.moments))
            if one.fit < _LEAST_FIT or max(part.moments for part in one.found) < _LEAST_MOMENTS:
                self._leave(line)
                continue
            walked.append(one)
            if one.is_plain:
                break
        return max(walked, key=lambda one: one.fit)

    def polished(self, best: _Walked) -> list[Stretch]:
        """Turn and move a line as long as that makes it fit better; return what it is worth."""
        first = best.line
        for step in _STEPS_S if not best.is_plain else ():
            for _ in range(_MOST_TURNS):
                tried = [self._along(line) for line in _beside(best, step)]
                better = max(tried, key=lambda one: one.fit)
                if better.fit <= best.fit * _BETTER:
                    break
                best = better
        found = [one for one in best.found if max(one.frames, one.details, one.tones) > 0]
        if not found:
            self._leave(first)
            self._leave(best.line)
        return found

    def _along(self, line: Line) -> _Walked:
        placed = placement.fitted(self._ours, self._theirs, self._pairs, line)
        return _Walked(line, walk.stretches(self._ours, self._theirs, line, placed))

    def _leave(self, line: Line) -> None:
        self.moments = self.moments.only(~lines.on(line, self.moments, _ON_LINE_S))

    def forget(self, explained: list[Stretch]) -> None:
        """Leave out the moments of the copy that are explained."""
        for one in explained:
            outside = (self.moments.copy < one.start) | (self.moments.copy > one.end)
            self.moments = self.moments.only(outside)


def _beside(best: _Walked, step: float) -> Iterator[Line]:
    """Yield lines that lie a step from one, at the middle or at the ends of what fits."""
    line = best.line
    start, end = min(one.start for one in best.found), max(one.end for one in best.found)
    middle, reach = (start + end) / 2, max(1.0, (end - start) / 2)
    for move, tilt in ((step, 0.0), (-step, 0.0), (0.0, step), (0.0, -step)):
        speed = min(max(line.speed + tilt / reach, lines.SLOWEST), lines.FASTEST)
        there = line.speed * middle + line.offset + move
        yield line._replace(speed=speed, offset=there - speed * middle)
    there = line.speed * middle + line.offset
    yield line._replace(speed=1.0, offset=there - middle)
