"""From aligned passages to a verdict: which of them are evidence, and how alike the texts are."""

from __future__ import annotations

from bisect import bisect
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from fingerprints.calibration import calibration
from fingerprints.text.align import align
from fingerprints.text.boilerplate import boilerplate
from fingerprints.text.labels import are_labels
from fingerprints.text.seeds import keyed
from fingerprints.text.signature import whole
from fingerprints.text.winnow import DENSE_FROM

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from fingerprints.contract import Fingerprint
    from fingerprints.text.align import Chain, Passage
    from fingerprints.text.normalise import Normalised
    from fingerprints.text.seeds import Keyed

VERBATIM: Final = 60
"""A run of this many equal characters is a copy."""
ALIGNED: Final = 80
"""So are this many aligned ones, where at least `IDENTITY` of them are equal …"""
ALIGNED_WEIGHT: Final = 45
"""… and, two letters of a sparse script for one, this many: a form filled in («classes 40, samples
400») shares 80 letters and more, and is no copy."""
IDENTITY: Final = 0.75
ENOUGH_BITS: Final = 3.0
"""Entropy from which a character counts whole: digits have 3.3, English letters 4.1, Han more."""
SCRAP: Final = 12
"""Lighter chains are no evidence of their own: unrelated novels of one author share runs of 40
letters, or 16 Han."""
SCRAP_IDENTITY: Final = 0.9
POOLED: Final = 80
"""Scraps in another order are a copy from this many characters on, where they fill most of it …"""
POOLED_GAP: Final = 120
"""… and at most so many others stand between two of them."""
TINY: Final = 200
"""Fewer aligned characters than this …"""
TINY_SHARE: Final = 0.01
"""… that are a smaller share than this of either text are what manuals, catalogues and standards
have in common with others, unless they are a run word for word."""
DISPERSAL: Final = 10
"""… and where the stretch of the work that they come from is at most so many times as long."""
_NEAR: Final = 64
_VICINITY: Final = 4000
_FEWEST: Final = 2
_VARIED: Final = 0.9
_DOUBTED: Final = 2
_LINE: Final = 0.5
_BELOW: Final = 0.49
FOUND_BY_TERMS: Final = True
"""Two texts are compared only where the index finds a term that they share."""
COPY_GAP: Final = 1
WORK_GAP: Final = 0
"""What stands for missing parts of a copy and of a work: never equal."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`score` as a comparison's; `passages` ordered by place in the copy; `equal` characters."""

    score: float
    passages: tuple[Passage, ...]
    equal: int


def judged(query: Fingerprint, reference: Fingerprint) -> tuple[Verdict, Normalised, Normalised]:
    """Align both and weigh what is found; the two texts that passages are of come with it."""
    found = _found(query, reference)
    chains, chosen = found.chains, found.chosen()
    score = calibration("text").best(found.evidence())
    if not chosen or score < _LINE:
        equal = sum(chain.equal for chain in chains)
        return Verdict(min(score, _BELOW), (), equal), found.copy, found.work
    copied = [chains[number] for number in sorted(chosen)]
    passages = sorted((one for chain in copied for one in chain.passages), key=_place)
    equal = sum(chain.equal for chain in copied)
    return Verdict(score, tuple(passages), equal), found.copy, found.work


def evidence(query: Fingerprint, reference: Fingerprint) -> dict[str, float]:
    """What each witness says of a pair, in characters that are evidence.

    "verbatim": the longest run word for word. "aligned": equal characters of the best chain, less
    the others. "scattered": short passages in any order that together fill a stretch of the copy,
    two letters of a sparse script for one character.
    """
    return _found(query, reference).evidence()


def _found(query: Fingerprint, reference: Fingerprint) -> _Found:
    copy, work = whole(query.parts, COPY_GAP), whole(reference.parts, WORK_GAP)
    keys = keyed(copy.characters)
    chains = align(keys, keyed(work.characters))
    common = boilerplate(copy.characters) if chains else np.zeros(0, np.bool_)
    sizes = [_size(chain, keys, work, common) for chain in chains]
    weights = [_weight(*row, copy) for row in zip(chains, sizes, strict=True)]
    verbatim = [
        min(size, _verbatim(chain, common)) for chain, size in zip(chains, sizes, strict=True)
    ]
    return _Found(copy, work, (query.extent, reference.extent), chains, sizes, weights, verbatim)


@dataclass(frozen=True, slots=True)
class _Found:
    """The chains of an alignment: `sizes` in characters that are evidence, `weights` in Han.

    `verbatim`: the longest run of each in characters that are evidence. `extents`: code points in
    the whole copy and the whole work.
    """

    copy: Normalised
    work: Normalised
    extents: tuple[float, float]
    chains: Sequence[Chain]
    sizes: Sequence[int]
    weights: Sequence[int]
    verbatim: Sequence[int]

    def evidence(self) -> dict[str, float]:
        """What each witness says."""
        said = {"verbatim": 0.0, "aligned": 0.0, "scattered": 0.0}
        for chain, size, verbatim in zip(self.chains, self.sizes, self.verbatim, strict=True):
            net = max(0, 2 * chain.equal - chain.columns) / chain.columns
            said["verbatim"] = max(said["verbatim"], float(verbatim))
            said["aligned"] = max(said["aligned"], net * size)
        if _is_same(self.chains, self.copy, self.work):
            said["verbatim"] = float(self.sizes[0])
        pools = _pools(self.chains, self.weights)
        said["scattered"] = float(max((total for total, _ in pools), default=0))
        return said

    def chosen(self) -> set[int]:
        """Numbers of the chains that make a copy of it."""
        strong = {number for number in range(len(self.chains)) if self._is_strong(number)}
        if self._are_tiny(strong):
            strong = {number for number in strong if self.verbatim[number] >= VERBATIM}
        if not strong and _is_same(self.chains, self.copy, self.work) and self.sizes[0]:
            strong = {0}
        for total, pool in _pools(self.chains, self.weights):
            if total >= POOLED:
                strong.update(pool)
        return strong | _scraps_beside(self.chains, strong)

    def _is_strong(self, number: int) -> bool:
        if self.verbatim[number] >= VERBATIM:
            return True
        chain = self.chains[number]
        is_long = self.sizes[number] >= ALIGNED and self.weights[number] >= ALIGNED_WEIGHT
        return is_long and chain.equal >= IDENTITY * chain.columns

    def _are_tiny(self, chosen: set[int]) -> bool:
        """Whether chains are next to nothing of both texts."""
        aligned = sum(self.chains[number].columns for number in chosen)
        return aligned < min(TINY, TINY_SHARE * min(self.extents))


def _place(passage: Passage) -> tuple[int, int]:
    return passage.copy


def _size(chain: Chain, copy: Keyed, work: Normalised, common: NDArray[np.bool_]) -> int:
    """Aligned characters, or fewer where they say little: «哈哈哈哈», rows of 0 and 1, licences."""
    columns = chain.columns
    if common.any():
        shared = sum(int(np.count_nonzero(common[start:end])) for start, end in _copies(chain))
        columns -= shared
        if shared > columns:  # what lies between is likely to be common, too
            columns //= _DOUBTED
        if columns <= 0:
            return 0
    if columns >= SCRAP and are_labels(work, [one.work for one in chain.passages]):
        columns //= _DOUBTED
    keys = np.concatenate([copy.keys[start : max(start, end - 7)] for start, end in _copies(chain)])
    if keys.size:
        # Prose repeats a phrase now and then.
        share = _counts(keys).size / (keys.size * _VARIED)
        columns = int(columns * min(1.0, share))
    characters = np.concatenate([copy.characters[start:end] for start, end in _copies(chain)])
    shares = _counts(characters) / characters.size
    bits = -float(shares @ np.log2(shares))
    return int(columns * min(1.0, bits / ENOUGH_BITS))


def _verbatim(chain: Chain, common: NDArray[np.bool_]) -> int:
    """The longest run word for word of the chain, without what is common to many texts."""
    if not common.any():
        return chain.verbatim
    return max(
        min(one.verbatim, one.columns - int(np.count_nonzero(common[slice(*one.copy)])))
        for one in chain.passages
    )


def _counts(values: NDArray[np.uint32]) -> NDArray[np.int64]:
    """How often each distinct value occurs."""
    ordered = np.sort(values)
    changes = np.flatnonzero(ordered[1:] != ordered[:-1])
    return np.diff(np.concatenate(([-1], changes, [ordered.size - 1])))


def _weight(chain: Chain, size: int, copy: Normalised) -> int:
    """Size of a chain in Han: two letters of a sparse script count as one character."""
    dense = sum(
        int(np.count_nonzero(copy.characters[start:end] >= DENSE_FROM))
        for start, end in _copies(chain)
    )
    length = sum(end - start for start, end in _copies(chain))
    return size * (length + dense) // (2 * length)


def _copies(chain: Chain) -> list[tuple[int, int]]:
    return [one.copy for one in chain.passages]


def _is_same(chains: Sequence[Chain], copy: Normalised, work: Normalised) -> bool:
    """Whether both texts are one, too short for the other rules."""
    sizes = {copy.characters.size, work.characters.size}
    return bool(chains) and sizes == {chains[0].verbatim}


def _pools(chains: Sequence[Chain], weights: Sequence[int]) -> list[tuple[int, list[int]]]:
    """Scraps that together fill most of a stretch of the copy: sentences in another order.

    What they weigh, and their numbers. They must stand together in the work, too: a table of
    contents names every chapter, and is none.
    """
    found: list[tuple[int, list[int]]] = []
    pool: list[int] = []
    balance = total = end = 0
    for number, chain in enumerate(chains):
        is_scrap = weights[number] >= SCRAP
        if not is_scrap or chain.equal < SCRAP_IDENTITY * chain.columns:
            continue
        balance -= max(0, chain.passages[0].copy[0] - end)
        if balance <= 0:
            found.append((total, pool))
            balance, total, pool = 0, 0, []
        pool.append(number)
        balance = min(POOLED_GAP, balance + weights[number])
        total += weights[number]
        end = chain.passages[-1].copy[1]
    found.append((total, pool))
    return [(total, pool) for total, pool in found if _stand_together(chains, pool, total)]


def _stand_together(chains: Sequence[Chain], pool: Sequence[int], total: int) -> bool:
    """Whether most scraps come from one stretch of the work, not much longer than they are."""
    if len(pool) < _FEWEST:
        return False
    starts = sorted(chains[number].passages[0].work[0] for number in pool)
    strays = len(starts) // 10
    return starts[-1 - strays] - starts[strays] <= DISPERSAL * total


def _scraps_beside(chains: Sequence[Chain], strong: set[int]) -> set[int]:
    """Small chains close to a strong one in the copy, and not far from it in the work."""
    found: set[int] = set()
    ordered = sorted(strong)
    for number in set(range(len(chains))) - strong:
        at = bisect(ordered, number)
        for other in ordered[max(0, at - 1) : at + 1]:
            if _is_beside(chains[number], chains[other]):
                found.add(number)
    return found


def _is_beside(scrap: Chain, chain: Chain) -> bool:
    start, end = scrap.passages[0].copy[0], scrap.passages[-1].copy[1]
    first, last = chain.passages[0], chain.passages[-1]
    in_copy = max(start - last.copy[1], first.copy[0] - end)
    place = scrap.passages[0].work[0]
    in_work = max(place - last.work[1], first.work[0] - place)
    return in_copy <= _NEAR and in_work <= _VICINITY
