"""Processor time and memory of one call, taken in a child process of its own."""

from __future__ import annotations

import os
import resource
import statistics
import sys
import time
import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Cost:
    """`cpu_s`: of the call and the programs it ran; `memory_mb`: what the peak grew by."""

    cpu_s: float
    memory_mb: float


_LEAST_S: Final = 0.3
"""So long a short call is repeated, for a fresh process to cost next to nothing of it."""


def cost(call: Callable[[], object], rounds: int) -> Cost:
    """Return the median processor time and the greatest growth of memory over some calls.

    Each round is a fresh fork, after a call that isn't counted and loads what is loaded once.
    """
    call()
    started = time.perf_counter()
    call()
    times = 1 + int(_LEAST_S / (time.perf_counter() - started))
    costs = [_forked(call, times) for _ in range(rounds)]
    return Cost(statistics.median(one.cpu_s for one in costs), max(one.memory_mb for one in costs))


def _forked(call: Callable[[], object], times: int) -> Cost:
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        try:
            for _ in range(times):
                call()
        except BaseException:  # noqa: BLE001 - a fork must not go on with the parent's work
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    _, status, used = os.wait4(child, 0)
    if status:
        raise RuntimeError("the measured call failed")
    before = _resident_kib()
    cpu_s = (used.ru_utime + used.ru_stime) / times
    return Cost(cpu_s, max(0.0, (used.ru_maxrss - before) / 1024))


def _resident_kib() -> int:
    with open("/proc/self/statm", "rb") as file:  # noqa: PTH123 - one word of a line
        return int(file.read().split()[1]) * resource.getpagesize() // 1024
