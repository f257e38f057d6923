"""How much a line is like those of bodies: learned from pages whose body is known.

Each file has two judges whose scores (log odds) are averaged: weights of traits (logistic
regression), and small trees (gradient boosting; Friedman 2001). `main_text.npz` judges by the
traits of `traits.py`, `main_text_seconded.npz` also by those of a second opinion (`seconded.py`).
Trees have nodes as (trees, nodes) arrays: `trait` that is compared, −1 in a leaf; `least` of what
goes right; where `left` and `right` lead; `score` of a leaf. `python -m benchmarks.extraction
train` makes them anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

ALONE: Final = "main_text.npz"
SECONDED: Final = "main_text_seconded.npz"
_AT_ONCE: Final = 2000


@dataclass(frozen=True, slots=True)
class Judge:
    """`weights` are of the traits from the first on; `depth` is of the deepest tree.

    The trees' nodes are numbered through: from node n, what has more than `least[n]` of `trait[n]`
    goes to `child[2 * n + 1]`, the rest to `child[2 * n]`; a leaf leads to itself.
    """

    weights: NDArray[np.float32]
    bias: float
    roots: NDArray[np.intp]
    trait: NDArray[np.intp]
    least: NDArray[np.float32]
    child: NDArray[np.intp]
    score: NDArray[np.float32]
    depth: int

    def scores(self, table: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return a score a line, (lines,) log odds."""
        weighed = table[:, : self.weights.size] @ self.weights + self.bias
        return np.asarray(weighed + self._grown(table), np.float64) / 2

    def _grown(self, table: NDArray[np.float32]) -> NDArray[np.float64]:
        flat = np.ascontiguousarray(table).ravel()
        starts = np.arange(0, flat.size, table.shape[1])[:, None]
        at = np.broadcast_to(self.roots, (table.shape[0], self.roots.size))
        for _ in range(self.depth):
            is_more = flat.take(starts + self.trait.take(at)) > self.least.take(at)
            at = self.child.take(2 * at + is_more)
        summed: NDArray[np.float64] = self.score.take(at).sum(axis=1, dtype=np.float64)
        return summed


def judge(table: NDArray[np.float32], *, file: str = ALONE) -> NDArray[np.float64]:
    """Return how much each line is like those of bodies, (lines,), from its file's traits."""
    some = [table[at : at + _AT_ONCE] for at in range(0, table.shape[0], _AT_ONCE)]
    return np.concatenate([_judge(file).scores(one) for one in some] or [np.zeros(0)])


@cache
def _judge(name: str) -> Judge:
    with resources.files("fingerprints.text").joinpath(name).open("rb") as file:
        arrays: Any = np.load(file, allow_pickle=False)
        read = {name: arrays[name] for name in arrays.files}
    trees, nodes = read["trait"].shape
    is_leaf = read["trait"].ravel() < 0
    own = np.arange(trees * nodes)
    roots = np.arange(trees) * nodes
    ways = [(read[name] + roots[:, None]).ravel() for name in ("left", "right")]
    child = np.stack([np.where(is_leaf, own, way) for way in ways], axis=1).ravel()
    return Judge(
        weights=read["weights"],
        bias=read["bias"].item() + read["start"].item(),
        roots=roots,
        trait=np.where(is_leaf, 0, read["trait"].ravel()).astype(np.intp),
        least=read["least"].ravel(),
        child=child,
        score=read["score"].ravel(),
        depth=read["depth"].item(),
    )
