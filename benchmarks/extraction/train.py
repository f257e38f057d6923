"""Makes the judges of lines anew, from the tune half: fingerprints/text/main_text*.npz."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

from benchmarks.extraction.cases import Half
from benchmarks.extraction.labels import UNKNOWN, labels
from fingerprints.errors import FingerprintError
from fingerprints.text.charset import decoded
from fingerprints.text.judge import ALONE, SECONDED
from fingerprints.text.opinion import opinion
from fingerprints.text.outline import outline
from fingerprints.text.seconded import PLAIN_COUNT, seconded
from fingerprints.text.traits import MEASURES, NAMES, measured, traits

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from numpy.typing import NDArray

    from benchmarks.extraction.cases import Case

_MOST_OF_A_PAGE: Final = 14.0
"""A page whose body is known in full has no more weight than one with as many known passages."""
_DEPTH: Final = 2_000


def train(cases: Iterable[Case], folder: Path) -> None:
    """Learn from the pages of the tune half, and write the judges into a folder."""
    alone, asked = _Examples(), _Examples()
    seen: set[bytes] = set()
    for case in cases:
        if case.half is not Half.TUNE or case.html in seen or case.corpus == "chapters":
            continue
        seen.add(case.html)
        _label(case, alone, asked)
    plain = len(NAMES) - len(MEASURES)
    for name, some, count in ((ALONE, alone, plain), (SECONDED, asked, PLAIN_COUNT)):
        with (folder / name).open("wb") as file:
            np.savez_compressed(file, allow_pickle=False, **_learned(some, count))


class _Examples:
    """Lines to learn from: their traits, whether they are of a body, and what they count for."""

    def __init__(self) -> None:
        self.tables: list[NDArray[np.float32]] = []
        self.known: list[NDArray[np.int64]] = []
        self.weights: list[NDArray[np.float64]] = []

    def add(self, table: NDArray[np.float32], said: NDArray[np.int64]) -> None:
        """Add a page's lines, but those of which nothing is known."""
        is_known = said != UNKNOWN
        count = int(is_known.sum())
        if count:
            self.tables.append(table[is_known])
            self.known.append(said[is_known])
            self.weights.append(np.full(count, min(1.0, _MOST_OF_A_PAGE / count)))


def _label(case: Case, alone: _Examples, asked: _Examples) -> None:
    """Add a page's lines to those judged alone, and, if there is a second opinion, with it."""
    html = decoded(case.html, "text/html")
    try:
        page = outline(html, depth_limit=_DEPTH, resources={})
    except FingerprintError:
        return
    lines = [line.text for line in page.lines]
    said = np.array(labels(case, lines), np.int64)
    measures = measured(page)
    table = traits(page, measures)
    alone.add(table, said)
    taken = opinion(html, lines)
    if taken is not None:
        asked.add(seconded(table, page, measures, taken), said)


def _learned(examples: _Examples, plain_count: int) -> dict[str, NDArray[Any]]:
    table = np.concatenate(examples.tables)
    known, weights = np.concatenate(examples.known), np.concatenate(examples.weights)
    plain = table[:, :plain_count]
    linear = LogisticRegression(C=0.3, max_iter=400)
    linear.fit(plain, known, sample_weight=weights)
    grown = HistGradientBoostingClassifier(
        max_iter=150,
        learning_rate=0.1,
        max_leaf_nodes=8,
        min_samples_leaf=15,
        l2_regularization=5.0,
        early_stopping=False,
        random_state=0,
    )
    grown.fit(table, known, sample_weight=weights)
    return {
        "weights": linear.coef_[0].astype(np.float32),
        "bias": linear.intercept_.astype(np.float64),
        **_trees(grown),
    }


def _trees(grown: HistGradientBoostingClassifier) -> dict[str, NDArray[Any]]:
    """Return the trees as arrays, (trees, nodes); see fingerprints/text/judge.py."""
    nodes = [stage[0].nodes for stage in grown._predictors]  # noqa: SLF001 - nothing else has them
    shape = (len(nodes), max(map(len, nodes)))
    found: dict[str, NDArray[Any]] = {
        "trait": np.full(shape, -1, np.int16),
        "least": np.zeros(shape, np.float32),
        "left": np.zeros(shape, np.int16),
        "right": np.zeros(shape, np.int16),
        "score": np.zeros(shape, np.float32),
    }
    for number, tree in enumerate(nodes):
        inner = tree["is_leaf"] == 0
        some = np.flatnonzero(inner)
        found["trait"][number, some] = tree["feature_idx"][inner]
        found["least"][number, some] = tree["num_threshold"][inner]
        found["left"][number, some] = tree["left"][inner]
        found["right"][number, some] = tree["right"][inner]
        found["score"][number, : len(tree)] = tree["value"]
    start = np.ravel(grown._baseline_prediction)[:1]  # noqa: SLF001
    depth = np.array([max(int(tree["depth"].max()) for tree in nodes)])
    return {**found, "start": start, "depth": depth}
