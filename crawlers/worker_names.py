"""Workers: processes that crawl, named so that others on their machine can tell they are gone."""

from __future__ import annotations

import os
import platform
from pathlib import Path


def own_name(crawl_id: str) -> str:
    """Return `hostname:pid:start#crawl`: what this process, and no later one, works for a crawl."""
    return f"{platform.node()}:{os.getpid()}:{_started(os.getpid())}#{crawl_id}"


def is_gone(worker: str) -> bool:
    """Tell whether a worker is known to be dead; one of another machine never is."""
    machine, pid, start = worker.partition("#")[0].rsplit(":", 2)
    return machine == platform.node() and not _lives(int(pid), start)


def _lives(pid: int, start: str) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # it is there, and another user's
    return _started(pid) == start


def _started(pid: int) -> str:
    """Return when a process started, in ticks since the machine did; "0" where none can tell.

    The 22nd field of /proc/PID/stat (proc(5)), counted after the name, which may have blanks.
    """
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return "0"
    return fields[19]
