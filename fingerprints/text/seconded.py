"""What a second opinion says of each line, its neighbours and the elements that it stands in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from fingerprints.text.traits import MEASURES, NAMES, summed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fingerprints.text.outline import Outline
    from fingerprints.text.traits import Measures

_SHARES: Final = (0.05, 0.5, 0.95)
_OF: Final = ("line", "previous", "next", "block", "parent", "grandparent")
_TAKEN: Final = 0.5
PLAIN: Final = (
    *(f"{of} taken {n}" for of in _OF for n in range(len(_SHARES) + 1)),
    *("between taken ones", "has an opinion"),
)
"""What is 0 or 1, before the traits; `AMOUNTS` are after them."""
AMOUNTS: Final = (
    *("line taken", "previous taken", "next taken", "second before taken", "second after taken"),
    *("block taken", "parent taken", "grandparent taken", "page taken", "letters taken"),
    "is between taken ones",
)
PLAIN_COUNT: Final = len(PLAIN) + len(NAMES) - len(MEASURES)
"""How many columns, from the first on, are 0 or 1."""


def seconded(
    table: NDArray[np.float32], page: Outline, measures: Measures, taken: NDArray[np.float64]
) -> NDArray[np.float32]:
    """Return traits with those of an opinion around them, (lines, `PLAIN`, `NAMES`, `AMOUNTS`).

    `taken`: (lines,) share [0, 1] of each line's words.
    """
    weights = measures.weights
    texts = summed(page, measures.block, weights)
    some = summed(page, measures.block, weights * taken)
    near = [taken, *(_moved(taken, step) for step in (1, -1, 2, -2))]
    around = [
        some[which] / np.maximum(texts[which], 1)
        for which in (measures.block, measures.parent, measures.grandparent)
    ]
    letters = float((weights * taken).sum())
    between = _between(taken)
    plain = [
        np.digitize(share, _SHARES) == n
        for share in (*near[:3], *around)
        for n in range(len(_SHARES) + 1)
    ]
    whole = (letters / max(1.0, float(weights.sum())), letters)
    amounts = [*near, *around, *(np.full(taken.size, one) for one in whole), between]
    always = np.ones(taken.size)
    before, after = np.stack([*plain, between, always], axis=1), np.stack(amounts, axis=1)
    return np.concatenate([before, table, after], axis=1, dtype=np.float32, casting="same_kind")


def _moved(taken: NDArray[np.float64], step: int) -> NDArray[np.float64]:
    """Return the share of the line so many before; of none, 0."""
    moved = np.zeros_like(taken)
    if step > 0:
        moved[step:] = taken[:-step]
    else:
        moved[:step] = taken[-step:]
    return moved


def _between(taken: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return 1 from the first line that is mostly taken to the last."""
    between = np.zeros(taken.size)
    places = np.flatnonzero(taken > _TAKEN)
    if places.size:
        between[places[0] : places[-1] + 1] = 1
    return between
