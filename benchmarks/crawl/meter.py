"""Runs a program and tells what it cost, all of its processes counted, however they were started.

Becomes the reaper of whatever the program leaves behind (prctl(2), PR_SET_CHILD_SUBREAPER), so that
a fork server and its children are counted too.
"""

from __future__ import annotations

import ctypes
import json
import os
import sys
import time

_PR_SET_CHILD_SUBREAPER = 36


def run(command: list[str]) -> dict[str, float]:
    """Run a command to its end, and that of its descendants; Linux only."""
    if ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl")
    began = time.perf_counter()
    program = os.posix_spawn(command[0], command, os.environ, file_actions=_STDOUT_AS_STDERR)
    cost = {"cpu_s": 0.0, "peak_mb": 0.0, "status": 0.0, "wall_s": 0.0}
    while True:
        try:
            ended, status, usage = os.wait4(-1, 0)
        except ChildProcessError:
            return cost
        cost["cpu_s"] += usage.ru_utime + usage.ru_stime
        cost["peak_mb"] = max(cost["peak_mb"], usage.ru_maxrss / 1024)
        if ended == program:
            cost["status"] = os.waitstatus_to_exitcode(status)
            cost["wall_s"] = time.perf_counter() - began


_STDOUT_AS_STDERR = [(os.POSIX_SPAWN_DUP2, 2, 1)]

if __name__ == "__main__":
    print(json.dumps(run(sys.argv[1:])))
