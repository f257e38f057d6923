"""How much a line is like those of bodies: learned from pages whose body is known.

`main_text.npz` has two judges whose scores (log odds) are averaged: weights of traits (logistic
regression), and small trees (gradient boosting; Friedman 2001). Trees have nodes as
(trees, nodes) arrays: `trait` that is compared, −1 in a leaf; `least` of what goes right; where
`left` and `right` lead; `score` of a leaf. `python -m benchmarks.extraction train` makes it anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

FILE: Final = "main_text.npz"
_AT_ONCE: Final = 2000


@dataclass(frozen=True, slots=True)
class Judge:
    """`weights` are of the traits from the first on; `depth` is of the deepest tree."""

    weights: NDArray[np.float32]
    bias: float
    trait: NDArray[np.int16]
    least: NDArray[np.float32]
    left: NDArray[np.int16]
    right: NDArray[np.int16]
    score: NDArray[np.float32]
    start: float
    depth: int

    def scores(self, table: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return a score a line, (lines,) log odds."""
        weighed = table[:, : self.weights.size] @ self.weights + self.bias
        return np.asarray(weighed + self.start + self._grown(table), np.float64) / 2

    def _grown(self, table: NDArray[np.float32]) -> NDArray[np.float64]:
        trees = np.arange(self.trait.shape[0])
        rows = np.arange(table.shape[0])[:, None]
        at = np.zeros((table.shape[0], trees.size), np.int16)
        for _ in range(self.depth):
            trait = self.trait[trees, at]
            goes_left = table[rows, trait] <= self.least[trees, at]
            following = np.where(goes_left, self.left[trees, at], self.right[trees, at])
            at = np.where(trait >= 0, following, at)
        summed: NDArray[np.float64] = self.score[trees, at].sum(axis=1, dtype=np.float64)
        return summed


def judge(table: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return how much each line is like those of bodies, (lines,), from their traits."""
    some = [table[at : at + _AT_ONCE] for at in range(0, table.shape[0], _AT_ONCE)]
    return np.concatenate([_judge().scores(one) for one in some] or [np.zeros(0)])


@cache
def _judge() -> Judge:
    with resources.files("fingerprints.text").joinpath(FILE).open("rb") as file:
        arrays: Any = np.load(file, allow_pickle=False)
        read = {name: arrays[name] for name in arrays.files}
    plain = {name: read[name].item() for name in ("bias", "start", "depth")}
    return Judge(**{**read, **plain})
