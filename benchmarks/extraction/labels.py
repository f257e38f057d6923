"""Which lines of a page are of its body, as far as what is known of it says."""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.extraction.cases import Case

UNKNOWN: Final = -1
_SPACE: Final = re.compile(r"\s+")
_LONG: Final = 25
_MOST_PLACES: Final = 30


def squeezed(text: str) -> str:
    """Return a text with its white space made one space each."""
    return _SPACE.sub(" ", text).strip()


def labels(case: Case, lines: Sequence[str]) -> list[int]:
    """Return 1 for a line of the body, 0 for one of something else, `UNKNOWN` for others."""
    return _by_gold(case.gold, lines) if case.gold is not None else _by_passages(case, lines)


def _by_gold(gold: str, lines: Sequence[str]) -> list[int]:
    whole = _SPACE.sub("", gold)
    rows = {_SPACE.sub("", row) for row in gold.split("\n")}
    found = []
    for line in lines:
        bare = _SPACE.sub("", line)
        if len(bare) >= _LONG:
            found.append(int(bare[:_LONG] in whole and bare[-_LONG:] in whole))
        else:
            found.append(1 if bare in rows else UNKNOWN if bare in whole else 0)
    return found


def _by_passages(case: Case, lines: Sequence[str]) -> list[int]:
    """A passage may stand in several places: in the body it is where the longest line is."""
    squeezed_lines = [squeezed(line) for line in lines]
    whole = " ".join(squeezed_lines)
    starts = list(accumulate((len(line) + 1 for line in squeezed_lines), initial=0))[:-1]
    found = [UNKNOWN] * len(lines)
    for passage in case.unwanted:
        for place in _places(squeezed(passage), whole, starts):
            for number in place:
                found[number] = 0
    for passage in case.wanted:
        places = _places(squeezed(passage), whole, starts)
        longest = max(places, key=lambda one: sum(len(lines[at]) for at in one), default=range(0))
        for number in longest:
            found[number] = 1
    return found


def _places(passage: str, whole: str, starts: Sequence[int]) -> list[range]:
    """Return the lines of each place where a passage stands."""
    found: list[range] = []
    at = whole.find(passage)
    while at >= 0 and len(found) < _MOST_PLACES:
        last = bisect_right(starts, at + max(0, len(passage) - 1))
        found.append(range(bisect_right(starts, at) - 1, last))
        at = whole.find(passage, at + 1)
    return found
