"""Which segments to take: enough to recognise a film by, from all over it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawlers.media.stream import Piece, Segment

_MOST = 400


@dataclass(frozen=True, slots=True)
class Appetite:
    """How much of a stream is taken: `seconds` in all, at so many `places`, up to `size_bytes`.

    A stream that isn't longer is taken whole. Of a longer one its beginning is left out, a
    `prelude_s` or a twentieth: there stand the trailers, warnings and logos that films share.
    """

    seconds: float = 180.0
    places: int = 6
    prelude_s: float = 90.0
    size_bytes: int = 48 * 2**20


def sampled(segments: Sequence[Segment], appetite: Appetite) -> list[int]:
    """Return which segments to take, by their number, in the order to fetch them in.

    Each place is a run of neighbours; the places come in such an order that, wherever it ends, what
    was taken lies spread over the stream.
    """
    mine = _of_one_kind(segments)
    whole_s = sum(segments[number].seconds for number in mine)
    if whole_s <= appetite.seconds:
        return mine[:_MOST]
    skipped_s = min(appetite.prelude_s, whole_s / 20)
    run_s = appetite.seconds / appetite.places
    step_s = (whole_s - skipped_s) / appetite.places
    starts = list(accumulate((segments[number].seconds for number in mine), initial=0.0))
    chosen: dict[int, None] = {}
    for place in _spread(appetite.places):
        begin_s = skipped_s + place * step_s + (step_s - run_s) / 2
        first = bisect_right(starts, begin_s) - 1
        last = bisect_left(starts, begin_s + run_s)
        chosen.update(dict.fromkeys(mine[first:last]))
    return list(chosen)[:_MOST]


def _of_one_kind(segments: Sequence[Segment]) -> list[int]:
    """Return those segments that one and the same decoder reads: the longest kind of them."""
    kinds: defaultdict[Piece | None, list[int]] = defaultdict(list)
    for number, segment in enumerate(segments):
        kinds[segment.init].append(number)
    return max(
        kinds.values(), key=lambda mine: sum(segments[one].seconds for one in mine), default=[]
    )


def _spread(places: int) -> list[int]:
    """Return 0 … places - 1, each as far as can be from those before: the middle first."""
    order: list[int] = []
    stretches = [(0, places)]
    while stretches:
        begin, end = stretches.pop(0)
        if begin < end:
            middle = (begin + end) // 2
            order.append(middle)
            stretches += [(begin, middle), (middle + 1, end)]
    return order
