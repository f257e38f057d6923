"""Processor time and memory of one call, taken in a child process of its own."""

from __future__ import annotations

import os
import resource
import statistics
import sys
import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Cost:
    """`cpu_s`: of the call and the programs it ran; `memory_mb`: what the peak grew by."""

    cpu_s: float
    memory_mb: float


def cost(call: Callable[[], object], rounds: int) -> Cost:
    """Return the median processor time and the greatest growth of memory over some calls.

    Each call is made in a fresh fork, after one that isn't counted and loads what is loaded once.
    """
    call()
    costs = [_forked(call) for _ in range(rounds)]
    return Cost(statistics.median(one.cpu_s for one in costs), max(one.memory_mb for one in costs))


def _forked(call: Callable[[], object]) -> Cost:
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        try:
            call()
        except BaseException:  # noqa: BLE001 - a fork must not go on with the parent's work
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    _, status, used = os.wait4(child, 0)
    if status:
        raise RuntimeError("the measured call failed")
    before = _resident_kib()
    return Cost(used.ru_utime + used.ru_stime, max(0.0, (used.ru_maxrss - before) / 1024))


def _resident_kib() -> int:
    with open("/proc/self/statm", "rb") as file:  # noqa: PTH123 - one word of a line
        return int(file.read().split()[1]) * resource.getpagesize() // 1024
