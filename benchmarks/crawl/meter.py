"""Runs a program and tells what it cost, all of its processes counted, however they were started.

Becomes the reaper of whatever the program leaves behind (prctl(2), PR_SET_CHILD_SUBREAPER), so that
a fork server and its children are counted too. Linux only.
"""

from __future__ import annotations

import ctypes
import json
import os
import statistics
import sys
import threading
import time
from pathlib import Path

_PR_SET_CHILD_SUBREAPER = 36
_LOOK_S = 0.5
_FEWEST = 8
_PAGE_MB = os.sysconf("SC_PAGE_SIZE") / 2**20


def run(command: list[str], log: str) -> dict[str, float]:
    """Run a command to its end, and that of its descendants; what they say goes to `log`."""
    if ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl")
    began = time.perf_counter()
    output = [
        (os.POSIX_SPAWN_OPEN, 1, log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600),
        (os.POSIX_SPAWN_DUP2, 1, 2),
    ]
    held: list[tuple[float, float]] = []
    program = os.posix_spawn(command[0], command, os.environ, file_actions=output)
    threading.Thread(target=_watch, args=(held, began), daemon=True).start()
    cost = {"cpu_s": 0.0, "status": 0.0, "wall_s": 0.0}
    while True:
        try:
            ended, status, usage = os.wait4(-1, 0)
        except ChildProcessError:
            return cost | memory(held)
        cost["cpu_s"] += usage.ru_utime + usage.ru_stime
        if ended == program:
            cost["status"] = os.waitstatus_to_exitcode(status)
            cost["wall_s"] = time.perf_counter() - began


def memory(held: list[tuple[float, float]]) -> dict[str, float]:
    """Return what was held in MB, of samples of the time in s, and by how much it grew in MB/s.

    The first and last twentieth are of programs that start and end. Growth is the slope of the
    line of least squares through the later three quarters of the rest.
    """
    cut = max(1, len(held) // 20)
    steady = held[cut:-cut] or held or [(0.0, 0.0)]
    megabytes = [mb for _, mb in steady]
    return {
        "first_mb": megabytes[0],
        "median_mb": statistics.median(megabytes),
        "last_mb": megabytes[-1],
        "peak_mb": max((mb for _, mb in held), default=0.0),
        "growth_mb_per_s": _slope(steady[len(steady) // 4 :]),
    }


def _slope(points: list[tuple[float, float]]) -> float:
    if len(points) < _FEWEST:
        return 0.0
    return statistics.linear_regression(*zip(*points, strict=True)).slope


def _watch(held: list[tuple[float, float]], began: float) -> None:
    """Note every half second what all descendants hold, in MB; what they share is counted once."""
    while True:
        time.sleep(_LOOK_S)
        at = time.perf_counter() - began
        held.append((at, sum(map(_resident_mb, _descendants()))))


def _descendants() -> list[int]:
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
            parents.setdefault(parent, []).append(int(entry.name))
    found, left = [], [os.getpid()]
    while left:
        children = parents.get(left.pop(), [])
        found += children
        left += children
    return found


def _resident_mb(process: int) -> float:
    """Its own pages, without those of files and other processes."""
    try:
        _, resident, shared = Path(f"/proc/{process}/statm").read_text().split()[:3]
    except OSError:
        return 0.0
    return (int(resident) - int(shared)) * _PAGE_MB


if __name__ == "__main__":
    print(json.dumps(run(sys.argv[2:], sys.argv[1])))
