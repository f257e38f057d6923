"""Scores of an extractor on pages, with intervals.

Where passages are known, those found are counted as trafilatura's bench does it: a passage that
belongs to the body and is there is a true positive, one that doesn't and is there a false one.
Where the whole body is known, words (a Chinese, Japanese or Korean character each) are counted as
a bag.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from benchmarks.extraction.labels import squeezed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.extraction.cases import Case

_WORDS: Final = re.compile(
    r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]|[^\W\u2e80-\u9fff\uac00-\ud7af]+"
)
_ROUNDS: Final = 1000


@dataclass(frozen=True, slots=True)
class Hit:
    """What one page gave: true and false positives, and false negatives, as shares or numbers."""

    true: float
    false: float
    missed: float


@dataclass(frozen=True, slots=True)
class Score:
    """Precision, recall and F1 over pages; `low` and `high` hold F1 in 95 of 100 samples."""

    precision: float
    recall: float
    f1: float
    low: float
    high: float


def hit(case: Case, text: str) -> Hit:
    """Compare what an extractor gave with what is known."""
    if case.gold is None:
        said = squeezed(text)
        true = sum(squeezed(one) in said for one in case.wanted)
        false = sum(squeezed(one) in said for one in case.unwanted)
        return Hit(true, false, len(case.wanted) - true)
    given, known = Counter(_WORDS.findall(text)), Counter(_WORDS.findall(case.gold))
    common = (given & known).total()
    whole = max(1, known.total())
    return Hit(common / whole, (given.total() - common) / whole, 1 - common / whole)


def score(hits: Sequence[Hit], *, by_page: bool) -> Score:
    """Return the scores over all passages, or, `by_page`, the mean of pages' scores."""
    table = np.array([(one.true, one.false, one.missed) for one in hits])
    chance = np.random.default_rng(0)
    samples = chance.integers(0, len(table), (_ROUNDS, len(table)))
    if by_page:
        each = np.array([_scores(*row) for row in table])
        means = each[samples, 2].mean(axis=1)
        precision, recall, f1 = each.mean(axis=0)
    else:
        means = np.array([_scores(*table[rows].sum(axis=0))[2] for rows in samples])
        precision, recall, f1 = _scores(*table.sum(axis=0))
    low, high = np.quantile(means, (0.025, 0.975))
    return Score(float(precision), float(recall), float(f1), float(low), float(high))


def _scores(true: float, false: float, missed: float) -> tuple[float, float, float]:
    precision = true / (true + false) if true + false else 0.0
    recall = true / (true + missed) if true + missed else 0.0
    return precision, recall, 2 * true / max(1e-9, 2 * true + false + missed)
