"""From aligned passages to a verdict: which of them are evidence, and how alike the texts are."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from fingerprints.text.align import Chain, Passage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fingerprints.text.seeds import Keyed

VERBATIM: Final = 60
"""A run of this many equal characters is a copy."""
ALIGNED: Final = 80
"""So are this many aligned ones, where at least `IDENTITY` of them are equal."""
IDENTITY: Final = 0.75
SCRAP: Final = 24
"""Shorter chains than this are formulae of the language, whatever stands around them."""
POOLED: Final = 120
"""Scraps in another order are a copy from this many characters on, where they fill most of it."""
_AMPLE: Final = 400.0
_BELOW: Final = 0.49


@dataclass(frozen=True, slots=True)
class Verdict:
    """`score` as a comparison's; `passages` ordered by place in the copy; `equal` characters."""

    score: float
    passages: tuple[Passage, ...]
    equal: int


def judged(chains: Sequence[Chain], copy: Keyed, work: Keyed) -> Verdict:
    """Weigh the chains of an alignment."""
    least = min(copy.characters.size, work.characters.size)
    sizes = [_evidence(chain, copy) for chain in chains]
    strong = {number for number, size in enumerate(sizes) if _is_strong(chains[number], size)}
    if not strong and _is_same(chains, copy, work):
        strong = {0}
    strong |= _pooled(chains, sizes)
    if not strong:
        return Verdict(_weak_score(chains, sizes), (), sum(chain.equal for chain in chains))
    chosen = [chains[number] for number in sorted(strong)]
    equal = sum(chain.equal for chain in chosen)
    identity = equal / sum(chain.columns for chain in chosen)
    amount = 1 - (1 - min(1.0, equal / least)) * math.exp(-equal / _AMPLE)
    passages = sorted((one for chain in chosen for one in chain.passages), key=_place)
    return Verdict(0.5 + 0.5 * identity * amount, tuple(passages), equal)


def _place(passage: Passage) -> tuple[int, int]:
    return passage.copy


def _evidence(chain: Chain, copy: Keyed) -> int:
    """Aligned characters, or fewer where they repeat themselves: «哈哈哈哈» says little."""
    keys = [copy.keys[start : max(start, end - 7)] for start, end in _copies(chain)]
    distinct = np.unique(np.concatenate(keys)).size + 7
    return min(chain.columns, int(distinct))


def _copies(chain: Chain) -> list[tuple[int, int]]:
    return [one.copy for one in chain.passages]


def _is_strong(chain: Chain, size: int) -> bool:
    if min(chain.verbatim, size) >= VERBATIM:
        return True
    return size >= ALIGNED and chain.equal >= IDENTITY * chain.columns


def _is_same(chains: Sequence[Chain], copy: Keyed, work: Keyed) -> bool:
    """Whether both texts are one, too short for the other rules."""
    sizes = {copy.characters.size, work.characters.size}
    return bool(chains) and sizes == {chains[0].verbatim}


def _pooled(chains: Sequence[Chain], sizes: Sequence[int]) -> set[int]:
    """Scraps that together fill most of a stretch of the copy: sentences in another order."""
    best: set[int] = set()
    pool: list[int] = []
    balance = end = 0
    for number, chain in enumerate(chains):
        if sizes[number] < SCRAP or chain.equal < 0.9 * chain.columns:  # noqa: PLR2004
            continue
        start = chain.passages[0].copy[0]
        balance -= max(0, start - end)
        if balance <= 0:
            balance, pool = 0, []
        pool.append(number)
        balance += sizes[number]
        end = chain.passages[-1].copy[1]
        if sum(sizes[one] for one in pool) >= POOLED:
            best.update(pool)
    return best


def _weak_score(chains: Sequence[Chain], sizes: Sequence[int]) -> float:
    """Below the line, how near to it the best chain comes."""
    near = (
        max(min(chain.verbatim, size) / VERBATIM, size * chain.equal / (chain.columns * ALIGNED))
        for chain, size in zip(chains, sizes, strict=True)
    )
    return _BELOW * min(1.0, max(near, default=0.0))
