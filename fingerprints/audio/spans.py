"""Which stretch of a copy is which of a work, of segments that may overlap and say the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fingerprints.contract import Aligned

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fingerprints.audio.segment import Segment

_EDGE_S: Final = 3.0
"""A segment that ends so near the end of the copy or the work goes on to it."""
_LEAST_S: Final = 0.5
_SAME_S: Final = 0.3
_APART_S: Final = 2.0


def spans(
    segments: Iterable[Segment], copy_extent: float, work_extent: float
) -> tuple[Aligned, ...]:
    """Return spans apart from each other in the copy and in its order; best segments come first."""
    found: list[Segment] = []
    for segment in segments:
        _add(found, _held(segment, copy_extent, work_extent))
    found.sort(key=lambda one: one.span)
    aligned = (_aligned(one, work_extent) for one in found)
    return tuple(one for one in aligned if one.work[0] < one.work[1])


def _held(segment: Segment, copy_extent: float, work_extent: float) -> Segment:
    """Hold a segment to what there is of copy and work, and let it go on to an end that is near."""
    first = max(0.0, -segment.offset / segment.factor)
    last = min(copy_extent, (work_extent - segment.offset) / segment.factor)
    begin, end = segment.span
    begin = first if begin - first < _EDGE_S else begin
    end = last if last - end < _EDGE_S else end
    return segment._replace(span=(begin, end))


def _add(found: list[Segment], segment: Segment) -> None:
    """Add what of a segment no better one covers; one that says the same only lengthens that."""
    for number, other in enumerate(found):
        if _continues(segment, other):
            begin = min(segment.span[0], other.span[0])
            end = max(segment.span[1], other.span[1])
            rest = found[:number] + found[number + 1 :]
            found[number] = other._replace(span=_free((begin, end), rest, other.span))
            return
    begin, end = _free(segment.span, found, None)
    if end - begin >= _LEAST_S:
        found.append(segment._replace(span=(begin, end)))


def _continues(segment: Segment, other: Segment) -> bool:
    begin, end = segment.span
    if begin > other.span[1] + _APART_S or end < other.span[0] - _APART_S:
        return False
    return all(abs(segment.work(at) - other.work(at)) < _SAME_S for at in (begin, end))


def _free(
    span: tuple[float, float], found: list[Segment], core: tuple[float, float] | None
) -> tuple[float, float]:
    """Return the longest stretch of a span that none of the others covers, around its core."""
    pieces = [span]
    for other in found:
        low, high = other.span
        pieces = [
            piece
            for begin, end in pieces
            for piece in ((begin, min(end, low)), (max(begin, high), end))
            if piece[0] < piece[1]
        ]
    if core is not None:
        pieces = [piece for piece in pieces if piece[0] <= core[0] and core[1] <= piece[1]]
    return max(pieces, key=lambda piece: piece[1] - piece[0], default=core or (0.0, 0.0))


def _aligned(segment: Segment, work_extent: float) -> Aligned:
    begin, end = segment.span
    work = max(0.0, segment.work(begin)), min(work_extent, segment.work(end))
    return Aligned((float(begin), float(end)), (float(work[0]), float(work[1])))
