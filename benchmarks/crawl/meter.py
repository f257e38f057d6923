"""Runs a program and tells what it cost, all of its processes counted, however they were started.

Becomes the reaper of whatever the program leaves behind (prctl(2), PR_SET_CHILD_SUBREAPER), so that
a fork server and its children are counted too. Linux only.
"""

from __future__ import annotations

import ctypes
import json
import os
import sys
import time

_PR_SET_CHILD_SUBREAPER = 36


def run(command: list[str], log: str) -> dict[str, float]:
    """Run a command to its end, and that of its descendants; what they say goes to `log`."""
    if ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl")
    began = time.perf_counter()
    output = [
        (os.POSIX_SPAWN_OPEN, 1, log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600),
        (os.POSIX_SPAWN_DUP2, 1, 2),
    ]
    program = os.posix_spawn(command[0], command, os.environ, file_actions=output)
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


if __name__ == "__main__":
    print(json.dumps(run(sys.argv[2:], sys.argv[1])))
