"""A second opinion on the body of a page: which words of each line trafilatura takes for it.

Trafilatura (Barbaresi, ACL 2021) goes by expressions for what sites call the elements of bodies,
and by how two older libraries judge. It reads the markup by itself, knows nothing of style sheets,
and gives a text: what it took is found again by the words that both texts have in the same order.
"""

from __future__ import annotations

import logging
import re
from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np
from rapidfuzz.distance import LCSseq

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

_WORDS: Final = re.compile(
    r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]|[^\W\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]+"
)
_MOST_MARKUP: Final = 3_000_000
_MOST_TAGS: Final = 20_000
"""Pages of more characters, or of more that may be tags, are not shown to trafilatura."""
_MOST_PAIRS: Final = 1 << 30
"""Words of one text times words of the other: a bit of memory each."""


def opinion(html: str, lines: Sequence[str]) -> NDArray[np.float64] | None:
    """Return the share [0, 1] of each line's words that trafilatura takes, (lines,); None if none.

    It has none of a page that is too large for it (3 million characters, 20,000 tags), where it
    fails, or where it finds nothing. The same page has the same opinion, whatever was asked before.
    """
    if len(html) > _MOST_MARKUP or html.count("<") > _MOST_TAGS:
        return None
    return shares(_body(html), lines)


def shares(body: str, lines: Sequence[str]) -> NDArray[np.float64] | None:
    """Return the share of each line's words that a body has, in order; None where it has none."""
    numbers: dict[str, int] = {}
    taken = [numbers.setdefault(word, len(numbers)) for word in _WORDS.findall(body)]
    said, at = [], []
    for number, line in enumerate(lines):
        words = _WORDS.findall(line)
        said += [numbers.get(word, -1) for word in words]
        at += [number] * len(words)
    if not taken or len(taken) * len(said) > _MOST_PAIRS:
        return None
    is_taken = np.zeros(len(said), np.bool_)
    for block in LCSseq.opcodes(said, taken).as_matching_blocks():
        is_taken[block.a : block.a + block.size] = True
    counts = np.bincount(at, minlength=len(lines))
    found: NDArray[np.float64] = np.bincount(at, is_taken, len(lines)) / np.maximum(counts, 1)
    return found if found.any() else None


def _body(html: str) -> str:
    """Return what trafilatura takes for the body; nothing where it fails."""
    try:
        return _extract()(html) or ""
    except Exception:  # noqa: BLE001 - whatever it raises, the first opinion stands
        return ""


@cache
def _extract() -> Callable[[str], str | None]:
    from trafilatura import extract  # noqa: PLC0415 - takes long, and few pages are asked about

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    return lambda html: extract(
        html, include_comments=False, include_tables=True, include_formatting=False
    )
