"""Fills a queue to some sizes and asks it at each."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks.frontier.programs import Program

_BATCH = 100
_WORKERS_BATCH = 16
_WARM_UP = 50


@dataclass(frozen=True, slots=True)
class Cost:
    """What a queue costs at one size.

    Microseconds are processor time, of the client and the server; milliseconds are what a call that
    hands out one URL takes.
    """

    program: str
    urls: int
    added_us: float
    visit_us: float
    p50_ms: float
    p99_ms: float
    waiting_bytes: float
    done_bytes: float | None = None


def costs(
    name: str, program: Program, sizes: Sequence[int], *, hosts: int, asked: int
) -> Iterator[Cost]:
    """Yield what each size costs, growing from one to the next."""
    empty = program.size_bytes()
    there = 0
    for size in sorted(sizes):
        started = program.cpu_s()
        for start in range(there, size, _BATCH):
            program.add([url(n, hosts) for n in range(start, min(start + _BATCH, size))])
        added_us = 1e6 * (program.cpu_s() - started) / (size - there)
        there = size
        grown = program.size_bytes() - empty
        waits: list[float] = []
        started = program.cpu_s()
        for _ in range(asked):
            asked_at = time.perf_counter()
            if program.lease(1) != 1:
                raise RuntimeError(f"{name} handed out nothing of {size}")
            waits.append(1000 * (time.perf_counter() - asked_at))
            program.finish()
        visit_us = 1e6 * (program.cpu_s() - started) / asked
        steps = statistics.quantiles(waits[_WARM_UP:], n=100)
        yield Cost(name, size, added_us, visit_us, steps[49], steps[98], waiting_bytes=grown / size)


def drained(program: Program, urls: int, hosts: int) -> float:
    """Return how many bytes are kept of a URL when all have been visited."""
    empty = program.size_bytes()
    for start in range(0, urls, _BATCH):
        program.add([url(n, hosts) for n in range(start, start + _BATCH)])
    while program.lease(_WORKERS_BATCH):
        program.finish()
    return (program.size_bytes() - empty) / urls


def url(number: int, hosts: int) -> str:
    """Make up a URL as sites have them: 70 characters."""
    host = number % hosts
    return f"https://www.site-{host:05}.example/book/{number:08}/chapter-{number % 977:04}.html"
