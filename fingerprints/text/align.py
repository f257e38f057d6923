"""Which passages of a copy are which passages of a work, character by character.

Shared runs are merged along their diagonal where what lies between is mostly equal, grown to where
they stop paying (X-drop, Altschul et al., NAR 1997), and chained over insertions and deletions by
dynamic programming (as in minimap2: Li, Bioinformatics 2018). Chains are independent of each other,
so paragraphs may stand in any order.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from rapidfuzz.distance import LCSseq

from fingerprints.text.growth import grown
from fingerprints.text.seeds import Keyed, Runs, shared_runs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Integers = NDArray[np.int64]

_DROP: Final = 8
"""How far a sum of +1 for equal and −1 for different characters may fall and still recover."""
_REACH: Final = 64
_MERGED_GAP: Final = 128
_LEAST_WEIGHT: Final = 8
_SURE: Final = 60
_MOST_BLOCKS: Final = 1 << 15
_PREDECESSORS: Final = 48
LONGEST_INSERTION: Final = 400
"""Characters of the copy or the work that a chain may skip."""
_REPLACED: Final = 32
_SPLIT: Final = 8
"""Skipping more than this ends a passage: what is skipped is no evidence …"""
_BRIDGE: Final = 64
"""… unless this much at most is skipped, and half of it is equal after all."""


@dataclass(frozen=True, slots=True)
class Block:
    """Copy [start, end) lies on `diagonal` in the work; characters may differ, none is skipped."""

    start: int
    end: int
    diagonal: int

    @property
    def work_start(self) -> int:
        """Where it starts in the work."""
        return self.start + self.diagonal

    @property
    def work_end(self) -> int:
        """Where it ends in the work."""
        return self.end + self.diagonal


@dataclass(frozen=True, slots=True)
class Passage:
    """One aligned stretch [start, end) on each side, in normalised characters.

    `equal` of its `columns` are the same character; `verbatim` is the longest run of such.
    """

    copy: tuple[int, int]
    work: tuple[int, int]
    equal: int
    columns: int
    verbatim: int


@dataclass(frozen=True, slots=True)
class Chain:
    """Passages that follow each other in both texts, at most `LONGEST_INSERTION` apart."""

    passages: tuple[Passage, ...]

    @property
    def equal(self) -> int:
        """Characters that are the same on both sides."""
        return sum(one.equal for one in self.passages)

    @property
    def columns(self) -> int:
        """Characters aligned, equal or not."""
        return sum(one.columns for one in self.passages)

    @property
    def verbatim(self) -> int:
        """Longest run of equal characters."""
        return max(one.verbatim for one in self.passages)


def align(copy: Keyed, work: Keyed) -> list[Chain]:
    """All chains, in order of their place in the copy; no two share a character of it."""
    texts = (copy.characters, work.characters)
    blocks, weights = _blocks(*texts, shared_runs(copy, work))
    passages: list[tuple[int, Passage]] = []
    free = np.ones(copy.characters.size, np.bool_)
    for number, chained in enumerate(_chains(blocks, weights)):
        for passage in _passages(_free_blocks(chained, free), *texts, free):
            free[slice(*passage.copy)] = False
            passages.append((number, passage))
    passages.sort(key=lambda row: row[1].copy)
    chains: dict[int, list[Passage]] = {}
    extended = _extended([passage for _, passage in passages], *texts)
    for (number, _), passage in zip(passages, extended, strict=True):
        chains.setdefault(number, []).append(passage)
    return [Chain(tuple(some)) for some in chains.values()]


def _extended(
    passages: list[Passage], copy: NDArray[np.uint32], work: NDArray[np.uint32]
) -> list[Passage]:
    """Passages grown both ways into what of the copy no other holds."""
    if not passages:
        return []
    start, end = np.array([one.copy for one in passages]).T
    work_start, work_end = np.array([one.work for one in passages]).T
    after = np.append(start[1:], copy.size) - end
    ends = grown(copy, work, end, work_end, room=after, direction=1)
    before = start - np.concatenate(([0], (end + ends[0])[:-1]))
    starts = grown(copy, work, start - 1, work_start - 1, room=before, direction=-1)
    rows = zip(passages, *(one.tolist() for one in (*starts, *ends)), strict=True)
    return [_longer(passage, row[:3], row[3:]) for passage, *row in rows]


def _longer(passage: Passage, left: list[int], right: list[int]) -> Passage:
    columns = max(left[:2]) + max(right[:2])
    return Passage(
        (passage.copy[0] - left[0], passage.copy[1] + right[0]),
        (passage.work[0] - left[1], passage.work[1] + right[1]),
        passage.equal + (columns + left[2] + right[2]) // 2,
        passage.columns + columns,
        passage.verbatim,
    )


def _blocks(
    copy: NDArray[np.uint32], work: NDArray[np.uint32], runs: Runs
) -> tuple[list[Block], list[int]]:
    """Runs merged and grown, in order of the copy, and what each weighs (equal − different)."""
    if not runs.start.size:
        return [], []
    grown = _grown(copy, work, _uncovered(_merged(copy, work, runs)))
    equal = _equal(copy, work, grown.start, grown.end, grown.diagonal)
    weights = 2 * equal - (grown.end - grown.start)
    heavy = np.flatnonzero(weights >= _LEAST_WEIGHT)
    heavy = heavy[np.argsort(-weights[heavy], kind="stable")[:_MOST_BLOCKS]]
    heavy = heavy[np.lexsort((grown.diagonal[heavy], grown.start[heavy]))]
    chosen = grown[heavy]
    rows = zip(chosen.start.tolist(), chosen.end.tolist(), chosen.diagonal.tolist(), strict=True)
    return [Block(*row) for row in rows], weights[heavy].tolist()


def _merged(copy: NDArray[np.uint32], work: NDArray[np.uint32], runs: Runs) -> Runs:
    """Neighbours on a diagonal joined where the sum of what is between never falls by `_DROP`."""
    same = runs.diagonal[1:] == runs.diagonal[:-1]
    gap = runs.start[1:] - runs.end[:-1]
    near = np.flatnonzero(same & (gap <= _MERGED_GAP))
    equal = _equal(copy, work, runs.end[near], runs.start[near + 1], runs.diagonal[near])
    joins = np.zeros(gap.size, np.bool_)
    joins[near] = 2 * equal - gap[near] >= -_DROP
    begins = np.concatenate(([0], np.flatnonzero(~joins) + 1))
    return Runs(runs.start[begins], np.maximum.reduceat(runs.end, begins), runs.diagonal[begins])


def _uncovered(runs: Runs) -> Runs:
    """All but the short runs that lie wholly, in the copy, inside a long one."""
    length = runs.end - runs.start
    long = runs[length >= _SURE]
    if not long.start.size:
        return runs
    order = np.argsort(long.start, kind="stable")
    start, reach = long.start[order], np.maximum.accumulate(long.end[order])
    before = np.searchsorted(start, runs.start, "right") - 1
    inside = (before >= 0) & (reach[np.maximum(before, 0)] >= runs.end)
    return runs[~inside | (length >= _SURE)]


def _grown(copy: NDArray[np.uint32], work: NDArray[np.uint32], runs: Runs) -> Runs:
    """Each run extended both ways to where the sum of its columns is greatest."""
    parts = []
    for begin in range(0, runs.start.size, 1 << 14):  # bounds the memory of the matrices
        some = runs[np.arange(begin, min(begin + (1 << 14), runs.start.size))]
        right = _growth(copy, work, some.end, some.diagonal, 1)
        left = _growth(copy, work, some.start - 1, some.diagonal, -1)
        parts.append((some.start - left, some.end + right))
    return Runs(
        np.concatenate([start for start, _ in parts]),
        np.concatenate([end for _, end in parts]),
        runs.diagonal,
    )


def _growth(
    copy: NDArray[np.uint32],
    work: NDArray[np.uint32],
    origin: Integers,
    diagonal: Integers,
    direction: int,
) -> Integers:
    at_copy = origin[:, None] + direction * np.arange(_REACH)
    at_work = at_copy + diagonal[:, None]
    inside = (at_copy >= 0) & (at_copy < copy.size) & (at_work >= 0) & (at_work < work.size)
    equal = inside & (copy.take(at_copy, mode="clip") == work.take(at_work, mode="clip"))
    total = np.where(equal, 1, np.where(inside, -1, -_REACH)).cumsum(axis=1)
    peak = np.maximum(np.maximum.accumulate(total, axis=1), 0)
    total[np.logical_or.accumulate(peak - total > _DROP, axis=1)] = -_REACH
    best = total.argmax(axis=1)
    return np.where(total[np.arange(origin.size), best] > 0, best + 1, 0)


def _equal(
    copy: NDArray[np.uint32],
    work: NDArray[np.uint32],
    start: Integers,
    end: Integers,
    diagonal: Integers,
) -> Integers:
    """How many characters of each stretch are the same on both sides."""
    length = np.maximum(end - start, 0)
    ends = np.cumsum(length)
    sums = np.zeros(int(ends[-1]) + 1 if ends.size else 1, np.int64)
    at_copy = np.arange(sums.size - 1) + np.repeat(start - (ends - length), length)
    at_work = at_copy + np.repeat(diagonal, length)
    # Clipped, for a seed may be a chance collision of hashes at the very end.
    same = copy.take(at_copy, mode="clip") == work.take(at_work, mode="clip")
    np.cumsum(same, out=sums[1:])
    counts: Integers = sums[ends] - sums[ends - length]
    return counts


def _chains(blocks: list[Block], weights: list[int]) -> list[list[Block]]:
    """Best chains first; each block is in one of them."""
    totals: list[float] = []
    previous: list[int] = []
    reach: list[int] = []  # greatest end so far: before it is too far back, nothing is near
    for number, (block, weight) in enumerate(zip(blocks, weights, strict=True)):
        best, link = float(weight), -1
        for before in range(number - 1, max(-1, number - 1 - _PREDECESSORS), -1):
            if block.start - reach[before] > LONGEST_INSERTION:
                break
            if totals[before] + weight <= best:
                continue
            cost = _cost(blocks[before], block)
            if cost is not None and totals[before] + weight - cost > best:
                best, link = totals[before] + weight - cost, before
        totals.append(best)
        previous.append(link)
        reach.append(max(block.end, reach[-1]) if reach else block.end)
    return list(_traced(blocks, totals, previous))


def _traced(blocks: list[Block], totals: list[float], previous: list[int]) -> Iterator[list[Block]]:
    used = [False] * len(blocks)
    for last in sorted(range(len(blocks)), key=lambda number: -totals[number]):
        chain = []
        number = last
        while number >= 0 and not used[number]:
            used[number] = True
            chain.append(blocks[number])
            number = previous[number]
        if chain:
            yield chain[::-1]


def _cost(before: Block, after: Block) -> float | None:
    """What it costs to go on from one block to another; None where that makes no sense."""
    in_copy = after.start - before.end
    in_work = in_copy + after.diagonal - before.diagonal
    nearer, farther = (in_copy, in_work) if in_copy < in_work else (in_work, in_copy)
    if farther > LONGEST_INSERTION or nearer > _REPLACED:
        return None
    skipped = min(6.0, 0.5 + (farther - nearer) / 8)
    if nearer >= 0:
        return nearer / 2 + skipped
    if -nearer >= min(after.end - after.start, before.end - before.start):
        return None
    return skipped - nearer


def _free_blocks(chain: list[Block], free: NDArray[np.bool_]) -> list[Block]:
    """Blocks cut to what no better chain (and no earlier block of their own) holds of the copy."""
    kept: list[Block] = []
    reached = 0
    for block in chain:
        start = max(block.start, reached)
        if start < block.end:
            kept.extend(_free_pieces(Block(start, block.end, block.diagonal), free))
            reached = block.end
    return kept


def _free_pieces(block: Block, free: NDArray[np.bool_]) -> Iterator[Block]:
    here = free[block.start : block.end]
    if here.all():
        yield block
        return
    edges = np.flatnonzero(np.diff(here, prepend=False, append=False)) + block.start
    for start, end in edges.reshape(-1, 2).tolist():
        if end - start >= _LEAST_WEIGHT:
            yield Block(start, end, block.diagonal)


def _passages(
    chain: list[Block],
    copy: NDArray[np.uint32],
    work: NDArray[np.uint32],
    free: NDArray[np.bool_],
) -> list[Passage]:
    """Blocks of a chain joined to passages where little is skipped between them."""
    found: list[Passage] = []
    joined: list[Block] = []
    between = 0
    for block in _without_overlap(chain):
        equal = _bridged(joined[-1], block, copy, work) if joined else 0
        if equal is None or (joined and not free[joined[-1].end : block.start].all()):
            found.append(_passage(joined, between, copy, work))
            joined, between, equal = [], 0, 0
        joined.append(block)
        between += equal
    if joined:
        found.append(_passage(joined, between, copy, work))
    return found


def _bridged(
    before: Block, after: Block, copy: NDArray[np.uint32], work: NDArray[np.uint32]
) -> int | None:
    """How much is equal between two blocks; None where they are better kept apart."""
    in_copy = copy[before.end : after.start]
    in_work = work[before.work_end : after.work_start]
    longest = max(in_copy.size, in_work.size)
    if longest > _BRIDGE:
        return None
    equal = 0
    if in_copy.size and in_work.size:
        equal = LCSseq.similarity(in_copy.tolist(), in_work.tolist())
    return int(equal) if longest <= _SPLIT or 2 * equal >= longest else None


def _without_overlap(chain: list[Block]) -> Iterator[Block]:
    """Blocks whose starts are moved on so that none goes back in the work either."""
    reached = -1
    for block in chain:
        start = max(block.start, reached - block.diagonal)
        if start < block.end:
            yield Block(start, block.end, block.diagonal)
            reached = block.work_end


def _skipped(before: Block, after: Block) -> int:
    return max(after.start - before.end, after.work_start - before.work_end, 0)


def _passage(
    blocks: list[Block], between: int, copy: NDArray[np.uint32], work: NDArray[np.uint32]
) -> Passage:
    equal, columns, verbatim = between, 0, 0
    for before, block in zip([blocks[0], *blocks], blocks, strict=False):
        same = copy[block.start : block.end] == work[block.work_start : block.work_end]
        equal += int(same.sum())
        columns += same.size + _skipped(before, block)
        verbatim = max(verbatim, _longest(same))
    first, last = blocks[0], blocks[-1]
    return Passage(
        (first.start, last.end), (first.work_start, last.work_end), equal, columns, verbatim
    )


def _longest(same: NDArray[np.bool_]) -> int:
    """Length of the longest run of True."""
    breaks = np.flatnonzero(~same)
    return int(np.diff(breaks, prepend=-1, append=same.size).max()) - 1
