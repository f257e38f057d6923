"""Builds and asks one index, in a process of its own."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.index.prints import NEAR, Prints

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from benchmarks.index.program import Program


@dataclass(frozen=True, slots=True)
class Cost:
    """What one index costs at one size; times are of one query."""

    program: str
    prints: int
    added_per_s: float
    size_mb: float
    cpu_ms: float
    p50_ms: float
    p99_ms: float
    recall: float
    """Of the stored prints within 31 bits of a query, as comparing with all of them finds them."""


@dataclass(frozen=True, slots=True)
class Asking:
    """How an index is asked: so many times, as many copies as strangers, some in a batch.

    `warm_up` other strangers are asked before.
    """

    queries: int
    batch: int
    warm_up: int


def measured(program: Program, prints: Prints, folder: Path, asking: Asking) -> Cost:
    """Build the index, then ask it.

    A query's time is its batch's, divided: `p99_ms` is of the slowest batches.
    """
    queries, batch = asking.queries, asking.batch
    blocks = list(prints.blocks())
    started = time.perf_counter()
    program.build(blocks, folder)
    built = time.perf_counter() - started
    del blocks
    copies, _ = prints.copies(queries // 2)
    asked = np.concatenate([copies, prints.strangers(queries - len(copies))])
    asked = np.random.default_rng(0).permutation(asked)
    others = prints.strangers(2 * asking.warm_up)[asking.warm_up :]
    for first in range(0, len(others), batch):
        program.ask(others[first : first + batch])
    found: list[set[int]] = []
    times = []
    cpu_before = program.cpu_s()
    for first in range(0, len(asked), batch):
        some = asked[first : first + batch]
        started = time.perf_counter()
        found += program.ask(some)
        times.append((time.perf_counter() - started) / len(some))
    cpu = program.cpu_s() - cpu_before
    cost = Cost(
        program=program.name,
        prints=prints.count,
        added_per_s=prints.count / built,
        size_mb=program.size() / 1e6,
        cpu_ms=1e3 * cpu / len(asked),
        p50_ms=1e3 * float(np.percentile(times, 50)),
        p99_ms=1e3 * float(np.percentile(times, 99)),
        recall=_recall(found, nearest(prints, asked)),
    )
    program.close()
    return cost


def nearest(prints: Prints, asked: NDArray[np.uint8]) -> list[set[int]]:
    """Return, for each of (n, 32) hashes, all stored prints within 31 bits, comparing with all."""
    found: list[set[int]] = [set() for _ in asked]
    words = asked.view(np.uint64)
    first = 0
    for block in prints.blocks():
        stored = np.ascontiguousarray(block).view(np.uint64)
        for query, mine in enumerate(words):
            distances = np.bitwise_count(stored ^ mine).sum(axis=1, dtype=np.uint16)
            found[query].update((np.flatnonzero(distances <= NEAR) + first).tolist())
        first += len(block)
    return found


def _recall(found: list[set[int]], near: list[set[int]]) -> float:
    wanted = sum(map(len, near))
    return sum(len(mine & its) for mine, its in zip(found, near, strict=True)) / wanted
